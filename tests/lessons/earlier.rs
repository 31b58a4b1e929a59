//! The lesson on learning from another study, over eight seeds of the search.

use crate::momentum::SEEDS;
use crate::shipped::{loss, page, played, says};
use std::sync::LazyLock;
use tunescape_core::link;
use tunescape_core::search::{Earlier, Outcome};
use tunescape_core::setup::Setup;

const LESSON: &str = "another-study";

/// What a page hands to its next study as prior, made as the page makes it.
fn handed_on(from: &Setup, to: &Setup) -> Vec<Earlier> {
    let study = played(from);
    let trial = |trial: &tunescape_core::study::Trial| {
        Earlier(trial.outcome.and_then(Outcome::loss), trial.point.clone())
    };
    let mut ranked: Vec<Earlier> = study.trials().iter().map(trial).collect();
    let place = |trial: &Earlier| trial.0.unwrap_or(f64::INFINITY);
    ranked.sort_by(|a, b| place(a).total_cmp(&place(b)));
    let space = to.searched();
    to.inherited(from, &ranked).iter().map(|trial| trial.brief(&space)).collect()
}

/// The best loss after each trial, by seed, with the page's prior and without one.
fn pairs(number: usize) -> [[Vec<f64>; 2]; 8] {
    SEEDS.map(|seed| {
        let mut own = page(LESSON, number, "");
        own.search.seed = seed;
        let mut without = own.clone();
        without.search.earlier.clear();
        [own, without].map(|setup| {
            let mut best = f64::INFINITY;
            let study = played(&setup);
            let lower = |trial| {
                best = f64::min(best, loss(trial));
                best
            };
            study.trials().iter().map(lower).collect()
        })
    })
}

static WINE: LazyLock<[[Vec<f64>; 2]; 8]> = LazyLock::new(|| pairs(3));
static CIRCLE: LazyLock<[[Vec<f64>; 2]; 8]> = LazyLock::new(|| pairs(4));

fn ahead(pairs: &[[Vec<f64>; 2]; 8], trials: usize) -> usize {
    pairs.iter().filter(|[with, without]| with[trials - 1] < without[trials - 1]).count()
}

#[test]
fn the_priors_are_the_models_of_the_studies_that_are_told_of() {
    let [penguins, wine] = [1, 3].map(|number| page(LESSON, number, ""));
    assert_eq!(wine.search.earlier, handed_on(&penguins, &wine));
    let moons = link::read(
        "v=2&data.name=moons&net.hidden=[4]&training.epochs=60&search.strategy=random&search.budget=20",
    )
    .expect("a set-up");
    let circle = page(LESSON, 4, "");
    assert_eq!(circle.search.earlier, handed_on(&moons, &circle));
    // Without it the third page is the second.
    let mut without = wine.clone();
    without.search.earlier.clear();
    assert_eq!(without, page(LESSON, 2, ""));
}

#[test]
fn penguins_help_with_wine_and_most_at_the_beginning() {
    assert_eq!([1, 3, 5].map(|trials| ahead(&WINE, trials)), [8; 3]);
    says(LESSON, 3, ahead(&WINE, 10));
    let own = SEEDS.iter().position(|seed| *seed == page(LESSON, 3, "").search.seed);
    let [with, without] = &WINE[own.expect("one of them")];
    says(LESSON, 2, format!("{:.3}", without[0]));
    says(LESSON, 2, format!("{:.3}", without[4]));
    says(LESSON, 3, format!("{:.3}", with[0]));
}

#[test]
fn moons_mislead_on_the_circle_and_the_process_recovers() {
    let firsts: Vec<f64> = CIRCLE.iter().map(|[with, _]| with[0]).collect();
    says(LESSON, 4, firsts.iter().filter(|loss| loss.is_infinite()).count());
    assert!(firsts[0].is_infinite() && page(LESSON, 4, "").search.seed == SEEDS[0]);
    says(LESSON, 4, 8 - ahead(&CIRCLE, 3));
    says(LESSON, 4, ahead(&CIRCLE, 7));
    assert!(ahead(&CIRCLE, 7) > ahead(&CIRCLE, 3));
}

#[test]
fn good_trials_on_penguins_lie_to_the_right() {
    let setup = page(LESSON, 1, "");
    let (study, space) = (played(&setup), setup.searched());
    for trial in study.trials() {
        let [rate, _] = space.to_unit(&trial.point)[..] else { panic!("two") };
        let hardly = loss(trial) > 0.2;
        assert!(if rate < 0.3 { hardly } else { !hardly || rate > 0.9 }, "{trial:?}");
    }
}
