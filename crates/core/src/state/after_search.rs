//! What is trained beside the trials of a study: the best one with fresh seeds, and a population
//! that copies and perturbs.

use super::{State, WorkerId};
use crate::prune::pruner::Pruner;
use crate::search::{Earlier, StrategyName};
use crate::setup::Setup;
use crate::setup::search::{Placed, SearchSetup, max_modelled};
use crate::sort::sort_by;
use crate::worker::{Evolution, Job, Request, Tried};

/// Fresh seeds that the best trial is trained with.
pub const SEEDS: usize = 8;

/// Points that an earlier study hands on.
const WARM: usize = 3;

/// The best trial again.
pub struct Fresh {
    pub trial: usize,
    /// Its metric with each seed, the mean over its folds; none where it is not defined, all none
    /// where one diverged.
    pub values: Vec<Option<f64>>,
}

#[derive(Default)]
pub struct AfterSearch {
    pub fresh: Option<Fresh>,
    fresh_job: Option<(Job, usize)>,
    /// What became of a population, and the set-up that it trained with.
    evolved: Option<(Setup, Evolution)>,
    evolve_job: Option<(Job, Setup)>,
}

impl AfterSearch {
    /// Gives up a question that failed; false if it is none of these.
    pub fn forget(&mut self, job: Job) -> bool {
        self.fresh_job.take_if(|j| j.0 == job).is_some()
            || self.evolve_job.take_if(|j| j.0 == job).is_some()
    }

    /// Gives up everything that is under way.
    pub fn stop(&mut self) -> Vec<Job> {
        let jobs = [self.fresh_job.take().map(|j| j.0), self.evolve_job.take().map(|j| j.0)];
        jobs.into_iter().flatten().collect()
    }

    pub fn freshening(&self) -> bool {
        self.fresh_job.is_some()
    }

    pub fn evolving(&self) -> bool {
        self.evolve_job.is_some()
    }

    /// What became of a population with this set-up.
    pub fn evolved(&self, setup: &Setup) -> Option<&Evolution> {
        self.evolved
            .as_ref()
            .filter(|(of, _)| *of == population(setup))
            .map(|(_, evolution)| evolution)
    }
}

/// What of a set-up a population depends on; the rest as by default.
fn population(setup: &Setup) -> Setup {
    let plain = Setup::default();
    let SearchSetup { members, every, seed, together, .. } = setup.search;
    let pruner = Pruner { factor: setup.search.pruner.factor, ..Pruner::default() };
    Setup {
        search: SearchSetup { members, every, seed, together, pruner, ..plain.search },
        screen: plain.screen,
        map: plain.map,
        race: plain.race,
        lesson: plain.lesson,
        backend: plain.backend,
        ..setup.clone()
    }
}

impl State {
    /// Keeps the trials of the study, which is about to end, for one on other data.
    pub(super) fn remember_best(&mut self) {
        let (of, study) = (&self.study.of, &self.study.study);
        if of.data == self.setup.data {
            return;
        }
        let finished = study.trials().iter().filter_map(|trial| trial.outcome?.loss());
        let best = finished.reduce(f64::min).unwrap_or(f64::NEG_INFINITY);
        // One that was stopped had not come to its last loss: it counts as no better than the best
        // that had.
        let ended = study.trials().iter().filter_map(|trial| {
            let outcome = trial.outcome?;
            Some(Earlier(
                outcome.loss().or(outcome.seen().map(|loss| loss.max(best))),
                trial.point.clone(),
            ))
        });
        let mut ranked: Vec<Earlier> = ended.collect();
        let loss = |one: &Earlier| one.0.unwrap_or(f64::INFINITY);
        sort_by(&mut ranked, |a, b| loss(a).total_cmp(&loss(b)));
        if ranked.first().is_some_and(|best| best.0.is_some()) {
            self.earlier = Some((of.clone(), ranked));
        }
    }

    /// Says what an earlier study has for this one: its trials that lie in these ranges, the best
    /// first.
    pub(super) fn offer(&mut self) {
        self.offered =
            self.earlier.iter().flat_map(|(of, trials)| self.setup.inherited(of, trials)).collect();
    }

    /// Those of them that its model is fitted to: all down the ranking, and no more than a link has
    /// room for, in as few digits as tell them apart.
    pub fn modelled(&self) -> Vec<Earlier> {
        let space = self.setup.searched();
        let stride = self.offered.len().div_ceil(max_modelled(space.params.len())).max(1);
        self.offered.iter().step_by(stride).map(|trial| trial.brief(&space)).collect()
    }

    /// The best points of an earlier study that lie in these ranges, as trials to begin with.
    pub fn warm(&self) -> Vec<Placed> {
        let best = self.offered.iter().filter(|trial| trial.0.is_some());
        let most = WARM.min(self.setup.search.budget);
        // On places that a link names in two letters each, as near as the eye can tell.
        let space = self.setup.searched();
        best.take(most)
            .enumerate()
            .map(|(n, trial)| Placed(n, self.setup.trained_alike(space.snapped(&trial.1))))
            .collect()
    }

    /// Trains the best trial on show again, with seeds that no trial has seen.
    pub(super) fn train_fresh(&mut self) {
        let best = self.study.best(self.setup.search.shown);
        let Some((trial, _)) = best.filter(|_| !self.study.after_search.freshening()) else {
            return;
        };
        let (job, mut setup) = (self.next_job(), self.setup.clone());
        setup.net.seed += setup.evaluation.repeats as u64;
        setup.evaluation.repeats = SEEDS;
        // Nobody asks for its slope.
        setup.search.strategy = StrategyName::Random;
        self.study.after_search.fresh_job = Some((job, trial));
        let point = self.study.study.trials()[trial].point.clone();
        self.ask(WorkerId::Study, Request::Try { job, setup, point });
    }

    /// Takes a trial that was trained with fresh seeds; false if it is another.
    pub(super) fn freshened(&mut self, job: Job, tried: &Tried) -> bool {
        let Some((_, trial)) = self.study.after_search.fresh_job.take_if(|j| j.0 == job) else {
            return false;
        };
        let values = tried.judged.as_ref().map_or(vec![None; SEEDS], |judged| {
            let folds = judged.values.chunks((judged.values.len() / SEEDS).max(1));
            folds
                .map(|folds| {
                    crate::metrics::mean_and_spread(folds.iter().flatten().copied()).map(|m| m.0)
                })
                .collect()
        });
        self.study.after_search.fresh = Some(Fresh { trial, values });
        true
    }

    /// Trains a population, or stops the one in training.
    pub(super) fn evolve(&mut self) {
        if let Some((job, _)) = self.study.after_search.evolve_job.take() {
            self.cancel(WorkerId::Study, job);
        } else if self.ready() {
            let (job, setup) = (self.next_job(), population(&self.setup));
            self.study.after_search.evolve_job = Some((job, setup.clone()));
            self.ask(WorkerId::Study, Request::Evolve { job, setup });
        }
    }

    pub(super) fn study_evolved(&mut self, job: Job, evolution: Evolution) {
        if let Some((_, setup)) = self.study.after_search.evolve_job.take_if(|j| j.0 == job) {
            self.study.after_search.evolved = Some((setup, evolution));
        }
    }
}
