//! The population engine: many trials of one network on the same data, trained together.
//!
//! | word | meaning |
//! |---|---|
//! | trial | one network with its own [`Hyper`] and the number of its stream |
//! | stream | start weights, batch order, and the rows trained and scored on: shared by the trials of a landscape, so that only the hyperparameters differ |
//! | epoch | one pass over the stream's batches; epoch 0 is the state before training |
//! | report | losses and scores of one trial after one epoch |
//!
//! Divergence is a result: a trial has diverged when, at the end of an epoch, its loss over the whole training
//! part is not finite or exceeds [`Population::bound`]. It is then frozen, and its later reports are absent.

pub mod cpu;
pub mod gpu;

use crate::data::Part;
use crate::net::Net;
use crate::optim::{Hyper, Rule};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// In what order the rows of the training part are used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Batches of `batch` rows in an order shuffled anew each epoch; a short last batch is averaged over its own rows.
    Shuffled { seed: u64, batch: usize },
    /// Batches of `batch` rows in file order, the same each epoch.
    Fixed { batch: usize },
    /// Row lists written out, `[epoch][batch][row]`, repeated from the start when they run out.
    Listed(Vec<Vec<Vec<u32>>>),
}

/// What trials of one landscape share besides the network: start weights, batch order and data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Flat start weights, laid out as [`Net`] says.
    pub start: Vec<f32>,
    pub order: Order,
    pub train: Arc<Part>,
    pub valid: Arc<Part>,
}

/// One trial of a population.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub hyper: Hyper,
    /// Index into [`Population::streams`].
    pub stream: usize,
}

/// Many trials of one network that train together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    pub net: Net,
    pub rule: Rule,
    pub streams: Vec<Stream>,
    pub trials: Vec<Trial>,
    /// A full training loss above this counts as diverged.
    pub bound: f32,
}

/// Losses (without penalties) and scores of one trial after one epoch. The score is the accuracy as a
/// fraction for classes, R² for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub train_loss: f32,
    pub valid_loss: f32,
    pub train_score: f32,
    pub valid_score: f32,
}

/// Whether `advance` reached its epoch or was told to pause on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Reached,
    Paused,
}

/// Why training can't start or go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainError {
    /// There are no training rows.
    NoRows,
    /// Inputs of the data and of the network differ.
    Columns { data: usize, net: usize },
    /// Start weights of the wrong length.
    Weights { given: usize, wanted: usize },
    /// The network does not fit the fused kernel.
    TooLarge { bytes: usize, limit: usize },
    /// There is no GPU adapter, or it refused a device.
    NoDevice(String),
    /// The device was lost while training.
    DeviceLost(String),
}

/// Trains a population, epoch by epoch. The same contract on CPU and GPU; nothing here waits for a clock.
///
/// Trials advance together: `epoch()` is the number of epochs that every live trial has finished. `advance`
/// may stop early when `pause` says so; calling it again goes on from there, with the same numbers.
#[allow(async_fn_in_trait)]
pub trait Trainer {
    fn population(&self) -> &Population;
    /// Epochs finished by every live trial.
    fn epoch(&self) -> usize;
    /// Goes on until every live trial has finished epoch `to`. `pause` is asked at least every few
    /// milliseconds of work (CPU) or between dispatches (GPU).
    async fn advance(&mut self, to: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError>;
    /// The report of a trial after an epoch (0 = before training); none if it is not there yet, or the trial
    /// diverged at or before that epoch, or was retired before it.
    fn report(&self, trial: usize, epoch: usize) -> Option<Report>;
    /// The epoch at whose end the trial was found diverged.
    fn diverged(&self, trial: usize) -> Option<usize>;
    /// Weights and velocity of a trial after its last finished epoch; after divergence, those of the last
    /// finite epoch.
    async fn state(&mut self, trial: usize) -> Result<State, TrainError>;
    /// Overwrites weights and velocity of a trial, between epochs.
    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError>;
    /// Changes the hyperparameters of a trial from the next batch on.
    fn set_hyper(&mut self, trial: usize, hyper: Hyper);
    /// Stops training a trial; what it reported stays.
    fn retire(&mut self, trial: usize);
}

/// What training changes in one trial, laid out as [`Net`] says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub weights: Vec<f32>,
    pub velocity: Vec<f32>,
}
