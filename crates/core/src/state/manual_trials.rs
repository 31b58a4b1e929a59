//! Trials that the learner places on the map, and those moved there.

use super::search::Phase;
use super::{Notice, State, WorkerId};
use crate::link::MAX_LINK_LENGTH;
use crate::setup::search::Placed;
use crate::space::Point;

impl State {
    /// A trial by hand, after those that were run, and after the one that runs.
    pub(super) fn place(&mut self, point: Point) {
        self.try_again();
        if matches!(self.study.phase, Phase::Proposing(_) | Phase::Training(_)) {
            self.study.wished = Some(point);
            return;
        }
        self.stop_waiting();
        let point = self.by_hand(&point);
        self.run_by_hand(point);
        // Where there is no such trial, play goes on without.
        if self.study.phase == Phase::Idle {
            self.go_on();
        }
    }

    /// Where a trial comes to lie that is placed there.
    fn by_hand(&self, point: &Point) -> Point {
        // A region may reach beyond what is searched.
        let space = self.setup.searched();
        let inside: Point =
            point.iter().zip(&space.params).map(|(x, p)| x.clamp(p.low, p.high)).collect();
        self.setup.placed(&inside)
    }

    fn run_by_hand(&mut self, point: Point) {
        let trial = self.study.study.trials().len();
        if !self.affords() {
            return self.notify(Notice::BudgetSpent { budget: self.setup.search.budget });
        }
        let mut setup = self.setup.clone();
        setup.search.hand.push(Placed(trial, point));
        setup.search.shown = setup.search.run;
        if !setup.has_room() {
            return self.notify(Notice::NoRoom { letters: MAX_LINK_LENGTH });
        }
        self.edit(setup);
        // A lock may not have let it in.
        if self.setup.search.hand.last().is_some_and(|placed| placed.0 == trial) {
            self.new_trial();
        }
    }

    /// Moves the trial on show elsewhere, by hand; those after it never were.
    pub(super) fn move_shown(&mut self, point: Point) {
        let Some(trial) = self.setup.search.shown.checked_sub(1) else { return };
        self.try_again();
        let busy = self.study.phase != Phase::Idle || self.study.again.is_some();
        if busy || self.locks().iter().any(|lock| "search.hand".starts_with(lock.as_str())) {
            return;
        }
        let point = self.by_hand(&point);
        let mut before = self.setup.clone();
        let search = &mut before.search;
        search.hand.retain(|placed| placed.0 < trial);
        search.notes.retain(|note| note.0 < trial);
        (search.run, search.shown) = (trial, trial);
        let mut moved = before.clone();
        moved.search.hand.push(Placed(trial, point.clone()));
        if !moved.has_room() {
            return self.notify(Notice::NoRoom { letters: MAX_LINK_LENGTH });
        }
        // What is being computed is of the trial that was there.
        let belief = self.study.belief_job.take().map(|job| job.0);
        for job in belief.into_iter().chain(self.study.importance_job.take().map(|job| job.0)) {
            self.cancel(WorkerId::Study, job);
        }
        self.history.changed(std::mem::replace(&mut self.setup, before), self.now);
        self.study.study = self.study.study.at(trial);
        self.study.tried.truncate(trial);
        self.study.beliefs.retain(|at, _| at.1 <= trial);
        self.study.importances.retain(|kept, _| kept.len() <= trial);
        self.study.dropped.retain(|n, _| *n < trial);
        self.run_by_hand(point);
    }
}
