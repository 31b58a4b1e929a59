//! Search strategies: `ask` for a point, `tell` what it scored, and `belief`: what the strategy thinks.
//!
//! A strategy is one file here and one row in [`Strategy::start`]. It knows nothing of networks: it sees points of a
//! [`Space`] and values to be minimised. The caller owns the random numbers and the loop.

pub mod acquisition;
pub mod anneal;
pub mod bayesian;
pub mod bohb;
pub mod cmaes;
mod descent;
mod draws;
pub mod finite;
pub mod fit;
pub mod genetic;
pub mod gp;
pub mod grid;
pub mod halton;
pub mod hypergradient;
pub mod latin;
pub mod nelder_mead;
pub mod objectives;
pub mod parzen;
pub mod random;
mod scramble;
pub mod sequence;
pub mod sobol;
pub mod tpe;
pub mod warp;

use crate::space::{Point, Space};
use rand::Rng;
use sequence::Sequenced;
use serde::{Deserialize, Serialize};

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

    /// What a model learns from: the objective, or what a pruned trial had when it was stopped (Optuna's process leaves those
    /// out, and may go there again). None where training diverged.
    pub fn seen(self) -> Option<f64> {
        match self {
            Self::Pruned { loss, .. } if loss.is_finite() => Some(loss),
            other => other.loss(),
        }
    }

    /// The objective of a trial that went to its end; none where training diverged. A `Value` that is not finite counts as
    /// diverged.
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
    /// The same wish as expected improvement, shown as its natural logarithm, which is how either is maximised.
    LogExpectedImprovement,
    /// A function drawn from the process, minimised: Thompson (1933).
    Thompson,
    /// Expected improvement on the best value without noise, which is drawn.
    NoisyExpectedImprovement,
}

impl Acquisition {
    pub const ALL: [Self; 6] = [
        Self::ExpectedImprovement,
        Self::LogExpectedImprovement,
        Self::NoisyExpectedImprovement,
        Self::ConfidenceBound,
        Self::ProbabilityOfImprovement,
        Self::Thompson,
    ];

    /// The name in translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::ExpectedImprovement => "ei",
            Self::LogExpectedImprovement => "log_ei",
            Self::NoisyExpectedImprovement => "noisy_ei",
            Self::ConfidenceBound => "ucb",
            Self::ProbabilityOfImprovement => "pi",
            Self::Thompson => "thompson",
        }
    }

    /// Whether it is drawn on a scale where a chance is added as its logarithm.
    fn is_logarithm(self) -> bool {
        matches!(self, Self::ConfidenceBound | Self::Thompson | Self::LogExpectedImprovement)
    }
}

