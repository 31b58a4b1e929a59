//! The conclusions of the lesson on Adam, over seeds chosen beforehand.

use crate::momentum::{HEAVY, Rows, mean};
use crate::shipped::{page, says};
use crate::steps::MOMENTA;
use std::sync::LazyLock;
use tunescape_core::setup::Setup;

static ADAM: LazyLock<Rows> = LazyLock::new(|| Rows::of(&page("adam", 4, "&training.rule=adam")));

/// The learning rates that are good at every momentum.
fn common(rows: &Rows) -> Vec<f64> {
    let good: Vec<Vec<f64>> = (0..MOMENTA.len()).map(|row| rows.good(row, 0.45)).collect();
    good[0].iter().copied().filter(|rate| good.iter().all(|row| row.contains(rate))).collect()
}

#[test]
fn one_rate_is_good_for_every_momentum_with_adam_and_none_without() {
    // The third page's map is the one that the lesson on momentum has.
    let (own, other) = (page("adam", 3, ""), page("momentum", 4, ""));
    let trained = |setup: &Setup| (setup.data.clone(), setup.net.clone(), setup.training.clone());
    assert_eq!(
        (trained(&own), own.axes().params[0].low),
        (trained(&other), other.axes().params[0].low)
    );
    let (heavy, adam) = (common(&HEAVY), common(&ADAM));
    assert!(heavy.is_empty() && adam.len() > 2, "{heavy:?} {adam:?}");
    assert!(adam.iter().any(|rate| (rate / 0.05).ln().abs() < 0.1), "{adam:?}");
    says("adam", 4, "0.05");
    // Where the band lies at the top, beside where it lies at the bottom: the middle of its ends.
    let middle = |rows: &Rows, row: usize| {
        let good = rows.good(row, 0.45);
        (good[0] * good[good.len() - 1]).sqrt()
    };
    let moved = |rows: &Rows| middle(rows, MOMENTA.len() - 1) / middle(rows, 0);
    let [heavy, adam] = [moved(&HEAVY), moved(&ADAM)];
    assert!((1.0..2.5).contains(&adam) && heavy < 0.1, "{heavy} {adam}");
}

/// The lowest loss of each seed at any of the momenta.
fn lowest(rows: &Rows) -> [f64; 8] {
    let each = (0..MOMENTA.len()).map(|row| rows.lowest(row));
    each.reduce(|a, b| std::array::from_fn(|seed| a[seed].min(b[seed]))).expect("momenta")
}

#[test]
fn adam_comes_lower_here_but_not_with_every_network() {
    let (heavy, adam) = (lowest(&HEAVY), lowest(&ADAM));
    let lower = adam.iter().zip(heavy).filter(|(adam, heavy)| *adam < heavy).count();
    assert!((5..8).contains(&lower), "{heavy:?} {adam:?}");
    let [heavy, adam] = [heavy, adam].map(|each| mean(each.into_iter()));
    assert!(heavy > 2.0 * adam, "{heavy} {adam}");
    says("adam", 4, lower);
    // The rates of each of the momenta.
    says("adam", 4, 36 * MOMENTA.len());
    says("adam", 4, format!("{heavy:.2}"));
    says("adam", 4, format!("{adam:.3}"));
}
