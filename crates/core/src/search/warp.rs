//! The scale that losses are modelled on: log(y − b + δ), standardised.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | y | | losses (n), in the objective's units |
//! | b | `best` | the least of them |
//! | δ | `offset` | what a loss as good as b counts as; small: a logarithm of the regret, large: the loss itself |
//! | t | | (log(y − b + δ) − mean)/scale (n), the modelled values |
//!
//! A loss that is ten times too large tells where not to look, but on its own scale it makes
//! everything near the best look alike. The family runs from the loss itself to a steep logarithm;
//! which of it is used is chosen by the trials ([`fit`](super::fit)), through the densities that a
//! change of scale carries, as in warped Gaussian processes: Snelson, Rasmussen & Ghahramani
//! (2003). Standardised: mean 0, standard deviation 1.

use super::acquisition::log_lognormal_improvement;

/// Logarithms of losses are held below this, so that the losses stay finite.
const LARGEST_LOG: f64 = 690.0;

/// A strictly increasing map from losses to modelled values.
#[derive(Clone, Debug, PartialEq)]
pub struct Warp {
    best: f64,
    offset: f64,
    mean: f64,
    scale: f64,
}

/// Losses on a [`Warp`]'s scale.
pub struct Warped {
    pub warp: Warp,
    /// t (n).
    pub values: Vec<f64>,
    /// log dt/dy (n): what densities change by.
    pub log_slopes: Vec<f64>,
}

impl Warp {
    /// The warp of losses `y` (not empty, finite) with offset δ > 0.
    pub fn of(y: &[f64], offset: f64) -> Warped {
        let n = y.len() as f64;
        let best = y.iter().copied().fold(f64::INFINITY, f64::min);
        let raw: Vec<f64> = y.iter().map(|y| libm::log(y - best + offset)).collect();
        let mean = raw.iter().sum::<f64>() / n;
        let spread = libm::sqrt(raw.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / n);
        let scale = if spread > 1e-300 { spread } else { 1.0 };
        let values: Vec<f64> = raw.iter().map(|r| (r - mean) / scale).collect();
        let log_slopes = raw.iter().map(|r| -r - libm::log(scale)).collect();
        Warped { warp: Self { best, offset, mean, scale }, values, log_slopes }
    }

    /// The modelled value of a loss; losses below b − δ count as just above it.
    pub fn forward(&self, y: f64) -> f64 {
        (libm::log((y - self.best + self.offset).max(1e-9 * self.offset)) - self.mean) / self.scale
    }

    /// The loss of a modelled value.
    pub fn inverse(&self, t: f64) -> f64 {
        libm::exp((t * self.scale + self.mean).min(LARGEST_LOG)) + self.best - self.offset
    }

    /// Log of the expected improvement in loss on the loss of modelled value `threshold`, where the
    /// modelled value is N(mean, std²); with its slopes by mean and std.
    pub fn log_expected_improvement(&self, mean: f64, std: f64, threshold: f64) -> (f64, f64, f64) {
        let (value, by_mean, by_std) =
            log_lognormal_improvement((threshold - mean) / std, self.scale * std);
        (value + threshold * self.scale + self.mean, self.scale * by_mean, self.scale * by_std)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: [f64; 5] = [0.3, 0.21, 3.0, 0.69, 0.4];

    #[test]
    fn there_and_back() {
        for offset in [1e-3, 1.0, 1e3] {
            let warped = Warp::of(&Y, offset);
            for (y, t) in Y.iter().zip(&warped.values) {
                assert!((warped.warp.forward(*y) - t).abs() < 1e-12);
                assert!((warped.warp.inverse(*t) - y).abs() < 1e-9);
            }
        }
    }

    /// What [`crate::search::Acquisition::formula`] shows for expected improvement.
    #[test]
    fn expected_improvement_is_the_formula_on_show() {
        use crate::search::acquisition::distribution as phi;
        for offset in [0.01, 1.0] {
            let Warp { mean: a, scale: b, .. } = Warp::of(&Y, offset).warp;
            for (mean, std, level) in [(0.0, 1.0, -1.0), (-1.2, 0.3, -1.1), (0.5, 0.8, 0.1)] {
                let (z, k) = ((level - mean) / std, libm::exp(a + b * level));
                let tail = libm::exp(a + b * mean + b * b * std * std / 2.0) * phi(z - b * std);
                let wanted = libm::log(k * phi(z) - tail);
                let found = Warp::of(&Y, offset).warp.log_expected_improvement(mean, std, level).0;
                assert!((found - wanted).abs() < 1e-8, "{found} {wanted}");
            }
        }
    }

    #[test]
    fn slopes_equal_finite_differences() {
        let warped = Warp::of(&Y, 0.1);
        for (y, log_slope) in Y.iter().zip(&warped.log_slopes) {
            let step = warped.warp.forward(y + 1e-6) - warped.warp.forward(y - 1e-6);
            assert!((step / 2e-6 / libm::exp(*log_slope) - 1.0).abs() < 1e-8);
        }
    }
}
