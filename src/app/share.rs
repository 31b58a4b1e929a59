//! What can be taken away: whether it is on show, and what was copied of it.

use super::host;
use super::model::{Message, Model};
use super::screen::export::FILES;
use yew::Context;

pub enum ShareMessage {
    Open,
    Close,
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
}

impl Model {
    pub(super) fn share_message(&mut self, ctx: &Context<Self>, message: ShareMessage) {
        match message {
            ShareMessage::Open => self.share = ShareState { open: true, ..ShareState::default() },
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
