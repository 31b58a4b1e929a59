//! Simulated annealing as Hyperopt means it (hyperopt/anneal.py): draws near good trials, in ranges
//! that shrink.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | T | | trials told in which the parameter counted |
//! | r | | rank of the trial drawn around, from 0: geometric with mean 2, so the best one half the time |
//! | s | `width` | 1/(1 + T/10), the share of the range that is drawn from |
//!
//! Each parameter picks a good trial of its own, and draws uniformly from a stretch of width s
//! around its value, pushed inside the range. A choice keeps the trial's with probability 1 − s,
//! and is drawn anew otherwise.

use super::{Belief, Figure, Outcome, Proposal, Reason, Search, draw, rank_value, ranked, uniform};
use crate::space::{Point, Space};
use rand::Rng;

/// 1 / Hyperopt's `avg_best_idx`: the chance to stop at each rank.
const STOP: f64 = 0.5;
/// Hyperopt's `shrink_coef`.
const SHRINK: f64 = 0.1;

pub struct Anneal {
    space: Space,
    told: Vec<Point>,
    losses: Vec<f64>,
}

impl Anneal {
    pub fn new(space: &Space) -> Self {
        Self { space: space.clone(), told: Vec::new(), losses: Vec::new() }
    }
}

fn width(trials: usize) -> f64 {
    1.0 / (1.0 + SHRINK * trials as f64)
}

impl Search for Anneal {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let mut unit = draw(&self.space, rng);
        if self.told.is_empty() {
            return Proposal { point: self.space.from_unit(&unit), reason: Reason::Random };
        }
        let order = ranked(&self.losses);
        let mut around = Vec::with_capacity(unit.len());
        for (i, p) in self.space.params.iter().enumerate() {
            let counted = |n: &&usize| p.when.is_none() || self.space.active(&self.told[**n])[i];
            let trials: Vec<usize> = order.iter().filter(counted).copied().collect();
            let mut rank = 0;
            while rank + 1 < trials.len() && uniform(rng) >= STOP {
                rank += 1;
            }
            let Some(&trial) = trials.get(rank) else {
                around.push(order[0]);
                continue;
            };
            around.push(trial);
            let (s, at) = (width(trials.len()), p.to_unit(self.told[trial][i]));
            if p.is_choice() {
                if uniform(rng) >= s {
                    unit[i] = at;
                }
            } else {
                unit[i] = at.clamp(0.5 * s, 1.0 - 0.5 * s) + s * (unit[i] - 0.5);
            }
        }
        let reason = Reason::Annealed { around, width: width(self.told.len()) };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        self.told.push(point.to_vec());
        self.losses.push(rank_value(outcome));
    }

    fn belief(&mut self, _: &[Point]) -> Belief {
        let figure =
            Figure::Shrinking { width: width(self.told.len()), ranked: ranked(&self.losses) };
        Belief { layers: Vec::new(), figure }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn draws_stay_within_the_stretch_and_mostly_around_the_best() {
        let space = Space::new(vec![Param::new("x", 0.0, 1.0, Scale::Linear).unwrap()]);
        let mut search = Anneal::new(&space);
        (0..90).for_each(|n| search.tell(&[f64::from(n) / 89.0], Outcome::Value(f64::from(n))));
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut best = 0;
        for _ in 0..1000 {
            let Proposal { point, reason: Reason::Annealed { around, width } } =
                search.ask(&mut rng)
            else {
                panic!("it knows trials")
            };
            assert!((width - 0.1).abs() < 1e-12);
            let middle = (around[0] as f64 / 89.0).clamp(0.05, 0.95);
            assert!((point[0] - middle).abs() <= 0.05 + 1e-12);
            best += usize::from(around[0] == 0);
        }
        assert!((450..550).contains(&best), "{best}");
    }
}
