//! Workers that die: another takes the place of each; what kills them twice is named, and waits for
//! the reader.

use crate::driver::{Options, Page};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::Phase;
use tunescape_core::state::{Event, Notice, WorkerId};
use tunescape_core::worker::Request;

const LINK: &str = "v=1&data.name=moons&map.side=16&training.epochs=10&search.strategy=random\
    &search.budget=4&race.repeats=2";

/// Nine workers.
fn all() -> impl Iterator<Item = WorkerId> {
    [WorkerId::Study, WorkerId::Gpu].into_iter().chain((0..7).map(WorkerId::Crew))
}

/// Whether a worker was asked to train anything.
fn trains(page: &Page) -> bool {
    page.asked.iter().any(|(_, request)| {
        matches!(
            request,
            Request::Train { .. }
                | Request::Try { .. }
                | Request::Race { .. }
                | Request::Start { .. }
                | Request::Go { .. }
        )
    })
}

/// A page with two trials, whose worker of the study has died twice.
fn held_back() -> Page {
    let mut page = Page::open(LINK);
    page.step_to_trial(2);
    for _ in 0..2 {
        page.pass(1_000.0);
        page.kill(WorkerId::Study);
        page.settle();
    }
    assert_eq!(page.notices(), [Notice::SetupKills(Cause::Other)]);
    page.forget_asked();
    page.settle();
    assert!(!trains(&page), "{:?}", page.asked);
    assert_eq!((page.losses().len(), page.state.study.phase), (2, Phase::Idle));
    page
}

#[test]
fn nine_die_at_once_and_a_smaller_set_up_trains() {
    let mut page = Page::opened(LINK, Options { crew: 7, ..Options::default() });
    for notice in [Notice::WorkerDied(Cause::Other), Notice::SetupKills(Cause::Other)] {
        page.wait_for("half of the map", |page| {
            let (done, all) = page.state.map.land.progress();
            page.state.ready() && (64..all).contains(&done)
        });
        page.pass(1_000.0);
        all().for_each(|worker| page.kill(worker));
        assert_eq!((page.notices(), page.desks().len()), (&[notice][..], 9));
    }
    page.forget_asked();
    page.settle();
    assert!(page.state.map.cancelled && !trains(&page));
    page.set("net.hidden", vec![2]);
    page.play();
    assert!(page.notices().is_empty() && page.state.map.finished());
    let mut alone = Page::open(&format!("{LINK}&net.hidden=[2]"));
    alone.play();
    assert_eq!(page.losses(), alone.losses());
    assert_eq!(page.state.map.optimum(), alone.state.map.optimum());
}

#[test]
fn the_map_that_kills_workers_waits_and_what_there_is_stays() {
    let mut page = Page::opened(LINK, Options::default());
    for cause in [Cause::Other, Cause::Memory] {
        page.wait_for("half of the map", |page| page.state.map.land.progress().0 >= 64);
        page.pass(1_000.0);
        page.kill_by(WorkerId::Crew(0), cause);
    }
    assert_eq!(page.notices(), [Notice::SetupKills(Cause::Memory)]);
    page.settle();
    let (done, all) = page.state.map.land.progress();
    assert!(page.state.map.cancelled && (64..all).contains(&done));
    // What shows nothing else is no other set-up.
    page.set("map.hidden", true);
    page.settle();
    assert!(page.state.map.cancelled && page.notices().len() == 1);
    page.happen(Event::Map(MapEvent::Again));
    page.settle();
    assert!(page.notices().is_empty() && page.state.map.finished());
}

#[test]
fn of_what_a_worker_has_died_is_told() {
    for cause in [Cause::Memory, Cause::Stack, Cause::Other] {
        let mut page = Page::open(LINK);
        page.kill_by(WorkerId::Crew(0), cause);
        assert_eq!(page.notices(), [Notice::WorkerDied(cause)]);
        page.pass(1_000.0);
        page.kill_by(WorkerId::Crew(1), cause);
        assert_eq!(page.notices(), [Notice::SetupKills(cause)]);
    }
}

#[test]
fn each_set_up_is_judged_by_itself() {
    let mut page = Page::open(LINK);
    for batch in [8, 16, 24, 48] {
        page.kill(WorkerId::Crew(0));
        page.pass(1_000.0);
        page.set("training.batch", batch);
        page.settle();
        assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
        assert!(page.state.map.finished());
    }
}

#[test]
fn the_study_goes_on_when_it_is_played() {
    let mut page = held_back();
    let losses = page.losses();
    page.play();
    assert!(page.notices().is_empty());
    assert_eq!((&page.losses()[..2], page.losses().len()), (&losses[..], 4));
    // It is counted anew.
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
    assert_eq!(page.losses().len(), 4);
    let mut alone = Page::open(LINK);
    alone.play();
    assert_eq!(page.losses(), alone.losses());
}

#[test]
fn the_run_begins_anew_when_it_is_played() {
    let mut page = held_back();
    assert!(!page.state.run.over());
    // What is gone is not looked back on.
    page.run_event(RunEvent::Rewind(0));
    page.run_event(RunEvent::Weight(0, 1.0));
    page.settle();
    assert_eq!(page.notices().len(), 1);
    page.run_event(RunEvent::Play);
    page.wait_for("some epochs", |page| page.epoch().is_some_and(|epoch| epoch > 2));
    assert!(page.notices().is_empty() && !page.state.run.lost);
}

#[test]
fn the_race_and_the_map_go_on_when_that_is_pressed() {
    let mut page = held_back();
    page.happen(Event::Race(RaceEvent::Start));
    page.settle();
    assert!(page.notices().is_empty() && page.state.race.board.finished() == 4);
    let mut page = held_back();
    page.happen(Event::Map(MapEvent::Again));
    page.settle();
    assert!(page.notices().is_empty() && page.state.map.finished());
}

#[test]
fn data_that_kills_workers_gives_way_to_those_before() {
    let mut page = Page::open(LINK);
    page.set("data.noise", 0.3);
    for _ in 0..2 {
        assert!(page.state.loading);
        page.pass(1_000.0);
        page.kill(WorkerId::Study);
    }
    page.settle();
    assert_eq!(page.notices(), [Notice::SetupKills(Cause::Other)]);
    assert!(page.state.ready() && page.setup().data.noise != 0.3);
    assert!(page.state.map.finished());
}

#[test]
fn a_worker_that_never_starts_is_started_when_it_is_needed() {
    let mut page = Page::opened(LINK, Options::default());
    let staff = page.desks().len();
    for _ in 0..5 {
        page.pass(1_000.0);
        page.kill(WorkerId::Crew(0));
    }
    assert_eq!((page.notices(), page.desks().len()), (&[Notice::WorkersDoNotStart][..], staff - 1));
    page.settle();
    assert!(page.state.ready() && page.state.map.idle());
    page.happen(Event::Map(MapEvent::Again));
    page.settle();
    assert_eq!(page.desks().len(), staff);
    assert!(page.state.map.finished() && page.notices().is_empty());
}
