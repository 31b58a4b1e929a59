//! Giving more epochs to fewer trials: successive halving (Jamieson & Talwalkar 2016), ASHA (Li et
//! al. 2020), Hyperband (Li et al. 2018). BOHB (Falkner et al. 2018) is Hyperband whose trials a
//! model proposes.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | η | `factor` | one in η goes on from a rung |
//! | r, R | `least`, `most` | epochs at the first rung and at the end |
//! | s | | early-stopping rate: a bracket starts its trials with r·η^s epochs |
//! | rung k | | r·η^(s + k) epochs |

use super::{Verdict, comparable, quantile};
use crate::sort::sort_by;

/// Numbers of one rung of a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Trials that reach it.
    pub trials: usize,
    /// Epochs each has had when it is judged.
    pub epochs: usize,
}

/// The whole plan of Hyperband: brackets from the most eager to stop, each with its rungs. As in
/// the paper: bracket s starts ⌈(s_max + 1)/(s + 1)·η^s⌉ trials with R·η^−s epochs, and ⌊n/η⌋ go on
/// from each rung. One bracket of it is successive halving.
pub fn brackets(most: usize, factor: usize) -> Vec<Vec<Rung>> {
    let (most, factor) = (most.max(1), factor.max(2));
    let deepest = levels(most, factor);
    let bracket = |s: usize| {
        let eta = factor.pow(s as u32);
        let start = ((deepest + 1) * eta).div_ceil(s + 1);
        (0..=s)
            .map(|k| Rung {
                trials: (start / factor.pow(k as u32)).max(1),
                epochs: (most * factor.pow(k as u32) / eta).max(1),
            })
            .collect()
    };
    (0..=deepest).rev().map(bracket).collect()
}

/// ⌊log_η(n)⌋ in whole numbers.
fn levels(n: usize, factor: usize) -> usize {
    std::iter::successors(Some(n / factor), |n| Some(n / factor)).take_while(|n| *n > 0).count()
}

/// A rung judged all at once: numbers of the trials that go on, best first, and the line between
/// them and the rest.
pub fn promote(losses: &[f64], factor: usize) -> (Vec<usize>, Option<f64>) {
    let mut order: Vec<usize> = (0..losses.len()).collect();
    sort_by(&mut order, |&a, &b| comparable(losses[a]).total_cmp(&comparable(losses[b])));
    order.truncate((losses.len() / factor.max(1)).max(1).min(losses.len()));
    let line = order.last().map(|&n| losses[n]);
    (order, line)
}

/// ASHA as in Ray Tune: a trial that reaches a rung is held against those that reached it before,
/// nobody waits.
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

/// Successive halving as Optuna's pruner: asynchronous, promoted where among the best ⌊n/η⌋ of
/// those at the rung, its own included; while there are fewer than η, only the best one is.
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
        all.sort_by(f64::total_cmp);
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

    #[test]
    fn the_table_of_the_hyperband_paper() {
        let plan: Vec<Vec<(usize, usize)>> = brackets(81, 3)
            .iter()
            .map(|b| b.iter().map(|r| (r.trials, r.epochs)).collect())
            .collect();
        assert_eq!(plan[0], [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)]);
        assert_eq!(plan[1], [(34, 3), (11, 9), (3, 27), (1, 81)]);
        assert_eq!(plan[2], [(15, 9), (5, 27), (1, 81)]);
        assert_eq!(plan[3], [(8, 27), (2, 81)]);
        assert_eq!(plan[4], [(5, 81)]);
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
        assert_eq!(promote(&[3.0, f64::NAN, 1.0, 2.0, 5.0, 4.0], 3), (vec![2, 3], Some(2.0)));
        assert_eq!(promote(&[], 3), (vec![], None));
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
