//! Bayesian optimisation with a Gaussian process.
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | n, d | | trials told, dimensions |
//! | u | d | a point of the unit cube |
//! | μ, σ | | mean and standard deviation of the modelled value (see [`warp`](super::warp)) |
//! | p | | chance that training stays finite (see [`finite`](super::finite)) |
//!
//! A few space-filling points, then the point with the largest acquisition × p, found from quasi-random starts
//! and refined by its slopes. A diverged trial has no value: it teaches p alone.

use super::descent::minimise;
use super::finite::Finite;
use super::fit::{Fit, fit};
use super::gp::Kernel;
use super::{Acquisition, Belief, Outcome, Proposal, Quantity, Reason, Search, Strategy, acquisition, uniform};
use crate::space::{Point, Space};
use rand::Rng;

/// Candidates of a space-filling point.
const STARTUP_CANDIDATES: usize = 64;
/// Quasi-random points at which the acquisition is tried.
const CANDIDATES: usize = 512;
/// Points near the best trial at which it is tried, at distances from 0.1 down to 1e-4.
const NEAR: usize = 64;
/// The best of them are refined.
const REFINED: usize = 4;
/// Losses larger than this are taken as this, so that squares stay finite.
const LARGEST: f64 = 1e100;

/// What is believed after the trials told so far.
struct Model {
    fit: Fit,
    finite: Option<Finite>,
    /// Trial with the best loss, and that loss.
    best: (usize, f64),
    /// The value to improve on, modelled.
    threshold: f64,
}

pub struct Bayesian {
    space: Space,
    acquisition: Acquisition,
    kappa: f64,
    xi: f64,
    startup: usize,
    /// Trials told (n × d, unit cube) and what they scored; none where they diverged.
    told: Vec<Vec<f64>>,
    losses: Vec<Option<f64>>,
    /// Fitted when it is first wanted; the inner option is none where there is nothing to fit.
    model: Option<Option<Model>>,
}

impl Bayesian {
    pub fn new(strategy: &Strategy, space: &Space) -> Self {
        Self {
            space: space.clone(),
            acquisition: strategy.acquisition,
            kappa: strategy.kappa,
            xi: strategy.xi,
            startup: startup(space.dim(), strategy.budget),
            told: Vec::new(),
            losses: Vec::new(),
            model: None,
        }
    }

    fn model(&mut self) -> Option<&Model> {
        if self.model.is_none() {
            self.model = Some(self.fit());
        }
        self.model.as_ref().and_then(Option::as_ref)
    }

    fn fit(&self) -> Option<Model> {
        let finite: Vec<bool> = self.losses.iter().map(Option::is_some).collect();
        let seen = || self.told.iter().zip(&self.losses).enumerate().filter_map(|(i, (u, y))| Some((i, u, (*y)?)));
        let x: Vec<Vec<f64>> = seen().map(|(_, u, _)| u.clone()).collect();
        let y: Vec<f64> = seen().map(|(_, _, y)| y).collect();
        let (number, _, loss) = seen().min_by(|a, b| a.2.total_cmp(&b.2))?;
        if self.told.len() < self.startup || y.len() < 2 {
            return None;
        }
        let fit = fit(Kernel::Matern52, &x, &y)?;
        let threshold = fit.warp.forward(loss) - self.xi;
        Some(Model { fit, finite: Finite::new(&self.told, &finite), best: (number, loss), threshold })
    }

    /// Bounds of the unit cube; an axis that can't move is held where `to_unit` puts it.
    fn bounds(&self) -> Vec<(f64, f64)> {
        self.space.params.iter().map(|p| if p.low < p.high { (0.0, 1.0) } else { (0.5, 0.5) }).collect()
    }

    /// The candidate that lies farthest from every trial told (Mitchell 1991), with the cube's opposite faces
    /// joined, so that corners are not preferred.
    fn space_filling(&self, rng: &mut dyn Rng) -> Vec<f64> {
        let candidates: Vec<Vec<f64>> =
            (0..STARTUP_CANDIDATES).map(|_| draw(&self.bounds(), rng)).collect();
        let gap = |a: &[f64], b: &[f64]| -> f64 {
            let axis = |(a, b): (&f64, &f64)| (a - b).abs().min(1.0 - (a - b).abs());
            a.iter().zip(b).map(axis).map(|gap| gap * gap).sum()
        };
        let room = |u: &Vec<f64>| self.told.iter().map(|t| gap(u, t)).fold(f64::INFINITY, f64::min);
        candidates.into_iter().rev().max_by(|a, b| room(a).total_cmp(&room(b))).unwrap_or_default()
    }
}

/// Space-filling points before the first model: 2d + 1, but at most a quarter of the budget and at least 3.
fn startup(d: usize, budget: usize) -> usize {
    (2 * d + 1).min(budget / 4).max(3)
}

fn draw(bounds: &[(f64, f64)], rng: &mut dyn Rng) -> Vec<f64> {
    bounds.iter().map(|(low, high)| low + (high - low) * uniform(rng)).collect()
}

