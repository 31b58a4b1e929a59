//! BOHB: Falkner, Klein & Hutter (2018), Hyperband whose trials a model proposes. Stopping them is
//! the pruner's part ([`crate::prune::halving`]); this is the model.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | d | | parameters that can move |
//! | b | `rung` | epochs after which losses are compared: the largest at which enough trials have one |
//! | N, N_min | `least` | trials with a loss there; d + 1 |
//! | q | `TOP` | share of them that counts as good, at least N_min; the worst, at least N_min too, are bad |
//! | l, g | `Density` | kernel densities of the good and of the bad ones |
//! | h | `widths` | 1.06·s·n^(−1/(d + 4)), at least 1e-3, with s the standard deviation along the axis |
//!
//! One trial in three is a uniform draw, and all are until some rung has N_min + 2 trials.
//! Otherwise 64 candidates are drawn around good trials, three times as wide as the kernels of l,
//! and the one with the largest l/g is tried. Rungs are the epochs at which trials were stopped,
//! and the end; a trial that went on counts at a rung with the loss it had there.
//!
//! Defaults and densities are HpBandSter's (`optimizers/config_generators/bohb.py`, statsmodels'
//! `KDEMultivariate`), but for choices: theirs take a normal's width, here the kernel of Aitchison
//! & Aitken (1976) keeps a choice but for a share n^(−1/(d + 4)) of what is left to the others.
//! Parameters that do not count for a trial stand at their low ends.

use super::{
    Belief, Figure, Outcome, Proposal, Quantity, Reason, Search, below, draw, normal, ranked,
    single, uniform,
};
use crate::space::{Point, Space};
use rand::Rng;
use std::collections::BTreeSet;

/// Share of uniform draws, share of trials that count as good, candidates, and how much wider they
/// are drawn.
const RANDOM: f64 = 1.0 / 3.0;
const TOP: f64 = 0.15;
const CANDIDATES: usize = 64;
const WIDER: f64 = 3.0;

/// ln √(2π).
const LOG_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

/// The epochs of a rung: none for the end of training.
type Rung = Option<usize>;

pub struct Bohb {
    space: Space,
    told: Vec<Told>,
    /// Losses of the trial told next.
    curve: Vec<(usize, f64)>,
}

struct Told {
    /// Along each parameter: in the unit cube, of choices the number.
    at: Vec<f64>,
    curve: Vec<(usize, f64)>,
    outcome: Outcome,
}

impl Told {
    /// Loss after a rung's epochs: infinite where training had diverged, none where it was stopped
    /// before.
    fn loss(&self, rung: Rung) -> Option<f64> {
        let there = rung
            .and_then(|rung| self.curve.iter().find(|(epoch, _)| *epoch == rung))
            .map(|(_, loss)| *loss);
        match (self.outcome, rung) {
            (Outcome::Pruned { epoch, loss }, _) if rung == Some(epoch) => {
                Some(there.unwrap_or(loss))
            }
            (Outcome::Diverged | Outcome::Refused, _) => Some(there.unwrap_or(f64::INFINITY)),
            (outcome, None) => outcome
                .loss()
                .or((!matches!(outcome, Outcome::Pruned { .. })).then_some(f64::INFINITY)),
            (_, Some(_)) => there,
        }
    }
}

/// A product of kernels around some trials, over the parameters that can move.
struct Density<'a> {
    space: &'a Space,
    /// Trials (n × d) and the width along each parameter: 0 where it can't move.
    trials: Vec<&'a [f64]>,
    widths: Vec<f64>,
}

impl<'a> Density<'a> {
    fn new(space: &'a Space, trials: Vec<&'a [f64]>) -> Self {
        let (n, d) =
            (trials.len() as f64, space.params.iter().filter(|p| p.moves()).count() as f64);
        let shrink = libm::pow(n, -1.0 / (4.0 + d));
        let width = |i: usize| {
            let p = &space.params[i];
            if p.is_choice() || !p.moves() {
                // What is left to the other choices is largest where all are alike.
                return p.count().map_or(0.0, |count| shrink * (count as f64 - 1.0) / count as f64);
            }
            let mean = trials.iter().map(|at| at[i]).sum::<f64>() / n;
            let variance = trials.iter().map(|at| (at[i] - mean) * (at[i] - mean)).sum::<f64>() / n;
            (1.06 * libm::sqrt(variance) * shrink).max(1e-3)
        };
        let widths = (0..space.dim()).map(width).collect();
        Self { space, trials, widths }
    }

