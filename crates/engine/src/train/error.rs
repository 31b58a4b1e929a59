//! Why training can't start or go on.

use serde::{Deserialize, Serialize};

/// Why training can't start or go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainError {
    /// There are no training rows.
    NoRows,
    /// A batch that is empty or names a row that isn't there.
    Batch { row: Option<u32> },
    /// A trial of a stream that isn't there.
    Stream { index: usize },
    /// A hyperparameter of a trial with which training is not defined.
    Hyper { trial: usize, name: String, value: f32 },
    /// Not a target for every row.
    Targets { given: usize, wanted: usize },
    /// A target that is no class, no probability, or no finite number; or probabilities of a row
    /// that add up to this.
    Target { value: f32 },
    /// An input that is not finite, at this row of its part and this column, from 0.
    Input { row: usize, column: usize },
    /// Inputs of the data and of the network differ.
    Columns { data: usize, net: usize },
    /// Start weights of the wrong length.
    Weights { given: usize, wanted: usize },
    /// What can't be divided any further is larger than the device allows a buffer to be.
    TooLarge { bytes: u64, limit: u64 },
    /// The device has no memory left.
    OutOfMemory(String),
    /// There is no GPU adapter, or it refused a device.
    NoDevice(String),
    /// The device was lost while training.
    DeviceLost(String),
}
