//! The scale that losses are modelled on: log(y − b + δ), standardised.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | y | | losses (n), in the objective's units |
//! | b | `best` | the least of them |
//! | δ | `offset` | what a loss as good as b counts as; small: a logarithm of the regret, large: the loss itself |
//! | t | | (log(y − b + δ) − mean)/scale (n), the modelled values |
//!
//! A loss that is ten times too large tells where not to look, but on its own scale it makes everything near
//! the best look alike. The family runs from the loss itself to a steep logarithm, and δ is fitted with the
//! other hyperparameters, through the density that the change of scale carries (its Jacobian), as in warped
//! Gaussian processes: Snelson, Rasmussen & Ghahramani (2003).

/// A strictly increasing map from losses to modelled values.
#[derive(Clone, Debug, PartialEq)]
pub struct Warp {
    best: f64,
    offset: f64,
    mean: f64,
    scale: f64,
}

/// Losses on a [`Warp`]'s scale, with what a fit of log δ needs.
pub struct Warped {
    pub warp: Warp,
    /// t (n).
    pub values: Vec<f64>,
    /// ∂t/∂log δ (n).
    pub slopes: Vec<f64>,
    /// Σ log dt/dy, and its slope by log δ.
    pub log_jacobian: (f64, f64),
}

impl Warp {
    /// The warp of losses `y` (not empty, finite) with offset δ > 0.
    pub fn new(y: &[f64], offset: f64) -> Warped {
        let n = y.len() as f64;
        let best = y.iter().copied().fold(f64::INFINITY, f64::min);
        let raw: Vec<f64> = y.iter().map(|y| libm::log(y - best + offset)).collect();
        // ∂ log(y − b + δ)/∂ log δ.
        let raw_slopes: Vec<f64> = y.iter().map(|y| offset / (y - best + offset)).collect();
        let mean = raw.iter().sum::<f64>() / n;
        let mean_slope = raw_slopes.iter().sum::<f64>() / n;
        let spread = libm::sqrt(raw.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / n);
        let scale = if spread > 1e-300 { spread } else { 1.0 };
        let values: Vec<f64> = raw.iter().map(|r| (r - mean) / scale).collect();
        let scale_slope = values.iter().zip(&raw_slopes).map(|(t, s)| t * s).sum::<f64>() / n;
        let slopes =
            values.iter().zip(&raw_slopes).map(|(t, s)| (s - mean_slope - t * scale_slope) / scale).collect();
        let log_jacobian = (
            -raw.iter().sum::<f64>() - n * libm::log(scale),
            -raw_slopes.iter().sum::<f64>() - n * scale_slope / scale,
        );
        Warped { warp: Self { best, offset, mean, scale }, values, slopes, log_jacobian }
    }

    /// The modelled value of a loss; losses below b − δ count as just above it.
    pub fn forward(&self, y: f64) -> f64 {
        (libm::log((y - self.best + self.offset).max(1e-9 * self.offset)) - self.mean) / self.scale
    }

    /// The loss of a modelled value.
    pub fn inverse(&self, t: f64) -> f64 {
        libm::exp((t * self.scale + self.mean).min(690.0)) + self.best - self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const Y: [f64; 5] = [0.3, 0.21, 3.0, 0.69, 0.4];

    #[test]
    fn there_and_back() {
        for offset in [1e-3, 1.0, 1e3] {
            let warped = Warp::new(&Y, offset);
            for (y, t) in Y.iter().zip(&warped.values) {
                assert!((warped.warp.forward(*y) - t).abs() < 1e-12);
                assert!((warped.warp.inverse(*t) - y).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn slopes_equal_finite_differences() {
        let at = |log: f64| Warp::new(&Y, libm::exp(log));
        let (a, b, c) = (at(-2.00001), at(-2.0), at(-1.99999));
        for i in 0..Y.len() {
            assert!(((c.values[i] - a.values[i]) / 2e-5 - b.slopes[i]).abs() < 1e-8);
        }
        assert!(((c.log_jacobian.0 - a.log_jacobian.0) / 2e-5 - b.log_jacobian.1).abs() < 1e-6);
    }
}
