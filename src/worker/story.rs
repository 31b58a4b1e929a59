//! The search's turn: what a strategy proposes, and what it believes, after some events.

use crate::exchange::Setup;
use crate::search::{Belief, Proposal};
use crate::study::{Event, EventError, Study};

fn study(setup: &Setup, events: &[Event]) -> Result<Study, EventError> {
    Study::fold(setup.strategy(), setup.searched(), events).map_err(|(_, error)| error)
}

/// The next proposal after these events.
pub fn propose(setup: &Setup, events: &[Event]) -> Result<Proposal, EventError> {
    Ok(study(setup, events)?.ask(setup.search.seed))
}

/// What the strategy believes after these events over the map's axes: `side` × `side` values a quantity, row by row
/// from the low end of the axis up, the axis across running fastest.
pub fn believe(setup: &Setup, events: &[Event], side: usize) -> Result<Belief, EventError> {
    let axes = setup.axes();
    let at = |i: usize| (i as f64 + 0.5) / side as f64;
    let place = |c: usize| axes.from_unit(&[at(c % side), at(c / side)]);
    let points = setup.on_map((0..side * side).map(|c| [place(c)[0], place(c)[1]]));
    Ok(study(setup, events)?.search().belief(&points))
}
