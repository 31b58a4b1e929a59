//! Population-based training: Jaderberg et al. (2017), at the defaults of Ray Tune's scheduler.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | q | `quantile` | share that copies, and share that is copied from |
//! | | `resample` | chance that a value is drawn anew instead of perturbed |
//! | | `factors` | what a value is multiplied by, either with equal chance |
//!
//! A schedule over a population: after each interval the worst q copy weights and hyperparameters
//! of random members of the best q, then each hyperparameter is perturbed. The page trains; this
//! says who copies whom and with what.
//!
//! Unlike Ray, a perturbed value stays in its range. Stepped values go to the nearest step, choices
//! to a neighbour.

use super::comparable;
use crate::search::{below, uniform};
use crate::sort::sort_by;
use crate::space::{Kind, Point, Space};
use rand::Rng;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Population {
    pub quantile: f64,
    pub resample: f64,
    pub factors: [f64; 2],
}

/// One copy: `member` takes the weights of `from` and goes on at `point`. A lineage is the list of
/// them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Copy {
    pub member: usize,
    pub from: usize,
    pub point: Point,
}

impl Population {
    pub const RAY: Self = Self { quantile: 0.25, resample: 0.25, factors: [1.2, 0.8] };

    /// Members that copy: ⌈n·q⌉, at most half.
    pub fn copying(&self, n: usize) -> usize {
        (libm::ceil(n as f64 * self.quantile) as usize).min(n / 2)
    }

    /// Who copies whom after an interval; losses and points are by member.
    pub fn step(
        &self,
        space: &Space,
        losses: &[f64],
        points: &[Point],
        rng: &mut dyn Rng,
    ) -> Vec<Copy> {
        let mut order: Vec<usize> = (0..losses.len()).collect();
        sort_by(&mut order, |&a, &b| comparable(losses[a]).total_cmp(&comparable(losses[b])));
        let count = self.copying(losses.len());
        let copies = order[losses.len() - count..].iter().map(|&member| {
            let from = order[below(count, rng)];
            Copy { member, from, point: self.perturbed(space, &points[from], rng) }
        });
        copies.collect()
    }

    fn perturbed(&self, space: &Space, point: &[f64], rng: &mut dyn Rng) -> Point {
        let one = |(p, &x): (&crate::space::Param, &f64)| {
            let (anew, value, up) =
                (uniform(rng) < self.resample, p.from_unit(uniform(rng)), below(2, rng));
            match p.kind {
                _ if anew => value,
                Kind::Choice(_) => (x + [1.0, -1.0][up]).clamp(p.low, p.high),
                _ => p.from_unit(p.to_unit((x * self.factors[up]).clamp(p.low, p.high))),
            }
        };
        let mut point: Point = space.params.iter().zip(point).map(one).collect();
        space.settle(&mut point);
        point
    }
}

/// The members whose weights became those of `member` after the last interval, one an interval;
/// `copies` are those before each interval but the first.
pub fn lineage(copies: &[Vec<Copy>], member: usize) -> Vec<usize> {
    let mut line = vec![member];
    let mut at = member;
    for copies in copies.iter().rev() {
        at = copies.iter().find(|copy| copy.member == at).map_or(at, |copy| copy.from);
        line.push(at);
    }
    line.reverse();
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn the_worst_quarter_copies_the_best_and_perturbs() {
        let space = Space::new(vec![
            Param::new("learning_rate", 1e-3, 1.0, Scale::Log).unwrap(),
            Param::integer("batch", 8, 64, Scale::Linear).unwrap(),
        ]);
        let points: Vec<Point> =
            (0..8).map(|i| vec![0.01 * f64::from(i + 1), f64::from(8 + i)]).collect();
        let losses = [0.5, f64::NAN, 0.1, 0.9, 0.2, 0.6, 0.7, 0.4];
        let mut factors = 0;
        for seed in 0..50 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let copies = Population::RAY.step(&space, &losses, &points, &mut rng);
            assert_eq!(copies.iter().map(|c| c.member).collect::<Vec<_>>(), [3, 1]);
            for copy in copies {
                assert!([2, 4].contains(&copy.from) && space.contains(&copy.point));
                let ratio = copy.point[0] / points[copy.from][0];
                factors += usize::from((ratio - 1.2).abs() < 1e-9 || (ratio - 0.8).abs() < 1e-9);
            }
        }
        assert!((60..90).contains(&factors), "{factors} of 100, three quarters on average");
        assert_eq!([1, 2, 3, 4, 10].map(|n| Population::RAY.copying(n)), [0, 1, 1, 1, 3]);
    }
}
