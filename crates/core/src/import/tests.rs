//! Files by the real Optuna and rustuna, look-alikes of public studies, damage and noise. The files
//! lie in the project's `tests/import`, beside the scripts that made them.

mod apart;
mod asked;
mod constrained;
mod damage;
#[path = "../../../../tests/import/described.rs"]
mod described;
mod foreign;
mod foreign_tools;
mod golden;
mod nested;
mod printed;
mod times;
mod tools;

use super::*;
use described::{compare, value};
use std::path::PathBuf;

/// A file of `tests/import`.
fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/import").join(name);
    std::fs::read(path).unwrap()
}

fn studies(name: &str) -> Vec<ImportedStudy> {
    read(&file(name), name).unwrap()
}

/// The study of a table.
fn study(text: &str) -> ImportedStudy {
    read(text.as_bytes(), "trials.csv").unwrap().remove(0)
}

fn names(study: &ImportedStudy) -> String {
    study.parameters.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// Names of parameters, and of the objective.
fn found(text: &str) -> (String, String) {
    let study = study(text);
    (names(&study), study.metric_names.first().cloned().unwrap_or_default())
}

/// The same as it is wanted.
fn pair(parameters: &str, objective: &str) -> (String, String) {
    (parameters.into(), objective.into())
}

fn states(study: &ImportedStudy) -> Vec<TrialState> {
    study.trials.iter().map(|trial| trial.state).collect()
}
