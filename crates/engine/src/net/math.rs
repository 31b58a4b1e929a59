//! exp, ln, tanh, sigmoid, erf, sin and cos as one polynomial each, the same in every lane, on
//! every machine, and in WGSL.
//!
//! The coefficients are minimax fits (linear programming on Chebyshev nodes). Largest errors
//! against double precision: tanh, sigmoid and erf 5e-7 absolute, exp 2e-7 and ln 2e-7 relative;
//! sin and cos 2e-7 absolute up to 100, 5e-7 up to their limit.

use super::lanes::{Lanes, ROUND};

/// tanh x = x·P(x²)/Q(x²) on |x| ≤ 8, constant beyond (1 − tanh 8 is 2e-7).
pub const TANH_P: [f32; 4] = [0.999_999_9, 0.129_257_68, 0.002_951_015_5, 1.142_512_6e-5];
pub const TANH_Q: [f32; 5] = [1.0, 0.462_589_9, 0.023_815_86, 0.000_238_649_47, 2.457_528_6e-7];
pub const TANH_LIMIT: f32 = 8.0;

/// e^r = 1 + r + r²·E(r) on |r| ≤ ½ ln 2.
pub const EXP: [f32; 5] =
    [0.499_999_94, 0.166_664_91, 0.041_668_188, 0.008_371_745, 0.001_383_454_7];
/// exp is constant outside ±this, which keeps every result normal and finite.
pub const EXP_LIMIT: f32 = 80.0;

/// ln(1 + s) = s − s²/2 + s³·L(s) for 1 + s in [√½, √2).
pub const LN: [f32; 8] = [
    0.333_334_57,
    -0.250_015_17,
    0.199_975_37,
    -0.166_017_07,
    0.142_250_25,
    -0.133_461_56,
    0.127_992_88,
    -0.073_228_75,
];

/// ln 2 in two parts, the first with few bits, so that n·LN2_HIGH is exact.
pub const LN2_HIGH: f32 = 0.693_359_4;
pub const LN2_LOW: f32 = -0.000_212_194_44;

/// erf x = x·P(x²)/Q(x²) on |x| ≤ 3.85, constant beyond (1 − erf 3.85 is 5e-8).
pub const ERF_P: [f32; 7] = [
    1.128_378_9,
    0.199_614_87,
    0.050_545_923,
    0.003_710_48,
    0.000_143_909_52,
    -2.006_387e-6,
    2.065_089e-8,
];
pub const ERF_Q: [f32; 5] = [1.0, 0.510_233_64, 0.114_887_446, 0.014_344_976, 0.000_964_412_93];
pub const ERF_LIMIT: f32 = 3.85;

/// sin r = r + r³·S(r²) and cos r = 1 − r²/2 + r⁴·C(r²) on |r| ≤ ½π.
pub const SIN: [f32; 4] = [-0.166_666_57, 0.008_333_016, -0.000_198_065_29, 2.599_862_2e-6];
pub const COS: [f32; 4] = [0.041_666_657, -0.001_388_856_8, 2.476_922_4e-5, -2.619_212_3e-7];
/// π in three parts, the first two with 11 bits, so that n·part is exact for n up to 4096.
pub const PI_PARTS: [f32; 3] = [3.140_625, 0.000_967_502_6, 1.509_958e-7];
/// sin and cos are constant outside ±this, 1000π.
pub const TURN_LIMIT: f32 = 3141.5927;

#[inline(always)]
fn horner<V: Lanes, const N: usize>(coefficients: &[f32; N], x: V) -> V {
    let mut sum = V::splat(coefficients[N - 1]);
    for i in (0..N - 1).rev() {
        sum = sum.mul(x).add(V::splat(coefficients[i]));
    }
    sum
}

#[inline(always)]
pub fn tanh<V: Lanes>(x: V) -> V {
    let x = x.at_most(V::splat(TANH_LIMIT)).at_least(V::splat(-TANH_LIMIT));
    let t = x.mul(x);
    x.mul(horner(&TANH_P, t)).div(horner(&TANH_Q, t))
}

/// 1/(1 + e^−x), as ½ + ½ tanh(x/2).
#[inline(always)]
pub fn sigmoid<V: Lanes>(x: V) -> V {
    let half = V::splat(0.5);
    half.add(half.mul(tanh(half.mul(x))))
}

#[inline(always)]
pub fn exp<V: Lanes>(x: V) -> V {
    let x = x.at_most(V::splat(EXP_LIMIT)).at_least(V::splat(-EXP_LIMIT));
    let shifted = x.mul(V::splat(std::f32::consts::LOG2_E)).add(V::splat(ROUND));
    let n = shifted.sub(V::splat(ROUND));
    let r = x.sub(n.mul(V::splat(LN2_HIGH))).sub(n.mul(V::splat(LN2_LOW)));
    let tail = r.mul(r).mul(horner(&EXP, r)).add(r);
    tail.add(V::splat(1.0)).mul(shifted.power_of_two())
}

