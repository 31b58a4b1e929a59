//! Bayesian optimisation with a Gaussian process.
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | n, d | | trials told, dimensions |
//! | u | d | a point of the unit cube |
//! | μ, σ | | mean and standard deviation of the modelled value (see [`warp`](super::warp)) |
//! | p | | chance that training stays finite (see [`finite`](super::finite)) |
//!
//! A few space-filling points (beside the model of an earlier study: where that expects least),
//! then the point with the largest acquisition × p, found from random starts and refined by its
//! slopes. No trial is repeated.
//!
//! Thompson sampling and noisy expected improvement look at functions drawn from the process (see
//! [`draws`](super::draws)); what is drawn depends on the study's seed and the number of trials
//! told alone.
//!
//! A diverged trial has no value; the model takes it as the worst one seen. Without any, μ and σ
//! would stay as hopeful there as where nothing was tried, and a p that is merely small would not
//! keep the search away.

use super::draws::{Path, Worlds};
use super::earlier::{LARGEST, earlier};
use super::finite::Finite;
use super::fit::{Held, fit};
use super::gp::Gp;
use super::scramble::hash;
use super::surrogate::{Draws, Surrogate, draw};
use super::{
    Acquisition, Belief, Figure, Outcome, Proposal, Quantity, Reason, Search, Strategy, ranked,
    single,
};
use crate::space::{Point, Space};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::rc::Rc;

/// Candidates of a space-filling point.
const STARTUP_CANDIDATES: usize = 64;
/// So many times as many, of which the model of an earlier study leaves that number.
const FORESEEN: usize = 8;
/// Space-filling points beside such a model.
const FORESEEN_STARTUP: usize = 3;
/// The model's cost grows with the cube of its trials: it takes no more than this, the best half of
/// them and the newest.
pub const MAX_TRIALS: usize = 200;
/// Noise variance of standardised values above which the best loss is not taken at its word.
const SCATTER: f64 = 1e-2;

pub struct Bayesian {
    space: Space,
    held: Held,
    acquisition: Acquisition,
    kappa: Option<f64>,
    xi: f64,
    seed: u64,
    startup: usize,
    /// The model of an earlier study, of its losses as they were modelled there.
    earlier: Option<Rc<Gp>>,
    /// Trials told (n × d, unit cube) and what they scored; none where they diverged.
    told: Vec<Vec<f64>>,
    losses: Vec<Option<f64>>,
    /// Whether each was stopped before its end.
    stopped: Vec<bool>,
    /// Fitted when it is wanted; none where there is nothing to fit yet.
    model: Option<Surrogate>,
    /// Whether trials were told since the last fit.
    stale: bool,
}

impl Bayesian {
    pub fn new(strategy: &Strategy, space: &Space) -> Self {
        let held = Held {
            kernel: strategy.kernel,
            length_scale: strategy.length_scale,
            noise: strategy.noise,
        };
        let earlier = earlier(held, space, &strategy.earlier);
        let startup = startup(space.dim(), strategy.budget);
        Self {
            space: space.clone(),
            held,
            acquisition: strategy.acquisition,
            kappa: strategy.kappa.map(finite),
            xi: finite(strategy.xi),
            seed: strategy.seed,
            startup: if earlier.is_some() { FORESEEN_STARTUP } else { startup },
            earlier,
            told: Vec::new(),
            losses: Vec::new(),
            stopped: Vec::new(),
            model: None,
            stale: false,
        }
    }

    /// Brings the model up to the trials told. It depends on nothing else: not on what was asked
    /// before.
    fn refit(&mut self) {
        if self.stale {
            self.model = self.fit();
            self.stale = false;
        }
    }

