//! The lesson on evolution, over eight repeats of its searches.

use crate::momentum::mean;
use crate::shipped::{page, raced_to_losses};
use tunescape_core::search::StrategyName;

/// How many times lower the last quarter of a search is than the first, on average; by repeat.
fn gains(number: usize, strategy: StrategyName) -> [f64; 8] {
    let mut setup = page("evolution", number, "&race.repeats=8");
    assert_eq!(setup.search.budget, 60);
    setup.race.strategies = vec![strategy];
    let (_, losses) = raced_to_losses(&setup);
    let gain = |losses: &Vec<f64>| {
        // A diverged trial is as bad as a loss of four.
        let of = |part: &[f64]| mean(part.iter().map(|loss| loss.min(4.0)));
        of(&losses[..15]) / of(&losses[45..])
    };
    losses.iter().map(gain).collect::<Vec<_>>().try_into().expect("eight repeats")
}

#[test]
fn later_generations_come_lower_and_later_random_trials_do_not() {
    let genetic = gains(1, StrategyName::Genetic);
    assert_eq!(page("evolution", 1, "").search.strategy, StrategyName::Genetic);
    assert!(genetic.iter().all(|gain| *gain > 2.0), "{genetic:?}");
    let random = mean(gains(1, StrategyName::Random).into_iter());
    assert!((0.5..1.1).contains(&random), "{random}");
}

#[test]
fn the_cloud_of_cma_es_comes_to_less_than_a_third() {
    let cloud = gains(2, StrategyName::Cmaes);
    assert_eq!(page("evolution", 2, "").search.strategy, StrategyName::Cmaes);
    assert!(cloud.iter().all(|gain| *gain > 3.0), "{cloud:?}");
}
