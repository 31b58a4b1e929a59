//! One run, steered while it trains.
//!
//! In place of `tests/browser/explore.rs`: `one_run_is_steered_stepped_and_reset_to_the_same_start`,
//! `a_run_goes_on_at_half_its_rate_and_changes_are_undone`, `a_run_branches_and_no_branch_is_lost`,
//! `the_run_rests_whenever_it_is_told`, `a_run_that_diverges_stops_at_its_last_finite_epoch`, and
//! what `points_are_drawn_and_trained_on` shows beyond the drawing.

use crate::driver::Page;
use crate::reference;
use tunescape_core::data::drawn;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::run::{PACES, RunEvent};
use tunescape_core::state::{Event, WorkerId};
use tunescape_core::worker::Request;

pub const LINK: &str =
    "v=1&screen=explore&data.name=moons&map.side=8&training.epochs=10&backend=cpu";

/// Diverges after a few epochs.
const WILD: &str = "v=1&screen=explore&data.name=moons&net.hidden=[4]&map.side=8&training.epochs=10\
    &backend=cpu&run.momentum=0&run.learning_rate=40";

fn diverged(page: &Page) -> bool {
    page.state.run.frame.as_ref().is_some_and(|frame| frame.diverged.is_some())
}

#[test]
fn a_run_is_stepped_and_says_what_the_engine_says() {
    let mut page = Page::open(LINK);
    let moons = page.state.data.clone().expect("moons");
    page.set("data.name", "spiral");
    page.settle();
    assert_ne!(page.state.data.as_ref(), Some(&moons));
    assert_eq!(page.epoch(), Some(0));
    page.step_to(2);
    let reports = reference::reports(page.setup(), &[0.1, 0.9]);
    for (own, other) in page.reports().iter().zip(&reports) {
        assert!((own.valid_loss - other.valid_loss).abs() < 1e-6, "{own:?} {other:?}");
        assert!((own.valid_score - other.valid_score).abs() < 1e-6, "{own:?} {other:?}");
    }
    assert_eq!(page.reports().len(), 3);
    page.settle();
    assert!(page.address.contains("screen=explore") && !page.address.contains("moons"));
}

#[test]
fn a_reset_run_takes_the_same_steps_and_another_seed_takes_others() {
    let mut page = Page::open(LINK);
    page.step_to(2);
    let first = page.reports();
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    assert_eq!(page.reports(), first[..1]);
    page.step_to(2);
    assert_eq!(page.reports(), first);
    page.run_event(RunEvent::NewSeed);
    page.wait_for_epoch(0);
    assert_eq!(page.setup().net.seed, 43);
    assert_ne!(page.reports()[0], first[0]);
    page.happen(Event::Undo);
    page.wait_for_epoch(0);
    assert_eq!((page.setup().net.seed, page.reports()), (42, first[..1].to_vec()));
}

#[test]
fn momentum_turned_down_while_it_trains_acts_at_once_and_is_taken_down() {
    let mut page = Page::open(LINK);
    page.run_event(RunEvent::Pace(3));
    page.run_event(RunEvent::Play);
    page.wait_for("ten epochs", |page| page.epoch() >= Some(10));
    assert_eq!(page.state.run.branch().expect("a run").changes.len(), 1);
    page.set("run.momentum", 0.5);
    let turned = page.epoch().expect("a run");
    page.wait_for("more epochs", |page| page.epoch() >= Some(turned + 10));
    page.run_event(RunEvent::Pause);
    page.wait_for("the pause", Page::run_rests);
    let paused = page.epoch().expect("a run");
    let branch = page.state.run.branch().expect("a run");
    assert_eq!((page.state.run.branches.len(), branch.changes.len()), (1, 2));
    let (from, _) = branch.changes[1];
    assert!((turned..turned + 10).contains(&from), "{from} of {turned}");
    assert_eq!(branch.in_force(from - 1).run.momentum, 0.9);
    assert_eq!(branch.in_force(paused).run.momentum, 0.5);
    assert_eq!(page.reports().len(), paused + 1);
    page.step_to(paused + 1);
    // Had it not been turned, the run would be another.
    let steered = page.reports();
    page.run_event(RunEvent::Reset);
    page.wait_for_epoch(0);
    page.set("run.momentum", 0.9);
    page.step_to(paused + 1);
    assert_ne!(page.reports().last(), steered.last());
    assert_eq!(page.reports()[..=turned], steered[..=turned]);
}

