//! The tour of the live page: eight stops, each at a part of it, which can be left at any time and
//! is not offered again once it was taken to its end.

use super::search::StudyEvent;
use super::{Effect, Kept, State};
use crate::setup::{Edit, Screen};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TourEvent {
    Begin,
    /// Goes to the stop of this place; past the last, the tour is over.
    Go(usize),
    Leave,
}

/// Where a tour stops.
pub struct Stop {
    /// Its name in the translations.
    pub key: &'static str,
    /// The part of the page that it speaks of, by its id.
    pub part: &'static str,
}

pub const STOPS: [Stop; 8] = [
    Stop { key: "square", part: "map" },
    Stop { key: "data", part: "sets" },
    Stop { key: "strategy", part: "strategy" },
    Stop { key: "play", part: "play" },
    Stop { key: "why", part: "why" },
    Stop { key: "trial", part: "chosen" },
    Stop { key: "curves", part: "curves" },
    Stop { key: "more", part: "detail" },
];

/// The stop at which the tuner is let go, so that the later ones have trials to speak of.
const PLAYS: usize = 4;

#[derive(Default)]
pub struct TourState {
    /// The stop on show, from 0; none while there is no tour.
    pub stop: Option<usize>,
    /// Whether it was taken to its end, on this visit or an earlier one.
    pub taken: bool,
}

impl State {
    pub(super) fn tour_event(&mut self, event: TourEvent) {
        match event {
            TourEvent::Begin => {
                self.make(&Edit::choose("screen", &Screen::Search));
                self.go_on_tour(0);
            }
            TourEvent::Go(stop) if self.tour.stop.is_some() => self.go_on_tour(stop),
            TourEvent::Go(_) => {}
            TourEvent::Leave => self.tour.stop = None,
        }
    }

    fn go_on_tour(&mut self, stop: usize) {
        if stop >= STOPS.len() {
            (self.tour.stop, self.tour.taken) = (None, true);
            return self.emit(Effect::Keep(Kept::Tour, "taken".into()));
        }
        self.tour.stop = Some(stop);
        self.emit(Effect::Focus("tour".into()));
        let untouched = self.study.done() == 0 && !self.study.playing;
        if stop == PLAYS && untouched && self.ready() && self.more() {
            self.study_event(StudyEvent::Play);
        }
    }

    /// Leaves the tour on any screen but the one that it speaks of.
    pub(super) fn leave_tour_elsewhere(&mut self) {
        self.tour.stop.take_if(|_| self.setup.screen != Screen::Search);
    }

    /// The part of the page that the tour speaks of just now.
    pub(super) fn toured(&self) -> Option<&'static str> {
        Some(STOPS.get(self.tour.stop?)?.part)
    }
}
