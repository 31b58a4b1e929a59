//! What the world must do after an event: the shell runs these, and what comes back is an event.

use super::embed::Told;
use crate::worker::Request;
use crate::worker::xray::whole;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which worker a request goes to, or a reply came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WorkerId {
    /// Study, Explore run, files: what the reader waits for.
    Study,
    /// WebGPU.
    Gpu,
    /// One of the crew that trains landscapes and races.
    Crew(usize),
}

/// Timers, each of which runs once at most: setting one again puts it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// The browser has to say until then whether there is WebGPU.
    Adapter,
    /// The GPU has to say something until then, as long as it is at work.
    Gpu,
    /// The address is written when things have come to rest.
    Save,
    /// Play goes on with the next trial.
    NextTrial,
    /// The next landscape of the trail is shown.
    Replay,
    /// More of a large study from elsewhere is drawn.
    Unfold,
    /// The page around this one may be told of the trials again.
    Results,
}

/// What is kept in the browser from one visit to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kept {
    Language,
    Theme,
    Studies,
    /// How far each lesson was taken.
    Lessons,
    LastLink,
    /// Whether everything is shown, or what the first steps need.
    Detail,
    /// That the tour was taken.
    Tour,
    /// Multiplications a millisecond of landscapes, on either trainer.
    SpeedCpu,
    SpeedGpu,
}

impl Kept {
    /// Its name in the browser's storage.
    pub fn key(self) -> &'static str {
        match self {
            Kept::Language => "language",
            Kept::Theme => "theme",
            Kept::Studies => "studies",
            Kept::Lessons => "lessons",
            Kept::LastLink => "last",
            Kept::Detail => "detail",
            Kept::Tour => "tour",
            Kept::SpeedCpu => "speed-cpu",
            Kept::SpeedGpu => "speed-gpu",
        }
    }
}

/// Why a link is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Packing {
    /// For the address.
    Address(u32),
    /// To be shared; with its notes left out.
    Share(u32),
    ShareWithoutNotes(u32),
    /// A study from elsewhere, for the address.
    Study(u32),
}

/// Why a packed link is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unpacking {
    /// It stood in the address.
    Address(u32),
    /// The page around this one asks to show it.
    Set(u32),
    /// It holds a study from elsewhere.
    Study(u32),
}

/// One thing that the world must do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Draw the page: something that is seen may have changed.
    Draw,
    /// Send a request to a worker.
    Ask(WorkerId, Box<Request>),
    /// Send a request to every worker.
    AskAll(Box<Request>),
    /// Start a worker, in the place of one that died or was stopped.
    Replace(WorkerId),
    /// Stop a worker, with all that it is doing.
    Stop(WorkerId),
    /// Start a timer, of so many milliseconds.
    Wait(Timer, u32),
    /// Stop a timer.
    Forget(Timer),
    /// Write the part of the address after `#`.
    WriteAddress(String),
    /// Keep a text for later visits.
    Keep(Kept, String),
    /// Read what is kept, which another tab may have changed.
    Recall(Kept),
    /// Keep a study that is too large for that: a text, and the bytes of a file.
    KeepLarge {
        job: u32,
        text: String,
        #[serde(with = "whole")]
        bytes: Arc<Vec<u8>>,
    },
    /// Read the large study that is kept under this number.
    ReadLarge {
        job: u32,
        number: u32,
    },
    /// Let go of the large study of this number.
    ForgetLarge(u32),
    /// Hold the reader's file as long as the tab is open.
    Hold(String),
    /// Load the payload of a built-in data set.
    LoadData(String),
    /// Load the lessons that come with the page.
    LoadLessons,
    /// Load the study that comes with the page as an example, and open it as one that was dropped.
    LoadExample(String),
    /// Fetch a lesson's file of this page's own folder.
    FetchLesson(String),
    /// Fetch a file of this page's own folder, and open it as one that was dropped.
    FetchFile(String),
    Pack {
        why: Packing,
        text: String,
    },
    Unpack {
        why: Unpacking,
        packed: String,
    },
    /// Put a text on the clipboard.
    Copy(String),
    /// Save one of the files to take away, by its place among them.
    SaveFile(usize),
    /// Save a text as a file of this name.
    SaveText {
        name: String,
        text: String,
    },
    /// Save the plot of this place on the page, as PNG or else as SVG.
    SavePlot {
        plot: usize,
        png: bool,
    },
    CopyPlot {
        plot: usize,
        png: bool,
    },
    Print,
    /// Move the keyboard's focus to the element of this id, once the page is drawn.
    Focus(String),
    /// Scroll the card that the element of this id lies in to it, once the page is drawn.
    ScrollTo(String),
    /// Press what a key stands for.
    Press(String),
    /// Language and theme have changed.
    Restyle,
    /// Whether somebody presents.
    Present(bool),
    /// Play a short tone of this frequency in hertz.
    Tone(f64),
    /// Tell the page around this one.
    Tell(Told),
    /// Tell it what it can't have of what it asked for: the notice of this place.
    TellFailed(usize),
    /// Leave a text with the script around this page, which takes the page away while it is out of
    /// sight, for when it comes back; and whether it has to stay.
    Leave {
        text: String,
        stays: bool,
    },
}
