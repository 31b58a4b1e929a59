//! The search's turn: what a strategy proposes, and what it believes, after some events.

use crate::exchange::Setup;
use crate::search::{Belief, Proposal, Search};
use crate::study::importance::{Importance, importance};
use crate::study::{Event, EventError, Study, stream};

fn study(setup: &Setup, events: &[Event]) -> Result<Study, EventError> {
    Study::fold(setup.strategy(), setup.searched(), events).map_err(|(_, error)| error)
}

/// The strategy before the next trial, which runs together with the last ones if several run at once.
fn beside(setup: &Setup, study: &Study) -> Box<dyn Search> {
    let n = study.trials().len();
    study.search_beside(setup.search.seed, n - n % setup.search.at_once.max(1), setup.search.lie)
}

/// The next proposal after these events.
pub fn propose(setup: &Setup, events: &[Event]) -> Result<Proposal, EventError> {
    let study = study(setup, events)?;
    Ok(beside(setup, &study).ask(&mut stream(setup.search.seed, study.trials().len())))
}

/// Which parameters mattered in these events; none where there are too few trials to say.
pub fn explain(setup: &Setup, events: &[Event]) -> Result<Option<Importance>, EventError> {
    Ok(importance(&study(setup, events)?, setup.search.seed))
}

/// What the strategy believes after these events over the map's axes: `side` × `side` values a quantity, row by row
/// from the low end of the axis up, the axis across running fastest.
pub fn believe(setup: &Setup, events: &[Event], side: usize) -> Result<Belief, EventError> {
    let axes = setup.axes();
    let at = |i: usize| (i as f64 + 0.5) / side as f64;
    let place = |c: usize| axes.from_unit(&[at(c % side), at(c / side)]);
    let points = setup.on_map((0..side * side).map(|c| [place(c)[0], place(c)[1]]));
    Ok(beside(setup, &study(setup, events)?).belief(&points))
}
