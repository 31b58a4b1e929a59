//! What a first visit finds: the simple view, the tour, a search on a hidden map.

use crate::driver::{Options, Page};
use tunescape_core::setup::detail::Detail;
use tunescape_core::setup::{Edit, Panel, Screen, Setup};
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::tour::{STOPS, TourEvent};
use tunescape_core::state::{Event, Start};

const SMALL: &str = "v=1&map.side=8&training.epochs=8&search.strategy=random&search.budget=3";

/// A page opened by somebody who has, or has not, been here before.
fn visit(link: &str, start: Start) -> Page {
    let start = Start { language: "en".into(), still: true, ..start };
    let mut page = Page::opened(link, Options { start, ..Options::default() });
    // The map of a first visit is large, and nothing here is about it.
    page.wait_for("the map", |page| !page.state.map.idle());
    page.happen(Event::Map(MapEvent::Cancel));
    page.settle();
    page
}

fn first_visit() -> Page {
    visit("", Start::default())
}

fn hides(page: &Page, part: &str) -> bool {
    page.state.rules().hides(part)
}

#[test]
fn a_first_visit_shows_what_the_first_steps_need() {
    let mut page = first_visit();
    assert_eq!(page.setup().detail, Detail::Simple);
    assert!(hides(&page, Panel::Network.key()) && hides(&page, "surrogate"));
    assert!(!hides(&page, "play") && !hides(&page, Panel::Data.key()));
    page.edit(Edit::choose("detail", &Detail::Full));
    page.settle();
    assert!(!hides(&page, Panel::Network.key()));
    assert_eq!(page.kept["detail"], "full");
    assert!(!page.state.history.can_undo(), "how much is shown is no change of the set-up");
    // Nor is the page that everybody begins with a study to come back to.
    assert!(!page.kept.contains_key("last"));
}

#[test]
fn what_a_reader_chose_is_remembered_and_a_link_says_it_itself() {
    let detail = |link: &str, kept: Option<&str>, embedded: bool| {
        let detail = kept.map(str::to_owned);
        visit(link, Start { detail, embedded, ..Start::default() }).setup().detail
    };
    assert_eq!(detail("", Some("full"), false), Detail::Full);
    assert_eq!(detail("", Some("simple"), false), Detail::Simple);
    assert_eq!(detail(SMALL, Some("simple"), false), Detail::Full, "as links always showed it");
    assert_eq!(detail("v=2&detail=simple", Some("full"), false), Detail::Simple);
    assert_eq!(detail("", Some("simple"), true), Detail::Full, "an embed shows what it did");
    assert_eq!(detail("v=2&detail=simple", None, true), Detail::Simple);
}

#[test]
fn the_simple_view_stays_through_presets_undo_and_lessons() {
    let mut page = first_visit();
    page.edit(Edit::Open(Box::new(Setup { screen: Screen::Explore, ..Setup::default() })));
    assert_eq!(page.setup().detail, Detail::Simple);
    page.set("training.batch", 16);
    page.edit(Edit::choose("detail", &Detail::Full));
    page.happen(Event::Undo);
    page.happen(Event::Map(MapEvent::Cancel));
    assert_eq!((page.setup().detail, page.setup().training.batch), (Detail::Full, 32));
    page.edit(Edit::choose("detail", &Detail::Simple));
    // A lesson says itself what it shows, page by page.
    page.happen(Event::Lesson(LessonEvent::Open("batch-size".into())));
    page.wait_for("the lesson", |page| page.state.lesson().is_some());
    assert!(hides(&page, Panel::Training.key()) && hides(&page, Panel::Network.key()));
    page.happen(Event::Lesson(LessonEvent::Go(1)));
    assert!(!hides(&page, Panel::Training.key()) && hides(&page, Panel::Network.key()));
    page.happen(Event::Lesson(LessonEvent::Leave));
    assert_eq!(page.setup().detail, Detail::Simple);
    assert!(hides(&page, "surrogate"));
}

#[test]
fn the_tuner_searches_on_a_hidden_map_which_is_revealed_at_the_end() {
    let mut page = Page::open(SMALL);
    page.happen(Event::Study(StudyEvent::Speed(2)));
    page.happen(Event::Study(StudyEvent::Watch));
    page.wait_for("the first trial", |page| page.setup().search.shown == 1);
    assert!(page.setup().map.hidden);
    page.settle();
    assert_eq!(page.setup().search.shown, 3);
    assert!(!page.setup().map.hidden);
    // Who hides it by hand reveals it by hand.
    let mut page = Page::open(&format!("{SMALL}&map.hidden=true"));
    page.play();
    assert!(page.setup().map.hidden);
}

#[test]
fn the_tour_goes_from_stop_to_stop_and_lets_the_tuner_begin() {
    let mut page = first_visit();
    page.set("screen", "explore");
    page.happen(Event::Tour(TourEvent::Go(2)));
    assert_eq!(page.state.tour.stop, None, "it has not begun");
    page.happen(Event::Tour(TourEvent::Begin));
    assert_eq!(page.setup().screen, Screen::Search);
    for (at, stop) in STOPS.iter().enumerate() {
        page.happen(Event::Tour(TourEvent::Go(at)));
        assert_eq!(page.state.pointed(), Some(stop.part));
        assert!(!hides(&page, stop.part), "{}: the simple view has no such part", stop.part);
        page.settle();
        assert_eq!(page.losses().is_empty(), at < 4, "{}", stop.key);
    }
    assert_eq!(page.focused.last().map(String::as_str), Some("tour"));
    assert!(!page.state.tour.taken);
    page.happen(Event::Tour(TourEvent::Go(STOPS.len())));
    assert_eq!(page.state.pointed(), None);
    page.settle();
    assert!(page.state.tour.taken && page.kept.contains_key("tour"));
    let tour = page.kept.get("tour").cloned();
    assert!(visit("", Start { tour, ..Start::default() }).state.tour.taken);
}

#[test]
fn a_tour_that_is_left_is_offered_again() {
    let mut page = first_visit();
    page.happen(Event::Tour(TourEvent::Begin));
    page.happen(Event::Tour(TourEvent::Leave));
    page.settle();
    assert!(page.state.tour.stop.is_none() && !page.state.tour.taken);
    assert!(!page.kept.contains_key("tour") && page.losses().is_empty());
    // So is one whose screen is left: it would lie over what it does not speak of.
    page.happen(Event::Tour(TourEvent::Begin));
    page.go_to(Screen::Lessons);
    assert!(page.state.tour.stop.is_none() && !page.state.tour.taken);
}

#[test]
fn a_click_looks_at_a_network_and_trains_nothing() {
    let mut page = Page::open(SMALL);
    assert_eq!(page.state.map.click(false, false), Click::Look);
    let asked = page.asked.len();
    page.map(MapEvent::Act(0.3, 0.6));
    assert_eq!(page.state.map.looked, Some(page.state.map.cell_at([0.3, 0.6])));
    assert_eq!(page.asked.len(), asked);
    page.map(MapEvent::LookAway);
    assert_eq!(page.state.map.looked, None);
    page.map(MapEvent::Act(0.3, 0.6));
    let [x, y] = page.state.map.middle(page.state.map.looked.expect("it was clicked"));
    page.map(MapEvent::ZoomIn(x, y));
    assert_eq!(page.setup().map.zoom.len(), 1);
    assert_eq!(page.state.map.looked, None, "it was a cell of another map");
}
