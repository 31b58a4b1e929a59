//! A study in the making: parameters are found as trials name them, every number within limits.

use super::distribution::{domain, merged};
use super::lenient::number;
use super::limits::{
    MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_CELLS, MAX_CONSTRAINTS, MAX_NAME, MAX_OBJECTIVES,
    MAX_PARAMETERS, MAX_REPORTS, MAX_TRIALS, cut,
};
use super::names::Names;
use super::{Choice, Direction, Domain, ImportedStudy, ImportedTrial, Note, Parameter, TrialState};
use crate::sort::sort_by_key;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The attribute that holds a trial's constraints as a list, and begins the name of one alone.
const CONSTRAINTS: &str = "constraints";

/// What the studies of one file have left of its limits.
pub struct Left {
    trials: usize,
    cells: usize,
    reports: usize,
}

impl Default for Left {
    fn default() -> Self {
        Self { trials: MAX_TRIALS, cells: MAX_CELLS, reports: MAX_REPORTS }
    }
}

/// What was left out of one study so far.
#[derive(Default)]
struct Dropped {
    trials: usize,
    parameters: usize,
    reports: usize,
    attributes: usize,
    values: Vec<usize>,
}

/// A study in the making. Trials are named by their place.
pub struct Builder {
    study: ImportedStudy,
    /// Parameters by their whole names: those shown are cut.
    places: HashMap<String, usize>,
    /// Of each parameter the last text of its distribution, with what it said: most trials repeat
    /// it.
    last: Vec<(String, Option<Domain>)>,
    /// Those shown.
    names: Names,
    /// Constraints by their attribute's key.
    constraints: HashMap<usize, Vec<(String, Vec<f64>)>>,
    /// Values that waiting trials are to take, as users write them.
    fixed: Vec<(usize, Map<String, Value>)>,
    dropped: Dropped,
}

impl Builder {
    pub fn new(name: &str, directions: Vec<Direction>) -> Self {
        Self {
            study: ImportedStudy {
                name: cut(name, MAX_NAME).0,
                directions,
                metric_names: Vec::new(),
                parameters: Vec::new(),
                trials: Vec::new(),
                user_attributes: Vec::new(),
                notes: Vec::new(),
            },
            places: HashMap::new(),
            last: Vec::new(),
            names: Names::default(),
            constraints: HashMap::new(),
            fixed: Vec::new(),
            dropped: Dropped::default(),
        }
    }

    pub fn study(&mut self) -> &mut ImportedStudy {
        &mut self.study
    }

    /// Gives back what a study had of the file's limits, once it is deleted.
    pub fn make_room(self, left: &mut Left) {
        let trials = &self.study.trials;
        left.trials += trials.len();
        left.cells += trials.iter().map(|trial| trial.params.len()).sum::<usize>();
        left.reports += trials.iter().map(|trial| trial.reports.len()).sum::<usize>();
    }

    /// A trial more, with the next number; its place, or none where there are too many.
    pub fn push(&mut self, left: &mut Left) -> Option<usize> {
        let place = self.study.trials.len();
        if left.trials == 0 {
            self.dropped.trials += 1;
            return None;
        }
        left.trials -= 1;
        self.study.trials.push(ImportedTrial::new(place + self.dropped.trials));
        Some(place)
    }

    pub fn trial(&mut self, place: usize) -> &mut ImportedTrial {
        &mut self.study.trials[place]
    }

    /// A parameter's value as Optuna stores it: of a choice its number. `text` is the distribution.
    pub fn set(&mut self, left: &mut Left, place: usize, name: &str, text: &str, value: f64) {
        let Some(at) = self.place(name) else {
            self.dropped.parameters += 1;
            return;
        };
        if self.last[at].0 != text || self.last[at].1.is_none() {
            self.last[at] = (text.to_string(), domain(text));
        }
        let Some(domain) = self.last[at].1.clone() else {
            self.dropped.values[at] += 1;
            return;
        };
        self.set_in(left, place, at, &domain, value);
    }

