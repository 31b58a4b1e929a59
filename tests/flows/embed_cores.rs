//! Several embeds in one page share the machine, and one that stays while it is out of sight holds
//! no worker.

use crate::driver::{Options, Order, Page, pack};
use tunescape_core::link::message::Command;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::embed::Told;
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, Start, WorkerId};

const QUICK: &str = "v=1&data.name=moons&map.side=8&training.epochs=10&search.budget=5\
    &search.strategy=random&race.repeats=4&backend=cpu";

/// A page among so many in sight, on a machine that has room for seven workers.
fn among(pages: usize, link: &str, order: Order) -> Page {
    let start = Start { embedded: true, sandboxed: true, pages, ..Options::default().start };
    Page::opened(link, Options { start, order, crew: 7, ..Options::default() })
}

fn share(page: &mut Page, of: usize) {
    page.happen(Event::Command(Command::Share { of }));
}

fn sight(page: &mut Page, visible: bool) {
    page.happen(Event::Command(Command::Sight { visible }));
}

fn crew(page: &Page) -> usize {
    page.desks().iter().filter(|desk| matches!(desk, WorkerId::Crew(_))).count()
}

/// All that comes out: the trials' points and losses, and the map's best square.
type Whole = (Vec<Vec<f64>>, Vec<Option<f64>>, Option<([f64; 2], f64)>);

fn whole(page: &Page) -> Whole {
    (page.points(), page.losses(), page.state.map.optimum())
}

#[test]
fn those_in_sight_share_the_cores_and_no_number_changes() {
    let mut page = among(1, QUICK, Order::First);
    page.settle();
    page.play();
    let wanted = whole(&page);
    assert_eq!((crew(&page), page.state.workers()), (7, 7));
    for (of, each) in [(0, 7), (2, 3), (3, 2), (7, 1), (100, 1), (1, 7)] {
        share(&mut page, of);
        assert_eq!((crew(&page), page.state.workers(), page.desks().len()), (each, each, each + 2));
    }
    // Opened among others, and whoever comes and goes while it trains.
    for seed in 0..6 {
        let mut page = among(3, QUICK, Order::Any(seed));
        assert_eq!(crew(&page), 2);
        page.wait_for("the data", |page| page.state.ready());
        page.study_event(StudyEvent::Speed(2));
        page.study_event(StudyEvent::Play);
        for of in [1, 4, 2, 7] {
            for _ in 0..3 + 5 * seed {
                page.step();
            }
            share(&mut page, of);
        }
        page.settle();
        assert_eq!((whole(&page), page.notices().len()), (wanted.clone(), 0), "seed {seed}");
        assert!(page.state.map.finished());
    }
}

#[test]
fn a_race_goes_on_with_fewer_workers() {
    let raced = |of: &[usize], hides: bool| {
        let mut page = among(1, &format!("{QUICK}&screen=race"), Order::Any(of.len() as u64));
        page.settle();
        page.happen(Event::Race(RaceEvent::Start));
        page.wait_for("a trial", |page| page.state.race.board.finished() > 0);
        for &of in of {
            sight(&mut page, !hides);
            share(&mut page, of);
            page.step();
            sight(&mut page, true);
        }
        page.settle();
        assert!(!page.state.race.running() && page.notices().is_empty());
        assert_eq!(page.state.race.board.finished(), 5);
        page.state.race.board.runs().cloned().collect::<Vec<_>>()
    };
    let wanted = raced(&[], false);
    assert_eq!((raced(&[4], false), raced(&[7, 2], false)), (wanted.clone(), wanted.clone()));
    assert_eq!((raced(&[1], true), raced(&[7, 2], true)), (wanted.clone(), wanted));
}

fn note(page: &mut Page) {
    page.edit(Edit::Annotate { trial: 0, note: "for me alone".into() });
    page.settle();
    assert!(page.left.1, "it stays");
}

