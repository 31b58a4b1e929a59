//! Giving more epochs to fewer trials: successive halving (Jamieson & Talwalkar 2016), its
//! asynchronous rule ASHA (Li et al. 2020) as Ray Tune and as Optuna have it, Hyperband (Li et al.
//! 2018). BOHB (Falkner et al. 2018) is Hyperband whose trials a model proposes.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | η | `factor` | one in η goes on from a rung |
//! | r, R | `least`, `most` | epochs at the first rung and at the end |
//! | s | | early-stopping rate: a bracket starts its trials with r·η^s epochs |
//! | rung k | | r·η^(s + k) epochs |

use super::{Verdict, comparable, quantile};
use crate::sort::{ascending, sort_by};

/// One rung of successive halving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Trials that reach it.
    pub trials: usize,
    /// Epochs each has had when it is judged.
    pub epochs: usize,
}

/// Successive halving as published: trials train side by side, and at each rung the best ⌊n/η⌋ of
/// them go on, at least one. Nobody is judged before all are there, so the order of the trials plays
/// no part; a bracket of Hyperband is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyncHalving {
    pub least: usize,
    pub factor: usize,
}

impl SyncHalving {
    /// Epochs after which trials are judged, rising, below `most`: after the last one nothing is
    /// left to save.
    pub fn rungs(&self, most: usize) -> Vec<usize> {
        let factor = self.factor.max(2);
        let all =
            std::iter::successors(Some(self.least.max(1)), |epochs| epochs.checked_mul(factor));
        all.take_while(|epochs| *epochs < most).collect()
    }

    /// How many of `trials` train up to each rung, and to the end.
    pub fn plan(&self, trials: usize, most: usize) -> Vec<Rung> {
        let mut trials = trials;
        let mut plan = Vec::new();
        for epochs in self.rungs(most).into_iter().chain([most]) {
            plan.push(Rung { trials, epochs });
            trials = (trials / self.factor.max(2)).max(1).min(trials);
        }
        plan
    }

    /// Which of these trials go on from a rung, best first; `losses` are theirs, in their order.
    pub fn promoted(&self, trials: &[usize], losses: &[f64]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..trials.len().min(losses.len())).collect();
        sort_by(&mut order, |&a, &b| comparable(losses[a]).total_cmp(&comparable(losses[b])));
        order.truncate((trials.len() / self.factor.max(2)).max(1));
        order.into_iter().map(|i| trials[i]).collect()
    }
}

/// Epochs that a plan trains in all: the trials of a rung begin where they stood at the one before.
pub fn spent(plan: &[Rung]) -> u64 {
    let mut before = 0;
    let mut sum = 0;
    for rung in plan {
        sum += rung.trials as u64 * (rung.epochs - before) as u64;
        before = rung.epochs;
    }
    sum
}

/// ⌊log_η(n)⌋ in whole numbers.
fn levels(n: usize, factor: usize) -> usize {
    std::iter::successors(Some(n / factor), |n| Some(n / factor)).take_while(|n| *n > 0).count()
}

/// ASHA as in Ray Tune: a trial that reaches a rung is held against the best 1/η quantile of those
/// that reached it before, without itself; nobody waits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asha {
    pub most: usize,
    pub least: usize,
    pub factor: f64,
}

impl Asha {
    /// Ray's `ASHAScheduler`, with one bracket.
    pub const RAY: Self = Self { most: 100, least: 1, factor: 4.0 };

    /// Epochs of the rungs of bracket `s`, rising.
    pub fn rungs(&self, s: usize) -> Vec<usize> {
        let all = libm::log(self.most as f64 / self.least as f64) / libm::log(self.factor) + 1e-9;
        let count = (all - s as f64 + 1.0).max(0.0) as usize;
        (0..count)
            .map(|k| (self.least as f64 * libm::pow(self.factor, (k + s) as f64)) as usize)
            .collect()
    }

    /// Whether a trial with this loss stops at a rung where `recorded` have been before it.
    pub fn verdict(&self, loss: f64, recorded: &[f64]) -> Verdict {
        let mut known: Vec<f64> = recorded.iter().copied().filter(|l| !l.is_nan()).collect();
        if known.is_empty() {
            return Verdict { stop: loss.is_nan(), line: None };
        }
        Verdict::above(loss, quantile(&mut known, 1.0 / self.factor))
    }
}

/// ASHA as Optuna's `SuccessiveHalvingPruner`: asynchronous as well; a trial goes on where it is
/// among the best ⌊n/η⌋ of those at the rung, its own included; while there are fewer than η, only
/// the best one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Halving {
    pub least: usize,
    pub factor: usize,
    /// s.
    pub rate: usize,
}

impl Halving {
    pub const OPTUNA: Self = Self { least: 1, factor: 4, rate: 0 };

