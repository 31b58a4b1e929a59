//! The lesson on the edge of stability.

use crate::momentum::SEEDS;
use crate::shipped::{data, map, page, run, says, trained};
use std::sync::LazyLock;
use tunescape_core::inspect::stability;
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::landscape::Landscape;
use tunescape_core::worker::Run;
use tunescape_engine::optim::{Hyper, Rule};
use tunescape_engine::train::{Report, Trainer};

const LESSON: &str = "edge-of-stability";

/// The sharpest curvature of a page's run at its start, and at some later epochs.
fn sharpening(number: usize, more: &str) -> (f64, Vec<f64>) {
    let setup = page(LESSON, number, more);
    let data = data(&setup);
    assert!(data.split().train.rows() <= setup.training.batch, "all rows at once");
    let mut run = Run::new(&setup, data).expect("a run");
    let sharpest = |run: &Run, epoch| {
        let sharp =
            pollster::block_on(run.sharpness(epoch, &mut async || ())).expect("it can be replayed");
        sharp.expect("it is finite").curvature.largest
    };
    let start = sharpest(&run, 0);
    let later = |epoch: usize| {
        let missing = epoch - run.epoch();
        pollster::block_on(run.advance(missing, &mut || false)).expect("the CPU trains");
        sharpest(&run, epoch)
    };
    (start, [600, 800, 1000].map(later).to_vec())
}

#[test]
fn full_batches_sharpen_until_the_limit_is_the_learning_rate() {
    let (start, later) = sharpening(1, "");
    [format!("{start:.0}"), format!("{:.2}", 2.0 / start)]
        .iter()
        .for_each(|what| says(LESSON, 1, what));
    says(LESSON, 1, 20);
    assert!(later.iter().all(|curvature| (curvature / 20.0 - 1.0).abs() < 0.1), "{later:?}");
}

#[test]
fn twice_the_step_makes_half_the_curvature() {
    let (_, later) = sharpening(2, "&run.learning_rate=0.2");
    says(LESSON, 2, 10);
    assert!(later.iter().all(|curvature| (curvature / 10.0 - 1.0).abs() < 0.1), "{later:?}");
}

/// A network of page 3 from another seed, before training: its sharpness.
fn sharpness_at_the_start(setup: &Setup) -> f64 {
    let run = Run::new(setup, data(setup)).expect("a run");
    let sharp = pollster::block_on(run.sharpness(0, &mut async || ())).expect("it is at rest");
    sharp.expect("it is finite").curvature.largest
}

/// The set-up of a page with other initial weights.
fn with_seed(number: usize, more: &str, seed: u64) -> Setup {
    let mut setup = page(LESSON, number, more);
    setup.net.seed = seed;
    setup
}

#[test]
fn the_parabolas_limit_does_not_tell_where_training_diverges() {
    let own = page(LESSON, 3, "");
    let limit = 2.0 / sharpness_at_the_start(&own);
    assert!((own.run.learning_rate / limit - 1.5).abs() < 0.03, "{limit}");
    // What the page asks for: it goes on to its end, well below where it began.
    let reports = run(&own);
    assert_eq!(reports.len(), 1001);
    assert!(reports[1000].train_loss < 0.5 * reports[0].train_loss);
    // First it swings; the place to which that throws it is flatter, and there again at the edge.
    let rises = |pair: &[Report]| pair[1].train_loss > pair[0].train_loss;
    assert!(reports[..100].windows(2).any(rises));
    let (start, later) = sharpening(3, "");
    let edge = 2.0 / f64::from(own.run.learning_rate as f32);
    assert!(later.iter().all(|sharp| *sharp < 0.9 * start), "{start} {later:?}");
    assert!(later.iter().all(|sharp| (sharp / edge - 1.0).abs() < 0.2), "{edge} {later:?}");
    // How many networks train at so many times the limit of their own start.
    let factors = [1.1, 1.5, 2.0, 3.0];
    let mut train = [0; 4];
    for seed in SEEDS {
        let setup = with_seed(3, "", seed);
        let limit = 2.0 / sharpness_at_the_start(&setup);
        let points = factors.map(|by| vec![by * limit, 0.0]);
        let trainer = trained(&setup, &points);
        for (trial, count) in train.iter_mut().enumerate() {
            *count += usize::from(trainer.diverged(trial).is_none());
        }
    }
    assert!(train[0] > 5 && train[1] > 1 && train[3] == 0, "{train:?}");
    train[..3].iter().for_each(|count| says(LESSON, 3, count));
}

