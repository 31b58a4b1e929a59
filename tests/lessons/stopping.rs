//! The lesson on stopping early.

use crate::momentum::SEEDS;
use crate::shipped::{data, lessons, loss, page, played, says};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use tunescape_core::study::Study;
use tunescape_core::worker::{Evolution, Evolving};

const LESSON: &str = "stopping-early";

/// The study of each page, with the pruner that it asks for.
static STUDIES: LazyLock<[Study; 4]> = LazyLock::new(|| {
    [(1, "none"), (2, "median"), (3, "halving"), (4, "hyperband")]
        .map(|(number, pruner)| of(number, pruner))
});

fn of(number: usize, pruner: &str) -> Study {
    played(&page(LESSON, number, &format!("&search.pruner.name={pruner}")))
}

fn best(study: &Study) -> (usize, f64) {
    study.best().expect("a best")
}

#[test]
fn without_a_pruner_every_trial_costs_all_of_its_epochs_and_many_were_behind_from_the_start() {
    let all = &STUDIES[0];
    assert!(all.trials().iter().all(|trial| trial.epochs() == 60));
    let place = |of: &dyn Fn(usize) -> f64| {
        let mut order: Vec<usize> = (0..20).collect();
        order.sort_by(|&a, &b| of(a).total_cmp(&of(b)));
        order
    };
    let first = place(&|trial| all.trials()[trial].losses()[0].1);
    let last = place(&|trial| loss(&all.trials()[trial]));
    let behind = last[10..].iter().filter(|trial| first[10..].contains(trial)).count();
    assert!(
        behind >= 8 && loss(&all.trials()[last[10]]) > 0.1,
        "{behind} of the worse half were in it at once"
    );
}

#[test]
fn the_median_rule_spends_a_third_and_the_same_trial_wins() {
    let [all, median, ..] = &*STUDIES;
    assert_eq!(best(median), best(all));
    says(LESSON, 2, median.epochs(20));
    says(LESSON, 2, all.epochs(20));
    assert!(median.epochs(20) < 600);
}

#[test]
fn halving_judges_at_its_rungs_and_stops_the_winner_after_its_first_epoch() {
    let [all, _, halving, _] = &*STUDIES;
    let ends: BTreeSet<usize> = halving.trials().iter().map(|trial| trial.epochs()).collect();
    assert_eq!(ends.into_iter().collect::<Vec<_>>(), [1, 4, 16, 60]);
    says(LESSON, 3, halving.epochs(20));
    assert!(10 * halving.epochs(20) < all.epochs(20));
    let winner = best(all).0;
    says(LESSON, 3, winner + 1);
    let asked = lessons()[LESSON].pages[2].predict.clone();
    assert!(asked.values().all(|text| text.contains(&format!(" {}", winner + 1))), "{asked:?}");
    assert_eq!(halving.trials()[winner].epochs(), 1);
    assert!(
        best(halving).0 != winner && best(halving).1 < 1.1 * best(all).1,
        "{:?}",
        best(halving)
    );
}

/// Trials that a study's pruner let go on beyond the first rung, and the five best there.
fn beyond_the_first(study: &Study) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let on = (0..20).filter(|&trial| study.trials()[trial].epochs() > 1).collect();
    let at = |trial: usize| study.trials()[trial].losses()[0].1;
    let mut order: Vec<usize> = (0..20).collect();
    order.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
    (on, order[..5].iter().copied().collect())
}

#[test]
fn where_nobody_waits_others_go_on_than_the_best_quarter() {
    let (on, best) = beyond_the_first(&STUDIES[2]);
    says(LESSON, 3, best.len());
    says(LESSON, 3, best.difference(&on).count());
    // So it is for most other draws.
    let differs = |seed: u64| {
        let mut setup = page(LESSON, 3, "&search.pruner.name=halving");
        setup.search.seed = seed;
        let (on, best) = beyond_the_first(&played(&setup));
        on != best
    };
    let count = SEEDS.into_iter().filter(|seed| differs(*seed)).count();
    assert!(count >= 6, "{count} of 8");
}

/// The population of the last page, drawn by a seed, with these epochs at the first rung.
fn side_by_side(seed: u64, every: usize) -> Evolution {
    let mut setup = page(LESSON, 5, "&search.together=successive-halving");
    (setup.search.seed, setup.search.every) = (seed, every);
    let mut evolving = Evolving::new(&setup, &data(&setup), u64::MAX).expect("a population");
    pollster::block_on(evolving.advance(&mut || false)).expect("the CPU trains");
    evolving.end()
}

#[test]
fn side_by_side_just_the_best_quarter_goes_on_for_a_tenth_of_the_epochs() {
    let own = page(LESSON, 5, "");
    let halved = side_by_side(own.search.seed, own.search.every);
    says(LESSON, 5, halved.spent());
    says(LESSON, 5, own.search.members * own.training.epochs);
    let mut lost = 0;
    for seed in SEEDS {
        let (halved, all) = (side_by_side(seed, 1), side_by_side(seed, 60));
        let sizes: Vec<usize> = halved.rungs.iter().map(|rung| rung.1.len()).collect();
        assert_eq!(sizes, [4, 1, 1], "{seed}");
        let first = |member: &usize| all.losses[*member][1].unwrap_or(f64::INFINITY);
        let mut order: Vec<usize> = (0..16).collect();
        order.sort_by(|a, b| first(a).total_cmp(&first(b)));
        assert_eq!(halved.rungs[0].1, order[..4], "{seed}");
        assert!(10 * halved.spent() <= all.spent(), "{seed}");
        lost += usize::from(halved.best().map(|b| b.0) != all.best().map(|b| b.0));
    }
    // What starts slowly is lost all the same.
    assert!(lost > 0);
}

#[test]
fn of_the_trials_at_a_rung_the_best_quarter_goes_on() {
    let halving = &STUDIES[2];
    let at = |trial: usize, epoch: usize| {
        halving.trials()[trial].losses().iter().find(|l| l.0 == epoch).map(|l| l.1)
    };
    for rung in [1, 4, 16] {
        let mut reached = Vec::new();
        for (n, trial) in halving.trials().iter().enumerate() {
            let Some(loss) = at(n, rung) else { continue };
            reached.push(loss);
            let better = reached.iter().filter(|other| **other < loss).count();
            assert_eq!(
                trial.epochs() > rung,
                4 * better < reached.len(),
                "trial {n} at {rung}: {better} are better"
            );
        }
    }
}

#[test]
fn hyperband_deals_trials_to_brackets_and_spends_more_than_halving() {
    let [all, _, halving, hyperband] = &*STUDIES;
    let pruner = page(LESSON, 4, "&search.pruner.name=hyperband").search.pruner;
    let rungs: Vec<usize> = (0..20).map(|trial| pruner.rungs(trial, 60)[0]).collect();
    assert_eq!(
        rungs.iter().copied().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>(),
        [1, 4, 16]
    );
    says(LESSON, 4, hyperband.epochs(20));
    assert!(halving.epochs(20) < hyperband.epochs(20) && 3 * hyperband.epochs(20) < all.epochs(20));
    // Nobody stops before the first rung of its bracket.
    assert!(hyperband.trials().iter().zip(rungs).all(|(trial, rung)| trial.epochs() >= rung));
}
