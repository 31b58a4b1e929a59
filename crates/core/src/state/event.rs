//! What happens to the page: each thing as a value that can be compared, printed and written down.

use super::deaths::Cause;
use super::file::FileEvent;
use super::landscape::MapEvent;
use super::lesson::LessonEvent;
use super::race::RaceEvent;
use super::run::RunEvent;
use super::search::StudyEvent;
use super::share::ShareEvent;
use super::studies::StudiesEvent;
use super::tour::TourEvent;
use super::xray::XrayEvent;
use super::{Kept, Packing, Timer, Unpacking, WorkerId};
use crate::link::message::Command;
use crate::setup::Edit;
use crate::setup::typed::TypedError;
use crate::worker::Reply;
use serde::{Deserialize, Serialize};

/// One thing that happens to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// What time it is now, in milliseconds since the page was opened; comes before other events.
    Time(f64),
    /// A worker has answered.
    Reply(WorkerId, Box<Reply>),
    /// A worker died, of this; what it was doing is lost.
    Died(WorkerId, Cause),
    /// The reader changes the set-up.
    Edit(Edit),
    /// What the reader typed into a field is not what it asks for.
    Mistyped(TypedError),
    /// The reader chooses one of the languages, by its code.
    Language(String),
    /// The reader turns from light to dark, or back.
    Theme,
    /// The reader dismisses the notice of this place.
    Dismiss(usize),
    /// The payload of a built-in set has come; none if it could not be had.
    DataLoaded(String, Option<Vec<u8>>),
    /// A timer is over.
    Timer(Timer),
    /// Another link was opened in this page: what stands in the address from `#` on.
    Link(String),
    Unpacked {
        why: Unpacking,
        /// None where it is no packed text, or a very long one.
        text: Option<String>,
    },
    Packed {
        why: Packing,
        /// None where the browser can't pack.
        packed: Option<String>,
    },
    /// What is kept, now that it was asked for or another tab has changed it.
    Recalled(Kept, Option<String>),
    /// Whether the browser has taken what was to be kept: it may have no room, or not allow it.
    Stored(Kept, bool),
    Map(MapEvent),
    Study(StudyEvent),
    Run(RunEvent),
    Race(RaceEvent),
    Lesson(LessonEvent),
    File(FileEvent),
    Undo,
    Redo,
    /// Shows a trial of the study, by its number, as the run of the Explore screen.
    Explore(usize),
    Share(ShareEvent),
    Studies(StudiesEvent),
    Tour(TourEvent),
    Xray(XrayEvent),
    /// The page around this one asks for something.
    Command(Command),
    /// A key was pressed where nothing is being typed.
    Key(String),
    /// The window of the notes is no longer there, or the browser refused to open one.
    NotesClosed {
        refused: bool,
    },
}
