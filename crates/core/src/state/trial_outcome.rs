//! How a trial ends, and what it has cost.

use super::State;
use super::search::StudyState;
use crate::search::Outcome;
use crate::study::Event;
use crate::worker::Tried;

impl StudyState {
    /// Epochs that trial `n` was given; of one that was dropped after some of its streams, the mean
    /// over all.
    pub fn epochs_of(&self, n: usize, streams: usize) -> f64 {
        self.study.trials().get(n).map_or(0, |trial| trial.epochs()) as f64
            * self.share_of(n, streams)
    }

    /// The share of its streams that trial `n` was trained on.
    fn share_of(&self, n: usize, streams: usize) -> f64 {
        self.dropped.get(&n).map_or(1.0, |(folds, ..)| *folds as f64 / streams.max(1) as f64)
    }

    /// Epochs that the first `n` trials were given.
    pub fn epochs(&self, n: usize, streams: usize) -> usize {
        (0..n).map(|n| self.epochs_of(n, streams)).sum::<f64>().round() as usize
    }
}

impl State {
    /// Ends a trial that is over: as it went, or where the pruner stops it before. The pruner goes
    /// by the loss; what it stops counts with what it is judged by at that epoch.
    pub(super) fn end_trial(&mut self, trial: usize, tried: &Tried) {
        let objective = self.setup.objective(self.task());
        let study = &mut self.study.study;
        let cut = study.cut(&self.setup.search.pruner, trial, self.setup.training.epochs);
        let pruned = cut.and_then(|cut| {
            let value = (*tried.curve.get(cut.step.checked_sub(1)?)?)?;
            Some(Outcome::Pruned { epoch: cut.step, loss: objective.cost(value) })
        });
        let dropped = self.drop_folds(trial, tried);
        let outcome = pruned.or(dropped).unwrap_or_else(|| tried.outcome(objective));
        let cost = self.spent(trial, outcome);
        let study = &mut self.study.study;
        let _ = study.apply(Event::Spent { trial, cost });
        let sets = tried.judged.as_ref().filter(|_| self.setup.ranks()).and_then(|judged| {
            let costs: Vec<_> =
                judged.values.iter().map(|v| v.map(|v| objective.cost(v))).collect();
            self.setup.evaluation.by_set(&costs)
        });
        if let (Some(costs), Outcome::Value(_)) = (sets, outcome) {
            let _ = study.apply(Event::Ranked { trial, costs });
        }
        let _ = study.apply(Event::Completed { trial, outcome });
    }

    /// What training a trial has cost until it ended so.
    pub(super) fn spent(&self, trial: usize, outcome: Outcome) -> f64 {
        let epochs = match outcome {
            Outcome::Pruned { epoch, .. } => epoch,
            _ => self.study.study.trials()[trial].epochs(),
        };
        self.cost(
            trial,
            self.study.share_of(trial, self.setup.evaluation.streams()) * epochs as f64,
        )
    }

    /// Multiplications of training trial `n` for so many epochs.
    fn cost(&self, n: usize, epochs: f64) -> f64 {
        let Some(data) = &self.data else { return 0.0 };
        let setup = self.setup.at(&self.study.study.trials()[n].point);
        let whole = setup.multiplications(data.inputs, data.task, data.trained);
        whole * epochs / self.setup.training.epochs.max(1) as f64
    }

    /// A trial that is dropped after some of its folds, by those of the best trial: what it had
    /// scored until then.
    pub(super) fn drop_folds(&mut self, trial: usize, tried: &Tried) -> Option<Outcome> {
        let objective = self.setup.objective(self.task());
        let costs = |tried: &Tried| {
            let values = &tried.judged.as_ref()?.values;
            values.iter().map(|value| Some(objective.cost((*value)?))).collect::<Option<Vec<f64>>>()
        };
        let (best, _) = self.study.best(trial)?;
        let (own, held) = (costs(tried)?, costs(self.study.tried.get(best)?.as_ref()?)?);
        let (folds, p) = self.setup.search.pruner.drop(&own, &held)?;
        self.study.dropped.insert(trial, (folds, p, best));
        let loss = own[..folds].iter().sum::<f64>() / folds as f64;
        Some(Outcome::Pruned { epoch: self.setup.training.epochs, loss })
    }
}
