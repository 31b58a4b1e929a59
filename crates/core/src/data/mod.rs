//! Data sets, how they are split, and standardisation fitted on the training part only.
//!
//! | name | shape | meaning |
//! |---|---|---|
//! | `x` | rows × columns, row-major | inputs |
//! | `y` | rows | class index as a float, or the target number |
//!
//! A [`Dataset`] comes from [`toys::toy`], [`builtin::parse`] or a [`table::Table`]; [`split()`]
//! makes it ready to train on.

mod amount;
pub(crate) mod asides;
pub mod builtin;
pub(crate) mod calendar;
#[cfg(test)]
mod cases;
mod centuries;
pub mod choices;
mod codes;
pub mod column;
pub mod csv;
pub(crate) mod date;
mod date_forms;
mod date_periods;
mod date_words;
pub(crate) mod dialect;
mod doubts;
pub mod drawn;
pub mod encoding;
pub mod folds;
pub mod foreign;
mod letters;
pub(crate) mod moments;
pub mod number;
mod quotes;
mod random;
pub mod rare;
pub mod review;
mod spelling;
pub mod split;
pub mod table;
mod thousands;
pub mod toys;
pub(crate) mod unit;

pub use split::{Fractions, Split, SplitError, split};
pub use tunescape_engine::part::{Part, Task};

use serde::{Deserialize, Serialize};

/// Whether a class or a number is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Class,
    Number,
}

/// What is predicted for each row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// One class of `names`; `labels[row]` is its index.
    Class { labels: Vec<u32>, names: Vec<String> },
    /// A number named `name`.
    Number { values: Vec<f32>, name: String },
}

/// Rows of inputs with a target each, as loaded: not split, not scaled. Targets are finite; an
/// input is finite, or NaN where the value is missing, which [`split()`] fills with the training
/// part's mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dataset {
    /// Short name, as the link and the translation files know it (`spiral`, `iris`, `csv`).
    pub name: String,
    /// Names of the input columns.
    pub columns: Vec<String>,
    /// rows × columns, row-major.
    pub x: Vec<f32>,
    pub target: Target,
    /// Height and width if the columns are the pixels of an image, row after row. Pixels share one
    /// scale: scaled one by one, a pixel that is nearly always blank would outweigh all others
    /// wherever it is not.
    pub image: Option<[usize; 2]>,
    /// Columns in which 32 bits make equal what is different, such as seconds since 1970.
    pub exact: Vec<ExactColumn>,
}

/// A column of a data set in 64 bits; in `x` it is rounded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExactColumn {
    pub column: usize,
    /// A number for each row; NaN where it is missing.
    pub values: Vec<f64>,
}

impl Dataset {
    /// A data set that is no image, and needs no more than 32 bits a number.
    pub fn new(name: &str, columns: Vec<String>, x: Vec<f32>, target: Target) -> Dataset {
        Dataset { name: name.into(), columns, x, target, image: None, exact: Vec::new() }
    }

    pub fn rows(&self) -> usize {
        match &self.target {
            Target::Class { labels, .. } => labels.len(),
            Target::Number { values, .. } => values.len(),
        }
    }

    pub fn task(&self) -> Task {
        match &self.target {
            Target::Class { names, .. } if names.len() <= 2 => Task::Binary,
            Target::Class { names, .. } => Task::Classes(names.len()),
            Target::Number { .. } => Task::Regression,
        }
    }
}
