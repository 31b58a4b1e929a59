//! Search strategies: `ask` for a point, `tell` what it scored, and `belief`: what the strategy
//! thinks.
//!
//! A strategy is one file here and one row in `strategy.rs`. It knows nothing of networks: it sees
//! points of a [`Space`] and values to be minimised. The caller owns the random numbers and the
//! loop.

pub mod acquisition;
pub mod anneal;
pub mod bayesian;
pub mod belief;
pub mod bohb;
pub mod cmaes;
mod descent;
mod draws;
mod earlier;
pub mod finite;
pub mod fit;
pub mod genetic;
pub mod grid;
pub mod halton;
pub mod hypergradient;
pub mod latin;
pub mod nelder_mead;
pub mod objectives;
pub mod parego;
pub mod parzen;
pub mod random;
mod reason;
mod scramble;
pub mod sequence;
pub mod sobol;
mod strategy;
mod surrogate;
pub mod tpe;
pub mod warp;

use crate::sort::sort_by;
use crate::space::{Point, Space};
use rand::Rng;
use serde::{Deserialize, Serialize};

pub use belief::{Belief, Figure, Quantity};
pub use reason::{Proposal, Reason, SimplexStep};
pub use strategy::{Acquisition, Earlier, Strategy, StrategyName};
pub use tunescape_engine::gp;

/// What a finished trial scored.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The objective, finite, smaller is better.
    Value(f64),
    /// Training diverged: worse than anything finite.
    Diverged,
    /// Stopped by a pruner after so many epochs, with this loss.
    Pruned { epoch: usize, loss: f64 },
    /// Over the limit on cost, and so never trained. To a strategy it is as if it had diverged.
    Refused,
}

impl Outcome {
    /// The outcome of an objective's value: one that is not finite has diverged.
    pub fn of(value: f64) -> Self {
        if value.is_finite() { Self::Value(value) } else { Self::Diverged }
    }

    /// What a model learns from: the objective, or what a pruned trial had when it was stopped
    /// (Optuna's process leaves those out, and may go there again). None where training
    /// diverged.
    pub fn seen(self) -> Option<f64> {
        match self {
            Self::Pruned { loss, .. } if loss.is_finite() => Some(loss),
            other => other.loss(),
        }
    }

    /// The objective of a trial that went to its end; none where training diverged. A `Value` that
    /// is not finite counts as diverged.
    pub fn loss(self) -> Option<f64> {
        match self {
            Self::Value(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }
}

/// A strategy in the middle of a study.
pub trait Search {
    /// The next point and why. Asking again with the same history and random numbers gives the same
    /// answer.
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal;
    /// What a trial scored. Trials are told in order of their number, those placed by hand as well.
    fn tell(&mut self, point: &[f64], outcome: Outcome);
    /// The slope of the next trial told, by each parameter in its own units: for those that learn
    /// from it.
    fn slope(&mut self, slope: &[f64]) {
        let _ = slope;
    }
    /// What training the next trial told has cost, in any unit: for those that minimise it as well.
    fn cost(&mut self, cost: f64) {
        let _ = cost;
    }
    /// The losses of the next trial told, by epoch, as far as it went: for those that learn from
    /// them.
    fn curve(&mut self, losses: &[(usize, f64)]) {
        let _ = losses;
    }
    /// The 68 % interval of the objective and its median between, in its units, at these points;
    /// empty where it has no such model (yet).
    fn bands(&mut self, at: &[Point]) -> Vec<[f32; 3]> {
        let _ = at;
        Vec::new()
    }
    /// What the strategy thinks now at these points; empty where it has no model (yet).
    fn belief(&mut self, at: &[Point]) -> Belief {
        let _ = at;
        Belief::default()
    }
}

/// A draw from the standard normal distribution (Box and Muller 1958, the cosine half).
pub(crate) fn normal(rng: &mut dyn Rng) -> f64 {
    let (u, v) = (1.0 - uniform(rng), uniform(rng));
    libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
}

/// A uniform draw from 0 to n − 1, for n ≥ 1.
pub(crate) fn below(n: usize, rng: &mut dyn Rng) -> usize {
    ((uniform(rng) * n as f64) as usize).min(n - 1)
}

/// A loss to be sorted by: infinite where training diverged, and worse than any other where a trial
/// was stopped.
fn rank_value(outcome: Outcome) -> f64 {
    let stopped = matches!(outcome, Outcome::Pruned { .. });
    if stopped { f64::MAX } else { outcome.loss().unwrap_or(f64::INFINITY) }
}

/// A uniform draw from the unit cube.
fn draw(space: &Space, rng: &mut dyn Rng) -> Vec<f64> {
    (0..space.dim()).map(|_| uniform(rng)).collect()
}

/// Trial numbers from the best loss to the worst, the earlier first among equals.
fn ranked(losses: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..losses.len()).collect();
    sort_by(&mut order, |&a, &b| losses[a].total_cmp(&losses[b]));
    order
}

/// To single precision, kept finite.
fn single(x: f64) -> f32 {
    x.clamp(f64::from(f32::MIN), f64::from(f32::MAX)) as f32
}

/// A uniform draw from [0, 1): 53 bits of one `u64`, the same on every machine.
pub(crate) fn uniform(rng: &mut dyn Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}
