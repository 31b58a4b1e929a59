//! The trials of a study as CSV, in the columns of Optuna's `trials_dataframe()`, which
//! spreadsheets, pandas and this page's own importer know. Curves have no place in it: the journal
//! has them.

use crate::import::{Choice, Domain, ImportedStudy, ImportedTrial, Parameter, Time, TrialState};
use crate::spreadsheet::inert;
use serde_json::Value;
use std::collections::HashSet;

/// A column: its name, and what a trial has there.
type Column<'a> = (String, Box<dyn Fn(&ImportedTrial) -> String + 'a>);

/// A row for each trial; what a trial lacks is empty.
pub fn csv(study: &ImportedStudy) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = columns(study);
    // Writing into memory does not fail.
    let _ = writer.write_record(columns.iter().map(|(name, _)| name));
    for trial in &study.trials {
        let _ = writer.write_record(columns.iter().map(|(_, field)| field(trial)));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn columns(study: &ImportedStudy) -> Vec<Column<'_>> {
    let mut columns: Vec<Column> = vec![("number".into(), Box::new(|t| t.number.to_string()))];
    for at in 0..study.directions.len() {
        let field = move |t: &ImportedTrial| t.values.get(at).copied().map(number);
        columns.push((objective(study, at), Box::new(move |t| field(t).unwrap_or_default())));
    }
    let time = |time: Option<Time>| time.and_then(Time::iso).unwrap_or_default();
    columns.push(("datetime_start".into(), Box::new(move |t| time(t.start))));
    columns.push(("datetime_complete".into(), Box::new(move |t| time(t.complete))));
    for (at, parameter) in study.parameters.iter().enumerate() {
        let field = move |t: &ImportedTrial| Some(value(parameter, (*t.params.get(at)?)?));
        let name = format!("params_{}", parameter.name);
        columns.push((name, Box::new(move |t| field(t).unwrap_or_default())));
    }
    for key in attributes(study) {
        let own =
            move |t: &ImportedTrial| t.user_attributes.iter().find(|(own, _)| own == key).cloned();
        let field = move |t: &ImportedTrial| own(t).map(|(_, value)| attribute(value));
        let name = format!("user_attrs_{key}");
        columns.push((name, Box::new(move |t| field(t).unwrap_or_default())));
    }
    if study.trials.iter().any(|trial| !trial.constraints.is_empty()) {
        columns.push(("system_attrs_constraints".into(), Box::new(constraints)));
    }
    columns.push(("state".into(), Box::new(|t| word(t.state).into())));
    columns
}

/// The name of an objective's column.
fn objective(study: &ImportedStudy, at: usize) -> String {
    let name = study.metric_names.get(at).map_or("", String::as_str);
    match (study.directions.len(), name) {
        (1, "" | "value") => "value".into(),
        (1, name) => format!("value_{name}"),
        (_, "") => format!("values_{at}"),
        (_, name) => format!("values_{name}"),
    }
}

/// Names of user attributes in the order in which they first occur.
fn attributes(study: &ImportedStudy) -> Vec<&String> {
    let mut seen = HashSet::new();
    let all = study.trials.iter().flat_map(|trial| &trial.user_attributes);
    all.map(|(key, _)| key).filter(|key| seen.insert(*key)).collect()
}

/// A number's shortest digits; none of what is not a number.
fn number(x: f64) -> String {
    if x.is_finite() {
        Value::from(x).to_string()
    } else if x.is_nan() {
        String::new()
    } else {
        (if x > 0.0 { "inf" } else { "-inf" }).into()
    }
}

/// A parameter's value as Python prints it.
fn value(parameter: &Parameter, x: f64) -> String {
    match &parameter.domain {
        Domain::Number { integer: true, .. } => (x as i64).to_string(),
        Domain::Number { .. } => number(x),
        Domain::Categorical(choices) => {
            let choice = choices.get(x as usize).map(Choice::to_string).unwrap_or_default();
            inert(&choice).into_owned()
        }
    }
}

fn attribute(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => inert(&text).into_owned(),
        other => other.to_string(),
    }
}

