//! The lesson on the page: which page is open, whether its goal is met, and what it may ask.

mod facts;
mod loading;
mod progress;

use super::inspection::EVEN;
use super::{Effect, Notice, State};
use crate::lesson::address;
use crate::lesson::controls;
use crate::lesson::needs::Needs;
use crate::lesson::progress::Progress;
use crate::lesson::rules::Rules;
use crate::lesson::{self, Hint, Lesson, Page};
use crate::link;
use crate::setup::Detail;
use crate::setup::LessonSetup;
use crate::setup::Panel;
use crate::setup::Screen;
use crate::setup::Setup;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The game against the tuner: a lesson that a first visit may begin with.
pub const GAME: &str = "beat-the-tuner";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LessonEvent {
    /// The lessons that come with the page, as JSON; none if they could not be loaded.
    Loaded(Option<String>),
    /// A lesson's file of this page's own origin, by its address.
    Fetched(String, Option<Vec<u8>>),
    Open(String),
    /// Goes on with a lesson where it was left.
    Resume(String),
    Go(usize),
    /// What the learner expects, by its place among the choices.
    Predict(usize),
    /// What the learner answers, by its place.
    Answer(usize),
    Leave,
}

#[derive(Default)]
pub struct LessonState {
    /// Those that come with the page.
    pub all: Vec<(String, Lesson)>,
    asked: bool,
    /// Where the page was when they could not be loaded: elsewhere they are asked for again.
    failed: Option<(Screen, String, bool)>,
    /// Whether any are on their way.
    pub coming: bool,
    /// A file's, by its address, which is asked for once; none until it is there, or if it can't
    /// be had.
    file: Option<(String, Option<Lesson>)>,
    /// The reader's own, and the text that it was read from.
    own: Option<(Arc<str>, Lesson)>,
    /// How far each was taken.
    pub progress: Progress,
    /// The page that was last taken note of: the lesson's place, the page's, and whether it was the
    /// end.
    noted: Option<(usize, usize, bool)>,
    /// Whether something is to be written once what is kept was read.
    unwritten: bool,
    /// Whether the storage did not take what was last written.
    pub(super) unkept: bool,
    /// What the learner expects of the page, and what was last answered on it.
    pub predicted: Option<usize>,
    pub answered: Option<usize>,
    /// Whether the page's goal has been met since it was opened.
    pub met: bool,
    /// Whether the link hands out a lesson.
    pub(super) handed_out: bool,
    /// After how many changes the learner opened it, and what was set up then.
    before: Option<(usize, Setup)>,
}

impl LessonState {
    /// Leaves whatever lesson is going on.
    pub fn close(&mut self) {
        // What could not be loaded is asked for once more.
        self.asked &= self.failed.take().is_none();
        if !self.coming {
            self.file.take_if(|file| file.1.is_none());
        }
        (self.met, self.before) = (false, None);
    }
}