/// Natural logarithm of a normal positive number.
#[inline(always)]
pub fn ln<V: Lanes>(x: V) -> V {
    let (e, m) = x.split_exponent();
    let s = m.sub(V::splat(1.0));
    let square = s.mul(s);
    let tail = square
        .mul(s)
        .mul(horner(&LN, s))
        .sub(square.mul(V::splat(0.5)))
        .add(e.mul(V::splat(LN2_LOW)));
    s.add(tail).add(e.mul(V::splat(LN2_HIGH)))
}

/// The error function 2/√π ∫₀ˣ e^−t² dt.
#[inline(always)]
pub fn erf<V: Lanes>(x: V) -> V {
    let x = x.at_most(V::splat(ERF_LIMIT)).at_least(V::splat(-ERF_LIMIT));
    let t = x.mul(x);
    x.mul(horner(&ERF_P, t)).div(horner(&ERF_Q, t))
}

/// The nearest integer, of numbers up to 2²²; the even one of two.
#[inline(always)]
fn round<V: Lanes>(x: V) -> V {
    x.add(V::splat(ROUND)).sub(V::splat(ROUND))
}

/// (r, s) with r in ±½π and s = ±1, so that sin x = s·sin r and cos x = s·cos r.
#[inline(always)]
fn half_turns<V: Lanes>(x: V) -> (V, V) {
    let x = x.at_most(V::splat(TURN_LIMIT)).at_least(V::splat(-TURN_LIMIT));
    let n = round(x.mul(V::splat(std::f32::consts::FRAC_1_PI)));
    let r = x
        .sub(n.mul(V::splat(PI_PARTS[0])))
        .sub(n.mul(V::splat(PI_PARTS[1])))
        .sub(n.mul(V::splat(PI_PARTS[2])));
    // n less the nearest even number: 0 or ±1.
    let odd = n.sub(round(n.mul(V::splat(0.5))).mul(V::splat(2.0)));
    (r, V::splat(1.0).sub(V::splat(2.0).mul(odd.mul(odd))))
}

#[inline(always)]
pub fn sin<V: Lanes>(x: V) -> V {
    let (r, sign) = half_turns(x);
    let square = r.mul(r);
    sign.mul(r.add(r.mul(square).mul(horner(&SIN, square))))
}

#[inline(always)]
pub fn cos<V: Lanes>(x: V) -> V {
    let (r, sign) = half_turns(x);
    let square = r.mul(r);
    let tail = square.mul(square).mul(horner(&COS, square)).sub(square.mul(V::splat(0.5)));
    sign.mul(V::splat(1.0).add(tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(
        from: f32,
        to: f32,
        f: impl Fn(f32) -> f32,
        truth: impl Fn(f64) -> f64,
        relative: bool,
    ) -> f64 {
        (0..=200_000)
            .map(|i| from + (to - from) * i as f32 / 200_000.0)
            .map(|x| {
                let (y, t) = (f64::from(f(x)), truth(f64::from(x)));
                if relative { ((y - t) / t).abs() } else { (y - t).abs() }
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn errors_are_as_documented() {
        assert!(worst(-20.0, 20.0, tanh, libm::tanh, false) < 5e-7);
        assert!(worst(-40.0, 40.0, sigmoid, |x| 1.0 / (1.0 + libm::exp(-x)), false) < 5e-7);
        assert!(worst(-80.0, 80.0, exp, libm::exp, true) < 2e-7);
        assert!(worst(1.5, 4000.0, ln, libm::log, true) < 2e-7);
        assert!(worst(1e-6, 2.0, ln, libm::log, false) < 1e-6);
        assert!(worst(-20.0, 20.0, erf, libm::erf, false) < 5e-7);
        for (reach, error) in [(100.0, 2e-7), (3141.0, 5e-7)] {
            assert!(worst(-reach, reach, sin, libm::sin, false) < error);
            assert!(worst(-reach, reach, cos, libm::cos, false) < error);
        }
    }

    #[test]
    fn a_nan_stays_a_nan_and_infinity_is_tamed() {
        assert!(tanh(f32::NAN).is_nan() && exp(f32::NAN).is_nan());
        assert_eq!(tanh(f32::INFINITY), tanh(8.0));
        assert!(exp(f32::INFINITY).is_finite() && exp(f32::NEG_INFINITY) > 0.0);
        assert!(tanh(8.0_f32) <= 1.0);
    }
}