    /// The place of a parameter of this name, which is new if need be; none beyond the limit.
    fn place(&mut self, name: &str) -> Option<usize> {
        if let Some(&at) = self.places.get(name) {
            return Some(at);
        }
        let at = self.last.len();
        if at == MAX_PARAMETERS {
            return None;
        }
        self.places.insert(name.to_string(), at);
        self.last.push((String::new(), None));
        self.dropped.values.push(0);
        // Empty until a distribution says what it is.
        let domain = Domain::Categorical(Vec::new());
        // Names that differ only behind the place where they are cut stay apart.
        let name = self.names.apart(cut(name, MAX_NAME).0);
        self.study.parameters.push(Parameter { name, domain, conditional: false });
        Some(at)
    }

    fn set_in(&mut self, left: &mut Left, place: usize, at: usize, domain: &Domain, value: f64) {
        let params = &mut self.study.trials[place].params;
        if params.len() <= at {
            let more = at + 1 - params.len();
            if left.cells < more {
                self.dropped.parameters += 1;
                return;
            }
            left.cells -= more;
            params.resize(at + 1, None);
        }
        let own = &mut self.study.parameters[at].domain;
        match merged(own, domain, value) {
            Some(value) => params[at] = Some(value),
            None => self.dropped.values[at] += 1,
        }
    }

    /// An intermediate value; a later one of the same step replaces it.
    pub fn report(&mut self, left: &mut Left, place: usize, step: u64, value: f64) {
        if left.reports == 0 {
            self.dropped.reports += 1;
            return;
        }
        left.reports -= 1;
        self.study.trials[place].reports.push((step, value));
    }

    /// A report that could not be read.
    pub fn drop_report(&mut self) {
        self.dropped.reports += 1;
    }

    /// A user attribute of a trial, or of the study.
    pub fn attribute(&mut self, place: Option<usize>, key: &str, value: &Value) {
        let list = match place {
            Some(place) => &mut self.study.trials[place].user_attributes,
            None => &mut self.study.user_attributes,
        };
        if !put(list, key, value) {
            self.dropped.attributes += 1;
        }
    }

    /// A system attribute of a trial: constraints, or what a waiting trial is to take.
    pub fn system(&mut self, place: usize, key: &str, value: &Value) {
        if key == "fixed_params" {
            if let Value::Object(map) = value {
                self.fixed.push((place, map.clone()));
            }
        } else if key.strip_prefix(CONSTRAINTS).is_some_and(|k| k.is_empty() || k.starts_with(':'))
        {
            let values: Vec<f64> = match value {
                Value::Array(list) => list.iter().filter_map(number).collect(),
                one => number(one).into_iter().collect(),
            };
            let list = self.constraints.entry(place).or_default();
            let key = cut(key, MAX_NAME).0;
            list.retain(|(own, _)| *own != key);
            if list.len() < MAX_CONSTRAINTS {
                list.push((key, values));
            }
        }
    }

    /// The study, with every trial as long as there are parameters.
    pub fn finish(mut self) -> ImportedStudy {
        self.place_fixed();
        for (place, list) in std::mem::take(&mut self.constraints) {
            self.study.trials[place].constraints = together(&list);
        }
        let count = self.study.parameters.len();
        let mut lacks = vec![0; count];
        let mut with = 0;
        let mut without_value = 0;
        for trial in &mut self.study.trials {
            trial.params.resize(count, None);
            trial.values.truncate(MAX_OBJECTIVES);
            in_order(&mut trial.reports);
            without_value += usize::from(
                trial.state == TrialState::Complete
                    && (trial.values.is_empty() || trial.values.iter().any(|v| v.is_nan())),
            );
            // A trial that has begun may not have come to all of its parameters.
            if matches!(trial.state, TrialState::Complete | TrialState::Pruned) {
                with += 1;
                lacks
                    .iter_mut()
                    .zip(&trial.params)
                    .for_each(|(n, p)| *n += usize::from(p.is_none()));
            }
        }
        for (parameter, lacks) in self.study.parameters.iter_mut().zip(&lacks) {
            parameter.conditional = *lacks > 0 && *lacks < with;
        }
        self.notes(without_value);
        self.drop_unknown();
        self.study
    }

