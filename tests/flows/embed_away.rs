//! A frame that was taken away while it was out of sight: what it is when it comes back, and what
//! it then says.

use crate::driver::{Options, Order, Page, unpack};
use tunescape_core::lesson::code;
use tunescape_core::link::message::{Command, MAX_AWAY};
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::embed::Told;
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, Start};

const QUICK: &str = "v=1&map.side=8&training.epochs=10&search.budget=3&search.strategy=random\
    &backend=cpu";

/// A frame as `embed.js` opens it, with what it has left before.
fn frame(link: &str, away: &str) -> Page {
    let start = Start { embedded: true, sandboxed: true, ..Options::default().start };
    // A sandbox keeps nothing.
    let mut page = Page::opened(link, Options { start, storage: false, ..Options::default() });
    page.happen(Event::Command(Command::Recall { away: away.into() }));
    page.settle();
    page
}

/// The set-up that the page around was told last.
fn told(page: &Page) -> String {
    let state = |told: &Told| match told {
        Told::State { state } => Some(state.clone()),
        _ => None,
    };
    page.told.iter().rev().find_map(state).expect("it was told")
}

/// The same frame once it is in sight again.
fn back(page: &Page) -> Page {
    assert!(!page.left.1, "it stays");
    frame(&told(page), &page.left.0)
}

/// What was told but for the set-up, and that it is ready.
fn news(page: &Page) -> Vec<&Told> {
    let old = |told: &&Told| !matches!(told, Told::Ready | Told::State { .. });
    page.told.iter().filter(old).collect()
}

/// A page around that asks for what the frame leaves, as the script of an embed does: all that it
/// hears, packed studies unpacked.
fn heard(page: &Page) -> String {
    let left = &page.left.0;
    let study = left.split("x=").nth(1).and_then(|rest| rest.split('"').next()).and_then(unpack);
    let told = serde_json::to_string(&page.told).expect("it serialises");
    [&told, left, study.as_deref().unwrap_or_default()].concat()
}

#[test]
fn a_frame_with_notes_stays_and_no_page_around_gets_at_them() {
    let mut page = frame(QUICK, "");
    page.play();
    assert!(!page.left.1);
    let note = |text: &str| Edit::Annotate { trial: 1, note: text.into() };
    page.edit(note("for me alone"));
    page.settle();
    assert!(page.left.1, "the notes would be lost");
    // Nor does it hear them if it asks again, whatever it says that it has.
    for away in ["", &page.left.0.clone(), "{", "[]", "null", "{\"notes\":[]}"] {
        page.happen(Event::Command(Command::Recall { away: away.into() }));
        page.settle();
        assert!(page.left.1 && !heard(&page).contains("alone"), "{}", heard(&page));
    }
    assert_eq!(page.setup().search.notes.len(), 1);
    // Nor by the study that is on show, whose link holds them.
    page.set("screen", "xray");
    page.drop_file("mine.csv", &table(25));
    page.happen(Event::Xray(XrayEvent::Read));
    page.settle();
    page.happen(Event::Command(Command::Recall { away: String::new() }));
    page.settle();
    let open = page.state.study_link().flatten().expect("its link").to_owned();
    assert!(unpack(&open[2..]).is_some_and(|study| study.contains("alone")));
    assert!(page.left.1 && !heard(&page).contains("alone"), "{}", heard(&page));
    // Without them it goes and comes back.
    page.edit(note(""));
    page.settle();
    assert!(!page.left.1);
    let again = back(&page);
    assert_eq!((again.setup(), heard(&again).contains("x,y,value")), (page.setup(), true));
}

#[test]
fn a_frame_stays_that_holds_more_than_is_taken_back() {
    let page = frame("v=2&map.side=8", "");
    assert!(!page.left.1);
    let text = "长".repeat(50_000);
    let own = format!(
        "{{\"title\":{{\"en\":\"A\"}},\"minutes\":5,\"pages\":[{{\"text\":{{\"zh\":\"{text}\"}}}}]}}"
    );
    let page = frame(&format!("v=2&map.side=8&lesson.own={own}"), "");
    assert!(page.state.lesson().is_some() && page.left.0.len() > MAX_AWAY);
    assert!(page.left.1);
}