#[test]
fn a_run_branches_where_it_is_steered_otherwise_and_no_branch_is_lost() {
    let mut page = Page::open(LINK);
    page.step_to(4);
    let first = page.reports();
    page.run_event(RunEvent::Pin);
    page.run_event(RunEvent::Rewind(2));
    page.wait_for_epoch(2);
    assert_eq!((page.reports(), page.state.run.looks_back()), (first.clone(), Some(2)));
    // The same way again is no branch.
    page.run_event(RunEvent::Step);
    page.wait_for_epoch(3);
    assert_eq!((page.state.run.branches.len(), page.reports()), (1, first.clone()));
    page.set("training.batch", 8);
    page.run_event(RunEvent::Step);
    page.wait_for_epoch(4);
    let run = &page.state.run;
    assert_eq!((run.branches.len(), run.at), (2, 1));
    let branch = &run.branches[1];
    assert_eq!((branch.parent, branch.from, branch.history.len()), (0, 3, 5));
    assert_eq!(
        branch.changes.last().map(|change| (change.0, change.1.training.batch)),
        Some((3, 8))
    );
    assert_eq!(branch.history[..4], first[..4]);
    assert_ne!(branch.history[4], first[4]);
    assert_eq!(run.ghost.as_ref().map(|ghost| ghost.history.clone()), Some(first.clone()));
    page.run_event(RunEvent::Branch(0));
    page.wait_for_epoch(4);
    assert_eq!((page.state.run.at, page.reports()), (0, first));
    assert_eq!(page.setup().training.batch, 32);
    // There is no third, nor an epoch that none has come to.
    page.forget_asked();
    page.run_event(RunEvent::Branch(2));
    page.run_event(RunEvent::Rewind(9));
    let rewinds = |request: &Request| matches!(request, Request::Rewind { .. });
    assert_eq!(page.times_asked(WorkerId::Study, rewinds), 0);
}

#[test]
fn a_run_that_diverges_stops_at_its_last_finite_epoch() {
    let mut page = Page::open(LINK);
    page.step_to(1);
    assert!(!diverged(&page));
    page.set("run.learning_rate", 1000.0);
    page.run_event(RunEvent::Play);
    page.wait_for("the divergence", diverged);
    let frame = page.state.run.frame.as_ref().expect("a run");
    assert_eq!(frame.diverged, Some(frame.epoch + 1));
    assert_eq!(page.reports().len(), frame.epoch + 1);
    assert!(page.reports().iter().all(|report| report.train_loss.is_finite()));
    assert!(page.state.run.over());
    page.settle();
    page.forget_asked();
    page.run_event(RunEvent::Step);
    page.run_event(RunEvent::Play);
    let goes = |request: &Request| matches!(request, Request::Go { .. });
    assert_eq!(page.times_asked(WorkerId::Study, goes), 0);
    page.set("run.learning_rate", 0.1);
    page.run_event(RunEvent::Reset);
    page.step_to(1);
    assert!(!diverged(&page));
}

