//! One person's whole walk, and what must hold on the way.

use crate::driver::{Options, Order, Page};
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, Kept};

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=10&search.budget=6";

#[test]
fn the_page_opens_and_trains_its_landscape() {
    let page = Page::open(SMALL);
    assert!(page.state.ready() && page.state.map.finished());
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    assert!(page.state.map.optimum().is_some());
}

#[test]
fn a_person_walks_through_the_page() {
    let mut page = Page::open(SMALL);
    page.set("search.strategy", "random");
    page.play();
    assert_eq!((page.losses().len(), page.setup().search.shown), (6, 6));
    page.happen(Event::Study(StudyEvent::Back));
    assert_eq!(page.setup().search.shown, 5);
    page.happen(Event::Map(MapEvent::ZoomIn(0.5, 0.5)));
    page.settle();
    assert_eq!(page.setup().map.zoom.len(), 1);
    page.happen(Event::Undo);
    page.settle();
    assert!(page.setup().map.zoom.is_empty());
    page.edit(Edit::choose("screen", &Screen::Explore));
    page.happen(Event::Run(RunEvent::Step));
    page.settle();
    assert_eq!(page.state.run.frame.as_ref().map(|frame| frame.epoch), Some(1));
    page.edit(Edit::choose("screen", &Screen::Race));
    page.set("race.repeats", 2);
    page.settle();
    page.happen(Event::Race(RaceEvent::Start));
    page.settle();
    assert_eq!(page.state.race.board.finished(), 6);
    assert!(page.kept[Kept::LastLink.key()].contains("screen=race"));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}

#[test]
fn replies_in_any_order_give_the_same_study() {
    let play = |order| {
        let mut page = Page::opened(SMALL, Options { order, ..Options::default() });
        page.settle();
        page.play();
        (page.points(), page.losses(), page.state.map.optimum())
    };
    let first = play(Order::First);
    for seed in 0..6 {
        assert_eq!(play(Order::Any(seed)), first, "seed {seed}");
    }
}
