//! optuna-dashboard's own application opens the journals that are written.

use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tunescape_core::export::journal;
use tunescape_core::import::{self, Direction, ImportedStudy, ImportedTrial, Time, TrialState};

pub fn tests() -> Vec<Trial> {
    let files = super::optuna::FILES.into_iter();
    let test = |name: &'static str| {
        let title = format!("optuna-dashboard opens {name} written anew");
        with_python("TUNESCAPE_DASHBOARD", &title, move |python| opens(python, name))
    };
    files.map(test).collect()
}

fn opens(python: &str, name: &str) -> Result<(), Failed> {
    let folder = folder(&format!("dashboard-{}", name.replace('/', "-")));
    let script = file("check_dashboard.py");
    for (n, study) in import::read(&std::fs::read(file(name))?, name)?.iter().enumerate() {
        let path = folder.join(format!("{n}.log"));
        std::fs::write(&path, journal::write(study, Time(1_790_848_800_000_000)))?;
        let arguments = [script.to_string_lossy(), path.to_string_lossy()];
        let out = run(python, &[&arguments[0], &arguments[1]], &folder)?;
        let found: Value = serde_json::from_str(out.lines().last().unwrap_or_default())?;
        shows(study, &found);
    }
    Ok(())
}

/// Whether the answers for the list of studies and for the study say what there is.
fn shows(study: &ImportedStudy, found: &Value) {
    let direction = |of: &Direction| match of {
        Direction::Minimize => "minimize",
        Direction::Maximize => "maximize",
    };
    let directions: Vec<&str> = study.directions.iter().map(direction).collect();
    let [listed] = &found["studies"].as_array().expect("studies")[..] else { panic!("{found}") };
    assert_eq!(
        (&listed["study_name"], &listed["directions"]),
        (&study.name.as_str().into(), &json!(directions))
    );
    let detail = &found["details"][0];
    assert_eq!(
        (&detail["name"], &detail["directions"]),
        (&study.name.as_str().into(), &json!(directions))
    );
    let reports = study.trials.iter().any(|trial| !trial.reports.is_empty());
    assert_eq!(detail["has_intermediate_values"], reports);
    let trials = detail["trials"].as_array().expect("trials");
    assert_eq!(trials.len(), study.trials.len());
    for (n, (trial, found)) in study.trials.iter().zip(trials).enumerate() {
        let (state, values) = ending(study, trial);
        assert_eq!(found["state"], state, "trial {n}");
        assert_eq!(found.get("values").cloned().unwrap_or_default(), values, "trial {n}");
        let report = |(step, value): &(u64, f64)| json!({ "step": step, "value": number(*value) });
        let reports: Vec<Value> = trial.reports.iter().map(report).collect();
        assert_eq!(found["intermediate_values"], json!(reports), "trial {n}");
        assert_eq!(found["constraints"], json!(trial.constraints), "trial {n}");
        let given = trial.params.iter().flatten().count();
        let key = if trial.state == TrialState::Waiting { "fixed_params" } else { "params" };
        assert_eq!(found[key].as_array().map(Vec::len), Some(given), "trial {n}");
        let attributes = found["user_attrs"].as_array().map(Vec::len);
        assert_eq!(attributes, Some(trial.user_attributes.len()), "trial {n}");
    }
}

/// A trial's state and values as the dashboard has them: null where there are none.
fn ending(study: &ImportedStudy, trial: &ImportedTrial) -> (&'static str, Value) {
    let own = || json!(trial.values.iter().map(|value| number(*value)).collect::<Vec<_>>());
    let last = trial.reports.last().map(|(_, value)| *value).filter(|value| !value.is_nan());
    match trial.state {
        TrialState::Complete if trial.is_whole(study) => ("Complete", own()),
        TrialState::Pruned if trial.is_whole(study) => ("Pruned", own()),
        TrialState::Pruned => ("Pruned", last.map_or(Value::Null, |value| json!([number(value)]))),
        TrialState::Complete | TrialState::Failed => ("Fail", Value::Null),
        TrialState::Running => ("Running", Value::Null),
        TrialState::Waiting => ("Waiting", Value::Null),
    }
}

/// What is not finite stands in words.
fn number(x: f64) -> Value {
    match x {
        x if x.is_nan() => "nan".into(),
        f64::INFINITY => "inf".into(),
        f64::NEG_INFINITY => "-inf".into(),
        x => x.into(),
    }
}
