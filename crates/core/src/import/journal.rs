//! Optuna's journal: an operation a line, as versions 3 to 5 and rustuna write them.
//!
//! | code | operation | code | operation |
//! |---|---|---|---|
//! | 0 | create study | 6 | state and values of a trial |
//! | 1 | delete study | 7 | intermediate value |
//! | 2, 3 | user, system attribute of a study | 8, 9 | user, system attribute of a trial |
//! | 4 | create trial | 10 | discard trials (rustuna; Optuna passes it over) |
//! | 5 | parameter of a trial | | |
//!
//! Numbers of studies and trials are no part of the file: they count from 0, trials over all
//! studies, as in Optuna's `_storage.py`. Where Optuna gives up at a line that is not whole, this
//! reader keeps what comes before and names the line.

use super::builder::{Builder, Left};
use super::lenient::{number, parse};
use super::limits::{MAX_OBJECTIVES, MAX_STUDIES};
use super::{Direction, Fault, ImportError, ImportedStudy, Note, Time, TrialState, check_size};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// All studies of a journal that were not deleted.
pub fn read(bytes: &[u8]) -> Result<Vec<ImportedStudy>, ImportError> {
    check_size(bytes)?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut replay = Replay::default();
    let mut end = None;
    for (n, line) in bytes.split_inclusive(|&b| b == b'\n').enumerate() {
        let cut_off = !line.ends_with(b"\n");
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        match operation(text) {
            Ok(tree) => replay.apply(&tree),
            Err(fault) => {
                let fault = if cut_off { Fault::Truncated } else { fault };
                end = Some((n + 1, fault));
                break;
            }
        }
    }
    replay.finish(end)
}

fn operation(line: &[u8]) -> Result<Map<String, Value>, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| Fault::NotText)?;
    match parse(text) {
        Some(Value::Object(map)) if map.get("op_code").is_some_and(Value::is_u64) => Ok(map),
        Some(_) => Err(Fault::NotOperation),
        None => Err(Fault::NotJson),
    }
}

/// What became of a study.
enum Slot {
    There(Box<Builder>),
    /// One more than are read. It and its trials have their numbers all the same: the operations on
    /// those behind it name them by these.
    Beyond,
    Deleted,
}

#[derive(Default)]
struct Replay {
    /// By number.
    studies: Vec<Slot>,
    /// Names by number, and of those that are there.
    titles: Vec<String>,
    names: HashSet<String>,
    /// Study and place of each trial, by number; no place where there were too many.
    trials: Vec<(usize, Option<usize>)>,
    left: Left,
    dropped: usize,
    /// Studies that are read.
    kept: usize,
}

impl Replay {
    fn apply(&mut self, of: &Map<String, Value>) {
        let known = match of.get("op_code").and_then(Value::as_u64) {
            Some(0) => self.create_study(of),
            Some(1) => self.delete_study(of),
            // What is left out is counted once.
            Some(2 | 3 | 5..=9) if self.is_left_out(of) => Some(()),
            Some(2) => self.study_attribute(of, "user_attr"),
            Some(3) => self.study_attribute(of, "system_attr"),
            Some(4) => self.create_trial(of),
            Some(5) => self.parameter(of),
            Some(6) => self.state(of),
            Some(7) => self.intermediate(of),
            Some(8) => self.trial_attribute(of, "user_attr"),
            Some(9) => self.trial_attribute(of, "system_attr"),
            Some(10) => Some(()),
            _ => None,
        };
        self.dropped += usize::from(known.is_none());
    }

