//! Pruners: which trials to stop early, from curves alone. They work beside any strategy.
//!
//! A curve is a trial's losses by step (smaller is better; one that is not finite has diverged).
//! Every verdict carries the line that the trial was held against, so that it can be drawn.
//!
//! | pruner | stops a trial when | defaults of |
//! |---|---|---|
//! | [`rules`] median, percentile | its best so far is worse than that share of the others at this step | Optuna |
//! | [`rules`] threshold, patience | it leaves given bounds; it has not improved for some steps | Optuna |
//! | [`wilcoxon`] | over folds, it is worse than the best trial by a signed-rank test | Optuna |
//! | [`halving`] | it is not in the best 1/η of its rung: successive halving, ASHA, Hyperband, BOHB | Optuna, Ray, the papers |
//! | [`population`] | nothing: the worst copy the best, and perturb | Ray |

use crate::sort::ascending;

pub mod halving;
pub mod population;
pub mod pruner;
pub mod rules;
pub mod wilcoxon;

/// Losses by step, steps rising.
pub type Curve = [(usize, f64)];

/// What a pruner says of a trial, and the line it was held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub stop: bool,
    /// The loss not to exceed at this step; none where there is nothing to compare with yet.
    pub line: Option<f64>,
}

impl Verdict {
    pub const GO_ON: Self = Self { stop: false, line: None };

    /// Stops what lies above the line, or is no number.
    fn above(loss: f64, line: f64) -> Self {
        Self { stop: loss.is_nan() || loss > line, line: Some(line) }
    }
}

/// A loss to be compared: what is no number is infinitely bad.
fn comparable(loss: f64) -> f64 {
    if loss.is_nan() { f64::INFINITY } else { loss }
}

/// The `share`-th quantile, 0 to 1, of values (not empty), by linear interpolation between order
/// statistics.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    ascending(values);
    let at = share.clamp(0.0, 1.0) * (values.len() - 1) as f64;
    let (low, part) = (at as usize, at - libm::floor(at));
    match values.get(low + 1) {
        Some(high) if part > 0.0 => values[low] + part * (high - values[low]),
        _ => values[low],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_as_numpy_does() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0, 4.0], 0.5), 2.5);
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0, 4.0], 0.25), 1.75);
        assert_eq!(quantile(&mut [5.0], 0.9), 5.0);
        assert_eq!(quantile(&mut [1.0, f64::INFINITY], 0.0), 1.0);
    }
}
