//! Strategies by name with their options, and how each is started.

use super::parego::ParEgo;
use super::sequence::Sequenced;
use super::{
    Search, anneal, bayesian, bohb, cmaes, genetic, gp, grid, halton, hypergradient, latin,
    nelder_mead, random, sobol, tpe,
};
use crate::space::{Point, Space};
use serde::{Deserialize, Serialize};

/// The acquisition functions of the Gaussian process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Acquisition {
    ExpectedImprovement,
    /// Upper confidence bound of the negated objective: mean − κ·spread, minimised.
    ConfidenceBound,
    ProbabilityOfImprovement,
    /// The same wish as expected improvement, shown as its natural logarithm, which is how either
    /// is maximised.
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
    pub(super) fn is_logarithm(self) -> bool {
        matches!(self, Self::ConfidenceBound | Self::Thompson | Self::LogExpectedImprovement)
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

    /// Whether it draws its proposals, and may answer otherwise when it is asked again.
    pub fn draws(self) -> bool {
        self.believes() && !matches!(self, Self::Bayesian | Self::NelderMead)
            || self == Self::Random
    }

    /// Whether it learns from the losses on the way, too.
    pub fn reads_curves(self) -> bool {
        self == Self::Bohb
    }

    /// Whether it can be asked about trials that others have run: nobody wrote down their slopes.
    pub fn can_be_asked(self) -> bool {
        self != Self::Hypergradient
    }

    /// Whether it can race: nobody tells the slopes of a race, nor stops its trials at rungs.
    pub fn races(self) -> bool {
        !matches!(self, Self::Hypergradient | Self::Bohb)
    }

    /// Whether what comes next depends on what trials came to.
    pub fn learns(self) -> bool {
        self.believes() || self == Self::Hypergradient
    }

    /// Whether it learns from trials, and so has a belief. A slope is none: it says nothing of
    /// other places.
    pub fn believes(self) -> bool {
        !matches!(
            self,
            Self::Hypergradient
                | Self::Grid
                | Self::Random
                | Self::Sobol
                | Self::Halton
                | Self::LatinHypercube
        )
    }

    /// Whether it can minimise the cost of training as well; BOHB goes by curves of the loss alone.
    pub fn weighs(self) -> bool {
        self.believes() && self != StrategyName::Bohb
    }

    /// Whether it draws what it believes as maps.
    pub fn has_maps(self) -> bool {
        matches!(
            self,
            Self::Bayesian | Self::Tpe | Self::TpeUnivariate | Self::TpeHyperopt | Self::Bohb
        )
    }
}

/// A trial of an earlier study, on other data: its loss, none where it diverged, and its point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Earlier(pub Option<f64>, pub Point);

/// Everything a strategy needs to start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strategy {
    pub name: StrategyName,
    /// Number of trials that will be asked for; a grid lays itself out to fit it.
    pub budget: usize,
    /// Whether a grid tries the ends of the ranges, instead of the middles of its cells.
    pub grid_ends: bool,
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
    /// Whether the cost of training is minimised as well as the loss.
    pub pareto: bool,
    /// Trials of an earlier study whose model is the prior of the Gaussian process; empty: none.
    pub earlier: Vec<Earlier>,
    /// Of what holds for a whole study: how a sequence is scrambled, which functions are drawn.
    pub seed: u64,
}

impl Default for Strategy {
    /// Bayesian optimisation by expected improvement with a fitted Matérn 5/2, 25 trials; κ = 2, ξ
    /// = 0.
    fn default() -> Self {
        Self {
            name: StrategyName::Bayesian,
            budget: 25,
            grid_ends: false,
            acquisition: Acquisition::ExpectedImprovement,
            kappa: Some(2.0),
            xi: 0.0,
            kernel: gp::Kernel::Matern52,
            length_scale: None,
            noise: None,
            pareto: false,
            earlier: Vec::new(),
            seed: 0,
        }
    }
}

impl Strategy {
    /// The formula of what runs, where it depends on the options.
    pub fn formula(&self) -> Option<&'static str> {
        match self.name {
            StrategyName::Grid => Some(grid::Grid::formula(self.grid_ends)),
            StrategyName::Bayesian => Some(self.acquisition.formula()),
            _ => None,
        }
    }

    /// What the strategy's model predicts at a point, as a formula, where it is a Gaussian process:
    /// its prior mean is 0, or the prediction of an earlier study's model.
    pub fn prediction_formula(&self) -> Option<&'static str> {
        let formula = match self.earlier.is_empty() {
            true => "C = k(X,X) + νI,  μ = k(x,X)C⁻¹t,  σ² = k(x,x) − k(x,X)C⁻¹k(X,x)",
            false => {
                "C = k(X,X) + νI,  μ = m(x) + k(x,X)C⁻¹(t − m(X)),  \
                 σ² = k(x,x) − k(x,X)C⁻¹k(X,x)"
            }
        };
        (self.name == StrategyName::Bayesian).then_some(formula)
    }

    /// Starts the strategy on a space.
    pub fn start(&self, space: &Space) -> Box<dyn Search> {
        if self.pareto && self.name.weighs() {
            return Box::new(ParEgo::new(self, space));
        }
        match self.name {
            StrategyName::Grid => Box::new(grid::Grid::new(space, self.budget, self.grid_ends)),
            StrategyName::Random => Box::new(random::Random::new(space)),
            StrategyName::Bayesian => Box::new(bayesian::Bayesian::new(self, space)),
            StrategyName::Sobol => {
                Sequenced::start(space, sobol::Sobol::scrambled(space.dim(), self.seed))
            }
            StrategyName::Halton => {
                Sequenced::start(space, halton::Halton::scrambled(space.dim(), self.seed))
            }
            StrategyName::LatinHypercube => Sequenced::start(
                space,
                latin::LatinHypercube::new(space.dim(), self.budget, self.seed),
            ),
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