    fn create_study(&mut self, of: &Map<String, Value>) -> Option<()> {
        let name = of.get("study_name")?.as_str()?;
        let directions = of.get("directions")?.as_array()?;
        // Two processes may begin at the same moment, both with `load_if_exists`: the second finds
        // the study there, and nothing is lost.
        if self.names.contains(name) {
            return Some(());
        }
        self.names.insert(name.to_string());
        self.titles.push(name.to_string());
        if self.kept == MAX_STUDIES {
            self.studies.push(Slot::Beyond);
            return Some(());
        }
        self.kept += 1;
        let direction = |code: &Value| match code.as_u64() {
            Some(2) => Direction::Maximize,
            _ => Direction::Minimize,
        };
        let directions = directions.iter().take(MAX_OBJECTIVES).map(direction).collect();
        self.studies.push(Slot::There(Box::new(Builder::new(name, directions))));
        Some(())
    }

    fn delete_study(&mut self, of: &Map<String, Value>) -> Option<()> {
        let study = index(of, "study_id")?;
        match std::mem::replace(self.studies.get_mut(study)?, Slot::Deleted) {
            Slot::There(builder) => {
                self.kept -= 1;
                builder.make_room(&mut self.left);
            }
            Slot::Beyond => {}
            Slot::Deleted => return None,
        }
        self.names.remove(&self.titles[study]);
        Some(())
    }

    /// Whether an operation is on a study, or a trial, of more than are read.
    fn is_left_out(&self, of: &Map<String, Value>) -> bool {
        let study = index(of, "study_id").and_then(|study| self.studies.get(study));
        let trial = index(of, "trial_id").and_then(|trial| self.trials.get(trial));
        matches!(study, Some(Slot::Beyond)) || matches!(trial, Some((_, None)))
    }

    fn study_attribute(&mut self, of: &Map<String, Value>, which: &str) -> Option<()> {
        let slot = self.studies.get_mut(index(of, "study_id")?)?;
        let Slot::There(builder) = slot else { return None };
        for (key, value) in of.get(which)?.as_object()? {
            if which == "user_attr" {
                builder.attribute(None, key, value);
            } else if key == "study:metric_names" {
                let names = value.as_array()?.iter().filter_map(Value::as_str);
                builder.study().metric_names =
                    names.take(MAX_OBJECTIVES).map(str::to_string).collect();
            }
        }
        Some(())
    }

    fn create_trial(&mut self, of: &Map<String, Value>) -> Option<()> {
        let study = index(of, "study_id")?;
        let left = &mut self.left;
        let builder = match self.studies.get_mut(study)? {
            Slot::There(builder) => builder,
            Slot::Beyond => {
                self.trials.push((study, None));
                return Some(());
            }
            // Optuna gives it no number either.
            Slot::Deleted => return None,
        };
        let place = builder.push(left);
        self.trials.push((study, place));
        let Some(place) = place else { return Some(()) };
        let trial = builder.trial(place);
        trial.state = of.get("state").map_or(Some(TrialState::Running), state)?;
        trial.start = time(of, "datetime_start");
        trial.complete = time(of, "datetime_complete");
        // Optuna has either `values`, or `value` of the one objective.
        trial.values = match (of.get("values"), of.get("value")) {
            (Some(Value::Array(list)), _) => list.iter().map(value_of).collect(),
            (_, Some(one)) if !one.is_null() => vec![value_of(one)],
            _ => Vec::new(),
        };
        let object = |key: &str| of.get(key).and_then(Value::as_object).into_iter().flatten();
        for (name, value) in object("params") {
            let text = of.get("distributions").and_then(|d| d.get(name)?.as_str()).unwrap_or("");
            builder.set(left, place, name, text, number(value).unwrap_or(f64::NAN));
        }
        for (step, value) in object("intermediate_values") {
            match step.parse() {
                Ok(step) => builder.report(left, place, step, value_of(value)),
                Err(_) => builder.drop_report(),
            }
        }
        object("user_attrs").for_each(|(key, v)| builder.attribute(Some(place), key, v));
        object("system_attrs").for_each(|(key, value)| builder.system(place, key, value));
        Some(())
    }

