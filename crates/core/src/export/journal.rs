//! Optuna's journal, in the one form that Optuna 4 and 5 and both dashboards read right: a trial is
//! created with its parameters, reports its curve, and ends with its values.
//!
//! - Times have no offset (Optuna 4 would mix them with its own); a trial that has ended has both.
//! - A pruned trial has its last report as value.
//! - Constraints are a list, as Optuna 4 and the dashboard have them. Optuna 5 reads it as well, and
//!   would count `constraints:NAME` beside it as others.
//! - A complete trial needs a number for each objective: one without stands as failed.
//! - Infinity and NaN are written bare, and the last line ends.

use crate::import::{Direction, Domain, ImportedStudy, ImportedTrial, Parameter, Time, TrialState};
use serde_json::{Value, json};
use std::fmt::Write;

/// The journal of a study. Trials without times get `now`, local time where it is written.
pub fn write(study: &ImportedStudy, now: Time) -> String {
    let mut out = Writer { text: String::new() };
    let direction = |d: &Direction| if *d == Direction::Maximize { 2 } else { 1 };
    let directions: Vec<u8> = study.directions.iter().map(direction).collect();
    out.line(0, &json!({ "study_name": study.name, "directions": directions }));
    for (key, value) in &study.user_attributes {
        out.line(2, &json!({ "study_id": 0, "user_attr": { key: value } }));
    }
    if study.metric_names.len() == study.directions.len() {
        let names = json!({ "study:metric_names": study.metric_names });
        out.line(3, &json!({ "study_id": 0, "system_attr": names }));
    }
    let distributions: Vec<String> = study.parameters.iter().map(distribution).collect();
    for (number, trial) in study.trials.iter().enumerate() {
        out.trial(study, number, trial, &distributions, now);
    }
    out.text
}

/// A parameter's distribution as Optuna's `distribution_to_json` writes it.
fn distribution(parameter: &Parameter) -> String {
    let tree = match &parameter.domain {
        &Domain::Number { integer: true, low, high, log, step } => {
            let step = step.unwrap_or(1.0);
            let whole = |x: f64| x as i64;
            // Optuna knows logarithms in steps of 1 alone.
            let log = log && step == 1.0;
            let attributes =
                json!({ "log": log, "step": whole(step), "low": whole(low), "high": whole(high) });
            json!({ "name": "IntDistribution", "attributes": attributes })
        }
        &Domain::Number { low, high, log, step, .. } => {
            let step = step.filter(|_| !log);
            let attributes = json!({ "step": step, "low": low, "high": high, "log": log });
            json!({ "name": "FloatDistribution", "attributes": attributes })
        }
        Domain::Categorical(choices) => {
            let choices: Vec<Value> = choices.iter().map(|choice| choice.to_json()).collect();
            json!({ "name": "CategoricalDistribution", "attributes": { "choices": choices } })
        }
    };
    tree.to_string()
}

struct Writer {
    text: String,
}

impl Writer {
    fn line(&mut self, code: u8, fields: &Value) {
        self.raw(code, &fields.to_string());
    }

    /// A line of an object's text.
    fn raw(&mut self, code: u8, object: &str) {
        let fields = object.trim_start_matches('{');
        // Writing into a text can't fail.
        let _ = writeln!(self.text, "{{\"op_code\":{code},\"worker_id\":\"tunescape\",{fields}");
    }