#[test]
fn out_of_sight_there_is_no_worker_and_in_sight_again_all_goes_on() {
    let mut page = among(1, QUICK, Order::First);
    page.settle();
    page.play();
    let wanted = whole(&page);
    note(&mut page);
    page.told.clear();
    // Oftener than workers may die.
    for _ in 0..8 {
        sight(&mut page, false);
        assert!(page.desks().is_empty());
        page.settle();
        // What was still to be said of one that is gone is no death.
        page.happen(Event::Died(WorkerId::Study, Cause::Other));
        assert!(page.desks().is_empty());
        sight(&mut page, true);
        assert_eq!(crew(&page), 7);
        page.settle();
        assert_eq!((whole(&page), page.notices().len()), (wanted.clone(), 0));
    }
    assert_eq!(page.setup().search.notes.len(), 1);
    // None of it is news.
    let news = page.told.iter().filter(|told| **told != Told::Ready).collect::<Vec<_>>();
    assert_eq!(news, Vec::<&Told>::new());
}

#[test]
fn what_plays_pauses_out_of_sight_and_then_plays_on() {
    let mut page = among(1, QUICK, Order::First);
    page.settle();
    page.play();
    let wanted = whole(&page);
    for seed in 0..6 {
        let mut page = among(1, QUICK, Order::Any(seed));
        page.wait_for("the data", |page| page.state.ready());
        page.study_event(StudyEvent::Speed(2));
        page.study_event(StudyEvent::Play);
        page.wait_for("a trial", |page| !page.losses().is_empty());
        sight(&mut page, false);
        share(&mut page, 2);
        page.settle();
        assert!(page.losses().len() < 5 && page.desks().is_empty(), "seed {seed}");
        sight(&mut page, true);
        assert_eq!(crew(&page), 3);
        page.settle();
        assert_eq!((whole(&page), page.notices().len()), (wanted.clone(), 0), "seed {seed}");
    }
    // What is asked of it meanwhile it does then.
    sight(&mut page, false);
    let state = format!("{QUICK}&data.name=xor");
    page.happen(Event::Command(Command::Set { state: state.clone() }));
    page.happen(Event::Command(Command::Play));
    page.settle();
    assert!(page.losses().is_empty() && page.desks().is_empty());
    sight(&mut page, true);
    page.settle();
    let mut other = among(1, &state, Order::First);
    other.settle();
    other.play();
    assert_eq!((whole(&page), page.notices().len()), (whole(&other), 0));
}

#[test]
fn a_page_that_is_not_open_yet_opens_when_it_is_seen() {
    let packed = pack(&QUICK.replace("moons", "iris"));
    for seed in 0..4 {
        let mut page = among(1, &format!("z={packed}&lesson.lock=net"), Order::Any(seed));
        sight(&mut page, false);
        assert!(page.desks().is_empty());
        sight(&mut page, true);
        page.settle();
        let setup = page.setup();
        assert_eq!((setup.data.name.as_str(), setup.lesson.lock.len()), ("iris", 1));
        assert!(page.state.map.finished() && page.notices().is_empty(), "seed {seed}");
    }
}

#[test]
fn a_file_in_a_workers_hands_is_not_lost_out_of_sight() {
    let rows: String = (0..40).map(|n| format!("{},{},{}\n", n % 7, n % 5, n % 2)).collect();
    let table = format!("a,b,c\n{rows}").into_bytes();
    let study: String =
        (0..25).map(|n| format!("{},{},{}\n", n % 7, n % 5, n * 37 % 101)).collect();
    let study = format!("x,y,value\n{study}").into_bytes();
    let drop_unseen = |page: &mut Page, bytes: &[u8]| {
        page.happen(Event::File(FileEvent::Opened("mine.csv".into(), Some(bytes.to_vec()))));
        sight(page, false);
        assert!(!page.desks().is_empty(), "somebody reads it");
        page.settle();
        assert!(page.desks().is_empty());
        sight(page, true);
        page.settle();
        assert!(page.notices().is_empty(), "{:?}", page.notices());
    };
    let mut page = among(1, QUICK, Order::First);
    page.settle();
    drop_unseen(&mut page, &table);
    assert!(page.state.file.as_ref().is_some_and(|file| file.table.is_some()));
    let mut page = among(1, &format!("{QUICK}&screen=xray"), Order::First);
    page.settle();
    drop_unseen(&mut page, &study);
    page.happen(Event::Xray(XrayEvent::Read));
    page.settle();
    // Open, it is read again by whoever comes next.
    for _ in 0..3 {
        sight(&mut page, false);
        page.settle();
        sight(&mut page, true);
        page.settle();
        let open = page.state.xray.open.as_deref().map(|open| open.trials());
        assert_eq!((open, page.setup().screen, page.notices().len()), (Some(25), Screen::Xray, 0));
    }
}
