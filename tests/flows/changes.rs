//! Changes of the set-up: undone and redone, refused, and what workers lose on the way.
//!
//! In place of parts of the browser tests `a_trial_is_placed_by_hand` and
//! `the_keyboard_alone_steps_on`.

use crate::driver::{Options, Order, Page};
use crate::reference;
use tunescape_core::link::results;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::search::{Phase, StudyEvent};
use tunescape_core::state::{Effect, Event, Notice, WorkerId, update};
use tunescape_core::study;
use tunescape_core::worker::{Failure, Reply, Request};
use tunescape_engine::train::TrainError;

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=6&search.budget=6\
                     &search.strategy=random";

#[test]
fn changes_are_undone_and_redone_one_by_one() {
    let mut page = Page::open(SMALL);
    assert!(!page.state.history.can_undo() && !page.state.history.can_redo());
    let start = page.setup().clone();
    page.change("training.batch", 16);
    page.change("data.noise", 0.2);
    page.edit(Edit::choose("screen", &Screen::Explore));
    assert_eq!(page.state.history.changes(), 2, "another screen is no change");
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.setup().data.noise, page.setup().training.batch), (0.05, 16));
    assert_eq!(page.setup().screen, Screen::Explore, "nor is it undone");
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((&page.setup().data, &page.setup().training), (&start.data, &start.training));
    assert!(!page.state.history.can_undo());
    page.happen(Event::Undo);
    page.happen(Event::Redo);
    page.happen(Event::Redo);
    page.settle();
    assert_eq!((page.setup().data.noise, page.setup().training.batch), (0.2, 16));
    assert!(page.address.contains("data.noise=0.2") && !page.state.history.can_redo());
    page.happen(Event::Undo);
    page.change("net.seed", 5);
    assert!(!page.state.history.can_redo(), "what was undone is forgotten");
}

#[test]
fn a_sliders_way_is_one_change() {
    let mut page = Page::open(SMALL);
    page.set("data.noise", 0.1);
    for noise in [0.11, 0.12, 0.13, 0.14] {
        page.happen(Event::Edit(Edit::set("data.noise", noise)));
    }
    assert_eq!((page.setup().data.noise, page.state.history.changes()), (0.14, 1));
    page.set("data.noise", 0.2);
    assert_eq!(page.state.history.changes(), 2);
    page.happen(Event::Undo);
    page.happen(Event::Undo);
    assert_eq!(page.setup().data.noise, 0.05);
}

#[test]
fn a_study_that_a_change_leaves_as_it_is_stays() {
    let mut page = Page::open(SMALL);
    page.play();
    let rows = page.rows();
    page.change("map.side", 16);
    page.change("net.seed", 3);
    assert_eq!(page.rows().len(), 6);
    assert_ne!(page.rows(), rows, "other start weights are another study");
    page.happen(Event::Undo);
    page.settle();
    assert_eq!(page.rows(), rows);
    page.study(StudyEvent::Show(2));
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((page.setup().map.side, page.rows()), (8, rows[..2].to_vec()));
    assert_eq!(page.points().len(), 6, "as far as it has come");
}

#[test]
fn what_is_locked_or_limited_says_why_it_does_not_move() {
    let mut page = Page::open(&format!(
        "{SMALL}&lesson.lock=[%22training.batch%22,%22search.hand%22]\
         &lesson.limit=[[%22training.epochs%22,4,12]]"
    ));
    page.change("training.batch", 8);
    assert_eq!(page.setup().training.batch, 32);
    page.change("training.batch", 16);
    assert_eq!(page.notices(), [Notice::Locked], "once");
    page.change("training.epochs", 99);
    assert_eq!(page.setup().training.epochs, 12);
    let limited = Notice::Limited { setting: "training.epochs".into(), low: 4.0, high: 12.0 };
    assert_eq!(page.notices(), [Notice::Locked, limited]);
    assert!(!page.state.history.can_redo() && page.state.history.changes() == 1);
}

#[test]
fn a_trial_that_fails_is_given_up_and_those_before_it_stay() {
    let mut page = Page::open(SMALL);
    page.study(StudyEvent::Step);
    page.study(StudyEvent::Step);
    let rows = page.rows();
    page.happen(Event::Study(StudyEvent::Play));
    page.wait_for("a trial", |page| matches!(page.state.study.phase, Phase::Training(_)));
    let Phase::Training(job) = page.state.study.phase else { unreachable!() };
    let failure = Failure::Train(TrainError::NoRows);
    page.reply(WorkerId::Study, Reply::Failed(job, failure.clone()));
    assert_eq!((page.state.study.phase, page.state.study.playing), (Phase::Idle, false));
    page.settle();
    assert_eq!((page.notices(), page.rows()), (&[Notice::Failed(failure)][..], rows));
    page.play();
    assert_eq!(page.rows(), reference::study(page.setup(), 6));
}

