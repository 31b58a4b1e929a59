//! Scores of predictions against the truth, as fractions, in f64. They agree with scikit-learn's to
//! 1e-9 (`tests/golden_metrics.rs`).
//!
//! | name | shape | meaning |
//! |---|---|---|
//! | `truth`, `predicted` | rows | class indices, or numbers |
//! | `score` | rows | higher is more positive |
//! | `probabilities` | rows × classes, row-major | each row adds up to 1 |
//! | confusion | classes × classes | rows counted by \[true class\]\[predicted class\] |
//!
//! 0/0 in precision, recall and F1 counts as 0. With two classes, the binary precision, recall and
//! F1 are those of class 1. Of no rows at all, a mean is 0. `truth` and what it is compared with
//! have the same length.

use crate::sort::sort_by;

mod objective;

pub use objective::{Metric, Objective, When};

/// Counts by \[true class\]\[predicted class\]. Class indices are below `classes`.
pub fn confusion(truth: &[usize], predicted: &[usize], classes: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; classes]; classes];
    for (&t, &p) in truth.iter().zip(predicted) {
        counts[t][p] += 1;
    }
    counts
}

/// Share of the rows that are predicted right; also F1 averaged over rows (micro).
pub fn accuracy(confusion: &[Vec<usize>]) -> f64 {
    let right: usize = (0..confusion.len()).map(|c| confusion[c][c]).sum();
    ratio(right as f64, confusion.iter().flatten().sum::<usize>() as f64)
}

/// For each class: of the rows predicted as it, the share that is.
pub fn precision(confusion: &[Vec<usize>]) -> Vec<f64> {
    let predicted = |c: usize| confusion.iter().map(|row| row[c]).sum::<usize>();
    (0..confusion.len()).map(|c| ratio(confusion[c][c] as f64, predicted(c) as f64)).collect()
}

/// For each class: of the rows that are it, the share predicted as it.
pub fn recall(confusion: &[Vec<usize>]) -> Vec<f64> {
    (0..confusion.len())
        .map(|c| ratio(confusion[c][c] as f64, confusion[c].iter().sum::<usize>() as f64))
        .collect()
}

/// For each class: the harmonic mean of precision and recall.
pub fn f1(confusion: &[Vec<usize>]) -> Vec<f64> {
    precision(confusion)
        .into_iter()
        .zip(recall(confusion))
        .map(|(p, r)| ratio(2.0 * p * r, p + r))
        .collect()
}

/// Mean over classes, each counting the same (macro average).
pub fn macro_mean(per_class: &[f64]) -> f64 {
    mean(per_class.iter().copied())
}

/// The classes that some row is of or is predicted as: a network for several sets may have more
/// than one of them has.
pub fn met(confusion: &[Vec<usize>]) -> Vec<usize> {
    let rows = |c: usize| {
        confusion[c].iter().sum::<usize>() + confusion.iter().map(|row| row[c]).sum::<usize>()
    };
    (0..confusion.len()).filter(|&c| rows(c) > 0).collect()
}

/// The macro average over the classes that are [`met`].
pub fn mean_over_met(per_class: &[f64], confusion: &[Vec<usize>]) -> f64 {
    macro_mean(&met(confusion).into_iter().map(|c| per_class[c]).collect::<Vec<_>>())
}

/// Mean over classes, each counting as many times as it has rows.
pub fn weighted_mean(per_class: &[f64], confusion: &[Vec<usize>]) -> f64 {
    let rows = confusion.iter().map(|row| row.iter().sum::<usize>() as f64);
    let total: f64 = rows.clone().sum();
    ratio(per_class.iter().zip(rows).map(|(v, n)| v * n).sum(), total)
}

/// Mean recall over the classes that have rows.
pub fn balanced_accuracy(confusion: &[Vec<usize>]) -> f64 {
    let present = |c: &usize| confusion[*c].iter().any(|&n| n > 0);
    let recall = recall(confusion);
    mean((0..confusion.len()).filter(present).map(|c| recall[c]))
}

