//! The downhill simplex: Nelder & Mead (1965), in the unit cube.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | d | `axes` | parameters that can move and have an order |
//! | x₀ … x_d | `corners` | the simplex, best first |
//! | c | | centre of all corners but the worst |
//!
//! The worst corner is reflected through c. If that is the best so far, twice as far is tried
//! (expand); if it is no better than the second worst, half as far, on the better side (contract);
//! if that fails too, all corners halve their way to the best (shrink). Points beyond a range are
//! moved onto its end. A simplex that has shrunk to a point starts anew from a random one. A trial
//! placed by hand takes the place of the worst corner if it is better. Diverged trials count as
//! infinitely bad; choices are drawn at random for each simplex.

use super::{Belief, Figure, Outcome, Proposal, Reason, Search, SimplexStep, draw, rank_value};
use crate::sort::sort_by;
use crate::space::{Point, Space};
use rand::Rng;

/// Length of the first simplex's edges.
const EDGE: f64 = 0.25;
/// Edges of one that has ended.
const SMALLEST: f64 = 1e-4;

struct Corner {
    /// On the axes that move.
    x: Vec<f64>,
    loss: f64,
    trial: usize,
}

pub struct NelderMead {
    space: Space,
    axes: Vec<usize>,
    corners: Vec<Corner>,
    step: SimplexStep,
    /// What a reflected point scored, while expansion or contraction is tried.
    reflected: Option<Corner>,
    /// Corners that a shrink has still to move, from the worst.
    shrinking: usize,
    /// All coordinates of the corner a simplex started from: what the others keep.
    base: Vec<f64>,
    told: usize,
}

impl NelderMead {
    pub fn new(space: &Space) -> Self {
        let free = |i: &usize| space.params[*i].moves() && !space.params[*i].is_choice();
        let axes = (0..space.dim()).filter(free).collect();
        let (step, base) = (SimplexStep::Corner, vec![0.5; space.dim()]);
        Self {
            space: space.clone(),
            axes,
            corners: vec![],
            step,
            reflected: None,
            shrinking: 0,
            base,
            told: 0,
        }
    }

    /// Where the step under way leads, on the axes that move; none for the first corner of a
    /// simplex.
    fn target(&self) -> Option<Vec<f64>> {
        let d = self.axes.len();
        let along = |t: f64| {
            let worst = &self.corners[d].x;
            let centre =
                |i: usize| self.corners[..d].iter().map(|c| c.x[i]).sum::<f64>() / d as f64;
            (0..d).map(|i| (centre(i) + t * (centre(i) - worst[i])).clamp(0.0, 1.0)).collect()
        };
        let first = self.corners.first()?;
        Some(match self.step {
            SimplexStep::Corner => {
                let (mut x, axis) = (first.x.clone(), self.corners.len() - 1);
                if let Some(x) = x.get_mut(axis) {
                    *x += if *x < 0.5 { EDGE } else { -EDGE };
                }
                x
            }
            SimplexStep::Reflect => along(1.0),
            SimplexStep::Expand => along(2.0),
            SimplexStep::ContractOut => along(0.5),
            SimplexStep::ContractIn => along(-0.5),
            SimplexStep::Shrink => {
                let corner = &self.corners[self.corners.len() - self.shrinking];
                first.x.iter().zip(&corner.x).map(|(a, b)| 0.5 * (a + b)).collect()
            }
        })
    }

    fn full(&self, x: &[f64]) -> Point {
        let mut unit = self.base.clone();
        self.axes.iter().zip(x).for_each(|(&i, &x)| unit[i] = x);
        self.space.from_unit(&unit)
    }

