//! The page inside another: what it tells the page around it, and what that one may ask.
//!
//! Both sides send JSON texts by `postMessage`; what is told is a [`Told`], what may be asked
//! stands in [`message`](crate::link::message).

use super::address::PACKED;
use super::race::RaceEvent;
use super::results::Results;
use super::run::RunEvent;
use super::search::StudyEvent;
use super::{Effect, Event, LANGUAGES, State, Unpacking};
use crate::link::message::Command;
use crate::link::{self, results};
use crate::setup::Screen;
use serde::{Deserialize, Serialize};

/// What the page tells the page around it; in JSON an object with its `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Told {
    /// Data is there, the lesson too, and the page listens; again when other data is there.
    Ready,
    /// The set-up without the reader's notes, as the part of a link after `#`.
    State { state: String },
    /// Trials of the study on show, and what the best of them scored, if any has.
    Stepped { trials: usize, best: Option<f64> },
    /// A budget is spent, or the Explore run has come to its epochs, where it rests until it is
    /// played on, or diverged.
    Finished(Finished),
    /// A lesson's goal was met on this page, from 1.
    Goal { lesson: String, page: usize },
    /// The trials: there are other ones, or they were asked for.
    Results(Results),
}

/// What has finished, by its screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "screen", rename_all = "kebab-case")]
pub enum Finished {
    Search {
        trials: usize,
    },
    Race {
        trials: usize,
    },
    /// With the validation loss then, if there is any.
    Explore {
        epochs: usize,
        diverged: bool,
        loss: Option<f64>,
    },
}

/// What was last told, so that each thing is told once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Embed {
    ready: bool,
    state: String,
    shown: usize,
    finished: [bool; 3],
    met: Option<usize>,
}

impl State {
    /// Whether there is a page around this one.
    pub fn is_embedded(&self) -> bool {
        self.embed.is_some()
    }

    /// Tells the page around this one what is new.
    pub(super) fn tell_embedder(&mut self) {
        let Some(old) = self.embed.take() else { return };
        let now = self.to_be_told();
        if now.ready && !old.ready {
            self.emit(Effect::Tell(Told::Ready));
        }
        if now.state != old.state {
            self.emit(Effect::Tell(Told::State { state: now.state.clone() }));
        }
        if now.shown != old.shown {
            let best = self.study.best(now.shown).map(|best| self.scored(best.1));
            self.emit(Effect::Tell(Told::Stepped { trials: now.shown, best }));
        }
        for place in (0..3).filter(|&place| now.finished[place] && !old.finished[place]) {
            self.emit(Effect::Tell(Told::Finished(self.finished(place))));
        }
        if now.met.is_some() && now.met != old.met {
            let lesson = self.setup.lesson.name.clone();
            let page = self.setup.lesson.page + 1;
            self.emit(Effect::Tell(Told::Goal { lesson, page }));
        }
        self.tell_results(&now.state);
        self.embed = Some(now);
    }

    fn to_be_told(&self) -> Embed {
        let budget = self.setup.search.budget;
        let (trials, raced) = (self.study.done(), self.race.board.finished());
        let (epochs, diverged) = self.explored();
        // A lesson that is still to come sets up other things.
        let coming = self.lesson.coming && !self.setup.lesson.name.is_empty();
        Embed {
            ready: self.ready() && !coming,
            state: self.public_state(),
            shown: self.setup.search.shown.min(trials),
            finished: [
                trials >= budget,
                raced >= budget,
                diverged || epochs >= self.setup.training.epochs,
            ],
            met: self.lesson.met.then_some(self.setup.lesson.page),
        }
    }

    /// The set-up without the reader's notes, which are nobody else's.
    fn public_state(&self) -> String {
        if self.setup.search.notes.is_empty() {
            return link::write(&self.setup);
        }
        let mut setup = self.setup.clone();
        setup.search.notes.clear();
        link::write(&setup)
    }

    /// Epochs of all that the Explore run has gone, wherever the reader looks back to, and whether
    /// it has diverged.
    fn explored(&self) -> (usize, bool) {
        let diverged = self.run.branch().is_some_and(|branch| branch.diverged.is_some());
        (self.run.history().len().saturating_sub(1), diverged)
    }

