//! Strategies that follow a fixed sequence of points, whatever they are told: trial n gets point n.

use super::{Outcome, Proposal, Reason, Search};
use crate::space::Space;
use rand::Rng;

/// A sequence of points of the unit cube, none at its end 1.
pub trait Sequence {
    fn point(&self, n: usize) -> Vec<f64>;
}

/// A sequence as a strategy.
pub struct Sequenced<S> {
    space: Space,
    sequence: S,
    told: usize,
}

impl<S: Sequence + 'static> Sequenced<S> {
    pub fn start(space: &Space, sequence: S) -> Box<dyn Search> {
        Box::new(Self { space: space.clone(), sequence, told: 0 })
    }
}

impl<S: Sequence> Search for Sequenced<S> {
    fn ask(&mut self, _: &mut dyn Rng) -> Proposal {
        let unit = self.sequence.point(self.told);
        Proposal {
            point: self.space.from_unit(&unit),
            reason: Reason::Sequence { index: self.told },
        }
    }

    fn tell(&mut self, _: &[f64], _: Outcome) {
        self.told += 1;
    }
}
