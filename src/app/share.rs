//! What can be taken away: whether it is on show, and what was copied of it.

use super::host;
use super::model::{Message, Model, PACKED};
use super::screen::export::FILES;
use crate::exchange::{link, results};
use yew::Context;

/// A longer link is packed, if that helps.
const LONG: usize = 300;

pub enum ShareMessage {
    Open,
    Close,
    /// Whether the link brings what the study has found.
    Found(bool),
    /// The link's packed form.
    Packed(Option<String>),
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
    /// What the link has after its #, packed.
    pub packed: Option<String>,
}

impl Model {
    /// What a link to this has after its #: packed where that is shorter, or it is to bring results.
    pub fn fragment(&self) -> String {
        let plain = link::write(&self.setup);
        let packed = self.share.packed.as_ref().filter(|packed| self.share.found || packed.len() < plain.len());
        packed.filter(|_| self.share.found || plain.len() > LONG).cloned().unwrap_or(plain)
    }

    fn pack(&self, ctx: &Context<Self>) {
        let mut text = link::write(&self.setup);
        if self.share.found {
            text = results::join(&text, &self.study.study.at(self.setup.search.run));
        }
        let link = ctx.link().clone();
        wasm_bindgen_futures::spawn_local(async move {
            let packed = host::pack(&text).await.ok().and_then(|packed| packed.as_string());
            link.send_message(Message::Share(ShareMessage::Packed(packed)));
        });
    }

    pub(super) fn share_message(&mut self, ctx: &Context<Self>, message: ShareMessage) {
        match message {
            ShareMessage::Open => {
                self.share = ShareState { open: true, ..ShareState::default() };
                self.pack(ctx);
            }
            ShareMessage::Found(found) => {
                self.share.found = found;
                self.pack(ctx);
            }
            ShareMessage::Packed(packed) => self.share.packed = packed.map(|packed| [PACKED, &packed].concat()),
            ShareMessage::Close => self.share.open = false,
            ShareMessage::Copy(text) => {
                let link = ctx.link().clone();
                wasm_bindgen_futures::spawn_local(async move {
                    link.send_message(Message::Share(ShareMessage::Copied(host::copy(&text).await)));
                });
            }
            ShareMessage::Save(file) => {
                if let Some(file) = FILES.get(file) {
                    host::save(file.name, file.kind, &(file.make)(self));
                }
            }
            ShareMessage::Plot(plot) => self.share.plot = plot,
            ShareMessage::Picture(png) => host::picture(self.share.plot, png),
            ShareMessage::CopyPicture(png) => {
                let (link, plot) = (ctx.link().clone(), self.share.plot);
                wasm_bindgen_futures::spawn_local(async move {
                    let copied = host::copy_picture(plot, png).await.is_ok();
                    link.send_message(Message::Share(ShareMessage::Copied(copied)));
                });
            }
            ShareMessage::Print => {
                self.share.open = false;
                host::print();
            }
            ShareMessage::Copied(done) => self.share.copied = Some(done),
        }
    }
}
