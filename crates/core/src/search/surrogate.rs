//! The Gaussian process as it stands after the trials told, with its acquisition: what a place is
//! worth, why, and where that is largest.

use super::acquisition::{
    confidence_bound, log_probability_of_improvement_slopes, probability_of_improvement,
};
use super::descent::minimise;
use super::draws::{Path, Worlds};
use super::finite::Finite;
use super::fit::Fit;
use super::halton::Halton;
use super::sequence::Sequence;
use super::{Acquisition, Reason, uniform};
use crate::sort::{ascending, sort_by};
use rand::Rng;
use std::ops::Range;

/// Uniform points at which the acquisition is tried.
const CANDIDATES: usize = 512;
/// Points near the best trial at which it is tried, at distances from 0.1 down to 1e-4.
const NEIGHBOURS: usize = 64;
/// The best of them are refined.
const REFINED: usize = 4;
/// Points closer than this in the unit cube count as the same: training is deterministic, a repeat
/// teaches nothing.
const SAME: f64 = 1e-4;
/// Places among which the median one is typical.
const TYPICAL: usize = 128;

/// What is believed after the trials told so far.
pub(super) struct Surrogate {
    pub(super) fit: Fit,
    pub(super) finite: Option<Finite>,
    /// Trial with the best loss, and that loss.
    pub(super) best: (usize, f64),
    /// The value to improve on, modelled.
    pub(super) threshold: f64,
    /// Numbers of the trials that the process was fitted to.
    pub(super) taken: Vec<usize>,
    pub(super) acquisition: Acquisition,
    pub(super) kappa: f64,
    pub(super) draws: Draws,
}

/// What an acquisition has drawn from the process.
pub(super) enum Draws {
    Nothing,
    Path(Path),
    Worlds(Box<Worlds>),
}

pub(super) fn draw(bounds: &[(f64, f64)], rng: &mut dyn Rng) -> Vec<f64> {
    bounds.iter().map(|(low, high)| low + (high - low) * uniform(rng)).collect()
}

pub(super) fn distance(a: &[f64], b: &[f64]) -> f64 {
    libm::sqrt(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum())
}

impl Surrogate {
    /// A score to be maximised where the modelled value is N(mean, std²), and its slopes by both:
    /// log expected improvement in loss, log probability of improvement, or the negated
    /// confidence bound.
    fn score(&self, mean: f64, std: f64) -> (f64, f64, f64) {
        match self.acquisition {
            Acquisition::ProbabilityOfImprovement => {
                log_probability_of_improvement_slopes((self.threshold - mean) / std, std)
            }
            Acquisition::ConfidenceBound => {
                (-confidence_bound(mean, std, self.kappa), -1.0, self.kappa)
            }
            _ => self.fit.warp.log_expected_improvement(mean, std, self.threshold),
        }
    }

    /// Scores at m points of the unit cube, with neither log p nor slopes.
    pub(super) fn scores(&self, at: &[Vec<f64>]) -> Vec<f64> {
        match &self.draws {
            Draws::Path(path) => at.iter().map(|u| -path.value(&self.fit.gp, u).0).collect(),
            Draws::Worlds(worlds) => {
                at.iter().map(|u| worlds.log_improvement(&self.fit.warp, u).0).collect()
            }
            Draws::Nothing => {
                let (mean, std) = self.fit.gp.posterior(at);
                mean.iter().zip(&std).map(|(&mean, &std)| self.score(mean, std).0).collect()
            }
        }
    }

    /// Chances that training stays finite at m points.
    pub(super) fn chance(&self, at: &[Vec<f64>]) -> Vec<f64> {
        self.finite.as_ref().map_or_else(|| vec![1.0; at.len()], |finite| finite.chance(at))
    }

