//! What the search can be told: its model, its parameters, its pruners, its budgets.
//!
//! In place of the browser tests `batch_size_units_and_activation_are_searched`,
//! `the_gaussian_process_is_taken_over`, `a_pruner_stops_trials_and_what_mattered_is_shown`,
//! `a_descent_follows_slopes_and_says_where_there_are_none`,
//! `the_learner_proposes_within_limits_and_takes_the_best_to_other_data` and
//! `every_training_option_reaches_the_numbers`.

use crate::driver::Page;
use crate::reference;
use serde_json::Value;
use tunescape_core::inspect::Refusal;
use tunescape_core::prune::pruner::PrunerName;
use tunescape_core::search::{Acquisition, Outcome, Reason, StrategyName};
use tunescape_core::setup::check::SetupError;
use tunescape_core::setup::{Edit, Setup};
use tunescape_core::state::Notice;
use tunescape_core::state::search::{Over, StudyEvent};
use tunescape_core::study::batch::Lie;
use tunescape_engine::net::{Activation, Init, Loss};
use tunescape_engine::optim::Rule;

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=8&search.budget=8";

/// A number out of its range, as it is refused.
fn out_of_range(notice: &Notice, setting: &str) -> bool {
    matches!(notice, Notice::Setup(SetupError::Range { key, .. }) if key == setting)
}

#[test]
fn kernel_length_scale_and_noise_are_taken_over_and_left_to_the_page_again() {
    let mut page = Page::open(SMALL);
    page.play();
    let rows = page.rows();
    page.change("search.kernel", "rbf");
    assert_eq!(page.rows().len(), 8, "as many trials are run again");
    assert_ne!(page.rows(), rows);
    assert_eq!(page.rows(), reference::study(page.setup(), 8));
    assert!(page.address.contains("search.kernel=rbf"));
    page.change("search.length_scale", 0.2);
    page.change("search.noise", 0.001);
    assert_eq!(page.rows(), reference::study(page.setup(), 8));
    assert!(page.address.contains("search.length_scale=0.2&"));
    assert!(page.address.contains("search.noise=0.001"));
    page.change("search.length_scale", 99);
    assert_eq!(page.setup().search.length_scale, Some(0.2));
    assert!(out_of_range(&page.notices()[0], "search.length_scale"), "{:?}", page.notices());
    page.change("search.length_scale", Value::Null);
    page.change("search.noise", Value::Null);
    assert!(!page.address.contains("length_scale") && !page.address.contains("noise="));
    assert!(page.notices().is_empty(), "the next change ends what was said of the last");
}

#[test]
fn every_acquisition_begins_a_study_of_its_own() {
    let mut page = Page::open("v=1&data.name=moons&map.side=8&training.epochs=4&search.budget=7");
    page.play();
    for acquisition in Acquisition::ALL.into_iter().rev() {
        page.edit(Edit::choose("search.acquisition", &acquisition));
        page.settle();
        page.play();
        assert_eq!(page.rows(), reference::study(page.setup(), 7), "{acquisition:?}");
        let taken = page.state.study.study.trials().iter().filter_map(|t| match &t.reason {
            Reason::Model { acquisition, .. } => Some(*acquisition),
            _ => None,
        });
        assert!(taken.clone().count() > 0 && taken.clone().all(|taken| taken == acquisition));
    }
}

#[test]
fn several_trials_run_at_once_by_what_the_strategy_is_told_of_them() {
    let mut page = Page::open(SMALL);
    page.play();
    let alone = page.rows();
    page.change("search.at_once", 4);
    let at_once = page.rows();
    assert_ne!(at_once, alone);
    assert_eq!(at_once, reference::study(page.setup(), 8));
    page.edit(Edit::choose("search.lie", &Lie::Worst));
    page.settle();
    assert_ne!(page.rows(), at_once);
    assert_eq!(page.rows(), reference::study(page.setup(), 8));
}

#[test]
fn a_parameter_is_searched_and_another_no_longer() {
    let mut page = Page::open(&format!("{SMALL}&search.strategy=random"));
    page.edit(Edit::Search { parameter: "batch".into() });
    let (parameter, high) = ("batch".to_owned(), false);
    page.edit(Edit::SetRangeEnd { parameter, high, value: 16.0 });
    page.edit(Edit::Unsearch { parameter: "momentum".into() });
    page.settle();
    assert!(page.address.contains("space.momentum=null"));
    assert!(page.address.contains("space.batch=[16.0,256.0]"), "{}", page.address);
    let axes = &page.state.map.land.axes.params;
    let names: Vec<&str> = axes.iter().map(|axis| axis.name.as_str()).collect();
    assert_eq!(names, ["learning_rate", "batch"], "what is left is on the map");
    page.play();
    assert_eq!(page.rows(), reference::study(page.setup(), 8));
    // The last that is searched can't go.
    page.edit(Edit::Unsearch { parameter: "batch".into() });
    page.edit(Edit::Unsearch { parameter: "learning_rate".into() });
    page.settle();
    assert_eq!(page.setup().space.iter().count(), 1);
    assert!(matches!(page.notices(), [Notice::Setup(SetupError::Searched { given: 0, .. })]));
}

