//! The page inside another: what it tells the page around it, and what that one may ask.
//!
//! Both sides send JSON texts by `postMessage`; what is told is a [`Told`], what may be asked
//! stands in [`message`](crate::link::message).

mod away;
mod mended;
mod waiting;

use super::address::PACKED;
use super::race::RaceEvent;
use super::results::Results;
use super::run::RunEvent;
use super::search::StudyEvent;
use super::xray::kept::STUDY;
use super::{Effect, Event, LANGUAGES, Notice, State, Unpacking};
use crate::link::message::Command;
use crate::link::{self, LinkError, results};
use crate::setup::{Screen, Setup};
use away::{Away, Before};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use waiting::Waiting;

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
    state: Arc<str>,
    /// The set-up that it was written of.
    written: Option<Setup>,
    shown: usize,
    finished: [bool; 3],
    met: Option<usize>,
    /// What could not be had of what the page around asked for.
    failed: Vec<Notice>,
    /// What was told before the frame was taken away, until it is there again.
    before: Option<Before>,
    /// The lesson's page whose goal was told then.
    known: Option<usize>,
    /// What was left last with the script around, and whether the frame has to stay.
    left: Option<(Away, bool)>,
    /// How often the marks of lessons had changed when they were last written, and what was.
    marks: Option<(u32, Arc<str>)>,
    /// What is to be played once it can be.
    waiting: Waiting,
}

impl State {
    /// Whether there is a page around this one.
    pub fn is_embedded(&self) -> bool {
        self.embed.is_some()
    }

    /// Tells the page around this one what is new.
    pub(super) fn tell_embedder(&mut self) {
        let Some(mut old) = self.embed.take() else { return };
        let mut now = self.to_be_told();
        (now.state, now.written) = self.written(old.written.take(), &old.state);
        let again = self.catches_up(old.before.as_ref(), &now.state);
        if again {
            (now.shown, now.finished[0]) = (old.shown, old.finished[0]);
        }
        self.tell_news(&old, &now);
        match &old.before {
            Some(_) if again => {}
            Some(before) if (&before.state, old.shown) == (&now.state, now.shown) => {
                self.results_are_known(&now.state);
            }
            _ => self.tell_results(&now.state),
        }
        now.before = old.before.filter(|_| again);
        now.known = old.known.filter(|page| *page == self.setup.lesson.page);
        (now.left, now.marks, now.waiting) = (old.left, old.marks, old.waiting);
        let told = Before {
            state: now.state.clone(),
            shown: now.shown,
            searched: now.finished[0],
            met: now.met.or(now.known),
        };
        self.embed = Some(now);
        self.leave_behind(told);
    }

    fn tell_news(&mut self, old: &Embed, now: &Embed) {
        if now.ready && !old.ready {
            self.emit(Effect::Tell(Told::Ready));
        }
        if now.state != old.state {
            self.emit(Effect::Tell(Told::State { state: now.state.to_string() }));
        }
        for place in (0..self.notices.len()).filter(|&n| now.failed.contains(&self.notices[n])) {
            if !old.failed.contains(&self.notices[place]) {
                self.effects.push(Effect::TellFailed(place));
            }
        }
        if now.shown != old.shown {
            let best = self.study.best(now.shown).map(|best| self.scored(best.1));
            self.emit(Effect::Tell(Told::Stepped { trials: now.shown, best }));
        }
        for place in (0..3).filter(|&place| now.finished[place] && !old.finished[place]) {
            self.emit(Effect::Tell(Told::Finished(self.finished(place))));
        }
        if now.met.is_some() && now.met != old.met && now.met != old.known {
            let lesson = self.setup.lesson.name.clone();
            let page = self.setup.lesson.page + 1;
            self.emit(Effect::Tell(Told::Goal { lesson, page }));
        }
    }

    fn to_be_told(&self) -> Embed {
        let budget = self.setup.search.budget;
        let (trials, raced) = (self.study.done(), self.race.board.finished());
        let (epochs, diverged) = self.explored();
        // A lesson that is still to come sets up other things.
        let coming = self.lesson.coming && !self.setup.lesson.name.is_empty();
        Embed {
            ready: self.ready() && !coming,
            shown: self.setup.search.shown.min(trials),
            finished: [
                trials >= budget,
                raced >= budget,
                diverged || epochs >= self.setup.training.epochs,
            ],
            met: self.lesson.met.then_some(self.setup.lesson.page),
            failed: self
                .notices
                .iter()
                .filter(|notice| self.was_asked_for(notice))
                .cloned()
                .collect(),
            ..Embed::default()
        }
    }

    /// Whether a notice says that the page around can't have what it asked for, by a link or a
    /// lesson. What the reader does is the reader's own.
    fn was_asked_for(&self, notice: &Notice) -> bool {
        let name = &self.setup.lesson.name;
        notice.is_of_link() || !name.is_empty() && notice.is_of_lesson(name)
    }

