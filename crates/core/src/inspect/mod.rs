//! One network looked into: what its units do, how its loss curves, and where training stops being
//! stable.
//!
//! | word | meaning |
//! |---|---|
//! | H | second derivatives of the mean training loss by the weights and biases |
//! | λmax | the largest eigenvalue of H, the sharpest curvature; it may be negative |
//! | slice | the loss over a plane in the space of the weights |
//!
//! All but the slice is in double precision. Only the hypergradient trains.

mod anatomy;
mod curvature;
mod hypergradient;
mod narrate;
mod slice;
pub mod stability;
mod step;
mod update;

pub use anatomy::{Anatomy, PICTURE_SIDE, UnitStatistics, anatomy};
pub use curvature::{Curvature, Lanczos, hessian_product};
pub use hypergradient::{Hypergradient, Refusal, hypergradient};
pub use narrate::{Narration, Told, narrate};
pub use slice::{Plane, Slice, path_directions, plane_of, random_directions, slice};
pub use step::{NextStep, has_parts, next_step};
pub use update::Updates;

use crate::data::Part;

/// Inputs and targets of at most `limit` rows of a part, evenly spread over it; of one at least.
fn sample(part: &Part, limit: usize) -> Vec<(&[f32], &[f32])> {
    let count = part.rows().min(limit.max(1));
    let row = |i: usize| i * part.rows() / count;
    (0..count).map(|i| (part.row(row(i)), part.target(row(i)))).collect()
}