#[test]
fn a_diverged_run_goes_on_by_itself_at_half_the_rate_and_that_is_undone() {
    let mut page = Page::open(WILD);
    page.run_event(RunEvent::Play);
    page.wait_for("the divergence", diverged);
    let last = page.epoch().expect("a run");
    page.run_event(RunEvent::Retry(20.0));
    assert_eq!(page.setup().run.learning_rate, 20.0);
    page.wait_for("it to go on by itself", |page| {
        let goes = page.times_asked(WorkerId::Study, |r| matches!(r, Request::Go { .. }));
        goes == 2 && (page.epoch() > Some(last) || diverged(page))
    });
    let branch = page.state.run.branch().expect("a run");
    assert_eq!(branch.in_force(last).run.learning_rate, 20.0);
    page.run_event(RunEvent::Pause);
    page.settle();
    page.happen(Event::Undo);
    assert_eq!(page.setup().run.learning_rate, 40.0);
    assert!(page.state.history.can_redo());
    page.happen(Event::Redo);
    assert_eq!(page.setup().run.learning_rate, 20.0);
    assert!(!page.state.history.can_redo());
}

#[test]
fn a_pinned_curve_stays_beside_the_run_from_the_start() {
    let mut page = Page::open(LINK);
    page.step_to(3);
    let pinned = page.reports();
    page.run_event(RunEvent::Pin);
    page.set("run.learning_rate", 0.5);
    page.run_event(RunEvent::Reset);
    page.step_to(3);
    assert_ne!(page.reports(), pinned);
    let ghost = page.state.run.ghost.as_ref().expect("it is kept");
    assert_eq!(ghost.history, pinned);
    assert_eq!(ghost.in_force(0).run.learning_rate, 0.1);
    page.run_event(RunEvent::Unpin);
    assert!(page.state.run.ghost.is_none());
}

#[test]
fn the_run_rests_whenever_it_is_told_and_loses_no_epoch() {
    let mut page = Page::open(LINK);
    for epochs in 1..=12 {
        page.run_event(RunEvent::Play);
        let asked = page.epoch().expect("a run") + epochs;
        page.wait_for("some epochs", |page| page.epoch() > Some(asked));
        page.run_event(RunEvent::Pause);
        page.wait_for("the rest", Page::run_rests);
        assert_eq!(Some(page.reports().len() - 1), page.epoch());
    }
    page.settle();
    assert!(page.run_rests());
}

#[test]
fn another_pace_is_taken_up_while_it_plays() {
    let mut page = Page::open(LINK);
    page.run_event(RunEvent::Pace(0));
    page.run_event(RunEvent::Play);
    page.wait_for("some epochs", |page| page.epoch() >= Some(2));
    page.run_event(RunEvent::Pace(99));
    assert_eq!(page.state.run.pace, PACES.len() - 1);
    page.wait_for("more epochs", |page| page.epoch() >= Some(20));
    let paces: Vec<f64> = page
        .asked
        .iter()
        .filter_map(|asked| match asked.1 {
            Request::Go { pace, .. } => Some(pace),
            _ => None,
        })
        .collect();
    assert_eq!(paces, [400.0, 0.0]);
    page.run_event(RunEvent::Pause);
    page.wait_for("the rest", Page::run_rests);
    page.settle();
    assert!(page.run_rests());
}

#[test]
fn the_loss_is_heard_an_octave_lower_for_every_halving() {
    let mut page = Page::open(LINK);
    page.step_to(1);
    assert!(page.tones.is_empty());
    page.run_event(RunEvent::Sound);
    page.step_to(3);
    let heard: Vec<f64> = page.reports()[2..]
        .iter()
        .map(|report| 660.0 * f64::from(report.train_loss / page.reports()[0].train_loss))
        .collect();
    assert_eq!(page.tones, heard);
    page.run_event(RunEvent::Sound);
    page.step_to(4);
    assert_eq!(page.tones.len(), 2);
    // One that diverges buzzes.
    page.run_event(RunEvent::Sound);
    page.set("run.learning_rate", 1000.0);
    page.run_event(RunEvent::Play);
    page.wait_for("the divergence", diverged);
    assert_eq!(page.tones.last(), Some(&60.0));
}

