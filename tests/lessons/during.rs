//! The lesson on hyperparameter gradients and population-based training, over eight seeds.

use crate::momentum::SEEDS;
use crate::shipped::{data, loss, page, played, says};
use pollster::block_on;
use std::sync::LazyLock;
use tunescape_core::search::StrategyName;
use tunescape_core::worker::{Evolution, Evolving};

const LESSON: &str = "during-training";

/// By seed the best loss after each trial, of the page's descent and of random search.
fn pairs(number: usize) -> [[Vec<f64>; 2]; 8] {
    SEEDS.map(|seed| {
        let mut setup = page(LESSON, number, "");
        setup.search.seed = seed;
        [StrategyName::Hypergradient, StrategyName::Random].map(|strategy| {
            setup.search.strategy = strategy;
            let mut best = f64::INFINITY;
            let lower = |trial| {
                best = f64::min(best, loss(trial));
                best
            };
            played(&setup).trials().iter().map(lower).collect()
        })
    })
}

/// The pair of the page's own seed.
fn own(number: usize, pairs: &[[Vec<f64>; 2]; 8]) -> [Vec<f64>; 2] {
    let seed = page(LESSON, number, "").search.seed;
    pairs[SEEDS.iter().position(|own| *own == seed).expect("one of them")].clone()
}

#[test]
fn on_the_moons_a_descent_is_below_random_search() {
    let pairs = pairs(1);
    for [descent, random] in &pairs {
        assert!(descent[5] < random[5] && descent[11] < random[11], "{descent:?} {random:?}");
    }
    let [descent, _] = own(1, &pairs);
    says(LESSON, 1, format!("{:.3}", descent[0]));
    says(LESSON, 1, format!("{:.4}", descent[5]));
}

#[test]
fn on_the_plain_of_the_spiral_it_stays() {
    let pairs = pairs(2);
    let [descent, _] = own(2, &pairs);
    says(LESSON, 2, format!("{:.3}", descent[11]));
    assert_eq!(format!("{:.2}", descent[0]), "0.66");
    says(LESSON, 2, pairs.iter().filter(|[descent, _]| descent[11] > 0.65).count());
    says(LESSON, 2, pairs.iter().filter(|[descent, random]| random[11] < descent[11]).count());
}

/// By seed the population of a page, and the same members without copies.
fn populations(number: usize) -> [[Evolution; 2]; 8] {
    let own = page(LESSON, number, "");
    SEEDS.map(|seed| {
        [own.search.every, own.training.epochs].map(|every| {
            let mut setup = own.clone();
            (setup.search.seed, setup.search.every) = (seed, every);
            let mut evolving =
                Evolving::new(&setup, &data(&setup), u64::MAX).expect("a population");
            block_on(evolving.advance(&mut || false)).expect("the CPU trains");
            evolving.end()
        })
    })
}

static HILLS: LazyLock<[[Evolution; 2]; 8]> = LazyLock::new(|| populations(3));
static SPIRAL: LazyLock<[[Evolution; 2]; 8]> = LazyLock::new(|| populations(4));

fn ends([copied, alone]: &[Evolution; 2]) -> [f64; 2] {
    assert!(!copied.copies.is_empty() && alone.copies.is_empty());
    assert_eq!(copied.points[0], alone.points[0]);
    [copied, alone].map(|population| population.best().expect("a best").1)
}

/// In how many populations copies come lower.
fn lower(number: usize, populations: &[[Evolution; 2]; 8]) -> usize {
    assert_eq!(page(LESSON, number, "").search.seed, SEEDS[0]);
    ends(&populations[0]).iter().for_each(|loss| says(LESSON, number, format!("{loss:.3}")));
    populations.iter().map(ends).filter(|[copied, alone]| copied < alone).count()
}

#[test]
fn on_the_hills_copies_come_lower() {
    says(LESSON, 3, lower(3, &HILLS));
    // Four of sixteen copy after every ten epochs, but after the last.
    assert!(HILLS[0][0].copies.iter().all(|copies| copies.len() == 4));
}

#[test]
fn on_the_spiral_they_mostly_do_not() {
    says(LESSON, 4, lower(4, &SPIRAL));
    assert!(lower(4, &SPIRAL) <= 2);
}
