//! A study from elsewhere in a link: in the address while it is on show, and among the studies that
//! the reader keeps. One that is too long for that goes to the browser's database.

use super::XrayState;
use super::opening::Opening;
use crate::import::convert::Aim;
use crate::json;
use crate::link::{self, LinkError, PACKED_STUDY};
use crate::search::StrategyName;
use crate::setup::{Screen, VERSION};
use crate::space::Point;
use crate::state::studies::{HeldFile, Saved};
use crate::state::{Effect, Notice, Packing, State, Unpacking};
use crate::worker::xray::{ByHand, Which};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a link with a study begins with.
pub const STUDY: &str = "x=";
/// Bytes of a file that is packed.
const MAX_PACKED: usize = 400_000;
/// Letters of a link in the address, and of one that is kept.
const MAX_ADDRESS: usize = 30_000;
const MAX_KEPT: usize = 200_000;

/// All that it takes to open a study as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The set-up of the page's other screens.
    pub setup: String,
    pub name: String,
    pub file: HeldFile,
    pub which: Which,
    pub aim: Aim,
    pub strategies: Vec<StrategyName>,
    /// Results that were typed in, as something to be minimised.
    pub by_hand: Vec<(Point, f64)>,
    /// The same for the objectives that are not on show; older links hold none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aside: Vec<(usize, Vec<(Point, f64)>)>,
}

fn results(own: &[ByHand]) -> Vec<(Point, f64)> {
    own.iter().map(|own| (own.point.clone(), own.loss)).collect()
}

/// The link of a set-up with what stands beside it, which comes last and holds as well.
fn with(setup: &str, beside: &str) -> String {
    match (setup, beside) {
        (setup, "") => setup.into(),
        ("", beside) => format!("v={VERSION}&{beside}"),
        (setup, beside) => format!("{setup}&{beside}"),
    }
}

impl XrayState {
    /// The number of a study that is asked for: only the last is opened.
    pub(in crate::state) fn next_link(&mut self) -> u32 {
        self.links += 1;
        self.links
    }

    /// Whether a link with a study is being unpacked.
    pub(in crate::state) fn is_unpacking(&self) -> bool {
        !self.beside.is_empty()
    }

    /// What stands beside the packed study of this number.
    fn take_beside(&mut self, number: u32) -> String {
        let found = self.beside.iter().position(|beside| beside.0 == number);
        found.map_or_else(String::new, |place| self.beside.swap_remove(place).1)
    }

    /// The number of the link that was asked for last.
    pub(in crate::state) fn last_link(&self) -> u32 {
        self.links
    }
}

impl State {
    /// The study on show, with its file as `file` and as it is.
    pub(in crate::state) fn held_study(&self, file: HeldFile) -> Option<(Held, Arc<Vec<u8>>)> {
        let shown = self.setup.screen == Screen::Xray;
        let open = self.xray.open.as_ref().filter(|_| shown)?;
        let others = open.aside.iter().filter(|(_, own)| !own.is_empty());
        let held = Held {
            setup: link::write(&self.setup),
            name: open.name.clone(),
            file,
            which: open.which.clone(),
            aim: open.view.aim,
            strategies: open.strategies.clone(),
            by_hand: results(&open.by_hand),
            aside: others.map(|(objective, own)| (*objective, results(own))).collect(),
        };
        Some((held, open.bytes.clone()))
    }

    /// The same as a link has it; none where there is none, or it is too long.
    fn study_text(&self) -> Option<String> {
        let bytes = &self.xray.open.as_ref()?.bytes;
        let file = (bytes.len() <= MAX_PACKED).then(|| HeldFile::plain(bytes))?;
        Some(json::write(&self.held_study(file)?.0))
    }

    /// The link of the study is no longer of what is on show; another will be packed.
    pub(in crate::state) fn outdate_study_link(&mut self) {
        if let Some(open) = &mut self.xray.open {
            (open.link, open.packs) = (None, true);
        }
    }

    /// Has the study on show packed for the address; false where there is none.
    pub(in crate::state) fn pack_study(&mut self) -> bool {
        self.outdate_study_link();
        let Some(text) = self.study_text() else {
            self.keep_packed(None);
            return false;
        };
        self.emit(Effect::Pack { why: Packing::Study(self.saving), text });
        true
    }

