//! The conclusions of the lesson on Adam, over seeds chosen beforehand.

use crate::momentum::{HEAVY, Rows};
use crate::shipped::page;
use crate::steps::MOMENTA;
use std::sync::LazyLock;
use tunescape_core::setup::Setup;

static ADAM: LazyLock<Rows> = LazyLock::new(|| Rows::of(&page("11-adam", 4, "")));

/// The learning rates that are good at every momentum.
fn common(rows: &Rows) -> Vec<f64> {
    let good: Vec<Vec<f64>> = (0..MOMENTA.len()).map(|row| rows.good(row, 0.45)).collect();
    good[0].iter().copied().filter(|rate| good.iter().all(|row| row.contains(rate))).collect()
}

#[test]
fn one_rate_is_good_for_every_momentum_with_adam_and_none_without() {
    // The third page's map is the one that the lesson on momentum has.
    let (own, other) = (page("11-adam", 3, ""), page("02-momentum", 4, ""));
    let trained = |setup: &Setup| (setup.data.clone(), setup.net.clone(), setup.training.clone());
    assert_eq!(
        (trained(&own), own.axes().params[0].low),
        (trained(&other), other.axes().params[0].low)
    );
    let (heavy, adam) = (common(&HEAVY), common(&ADAM));
    assert!(heavy.is_empty() && adam.len() > 2, "{heavy:?} {adam:?}");
    assert!(adam[0] < 0.06 && adam[adam.len() - 1] > 0.04, "{adam:?}");
}

#[test]
fn the_lowest_losses_are_about_the_same() {
    let lowest =
        |rows: &Rows| (0..MOMENTA.len()).map(|row| rows.best(row)).fold(f64::MAX, f64::min);
    let (heavy, adam) = (lowest(&HEAVY), lowest(&ADAM));
    assert!((0.4..2.5).contains(&(heavy / adam)), "{heavy} {adam}");
}
