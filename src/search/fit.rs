//! Fitting the Gaussian process: the most probable hyperparameters given the trials (MAP), on the scale of losses
//! that predicts the better trials best.
//!
//! | symbol | code | shape | meaning | log prior |
//! |---|---|---|---|---|
//! | s | `variance` | | variance of the function | Gamma(2, rate 1) |
//! | ℓ | `length_scales` | d | length scales in the unit cube | −Σ 0.1 (ℓ² + 1/ℓ²) |
//! | ν | `noise` | | noise variance, at least 1e-6 | Gamma(1.1, rate 30) |
//! | θ | `theta` | d + 2 | log s, log ℓ, log ν | |
//! | δ | `offset` | | offset of the [`Warp`], one of [`OFFSETS`] | |
//!
//! Priors on s, ℓ and ν are those of Optuna's GPSampler (optuna/_gp/prior.py); losses are standardised.
//!
//! Why a scale is chosen by the better half only: a surface of losses has a plateau and a cliff where training
//! fails. The marginal likelihood is a verdict on all trials, and most of it is about how to tell one failure from
//! another. What a search needs is told by predicting each of the better trials from all the others.

use super::descent::minimise;
use super::gp::{Gp, Kernel, Prior};
use super::warp::Warp;

/// Least noise variance of standardised values.
const LEAST_NOISE: f64 = 1e-6;

/// Offsets that are tried, in median rises of the loss above the best: from the loss itself to a steep logarithm.
const OFFSETS: [f64; 3] = [100.0, 0.5, 0.02];

/// A Gaussian process over the unit cube and the scale of its values.
#[derive(Clone, Debug)]
pub struct Fit {
    pub gp: Gp,
    /// ν.
    pub noise: f64,
    pub warp: Warp,
}

/// Fits to losses `y` (n, finite) at `x` (n × d, unit cube). None where no hyperparameters give a posterior.
pub fn fit(kernel: Kernel, x: &[Vec<f64>], y: &[f64]) -> Option<Fit> {
    let mut sorted = y.to_vec();
    sorted.sort_by(f64::total_cmp);
    let median = *sorted.get(y.len().saturating_sub(1) / 2)?;
    let spread = spread(&sorted);
    let candidates = OFFSETS.iter().filter_map(|offset| {
        let warped = Warp::of(y, spread * offset);
        let (gp, noise) = most_probable(kernel, x, &warped.values)?;
        // Log density of each better trial's loss given all the others.
        let (mean, std) = gp.leave_one_out(&warped.values);
        let better = (0..y.len()).filter(|&i| y[i] <= median);
        let term = |i: usize| {
            let z = (warped.values[i] - mean[i]) / std[i];
            -0.5 * z * z - libm::log(std[i]) + warped.log_slopes[i]
        };
        Some((better.map(term).sum::<f64>(), Fit { gp, noise, warp: warped.warp }))
    });
    candidates.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, fit)| fit)
}

/// The posterior at the most probable hyperparameters, and their noise variance, for standardised values (n) at x (n × d).
fn most_probable(kernel: Kernel, x: &[Vec<f64>], values: &[f64]) -> Option<(Gp, f64)> {
    let d = x.first()?.len();
    let log = libm::log;
    let mut bounds = vec![(log(1e-2), log(1e2)); d + 2];
    bounds[d + 1] = (log(LEAST_NOISE), 0.0);
    let condition = |theta: &[f64]| {
        let length_scales = theta[1..=d].iter().map(|&l| libm::exp(l)).collect();
        let prior = Prior { kernel, variance: libm::exp(theta[0]), length_scales };
        Gp::new(prior, x.to_vec(), values, vec![libm::exp(theta[d + 1]); x.len()]).ok()
    };
    let negative_log_posterior = |theta: &[f64], slope: &mut [f64]| {
        let Some(gp) = condition(theta) else { return f64::INFINITY };
        let (by_prior, by_noise) = gp.log_marginal_likelihood_slope();
        let (s, noise) = (gp.prior().variance, libm::exp(theta[d + 1]));
        let mut value = gp.log_marginal_likelihood() + theta[0] - s + 0.1 * theta[d + 1] - 30.0 * noise;
        slope[..=d].copy_from_slice(&by_prior);
        slope[0] += 1.0 - s;
        slope[d + 1] = noise * by_noise.iter().sum::<f64>() + 0.1 - 30.0 * noise;
        for (slope, l) in slope[1..=d].iter_mut().zip(&gp.prior().length_scales) {
            value -= 0.1 * (l * l + 1.0 / (l * l));
            *slope -= 0.2 * (l * l - 1.0 / (l * l));
        }
        slope.iter_mut().for_each(|s| *s = -*s);
        -value
    };
    let mut start = vec![log(0.5); d + 2];
    (start[0], start[d + 1]) = (0.0, log(1e-3));
    let (theta, _) = minimise(&start, &bounds, 40, 1e-2, negative_log_posterior);
    condition(&theta).map(|gp| (gp, libm::exp(theta[d + 1])))
}

/// Median loss above the best (losses sorted, not empty): a width that neither a plateau nor one huge loss can stretch.
fn spread(sorted: &[f64]) -> f64 {
    let (best, middle, worst) = (sorted[0], sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
    [middle - best, worst - best].into_iter().find(|s| *s > 1e-12 * best.abs()).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bowl from 0.2, and a plateau of 3 beyond a cliff.
    fn cliff(u: f64) -> f64 {
        if u > 0.7 { 3.0 } else { 0.2 + (u - 0.5) * (u - 0.5) }
    }

    #[test]
    fn a_plateau_beyond_a_cliff_does_not_blur_the_bowl() {
        let x: Vec<Vec<f64>> = (0..14).map(|i| vec![f64::from(i) / 13.0]).collect();
        let y: Vec<f64> = x.iter().map(|u| cliff(u[0])).collect();
        let fit = fit(Kernel::Matern52, &x, &y).unwrap();
        let loss = |u: f64| fit.warp.inverse(fit.gp.posterior(&[vec![u]]).0[0]);
        for u in [0.3, 0.42, 0.5, 0.55] {
            assert!((loss(u) - cliff(u)).abs() < 0.02, "{u}: {} {}", loss(u), cliff(u));
        }
        assert!(loss(0.9) > 2.0);
    }
}