#[test]
fn the_run_is_found_on_the_landscape_until_it_is_no_longer_wanted() {
    let mut page = Page::open(LINK);
    page.run_event(RunEvent::Find);
    assert!(page.state.map.found);
    assert_eq!(page.setup().screen, Screen::Search);
    page.happen(Event::Map(MapEvent::ZoomIn(0.5, 0.5)));
    page.settle();
    assert!(page.state.map.found && page.setup().map.zoom.len() == 1);
    page.happen(Event::Map(MapEvent::Lose));
    assert!(!page.state.map.found);
}

#[test]
fn a_trial_of_the_study_becomes_the_run() {
    let mut page = Page::open(
        "v=1&data.name=moons&map.side=8&training.epochs=10\
        &search.strategy=random&search.budget=3",
    );
    page.play();
    let point = page.points()[1].clone();
    page.happen(Event::Explore(1));
    assert_eq!(page.setup().screen, Screen::Explore);
    assert_eq!([page.setup().run.learning_rate, page.setup().run.momentum], point[..]);
    // It trains by itself, as the trial did.
    page.wait_for("its epochs", |page| page.epoch() >= Some(10));
    let trial = page.losses()[1].expect("a loss");
    assert!((f64::from(page.reports()[10].valid_loss) - trial).abs() < 1e-6);
    page.run_event(RunEvent::Pause);
    page.settle();
    // There is no such trial.
    let before = page.link();
    page.happen(Event::Explore(99));
    assert_eq!(page.link(), before);
}

#[test]
fn points_drawn_by_hand_are_trained_on() {
    let mut page = Page::open(LINK);
    // Too few to be data.
    page.edit(Edit::Draw(drawn::write(([0.5, 0.5], 0))));
    page.settle();
    assert_eq!((page.setup().data.name.as_str(), page.notices().len()), ("moons", 1));
    let points: String = (0..24)
        .map(|i| drawn::write(([i as f32 / 24.0 - 0.5, if i < 12 { 0.8 } else { -0.8 }], i / 12)))
        .collect();
    page.edit(Edit::Draw(points.clone()));
    page.settle();
    assert_eq!(page.state.data.as_ref().map(|data| data.inputs), Some(2));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    assert!(page.address.contains(&format!("data.drawn={points}")), "{}", page.address);
    page.step_to(1);
    assert!(page.reports()[1].train_loss.is_finite());
    // A stroke more, and back.
    page.edit(Edit::Draw(points.clone() + &drawn::write(([0.0, 0.0], 0))));
    page.settle();
    page.happen(Event::Undo);
    page.settle();
    assert_eq!(page.setup().data.drawn, points);
}

#[test]
fn units_and_layers_are_put_in_and_taken_out_on_the_drawing() {
    let mut page = Page::open(LINK);
    page.step_to(2);
    let units = |page: &Page| {
        let laid = page.state.inspection.laid.as_ref().expect("it is laid open");
        laid.1.units.iter().map(Vec::len).collect::<Vec<_>>()
    };
    page.settle();
    assert_eq!(units(&page), [8, 8, 1]);
    page.edit(Edit::AddUnits { layer: 0, by: -1 });
    page.settle();
    assert_eq!((units(&page), page.epoch()), (vec![7, 8, 1], Some(0)));
    page.edit(Edit::RemoveLayer { layer: 1 });
    page.settle();
    assert_eq!(units(&page), [7, 1]);
    page.edit(Edit::InsertLayer { after: 1 });
    page.settle();
    assert_eq!(units(&page), [7, 8, 1]);
    assert!(page.address.contains("[7,8]"), "{}", page.address);
    // No layer has fewer units than one, and there is no layer 9.
    page.edit(Edit::AddUnits { layer: 0, by: -20 });
    page.edit(Edit::RemoveLayer { layer: 9 });
    assert_eq!(page.setup().net.hidden, [1, 8]);
}
