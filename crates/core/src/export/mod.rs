//! A study for other tools.
//!
//! | what | by |
//! |---|---|
//! | Optuna's journal, which Optuna 4 and 5 and its dashboard open and go on with | [`journal`] |
//! | Python for PyTorch: one training, from the same weights in the same order | [`pytorch`] |
//! | the same for Keras | [`keras`] |
//! | Python for Optuna: space, sampler, pruner, trials so far, a PyTorch objective | [`optuna`] |
//! | Python for Hyperopt: space, algorithm, a PyTorch objective | [`hyperopt`] |
//! | Python for scikit-learn: space, search and scoring, on its own networks | [`sklearn`] |
//! | the data as CSV, split as here | [`dataset`] |
//! | the trials as CSV | [`trials`] |
//!
//! Scripts are made from `templates/` (see [`template`]) for the study at hand: only what it can
//! reach stands in them. What a tool can't express is an [`Unsupported`], which the page shows
//! before the download, and which stands at the top of the script.

pub mod code;
mod compare;
pub mod dataset;
pub mod hyperopt;
pub mod journal;
pub mod keras;
pub mod lacks;
pub mod optuna;
mod own;
pub mod page;
mod python;
pub mod pytorch;
pub mod sklearn;
mod steps;
mod template;
mod training;
pub mod trials;
mod unsupported;

#[cfg(test)]
mod tests;

pub use compare::{EPOCHS, TOLERANCE, listed};
pub use own::{by_loss, of_study};
pub use unsupported::{Kind, Unsupported};

use crate::data::{Dataset, Split};
use crate::import::{ImportedStudy, ImportedTrial, Time, TrialState};
use crate::setup::Setup;
use crate::study::{Event, EventError, Study};
use serde::{Deserialize, Serialize};
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

/// What a study can be carried into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    Journal,
    PyTorch,
    Keras,
    Optuna,
    Hyperopt,
    SkLearn,
    Data,
    /// The trials as a table.
    Trials,
}

impl Target {
    /// What the page's own study is carried into; its table of trials stands apart from these.
    pub const ALL: [Target; 7] = [
        Target::PyTorch,
        Target::Keras,
        Target::Optuna,
        Target::Hyperopt,
        Target::SkLearn,
        Target::Journal,
        Target::Data,
    ];

    /// Whether it repeats one training, not a study.
    pub fn trains_once(self) -> bool {
        matches!(self, Target::PyTorch | Target::Keras)
    }

    /// Its name in controls and translations.
    pub fn key(self) -> &'static str {
        match self {
            Target::Journal => "journal",
            Target::PyTorch => "pytorch",
            Target::Keras => "keras",
            Target::Optuna => "optuna",
            Target::Hyperopt => "hyperopt",
            Target::SkLearn => "sklearn",
            Target::Data => "data",
            Target::Trials => "trials",
        }
    }
}

/// What a file for another tool is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Order {
    pub target: Target,
    /// The trials so far.
    pub events: Vec<Event>,
    /// What the page has reported of the one training that a script repeats
    /// ([`Target::trains_once`]), from epoch 0 on; empty where it was steered on its way.
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
    pub unsupported: Vec<Unsupported>,
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
            Target::Keras => keras::script(source, &self.reports),
            Target::Optuna => optuna::script(source, &study),
            Target::Hyperopt => hyperopt::script(source, &study),
            Target::SkLearn => sklearn::script(source, &study),
            Target::Journal => {
                let text = journal::write(&of_study(setup, &study, data.task()), self.now);
                let mut unsupported = lacks::scales(study.space());
                let curves = setup.objective(data.task()).metric.is_reported();
                unsupported.extend((!curves).then_some(Unsupported::NoCurves));
                Script { unsupported, ..plain("tunescape-optuna.log", text) }
            }
            Target::Data => plain(dataset::NAME, dataset::csv(source)),
            Target::Trials => {
                plain("tunescape-trials.csv", trials::csv(&of_study(setup, &study, data.task())))
            }
        };
        let Script { name, text, unsupported, needs_data } = script;
        Ok(Written { target: self.target, name: name.into(), text, unsupported, needs_data })
    }
}

impl Written {
    /// A study from elsewhere as Optuna's journal, or else as a table of its trials.
    pub fn of(study: &ImportedStudy, target: Target, now: Time) -> Self {
        let journal = target == Target::Journal;
        let lacks = |t: &&ImportedTrial| t.state == TrialState::Complete && !t.is_whole(study);
        let trials = study.trials.iter().filter(lacks).count();
        let lacks = (journal && trials > 0).then_some(Unsupported::Valueless { trials });
        let (target, name, text) = match journal {
            true => (target, "tunescape-study.log", journal::write(study, now)),
            false => (Target::Trials, "tunescape-study.csv", trials::csv(study)),
        };
        let unsupported = lacks.into_iter().collect();
        Self { target, name: name.into(), text, unsupported, needs_data: false }
    }
}

fn plain(name: &'static str, text: String) -> Script {
    Script { name, text, unsupported: Vec::new(), needs_data: false }
}
