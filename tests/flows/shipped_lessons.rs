//! The lessons that come with the page: on every page an action that is not asked for, the hint
//! that is then read, the action that is, the goal.
//!
//! In place of `tests/browser/lessons.rs`: `the_lessons_on_searches_are_taken`,
//! `the_lessons_on_stopping_and_luck_are_taken`, `the_lessons_on_overfitting_and_the_edge_are_taken`,
//! and of the other two all lessons but one each.

use crate::driver::{self, Options, Page};
use crate::engine::payload;
use std::fs;
use tunescape_core::class_codes;
use tunescape_core::data::choices::ColumnKind;
use tunescape_core::data::{builtin, split};
use tunescape_core::export::{self, dataset};
use tunescape_core::lesson;
use tunescape_core::lesson::code::{self, Marks, Sheet};
use tunescape_core::link;
use tunescape_core::setup::{Edit, Screen, Setup};
use tunescape_core::state::file::{Choice, FileEvent};
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, Notice};

/// A page's way: an action that is not asked for, the hint that is then read, by its place in the
/// lesson's file, and the action that meets the goal.
type Way = (fn(&mut Page), usize, fn(&mut Page));

/// The part of the page that a control stands in, of those that a lesson shows only where it says so.
fn part_of(control: &str) -> Option<&str> {
    Some(match control {
        "batch" | "rule" | "l2" | "dropout" | "patience" | "metric" | "repeats" | "evaluation"
        | "also" => "training",
        "activation" | "more-layers" => "network",
        "data-used" | "data-seed" | "file" => "data-rest",
        "threshold" => "judged",
        "pruner" => "search-options",
        "together" | "evolve" => "population",
        "mind" => "surrogate",
        "map-axis" | "map-epoch" | "test" => control,
        _ => return None,
    })
}

/// It points at what its hint speaks of, or else at what the page does, and that is there.
fn points(page: &mut Page, here: &lesson::Page, what: &str) {
    let control = |page: &Page| {
        let hinted = page.state.hint().and_then(|hint| hint.point.clone());
        hinted.or_else(|| here.point.clone())
    };
    page.wait_for(what, |page| page.state.pointed() == control(page).as_deref());
    let control = control(page);
    let part = control.as_deref().and_then(part_of);
    let rules = page.state.rules();
    assert!(part.is_none_or(|part| !rules.hides(part)), "{what}: {part:?}");
    let free = |id: &str| !rules.hides(id) && !rules.locks_control(id);
    assert!(control.as_deref().is_none_or(free), "{what}: {control:?}");
}

/// Takes a lesson from its link to its end.
fn take(name: &str, ways: &[Way]) {
    take_handed(name, "", ways);
}