    /// The negated score and its slopes at one point.
    fn descent(&self, at: &[f64], slope: &mut [f64]) -> f64 {
        let mut score = match &self.draws {
            Draws::Nothing => {
                let posterior = self.fit.gp.slope(at);
                let (score, by_mean, by_std) = self.score(posterior.mean, posterior.std);
                for (c, slope) in slope.iter_mut().enumerate() {
                    *slope = -(by_mean * posterior.mean_slope[c] + by_std * posterior.std_slope[c]);
                }
                score
            }
            Draws::Path(path) => {
                let (value, slopes) = path.value(&self.fit.gp, at);
                slope.copy_from_slice(&slopes);
                -value
            }
            Draws::Worlds(worlds) => {
                let (score, slopes) = worlds.log_improvement(&self.fit.warp, at);
                slope.iter_mut().zip(slopes).for_each(|(a, b)| *a = -b);
                score
            }
        };
        if let Some(finite) = &self.finite {
            let (log_chance, slopes) = finite.log_chance(at);
            score += log_chance;
            slope.iter_mut().zip(slopes).for_each(|(a, b)| *a -= b);
        }
        -score
    }

    /// A score as the acquisition it stands for, in the objective's units.
    fn value(&self, score: f64) -> f64 {
        match self.acquisition {
            Acquisition::ConfidenceBound | Acquisition::Thompson => self.fit.warp.inverse(-score),
            Acquisition::LogExpectedImprovement => score,
            _ => libm::exp(score),
        }
    }

    /// Share of the score's lead over a typical place that comes from a lower mean, the rest being
    /// a larger spread: how much the score falls when the one is made typical, averaged over
    /// before and after the other is (Shapley 1953). None where neither leads. Of a drawn
    /// function, the draw's deviation in σ is kept; under noise, as if there was none.
    fn exploit(&self, mean: f64, std: f64, score: f64, bounds: &[(f64, f64)]) -> Option<f64> {
        let halton = Halton::plain(bounds.len());
        let place = |n| {
            halton
                .point(n)
                .iter()
                .zip(bounds)
                .map(|(u, (low, high))| low + u * (high - low))
                .collect()
        };
        let (means, stds) =
            self.fit.gp.posterior(&(1..=TYPICAL).map(place).collect::<Vec<Vec<f64>>>());
        let [typical_mean, typical_std] = [means, stds].map(|mut values| {
            ascending(&mut values);
            values[TYPICAL / 2]
        });
        let drawn = (-score - mean) / std;
        let score = |mean: f64, std: f64| match self.draws {
            Draws::Path(_) => -mean - drawn * std,
            _ => self.score(mean, std).0,
        };
        let (here, typical) = (score(mean, std), score(typical_mean, typical_std));
        let (dull, sure) = (score(typical_mean, std), score(mean, typical_std));
        let by_mean = (0.5 * (here - dull + sure - typical)).max(0.0);
        let by_std = (0.5 * (here - sure + dull - typical)).max(0.0);
        Some(by_mean / (by_mean + by_std)).filter(|share| (0.0..=1.0).contains(share))
    }

    /// Why a point is chosen, beside the trials told.
    pub(super) fn reason(&self, unit: &[f64], bounds: &[(f64, f64)], told: &[Vec<f64>]) -> Reason {
        let at = &[unit.to_vec()];
        let (mean, std) = self.fit.gp.posterior(at);
        let finite = self.chance(at)[0];
        let gap = |&i: &usize| distance(&told[i], unit);
        let nearest = (0..told.len()).min_by(|a, b| gap(a).total_cmp(&gap(b)));
        let [low, median, high] = self.band(mean[0], std[0]);
        let score = self.scores(at)[0];
        Reason::Model {
            acquisition: self.acquisition,
            median,
            band: [low, high],
            best: Some(self.best),
            level: self.fit.warp.inverse(self.threshold),
            chance: probability_of_improvement(mean[0], std[0], self.threshold),
            value: self.value(score),
            kappa: self.kappa,
            exploit: self.exploit(mean[0], std[0], score, bounds),
            finite,
            nearest: nearest.unwrap_or(0),
        }
    }

