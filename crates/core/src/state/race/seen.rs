//! What the learner may see of the landscape while they race, and what they have seen of it.

use crate::class_codes;
use crate::setup::race::remember;
use crate::setup::{Impact, Screen, Setup};
use crate::state::{Effect, State};

/// Whether the learner has seen the landscape of a set-up and has trials on it.
pub(in crate::state) fn is_seen(setup: &Setup) -> bool {
    let race = &setup.race;
    !race.hand.is_empty()
        && !race.seen.is_empty()
        && race.seen.contains(&class_codes::landscape_number(setup))
}

impl State {
    /// Whether the learner races and the truth is not to be seen yet.
    pub fn hides_truth(&self) -> bool {
        self.setup.race.you && !self.race.revealed && !self.race_is_over()
    }

    /// Whether no file may tell of the landscape: it is hidden on its own screen, or on this one
    /// until the learner's turn is over.
    pub fn hides_landscape(&self) -> bool {
        self.setup.map.hidden || self.setup.screen == Screen::Race && self.hides_truth()
    }

    /// Ends the learner's turn and shows the truth. The link says so: it would be covered again
    /// where that is opened.
    pub(super) fn reveal_race(&mut self) {
        self.race.revealed = true;
        // The button is gone.
        self.emit(Effect::Focus("your-map".into()));
        let number = class_codes::landscape_number(&self.setup);
        match self.setup.race.hand.is_empty() {
            true => self.setup.race.know(number),
            false => self.setup.race.see(number),
        }
        self.save();
    }

    /// Keeps, in a set-up that comes next, what the learner has seen of the landscape: whoever has
    /// looked places no more on it in this turn, whatever else is changed and changed back, and
    /// the code of another turn says so.
    pub(in crate::state) fn keep_seen(&self, new: &mut Setup) {
        let old = &self.setup.race;
        if !old.hand.is_empty() && !self.hides_truth() {
            new.race.see(class_codes::landscape_number(&self.setup));
        }
        if new.race.hand.is_empty() {
            // It's another turn.
            let seen = std::mem::take(&mut new.race.seen);
            seen.iter().chain(&old.seen).for_each(|number| new.race.know(*number));
        }
        let mut known = old.known.clone();
        if !self.looked_at.is_empty() && !new.race.hand.is_empty() {
            let number = class_codes::landscape_number(new);
            known.extend(self.looked_at.contains(&number).then_some(number));
        }
        // A turn that is brought back, and that ended with a look, was none on what was known.
        known.retain(|number| !new.race.seen.contains(number));
        known.into_iter().for_each(|number| new.race.know(number));
    }

    /// Takes down which landscape was to be seen, on its own screen or on this one, before another
    /// screen or another landscape comes, or the learner joins.
    pub(in crate::state) fn note_look(&mut self, new: &Setup) {
        let old = &self.setup;
        let shown = match old.screen {
            Screen::Search => !old.map.hidden,
            Screen::Race => !self.hides_truth(),
            _ => false,
        };
        let same = (old.screen, old.race.you) == (new.screen, new.race.you) && {
            let impacts = Impact::between(old, new);
            !impacts.data && !impacts.landscape
        };
        if shown && !same && self.map.land.progress().0 > 0 {
            remember(&mut self.looked_at, class_codes::landscape_number(old));
        }
    }
}
