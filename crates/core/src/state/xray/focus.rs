//! Where the keyboard goes when the control that was used is gone, or is away for a while.

use super::{OpenStudy, XrayEvent};
use crate::state::{Effect, State};

/// Ids of the fields for what came of a proposal, by the place of its strategy.
pub const RESULTS: [&str; 2] = ["xray-result", "xray-result-2"];

/// Where the keyboard goes next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Next {
    /// To the field of this place, once its strategy has thought.
    Field(usize),
    /// To the choice of a second strategy.
    Second,
    /// To the button that brings one.
    Beside,
}

impl OpenStudy {
    /// Notes where the keyboard goes after an event; whoever does something else meanwhile is not
    /// called back.
    pub(super) fn mind_focus(&mut self, event: &XrayEvent) {
        let two = self.strategies.len() > 1;
        self.asking.next = match event {
            XrayEvent::Tell(place, _) if *place < RESULTS.len() => Some(Next::Field(*place)),
            XrayEvent::Unmove => Some(Next::Field(0)),
            XrayEvent::Ask(1, Some(_)) if !two => Some(Next::Second),
            XrayEvent::Ask(1, None) if two => Some(Next::Beside),
            // A pointer that comes by.
            XrayEvent::Point(_) => return,
            _ => None,
        };
    }
}

impl State {
    /// Moves the keyboard to where it goes next, as soon as that is there.
    pub(super) fn move_focus(&mut self) {
        let Some(open) = &mut self.xray.open else { return };
        let thinks = [0, 1].map(|place| open.is_thinking(place));
        let is_there = |next: &mut Next| !matches!(next, Next::Field(place) if thinks[*place]);
        let id = match open.asking.next.take_if(is_there) {
            Some(Next::Field(place)) => RESULTS[place],
            Some(Next::Second) => "xray-second",
            Some(Next::Beside) => "xray-beside",
            None => return,
        };
        self.emit(Effect::Focus(id.into()));
    }
}
