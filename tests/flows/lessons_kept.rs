//! How far lessons were taken, as the browser keeps it: for other tabs and other builds too.

use crate::driver::{Options, Page};
use crate::lessons::OWN;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::{Event, Kept, Notice, Start};

const KEY: &str = "lessons";

/// A page that finds this of the lessons, on the screen that lists them.
fn list(kept: Option<&str>) -> Page {
    let start = Start { lessons: kept.map(str::to_owned), ..Options::default().start };
    let options = Options { start, ..Options::default() };
    let mut page = Page::opened("v=2&screen=lessons&map.side=8", options);
    page.kept.extend(kept.map(|kept| (KEY, kept.to_owned())));
    page.wait_for("the lessons", |page| !page.state.lesson.all.is_empty());
    page
}

fn take(page: &mut Page, name: &str) {
    page.lesson_event(LessonEvent::Open(name.into()));
    page.lesson_event(LessonEvent::Go(1));
    page.settle();
}

#[test]
fn an_entry_that_is_unreadable_takes_no_other_with_it() {
    let kept = r#"{"momentum":{"page":4,"done":true,"marks":[],"extra":5},"luck":{"page":1}}"#;
    let mut page = list(Some(kept));
    assert!(page.state.lesson.progress.of("momentum").done);
    take(&mut page, "tpe");
    let kept: serde_json::Value = serde_json::from_str(&page.kept[KEY]).expect("it is JSON");
    let entry = |name: &str, field: &str| kept[name][field].clone();
    assert_eq!((entry("momentum", "done"), entry("momentum", "extra")), (true.into(), 5.into()));
    assert_eq!((entry("luck", "page"), entry("tpe", "page")), (1.into(), 1.into()));
}

#[test]
fn two_tabs_keep_what_either_has_done() {
    let mut page = list(None);
    take(&mut page, "luck");
    // Whatever another tab writes is found; whether this one hears of it is another matter.
    let theirs = r#"{"log-scale":{"page":2,"done":true,"marks":[]},"luck":{"page":1}}"#;
    page.kept.insert(KEY, theirs.into());
    take(&mut page, "tpe");
    for name in ["luck", "log-scale", "tpe"] {
        assert!(page.kept[KEY].contains(&format!("\"{name}\"")), "{name}: {}", page.kept[KEY]);
    }
    // What is heard is known, and answered by nothing: two tabs would write for ever.
    let kept = page.kept.clone();
    let theirs = r#"{"momentum":{"page":2,"done":true,"marks":[]},"tpe":{"page":3}}"#;
    page.happen(Event::Recalled(Kept::Lessons, Some(theirs.into())));
    page.settle();
    assert_eq!((page.kept == kept, page.setup().lesson.page), (true, 1));
    assert!(page.state.lesson.progress.of("momentum").done);
}

#[test]
fn a_lesson_that_is_unreadable_takes_no_other_with_it() {
    let mut page = list(None);
    let loaded = |page: &mut Page, text: &str| {
        page.lesson_event(LessonEvent::Loaded(Some(text.into())));
        page.settle();
        page.state.lesson.all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let newer = r#"{"title":{"en":"x"},"minutes":1,"pages":[],"of_a_newer_build":1}"#;
    let text = format!(r#"[["a",{newer}],["own",{OWN}],7,["b",{OWN}]]"#);
    assert_eq!(loaded(&mut page, &text), ["own", "b"]);
    assert_eq!(page.notices(), [Notice::LessonsLeftOut { lessons: 2 }]);
    // Where there is none at all, they are asked for again.
    page.happen(Event::Dismiss(0));
    for none in ["7", r#"[["a",7]]"#] {
        assert_eq!(loaded(&mut page, none).len(), 2);
        assert_eq!(page.notices(), [Notice::LessonsNotLoaded], "{none}");
    }
}

#[test]
fn whoever_met_a_goal_before_need_not_do_it_again_to_go_on() {
    let kept = r#"{"words":{"page":1,"done":false,"marks":[{"met":true},{}]}}"#;
    let mut page = list(Some(kept));
    page.lesson_event(LessonEvent::Resume("words".into()));
    page.lesson_event(LessonEvent::Go(0));
    page.settle();
    assert_eq!((page.state.lesson.met, page.state.has_passed()), (false, true));
    page.lesson_event(LessonEvent::Go(1));
    page.settle();
    assert!(!page.state.has_passed());
    // Whoever begins anew does it all again.
    page.lesson_event(LessonEvent::Open("words".into()));
    page.settle();
    assert!(!page.state.has_passed());
}
