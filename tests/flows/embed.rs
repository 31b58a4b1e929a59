//! The page in another page: what it tells, and what it is asked.
//!
//! In place of what `a_tutorial_embeds_it_asks_it_and_hears_from_it` and
//! `what_is_asked_before_a_packed_address_is_open_is_shown_within_its_locks` of
//! `tests/browser/embed.rs` show beyond the frame and its messages.

use crate::driver::{Options, Order, Page, pack};
use tunescape_core::link::message::Command;
use tunescape_core::link::{self};
use tunescape_core::state::embed::{Finished, Told};
use tunescape_core::state::{Event, Kept, Start};

const QUICK: &str = "v=1&data.name=moons&map.side=8&training.epochs=10&search.budget=3\
    &search.strategy=random&backend=cpu";

fn embedded(link: &str, order: Order) -> Page {
    let start = Start { embedded: true, ..Options::default().start };
    Page::opened(link, Options { start, order, ..Options::default() })
}

fn ask(page: &mut Page, command: Command) {
    page.happen(Event::Command(command));
    page.settle();
}

fn set(page: &mut Page, state: &str) {
    ask(page, Command::Set { state: state.into() });
}

fn finished(page: &Page) -> Vec<Finished> {
    let one = |told: &Told| match told {
        Told::Finished(finished) => Some(finished.clone()),
        _ => None,
    };
    page.told.iter().filter_map(one).collect()
}

#[test]
fn a_tutorial_asks_for_a_study_and_hears_of_it() {
    let mut page =
        embedded(&format!("{QUICK}&lesson.lock=net&lesson.limit=search.budget:2:9"), Order::First);
    page.settle();
    assert_eq!(page.told.iter().filter(|told| **told == Told::Ready).count(), 1);
    ask(&mut page, Command::Step);
    assert_eq!(page.losses().len(), 1);
    assert!(page.told.contains(&Told::Stepped { trials: 1, best: page.losses()[0] }));
    ask(&mut page, Command::Play);
    ask(&mut page, Command::Pause);
    ask(&mut page, Command::Play);
    assert_eq!(finished(&page), [Finished::Search { trials: 3 }]);
    let best = page.losses().into_iter().flatten().min_by(f64::total_cmp);
    assert!(page.told.contains(&Told::Stepped { trials: 3, best }));
    assert!(page.state.is_embedded());
    // What was last on show in an embed is none's own page.
    assert!(!page.kept.contains_key(Kept::LastLink.key()));
    // What is locked stays, and what is limited stays in its range.
    let free = "&net.hidden=[3]&search.budget=50&lesson.lock=[]&lesson.limit=[]";
    set(&mut page, &format!("#{QUICK}&data.name=xor{free}"));
    let Some(Told::State { state }) =
        page.told.iter().rfind(|told| matches!(told, Told::State { .. }))
    else {
        panic!("{:?}", page.told);
    };
    let told = link::read(state).expect("a link");
    assert_eq!(&told, page.setup());
    assert_eq!((told.net.hidden, told.search.budget), (vec![8, 8], 9));
    assert_eq!(
        (told.data.name.as_str(), told.lesson.lock.as_slice()),
        ("xor", &["net".into()][..])
    );
    // Other data: it is ready anew.
    assert_eq!(page.told.iter().filter(|told| **told == Told::Ready).count(), 2);
    // Nonsense changes nothing.
    let before = page.link();
    set(&mut page, "v=9");
    set(&mut page, "z=!!!");
    set(&mut page, "nonsense");
    assert_eq!((page.link(), page.notices().len()), (before, 0));
}

