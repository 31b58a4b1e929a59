//! Gradient descent on the validation loss: each trial comes with the slope of its loss by the
//! hyperparameters (hypergradient: Bengio 2000; forwards through training: Franceschi et al. 2017),
//! where there is one.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | u | | d | a point of the unit cube |
//! | g | | d | slope of the loss by u |
//! | Δ | `steps` | d | lengths of the next step |
//!
//! From the best point so far each parameter goes its own step against the sign of its slope, as
//! the sizes of the slopes differ too much between a learning rate and a momentum (Rprop:
//! Riedmiller & Braun 1993). Where the slope keeps its sign the step grows, where it turns the step
//! is halved, and all of them where a trial was no better for no such reason. Where the best point
//! has no slope, where it is flat, and where the steps have become too short, a new descent begins
//! at random. The best of all descents is what counts.

use super::{Outcome, Proposal, Reason, Search, draw, rank_value};
use crate::space::Space;
use rand::Rng;

/// First step of a descent.
const FIRST: f64 = 0.15;
/// A descent whose steps are shorter has arrived.
const ARRIVED: f64 = 2e-3;
const LONGER: f64 = 1.4;
const MAX_STEP: f64 = 0.4;

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
    steps: Vec<f64>,
    /// Of the trial that is told next, in the parameters' own units.
    slope: Option<Vec<f64>>,
}

impl Hypergradient {
    pub fn new(space: &Space) -> Self {
        Self {
            space: space.clone(),
            told: 0,
            place: None,
            steps: vec![FIRST; space.dim()],
            slope: None,
        }
    }

    /// A slope by the parameters as one by the unit cube.
    fn in_unit(&self, unit: &[f64], slope: &[f64]) -> Vec<f64> {
        let one = |((p, &u), &g): ((&crate::space::Param, &f64), &f64)| {
            let (low, high) = ((u - 1e-6).max(0.0), (u + 1e-6).min(1.0));
            // What has steps has no slope.
            if p.count().is_some() {
                0.0
            } else {
                g * (p.from_unit(high) - p.from_unit(low)) / (high - low)
            }
        };
        self.space.params.iter().zip(unit).zip(slope).map(one).collect()
    }

    /// The next point of a descent; none where it goes nowhere.
    fn onwards(&self, place: &Place) -> Option<Vec<f64>> {
        let step = |((&u, &g), &step): ((&f64, &f64), &f64)| match g {
            g if g > 0.0 => (u - step).max(0.0),
            g if g < 0.0 => (u + step).min(1.0),
            _ => u,
        };
        let there: Vec<f64> =
            place.unit.iter().zip(&place.slope).zip(&self.steps).map(step).collect();
        let far = there.iter().zip(&place.unit).any(|(a, b)| (a - b).abs() >= ARRIVED);
        far.then_some(there)
    }

    fn restart(&mut self) {
        self.place = None;
        self.steps.fill(FIRST);
    }
}

impl Search for Hypergradient {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let step = self.place.as_ref().and_then(|place| Some((place, self.onwards(place)?)));
        let Some((place, unit)) = step else {
            return Proposal {
                point: self.space.from_unit(&draw(&self.space, rng)),
                reason: Reason::Random,
            };
        };
        let long = |gaps: &mut dyn Iterator<Item = f64>| {
            libm::sqrt(gaps.map(|gap| gap * gap).sum::<f64>())
        };
        let reason = Reason::Downhill {
            from: place.trial,
            step: long(&mut unit.iter().zip(&place.unit).map(|(a, b)| a - b)),
            slope: long(&mut place.slope.iter().copied()),
        };
        Proposal { point: self.space.from_unit(&unit), reason }
    }

    fn slope(&mut self, slope: &[f64]) {
        self.slope = Some(slope.to_vec());
    }

    fn tell(&mut self, point: &[f64], outcome: Outcome) {
        let (trial, loss, unit) = (self.told, rank_value(outcome), self.space.to_unit(point));
        self.told += 1;
        let slope =
            self.slope.take().filter(|s| s.len() == unit.len() && s.iter().all(|g| g.is_finite()));
        let slope = slope.map(|slope| self.in_unit(&unit, &slope));
        let Some(place) = &self.place else {
            self.place = slope.map(|slope| Place { trial, unit, loss, slope });
            return;
        };
        let turned = |c: usize| slope.as_ref().is_some_and(|slope| slope[c] * place.slope[c] < 0.0);
        let (better, any) = (loss < place.loss, (0..unit.len()).any(turned));
        let factors = (0..unit.len()).map(|c| match (turned(c), better) {
            (true, _) => 0.5,
            (false, true) => LONGER,
            (false, false) if any => 1.0,
            (false, false) => 0.5,
        });
        self.steps =
            factors.zip(&self.steps).map(|(factor, step)| (factor * step).min(MAX_STEP)).collect();
        let next = match slope {
            Some(slope) if better => Some(Place { trial, unit, loss, slope }),
            // Better, and no way on from there.
            None if better => None,
            _ => self.place.take(),
        };
        match next {
            Some(place) if self.onwards(&place).is_some() => self.place = Some(place),
            _ => self.restart(),
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
            let (mut search, mut rng) =
                (Hypergradient::new(&space), ChaCha8Rng::seed_from_u64(seed));
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
            search.tell(
                &proposal.point,
                if n % 3 == 0 { Outcome::Diverged } else { Outcome::Value(1.0) },
            );
        }
    }
}
