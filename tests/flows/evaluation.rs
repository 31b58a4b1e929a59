//! Folds, repeats, metrics and several sets: what the page shows is the engine's.
//!
//! In place of the browser test `folds_of_iris_are_judged_as_the_engine_does`.

use crate::driver::{Options, Page};
use crate::reference;
use tunescape_core::metrics::{Metric, When};
use tunescape_core::search::Outcome;
use tunescape_core::setup::Edit;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::state::Notice;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::study::landscape::Value;

#[test]
fn folds_of_iris_are_judged_as_the_engine_does() {
    let mut page =
        Page::open("v=1&map.side=8&data.name=iris&training.epochs=8&search.strategy=random");
    page.edit(Edit::choose("evaluation.method", &Method::StratifiedKFold));
    page.set("evaluation.folds", 4);
    page.set("evaluation.repeats", 2);
    page.edit(Edit::choose("search.metric", &Metric::F1));
    page.edit(Edit::choose("search.when", &When::Best));
    page.settle();
    assert_eq!(page.setup().evaluation.streams(), 8);
    for _ in 0..3 {
        page.study(StudyEvent::Step);
    }
    let rows = page.rows();
    assert_eq!(rows, reference::study(page.setup(), 3));
    // The values of the single trainings, of the best.
    let (best, cost) = page.state.study.best(3).expect("one that did not diverge");
    let judged = reference::judged(page.setup(), &rows[best].0).expect("it did not diverge");
    let tried = page.state.study.tried[best].as_ref().expect("it is over");
    assert_eq!(tried.judged.as_ref(), Some(&judged));
    assert_eq!(judged.values.iter().flatten().count(), 8);
    let (mean, _) = judged.summary().expect("eight values");
    assert_eq!(page.state.scored(cost), mean, "higher is better");
    // So is the map, cell by cell, with how far its trainings lie apart.
    let land = &page.state.map.land;
    let curves = reference::curves(page.setup(), &land.point(36));
    assert_eq!(land.loss(36, 8), Value::Loss(curves.reports[0][8].valid_loss));
    assert_eq!(land.spread(36, 8), Some(curves.spreads[0][8]));
}

#[test]
fn trials_on_several_sets_are_ranked_among_each_other() {
    let mut page = Page::open(
        "v=1&data.name=moons&map.side=8&training.epochs=6&search.budget=5&search.strategy=random",
    );
    page.edit(Edit::ToggleAlso("circle".into()));
    page.settle();
    assert_eq!((page.setup().evaluation.also.len(), page.setup().evaluation.streams()), (1, 2));
    page.play();
    let mean = page.rows();
    assert_eq!(mean, reference::study(page.setup(), 5));
    page.change("search.ranked", true);
    let trials = page.state.study.study.trials();
    for (trial, row) in trials.iter().zip(&mean) {
        match trial.outcome {
            Some(Outcome::Value(_)) => {
                let both = (trial.sets[0] + trial.sets[1]) / 2.0;
                assert!((both - row.1.expect("a loss")).abs() < 1e-9, "{trial:?}");
            }
            _ => assert!(trial.sets.is_empty()),
        }
    }
    assert!(trials.iter().any(|trial| trial.sets.len() == 2));
    let rows = page.rows();
    assert_eq!(page.loaded_anew().rows(), rows);
    // A set that is none of its kind goes when the first does.
    page.change("data.name", "iris");
    assert!(page.setup().evaluation.also.is_empty());
}

#[test]
fn a_set_that_cannot_be_loaded_leaves_the_last() {
    let options = Options { missing: vec!["iris"], ..Options::default() };
    let mut page = Page::opened("v=1&data.name=moons&map.side=8&training.epochs=4", options);
    page.settle();
    page.change("data.name", "iris");
    assert_eq!(page.notices(), [Notice::NotLoaded { name: "iris".into() }]);
    assert_eq!((page.setup().data.name.as_str(), page.state.ready()), ("moons", true));
    assert!(page.state.map.finished() && page.address.contains("data.name=moons"));
}
