//! Acquisition functions: how much a point is wanted, from what the model expects there. All
//! minimise.
//!
//! | symbol | meaning |
//! |---|---|
//! | μ, σ | posterior mean and standard deviation at the point |
//! | b | value to improve on: the best so far, less ξ |
//! | z | (b − μ)/σ |
//! | φ, Φ | density and distribution function of the standard normal |
//!
//! Expected improvement: Jones, Schonlau & Welch (1998). Its logarithm, which keeps a slope where
//! the improvement itself rounds to zero: Ament et al. (2023). Confidence bound: Cox & John (1992).

use super::Acquisition;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

impl Acquisition {
    /// What is computed and where the next trial goes, as a formula, the same in every language.
    ///
    /// f_* is the best loss so far; t is the loss on the scale that is modelled (see
    /// [`warp`](super::warp): mean a and scale b standardise it), with prediction N(μ, σ²); t_* is
    /// what is to be improved on, t(f_*) − ξ, and K the same as a loss; p is the chance that
    /// training stays finite.
    pub fn formula(self) -> &'static str {
        match self {
            Self::ExpectedImprovement => {
                "t = (ln(f − f_* + δ) − a)/b ~ N(μ, σ²),  z = (t_* − μ)/σ,  K = e^(a + b·t_*),  \
                 EI = K·Φ(z)  − e^(a + bμ + b²σ²/2)·Φ(z − bσ),  x = arg max EI·p"
            }
            Self::LogExpectedImprovement => {
                "t = (ln(f − f_* + δ) − a)/b ~ N(μ, σ²),  z = (t_* − μ)/σ,  K = e^(a + b·t_*),  \
                 LogEI = ln(K·Φ(z) − e^(a + bμ + b²σ²/2)·Φ(z − bσ)),  x = arg max LogEI + ln p"
            }
            Self::NoisyExpectedImprovement => {
                "t = (ln(f − f_* + δ) − a)/b,  h₁, …, h_W ~ GP(t | D),  t_* = minᵢ hⱼ(xᵢ) − ξ,  \
                 NEI = 1/W·Σⱼ EIⱼ,  x = arg max NEI·p"
            }
            Self::ConfidenceBound => {
                "t = (ln(f − f_* + δ) − a)/b ~ N(μ, σ²),  LCB = μ − κσ,  x = arg min LCB − ln p"
            }
            Self::ProbabilityOfImprovement => {
                "t = (ln(f − f_* + δ) − a)/b ~ N(μ, σ²),  z = (t_* − μ)/σ,  PI = Φ(z),  \
                 x = arg max PI·p"
            }
            Self::Thompson => "t = (ln(f − f_* + δ) − a)/b,  h ~ GP(t | D),  x = arg min h − ln p",
        }
    }
}

/// ln √(2π).
const LOG_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// Below this z the direct forms lose digits to cancellation.
const FAR: f64 = -1.0;

/// φ(z).
pub fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z - LOG_SQRT_2PI)
}

