//! Draws that are the same on every machine: fixed-width integers from the generator, `libm` for
//! the rest.

use rand::{Rng, RngExt};

/// A uniform number in [0, 1) with 32 bits.
pub fn unit(rng: &mut impl Rng) -> f64 {
    rng.random::<u32>() as f64 / 4_294_967_296.0
}

/// A normal number of mean 0 and standard deviation 1 (Box and Muller 1958, the cosine half).
pub fn normal(rng: &mut impl Rng) -> f64 {
    let (u, v) = (1.0 - unit(rng), unit(rng));
    libm::sqrt(-2.0 * libm::log(u)) * libm::cos(std::f64::consts::TAU * v)
}

/// The numbers 0..n in random order (Fisher and Yates). A draw below `k` is (draw × k) / 2³², whose
/// bias is under k / 2³².
pub fn order(n: usize, rng: &mut impl Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let draw = rng.random::<u32>() as u64 * (last as u64 + 1);
        order.swap(last, (draw >> 32) as usize);
    }
    order
}