    fn fit(&self) -> Option<Surrogate> {
        let finite: Vec<bool> = self.losses.iter().map(Option::is_some).collect();
        let seen = || self.losses.iter().enumerate().filter_map(|(i, y)| Some((i, (*y)?)));
        // Early losses are no final ones: the best is one that went to its end, and none that was
        // stopped counts as better.
        let ended = || seen().filter(|(i, _)| !self.stopped[*i]);
        let (number, loss) =
            ended().min_by(|a, b| a.1.total_cmp(&b.1)).or_else(|| seen().next())?;
        let (_, worst) = seen().max_by(|a, b| a.1.total_cmp(&b.1))?;
        if self.told.len() < self.startup || seen().nth(1).is_none() {
            return None;
        }
        let counted = |(y, stopped): (&Option<f64>, &bool)| match y.unwrap_or(worst) {
            y if *stopped => y.max(loss),
            y => y,
        };
        let y: Vec<f64> = self.losses.iter().zip(&self.stopped).map(counted).collect();
        let (mut taken, n) = (ranked(&y), y.len());
        if n > MAX_TRIALS {
            taken.truncate(MAX_TRIALS / 2);
            let newest: Vec<usize> =
                (0..n).rev().filter(|i| !taken.contains(i)).take(MAX_TRIALS / 2).collect();
            taken.extend(newest);
        }
        taken.sort_unstable();
        let x: Vec<Vec<f64>> = taken.iter().map(|&i| self.told[i].clone()).collect();
        let y: Vec<f64> = taken.iter().map(|&i| y[i]).collect();
        let finite: Vec<bool> = taken.iter().map(|&i| finite[i]).collect();
        let fit = fit(self.held, &x, &y, self.earlier.as_ref())?;
        // Where neighbouring losses scatter, the best one seen is partly luck: what to improve on
        // is the best expectation.
        let level = if fit.noise > SCATTER {
            fit.gp.posterior(&x).0.into_iter().fold(f64::INFINITY, f64::min)
        } else {
            fit.warp.forward(loss)
        };
        let threshold = level - self.xi;
        let mut rng = ChaCha8Rng::seed_from_u64(hash(&[self.seed, n as u64]));
        let values = || y.iter().map(|y| fit.warp.forward(*y)).collect::<Vec<_>>();
        let draws = match self.acquisition {
            Acquisition::Thompson => Draws::Path(Path::draw(&fit, &values(), &mut rng)),
            Acquisition::NoisyExpectedImprovement => {
                Draws::Worlds(Box::new(Worlds::draw(&fit, &values(), self.xi, &mut rng)?))
            }
            _ => Draws::Nothing,
        };
        let (finite, best) = (Finite::new(&x, &finite), (number, loss));
        let kappa = self.kappa.unwrap_or_else(|| kappa(self.space.dim(), n));
        Some(Surrogate {
            fit,
            finite,
            best,
            threshold,
            taken,
            acquisition: self.acquisition,
            kappa,
            draws,
        })
    }

    /// The candidate that lies farthest from every trial told (Mitchell 1991), with the cube's
    /// opposite faces joined, so that corners are not preferred; and how many candidates lay
    /// where the earlier model expects less, with how many there were, where there is such a
    /// model.
    fn space_filling(&self, rng: &mut dyn Rng) -> (Vec<f64>, Option<[usize; 2]>) {
        let count = STARTUP_CANDIDATES * if self.earlier.is_some() { FORESEEN } else { 1 };
        let mut candidates: Vec<Vec<f64>> =
            (0..count).map(|_| draw(&self.space.bounds(), rng)).collect();
        if let Some(earlier) = &self.earlier {
            let means = earlier.posterior(&candidates).0;
            candidates = ranked(&means)
                .into_iter()
                .take(STARTUP_CANDIDATES)
                .map(|i| candidates[i].clone())
                .collect();
        }
        let gap = |a: &[f64], b: &[f64]| -> f64 {
            let axis = |(a, b): (&f64, &f64)| (a - b).abs().min(1.0 - (a - b).abs());
            a.iter().zip(b).map(axis).map(|gap| gap * gap).sum()
        };
        let room = |u: &Vec<f64>| self.told.iter().map(|t| gap(u, t)).fold(f64::INFINITY, f64::min);
        let farthest = candidates
            .into_iter()
            .enumerate()
            .rev()
            .max_by(|a, b| room(&a.1).total_cmp(&room(&b.1)));
        let (rank, unit) = farthest.unwrap_or_default();
        (unit, self.earlier.is_some().then_some([rank, count]))
    }
}

/// An option between 0 and 100; one that is not a number counts as 0.
fn finite(option: f64) -> f64 {
    if option.is_nan() { 0.0 } else { option.clamp(0.0, 100.0) }
}