#[test]
fn every_screen_says_when_it_has_finished() {
    let mut page = embedded(&format!("{QUICK}&screen=explore&data.name=gauss"), Order::First);
    page.settle();
    // It goes to its epochs, and rests there until it is played on.
    ask(&mut page, Command::Step);
    assert_eq!(page.epoch(), Some(1));
    ask(&mut page, Command::Play);
    assert_eq!(page.epoch(), Some(10));
    let loss = Some(f64::from(page.reports()[10].valid_loss));
    assert_eq!(finished(&page), [Finished::Explore { epochs: 10, diverged: false, loss }]);
    page.told.clear();
    set(&mut page, &format!("{QUICK}&screen=explore&data.name=xor&run.learning_rate=1000000"));
    ask(&mut page, Command::Play);
    let [Finished::Explore { diverged: true, epochs, .. }] = finished(&page)[..] else {
        panic!("{:?}", page.told);
    };
    assert!(epochs < 10, "{epochs}");
    page.told.clear();
    set(&mut page, &format!("{QUICK}&screen=race&data.name=circle&race.repeats=1"));
    page.happen(Event::Command(Command::Play));
    page.happen(Event::Command(Command::Pause));
    page.settle();
    assert_eq!(finished(&page), []);
    ask(&mut page, Command::Play);
    assert_eq!(finished(&page), [Finished::Race { trials: 3 }]);
    ask(&mut page, Command::Step);
    assert_eq!(page.state.race.shown(), 3);
    // A run that plays is paused.
    set(&mut page, &format!("{QUICK}&screen=explore"));
    page.happen(Event::Command(Command::Play));
    page.wait_for("an epoch", |page| page.epoch() >= Some(1));
    page.happen(Event::Command(Command::Pause));
    page.wait_for("the pause", Page::run_rests);
    assert!(page.epoch() < Some(10));
}

#[test]
fn a_met_goal_is_told_with_its_lesson_and_page() {
    for seed in 0..4 {
        let mut page = embedded("v=1&lesson.name=own-lesson.json", Order::Any(seed));
        page.settle();
        // Not before the lesson, whose file may come late, has set up what it speaks of.
        let place = |wanted: &Told| page.told.iter().position(|told| told == wanted);
        let (ready, state) = (place(&Told::Ready), place(&Told::State { state: page.link() }));
        assert!(state.is_some() && ready > state, "seed {seed}: {:?}", page.told);
        ask(&mut page, Command::Play);
        let lesson = "own-lesson.json".to_string();
        assert_eq!(page.told.last(), Some(&Told::Goal { lesson, page: 1 }));
    }
}

#[test]
fn what_is_asked_before_a_packed_address_is_open_is_shown_within_its_locks() {
    let packed = |link: String| format!("z={}", pack(&link));
    let address = packed(format!("{QUICK}&net.hidden=[3]&search.budget=5"));
    let older = packed(format!("{QUICK}&data.name=circle"));
    for seed in 0..8 {
        let mut page = embedded(&format!("{address}&lesson.lock=net"), Order::Any(seed));
        // Nobody knows from outside when the page begins to listen.
        let asked = [older.clone(), format!("{QUICK}&data.name=gauss&net.hidden=[4]")];
        for state in asked.into_iter().cycle().take(6) {
            page.happen(Event::Command(Command::Set { state }));
        }
        page.settle();
        ask(&mut page, Command::Step);
        assert_eq!(page.losses().len(), 1, "seed {seed}");
        let setup = page.setup();
        assert_eq!((setup.data.name.as_str(), setup.search.budget), ("gauss", 3), "seed {seed}");
        assert_eq!((setup.net.hidden.as_slice(), setup.lesson.lock.len()), (&[3][..], 1));
    }
}

#[test]
fn a_wrong_link_in_an_embed_keeps_its_locks() {
    let mut page = embedded(
        "v=1&colour=red&lesson.lock=net&lesson.limit=search.budget:2:9&lesson.hide=nothing",
        Order::First,
    );
    page.wait_for("the data", |page| page.state.ready());
    assert_eq!(
        (page.setup().lesson.lock.as_slice(), page.notices().len()),
        (&["net".into()][..], 1)
    );
    assert_eq!(page.setup().search.budget, 9);
    page.set("net.hidden", vec![3]);
    assert_eq!(page.setup().net.hidden.len(), 2);
}
