//! Several trials at once: proposals while earlier ones still run, so that what those score is made
//! up.
//!
//! A strategy that is asked twice without a score in between would answer twice the same. So it is
//! told a lie about each running trial and asked again (Ginsbourger, Le Riche & Carraro 2010). A
//! study folds anew for every question, so that no lie outlives the answer.

use super::{Study, stream};
use crate::search::{Outcome, Proposal, Quantity, Search, normal};
use serde::{Deserialize, Serialize};

/// What a running trial is said to have scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lie {
    /// Constant liar, the best score so far: stays close to it (scikit-optimize's `cl_min`).
    Best,
    /// Constant liar, the mean score.
    Mean,
    /// Constant liar, the worst score: spreads out (what running trials are to Optuna's TPE).
    Worst,
    /// Kriging believer: what the model expects there.
    Believer,
    /// A draw from what the model holds possible there.
    Fantasy,
}

impl Lie {
    pub const ALL: [Self; 5] = [Self::Best, Self::Mean, Self::Worst, Self::Believer, Self::Fantasy];

    /// The name in links, in translations and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Mean => "mean",
            Self::Worst => "worst",
            Self::Believer => "believer",
            Self::Fantasy => "fantasy",
        }
    }
}

/// A strategy and the scores that it was truly told.
struct Liar {
    search: Box<dyn Search>,
    losses: Vec<f64>,
    lie: Lie,
    seed: u64,
}

impl Liar {
    /// Trials before `known` that have ended are told as they were; of all others the strategy
    /// hears a lie.
    fn new(study: &Study, seed: u64, known: usize, lie: Lie) -> Self {
        let mut liar =
            Self { search: study.strategy.start(&study.space), losses: Vec::new(), lie, seed };
        let (ended, running): (Vec<_>, Vec<_>) = study
            .trials
            .iter()
            .enumerate()
            .partition(|(n, trial)| *n < known && trial.outcome.is_some());
        let ranks = study.mean_ranks(known);
        let ranked = ranks.iter().any(Option::is_some);
        for (n, trial) in ended {
            // Where trials are judged by their ranks, one that was stopped has none.
            let outcome = match ranks.get(n).copied().flatten() {
                Some(rank) => Outcome::Value(rank),
                None if ranked => Outcome::Diverged,
                None => trial.outcome.unwrap_or(Outcome::Diverged),
            };
            liar.losses.extend(outcome.loss());
            trial.slope.iter().for_each(|slope| liar.search.slope(slope));
            trial.cost.iter().for_each(|&cost| liar.search.cost(cost));
            liar.search.curve(&trial.losses());
            liar.search.tell(&trial.point, outcome);
        }
        for (n, trial) in running {
            liar.pretend(n, &trial.point);
        }
        liar
    }

    fn pretend(&mut self, trial: usize, point: &[f64]) {
        let losses = self.losses.iter().copied();
        let mut said = match self.lie {
            Lie::Best => losses.min_by(f64::total_cmp),
            Lie::Worst => losses.max_by(f64::total_cmp),
            _ if self.losses.is_empty() => None,
            _ => Some(losses.sum::<f64>() / self.losses.len() as f64),
        };
        if matches!(self.lie, Lie::Believer | Lie::Fantasy) {
            let belief = self.search.belief(&[point.to_vec()]);
            let layer = |of| {
                belief
                    .layers
                    .iter()
                    .find(|(quantity, _)| *quantity == of)
                    .map(|(_, v)| f64::from(v[0]))
            };
            let chance =
                if self.lie == Lie::Fantasy { normal(&mut stream(!self.seed, trial)) } else { 0.0 };
            // Where there is no model yet, the mean will do.
            said = layer(Quantity::Mean)
                .zip(layer(Quantity::Spread))
                .map(|(mean, std)| mean + chance * std)
                .or(said);
        }
        // Where nothing has a score there is nothing to lie about, but that this place is taken.
        self.search.tell(point, said.map_or(Outcome::Diverged, Outcome::of));
    }
}

impl Study {
    /// The strategy as it is while all trials from number `known` on run, whatever they have scored
    /// since.
    pub fn search_beside(&self, seed: u64, known: usize, lie: Lie) -> Box<dyn Search> {
        Liar::new(self, seed, known, lie).search
    }

    /// The next `count` proposals, to be run at once; trials that have not ended run beside them.
    pub fn ask_many(&self, seed: u64, count: usize, lie: Lie) -> Vec<Proposal> {
        let first = self.trials.len();
        let mut liar = Liar::new(self, seed, first, lie);
        let mut next = |trial: usize| {
            let proposal = liar.search.ask(&mut stream(seed, trial));
            liar.pretend(trial, &proposal.point);
            proposal
        };
        (first..first + count).map(&mut next).collect()
    }
}
