//! Studies that the reader keeps: each a name and a link, in the browser's storage; without one, or
//! with a full one, for as long as the page lives. What was on show last is kept by itself.

use super::search::Phase;
use super::{Effect, Kept, Notice, State};
use crate::data::choices::ReadChoices;
use crate::json;
use crate::link;
use crate::setup::Setup;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudiesEvent {
    Open,
    Close,
    /// Keep what is on show, under this name; another of that name goes.
    Keep(String),
    /// A link, and what it says of a file.
    Show(String, Option<u64>),
    Rename(Saved, String),
    Delete(Saved),
    /// Take back what was deleted last.
    Restore,
}

/// A study that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    /// The part of a link after `#`.
    pub link: String,
    /// The fingerprint of the reader's own file that it is of.
    pub file: Option<u64>,
}

/// A file that a tab holds: its text, or in base64 what is no UTF-8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldFile {
    pub text: Option<String>,
    pub base64: Option<String>,
    /// How it is read, with the column to predict.
    pub choices: ReadChoices,
    pub fingerprint: u64,
}

pub struct StudiesState {
    pub open: bool,
    pub all: Vec<Saved>,
    /// What was on show when the page was left the last time.
    pub last: Option<String>,
    /// What was deleted last, while the dialog is open.
    pub deleted: Option<Saved>,
    /// Whether the storage did not take the last change, so that what it has is out of date.
    pub unkept: bool,
    /// The fingerprint of the reader's file that is at hand.
    pub(super) file: Option<u64>,
    /// The file that this tab had before it was loaded anew.
    pub(super) held: Option<HeldFile>,
}

impl StudiesState {
    /// What the browser's storage has: what was on show last, and the studies.
    pub fn new(last: Option<String>, studies: Option<&str>) -> Self {
        let mut state = Self {
            open: false,
            all: Vec::new(),
            last,
            deleted: None,
            unkept: false,
            file: None,
            held: None,
        };
        state.read(studies);
        state
    }

    /// Takes what the storage has, which another tab may have changed.
    fn read(&mut self, kept: Option<&str>) {
        if let Some(all) = kept.filter(|_| !self.unkept).and_then(|text| json::read(text).ok()) {
            self.all = all;
        }
    }
}

impl State {
    /// What is kept was read, or changed by another tab.
    pub(super) fn recalled(&mut self, kept: Kept, text: Option<String>) {
        if kept == Kept::Studies {
            self.studies.read(text.as_deref());
        }
    }

    /// The browser has taken what was to be kept, or has not; whether that is to be told.
    pub(super) fn stored(&mut self, kept: Kept, stored: bool) -> bool {
        if kept != Kept::Studies {
            return false;
        }
        let before = std::mem::replace(&mut self.studies.unkept, !stored);
        if !stored && !before {
            self.notify(Notice::StudiesNotKept);
        }
        true
    }

    fn change_studies(&mut self, change: impl FnOnce(&mut Vec<Saved>)) {
        change(&mut self.studies.all);
        // The next change is tried again, whatever became of the last.
        let text = json::write(&self.studies.all);
        self.emit(Effect::Keep(Kept::Studies, text));
    }

    pub(super) fn studies_event(&mut self, event: StudiesEvent) {
        match event {
            StudiesEvent::Open => {
                self.emit(Effect::Recall(Kept::Studies));
                (self.studies.open, self.studies.deleted) = (true, None);
            }
            StudiesEvent::Close => self.studies.open = false,
            StudiesEvent::Keep(name) => {
                let file = self.studies.file.filter(|_| self.setup.data.name == "csv");
                let link = link::write(&self.setup);
                self.change_studies(|all| {
                    all.retain(|saved| saved.name != name);
                    all.push(Saved { name, link, file });
                });
            }
            StudiesEvent::Show(link, file) => {
                self.studies.open = false;
                self.show_study(&link, file);
            }
            // Another tab may have moved it, or taken it away. A name that is taken is refused:
            // what has it would be lost.
            StudiesEvent::Rename(shown, name) => self.change_studies(|all| {
                let name = name.trim();
                let refused = name.is_empty() || all.iter().any(|saved| saved.name == name);
                if let Some(saved) = all.iter_mut().find(|saved| **saved == shown && !refused) {
                    saved.name = name.to_owned();
                }
            }),
            StudiesEvent::Delete(shown) => {
                self.change_studies(|all| all.retain(|saved| *saved != shown));
                self.studies.deleted = Some(shown);
            }
            StudiesEvent::Restore => {
                let deleted = self.studies.deleted.take();
                // Its name may have been given away meanwhile.
                self.change_studies(|all| {
                    let free = |d: &Saved| all.iter().all(|saved| saved.name != d.name);
                    let back = deleted.filter(free);
                    all.extend(back);
                });
            }
        }
    }

    fn show_study(&mut self, fragment: &str, file: Option<u64>) {
        if file.is_some() {
            self.restore_file();
        }
        let here = file.is_some() && file == self.studies.file;
        match link::read(fragment) {
            Ok(setup) if setup.data.name != "csv" || here => self.show_saved(setup),
            // Of a file that is not here: the notice says so. What is locked stays, here as well.
            Ok(mut setup) => {
                setup.data = Setup::default().data;
                (setup.search.run, setup.search.shown) = (0, 0);
                self.notify(Notice::CsvNotInLink);
                self.open_setup(setup);
            }
            Err(error) => self.notify(Notice::StudyLink(error)),
        }
    }

    fn show_saved(&mut self, setup: Setup) {
        let old = self.setup.clone();
        self.open_setup(setup);
        if self.setup != old {
            self.history.changed(old, self.now);
        }
        // The same study, further on: its trials are run.
        let idle = self.ready() && self.study.phase == Phase::Idle;
        if idle && self.study.done() < self.setup.search.run {
            self.new_trial();
        }
    }
}
