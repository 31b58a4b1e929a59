//! Fitting the Gaussian process: the most probable hyperparameters given the trials (MAP), on the
//! scale of losses that predicts the better trials best.
//!
//! | symbol | code | shape | meaning | log prior |
//! |---|---|---|---|---|
//! | s | `variance` | | variance of the function | Gamma(2, rate 1) |
//! | ℓ | `length_scales` | d | length scales in the unit cube | −Σ 0.1 (ℓ² + 1/ℓ²) |
//! | ν | `noise` | | noise variance, at least 1e-6 | Gamma(1.1, rate 30) |
//! | w | `share` | | variance of the [`Detail`] as a share of s | Gamma(1.1, rate 5) |
//! | c | `reach` | | its length scales as a share of ℓ | log c is N(log 0.1, 1) |
//! | θ | `theta` | d + 2 or d + 4 | log s, log ℓ, log ν; log w, log c | |
//! | δ | `offset` | | offset of the [`Warp`], one of [`OFFSETS`] | |
//! | ρ | `share` | | share of an earlier study's mean in the prior mean, if there is one | N(1, 1), not below 0 |
//!
//! Priors on s, ℓ and ν are those of Optuna's GPSampler (optuna/_gp/prior.py); losses are
//! standardised.
//!
//! Why a scale is chosen by the better half only: a surface of losses has a plateau and a cliff
//! where training fails. The marginal likelihood is a verdict on all trials, and most of it is
//! about how to tell one failure from another. What a search needs is told by predicting each of
//! the better trials from all the others.
//!
//! Why there may be a detail: losses that scatter about a wide bowl are not noise, training being
//! deterministic. Where a shorter kernel on top of the wide one predicts the better trials better,
//! the search sees both the bowl and the ripple it is in.
//!
//! An earlier study's model as prior: the process is of what differs from its mean (Golovin et al.
//! 2017, *Google Vizier*, section 3.3), which counts as much as the trials bear it out, as in
//! Kennedy & O'Hagan (2000); both are standardised.

use super::descent::minimise;
use super::gp::{Base, Detail, Gp, Kernel, Places, Prior};
use super::warp::Warp;
use crate::sort::ascending;
use std::rc::Rc;

/// Least noise variance of standardised values.
const LEAST_NOISE: f64 = 1e-6;

/// Offsets that are tried, in median rises of the loss above the best: from the loss itself to a
/// steep logarithm. An offset is the most that the model thinks a loss can still fall, so that a
/// smaller one stays on the floor of a smooth valley for good.
const OFFSETS: [f64; 3] = [100.0, 0.5, 0.1];

/// A Gaussian process over the unit cube and the scale of its values.
#[derive(Clone, Debug)]
pub struct Fit {
    pub gp: Gp,
    /// ν.
    pub noise: f64,
    pub warp: Warp,
    /// Mean and standard deviation of each modelled value given all the others (n).
    pub left_out: (Vec<f64>, Vec<f64>),
}

/// What of a fit is held instead of sought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    pub kernel: Kernel,
    /// One length scale for every dimension, in the unit cube; there is no detail then.
    pub length_scale: Option<f64>,
    /// Noise as a standard deviation of standardised values.
    pub noise: Option<f64>,
}

/// Fits to losses `y` (n, finite) at `x` (n × d, unit cube), with the mean of an earlier process as
/// prior mean or none. None where no hyperparameters give a posterior.
pub fn fit(held: Held, x: &[Vec<f64>], y: &[f64], earlier: Option<&Rc<Gp>>) -> Option<Fit> {
    let mut sorted = y.to_vec();
    ascending(&mut sorted);
    let median = *sorted.get(y.len().saturating_sub(1) / 2)?;
    let spread = spread(&sorted);
    let means = earlier.map(|of| of.posterior(x).0);
    let places = Rc::new(Places::new(x.to_vec()));
    let candidate = |offset: f64, detail: bool| {
        let warped = Warp::of(y, spread * offset);
        let base = earlier.zip(means.as_ref()).map(|(of, means)| base(of, means, &warped.values));
        let mut values = warped.values.clone();
        if let Some((base, means)) = base.as_ref().zip(means.as_ref()) {
            values
                .iter_mut()
                .zip(means)
                .for_each(|(t, mean)| *t -= base.share * (mean - base.shift));
        }
        let (gp, noise) = most_probable(held, &places, &values, detail)?;
        // Log density of each better trial's loss given all the others.
        let left_out = gp.leave_one_out(&warped.values);
        let gp = if let Some(base) = base { gp.on(base) } else { gp };
        let (mean, std) = &left_out;
        let better = (0..y.len()).filter(|&i| y[i] <= median);
        let term = |i: usize| {
            let z = (warped.values[i] - mean[i]) / std[i];
            -0.5 * z * z - libm::log(std[i]) + warped.log_slopes[i]
        };
        Some((
            better.map(term).sum::<f64>(),
            offset,
            Fit { gp, noise, warp: warped.warp, left_out },
        ))
    };
    let plain = OFFSETS
        .iter()
        .filter_map(|&offset| candidate(offset, false))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    let detailed = held.length_scale.is_none().then(|| candidate(plain.1, true)).flatten();
    Some(detailed.filter(|detailed| detailed.0 > plain.0).unwrap_or(plain).2)
}

