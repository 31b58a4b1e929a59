//! The exponential for loops over many numbers: the bits of [`libm::exp`], without its branches, so
//! that the compiler computes several side by side.

use std::f64::consts::LOG2_E;

/// From here on down `libm` goes other ways: the result is no normal number.
pub const LEAST: f64 = -708.0;
/// `libm` compares the high halves of the bits: sizes from here on have a multiple of ln 2 taken off…
const REDUCED: f64 = f64::from_bits(0x3fd6_2e43_0000_0000);
/// …and sizes below this give 1 + x.
const TINY: f64 = f64::from_bits(0x3e30_0001_0000_0000);
/// Added and taken away again, rounds a positive number to the nearest integer, which stands in the
/// low bits meanwhile.
const ROUND: f64 = 4_503_599_627_370_496.0;

const LN2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// The coefficients of `libm::exp`.
const P: [f64; 5] = [
    1.666_666_666_666_660_2e-1,
    -2.777_777_777_701_559_3e-3,
    6.613_756_321_437_934e-5,
    -1.653_390_220_546_525_2e-6,
    4.138_136_797_057_238_5e-8,
];

/// eˣ for x from [`LEAST`] to 0, as 2⁻ⁿ·eʳ with x = r − n·ln 2.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let size = -x;
    let turns = LOG2_E * size + 0.5;
    let n = if size >= REDUCED { floor(turns) } else { 0.0 };
    let (high, low) = (x + n * LN2_HIGH, n * LN2_LOW);
    let r = high + low;
    let square = r * r;
    let tail = P[0] + square * (P[1] + square * (P[2] + square * (P[3] + square * P[4])));
    let c = r - square * tail;
    let y = 1.0 + (r * c / (2.0 - c) + low + high);
    let power = f64::from_bits(((1023.0 - n) + ROUND).to_bits() << 52);
    if size >= TINY { y * power } else { 1.0 + x }
}

/// What no processor with SSE2 alone has as an instruction, for positive numbers.
#[inline(always)]
fn floor(x: f64) -> f64 {
    if cfg!(target_arch = "x86_64") {
        let near = (x + ROUND) - ROUND;
        if near > x { near - 1.0 } else { near }
    } else {
        x.floor()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    #[test]
    fn bits_are_those_of_the_library() {
        let edges = [REDUCED, TINY, -LEAST, 1.5 * std::f64::consts::LN_2, 1e-300, 1e-9, 745.2, 1e9];
        let mut numbers: Vec<f64> = vec![0.0, -0.0, f64::NEG_INFINITY];
        for edge in edges {
            let bits = edge.to_bits();
            numbers.extend((bits - 300..bits + 300).map(|bits| -f64::from_bits(bits)));
        }
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(3);
        for size in [1e-8, 0.01, 0.5, 1.0, 2.0, 10.0, 100.0, 708.0, 800.0] {
            numbers.extend((0..50_000).map(|_| -size * rng.random::<f64>()));
        }
        for x in numbers.into_iter().filter(|x| *x >= LEAST) {
            assert_eq!(exp(x).to_bits(), libm::exp(x).to_bits(), "{x:e}");
        }
    }
}
