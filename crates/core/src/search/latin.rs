//! Latin hypercube sampling: McKay, Beckman & Conover (1979).
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | N | `slices` | trials of a hypercube, and slices of each axis |
//! | πᵢ | | random permutation of 0 … N − 1, one an axis |
//! | r | | uniform draw from [0, 1) |
//! | (πᵢ(n) + r)/N | | trial n on axis i |
//!
//! N trials cut every axis into N equal slices, and each slice of each axis gets one trial, at a
//! random place in it; which slices come together is a random permutation an axis. N is the budget;
//! after that another hypercube begins.

use super::scramble::{hash, permutation};
use super::sequence::Sequence;

/// No hypercube has more slices.
const MAX_SLICES: usize = 4096;

pub struct LatinHypercube {
    dim: usize,
    slices: usize,
    seed: u64,
}

impl LatinHypercube {
    pub fn new(dim: usize, budget: usize, seed: u64) -> Self {
        Self { dim, slices: budget.clamp(1, MAX_SLICES), seed }
    }
}

impl Sequence for LatinHypercube {
    fn point(&self, n: usize) -> Vec<f64> {
        let (block, row) = (n / self.slices, n % self.slices);
        let axis = |axis: usize| {
            let words = [self.seed, axis as u64, block as u64];
            let slice = permutation(self.slices, words)[row];
            let place = (hash(&[words[0], words[1], words[2], !(row as u64)]) >> 11) as f64
                / (1u64 << 53) as f64;
            (slice as f64 + place) / self.slices as f64
        };
        (0..self.dim).map(axis).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_slice_of_each_axis_gets_one_trial_in_every_block() {
        let latin = LatinHypercube::new(20, 25, 1);
        for block in 0..2 {
            let points: Vec<_> = (0..25).map(|n| latin.point(25 * block + n)).collect();
            for axis in 0..20 {
                let mut slices: Vec<usize> =
                    points.iter().map(|p| (p[axis] * 25.0) as usize).collect();
                slices.sort_unstable();
                assert!(slices.into_iter().eq(0..25), "axis {axis}");
            }
        }
        assert_ne!(latin.point(3), latin.point(28));
    }
}
