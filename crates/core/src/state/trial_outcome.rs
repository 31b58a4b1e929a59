//! How a trial of the page's study ends, and what it has cost.

use super::State;
use super::search::StudyState;
use crate::search::Outcome;
use crate::worker::{Ending, Judged, Tried, ending};

impl StudyState {
    /// Epochs that trial `n` was given; of one that was dropped after some of its streams, the mean
    /// over all.
    pub fn epochs_of(&self, n: usize, streams: usize) -> f64 {
        ending::epochs_of(&self.study, &self.dropped, n, streams)
    }

    /// Epochs that the first `n` trials were given.
    pub fn epochs(&self, n: usize, streams: usize) -> usize {
        ending::epochs(&self.study, &self.dropped, n, streams)
    }
}

impl State {
    /// Does something with the study's last trial; nothing where there are no data.
    fn ending<T>(&mut self, what: impl FnOnce(Ending) -> T) -> Option<T> {
        let StudyState { study, dropped, tried, .. } = &mut self.study;
        let judged = |n: usize| -> Option<&Judged> { tried.get(n)?.as_ref()?.judged.as_ref() };
        let (setup, data) = (&self.setup, self.data.as_deref()?);
        Some(what(Ending { setup, data, study, dropped, judged: &judged }))
    }

    /// Ends a trial that is over: as it went, or where the pruner stops it before.
    pub(super) fn end_trial(&mut self, trial: usize, tried: &Tried) {
        self.ending(|mut ending| ending.end(trial, tried.judged.as_ref(), &tried.curve));
    }

    /// What training a trial has cost until it ended so.
    pub(super) fn spent(&mut self, trial: usize, outcome: Outcome) -> f64 {
        self.ending(|ending| ending.spent(trial, outcome)).unwrap_or_default()
    }

    /// A trial that is dropped after some of its folds, by those of the best trial: what it had
    /// scored until then.
    pub(super) fn drop_folds(&mut self, trial: usize, tried: &Tried) -> Option<Outcome> {
        self.ending(|mut ending| ending.drop_folds(trial, tried.judged.as_ref())).flatten()
    }
}