impl Model {
    /// Scores to be maximised at m points of the unit cube.
    fn scores(&self, strategy: (Acquisition, f64), at: &[Vec<f64>]) -> Vec<f64> {
        let (acquisition, kappa) = strategy;
        let (mean, std) = self.fit.gp.posterior(at);
        let mut scores: Vec<f64> = mean
            .iter()
            .zip(&std)
            .map(|(&mean, &std)| acquisition.score(mean, std, self.threshold, kappa).0)
            .collect();
        if let Some(finite) = &self.finite {
            scores.iter_mut().zip(finite.chance(at)).for_each(|(s, p)| *s += libm::log(p));
        }
        scores
    }

    /// The negated score and its slopes at one point.
    fn descent(&self, strategy: (Acquisition, f64), at: &[f64], slope: &mut [f64]) -> f64 {
        let (acquisition, kappa) = strategy;
        let posterior = self.fit.gp.slope(at);
        let (mut score, by_mean, by_std) = acquisition.score(posterior.mean, posterior.std, self.threshold, kappa);
        for (c, slope) in slope.iter_mut().enumerate() {
            *slope = -(by_mean * posterior.mean_slope[c] + by_std * posterior.std_slope[c]);
        }
        if let Some(finite) = &self.finite {
            let (log_chance, slopes) = finite.log_chance(at);
            score += log_chance;
            slope.iter_mut().zip(slopes).for_each(|(a, b)| *a -= b);
        }
        -score
    }

    /// The point with the largest score found.
    fn argmax(&self, strategy: (Acquisition, f64), bounds: &[(f64, f64)], best: &[f64], rng: &mut dyn Rng) -> Vec<f64> {
        let mut candidates: Vec<Vec<f64>> = (0..CANDIDATES).map(|_| draw(bounds, rng)).collect();
        for i in 0..NEAR {
            let reach = libm::pow(10.0, -1.0 - 3.0 * i as f64 / NEAR as f64);
            let step = |(b, (low, high)): (&f64, &(f64, f64))| (b + reach * (2.0 * uniform(rng) - 1.0)).clamp(*low, *high);
            candidates.push(best.iter().zip(bounds).map(step).collect());
        }
        let scores = self.scores(strategy, &candidates);
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        let global = order.iter().filter(|&&i| i < CANDIDATES).take(REFINED);
        let near = order.iter().filter(|&&i| i >= CANDIDATES).take(1);
        global
            .chain(near)
            .map(|&i| minimise(&candidates[i], bounds, 60, 1e-6, |u, slope| self.descent(strategy, u, slope)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(u, _)| u)
            .unwrap_or_else(|| best.to_vec())
    }
}

impl Search for Bayesian {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let (bounds, strategy, kappa) = (self.bounds(), self.acquisition, self.kappa);
        let told = self.told.clone();
        let Some(model) = self.model() else {
            let index = self.told.len();
            let reason = Reason::Startup { index, of: self.startup.max(index + 1) };
            return Proposal { point: self.space.from_unit(&self.space_filling(rng)), reason };
        };
        let unit = model.argmax((strategy, kappa), &bounds, &told[model.best.0], rng);
        let at = std::slice::from_ref(&unit);
        let (mean, std) = model.fit.gp.posterior(at);
        let (mean, std) = (mean[0], std[0]);
        let inverse = |t| model.fit.warp.inverse(t);
        let gap = |u: &[f64]| -> f64 { u.iter().zip(&unit).map(|(a, b)| (a - b) * (a - b)).sum() };
        let nearest = (0..told.len()).min_by(|&a, &b| gap(&told[a]).total_cmp(&gap(&told[b]))).unwrap_or(0);
        let reason = Reason::Model {
            acquisition: strategy,
            mean: inverse(mean),
            spread: 0.5 * (inverse(mean + std) - inverse(mean - std)),
            best: Some(model.best),
            value: 0.0,
            exploit: strategy.exploit(mean, std, model.threshold, kappa),
            finite: model.finite.as_ref().map_or(1.0, |finite| finite.chance(at)[0]),
            nearest,
        };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        self.told.push(self.space.to_unit(point));
        self.losses.push(outcome.loss().map(|loss| loss.clamp(-LARGEST, LARGEST)));
        self.model = None;
    }

    fn belief(&mut self, at: &[Point]) -> Belief {
        let unit: Vec<Vec<f64>> = at.iter().map(|point| self.space.to_unit(point)).collect();
        let (strategy, kappa) = (self.acquisition, self.kappa);
        let Some(model) = self.model() else { return Belief::default() };
        let (mean, std) = model.fit.gp.posterior(&unit);
        let inverse = |t| model.fit.warp.inverse(t);
        let spread = mean.iter().zip(&std).map(|(m, s)| (0.5 * (inverse(m + s) - inverse(m - s))) as f32).collect();
        let scores = model.scores((strategy, kappa), &unit);
        Belief {
            layers: vec![
                (Quantity::Mean, mean.iter().map(|&m| inverse(m) as f32).collect()),
                (Quantity::Spread, spread),
                (Quantity::Acquisition, scores.iter().map(|&s| s as f32).collect()),
            ],
        }
    }
}
