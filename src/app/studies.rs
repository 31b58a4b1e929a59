//! Studies that the reader keeps: each a name and a link, in the browser's storage; without one, for as long as the page
//! lives. What was on show last is kept by itself.

use super::host;
use super::model::Model;
use super::screen::studies::name;
use super::search::Phase;
use crate::exchange::link;
use serde::{Deserialize, Serialize};
use yew::Context;

/// Where they lie in the browser's storage.
const KEY: &str = "studies";
const LAST: &str = "last";

pub enum StudiesMessage {
    Open,
    Close,
    /// Keep what is on show, under this name; another of that name goes.
    Keep(String),
    Show(String),
    Rename(usize, String),
    Delete(usize),
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    /// The part of a link after `#`.
    pub link: String,
}

pub struct StudiesState {
    pub open: bool,
    pub all: Vec<Saved>,
    /// What was on show when the page was left the last time.
    pub last: Option<String>,
}

impl Default for StudiesState {
    fn default() -> Self {
        let mut state = Self { open: false, all: Vec::new(), last: host::remembered(LAST) };
        state.read();
        state
    }
}

impl StudiesState {
    /// Takes what the storage has, which another tab may have changed.
    fn read(&mut self) {
        if let Some(all) = host::remembered(KEY).and_then(|text| serde_json::from_str(&text).ok()) {
            self.all = all;
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Vec<Saved>)) {
        self.read();
        change(&mut self.all);
        host::remember(KEY, &serde_json::to_string(&self.all).unwrap_or_default());
    }
}

/// Remembers what is on show, for the next visit. The set-up that the page begins with is none to go back to.
pub fn autosave(fragment: &str) {
    if !fragment.is_empty() {
        host::remember(LAST, fragment);
    }
}

impl Model {
    pub(super) fn studies_message(&mut self, ctx: &Context<Self>, message: StudiesMessage) {
        match message {
            StudiesMessage::Open => {
                self.studies.read();
                self.studies.open = true;
            }
            StudiesMessage::Close => self.studies.open = false,
            StudiesMessage::Keep(given) => {
                let given = given.trim();
                let name = if given.is_empty() { name(&self.setup) } else { given.to_owned() };
                let link = link::write(&self.setup);
                self.studies.change(|all| {
                    all.retain(|saved| saved.name != name);
                    all.push(Saved { name, link });
                });
            }
            StudiesMessage::Show(link) => {
                self.studies.open = false;
                self.show_study(ctx, &link);
            }
            StudiesMessage::Rename(at, name) => self.studies.change(|all| {
                if let Some(saved) = all.get_mut(at).filter(|_| !name.trim().is_empty()) {
                    saved.name = name.trim().to_owned();
                }
            }),
            StudiesMessage::Delete(at) => self.studies.change(|all| {
                if at < all.len() {
                    all.remove(at);
                }
            }),
        }
    }

    fn show_study(&mut self, ctx: &Context<Self>, fragment: &str) {
        match link::read(fragment) {
            Ok(setup) if setup.data.name != "csv" || self.setup.data.name == "csv" => {
                let old = self.setup.clone();
                self.open_setup(ctx, setup);
                if self.setup != old {
                    self.history.changed(old, host::now());
                }
                // The same study, further on: its trials are run.
                if self.ready() && self.study.phase == Phase::Idle && self.study.done() < self.setup.search.run {
                    self.new_trial(ctx);
                }
            }
            // Of a file that is not here, or of another version: the notice says so.
            _ => {
                self.open(fragment);
                self.prepare(ctx);
                self.save(ctx);
            }
        }
    }
}
