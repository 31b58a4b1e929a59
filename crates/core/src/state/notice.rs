//! Notices: what the reader is told, as data. Words are found when a notice is shown.

use super::deaths::Cause;
use super::large::StoreError;
use crate::data::csv::CsvError;
use crate::import::replay::ReplayError;
use crate::import::{ImportError, Note};
use crate::inspect::Refusal;
use crate::landscape_file::LandscapeFileError;
use crate::lesson::LessonError;
use crate::link::LinkError;
use crate::setup::SetupError;
use crate::setup::typed::TypedError;
use crate::study::EventError;
use crate::worker::{DataError, Failure};

/// One thing that the reader is told until it is dismissed.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// A built-in data set could not be loaded.
    NotLoaded {
        name: String,
    },
    /// A link could not be read; the default is shown.
    Link(LinkError),
    /// The same of a rule of an embed's: it is left out, and all else is shown.
    LinkPart(LinkError),
    /// A kept study could not be read.
    StudyLink(LinkError),
    /// The link is of the reader's own file, which no link can carry.
    CsvNotInLink,
    Data(DataError),
    Failed(Failure),
    Event(EventError),
    /// Why a trial's loss has no slope.
    NoSlope(Refusal),
    Setup(SetupError),
    /// A worker died of this and was started again.
    WorkerDied(Cause),
    /// What the set-up trains has killed workers twice, the last of this: it is left.
    SetupKills(Cause),
    /// So has what was asked of the open study.
    StudyKills {
        name: String,
    },
    /// No worker has ever started.
    WorkersDoNotStart,
    /// The GPU gave no answer, and is used no more.
    GpuHangs,
    /// WebGPU was lost or refused.
    DeviceLost,
    /// The map can't be zoomed further.
    TooDeep,
    /// A number is kept in a range, in its own unit.
    Limited {
        setting: String,
        low: f64,
        high: f64,
    },
    /// What was typed into a field is not what it asks for.
    NotANumber(TypedError),
    /// A control is locked.
    Locked,
    /// A file can't be used because the data is locked.
    DataLocked,
    /// The study was cut short by a smaller budget.
    CutShort {
        trials: usize,
    },
    /// Trial `trial` (from 1) of a link does not end here as the link says.
    OtherResults {
        trial: usize,
    },
    BudgetSpent {
        budget: usize,
    },
    /// A link would be longer than this with another trial by hand.
    NoRoom {
        letters: usize,
    },
    /// The lessons that come with the page could not be loaded.
    LessonsNotLoaded,
    /// So many of them could not be read.
    LessonsLeftOut {
        lessons: usize,
    },
    LessonNotLoaded {
        name: String,
    },
    LessonUnknown {
        name: String,
        names: Vec<String>,
    },
    /// A lesson's file can't be used; no name for the one that a link brings.
    Lesson {
        name: Option<String>,
        error: LessonError,
    },
    /// A file could not be read at all.
    FileUnreadable {
        name: String,
    },
    /// Nor could the study that comes with the page.
    ExampleNotLoaded,
    /// Nor could one that a link names.
    LinkedFileUnreadable {
        name: String,
    },
    File {
        name: String,
        error: CsvError,
    },
    /// A file of a landscape can't be read.
    LandscapeFile {
        name: String,
        error: LandscapeFileError,
    },
    /// A landscape's file is of the reader's own table, which is not open here.
    LandscapeWithoutTable {
        name: String,
    },
    /// A study from elsewhere can't be read.
    Study {
        name: String,
        error: ImportError,
    },
    /// A study from elsewhere was read up to a damaged place.
    StudyDamaged {
        name: String,
        note: Note,
    },
    NoRace(ReplayError),
    /// A large study from elsewhere is not kept, or no longer.
    NotStored(StoreError),
    /// The browser opens no window for the notes.
    NoNotesWindow,
    /// The browser does not keep the studies.
    StudiesNotKept,
}

impl Notice {
    /// Whether it is about the link that was opened last: another takes it away.
    pub(super) fn is_of_link(&self) -> bool {
        matches!(
            self,
            Notice::Link(_)
                | Notice::LinkPart(_)
                | Notice::StudyLink(_)
                | Notice::CsvNotInLink
                | Notice::LinkedFileUnreadable { .. }
                | Notice::OtherResults { .. }
                | Notice::LessonsNotLoaded
                | Notice::LessonNotLoaded { .. }
                | Notice::LessonUnknown { .. }
                | Notice::Lesson { name: None, .. }
        )
    }

    /// Whether it says why a lesson's file of this name is not shown.
    pub(super) fn is_of_lesson(&self, file: &str) -> bool {
        match self {
            Notice::LessonNotLoaded { name } | Notice::Lesson { name: Some(name), .. } => {
                name == file
            }
            _ => false,
        }
    }

    /// Whether it says that a file of this name could not be read at all.
    pub(super) fn is_of_unread_file(&self, file: &str) -> bool {
        matches!(self, Notice::FileUnreadable { name } if name == file)
    }
}