    /// Sorts the corners and reflects, or starts anew where they have met.
    fn settle(&mut self) {
        sort_by(&mut self.corners, |a, b| a.loss.total_cmp(&b.loss));
        (self.step, self.reflected) = (SimplexStep::Reflect, None);
        let apart = |a: &Corner| {
            a.x.iter().zip(&self.corners[0].x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let same = |a: &Corner| self.full(&a.x) == self.full(&self.corners[0].x);
        if self.corners[1..].iter().all(|c| apart(c) < SMALLEST || same(c)) {
            self.corners.clear();
            self.step = SimplexStep::Corner;
        }
    }

    fn replace_worst(&mut self, corner: Corner) {
        self.corners.pop();
        self.corners.push(corner);
        self.settle();
    }

    fn advance(&mut self, corner: Corner) {
        let d = self.axes.len();
        let at = |i: usize| self.corners[i].loss;
        match self.step {
            SimplexStep::Corner => {
                self.corners.push(corner);
                if self.corners.len() > d {
                    self.settle();
                }
            }
            SimplexStep::Reflect => {
                let (best, second, worst) = (at(0), at(d - 1), at(d));
                if corner.loss >= best && corner.loss < second {
                    return self.replace_worst(corner);
                }
                self.step = match corner.loss {
                    loss if loss < best => SimplexStep::Expand,
                    loss if loss < worst => SimplexStep::ContractOut,
                    _ => SimplexStep::ContractIn,
                };
                self.reflected = Some(corner);
            }
            SimplexStep::Expand => {
                let reflected = self.reflected.take();
                self.replace_worst(reflected.filter(|r| r.loss <= corner.loss).unwrap_or(corner));
            }
            SimplexStep::ContractOut | SimplexStep::ContractIn => {
                let reflected = self.reflected.take().map_or(f64::INFINITY, |r| r.loss);
                let level = if self.step == SimplexStep::ContractOut { reflected } else { at(d) };
                if corner.loss < level {
                    return self.replace_worst(corner);
                }
                (self.step, self.shrinking) = (SimplexStep::Shrink, d);
            }
            SimplexStep::Shrink => {
                let place = self.corners.len() - self.shrinking;
                self.corners[place] = corner;
                self.shrinking -= 1;
                if self.shrinking == 0 {
                    self.settle();
                }
            }
        }
    }
}

impl Search for NelderMead {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let worst = match self.step {
            SimplexStep::Corner | SimplexStep::Shrink => None,
            _ => self.corners.last().map(|c| c.trial),
        };
        let flipped = self.reflected.as_ref().map(|c| c.trial);
        let reason = Reason::Simplex { step: self.step, worst, flipped };
        let point = match self.target() {
            Some(x) => self.full(&x),
            None => self.space.from_unit(&draw(&self.space, rng)),
        };
        Proposal { point, reason }
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        let (trial, loss) = (self.told, rank_value(outcome));
        self.told += 1;
        if self.axes.is_empty() {
            return;
        }
        let unit = self.space.to_unit(point);
        let target = self.target();
        if target.is_none() {
            self.base = unit.clone();
        }
        let x = self.axes.iter().map(|&i| unit[i].clamp(0.0, 1.0)).collect();
        let corner = Corner { x, loss, trial };
        let asked = target.is_none_or(|x| self.full(&x) == point);
        if asked || self.step == SimplexStep::Corner {
            self.advance(corner);
        } else if self.corners.last().is_some_and(|worst| loss < worst.loss) {
            self.replace_worst(corner);
        }
    }

    fn belief(&mut self, _: &[Point]) -> Belief {
        let corners = self.corners.iter().map(|c| (self.full(&c.x), c.loss)).collect();
        Belief { layers: Vec::new(), figure: Figure::Simplex { corners } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn space() -> Space {
        let unit = |name| Param::new(name, -2.0, 2.0, Scale::Linear).unwrap();
        Space::new(vec![unit("a"), unit("b")])
    }

    #[test]
    fn rosenbrocks_valley_is_walked_to_its_end_and_a_new_simplex_begins() {
        let mut search = NelderMead::new(&space());
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let (mut best, mut corners) = (f64::INFINITY, 0);
        for n in 0..300 {
            let Proposal { point, reason } = search.ask(&mut rng);
            let Reason::Simplex { step, worst, flipped } = reason else { panic!("{reason:?}") };
            corners += usize::from(step == SimplexStep::Corner);
            let follows = matches!(
                step,
                SimplexStep::Expand | SimplexStep::ContractOut | SimplexStep::ContractIn
            );
            assert_eq!(flipped, follows.then(|| n - 1));
            assert_eq!(worst.is_some(), follows || step == SimplexStep::Reflect);
            let (a, b) = (point[1] - point[0] * point[0], 1.0 - point[0]);
            let loss = 100.0 * a * a + b * b;
            best = loss.min(best);
            search.tell(&point, Outcome::Value(loss));
        }
        assert!(best < 1e-5, "{best}");
        assert!(corners > 3);
    }

    #[test]
    fn a_better_trial_by_hand_joins_and_a_worse_one_does_not() {
        let mut search = NelderMead::new(&space());
        for (point, loss) in [([0.0, 0.0], 1.0), ([1.0, 0.0], 2.0), ([0.0, 1.0], 3.0)] {
            search.tell(&point, Outcome::Value(loss));
        }
        let simplex = |search: &mut NelderMead| match search.belief(&[]).figure {
            Figure::Simplex { corners } => corners.into_iter().map(|c| c.1).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        search.tell(&[-1.9, -1.9], Outcome::Value(9.0));
        assert_eq!(simplex(&mut search), [1.0, 2.0, 3.0]);
        search.tell(&[-1.5, -1.5], Outcome::Value(0.5));
        assert_eq!(simplex(&mut search), [0.5, 1.0, 2.0]);
    }
}
