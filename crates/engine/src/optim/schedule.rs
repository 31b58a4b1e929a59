//! Learning-rate schedules: the rate of each update, in one place for every trainer.
//!
//! t counts a trainer's updates from 0. The formulas are PyTorch's, one step an update.

use super::Hyper;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// How the learning rate η changes while a population trains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// η.
    #[default]
    Constant,
    /// η / (1 + `rate_decay` · t), each trial with its own [`Hyper::rate_decay`]. Keras's `decay`.
    InverseTime,
    /// η · gammaᶠ, f = ⌊t / every⌋. PyTorch's `StepLR`.
    Step { every: usize, gamma: f64 },
    /// η · gammaᵗ. PyTorch's `ExponentialLR`.
    Exponential { gamma: f64 },
    /// From η down to `lowest` at `steps` in half a cosine, and up again. PyTorch's
    /// `CosineAnnealingLR`.
    Cosine { steps: usize, lowest: f64 },
    /// η(t + 1)/`warmup` for the first updates, then half a cosine down to `lowest` at `steps`.
    WarmupCosine { warmup: usize, steps: usize, lowest: f64 },
    /// From η/`div` up to η by the share `rise` of `steps`, then down to η/(`div` · `final_div`),
    /// in half cosines. PyTorch's `OneCycleLR`, whose momentum is left alone.
    OneCycle { steps: usize, rise: f64, div: f64, final_div: f64 },
    /// η · `factor` each time that a trial's validation loss has not fallen by the share
    /// `threshold` for more than `patience` epochs; never below `lowest`. PyTorch's
    /// `ReduceLROnPlateau`.
    Plateau { factor: f64, patience: usize, threshold: f64, lowest: f64 },
}

impl Schedule {
    /// (a, b): the rate of update t is aη + b, before [`Hyper::rate_decay`] and the plateau.
    pub fn factors(&self, t: usize) -> [f32; 2] {
        let at = t as f64;
        // From 1 down to 0 in half a cosine.
        let fall = |share: f64| (1.0 + libm::cos(PI * share)) / 2.0;
        let [a, b] = match *self {
            Schedule::Constant | Schedule::InverseTime | Schedule::Plateau { .. } => [1.0, 0.0],
            Schedule::Step { every, gamma } => [libm::pow(gamma, (t / every.max(1)) as f64), 0.0],
            Schedule::Exponential { gamma } => [libm::pow(gamma, at), 0.0],
            Schedule::Cosine { steps, lowest } => {
                let c = fall(at / steps.max(1) as f64);
                [c, lowest * (1.0 - c)]
            }
            Schedule::WarmupCosine { warmup, .. } if t < warmup => {
                [(at + 1.0) / warmup as f64, 0.0]
            }
            Schedule::WarmupCosine { warmup, steps, lowest } => {
                let c = fall((t - warmup) as f64 / steps.saturating_sub(warmup).max(1) as f64);
                [c, lowest * (1.0 - c)]
            }
            Schedule::OneCycle { steps, rise, div, final_div } => {
                let end = steps.saturating_sub(1) as f64;
                let (top, at) = (rise * steps as f64 - 1.0, at.min(end));
                let (low, last) = (1.0 / div, 1.0 / (div * final_div));
                if at <= top {
                    let share = if top > 0.0 { at / top } else { 1.0 };
                    [1.0 + (low - 1.0) * fall(share), 0.0]
                } else {
                    let share = if end > top { (at - top) / (end - top) } else { 1.0 };
                    [last + (1.0 - last) * fall(share), 0.0]
                }
            }
        };
        [a as f32, b as f32]
    }

    /// The rate of update t of a trial whose plateaus have multiplied it by `plateau`.
    pub fn rate(&self, [a, b]: [f32; 2], t: usize, hyper: &Hyper, plateau: f32) -> f32 {
        let rate = a * hyper.learning_rate + b;
        match *self {
            Schedule::InverseTime => rate / (1.0 + hyper.rate_decay * t as f32),
            Schedule::Plateau { lowest, .. } if plateau < 1.0 => {
                (rate * plateau).max(lowest as f32)
            }
            _ => rate,
        }
    }
}

/// What [`Schedule::Plateau`] has seen of one trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plateau {
    best: f32,
    waited: usize,
    /// What the rate is multiplied by.
    pub factor: f32,
}

impl Default for Plateau {
    fn default() -> Self {
        Self { best: f32::INFINITY, waited: 0, factor: 1.0 }
    }
}

impl Plateau {
    /// Takes the validation loss after an epoch.
    pub fn see(&mut self, schedule: &Schedule, loss: f32) {
        let Schedule::Plateau { factor, patience, threshold, .. } = *schedule else { return };
        if loss < self.best * (1.0 - threshold as f32) {
            (self.best, self.waited) = (loss, 0);
        } else {
            self.waited += 1;
        }
        if self.waited > patience {
            self.factor *= factor as f32;
            self.waited = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(schedule: Schedule, n: usize) -> Vec<f32> {
        let hyper = Hyper { learning_rate: 0.5, rate_decay: 0.5, ..Hyper::default() };
        (0..n).map(|t| schedule.rate(schedule.factors(t), t, &hyper, 1.0)).collect()
    }

    /// The traces of PyTorch hold the others; Keras's formula is checked by hand, and what lies
    /// beyond the end.
    #[test]
    fn rates_by_hand() {
        assert_eq!(rates(Schedule::InverseTime, 3), [0.5, 0.5 / 1.5, 0.25]);
        assert_eq!(
            rates(Schedule::Step { every: 2, gamma: 0.5 }, 5),
            [0.5, 0.5, 0.25, 0.25, 0.125]
        );
        let cycle = Schedule::OneCycle { steps: 4, rise: 0.5, div: 2.0, final_div: 10.0 };
        let seen = rates(cycle, 6);
        assert!(
            seen[0] == 0.25
                && seen[1] == 0.5
                && (seen[3] - 0.025).abs() < 1e-7
                && seen[5] == seen[3],
            "{seen:?}"
        );
        for schedule in [
            Schedule::Step { every: 0, gamma: 0.5 },
            Schedule::Cosine { steps: 0, lowest: 0.0 },
            Schedule::WarmupCosine { warmup: 3, steps: 2, lowest: 0.0 },
            Schedule::OneCycle { steps: 0, rise: 0.0, div: 25.0, final_div: 1e4 },
        ] {
            assert!(rates(schedule, 9).iter().all(|rate| rate.is_finite()), "{schedule:?}");
        }
    }

    #[test]
    fn a_plateau_lowers_the_rate_after_its_patience() {
        let schedule =
            Schedule::Plateau { factor: 0.1, patience: 2, threshold: 0.01, lowest: 0.02 };
        let mut plateau = Plateau::default();
        let mut factors = Vec::new();
        for loss in [1.0, 0.999, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4, 0.4, 0.4] {
            plateau.see(&schedule, loss);
            factors.push(plateau.factor);
        }
        assert_eq!(factors[..5], [1.0; 5]);
        assert!(
            factors[5..9].iter().all(|f| (f - 0.1).abs() < 1e-7)
                && (factors[9] - 0.01).abs() < 1e-7
        );
        let hyper = Hyper { learning_rate: 0.5, ..Hyper::default() };
        assert_eq!(schedule.rate([1.0, 0.0], 7, &hyper, plateau.factor), 0.02);
    }
}