    /// Epochs of rung k.
    pub fn rung(&self, k: usize) -> usize {
        self.least.saturating_mul(self.factor.saturating_pow((self.rate + k) as u32))
    }

    /// `recorded`: what the others had at the rung.
    pub fn verdict(&self, loss: f64, recorded: &[f64]) -> Verdict {
        let mut all: Vec<f64> = recorded.iter().chain([&loss]).map(|l| comparable(*l)).collect();
        ascending(&mut all);
        Verdict::above(loss, all[(all.len() / self.factor).max(1) - 1])
    }
}

/// Hyperband as Optuna's pruner: how many of each `Σ` trials go to brackets 0, 1, …; bracket b
/// halves with rate b.
pub fn shares(least: usize, most: usize, factor: usize) -> Vec<usize> {
    let count = levels(most / least.max(1), factor) + 1;
    let share = |id: usize| {
        let s = count - 1 - id;
        (count * factor.pow(s as u32)).div_ceil(s + 1)
    };
    (0..count).map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Li et al. 2018, table 1: R = 81, η = 3.
    #[test]
    fn the_table_of_the_hyperband_paper() {
        let plan = |trials, least| -> Vec<(usize, usize)> {
            let halving = SyncHalving { least, factor: 3 };
            halving.plan(trials, 81).iter().map(|rung| (rung.trials, rung.epochs)).collect()
        };
        assert_eq!(plan(81, 1), [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)]);
        assert_eq!(plan(34, 3), [(34, 3), (11, 9), (3, 27), (1, 81)]);
        assert_eq!(plan(15, 9), [(15, 9), (5, 27), (1, 81)]);
        assert_eq!(plan(8, 27), [(8, 27), (2, 81)]);
        assert_eq!(plan(5, 81), [(5, 81)]);
    }

    #[test]
    fn a_plan_costs_a_fraction_of_training_all_to_the_end() {
        let halving = SyncHalving { least: 1, factor: 4 };
        let plan = halving.plan(64, 64);
        assert_eq!(plan.iter().map(|rung| rung.trials).collect::<Vec<_>>(), [64, 16, 4, 1]);
        assert_eq!(spent(&plan), 64 + 16 * 3 + 4 * 12 + 48);
        assert_eq!(spent(&[]), 0);
        // Rungs that are never reached judge nobody.
        let late = SyncHalving { least: 64, factor: 4 };
        assert_eq!((late.rungs(64), spent(&late.plan(3, 64))), (vec![], 192));
    }

    #[test]
    fn the_best_of_a_rung_go_on_whatever_their_order() {
        let halving = SyncHalving { least: 1, factor: 3 };
        let losses = [3.0, f64::NAN, 1.0, 2.0, 5.0, 4.0];
        let trials = [10, 11, 12, 13, 14, 15];
        assert_eq!(halving.promoted(&trials, &losses), [12, 13]);
        let (mut turned, mut back) = (losses, trials);
        turned.reverse();
        back.reverse();
        assert_eq!(halving.promoted(&back, &turned), [12, 13]);
        assert_eq!(halving.promoted(&trials[..2], &losses[..2]), [10], "at least one");
        assert_eq!(halving.promoted(&[], &[]), [0; 0]);
    }

    #[test]
    fn rungs_and_shares_of_the_libraries() {
        assert_eq!(Asha::RAY.rungs(0), [1, 4, 16, 64]);
        assert_eq!(Asha::RAY.rungs(1), [4, 16, 64]);
        assert_eq!(Asha { most: 81, least: 1, factor: 3.0 }.rungs(0), [1, 3, 9, 27, 81]);
        assert_eq!([0, 1, 2].map(|k| Halving::OPTUNA.rung(k)), [1, 4, 16]);
        // Optuna's HyperbandPruner(1, 100, 3): `_trial_allocation_budgets`.
        assert_eq!(shares(1, 100, 3), [81, 34, 15, 8, 5]);
    }

    #[test]
    fn the_best_go_on() {
        let asha = Asha { factor: 4.0, ..Asha::RAY };
        assert_eq!(asha.verdict(9.0, &[]), Verdict { stop: false, line: None });
        assert_eq!(
            asha.verdict(2.5, &[1.0, 2.0, 3.0, 4.0, 5.0]),
            Verdict { stop: true, line: Some(2.0) }
        );
        assert!(!asha.verdict(2.0, &[1.0, 2.0, 3.0, 4.0, 5.0]).stop);
        let halving = Halving::OPTUNA;
        assert!(!halving.verdict(1.0, &[]).stop);
        assert!(!halving.verdict(1.0, &[2.0, 3.0]).stop && halving.verdict(2.5, &[2.0, 3.0]).stop);
        assert!(!halving.verdict(2.0, &[1.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).stop);
        assert!(halving.verdict(f64::NAN, &[1.0]).stop);
    }
}
