//! Studies from elsewhere that are too large for a link: the browser's database keeps them, and the
//! list of studies has the number under which each lies there.

use super::studies::Saved;
use super::xray::kept::Held;
use super::{Effect, Notice, State};
use crate::json;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What stands in the list of studies before the number, in place of a link.
const STORED: &str = "stored=";

/// Why the browser's database does not keep a study, or give it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreError {
    /// There is none, or it may not be used: in a private window, or a frame without an origin.
    Refused,
    /// There is no room.
    Full,
    /// It has nothing of this number: another tab, or the browser itself, has deleted it.
    Missing,
    /// What it has of this number is no study to this build.
    Unreadable,
}

/// The number that an entry of the list has in place of a link.
fn number(link: &str) -> Option<u32> {
    link.strip_prefix(STORED)?.parse().ok()
}

impl Saved {
    /// The number under which the database has it, if it is a large one.
    pub(super) fn large(&self) -> Option<u32> {
        number(&self.link)
    }
}

impl State {
    /// Has the database keep a study; it stands in the list once that is done.
    pub(super) fn keep_held(&mut self, name: String, held: &Held, bytes: Arc<Vec<u8>>) {
        let job = self.next_job();
        self.studies.keeping.push((job, name, self.studies.open));
        self.emit(Effect::KeepLarge { job, text: json::write(held), bytes });
    }

    /// The database has kept a study under this number, or has not.
    pub(super) fn large_kept(&mut self, job: u32, kept: Result<u32, StoreError>) {
        let own = self.studies.keeping.iter().position(|(own, ..)| *own == job);
        let Some((_, name, opened)) = own.map(|at| self.studies.keeping.swap_remove(at)) else {
            return;
        };
        match kept {
            Ok(number) => {
                self.forget_not_stored();
                // Once the dialog was closed, what it took the place of could not be taken back.
                let closed = opened && !self.studies.open;
                let name = if closed { self.studies.free_name(&name) } else { name };
                let link = [STORED, &number.to_string()].concat();
                self.keep_study(Saved { name, link, file: None, other: Default::default() });
            }
            Err(error) => self.notify_once(Notice::NotStored(error)),
        }
    }

    fn forget_not_stored(&mut self) {
        self.notices.retain(|notice| !matches!(notice, Notice::NotStored(_)));
    }

    /// Asks for a study that the database keeps; false where the link is another.
    pub(super) fn open_large(&mut self, link: &str) -> bool {
        let Some(number) = number(link) else { return false };
        let job = self.xray.next_link();
        self.emit(Effect::ReadLarge { job, number });
        true
    }

    /// The database has given a study back, or has not.
    pub(super) fn large_read(&mut self, job: u32, read: Result<(String, Vec<u8>), StoreError>) {
        let held = read.and_then(|(text, bytes)| {
            let held = json::read::<Held>(&text).map_err(|_| StoreError::Unreadable)?;
            Ok((held, bytes))
        });
        match held {
            Ok((held, bytes)) => {
                self.forget_not_stored();
                self.open_held(job, held, bytes);
            }
            // Something else may have been opened since.
            Err(error) if job == self.xray.last_link() => {
                self.notify_once(Notice::NotStored(error));
            }
            Err(_) => {}
        }
    }

    /// Has the database let go of studies that were deleted: not before the browser has taken the
    /// list without them, and not while the last can be taken back.
    pub(super) fn forget_large(&mut self) {
        if self.studies.unkept {
            return;
        }
        let deleted = self.studies.deleted.as_ref().and_then(Saved::large);
        let gone = std::mem::take(&mut self.studies.gone);
        for number in gone {
            if Some(number) == deleted {
                self.studies.gone.push(number);
            } else if self.studies.all.iter().all(|saved| saved.large() != Some(number)) {
                self.emit(Effect::ForgetLarge(number));
            }
        }
    }
}
