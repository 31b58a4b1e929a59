//! The lesson on one setting for several data sets, over eight seeds of the search.

use crate::momentum::SEEDS;
use crate::shipped::{data, loss, page, played, says};
use std::sync::LazyLock;
use tunescape_core::setup::Setup;
use tunescape_core::space::Point;
use tunescape_core::study::Study;
use tunescape_core::worker::Attempt;

const LESSON: &str = "several-sets";
const BOTH: &str = "&evaluation.also=[%22digits%22]";

fn seeded(number: usize, more: &str, seed: u64) -> Setup {
    let mut setup = page(LESSON, number, more);
    setup.search.seed = seed;
    setup
}

/// By seed the searches on wine, on the digits, and on both.
static STUDIES: LazyLock<[[Study; 3]; 8]> = LazyLock::new(|| {
    SEEDS.map(|seed| {
        [(1, ""), (2, ""), (3, BOTH)].map(|(number, more)| played(&seeded(number, more, seed)))
    })
});

fn best(study: &Study) -> (usize, Point) {
    let trial = study.best().expect("a best").0;
    (trial, study.trials()[trial].point.clone())
}

/// What a point scores on each of both sets, trained for both.
fn on_both(setup: &Setup, point: &Point) -> [f64; 2] {
    let mut attempt = Attempt::new(setup, &data(setup), point).expect("a trial");
    pollster::block_on(attempt.advance(&mut || false)).expect("the CPU trains");
    let values = attempt.judged().expect("it is finite").values.clone();
    [0, 1].map(|set| values[set].expect("a loss"))
}

#[test]
fn all_three_searches_try_the_same_points() {
    for [wine, digits, both] in &*STUDIES {
        let points = |study: &Study| -> Vec<Point> {
            study.trials().iter().map(|trial| trial.point.clone()).collect()
        };
        assert!(points(wine) == points(digits) && points(digits) == points(both));
    }
}

#[test]
fn the_winner_on_wine_is_bad_on_the_digits() {
    let mut diverged = 0;
    for (seed, [wine, digits, _]) in SEEDS.iter().zip(&*STUDIES) {
        let (winner, _) = best(wine);
        let (own, least) = (loss(&digits.trials()[winner]), loss(&digits.trials()[best(digits).0]));
        assert!(own > 1.9 * least, "{seed}: {own} {least}");
        diverged += usize::from(own.is_infinite());
        if *seed == page(LESSON, 1, "").search.seed {
            assert!(own.is_infinite());
            says(LESSON, 1, winner + 1);
            says(LESSON, 1, format!("{:.3}", loss(&wine.trials()[winner])));
            says(LESSON, 2, best(digits).0 + 1);
            says(LESSON, 2, format!("{least:.3}"));
        }
    }
    says(LESSON, 2, diverged);
}

#[test]
fn one_setting_for_both_is_near_the_best_on_the_digits_and_better_on_wine() {
    let mut better = 0;
    for (seed, [_, digits, both]) in SEEDS.iter().zip(&*STUDIES) {
        let setup = seeded(3, BOTH, *seed);
        let (trial, point) = best(both);
        let (shared, other) = (on_both(&setup, &point), on_both(&setup, &best(digits).1));
        assert!(shared[1] < 1.1 * other[1], "{seed}: {shared:?} {other:?}");
        better += usize::from(shared[0] < other[0]);
        if *seed == page(LESSON, 3, "").search.seed {
            says(LESSON, 3, trial + 1);
            shared.iter().for_each(|loss| says(LESSON, 3, format!("{loss:.3}")));
        }
    }
    says(LESSON, 3, better);
    says(LESSON, 3, 10);
}

#[test]
fn by_mean_rank_the_same_trial_mostly_leads() {
    let same = |seed: &u64, [_, _, both]: &[Study; 3]| {
        let setup = seeded(3, BOTH, *seed);
        let finite: Vec<usize> =
            (0..25).filter(|&trial| loss(&both.trials()[trial]).is_finite()).collect();
        let scores: Vec<[f64; 2]> =
            finite.iter().map(|&trial| on_both(&setup, &both.trials()[trial].point)).collect();
        let rank = |own: &[f64; 2]| -> usize {
            let place = |set: usize| scores.iter().filter(|other| other[set] < own[set]).count();
            place(0) + place(1)
        };
        let first = (0..finite.len()).min_by_key(|&i| rank(&scores[i])).expect("trials");
        finite[first] == best(both).0
    };
    let count = SEEDS.iter().zip(&*STUDIES).filter(|(seed, studies)| same(seed, studies)).count();
    let said = &crate::shipped::lessons()[LESSON].curious["en"];
    assert!(said.contains(&format!("In {count} of eight")), "{count}: {said}");
}
