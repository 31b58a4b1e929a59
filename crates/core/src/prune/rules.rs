//! Median, percentile, threshold and patience, as in Optuna (optuna/pruners).
//!
//! | rule | stops a trial at step s when | Optuna's defaults |
//! |---|---|---|
//! | median, percentile | its best loss up to s is above that quantile of what the finished trials had at s | 5 trials first, no warm-up |
//! | threshold | its loss at s is out of the bounds given, or none | |
//! | patience | its best loss has not fallen by δ in so many steps, and the rule within, if there is one, says so too | δ = 0 |
//!
//! A rule reads curves and says a verdict; it knows neither networks nor strategies, and so works
//! with any of them.

use super::{Curve, Verdict, comparable, quantile};

/// Stops a trial whose best loss so far is worse than a share of the finished trials' losses at the
/// same step. The median pruner is the one with `keep` 0.5: Golovin et al. (2017).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Percentile {
    /// Share of the trials that go on, 0 to 1.
    pub keep: f64,
    /// Finished trials before any is stopped.
    pub startup: usize,
    /// Steps that are never stopped at.
    pub warmup: usize,
    /// Steps between two looks, counted from the warm-up.
    pub interval: usize,
    /// Finished trials with a loss at this step that are needed.
    pub least: usize,
}

impl Percentile {
    /// Optuna's MedianPruner.
    pub const MEDIAN: Self = Self { keep: 0.5, startup: 5, warmup: 0, interval: 1, least: 1 };

    /// `trial` at its last step against the finished trials.
    pub fn verdict(&self, trial: &Curve, finished: &[&Curve]) -> Verdict {
        let Some(&(step, last)) = trial.last() else { return Verdict::GO_ON };
        if finished.len() < self.startup || step < self.warmup || !self.looks(trial) {
            return Verdict::GO_ON;
        }
        let at = |curve: &&Curve| {
            curve.iter().find(|(s, _)| *s == step).map(|(_, loss)| comparable(*loss))
        };
        let mut others: Vec<f64> = finished.iter().filter_map(at).collect();
        if others.len() < self.least.max(1) {
            return Verdict::GO_ON;
        }
        let line = quantile(&mut others, self.keep);
        if last.is_nan() {
            return Verdict::above(last, line);
        }
        Verdict::above(
            trial.iter().map(|(_, loss)| comparable(*loss)).fold(f64::INFINITY, f64::min),
            line,
        )
    }

    /// Whether the last step is the first reported in its interval.
    fn looks(&self, trial: &Curve) -> bool {
        let slot = |step: usize| step.checked_sub(self.warmup).map(|s| s / self.interval.max(1));
        match trial {
            [.., (before, _), (last, _)] => slot(*before) != slot(*last),
            _ => true,
        }
    }
}

/// Stops a trial whose loss leaves `[lower, upper]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    pub lower: f64,
    pub upper: f64,
    pub warmup: usize,
}

impl Threshold {
    pub fn verdict(&self, trial: &Curve) -> Verdict {
        match trial.last() {
            Some(&(step, loss)) if step >= self.warmup => {
                let above = Verdict::above(loss, self.upper);
                Verdict { stop: above.stop || loss < self.lower, ..above }
            }
            _ => Verdict::GO_ON,
        }
    }
}

/// Stops a trial, or lets another pruner stop it, only when its best loss of the last `patience` +
/// 1 steps is no better than the best before them, by more than `margin` (Optuna's PatientPruner;
/// Prechelt 1998).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    pub patience: usize,
    /// Improvement that counts; Optuna's default is 0.
    pub margin: f64,
}

impl Patience {
    pub fn verdict(&self, trial: &Curve) -> Verdict {
        let Some(before) = trial.len().checked_sub(self.patience + 1).filter(|n| *n > 0) else {
            return Verdict::GO_ON;
        };
        let best = |part: &Curve| {
            part.iter().map(|(_, loss)| comparable(*loss)).fold(f64::INFINITY, f64::min)
        };
        let line = best(&trial[..before]) - self.margin;
        let recent = best(&trial[before..]);
        Verdict { stop: recent >= line, line: Some(line) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(losses: &[f64]) -> Vec<(usize, f64)> {
        losses.iter().copied().enumerate().collect()
    }

    #[test]
    fn the_median_of_five_at_the_same_step() {
        let others: Vec<_> = (1..=5).map(|i| curve(&[9.0, f64::from(i)])).collect();
        let others: Vec<&Curve> = others.iter().map(Vec::as_slice).collect();
        let median = Percentile::MEDIAN;
        assert_eq!(
            median.verdict(&curve(&[9.0, 3.5]), &others),
            Verdict { stop: true, line: Some(3.0) }
        );
        assert!(!median.verdict(&curve(&[9.0, 3.0]), &others).stop);
        // The best so far counts, but a loss that is no number does not wait.
        assert!(!median.verdict(&curve(&[2.0, 8.0]), &others).stop);
        assert!(median.verdict(&curve(&[2.0, f64::NAN]), &others).stop);
        assert_eq!(median.verdict(&curve(&[9.0, 99.0]), &others[..4]), Verdict::GO_ON);
        assert_eq!(median.verdict(&curve(&[9.0, 9.0, 9.0]), &others), Verdict::GO_ON);
        let quarter = Percentile { keep: 0.25, ..median };
        assert_eq!(
            quarter.verdict(&curve(&[9.0, 2.5]), &others),
            Verdict { stop: true, line: Some(2.0) }
        );
        let rare = Percentile { interval: 2, ..median };
        assert_eq!(rare.verdict(&curve(&[9.0, 9.0]), &others), Verdict::GO_ON);
    }

    #[test]
    fn bounds_and_patience() {
        let bounds = Threshold { lower: 0.0, upper: 2.0, warmup: 1 };
        assert!(!bounds.verdict(&curve(&[5.0])).stop);
        assert!(
            bounds.verdict(&curve(&[1.0, 2.1])).stop && bounds.verdict(&curve(&[1.0, -0.1])).stop
        );
        let patience = Patience { patience: 1, margin: 0.0 };
        assert!(!patience.verdict(&curve(&[3.0, 4.0])).stop);
        assert!(patience.verdict(&curve(&[3.0, 4.0, 3.0])).stop);
        assert!(!patience.verdict(&curve(&[3.0, 4.0, 2.9])).stop);
    }
}
