//! Gradient descent on the validation loss: each trial comes with the slope of its loss by the hyperparameters (hypergradient:
//! Bengio 2000; forwards through training: Franceschi et al. 2017), where there is one.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | u | | d | a point of the unit cube |
//! | g | | d | slope of the loss by u |
//! | s | `step` | | length of the next step in the unit cube |
//!
//! From the best point so far a step of length s against its slope. A step that paid off makes the next one longer, one that
//! did not half as long ("bold driver": Battiti 1989); a stopped or diverged trial did not. Along a bound the slope is followed
//! within it. Where the best point has no slope, where it is flat, and where s has become too short, a new descent begins at
//! random. The best of all descents is what counts.

use super::{Outcome, Proposal, Reason, Search, draw, rank_value};
use crate::space::Space;
use rand::Rng;

/// First step of a descent.
const FIRST: f64 = 0.15;
/// A descent whose steps are shorter has arrived.
const ARRIVED: f64 = 2e-3;
const LONGER: f64 = 1.4;
const LONGEST: f64 = 0.4;

/// Where a descent stands: its best point with its loss and slope.
struct Place {
    trial: usize,
    unit: Vec<f64>,
    loss: f64,
    slope: Vec<f64>,
}

pub struct Hypergradient {
    space: Space,
    told: usize,
    place: Option<Place>,
    step: f64,
    /// Of the trial that is told next, in the parameters' own units.
    slope: Option<Vec<f64>>,
}

impl Hypergradient {
    pub fn new(space: &Space) -> Self {
        Self { space: space.clone(), told: 0, place: None, step: FIRST, slope: None }
    }

    /// A slope by the parameters as one by the unit cube.
    fn in_unit(&self, unit: &[f64], slope: &[f64]) -> Vec<f64> {
        let one = |((p, &u), &g): ((&crate::space::Param, &f64), &f64)| {
            let (low, high) = ((u - 1e-6).max(0.0), (u + 1e-6).min(1.0));
            // What has steps has no slope.
            if p.count().is_some() { 0.0 } else { g * (p.from_unit(high) - p.from_unit(low)) / (high - low) }
        };
        self.space.params.iter().zip(unit).zip(slope).map(one).collect()
    }

    /// The step from a place, as far as the cube lets it.
    fn onwards(&self, place: &Place) -> Option<(Vec<f64>, Vec<f64>)> {
        let held = |u: f64, g: f64| (u <= 0.0 && g > 0.0) || (u >= 1.0 && g < 0.0);
        let free = place.unit.iter().zip(&place.slope).map(|(&u, &g)| if held(u, g) { 0.0 } else { -g });
        let way: Vec<f64> = free.collect();
        let length = libm::sqrt(way.iter().map(|g| g * g).sum::<f64>());
        let next = |(&u, g): (&f64, &f64)| (u + self.step * g / length).clamp(0.0, 1.0);
        let there: Vec<f64> = place.unit.iter().zip(&way).map(next).collect();
        (length > 1e-12 && length.is_finite() && there != place.unit).then_some((there, way))
    }
}

impl Search for Hypergradient {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let step = self.place.as_ref().and_then(|place| Some((place, self.onwards(place)?)));
        let Some((place, (unit, way))) = step else {
            return Proposal { point: self.space.from_unit(&draw(&self.space, rng)), reason: Reason::Random };
        };
        let length = libm::sqrt(way.iter().map(|g| g * g).sum::<f64>());
        let reason = Reason::Downhill { from: place.trial, step: self.step, slope: length };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn slope(&mut self, slope: &[f64]) {
        self.slope = Some(slope.to_vec());
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        let (trial, loss, unit) = (self.told, rank_value(outcome), self.space.to_unit(point));
        self.told += 1;
        let slope = self.slope.take().filter(|s| s.len() == unit.len() && s.iter().all(|g| g.is_finite()));
        let slope = slope.map(|slope| self.in_unit(&unit, &slope));
        match (&self.place, slope) {
            (Some(place), _) if loss >= place.loss => {
                self.step *= 0.5;
                if self.step < ARRIVED {
                    (self.place, self.step) = (None, FIRST);
                }
            }
            (_, Some(slope)) => {
                self.step = if self.place.is_some() { (self.step * LONGER).min(LONGEST) } else { FIRST };
                self.place = Some(Place { trial, unit, loss, slope });
            }
            (_, None) => (self.place, self.step) = (None, FIRST),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// A bowl on a logarithmic and a linear scale whose bottom lies on a bound.
    #[test]
    fn goes_down_a_bowl_and_along_a_bound() {
        let space = Space::new(vec![
            Param::new("learning_rate", 1e-3, 10.0, Scale::Log).unwrap(),
            Param::new("momentum", 0.0, 0.9, Scale::Linear).unwrap(),
        ]);
        for seed in 0..5 {
            let (mut search, mut rng) = (Hypergradient::new(&space), ChaCha8Rng::seed_from_u64(seed));
            let mut best = f64::INFINITY;
            for trial in 0..30 {
                let Proposal { point, reason } = search.ask(&mut rng);
                assert!(space.contains(&point));
                assert_eq!(matches!(reason, Reason::Random), trial == 0, "one descent is enough");
                let (x, y) = (libm::log(point[0] / 0.1), point[1] + 0.2);
                best = f64::min(best, x * x + y * y - 0.04);
                search.slope(&[2.0 * x / point[0], 2.0 * y]);
                search.tell(&point, Outcome::Value(x * x + y * y));
                if best < 1e-3 {
                    break;
                }
            }
            assert!(best < 1e-3, "{seed}: {best}");
        }
    }

    #[test]
    fn without_slopes_it_draws_at_random() {
        let space = Space::new(vec![Param::new("x", 0.0, 1.0, Scale::Linear).unwrap()]);
        let (mut search, mut rng) = (Hypergradient::new(&space), ChaCha8Rng::seed_from_u64(1));
        for n in 0..20 {
            let proposal = search.ask(&mut rng);
            assert_eq!(proposal.reason, Reason::Random);
            search.slope(&[f64::NAN]);
            search.tell(&proposal.point, if n % 3 == 0 { Outcome::Diverged } else { Outcome::Value(1.0) });
        }
    }
}