/// Φ(z).
pub fn distribution(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// log Φ(z), accurate for any z.
pub fn log_distribution(z: f64) -> f64 {
    if z > FAR {
        libm::log1p(-distribution(-z))
    } else {
        libm::log(0.5 * scaled_erfc(-z * FRAC_1_SQRT_2)) - 0.5 * z * z
    }
}

/// From here on the continued fraction has all digits.
const LARGE: f64 = 5.0;

/// exp(x²)·erfc(x) for x ≥ 0.5.
fn scaled_erfc(x: f64) -> f64 {
    if x < LARGE {
        libm::exp(x * x) * libm::erfc(x)
    } else {
        FRAC_1_SQRT_PI / continued_fraction([x])[0].0
    }
}

const FRAC_1_SQRT_PI: f64 = 0.564_189_583_547_756_3;

/// Laplace's continued fraction: exp(x²)·erfc(x)·√π = 1 / (x + c), with c = ½/(x + 1/(x + 3⁄2/(x +
/// …))). Returns x + c and c, the second without cancellation, for each x: side by side, as each
/// division waits for the one before it in its own fraction alone.
fn continued_fraction<const N: usize>(x: [f64; N]) -> [(f64, f64); N] {
    let mut tails = x;
    for k in (2..=60).rev() {
        for (tail, x) in tails.iter_mut().zip(x) {
            *tail = x + 0.5 * f64::from(k) / *tail;
        }
    }
    std::array::from_fn(|i| {
        let c = 0.5 / tails[i];
        (x[i] + c, c)
    })
}

/// log(φ(z) + zΦ(z)): log expected improvement for σ = 1.
pub fn log_improvement(z: f64) -> f64 {
    if z > FAR {
        libm::log(density(z) + z * distribution(z))
    } else {
        // φ + zΦ = φ·(1 − t·R(t)) with t = −z and Mills' ratio R. In x = t/√2, t·R = x/(x + c), so
        // what is left is c/(x + c); the fraction converges slowly near zero, where the
        // direct form is still exact.
        let x = -z * FRAC_1_SQRT_2;
        let left = if x < 2.5 {
            1.0 - x * libm::sqrt(PI) * scaled_erfc(x)
        } else {
            let [(whole, c)] = continued_fraction([x]);
            c / whole
        };
        libm::log(left) - 0.5 * z * z - LOG_SQRT_2PI
    }
}

/// E max(b − f, 0) for f ~ N(μ, σ²), in the units of μ.
pub fn expected_improvement(mean: f64, std: f64, best: f64) -> f64 {
    libm::exp(log_expected_improvement(mean, std, best))
}

/// Its natural logarithm.
pub fn log_expected_improvement(mean: f64, std: f64, best: f64) -> f64 {
    libm::log(std) + log_improvement((best - mean) / std)
}

/// P(f < b).
pub fn probability_of_improvement(mean: f64, std: f64, best: f64) -> f64 {
    libm::exp(log_probability_of_improvement(mean, std, best))
}

/// Its natural logarithm.
pub fn log_probability_of_improvement(mean: f64, std: f64, best: f64) -> f64 {
    log_distribution((best - mean) / std)
}

/// The same from z and σ, with its slopes by μ and by σ.
pub fn log_probability_of_improvement_slopes(z: f64, std: f64) -> (f64, f64, f64) {
    let value = log_distribution(z);
    let hazard = libm::exp(-0.5 * z * z - LOG_SQRT_2PI - value) / std;
    (value, -hazard, -z * hazard)
}

/// μ − κσ: smaller is wanted more.
pub fn confidence_bound(mean: f64, std: f64, kappa: f64) -> f64 {
    mean - kappa * std
}

/// Mills' ratio Φ(−t)/φ(t).
fn mills(t: f64) -> f64 {
    if t > 1.0 {
        libm::sqrt(0.5 * PI) * scaled_erfc(t * FRAC_1_SQRT_2)
    } else {
        libm::exp(0.5 * t * t + LOG_SQRT_2PI) * distribution(-t)
    }
}

/// The same of two.
fn mills_of_two(t: [f64; 2]) -> [f64; 2] {
    let x = t.map(|t| t * FRAC_1_SQRT_2);
    if x.iter().all(|x| *x >= LARGE) {
        continued_fraction(x).map(|(whole, _)| libm::sqrt(0.5 * PI) * (FRAC_1_SQRT_PI / whole))
    } else {
        t.map(mills)
    }
}

/// log E max(1 − exp(s(ε − z)), 0) for ε ~ N(0, 1): log expected improvement, relative to the value
/// to improve on, of a quantity whose logarithm is normal with standard deviation s and lies z of
/// them below that value. With its slopes by the logarithm's mean and by s.
///
/// In Mills' ratio R the expectation is φ(z)·(R(−z) − R(s − z)).
pub fn log_lognormal_improvement(z: f64, s: f64) -> (f64, f64, f64) {
    let z = z.min(30.0);
    let [near, far] = mills_of_two([-z, s - z]);
    let left = if s < 1e-4 {
        // −s·R′ midway, and R′(t) = t·R − 1: the difference would cancel.
        s * libm::exp(
            log_improvement(z - 0.5 * s) + 0.5 * (z - 0.5 * s) * (z - 0.5 * s) + LOG_SQRT_2PI,
        )
    } else {
        near - far
    };
    let left = left.max(f64::MIN_POSITIVE);
    (libm::log(left) - 0.5 * z * z - LOG_SQRT_2PI, -far / left, (1.0 - s * far) / left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn improvement_of_a_lognormal_equals_its_integral_and_its_slopes_finite_differences() {
        for s in [1e-6, 5e-5, 1e-3, 0.1, 1.0, 3.0] {
            for z in [-9.0, -3.0, -1.0, 0.0, 0.5, 2.0, 6.0] {
                let (value, by_mean, by_std) = log_lognormal_improvement(z, s);
                // Midpoints over the last 12 standard deviations below z.
                let (steps, width) = (200_000, 12.0 + z.max(0.0));
                let term = |i: i32| {
                    let e = z - width * (f64::from(i) + 0.5) / f64::from(steps);
                    -libm::expm1(s * (e - z)) * density(e)
                };
                let integral = (0..steps).map(term).sum::<f64>() * width / f64::from(steps);
                assert!((libm::exp(value) / integral - 1.0).abs() < 1e-6, "{z} {s}");
                // The logarithm's mean lies s·z below: moving it by h moves z by −h/s.
                let h = 1e-4 * s;
                let at =
                    |mean: f64, std: f64| log_lognormal_improvement((s * z - mean) / std, std).0;
                let mean_step = (at(h, s) - at(-h, s)) / (2.0 * h);
                let std_step = (at(0.0, s + h) - at(0.0, s - h)) / (2.0 * h);
                assert!(
                    (mean_step - by_mean).abs() < 1e-5 * by_mean.abs(),
                    "{z} {s}: {mean_step} {by_mean}"
                );
                assert!(
                    (std_step - by_std).abs() < 1e-5 * by_std.abs() + 1e-6 * by_mean.abs(),
                    "{z} {s}"
                );
            }
        }
    }
}
