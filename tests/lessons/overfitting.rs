//! The lesson on overfitting.

use crate::momentum::SEEDS;
use crate::shipped::{data, page, run, says, trained};
use std::sync::LazyLock;
use tunescape_core::space::Point;
use tunescape_core::study::{Study, stream};
use tunescape_engine::train::{Report, Trainer};

const LESSON: &str = "overfitting";

/// The run on few rows.
static FEW_ROWS: LazyLock<Vec<Report>> = LazyLock::new(|| run(&page(LESSON, 1, "")));

/// The epoch in which its validation loss is lowest.
fn lowest() -> usize {
    (1..FEW_ROWS.len())
        .min_by(|&a, &b| FEW_ROWS[a].valid_loss.total_cmp(&FEW_ROWS[b].valid_loss))
        .expect("epochs")
}

/// How the run of a page ends.
fn end(number: usize, more: &str) -> Report {
    *run(&page(LESSON, number, more)).last().expect("an end")
}

#[test]
fn twenty_six_points_are_learnt_by_heart() {
    let setup = page(LESSON, 1, "");
    assert_eq!(data(&setup).split().train.rows(), 26);
    says(LESSON, 1, 26);
    let best = FEW_ROWS[lowest()].valid_loss;
    assert!(
        lowest() <= 20 && (0.345..0.355).contains(&best) && FEW_ROWS[200].valid_loss > 1.0,
        "{best}"
    );
    let on_and_on = (10..200)
        .step_by(10)
        .all(|epoch| FEW_ROWS[epoch + 10].train_loss < FEW_ROWS[epoch].train_loss);
    assert!(on_and_on && FEW_ROWS[200].train_loss < 0.06);
}

#[test]
fn going_back_to_the_lowest_loss_is_early_stopping_by_hand() {
    assert!((10..=20).contains(&lowest()));
    // The goal is met there only, and wherever it is the loss is less than a third of the end's.
    let met: Vec<usize> = (0..FEW_ROWS.len())
        .filter(|&epoch| epoch <= 25 && FEW_ROWS[epoch].valid_loss <= 0.38)
        .collect();
    assert!(met.iter().all(|&epoch| (9..=20).contains(&epoch)
        && 3.0 * FEW_ROWS[epoch].valid_loss < FEW_ROWS[200].valid_loss));
    assert!(
        (1..=10).all(|epoch| FEW_ROWS[epoch].valid_loss < FEW_ROWS[epoch - 1].valid_loss),
        "before, the loss was still falling"
    );
    assert!((26..=200).all(|epoch| FEW_ROWS[epoch].valid_loss > 0.38), "after, it was too late");
}

#[test]
fn weight_decay_keeps_the_validation_loss_low_for_a_price() {
    let decayed = end(3, "&training.l2=0.1");
    says(LESSON, 3, format!("{:.2}", decayed.valid_loss));
    assert!(decayed.train_loss > 2.0 * FEW_ROWS[200].train_loss);
    // The ends of the goal, and what the hint says of much more.
    assert!(
        ["0.05", "0.15"].iter().all(|l2| end(3, &format!("&training.l2={l2}")).valid_loss < 0.45)
    );
    let nothing = 2.0_f32.ln();
    for l2 in ["0.3", "1"] {
        assert!((end(3, &format!("&training.l2={l2}")).valid_loss - nothing).abs() < 1e-3, "{l2}");
    }
    assert!(end(3, "&training.l2=0.2").valid_loss < 0.7 * nothing);
}

#[test]
fn so_it_is_from_other_starts() {
    for seed in SEEDS {
        let ends = |more: &str| {
            let mut setup = page(LESSON, 3, more);
            setup.net.seed = seed;
            run(&setup)
        };
        let (free, decayed) = (ends(""), ends("&training.l2=0.1"));
        let lowest = free.iter().map(|report| report.valid_loss).fold(f32::INFINITY, f32::min);
        let [free, decayed] = [free[200], decayed[200]];
        assert!(free.valid_loss > 2.0 * lowest && free.train_loss < 0.2, "{seed}: {free:?}");
        assert!(decayed.valid_loss < 0.5 * free.valid_loss, "{seed}: {decayed:?}");
        assert!(decayed.train_loss > free.train_loss, "{seed}: {decayed:?}");
    }
}