/// Constraints as Python prints a list of them.
fn constraints(trial: &ImportedTrial) -> String {
    let each = |x: &f64| if x.is_nan() { "nan".into() } else { number(*x) };
    let all: Vec<String> = trial.constraints.iter().map(each).collect();
    if all.is_empty() { String::new() } else { format!("[{}]", all.join(", ")) }
}

/// A state in Optuna's word.
fn word(state: TrialState) -> &'static str {
    match state {
        TrialState::Complete => "COMPLETE",
        TrialState::Pruned => "PRUNED",
        TrialState::Failed => "FAIL",
        TrialState::Running => "RUNNING",
        TrialState::Waiting => "WAITING",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{self, Direction};

    #[test]
    fn trials_of_every_kind_are_read_again_as_they_were() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/import/");
        for name in ["optuna/journal-5.0.0.log", "lookalikes/boosting.log", "lookalikes/control.db"]
        {
            let bytes = std::fs::read(format!("{folder}{name}")).unwrap();
            for study in import::read(&bytes, name).unwrap() {
                let text = csv(&study);
                let back = import::read(text.as_bytes(), "trials.csv").unwrap().remove(0);
                assert_eq!(told(&back), told(&study), "{name}");
            }
        }
    }

    /// All that a table has of trials.
    fn told(study: &ImportedStudy) -> Vec<String> {
        let mut parameters: Vec<(usize, &Parameter)> =
            study.parameters.iter().enumerate().collect();
        parameters.sort_by(|a, b| a.1.name.cmp(&b.1.name));
        let one = |t: &ImportedTrial| {
            let given = |(at, p): &(usize, &Parameter)| {
                let x = t.params[*at]?;
                // `3` and `3.0` are one number.
                let text = value(p, x);
                Some((p.name.clone(), text.trim_end_matches(".0").to_string()))
            };
            let params: Vec<_> = parameters.iter().filter_map(given).collect();
            let constraints = &t.constraints;
            let times = (t.start, t.complete);
            format!(
                "{} {:?} {:?} {params:?} {constraints:?} {times:?}",
                t.number, t.state, t.values
            )
        };
        study.trials.iter().map(one).collect()
    }

    #[test]
    fn no_text_of_a_study_is_computed_by_a_spreadsheet() {
        let text = "lr,kind,loss\n-0.1,=1+1,0.5\n0.2,@SUM(A1),0.4\n0.3,=1+1,0.3\n";
        let mut study = import::read(text.as_bytes(), "x.csv").unwrap().remove(0);
        study.trials[0].user_attributes.push(("note".into(), "+cmd".into()));
        let text = csv(&study);
        assert!(text.contains(",-0.1,'=1+1,'+cmd,") && text.contains(",'@SUM(A1),"), "{text}");
        let back = import::read(text.as_bytes(), "x.csv").unwrap().remove(0);
        assert_eq!(back.parameters, study.parameters);
        assert_eq!(back.trials[0].user_attributes, study.trials[0].user_attributes);
    }

    #[test]
    fn names_and_fields_may_hold_anything() {
        let text = "lr,\"a, \"\"b\"\"\",loss\n0.1,x,1e-7\n0.2,\"y\nz\",1e300\n0.4,x,-inf\n";
        let mut study = import::read(text.as_bytes(), "x.csv").unwrap().remove(0);
        assert_eq!(study.parameters[1].name, "a, \"b\"");
        study.directions.push(Direction::Maximize);
        study.metric_names.clear();
        study.trials.iter_mut().for_each(|trial| trial.values.push(f64::NAN));
        let text = csv(&study);
        let header = "number,values_0,values_1,datetime_start,datetime_complete,params_lr,";
        assert!(text.starts_with(header), "{text}");
        let back = import::read(text.as_bytes(), "x.csv").unwrap().remove(0);
        assert_eq!(back.parameters, study.parameters);
        let first = |study: &ImportedStudy| {
            study.trials.iter().map(|trial| trial.values[0]).collect::<Vec<_>>()
        };
        assert_eq!(first(&back), first(&study));
        assert_eq!(first(&back), [1e-7, 1e300, f64::NEG_INFINITY]);
    }
}
