//! What a tool can't express, and what a script does instead.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What of a set-up is not as on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Unsupported {
    /// Something chosen that the tool does not have, and what stands in its place.
    Instead { kind: Kind, name: String, tool: String, instead: String },
    /// One of several choices that the tool does not have.
    NotTried { kind: Kind, name: String, tool: String },
    /// A strategy of the same name that differs in its numbers.
    Differs { name: String, sampler: String },
    /// No trial is stopped early.
    NoPruning,
    /// A trial that goes on is trained from its beginning again.
    RungsAnew,
    /// Finished trials are not taken over: so many of the best are tried anew.
    TriedAnew { trials: usize },
    /// Finished trials are not taken over.
    Afresh,
    /// Trials are judged by another metric on the page; the script's objective is the loss.
    Metric,
    /// Trials are judged by their best epoch on the page; by their last one here.
    LastEpoch,
    /// A trial is trained so many times on the page; the script trains the first one.
    Trainings { trainings: usize },
    /// A range laid out over −log(1 − x); the script's is linear.
    Scale { parameter: String },
    /// A range in steps on a logarithmic scale; the script's steps are linear.
    SteppedLog { parameter: String },
    /// The page minimises the cost of training as well.
    CostsNothing,
    /// The page skips points that were tried before.
    TriedTwice,
    /// Trials run side by side on the page; one after the other in the script.
    OneAtATime,
    /// A hyperparameter, by its name in links, that stays as it is.
    NotSearched { parameter: String },
    /// Trials that ended so are not told: the tool has no such state.
    Refused { trials: usize },
    /// So many complete trials lack the value of an objective: the tool takes none without.
    Valueless { trials: usize },
    /// What trials are judged by is measured at their end alone: they come without curves.
    NoCurves,
    /// A setting, by its path, that the tool does not have.
    LeftOut { setting: String },
    /// Initial weights and the order of the batches are drawn by the tool.
    OwnDraws,
    /// Units are left out at random by the tool's own draws.
    Dropout,
    /// All hidden layers have the first one's activation.
    OneActivation,
    /// Penalties leave out biases.
    Biases,
    /// A penalty that weighs by the set-up's batch size, while the batch size is searched.
    BatchPenalty,
    /// The gradient of the L2 penalty is clipped with the rest.
    ClippedPenalty,
    /// ε stands under the root, or before the correction.
    Epsilon,
}

/// What something is that a tool may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    Strategy,
    Pruner,
    Optimizer,
    Activation,
    Loss,
    Schedule,
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::Strategy,
        Kind::Pruner,
        Kind::Optimizer,
        Kind::Activation,
        Kind::Loss,
        Kind::Schedule,
    ];

    /// Its name in translations, and in scripts.
    pub fn key(self) -> &'static str {
        match self {
            Kind::Strategy => "strategy",
            Kind::Pruner => "pruner",
            Kind::Optimizer => "optimizer",
            Kind::Activation => "activation",
            Kind::Loss => "loss",
            Kind::Schedule => "schedule",
        }
    }

    /// Something of this kind that a tool lacks.
    pub fn instead(self, name: &str, tool: &str, instead: &str) -> Unsupported {
        let [name, tool, instead] = [name, tool, instead].map(str::to_owned);
        Unsupported::Instead { kind: self, name, tool, instead }
    }
}

impl Unsupported {
    /// As scripts have what has no numbers or names in it, in English.
    fn plain(&self) -> &'static str {
        match self {
            Self::Instead { .. }
            | Self::NotTried { .. }
            | Self::Differs { .. }
            | Self::TriedAnew { .. }
            | Self::Trainings { .. }
            | Self::Scale { .. }
            | Self::SteppedLog { .. }
            | Self::NotSearched { .. }
            | Self::Refused { .. }
            | Self::Valueless { .. }
            | Self::LeftOut { .. } => "",
            Self::NoPruning => "no trial is stopped early",
            Self::RungsAnew => {
                "at each rung the trials that go on are trained from the beginning again"
            }
            Self::CostsNothing => "the loss alone is minimised, not the cost of training as well",
            Self::TriedTwice => "a point that was tried before may be tried again",
            Self::NoCurves => {
                "trials come without values by epoch: their metric is measured at the end"
            }
            Self::OneAtATime => "trials run one after the other, not side by side",
            Self::Afresh => "trials so far are not taken over",
            Self::Metric => "the objective is the validation loss, not the page's metric",
            Self::LastEpoch => "trials are judged by their last epoch, not by their best",
            Self::OwnDraws => {
                "initial weights and the order of the batches are drawn by scikit-learn: other ones"
            }
            Self::Dropout => "dropout leaves out other units, drawn by Keras",
            Self::OneActivation => "all hidden layers have the activation of the first",
            Self::Biases => "biases are not penalised",
            Self::BatchPenalty => {
                "the penalty weighs less in larger batches: it is right for the page's batch size"
            }
            Self::ClippedPenalty => "the gradient of the L2 penalty is clipped with the rest",
            Self::Epsilon => "epsilon acts at another place, and is large enough to matter",
        }
    }
}

/// As scripts have it, in English.
impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instead { kind, name, tool, instead } => {
                let kind = kind.key();
                write!(f, "the {kind} {name} is not in {tool}: {instead} stands in its place")
            }
            Self::NotTried { kind, name, tool } => {
                write!(f, "the {} {name} is not in {tool}: it is not tried", kind.key())
            }
            Self::Differs { name, sampler } => {
                write!(f, "{sampler} is of the same kind as {name}, but proposes other points")
            }
            Self::TriedAnew { trials } => {
                write!(f, "trials so far are not taken over: the best {trials} are tried anew")
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
            Self::SteppedLog { parameter } => {
                write!(
                    f,
                    "{parameter} is spread over a logarithmic scale on the page, linearly here, \
                     in the same steps"
                )
            }
            Self::NotSearched { parameter } => {
                write!(f, "{parameter} is not searched: it has no effect here")
            }
            Self::Refused { trials } => {
                write!(f, "{trials} trials that were too large to be trained stand as failed")
            }
            Self::Valueless { trials } => {
                write!(f, "{trials} trials that lack the value of an objective stand as failed")
            }
            Self::LeftOut { setting } => {
                write!(f, "{setting} is left out: there is nothing like it")
            }
            _ => f.write_str(self.plain()),
        }
    }
}