/// Why a point was chosen, as data; the page turns it into a sentence in the reader's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Cell `index` of a grid: `columns` values of the first parameter, `rows` combinations of the others.
    Grid { index: usize, columns: usize, rows: usize },
    /// A uniform draw on the parameters' scales.
    Random,
    /// Point `index` of a space-filling sequence: Sobol, Halton or Latin hypercube.
    Sequence { index: usize },
    /// The candidate whose good density beats its bad one by most.
    Parzen {
        /// Trials that count as good, best first; the others are the bad ones.
        good: Vec<usize>,
        /// Points drawn from the good density; where parameters are chosen one by one, each parameter's n-th draw
        /// stands in the n-th point.
        candidates: Vec<Point>,
        /// log good − log bad of each candidate; where parameters are chosen one by one, the sum of theirs.
        scores: Vec<f64>,
        /// The candidate taken; none where parameters are not all chosen together.
        winner: Option<usize>,
        /// log good − log bad of the point.
        score: f64,
    },
    /// The candidate whose good density beats its bad one by most, both of the trials at one rung.
    Rung {
        /// Epochs after which they were compared; none for the end of training.
        epochs: Option<usize>,
        /// How many of them count as good and as bad, and how many points were drawn near the good ones.
        good: usize,
        bad: usize,
        candidates: usize,
        /// log good − log bad of the point.
        score: f64,
    },
    /// Drawn from the normal distribution of a generation.
    Sampled {
        generation: usize,
        /// Number in the generation, `member` of `of`.
        member: usize,
        of: usize,
        /// Step size in the unit cube.
        step: f64,
        /// Draws that fell outside the ranges before this one.
        outside: usize,
    },
    /// Bred from two earlier trials.
    Bred {
        generation: usize,
        member: usize,
        of: usize,
        parents: [usize; 2],
        /// Which parent each parameter comes from.
        from: Vec<u8>,
        /// Which parameters were drawn anew.
        mutated: Vec<bool>,
    },
    /// Drawn near good trials, in a range that shrinks.
    Annealed {
        /// Trial that each parameter's range lies around.
        around: Vec<usize>,
        /// Share of each range that is drawn from.
        width: f64,
    },
    /// A move of the simplex.
    Simplex { step: SimplexStep, worst: Option<usize> },
    /// A space-filling first point, `index` of `of`, before there is a model.
    Startup { index: usize, of: usize },
    /// The best acquisition found.
    Model {
        acquisition: Acquisition,
        /// What the model expects here, in the objective's units: the median of its prediction, and the ends of the 68 %
        /// interval around it. The model is of a transformed loss, so the interval is longer above. It takes a diverged
        /// trial as the worst value seen.
        median: f64,
        band: [f64; 2],
        /// Best value so far and the trial that has it; none while every trial diverged.
        best: Option<(usize, f64)>,
        /// What gains count from, in the objective's units: the best value, or under noise the best expectation, less ξ.
        level: f64,
        /// Chance that the value here lies below `level`, by the same prediction.
        chance: f64,
        /// The acquisition's value here, by that model alone (not times `finite`): E max(level − value, 0) for expected improvement (or
        /// its logarithm), chance of a gain for probability of improvement, the bound or the drawn function as a loss.
        value: f64,
        /// κ in use.
        kappa: f64,
        /// Share of the lead over a typical place (median prediction, median doubt) that comes from predicting less
        /// (exploiting), 0 to 1; the rest comes from more doubt (exploring). None where neither leads.
        exploit: Option<f64>,
        /// Chance that training stays finite here, by the model of where runs diverge; 1 where it has none.
        finite: f64,
        /// Number of the nearest earlier trial in the unit cube.
        nearest: usize,
    },
    /// A step against the slope of the best trial of a descent.
    Downhill {
        /// That trial's number.
        from: usize,
        /// Length of the step in the unit cube.
        step: f64,
        /// How much the loss falls there by the unit of the cube.
        slope: f64,
    },
    /// Placed by hand.
    Hand,
}

/// What the simplex of Nelder and Mead does with a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SimplexStep {
    /// A corner of a new simplex.
    Corner,
    Reflect,
    Expand,
    ContractOut,
    ContractIn,
    Shrink,
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
    /// objective's units, chance of a gain; or, with the log chance added, the logarithm of the gain, κσ − μ or −f of a
    /// drawn function on the model's scale.
    Acquisition,
    /// log density of good trials, over the unit cube.
    Good,
    /// log density of the other trials.
    Bad,
    /// The difference of both, larger is more wanted.
    Ratio,
}

/// What a strategy believes that is no value at every point. Points are in the parameters' own units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Figure {
    #[default]
    None,
    /// Trials that count as good, best first.
    Split { good: Vec<usize> },
    /// The Gaussian process in use.
    Fit {
        /// By parameter, in the unit cube.
        length_scales: Vec<f64>,
        /// Noise as a standard deviation of the standardised, modelled values.
        noise: f64,
        /// Trials that have a loss: number, loss, and the 68 % band and median that the others predict for it.
        left_out: Vec<(usize, f64, [f64; 3])>,
    },
    /// The normal distribution of a generation: in the unit cube, centre and half axes of its 68 % ellipsoid in one
    /// dimension (one standard deviation), longest first.
    Ellipse {
        generation: usize,
        centre: Vec<f64>,
        axes: Vec<Vec<f64>>,
        step: f64,
        /// Evolution paths of the step size and of the covariance (d each).
        step_path: Vec<f64>,
        shape_path: Vec<f64>,
    },
    /// Corners of the simplex with their losses, best first; infinite where training diverged.
    Simplex { corners: Vec<(Point, f64)> },
    /// Numbers of the trials that may become parents, best first, and the generation they breed.
    Parents { generation: usize, of: usize, parents: Vec<usize> },
    /// The share of each range that is drawn from, and the trials best first.
    Shrinking { width: f64, ranked: Vec<usize> },
}

