//! The lesson on luck.

use crate::momentum::SEEDS;
use crate::shipped::{data, lessons, loss, page, played, says};
use std::sync::LazyLock;
use tunescape_core::setup::Setup;
use tunescape_core::study::Study;

const LESSON: &str = "luck";
const FOLDS: &str = "&evaluation.method=stratified-k-fold";

static ONCE: LazyLock<Study> = LazyLock::new(|| played(&page(LESSON, 1, "")));
static FOLDED: LazyLock<Study> = LazyLock::new(|| played(&page(LESSON, 3, FOLDS)));

fn best(study: &Study) -> usize {
    study.best().expect("a best").0
}

/// Rows that train and that validate, by fold, and how many of the latter are of the second class.
fn rows(setup: &Setup) -> Vec<(usize, usize, usize)> {
    let second = |fold: &tunescape_core::data::Split| {
        (0..fold.valid.rows()).filter(|&row| fold.valid.target(row)[0] > 0.5).count()
    };
    data(setup)
        .folds
        .iter()
        .map(|fold| (fold.train.rows(), fold.valid.rows(), second(fold)))
        .collect()
}

#[test]
fn of_a_hundred_rows_forty_validate_and_with_five_folds_each_of_eighty_once() {
    let held_out = page(LESSON, 1, "");
    assert_eq!((held_out.data.rows, rows(&held_out)), (100, vec![(40, 40, 20)]));
    let split = data(&held_out);
    let kept = split.split().test.rows();
    assert_eq!(rows(&page(LESSON, 3, FOLDS)), vec![(64, 16, 8); 5]);
    assert_eq!(5 * 16 + kept, 100);
    // Without strata the classes fall into the folds as they will.
    let plain = rows(&page(LESSON, 3, "&evaluation.method=k-fold"));
    assert!(plain.iter().any(|fold| fold.2 != 8), "{plain:?}");
}

#[test]
fn the_luckiest_of_many_looks_better_than_it_is() {
    let (once, eight) = (&*ONCE, played(&page(LESSON, 2, "&evaluation.repeats=8")));
    let winner = best(once);
    let first = format!("{:.3}", loss(&once.trials()[winner]));
    says(LESSON, 1, winner + 1);
    says(LESSON, 1, &first);
    let mean = loss(&eight.trials()[winner]);
    [format!("{mean:.3}"), first, (best(&eight) + 1).to_string()]
        .iter()
        .for_each(|what| says(LESSON, 2, what));
    assert!(best(&eight) != winner && mean > 1.2 * loss(&once.trials()[winner]));
    let asked = lessons()[LESSON].pages[1].predict.clone();
    assert!(asked.values().all(|text| text.contains(&format!(" {} ", winner + 1))), "{asked:?}");
    // The new leader did not look better before.
    assert!(loss(&once.trials()[best(&eight)]) > loss(&once.trials()[winner]));
}

#[test]
fn so_it_is_from_other_starts() {
    let flattered = SEEDS.map(|seed| {
        let [once, eight] = [(1, ""), (2, "&evaluation.repeats=8")].map(|(number, more)| {
            let mut setup = page(LESSON, number, more);
            setup.net.seed = seed;
            played(&setup)
        });
        let winner = best(&once);
        loss(&eight.trials()[winner]) / loss(&once.trials()[winner])
    });
    assert!(flattered.iter().all(|factor| *factor > 1.0), "{flattered:?}");
}

#[test]
fn with_folds_another_leads_and_every_loss_is_lower() {
    says(LESSON, 3, best(&FOLDED) + 1);
    assert_ne!(best(&FOLDED), best(&ONCE));
    assert!(
        FOLDED.trials().iter().zip(ONCE.trials()).all(|(folded, once)| loss(folded) < loss(once))
    );
}

#[test]
fn the_losses_of_folds_are_lower_for_more_rows_that_train_and_easier_ones_that_validate() {
    // The same folds, of whose 64 rows as many train as before.
    let fewer = page(LESSON, 3, &format!("{FOLDS}&data.used=0.625"));
    assert!(rows(&fewer).iter().all(|fold| fold.0 == 40));
    let mean = |study: &Study| study.trials().iter().map(loss).sum::<f64>() / 20.0;
    let means = [&*ONCE, &played(&fewer), &*FOLDED].map(mean);
    assert!(means[1] < 0.9 * means[0] && means[2] < 0.9 * means[1], "{means:?}");
}
