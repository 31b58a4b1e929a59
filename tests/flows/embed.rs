//! The page in another page: what it tells, and what it is asked.
//!
//! In place of what `a_tutorial_embeds_it_asks_it_and_hears_from_it` and
//! `what_is_asked_before_a_packed_address_is_open_is_shown_within_its_locks` of
//! `tests/browser/embed.rs` show beyond the frame and its messages.

use crate::driver::{self, Options, Order, Page, pack};
use std::collections::BTreeSet;
use tunescape_core::link::message::Command;
use tunescape_core::link::{self};
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::embed::{Finished, Told};
use tunescape_core::state::results::{MAX_POINTS, Results, Value};
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, Kept, Notice, Start, WorkerId};

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
    assert_eq!((page.link(), page.notices().len(), page.failed.len()), (before, 1, 3));
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
    // One that is under way goes on.
    set(&mut page, &format!("{QUICK}&screen=race&race.repeats=1"));
    page.happen(Event::Command(Command::Play));
    page.wait_for("a trial", |page| page.state.race.board.finished() > 0);
    page.happen(Event::Command(Command::Play));
    assert!(page.state.race.running() && page.state.race.board.finished() > 0);
    page.settle();
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

#[test]
fn what_the_page_around_can_not_have_is_told_to_it() {
    let own = "lesson.own=%7B%22a%22:1%7D";
    let wrong = |notice: &Notice| match notice {
        Notice::Link(_) => "link",
        Notice::LinkPart(_) => "part",
        Notice::LessonUnknown { .. } => "unknown",
        Notice::Lesson { .. } => "lesson",
        Notice::LessonNotLoaded { .. } => "file",
        other => panic!("{other:?}"),
    };
    for (link, what) in [
        ("v=2&lesson.name=nonexistent", "unknown"),
        (&format!("v=2&{own}"), "lesson"),
        ("v=2&lesson.name=nowhere.json", "file"),
        // A file that is there, and no lesson.
        ("v=2&lesson.name=no-lesson.json", "lesson"),
        ("v=2&colour=red", "link"),
        ("z=!!!", "link"),
        ("x=!!!&lesson.lock=net", "link"),
        ("v=2&lesson.limit=run.learning_rate:0.01", "part"),
    ] {
        let mut page = embedded(link, Order::First);
        page.wait_for("what is wrong", |page| page.state.ready() && !page.failed.is_empty());
        assert_eq!(page.failed.iter().map(wrong).collect::<Vec<_>>(), [what], "{link}");
        assert_eq!(page.failed, page.notices());
        page.set("search.budget", 7);
        assert_eq!(page.failed.len(), 1, "{link}");
    }
    // So is what is asked for later, each time.
    let mut page = embedded(QUICK, Order::First);
    page.settle();
    for (n, state) in
        ["colour=red", "z=broken", "v=2&colour=red", "v=2&colour=red"].iter().enumerate()
    {
        set(&mut page, state);
        assert_eq!((page.failed.len(), page.notices().len()), (n + 1, 1), "{state}");
    }
    set(&mut page, "v=2&search.budget=5&map.side=8&training.epochs=10");
    assert_eq!((page.failed.len(), page.notices().len(), page.setup().search.budget), (4, 0, 5));
    // And a file that is not there.
    let mut page = embedded("open=maps/none.jsonl", Order::First);
    page.wait_for("what is wrong", |page| !page.failed.is_empty());
    assert!(matches!(page.failed[..], [Notice::LinkedFileUnreadable { .. }]));
    // What the reader does is nobody else's.
    let mut page = embedded(QUICK, Order::First);
    page.settle();
    page.drop_file("own.json", b"{\"pages\":[]}");
    assert_eq!((page.notices().len(), page.failed.len()), (1, 0));
}

