//! How a point is evaluated, as a part of the set-up: on which rows it validates, and how often.
//!
//! Each combination of a fold and a repeat is a stream of the population. What a point reports after an epoch is the
//! mean over its streams.

use crate::data::folds::FoldError;
use crate::data::{Dataset, Split, Task};
use serde::{Deserialize, Serialize};

/// Which of the rows that are not for the test validate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The validation part, always.
    HoldOut,
    /// Each fold of the training and the validation part once, while the others train.
    KFold,
    /// The same with classes spread evenly over the folds; for numbers, as [`Method::KFold`].
    StratifiedKFold,
}

impl Method {
    pub const ALL: [Method; 3] = [Method::HoldOut, Method::KFold, Method::StratifiedKFold];
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvaluationSetup {
    pub method: Method,
    /// How many folds, where there are any.
    pub folds: usize,
    /// How many times each fold is trained, from other start weights and in another order.
    pub repeats: usize,
}

impl Default for EvaluationSetup {
    fn default() -> Self {
        EvaluationSetup { method: Method::HoldOut, folds: 5, repeats: 1 }
    }
}

impl EvaluationSetup {
    /// Splits that a point is trained on.
    pub fn splits(&self) -> usize {
        if self.method == Method::HoldOut { 1 } else { self.folds }
    }

    /// Trainings of a point.
    pub fn streams(&self) -> usize {
        self.splits() * self.repeats
    }

    /// What decides how rows are dealt: folds, and whether they are stratified.
    pub fn dealing(&self) -> (Method, usize) {
        (self.method, self.splits())
    }

    /// The splits that a point is trained on, given the data and its one split; the test part is that of the split in
    /// each. The same seed deals the same folds.
    pub fn dealt(&self, data: &Dataset, split: Split, seed: u64) -> Result<Vec<Split>, FoldError> {
        let stratified = self.method == Method::StratifiedKFold && data.task() != Task::Regression;
        if self.method == Method::HoldOut { Ok(vec![split]) } else { split.folds(data, self.folds, stratified, seed) }
    }
}