/// The same where its link brings rules as well: what a page needs stays free on it.
fn take_handed(name: &str, rules: &str, ways: &[Way]) {
    let text = fs::read_to_string(driver::lesson_file(name)).expect("a lesson");
    let pages = lesson::read(&text).expect("a lesson").pages;
    assert_eq!(pages.len(), ways.len(), "{name}");
    // The link may set something that the lesson then sets otherwise.
    let link = format!("v=1&map.side=16&lesson.name={name}{rules}");
    let mut page = Page::opened(&link, Options::default());
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some());
    for (i, (here, (wrong, hint, right))) in pages.iter().zip(ways).enumerate() {
        page.wait_for("the data", |page| page.state.ready());
        assert_eq!(page.setup().lesson.page, i);
        assert!(!page.state.lesson.met, "{name} {i}");
        points(&mut page, here, &format!("{name} {i} points"));
        if page.setup().screen == Screen::Explore {
            // Nobody looks at the map: one that is coarse takes less time.
            page.set("map.side", 8);
        }
        wrong(&mut page);
        let wanted = &here.hints[*hint];
        page.wait_for(lesson::say(&wanted.text, "en"), |page| page.state.hint() == Some(wanted));
        page.wait_for("rest", |page| !page.state.run.playing && !page.state.study.playing);
        points(&mut page, here, &format!("{name} {i} points at what the hint speaks of"));
        assert!(!page.state.lesson.met, "{name} {i}");
        page.lesson_event(LessonEvent::Predict(0));
        right(&mut page);
        page.wait_for("the goal", |page| page.state.lesson.met);
        assert_eq!(page.state.pointed(), None);
        // The first answer counts for the class board.
        for right in [false, true] {
            let answer = here.answers.iter().position(|answer| answer.why.is_empty() == right);
            answer.into_iter().for_each(|i| page.lesson_event(LessonEvent::Answer(i)));
        }
        // What plays is stopped.
        page.run_event(RunEvent::Pause);
        page.study_event(StudyEvent::Pause);
        page.lesson_event(LessonEvent::Go(i + 1));
    }
    let code = page.state.lesson_code().expect("it comes with the page");
    let Sheet { lesson: taken, pages: marks, .. } = code::read(&code).expect("a code");
    assert_eq!((taken.as_str(), marks.len()), (name, pages.len()));
    for (here, marks) in pages.iter().zip(marks) {
        let predicted = here.choices.first().map(|choice| choice.why.is_empty());
        let answered = (!here.answers.is_empty()).then_some(false);
        assert_eq!(marks, Marks { met: true, predicted, answered }, "{code}");
    }
    page.lesson_event(LessonEvent::Leave);
    assert!(page.state.lesson().is_none());
    // Where there is no slope, a descent says so.
    let known = |n: &&Notice| matches!(n, Notice::Locked | Notice::NoSlope(_));
    let own: Vec<_> = page.notices().iter().filter(|notice| !known(notice)).collect();
    assert!(own.is_empty(), "{own:?}");
}

/// Whoever has no time takes a coarser map.
fn coarse(page: &mut Page) {
    page.set("map.side", 8);
    page.wait_for("the map", |page| page.setup().map.side == 8 && page.state.map.finished());
}

fn play_to(page: &mut Page, epoch: usize) {
    page.wait_for("the run", Page::run_rests);
    page.run_event(RunEvent::Pace(3));
    page.run_event(RunEvent::Play);
    // A lesson's run rests by itself after its epochs.
    page.wait_for_epoch(epoch);
}

fn again_to(page: &mut Page, epoch: usize) {
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    play_to(page, epoch);
}

/// The run from its start with another value, so many epochs.
fn retrain(page: &mut Page, setting: &str, value: f64, epochs: usize) {
    page.set(setting, value);
    again_to(page, epochs);
}

fn one_epoch(page: &mut Page) {
    page.step_to(1);
}

fn one_trial(page: &mut Page) {
    page.set("map.side", 8);
    page.step_to_trial(page.setup().search.shown + 1);
}

/// Plays as fast as it goes until the page's goal is met.
fn play_to_the_goal(page: &mut Page) {
    page.study_event(StudyEvent::Speed(2));
    page.study_event(StudyEvent::Play);
    page.wait_for("the goal", |page| page.state.lesson.met);
}

fn zoom(page: &mut Page) {
    coarse(page);
    page.happen(Event::Map(MapEvent::ZoomIn(0.4, 0.85)));
}

fn other_axis(page: &mut Page) {
    page.set("map.axis", "complement");
}

#[test]
fn the_lesson_on_the_learning_rate_is_taken() {
    take(
        "learning-rate",
        &[
            (
                |page| {
                    // What the page locks stays.
                    page.set("run.learning_rate", 5.0);
                    assert_eq!(page.setup().run.learning_rate, 0.01);
                    assert_eq!(page.notices(), [Notice::Locked]);
                    one_epoch(page);
                },
                0,
                |page| play_to(page, 60),
            ),
            (
                |page| page.set("run.learning_rate", 9.0),
                1,
                |page| retrain(page, "run.learning_rate", 1.0, 60),
            ),
            (
                // The run of the page before is still there.
                |page| page.set("run.learning_rate", 10.0),
                1,
                |page| {
                    page.set("run.learning_rate", 100.0);
                    page.run_event(RunEvent::Reset);
                    page.wait_for_epoch(0);
                    page.run_event(RunEvent::Play);
                },
            ),
            (
                |page| {
                    coarse(page);
                    page.happen(Event::Map(MapEvent::Epoch(Some(55))));
                },
                0,
                |page| page.happen(Event::Map(MapEvent::Epoch(Some(10)))),
            ),
        ],
    );
}