#[test]
fn a_rule_that_can_not_be_is_left_out_alone() {
    let limits = "run.learning_rate:0.01,search.budget:2:9,colour:1:2,run.momentum:0.9:0.1,\
        training.epochs:5:20";
    let long = "a".repeat(61);
    let hidden = format!("footer,{long}");
    let link = format!("{QUICK}&search.budget=50&lesson.limit={limits}");
    // As the script of an embed writes them: one list each.
    let link = format!("{link}&lesson.hide={hidden}&lesson.lock=net,colour");
    let mut page = embedded(&link, Order::First);
    page.settle();
    let setup = page.setup();
    assert_eq!((setup.data.name.as_str(), setup.search.budget), ("moons", 9));
    let kept: Vec<&str> = setup.lesson.limit.iter().map(|limit| limit.0.as_str()).collect();
    assert_eq!(kept, ["search.budget", "training.epochs"]);
    assert_eq!(
        (&setup.lesson.lock[..], &setup.lesson.hide[..]),
        (&["net".into()][..], &["footer".into()][..])
    );
    assert!(matches!(page.notices(), [Notice::LinkPart(_)]), "{:?}", page.notices());
    // What is wrong with a lesson is no rule that is left out.
    let mut page = embedded(&format!("{QUICK}&lesson.lock=net&lesson.page=x"), Order::First);
    page.settle();
    assert_eq!((page.setup().data.name.as_str(), page.setup().lesson.lock.len()), ("moons", 1));
    assert!(matches!(page.notices(), [Notice::Link(_)]), "{:?}", page.notices());
    // In a page of its own a link holds as a whole or not at all.
    let page = Page::opened(&link, Options::default());
    assert!(matches!(page.notices(), [Notice::Link(_)]), "{:?}", page.notices());
}

#[test]
fn a_link_with_a_study_opens_within_the_rules_of_its_embed() {
    let table: String = (0..9).map(|n| format!("{},{},{}\n", n % 3, n / 3, n * n)).collect();
    let mut page = Page::open(&format!("{QUICK}&screen=xray"));
    page.drop_file("mine.csv", format!("x,y,value\n{table}").as_bytes());
    page.happen(Event::Xray(XrayEvent::Read));
    page.settle();
    let study = page.address.clone();
    assert!(study.starts_with("x="));
    let opened = |page: &Page| page.state.xray.open.as_ref().map(|open| open.trials());
    let rules = "&lesson.lock=net&lesson.limit=search.budget:5:9";
    for beside in ["", "&", rules] {
        let mut page = embedded(&format!("{study}{beside}"), Order::First);
        page.settle();
        assert_eq!((opened(&page), page.notices().len()), (Some(9), 0), "{beside}");
        assert_eq!((page.setup().screen, page.setup().data.name.as_str()), (Screen::Xray, "moons"));
        let (locked, budget) = if beside == rules { (1, 5) } else { (0, 3) };
        assert_eq!((page.setup().lesson.lock.len(), page.setup().search.budget), (locked, budget));
    }
    // One that can't be opened leaves the rules.
    let mut damaged = embedded(&format!("x=!!!{rules}"), Order::First);
    damaged.wait_for("the data", |page| page.state.ready());
    assert_eq!((opened(&damaged), damaged.setup().lesson.lock.len()), (None, 1));
    // Nor does one that takes its time take the place of what was opened since.
    let mut slow = Page::open(QUICK);
    slow.happen(Event::Link(format!("#{study}{rules}")));
    slow.happen(Event::Link("#v=2&data.name=xor&map.side=8".into()));
    slow.settle();
    assert_eq!((opened(&slow), slow.setup().lesson.lock.len()), (None, 0));
    assert_eq!(slow.setup().data.name, "xor");
    // One that is asked for unlocks nothing.
    let mut page = embedded(&format!("{QUICK}{rules}"), Order::First);
    page.settle();
    set(&mut page, &format!("#{study}&lesson.lock=[]"));
    assert_eq!((opened(&page), page.setup().lesson.lock.len()), (Some(9), 1));
    assert_eq!(page.setup().screen, Screen::Xray);
}

/// What is told of trials because something happens, until nothing is left to do, and when.
fn told_after(page: &mut Page, happens: impl FnOnce(&mut Page)) -> Vec<(f64, Results)> {
    let mut heard = Vec::new();
    let mut seen = page.told.len();
    happens(page);
    loop {
        for told in &page.told[seen..] {
            if let Told::Results(results) = told {
                heard.push((driver::now(), results.clone()));
            }
        }
        seen = page.told.len();
        if !page.step() {
            return heard;
        }
    }
}

const CHOICES: &str = "&search.budget=12&space.layers=[1,2]&space.units_2=[2,8]\
    &space.rule=[\"momentum\",\"adam\"]";

