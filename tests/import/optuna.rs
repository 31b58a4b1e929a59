//! The real Optuna loads the journals that are written, and goes on with them; and what it writes is
//! read as it reads it itself.

#[path = "described.rs"]
mod described;

use super::{file, folder, run, with_python};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use tunescape_core::export::journal;
use tunescape_core::import::{
    self, Choice, Direction, Domain, ImportedStudy, ImportedTrial, Time, TrialState,
};

/// Studies of every kind, that are read and written anew.
pub const FILES: [&str; 5] = [
    "optuna/journal-5.0.0.log",
    "optuna/study-4.9.0.db",
    "lookalikes/boosting.log",
    "lookalikes/control.db",
    "lookalikes/sweep.csv",
];

pub fn tests() -> Vec<Trial> {
    let mut tests = Vec::new();
    for (variable, version) in [("TUNESCAPE_OPTUNA5", "5"), ("TUNESCAPE_OPTUNA4", "4")] {
        let title = format!("what Optuna {version} writes is read as it reads it");
        tests.push(with_python(variable, &title, move |python| reads(python, version)));
        let title = format!("Optuna {version} loads a journal as the README says");
        tests.push(with_python(variable, &title, move |python| by_readme(python, version)));
        for name in FILES {
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

/// Has Optuna make files of every kind of parameter and trial, and reads them.
fn reads(python: &str, version: &str) -> Result<(), Failed> {
    let folder = folder(&format!("optuna-{version}-made"));
    let whole = run(python, &["-c", "import optuna; print(optuna.__version__)"], &folder)?;
    let whole = whole.trim();
    assert!(whole.starts_with(&format!("{version}.")), "{whole}");
    let script = file("make_optuna.py");
    run(python, &[&script.to_string_lossy(), whole, &folder.to_string_lossy()], &folder)?;
    for (name, ending) in [("journal", "log"), ("study", "db")] {
        let path = folder.join(format!("{name}-{whole}.{ending}"));
        let studies = import::read(&std::fs::read(&path)?, &path.to_string_lossy())?;
        let wanted = std::fs::read(path.with_file_name(format!("{name}-{whole}.json")))?;
        let wanted: Vec<Value> = serde_json::from_slice(&wanted)?;
        assert_eq!((studies.len(), wanted.len()), (2, 2), "{name}");
        assert!(studies.iter().all(|study| study.trials.len() > 8), "{name}");
        studies.iter().zip(&wanted).for_each(|(study, of)| described::compare(study, of));
    }
    Ok(())
}

fn by_readme(python: &str, version: &str) -> Result<(), Failed> {
    let folder = folder(&format!("optuna-{version}-readme"));
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"))?;
    let block =
        |text: &str| Some(text.split_once("```python\n")?.1.split_once("```")?.0.to_string());
    let code = block(&readme).ok_or("no Python in the README")?;
    let name = "lookalikes/boosting.log";
    let study = import::read(&std::fs::read(file(name))?, name)?.remove(0);
    std::fs::write(folder.join("tunescape-optuna.log"), journal::write(&study, Time(0)))?;
    let goes_on = "study.enqueue_trial({})\nprint(study.study_name, len(study.trials))\n";
    let out = run(python, &["-c", &(code + goes_on)], &folder)?;
    assert_eq!(out.trim(), format!("{} {}", study.name, study.trials.len() + 1));
    Ok(())
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