    /// Parameters that can move: number, width, and how many choices there are (0: a number).
    fn axes(&self) -> impl Iterator<Item = (usize, f64, usize)> {
        let free = self.space.params.iter().enumerate().filter(|(_, p)| p.moves());
        free.map(|(i, p)| {
            (i, self.widths[i], if p.is_choice() { p.count().unwrap_or(1) } else { 0 })
        })
    }

    fn log_density(&self, at: &[f64]) -> f64 {
        let kernel = |trial: &&[f64]| {
            let along = |(i, h, choices): (usize, f64, usize)| match choices {
                0 => {
                    -0.5 * ((at[i] - trial[i]) / h) * ((at[i] - trial[i]) / h)
                        - libm::log(h)
                        - LOG_SQRT_2PI
                }
                _ if at[i] == trial[i] => libm::log(1.0 - h),
                _ => libm::log(h / (choices - 1) as f64),
            };
            self.axes().map(along).sum::<f64>()
        };
        let logs: Vec<f64> = self.trials.iter().map(kernel).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        top + libm::log(
            logs.iter().map(|log| libm::exp(log - top)).sum::<f64>() / logs.len() as f64,
        )
    }

    /// A draw around one of the trials, wider than the density by [`WIDER`].
    fn sample(&self, rng: &mut dyn Rng) -> Vec<f64> {
        let mut at = self.trials[below(self.trials.len(), rng)].to_vec();
        for (i, h, choices) in self.axes() {
            let p = &self.space.params[i];
            if choices > 0 {
                if uniform(rng) < h || !p.takes(at[i]) {
                    at[i] = p.from_unit(uniform(rng));
                }
                continue;
            }
            let near =
                (0..16).map(|_| at[i] + WIDER * h * normal(rng)).find(|u| (0.0..=1.0).contains(u));
            at[i] = near.unwrap_or_else(|| uniform(rng));
        }
        at
    }
}

impl Bohb {
    pub fn new(space: &Space) -> Self {
        Self { space: space.clone(), told: Vec::new(), curve: Vec::new() }
    }

    /// Along each parameter: in the unit cube, of choices the number.
    fn at(&self, point: &[f64]) -> Vec<f64> {
        let along =
            |(p, &x): (&crate::space::Param, &f64)| if p.is_choice() { x } else { p.to_unit(x) };
        self.space.params.iter().zip(point).map(along).collect()
    }

    fn point(&self, at: &[f64]) -> Point {
        let value = |(p, &u): (&crate::space::Param, &f64)| match p.is_choice() && p.takes(u) {
            true => u,
            false => p.from_unit(u),
        };
        let mut point: Point = self.space.params.iter().zip(at).map(value).collect();
        self.space.settle(&mut point);
        point
    }

    /// The largest rung with enough trials, its good ones, best first, and its bad ones.
    fn split(&self) -> Option<(Rung, Vec<usize>, Vec<usize>)> {
        let least = 1 + self.space.params.iter().filter(|p| p.moves()).count();
        let stopped = self.told.iter().filter_map(|told| match told.outcome {
            Outcome::Pruned { epoch, .. } => Some(epoch),
            _ => None,
        });
        let rungs: BTreeSet<usize> = stopped.collect();
        std::iter::once(None).chain(rungs.into_iter().rev().map(Some)).find_map(|rung| {
            let at: Vec<(usize, f64)> = self
                .told
                .iter()
                .enumerate()
                .filter_map(|(n, told)| Some((n, told.loss(rung)?)))
                .collect();
            if at.len() < least + 2 {
                return None;
            }
            let losses: Vec<f64> = at.iter().map(|(_, loss)| *loss).collect();
            let order: Vec<usize> = ranked(&losses).into_iter().map(|i| at[i].0).collect();
            let good = least.max((TOP * order.len() as f64) as usize);
            let bad = least.max(order.len() - good);
            Some((rung, order[..good].to_vec(), order[order.len() - bad..].to_vec()))
        })
    }

    fn density(&self, of: &[usize]) -> Density<'_> {
        Density::new(&self.space, of.iter().map(|&n| &self.told[n].at[..]).collect())
    }
}

