//! Ask and tell by hand: the proposal is moved, and what came of it elsewhere is typed in.

use super::OpenStudy;
use crate::search::Reason;
use crate::worker::xray::ByHand;

impl OpenStudy {
    /// The reader moves the proposal to a place on the map.
    pub(super) fn move_to(&mut self, at: [f64; 2]) {
        let own = self.thought(0).map(|thought| thought.proposal.point.clone());
        let (Ok(space), Some(point)) = (&self.view.space, self.moved.clone().or(own)) else {
            return;
        };
        let mut unit = space.to_unit(&point);
        for (axis, at) in self.axes.into_iter().zip(at) {
            unit[axis] = at.clamp(0.0, 1.0);
        }
        let mut point = space.from_unit(&unit);
        space.settle(&mut point);
        self.moved = Some(point).filter(|point| space.contains(point));
    }

    /// The reader has made the proposed trial elsewhere.
    pub(super) fn tell(&mut self, place: usize, value: f64) {
        // What was proposed before is no proposal any more.
        let Some(thought) = self.answer(place).filter(|_| self.at_end() && value.is_finite())
        else {
            return;
        };
        let (point, reason) = match &self.moved {
            Some(point) => (point.clone(), Reason::Hand),
            None => (thought.proposal.point.clone(), thought.proposal.reason.clone()),
        };
        let loss = self.view.value(value);
        self.by_hand.push(ByHand { point, reason, loss });
        (self.shown, self.moved, self.written) = (self.trials(), None, None);
        self.rank();
    }

    /// The last result was none.
    pub(super) fn untell(&mut self) {
        if self.by_hand.pop().is_some() {
            self.asking.forget_thoughts();
            (self.shown, self.moved) = (self.shown.min(self.trials()), None);
            self.written = None;
            self.rank();
        }
    }
}