/// The prior mean that an earlier process of these means (n) gives modelled values (n): of their
/// line of regression.
fn base(of: &Rc<Gp>, means: &[f64], values: &[f64]) -> Base {
    let shift = means.iter().sum::<f64>() / means.len() as f64;
    let gaps = || means.iter().map(|mean| mean - shift);
    let along: f64 = gaps().zip(values).map(|(gap, t)| gap * t).sum();
    let share = ((along + 1.0) / (gaps().map(|gap| gap * gap).sum::<f64>() + 1.0)).max(0.0);
    Base { of: of.clone(), share, shift }
}

/// The posterior at the most probable hyperparameters, and their noise variance, for standardised
/// values (n) at places (n × d); with or without a detail.
fn most_probable(
    held: Held,
    places: &Rc<Places>,
    values: &[f64],
    detail: bool,
) -> Option<(Gp, f64)> {
    let d = places.x().first()?.len();
    let log = libm::log;
    let size = if detail { d + 4 } else { d + 2 };
    let mut bounds = vec![(log(1e-2), log(1e2)); d + 1];
    bounds.extend([(log(LEAST_NOISE), 0.0), (log(1e-3), log(1e1)), (log(2e-2), log(0.5))]);
    let mut start = vec![log(0.5); d + 1];
    start[0] = 0.0;
    start.extend([log(1e-3), log(1e-2), log(0.1)]);
    let mut hold = |range: std::ops::Range<usize>, value: f64| {
        bounds[range.clone()].fill((value, value));
        start[range].fill(value);
    };
    if let Some(length) = held.length_scale.filter(|l| l.is_finite()) {
        hold(1..d + 1, log(length.clamp(1e-3, 1e3)));
    }
    if let Some(noise) = held.noise.filter(|n| n.is_finite()) {
        hold(d + 1..d + 2, log((noise * noise).clamp(LEAST_NOISE, 1.0)));
    }
    let condition = |theta: &[f64]| {
        let exp = |t: &f64| libm::exp(*t);
        let prior = Prior {
            kernel: held.kernel,
            variance: exp(&theta[0]),
            length_scales: theta[1..=d].iter().map(exp).collect(),
            detail: detail.then(|| Detail { share: exp(&theta[d + 2]), reach: exp(&theta[d + 3]) }),
        };
        Gp::at(prior, places, values, &vec![exp(&theta[d + 1]); values.len()]).ok()
    };
    let mut last = None;
    let negative_log_posterior = |theta: &[f64], slope: &mut [f64]| {
        let Some(gp) = condition(theta) else { return f64::INFINITY };
        let (by_prior, by_noise) = gp.log_marginal_likelihood_slope();
        let (s, noise) = (gp.prior().variance, libm::exp(theta[d + 1]));
        let mut value =
            gp.log_marginal_likelihood() + theta[0] - s + 0.1 * theta[d + 1] - 30.0 * noise;
        slope[..=d].copy_from_slice(&by_prior[..=d]);
        slope[0] += 1.0 - s;
        slope[d + 1] = noise * by_noise.iter().sum::<f64>() + 0.1 - 30.0 * noise;
        for (slope, l) in slope[1..=d].iter_mut().zip(&gp.prior().length_scales) {
            value -= 0.1 * (l * l + 1.0 / (l * l));
            *slope -= 0.2 * (l * l - 1.0 / (l * l));
        }
        if let Some(Detail { share, .. }) = gp.prior().detail {
            let gap = theta[d + 3] - log(0.1);
            value += 0.1 * theta[d + 2] - 5.0 * share - 0.5 * gap * gap;
            slope[d + 2] = by_prior[d + 1] + 0.1 - 5.0 * share;
            slope[d + 3] = by_prior[d + 2] - gap;
        }
        slope.iter_mut().for_each(|s| *s = -*s);
        last = Some((theta.to_vec(), gp));
        -value
    };
    let (theta, _) = minimise(&start[..size], &bounds[..size], 40, 1e-2, negative_log_posterior);
    let known = last.filter(|(at, _)| *at == theta).map(|(_, gp)| gp);
    known.or_else(|| condition(&theta)).map(|gp| (gp, libm::exp(theta[d + 1])))
}

