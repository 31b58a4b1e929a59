//! A study from elsewhere as a page shows it: columns of numbers, which cost little to send and to
//! draw, in place of trials one by one.

use super::convert::{Aim, ConvertError, Converted, Remark, convert, front};
use super::mapping::Mapping;
use super::replay::RaceTable;
use super::table::Table;
use super::{Choice, Direction, Domain, ImportedStudy, ImportedTrial, Note, TrialState};
use crate::search::Outcome;
use crate::space::Space;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashSet;

/// Points of all curves together that are shown; longer ones are thinned out.
const MAX_POINTS: usize = 60_000;
/// Fields of attributes that are shown, and letters of one.
const MAX_FIELDS: usize = 20_000;
const MAX_ATTRIBUTES: usize = 8;
const MAX_LETTERS: usize = 60;
/// Rows of a table that a dialog shows, and letters of a field.
const FIRST_ROWS: usize = 5;

/// One of the studies of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub name: String,
    pub trials: usize,
    pub complete: usize,
    pub parameters: usize,
    pub objectives: usize,
}

impl Summary {
    pub fn of(study: &ImportedStudy) -> Self {
        let complete = study.trials.iter().filter(|t| t.state == TrialState::Complete).count();
        Self {
            name: study.name.clone(),
            trials: study.trials.len(),
            complete,
            parameters: study.parameters.len(),
            objectives: study.directions.len(),
        }
    }
}

/// A table of text whose columns are still to be given a meaning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Columns {
    /// The names as they stand in the file.
    pub header: Vec<String>,
    pub rows: usize,
    pub first_rows: Vec<Vec<String>>,
    /// What the columns most likely are.
    pub guess: Mapping,
}

impl Columns {
    pub fn of(table: &Table, guess: Mapping) -> Self {
        let fields = |row: &Vec<String>| row.iter().map(|field| short(field)).collect();
        Self {
            header: table.header.clone(),
            rows: table.rows.len(),
            first_rows: table.rows.iter().take(FIRST_ROWS).map(fields).collect(),
            guess,
        }
    }
}

fn short(text: &str) -> String {
    let (mut text, cut) = super::limits::cut(text, MAX_LETTERS);
    if cut {
        text.push('…');
    }
    text
}

/// A choice in words; a text that reads as another choice does, as '0' beside 0, in quotes.
fn told_apart(choice: &Choice, among: &[Choice]) -> String {
    let own = choice.to_string();
    let alike = |other: &Choice| other != choice && other.to_string() == own;
    let quoted = matches!(choice, Choice::Text(_)) && among.iter().any(alike);
    if quoted { format!("'{own}'") } else { own }
}