    /// The study and place of a trial that has not ended.
    fn running(&mut self, of: &Map<String, Value>) -> Option<(&mut Builder, &mut Left, usize)> {
        let &(study, place) = self.trials.get(index(of, "trial_id")?)?;
        let place = place?;
        let Slot::There(builder) = self.studies.get_mut(study)? else { return None };
        let running = !builder.trial(place).state.is_finished();
        running.then_some((builder.as_mut(), &mut self.left, place))
    }

    fn parameter(&mut self, of: &Map<String, Value>) -> Option<()> {
        let (builder, left, place) = self.running(of)?;
        let name = of.get("param_name")?.as_str()?;
        let text = of.get("distribution")?.as_str()?;
        builder.set(left, place, name, text, number(of.get("param_value_internal")?)?);
        Some(())
    }

    fn state(&mut self, of: &Map<String, Value>) -> Option<()> {
        let (builder, _, place) = self.running(of)?;
        let state = state(of.get("state")?)?;
        let trial = builder.trial(place);
        trial.state = state;
        if state == TrialState::Running {
            trial.start = time(of, "datetime_start").or(trial.start);
        }
        if state.is_finished() {
            trial.complete = time(of, "datetime_complete");
        }
        if let Some(Value::Array(list)) = of.get("values") {
            trial.values = list.iter().take(MAX_OBJECTIVES).map(value_of).collect();
        }
        Some(())
    }

    fn intermediate(&mut self, of: &Map<String, Value>) -> Option<()> {
        let (builder, left, place) = self.running(of)?;
        let step = of.get("step")?.as_u64();
        let value = of.get("intermediate_value")?;
        match step {
            Some(step) => builder.report(left, place, step, value_of(value)),
            None => builder.drop_report(),
        }
        Some(())
    }

    fn trial_attribute(&mut self, of: &Map<String, Value>, which: &str) -> Option<()> {
        let (builder, _, place) = self.running(of)?;
        for (key, value) in of.get(which)?.as_object()? {
            if which == "user_attr" {
                builder.attribute(Some(place), key, value);
            } else {
                builder.system(place, key, value);
            }
        }
        Some(())
    }

    fn finish(self, end: Option<(usize, Fault)>) -> Result<Vec<ImportedStudy>, ImportError> {
        let (mut studies, mut beyond, mut deleted) = (Vec::new(), 0, 0);
        for slot in self.studies {
            match slot {
                Slot::There(builder) => studies.push(builder.finish()),
                Slot::Beyond => beyond += 1,
                Slot::Deleted => deleted += 1,
            }
        }
        if studies.is_empty() {
            let damage = |(line, fault)| ImportError::Journal { line, fault };
            return Err(end.map_or(ImportError::NoStudy, damage));
        }
        let dropped = self.dropped;
        // What is said of the file as a whole stands with each of its studies.
        let mut notes: Vec<Note> =
            end.map(|(line, fault)| Note::Line { line, fault }).into_iter().collect();
        notes.extend((dropped > 0).then_some(Note::Operations { dropped }));
        notes.extend((beyond > 0).then_some(Note::Studies { dropped: beyond }));
        notes.extend((deleted > 0).then_some(Note::Deleted { studies: deleted }));
        let said = |study: &mut ImportedStudy| study.notes.extend(notes.iter().cloned());
        studies.iter_mut().for_each(said);
        Ok(studies)
    }
}

fn index(of: &Map<String, Value>, key: &str) -> Option<usize> {
    usize::try_from(of.get(key)?.as_u64()?).ok()
}

fn time(of: &Map<String, Value>, key: &str) -> Option<Time> {
    Time::parse(of.get(key)?.as_str()?)
}

/// An objective or a report; null and what is no number is NaN.
fn value_of(value: &Value) -> f64 {
    number(value).unwrap_or(f64::NAN)
}

/// The states by Optuna's codes.
fn state(code: &Value) -> Option<TrialState> {
    Some(match code.as_u64()? {
        0 => TrialState::Running,
        1 => TrialState::Complete,
        2 => TrialState::Pruned,
        3 => TrialState::Failed,
        4 => TrialState::Waiting,
        _ => return None,
    })
}
