//! What can be taken away: whether it is on show, and what was copied of it.

use super::host;
use super::state::address::PACKED;
use super::{Event, State};
use super::screen::export::FILES;
use crate::link;
use crate::link::LONGEST;
use crate::link::results;
use crate::setup::LessonSetup;
use crate::setup::Setup;

/// A longer link is packed, if that helps.
const LONG: usize = 300;

pub enum ShareEvent {
    Open,
    Close,
    /// Whether the link brings what the study has found.
    Found(bool),
    /// Of the packing of this number the link's packed form, and whether the notes are left out of
    /// it.
    Packed(u32, Option<String>, bool),
    /// Hand out what is on show, or one of the lessons, counted from 1.
    Lesson(usize),
    /// What is hidden and locked for those who open the link.
    Rule(Box<dyn FnOnce(&mut LessonSetup)>),
    Copy(String),
    Copied(bool),
    /// Make and save one of the files, by its place among them.
    Save(usize),
    /// The plot to take away, by its place on the page.
    Plot(usize),
    /// Save it: as SVG, or else as PNG.
    Picture(bool),
    /// Copy it, in the same way.
    CopyPicture(bool),
    /// The screen as a report on paper.
    Print,
}

#[derive(Default)]
pub struct ShareState {
    pub open: bool,
    /// Whether the last copy reached the clipboard; none before one was tried.
    pub copied: Option<bool>,
    pub plot: usize,
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
}

/// What a link has after its #: the first text packed, the second beside it.
pub(super) async fn packed((text, beside): (String, String)) -> Option<String> {
    let packed = host::pack(&text).await.ok().and_then(|packed| packed.as_string());
    packed.map(|packed| [PACKED, &packed, &beside].concat())
}

impl State {
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
        let number = self.share.packings;
        let mut setup = self.handed();
        let mut text = link::brief(&setup);
        if self.share.found {
            text.0 = results::join(&text.0, &self.study.study.at(self.setup.search.run));
        }
        let noted = !self.share.found && !setup.search.notes.is_empty();
        setup.search.notes.clear();
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let mut packed = packed(text).await;
            let long = noted && packed.as_ref().is_some_and(|packed| packed.len() > LONGEST);
            if long {
                packed = self::packed(link::brief(&setup)).await;
            }
            link.send_message(Message::Share(ShareEvent::Packed(number, packed, long)));
        });
    }

    pub(super) fn share_message(&mut self, message: ShareEvent) {
        match message {
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
            ShareEvent::Rule(change) => {
                change(&mut self.share.rules);
                self.pack();
            }
            ShareEvent::Packed(number, packed, unnoted) => {
                if number == self.share.packings {
                    (self.share.packed, self.share.unnoted) = (packed, unnoted);
                }
            }
            ShareEvent::Close => self.share.open = false,
            ShareEvent::Copy(text) => {
                let link = ctx.link().clone();
                wasm_bindgen_futures::spawn_local(async move {
                    link.send_message(Message::Share(ShareEvent::Copied(
                        host::copy(&text).await,
                    )));
                });
            }
            ShareEvent::Save(file) => {
                if let Some(file) = FILES.get(file) {
                    host::save(file.name, file.kind, &(file.make)(self));
                }
            }
            ShareEvent::Plot(plot) => self.share.plot = plot,
            ShareEvent::Picture(png) => host::picture(self.share.plot, png),
            ShareEvent::CopyPicture(png) => {
                let (link, plot) = (ctx.link().clone(), self.share.plot);
                wasm_bindgen_futures::spawn_local(async move {
                    let copied = host::copy_picture(plot, png).await.is_ok();
                    link.send_message(Message::Share(ShareEvent::Copied(copied)));
                });
            }
            ShareEvent::Print => {
                self.share.open = false;
                host::print();
            }
            ShareEvent::Copied(done) => self.share.copied = Some(done),
        }
    }
}
