//! Tree-structured Parzen estimators: Bergstra, Bardenet, Bengio & Kégl (2011).
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | n | | trials told |
//! | γ(n) | `good` | how many of them count as good, best first |
//! | l, g | | densities of the good ones and of the others (see [`parzen`](super::parzen)) |
//!
//! Twenty-four candidates are drawn from l, and the one with the largest log l − log g is tried:
//! for a split at a fixed quantile that is the one with the largest expected improvement. The first
//! trials are uniform draws. A diverged trial counts as infinitely bad. Parameters that hang on
//! others are chosen one by one, from the trials in which they counted.
//!
//! | | Optuna 5 | Optuna 4 | Hyperopt |
//! |---|---|---|---|
//! | parameters | together | one by one | one by one |
//! | γ(n) | min(⌈n/10⌉, 25) | the same | min(⌈√n/4⌉, 25) |
//! | uniform draws first | 10 | 10 | 20 |
//! | widths, cutting off | each kernel by itself | the same | the prior is a neighbour; as one |
//!
//! Sources: optuna/samplers/_tpe/sampler.py, hyperopt/tpe.py at their defaults.

use super::parzen::{Parzen, Rule};
use super::{Belief, Figure, Outcome, Proposal, Quantity, Reason, Search, draw, ranked, single};
use crate::sort::sort_by;
use crate::space::{Param, Point, Space};
use rand::Rng;

/// What differs between the three.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    pub parzen: Rule,
    /// Whether all parameters are drawn together.
    pub joint: bool,
    /// Uniform draws before there are densities.
    pub startup: usize,
}

impl Rules {
    pub const OPTUNA_5: Self = Self { parzen: Rule::Optuna, joint: true, startup: 10 };
    pub const OPTUNA_4: Self = Self { joint: false, ..Self::OPTUNA_5 };
    pub const HYPEROPT: Self = Self { parzen: Rule::Hyperopt, joint: false, startup: 20 };

    /// How many of n trials count as good.
    pub fn good(&self, n: usize) -> usize {
        let share = match self.parzen {
            Rule::Optuna => n.div_ceil(10),
            Rule::Hyperopt => libm::ceil(0.25 * libm::sqrt(n as f64)) as usize,
        };
        share.min(25)
    }
}

/// Draws from the good density.
const CANDIDATES: usize = 24;

pub struct Tpe {
    rules: Rules,
    space: Space,
    told: Vec<Point>,
    /// Infinite where training diverged.
    losses: Vec<f64>,
    /// Epochs of those that were stopped; 0 for the others.
    stopped: Vec<usize>,
}

impl Tpe {
    pub fn new(rules: Rules, space: &Space) -> Self {
        Self {
            rules,
            space: space.clone(),
            told: Vec::new(),
            losses: Vec::new(),
            stopped: Vec::new(),
        }
    }

    /// Parameters that are drawn together, as numbers; those that can't move are in none.
    fn groups(&self) -> Vec<Vec<usize>> {
        let free = || (0..self.space.dim()).filter(|&i| self.space.params[i].moves());
        let together = |&i: &usize| self.rules.joint && self.space.params[i].when.is_none();
        let joint: Vec<usize> = free().filter(together).collect();
        let single = free().filter(|i| !together(i)).map(|i| vec![i]);
        std::iter::once(joint).chain(single).filter(|group| !group.is_empty()).collect()
    }

    fn good(&self) -> Vec<usize> {
        let mut good = ranked(&self.losses);
        // Trials that went to their end come first, then stopped ones, those that got farthest
        // ahead (the sort is stable).
        let key = |n: usize| (self.stopped[n] > 0, std::cmp::Reverse(self.stopped[n]));
        sort_by(&mut good, |&a, &b| key(a).cmp(&key(b)));
        good.truncate(self.rules.good(self.told.len()));
        good
    }

    /// Densities of the good trials and of the others over a group; trials in which a member did
    /// not count are left out.
    fn densities<'a>(
        &self,
        group: &[usize],
        params: &'a [&'a Param],
        good: &[usize],
    ) -> [Parzen<'a>; 2] {
        let (mut split, conditional) = ([vec![], vec![]], params.iter().any(|p| p.when.is_some()));
        for (n, point) in self.told.iter().enumerate() {
            if !conditional || group.iter().all(|&i| self.space.active(point)[i]) {
                split[usize::from(!good.contains(&n))]
                    .push(group.iter().map(|&i| point[i]).collect());
            }
        }
        split.map(|observed: Vec<Vec<f64>>| Parzen::new(self.rules.parzen, params, &observed))
    }

    fn params(&self, group: &[usize]) -> Vec<&Param> {
        group.iter().map(|&i| &self.space.params[i]).collect()
    }
}

