//! What the panel on hyperparameter importance concludes from random trials, of the default set-up
//! and of the lesson on it.

use crate::momentum::SEEDS;
use crate::shipped::{finals, page, says};
use tunescape_core::link;
use tunescape_core::search::Outcome;
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::forest::Forest;
use tunescape_core::study::importance::importance;
use tunescape_core::study::{Event, Study, stream};

/// The random trials of a set-up, drawn by a seed.
fn study(setup: &Setup, seed: u64) -> Study {
    let mut setup = setup.clone();
    setup.search.seed = seed;
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..setup.search.budget {
        let proposal = study.ask(seed);
        study.apply(Event::Proposed { trial, proposal }).expect("it is the next");
    }
    let points: Vec<Point> = study.trials().iter().map(|t| t.point.clone()).collect();
    for (trial, loss) in finals(&setup, &points).into_iter().enumerate() {
        study.apply(Event::Completed { trial, outcome: Outcome::of(loss) }).expect("it runs");
    }
    study
}

#[test]
fn with_the_diverged_trials_the_learning_rate_matters_most_for_every_seed() {
    let setup = link::read("v=2&search.strategy=random&search.budget=100").expect("a set-up");
    let (mut least, mut least_without) = (1.0_f32, 1.0_f32);
    for seed in SEEDS {
        let study = study(&setup, seed);
        let found = importance(&study, seed).expect("losses that differ");
        assert!(found.diverged > 5 && found.left_out == 0, "{seed}: {}", found.diverged);
        assert!(found.alone[0] > 0.7 && found.alone[1] < 0.1, "{seed}: {:?}", found.alone);
        assert!(found.good[0] > found.good[1], "{seed}: {:?}", found.good);
        // Without them the answer depends on the draw.
        let (x, y) = study.scored();
        let without = Forest::grow(&x, &y, &mut stream(seed, 100)).expect("losses that differ");
        (least, least_without) =
            (least.min(found.alone[0]), least_without.min(without.alone(0) as f32));
    }
    assert!(least > least_without + 0.2, "{least} {least_without}");
}

/// The share of each hyperparameter by itself, by its name, on a page of the lesson.
fn alone(number: usize, seed: u64) -> impl Fn(&str) -> f32 {
    let setup = page("importance", number, "");
    let found = importance(&study(&setup, seed), seed).expect("losses that differ");
    let names: Vec<_> = setup.searched().params.iter().map(|param| param.name.clone()).collect();
    move |name| found.alone[names.iter().position(|own| own == name).expect("it is searched")]
}

#[test]
fn the_learning_rate_matters_most_and_a_tiny_penalty_hardly() {
    let mut most = 0.0_f32;
    for seed in SEEDS {
        let alone = alone(1, seed);
        let [rate, momentum, l2] = ["learning_rate", "momentum", "l2"].map(alone);
        assert!(rate > momentum && momentum > 0.0 && rate > 0.4, "{seed}: {rate} {momentum} {l2}");
        most = most.max(l2);
    }
    says("importance", 1, (100.0 * most).ceil());
}

#[test]
fn where_the_range_of_rates_is_narrow_momentum_leads() {
    for seed in SEEDS {
        let alone = alone(2, seed);
        let [rate, momentum] = ["learning_rate", "momentum"].map(alone);
        assert!(momentum > rate, "{seed}: {rate} {momentum}");
        // In a narrow range the rate makes less difference.
        let wide = self::alone(1, seed)("learning_rate");
        assert!(rate < wide, "{seed}: {rate} {wide}");
    }
}
