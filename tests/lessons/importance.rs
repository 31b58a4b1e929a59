//! What the panel on hyperparameter importance concludes from random trials of the default set-up.

use crate::momentum::SEEDS;
use crate::shipped::losses;
use tunescape_core::link;
use tunescape_core::search::Outcome;
use tunescape_core::study::forest::Forest;
use tunescape_core::study::importance::importance;
use tunescape_core::study::{Event, Study, stream};

/// A hundred random trials drawn by a seed.
fn study(seed: u64) -> Study {
    let mut setup = link::read("v=2&search.strategy=random&search.budget=100").expect("a set-up");
    setup.search.seed = seed;
    let mut study = Study::new(setup.strategy(), setup.searched());
    for trial in 0..setup.search.budget {
        let proposal = study.ask(seed);
        study.apply(Event::Proposed { trial, proposal }).expect("it is the next");
    }
    let points: Vec<[f64; 2]> = study.trials().iter().map(|t| [t.point[0], t.point[1]]).collect();
    for (trial, loss) in losses(&setup, &points).into_iter().enumerate() {
        study.apply(Event::Completed { trial, outcome: Outcome::of(loss) }).expect("it runs");
    }
    study
}

#[test]
fn with_the_diverged_trials_the_learning_rate_matters_most_for_every_seed() {
    let (mut least, mut least_without) = (1.0_f32, 1.0_f32);
    for seed in SEEDS {
        let study = study(seed);
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
