//! Acquisition functions: how much a point is wanted, from what the model expects there. All minimise.
//!
//! | symbol | meaning |
//! |---|---|
//! | μ, σ | posterior mean and standard deviation at the point |
//! | b | value to improve on: the best so far, less ξ |
//! | z | (b − μ)/σ |
//! | φ, Φ | density and distribution function of the standard normal |
//!
//! Expected improvement: Jones, Schonlau & Welch (1998). Its logarithm, which keeps a slope where the
//! improvement itself rounds to zero: Ament et al. (2023). Confidence bound: Cox & John (1992).

use super::Acquisition;
use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

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

/// exp(x²)·erfc(x) for x ≥ 0.5.
fn scaled_erfc(x: f64) -> f64 {
    if x < 5.0 { libm::exp(x * x) * libm::erfc(x) } else { FRAC_1_SQRT_PI / continued_fraction(x).0 }
}

const FRAC_1_SQRT_PI: f64 = 0.564_189_583_547_756_3;

/// Laplace's continued fraction: exp(x²)·erfc(x)·√π = 1 / (x + c), with c = ½/(x + 1/(x + 3⁄2/(x + …))).
/// Returns x + c and c, the second without cancellation.
fn continued_fraction(x: f64) -> (f64, f64) {
    let tail = (2..=60).rev().fold(x, |tail, k| x + 0.5 * f64::from(k) / tail);
    let c = 0.5 / tail;
    (x + c, c)
}

/// log(φ(z) + zΦ(z)): log expected improvement for σ = 1.
pub fn log_improvement(z: f64) -> f64 {
    if z > FAR {
        libm::log(density(z) + z * distribution(z))
    } else {
        // φ + zΦ = φ·(1 − t·R(t)) with t = −z and Mills' ratio R. In x = t/√2, t·R = x/(x + c), so what is
        // left is c/(x + c); the fraction converges slowly near zero, where the direct form is still exact.
        let x = -z * FRAC_1_SQRT_2;
        let left = if x < 2.5 {
            1.0 - x * libm::sqrt(PI) * scaled_erfc(x)
        } else {
            let (whole, c) = continued_fraction(x);
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

/// μ − κσ: smaller is wanted more.
pub fn confidence_bound(mean: f64, std: f64, kappa: f64) -> f64 {
    mean - kappa * std
}

impl Acquisition {
    /// A score to be maximised, and its slopes by μ and by σ: log expected improvement, log probability, or
    /// the negated confidence bound.
    pub fn score(self, mean: f64, std: f64, best: f64, kappa: f64) -> (f64, f64, f64) {
        let z = (best - mean) / std;
        match self {
            Self::ExpectedImprovement => {
                // d EI/dμ = −Φ, d EI/dσ = φ.
                let log_gain = log_improvement(z);
                let by_mean = -libm::exp(log_distribution(z) - log_gain) / std;
                let by_std = libm::exp(-0.5 * z * z - LOG_SQRT_2PI - log_gain) / std;
                (libm::log(std) + log_gain, by_mean, by_std)
            }
            Self::ProbabilityOfImprovement => {
                let log_chance = log_distribution(z);
                let hazard = libm::exp(-0.5 * z * z - LOG_SQRT_2PI - log_chance) / std;
                (log_chance, -hazard, -z * hazard)
            }
            Self::ConfidenceBound => (-confidence_bound(mean, std, kappa), -1.0, kappa),
        }
    }

    /// Share of the wish for a point that comes from a low mean: 1 − a(b, σ)/a(μ, σ), where a(b, σ) is what the
    /// acquisition would be if the model expected no more than the value to improve on; 0 where that is more.
    /// The confidence bound counts from that value: a = b − (μ − κσ).
    pub fn exploit(self, mean: f64, std: f64, best: f64, kappa: f64) -> f64 {
        let ratio = match self {
            Self::ExpectedImprovement => libm::exp(-LOG_SQRT_2PI - log_improvement((best - mean) / std)),
            Self::ProbabilityOfImprovement => 0.5 / probability_of_improvement(mean, std, best),
            Self::ConfidenceBound => {
                let whole = best - mean + kappa * std;
                if whole > 0.0 { kappa * std / whole } else { 1.0 }
            }
        };
        (1.0 - ratio).clamp(0.0, 1.0)
    }
}

/// The value below which a normal variable falls with probability `p` (0 < p < 1), to 1e-9: Acklam's start,
/// one step of Halley's method.
pub fn quantile(p: f64) -> f64 {
    let q = if p < 0.5 { p } else { 1.0 - p };
    // A start that is right to 5e-4 (Abramowitz & Stegun 26.2.23), then Newton on log Φ.
    let t = libm::sqrt(-2.0 * libm::log(q));
    let mut z = -(t - (2.515517 + t * (0.802853 + t * 0.010328))
        / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))));
    for _ in 0..3 {
        let log_cdf = log_distribution(z);
        z -= (log_cdf - libm::log(q)) * libm::exp(log_cdf + 0.5 * z * z + LOG_SQRT_2PI);
    }
    if p < 0.5 { z } else { -z }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn score_slopes_equal_finite_differences() {
        for acquisition in Acquisition::ALL {
            for z in [-30.0, -6.0, -3.6, -3.5, -1.1, -0.9, 0.0, 2.0] {
                let (std, best, step) = (0.3, 1.0, 1e-6);
                let mean = best - z * std;
                let score = |mean, std| acquisition.score(mean, std, best, 2.0).0;
                let (_, by_mean, by_std) = acquisition.score(mean, std, best, 2.0);
                let mean_step = (score(mean + step, std) - score(mean - step, std)) / (2.0 * step);
                let std_step = (score(mean, std + step) - score(mean, std - step)) / (2.0 * step);
                assert!((mean_step - by_mean).abs() < 1e-5 * (1.0 + by_mean.abs()), "{acquisition:?} {z}");
                assert!((std_step - by_std).abs() < 1e-5 * (1.0 + by_std.abs()), "{acquisition:?} {z}");
            }
        }
    }

    #[test]
    fn quantiles_invert_the_distribution() {
        for p in [1e-9, 1e-3, 0.2, 0.5, 0.7, 0.999] {
            assert!((distribution(quantile(p)) / p - 1.0).abs() < 1e-9);
        }
        assert!((SQRT_2 * FRAC_1_SQRT_2 - 1.0).abs() < 1e-15);
    }

    #[test]
    fn exploit_is_nothing_where_the_mean_is_no_better_than_the_best() {
        for acquisition in Acquisition::ALL {
            assert!(acquisition.exploit(1.0, 0.5, 1.0, 2.0).abs() < 1e-12);
            assert_eq!(acquisition.exploit(9.0, 0.5, 1.0, 2.0), 0.0);
            assert!(acquisition.exploit(-9.0, 0.5, 1.0, 2.0) > 0.4);
        }
    }
}
