//! The lesson on cross-validation, over eight splits.

use crate::momentum::SEEDS;
use crate::shipped::{data, loss, page, played, says};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tunescape_core::study::Study;

const LESSON: &str = "cross-validation";
const FOLDS: &str = "&evaluation.method=stratified-k-fold";

fn studies(number: usize, more: &str) -> [Study; 8] {
    SEEDS.map(|seed| {
        let mut setup = page(LESSON, number, more);
        setup.data.seed = seed;
        played(&setup)
    })
}

static HELD_OUT: LazyLock<[Study; 8]> = LazyLock::new(|| studies(1, ""));
static FOLDED: LazyLock<[Study; 8]> = LazyLock::new(|| studies(3, FOLDS));

fn best(study: &Study) -> usize {
    study.best().expect("a best").0 + 1
}

#[test]
fn on_another_split_another_trial_wins() {
    for (number, study) in [(1, &HELD_OUT[0]), (2, &HELD_OUT[1])] {
        says(LESSON, number, best(study));
        says(LESSON, number, format!("{:.3}", loss(&study.trials()[0])));
    }
    assert_ne!(best(&HELD_OUT[0]), best(&HELD_OUT[1]));
    let winners: BTreeSet<usize> = HELD_OUT.iter().map(best).collect();
    says(LESSON, 2, winners.len());
}

/// How far a trial's loss varies over the splits, in the middle of the twelve trials.
fn spread(studies: &[Study; 8]) -> f64 {
    let of = |trial: usize| {
        let losses = studies.each_ref().map(|study| loss(&study.trials()[trial]));
        let mean = losses.iter().sum::<f64>() / 8.0;
        (losses.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / 8.0).sqrt()
    };
    let mut all: Vec<f64> = (0..12).map(of).collect();
    all.sort_by(f64::total_cmp);
    (all[5] + all[6]) / 2.0
}

#[test]
fn over_folds_a_loss_varies_less_than_half_as_much_from_split_to_split() {
    let (held_out, folded) = (spread(&HELD_OUT), spread(&FOLDED));
    assert!(2.0 * folded < held_out, "{held_out} {folded}");
    let setup = page(LESSON, 3, FOLDS);
    let overview = &data(&setup).overview;
    let rows: Vec<usize> = overview.folds.iter().map(|fold| fold.iter().sum()).collect();
    assert_eq!((rows.len(), rows.iter().sum::<usize>() + overview.rows[2]), (5, 569));
}

#[test]
fn strata_deal_a_rare_class_evenly_and_luck_does_not() {
    let positives = |seed: u64, more: &str| -> Vec<usize> {
        let mut setup = page(LESSON, 4, more);
        setup.data.seed = seed;
        data(&setup).overview.folds.iter().map(|fold| fold[1]).collect()
    };
    for seed in SEEDS {
        let (plain, even) = (positives(seed, ""), positives(seed, FOLDS));
        assert_eq!(plain.iter().sum::<usize>(), even.iter().sum::<usize>());
        let range = |counts: &[usize]| counts.iter().max().unwrap() - counts.iter().min().unwrap();
        assert!(range(&plain) >= 3 && even == [5; 5], "{plain:?} {even:?}");
        if seed == SEEDS[0] {
            says(LESSON, 4, plain.iter().min().unwrap());
            says(LESSON, 4, plain.iter().max().unwrap());
        }
    }
    says(LESSON, 4, 5);
    says(LESSON, 4, 3);
}
