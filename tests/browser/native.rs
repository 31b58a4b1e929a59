//! What the page must show, computed by the same engine natively, as the page writes it.

use crate::engine;
use crate::page::Row;
use tunescape_core::link;
use tunescape_core::setup::Setup;

pub use crate::engine::reports;

/// The set-up of a link as the page shows it.
pub fn setup(hash: &str) -> Setup {
    link::read(hash).unwrap_or_else(|why| panic!("the page wrote {hash}: {why:?}"))
}

/// The rows of the study's first `n` trials.
pub fn study(setup: &Setup, n: usize) -> Vec<Row> {
    let objective = setup.objective(engine::prepared(setup).task);
    let row = |(point, cost): (Vec<f64>, Option<f64>)| Row {
        point: point.iter().map(f64::to_string).collect(),
        loss: cost.map(|cost| objective.cost(cost).to_string()).unwrap_or_default(),
    };
    engine::study(setup, n).into_iter().map(row).collect()
}
