//! The trials one after the other: a step, play at a speed, a pause, and what is on show.

use super::{Phase, SPEEDS, StudyEvent};
use crate::setup::Edit;
use crate::state::{Effect, State, Timer};

impl State {
    /// The waiting time between two trials of play is over.
    pub(in crate::state) fn next_trial(&mut self) {
        if self.study.phase == Phase::Waiting {
            self.study.phase = Phase::Idle;
            self.step();
        }
    }

    pub(super) fn pause_study(&mut self) {
        self.plays_on = None;
        self.study.playing = false;
        self.stop_waiting();
    }

    /// Does not wait for the next trial of play.
    pub(in crate::state) fn stop_waiting(&mut self) {
        self.emit(Effect::Forget(Timer::NextTrial));
        if self.study.phase == Phase::Waiting {
            self.study.phase = Phase::Idle;
        }
    }

    pub(super) fn show(&mut self, n: usize) {
        self.pause_study();
        self.put_on_show(n);
    }

    pub(in crate::state) fn put_on_show(&mut self, n: usize) {
        // While a link's trials are run again, those still to come count.
        self.setup.search.shown = n.min(self.study.done().max(self.setup.search.run));
        self.study.selected = None;
        self.ask_belief();
        self.ask_importance();
        self.save();
    }

    /// One trial on: the next that was run, or else a new one.
    pub(super) fn step(&mut self) {
        let shown = self.setup.search.shown;
        if shown < self.study.done() {
            self.put_on_show(shown + 1);
            self.go_on();
        } else if self.study.phase == Phase::Idle {
            self.new_trial();
        }
    }

    pub(in crate::state) fn go_on(&mut self) {
        if self.setup.search.shown >= self.setup.search.budget || !self.more() {
            self.study.playing = false;
            self.reveal_watched();
        }
        if self.study.playing {
            self.study.phase = Phase::Waiting;
            self.emit(Effect::Wait(Timer::NextTrial, SPEEDS[self.study.speed]));
        }
    }

    /// Lets the strategy search while the reader sees as little of the landscape as it does.
    pub(super) fn watch_search(&mut self) {
        self.make(&Edit::set("map.hidden", true));
        self.study.reveals = true;
        self.study_event(StudyEvent::Play);
    }

    /// Lets the search go on once its trials are there again.
    pub(in crate::state) fn play_on(&mut self, reveals: bool) {
        (self.study.playing, self.study.reveals) = (true, reveals);
        if self.study.phase == Phase::Idle {
            self.step();
        }
    }

    fn reveal_watched(&mut self) {
        if std::mem::take(&mut self.study.reveals) {
            self.make(&Edit::set("map.hidden", false));
        }
    }
}
