//! How a point is evaluated, as a part of the set-up: on which rows it validates, and how often.
//!
//! Each combination of a fold and a repeat is a stream of the population. What a point reports
//! after an epoch is the mean over its streams.

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
    /// Other sets of the same kind of task that every point is trained on as well, split as the
    /// first; toys are made as it.
    pub also: Vec<String>,
}

impl Default for EvaluationSetup {
    fn default() -> Self {
        EvaluationSetup { method: Method::HoldOut, folds: 5, repeats: 1, also: Vec::new() }
    }
}

impl EvaluationSetup {
    /// Splits that a point is trained on.
    pub fn splits(&self) -> usize {
        self.folds_each() * (1 + self.also.len())
    }

    /// Splits of one set.
    pub fn folds_each(&self) -> usize {
        if self.method == Method::HoldOut { 1 } else { self.folds }
    }

    /// The mean over the streams of each set, the first set first, given one value a stream; none
    /// where one of them has none.
    pub fn by_set(&self, values: &[Option<f64>]) -> Option<Vec<f64>> {
        let (each, sets) = (self.folds_each(), 1 + self.also.len());
        let mut sums = vec![0.0; sets];
        for (stream, value) in values.iter().enumerate() {
            sums[stream / each % sets] += (*value)?;
        }
        let count = values.len() as f64 / sets as f64;
        Some(sums.into_iter().map(|sum| sum / count).collect())
    }

    /// The mean over the repeats of each fold of the first set, given one value a stream; none where
    /// none of them has one.
    pub fn by_fold(&self, values: &[Option<f64>]) -> Vec<Option<f64>> {
        let mean = |fold: usize| {
            let own = values.iter().skip(fold).step_by(self.splits()).flatten().copied();
            crate::metrics::mean_and_spread(own).map(|(mean, _)| mean)
        };
        (0..self.folds_each()).map(mean).collect()
    }

    /// Trainings of a point.
    pub fn streams(&self) -> usize {
        self.splits() * self.repeats
    }

    /// What decides how rows are dealt: folds, whether they are stratified, of which other sets.
    pub fn dealing(&self) -> (Method, usize, &[String]) {
        (self.method, self.splits(), &self.also)
    }

    /// The splits that a point is trained on, given the data and its one split; the test part is
    /// that of the split in each. The same seed deals the same folds.
    pub fn dealt(&self, data: &Dataset, split: Split, seed: u64) -> Result<Vec<Split>, FoldError> {
        let stratified = self.method == Method::StratifiedKFold && data.task() != Task::Regression;
        if self.method == Method::HoldOut {
            Ok(vec![split])
        } else {
            split.folds(data, self.folds, stratified, seed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_put_together_by_their_set() {
        let also = vec!["moons".to_string()];
        let evaluation = EvaluationSetup { method: Method::KFold, folds: 2, repeats: 2, also };
        assert_eq!(evaluation.streams(), 8);
        // Repeats outermost, then sets, then folds.
        let values = [1.0, 3.0, 10.0, 20.0, 5.0, 7.0, 30.0, 40.0].map(Some);
        assert_eq!(evaluation.by_set(&values), Some(vec![4.0, 25.0]));
        assert_eq!(evaluation.by_set(&[Some(1.0), None]), None);
        assert_eq!(evaluation.by_fold(&values), [Some(3.0), Some(5.0)]);
        assert_eq!(evaluation.by_fold(&[None, Some(3.0)]), [None, Some(3.0)]);
    }
}
