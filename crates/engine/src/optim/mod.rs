//! From a gradient to a step: update rules, their hyperparameters, learning-rate schedules.
//!
//! One update of a trial, in this order (PyTorch's):
//!
//! 1. g ← gradient of the batch's data loss.
//! 2. L1: g ← g + l1 · sign(w).
//! 3. Clipping: each g into ±`clip_value`; then g ← g · min(1, `clip_norm` / (n + 1e-6)), n being
//!    the 2-norm over all weights and biases ([`NORM_BLOCK`] squares a sum, then the sum of these
//!    sums).
//! 4. Coupled weight decay: g ← g + l2 · w, the penalty being l2/2 · |w|².
//! 5. Decoupled weight decay: w ← w · (1 − η · decay).
//! 6. The [`Rule`], with the rate η that the [`Schedule`] gives.
//!
//! 2, 4 and 5 leave biases alone if the population says so. After it, what is smaller than [`TINY`]
//! becomes 0.

pub mod formula;
mod hyper;
mod rule;
mod schedule;

pub use hyper::{Hyper, NUMBERS, Number};
pub(crate) use rule::sign;
pub use rule::{Facts, LN_096, Rule, Update};
pub use schedule::{Plateau, Schedule};

/// Weights and slots smaller than this become 0: denormal numbers are slow, and wasm can't flush
/// them.
pub const TINY: f32 = 1e-30;

/// Squares that are summed before the sum joins the others, for the norm of a gradient: one sum
/// over many would lose digits.
pub const NORM_BLOCK: usize = 256;
