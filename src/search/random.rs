//! Random search: uniform on the parameters' scales. Bergstra & Bengio (2012).

use super::{Outcome, Proposal, Reason, Search, uniform};
use crate::space::Space;
use rand::Rng;

pub struct Random {
    space: Space,
}

impl Random {
    pub fn new(space: &Space) -> Self {
        Self { space: space.clone() }
    }
}

impl Search for Random {
    fn ask(&mut self, rng: &mut dyn Rng) -> Proposal {
        let unit: Vec<f64> = (0..self.space.dim()).map(|_| uniform(rng)).collect();
        Proposal { point: self.space.from_unit(&unit), reason: Reason::Random }
    }

    /// Random search learns nothing.
    fn tell(&mut self, _: &[f64], _: Outcome) {}
}