#[test]
fn a_question_that_fails_is_asked_no_more() {
    let mut page = Page::open(SMALL);
    page.play();
    page.happen(Event::Study(StudyEvent::Test(0)));
    page.happen(Event::Study(StudyEvent::Fresh));
    page.happen(Event::Study(StudyEvent::Evolve));
    page.happen(Event::Study(StudyEvent::After(true)));
    let asked = page.asked.iter().rev().take(4).map(|asked| match &asked.1 {
        Request::Test { job, .. }
        | Request::Try { job, .. }
        | Request::Evolve { job, .. }
        | Request::Explain { job, .. } => *job,
        other => panic!("it asked for {other:?}"),
    });
    for job in asked.collect::<Vec<_>>() {
        let failure = Failure::Train(TrainError::NoRows);
        page.reply(WorkerId::Study, Reply::Failed(job, failure));
    }
    let study = &page.state.study;
    let after = &study.after_search;
    assert!(!study.testing() && !after.freshening() && !after.evolving());
    page.settle();
    assert_eq!(page.notices().len(), 4);
    let study = &page.state.study;
    assert!(study.tested.is_empty() && study.after_search.fresh.is_none());
    assert!(study.importance(page.setup()).is_none());
    assert_eq!(page.rows().len(), 6);
}

#[test]
fn the_studys_worker_dies_and_all_that_it_did_is_done_again() {
    for order in [Order::First, Order::Any(1), Order::Any(2)] {
        let mut page = Page::opened(SMALL, Options { order, ..Options::default() });
        page.settle();
        page.study(StudyEvent::Step);
        page.study(StudyEvent::Step);
        let rows = page.rows();
        page.happen(Event::Study(StudyEvent::Step));
        page.kill(WorkerId::Study);
        assert!(page.state.loading);
        page.settle();
        assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
        assert_eq!(page.rows(), rows, "{order:?}");
        page.play();
        assert_eq!(page.rows(), reference::study(page.setup(), 6), "{order:?}");
    }
}

#[test]
fn a_study_of_a_link_comes_back_with_its_results() {
    let mut page = Page::open(SMALL);
    page.play();
    let (rows, events) = (page.rows(), page.state.study.study.events().to_vec());
    let link = results::join(&page.link(), &page.state.study.study);
    let packed = format!("z={}", crate::driver::pack(&link));
    let again = Page::open(&packed);
    assert_eq!(again.rows(), rows);
    assert!(again.notices().is_empty(), "{:?}", again.notices());
    assert!(again.state.study.tried.iter().all(|tried| tried.is_some()), "all were trained again");
    let proposed = again.asked.iter().filter(|a| matches!(a.1, Request::Propose { .. }));
    assert_eq!(proposed.count(), 0, "nothing was proposed again");
    // Results that do not come about here are found out, and the study is run anew.
    let mut wrong = study::Study::new(page.setup().strategy(), page.setup().searched());
    for mut event in events {
        if let study::Event::Completed { trial: 3, outcome } = &mut event {
            *outcome = tunescape_core::search::Outcome::Value(0.001);
        }
        wrong.apply(event).expect("an event that fits");
    }
    let link = results::join(&page.link(), &wrong);
    let again = Page::open(&format!("z={}", crate::driver::pack(&link)));
    assert_eq!(again.notices(), [Notice::OtherResults { trial: 4 }]);
    assert_eq!(again.rows(), rows);
}

#[test]
fn a_drawing_is_asked_for_only_when_something_may_be_seen() {
    let mut page = Page::open(SMALL);
    let draws = |effects: Vec<Effect>| effects.contains(&Effect::Draw);
    assert!(!draws(update(&mut page.state, Event::Time(9e9))));
    assert!(!draws(update(&mut page.state, Event::Reply(WorkerId::Study, Box::new(Reply::Ready)))));
    assert!(!draws(update(&mut page.state, Event::Study(StudyEvent::Point(None)))));
    assert!(draws(update(&mut page.state, Event::Study(StudyEvent::Point(Some(0))))));
}

#[test]
fn on_other_axes_nothing_is_zoomed_and_it_is_another_game() {
    let mut page = Page::open(&format!("{SMALL}&space.batch=[16,256]&race.you=true"));
    page.race(RaceEvent::Act(0.4, 0.5));
    page.map(MapEvent::ZoomIn(0.5, 0.5));
    let places = |page: &Page| (page.setup().map.zoom.len(), page.setup().race.hand.len());
    assert_eq!(places(&page), (1, 1));
    page.edit(Edit::Turn { place: 2, upwards: true });
    page.settle();
    assert_eq!((places(&page), page.state.race.you.len()), ((0, 0), 0));
    let axes = &page.state.map.land.axes.params;
    assert_eq!(axes[1].name, "batch");
    assert!(page.state.map.finished());
    page.happen(Event::Undo);
    page.settle();
    assert_eq!((places(&page), page.state.race.you.len()), ((1, 1), 1));
}
