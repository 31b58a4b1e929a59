//! What can be taken away: whether it is on show, and what was copied of it.

use super::address::PACKED;
use super::{Effect, Packing, State, WorkerId};
use crate::export::{Order, Target, Written};
use crate::import::Time;
use crate::lesson::Lesson;
use crate::link::{self, MAX_LINK_LENGTH, results};
use crate::setup::Screen;
use crate::setup::{LessonSetup, PARAMETERS, Setup, settings};
use crate::worker::{Job, Request};
use serde::{Deserialize, Serialize};
use tunescape_engine::train::Report;

/// A longer link is packed, if that helps.
const LONG: usize = 300;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ShareEvent {
    Open,
    Close,
    /// Whether the link brings what the study has found.
    Found(bool),
    /// Hand out what is on show, or one of the lessons, counted from 1.
    Lesson(usize),
    /// What is hidden and locked for those who open the link.
    Rule(Rule),
    Copy(String),
    Copied(bool),
    /// Make and save one of the files, by its place among them.
    Save(usize),
    /// Show the text of one of the files, by its place among those that are offered as text, where
    /// none can be saved.
    ShowText(usize),
    /// The plot to take away, by its place on the page.
    Plot(usize),
    /// Save it: as PNG, or else as SVG.
    Picture(bool),
    /// Copy it, in the same way.
    CopyPicture(bool),
    /// The screen as a report on paper.
    Print,
    /// Write a file for another tool; now, in microseconds of local time.
    Write(Target, Time),
    /// Save what was written.
    SaveWritten,
}

/// A change of what is hidden, locked and limited for those who open the link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// Puts all of these on the list of what is hidden, or of what is locked, where they are not
    /// all there; else takes them from it.
    ToggleHidden(Vec<String>),
    ToggleLocked(Vec<String>),
    Hide(String),
    Lock(String),
    /// Sets an end of the range that a number is kept in; none for as far as it goes. Without
    /// ends the number is locked.
    SetEnd {
        setting: String,
        high: bool,
        value: Option<f64>,
    },
    /// Neither hides, locks nor limits this any longer.
    Free(String),
}

fn toggle(list: &mut Vec<String>, names: &[String]) {
    let on = names.iter().all(|name| list.contains(name));
    list.retain(|one| !names.contains(one));
    if !on {
        list.extend_from_slice(names);
    }
}

impl Rule {
    fn apply(self, rules: &mut LessonSetup) {
        match self {
            Rule::ToggleHidden(names) => toggle(&mut rules.hide, &names),
            Rule::ToggleLocked(names) => toggle(&mut rules.lock, &names),
            Rule::Hide(name) => rules.hide.push(name),
            Rule::Lock(name) => rules.lock.push(name),
            Rule::SetEnd { setting, high, value } => set_end(rules, setting, high, value),
            Rule::Free(name) => {
                rules.hide.retain(|one| *one != name);
                rules.lock.retain(|one| *one != name);
                rules.limit.retain(|limit| limit.0 != name);
            }
        }
    }
}

/// The ends that a number can have at all.
fn ends(setting: &str) -> (f64, f64) {
    let own = PARAMETERS
        .iter()
        .find(|p| p.key == setting || setting.strip_prefix("space.") == Some(p.name));
    settings::range(setting).or(own.map(|p| p.limits())).unwrap_or((0.0, 1e6))
}

fn set_end(rules: &mut LessonSetup, setting: String, high: bool, value: Option<f64>) {
    let (least, most) = ends(&setting);
    let (mut from, mut to) = (least, most);
    if let Some(at) = rules.limit.iter().position(|limit| limit.0 == setting) {
        (_, from, to) = rules.limit.remove(at);
    }
    rules.lock.retain(|lock| *lock != setting);
    *(if high { &mut to } else { &mut from }) =
        value.unwrap_or(if high { most } else { least }).clamp(least, most);
    if (from, to) == (least, most) {
        rules.lock.push(setting);
    } else {
        rules.limit.push((setting, from.min(to), from.max(to)));
    }
}

#[derive(Default)]
pub struct ShareState {
    pub open: bool,
    /// Whether the last copy reached the clipboard; none before one was tried.
    pub copied: Option<bool>,
    pub plot: usize,
    /// The file whose text is on show, by its place among those that are offered as text.
    pub shown: Option<usize>,
    pub found: bool,
    /// The lesson that is handed out, by its place among all; none: what is on show.
    pub lesson: Option<usize>,
    /// Of these what is locked, limited and hidden.
    pub rules: LessonSetup,
    /// What the link has after its #, packed.
    pub packed: Option<String>,
    /// Whether the notes are left out of it, so that it is short enough.
    pub unnoted: bool,
    /// How often it was packed: an earlier packing may come later.
    packings: u32,
    /// What stands beside the packed text.
    beside: String,
    /// A file for another tool.
    pub written: Option<Written>,
    write_job: Option<Job>,
}

impl State {
    /// The lesson that is handed out: one that was chosen, or the one that is on show.
    pub fn handed_lesson(&self) -> Option<&Lesson> {
        let chosen = self.share.lesson.and_then(|i| self.lesson.all.get(i));
        chosen.map(|(_, lesson)| lesson).or_else(|| self.lesson())
    }

    /// What is handed out.
    fn handed(&self) -> Setup {
        let lesson = self.share.lesson.and_then(|i| self.lesson.all.get(i));
        let mut setup = lesson.map_or_else(|| self.setup.clone(), |_| Setup::default());
        let rules = self.share.rules.clone();
        setup.lesson =
            LessonSetup { lock: rules.lock, limit: rules.limit, hide: rules.hide, ..setup.lesson };
        if let Some((name, _)) = lesson {
            setup.lesson.name = name.clone();
        }
        setup
    }

