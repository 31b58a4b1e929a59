//! Words for what the state says as data: notices, errors, names of settings.

mod changes;
pub mod controls;
mod data;
pub mod dataset;
pub mod format;
mod import;
mod lesson;
mod names;
pub mod parameters;
mod setup;
pub mod texts;
mod unsupported;

pub use changes::{differences, value};
pub use data::{csv, data, encoding, left_out, note};
pub use import::{import_note, import_remark};
pub use lesson::lesson;
pub use names::{name, parameter};
pub use setup::{link, link_why, setup};
pub use unsupported::unsupported;

use crate::words::format::number;
use crate::words::texts::t;
use data::not_a_number;
use tunescape_core::class_codes::BoardError;
use tunescape_core::inspect::Refusal;
use tunescape_core::state::Notice;
use tunescape_core::state::deaths::Cause;
use tunescape_core::study::EventError;
use tunescape_core::worker::Failure;
use tunescape_engine::train::TrainError;

/// A notice, in words that a learner understands.
pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::NotLoaded { name } => t!("error.load", name = name),
        Notice::Link(error) => link(error),
        Notice::LinkPart(error) => t!("error.link_part", why = link_why(error)),
        Notice::StudyLink(error) => {
            t!("error.file", name = t!("studies.button"), why = link_why(error))
        }
        Notice::CsvNotInLink => t!("data.csv_not_in_link"),
        Notice::Data(error) => data(error),
        Notice::Failed(error) => failure(error),
        Notice::Event(error) => event(error),
        Notice::NoSlope(why) => refusal(why),
        Notice::Setup(error) => setup(error),
        Notice::WorkerDied(Cause::Memory) => t!("error.worker_memory"),
        Notice::WorkerDied(Cause::Stack) => t!("error.worker_stack"),
        Notice::WorkerDied(Cause::Other) => t!("error.worker"),
        Notice::SetupKills(Cause::Memory) => t!("error.setup_memory"),
        Notice::SetupKills(Cause::Stack) => t!("error.setup_stack"),
        Notice::SetupKills(Cause::Other) => t!("error.setup_kills"),
        Notice::StudyKills { name } => t!("error.study_kills", name = name),
        Notice::WorkersDoNotStart => t!("error.workers"),
        Notice::GpuHangs => t!("error.gpu_hangs"),
        Notice::DeviceLost => t!("error.device_lost"),
        Notice::TooDeep => t!("map.too_deep"),
        Notice::Limited { setting, low, high } => {
            t!("lesson.limited", name = name(setting), low = number(*low), high = number(*high))
        }
        Notice::NotANumber(error) => not_a_number(error),
        Notice::Locked => t!("lesson.kept"),
        Notice::DataLocked => t!("lesson.locked"),
        Notice::CutShort { trials } => t!("race.cut", n = trials),
        Notice::OtherResults { trial } => t!("search.other_results", n = trial),
        Notice::BudgetSpent { budget } => t!("search.spent", budget = budget),
        Notice::NoRoom { letters } => t!("search.beside", most = letters),
        Notice::LessonsNotLoaded => t!("lesson.unloaded"),
        Notice::LessonsLeftOut { lessons } => t!("lesson.left_out", n = lessons),
        Notice::LessonNotLoaded { name } => t!("lesson.unread", name = name),
        Notice::LessonUnknown { name, names } => {
            t!("lesson.unknown", name = name, names = names.join(", "))
        }
        Notice::Lesson { name, error } => {
            let name = name.clone().unwrap_or_else(|| t!("lesson.own"));
            t!("error.file", name = name, why = lesson(error))
        }
        Notice::ExampleNotLoaded => t!("xray.example_unread"),
        Notice::FileUnreadable { name } | Notice::LinkedFileUnreadable { name } => {
            t!("error.unreadable", name = name)
        }
        Notice::File { name, error } => t!("error.file", name = name, why = csv(error)),
        Notice::Study { name, error } => {
            t!("error.file", name = name, why = import::import_error(error))
        }
        Notice::LandscapeFile { name, error } => {
            t!("error.file", name = name, why = import::landscape_error(error))
        }
        Notice::LandscapeWithoutTable { name } => {
            t!("error.file", name = name, why = t!("landscape_file.no_table"))
        }
        Notice::StudyDamaged { name, note } => {
            t!("error.damaged", name = name, why = import_note(note))
        }
        Notice::NotStored(error) => import::not_stored(*error),
        Notice::NoRace(error) => import::no_race(*error),
        Notice::NoNotesWindow => t!("present.no_window"),
        Notice::StudiesNotKept => t!("studies.unkept"),
    }
}

/// What is wrong with the codes of a class.
pub fn board(error: &BoardError) -> String {
    match error {
        BoardError::Code { line } => t!("board.no_code", line = line),
        BoardError::Game { line } => t!("board.other_game", line = line),
        BoardError::Two { line } => t!("board.two", line = line),
        BoardError::Lesson { line } => t!("board.no_lesson", line = line),
        BoardError::Pages { line, limit } => t!("board.pages", line = line, limit = limit),
        BoardError::Many { limit } => t!("board.many", limit = limit),
    }
}

/// Why a piece of work failed.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Data(error) => data(error),
        Failure::Train(error) => train(error),
        Failure::Study(error) => event(error),
        // Of all metrics, this one alone may fit a task and yet not be defined.
        Failure::Metric(_) => t!("error.metric"),
    }
}

/// Why a trial's loss has no slope.
pub fn refusal(refusal: &Refusal) -> String {
    let why = match refusal {
        Refusal::Rule => t!("refusal.rule"),
        Refusal::Kink => t!("refusal.kink"),
        Refusal::Jump => t!("refusal.jump"),
        Refusal::TooLarge => t!("refusal.too_large"),
        Refusal::Diverged { epoch } => t!("refusal.diverged", epoch = epoch),
        Refusal::Exploded { epoch } => t!("refusal.exploded", epoch = epoch),
    };
    t!("refusal.title", why = why)
}

fn train(error: &TrainError) -> String {
    match error {
        TrainError::NoRows => t!("error.no_rows"),
        TrainError::Input { column, .. } => t!("error.input", column = column + 1),
        TrainError::TooLarge { bytes, limit } => {
            // Rounded away from each other, so that the one is never shown as the other.
            t!("error.too_large", need = bytes.div_ceil(1 << 20), limit = limit >> 20)
        }
        TrainError::DeviceLost(_) | TrainError::NoDevice(_) => t!("error.device_lost"),
        // What is left can't come from a set-up that passed its checks.
        other => t!("error.internal", why = plain(other)),
    }
}

/// An error that has no words of its own, as it is: the page is built without what derives `Debug`.
fn plain(error: &impl serde::Serialize) -> String {
    tunescape_core::json::write(error)
}

/// Why an event was refused.
pub fn event(error: &EventError) -> String {
    t!("error.internal", why = plain(error))
}
