//! A study for other tools.
//!
//! | what | by |
//! |---|---|
//! | Optuna's journal, which Optuna 4 and 5 and its dashboard open and go on with | [`journal`] |
//! | Python for PyTorch: one training, from the same weights in the same order | [`pytorch`] |
//! | Python for Optuna: space, sampler, pruner, trials so far, a PyTorch objective | [`optuna`] |
//! | Python for Hyperopt: space, algorithm, a PyTorch objective | [`hyperopt`] |
//! | the data as CSV, split as here | [`dataset`] |
//!
//! Scripts are made from `templates/` (see [`template`]) for the study at hand: only what it can
//! reach stands in them. What a tool can't express is an [`Unsupported`], which the page shows before
//! the download, and which stands at the top of the script.

pub mod dataset;
pub mod hyperopt;
pub mod journal;
pub mod optuna;
mod own;
pub mod page;
mod python;
pub mod pytorch;
mod template;
mod training;

#[cfg(test)]
mod tests;

pub use own::of_study;

use crate::data::{Dataset, Split};
use crate::import::Time;
use crate::setup::Setup;
use crate::study::{Event, EventError, Study};
use serde::{Deserialize, Serialize};
use std::fmt;
use tunescape_engine::train::Report;

/// What a script is made from: a set-up and its data, split.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub setup: &'a Setup,
    pub data: &'a Dataset,
    pub split: &'a Split,
}

/// A script and what it can't do as the page does.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    pub name: &'static str,
    pub text: String,
    pub unsupported: Vec<Unsupported>,
    /// Whether the data is too much to stand in the script: [`dataset`]'s file has to lie beside it,
    /// under [`dataset::NAME`].
    pub needs_data: bool,
}

/// What a tool can't express, and what the script does instead.
#[derive(Clone, Debug, PartialEq)]
pub enum Unsupported {
    /// A strategy that Optuna does not have; the sampler that comes nearest.
    Strategy { name: &'static str, instead: &'static str },
    /// A strategy of the same name that differs in its numbers.
    Differs { name: &'static str, sampler: &'static str },
    /// A pruner that Optuna does not have, or that prunes between folds.
    Pruner { name: &'static str, instead: &'static str },
    /// A strategy that Hyperopt does not have; the algorithm that stands in its place.
    Algorithm { name: &'static str, instead: &'static str },
    /// No trial is stopped early.
    NoPruning,
    /// Finished trials are not taken over: so many of the best are tried anew.
    TriedAnew { trials: usize },
    /// Trials are judged by another metric on the page; the script's objective is the loss.
    Metric,
    /// A trial is trained so many times on the page; the script trains the first one.
    Trainings { trainings: usize },
    /// A range laid out over −log(1 − x); the script's is linear.
    Scale { parameter: String },
    /// Trials that ended so are not told: the tool has no such state.
    Refused { trials: usize },
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Strategy { name, instead } => {
                write!(f, "the strategy {name} is not in Optuna: {instead} stands in its place")
            }
            Self::Differs { name, sampler } => {
                write!(f, "{sampler} is of the same kind as {name}, but proposes other points")
            }
            Self::Pruner { name, instead } => {
                write!(f, "the pruner {name} is not in Optuna: {instead} stands in its place")
            }
            Self::Algorithm { name, instead } => {
                write!(f, "the strategy {name} is not in Hyperopt: {instead} stands in its place")
            }
            Self::NoPruning => f.write_str("no trial is stopped early"),
            Self::TriedAnew { trials } => {
                write!(f, "trials so far are not taken over: the best {trials} are tried anew")
            }
            Self::Metric => {
                f.write_str("the objective is the validation loss, not the page's metric")
            }
            Self::Trainings { trainings } => {
                write!(
                    f,
                    "the page trains each trial {trainings} times, this script the first time only"
                )
            }
            Self::Scale { parameter } => {
                write!(f, "{parameter} is spread over -log(1 - x) on the page, linearly here")
            }
            Self::Refused { trials } => {
                write!(f, "{trials} trials that were too large to be trained stand as failed")
            }
        }
    }
}

/// What a study can be carried into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    Journal,
    PyTorch,
    Optuna,
    Hyperopt,
    Data,
}

impl Target {
    pub const ALL: [Target; 5] =
        [Target::PyTorch, Target::Optuna, Target::Hyperopt, Target::Journal, Target::Data];

    /// Its name in controls and translations.
    pub fn key(self) -> &'static str {
        match self {
            Target::Journal => "journal",
            Target::PyTorch => "pytorch",
            Target::Optuna => "optuna",
            Target::Hyperopt => "hyperopt",
            Target::Data => "data",
        }
    }
}

/// What a file for another tool is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub target: Target,
    /// The trials so far.
    pub events: Vec<Event>,
    /// What the page has reported of the one training that a PyTorch script repeats, from epoch 0
    /// on; empty where it was steered on its way.
    pub reports: Vec<Report>,
    /// Now, in local time, for the journal.
    pub now: Time,
}

/// A file for another tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    pub target: Target,
    pub name: String,
    pub text: String,
    /// Whether the data has to lie beside it, as [`Target::Data`] writes it.
    pub needs_data: bool,
}

impl Order {
    /// Writes the file.
    pub fn write(self, source: Source) -> Result<Written, EventError> {
        let Source { setup, data, .. } = source;
        let mut study = Study::new(setup.strategy(), setup.searched());
        for event in self.events {
            study.apply(event)?;
        }
        let script = match self.target {
            Target::PyTorch => pytorch::script(source, &self.reports),
            Target::Optuna => optuna::script(source, &study),
            Target::Hyperopt => hyperopt::script(source, &study),
            Target::Journal => {
                let text = journal::write(&of_study(setup, &study, data.task()), self.now);
                plain("tunescape-optuna.log", text)
            }
            Target::Data => plain(dataset::NAME, dataset::csv(source)),
        };
        let Script { name, text, needs_data, .. } = script;
        Ok(Written { target: self.target, name: name.into(), text, needs_data })
    }
}

fn plain(name: &'static str, text: String) -> Script {
    Script { name, text, unsupported: Vec::new(), needs_data: false }
}
