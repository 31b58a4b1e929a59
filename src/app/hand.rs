//! Trials that the learner places on the map, and those moved there.

use super::model::Model;
use super::search::Phase;
use super::texts::t;
use crate::exchange::link::LONGEST;
use crate::exchange::search::Placed;
use crate::space::Point;
use yew::Context;

impl Model {
    /// A trial by hand, after those that were run.
    pub(super) fn place(&mut self, ctx: &Context<Self>, point: Point) {
        if self.study.phase != Phase::Idle {
            self.study.wished = Some(point);
            return;
        }
        // A region may reach beyond what is searched.
        let space = self.setup.searched();
        let point: Point = point.iter().zip(&space.params).map(|(x, p)| x.clamp(p.low, p.high)).collect();
        let point = self.setup.placed(&point);
        let trial = self.study.study.trials().len();
        if !self.affords() {
            return self.notices.push(t!("search.spent", budget = self.setup.search.budget));
        }
        if !self.setup.takes_hand(self.setup.search.hand.len()) {
            return self.notices.push(t!("search.beside", most = LONGEST));
        }
        let mut setup = self.setup.clone();
        setup.search.hand.push(Placed(trial, point));
        setup.search.shown = setup.search.run;
        self.edit(ctx, setup);
        // A lock may not have let it in.
        if self.setup.search.hand.last().is_some_and(|placed| placed.0 == trial) {
            self.new_trial(ctx);
        }
    }

    /// Moves the trial on show elsewhere, by hand; those after it never were.
    pub(super) fn move_shown(&mut self, ctx: &Context<Self>, point: Point) {
        let Some(trial) = self.setup.search.shown.checked_sub(1) else { return };
        let busy = self.study.phase != Phase::Idle || self.study.again.is_some();
        if busy || self.locks().iter().any(|lock| "search.hand".starts_with(lock.as_str())) {
            return;
        }
        let earlier = |placed: &&Placed| placed.0 < trial;
        if !self.setup.takes_hand(self.setup.search.hand.iter().filter(earlier).count()) {
            return self.notices.push(t!("search.beside", most = LONGEST));
        }
        self.history.changed(self.setup.clone(), super::host::now());
        self.study.study = self.study.study.at(trial);
        self.study.tried.truncate(trial);
        self.study.beliefs.retain(|at, _| at.1 <= trial);
        self.study.importances.retain(|kept, _| kept.len() <= trial);
        self.study.dropped.retain(|n, _| *n < trial);
        let search = &mut self.setup.search;
        search.hand.retain(|placed| placed.0 < trial);
        search.notes.retain(|note| note.0 < trial);
        (search.run, search.shown) = (trial, trial);
        self.place(ctx, point);
    }
}
