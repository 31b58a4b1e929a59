//! Train / validation / test split by fraction and seed, stratified for classes.

use super::{Dataset, Part};
use serde::{Deserialize, Serialize};

/// Shares of the rows for training and validation; the rest is the test part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fractions {
    pub train: f64,
    pub valid: f64,
}

/// Why a data set can't be split as asked.
#[derive(Clone, Debug, PartialEq)]
pub enum SplitError {
    /// A fraction lies outside (0, 1), or the two leave nothing for the test part.
    Fractions(Fractions),
    /// Too few rows for three parts.
    TooFewRows { rows: usize, wanted: usize },
}

/// The three parts, and how the inputs (and a number target) were standardised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Split {
    pub train: Part,
    pub valid: Part,
    pub test: Part,
    /// Mean and standard deviation of each input column, over the training part only.
    pub inputs: Vec<(f32, f32)>,
    /// Mean and standard deviation of a number target over the training part; (0, 1) for classes.
    pub target: (f32, f32),
}

/// Splits and standardises a data set.
pub fn split(data: &Dataset, fractions: Fractions, seed: u64) -> Result<Split, SplitError> {
    let _ = (data, fractions, seed);
    todo!()
}
