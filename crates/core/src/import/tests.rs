//! Files by the real Optuna and rustuna, look-alikes of public studies, damage and noise. The files
//! lie in the project's `tests/import`, beside the scripts that made them.

mod apart;
mod asked;
mod constrained;
mod damage;
mod foreign;
mod foreign_tools;
mod golden;
mod nested;
mod tools;

use super::*;
use std::path::PathBuf;

/// A file of `tests/import`.
fn file(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/import").join(name);
    std::fs::read(path).unwrap()
}

fn studies(name: &str) -> Vec<ImportedStudy> {
    read(&file(name), name).unwrap()
}

/// A parameter's value in a trial as its user wrote it.
fn value(study: &ImportedStudy, trial: usize, name: &str) -> Option<Choice> {
    let at = study.parameters.iter().position(|p| p.name == name)?;
    let x = study.trials[trial].params[at]?;
    Some(match &study.parameters[at].domain {
        Domain::Categorical(choices) => choices[x as usize].clone(),
        Domain::Number { integer: true, .. } => Choice::Integer(x as i64),
        Domain::Number { .. } => Choice::Float(x),
    })
}