#[test]
fn units_batches_and_activations_give_the_engines_numbers() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=8&search.strategy=random&search.budget=8\
         &space.momentum=null&space.batch=[16,256]&space.units_1=[2,12]\
         &space.activation=[%22tanh%22,%22relu%22]&map.across=units_1&map.up=batch",
    );
    page.play();
    let rows = page.rows();
    assert_eq!(rows, reference::study(page.setup(), 8));
    let differ = |place: usize| rows.iter().any(|row| row.0[place] != rows[0].0[place]);
    assert!((0..4).all(differ), "{rows:?}");
    // The fewest units, the largest batches.
    let land = &page.state.map.land;
    let cell = page.state.map.cell_at([0.06, 0.94]);
    let point = page.setup().on_map([land.point(cell)]).remove(0);
    let last = reference::reports(page.setup(), &point).pop().expect("a report");
    assert_eq!(land.cells[cell].reports.last(), Some(&last));
    // Held at the best trial, the map is another, and the trials stay.
    let (before, best) = (land.cells.clone(), page.state.study.best(8).expect("a best").0);
    page.edit(Edit::Hold(rows[best].0.clone()));
    page.settle();
    assert!(page.address.contains("map.held"));
    assert!(page.state.map.finished() && page.state.map.land.cells != before);
    assert_eq!(page.rows(), rows);
}

#[test]
fn a_pruner_stops_trials_at_its_rungs_and_saves_epochs() {
    let mut page =
        Page::open("v=1&map.side=8&training.epochs=20&search.budget=12&search.strategy=random");
    page.play();
    let stopped = |page: &Page| {
        let outcomes = page.outcomes().into_iter().flatten().enumerate();
        let pruned = |(n, outcome)| match outcome {
            Outcome::Pruned { epoch, .. } => Some((n, epoch)),
            _ => None,
        };
        outcomes.filter_map(pruned).collect::<Vec<(usize, usize)>>()
    };
    assert_eq!(stopped(&page), []);
    let (rows, spent) = (page.rows(), page.state.study.epochs(12, 1));
    page.edit(Edit::choose("search.pruner.name", &PrunerName::Asha));
    page.settle();
    let asha = stopped(&page);
    assert!(asha.len() > 2 && page.rows().len() == 12, "{asha:?}");
    assert!(asha.iter().all(|(_, epoch)| [1, 4, 16].contains(epoch)), "{asha:?}");
    assert!(page.state.study.epochs(12, 1) < spent);
    for (n, row) in page.rows().into_iter().enumerate() {
        let is_stopped = asha.iter().any(|stopped| stopped.0 == n);
        assert_eq!(row, if is_stopped { (row.0.clone(), None) } else { rows[n].clone() });
    }
    // How it would have gone on is known all the same.
    let trials = page.state.study.study.trials();
    assert!(asha.iter().any(|&(n, _)| trials[n].curve.last().is_some_and(|last| last.0 == 20)));
    page.edit(Edit::choose("search.pruner.name", &PrunerName::Hyperband));
    page.settle();
    assert_ne!(stopped(&page), asha, "its brackets are gentler");
    page.edit(Edit::choose("search.pruner.name", &PrunerName::None));
    page.settle();
    assert_eq!(page.rows(), rows);
}

#[test]
fn a_trial_is_dropped_after_folds_that_are_worse_than_the_best() {
    let mut page = Page::open(
        "v=1&data.name=iris&map.side=8&training.epochs=6&search.budget=8&search.strategy=random\
         &evaluation.method=k-fold&evaluation.folds=6",
    );
    page.edit(Edit::choose("search.pruner.name", &PrunerName::Wilcoxon));
    page.settle();
    page.play();
    let study = &page.state.study;
    assert!(!study.dropped.is_empty());
    for (&n, &(folds, p, best)) in &study.dropped {
        assert!(folds < 6 && p < 0.1 && best < n, "{n}: {folds} {p} {best}");
        assert!(matches!(page.outcomes()[n], Some(Outcome::Pruned { epoch: 6, .. })));
        assert_eq!(study.epochs_of(n, 6), 6.0 * folds as f64 / 6.0);
    }
    assert!(study.epochs(8, 6) < 48);
    let (rows, dropped) = (page.rows(), study.dropped.len());
    let again = page.loaded_anew();
    assert_eq!((again.rows(), again.state.study.dropped.len()), (rows, dropped));
}

