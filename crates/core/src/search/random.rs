//! Random search: uniform on the parameters' scales. Bergstra & Bengio (2012).
//!
//! | symbol | meaning |
//! |---|---|
//! | n | trials |
//! | q | share of the space that is good enough |
//! | 1 − (1 − q)ⁿ | chance that one trial at least lies in it, whatever the number of parameters |
//!
//! Every parameter is drawn independently: evenly over the unit interval of its scale, over its
//! steps, over its choices. So n trials show n values of each, where a grid shows the root of it;
//! that is why few parameters of many that matter are found sooner. What was seen plays no part,
//! and a point may come twice in a space of few. Draws are of the study's seed and the
//! trial's number, so that a trial is the same whatever came before it.

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
