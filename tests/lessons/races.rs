//! The lessons on grid against random, and on beating the tuner.

use crate::shipped::{losses, page, raced};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;

/// How many values of a parameter some trials have.
fn values(trials: &[Point], param: usize) -> usize {
    trials.iter().map(|point| point[param].to_bits()).collect::<BTreeSet<_>>().len()
}

/// The race of the first page, and that of the second: the grid's repeats, and random search's.
fn race(budget: usize) -> (Setup, Vec<Vec<Point>>, Vec<f64>) {
    let setup = page("04-grid-and-random", 2, &format!("&search.budget={budget}"));
    let (trials, best) = raced(&setup);
    (setup, trials, best)
}

static NINE: LazyLock<(Setup, Vec<Vec<Point>>, Vec<f64>)> = LazyLock::new(|| race(9));

#[test]
fn of_nine_trials_a_grid_tries_three_values_of_each_and_random_search_nine() {
    let (setup, trials, _) = &*NINE;
    assert_eq!(setup.search.budget, page("04-grid-and-random", 1, "").search.budget);
    let (grids, random) = trials.split_at(setup.race.repeats);
    assert!(grids.iter().all(|grid| (values(grid, 0), values(grid, 1), grid.len()) == (3, 3, 9)));
    assert!(random.iter().all(|trials| (values(trials, 0), values(trials, 1)) == (9, 9)));
}

#[test]
fn the_bright_band_is_narrow_and_some_of_nine_random_rates_mostly_fall_into_it() {
    let (setup, trials, _) = &*NINE;
    // The band: where a rate learns at the momentum that suits it best.
    let axis = &setup.axes().params[0];
    let tried: Vec<f64> = (0..40).map(|i| axis.from_unit(f64::from(i) / 39.0)).collect();
    let momenta = [0.0, 0.5, 0.8, 0.9, 0.95];
    let points: Vec<[f64; 2]> =
        tried.iter().flat_map(|&rate| momenta.map(|momentum| [rate, momentum])).collect();
    let band: Vec<bool> = losses(setup, &points).iter().map(|&loss| loss < 0.35).collect();
    let share = band.iter().filter(|bright| **bright).count() as f64 / band.len() as f64;
    assert!((0.05..0.4).contains(&share), "the band is narrow: {share}");
    let within = |rate: f64| {
        let column = tried.iter().position(|t| *t >= rate).unwrap_or(39);
        band[5 * column..5 * column + 5].contains(&true)
    };
    let random = &trials[setup.race.repeats..];
    let lucky =
        random.iter().filter(|trials| trials.iter().filter(|point| within(point[0])).count() >= 2);
    assert!(lucky.count() > 8, "in most repeats some of nine rates fall into the band");
}

#[test]
fn a_grid_of_25_is_the_same_in_every_repeat_and_random_search_never() {
    let (setup, trials, best) = race(25);
    let repeats = setup.race.repeats;
    assert_eq!(repeats, 16);
    let (grids, random) = trials.split_at(repeats);
    assert!(
        grids.iter().all(|grid| *grid == grids[0] && (values(grid, 0), values(grid, 1)) == (5, 5))
    );
    assert!((1..repeats).all(|i| random[..i].iter().all(|trials| *trials != random[i])));
    assert!(best[..repeats].iter().all(|loss| *loss == best[0]));
    // Where its lines fall: with nine trials it has less luck than random search in nearly every
    // repeat.
    let (_, _, nine) = &*NINE;
    let (grid, random) = nine.split_at(repeats);
    assert!(
        random.iter().filter(|loss| **loss < grid[0]).count() >= 15 && best[0] < 0.25 * grid[0]
    );
}

#[test]
fn the_tuners_race_sixteen_times_with_as_many_trials_as_the_learner_and_can_be_beaten() {
    let setup = page("12-beat-the-tuner", 2, "");
    assert_eq!((setup.search.budget, setup.race.repeats, setup.race.you), (8, 16, true));
    let (trials, best) = raced(&setup);
    assert!(trials.len() == 32 && trials.iter().all(|trials| trials.len() == 8));
    // Whoever remembers the second lesson goes along η/(1−β).
    let own: Vec<[f64; 2]> =
        [0.0, 0.5, 0.8, 0.9].iter().flat_map(|b| [0.5, 1.5].map(|c| [c * (1.0 - b), *b])).collect();
    let own = losses(&setup, &own).into_iter().fold(f64::INFINITY, f64::min);
    let beaten = best.iter().filter(|loss| own < **loss).count();
    assert!(beaten > 16, "{beaten} of 32: {own} {best:?}");
}