/// Median loss above the best (losses sorted, not empty): a width that neither a plateau nor one
/// huge loss can stretch.
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
        let held = Held { kernel: Kernel::Matern52, length_scale: None, noise: None };
        let fit = fit(held, &x, &y, None).unwrap();
        let loss = |u: f64| fit.warp.inverse(fit.gp.posterior(&[vec![u]]).0[0]);
        for u in [0.3, 0.42, 0.5, 0.55] {
            assert!((loss(u) - cliff(u)).abs() < 0.02, "{u}: {} {}", loss(u), cliff(u));
        }
        assert!(loss(0.9) > 2.0);
    }

    /// A function that was half learnt elsewhere: after three to five trials, 68 % bands hold it
    /// about as often as they say.
    #[test]
    fn an_earlier_model_leaves_room_for_what_differs() {
        let held = Held { kernel: Kernel::Matern52, length_scale: None, noise: None };
        let wide: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i) / 19.0]).collect();
        let old = |u: f64| libm::sin(6.0 * u);
        let y: Vec<f64> = wide.iter().map(|u| old(u[0])).collect();
        let earlier = Rc::new(fit(held, &wide, &y, None).unwrap().gp);
        let (mut inside, mut all) = (0, 0);
        for phase in 0..20 {
            let new = |u: f64| 1.5 * old(u) + 0.4 * libm::sin(5.0 * u + 0.7 * f64::from(phase));
            for n in 3..6 {
                let x: Vec<Vec<f64>> =
                    (0..n).map(|i| vec![(0.31 + 0.618 * f64::from(i + phase)).fract()]).collect();
                let y: Vec<f64> = x.iter().map(|u| new(u[0])).collect();
                let fit = fit(held, &x, &y, Some(&earlier)).unwrap();
                let (mean, std) = fit.gp.posterior(&wide);
                for ((u, mean), std) in wide.iter().zip(mean).zip(std) {
                    let [low, high] = [mean - std, mean + std].map(|t| fit.warp.inverse(t));
                    inside += usize::from((low..=high).contains(&new(u[0])));
                    all += 1;
                }
            }
        }
        let share = inside as f64 / all as f64;
        assert!((0.6..0.8).contains(&share), "{share}");
    }

    #[test]
    fn what_is_held_stays() {
        let x: Vec<Vec<f64>> =
            (0..9).map(|i| vec![f64::from(i) / 8.0, f64::from(i * i % 5) / 4.0]).collect();
        let y: Vec<f64> = x.iter().map(|u| cliff(u[0])).collect();
        for kernel in Kernel::ALL {
            let fit = fit(Held { kernel, length_scale: Some(0.3), noise: Some(0.2) }, &x, &y, None)
                .unwrap();
            let prior = fit.gp.prior();
            assert!(
                prior.length_scales.iter().all(|l| (l - 0.3).abs() < 1e-12)
                    && (fit.noise - 0.04).abs() < 1e-12
            );
            assert_eq!((prior.kernel, prior.detail), (kernel, None));
        }
    }

    /// Each value given the others is what a process conditioned on the others says, with the same
    /// noise.
    #[test]
    fn leaving_one_out_equals_conditioning_on_the_others() {
        let x: Vec<Vec<f64>> = (0..8).map(|i| vec![f64::from(i * i % 11) / 10.0]).collect();
        let y: Vec<f64> = x.iter().map(|u| libm::sin(9.0 * u[0])).collect();
        let held = Held { kernel: Kernel::Matern32, length_scale: Some(0.4), noise: Some(0.1) };
        let fit = fit(held, &x, &y, None).unwrap();
        let values: Vec<f64> = y.iter().map(|y| fit.warp.forward(*y)).collect();
        for i in 0..x.len() {
            let others = |v: &[f64]| [&v[..i], &v[i + 1..]].concat();
            let rest = [&x[..i], &x[i + 1..]].concat();
            let gp = Gp::new(
                fit.gp.prior().clone(),
                rest,
                &others(&values),
                vec![fit.noise; x.len() - 1],
            )
            .unwrap();
            let (mean, std) = gp.posterior(&[x[i].clone()]);
            assert!((mean[0] - fit.left_out.0[i]).abs() < 1e-9);
            assert!((libm::sqrt(std[0] * std[0] + fit.noise) - fit.left_out.1[i]).abs() < 1e-9);
        }
    }
}