#[test]
fn trials_are_told_of_as_they_come_and_no_more_than_five_times_a_second() {
    let mut page = embedded(&format!("{QUICK}{CHOICES}"), Order::First);
    page.settle();
    assert!(!page.told.iter().any(|told| matches!(told, Told::Results(_))), "there are no trials");
    let heard = told_after(&mut page, |page| {
        page.happen(Event::Study(StudyEvent::Speed(2)));
        page.happen(Event::Study(StudyEvent::Play));
    });
    // More than one, and far fewer than events.
    assert!((2..12).contains(&heard.len()), "{}", heard.len());
    for pair in heard.windows(2) {
        assert!(pair[1].0 - pair[0].0 >= 200.0, "{} after {}", pair[1].0, pair[0].0);
        assert_ne!(pair[0].1, pair[1].1, "nothing new");
    }
    // The last one is whole.
    let last = &heard[heard.len() - 1].1;
    assert_eq!(last.parameters, ["learning_rate", "momentum", "rule", "layers", "units_2"]);
    assert_eq!((last.metric.as_str(), last.maximize, last.shown), ("loss", false, 12));
    let points = page.points();
    assert_eq!(last.trials.len(), 12);
    for (n, (row, point)) in last.trials.iter().zip(&points).enumerate() {
        assert_eq!((row.trial, row.score), (n + 1, page.losses()[n]));
        assert_eq!(row.state, if row.score.is_some() { "completed" } else { "diverged" });
        assert_eq!(row.values[0], Value::Number(point[0]));
        let rule = ["momentum", "adam"][point[2] as usize];
        assert_eq!(row.values[2], Value::Choice(rule.into()));
        // The second layer's units are none where there is one layer.
        let units = if point[3] < 2.0 { Value::None } else { Value::Number(point[4]) };
        assert_eq!(row.values[4], units);
        assert!(row.curve.is_none(), "nobody asked for curves");
    }
    assert!(points.iter().any(|p| p[3] < 2.0) && points.iter().any(|p| p[3] == 2.0));
}

#[test]
fn who_asks_is_answered_with_curves_at_the_same_pace() {
    let mut page = embedded(&format!("{QUICK}&search.run=3&search.shown=3"), Order::First);
    page.settle();
    // Many questions at once are one answer, by the number of the last.
    let heard = told_after(&mut page, |page| {
        for number in 1..=50 {
            page.happen(Event::Command(Command::Results { number, curves: number == 7 }));
        }
    });
    let answers: Vec<u32> = heard.iter().map(|(_, results)| results.asked).collect();
    assert!(answers.len() <= 2 && answers.last() == Some(&50), "{answers:?}");
    let rows: Vec<_> = heard.iter().flat_map(|(_, results)| &results.trials).collect();
    let curves: Vec<_> = rows.iter().filter_map(|row| row.curve.as_ref()).collect();
    assert_eq!(curves.len(), 3);
    for (curve, trial) in curves.iter().zip(page.state.study.study.trials()) {
        let own: Vec<_> =
            trial.curve.iter().map(|(e, r)| (*e, r.train_loss, r.valid_loss)).collect();
        assert_eq!(**curve, own);
    }
    // A step back is told; the reader's notes are not.
    page.edit(Edit::Annotate { trial: 0, note: "for me alone".into() });
    let heard = told_after(&mut page, |page| page.study(StudyEvent::Show(2)));
    assert_eq!(heard.last().map(|(_, results)| results.shown), Some(2));
    let told = serde_json::to_string(&page.told).expect("it serialises");
    assert!(!told.contains("for me alone"));
    // Other data: the trials are other ones.
    let before = page.losses();
    let heard = told_after(&mut page, |page| page.set("data.name", "xor"));
    let (_, last) = heard.last().expect("there is news");
    let scores: Vec<_> = last.trials.iter().map(|row| row.score).collect();
    assert_eq!(scores, page.losses());
    assert_ne!(scores, before);
}