impl State {
    pub(super) fn lesson_event(&mut self, event: LessonEvent) {
        self.lesson.coming &= !matches!(event, LessonEvent::Loaded(_) | LessonEvent::Fetched(..));
        match event {
            LessonEvent::Loaded(json) => self.lessons_loaded(json.as_deref()),
            LessonEvent::Fetched(name, text) => self.lesson_fetched(name, text.as_deref()),
            LessonEvent::Open(name) => {
                self.lesson.progress.begin(&name);
                self.lesson.noted = None;
                self.choose_lesson(name, Default::default(), 0);
            }
            LessonEvent::Resume(name) => {
                let left = self.lesson.progress.of(&name).page;
                let lesson = self.lesson.all.iter().find(|(own, _)| *own == name);
                let page = lesson.map_or(0, |(_, lesson)| lesson.resumed_at(left));
                self.choose_lesson(name, Default::default(), page);
            }
            LessonEvent::Go(page) => self.turn_to_page(page),
            // Afterwards it would be none.
            LessonEvent::Predict(choice) if !self.lesson.met => {
                self.lesson.predicted = Some(choice);
            }
            LessonEvent::Predict(_) => {}
            LessonEvent::Answer(answer) => {
                self.lesson.answered = Some(answer);
                let right = self.lesson_page().and_then(|page| page.answers.get(answer));
                if let Some(right) = right.map(|answer| answer.why.is_empty()) {
                    self.mark_page(|marks| {
                        marks.answered.get_or_insert(right);
                    });
                    let last =
                        self.setup.lesson.page + 1 == self.lesson().map_or(0, |l| l.pages.len());
                    let says = if last { "lesson-result" } else { "lesson-verdict" };
                    self.emit(Effect::ScrollTo(says.into()));
                }
            }
            LessonEvent::Leave => {
                if let Some((changes, before)) = self.lesson.before.take() {
                    // What was changed within it goes with it.
                    self.history.forget_after(changes);
                    self.history.changed(before, self.now);
                    self.history.apart();
                }
                self.lesson.close();
                self.run.ghost.take_if(|_| !self.run.pinned);
                let lesson = &mut self.setup.lesson;
                (lesson.name, lesson.own, lesson.page) = (String::new(), Default::default(), 0);
                self.setup.screen = Screen::Lessons;
                self.save();
            }
        }
    }

    /// Sets up what the page of a lesson asks for, unless that is in force: then the link goes on
    /// where it was.
    pub(super) fn begin_lesson(&mut self) {
        let untouched = Setup { lesson: Default::default(), ..self.setup.clone() }.is_first();
        // What the page locks can't have become anything else on it.
        let begun =
            self.lesson_page().is_some_and(|page| self.is_locked_as(page.state.as_deref(), page));
        let LessonSetup { name, own, .. } = &self.setup.lesson;
        if !self.lesson.all.is_empty()
            && !name.is_empty()
            && own.is_empty()
            && !address::is_file(name)
            && self.lesson().is_none()
        {
            let names = self.lesson.all.iter().map(|(name, _)| name.clone()).collect();
            self.notify_once(Notice::LessonUnknown { name: name.clone(), names });
        }
        let page = self.setup.lesson.page;
        match self.lesson() {
            // Whoever wrote no set-up beside the page means the one that the page builds on.
            Some(lesson) if untouched => self.go_to_page(lesson.resumed_at(page)),
            Some(_) if !begun => self.go_to_page(page),
            _ => {}
        }
    }

    /// The lesson that is going on.
    pub fn lesson(&self) -> Option<&Lesson> {
        let LessonSetup { name, own, .. } = &self.setup.lesson;
        if address::is_file(name) {
            return self.lesson.file.as_ref().filter(|file| file.0 == *name)?.1.as_ref();
        }
        if !own.is_empty() {
            return self
                .lesson
                .own
                .as_ref()
                .filter(|(text, _)| text == own)
                .map(|(_, lesson)| lesson);
        }
        self.lesson.all.iter().find(|(n, _)| n == name).map(|(_, lesson)| lesson)
    }

    pub fn lesson_page(&self) -> Option<&Page> {
        self.lesson()?.pages.get(self.setup.lesson.page)
    }

    /// The part of the page that is pointed at: by the tour, or else by the lesson.
    pub fn pointed(&self) -> Option<&str> {
        self.toured().or_else(|| self.taught())
    }

