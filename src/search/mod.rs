//! Search strategies: `ask` for a point, `tell` what it scored, and `belief`: what the strategy thinks.
//!
//! A strategy is one file here and one row in [`Strategy::start`]. It knows nothing of networks: it sees points of a
//! [`Space`] and values to be minimised. The caller owns the random numbers and the loop.

pub mod acquisition;
pub mod bayesian;
mod descent;
pub mod finite;
pub mod fit;
pub mod gp;
pub mod grid;
pub mod objectives;
pub mod random;
pub mod warp;

use crate::space::{Point, Space};
use rand::Rng;
use serde::{Deserialize, Serialize};

/// What a finished trial scored.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// The objective, finite, smaller is better.
    Value(f64),
    /// Training diverged: worse than anything finite.
    Diverged,
}

impl Outcome {
    /// The outcome of an objective's value: one that is not finite has diverged.
    pub fn of(value: f64) -> Self {
        if value.is_finite() { Self::Value(value) } else { Self::Diverged }
    }

    /// The objective; none where training diverged. A `Value` that is not finite counts as diverged.
    pub fn loss(self) -> Option<f64> {
        match self {
            Self::Value(value) if value.is_finite() => Some(value),
            _ => None,
        }
    }
}

/// The acquisition functions of the Gaussian process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acquisition {
    ExpectedImprovement,
    /// Upper confidence bound of the negated objective: mean − κ·spread, minimised.
    ConfidenceBound,
    ProbabilityOfImprovement,
}

impl Acquisition {
    pub const ALL: [Self; 3] = [Self::ExpectedImprovement, Self::ConfidenceBound, Self::ProbabilityOfImprovement];
}

/// Why a point was chosen, as data; the page turns it into a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Cell `index` of a grid: `columns` values of the first parameter, `rows` combinations of the others.
    Grid { index: usize, columns: usize, rows: usize },
    /// A uniform draw on the parameters' scales.
    Random,
    /// A space-filling first point, `index` of `of`, before there is a model.
    Startup { index: usize, of: usize },
    /// The best acquisition found.
    Model {
        acquisition: Acquisition,
        /// What the model expects here, in the objective's units (median of its prediction). The model takes a
        /// diverged trial as the worst value seen.
        mean: f64,
        /// Half the width of its 68 % band, in the objective's units.
        spread: f64,
        /// Best value so far and the trial that has it; none while every trial diverged.
        best: Option<(usize, f64)>,
        /// The acquisition's value here, by that model alone (not times `finite`): expected gain in loss for expected improvement,
        /// chance of a gain for probability of improvement, the bound as a loss for the confidence bound.
        value: f64,
        /// Share of the acquisition that comes from the mean being low (exploiting), 0 to 1; the rest comes
        /// from not knowing (exploring): 1 − a(b, σ)/a(μ, σ), where a(b, σ) is what the acquisition would be if
        /// the model expected just the value b to improve on; 0 where that is more. The confidence bound
        /// counts from b: a = b − (μ − κσ) on the model's scale.
        exploit: f64,
        /// Chance that training stays finite here, by the model of where runs diverge; 1 where it has none.
        finite: f64,
        /// Number of the nearest earlier trial in the unit cube.
        nearest: usize,
    },
    /// Placed by hand.
    Hand,
}

/// A point to try and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    pub point: Point,
    pub reason: Reason,
}

/// One quantity that a strategy believes over the query points, for drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Quantity {
    /// Expected objective, in its units.
    Mean,
    /// Half the width of the 68 % band, in the objective's units.
    Spread,
    /// The acquisition in use, larger is more wanted, times the chance of staying finite: expected gain in the
    /// objective's units, chance of a gain, or κσ − μ on the model's scale (there the log chance is added).
    Acquisition,
}

/// What a strategy believes at the query points, one value a point for each quantity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    pub layers: Vec<(Quantity, Vec<f32>)>,
}

/// A strategy in the middle of a study.
pub trait Search {
    /// The next point and why. Asking again with the same history and random numbers gives the same answer.
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal;
    /// What a trial scored. Trials are told in order of their number, those placed by hand as well.
    fn tell(&mut self, point: &[f64], outcome: Outcome);
    /// What the strategy thinks now at these points; empty where it has no model (yet).
    fn belief(&mut self, at: &[Point]) -> Belief {
        let _ = at;
        Belief::default()
    }
}

/// A strategy by name with its options: a row a strategy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StrategyName {
    Grid,
    Random,
    Bayesian,
}

impl StrategyName {
    pub const ALL: [Self; 3] = [Self::Grid, Self::Random, Self::Bayesian];
}

/// Everything a strategy needs to start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    pub name: StrategyName,
    /// Number of trials that will be asked for; a grid lays itself out to fit it.
    pub budget: usize,
    pub acquisition: Acquisition,
    /// κ of the confidence bound.
    pub kappa: f64,
    /// ξ of expected and probable improvement, in standard deviations of the modelled values.
    pub xi: f64,
}

impl Default for Strategy {
    /// Bayesian optimisation by expected improvement, 25 trials; κ = 2, ξ = 0.
    fn default() -> Self {
        Self {
            name: StrategyName::Bayesian,
            budget: 25,
            acquisition: Acquisition::ExpectedImprovement,
            kappa: 2.0,
            xi: 0.0,
        }
    }
}

impl Strategy {
    /// Starts the strategy on a space.
    pub fn start(&self, space: &Space) -> Box<dyn Search> {
        match self.name {
            StrategyName::Grid => Box::new(grid::Grid::new(space, self.budget)),
            StrategyName::Random => Box::new(random::Random::new(space)),
            StrategyName::Bayesian => Box::new(bayesian::Bayesian::new(self, space)),
        }
    }
}

/// A uniform draw from [0, 1): 53 bits of one `u64`, the same on every machine.
fn uniform(rng: &mut dyn Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}