impl Search for Bohb {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let split = if uniform(rng) < RANDOM { None } else { self.split() };
        let Some((rung, good, bad)) = split else {
            return Proposal {
                point: self.space.from_unit(&draw(&self.space, rng)),
                reason: Reason::Random,
            };
        };
        let (l, g) = (self.density(&good), self.density(&bad));
        let scored = (0..CANDIDATES).map(|_| {
            let point = self.point(&l.sample(rng));
            let at = self.at(&point);
            (l.log_density(&at) - g.log_density(&at), point)
        });
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        let (score, point) = best.unwrap_or_default();
        let reason = Reason::Rung {
            epochs: rung,
            good: good.len(),
            bad: bad.len(),
            candidates: CANDIDATES,
            score,
        };
        Proposal { point, reason }
    }

    fn curve(&mut self, losses: &[(usize, f64)]) {
        self.curve = losses.to_vec();
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        let curve = std::mem::take(&mut self.curve);
        self.told.push(Told { at: self.at(point), curve, outcome });
    }

    fn belief(&mut self, at: &[Point]) -> Belief {
        let Some((_, good, bad)) = self.split() else { return Belief::default() };
        let [l, g] = [&good, &bad].map(|of| {
            let density = self.density(of);
            at.iter().map(|point| density.log_density(&self.at(point))).collect::<Vec<f64>>()
        });
        let ratio = l.iter().zip(&g).map(|(l, g)| single(l - g)).collect();
        let [l, g] = [l, g].map(|log| log.into_iter().map(single).collect());
        let layers = vec![(Quantity::Good, l), (Quantity::Bad, g), (Quantity::Ratio, ratio)];
        Belief { layers, figure: Figure::Split { good } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn line() -> Space {
        Space::new(vec![Param::new("x", 0.0, 1.0, Scale::Linear).unwrap()])
    }

    #[test]
    fn the_largest_rung_with_enough_trials_counts() {
        let mut search = Bohb::new(&line());
        let pruned = |epoch, loss| Outcome::Pruned { epoch, loss };
        // One parameter: four trials make a rung.
        for (n, outcome) in [pruned(1, 0.9), pruned(1, 0.8), pruned(3, 0.5)].into_iter().enumerate()
        {
            search.curve(&[(1, 0.9 - 0.1 * n as f64), (3, 0.5)][..1 + n / 2]);
            search.tell(&[0.1 * n as f64], outcome);
        }
        assert_eq!(search.split(), None);
        search.curve(&[(1, 0.2), (3, 0.1)]);
        search.tell(&[0.9], Outcome::Value(0.05));
        assert_eq!(search.split(), Some((Some(1), vec![3, 2], vec![1, 0])));
        for x in [0.6, 0.7] {
            search.curve(&[(1, 1.0), (3, x)]);
            search.tell(&[x], Outcome::Value(x));
        }
        assert_eq!(search.split(), Some((Some(3), vec![3, 2], vec![4, 5])));
        search.tell(&[0.5], Outcome::Diverged);
        assert_eq!(search.split(), Some((None, vec![3, 4], vec![5, 6])));
    }

    #[test]
    fn densities_integrate_to_one_and_good_places_are_sought() {
        let space = line();
        let at: Vec<Vec<f64>> = [0.2, 0.3, 0.35].iter().map(|u| vec![*u]).collect();
        let density = Density::new(&space, at.iter().map(Vec::as_slice).collect());
        // s = 0.0623610 (over n), h = 1.06·s·3^(−1/5).
        assert!((density.widths[0] - 0.053_063_6).abs() < 1e-6, "{}", density.widths[0]);
        let sum = (-1000..2000)
            .map(|i| libm::exp(density.log_density(&[f64::from(i) / 1000.0])))
            .sum::<f64>();
        assert!((sum / 1000.0 - 1.0).abs() < 1e-6, "{sum}");
        let mut search = Bohb::new(&space);
        let (mut near, mut modelled) = (0, 0);
        for n in 0..60 {
            let Proposal { point, reason } = search.ask(&mut ChaCha8Rng::seed_from_u64(n));
            let loss = (point[0] - 0.7).abs();
            if matches!(reason, Reason::Rung { .. }) {
                modelled += 1;
                near += usize::from(loss < 0.15);
            }
            search.tell(&point, Outcome::Value(loss));
        }
        // A third is drawn; of the others, uniform draws would be near three times in ten.
        assert!((28..50).contains(&modelled) && 3 * near > 2 * modelled, "{near} of {modelled}");
    }
}