    /// The control that the lesson speaks of, while it is on show: the hint's, or else the page's.
    /// Other screens have controls of the same ids; and what would stop what it is to start, or can
    /// start nothing, is not to be pressed.
    fn taught(&self) -> Option<&str> {
        let pages = &self.lesson()?.pages;
        let page = pages.get(self.setup.lesson.page).filter(|_| !self.lesson.met)?;
        let state =
            pages[..=self.setup.lesson.page].iter().rev().find_map(|page| page.state.as_deref());
        let screen =
            state.map(|state| state.split('&').find_map(|part| part.strip_prefix("screen=")));
        let here = self.setup.screen.key();
        let hinted = self.hint().and_then(|hint| hint.point.as_deref());
        hinted
            .or(page.point.as_deref())
            .filter(|_| screen.is_none_or(|screen| screen.unwrap_or("search") == here))
            .filter(|control| match *control {
                "play" if self.setup.screen == Screen::Explore => {
                    !self.run.playing && !self.run.over()
                }
                "play" => !self.study.playing && self.more(),
                "evolve" => !self.study.after_search.evolving(),
                _ => true,
            })
    }

    /// What is locked, kept in a range and not shown now.
    pub fn rules(&self) -> Rules {
        let (lock, hide) = self.lesson_page().map_or((&[][..], &[][..]), |p| (&p.lock, &p.hide));
        let shown = self.lesson_page().and_then(|page| page.show.as_deref());
        let detail = match shown {
            Some(_) => Detail::Simple,
            None if self.lesson().is_some() => Detail::Full,
            None => self.setup.detail,
        };
        let shown = shown.unwrap_or_default();
        let has = |list: &[String], name: &str| list.iter().any(|one| one == name);
        // Data that a lesson's page has settled on need not stand there to be chosen from.
        let settled = detail == Detail::Simple && has(lock, "data") && !has(shown, "data-rest");
        let mut hide = hide.to_vec();
        hide.extend(settled.then(|| Panel::Data.key().to_owned()));
        Rules::new(&self.handed_rules(), lock, &hide).of(detail, shown)
    }

    /// Parts of the set-up that can't be changed now.
    pub fn locks(&self) -> Vec<String> {
        let page = self.lesson_page().map(|page| page.lock.clone());
        [self.handed_rules().lock, page.unwrap_or_default()].concat()
    }

    /// What the link locks, limits and hides, but for what the page of the lesson can't do without.
    pub(super) fn handed_rules(&self) -> LessonSetup {
        let rules = &self.setup.lesson;
        let free = rules.lock.is_empty() && rules.limit.is_empty() && rules.hide.is_empty();
        match self.lesson_page().filter(|_| !free) {
            Some(page) => Needs::of(page).spare(rules),
            None => rules.clone(),
        }
    }

    /// A new set-up as far as what is locked and limited now lets it come true.
    pub(super) fn allowed(&self, new: Setup) -> Setup {
        lesson::locks::kept(&self.setup, new, &self.locks(), &self.handed_rules().limit)
    }

    /// Where the slider of a number begins, stands and ends, in shares of its way, given the share
    /// of a value: it goes no further than the number's range.
    pub fn between(&self, key: &str, value: f64, share: impl Fn(f64) -> f64) -> [f64; 3] {
        let share = |x: f64| share(x).clamp(0.0, 1.0);
        let (low, high) = controls::range(&self.handed_rules(), key)
            .map_or((0.0, 1.0), |ends| (share(ends.0), share(ends.1)));
        // A range beyond the slider leaves it as it is.
        if low < high { [low, share(value), high] } else { [0.0, share(value), 1.0] }
    }

    /// What a page of a lesson sets up, but for what these rules keep from it as well. A lesson that
    /// is handed out with locks sets up what it speaks of, as do those that the learner goes on to,
    /// and the locks keep the learner from changing it; what is locked otherwise stays, whatever
    /// lesson the learner opens on it.
    fn held(&self, new: Setup, rules: &LessonSetup) -> Setup {
        let locks = if self.lesson.handed_out { &[] } else { &rules.lock[..] };
        lesson::locks::kept(&self.setup, new, locks, &rules.limit)
    }