    /// Gives waiting trials the values that were fixed for them, where the parameter is known.
    fn place_fixed(&mut self) {
        for (place, map) in std::mem::take(&mut self.fixed) {
            let trial = &mut self.study.trials[place];
            if trial.state != TrialState::Waiting {
                continue;
            }
            trial.params = vec![None; self.study.parameters.len()];
            for (name, given) in &map {
                if let Some(&at) = self.places.get(name) {
                    trial.params[at] = fixed(&self.study.parameters[at].domain, given);
                }
            }
        }
    }

    fn notes(&mut self, without_value: usize) {
        let Dropped { trials, parameters, reports, attributes, .. } = self.dropped;
        let notes = &mut self.study.notes;
        for (dropped, note) in [
            (trials, Note::Trials { dropped: trials }),
            (parameters, Note::Parameters { dropped: parameters }),
            (reports, Note::Reports { dropped: reports }),
            (attributes, Note::Attributes { dropped: attributes }),
            (without_value, Note::WithoutValue { trials: without_value }),
        ] {
            notes.extend((dropped > 0).then_some(note));
        }
        for (of, &dropped) in self.study.parameters.iter().zip(&self.dropped.values) {
            let parameter = of.name.clone();
            let unknown = of.domain == Domain::Categorical(Vec::new());
            notes.extend((dropped > 0).then_some(match unknown {
                true => Note::Range { parameter },
                false => Note::Values { parameter, dropped },
            }));
        }
    }

    /// Takes out parameters of which no distribution could be read.
    fn drop_unknown(&mut self) {
        let known: Vec<bool> = (self.study.parameters.iter())
            .map(|p| p.domain != Domain::Categorical(Vec::new()))
            .collect();
        if known.iter().all(|known| *known) {
            return;
        }
        let mut keep = known.iter();
        self.study.parameters.retain(|_| keep.next() == Some(&true));
        for trial in &mut self.study.trials {
            let mut keep = known.iter();
            trial.params.retain(|_| keep.next() == Some(&true));
        }
    }
}

/// A value as its user fixed it, as the parameter has it.
fn fixed(domain: &Domain, given: &Value) -> Option<f64> {
    match domain {
        Domain::Number { .. } => number(given).filter(|x| x.is_finite()),
        Domain::Categorical(choices) => {
            let given = Choice::of(given)?;
            choices.iter().position(|choice| *choice == given).map(|at| at as f64)
        }
    }
}

/// A trial's constraints as Optuna 5 counts them: in the list that Optuna 4 writes each is called by
/// its place, and one of that name beside the list stands for it.
fn together(all: &[(String, Vec<f64>)]) -> Vec<f64> {
    let named = |place: usize| {
        let name = format!("{CONSTRAINTS}:{place}");
        all.iter().any(|(key, _)| *key == name)
    };
    let of_list = |key: &str, place: usize| key == CONSTRAINTS && named(place);
    let each = all.iter().flat_map(|(key, values)| {
        let values = values.iter().enumerate();
        values.filter(|(place, _)| !of_list(key, *place)).map(|(_, value)| *value)
    });
    each.take(MAX_CONSTRAINTS).collect()
}

/// Steps rising, of equal ones the last.
fn in_order(reports: &mut Vec<(u64, f64)>) {
    sort_by_key(reports, |(step, _)| *step);
    reports.reverse();
    reports.dedup_by_key(|(step, _)| *step);
    reports.reverse();
}

/// Puts an attribute in a list, in place of the one of its key; whether it fitted.
fn put(list: &mut Vec<(String, Value)>, key: &str, value: &Value) -> bool {
    let (key, long) = cut(key, MAX_NAME);
    if long || !is_short(value) {
        return false;
    }
    let known = list.iter().position(|(own, _)| *own == key);
    match known {
        Some(at) => list[at].1 = value.clone(),
        None if list.len() < MAX_ATTRIBUTES => list.push((key, value.clone())),
        None => return false,
    }
    true
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= MAX_ATTRIBUTE,
        Value::Array(_) | Value::Object(_) => value.to_string().len() <= MAX_ATTRIBUTE,
        _ => true,
    }
}
