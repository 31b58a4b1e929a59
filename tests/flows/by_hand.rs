//! Trials that the learner places, and what is trained beside those of the strategy.
//!
//! In place of the browser tests `a_trial_is_placed_by_hand`,
//! `a_click_places_a_trial_where_the_learner_proposes`,
//! `bohb_a_population_and_fresh_seeds_are_trained`,
//! `the_learner_proposes_within_limits_and_takes_the_best_to_other_data` and
//! `a_trial_stands_out_in_every_plot_and_the_table_sorts_and_filters`.

use crate::driver::Page;
use crate::reference;
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::{Reason, StrategyName};
use tunescape_core::setup::Edit;
use tunescape_core::state::after_search::SEEDS;
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::search::{Phase, StudyEvent};
use tunescape_core::state::selection::{Brush, Filter};
use tunescape_core::state::{Event, Notice};

const SMALL: &str = "v=1&map.side=8&training.epochs=8&search.strategy=random";

#[test]
fn a_trial_is_placed_by_hand_and_comes_back_from_the_link() {
    let mut page = Page::open(SMALL);
    page.study(StudyEvent::Step);
    assert_eq!(page.state.map.click(false, false), Click::Look);
    page.map(MapEvent::Mode(Click::Place));
    page.map(MapEvent::Act(0.25, 0.25));
    // A quarter of the axes: log of the learning rate from 0.003 to 10, momentum from 0 to 0.99.
    let [learning_rate, momentum] = page.points()[1][..] else { panic!("two are searched") };
    let wanted = 0.003 * (10.0_f64 / 0.003).powf(0.25);
    assert!((learning_rate / wanted - 1.0).abs() < 0.01, "{learning_rate}, not {wanted}");
    assert!((momentum / 0.2475 - 1.0).abs() < 0.01, "{momentum}");
    assert!(page.setup().map.zoom.is_empty());
    page.study(StudyEvent::Step);
    assert_eq!(page.by_hand(), [false, true, false]);
    let rows = page.rows();
    assert_eq!(rows, reference::study(page.setup(), 3));
    assert_eq!(page.loaded_anew().rows(), rows);
    // It can be undone, and done again.
    page.happen(Event::Undo);
    page.settle();
    assert_eq!(page.by_hand(), [false]);
    page.happen(Event::Redo);
    page.settle();
    assert_eq!((page.setup().search.hand.len(), page.by_hand()), (1, vec![false]));
    page.study(StudyEvent::Step);
    assert_eq!(page.by_hand(), [false, true]);
}

#[test]
fn the_trial_on_show_is_dragged_elsewhere_and_those_after_it_never_were() {
    let mut page = Page::open(&format!("{SMALL}&search.run=4&search.shown=4"));
    let rows = page.rows();
    page.study(StudyEvent::Show(2));
    page.edit(Edit::Annotate { trial: 3, note: "late".into() });
    // Taken and let go where it was.
    page.map(MapEvent::Grab((0.5, 0.5)));
    page.map(MapEvent::Drop);
    assert_eq!(page.points().len(), 4);
    page.map(MapEvent::Grab((0.5, 0.5)));
    page.map(MapEvent::Drag((0.7, 1.4)));
    assert_eq!(page.state.map.grabbed, Some((0.7, 1.4)));
    page.map(MapEvent::Drop);
    assert_eq!((page.by_hand(), page.rows().len()), (vec![false, true], 2));
    let moved = page.points()[1].clone();
    let axes = page.setup().axes();
    let [x, y] = page.setup().place_on(&axes, &moved);
    assert!((x - 0.7).abs() < 0.01 && y > 0.99, "{x} {y}: the edge is as far as it goes");
    assert_eq!(page.rows()[0], rows[0]);
    assert_eq!(page.rows(), reference::study(page.setup(), 2));
    assert!(page.setup().search.notes.is_empty(), "the trial noted is no more");
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.points().len(), page.rows().as_slice()), (4, &rows[..2]));
}

#[test]
fn the_learner_proposes_and_no_click_is_lost() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=8&search.manual=true&search.budget=8&space.momentum=null\
         &space.layers=[1,3]",
    );
    page.change("run.momentum", 0.5);
    assert!(page.address.contains("run.momentum=0.5") && !page.state.more());
    for n in 1..=5 {
        page.map(MapEvent::Act(0.1 + 0.12 * n as f64, if n % 2 == 0 { 0.7 } else { 0.4 }));
        assert_eq!(page.rows().len(), n);
    }
    // While a trial runs.
    page.happen(Event::Map(MapEvent::Act(0.3, 0.2)));
    assert!(matches!(page.state.study.phase, Phase::Training(_)));
    page.happen(Event::Map(MapEvent::Act(0.3, 0.5)));
    page.settle();
    assert_eq!(page.rows().len(), 7);
    assert!(page.state.study.belief(7).is_some(), "the strategy looks on");
    // While those that were run are played back.
    page.study(StudyEvent::First);
    page.happen(Event::Study(StudyEvent::Play));
    page.happen(Event::Map(MapEvent::Act(0.8, 0.55)));
    page.settle();
    assert_eq!(page.rows().len(), 8);
    assert!(page.by_hand().into_iter().all(|by_hand| by_hand));
    // Where there is no other trial, play goes on.
    page.study(StudyEvent::First);
    page.happen(Event::Study(StudyEvent::Play));
    page.happen(Event::Map(MapEvent::Act(0.9, 0.25)));
    page.settle();
    assert_eq!(page.notices(), [Notice::BudgetSpent { budget: 8 }]);
    assert_eq!((page.rows().len(), page.points().len()), (8, 8));
    page.happen(Event::Dismiss(0));
    page.happen(Event::Dismiss(0));
    assert!(page.notices().is_empty());
}

