//! The search, trial by trial.
//!
//! In place of the browser tests `a_grid_is_stepped_and_replayed`,
//! `random_search_is_stepped_and_replayed`, `bayesian_search_is_stepped_and_replayed`,
//! `every_strategy_proposes_what_the_engine_does`, `what_was_tried_is_skipped_and_candidates_are_drawn`,
//! `what_was_learnt_is_kept_when_a_range_changes`, `every_preset_is_one_click` and
//! `the_test_score_is_shown_on_request_only`.

use crate::driver::{Options, Page};
use crate::reference::{self, Row};
use std::collections::BTreeSet;
use tunescape_core::link;
use tunescape_core::search::{Reason, StrategyName};
use tunescape_core::setup::presets::PRESETS;
use tunescape_core::setup::{Edit, Setup};
use tunescape_core::state::Event;
use tunescape_core::state::search::StudyEvent;

const SMALL: &str = "v=1&map.side=8&training.epochs=10&search.budget=12";

fn least(rows: &[Row]) -> Option<f64> {
    rows.iter().filter_map(|row| row.1).min_by(f64::total_cmp)
}

/// Plays, goes back and forth, and loads the page anew.
fn step_and_replay(strategy: StrategyName) {
    let mut page = Page::open(SMALL);
    page.edit(Edit::choose("search.strategy", &strategy));
    page.settle();
    page.play();
    let rows = page.rows();
    assert_eq!((rows.len(), page.setup().search.run), (12, 12));
    assert_eq!(rows, reference::study(page.setup(), 12));
    assert_eq!(page.state.study.best(12).map(|best| best.1), least(&rows));
    assert_eq!(page.state.study.belief(12).is_some(), strategy.believes());
    for n in 1..=5 {
        page.study(StudyEvent::Back);
        assert_eq!(page.rows(), rows[..12 - n]);
    }
    assert_eq!(page.state.study.best(7).map(|best| best.1), least(&rows[..7]));
    page.study(StudyEvent::Show(3));
    assert_eq!(page.rows(), rows[..3]);
    page.study(StudyEvent::First);
    assert!(page.rows().is_empty());
    page.study(StudyEvent::Step);
    assert_eq!(page.rows(), rows[..1], "one that was run is shown, none is run anew");
    page.study(StudyEvent::Show(99));
    assert_eq!(page.rows(), rows);
    page.study(StudyEvent::Show(7));
    assert!(page.address.contains("search.run=12") && page.address.contains("search.shown=7"));
    let mut again = page.loaded_anew();
    assert_eq!(again.rows(), rows[..7]);
    again.study(StudyEvent::Show(12));
    assert_eq!(again.rows(), rows);
    assert!(again.notices().is_empty() && page.notices().is_empty());
}

#[test]
fn a_grid_is_played_stepped_back_and_loaded_anew() {
    step_and_replay(StrategyName::Grid);
}

#[test]
fn random_search_is_played_stepped_back_and_loaded_anew() {
    step_and_replay(StrategyName::Random);
}

#[test]
fn bayesian_search_is_played_stepped_back_and_loaded_anew() {
    step_and_replay(StrategyName::Bayesian);
}

#[test]
fn every_other_strategy_proposes_what_the_engine_does() {
    let mut page = Page::open("v=1&data.name=moons&map.side=8&training.epochs=4&search.budget=12");
    for strategy in StrategyName::ALL.into_iter().skip(3).filter(|strategy| strategy.races()) {
        page.edit(Edit::choose("search.strategy", &strategy));
        page.settle();
        assert_eq!((page.rows().len(), page.setup().search.run), (0, 0), "{strategy:?}");
        page.play();
        assert_eq!(page.rows(), reference::study(page.setup(), 12), "{strategy:?}");
        assert_eq!(page.state.study.belief(12).is_some(), strategy.believes(), "{strategy:?}");
    }
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}

#[test]
fn a_trial_of_tpe_says_which_candidates_there_were() {
    let mut page = Page::open(&format!("{SMALL}&search.strategy=tpe"));
    page.play();
    let trial = &page.state.study.study.trials()[11];
    let Reason::Parzen { candidates, scores, winner, good, .. } = &trial.reason else {
        panic!("{:?}", trial.reason)
    };
    assert_eq!((candidates.len(), scores.len()), (24, 24));
    let best = scores.iter().copied().fold(f64::MIN, f64::max);
    let winner = winner.expect("all parameters are chosen together");
    assert_eq!((scores[winner], &candidates[winner]), (best, &trial.point));
    assert_eq!(good.first().copied(), page.state.study.best(11).map(|best| best.0));
}

