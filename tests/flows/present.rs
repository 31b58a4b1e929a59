//! Presenting to a class, by keys.
//!
//! In place of what `a_dropped_lesson_is_presented_by_keys` of `tests/browser/present.rs` shows
//! beyond keyboard, window and drop.

use crate::driver::Page;
use tunescape_core::state::present::{KEYS, PresentState, TOOLS};
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, Kept, LANGUAGES, Notice};

const LINK: &str = "v=1&screen=explore&data.name=moons&map.side=8&training.epochs=10";

#[test]
fn tools_are_taken_up_put_away_and_left_by_keys() {
    let mut page = Page::open(LINK);
    page.key("?");
    assert!(page.state.present.help && !page.state.present.on);
    page.key("?");
    page.key("p");
    assert!(page.state.present.on && page.focused == ["main"]);
    page.key("o");
    assert!(page.state.present.spotlight);
    // A pointer takes the spotlight's place.
    page.key("i");
    assert!(page.state.present.pointer && !page.state.present.spotlight);
    page.key("o");
    assert!(page.state.present.spotlight && !page.state.present.pointer);
    page.key("Escape");
    assert_eq!(page.state.present, PresentState { on: true, ..PresentState::default() });
    page.key("Escape");
    assert_eq!(page.state.present, PresentState::default());
    // Whoever takes a tool up presents, and can leave by the keys.
    page.key("i");
    assert!(page.state.present.on);
    page.key("p");
    assert_eq!(page.state.present, PresentState::default());
}

#[test]
fn a_frozen_picture_stands_still_while_the_run_goes_on() {
    let mut page = Page::open(LINK);
    page.key("p");
    page.key("f");
    let drawings = page.drawings;
    page.run_event(RunEvent::Step);
    page.settle();
    assert_eq!((page.drawings, page.epoch()), (drawings, Some(1)));
    page.key("f");
    assert!(page.drawings > drawings);
    let drawings = page.drawings;
    page.run_event(RunEvent::Step);
    page.settle();
    assert!(page.drawings > drawings);
}

#[test]
fn notes_stand_in_a_window_of_their_own_while_the_browser_opens_one() {
    let mut page = Page::open(LINK);
    page.key("w");
    assert!(page.state.present.notes && page.state.present.on);
    page.happen(Event::NotesClosed { refused: false });
    assert!(!page.state.present.notes && page.notices().is_empty());
    page.key("w");
    page.happen(Event::NotesClosed { refused: true });
    assert!(!page.state.present.notes);
    assert_eq!(page.notices(), [Notice::NoNotesWindow]);
    // They stay when the tools are put away, and go when presenting ends.
    page.key("w");
    page.key("i");
    page.key("Escape");
    assert!(page.state.present.notes);
    page.key("Escape");
    assert!(!page.state.present.notes && !page.state.present.on);
}

#[test]
fn every_other_key_presses_its_control() {
    let mut page = Page::open(LINK);
    for (key, control, _) in KEYS {
        page.key(key);
        assert_eq!(page.pressed.pop().as_deref(), Some(control), "{key}");
        assert!(!TOOLS.contains(&key) && key != "?" && key != "Escape");
    }
    page.key("x");
    assert!(page.pressed.is_empty());
}

#[test]
fn language_and_theme_are_chosen_and_kept() {
    let mut page = Page::open(LINK);
    assert_eq!((page.state.locale, page.state.dark), ("en", false));
    page.happen(Event::Language("zh-CN".into()));
    page.happen(Event::Theme);
    page.settle();
    assert_eq!((page.state.locale, page.state.dark), ("zh-CN", true));
    let kept = |page: &Page, kept: Kept| page.kept[kept.key()].clone();
    assert_eq!(
        (kept(&page, Kept::Language), kept(&page, Kept::Theme)),
        ("zh-CN".into(), "dark".into())
    );
    page.happen(Event::Theme);
    page.happen(Event::Language("tlh".into()));
    page.settle();
    assert_eq!((page.state.locale, kept(&page, Kept::Theme)), (LANGUAGES[1].0, "light".into()));
}