    fn finished(&self, place: usize) -> Finished {
        match place {
            0 => Finished::Search { trials: self.study.done() },
            1 => Finished::Race { trials: self.race.board.finished() },
            _ => {
                let (epochs, diverged) = self.explored();
                let report = self.run.history().get(epochs);
                let loss = report.map(|report| f64::from(report.valid_loss));
                Finished::Explore { epochs, diverged, loss }
            }
        }
    }

    /// Shows the set-up of a link that was asked for under a number, where it is one. What the link
    /// says was found is trained again.
    pub(super) fn set_state(&mut self, number: u32, text: &str) {
        if let Ok(setup) = link::read(results::split(text).0)
            && let Some(setup) = self.opening.show(number, setup)
        {
            // Nobody unlocks from outside what was handed out locked.
            self.open_setup(setup);
        }
    }

    /// Takes the look that the page around this one asks for. It is not kept: it is no choice of
    /// the reader's.
    fn look(&mut self, theme: Option<String>, language: Option<String>) {
        match theme.as_deref() {
            Some("dark") => self.dark = true,
            Some("light") => self.dark = false,
            _ => {}
        }
        let named = |language: &str| LANGUAGES.iter().find(|(code, _)| *code == language);
        if let Some((code, _)) = language.as_deref().and_then(named) {
            self.locale = code;
        }
        self.emit(Effect::Restyle);
    }

    pub(super) fn command(&mut self, command: Command) {
        let event = match (command, self.setup.screen) {
            (Command::Set { state }, _) => {
                let (state, number) = (state.trim_start_matches('#'), self.opening.ask());
                return match state.strip_prefix(PACKED) {
                    Some(packed) => self.unpack(Unpacking::Set(number), packed),
                    None => self.set_state(number, state),
                };
            }
            // Nothing trains there.
            (Command::Play | Command::Pause | Command::Step, Screen::Xray) => return,
            (Command::Look { theme, lang }, _) => return self.look(theme, lang),
            (Command::Results { number, curves }, _) => {
                return self.asked_for_results(number, curves);
            }
            (Command::Play, Screen::Explore) => Event::Run(RunEvent::Play),
            (Command::Pause, Screen::Explore) => Event::Run(RunEvent::Pause),
            (Command::Step, Screen::Explore) => Event::Run(RunEvent::Step),
            (Command::Play, Screen::Race) => Event::Race(RaceEvent::Start),
            (Command::Pause, Screen::Race) => Event::Race(RaceEvent::Cancel),
            (Command::Step, Screen::Race) => Event::Race(RaceEvent::Forth),
            (Command::Play, _) => Event::Study(StudyEvent::Play),
            (Command::Pause, _) => Event::Study(StudyEvent::Pause),
            (Command::Step, _) => Event::Study(StudyEvent::Step),
        };
        self.take(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Start, update};

    #[test]
    fn a_look_that_is_asked_for_is_taken_and_not_kept() {
        let (mut state, _) = State::open(Start { embedded: true, ..Start::default() });
        let mut ask = |theme: Option<&str>, lang: Option<&str>| {
            let (theme, lang) = (theme.map(str::to_owned), lang.map(str::to_owned));
            let effects = update(&mut state, Event::Command(Command::Look { theme, lang }));
            assert!(effects.contains(&Effect::Restyle));
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::Keep(..))));
            (state.dark, state.locale)
        };
        assert_eq!(ask(Some("dark"), None), (true, "en"));
        assert_eq!(ask(None, Some("zh-CN")), (true, "zh-CN"));
        assert_eq!(ask(Some("pink"), Some("xx")), (true, "zh-CN"));
        assert_eq!(ask(Some("light"), Some("en")), (false, "en"));
    }

    #[test]
    fn the_readers_notes_are_not_told() {
        let (mut state, _) = State::open(Start { embedded: true, ..Start::default() });
        state.setup.search.annotate(0, "only for me");
        state.setup.search.budget = 7;
        assert!(link::write(&state.setup).contains("notes"));
        let effects = update(&mut state, Event::Theme);
        let told = effects.into_iter().find_map(|effect| match effect {
            Effect::Tell(Told::State { state }) => Some(state),
            _ => None,
        });
        let told = told.expect("the set-up has changed");
        assert!(told.contains("search.budget=7") && !told.contains("notes"), "{told}");
    }
}