#[test]
fn a_descent_follows_slopes_and_says_where_there_are_none() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=12&search.budget=6&search.strategy=hypergradient",
    );
    page.play();
    let kink = Notice::NoSlope(Refusal::Kink);
    let trials = page.state.study.study.trials();
    assert!(trials.iter().any(|trial| matches!(trial.reason, Reason::Downhill { .. })));
    assert!(trials.iter().any(|t| t.slope.as_ref().is_some_and(|slope| slope.len() == 2)));
    // A trial in the chaotic part may have no slope, for a reason of its own.
    assert!(!page.notices().contains(&kink));
    page.edit(Edit::choose("net.activation", &Activation::Relu));
    page.settle();
    assert_eq!(page.rows().len(), 6);
    let trials = page.state.study.study.trials();
    assert!(trials.iter().all(|trial| trial.slope.is_none() && trial.reason == Reason::Random));
    assert_eq!(page.notices().iter().filter(|notice| **notice == kink).count(), 1);
    // What was said of one search is not of the next.
    page.edit(Edit::choose("search.strategy", &StrategyName::Random));
    assert!(!page.notices().iter().any(|notice| matches!(notice, Notice::NoSlope(_))));
}

#[test]
fn play_ends_when_the_epochs_are_spent() {
    let mut page = Page::open(
        "v=1&map.side=8&training.epochs=20&search.budget=8&search.strategy=grid\
         &search.most_epochs=50",
    );
    page.play();
    // The first trials to have spent fifty epochs together are the last.
    let spent = |page: &Page, trials| page.state.study.epochs(trials, 1);
    let trials = page.rows().len();
    assert!(trials < 8 && spent(&page, trials) >= 50 && spent(&page, trials - 1) < 50);
    assert!(!page.state.study.playing && !page.state.more() && !page.state.affords());
    assert_eq!(page.state.over(), Some(Over::Epochs));
    page.change("search.most_epochs", 0);
    assert!(page.state.affords() && page.state.over().is_none());
    page.play();
    assert_eq!(page.state.over(), Some(Over::Trials));
    page.change("search.budget", 9);
    page.change("search.manual", true);
    assert_eq!(page.state.over(), Some(Over::Yours));
    page.study(StudyEvent::Back);
    assert_eq!(page.state.over(), None, "not all are on show");
}

#[test]
fn a_network_that_is_too_large_is_not_trained() {
    let mut page = Page::open(&format!(
        "{SMALL}&search.strategy=random&search.most_parameters=60&space.units_1=[1,16]"
    ));
    page.play();
    let refused = page.outcomes().into_iter().map(|o| o == Some(Outcome::Refused));
    let large = page
        .points()
        .into_iter()
        .map(|point| page.setup().oversized(2, page.state.task(), &point).is_some());
    assert!(refused.clone().eq(large), "{:?}", page.outcomes());
    assert!(refused.clone().any(|refused| refused) && refused.clone().any(|refused| !refused));
    let rows = page.rows();
    assert_eq!(page.loaded_anew().rows(), rows);
}

#[test]
fn every_training_option_reaches_the_numbers() {
    let mut page =
        Page::open("v=1&map.side=8&training.epochs=12&search.strategy=random&search.budget=2");
    page.edit(Edit::choose("training.rule", &Rule::AdamW));
    // A rule brings its customary numbers.
    assert_eq!((Setup::default().training.decay, page.setup().training.decay), (0.0, 0.01));
    page.edit(Edit::choose("net.activation", &Activation::Gelu));
    page.set("training.schedule.kind", "cosine");
    for (name, value) in [("dropout", 0.1), ("label_smoothing", 0.05), ("clip_norm", 1.0)] {
        page.set(&format!("training.{name}"), value);
    }
    page.set("training.l1", 0.0001);
    page.edit(Edit::choose("net.init", &Init::HeNormal));
    page.edit(Edit::choose("net.loss", &Loss::BinaryCrossEntropy));
    page.settle();
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    page.play();
    let training = &page.setup().training;
    assert_eq!((training.rule, training.dropout, training.clip_norm), (Rule::AdamW, 0.1, 1.0));
    assert_eq!(page.setup().net.activation, Activation::Gelu);
    assert!(page.address.contains("clip_norm=1"));
    assert_eq!(page.rows(), reference::study(page.setup(), 2));
    // What can't be is refused.
    page.change("training.dropout", 2);
    assert!(out_of_range(&page.notices()[0], "training.dropout"), "{:?}", page.notices());
    assert_eq!(page.setup().training.dropout, 0.1);
    assert_eq!(page.setup().search.strategy, StrategyName::Random);
}
