//! What is handed out locked: nothing changes it.
//!
//! In place of `tests/browser/locks.rs`: `a_links_locks_hold`, `what_is_locked_is_not_searched`,
//! `a_lesson_handed_out_with_locks_sets_up_what_it_speaks_of`, and what
//! `what_is_limited_stays_in_its_range` and `controls_without_effect_are_disabled_on_every_screen`
//! show beyond their controls.

use crate::driver::{Options, Page};
use serde_json::json;
use tunescape_core::lesson;
use tunescape_core::setup::{Edit, Panel, Setup};
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, Notice};

#[test]
fn a_links_locks_hold_whatever_the_reader_does() {
    let mut page = Page::open(
        "v=1&data.name=moons&lesson.lock=[%22net%22,%22data.name%22]\
         &lesson.hide=[%22training%22,%22footer%22]&map.side=8&training.epochs=10",
    );
    assert!(
        page.state.rules().hides(Panel::Footer.key())
            && page.state.rules().hides(Panel::Training.key())
    );
    assert!(!page.state.rules().hides(Panel::Network.key()));
    page.set("data.name", "spiral");
    assert_eq!(page.notices(), [Notice::Locked]);
    page.set("net.activation", "relu");
    page.edit(Edit::AddLayer);
    page.edit(Edit::NewSeed);
    // It is said once.
    assert_eq!(page.notices(), [Notice::Locked]);
    assert_eq!(page.setup().data.name, "moons");
    // Of a preset, or of another whole set-up, what is not locked is taken.
    let mut whole = Setup { ..Setup::default() };
    (whole.net.hidden, whole.search.budget) = (vec![3], 7);
    whole.data.name = "iris".into();
    (whole.map.side, whole.training.epochs) = (8, 10);
    page.edit(Edit::Open(Box::new(whole)));
    page.settle();
    assert_eq!(page.setup().net, Setup::default().net);
    assert_eq!((page.setup().data.name.as_str(), page.setup().search.budget), ("moons", 7));
    assert_eq!(page.setup().lesson.lock, ["net", "data.name"]);
    assert!(page.address.contains("lesson.lock=net,data.name"), "{}", page.address);
    assert!(page.state.rules().hides(Panel::Footer.key()));
}

#[test]
fn what_is_limited_stays_in_its_range_and_undo_leads_to_nothing_that_is_locked() {
    let mut page = Page::open("v=1&map.side=8&training.epochs=10&screen=explore");
    page.set("net.activation", "relu");
    page.set("run.learning_rate", 3.0);
    page.settle();
    page.happen(Event::Link(
        "#v=1&map.side=8&training.epochs=10&screen=explore&net.hidden=[3]\
         &lesson.lock=[%22net%22,%22run.momentum%22]\
         &lesson.limit=[[%22run.learning_rate%22,0.01,0.5]]&lesson.hide=[%22play%22]"
            .into(),
    ));
    page.settle();
    assert_eq!(page.setup().net.hidden, [3]);
    page.set("run.momentum", 0.5);
    assert_eq!((page.setup().run.momentum, page.notices()), (0.9, &[Notice::Locked][..]));
    page.happen(Event::Dismiss(0));
    page.set("run.learning_rate", 9.0);
    assert_eq!(page.setup().run.learning_rate, 0.5);
    let limited = Notice::Limited { setting: "run.learning_rate".into(), low: 0.01, high: 0.5 };
    assert_eq!(page.notices(), [limited]);
    page.set("run.learning_rate", 0.0001);
    assert_eq!((page.setup().run.learning_rate, page.notices().len()), (0.01, 1));
    // The slider goes no further than that.
    let shares = page.state.between("run.learning_rate", 0.01, |rate| rate);
    assert_eq!(shares, [0.01, 0.01, 0.5]);
    assert_eq!(page.state.between("run.momentum", 0.9, |momentum| momentum), [0.0, 0.9, 1.0]);
    page.set("run.learning_rate", 0.2);
    page.happen(Event::Undo);
    assert_eq!(page.setup().run.learning_rate, 0.01);
    while page.state.history.can_undo() {
        page.happen(Event::Undo);
    }
    page.settle();
    assert_eq!((page.setup().net.hidden.as_slice(), page.setup().run.momentum), (&[3][..], 0.9));
    assert_eq!(page.setup().net.activation, Setup::default().net.activation);
    assert!((0.01..=0.5).contains(&page.setup().run.learning_rate));
    // A link without locks frees all of it.
    page.happen(Event::Link("#v=1&map.side=8&training.epochs=10&screen=explore".into()));
    page.settle();
    page.set("net.hidden", vec![5]);
    page.set("run.learning_rate", 3.0);
    page.settle();
    assert_eq!((page.setup().net.hidden.as_slice(), page.state.locks().len()), (&[5][..], 0));
    assert_eq!(page.setup().run.learning_rate, 3.0);
}

