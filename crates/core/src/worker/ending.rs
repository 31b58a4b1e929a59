//! How a trial of a study ends, and what it has cost: what the study hears once it is trained.

use super::Judged;
use super::source::Overview;
use super::trial::outcome;
use crate::search::Outcome;
use crate::setup::Setup;
use crate::study::{Event, Study};
use std::collections::HashMap;

/// Trials that were dropped after some folds: how many, the p-value that said so, and the trial it
/// was held against.
pub type Dropped = HashMap<usize, (usize, f64, usize)>;

/// The share of its streams that trial `n` was trained on.
pub fn share_of(dropped: &Dropped, n: usize, streams: usize) -> f64 {
    dropped.get(&n).map_or(1.0, |(folds, ..)| *folds as f64 / streams.max(1) as f64)
}

/// Epochs that trial `n` was given; of one that was dropped after some of its streams, the mean
/// over all.
pub fn epochs_of(study: &Study, dropped: &Dropped, n: usize, streams: usize) -> f64 {
    let epochs = study.trials().get(n).map_or(0, |trial| trial.epochs());
    epochs as f64 * share_of(dropped, n, streams)
}

/// Epochs that the first `n` trials were given.
pub fn epochs(study: &Study, dropped: &Dropped, n: usize, streams: usize) -> usize {
    (0..n).map(|n| epochs_of(study, dropped, n, streams)).sum::<f64>().round() as usize
}

/// A study whose last trial is trained.
pub struct Ending<'a> {
    pub setup: &'a Setup,
    pub data: &'a Overview,
    pub study: &'a mut Study,
    pub dropped: &'a mut Dropped,
    /// What the trial of a number was judged by, where it was.
    pub judged: &'a dyn Fn(usize) -> Option<&'a Judged>,
}

impl Ending<'_> {
    /// Ends a trial that is over: as it went, or where the pruner stops it before. The pruner goes
    /// by the loss; what it stops counts with what it is judged by at that epoch. `curve` has that
    /// from epoch 1 on.
    pub fn end(&mut self, trial: usize, judged: Option<&Judged>, curve: &[Option<f64>]) {
        let objective = self.setup.objective(self.data.task);
        let pruner = &self.setup.search.pruner;
        let cut = self.study.cut(pruner, trial, self.setup.training.epochs);
        let pruned = cut.and_then(|cut| {
            let value = (*curve.get(cut.step.checked_sub(1)?)?)?;
            Some(Outcome::Pruned { epoch: cut.step, loss: objective.cost(value) })
        });
        let dropped = self.drop_folds(trial, judged);
        let outcome = pruned.or(dropped).unwrap_or_else(|| outcome(judged, objective));
        let cost = self.spent(trial, outcome);
        let _ = self.study.apply(Event::Spent { trial, cost });
        let sets = judged.filter(|_| self.setup.ranks()).and_then(|judged| {
            let costs: Vec<_> =
                judged.values.iter().map(|v| v.map(|v| objective.cost(v))).collect();
            self.setup.evaluation.by_set(&costs)
        });
        if let (Some(costs), Outcome::Value(_)) = (sets, outcome) {
            let _ = self.study.apply(Event::Ranked { trial, costs });
        }
        let _ = self.study.apply(Event::Completed { trial, outcome });
    }

    /// What training a trial has cost until it ended so.
    pub fn spent(&self, trial: usize, outcome: Outcome) -> f64 {
        let epochs = match outcome {
            Outcome::Pruned { epoch, .. } => epoch,
            _ => self.study.trials()[trial].epochs(),
        };
        let share = share_of(self.dropped, trial, self.setup.evaluation.streams());
        self.cost(trial, share * epochs as f64)
    }

    /// Multiplications of training trial `n` for so many epochs.
    fn cost(&self, n: usize, epochs: f64) -> f64 {
        let (setup, data) = (self.setup.at(&self.study.trials()[n].point), self.data);
        let whole = setup.multiplications(data.inputs, data.task, data.trained);
        whole * epochs / self.setup.training.epochs.max(1) as f64
    }

    /// A trial that is dropped after some of its folds, by those of the best trial: what it had
    /// scored until then.
    pub fn drop_folds(&mut self, trial: usize, judged: Option<&Judged>) -> Option<Outcome> {
        let objective = self.setup.objective(self.data.task);
        let costs = |judged: &Judged| {
            let values = judged.values.iter();
            values.map(|value| Some(objective.cost((*value)?))).collect::<Option<Vec<f64>>>()
        };
        let (best, _) = self.study.best_of(trial)?;
        let (own, held) = (costs(judged?)?, costs((self.judged)(best)?)?);
        let (folds, p) = self.setup.search.pruner.drop(&own, &held)?;
        self.dropped.insert(trial, (folds, p, best));
        let loss = own[..folds].iter().sum::<f64>() / folds as f64;
        Some(Outcome::Pruned { epoch: self.setup.training.epochs, loss })
    }
}