    /// A study is packed, unless something was changed or opened since.
    pub(in crate::state) fn study_packed(&mut self, number: u32, packed: Option<String>) {
        if number != self.saving || self.xray.open.is_none() {
            return;
        }
        let packed = packed.filter(|packed| packed.len() <= MAX_KEPT);
        let link = packed.map(|packed| [STUDY, &packed].concat());
        self.keep_packed(link.clone());
        match link.filter(|link| link.len() <= MAX_ADDRESS) {
            Some(link) => self.emit(Effect::WriteAddress(link)),
            // The address would go on naming the study before.
            None => self.write_setup(),
        }
    }

    /// The study on show has this link, or none; if it was to be kept meanwhile, it is now.
    fn keep_packed(&mut self, link: Option<String>) {
        let Some(open) = &mut self.xray.open else { return };
        (open.link, open.packs) = (link, false);
        let bytes = open.bytes.clone();
        if let Some((name, held)) = open.keep_as.take() {
            self.keep_linked(name, &held, bytes);
        }
    }

    /// Keeps a study in the list where the one on show has a link, else in the database.
    fn keep_linked(&mut self, name: String, held: &Held, bytes: Arc<Vec<u8>>) {
        match self.xray.open.as_ref().and_then(|open| open.link.clone()) {
            Some(link) => {
                self.keep_study(Saved { name, link, file: None, other: Default::default() });
            }
            None => self.keep_held(name, held, bytes),
        }
    }

    /// Keeps the study on show, now or as soon as its link is known; false where there is none.
    pub(in crate::state) fn keep_study_from_elsewhere(&mut self, name: String) -> bool {
        let Some((held, bytes)) = self.held_study(HeldFile::plain(&[])) else { return false };
        let Some(open) = &mut self.xray.open else { return false };
        match open.packs {
            true => open.keep_as = Some((name, held)),
            false => self.keep_linked(name, &held, bytes),
        }
        true
    }

    /// The link of the study on show, and whether there is a study at all.
    pub fn study_link(&self) -> Option<Option<&str>> {
        let shown = self.setup.screen == Screen::Xray;
        let open = self.xray.open.as_ref().filter(|_| shown)?;
        Some(open.link.as_deref())
    }

    /// Opens a link with a study; false where it is another.
    pub(in crate::state) fn open_study_link(&mut self, fragment: &str) -> bool {
        let Some(packed) = fragment.trim_start_matches('#').strip_prefix(STUDY) else {
            return false;
        };
        let (packed, beside) = packed.split_once('&').unwrap_or((packed, ""));
        let number = self.xray.next_link();
        self.xray.beside.push((number, beside.into()));
        self.emit(Effect::Unpack { why: Unpacking::Study(number), packed: packed.into() });
        true
    }

    /// A link with a study is unpacked.
    pub(in crate::state) fn study_unpacked(&mut self, number: u32, text: Option<String>) {
        let held = text.and_then(|text| json::read::<Held>(&text).ok());
        let beside = self.xray.take_beside(number);
        let wanted = number == self.xray.links;
        // It is what the page was opened with, or brings what an embed locks and hides.
        if self.data_job == 0 || wanted && !beside.is_empty() {
            self.open_link(&with(held.as_ref().map_or("", |held| &held.setup), &beside));
            self.setup.screen = Screen::Xray;
            self.prepare();
        }
        match held.and_then(|held| Some((held.file.clone().bytes()?, held))) {
            Some((bytes, held)) => self.open_held(number, held, bytes),
            None if wanted => {
                self.notify(Notice::Link(LinkError::Form { part: PACKED_STUDY.into() }));
            }
            None => {}
        }
    }

    /// Opens a study that was asked for by this number, unless a file, or another link, was opened
    /// since.
    pub(in crate::state) fn open_held(&mut self, number: u32, held: Held, bytes: Vec<u8>) {
        if number == self.xray.links {
            self.xray.opening = Some(Opening::held(bytes, held));
            self.read_study();
        }
    }
}
