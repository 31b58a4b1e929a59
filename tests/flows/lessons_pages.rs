//! Turning the pages of a lesson: each begins at its beginning, and going back loses nothing.

use crate::driver::{Options, Page};
use crate::lessons::lesson;
use tunescape_core::setup::Screen;
use tunescape_core::state::Event;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::search::StudyEvent;

#[test]
fn pages_are_turned_and_each_begins_at_its_beginning() {
    let mut page = lesson("learning-rate");
    page.wait_for("the run", Page::run_rests);
    page.step_to(3);
    page.lesson_event(LessonEvent::Go(1));
    page.wait_for_epoch(0);
    page.set("run.learning_rate", 2.0);
    page.lesson_event(LessonEvent::Go(0));
    page.wait_for_epoch(0);
    assert_eq!(page.setup().run.learning_rate, 0.01);
    // Past the last is the last.
    page.lesson_event(LessonEvent::Go(99));
    assert_eq!((page.setup().lesson.page, page.setup().screen), (3, Screen::Search));
    assert_eq!(page.state.pointed(), Some("map-epoch"));
    // On another screen another control may have its name.
    page.go_to(Screen::Race);
    assert_eq!(page.state.pointed(), None);
}

#[test]
fn back_on_a_page_that_another_set_up_has_followed_what_it_builds_on_is_there_again() {
    let mut page = lesson("learning-rate");
    page.lesson_event(LessonEvent::Go(1));
    page.set("run.learning_rate", 40.0);
    page.lesson_event(LessonEvent::Go(2));
    page.lesson_event(LessonEvent::Go(3));
    assert_eq!(page.setup().screen, Screen::Search);
    // The third page has no set-up of its own: it goes on with that of the second.
    page.lesson_event(LessonEvent::Go(2));
    let setup = page.setup();
    assert_eq!((setup.screen, setup.lesson.page), (Screen::Explore, 2));
    assert_eq!((setup.run.learning_rate, setup.run.momentum), (0.01, 0.0));
}

#[test]
fn back_on_a_page_that_the_present_one_builds_on_nothing_is_lost() {
    let mut page = Page::opened("v=2&lesson.name=luck", Options::default());
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some() && page.state.ready());
    page.study_event(StudyEvent::Step);
    page.wait_for("a trial", |page| page.state.study.done() == 1);
    page.lesson_event(LessonEvent::Go(1));
    page.lesson_event(LessonEvent::Go(0));
    page.settle();
    assert_eq!((page.setup().lesson.page, page.state.study.done()), (0, 1));
    // Unless what this page locks was changed on the other: nobody could set it back.
    page.lesson_event(LessonEvent::Go(1));
    page.set("evaluation.repeats", 5);
    page.lesson_event(LessonEvent::Go(0));
    page.settle();
    assert_eq!((page.setup().evaluation.repeats, page.state.study.done()), (1, 0));
}

#[test]
fn data_that_a_page_has_settled_on_are_not_there_to_be_chosen_from() {
    let mut page = lesson("learning-rate");
    assert!(page.state.rules().hides("data") && !page.state.rules().hides("language"));
    page.lesson_event(LessonEvent::Leave);
    assert!(!page.state.rules().hides("data"));
    page.lesson_event(LessonEvent::Open("own-table".into()));
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some());
    assert!(!page.state.rules().hides("data"));
}

#[test]
fn a_link_into_the_middle_of_a_lesson_goes_on_where_it_was() {
    let link = "v=1&screen=explore&data.name=moons&net.hidden=[4]&training.epochs=60\
        &run.learning_rate=2&run.momentum=0&map.side=8&lesson.name=learning-rate&lesson.page=1";
    let mut page = Page::opened(link, Options::default());
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some() && page.state.ready());
    assert_eq!((page.setup().run.learning_rate, page.setup().map.side), (2.0, 8));
    // Not so where what the page locks is something else.
    let link = link.replace("run.momentum=0", "run.momentum=0.5");
    let mut page = Page::opened(&link, Options::default());
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some() && page.state.ready());
    assert_eq!((page.setup().run.learning_rate, page.setup().run.momentum), (0.01, 0.0));
}

#[test]
fn a_page_that_builds_on_another_is_gone_on_with_from_there() {
    let mut page = Page::opened("v=2&screen=lessons", Options::default());
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
    page.lesson_event(LessonEvent::Open("luck".into()));
    page.lesson_event(LessonEvent::Go(1));
    page.wait_for("the data", |page| page.state.ready());
    assert_eq!(page.state.lesson.progress.of("luck").page, 1);
    page.lesson_event(LessonEvent::Leave);
    page.set("data.name", "xor");
    page.lesson_event(LessonEvent::Resume("luck".into()));
    assert_eq!((page.setup().lesson.page, page.setup().data.name.as_str()), (0, "moons"));
    // So does a link that names the page and sets up nothing; one that does is taken at its word.
    page.happen(Event::Link("#v=2&lesson.name=luck&lesson.page=1".into()));
    assert_eq!((page.setup().lesson.page, page.setup().data.name.as_str()), (0, "moons"));
    page.happen(Event::Link("#v=2&data.name=xor&lesson.name=luck&lesson.page=1".into()));
    assert_eq!((page.setup().lesson.page, page.setup().data.name.as_str()), (1, "xor"));
}