#[test]
fn bohb_brings_its_pruner_and_takes_it_away() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=9&search.budget=16");
    page.edit(Edit::choose("search.strategy", &StrategyName::Bohb));
    page.settle();
    let pruner = &page.setup().search.pruner;
    assert_eq!((pruner.name, pruner.factor), (PrunerName::Hyperband, 3));
    assert!(page.address.contains("hyperband"));
    page.play();
    assert_eq!(page.rows().len(), 16);
    let trials = page.state.study.study.trials();
    assert!(trials.iter().any(|trial| matches!(trial.reason, Reason::Rung { .. })));
    let mind = page.state.study.belief(16).expect("densities").1;
    assert!(mind.belief.layers.len() >= 2);
    let rows = page.rows();
    assert_eq!(page.loaded_anew().rows(), rows);
    page.edit(Edit::choose("search.strategy", &StrategyName::Random));
    page.settle();
    assert_eq!(page.setup().search.pruner.name, PrunerName::None);
    assert!(!page.address.contains("pruner"));
}

#[test]
fn the_best_trial_is_trained_with_fresh_seeds() {
    let mut page = Page::open(&format!("{SMALL}&search.run=4&search.shown=4"));
    page.happen(Event::Study(StudyEvent::Fresh));
    assert!(page.state.study.after_search.freshening());
    page.settle();
    let fresh = page.state.study.after_search.fresh.as_ref().expect("fresh seeds");
    assert_eq!(Some(fresh.trial), page.state.study.best(4).map(|best| best.0));
    let mut setup = page.setup().clone();
    setup.net.seed += 1;
    setup.evaluation.repeats = SEEDS;
    let exact = reference::judged(&setup, &page.points()[fresh.trial]).expect("it stays finite");
    assert_eq!(fresh.values, exact.values);
    // A study that begins anew knows nothing of them.
    page.change("search.seed", 5);
    assert!(page.state.study.after_search.fresh.is_none());
}

#[test]
fn a_population_is_trained_or_stopped() {
    let mut page = Page::open(&format!("{SMALL}&search.members=6&search.every=4"));
    page.happen(Event::Study(StudyEvent::Evolve));
    assert!(page.state.study.after_search.evolving());
    page.happen(Event::Study(StudyEvent::Evolve));
    page.settle();
    let after = &page.state.study.after_search;
    assert!(!after.evolving() && after.evolved(page.setup()).is_none());
    page.study(StudyEvent::Evolve);
    let evolved = page.state.study.after_search.evolved(page.setup()).expect("a population");
    assert_eq!((evolved.points.len(), evolved.points[0].len()), (2, 6));
    assert!(evolved.losses.iter().all(|losses| losses.len() == 9));
    assert!(evolved.best().is_some());
    // It is of these numbers, and says nothing of others.
    let known = |page: &Page| page.state.study.after_search.evolved(page.setup()).is_some();
    page.change("search.every", 2);
    assert!(!known(&page));
    page.change("search.every", 4);
    assert!(known(&page));
}

#[test]
fn the_best_of_other_data_begin_the_next_study() {
    let mut page = Page::open(&format!("{SMALL}&search.budget=6"));
    page.play();
    assert!(page.state.offered.is_empty() && page.state.warm().is_empty());
    let mut rows = page.rows();
    rows.sort_by(|a, b| a.1.unwrap_or(f64::MAX).total_cmp(&b.1.unwrap_or(f64::MAX)));
    page.change("data.name", "moons");
    assert_eq!(page.state.offered.len(), 6);
    let best: Vec<Vec<f32>> =
        rows[..3].iter().map(|row| row.0.iter().map(|&x| x as f32).collect()).collect();
    page.study(StudyEvent::Warm);
    assert!(page.address.contains("search.hand=0-2."), "{}", page.address);
    page.study(StudyEvent::Play);
    page.study(StudyEvent::Show(3));
    assert_eq!(page.by_hand()[..3], [true; 3]);
    for (row, best) in page.rows().iter().zip(&best) {
        let near = |(a, b): (&f64, &f32)| (*a / f64::from(*b) - 1.0).abs() < 0.02;
        assert!(row.0.iter().zip(best).all(near), "{row:?} is not {best:?}");
    }
    // From here on it is the learner's turn.
    page.study(StudyEvent::Show(6));
    page.change("search.manual", true);
    assert!(!page.state.more());
}

