//! What the page asks about a study: what the strategy believes for what is on show, and which
//! parameters mattered.

use super::search::StudyState;
use super::{State, WorkerId};
use crate::search::{Reason, StrategyName};
use crate::setup::Setup;
use crate::study::importance::Importance;
use crate::study::{Event, Study};
use crate::worker::{Job, Request, SurrogateView};
use std::rc::Rc;

/// Cells along a side of a belief map.
const BELIEF_SIDE: usize = 40;

/// How many trials a belief knows, and how many are on show: its cuts go through the last of those.
pub type Moment = (usize, usize);

/// The events of the first `n` trials, without their curves where the strategy does not look at
/// those.
pub(super) fn outline(study: &Study, n: usize) -> Vec<Event> {
    let (before, curves) = (study.at(n), study.strategy().name == StrategyName::Bohb);
    before
        .events()
        .iter()
        .filter(|e| curves || !matches!(e, Event::Reported { .. }))
        .cloned()
        .collect()
}

impl StudyState {
    pub fn forget_beliefs(&mut self) {
        self.beliefs.clear();
        (self.belief_job, self.last_belief) = (None, None);
    }

    /// The trials that are known to the belief on show: those before the trial on show, and the
    /// learner's own, too.
    fn known(&self, shown: usize) -> usize {
        let before = shown.saturating_sub(1);
        let own = self
            .study
            .trials()
            .get(before)
            .is_some_and(|t| t.reason == Reason::Hand && t.outcome.is_some());
        if own { shown } else { before }
    }

    /// What the strategy believed before the trial on show, or after one placed by hand, and after
    /// how many trials it was with which on show; while that is being computed, what was last
    /// on show.
    pub fn belief(&self, shown: usize) -> Option<(Moment, &Rc<SurrogateView>)> {
        let at = (self.known(shown), shown);
        let at = if self.beliefs.contains_key(&at) || self.belief_job.is_none() {
            at
        } else {
            self.last_belief?
        };
        Some((at, self.beliefs.get(&at)?))
    }

    /// Which parameters mattered in the trials that the reader keeps; while that is not known, what
    /// is of the most of all. And of which trials it is.
    pub fn importance(&self, setup: &Setup) -> Option<(&[bool], &Importance)> {
        let kept = self.kept(setup);
        let before =
            || (0..=kept.len()).rev().find_map(|n| self.importances.get_key_value(&vec![true; n]));
        let (of, found) = self.importances.get_key_value(&kept).or_else(before)?;
        Some((of, found.as_deref()?))
    }
}

impl State {
    /// Asks for the belief before the trial on show, unless it is there.
    pub(super) fn ask_belief(&mut self) {
        let shown = self.setup.search.shown;
        let n = self.study.known(shown);
        let at = (n, shown);
        let known = self.study.beliefs.contains_key(&at)
            || self.study.belief_job.is_some_and(|(_, asked)| asked == at);
        // While a link's trials are run again, those before the one on show may not be there yet.
        let early = self.study.done() < n;
        if !self.setup.search.strategy.believes() || known || early || !self.ready() {
            return;
        }
        if let Some((job, _)) = self.study.belief_job {
            self.cancel(WorkerId::Study, job);
        }
        let job = self.next_job();
        self.study.belief_job = Some((job, at));
        let events = outline(&self.study.study, n);
        // Cuts go through the trial on show.
        let shown = shown.checked_sub(1).and_then(|n| self.study.study.trials().get(n));
        let through = shown.map_or_else(|| self.setup.held(), |trial| trial.point.clone());
        let setup = self.setup.clone();
        self.ask(
            WorkerId::Study,
            Request::Believe { job, setup, events, side: BELIEF_SIDE, through },
        );
    }

    /// Asks which parameters mattered in the trials that the reader keeps, up to the one on show,
    /// if that is looked at.
    pub(super) fn ask_importance(&mut self) {
        if !self.study.after || self.study.done() < self.setup.search.shown {
            return;
        }
        let kept = self.study.kept(&self.setup);
        let asked = self.study.importance_job.as_ref().is_some_and(|(_, asked)| *asked == kept);
        if asked || self.study.importances.contains_key(&kept) {
            return;
        }
        if let Some((job, _)) = self.study.importance_job.take() {
            self.cancel(WorkerId::Study, job);
        }
        let job = self.next_job();
        let some = self.study.study.only(&kept);
        let events = outline(&some, some.trials().len());
        self.study.importance_job = Some((job, kept));
        self.ask(WorkerId::Study, Request::Explain { job, setup: self.setup.clone(), events });
    }

    pub(super) fn study_explained(&mut self, job: Job, found: Option<Box<Importance>>) {
        if let Some((_, kept)) = self.study.importance_job.take_if(|(j, _)| *j == job) {
            self.study.importances.insert(kept, found.map(|found| Rc::new(*found)));
        }
    }

    pub(super) fn study_believed(&mut self, job: Job, mind: SurrogateView) {
        if let Some((_, at)) = self.study.belief_job.take_if(|(j, _)| *j == job) {
            self.study.beliefs.insert(at, Rc::new(mind));
            self.study.last_belief = Some(at);
        }
    }
}
