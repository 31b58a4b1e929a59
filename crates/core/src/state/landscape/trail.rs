//! The trail: the landscapes that changes of the set-up have replaced, which can be shown again.

use super::MapState;
use super::domain::{Domain, values};
use crate::setup::{Setup, Shown, changed};
use crate::state::{Effect, State, Timer};
use crate::study::landscape::Value;
use crate::study::zones::Zone;
use std::rc::Rc;

/// Where the best cell of a landscape was that a change of the set-up has replaced.
#[derive(Clone)]
pub struct Was {
    /// As fractions of the axes.
    pub at: [f64; 2],
    pub loss: f64,
    /// The set-up that it was of, and the one that took its place.
    pub of: Rc<Setup>,
    pub then: Rc<Setup>,
    /// Cells along a side, and what the map said at each.
    pub side: usize,
    pub values: Rc<Vec<Value>>,
    /// What its colours mean.
    pub domain: Domain,
    /// Where its zones are named, as fractions of the axes.
    pub zones: Vec<(Zone, [f64; 2])>,
}

/// Milliseconds that a landscape of the trail is on show.
const STAGE: u32 = 1_100;

/// Maximum number of them that are kept.
const MAX_TRAIL: usize = 8;

impl MapState {
    /// The landscape of the trail that is on show in the place of the one that is.
    pub fn former(&self) -> Option<&Was> {
        self.trail.get(self.replayed?)
    }

    /// The trail of a landscape that takes this one's place: as long as the axes and the data stay
    /// the same.
    pub(super) fn trail_to(&mut self, new: &Setup) -> Vec<Was> {
        if self.land.axes != new.axes() || self.of.data != new.data {
            return Vec::new();
        }
        let mut trail = std::mem::take(&mut self.trail);
        if self.land.of_file.is_some() {
            return trail;
        }
        let differs = !changed(&self.of, new).is_empty();
        if let (Some((at, loss)), true, true) = (self.optimum(), self.finished(), differs) {
            let epoch = self.shown_epoch();
            trail.push(Was {
                at,
                loss,
                of: Rc::new(self.of.clone()),
                then: Rc::new(new.clone()),
                side: self.land.side,
                values: Rc::new(values(&self.land, Shown::Loss, epoch, new.map.target)),
                domain: Domain::of(&self.land, Shown::Loss, self.land.epochs),
                zones: self.zones(epoch),
            });
        }
        trail.split_off(trail.len().saturating_sub(MAX_TRAIL))
    }
}

impl State {
    /// Shows the landscapes of the trail from this one on.
    pub(super) fn replay(&mut self, stage: usize) {
        self.map.replayed = (stage <= self.map.trail.len()).then_some(stage);
        // Who wants no motion goes on by hand.
        self.emit(match self.map.replayed.is_some() && !self.still {
            true => Effect::Wait(Timer::Replay, STAGE),
            false => Effect::Forget(Timer::Replay),
        });
    }

    /// Goes on to the next landscape of the trail.
    pub(in crate::state) fn replay_on(&mut self) {
        if let Some(stage) = self.map.replayed {
            self.replay(stage + 1);
        }
    }
}