impl Figure {
    /// The figure's outline over two of the parameters, in their own units: the ellipse at two standard deviations (of the
    /// two by themselves), the simplex; empty where there is nothing to draw.
    pub fn outline(&self, space: &Space, (i, j): (usize, usize)) -> Vec<Point> {
        match self {
            Self::Ellipse { centre, axes, .. } if axes.len() > 1 && i.max(j) < centre.len() => {
                // The covariance of the two, and its triangular root.
                let sum = |a: usize, b: usize| axes.iter().map(|axis| axis[a] * axis[b]).sum::<f64>();
                let wide = libm::sqrt(sum(i, i)).max(1e-12);
                let slant = sum(i, j) / wide;
                let high = libm::sqrt((sum(j, j) - slant * slant).max(0.0));
                let at = |step: i32| {
                    let turn = f64::from(step) / 48.0 * std::f64::consts::TAU;
                    let (a, b) = (2.0 * libm::cos(turn), 2.0 * libm::sin(turn));
                    let mut unit = centre.clone();
                    unit[i] += a * wide;
                    unit[j] += a * slant + b * high;
                    space.from_unit(&unit)
                };
                (0..48).map(at).collect()
            }
            Self::Simplex { corners } => corners.iter().map(|(point, _)| point.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What a strategy believes at the query points, one value a point for each quantity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    pub layers: Vec<(Quantity, Vec<f32>)>,
    pub figure: Figure,
}

/// A strategy in the middle of a study.
pub trait Search {
    /// The next point and why. Asking again with the same history and random numbers gives the same answer.
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal;
    /// What a trial scored. Trials are told in order of their number, those placed by hand as well.
    fn tell(&mut self, point: &[f64], outcome: Outcome);
    /// The slope of the next trial told, by each parameter in its own units: for those that learn from it.
    fn slope(&mut self, slope: &[f64]) {
        let _ = slope;
    }
    /// The losses of the next trial told, by epoch, as far as it went: for those that learn from them.
    fn curve(&mut self, losses: &[(usize, f64)]) {
        let _ = losses;
    }
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
    Sobol,
    Halton,
    LatinHypercube,
    /// As in Optuna 5: all parameters together.
    Tpe,
    /// As in Optuna 4: one parameter at a time.
    TpeUnivariate,
    TpeHyperopt,
    Cmaes,
    Genetic,
    Anneal,
    NelderMead,
    Hypergradient,
    /// Made for trials that a pruner stops at rungs.
    Bohb,
}

impl StrategyName {
    pub const ALL: [Self; 15] = [
        Self::Grid,
        Self::Random,
        Self::Bayesian,
        Self::Sobol,
        Self::Halton,
        Self::LatinHypercube,
        Self::Tpe,
        Self::TpeUnivariate,
        Self::TpeHyperopt,
        Self::Cmaes,
        Self::Genetic,
        Self::Anneal,
        Self::NelderMead,
        Self::Hypergradient,
        Self::Bohb,
    ];

    /// The name in links, in translations and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Random => "random",
            Self::Bayesian => "bayesian",
            Self::Sobol => "sobol",
            Self::Halton => "halton",
            Self::LatinHypercube => "latin-hypercube",
            Self::Tpe => "tpe",
            Self::TpeUnivariate => "tpe-univariate",
            Self::TpeHyperopt => "tpe-hyperopt",
            Self::Cmaes => "cmaes",
            Self::Genetic => "genetic",
            Self::Anneal => "anneal",
            Self::NelderMead => "nelder-mead",
            Self::Hypergradient => "hypergradient",
            Self::Bohb => "bohb",
        }
    }

    /// Whether proposals depend on the budget.
    pub fn fits_budget(self) -> bool {
        matches!(self, Self::Grid | Self::Bayesian | Self::LatinHypercube | Self::Genetic)
    }

    /// Whether it can race: nobody tells the slopes of a race, nor stops its trials at rungs.
    pub fn races(self) -> bool {
        !matches!(self, Self::Hypergradient | Self::Bohb)
    }

    /// Whether it learns from trials, and so has a belief. A slope is none: it says nothing of other places.
    pub fn believes(self) -> bool {
        !matches!(
            self,
            Self::Hypergradient | Self::Grid | Self::Random | Self::Sobol | Self::Halton | Self::LatinHypercube
        )
    }

    /// Whether it draws what it believes as maps.
    pub fn has_maps(self) -> bool {
        matches!(self, Self::Bayesian | Self::Tpe | Self::TpeUnivariate | Self::TpeHyperopt | Self::Bohb)
    }
}

/// Everything a strategy needs to start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    pub name: StrategyName,
    /// Number of trials that will be asked for; a grid lays itself out to fit it.
    pub budget: usize,
    pub acquisition: Acquisition,
    /// κ of the confidence bound; none: by the number of trials.
    pub kappa: Option<f64>,
    /// ξ of expected and probable improvement, in standard deviations of the modelled values.
    pub xi: f64,
    pub kernel: gp::Kernel,
    /// One length scale for every parameter, in the unit cube; none: one each, fitted.
    pub length_scale: Option<f64>,
    /// Noise as a standard deviation of standardised values; none: fitted.
    pub noise: Option<f64>,
    /// Of what holds for a whole study: how a sequence is scrambled, which functions are drawn.
    pub seed: u64,
}