#[test]
fn a_link_beyond_its_own_limits_is_brought_within_them() {
    let page = Page::open(
        "v=1&map.side=8&training.epochs=10&search.budget=40&run.learning_rate=2\
         &lesson.limit=search.budget:5:30,run.learning_rate:0.01:1",
    );
    assert_eq!((page.setup().search.budget, page.setup().run.learning_rate), (30, 1.0));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}

#[test]
fn what_is_locked_is_not_searched() {
    let mut page =
        Page::open("v=1&lesson.lock=training.batch,run.momentum,net&map.side=8&training.epochs=10");
    let locks = lesson::locks::with_searched(&page.state.locks());
    for (part, locked) in [
        ("space.momentum", true),
        ("space.batch", true),
        ("space.layers", true),
        ("space.learning_rate", false),
        ("space.l2", false),
    ] {
        assert_eq!(lesson::locks::holds(&locks, part), locked, "{part}");
    }
    page.edit(Edit::SetRangeEnd { parameter: "momentum".into(), high: true, value: 0.5 });
    page.edit(Edit::Search { parameter: "batch".into() });
    page.edit(Edit::Unsearch { parameter: "momentum".into() });
    page.set("search.budget", 7);
    page.settle();
    assert_eq!(page.setup().space, Setup::default().space);
    assert!(page.address.contains("search.budget=7") && !page.address.contains("space."));
    page.edit(Edit::SetRangeEnd { parameter: "learning_rate".into(), high: true, value: 5.0 });
    page.edit(Edit::Search { parameter: "l2".into() });
    page.settle();
    assert_eq!(page.setup().searched().params.len(), 3);
}

#[test]
fn a_lesson_handed_out_with_locks_sets_up_what_it_speaks_of() {
    let mut page = Page::opened("v=1&lesson.name=luck&lesson.lock=data", Options::default());
    let noisy_moons =
        |page: &Page| (page.setup().data.name.as_str(), page.setup().data.noise) == ("moons", 0.4);
    page.wait_for("the lesson's data", |page| page.state.ready() && noisy_moons(page));
    page.set("data.name", "circle");
    assert!(noisy_moons(&page) && page.notices() == [Notice::Locked]);
    // So does another lesson that the learner goes on to: its texts would else speak of other runs.
    for leaves in [false, true] {
        if leaves {
            page.lesson_event(LessonEvent::Leave);
        }
        page.lesson_event(LessonEvent::Open("learning-rate".into()));
        page.wait_for("the lesson", |page| page.state.lesson_page().is_some());
        assert_eq!((page.setup().data.noise, page.setup().run.learning_rate), (0.05, 0.01));
        page.set("data.name", "circle");
        assert_eq!(page.setup().data.name, "moons", "the learner's hands are tied as before");
    }
}

#[test]
fn what_a_link_without_a_lesson_locks_stays_whatever_lesson_is_opened() {
    let mut page =
        Page::opened("v=1&data.name=moons&data.noise=0.3&lesson.lock=data", Options::default());
    page.lesson_event(LessonEvent::Open("adam".into()));
    page.wait_for("the lesson", |page| page.state.lesson_page().is_some() && page.state.ready());
    assert_eq!((page.setup().data.name.as_str(), page.setup().data.noise), ("moons", 0.3));
    assert_eq!(page.setup().run.learning_rate, 0.03);
}

#[test]
fn with_everything_locked_nothing_changes_but_trials_run() {
    let locks = "data,net,training,evaluation,run,space,map,search,race,backend";
    let mut page = Page::open(&format!(
        "v=1&map.side=8&training.epochs=10&search.budget=3&search.strategy=random&data.name=moons\
         &race.repeats=2&lesson.lock={locks}"
    ));
    let before = page.link();
    for (setting, value) in [
        ("data.noise", json!(0.3)),
        ("training.l2", json!(0.1)),
        ("run.momentum", json!(0.1)),
        ("search.budget", json!(5)),
        ("race.repeats", json!(3)),
        ("map.side", json!(16)),
    ] {
        page.set(setting, value);
        assert_eq!(page.link(), before, "{setting}");
    }
    page.happen(Event::Map(MapEvent::ZoomIn(0.5, 0.5)));
    page.happen(Event::Map(MapEvent::Mode(Click::Place)));
    page.happen(Event::Map(MapEvent::Act(0.5, 0.5)));
    page.happen(Event::Race(RaceEvent::You(true)));
    page.settle();
    assert_eq!((page.link(), page.losses().len()), (before.clone(), 0));
    assert_eq!(page.notices(), [Notice::Locked]);
    page.play();
    assert_eq!(page.losses().len(), 3);
    page.happen(Event::Race(RaceEvent::Start));
    page.settle();
    assert_eq!(page.state.race.board.finished(), 3);
}