#[test]
fn ten_times_the_rows_are_the_best_cure() {
    let whole = page(LESSON, 4, "&data.used=1");
    assert_eq!(data(&whole).split().train.rows(), 256);
    let end = end(4, "&data.used=1");
    assert!(end.valid_loss < 0.05 && (end.train_loss - end.valid_loss).abs() < 0.05, "{end:?}");
}

#[test]
fn dropout_helps_wide_layers_from_eight_starts_and_not_two_inputs() {
    // The page's own start, and the next ones.
    let ends = |dropout: f64, starts: usize| -> Vec<f32> {
        let setup =
            page(LESSON, 5, &format!("&training.dropout={dropout}&evaluation.repeats={starts}"));
        let trainer = trained(&setup, &[setup.own_point()]);
        (0..starts)
            .map(|start| trainer.report(start, setup.training.epochs).expect("an end").valid_loss)
            .collect()
    };
    let (without, with) = (ends(0.0, 8), ends(0.5, 8));
    says(LESSON, 5, format!("{:.2}", without[0]));
    says(LESSON, 5, format!("{:.2}", with[0]));
    let gain = |(with, without): (&f32, &f32)| (100.0 * (1.0 - with / without)).round();
    let mut gains: Vec<f32> = with.iter().zip(&without).map(gain).collect();
    gains.sort_by(f32::total_cmp);
    // One of them is no gain.
    assert!(gains[1] > 0.0, "{gains:?}");
    [-gains[0], gains[1], gains[7]].into_iter().for_each(|percent| says(LESSON, 5, percent));
    // The ends of the goal, and what the hint says of much more.
    assert!([0.45, 0.55].iter().all(|&dropout| ends(dropout, 1)[0] < 0.59));
    assert!([0.8, 0.9].iter().all(|&dropout| ends(dropout, 1)[0] > without[0]));
    assert!(end(3, "&training.dropout=0.5").valid_loss > FEW_ROWS[200].valid_loss);
}

/// The curves of the last page's trials, from epoch 1.
fn curves(patience: usize, more: &str) -> Vec<Vec<Report>> {
    let setup = page(LESSON, 6, &format!("&training.patience={patience}{more}"));
    let mut search = Study::new(setup.strategy(), setup.searched()).search();
    let points: Vec<Point> = (0..setup.search.budget)
        .map(|n| search.ask(&mut stream(setup.search.seed, n)).point)
        .collect();
    let trainer = trained(&setup, &points);
    let reports = |trial| {
        (1..=setup.training.epochs).map_while(|epoch| trainer.report(trial, epoch)).collect()
    };
    (0..points.len()).map(reports).collect()
}

fn lowest_of(curve: &[Report]) -> f32 {
    curve.iter().map(|report| report.valid_loss).fold(f32::INFINITY, f32::min)
}

#[test]
fn little_patience_cuts_a_curve_that_wavers_for_longer() {
    // The page's own trials lose nothing by it.
    let [few, more] = [9, 20].map(|patience| curves(patience, "&search.seed=1"));
    assert!(few.iter().zip(&more).any(|(few, more)| lowest_of(few) > lowest_of(more)));
}

#[test]
fn trials_that_stop_early_find_the_same_best_loss_in_fewer_epochs() {
    let best = |curves: &[Vec<Report>]| {
        curves.iter().map(|curve| lowest_of(curve)).fold(f32::INFINITY, f32::min)
    };
    let epochs = |curves: &[Vec<Report>]| curves.iter().map(Vec::len).sum::<usize>();
    let whole = curves(0, "");
    says(LESSON, 6, epochs(&whole));
    // The ends of the goal, what the page asks for, and what the hints say of fewer epochs and of
    // more.
    let early = [1, 9, 10, 20, 40, 41, 100].map(|patience| curves(patience, ""));
    assert!(early.iter().all(|early| best(early) == best(&whole)));
    let costs = early.each_ref().map(|early| epochs(early));
    assert!(costs.windows(2).all(|pair| pair[0] < pair[1]) && costs[4] < 1500, "{costs:?}");
    let overfits = |curve: &&Vec<Report>| {
        let at =
            curve.iter().position(|r| r.valid_loss == lowest_of(curve)).expect("it is one of them");
        at < 20 && curve[199].train_loss < curve[at].train_loss
    };
    assert!(
        whole.iter().filter(overfits).count() >= 7,
        "most trials overfit long before their end"
    );
}
