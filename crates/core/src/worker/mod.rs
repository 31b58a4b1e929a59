//! What runs off the main thread: requests in, replies out.
//!
//! Requests carry the [`Setup`] and little more: a worker makes data, split and population of it by
//! itself, and keeps the last. Built-in sets and files are sent once, as bytes. Every request has a
//! job number; replies and [`Request::Cancel`] name it.

mod branch;
pub mod ending;
mod evolution;
mod inspect;
mod run;
mod source;
pub(crate) mod strategy_view;
mod training;
mod trial;
pub mod xray;

mod host;
mod serve;

pub use host::{Host, yield_once};
pub use serve::Desk;
#[cfg(feature = "bench")]
pub use serve::bench::Timing;

pub use branch::Steering;
pub use ending::{Dropped, Ending};
pub use evolution::{Evolution, Evolving};
pub use inspect::{Answer, Boundary, Inspection, Mistake, Scores, confusion, inspect};
pub use run::{Run, over_seeds};
pub use source::{
    Column, CsvProblem, DataError, Overview, Points, Prepared, Source, Sources, TableView, peek,
    prepare,
};
pub use strategy_view::{Cut, SurrogateView, believe, explain, propose};
pub use training::{Curves, retire_diverged};
pub use trial::{Attempt, Judged, outcome};

use crate::data::choices::ReadChoices;
use crate::export::{Order, Written};
use crate::inspect::stability::Damping;
use crate::inspect::{Anatomy, Curvature, Narration, Plane, Refusal, Slice};
use crate::landscape_file::{LandscapeFile, LandscapeFileError};
use crate::metrics::{Metric, Objective};
use crate::search::{Outcome, Proposal};
use crate::setup::{Setup, text};
use crate::space::Point;
use crate::study::importance::Importance;
use crate::study::race::Spent;
use crate::study::{Event, EventError};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;
use tunescape_engine::train::{Report, TrainError};
use xray::{XrayReply, XrayRequest};

/// Names a piece of work, so that it can be cancelled and its replies told from older ones.
pub type Job = u32;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Keeps a built-in set's payload or a file under its name.
    Keep(Source),
    /// Reads a file as chosen and describes it. Answer: `Table`.
    Peek { job: Job, bytes: Vec<u8>, choices: ReadChoices },
    /// Reads a file that holds a landscape. Answer: `Landscape`.
    ReadLandscape {
        job: Job,
        #[serde(with = "xray::whole")]
        bytes: Arc<Vec<u8>>,
    },
    /// Whether a file gives data with these choices and this set-up's split. Answer: `Checked`.
    Check {
        job: Job,
        source: Source,
        #[serde(with = "text")]
        setup: Setup,
    },
    /// Makes data and split. Answer: `Prepared`.
    Prepare {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
    },
    /// Trains one trial at each point, `step` epochs between two reports; those that can't train
    /// together one lot after another. Answers: `Curves`, then `Trained`. `gpu`: on WebGPU.
    Train {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        points: Vec<Point>,
        step: usize,
        gpu: bool,
    },
    /// Trains one trial, judges it and looks at what it learnt. Answers: `Curves`, then `Tried`.
    Try {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        point: Point,
    },
    /// Trains one trial and scores it on the test part, the mean over its streams. Answer:
    /// `Tested`.
    Test {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        point: Point,
    },
    /// The next proposal after these events. Answer: `Proposed`.
    Propose {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        events: Vec<Event>,
    },
    /// What the strategy believes after these events, over a `side` × `side` map and along each
    /// parameter through a point. Answer: `Believed`.
    Believe {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        events: Vec<Event>,
        side: usize,
        through: Point,
    },
    /// Which parameters mattered in these events. Answer: `Explained`.
    Explain {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        events: Vec<Event>,
    },
    /// Races the set-up's strategies, some of the repeats. Answers: `Settled` a round, strategies
    /// outermost, then `Trained`.
    Race {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        repeats: Range<usize>,
    },
    /// Trains one trial at each point, for what it scores. Answer: `Settled`.
    Settle {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        points: Vec<Point>,
    },
    /// Trains a population by population-based training. Answer: `Evolved`.
    Evolve {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
    },
    /// Starts the one run of the Explore screen anew, paused. Answer: `Frame` of epoch 0.
    Start {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
    },
    /// Lets that run go on: `epochs` more, at most one every `pace` milliseconds, a `Frame` for
    /// each that is shown.
    Go { job: Job, epochs: usize, pace: f64 },
    /// Changes what is in force in that run from its next epoch on.
    Steer(Steering),
    /// Shows that run after an epoch of a branch, paused; training goes on from there. Answer:
    /// `Frame`.
    Rewind { job: Job, branch: usize, epoch: usize },
    /// Lays that run open as it was after an epoch (the last, if it was not reached). Answer:
    /// `Laid`.
    LayOpen { job: Job, epoch: usize },
    /// How sharply its training loss curved after an epoch. Answer: `Sharp`.
    Sharpness { job: Job, epoch: usize },
    /// Its training loss around the weights after an epoch, `side` × `side` cells. Answer:
    /// `Sliced`.
    Slice { job: Job, epoch: usize, plane: Plane, side: usize },
    /// A metric of one of its branches after each epoch from this one on. Answer: `Watched`.
    Watch { job: Job, branch: usize, metric: Metric, from: usize },
    /// Trains the Explore run again up to an epoch, from so many seeds, its own the first; steered
    /// after some epochs, or as that run was where there is no list of them. Answer: `Lucky`.
    Luck {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        seeds: usize,
        epochs: usize,
        steered: Option<Vec<(usize, Steering)>>,
    },
    /// Tells an update of the epoch after this one, part by part, as that run would do it. Answer:
    /// `Told`.
    Tell { job: Job, epoch: usize, update: usize },
    /// Sets one weight or bias of that run where it rests. Answer: `Frame`.
    Weight { job: Job, index: usize, value: f32 },
    /// Whether this worker has a WebGPU adapter. Answer: `Adapter`.
    Adapter { job: Job },
    /// Trains some trials of a workload of [`tunescape_engine::train::workloads`]. Answer:
    /// `Benched`.
    #[cfg(feature = "bench")]
    Bench { job: Job, workload: String, trials: Range<usize>, gpu: bool },
    /// Writes a file for another tool. Answer: `Written`.
    Write {
        job: Job,
        #[serde(with = "text")]
        setup: Setup,
        order: Order,
    },
    /// Something about a study from elsewhere. Answer: `Xray`.
    Xray { job: Job, request: XrayRequest },
    /// Stops a job; it answers nothing more, but for the Explore run's last `Frame`.
    Cancel { job: Job },
    /// Destroys the GPU device, as a browser may at any time (for tests).
    LoseDevice,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reply {
    /// The worker's module has started.
    Ready,
    Table(Job, Result<TableView, CsvProblem>),
    Landscape(Job, Result<Box<LandscapeFile>, LandscapeFileError>),
    Checked(Job, Result<(), DataError>),
    Prepared(Job, Result<Overview, DataError>),
    Curves(Job, Curves),
    /// The GPU goes on with a job, of which there may be nothing else to tell for long.
    Alive(Job),
    Trained(Job),
    Tried(Job, Box<Tried>),
    Tested(Job, Scores),
    /// The slope of a trial's validation loss by each searched parameter, on the first fold and
    /// repeat, or why there is none; before `Tried`.
    Sloped(Job, Result<Vec<f64>, Refusal>),
    Proposed(Job, Proposal),
    Believed(Job, Box<SurrogateView>),
    /// None where there are too few trials to say.
    Explained(Job, Option<Box<Importance>>),
    Settled(Job, Vec<Spent>),
    Evolved(Job, Box<Evolution>),
    Frame(Job, Box<Frame>),
    /// None where there is no run.
    Laid(Job, Option<Box<Anatomy>>),
    /// None where there is no run, or its loss is not finite.
    Sharp(Job, Option<Sharpness>),
    /// None where there is no run, or what it is asked for is not finite.
    Sliced(Job, Option<Box<Slice>>),
    /// None where there is no run, or no such update.
    Told(Job, Option<Box<Narration>>),
    /// On the training and the validation rows by epoch, not a number where it is not defined; none
    /// where there is no run.
    Watched(Job, Option<Vec<[f32; 2]>>),
    /// How much of the training from other seeds is done, in percent; before `Lucky`.
    LuckProgress(Job, usize),
    /// `[seed][epoch]`; shorter where a run diverged.
    Lucky(Job, Vec<Vec<Report>>),
    /// The adapter's name; none where there is no WebGPU.
    Adapter(Job, Option<String>),
    #[cfg(feature = "bench")]
    Benched(Job, Timing),
    Written(Job, Box<Written>),
    Xray(Job, XrayReply),
    Failed(Job, Failure),
}