#[test]
fn what_was_tried_before_is_skipped_on_request() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=5&search.budget=6&search.strategy=random\
         &space.learning_rate=null&space.momentum=null&space.activation=[%22tanh%22,%22relu%22]\
         &space.layers=[1,3]",
    );
    page.play();
    let different = |page: &Page| {
        page.points().into_iter().map(|point| format!("{point:?}")).collect::<BTreeSet<_>>().len()
    };
    assert!(different(&page) < 6, "six of six networks drawn at random");
    page.change("search.distinct", true);
    assert_eq!((page.rows().len(), different(&page)), (6, 6));
    assert!(page.address.contains("search.distinct=true"));
}

#[test]
fn what_was_learnt_is_kept_when_a_range_changes() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=10&search.strategy=tpe&search.budget=10&search.run=6\
         &search.shown=6",
    );
    let mut rows = page.rows();
    assert_eq!(rows.len(), 6);
    let (parameter, high) = ("learning_rate".to_owned(), false);
    page.edit(Edit::SetRangeEnd { parameter, high, value: 0.05 });
    page.settle();
    rows.retain(|row| row.0[0] >= 0.05);
    assert!((1..6).contains(&rows.len()), "{rows:?}");
    // They are placed with as few digits as train alike in single precision.
    let single = |rows: &[Row]| -> Vec<(Vec<f32>, Option<f64>)> {
        rows.iter().map(|row| (row.0.iter().map(|&x| x as f32).collect(), row.1)).collect()
    };
    assert_eq!(single(&page.rows()), single(&rows));
    assert!(page.by_hand().into_iter().all(|by_hand| by_hand));
    page.study(StudyEvent::Step);
    assert_eq!(page.rows().len(), rows.len() + 1);
    assert!(page.address.contains("space.learning_rate=[0.05"));
    assert_eq!(page.rows(), reference::study(page.setup(), rows.len() + 1));
    // A strategy that does not learn begins anew.
    page.edit(Edit::choose("search.strategy", &StrategyName::Random));
    page.settle();
    page.play();
    let (parameter, high) = ("learning_rate".to_owned(), true);
    page.edit(Edit::SetRangeEnd { parameter, high, value: 1.0 });
    page.settle();
    assert!(page.by_hand().iter().all(|by_hand| !by_hand));
}

#[test]
fn every_preset_is_opened_as_it_is() {
    let mut page = Page::opened("v=1&map.side=8&training.epochs=5", Options::default());
    for (name, text) in PRESETS {
        let setup = link::read(text).expect("a link");
        page.edit(Edit::Open(Box::new(setup.clone())));
        page.wait_for(name, |page| page.state.ready() && page.address == link::write(&setup));
        assert_eq!(*page.setup(), setup, "{name}");
        let searched = page.state.study.study.space().params.iter().map(|param| &param.name);
        assert!(searched.eq(setup.searched().params.iter().map(|param| &param.name)), "{name}");
        assert!(page.notices().is_empty(), "{name}: {:?}", page.notices());
    }
    assert_ne!(*page.setup(), Setup::default());
    page.happen(Event::Undo);
    let before = link::read(PRESETS[3].1).expect("a link");
    assert_eq!(*page.setup(), before, "a preset is one change");
}

#[test]
fn the_test_part_is_looked_at_once_and_on_request() {
    let mut page = Page::open(&format!("{SMALL}&search.strategy=grid"));
    page.study(StudyEvent::Step);
    page.study(StudyEvent::Step);
    assert!(page.state.study.tested.is_empty());
    page.happen(Event::Study(StudyEvent::Test(1)));
    assert!(page.state.study.testing());
    page.happen(Event::Study(StudyEvent::Test(0)));
    page.settle();
    let point = page.points()[1].clone();
    let loss = page.state.study.tested.get(&1).map(|scores| scores.loss).expect("a score");
    let exact = reference::test_loss(page.setup(), &point);
    assert!((loss - exact).abs() < 1e-5, "{loss}, not {exact}");
    page.study(StudyEvent::Test(0));
    assert_eq!(page.state.study.tested.len(), 1, "a second look would make it a validation part");
}

#[test]
fn play_pauses_and_goes_on_at_its_speed() {
    let mut page = Page::open(&format!("{SMALL}&search.strategy=random"));
    page.happen(Event::Study(StudyEvent::Speed(0)));
    page.happen(Event::Study(StudyEvent::Play));
    page.wait_for("three trials", |page| page.rows().len() == 3);
    page.happen(Event::Study(StudyEvent::Pause));
    page.settle();
    assert!(!page.state.study.playing);
    let rows = page.rows();
    assert_eq!(rows.len(), 3);
    // Stepping back pauses as well.
    page.happen(Event::Study(StudyEvent::Play));
    page.happen(Event::Study(StudyEvent::Back));
    page.settle();
    assert!(!page.state.study.playing && page.rows().len() < 6);
    page.study(StudyEvent::Play);
    assert_eq!((page.rows().len(), page.state.study.playing), (12, false));
    assert_eq!(page.rows()[..3], rows);
}