#[test]
fn long_curves_are_told_of_in_a_bounded_number_of_points() {
    let link = "v=1&data.name=moons&data.rows=60&map.side=8&training.epochs=1000&search.budget=1\
        &search.strategy=random&backend=cpu&search.run=1&search.shown=1";
    let mut page = embedded(link, Order::First);
    page.settle();
    let ask = Event::Command(Command::Results { number: 1, curves: true });
    let heard = told_after(&mut page, |page| page.happen(ask));
    let curve = heard.last().and_then(|(_, results)| results.trials[0].curve.clone());
    let curve = curve.expect("a curve");
    let trial = &page.state.study.study.trials()[0];
    assert_eq!(curve.len(), MAX_POINTS.min(trial.epochs() + 1));
    let ends = (curve[0].0, curve[curve.len() - 1].0);
    assert_eq!(ends, (0, trial.epochs()));
    assert!(curve.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn what_is_asked_for_before_the_data_are_there_is_played_then() {
    let other = QUICK.replace("moons", "xor");
    let packed = format!("z={}", pack(&other));
    let ask_at_once = |states: &[&str], commands: &[Command], order| {
        let mut page = embedded(QUICK, order);
        page.settle();
        for state in states {
            page.happen(Event::Command(Command::Set { state: (*state).into() }));
        }
        commands.iter().for_each(|command| page.happen(Event::Command(command.clone())));
        page.settle();
        assert!(page.notices().is_empty(), "{:?}", page.notices());
        page
    };
    for order in [Order::First, Order::Any(1), Order::Any(2)] {
        for state in [&other, &packed] {
            let played = |commands: &[Command]| ask_at_once(&[state], commands, order);
            assert_eq!(played(&[Command::Play]).losses().len(), 3);
            assert_eq!(played(&[Command::Step]).losses().len(), 1);
            assert_eq!(played(&[Command::Play, Command::Pause]).losses().len(), 0);
            assert_eq!(played(&[]).losses().len(), 0);
            // It was the other study that was to be played.
            let mut page = ask_at_once(&[state], &[], order);
            page.happen(Event::Command(Command::Set { state: packed.clone() }));
            page.happen(Event::Command(Command::Play));
            page.happen(Event::Command(Command::Set { state: QUICK.into() }));
            page.settle();
            assert_eq!((page.setup().data.name.as_str(), page.losses().len()), ("moons", 0));
        }
        let explored = ask_at_once(&[&format!("{other}&screen=explore")], &[Command::Play], order);
        assert_eq!(explored.state.run.frame.as_ref().map(|frame| frame.epoch), Some(10));
        let race = format!("{other}&screen=race&race.repeats=2");
        assert_eq!(ask_at_once(&[&race], &[Command::Play], order).state.race.board.finished(), 3);
        // Not even a worker that dies meanwhile takes it back.
        let mut page = embedded(QUICK, order);
        page.happen(Event::Command(Command::Play));
        page.kill(WorkerId::Study);
        page.settle();
        assert_eq!(page.losses().len(), 3);
    }
}

/// `web/embed.d.ts` is what pages in TypeScript are written against.
#[test]
fn what_is_told_has_the_types_that_are_published() {
    let types = std::fs::read_to_string("web/embed.d.ts").expect("the types");
    let fields = |interface: &str| -> BTreeSet<String> {
        let (_, rest) = types.split_once(&format!("interface {interface} {{")).expect(interface);
        let (body, _) = rest.split_once("\n}").expect("an end");
        let field = |line: &str| Some(line.trim().split_once(':')?.0.trim_end_matches('?').into());
        body.lines()
            .filter(|line| !line.trim_start().starts_with(['/', '*']))
            .filter_map(field)
            .collect()
    };
    let keys = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    let mut page = embedded(&format!("{QUICK}&search.run=3&search.shown=3"), Order::First);
    page.settle();
    let ask = Event::Command(Command::Results { number: 1, curves: true });
    let heard = told_after(&mut page, |page| page.happen(ask));
    let (_, results) = heard.last().expect("an answer");
    let told = serde_json::to_value(results).expect("it serialises");
    let mut found = keys(&told);
    // `embed.js` keeps the number of the question for itself.
    assert!(found.remove("asked"));
    assert_eq!(found, fields("TunescapeResults"));
    assert_eq!(keys(&told["trials"][0]), fields("TunescapeTrial"));
    for told in &page.told {
        let told = serde_json::to_value(told).expect("it serialises");
        let kind = told["type"].as_str().expect("a kind");
        assert!(fields("TunescapeEvents").contains(kind), "{kind}");
    }
}
