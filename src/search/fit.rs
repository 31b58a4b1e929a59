//! Fitting the Gaussian process: the most probable hyperparameters given the trials (MAP).
//!
//! | symbol | code | shape | meaning | prior |
//! |---|---|---|---|---|
//! | s | `variance` | | variance of the function | Gamma(2, rate 1) |
//! | ℓ | `length_scales` | d | length scales in the unit cube | −Σ(0.1 ℓ² + 0.1/ℓ²) |
//! | ν | `noise` | | noise variance | Gamma(1.1, rate 30) |
//! | δ | `offset` | | offset of the [`Warp`], in spreads of the losses | log-normal, below |
//! | θ | | d + 3 | log s, log ℓ, log ν, log δ | |
//!
//! Priors on s, ℓ and ν are those of Optuna's GPSampler (optuna/_gp/prior.py); losses are standardised.

use super::descent::minimise;
use super::gp::{Gp, Kernel, Prior};
use super::warp::Warp;

/// Least noise variance of standardised values.
const LEAST_NOISE: f64 = 1e-6;

/// A Gaussian process over the unit cube and the scale of its values.
#[derive(Clone, Debug)]
pub struct Fit {
    pub gp: Gp,
    pub warp: Warp,
}

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

/// Fits to losses `y` (n, finite) at `x` (n × d, unit cube). None where no hyperparameters give a posterior.
pub fn fit(kernel: Kernel, x: &[Vec<f64>], y: &[f64]) -> Option<Fit> {
    let d = x.first()?.len();
    let spread = spread(y);
    let clip = env("CLIP", 1.0);
    let mut y = y.to_vec();
    if clip < 1.0 {
        let mut sorted = y.to_vec();
        sorted.sort_by(f64::total_cmp);
        let top = sorted[((sorted.len() - 1) as f64 * clip) as usize];
        y.iter_mut().for_each(|v| *v = v.min(top));
    }
    let y = &y;
    let (centre, width) = (env("DC", 0.0), env("DW", 2.0));
    let log = libm::log;
    let mut bounds = vec![(log(1e-3), log(1e3))];
    bounds.resize(d + 1, (log(1e-2), log(1e2)));
    bounds.push((log(LEAST_NOISE), 0.0));
    bounds.push((log(env("DLOW", 1e-4)), log(1e3)));
    let parts = |theta: &[f64]| {
        let prior = Prior {
            kernel,
            variance: libm::exp(theta[0]),
            length_scales: theta[1..=d].iter().map(|&l| libm::exp(l)).collect(),
        };
        (prior, libm::exp(theta[d + 1]), Warp::new(y, spread * libm::exp(theta[d + 2])))
    };
    let negative_log_posterior = |theta: &[f64], slope: &mut [f64]| {
        let (prior, noise, warped) = parts(theta);
        let Ok(gp) = Gp::new(prior, x.to_vec(), &warped.values, vec![noise; x.len()]) else {
            return f64::INFINITY;
        };
        let mut value = gp.log_marginal_likelihood() + warped.log_jacobian.0;
        slope[..d + 2].copy_from_slice(&gp.log_marginal_likelihood_slope());
        slope[d + 2] =
            warped.log_jacobian.1 - gp.alpha().iter().zip(&warped.slopes).map(|(a, s)| a * s).sum::<f64>();
        let s = gp.prior().variance;
        value += theta[0] - s;
        slope[0] += 1.0 - s;
        for (c, l) in gp.prior().length_scales.iter().enumerate() {
            value -= 0.1 * (l * l + 1.0 / (l * l));
            slope[1 + c] -= 0.2 * (l * l - 1.0 / (l * l));
        }
        value += 0.1 * theta[d + 1] - 30.0 * noise;
        slope[d + 1] += 0.1 - 30.0 * noise;
        let off = (theta[d + 2] - centre) / width;
        value -= 0.5 * off * off;
        slope[d + 2] -= off / width;
        slope.iter_mut().for_each(|s| *s = -*s);
        -value
    };
    let start = |length: f64, offset: f64| {
        let mut theta = vec![0.0; d + 3];
        theta[1..=d].fill(log(length));
        theta[d + 1] = log(1e-2);
        theta[d + 2] = log(offset);
        theta
    };
    let (theta, _) = [start(0.5, 1.0), start(0.3, 0.02)]
        .iter()
        .map(|start| minimise(start, &bounds, 40, 1e-2, negative_log_posterior))
        .filter(|(_, value)| value.is_finite())
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (prior, noise, warped) = parts(&theta);
    if std::env::var("VERBOSE").is_ok() {
        eprintln!("{} s {:.2} l {:.2?} noise {:.1e} delta {:.4}", x.len(), prior.variance, prior.length_scales, noise, libm::exp(theta[d + 2]));
    }
    let gp = Gp::new(prior, x.to_vec(), &warped.values, vec![noise; x.len()]).ok()?;
    Some(Fit { gp, warp: warped.warp })
}

/// Median loss above the best: a width that neither a plateau nor one huge loss can stretch.
fn spread(y: &[f64]) -> f64 {
    let mut sorted = y.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (best, worst) = (sorted[0], sorted[sorted.len() - 1]);
    [sorted[sorted.len() / 2] - best, worst - best].into_iter().find(|s| *s > 1e-12 * best.abs()).unwrap_or(1.0)
}