    fn trial(
        &mut self,
        study: &ImportedStudy,
        number: usize,
        trial: &ImportedTrial,
        distributions: &[String],
        now: Time,
    ) {
        let given = || {
            let all = study.parameters.iter().zip(distributions).zip(&trial.params);
            all.filter_map(|((parameter, text), x)| Some((parameter, text, (*x)?)))
        };
        let user: serde_json::Map<String, Value> = trial.user_attributes.iter().cloned().collect();
        if trial.state == TrialState::Waiting {
            let external = |(parameter, _, x): (&Parameter, &String, f64)| {
                (parameter.name.clone(), external(parameter, x))
            };
            let fixed: serde_json::Map<String, Value> = given().map(external).collect();
            let fields = json!({
                "study_id": 0, "datetime_start": null, "state": 4, "user_attrs": user,
            });
            self.raw(4, &with_system(fields, trial, Some(json!(fixed))));
            return;
        }
        let start = trial.start.unwrap_or(now);
        let complete = trial.complete.unwrap_or(start).max(start);
        let [start, complete] = [start, complete].map(|time| time.iso());
        let internal = |(parameter, _, x): (&Parameter, &String, f64)| {
            let choice = matches!(parameter.domain, Domain::Categorical(_));
            let value = if choice { json!(x as i64) } else { json!(x) };
            (parameter.name.clone(), value)
        };
        let params: serde_json::Map<String, Value> = given().map(internal).collect();
        let texts: serde_json::Map<String, Value> =
            given().map(|(p, text, _)| (p.name.clone(), text.as_str().into())).collect();
        let fields = json!({
            "study_id": 0, "datetime_start": start, "state": 0, "distributions": texts,
            "params": params, "user_attrs": user,
        });
        self.raw(4, &with_system(fields, trial, None));
        for (step, value) in &trial.reports {
            let value = bare(*value);
            self.raw(
                7,
                &format!(
                    "{{\"trial_id\":{number},\"step\":{step},\"intermediate_value\":{value}}}"
                ),
            );
        }
        if let Some((code, values)) = end(study, trial) {
            let [start, complete] = [json!(start), json!(complete)];
            self.raw(
                6,
                &format!(
                    "{{\"trial_id\":{number},\"state\":{code},\"values\":{values},\
                 \"datetime_start\":{start},\"datetime_complete\":{complete}}}"
                ),
            );
        }
    }
}

/// The fields that create a trial, and its system attributes: its constraints, which may be infinite,
/// and the parameters that it waits to be tried with.
fn with_system(fields: Value, trial: &ImportedTrial, fixed: Option<Value>) -> String {
    let constraints: Vec<String> = trial.constraints.iter().map(|value| bare(*value)).collect();
    let constraints =
        (!constraints.is_empty()).then(|| format!("\"constraints\":[{}]", constraints.join(",")));
    let fixed = fixed.map(|fixed| format!("\"fixed_params\":{fixed}"));
    let system: Vec<String> = constraints.into_iter().chain(fixed).collect();
    let fields = fields.to_string();
    let open = fields.strip_suffix('}').unwrap_or(&fields);
    format!("{open},\"system_attrs\":{{{}}}}}", system.join(","))
}

/// The code of a trial's end and its values; none while it runs.
fn end(study: &ImportedStudy, trial: &ImportedTrial) -> Option<(u8, String)> {
    let own = trial.is_whole(study).then(|| {
        let values: Vec<String> = trial.values.iter().map(|value| bare(*value)).collect();
        format!("[{}]", values.join(","))
    });
    let null = || "null".to_string();
    match trial.state {
        TrialState::Complete => Some(own.map_or((3, null()), |values| (1, values))),
        TrialState::Pruned => {
            let last = trial.reports.last().map(|(_, value)| *value);
            let last = last.filter(|value| study.directions.len() == 1 && !value.is_nan());
            let values = own.or_else(|| Some(format!("[{}]", bare(last?))));
            Some((2, values.unwrap_or_else(null)))
        }
        TrialState::Failed => Some((3, null())),
        TrialState::Running | TrialState::Waiting => None,
    }
}

/// A parameter's value as its user writes it.
fn external(parameter: &Parameter, x: f64) -> Value {
    match &parameter.domain {
        Domain::Number { integer: true, .. } => json!(x as i64),
        Domain::Number { .. } => json!(x),
        Domain::Categorical(choices) => {
            choices.get(x as usize).map_or(Value::Null, |choice| choice.to_json())
        }
    }
}

/// A number as Python's JSON has it.
fn bare(x: f64) -> String {
    if x.is_nan() {
        "NaN".into()
    } else if x.is_infinite() {
        if x > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else {
        json!(x).to_string()
    }
}
