//! A study that was read here against what Optuna itself reads, as `make_optuna.py` writes it down.
//! For the tests of the readers on files that lie here, and on files that Optuna has just made.

use super::{Choice, Direction, Domain, ImportedStudy, Time, TrialState};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("inf") => f64::INFINITY,
        Some("-inf") => f64::NEG_INFINITY,
        Some("nan") => f64::NAN,
        _ => value.as_f64().unwrap(),
    }
}

fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan()
}

/// A parameter's value in a trial as its user wrote it.
pub fn value(study: &ImportedStudy, trial: usize, name: &str) -> Option<Choice> {
    let at = study.parameters.iter().position(|p| p.name == name)?;
    let x = study.trials[trial].params[at]?;
    Some(match &study.parameters[at].domain {
        Domain::Categorical(choices) => choices[x as usize].clone(),
        Domain::Number { integer: true, .. } => Choice::Integer(x as i64),
        Domain::Number { .. } => Choice::Float(x),
    })
}

pub fn compare(study: &ImportedStudy, wanted: &Value) {
    assert_eq!(study.name, wanted["name"]);
    let directions: Vec<Direction> = serde_json::from_value(wanted["directions"].clone()).unwrap();
    assert_eq!(study.directions, directions);
    let trials = wanted["trials"].as_array().unwrap();
    assert_eq!(study.trials.len(), trials.len());
    for (n, (trial, wanted)) in study.trials.iter().zip(trials).enumerate() {
        assert_eq!(trial.number, wanted["number"]);
        let state = serde_json::to_value(trial.state).unwrap();
        let named = if state == "failed" { "fail".into() } else { state };
        assert_eq!(named, wanted["state"], "trial {n}");
        let values: Vec<f64> =
            wanted["values"].as_array().into_iter().flatten().map(number).collect();
        assert_eq!(trial.values.len(), values.len(), "trial {n}");
        assert!(trial.values.iter().zip(values).all(|(a, b)| same(*a, b)), "trial {n}");
        let params = wanted["params"].as_object().unwrap();
        for parameter in &study.parameters {
            let own = value(study, n, &parameter.name);
            // The parameters of a waiting trial are still to come; here they stand already.
            if trial.state != TrialState::Waiting {
                let wanted = params.get(&parameter.name).map(|p| Choice::of(p).unwrap());
                assert_eq!(own, wanted, "trial {n}, {}", parameter.name);
            }
        }
        let reports = wanted["reports"].as_array().unwrap();
        assert_eq!(trial.reports.len(), reports.len(), "trial {n}");
        for ((step, value), wanted) in trial.reports.iter().zip(reports) {
            assert!(*step == wanted[0] && same(*value, number(&wanted[1])), "trial {n}");
        }
        let user = wanted["user"].as_object().unwrap();
        assert_eq!(trial.user_attributes.len(), user.len());
        assert!(trial.user_attributes.iter().all(|(key, value)| user.get(key) == Some(value)));
        let constraints: Vec<f64> =
            wanted["constraints"].as_array().unwrap().iter().map(number).collect();
        assert_eq!(trial.constraints, constraints, "trial {n}");
        for (time, wanted) in
            [(trial.start, &wanted["start"]), (trial.complete, &wanted["complete"])]
        {
            assert_eq!(time.and_then(Time::iso).as_deref(), wanted.as_str(), "trial {n}");
        }
    }
}