/// A trial that is over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// None where it diverged.
    pub judged: Option<Judged>,
    /// The metric that it is judged by after each epoch, from epoch 1: the mean over its streams.
    pub curve: Vec<Option<f64>>,
    /// Of the first stream; the scores on the validation rows are means over all.
    pub inspection: Inspection,
}

impl Tried {
    /// What the strategies are told: something to minimise.
    pub fn outcome(&self, objective: Objective) -> Outcome {
        outcome(self.judged.as_ref(), objective)
    }
}

/// The Explore run after an epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    pub epoch: usize,
    /// The branch of the run, from 0, and the one that it left after epoch `from`.
    pub branch: usize,
    pub parent: usize,
    pub from: usize,
    /// Reports of the branch that the page has not seen, from this epoch on.
    pub known: usize,
    pub reports: Vec<Report>,
    /// The epoch at whose end the run was found diverged; the frame then shows the last finite
    /// epoch.
    pub diverged: Option<usize>,
    pub inspection: Inspection,
    pub weights: Vec<f32>,
    /// Whether the run now waits.
    pub paused: bool,
}

/// The sharpest curvature of the Explore run's training loss, and where its rule stops being stable
/// on full batches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sharpness {
    pub epoch: usize,
    pub curvature: Curvature,
    /// What the schedule leaves of the learning rate in the next update, as a share.
    pub share: f64,
    /// The largest stable learning rate at the momentum then in force, weight decay counted in;
    /// none for rules without one, and where the loss does not curve upwards.
    pub limit: Option<f64>,
    /// How the run moved along the sharpest direction.
    pub damping: Option<Damping>,
}

/// Why a job can't be done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Failure {
    Data(DataError),
    Train(TrainError),
    Study(EventError),
    /// The metric can't be computed on the validation rows of any stream.
    Metric(Metric),
}

impl From<EventError> for Failure {
    fn from(error: EventError) -> Self {
        Failure::Study(error)
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Failure::Data(error)
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Failure::Train(error)
    }
}
