//! Sobol's sequence (1967), the way the field runs it: direction numbers of Joe & Kuo (2008),
//! points in Gray-code order, scrambled by Owen's nested permutations (1995).
//!
//! | symbol | meaning |
//! |---|---|
//! | n | number of a point |
//! | V | direction numbers of a dimension, one 32-bit fraction for each bit of n |
//! | x | XOR of V over the bits set in n ⊕ n/2 |
//!
//! Any 2^k points in a row from a multiple of 2^k hold exactly one in each of 2^k equal slices of
//! every axis. The origin would be the first point; scrambling moves it, and keeps that property.

use super::scramble::hash;
use super::sequence::Sequence;

const BITS: usize = 32;

/// For dimensions 2, 3, …: a primitive polynomial over two elements, its coefficients as bits, and
/// the first odd integers m: V_k = m_k / 2^k. Joe & Kuo, file `new-joe-kuo-6`.
const TABLE: [(u32, &[u32]); 31] = [
    (3, &[1]),
    (7, &[1, 3]),
    (11, &[1, 3, 1]),
    (13, &[1, 1, 1]),
    (19, &[1, 1, 3, 3]),
    (25, &[1, 3, 5, 13]),
    (37, &[1, 1, 5, 5, 17]),
    (41, &[1, 1, 5, 5, 5]),
    (47, &[1, 1, 7, 11, 19]),
    (55, &[1, 1, 5, 1, 1]),
    (59, &[1, 1, 1, 3, 11]),
    (61, &[1, 3, 5, 5, 31]),
    (67, &[1, 3, 3, 9, 7, 49]),
    (91, &[1, 1, 1, 15, 21, 21]),
    (97, &[1, 3, 1, 13, 27, 49]),
    (103, &[1, 1, 1, 15, 7, 5]),
    (109, &[1, 3, 1, 15, 13, 25]),
    (115, &[1, 1, 5, 5, 19, 61]),
    (131, &[1, 3, 7, 11, 23, 15, 103]),
    (137, &[1, 3, 7, 13, 13, 15, 69]),
    (143, &[1, 1, 3, 13, 7, 35, 63]),
    (145, &[1, 3, 5, 9, 1, 25, 53]),
    (157, &[1, 3, 1, 13, 9, 35, 107]),
    (167, &[1, 3, 1, 5, 27, 61, 31]),
    (171, &[1, 1, 5, 11, 19, 41, 61]),
    (185, &[1, 3, 5, 3, 3, 13, 69]),
    (191, &[1, 1, 7, 13, 1, 19, 1]),
    (193, &[1, 3, 7, 5, 13, 19, 59]),
    (203, &[1, 1, 3, 9, 25, 29, 41]),
    (211, &[1, 3, 5, 13, 23, 1, 55]),
    (213, &[1, 3, 7, 3, 13, 59, 17]),
];

pub struct Sobol {
    /// d × 32.
    directions: Vec<[u32; BITS]>,
    /// None: as it is, from the origin.
    seed: Option<u64>,
}

impl Sobol {
    /// Most dimensions with direction numbers; further ones, which no plot shows, are uniform
    /// hashes.
    pub const DIMENSIONS: usize = TABLE.len() + 1;

    pub fn plain(dim: usize) -> Self {
        Self { directions: (0..dim.min(Self::DIMENSIONS)).map(directions).collect(), seed: None }
    }

    pub fn scrambled(dim: usize, seed: u64) -> Self {
        let mut sobol = Self::plain(dim);
        sobol.directions.resize(dim, [0; BITS]);
        sobol.seed = Some(seed);
        sobol
    }
}

/// Direction numbers of a dimension, from 0.
fn directions(dimension: usize) -> [u32; BITS] {
    let mut v = [0; BITS];
    let Some(&(polynomial, first)) = dimension.checked_sub(1).and_then(|row| TABLE.get(row)) else {
        // Van der Corput's sequence: every m is 1.
        v.iter_mut().enumerate().for_each(|(k, v)| *v = 1 << (BITS - 1 - k));
        return v;
    };
    let degree = first.len();
    for k in 0..BITS {
        v[k] = if k < degree {
            first[k] << (BITS - 1 - k)
        } else {
            let terms = (1..degree).filter(|i| polynomial >> (degree - i) & 1 == 1);
            terms.fold(v[k - degree] ^ (v[k - degree] >> degree), |x, i| x ^ v[k - i])
        };
    }
    v
}

/// Owen's scrambling: each bit is flipped or not by a coin of the bits above it.
fn owen(x: u32, dimension: usize, seed: u64) -> u32 {
    (0..BITS).fold(x, |scrambled, k| {
        let above = u64::from(x) >> (BITS - k);
        let coin = hash(&[seed, dimension as u64, k as u64, above]) >> 63;
        scrambled ^ ((coin as u32) << (BITS - 1 - k))
    })
}

impl Sequence for Sobol {
    fn point(&self, n: usize) -> Vec<f64> {
        let gray = n ^ (n >> 1);
        let axis = |(dimension, v): (usize, &[u32; BITS])| {
            let x = (0..BITS).filter(|k| gray >> k & 1 == 1).fold(0, |x, k| x ^ v[k]);
            let x = match self.seed {
                Some(seed) if dimension >= Self::DIMENSIONS => {
                    hash(&[seed, dimension as u64, n as u64]) as u32
                }
                Some(seed) => owen(x, dimension, seed),
                None => x,
            };
            // The middle of the 2⁻³² that it stands for, where it does not have to be exact.
            (f64::from(x) + if self.seed.is_some() { 0.5 } else { 0.0 }) / 4_294_967_296.0
        };
        self.directions.iter().enumerate().map(axis).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_as_many_slices_of_every_axis_gets_one_point() {
        for sobol in [Sobol::plain(Sobol::DIMENSIONS), Sobol::scrambled(Sobol::DIMENSIONS, 7)] {
            let points: Vec<_> = (64..128).map(|n| sobol.point(n)).collect();
            for axis in 0..Sobol::DIMENSIONS {
                let mut slices: Vec<usize> =
                    points.iter().map(|p| (p[axis] * 64.0) as usize).collect();
                slices.sort_unstable();
                assert!(slices.into_iter().eq(0..64), "axis {axis}");
            }
        }
    }

    #[test]
    fn scrambles_differ_by_seed_and_by_axis() {
        let (a, b) = (Sobol::scrambled(40, 1).point(5), Sobol::scrambled(40, 2).point(5));
        assert_ne!(a, b);
        assert_ne!(a[0], a[1]);
        assert!(a.iter().all(|u| (0.0..1.0).contains(u)));
    }
}