#[test]
fn what_was_told_is_not_told_again() {
    let mut page = frame(QUICK, "");
    page.play();
    assert!(news(&page).len() >= 5, "{:?}", news(&page));
    for mut again in [back(&page), back(&back(&page))] {
        assert_eq!((again.losses(), news(&again)), (page.losses(), Vec::new()));
        // What is new is.
        again.study(StudyEvent::Show(2));
        assert!(matches!(news(&again)[..], [Told::Stepped { trials: 2, .. }, Told::Results(_)]));
        again.set("search.budget", 4);
        again.play();
        let finished = |told: &&&Told| matches!(told, Told::Finished(_));
        assert_eq!(news(&again).iter().filter(finished).count(), 1);
    }
    // Whoever goes again before all trials are there has heard of them all the same.
    let start = Start { embedded: true, ..Options::default().start };
    let mut early = Page::opened(&told(&page), Options { start, ..Options::default() });
    early.happen(Event::Command(Command::Recall { away: page.left.0.clone() }));
    early.wait_for("a trial", |page| page.losses().len() == 1);
    assert_eq!(early.left, page.left);
    assert_eq!(news(&back(&early)), Vec::<&Told>::new());
}

#[test]
fn who_asks_a_frame_that_comes_back_hears_of_all_its_trials() {
    let mut page = frame(QUICK, "");
    page.play();
    let start = Start { embedded: true, ..Options::default().start };
    for seed in 0..4 {
        let order = Order::Any(seed);
        let options = Options { start: start.clone(), order, ..Options::default() };
        let mut again = Page::opened(&told(&page), options);
        again.happen(Event::Command(Command::Recall { away: page.left.0.clone() }));
        again.happen(Event::Command(Command::Results { number: 1, curves: false }));
        again.settle();
        let [Told::Results(answer)] = news(&again)[..] else { panic!("{:?}", news(&again)) };
        assert_eq!((answer.asked, answer.trials.len(), answer.shown), (1, 3, 3));
    }
}

#[test]
fn marks_of_a_lesson_and_a_goal_that_was_met_come_back() {
    let mut page = frame("v=2&lesson.name=log-scale", "");
    page.play();
    assert!(page.state.lesson.met);
    page.lesson_event(LessonEvent::Go(1));
    page.play();
    assert!(page.state.lesson.met);
    let again = back(&page);
    let code = again.state.lesson_code().expect("it comes with the page");
    let marks = code::read(&code).expect("a code").pages;
    assert!(marks.iter().all(|marks| marks.met), "{code}");
    assert_eq!((again.setup().lesson.page, again.state.lesson.met), (1, true));
    assert_eq!(news(&again), Vec::<&Told>::new());
}

/// A study of two hyperparameters.
fn table(trials: usize) -> Vec<u8> {
    let row = |n: usize| format!("{},{},{}\n", n % 7, n % 5, (n * 37 % 101) as f64 / 3.0);
    let rows: String = (0..trials).map(row).collect();
    format!("x,y,value\n{rows}").into_bytes()
}

#[test]
fn a_study_from_elsewhere_comes_back_or_the_frame_stays() {
    let link = format!("{QUICK}&screen=xray&lesson.lock=net");
    let mut page = frame(&link, "");
    page.drop_file("mine.csv", &table(25));
    // What is asked of the reader can't be carried.
    assert!(page.left.1);
    page.happen(Event::Xray(XrayEvent::Read));
    assert!(page.left.1, "it is still being packed");
    page.settle();
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.5)));
    page.settle();
    let again = back(&page);
    let study = again.state.xray.open.as_deref().expect("an open study");
    assert_eq!((study.trials(), again.setup().screen), (26, Screen::Xray));
    assert_eq!((again.setup(), again.notices().len()), (page.setup(), 0));
    assert_eq!(again.left, page.left);
    // Taken away while it is unpacked, it would be lost.
    let start = Start { embedded: true, ..Options::default().start };
    let mut early = Page::opened(&told(&page), Options { start, ..Options::default() });
    early.happen(Event::Command(Command::Recall { away: page.left.0.clone() }));
    assert!(early.state.xray.open.is_none() && early.left.1);
    // What is made up unlocks nothing.
    for beside in ["", "&lesson.lock=[]"] {
        let study = format!("\"study\":\"x=!!!{beside}\"");
        let from = page.left.0.find("\"study\":").expect("it has one");
        let end = from + page.left.0[from + 9..].find(',').expect("more follows") + 9;
        let forged = [&page.left.0[..from], &study, &page.left.0[end..]].concat();
        let forged = frame(&told(&page), &forged);
        assert_eq!((forged.setup(), forged.notices().len()), (page.setup(), 1), "{beside}");
    }
    // Of one without a link nothing but the frame itself has it.
    let start = Start { embedded: true, ..Options::default().start };
    let mut page = Page::opened(&link, Options { start, packs: false, ..Options::default() });
    page.settle();
    page.drop_file("mine.csv", &table(25));
    page.happen(Event::Xray(XrayEvent::Read));
    page.settle();
    assert!(page.left.1);
    page.happen(Event::Xray(XrayEvent::Close));
    page.settle();
    assert!(!page.left.1);
}