#[test]
fn the_lesson_on_momentum_is_taken() {
    take_handed(
        "momentum",
        "&lesson.lock=training,run,map.axis&lesson.hide=training,rule,play,map-axis\
         &lesson.limit=run.learning_rate:0.01:0.5",
        &[
            (one_epoch, 0, |page| play_to(page, 120)),
            (
                |page| retrain(page, "run.momentum", 0.95, 120),
                1,
                |page| retrain(page, "run.momentum", 0.9, 120),
            ),
            (
                |page| page.set("run.learning_rate", 5.0),
                1,
                |page| retrain(page, "run.learning_rate", 3.0, 120),
            ),
            (coarse, 1, other_axis),
            (one_epoch, 0, |page| play_to(page, 120)),
            (
                |page| {
                    coarse(page);
                    page.set("training.rule", "sgd");
                },
                1,
                |page| page.set("training.rule", "averaged-momentum"),
            ),
        ],
    );
}

#[test]
fn the_lesson_on_logarithmic_scales_is_taken() {
    take("log-scale", &[(one_trial, 0, play_to_the_goal), (one_trial, 0, play_to_the_goal)]);
}

#[test]
fn the_lesson_on_grid_and_random_search_is_taken() {
    /// A step is none before the race, nor is another budget possible.
    fn no_budget(page: &mut Page) {
        page.set("map.side", 8);
        let own = page.setup().search.budget;
        page.happen(Event::Race(RaceEvent::Forth));
        page.set("search.budget", 16);
        assert_eq!((page.setup().search.budget, page.state.race.shown()), (own, 0));
    }
    fn race(page: &mut Page) {
        page.happen(Event::Race(RaceEvent::Start));
    }
    let way: Way = (no_budget, 0, race);
    take("grid-and-random", &[way; 3]);
}

#[test]
fn the_lesson_on_bayesian_optimisation_is_taken() {
    take(
        "bayesian",
        &[
            (one_trial, 0, |page| page.step_to_trial(6)),
            (one_trial, 0, |page| page.step_to_trial(10)),
            (
                |page| page.study_event(StudyEvent::Show(3)),
                0,
                |page| page.study_event(StudyEvent::Show(7)),
            ),
            (one_trial, 0, play_to_the_goal),
        ],
    );
}

#[test]
fn the_lesson_on_parzen_estimators_is_taken() {
    take(
        "tpe",
        &[
            (one_trial, 0, |page| page.step_to_trial(10)),
            (one_trial, 0, |page| page.step_to_trial(15)),
            (one_trial, 0, play_to_the_goal),
        ],
    );
}