#[test]
fn a_model_begins_from_an_earlier_study_and_gives_it_up_again() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=8&search.budget=6");
    page.play();
    page.change("data.name", "moons");
    page.play();
    let alone = page.rows();
    page.study(StudyEvent::Inherit);
    assert_eq!(page.setup().search.earlier.len(), 6);
    assert!(page.address.contains("search.earlier="), "{}", page.address);
    assert!(page.rows().is_empty());
    page.play();
    let rows = page.rows();
    assert_ne!(rows, alone);
    assert_eq!(rows, reference::study(page.setup(), 6));
    assert!(matches!(page.state.study.study.trials()[0].reason, Reason::Foreseen { .. }));
    assert_eq!(page.loaded_anew().rows(), rows);
    page.study(StudyEvent::Disinherit);
    assert!(page.setup().search.earlier.is_empty());
    page.play();
    assert_eq!(page.rows(), alone);
}

#[test]
fn the_table_is_sorted_and_filtered_and_what_mattered_follows() {
    let mut page = Page::open(&format!("{SMALL}&search.budget=8&search.run=8&search.shown=8"));
    page.happen(Event::Study(StudyEvent::Point(Some(2))));
    assert_eq!(page.state.study.pointed, Some(2));
    page.study(StudyEvent::Select(Some(2)));
    page.edit(Edit::Annotate { trial: 2, note: "too slow".into() });
    page.settle();
    assert!(page.address.contains("too%20slow"), "{}", page.address);
    assert_eq!((page.state.study.selected, page.rows().len()), (Some(2), 8));
    page.study(StudyEvent::After(true));
    let shares = |page: &Page| {
        let (of, found) = page.state.study.importance(page.setup()).expect("what mattered");
        (of.to_vec(), found.alone.clone())
    };
    let all = shares(&page);
    assert_eq!((&all.0, all.1.len()), (&vec![true; 8], 2));
    // The better half of the losses.
    page.study(StudyEvent::Brush(Brush::Set(2, [0.0, 0.5])));
    let kept = page.state.study.kept(page.setup());
    let places = page.state.study.places(8);
    assert_eq!(kept, places.iter().map(|at| at[2] <= 0.5).collect::<Vec<bool>>());
    assert!(kept.contains(&true) && kept.contains(&false));
    let some = shares(&page);
    assert_eq!(some.0, kept);
    assert_ne!(some.1, all.1);
    page.study(StudyEvent::Brush(Brush::Clear));
    assert_eq!(shares(&page), all);
    page.study(StudyEvent::Sort(3));
    assert_eq!(page.state.study.look.sort, (3, false));
    page.study(StudyEvent::Sort(3));
    assert_eq!(page.state.study.look.sort, (3, true));
    page.study(StudyEvent::Filter(Filter::Noted));
    let kept = page.state.study.kept(page.setup());
    assert_eq!((kept[2], kept.iter().filter(|kept| **kept).count()), (true, 1));
    page.study(StudyEvent::Filter(Filter::Best));
    let ended = page.losses().into_iter().flatten().count();
    let kept = page.state.study.kept(page.setup());
    assert_eq!(kept.iter().filter(|kept| **kept).count(), ended.div_ceil(4));
    assert!(kept[page.state.study.best(8).expect("a best").0]);
    page.study(StudyEvent::Filter(Filter::Diverged));
    let diverged = page.losses().into_iter().map(|loss| loss.is_none());
    assert!(page.state.study.kept(page.setup()).into_iter().eq(diverged));
}

#[test]
fn a_stretch_of_an_axis_is_brushed_by_the_pointer() {
    let mut page = Page::open(&format!("{SMALL}&search.run=4&search.shown=4"));
    let brushes =
        [Brush::Begin(0, 0.6), Brush::To(0.9), Brush::To(0.2), Brush::End, Brush::To(0.1)];
    for brush in brushes {
        page.happen(Event::Study(StudyEvent::Brush(brush)));
    }
    page.settle();
    assert_eq!(page.state.study.look.stretch(0), Some([0.2, 0.6]));
    let places = page.state.study.places(4);
    let inside = places.iter().map(|at| (0.2..=0.6).contains(&at[0]));
    assert!(page.state.study.kept(page.setup()).into_iter().eq(inside));
    // All of an axis, and next to nothing of it, is no brush.
    page.study(StudyEvent::Brush(Brush::Set(0, [0.0, 1.0])));
    assert_eq!(page.state.study.look.stretch(0), None);
    page.study(StudyEvent::Brush(Brush::Set(1, [0.5, 0.505])));
    assert_eq!(page.state.study.look.brushed, []);
    // What is brushed on this data is none of the next.
    page.study(StudyEvent::Brush(Brush::Set(1, [0.5, 0.7])));
    page.change("data.name", "moons");
    assert_eq!(page.state.study.look.brushed, []);
}
