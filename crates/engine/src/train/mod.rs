//! The population engine: many trials of one network on the same data, trained together.
//!
//! | word | meaning |
//! |---|---|
//! | trial | one network with its own [`Hyper`](crate::optim::Hyper) and the number of its stream |
//! | stream | start weights, batch order, and the rows trained and scored on: shared by the trials of a landscape, so that only the hyperparameters differ |
//! | epoch | one pass over the stream's batches; epoch 0 is the state before training |
//! | report | losses and scores of one trial after one epoch |
//!
//! Divergence is a result: a trial has diverged when, at the end of an epoch, its loss over the
//! whole training part is not finite or exceeds [`Population::bound`]. It is then frozen, and its
//! later reports are absent.

pub mod cpu;
pub mod dropout;
mod error;
mod evaluate;
mod form;
mod group;
pub mod kernel;
mod log;
mod order;
mod population;
pub mod scale;
mod state;
mod tiles;
mod trainer;
#[cfg(target_arch = "x86_64")]
mod units;
pub mod workloads;

pub use error::TrainError;
pub use evaluate::{MAX_START_LOSS, losses, outputs, start_loss};
pub use log::{Log, Report};
pub use order::{Order, Orders};
pub use population::{Population, Stream, Trial};
pub use state::State;
pub use trainer::{Progress, TOLERANCE, Trainer};

/// Multiplications of an epoch of one trial: three passes over the rows trained on, and one over
/// all for the report.
pub fn multiplications(parameters: usize, train: usize, valid: usize) -> f64 {
    // In double precision: counts of this size have no room in 32 bits.
    parameters as f64 * (4.0 * train as f64 + valid as f64)
}
