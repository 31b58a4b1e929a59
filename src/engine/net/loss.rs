//! Losses: mean over the rows (squared error: over rows and outputs), without any penalty.

use crate::part::Task;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// One logit z, target y in {0, 1}: max(z, 0) − zy + ln(1 + e^−|z|).
    BinaryCrossEntropy,
    /// A logit for each class: −ln softmax(z)[y], natural logarithm.
    SoftmaxCrossEntropy,
    /// (z − y)², no factor ½.
    SquaredError,
}

impl Loss {
    pub const ALL: [Loss; 3] = [Loss::BinaryCrossEntropy, Loss::SoftmaxCrossEntropy, Loss::SquaredError];

    /// The loss that a task is trained with, and how many outputs it needs.
    pub fn of(task: Task) -> (Loss, usize) {
        match task {
            Task::Binary => (Loss::BinaryCrossEntropy, 1),
            Task::Classes(n) => (Loss::SoftmaxCrossEntropy, n),
            Task::Regression => (Loss::SquaredError, 1),
        }
    }
}
