//! Data sets, how they are split, and standardisation fitted on the training part only.
//!
//! | name | shape | meaning |
//! |---|---|---|
//! | `x` | rows × columns, row-major | inputs |
//! | `y` | rows | class index as a float, or the target number |
//!
//! A [`Dataset`] comes from [`toys::toy`], [`builtin::parse`] or a [`table::Table`]; [`split()`]
//! makes it ready to train on.

pub mod builtin;
pub mod column;
pub mod csv;
pub mod drawn;
pub mod folds;
mod random;
pub mod split;
pub mod table;
pub mod toys;

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
}

impl Dataset {
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