    /// The set-up without the reader's notes, which are nobody else's; as it was, where it is still
    /// the one that was written last: much happens that changes nothing of it.
    fn written(&self, last: Option<Setup>, text: &Arc<str>) -> (Arc<str>, Option<Setup>) {
        if last.as_ref() == Some(&self.setup) {
            return (text.clone(), last);
        }
        let mut public = self.setup.clone();
        public.search.notes.clear();
        (link::write(&public).into(), Some(self.setup.clone()))
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
        self.set_up_is_there(number);
        // What was wrong with the last says nothing of this one, which may be wrong in the same way.
        self.notices.retain(|notice| !notice.is_of_link());
        if let Some(embed) = &mut self.embed {
            embed.failed.retain(|notice| !notice.is_of_link());
        }
        let setup = match link::read(results::split(text).0) {
            Ok(setup) => setup,
            Err(error) => return self.notify_once(Notice::Link(error)),
        };
        if let Some(setup) = self.opening.show(number, setup) {
            // Nobody unlocks from outside what was handed out locked.
            self.open_setup(setup);
            // Within the locks it may be none that can be.
            if let Some(Notice::Setup(error)) = self.change_notice.clone() {
                self.tell_of_change(None);
                self.notify_once(Notice::Link(LinkError::Setup(error)));
            }
        }
    }

    /// Opens the study of a link, and nothing that stands beside it: that could unlock what was
    /// handed out locked.
    fn open_study_within(&mut self, link: &str) {
        // Before that, it would take the place of an address being unpacked.
        if self.data_job != 0 {
            self.open_study_link(link.split('&').next().unwrap_or_default());
        }
    }

    /// Takes the look that the page around this one asks for, or the link. It is not kept: it is no
    /// choice of the reader's.
    pub(super) fn look(&mut self, theme: Option<&str>, language: Option<&str>) {
        match theme {
            Some("dark") => self.dark = true,
            Some("light") => self.dark = false,
            _ => {}
        }
        // Of whatever country.
        let spoken = |code: &str| code.split('-').next().unwrap_or_default().to_ascii_lowercase();
        let named = |asked: &str| LANGUAGES.iter().find(|(code, _)| spoken(code) == spoken(asked));
        if let Some((code, _)) = language.and_then(named) {
            self.locale = code;
        }
        self.emit(Effect::Restyle);
    }

    pub(super) fn command(&mut self, command: Command) {
        if self.has_to_wait(&command) {
            return;
        }
        let event = match (command, self.setup.screen) {
            (Command::Set { state }, _) => {
                let (state, number) = (state.trim_start_matches('#'), self.opening.ask());
                return match (state.strip_prefix(PACKED), state.split('&').next()) {
                    (Some(packed), _) => {
                        self.wait_for_set_up(number);
                        self.unpack(Unpacking::Set(number), packed)
                    }
                    (_, Some(study)) if study.starts_with(STUDY) => self.open_study_within(state),
                    _ => self.set_state(number, state),
                };
            }
            // Nothing trains there.
            (Command::Play | Command::Pause | Command::Step, Screen::Xray) => return,
            (Command::Look { theme, lang }, _) => {
                return self.look(theme.as_deref(), lang.as_deref());
            }
            (Command::Recall { away }, _) => return self.take_back(&away),
            (Command::Share { of }, _) => return self.share_cores(of),
            (Command::Sight { visible }, _) => return self.come_into_sight(visible),
            (Command::Results { number, curves }, _) => {
                return self.asked_for_results(number, curves);
            }
            (Command::Play, Screen::Explore) => Event::Run(RunEvent::Play),
            (Command::Pause, Screen::Explore) => Event::Run(RunEvent::Pause),
            (Command::Step, Screen::Explore) => Event::Run(RunEvent::Step),
            // It goes on; begun anew, it would lose what it has.
            (Command::Play, Screen::Race) if self.race.running() => return,
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
    fn what_changes_nothing_writes_nothing_anew() {
        let (mut state, _) = State::open(Start { embedded: true, ..Start::default() });
        let texts = |state: &State| {
            let embed = state.embed.as_ref().expect("a page around");
            (embed.state.clone(), embed.marks.clone().expect("they were written").1)
        };
        let before = texts(&state);
        let tell = |state: &mut State| drop(update(state, Event::Theme));
        tell(&mut state);
        assert!(
            Arc::ptr_eq(&texts(&state).0, &before.0) && Arc::ptr_eq(&texts(&state).1, &before.1)
        );
        state.setup.search.budget = 7;
        state.lesson.progress.note("luck", 1, false);
        tell(&mut state);
        let (link, marks) = texts(&state);
        assert!(link.contains("search.budget=7") && marks.contains("luck"), "{link} {marks}");
        // Of the same set-up and marks, with a note, the texts are the same.
        state.setup.search.annotate(0, "only for me");
        tell(&mut state);
        assert_eq!(texts(&state), (link, marks));
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
