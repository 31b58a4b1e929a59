//! Stopping over folds: the signed-rank test of Wilcoxon (1945) against the best trial, as Optuna's
//! WilcoxonPruner.
//!
//! | symbol | meaning |
//! |---|---|
//! | d | loss of the trial less that of the best trial, fold by fold |
//! | W | sum of the ranks of the sizes of d where d > 0; a zero gives half its rank to either side |
//!
//! A fold is a step. The p-value counts sign patterns for up to 50 folds (SciPy: for up to 13 where
//! ranks are tied), and comes from the normal distribution beyond.

use super::Curve;
use crate::sort::sort_by;

/// p below which a trial is stopped, and folds before the first look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wilcoxon {
    pub threshold: f64,
    pub startup: usize,
}

impl Wilcoxon {
    pub const OPTUNA: Self = Self { threshold: 0.1, startup: 2 };

    /// Whether to stop, and the p-value that says so; none where there is too little to compare.
    pub fn verdict(&self, trial: &Curve, best: &Curve) -> (bool, Option<f64>) {
        if !trial.iter().chain(best).all(|(_, loss)| loss.is_finite()) {
            return (false, None);
        }
        let paired =
            |(step, loss): &(usize, f64)| Some(loss - best.iter().find(|(s, _)| s == step)?.1);
        let differences: Vec<f64> = trial.iter().filter_map(paired).collect();
        if differences.len() < self.startup.max(2) {
            return (false, None);
        }
        let p = greater(&differences);
        // A trial whose mean is still no worse than the best one's goes on all the same.
        let mean =
            |curve: &Curve| curve.iter().map(|(_, loss)| loss).sum::<f64>() / curve.len() as f64;
        (p < self.threshold && mean(trial) > mean(best), Some(p))
    }

    /// The least number of folds with which a trial that is worse on every one is stopped before
    /// the last; none where all that there can be (160) are too few.
    pub fn least_folds(&self) -> Option<usize> {
        let worse = |folds: usize| (1..=folds).map(|d| d as f64).collect::<Vec<_>>();
        (self.startup.max(2)..160)
            .find(|&folds| greater(&worse(folds)) < self.threshold)
            .map(|folds| folds + 1)
    }
}

/// P(W at least as large) if differences were as likely to be negative.
fn greater(differences: &[f64]) -> f64 {
    let mut sorted: Vec<f64> = differences.to_vec();
    sort_by(&mut sorted, |a, b| a.abs().total_cmp(&b.abs()));
    // Twice the ranks, so that those of ties are whole, of what is not zero.
    let (mut ranks, mut w, mut from) = (Vec::new(), 0, 0);
    while from < sorted.len() {
        let size = sorted[from].abs();
        let count = sorted[from..].iter().take_while(|d| d.abs() == size).count();
        if size > 0.0 {
            let rank = 2 * from + count + 1;
            ranks.extend(vec![rank; count]);
            w += rank * sorted[from..from + count].iter().filter(|d| **d > 0.0).count();
        }
        from += count;
    }
    if ranks.len() <= 50 {
        return exact(&ranks, w);
    }
    let mean = 0.25 * ranks.iter().sum::<usize>() as f64;
    let squares: usize = ranks.iter().map(|r| r * r).sum();
    0.5 * libm::erfc((0.5 * w as f64 - mean) / libm::sqrt(squares as f64 / 8.0))
}

/// Share of the sign patterns whose positive ranks sum to `w` or more.
fn exact(ranks: &[usize], w: usize) -> f64 {
    let mut counts = vec![1.0];
    for rank in ranks {
        let mut next = counts.clone();
        next.resize(counts.len() + rank, 0.0);
        counts.iter().enumerate().for_each(|(sum, count)| next[sum + rank] += count);
        counts = next;
    }
    counts.iter().skip(w).sum::<f64>() / counts.iter().sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `scipy.stats.wilcoxon(d, alternative="greater", zero_method="zsplit").pvalue`, SciPy 1.17.1.
    #[test]
    fn p_values_equal_those_of_scipy() {
        for (d, p) in [
            (&[1.0, 2.0, 3.0, 4.0, 5.0][..], 0.03125),
            (&[1.0, -2.0, 3.0, 4.0, 5.0], 0.09375),
            (&[0.0, 1.0, 2.0, 2.0, -3.0, 4.0], 0.15625),
            (&[0.0, 1.0, 2.5, 2.0, -3.0, 4.0], 0.1875),
            (&[1.0, 2.0, 2.0, -3.0, 4.0, 5.0], 0.109375),
            (&[0.0, 0.0], 1.0),
        ] {
            assert!((greater(d) - p).abs() < 1e-12, "{d:?}: {} {p}", greater(d));
        }
        let many: Vec<f64> =
            (1..=60).map(|i| f64::from(i) * if i % 3 == 0 { -1.0 } else { 1.0 }).collect();
        assert!((greater(&many) - 0.017950061607939057).abs() < 1e-3, "{}", greater(&many));
    }

    #[test]
    fn a_trial_that_is_worse_on_every_fold_is_stopped() {
        let best: Vec<(usize, f64)> = (0..6).map(|f| (f, 0.1 * f as f64)).collect();
        let by =
            |d: f64| best.iter().map(|(f, l)| (*f, l + d * (1.0 + *f as f64))).collect::<Vec<_>>();
        assert!(Wilcoxon::OPTUNA.verdict(&by(0.1), &best).0);
        assert!(!Wilcoxon::OPTUNA.verdict(&by(-0.1), &best).0);
        assert_eq!(Wilcoxon::OPTUNA.verdict(&by(0.1)[..1], &best), (false, None));
    }

    /// k folds that are all worse have the chance 2^−k.
    #[test]
    fn a_lower_threshold_needs_more_folds() {
        let least = |threshold| Wilcoxon { threshold, ..Wilcoxon::OPTUNA }.least_folds();
        assert_eq!([1.0, 0.3, 0.25, 0.1, 0.05, 0.01].map(least), [3, 3, 4, 5, 6, 8].map(Some));
        assert_eq!(least(0.0), None);
    }
}
