//! The real Optuna loads the journals that are written, and goes on with them.

use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tunescape_core::export::journal;
use tunescape_core::import::{self, ImportedStudy, ImportedTrial, Time, TrialState};

pub fn tests() -> Vec<Trial> {
    let mut tests = Vec::new();
    for (variable, version) in [("TUNESCAPE_OPTUNA5", "5"), ("TUNESCAPE_OPTUNA4", "4")] {
        for name in [
            "optuna/journal-5.0.0.log",
            "optuna/study-4.9.0.db",
            "lookalikes/boosting.log",
            "lookalikes/control.db",
            "lookalikes/sweep.csv",
        ] {
            let title = format!("Optuna {version} loads and continues {name} written anew");
            tests.push(with_python(variable, &title, move |python| {
                let folder = folder(&format!("optuna-{version}-{}", name.replace('/', "-")));
                for (n, study) in
                    import::read(&std::fs::read(file(name))?, name)?.iter().enumerate()
                {
                    let path = folder.join(format!("{n}.log"));
                    std::fs::write(&path, journal::write(study, Time(1_790_848_800_000_000)))?;
                    check(python, study, &path)?;
                }
                Ok(())
            }));
        }
    }
    tests
}

fn check(python: &str, study: &ImportedStudy, path: &std::path::Path) -> Result<(), Failed> {
    let script = file("check_journal.py");
    let (script, text) = (script.to_string_lossy(), path.to_string_lossy());
    let out = run(python, &[&script, &text], path.parent().unwrap_or(path))?;
    let tree: Value = serde_json::from_str(&out)?;
    let found = &tree["studies"][0];
    assert_eq!(found["name"], study.name);
    for (n, trial) in study.trials.iter().enumerate() {
        let complete = trial.state == TrialState::Complete;
        let whole = trial.values.len() == study.directions.len();
        let state = match trial.state {
            TrialState::Complete if !whole => "fail",
            TrialState::Complete => "complete",
            TrialState::Pruned => "pruned",
            TrialState::Failed => "fail",
            TrialState::Running => "running",
            TrialState::Waiting => "waiting",
        };
        assert_eq!(found["states"][n], state, "trial {n}");
        if complete && whole {
            let value = &found["values"][n][0];
            let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
            assert_eq!(number, Some(trial.values[0]), "trial {n}");
        }
        let constraints = found["constraints"][n].as_array().into_iter().flatten();
        let constraints: Vec<f64> = constraints.filter_map(Value::as_f64).collect();
        assert_eq!(constraints, trial.constraints, "trial {n}");
        let reports = found["reports"][n].as_array().map_or(0, Vec::len);
        assert_eq!(reports, trial.reports.len(), "trial {n}");
        if trial.state != TrialState::Waiting {
            assert_eq!(found["params"][n].as_object().map_or(0, |p| p.len()), given(trial));
        }
    }
    Ok(())
}

fn given(trial: &ImportedTrial) -> usize {
    trial.params.iter().flatten().count()
}
