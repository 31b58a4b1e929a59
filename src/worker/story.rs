//! The search's turn: what a strategy proposes, and what it believes, after some trials.

use crate::exchange::Setup;
use crate::search::{Belief, Outcome, Proposal, Search};
use crate::space::Point;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn tell(setup: &Setup, told: &[(Point, Outcome)]) -> Box<dyn Search> {
    let mut search = setup.strategy().start(&setup.searched());
    for (point, outcome) in told {
        search.tell(point, *outcome);
    }
    search
}

/// The next proposal after these trials. The random numbers of trial n come from stream n of the study's seed, so
/// stepping back and forth proposes the same.
pub fn propose(setup: &Setup, told: &[(Point, Outcome)]) -> Proposal {
    let mut rng = ChaCha8Rng::seed_from_u64(setup.search.seed);
    rng.set_stream(told.len() as u64);
    tell(setup, told).ask(&mut rng)
}

/// What the strategy believes after these trials over the map's axes: `side` × `side` values a quantity, row by row from the
/// smallest momentum, learning rate running fastest.
pub fn believe(setup: &Setup, told: &[(Point, Outcome)], side: usize) -> Belief {
    let axes = setup.axes();
    let at = |i: usize| (i as f64 + 0.5) / side as f64;
    let points: Vec<Point> = (0..side * side).map(|c| axes.from_unit(&[at(c % side), at(c / side)])).collect();
    tell(setup, told).belief(&points)
}
