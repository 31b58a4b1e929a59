//! What is searched with: strategy, objective, budgets, and what the learner has placed and noted.

use crate::metrics::{Metric, When};
use crate::prune::pruner::Pruner;
use crate::search::gp::Kernel;
use crate::search::{Acquisition, Earlier, StrategyName};
use crate::sort::sort_by_key;
use crate::space::Point;
use crate::study::batch::Lie;
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What the reader calls a trial, or has to say of it: its number, from 0, and a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note(pub usize, pub String);

/// Letters of a note at most.
pub const MAX_NOTE_LENGTH: usize = 200;

/// So many trials are kept at most, the best, and told again when what is searched changes: fewer
/// of more parameters, as a link has to hold them, and half as many beside those of an earlier
/// study.
pub fn max_kept(parameters: usize, earlier: &[Earlier]) -> usize {
    (36 / parameters.max(1)).min(32) / if earlier.is_empty() { 1 } else { 2 }
}

/// So many trials of an earlier study its model is fitted to at most, for the same reason.
pub fn max_modelled(parameters: usize) -> usize {
    (48 / parameters.max(1)).min(32)
}

/// So many trials stand by hand, or kept, beside those of an earlier study.
pub const MAX_BESIDE: usize = 12;

/// A trial placed by hand: its number, from 0, and its point. In JSON one list of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed(pub usize, pub Point);

impl Serialize for Placed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(1 + self.1.len()))?;
        list.serialize_element(&self.0)?;
        self.1.iter().try_for_each(|x| list.serialize_element(x))?;
        list.end()
    }
}

impl<'de> Deserialize<'de> for Placed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = Vec::<serde_json::Value>::deserialize(deserializer)?;
        let trial = list.first().and_then(serde_json::Value::as_u64);
        let point = list.iter().skip(1).map(serde_json::Value::as_f64).collect::<Option<_>>();
        trial
            .zip(point)
            .map(|(trial, point)| Placed(trial as usize, point))
            .ok_or_else(|| de::Error::custom("hand"))
    }
}

/// How a population that trains side by side is thinned or renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Together {
    /// The worst copy the best ([`crate::prune::population`]).
    PopulationBased,
    /// The worst are stopped ([`SyncHalving`](crate::prune::halving::SyncHalving)).
    SuccessiveHalving,
}

impl Together {
    pub const ALL: [Self; 2] = [Self::PopulationBased, Self::SuccessiveHalving];

    /// The name in translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::PopulationBased => "pbt",
            Self::SuccessiveHalving => "halving",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchSetup {
    pub strategy: StrategyName,
    /// Whether a grid tries the ends of the ranges, instead of the middles of its cells.
    pub grid_ends: bool,
    pub acquisition: Acquisition,
    /// None: by the number of trials.
    pub kappa: Option<f64>,
    pub xi: f64,
    /// Of the Gaussian process; length scale and noise are fitted where there is none.
    pub kernel: Kernel,
    pub length_scale: Option<f64>,
    pub noise: Option<f64>,
    /// Whether losses over trials are drawn on a logarithmic axis.
    pub log_loss: bool,
    /// Trials that run at the same time, and what the strategy is told of those that still run.
    pub at_once: usize,
    pub lie: Lie,
    /// Which trials are stopped early.
    pub pruner: Pruner,
    /// What becomes of a population that trains side by side, and its members.
    pub together: Together,
    pub members: usize,
    /// Epochs between two copies of population-based training; of successive halving the epochs
    /// before the first rung, whose reduction factor is the pruner's.
    pub every: usize,
    /// What a trial is judged by; where it does not fit the loss, the loss itself.
    pub metric: Metric,
    /// Whether a strategy that learns minimises the cost of training as well.
    pub pareto: bool,
    /// Whether trials on several sets are compared by their mean rank over the sets, not by their
    /// mean score.
    pub ranked: bool,
    /// The epoch whose value of the metric, and weights, are a trial's.
    pub when: When,
    /// Trials, those placed by hand included.
    pub budget: usize,
    /// Epochs after which no other trial begins; 0: as many as the trials take.
    pub most_epochs: usize,
    /// A network with more weights and biases is not trained; 0: any is.
    pub most_parameters: usize,
    /// The learner proposes every trial; the strategy looks on.
    pub manual: bool,
    /// Whether what was tried before is skipped. Training the same again gives the same, but
    /// strategies as they are in the field do.
    pub distinct: bool,
    pub seed: u64,
    /// Trials placed by hand, in order.
    pub hand: Vec<Placed>,
    /// Trials of an earlier study whose model the Gaussian process begins from.
    pub earlier: Vec<Earlier>,
    /// Trials that have been run, and the one on show (from 1; 0 = before the first): a reload
    /// runs them again.
    pub run: usize,
    pub shown: usize,
    /// By the trials' numbers.
    pub notes: Vec<Note>,
}

impl SearchSetup {
    /// Takes trials of an earlier study as prior, and keeps as many by hand as a link has room for
    /// beside them.
    pub fn inherit(&mut self, earlier: Vec<Earlier>) {
        self.earlier = earlier;
        self.hand.truncate(MAX_BESIDE);
    }

    /// What is noted of a trial.
    pub fn note(&self, trial: usize) -> Option<&str> {
        self.notes.iter().find(|note| note.0 == trial).map(|note| note.1.as_str())
    }

    /// Notes a text of a trial in place of what was noted before, cut after [`MAX_NOTE_LENGTH`]
    /// letters; an empty one takes the note away.
    pub fn annotate(&mut self, trial: usize, text: &str) {
        self.notes.retain(|note| note.0 != trial);
        if !text.trim().is_empty() {
            self.notes.push(Note(trial, text.trim().chars().take(MAX_NOTE_LENGTH).collect()));
            sort_by_key(&mut self.notes, |note| note.0);
        }
    }

    /// Whether the number of this path is left to the program.
    pub(crate) fn automatic(&self, key: &str) -> bool {
        match key {
            "search.kappa" => self.kappa.is_none(),
            "search.length_scale" => self.length_scale.is_none(),
            "search.noise" => self.noise.is_none(),
            _ => false,
        }
    }
}

impl Default for SearchSetup {
    fn default() -> Self {
        SearchSetup {
            strategy: StrategyName::Bayesian,
            grid_ends: false,
            acquisition: Acquisition::ExpectedImprovement,
            kappa: Some(2.0),
            kernel: Kernel::Matern52,
            length_scale: None,
            noise: None,
            xi: 0.01,
            log_loss: false,
            metric: Metric::Loss,
            pareto: false,
            ranked: false,
            at_once: 1,
            lie: Lie::Believer,
            pruner: Pruner::default(),
            together: Together::PopulationBased,
            members: 16,
            every: 5,
            when: When::Last,
            budget: 25,
            most_epochs: 0,
            most_parameters: 0,
            manual: false,
            distinct: false,
            seed: 42,
            hand: Vec::new(),
            earlier: Vec::new(),
            run: 0,
            shown: 0,
            notes: Vec::new(),
        }
    }
}