/// Matthews' correlation of truth and prediction, −1 to 1, for any number of classes; 0 where
/// either is constant.
pub fn matthews(confusion: &[Vec<usize>]) -> f64 {
    let classes = confusion.len();
    let truth: Vec<f64> = confusion.iter().map(|row| row.iter().sum::<usize>() as f64).collect();
    let predicted: Vec<f64> =
        (0..classes).map(|c| confusion.iter().map(|row| row[c]).sum::<usize>() as f64).collect();
    let right: f64 = (0..classes).map(|c| confusion[c][c] as f64).sum();
    let rows: f64 = truth.iter().sum();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let spread = |a: &[f64]| rows * rows - dot(a, a);
    ratio(right * rows - dot(&truth, &predicted), libm::sqrt(spread(&truth) * spread(&predicted)))
}

/// The class of highest score in each row; the first of equals.
pub fn argmax(scores: &[f64], classes: usize) -> Vec<usize> {
    let best =
        |row: &[f64]| (1..classes).fold(0, |best, c| if row[c] > row[best] { c } else { best });
    scores.chunks_exact(classes).map(best).collect()
}

/// One point of a ROC curve: rows with `score >= threshold` are called positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    pub threshold: f64,
    /// Share of the negatives called positive.
    pub false_positives: f64,
    /// Share of the positives called positive.
    pub true_positives: f64,
}

/// The ROC curve from (0, 0), with one point per distinct score, highest first. None if all rows
/// are of one class.
pub fn roc_curve(truth: &[bool], score: &[f64]) -> Option<Vec<RocPoint>> {
    let steps = steps(truth, score);
    let last = steps.last().filter(|s| s.positives > 0 && s.negatives > 0)?;
    let start = RocPoint { threshold: f64::INFINITY, false_positives: 0.0, true_positives: 0.0 };
    let point = |s: &Step| RocPoint {
        threshold: s.threshold,
        false_positives: s.negatives as f64 / last.negatives as f64,
        true_positives: s.positives as f64 / last.positives as f64,
    };
    Some(std::iter::once(start).chain(steps.iter().map(point)).collect())
}

/// Area under the ROC curve: the chance that a positive scores above a negative, ties counting one
/// half.
pub fn roc_auc(truth: &[bool], score: &[f64]) -> Option<f64> {
    let curve = roc_curve(truth, score)?;
    let area = |w: &[RocPoint]| {
        (w[1].false_positives - w[0].false_positives) * (w[1].true_positives + w[0].true_positives)
            / 2.0
    };
    Some(curve.windows(2).map(area).sum())
}

/// Area under the precision-recall curve as a sum of steps, not interpolated. None without
/// positives.
pub fn average_precision(truth: &[bool], score: &[f64]) -> Option<f64> {
    let steps = steps(truth, score);
    let positives = steps.last().map(|s| s.positives).filter(|&n| n > 0)?;
    let mut before = 0;
    let mut sum = 0.0;
    for s in &steps {
        sum += (s.positives - before) as f64 / positives as f64 * s.positives as f64
            / (s.positives + s.negatives) as f64;
        before = s.positives;
    }
    Some(sum)
}

/// For each class, the area under the ROC curve of that class against all others.
pub fn roc_auc_per_class(
    truth: &[usize],
    probabilities: &[f64],
    classes: usize,
) -> Vec<Option<f64>> {
    let one = |class: usize| {
        let is: Vec<bool> = truth.iter().map(|&t| t == class).collect();
        let score: Vec<f64> = probabilities.chunks_exact(classes).map(|row| row[class]).collect();
        roc_auc(&is, &score)
    };
    (0..classes).map(one).collect()
}

/// Mean of −ln of the true class's probability, which is kept 2.2e-16 away from 0 and 1.
pub fn log_loss(truth: &[usize], probabilities: &[f64], classes: usize) -> f64 {
    let clip = |p: f64| p.clamp(f64::EPSILON, 1.0 - f64::EPSILON);
    mean(
        truth
            .iter()
            .zip(probabilities.chunks_exact(classes))
            .map(|(&t, row)| -libm::log(clip(row[t]))),
    )
}