    /// What a link to this has after its #: packed where that is shorter, or it is to bring
    /// results.
    pub fn fragment(&self) -> String {
        let plain = link::write(&self.handed());
        let packed = self
            .share
            .packed
            .as_ref()
            .filter(|packed| self.share.found || packed.len() < plain.len());
        packed.filter(|_| self.share.found || plain.len() > LONG).cloned().unwrap_or(plain)
    }

    fn pack(&mut self) {
        self.share.packed = None;
        self.share.packings += 1;
        let (mut text, beside) = link::brief(&self.handed());
        if self.share.found {
            text = results::join(&text, &self.study.study.at(self.setup.search.run));
        }
        self.share.beside = beside;
        self.emit(Effect::Pack { why: Packing::Share(self.share.packings), text });
    }

    /// A link is packed.
    pub(super) fn packed(&mut self, why: Packing, packed: Option<String>) {
        let (number, unnoted) = match why {
            Packing::Address(number) => return self.address_packed(number, packed),
            Packing::Study(number) => return self.study_packed(number, packed),
            Packing::Share(number) => (number, false),
            Packing::ShareWithoutNotes(number) => (number, true),
        };
        if number != self.share.packings {
            return;
        }
        let packed = packed.map(|packed| [PACKED, &packed, &self.share.beside].concat());
        let noted = !self.share.found && !unnoted && !self.handed().search.notes.is_empty();
        if noted && packed.as_ref().is_some_and(|packed| packed.len() > MAX_LINK_LENGTH) {
            let mut setup = self.handed();
            setup.search.notes.clear();
            let (text, beside) = link::brief(&setup);
            self.share.beside = beside;
            return self.emit(Effect::Pack { why: Packing::ShareWithoutNotes(number), text });
        }
        (self.share.packed, self.share.unnoted) = (packed, unnoted);
    }

    /// Has a worker write a file for another tool.
    fn write(&mut self, target: Target, now: Time) {
        if !self.ready() {
            return;
        }
        let job = self.next_job();
        (self.share.write_job, self.share.written) = (Some(job), None);
        let (setup, reports) = self.one_training();
        let setup = if target.trains_once() { setup } else { self.setup.clone() };
        let events = self.study.study.at(self.study.done()).events().to_vec();
        let order = Order { target, events, reports, now };
        self.ask(WorkerId::Study, Request::Write { job, setup, order });
    }

    /// The training that a script repeats, and what was reported of it: the Explore run on its
    /// screen, else the trial that is looked at, else the best.
    fn one_training(&self) -> (Setup, Vec<Report>) {
        if self.setup.screen == Screen::Explore {
            let steered = self.run.branch().is_none_or(|branch| branch.changes.len() > 1);
            let reports = if steered { &[][..] } else { self.run.history() };
            // Whoever watches the run stops it: it has no patience.
            let mut setup = self.setup.clone();
            setup.training.patience = 0;
            return (setup, reports.to_vec());
        }
        let best = || self.study.best(self.setup.search.shown).map(|best| best.0);
        let trial = self.study.selected.or_else(best);
        match trial.and_then(|n| self.study.study.trials().get(n)) {
            Some(trial) => {
                let curve = trial.curve.iter().enumerate();
                let whole = curve.take_while(|(n, (epoch, _))| n == epoch);
                let reports = whole.map(|(_, (_, report))| *report).collect();
                (self.setup.at(&trial.point), reports)
            }
            None => (self.setup.clone(), Vec::new()),
        }
    }

    /// A worker has written a file for another tool.
    pub(super) fn file_written(&mut self, job: Job, written: Written) {
        if self.share.write_job.take_if(|own| *own == job).is_some() {
            self.share.written = Some(written);
        }
    }

    pub(super) fn share_event(&mut self, event: ShareEvent) {
        match event {
            ShareEvent::Open => {
                let (rules, packings) = (self.setup.lesson.clone(), self.share.packings);
                self.share = ShareState { open: true, rules, packings, ..ShareState::default() };
                self.pack();
            }
            ShareEvent::Found(found) => {
                self.share.found = found;
                self.pack();
            }
            ShareEvent::Lesson(lesson) => {
                (self.share.lesson, self.share.found) = (lesson.checked_sub(1), false);
                self.pack();
            }
            ShareEvent::Rule(rule) => {
                rule.apply(&mut self.share.rules);
                self.pack();
            }
            ShareEvent::Close => self.share.open = false,
            ShareEvent::Copy(text) => self.emit(Effect::Copy(text)),
            ShareEvent::Copied(done) => self.share.copied = Some(done),
            ShareEvent::Save(file) => self.emit(Effect::SaveFile(file)),
            ShareEvent::ShowText(file) => self.share.shown = Some(file),
            ShareEvent::Plot(plot) => self.share.plot = plot,
            ShareEvent::Picture(png) => {
                self.emit(Effect::SavePlot { plot: self.share.plot, png });
            }
            ShareEvent::CopyPicture(png) => {
                self.emit(Effect::CopyPlot { plot: self.share.plot, png });
            }
            ShareEvent::Write(target, now) => self.write(target, now),
            ShareEvent::SaveWritten => {
                if let Some(Written { name, text, .. }) = self.share.written.clone() {
                    self.emit(Effect::SaveText { name, text });
                }
            }
            ShareEvent::Print => {
                self.share.open = false;
                self.emit(Effect::Print);
            }
        }
    }
}