    /// The 68 % band of the loss and its median between: N(mean, std²) mapped back to the
    /// objective's units.
    pub(super) fn band(&self, mean: f64, std: f64) -> [f64; 3] {
        [mean - std, mean, mean + std].map(|t| self.fit.warp.inverse(t))
    }

    /// The point with the largest score found that is no repeat of a trial told.
    pub(super) fn argmax(
        &self,
        bounds: &[(f64, f64)],
        told: &[Vec<f64>],
        rng: &mut dyn Rng,
    ) -> Vec<f64> {
        let best = &told[self.best.0];
        let mut candidates: Vec<Vec<f64>> = (0..CANDIDATES).map(|_| draw(bounds, rng)).collect();
        for i in 0..NEIGHBOURS {
            let reach = libm::pow(10.0, -1.0 - 3.0 * i as f64 / NEIGHBOURS as f64);
            let step = |(b, (low, high)): (&f64, &(f64, f64))| {
                (b + reach * (2.0 * uniform(rng) - 1.0)).clamp(*low, *high)
            };
            candidates.push(best.iter().zip(bounds).map(step).collect());
        }
        let mut ranks = Ranks::new(self, &candidates);
        let mut found = ranks.first(0..CANDIDATES, REFINED);
        found.extend(ranks.first(CANDIDATES..candidates.len(), 1));
        let descend = |&i: &usize| {
            minimise(&candidates[i], bounds, 60, 1e-6, |u, slope| self.descent(u, slope))
        };
        let mut refined: Vec<(Vec<f64>, f64)> = found.iter().map(descend).collect();
        sort_by(&mut refined, |a, b| a.1.total_cmp(&b.1));
        let new = |u: &Vec<f64>| told.iter().all(|t| distance(t, u) >= SAME);
        // If all of them are repeats, the best of the other candidates will do; a space of one
        // point has repeats only.
        let rest = || {
            let order = ranks.first(0..candidates.len(), candidates.len());
            order.into_iter().map(|i| candidates[i].clone()).find(new)
        };
        let refined = refined.into_iter().map(|(u, _)| u).find(new);
        refined.or_else(rest).unwrap_or_else(|| best.clone())
    }
}

/// Candidates by their scores with log p, of which p is computed only where it can matter: it
/// lowers a score.
struct Ranks<'a> {
    model: &'a Surrogate,
    candidates: &'a [Vec<f64>],
    /// Without log p.
    scores: Vec<f64>,
    /// With log p, where it is known.
    totals: Vec<Option<f64>>,
}

impl<'a> Ranks<'a> {
    /// Candidates whose chances are computed together.
    const TOGETHER: usize = 16;

    fn new(model: &'a Surrogate, candidates: &'a [Vec<f64>]) -> Self {
        let scores = model.scores(candidates);
        Self { model, candidates, scores, totals: vec![None; candidates.len()] }
    }

    /// Those `count` of a range with the largest scores, the largest first; of equals the first.
    fn first(&mut self, range: Range<usize>, count: usize) -> Vec<usize> {
        let mut waiting: Vec<usize> = range.collect();
        sort_by(&mut waiting, |&a, &b| self.scores[b].total_cmp(&self.scores[a]));
        let mut known: Vec<usize> = Vec::new();
        for some in waiting.chunks(Self::TOGETHER) {
            let last = known.get(count.wrapping_sub(1)).and_then(|&i| self.totals[i]);
            if last.is_some_and(|last| last > self.scores[some[0]]) {
                break;
            }
            let points: Vec<Vec<f64>> = some.iter().map(|&i| self.candidates[i].clone()).collect();
            for (&i, p) in some.iter().zip(self.model.chance(&points)) {
                self.totals[i] = Some(self.scores[i] + libm::log(p));
            }
            known.extend(some);
            let total = |i: usize| self.totals[i].unwrap_or(f64::NEG_INFINITY);
            sort_by(&mut known, |&a, &b| total(b).total_cmp(&total(a)).then(a.cmp(&b)));
        }
        known.truncate(count);
        known
    }
}