/// Mean squared distance of the positive class's probability from 0 or 1 (Brier score).
pub fn brier(truth: &[bool], probability: &[f64]) -> f64 {
    mean(truth.iter().zip(probability).map(|(&t, p)| (p - f64::from(t)) * (p - f64::from(t))))
}

/// Mean squared error, in squared units of the target.
pub fn mse(truth: &[f64], predicted: &[f64]) -> f64 {
    mean(truth.iter().zip(predicted).map(|(t, p)| (t - p) * (t - p)))
}

/// Root of the mean squared error, in units of the target.
pub fn rmse(truth: &[f64], predicted: &[f64]) -> f64 {
    libm::sqrt(mse(truth, predicted))
}

/// Mean absolute error, in units of the target.
pub fn mae(truth: &[f64], predicted: &[f64]) -> f64 {
    mean(truth.iter().zip(predicted).map(|(t, p)| (t - p).abs()))
}

/// R²: the share of the target's squared deviation from its mean that the predictions account for;
/// below 0 if the mean would do better. For a constant target 1 if the predictions are perfect,
/// else 0.
pub fn r2(truth: &[f64], predicted: &[f64]) -> f64 {
    explained(mse(truth, predicted), variance(truth))
}

/// As [`r2`], forgiving a constant offset of the predictions.
pub fn explained_variance(truth: &[f64], predicted: &[f64]) -> f64 {
    let residuals: Vec<f64> = truth.iter().zip(predicted).map(|(t, p)| t - p).collect();
    explained(variance(&residuals), variance(truth))
}

fn explained(left: f64, all: f64) -> f64 {
    match (left == 0.0, all == 0.0) {
        (true, _) => 1.0,
        (false, true) => 0.0,
        (false, false) => 1.0 - left / all,
    }
}

fn variance(values: &[f64]) -> f64 {
    let centre = mean(values.iter().copied());
    mean(values.iter().map(|v| (v - centre) * (v - centre)))
}

/// Mean and standard deviation (over n, as scikit-learn tells of cross-validation) of these; none
/// of none.
pub fn mean_and_spread(values: impl Iterator<Item = f64> + Clone) -> Option<(f64, f64)> {
    values.clone().next()?;
    let centre = mean(values.clone());
    Some((centre, libm::sqrt(mean(values.map(|v| (v - centre) * (v - centre))))))
}

fn mean(values: impl Iterator<Item = f64> + Clone) -> f64 {
    ratio(values.clone().sum(), values.count() as f64)
}

fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// How many rows of each class score at least `threshold`.
struct Step {
    threshold: f64,
    positives: usize,
    negatives: usize,
}

/// One step per distinct score, highest first.
fn steps(truth: &[bool], score: &[f64]) -> Vec<Step> {
    let mut rows: Vec<(f64, bool)> = score.iter().copied().zip(truth.iter().copied()).collect();
    sort_by(&mut rows, |a, b| b.0.total_cmp(&a.0));
    let (mut positives, mut negatives) = (0, 0);
    let mut steps = Vec::new();
    for equals in rows.chunk_by(|a, b| a.0 == b.0) {
        let hits = equals.iter().filter(|row| row.1).count();
        positives += hits;
        negatives += equals.len() - hits;
        steps.push(Step { threshold: equals[0].0, positives, negatives });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_score_is_not_a_panic() {
        assert_eq!(accuracy(&confusion(&[], &[], 2)), 0.0);
        assert_eq!(
            (roc_auc(&[], &[]), roc_auc(&[true], &[0.5]), average_precision(&[false], &[1.0])),
            (None, None, None)
        );
        assert_eq!((mse(&[], &[]), r2(&[1.0], &[2.0])), (0.0, 0.0));
    }

    #[test]
    fn the_first_of_equal_scores_wins() {
        assert_eq!(argmax(&[0.2, 0.4, 0.4, 0.5, 0.1, 0.5], 3), [1, 0]);
    }
}