/// κ by the regret bound of Srinivas et al. (2010) at confidence 0.9, its square taken by 5 as they
/// did in practice: κ² = 2 log(d n² π²/6δ)/5, δ = 0.1.
fn kappa(d: usize, n: usize) -> f64 {
    let pi = std::f64::consts::PI;
    libm::sqrt(0.4 * libm::log((d * n * n).max(1) as f64 * pi * pi / 0.6))
}

/// Space-filling points before the first model: 2d + 1, but at most a quarter of the budget and at
/// least 3.
fn startup(d: usize, budget: usize) -> usize {
    (2 * d + 1).min(budget / 4).max(3)
}

impl Search for Bayesian {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        self.refit();
        let Some(model) = &self.model else {
            let (index, (unit, foreseen)) = (self.told.len(), self.space_filling(rng));
            // Beyond them where too few have come to a loss for a model.
            let of = self.startup;
            let reason = foreseen.map_or(Reason::Startup { index, of }, |[better, candidates]| {
                Reason::Foreseen { index, of, better, candidates }
            });
            return Proposal { point: self.space.from_unit(&unit), reason };
        };
        let unit = model.argmax(&self.space.bounds(), &self.told, rng);
        let reason = model.reason(&unit, &self.space.bounds(), &self.told);
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        self.told.push(self.space.to_unit(point));
        self.losses.push(outcome.seen().map(|loss| loss.clamp(-LARGEST, LARGEST)));
        self.stopped.push(matches!(outcome, Outcome::Pruned { .. }));
        self.stale = true;
    }

    fn bands(&mut self, at: &[Point]) -> Vec<[f32; 3]> {
        self.refit();
        let Some(model) = &self.model else { return Vec::new() };
        let unit: Vec<Vec<f64>> = at.iter().map(|point| self.space.to_unit(point)).collect();
        let (mean, std) = model.fit.gp.posterior(&unit);
        mean.iter().zip(&std).map(|(&mean, &std)| model.band(mean, std).map(single)).collect()
    }

    fn belief(&mut self, at: &[Point]) -> Belief {
        self.refit();
        let Some(model) = &self.model else { return Belief::default() };
        let unit: Vec<Vec<f64>> = at.iter().map(|point| self.space.to_unit(point)).collect();
        let (mean, std) = model.fit.gp.posterior(&unit);
        let bands = || mean.iter().zip(&std).map(|(&mean, &std)| model.band(mean, std));
        let wanted = model.scores(&unit).into_iter().zip(model.chance(&unit)).map(|(score, p)| {
            if model.acquisition.is_logarithm() {
                score + libm::log(p)
            } else {
                libm::exp(score) * p
            }
        });
        let ended = model.taken.iter().enumerate().filter(|(_, trial)| !self.stopped[**trial]);
        let left_out = ended.filter_map(|(i, &trial)| {
            let (mean, std) = (model.fit.left_out.0[i], model.fit.left_out.1[i]);
            Some((trial, self.losses[trial]?, model.band(mean, std)))
        });
        let prior = model.fit.gp.prior();
        Belief {
            layers: vec![
                (Quantity::Mean, bands().map(|[_, median, _]| single(median)).collect()),
                (
                    Quantity::Spread,
                    bands().map(|[low, _, high]| single(0.5 * (high - low))).collect(),
                ),
                (Quantity::Acquisition, wanted.map(single).collect()),
            ],
            figure: Figure::Fit {
                length_scales: prior.length_scales.clone(),
                noise: libm::sqrt(model.fit.noise),
                detail: prior.detail.map(|detail| [detail.share, detail.reach]),
                share: model.fit.gp.base().map(|base| base.share),
                taken: model.taken.clone(),
                left_out: left_out.collect(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Earlier;
    use super::super::halton::Halton;
    use super::super::sequence::Sequence;
    use super::*;
    use crate::space::{Param, Scale};

    /// A bowl beside the earlier one: that leads at once to the new one, and one that is upside
    /// down is given up.
    #[test]
    fn an_earlier_study_helps_and_a_misleading_one_is_given_up() {
        let param = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![param("a"), param("b")]);
        let bowl = |u: &[f64], at: [f64; 2]| {
            u.iter().zip(at).map(|(u, a)| 4.0 * (u - a) * (u - a)).sum::<f64>()
        };
        let halton = Halton::plain(2);
        let points: Vec<Point> = (1..=20).map(|n| halton.point(n)).collect();
        let study = |sign: Option<f64>| {
            let trial = |sign: f64| {
                points
                    .iter()
                    .map(|x| Earlier(Some(sign * bowl(x, [0.75, 0.25])), x.clone()))
                    .collect()
            };
            let earlier = sign.map_or(Vec::new(), trial);
            let mut search = Bayesian::new(&Strategy { earlier, ..Strategy::default() }, &space);
            let (mut losses, mut shares) = (Vec::new(), Vec::new());
            for n in 0..12 {
                let point = search.ask(&mut ChaCha8Rng::seed_from_u64(n)).point;
                losses.push(10.0 + 3.0 * bowl(&point, [0.7, 0.3]));
                search.tell(&point, Outcome::Value(losses[losses.len() - 1]));
                if let Figure::Fit { share, .. } = search.belief(&[]).figure {
                    shares.push(share);
                }
            }
            (losses, shares)
        };
        let (plain, none) = study(None);
        let (helped, shares) = study(Some(1.0));
        assert!(none.iter().all(Option::is_none));
        assert!(helped[0] < 10.1 && helped[0] < plain[0], "{helped:?} {plain:?}");
        assert!(shares[shares.len() - 1].is_some_and(|share| share > 0.5), "{shares:?}");
        let (misled, shares) = study(Some(-1.0));
        let best = misled.iter().copied().fold(f64::INFINITY, f64::min);
        assert!(misled[0] > 10.5 && best < 10.1, "{misled:?}");
        assert!(shares[shares.len() - 1].is_some_and(|share| share < 0.5), "{shares:?}");
    }

    #[test]
    fn what_is_said_of_a_place_is_said_of_one_distribution() {
        let param = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![param("a"), param("b")]);
        for acquisition in [Acquisition::ExpectedImprovement, Acquisition::ProbabilityOfImprovement]
        {
            let strategy = Strategy { acquisition, ..Strategy::default() };
            let mut search = Bayesian::new(&strategy, &space);
            let (mut exploiting, mut exploring) = (0, 0);
            for n in 0..25 {
                let Proposal { point, reason } = search.ask(&mut ChaCha8Rng::seed_from_u64(n));
                if let Reason::Model {
                    median,
                    band: [low, high],
                    level,
                    chance,
                    value,
                    exploit,
                    ..
                } = reason
                {
                    assert!(low < median && median < high, "{low} {median} {high}");
                    // Whether gaining is likelier than not shows in the median; than one in six, in
                    // the interval.
                    assert_eq!(chance > 0.5, median < level, "{chance}: {median} {level}");
                    assert_eq!(chance > 0.158_655_3, low < level, "{chance}: {low} {level}");
                    let model = search.model.as_ref().unwrap();
                    let (mean, std) = model.fit.gp.posterior(&[space.to_unit(&point)]);
                    // Midpoints over eight standard deviations to either side.
                    let gain = |i: i32| {
                        let z = 8.0 * (f64::from(i) + 0.5) / 20_000.0;
                        let loss = model.fit.warp.inverse(mean[0] + std[0] * z);
                        (level - loss).max(0.0) * super::super::acquisition::density(z) * 8.0
                            / 20_000.0
                    };
                    let gain = (-20_000..20_000).map(gain).sum::<f64>();
                    let told =
                        if acquisition == Acquisition::ExpectedImprovement { gain } else { chance };
                    assert!((told - value).abs() < 1e-3 * value + 1e-12, "{told} {value}");
                    exploiting += usize::from(exploit.is_some_and(|share| share > 0.7));
                    exploring += usize::from(exploit.is_some_and(|share| share < 0.3));
                }
                let away = |(x, best): (&f64, f64)| (x - best) * (x - best);
                search.tell(&point, Outcome::Value(point.iter().zip([0.3, 0.6]).map(away).sum()));
            }
            assert!(
                exploiting > 2,
                "{acquisition:?}: {exploiting} exploiting, {exploring} exploring"
            );
        }
    }
}
