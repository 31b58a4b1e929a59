//! A study that a link brought, or that a change calls for, run again: its trials are trained anew,
//! and have to end as they did.

use super::{Notice, State, WorkerId};
use crate::link::results;
use crate::search::Outcome;
use crate::worker::{Job, Request, Tried};
use std::rc::Rc;

impl State {
    /// Trains the next trial of which a link brought nothing but the end.
    pub(super) fn train_again(&mut self) {
        let whole = |tried: &Option<Rc<Tried>>| tried.is_some();
        let (trials, inputs) =
            (self.study.study.trials(), self.data.as_ref().map_or(0, |data| data.inputs));
        let refused = |n: usize| {
            trials[n].outcome == Some(Outcome::Refused)
                && self.setup.oversized(inputs, self.task(), &trials[n].point).is_some()
        };
        let next = (0..trials.len())
            .find(|&n| self.study.tried.get(n).is_none_or(|t| !whole(t)) && !refused(n));
        let next = next.map(|trial| (trial, trials[trial].point.clone()));
        self.study.again = next.map(|(trial, point)| {
            let job = self.next_job();
            self.ask(WorkerId::Study, Request::Try { job, setup: self.setup.clone(), point });
            (job, trial, Vec::new())
        });
    }

    /// Takes a trial of a link that was trained again; false if it is another.
    pub(super) fn trained_again(&mut self, job: Job, tried: &Tried) -> bool {
        let Some((_, trial, curve)) = self.study.again.take_if(|again| again.0 == job) else {
            return false;
        };
        let objective = self.setup.objective(self.task());
        let claimed = self.study.study.trials().get(trial).and_then(|trial| trial.outcome);
        let holds = match claimed {
            Some(Outcome::Pruned { epoch, loss }) => {
                let there = epoch.checked_sub(1).and_then(|epoch| *tried.curve.get(epoch)?);
                self.drop_folds(trial, tried) == claimed
                    || there.map(|value| objective.cost(value)) == Some(loss)
            }
            claimed => claimed == Some(tried.outcome(objective)),
        };
        if holds {
            self.study.study.recall(trial, &curve);
        }
        // What the link says that it cost has to be what it costs here.
        let told =
            self.study.study.trials().get(trial).and_then(|trial| trial.cost.zip(trial.outcome));
        if holds && told.is_none_or(|(cost, outcome)| cost == self.spent(trial, outcome)) {
            self.study.tried[trial] = Some(Rc::new(tried.clone()));
            self.train_again();
        } else {
            self.notify(Notice::OtherResults { trial: trial + 1 });
            self.restart_study();
        }
        true
    }

    /// Forgets the trials and runs as many again as the set-up says.
    pub(super) fn restart_study(&mut self) {
        let plays_on = self.plays_on.take();
        self.stop_study();
        self.forget_study();
        // Ranks over data sets come with no trial's own numbers: such a study is run anew.
        let (setup, found) = (&self.setup, self.found.take().filter(|_| !self.setup.ranks()));
        let known = found.and_then(|events| results::study(setup, &events));
        if let Some(study) = known {
            self.study.tried = vec![None; study.trials().len()];
            self.study.study = study;
            self.train_again();
        } else if self.setup.search.run > 0 {
            self.new_trial();
        }
        if let Some(reveals) = plays_on {
            self.play_on(reveals);
        }
        self.ask_belief();
        self.save();
    }
}
