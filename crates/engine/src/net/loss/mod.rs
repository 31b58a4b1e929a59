//! Losses: mean over the rows (of numbers: over rows and outputs), without any penalty.
//!
//! z are the outputs (logits) of a row, y its target, K the number of outputs, p = softmax z. Exact
//! definitions stand in `../plain.rs`.
//!
//! **Label smoothing** by ε puts (1 − ε)y + ε/K in the place of y when gradients are taken (of two
//! classes with one output: (1 − ε)y + ε/2). As with other penalties, the losses that are reported
//! are those of the targets themselves, so that trials of different ε can be compared. It is for
//! cross-entropies and [`Loss::KlDivergence`]; the other losses know no smoothing.

pub mod lanes;

use crate::part::{Part, Task};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// One logit z, target y in {0, 1}: max(z, 0) − zy + ln(1 + e^−|z|).
    BinaryCrossEntropy,
    /// A logit for each class, y the index of one: −ln p\[y\], natural logarithm.
    SoftmaxCrossEntropy,
    /// (z − y)², no factor ½.
    SquaredError,
    /// |z − y|, with slope 0 where they are equal.
    AbsoluteError,
    /// r²/2 where |r| ≤ δ, else δ(|r| − δ/2), with r = z − y; δ, here in the enum, is above 0.
    Huber(f32),
    /// One logit z, target y in {0, 1}: max(0, 1 − (2y − 1)z).
    Hinge,
    /// A logit for each class, y the index of one: max(0, 1 + max of the others − z\[y\]) (Crammer
    /// and Singer 2001). The slope goes to the first of equal others.
    MulticlassHinge,
    /// A logit for each class, y their probabilities: Σ y ln(y/p), 0 ln 0 being 0.
    KlDivergence,
}

impl Loss {
    pub const ALL: [Loss; 8] = [
        Loss::BinaryCrossEntropy,
        Loss::SoftmaxCrossEntropy,
        Loss::SquaredError,
        Loss::AbsoluteError,
        Loss::Huber(1.0),
        Loss::Hinge,
        Loss::MulticlassHinge,
        Loss::KlDivergence,
    ];

    /// The loss that a task is trained with unless told otherwise, and how many outputs it needs.
    pub fn of(task: Task) -> (Loss, usize) {
        match task {
            Task::Binary => (Loss::BinaryCrossEntropy, 1),
            Task::Classes(n) => (Loss::SoftmaxCrossEntropy, n),
            Task::Regression => (Loss::SquaredError, 1),
        }
    }

    /// Whether a task can be trained with this loss.
    pub fn fits(self, task: Task) -> bool {
        match task {
            Task::Binary => matches!(self, Loss::BinaryCrossEntropy | Loss::Hinge),
            Task::Classes(_) => {
                matches!(
                    self,
                    Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge | Loss::KlDivergence
                )
            }
            Task::Regression => self.is_of_numbers(),
        }
    }

    /// Whether targets are numbers, one for each output, rather than classes.
    pub fn is_of_numbers(self) -> bool {
        matches!(self, Loss::SquaredError | Loss::AbsoluteError | Loss::Huber(_))
    }

    /// How many classes a network with this many outputs tells apart; none if it predicts numbers.
    pub fn classes(self, outputs: usize) -> Option<usize> {
        match self {
            Loss::BinaryCrossEntropy | Loss::Hinge => Some(2),
            _ if self.is_of_numbers() => None,
            _ => Some(outputs),
        }
    }

    /// Targets of a row: one number, or one for each output.
    pub fn targets(self, outputs: usize) -> usize {
        if self.is_of_numbers() || self == Loss::KlDivergence { outputs } else { 1 }
    }

    /// How many terms the loss of one row is the mean of.
    pub fn terms(self, outputs: usize) -> usize {
        if self.is_of_numbers() { outputs } else { 1 }
    }

    /// A part with the targets that this loss takes: class indices become probabilities where those
    /// are wanted.
    pub fn encoded(self, part: &Part, outputs: usize) -> Cow<'_, Part> {
        if self != Loss::KlDivergence || part.y.len() != part.rows() {
            return Cow::Borrowed(part);
        }
        let one_hot = |&y: &f32| (0..outputs).map(move |k| f32::from(u8::from(k == y as usize)));
        Cow::Owned(Part {
            y: part.y.iter().flat_map(one_hot).collect(),
            x: part.x.clone(),
            columns: part.columns,
        })
    }

    /// The loss ℓ of one example as a formula of the prediction, the same in every language.
    pub fn formula(self) -> &'static str {
        match self {
            Loss::BinaryCrossEntropy => "ℓ = −y·ln p − (1−y)·ln(1−p)",
            Loss::SoftmaxCrossEntropy => "ℓ = −ln p_y",
            Loss::SquaredError => "ℓ = (ŷ − y)²",
            Loss::AbsoluteError => "ℓ = |ŷ − y|",
            Loss::Huber(_) => "r = |ŷ − y|,  ℓ = r²/2  (r ≤ δ),  ℓ = δ(r − δ/2)  (r > δ)",
            Loss::Hinge => "ℓ = max(0, 1 − (2y−1)z)",
            Loss::MulticlassHinge => "ℓ = max(0, 1 + zⱼ − z_y),  j = arg max zₖ  (k ≠ y)",
            Loss::KlDivergence => "ℓ = Σₖ yₖ·ln(yₖ/pₖ)",
        }
    }

    /// What the network says of the sums z of its last layer, which is linear: chances of classes,
    /// or the numbers themselves.
    pub fn output_formula(self, outputs: usize) -> &'static str {
        match self.classes(outputs) {
            None => "ŷ = z",
            Some(_) if outputs == 1 => "p = σ(z) = 1/(1 + e^(−z))",
            Some(_) => "pₖ = e^(zₖ)/(Σⱼ e^(zⱼ))",
        }
    }

    /// The target that gradients are taken with under label smoothing by ε, where it has an effect.
    pub fn smoothing_formula(self, outputs: usize) -> Option<&'static str> {
        self.can_smooth().then_some(match outputs {
            1 => "y ← (1−ε)y + ε/2",
            _ => "yₖ ← (1−ε)yₖ + ε/K",
        })
    }

    /// Whether label smoothing changes its gradient.
    pub fn can_smooth(self) -> bool {
        matches!(self, Loss::BinaryCrossEntropy | Loss::SoftmaxCrossEntropy | Loss::KlDivergence)
    }

    /// The class that a row's target stands for; of probabilities the first of the largest.
    pub fn class(self, y: &[f32]) -> usize {
        if self == Loss::KlDivergence {
            (1..y.len()).fold(0, |best, k| if y[k] > y[best] { k } else { best })
        } else {
            y[0] as usize
        }
    }
}