#[test]
fn the_lesson_on_stopping_early_is_taken() {
    fn prune(page: &mut Page, name: &str) {
        page.set("search.pruner.name", name);
        play_to_the_goal(page);
    }
    take(
        "stopping-early",
        &[
            (one_trial, 0, play_to_the_goal),
            // Another rule first.
            (|page| page.set("search.pruner.name", "percentile"), 2, |page| prune(page, "median")),
            (|page| page.set("search.pruner.name", "hyperband"), 2, |page| prune(page, "halving")),
            (|page| page.set("search.pruner.name", "halving"), 2, |page| prune(page, "hyperband")),
            (
                |page| page.set("search.together", "population-based"),
                0,
                |page| {
                    page.set("search.together", "successive-halving");
                    page.study_event(StudyEvent::Evolve);
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_luck_is_taken() {
    take(
        "luck",
        &[
            (one_trial, 0, play_to_the_goal),
            (
                |page| {
                    let once = page.losses();
                    page.set("evaluation.repeats", 4);
                    // The trials that were trained once are run again by themselves; four times
                    // each is too few.
                    page.wait_for("the trials again", |page| page.state.study.done() == 20);
                    let again = page.losses();
                    assert!(again.iter().zip(&once).all(|(now, then)| now != then), "{again:?}");
                },
                0,
                |page| page.set("evaluation.repeats", 8),
            ),
            (
                |page| page.set("evaluation.method", "k-fold"),
                1,
                |page| {
                    page.set("evaluation.method", "stratified-k-fold");
                    page.wait_for("the folds", |page| page.state.ready());
                    play_to_the_goal(page);
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_overfitting_is_taken() {
    take(
        "overfitting",
        &[
            (one_epoch, 0, |page| play_to(page, 200)),
            // Going back loses nothing; the same epochs are shown again.
            (|page| page.run_event(RunEvent::Rewind(0)), 1, |page| page.step_to(13)),
            (|page| page.set("training.l2", 0.5), 1, |page| retrain(page, "training.l2", 0.1, 200)),
            (
                |page| page.set("data.used", 0.5),
                0,
                |page| {
                    page.set("data.used", 1.0);
                    page.wait_for("all rows", |page| page.state.ready());
                    play_to(page, 200);
                },
            ),
            (
                |page| page.set("training.dropout", 0.9),
                1,
                |page| retrain(page, "training.dropout", 0.5, 60),
            ),
            (
                |page| {
                    page.set("map.side", 8);
                    page.set("training.patience", 100);
                },
                2,
                |page| {
                    page.set("training.patience", 20);
                    play_to_the_goal(page);
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_the_edge_of_stability_is_taken() {
    take(
        "edge-of-stability",
        &[
            (one_epoch, 1, |page| play_to(page, 1000)),
            (
                |page| page.set("run.learning_rate", 0.5),
                1,
                |page| retrain(page, "run.learning_rate", 0.2, 1000),
            ),
            (one_epoch, 0, |page| play_to(page, 1000)),
            (one_trial, 1, zoom),
            (one_trial, 1, zoom),
        ],
    );
}

#[test]
fn the_lesson_on_adam_is_taken() {
    take_handed(
        "adam",
        "&lesson.lock=training,run,map.axis&lesson.hide=training,rule,play",
        &[
            (one_epoch, 0, |page| play_to(page, 120)),
            (
                // Another rule that adapts is not the one.
                |page| {
                    page.set("training.rule", "rms-prop");
                    again_to(page, 120);
                },
                3,
                |page| {
                    page.set("training.rule", "adam");
                    again_to(page, 120);
                },
            ),
            (|_| (), 0, coarse),
            (coarse, 2, |page| page.set("training.rule", "adam")),
        ],
    );
}

#[test]
fn the_lesson_against_the_tuner_is_taken_and_its_code_brings_the_trials_to_the_class() {
    fn own_trial(page: &mut Page, trial: usize) {
        page.happen(Event::Race(RaceEvent::Act(0.1 * trial as f64, 0.5)));
        page.wait_for("the trial", |page| page.state.race.you.len() == trial);
    }
    take(
        "beat-the-tuner",
        &[
            (
                |page| {
                    page.set("map.side", 8);
                    own_trial(page, 1);
                },
                2,
                |page| {
                    (2..=8).for_each(|trial| own_trial(page, trial));
                    let code = class_codes::write(page.setup());
                    let codes = format!("Ada {code}\nBob {code}");
                    page.happen(Event::Race(RaceEvent::Class(codes)));
                    let trained = |page: &Page| {
                        let class = &page.state.race.class;
                        class.len() == 2 && class.iter().all(|one| one.spent.len() == 8)
                    };
                    page.wait_for("the class", trained);
                    let class = &page.state.race.class;
                    assert_eq!(class[0].spent, page.state.race.you);
                    assert_eq!(class[1].spent, page.state.race.you);
                },
            ),
            (
                // One's own trials are spent.
                |page| {
                    page.happen(Event::Race(RaceEvent::Act(0.5, 0.8)));
                    assert_eq!(page.setup().race.hand.len(), 8);
                },
                0,
                |page| page.happen(Event::Race(RaceEvent::Start)),
            ),
        ],
    );
}

#[test]
fn the_lesson_on_words_is_taken() {
    take(
        "words",
        &[
            (one_epoch, 0, |page| play_to(page, 60)),
            (
                |page| page.set("training.batch", 64),
                1,
                |page| {
                    page.set("training.batch", 128);
                    one_epoch(page);
                },
            ),
            (one_epoch, 0, |page| play_to(page, 100)),
            (one_trial, 0, play_to_the_goal),
            // What is marked once it is revealed is no prediction.
            (
                |page| page.set("map.hidden", false),
                1,
                |page| {
                    page.set("map.hidden", true);
                    page.happen(Event::Map(MapEvent::Act(0.7, 0.5)));
                    page.set("map.hidden", false);
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_batch_size_is_taken() {
    take(
        "batch-size",
        &[
            (one_epoch, 0, |page| play_to(page, 60)),
            (
                |page| page.set("training.batch", 64),
                3,
                |page| {
                    page.set("training.batch", 16);
                    again_to(page, 60);
                },
            ),
            (one_epoch, 0, |page| play_to(page, 960)),
            (
                |page| page.set("run.learning_rate", 5.0),
                1,
                |page| retrain(page, "run.learning_rate", 1.6, 60),
            ),
        ],
    );
}

#[test]
fn the_lesson_on_adaptive_optimizers_is_taken() {
    take(
        "optimizers",
        &[
            (one_epoch, 0, |page| play_to(page, 60)),
            (
                |page| page.set("training.rule", "adam"),
                3,
                |page| {
                    page.set("training.rule", "rms-prop");
                    again_to(page, 60);
                },
            ),
            (one_epoch, 0, |page| play_to(page, 60)),
            (
                |page| page.set("run.learning_rate", 5.0),
                1,
                |page| retrain(page, "run.learning_rate", 1.0, 60),
            ),
        ],
    );
}

#[test]
fn the_lesson_on_what_a_network_is_made_of_is_taken() {
    take(
        "architecture",
        &[
            (one_epoch, 0, |page| play_to(page, 120)),
            (
                |page| page.set("net.activation", "relu"),
                3,
                |page| {
                    page.set("net.activation", "tanh");
                    again_to(page, 120);
                },
            ),
            (one_epoch, 0, |page| play_to(page, 120)),
            (one_epoch, 0, |page| play_to(page, 120)),
            (one_epoch, 0, |page| play_to(page, 120)),
        ],
    );
}

#[test]
fn the_lesson_on_metrics_is_taken() {
    fn threshold(page: &mut Page, chance: f64) {
        page.run_event(RunEvent::Threshold(chance));
    }
    take(
        "metrics",
        &[
            (|page| threshold(page, 0.4), 1, |page| threshold(page, 1.0)),
            (one_epoch, 0, |page| play_to(page, 30)),
            (
                |page| {
                    // The page before had another threshold in the end.
                    assert_eq!(page.state.inspection.threshold, 0.5);
                    play_to(page, 30);
                },
                1,
                |page| {
                    threshold(page, 0.02);
                    let hint = page.state.hint().cloned();
                    let hints = &page.state.lesson_page().expect("a page").hints;
                    assert_eq!(hint.as_ref(), hints.last());
                    threshold(page, 0.1);
                },
            ),
            (one_trial, 0, |page| {
                page.set("search.metric", "f1");
                play_to_the_goal(page);
            }),
        ],
    );
}

#[test]
fn the_lesson_on_cross_validation_is_taken() {
    take(
        "cross-validation",
        &[
            (one_trial, 0, play_to_the_goal),
            (one_trial, 0, |page| {
                page.set("data.seed", 43);
                page.wait_for("other rows", |page| page.state.ready());
                play_to_the_goal(page);
            }),
            (
                |page| page.set("evaluation.method", "k-fold"),
                1,
                |page| {
                    page.set("evaluation.method", "stratified-k-fold");
                    page.wait_for("the folds", |page| page.state.ready());
                    play_to_the_goal(page);
                },
            ),
            (one_trial, 0, |page| {
                page.set("evaluation.method", "stratified-k-fold");
                page.wait_for("the folds", |page| page.state.ready());
                let folds = &page.state.data.as_ref().expect("data").folds;
                assert_eq!(folds.len(), 5);
                play_to_the_goal(page);
            }),
        ],
    );
}

#[test]
fn the_lesson_on_another_study_is_taken_and_its_prior_is_what_the_page_hands_on() {
    fn handed_on(page: &mut Page) {
        let pages = &page.state.lesson().expect("a lesson").pages;
        let third = link::read(pages[2].state.as_deref().expect("a state")).expect("a set-up");
        assert_eq!(page.state.modelled(), third.search.earlier);
        one_trial(page);
    }
    take(
        "another-study",
        &[
            (one_trial, 0, play_to_the_goal),
            (handed_on, 0, play_to_the_goal),
            (one_trial, 0, play_to_the_goal),
            (one_trial, 0, play_to_the_goal),
        ],
    );
}

#[test]
fn the_lesson_on_several_sets_is_taken() {
    take(
        "several-sets",
        &[
            (one_trial, 0, play_to_the_goal),
            (one_trial, 0, play_to_the_goal),
            (
                |page| page.edit(Edit::ToggleAlso("iris".into())),
                2,
                |page| {
                    page.edit(Edit::ToggleAlso("iris".into()));
                    page.edit(Edit::ToggleAlso("digits".into()));
                    page.wait_for("both sets", |page| page.state.ready());
                    play_to_the_goal(page);
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_what_changes_during_training_is_taken() {
    fn halve(page: &mut Page) {
        page.set("map.side", 8);
        page.set("search.together", "successive-halving");
    }
    fn evolve(page: &mut Page) {
        page.set("search.together", "population-based");
        page.study_event(StudyEvent::Evolve);
    }
    take(
        "during-training",
        &[
            (one_trial, 0, play_to_the_goal),
            (one_trial, 0, play_to_the_goal),
            (halve, 0, evolve),
            (halve, 0, evolve),
        ],
    );
}

/// A set that the page has, as a file of the reader's own: its rows with the split in front.
fn table(name: &str) -> Vec<u8> {
    let mut setup = Setup::default();
    setup.data.name = name.into();
    let data = builtin::parse(name, &payload(name)).expect("a set");
    let split = split(&data, setup.fractions(), 1).expect("three parts");
    dataset::csv(export::Source { setup: &setup, data: &data, split: &split }).into_bytes()
}

#[test]
fn the_lesson_on_a_table_of_ones_own_is_taken() {
    take(
        "own-table",
        &[
            (
                |page| page.set("data.name", "iris"),
                0,
                |page| {
                    page.drop_file("own.csv", &table("wine"));
                    // The dialog leaves out what is not to be an input.
                    page.happen(Event::File(FileEvent::Choose(Choice::Column(
                        0,
                        ColumnKind::LeftOut,
                    ))));
                    page.settle();
                    page.happen(Event::File(FileEvent::Use));
                    let used = |page: &Page| {
                        page.state.data.as_ref().is_some_and(|data| data.name == "csv")
                    };
                    page.wait_for("the table", used);
                    assert_eq!(page.state.data.as_ref().expect("data").columns.len(), 13);
                },
            ),
            (one_trial, 1, play_to_the_goal),
            (
                |_| (),
                2,
                |page| {
                    page.set("net.hidden", vec![8]);
                    page.wait_for("the network", |page| page.state.ready());
                    play_to_the_goal(page);
                },
            ),
            (
                |_| (),
                2,
                |page| {
                    let best = page.state.study.best(8).expect("a best").0;
                    page.study_event(StudyEvent::Test(best));
                },
            ),
        ],
    );
}

#[test]
fn the_lesson_on_importance_is_taken() {
    take("importance", &[(one_trial, 0, play_to_the_goal), (one_trial, 0, play_to_the_goal)]);
}

#[test]
fn the_lesson_on_evolution_is_taken() {
    take("evolution", &[(one_trial, 0, play_to_the_goal), (one_trial, 0, play_to_the_goal)]);
}