    /// Opens the lesson that the reader has chosen. What was set up before can be had again once it
    /// is left.
    fn choose_lesson(&mut self, name: String, own: Arc<str>, page: usize) {
        let before = (self.history.changes(), self.setup.clone());
        self.lesson.before.get_or_insert(before);
        (self.setup.lesson.name, self.setup.lesson.own) = (name, own);
        self.emit(Effect::Focus("lesson".into()));
        self.go_to_page(page);
    }

    /// Turns to another page of the lesson. Back on a page that the present one builds on, what was
    /// done stays; back from a page with a set-up of its own, what the page builds on is set up again.
    fn turn_to_page(&mut self, page: usize) {
        let Some(lesson) = self.lesson() else { return };
        let (page, left) = (page.min(lesson.pages.len() - 1), self.setup.lesson.page);
        let begun = lesson.resumed_at(page);
        let state = match page < left {
            false => lesson.pages[page].state.clone(),
            true => {
                let state = lesson.pages[begun].state.clone();
                let goes_on = lesson.resumed_at(left) == begun
                    && self.is_locked_as(state.as_deref(), &lesson.pages[page]);
                state.filter(|_| !goes_on)
            }
        };
        self.open_page(page, state);
    }

    /// Whether what a page locks is as this set-up has it.
    fn is_locked_as(&self, state: Option<&str>, page: &Page) -> bool {
        let Some(Ok(state)) = state.map(link::read) else { return true };
        // What the link locks can't have become what the page asks for.
        let state = self.held(state, &self.handed_rules());
        lesson::locks::locked(&state, self.setup.clone(), &page.lock) == self.setup
    }

    /// Opens a page and sets up what it asks for.
    fn go_to_page(&mut self, page: usize) {
        let Some(lesson) = self.lesson() else { return };
        let page = page.min(lesson.pages.len() - 1);
        self.open_page(page, lesson.pages[page].state.clone());
    }

    /// Opens a page on this set-up, if any.
    fn open_page(&mut self, page: usize, state: Option<String>) {
        let Some(lesson) = self.lesson() else { return };
        let rules = Needs::of(&lesson.pages[page]).spare(&self.setup.lesson);
        (self.lesson.met, self.map.found) = (false, false);
        (self.lesson.predicted, self.lesson.answered) = (None, None);
        if state.is_some() {
            self.inspection.threshold = EVEN;
        }
        let mut setup = self.setup.clone();
        if let Some(Ok(new)) = state.as_deref().map(link::read) {
            setup = new;
            if setup.data.name == "csv" {
                self.restore_file();
            }
            // It was asked for on a page before, and may not be here on another visit.
            if setup.data.name == "csv" && !self.sources.contains_key("csv") {
                setup.data = self.setup.data.clone();
                self.notify_once(Notice::CsvNotInLink);
            }
            (setup.lesson, setup.backend) = (self.setup.lesson.clone(), self.setup.backend);
            setup.detail = self.setup.detail;
        }
        setup.lesson.page = page;
        let setup = self.held(setup, &rules);
        self.apply(setup);
        if state.is_some() {
            // The page begins at the beginning, though the last one may have left the same set-up
            // behind.
            if self.ready() {
                self.start_run();
                self.restart_study();
                self.map.show_last();
            }
            self.restart_race();
        }
    }

    /// The lesson after the one that is going on, among those that come with the page. The game is
    /// played before any lesson is taken: it leads to the first that is not done.
    pub fn next_lesson(&self) -> Option<&(String, Lesson)> {
        let (all, name) = (&self.lesson.all, self.setup.lesson.name.as_str());
        let at = all.iter().position(|(own, _)| own == name)?;
        let is_new = |own: &str| own != name && !self.lesson.progress.of(own).done;
        let new = all.iter().find(|(own, _)| name == GAME && is_new(own));
        new.or_else(|| all.get(at + 1))
    }

    /// The hint for what is the case now, of the lesson's page.
    pub fn hint(&self) -> Option<&Hint> {
        let page = self.lesson_page()?;
        self.with_facts(|facts| page.hint(facts))
    }
}