/// What a parameter's values are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    Number { low: f64, high: f64, log: bool, integer: bool },
    Choices(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterView {
    pub name: String,
    pub kind: Kind,
    pub conditional: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectiveView {
    /// Empty where the study gives none.
    pub name: String,
    pub direction: Direction,
}

/// A study as the page shows it. Lists of lists have the trial as the inner one; what is not there
/// is not a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StudyView {
    pub name: String,
    pub objectives: Vec<ObjectiveView>,
    pub parameters: Vec<ParameterView>,
    pub aim: Aim,
    /// What strategies search; none of them can be asked where there is none.
    pub space: Result<Space, ConvertError>,
    /// The study's parameter that each of the space's is.
    pub searched: Vec<usize>,
    pub notes: Vec<Note>,
    pub remarks: Vec<Remark>,
    pub numbers: Vec<usize>,
    pub states: Vec<TrialState>,
    /// `[objective][trial]`
    pub values: Vec<Vec<f64>>,
    /// What strategies hear of the objective aimed at: something to be minimised; of one that was
    /// pruned its last report.
    pub losses: Vec<f64>,
    /// `[parameter][trial]`, choices by their number.
    pub params: Vec<Vec<f64>>,
    /// `[parameter of the space][trial]`, from 0 to 1.
    pub units: Vec<Vec<f32>>,
    /// Seconds since the first trial began.
    pub starts: Vec<f64>,
    pub ends: Vec<f64>,
    pub feasible: Vec<bool>,
    /// Intermediate values by step.
    pub curves: Vec<Vec<(f64, f64)>>,
    /// Names and texts of user attributes.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Trials that no other beats in one of two objectives without being worse in the other.
    pub front: Vec<usize>,
    /// How many trials a race of strategies over them would have, of very many the first ones; none
    /// where they are too few, or lie too far apart.
    pub races: Option<usize>,
}

impl StudyView {
    pub fn len(&self) -> usize {
        self.states.len()
    }

    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Whether a trial went to its end and violates no constraint.
    pub fn counts(&self, trial: usize) -> bool {
        self.states.get(trial) == Some(&TrialState::Complete)
            && self.feasible.get(trial) == Some(&true)
    }

    /// How many trials count and have a loss.
    pub fn with_value(&self) -> usize {
        let all = self.losses.iter().enumerate();
        all.filter(|(trial, loss)| loss.is_finite() && self.counts(*trial)).count()
    }

    /// The number and the loss of the best among the first `n` trials, of those that count.
    pub fn best(&self, n: usize) -> Option<(usize, f64)> {
        let all = self.losses.iter().copied().take(n).enumerate();
        let those = all.filter(|(trial, loss)| loss.is_finite() && self.counts(*trial));
        those.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// A loss as a value of the objective aimed at.
    pub fn value(&self, loss: f64) -> f64 {
        match self.objectives.get(self.aim.objective).map(|objective| objective.direction) {
            Some(Direction::Maximize) => -loss,
            _ => loss,
        }
    }
}

/// The study as it is shown, and as strategies see it.
pub fn view(study: &ImportedStudy, aim: Aim) -> (StudyView, Option<Converted>) {
    // A link may name an objective that the study does not have.
    let there = |objective: usize| objective < study.directions.len();
    let fits = there(aim.objective) && aim.second.is_none_or(there);
    let aim = if fits { aim } else { Aim::default() };
    let converted = convert(study, aim);
    let objectives = study.directions.iter().enumerate().map(|(at, direction)| ObjectiveView {
        name: study.metric_names.get(at).cloned().unwrap_or_default(),
        direction: *direction,
    });
    let parameters = study.parameters.iter().map(|parameter| ParameterView {
        name: parameter.name.clone(),
        kind: kind(&parameter.domain),
        conditional: parameter.conditional,
    });
    let param = |at: usize| {
        let value = |t: &ImportedTrial| t.params.get(at).copied().flatten().unwrap_or(f64::NAN);
        study.trials.iter().map(value).collect()
    };
    let values = |at: usize| {
        let value = |t: &ImportedTrial| t.values.get(at).copied().unwrap_or(f64::NAN);
        study.trials.iter().map(value).collect()
    };
    let [starts, ends] = times(study);
    let params: Vec<Vec<f64>> = (0..study.parameters.len()).map(param).collect();
    let none = || vec![f64::NAN; study.trials.len()];
    let second = aim.second.unwrap_or(usize::from(aim.objective == 0));
    let objectives: Vec<ObjectiveView> = objectives.collect();
    let (attributes, hidden) = attributes(study);
    let remarks = converted.as_ref().map(|c| c.remarks.clone()).unwrap_or_default();
    let view = StudyView {
        name: study.name.clone(),
        parameters: parameters.collect(),
        aim,
        searched: converted.as_ref().map(|c| c.parameters.clone()).unwrap_or_default(),
        notes: study.notes.clone(),
        remarks: remarks.into_iter().chain(hidden).collect(),
        numbers: study.trials.iter().map(|t| t.number).collect(),
        states: study.trials.iter().map(|t| t.state).collect(),
        values: (0..objectives.len()).map(values).collect(),
        losses: converted.as_ref().map_or_else(|_| none(), losses),
        units: converted.as_ref().map(|c| units(c, &params)).unwrap_or_default(),
        params,
        starts,
        ends,
        feasible: study.trials.iter().map(ImportedTrial::is_feasible).collect(),
        curves: curves(study),
        attributes,
        front: if objectives.len() > 1 { front(study, aim.objective, second) } else { Vec::new() },
        races: converted.as_ref().ok().and_then(RaceTable::suits),
        space: converted.as_ref().map(|c| c.space.clone()).map_err(|error| *error),
        objectives,
    };
    (view, converted.ok())
}

fn kind(domain: &Domain) -> Kind {
    match domain {
        Domain::Number { integer, low, high, log, .. } => {
            Kind::Number { low: *low, high: *high, log: *log, integer: *integer }
        }
        Domain::Categorical(choices) => {
            Kind::Choices(choices.iter().map(|choice| told_apart(choice, choices)).collect())
        }
    }
}

fn losses(converted: &Converted) -> Vec<f64> {
    let seen = |place| converted.outcome(place).and_then(Outcome::seen).unwrap_or(f64::NAN);
    (0..converted.len()).map(seen).collect()
}

fn units(converted: &Converted, params: &[Vec<f64>]) -> Vec<Vec<f32>> {
    let one = |(param, at): (&crate::space::Param, &usize)| {
        let place = |x: &f64| if x.is_nan() { f32::NAN } else { param.to_unit(*x) as f32 };
        params[*at].iter().map(place).collect()
    };
    converted.space.params.iter().zip(&converted.parameters).map(one).collect()
}

/// When trials began and ended, in seconds since the first began.
fn times(study: &ImportedStudy) -> [Vec<f64>; 2] {
    let first = study.trials.iter().filter_map(|t| t.start).min();
    let since = |time: Option<super::Time>| match (time, first) {
        (Some(time), Some(first)) => (time.0 as f64 - first.0 as f64) / 1e6,
        _ => f64::NAN,
    };
    [
        study.trials.iter().map(|t| since(t.start)).collect(),
        study.trials.iter().map(|t| since(t.complete)).collect(),
    ]
}

/// Curves, thinned out where there are too many points; the last of each stays.
fn curves(study: &ImportedStudy) -> Vec<Vec<(f64, f64)>> {
    let all: usize = study.trials.iter().map(|t| t.reports.len()).sum();
    let every = all.div_ceil(MAX_POINTS).max(1);
    let curve = |trial: &ImportedTrial| {
        let last = trial.reports.len().saturating_sub(1);
        let kept = trial.reports.iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last);
        kept.map(|(_, &(step, value))| (step as f64, value)).collect()
    };
    study.trials.iter().map(curve).collect()
}

/// Names and texts of the first attributes, and what is said where there are more.
fn attributes(study: &ImportedStudy) -> (Vec<(String, Vec<String>)>, Option<Remark>) {
    let most = (MAX_FIELDS / study.trials.len().max(1)).min(MAX_ATTRIBUTES);
    let (mut names, mut known): (Vec<&String>, HashSet<&str>) = (Vec::new(), HashSet::new());
    for (name, _) in study.trials.iter().flat_map(|t| &t.user_attributes) {
        if known.insert(name) && names.len() < most {
            names.push(name);
        }
    }
    let (shown, of) = (names.len(), known.len());
    let hidden = (shown < of).then_some(Remark::Attributes { shown, of });
    let text = |trial: &ImportedTrial, name: &String| {
        let own = trial.user_attributes.iter().find(|(own, _)| own == name);
        own.map_or_else(String::new, |(_, value)| match value {
            Value::String(text) => short(text),
            other => short(&other.to_string()),
        })
    };
    let column = |name: &String| study.trials.iter().map(|t| text(t, name)).collect();
    (names.into_iter().map(|name| (name.clone(), column(name))).collect(), hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_that_read_alike_are_told_apart() {
        let text = |text: &str| Choice::Text(text.into());
        let all = [Choice::Integer(0), text("0"), text("relu"), Choice::Null, text("None")];
        let shown: Vec<String> = all.iter().map(|choice| told_apart(choice, &all)).collect();
        assert_eq!(shown, ["0", "'0'", "relu", "None", "'None'"]);
    }

    #[test]
    fn attributes_that_are_not_shown_are_told() {
        let study = |trials: usize, attributes: usize| {
            let mut study = ImportedStudy {
                name: "s".into(),
                directions: vec![Direction::Minimize],
                metric_names: Vec::new(),
                parameters: Vec::new(),
                trials: (0..trials).map(ImportedTrial::new).collect(),
                user_attributes: Vec::new(),
                notes: Vec::new(),
            };
            for (n, trial) in study.trials.iter_mut().enumerate().take(attributes) {
                // Each trial has an attribute of its own, and the first one's.
                trial.user_attributes = vec![("a0".into(), 1.into()), (format!("a{n}"), 2.into())];
            }
            view(&study, Aim::default()).0
        };
        let hidden = |shown: usize, of: usize| vec![Remark::Attributes { shown, of }];
        assert_eq!(study(9, MAX_ATTRIBUTES).remarks, []);
        let many = study(9, 9);
        assert_eq!((many.attributes.len(), many.remarks), (MAX_ATTRIBUTES, hidden(8, 9)));
        // Of very many trials fewer, or none.
        assert_eq!(study(MAX_FIELDS / 3, 5).remarks, hidden(3, 5));
        let none = study(MAX_FIELDS + 1, 5);
        assert_eq!((none.attributes.len(), none.remarks), (0, hidden(0, 5)));
    }
}