impl Search for Tpe {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        if self.told.len() < self.rules.startup {
            return Proposal {
                point: self.space.from_unit(&draw(&self.space, rng)),
                reason: Reason::Random,
            };
        }
        let good = self.good();
        let mut point: Point = self.space.params.iter().map(|p| p.low).collect();
        let mut candidates = vec![point.clone(); CANDIDATES];
        let (mut scores, mut score, mut winner) = (vec![0.0; CANDIDATES], 0.0, None);
        let groups = self.groups();
        for group in &groups {
            if !group.iter().all(|&i| self.space.active(&point)[i]) {
                continue;
            }
            let params = self.params(group);
            let [l, g] = self.densities(group, &params, &good);
            let mut best = (f64::NEG_INFINITY, 0);
            for (n, candidate) in candidates.iter_mut().enumerate() {
                let drawn = l.sample(rng);
                let ratio = l.log_density(&drawn) - g.log_density(&drawn);
                group.iter().zip(&drawn).for_each(|(&i, &x)| candidate[i] = x);
                scores[n] += ratio;
                if n == 0 || ratio > best.0 {
                    best = (ratio, n);
                }
            }
            group.iter().for_each(|&i| point[i] = candidates[best.1][i]);
            score += best.0;
            winner = (groups.len() == 1).then_some(best.1);
        }
        Proposal { point, reason: Reason::Parzen { good, candidates, scores, winner, score } }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        self.told.push(point.to_vec());
        self.losses.push(outcome.seen().unwrap_or(f64::INFINITY));
        self.stopped.push(if let Outcome::Pruned { epoch, .. } = outcome {
            epoch.max(1)
        } else {
            0
        });
    }

    fn belief(&mut self, at: &[Point]) -> Belief {
        if self.told.len() < self.rules.startup {
            return Belief::default();
        }
        let good = self.good();
        let mut sums = [vec![0.0; at.len()], vec![0.0; at.len()]];
        for group in self.groups() {
            let params = self.params(&group);
            let densities = self.densities(&group, &params, &good);
            for (sum, density) in sums.iter_mut().zip(&densities) {
                for (sum, point) in sum.iter_mut().zip(at) {
                    *sum +=
                        density.log_density(&group.iter().map(|&i| point[i]).collect::<Vec<_>>());
                }
            }
        }
        let ratio = sums[0].iter().zip(&sums[1]).map(|(l, g)| single(l - g)).collect();
        let [l, g] = sums.map(|sum| sum.into_iter().map(single).collect());
        let layers = vec![(Quantity::Good, l), (Quantity::Bad, g), (Quantity::Ratio, ratio)];
        Belief { layers, figure: Figure::Split { good } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Condition, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn splits_of_the_three() {
        let sizes = |rules: Rules| [1, 10, 11, 50, 100, 1000].map(|n| rules.good(n));
        assert_eq!(sizes(Rules::OPTUNA_5), [1, 1, 2, 5, 10, 25]);
        assert_eq!(sizes(Rules::HYPEROPT), [1, 1, 1, 2, 3, 8]);
    }

    /// As the page says of them.
    #[test]
    fn a_point_that_is_put_together_mostly_was_no_candidate() {
        let space = Space::new(vec![
            Param::new("learning_rate", 0.003, 10.0, Scale::Log).unwrap(),
            Param::new("momentum", 0.0, 0.99, Scale::Linear).unwrap(),
        ]);
        for (rules, seed) in [Rules::OPTUNA_4, Rules::HYPEROPT]
            .into_iter()
            .flat_map(|rules| (0..8).map(move |seed| (rules, seed)))
        {
            let (mut search, mut rng) = (Tpe::new(rules, &space), ChaCha8Rng::seed_from_u64(seed));
            let (mut modelled, mut new) = (0, 0);
            for _ in 0..60 {
                let Proposal { point, reason } = search.ask(&mut rng);
                if let Reason::Parzen { candidates, .. } = reason {
                    modelled += 1;
                    new += usize::from(!candidates.contains(&point));
                }
                let [x, y] = [0, 1].map(|i: usize| space.params[i].to_unit(point[i]) - 0.6);
                search.tell(&point, Outcome::Value(x * x + y * y + x * y));
            }
            assert_eq!(modelled, 60 - rules.startup);
            assert!(2 * new > modelled, "{rules:?}, seed {seed}: {new} of {modelled}");
        }
    }

    #[test]
    fn stopped_trials_fill_up_what_is_good() {
        let space = Space::new(vec![Param::new("x", 0.0, 1.0, Scale::Linear).unwrap()]);
        let mut search = Tpe::new(Rules::OPTUNA_5, &space);
        let pruned = |epoch, loss| Outcome::Pruned { epoch, loss };
        let told = [
            pruned(2, 0.1),
            pruned(5, 0.9),
            Outcome::Value(3.0),
            pruned(5, 0.8),
            Outcome::Value(1.0),
        ];
        told.into_iter().for_each(|outcome| search.tell(&[0.5], outcome));
        // Twenty-five more stopped early: four of thirty count as good.
        (0..25).for_each(|_| search.tell(&[0.5], pruned(1, 0.0)));
        assert_eq!(search.good(), [4, 2, 3]);
        (0..20).for_each(|_| search.tell(&[0.5], pruned(1, 0.0)));
        assert_eq!(search.good(), [4, 2, 3, 1, 0]);
    }

    #[test]
    fn what_hangs_on_a_choice_learns_from_the_trials_that_had_it() {
        let space = Space::new(vec![
            Param::choice("rule", &["sgd", "momentum"]).unwrap(),
            Param::new("momentum", 0.0, 0.99, Scale::Linear).unwrap(),
        ]);
        let space = space.when(1, Condition::Is { param: 0, value: 1.0 }).unwrap();
        let mut search = Tpe::new(Rules::OPTUNA_5, &space);
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let mut near = 0;
        for n in 0..60 {
            let Proposal { point, .. } = search.ask(&mut rng);
            assert!(space.contains(&point), "{point:?}");
            let loss = if point[0] == 1.0 { (point[1] - 0.8).abs() } else { 1.0 };
            near += usize::from(n >= 30 && loss < 0.1);
            search.tell(&point, Outcome::Value(loss));
        }
        // Uniform draws would be near three times.
        assert!(near > 10, "{near} of 30");
    }
}
