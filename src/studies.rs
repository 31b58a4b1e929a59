//! Studies that the reader keeps: each a name and a link, in the browser's storage; without one, or
//! with a full one, for as long as the page lives. What was on show last is kept by itself.

use super::host;
use super::model::Model;
use super::screen::studies::name;
use super::search::Phase;
use super::texts::t;
use serde::{Deserialize, Serialize};
use tunescape_core::json;
use tunescape_core::link;
use tunescape_core::setup::Setup;
use yew::Context;

/// Where they lie in the browser's storage.
const KEY: &str = "studies";
const LAST: &str = "last";

pub enum StudiesMessage {
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

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    /// The part of a link after `#`.
    pub link: String,
    /// The fingerprint of the reader's own file that it is of.
    pub file: Option<u64>,
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
}

impl Default for StudiesState {
    fn default() -> Self {
        let last = host::remembered(LAST);
        let mut state =
            Self { open: false, all: Vec::new(), last, deleted: None, unkept: false, file: None };
        state.read();
        state
    }
}

impl StudiesState {
    /// Takes what the storage has, which another tab may have changed.
    fn read(&mut self) {
        let kept = host::remembered(KEY).filter(|_| !self.unkept);
        if let Some(all) = kept.and_then(|text| json::read(&text).ok()) {
            self.all = all;
        }
    }
}

/// Remembers what is on show, for the next visit. The set-up that the page begins with is none to
/// go back to.
pub fn autosave(fragment: &str) {
    if !fragment.is_empty() {
        host::remember(LAST, fragment);
    }
}

impl Model {
    fn change_studies(&mut self, change: impl FnOnce(&mut Vec<Saved>)) {
        let studies = &mut self.studies;
        studies.read();
        change(&mut studies.all);
        let unkept = !host::remember(KEY, &json::write(&studies.all));
        if unkept && !studies.unkept {
            self.notices.push(t!("studies.unkept"));
        }
        studies.unkept = unkept;
    }

    pub(super) fn studies_message(&mut self, ctx: &Context<Self>, message: StudiesMessage) {
        match message {
            StudiesMessage::Open => {
                self.studies.read();
                (self.studies.open, self.studies.deleted) = (true, None);
            }
            StudiesMessage::Close => self.studies.open = false,
            StudiesMessage::Keep(given) => {
                let given = given.trim();
                let name = if given.is_empty() { name(&self.setup) } else { given.to_owned() };
                let file = self.studies.file.filter(|_| self.setup.data.name == "csv");
                let link = link::write(&self.setup);
                self.change_studies(|all| {
                    all.retain(|saved| saved.name != name);
                    all.push(Saved { name, link, file });
                });
            }
            StudiesMessage::Show(link, file) => {
                self.studies.open = false;
                self.show_study(ctx, &link, file);
            }
            // Another tab may have moved it, or taken it away. A name that is taken is refused:
            // what has it would be lost.
            StudiesMessage::Rename(shown, name) => self.change_studies(|all| {
                let name = name.trim();
                let refused = name.is_empty() || all.iter().any(|saved| saved.name == name);
                if let Some(saved) = all.iter_mut().find(|saved| **saved == shown && !refused) {
                    saved.name = name.to_owned();
                }
            }),
            StudiesMessage::Delete(shown) => {
                self.change_studies(|all| all.retain(|saved| *saved != shown));
                self.studies.deleted = Some(shown);
            }
            StudiesMessage::Restore => {
                let deleted = self.studies.deleted.take();
                // Its name may have been given away meanwhile.
                self.change_studies(|all| {
                    all.extend(
                        deleted
                            .filter(|deleted| all.iter().all(|saved| saved.name != deleted.name)),
                    );
                });
            }
        }
    }

    fn show_study(&mut self, ctx: &Context<Self>, fragment: &str, file: Option<u64>) {
        if file.is_some() {
            self.file_again();
        }
        let here = file.is_some() && file == self.studies.file;
        match link::read(fragment) {
            Ok(setup) if setup.data.name != "csv" || here => {
                let old = self.setup.clone();
                self.open_setup(ctx, setup);
                if self.setup != old {
                    self.history.changed(old, host::now());
                }
                // The same study, further on: its trials are run.
                if self.ready()
                    && self.study.phase == Phase::Idle
                    && self.study.done() < self.setup.search.run
                {
                    self.new_trial(ctx);
                }
            }
            // Of a file that is not here, or of another version: the notice says so.
            read => {
                let other = read.map(|mut setup| {
                    setup.data = Setup::default().data;
                    (setup.search.run, setup.search.shown) = (0, 0);
                    setup
                });
                // What is locked stays, here as well.
                match other {
                    Ok(setup) => {
                        self.notices.push(t!("data.csv_not_in_link"));
                        self.open_setup(ctx, setup);
                    }
                    Err(error) => {
                        let why = super::errors::link_why(&error);
                        self.notices.push(t!("error.file", name = t!("studies.button"), why = why));
                    }
                }
            }
        }
    }
}