impl Default for Strategy {
    /// Bayesian optimisation by expected improvement with a fitted Matérn 5/2, 25 trials; κ = 2, ξ = 0.
    fn default() -> Self {
        Self {
            name: StrategyName::Bayesian,
            budget: 25,
            acquisition: Acquisition::ExpectedImprovement,
            kappa: Some(2.0),
            xi: 0.0,
            kernel: gp::Kernel::Matern52,
            length_scale: None,
            noise: None,
            seed: 0,
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
            StrategyName::Sobol => Sequenced::start(space, sobol::Sobol::scrambled(space.dim(), self.seed)),
            StrategyName::Halton => Sequenced::start(space, halton::Halton::scrambled(space.dim(), self.seed)),
            StrategyName::LatinHypercube => {
                Sequenced::start(space, latin::LatinHypercube::new(space.dim(), self.budget, self.seed))
            }
            StrategyName::Tpe => Box::new(tpe::Tpe::new(tpe::Rules::OPTUNA_5, space)),
            StrategyName::TpeUnivariate => Box::new(tpe::Tpe::new(tpe::Rules::OPTUNA_4, space)),
            StrategyName::TpeHyperopt => Box::new(tpe::Tpe::new(tpe::Rules::HYPEROPT, space)),
            StrategyName::Cmaes => Box::new(cmaes::Cmaes::new(space)),
            StrategyName::Genetic => Box::new(genetic::Genetic::new(space, self.budget)),
            StrategyName::Anneal => Box::new(anneal::Anneal::new(space)),
            StrategyName::Hypergradient => Box::new(hypergradient::Hypergradient::new(space)),
            StrategyName::NelderMead => Box::new(nelder_mead::NelderMead::new(space)),
            StrategyName::Bohb => Box::new(bohb::Bohb::new(space)),
        }
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

/// A loss to be sorted by: infinite where training diverged, and worse than any other where a trial was stopped.
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
    order.sort_by(|&a, &b| losses[a].total_cmp(&losses[b]));
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
