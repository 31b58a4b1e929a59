//! Halton's sequence (1960): axis i counts in the i-th prime's base and mirrors the digits behind
//! the point.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | b | `bases` | prime of an axis: 2, 3, 5, … |
//! | dₖ | | digits of the point's number n in base b, the lowest first |
//! | Σ dₖ b⁻ᵏ⁻¹ | | the point on that axis, in [0, 1) |
//!
//! Any bᵏ points in a row hold one in each of bᵏ equal slices of the axis, so it can be stopped at
//! any time; on all axes together it is even only after the product of their bases.
//!
//! Neighbouring large primes march in step, so the first points of the 7th axis on lie on lines.
//! Each digit is therefore sent through a random permutation of its own (Owen 2017), which keeps
//! one point in each slice.

use super::scramble::{hash, permutation};
use super::sequence::Sequence;

pub struct Halton {
    bases: Vec<usize>,
    /// None: as it is, from the origin.
    seed: Option<u64>,
}

impl Halton {
    pub fn plain(dim: usize) -> Self {
        let prime = |n: &usize| (2..*n).take_while(|k| k * k <= *n).all(|k| !n.is_multiple_of(k));
        Self { bases: (2..).filter(prime).take(dim).collect(), seed: None }
    }

    pub fn scrambled(dim: usize, seed: u64) -> Self {
        Self { seed: Some(seed), ..Self::plain(dim) }
    }
}

impl Sequence for Halton {
    fn point(&self, n: usize) -> Vec<f64> {
        let axis = |(dimension, &base): (usize, &usize)| {
            let (mut left, mut u, mut unit, mut place) = (n, 0.0, 1.0, 0);
            // Beyond the digits of n come zeros, which a permutation moves as well, to about 32
            // bits.
            while left > 0 || (self.seed.is_some() && unit > 2e-10) {
                unit /= base as f64;
                let digit = left % base;
                let digit = match self.seed {
                    Some(seed) => permutation(base, [seed, dimension as u64, place])[digit],
                    None => digit,
                };
                u += digit as f64 * unit;
                left /= base;
                place += 1;
            }
            let rest = self
                .seed
                .map_or(0.0, |seed| (hash(&[seed, dimension as u64, n as u64]) >> 32) as f64);
            (u + rest / 4_294_967_296.0 * unit).min(1.0 - f64::EPSILON)
        };
        self.bases.iter().enumerate().map(axis).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_points_are_those_of_the_definition() {
        let plain = Halton::plain(3);
        let wanted =
            [[0.0; 3], [1.0 / 2.0, 1.0 / 3.0, 1.0 / 5.0], [1.0 / 4.0, 2.0 / 3.0, 2.0 / 5.0]];
        for (n, wanted) in wanted.iter().enumerate() {
            assert!(plain.point(n).iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-15));
        }
        assert!((plain.point(6)[1] - 2.0 / 9.0).abs() < 1e-15);
    }

    #[test]
    fn each_slice_of_an_axis_gets_one_point() {
        let halton = Halton::scrambled(6, 3);
        for (axis, base) in [2, 3, 5, 7, 11, 13].into_iter().enumerate() {
            let count = base * base;
            let mut slices: Vec<usize> =
                (0..count).map(|n| (halton.point(n)[axis] * count as f64) as usize).collect();
            slices.sort_unstable();
            assert!(slices.into_iter().eq(0..count), "axis {axis}");
        }
    }
}