#[test]
fn with_small_batches_the_sharpness_stays_below_the_edge() {
    for seed in SEEDS {
        let setup = with_seed(1, "&training.batch=16", seed);
        let mut run = Run::new(&setup, data(&setup)).expect("a run");
        pollster::block_on(run.advance(1000, &mut || false)).expect("the CPU trains");
        let sharp = pollster::block_on(run.sharpness(1000, &mut async || ())).expect("it rests");
        let sharpness = sharp.expect("it is finite").curvature.largest;
        assert!(sharpness < 0.9 * 2.0 / setup.run.learning_rate, "{seed}: {sharpness}");
    }
}

#[test]
fn momentum_moves_the_border_to_the_left_and_the_parabolas_limit_to_the_right() {
    let land = &MAPS[0];
    let begins = |y: usize| {
        let x = (0..land.side).position(|x| diverged(land, y * land.side + x));
        land.point(y * land.side + x.expect("it diverges somewhere"))
    };
    let (low, high) = (begins(0), begins(land.side * 9 / 10));
    assert!(low[1] < 0.05 && high[1] > 0.85 && high[0] < 0.7 * low[0], "{low:?} {high:?}");
    let limit = |momentum: f32| {
        let hyper = Hyper { momentum, ..Rule::Momentum.defaults() };
        stability::limit(Rule::Momentum, &hyper, 8.0).expect("it is linear")
    };
    assert!(limit(0.9) > 1.5 * limit(0.0));
}

/// The map of the last pages, and two regions of it, one inside the other, in its upper third.
static MAPS: LazyLock<[Landscape; 3]> = LazyLock::new(|| {
    ["", "&map.zoom=[[0.5,0.75,0.75,0.9]]", "&map.zoom=[[0.5,0.75,0.75,0.9],[0.56,0.62,0.8,0.84]]"]
        .map(|zoom| map(&page(LESSON, 4, zoom)))
});

fn diverged(land: &Landscape, cell: usize) -> bool {
    land.cells[cell].diverged.is_some()
}

#[test]
fn momentum_above_one_half_makes_the_border_ragged() {
    let land = &MAPS[0];
    // Where divergence begins in each row, from the lowest momentum up.
    let begins: Vec<usize> = (0..land.side)
        .map(|y| {
            (0..land.side)
                .position(|x| diverged(land, y * land.side + x))
                .expect("it diverges somewhere")
        })
        .collect();
    let half =
        (0..land.side).position(|y| land.point(y * land.side)[1] > 0.5).expect("its upper half");
    let jumps =
        |rows: &[usize]| rows.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) > 1).count();
    let (below, above) = begins.split_at(half);
    assert!(jumps(below) == 0 && jumps(above) > 6, "{below:?} {above:?}");
    let third = &begins[2 * land.side / 3..];
    assert!(jumps(third) > 3, "{third:?}");
}

/// Pairs of neighbouring cells of the map, one diverged and one not. A smooth border has some two
/// for each of a side's cells.
fn border(land: &Landscape) -> usize {
    let side = land.side;
    let pair = |a: usize, b: usize| diverged(land, a) != diverged(land, b);
    let across = (0..side * side).filter(|&cell| cell % side + 1 < side && pair(cell, cell + 1));
    let up = (0..side * (side - 1)).filter(|&cell| pair(cell, cell + side));
    across.count() + up.count()
}

#[test]
fn the_border_of_divergence_is_as_ragged_near_by_as_from_afar() {
    let borders = MAPS.each_ref().map(border);
    let side = MAPS[0].side;
    assert!(
        borders[0] > 2 * side && borders[1..].iter().all(|pairs| *pairs > 8 * side),
        "{borders:?}"
    );
}

#[test]
fn two_rates_that_agree_to_two_digits_end_on_either_side() {
    let setup = page(LESSON, 4, "");
    let rates: Vec<Point> = (0..100).map(|i| vec![0.57 + 0.0001 * f64::from(i), 0.8]).collect();
    let ends = trained(&setup, &rates);
    let diverged = (0..100).filter(|&trial| ends.diverged(trial).is_some()).count();
    assert!((1..100).contains(&diverged), "{diverged}");
}
