//! Studies from elsewhere: every kind of file, what strategies make of them, and what goes wrong.
//! The files lie in `tests/import`, beside the scripts that made them.

use crate::driver::{Options, Order, Page, pack, unpack};
use std::collections::BTreeSet;
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::Role;
use tunescape_core::import::replay::Raced;
use tunescape_core::import::{Direction, ImportError, Note, TrialState};
use tunescape_core::search::{Quantity, Reason, StrategyName};
use tunescape_core::setup::typed::Field;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::large::StoreError;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::xray::contour::SIDE;
use tunescape_core::state::xray::opening::{EXAMPLE, Stage};
use tunescape_core::state::xray::{OpenStudy, Part, WHOLE, XrayEvent};
use tunescape_core::state::{Event, Kept, Notice, Start, WorkerId};
use tunescape_core::worker::xray::{XrayReply, XrayRequest};
use tunescape_core::worker::{Reply, Request};

const SMALL: &str = "v=1&data.name=moons&map.side=8&training.epochs=2&search.budget=2";

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("tests/import/{name}")).expect("a file")
}

fn xray(page: &mut Page, event: XrayEvent) {
    page.happen(Event::Xray(event));
    page.settle();
}

/// A page on which one of the files has been dropped.
fn dropped(name: &str) -> Page {
    let mut page = Page::open(SMALL);
    page.drop_file(name, &file(name));
    page
}

fn open(page: &Page) -> &OpenStudy {
    page.state.xray.open.as_deref().expect("an open study")
}

fn stage(page: &Page) -> &Stage {
    &page.state.xray.opening.as_ref().expect("a file").stage
}

/// How many requests about a study were sent.
fn asked(page: &Page) -> usize {
    page.asked.iter().filter(|(_, request)| matches!(request, Request::Xray { .. })).count()
}

#[test]
fn whoever_has_no_file_opens_the_example() {
    let options = Options { missing: vec![EXAMPLE], ..Options::default() };
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), options);
    for _ in 0..2 {
        xray(&mut page, XrayEvent::Example);
        assert_eq!(page.notices(), [Notice::ExampleNotLoaded]);
    }
    page.options.missing.clear();
    let loads = |page: &Page| page.state.loads_example();
    page.happen(Event::Xray(XrayEvent::Example));
    page.happen(Event::Xray(XrayEvent::Example));
    assert!(loads(&page));
    page.wait_for("the study", |page| page.state.xray.open.is_some());
    assert!(!loads(&page));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let study = open(&page);
    assert_eq!(
        (study.name.as_str(), study.view.len(), study.view.races),
        (EXAMPLE, 160, Some(101))
    );
    // Both have many values, and every trial has them; the first hyperparameter has three values.
    let names = study.axes.map(|axis| &study.view.parameters[study.view.searched[axis]].name);
    assert_eq!(names, ["units_1", "learning_rate"]);
    // Another file that was opened meanwhile counts.
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), Options::default());
    page.happen(Event::Xray(XrayEvent::Example));
    page.drop_file("lookalikes/boosting.log", &file("lookalikes/boosting.log"));
    page.settle();
    assert_eq!(open(&page).view.len(), 4);
}

#[test]
fn a_journal_leads_to_its_study() {
    let mut page = dropped("lookalikes/boosting.log");
    assert_eq!(page.setup().screen, Screen::Xray);
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let study = open(&page);
    assert_eq!((study.view.len(), study.shown, study.at_end()), (4, 4, true));
    assert_eq!(study.view.objectives[0].direction, Direction::Maximize);
    assert_eq!(study.best().map(|best| best.0), Some(0));
    // What was set up stays, and so does what trains.
    assert_eq!(page.setup().data.name, "moons");
    let thought = study.thought(0).expect("what the strategy says");
    assert_eq!(thought.told, [0, 1]);
    assert!(!study.is_thinking(0));
    xray(&mut page, XrayEvent::Close);
    assert!(page.state.xray.open.is_none());
}

#[test]
fn of_several_studies_one_is_chosen() {
    for name in ["optuna/journal-5.0.0.log", "optuna/study-5.0.0.db", "optuna/journal-4.9.0.log"] {
        let mut page = dropped(name);
        let Stage::Studies(all) = stage(&page) else { panic!("{name}: {:?}", stage(&page)) };
        assert!(all.len() > 1 && page.state.xray.open.is_none(), "{name}");
        let all = all.clone();
        for (at, summary) in all.iter().enumerate() {
            xray(&mut page, XrayEvent::Choose(at));
            let study = open(&page);
            assert_eq!((&study.view.name, study.view.len()), (&summary.name, summary.trials));
            assert_eq!(study.view.objectives.len(), summary.objectives);
            page.drop_file(name, &file(name));
        }
        // Nothing is lost by opening another and thinking better of it.
        let before = open(&page).view.name.clone();
        xray(&mut page, XrayEvent::Cancel);
        assert_eq!(open(&page).view.name, before);
    }
}

#[test]
fn the_columns_of_a_table_are_asked_for_and_can_be_changed() {
    for name in ["optuna/trials-5.0.0.csv", "lookalikes/sweep.csv"] {
        let mut page = dropped(name);
        let Stage::Columns(columns) = stage(&page) else { panic!("{name}: {:?}", stage(&page)) };
        assert_eq!(columns.header.len(), columns.guess.columns.len());
        let guess = columns.guess.clone();
        let value = guess.columns.iter().position(|(_, role)| matches!(role, Role::Value(_)));
        let value = value.expect("a value");
        xray(&mut page, XrayEvent::Column(value, Role::Value(Direction::Maximize)));
        xray(&mut page, XrayEvent::Read);
        let most = open(&page).view.clone();
        assert_eq!(most.objectives[0].direction, Direction::Maximize);
        assert!(most.parameters.len() > 1, "{name}");
        // Once more, the other way round.
        xray(&mut page, XrayEvent::Columns);
        xray(&mut page, XrayEvent::Column(value, Role::Value(Direction::Minimize)));
        xray(&mut page, XrayEvent::Read);
        let least = open(&page).view.clone();
        assert_eq!(least.objectives[0].direction, Direction::Minimize);
        let finite = |losses: &[f64]| losses.iter().filter(|l| l.is_finite()).count();
        assert!(finite(&least.losses) > 1 && finite(&least.losses) == finite(&most.losses));
        let both = least.losses.iter().zip(&most.losses);
        assert!(both.filter(|(a, _)| a.is_finite()).all(|(a, b)| *a == -b), "{name}");
    }
}

#[test]
fn a_table_that_may_be_either_is_asked_about() {
    let table = b"lr,batch_size,score\n0.1,8,0.5\n0.01,16,0.7\n0.03,8,0.6\n0.2,32,0.4\n";
    let mut page = Page::open(SMALL);
    page.drop_file("table.csv", table);
    assert_eq!(stage(&page), &Stage::Undecided);
    assert!(page.state.file.is_none());
    xray(&mut page, XrayEvent::Holds { trials: false });
    assert!(page.state.file.is_some() && page.state.xray.opening.is_none());
    page.drop_file("table.csv", table);
    xray(&mut page, XrayEvent::Holds { trials: true });
    assert!(matches!(stage(&page), Stage::Columns(_)));
    xray(&mut page, XrayEvent::Read);
    assert_eq!(open(&page).view.len(), 4);
    // Where there is nothing to train, every table is one of trials.
    page.drop_file("plain.csv", b"a,b\n1,2\n2,1\n3,5\n");
    assert!(matches!(stage(&page), Stage::Columns(_)));
    // Elsewhere one like that is data.
    let mut page = Page::open(SMALL);
    page.drop_file("plain.csv", b"a,b\n1,2\n2,1\n3,5\n");
    assert!(page.state.file.is_some() && page.state.xray.opening.is_none());
}

#[test]
fn this_pages_own_study_comes_back() {
    let trials = (0..12).map(|n| {
        let (rate, score) = (0.01 * f64::from(n + 1), 0.3 + 0.01 * f64::from((n - 6) * (n - 6)));
        format!(r#"{{"ended":"completed","score":{score},"values":["{rate}","0.5"],"curve":[]}}"#)
    });
    let trials: Vec<String> = trials.collect();
    let text = format!(r#"{{"setup":"{SMALL}","metric":"loss","trials":[{}]}}"#, trials.join(","));
    let mut page = Page::open(SMALL);
    page.drop_file("study.json", text.as_bytes());
    let study = open(&page);
    assert_eq!((study.view.len(), study.best()), (12, Some((6, 0.3))));
    // A lesson is none.
    page.drop_file("lesson.json", b"{\"title\": 1}");
    assert!(matches!(page.notices(), [Notice::Lesson { .. }]), "{:?}", page.notices());
    assert_eq!(open(&page).view.len(), 12);
}

#[test]
fn what_is_damaged_is_said_with_its_place_and_what_was_open_stays() {
    let mut page = dropped("lookalikes/boosting.log");
    let before = open(&page).view.clone();
    for (name, bytes) in [
        ("none.log", b"".to_vec()),
        ("short.db", b"SQLite format 3\0".to_vec()),
        ("bad.log", b"{\"op_code\": 0,,\n".to_vec()),
        ("one.csv", b"a\n1\n".to_vec()),
        ("own.json", b"{\"setup\":\"v=1\",\"trials\":3}".to_vec()),
    ] {
        page.state.notices.clear();
        page.drop_file(name, &bytes);
        let said = page.notices();
        let wrong = matches!(said, [Notice::Study { name: of, .. }] if of == name);
        assert!(wrong, "{name}: {said:?}");
        assert!(std::rc::Rc::ptr_eq(&open(&page).view, &before), "{name}");
        assert!(page.state.xray.opening.is_none(), "{name}");
    }
    // All that comes before the damage is kept, and its line is named.
    let mut text = file("lookalikes/boosting.log");
    let lines = text.iter().filter(|b| **b == b'\n').count();
    text.truncate(text.len() - 30);
    page.state.notices.clear();
    page.drop_file("cut.log", &text);
    match page.notices() {
        [Notice::StudyDamaged { note: Note::Line { line, .. }, .. }] => assert_eq!(*line, lines),
        other => panic!("{other:?}"),
    }
    assert_eq!(open(&page).name, "cut.log");
    assert_eq!(open(&page).view.len(), 4);
}

#[test]
fn a_large_file_is_refused() {
    let mut page = Page::open(SMALL);
    let mut bytes = b"{\"op_code\": 0}\n".to_vec();
    bytes.resize(tunescape_core::import::limits::MAX_BYTES + 1, b' ');
    page.happen(Event::File(tunescape_core::state::file::FileEvent::Opened(
        "large.log".into(),
        Some(bytes),
    )));
    let said = page.notices();
    assert!(
        matches!(said, [Notice::Study { error: ImportError::TooLarge { .. }, .. }]),
        "{said:?}"
    );
}

/// A study of 30 trials of a bowl, as a table.
fn bowl(trials: usize) -> Vec<u8> {
    let mut text = String::from("x,y,value\n");
    for n in 0..trials {
        let at = |prime: f64| (n as f64 * prime).fract();
        let (x, y) = (at(0.618_034), at(0.754_877));
        let value = (x - 0.7) * (x - 0.7) + (y - 0.3) * (y - 0.3);
        text += &format!("{x},{y},{value}\n");
    }
    text.into_bytes()
}

/// A page with an open table of that bowl.
fn with_bowl(options: Options, trials: usize) -> Page {
    let mut page = Page::opened(&format!("{SMALL}&screen=xray"), options);
    page.settle();
    page.drop_file("bowl.csv", &bowl(trials));
    xray(&mut page, XrayEvent::Read);
    page
}

#[test]
fn any_strategy_says_where_it_would_go_after_any_number_of_trials() {
    let mut page = with_bowl(Options::default(), 30);
    for name in StrategyName::ALL.into_iter().filter(|name| name.races()) {
        xray(&mut page, XrayEvent::Ask(0, Some(name)));
        for n in [30, 12, 0] {
            xray(&mut page, XrayEvent::Step(n));
            let study = open(&page);
            let thought = study.thought(0).expect("a proposal");
            assert_eq!(thought.told, (0..n).collect::<Vec<_>>(), "{name:?}");
            assert!(study.view.space.as_ref().unwrap().contains(&thought.proposal.point));
            if name.has_maps() && n == 30 {
                let layers = &thought.mind.belief.layers;
                assert!(layers.iter().all(|(_, values)| values.len() == 1600), "{name:?}");
                assert!(!layers.is_empty(), "{name:?}");
            }
        }
    }
    // Nobody trains, and none can be asked that needs slopes or rungs.
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Hypergradient)));
    assert_ne!(open(&page).strategies[0], StrategyName::Hypergradient);
}

#[test]
fn two_strategies_answer_side_by_side_and_answers_are_remembered() {
    let mut page = with_bowl(Options::default(), 30);
    xray(&mut page, XrayEvent::Ask(1, Some(StrategyName::Tpe)));
    let study = open(&page);
    assert_eq!(study.strategies, [StrategyName::Bayesian, StrategyName::Tpe]);
    let quantity = |place: usize| study.thought(place).unwrap().mind.belief.layers[0].0;
    assert_eq!((quantity(0), quantity(1)), (Quantity::Mean, Quantity::Good));
    assert!(matches!(study.thought(0).unwrap().proposal.reason, Reason::Model { .. }));
    xray(&mut page, XrayEvent::Step(20));
    let before = asked(&page);
    xray(&mut page, XrayEvent::Step(30));
    assert_eq!(asked(&page), before, "both are known");
    xray(&mut page, XrayEvent::Ask(1, None));
    assert_eq!(open(&page).strategies, [StrategyName::Bayesian]);
}

#[test]
fn a_result_typed_in_is_a_trial_that_the_strategy_hears_of() {
    let mut page = with_bowl(Options::default(), 20);
    let first = open(&page).thought(0).unwrap().proposal.point.clone();
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    let study = open(&page);
    assert_eq!((study.trials(), study.shown, study.by_hand[0].loss), (21, 21, 0.5));
    assert_eq!(study.by_hand[0].point, first);
    let thought = study.thought(0).unwrap();
    assert_eq!(thought.told.last(), Some(&20));
    assert_ne!(thought.proposal.point, first);
    // Moved, it is the reader's own.
    xray(&mut page, XrayEvent::Move([0.25, 0.75]));
    let moved = open(&page).moved.clone().expect("a place");
    let unit = open(&page).view.space.as_ref().unwrap().to_unit(&moved);
    assert!((unit[0] - 0.25).abs() < 1e-9 && (unit[1] - 0.75).abs() < 1e-9, "{unit:?}");
    assert_eq!(open(&page).thought(0).unwrap().through, moved);
    xray(&mut page, XrayEvent::Tell(0, -1.0));
    let study = open(&page);
    assert_eq!((&study.by_hand[1].reason, study.moved.is_some()), (&Reason::Hand, false));
    assert_eq!(study.best(), Some((21, -1.0)));
    // Only where all is told can it go on.
    xray(&mut page, XrayEvent::Step(5));
    xray(&mut page, XrayEvent::Tell(0, 0.1));
    assert_eq!(open(&page).trials(), 22);
    xray(&mut page, XrayEvent::Untell);
    xray(&mut page, XrayEvent::Untell);
    xray(&mut page, XrayEvent::Step(20));
    assert_eq!(
        (open(&page).trials(), open(&page).thought(0).unwrap().proposal.point == first),
        (20, true)
    );
}

#[test]
fn the_keyboard_goes_on_where_what_it_used_is_gone() {
    let mut page = with_bowl(Options::default(), 20);
    let focused = |page: &Page| page.focused.last().cloned().unwrap_or_default();
    xray(&mut page, XrayEvent::Ask(1, Some(StrategyName::Tpe)));
    assert_eq!(focused(&page), "xray-second");
    page.happen(Event::Xray(XrayEvent::Tell(1, 0.5)));
    assert_eq!(focused(&page), "xray-second", "there is no field while it thinks");
    page.settle();
    assert_eq!(focused(&page), "xray-result-2");
    xray(&mut page, XrayEvent::Ask(1, None));
    assert_eq!(focused(&page), "xray-beside");
    // Whoever does something else meanwhile is not called back.
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.4)));
    xray(&mut page, XrayEvent::Look(Part::Table));
    assert_eq!(focused(&page), "xray-beside");
}

#[test]
fn what_was_wrong_with_a_result_is_told_until_the_next() {
    let mut page = with_bowl(Options::default(), 20);
    let wrong = |page: &mut Page| {
        let error = Field::Number.read("abc").expect_err("no number");
        page.happen(Event::Mistyped(error));
        assert_eq!(page.notices().len(), 1);
    };
    wrong(&mut page);
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    assert!(page.notices().is_empty() && open(&page).by_hand.len() == 1);
    wrong(&mut page);
    page.edit(Edit::choose("screen", &Screen::Search));
    assert!(page.notices().is_empty());
    page.edit(Edit::choose("screen", &Screen::Xray));
    wrong(&mut page);
    xray(&mut page, XrayEvent::Close);
    assert!(page.notices().is_empty());
}

#[test]
fn a_result_is_of_the_present_proposal_alone() {
    let mut page = with_bowl(Options::default(), 20);
    // Two in a row: when the second comes, nobody knows yet what it is of.
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.5)));
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.5)));
    assert_eq!(open(&page).by_hand.len(), 1);
    page.settle();
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    let own = &open(&page).by_hand;
    assert_eq!(own.len(), 2);
    assert_ne!(own[0].point, own[1].point);
}

#[test]
fn a_question_that_comes_to_nothing_is_not_waited_for() {
    let mut page = with_bowl(Options::default(), 100);
    let events = [
        XrayEvent::Tell(0, 0.5),
        XrayEvent::Look(Part::Importance),
        XrayEvent::Race,
        XrayEvent::Tell(0, 0.5),
    ];
    let before = page.asked.len();
    events.into_iter().for_each(|event| page.happen(Event::Xray(event)));
    let study = open(&page);
    assert!(study.is_thinking(0) && study.is_explaining() && study.is_racing());
    assert!(study.thought(0).is_some());
    let jobs: Vec<u32> = page.asked[before..]
        .iter()
        .filter_map(|(_, request)| match request {
            Request::Xray { job, .. } => Some(*job),
            _ => None,
        })
        .collect();
    assert!(jobs.len() > 2);
    for job in jobs {
        let reply = Reply::Xray(job, XrayReply::Nothing);
        page.happen(Event::Reply(WorkerId::Study, Box::new(reply)));
    }
    let study = open(&page);
    assert!(!study.is_thinking(0) && !study.is_explaining() && !study.is_racing());
    assert!(study.thought(0).is_none());
}

#[test]
fn importance_is_asked_for_where_it_is_looked_at() {
    let mut page = with_bowl(Options::default(), 30);
    assert!(open(&page).importance().is_none());
    xray(&mut page, XrayEvent::Look(Part::Importance));
    let found = open(&page).importance().flatten().expect("30 trials say something");
    assert_eq!(found.alone.len(), 2);
    xray(&mut page, XrayEvent::Step(1));
    assert!(open(&page).importance().expect("an answer").is_none(), "one trial says nothing");
}

#[test]
fn strategies_race_over_a_dense_table() {
    let mut page = with_bowl(Options::default(), 30);
    assert_eq!(open(&page).view.races, None);
    let mut page2 = with_bowl(Options::default(), 100);
    assert_eq!(open(&page2).view.races, Some(100));
    page.happen(Event::Xray(XrayEvent::Ask(0, Some(StrategyName::Tpe))));
    xray(&mut page2, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    xray(&mut page2, XrayEvent::Race);
    let race = open(&page2).race.clone().expect("a race");
    assert_eq!((race.done, race.seeds), (race.all, 100));
    assert_eq!(race.strategies, [StrategyName::Random, StrategyName::Tpe, StrategyName::Halton]);
    assert!(race.bands.iter().all(|band| band.len() == race.budget));
    let [_, chance, _] = race.reach[0].expect("quartiles");
    let [_, model, _] = race.reach[1].expect("quartiles");
    assert!(model < chance, "{model} {chance}");
    assert!(!open(&page2).is_racing());
}

fn races((_, request): &&(WorkerId, Request)) -> bool {
    matches!(request, Request::Xray { request: XrayRequest::Race { .. }, .. })
}

fn crew_of((worker, _): &(WorkerId, Request)) -> Option<usize> {
    if let WorkerId::Crew(number) = worker { Some(*number) } else { None }
}

/// How a race over the bowl ends with so many workers, after something happens to them.
fn race_of(crew: usize, order: Order, happens: impl Fn(&mut Page)) -> Raced {
    let mut page = with_bowl(Options { crew, order, ..Options::default() }, 100);
    // One that takes less time than a model.
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    page.happen(Event::Xray(XrayEvent::Race));
    happens(&mut page);
    page.settle();
    assert!(!open(&page).is_racing());
    let racers: BTreeSet<usize> = page.asked.iter().filter(races).filter_map(crew_of).collect();
    assert_eq!(racers, (0..crew).collect());
    (**open(&page).race.as_ref().expect("a race")).clone()
}

#[test]
fn a_race_ends_the_same_whoever_runs_it_and_dies_on_the_way() {
    let far = |page: &mut Page, trials: usize| {
        page.wait_for("some of it", |page| {
            open(page).race.as_ref().is_some_and(|race| race.done >= trials)
        });
    };
    let alone = race_of(1, Order::First, |_| {});
    assert_eq!((alone.done, alone.finished), (alone.all, 100));
    assert_eq!(race_of(3, Order::Any(1), |_| {}), alone);
    // The one that makes the table, before it has, and one that races, twice.
    let died = race_of(2, Order::Any(2), |page| {
        page.kill(WorkerId::Study);
        far(page, 100);
        page.kill(WorkerId::Crew(1));
        page.kill(WorkerId::Study);
        far(page, alone.all / 2);
        page.kill(WorkerId::Crew(1));
        page.kill(WorkerId::Crew(0));
    });
    assert_eq!(died, alone);
    // What is stopped stays stopped, whoever dies after that.
    let mut page = with_bowl(Options::default(), 100);
    page.happen(Event::Xray(XrayEvent::Race));
    far(&mut page, 100);
    page.happen(Event::Xray(XrayEvent::StopRace));
    let asked = page.asked.len();
    page.kill(WorkerId::Crew(0));
    page.settle();
    assert!(!open(&page).is_racing() && !page.asked[asked..].iter().any(|asked| races(&asked)));
    assert!(open(&page).race.as_ref().is_some_and(|race| race.done < race.all));
}

#[test]
fn a_race_begun_before_another_objective_is_shown_is_given_up() {
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    let table = String::from_utf8(bowl(100)).expect("a text");
    let lines = table.lines().enumerate();
    let two: String = lines.map(|(n, line)| format!("{line},{}\n", 0.5 * n as f64)).collect();
    page.drop_file("two.csv", two.replacen("value,0\n", "value,second\n", 1).as_bytes());
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let aim = Aim { objective: 1, second: None, curves: false };
    page.happen(Event::Xray(XrayEvent::Aim(aim)));
    page.happen(Event::Xray(XrayEvent::Race));
    assert!(open(&page).is_racing());
    page.settle();
    assert_eq!(open(&page).view.aim.objective, 1);
    assert!(!open(&page).is_racing() && open(&page).race.is_none());
}

#[test]
fn answers_that_come_late_or_out_of_order_change_nothing() {
    let options = |order| Options { order, ..Options::default() };
    let wanted = with_bowl(options(Order::First), 25);
    for seed in 0..4 {
        let mut page = with_bowl(options(Order::Any(seed)), 25);
        for n in [3, 9, 17, 25, 11] {
            page.happen(Event::Xray(XrayEvent::Step(n)));
            page.step();
        }
        page.happen(Event::Xray(XrayEvent::Ask(1, Some(StrategyName::Cmaes))));
        page.happen(Event::Xray(XrayEvent::Ask(1, None)));
        page.happen(Event::Xray(XrayEvent::Step(25)));
        page.settle();
        let (a, b) = (open(&wanted).thought(0).unwrap(), open(&page).thought(0).unwrap());
        assert_eq!((&a.proposal, &a.told), (&b.proposal, &b.told), "seed {seed}");
        assert!(!open(&page).is_thinking(0) && !open(&page).is_thinking(1));
    }
    // The answer to an earlier question comes while a later one is waited for.
    let thoughts = |page: &Page| {
        let thinks = |(_, request): &(WorkerId, Request)| match request {
            Request::Xray { job, request: XrayRequest::Think { told, .. } } => Some((*job, told.n)),
            _ => None,
        };
        page.asked.iter().filter_map(thinks).collect::<Vec<_>>()
    };
    let mut early = with_bowl(options(Order::First), 25);
    xray(&mut early, XrayEvent::Step(9));
    let answer = open(&early).thought(0).expect("it was asked").as_ref().clone();
    assert_eq!(answer.told.len(), 9);
    let mut page = with_bowl(options(Order::First), 25);
    page.happen(Event::Xray(XrayEvent::Step(9)));
    page.happen(Event::Xray(XrayEvent::Step(17)));
    let [.., (earlier, 9), (_, 17)] = thoughts(&page)[..] else { panic!("{:?}", thoughts(&page)) };
    let late = Reply::Xray(earlier, XrayReply::Thought(Box::new(answer)));
    page.reply(WorkerId::Study, late);
    assert!(open(&page).is_thinking(0));
    page.settle();
    assert_eq!(open(&page).thought(0).expect("the later answer").told.len(), 17);
}

#[test]
fn a_worker_that_dies_takes_nothing_with_it() {
    let mut page = with_bowl(Options::default(), 25);
    let before = open(&page).thought(0).unwrap().clone();
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(open(&page).trials(), 26);
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Tpe)));
    assert_eq!(open(&page).thought(0).unwrap().told.len(), 26);
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Bayesian)));
    xray(&mut page, XrayEvent::Step(25));
    assert_eq!(open(&page).thought(0).unwrap().told, before.told);
    // While a file is read.
    page.happen(Event::File(tunescape_core::state::file::FileEvent::Opened(
        "boosting.log".into(),
        Some(file("lookalikes/boosting.log")),
    )));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(open(&page).name, "boosting.log");
}

#[test]
fn a_worker_that_dies_leaves_an_open_dialog_as_it_is() {
    let mut page = dropped("optuna/journal-5.0.0.log");
    page.kill(WorkerId::Study);
    page.settle();
    let Stage::Studies(all) = stage(&page).clone() else { panic!("{:?}", stage(&page)) };
    xray(&mut page, XrayEvent::Choose(1));
    assert_eq!(open(&page).view.name, all[1].name);
    // Of a table what was chosen stays, also while it is shown.
    page.drop_file("sweep.csv", &file("lookalikes/sweep.csv"));
    let Stage::Columns(columns) = stage(&page) else { panic!("{:?}", stage(&page)) };
    let value = columns.guess.columns.iter().position(|(_, role)| matches!(role, Role::Value(_)));
    xray(&mut page, XrayEvent::Column(value.expect("a value"), Role::Value(Direction::Maximize)));
    page.kill(WorkerId::Study);
    page.settle();
    assert!(matches!(stage(&page), Stage::Columns(_)));
    page.happen(Event::Xray(XrayEvent::Read));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!(open(&page).name, "sweep.csv");
    assert_eq!(open(&page).view.objectives[0].direction, Direction::Maximize);
}

#[test]
fn a_study_that_is_not_in_the_file_is_said_to_be_missing() {
    let mut page = dropped("optuna/journal-5.0.0.log");
    xray(&mut page, XrayEvent::Choose(99));
    assert!(page.state.xray.opening.is_none());
    let said = page.notices();
    assert!(matches!(said, [Notice::FileUnreadable { .. }]), "{said:?}");
}

#[test]
fn other_objectives_are_looked_at_and_the_front_of_two() {
    let mut page = dropped("lookalikes/control.db");
    if page.state.xray.opening.is_some() {
        xray(&mut page, XrayEvent::Choose(0));
    }
    let bytes = b"lr,units,loss,value\n0.1,8,0.5,3\n0.01,16,0.7,1\n0.03,8,0.6,2\n0.2,32,0.9,4\n";
    page.drop_file("two.csv", bytes);
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let view = &open(&page).view;
    assert_eq!((view.objectives.len(), &view.front[..]), (2, &[0, 2, 1][..]));
    assert_eq!(view.best(4), Some((0, 0.5)));
    assert!(view.states.iter().all(|state| *state == TrialState::Complete));
    xray(&mut page, XrayEvent::Aim(Aim { objective: 1, second: None, curves: false }));
    assert_eq!(open(&page).view.best(4), Some((1, 1.0)));
    // What is typed in stays with its objective, also where columns are looked at once more.
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    assert_eq!((open(&page).trials(), open(&page).by_hand.len()), (5, 1));
    xray(&mut page, XrayEvent::Aim(Aim { objective: 0, second: None, curves: false }));
    assert_eq!((open(&page).shown, open(&page).by_hand.len()), (4, 0));
    xray(&mut page, XrayEvent::Columns);
    xray(&mut page, XrayEvent::Read);
    xray(&mut page, XrayEvent::Aim(Aim { objective: 1, second: None, curves: false }));
    assert_eq!((open(&page).shown, open(&page).best()), (5, Some((4, 0.5))));
    assert_eq!(open(&page).thought(0).unwrap().told.len(), 5);
    xray(&mut page, XrayEvent::Aim(Aim { objective: 0, second: Some(1), curves: false }));
    assert_eq!(open(&page).view.aim.second, Some(1));
    assert!(open(&page).thought(0).is_some());
}

#[test]
fn a_link_holds_what_was_typed_in_for_every_objective() {
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    page.drop_file("two.csv", b"lr,units,loss,value\n0.1,8,0.5,3\n0.01,16,0.7,1\n0.03,8,0.6,2\n");
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Read);
    let aim = |objective| XrayEvent::Aim(Aim { objective, second: None, curves: false });
    // Nothing beside the first: links are as they were.
    let before = page.address.clone();
    xray(&mut page, aim(1));
    xray(&mut page, aim(0));
    assert_eq!(page.address, before);
    xray(&mut page, XrayEvent::Tell(0, 0.25));
    xray(&mut page, aim(1));
    xray(&mut page, XrayEvent::Tell(0, 1.5));
    xray(&mut page, XrayEvent::Tell(0, 1.25));
    let own = |page: &Page| -> Vec<(Vec<f64>, f64)> {
        open(page).by_hand.iter().map(|own| (own.point.clone(), own.loss)).collect()
    };
    let second = own(&page);
    let mut other = Page::open(&page.address.clone());
    assert_eq!((own(&other), open(&other).view.aim.objective), (second.clone(), 1));
    xray(&mut other, aim(0));
    assert_eq!((own(&other).len(), own(&other)[0].1), (1, 0.25));
    // And the link of that goes on holding both.
    let mut third = Page::open(&other.address.clone());
    xray(&mut third, aim(1));
    assert_eq!(own(&third), second);
    assert!(third.notices().is_empty(), "{:?}", third.notices());
}

/// As links were before they held results of other objectives, and as one may be forged.
#[test]
fn a_link_without_other_objectives_opens_and_one_with_strange_ones_too() {
    let mut page = with_bowl(Options::default(), 25);
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    let text = unpack(page.address.strip_prefix("x=").expect("a study")).expect("a packed text");
    assert!(!text.contains("aside"), "{text}");
    let aside = r#","aside":[[0,[[[0.5,0.5],1.0]]],[7,[[[0.5],2.0]]],[1,[]]]}"#;
    let forged = format!("{}{aside}", text.strip_suffix('}').expect("an object"));
    for text in [text, forged] {
        let mut other = Page::open(&format!("x={}", pack(&text)));
        assert_eq!((open(&other).trials(), open(&other).by_hand[0].loss), (26, 0.4));
        xray(&mut other, XrayEvent::Aim(Aim::default()));
        assert_eq!(open(&other).trials(), 26);
    }
}

#[test]
fn the_best_violates_no_constraint() {
    let mut page = dropped("lookalikes/boosting.log");
    let rows = b"lr,units,loss,limit\n0.1,8,0.5,-1\n0.01,16,0.1,2\n0.03,8,0.6,0\n0.2,32,0.9,-1\n";
    page.drop_file("limits.csv", rows);
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Constraint));
    xray(&mut page, XrayEvent::Read);
    let study = open(&page);
    assert_eq!(study.view.feasible, [true, false, true, true]);
    assert_eq!(study.best(), Some((0, 0.5)));
}

#[test]
fn nothing_on_that_screen_trains() {
    let mut page = with_bowl(Options::default(), 25);
    let train = |page: &Page| {
        let trains = |(_, request): &&(WorkerId, Request)| {
            matches!(request, Request::Train { .. } | Request::Try { .. } | Request::Race { .. })
        };
        page.asked.iter().filter(trains).count()
    };
    let before = train(&page);
    use tunescape_core::link::message::Command;
    for command in [Command::Play, Command::Step, Command::Pause] {
        page.happen(Event::Command(command));
    }
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    page.settle();
    assert_eq!(train(&page), before);
    // Elsewhere the study goes on as it was.
    page.edit(Edit::choose("screen", &Screen::Search));
    page.settle();
    assert_eq!(open(&page).trials(), 26);
}

#[test]
fn a_study_that_fits_stands_in_the_address_and_under_studies() {
    let mut page = with_bowl(Options::default(), 25);
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Tpe)));
    xray(&mut page, XrayEvent::Tell(0, 0.4));
    assert!(page.address.starts_with("x="), "{}", page.address);
    page.happen(Event::Studies(StudiesEvent::Keep("mine".into())));
    page.settle();
    // Elsewhere the address is the set-up's again.
    page.edit(Edit::choose("screen", &Screen::Search));
    page.settle();
    assert!(page.address.starts_with("v="), "{}", page.address);
    // Another visit opens the link as it was.
    let saved = page.state.studies.all[0].clone();
    assert_eq!(saved.name, "mine");
    let mut other = Page::open(&saved.link);
    let study = open(&other);
    assert_eq!((study.trials(), study.strategies[0]), (26, StrategyName::Tpe));
    assert_eq!((study.by_hand[0].loss, study.view.parameters.len()), (0.4, 2));
    assert_eq!(other.setup().screen, Screen::Xray);
    assert!(other.notices().is_empty(), "{:?}", other.notices());
    xray(&mut other, XrayEvent::Close);
    assert!(!other.address.starts_with("x="), "{}", other.address);
    // And so do the reader's studies.
    other.happen(Event::Studies(StudiesEvent::Show(saved.link, None)));
    other.settle();
    assert_eq!(open(&other).trials(), 26);
    // A link that is damaged is said to be.
    let mut other = Page::opened("x=nothing", Options::default());
    other.until("a notice", |page| !page.notices().is_empty());
    assert!(matches!(other.notices(), [Notice::Link(_)]), "{:?}", other.notices());
}

#[test]
fn a_link_with_an_objective_that_is_not_there_shows_the_first() {
    let mut page = with_bowl(Options::default(), 25);
    for aim in [
        Aim { objective: 7, second: None, curves: false },
        Aim { objective: 0, second: Some(1), curves: false },
    ] {
        // What a link says goes the same way.
        xray(&mut page, XrayEvent::Aim(aim));
        let view = &open(&page).view;
        assert_eq!((view.aim, view.space.is_ok()), (Aim::default(), true));
    }
    assert!(open(&page).thought(0).is_some());
}

#[test]
fn the_address_lets_go_of_a_study_when_one_that_does_not_fit_is_opened() {
    let mut page = with_bowl(Options::default(), 25);
    assert!(page.address.starts_with("x="), "{}", page.address);
    page.drop_file("medium.csv", &bowl(1_500));
    xray(&mut page, XrayEvent::Read);
    assert_eq!(open(&page).view.len(), 1_500);
    // It is short enough to be kept, but not to stand there.
    assert!(page.state.study_link().flatten().is_some());
    assert!(page.address.starts_with("v="), "{}", page.address);
    page.drop_file("small.csv", &bowl(25));
    xray(&mut page, XrayEvent::Read);
    assert!(page.address.starts_with("x="), "{}", page.address);
}

#[test]
fn a_stretch_that_is_brushed_is_what_all_plots_show() {
    let mut page = with_bowl(Options::default(), 60);
    // The score of the parallel plot: the best highest.
    let score = |page: &Page, n: usize| Some(1.0 - open(page).loss(n));
    let kept = |page: &Page| open(page).kept(|n| score(page, n));
    assert_eq!(kept(&page), [true; 60]);
    let whole = open(&page).contour(&kept(&page)).expect("60 trials");
    let [best, worst] = open(&page).ends().map(|loss| loss as f32);
    assert!(whole.iter().all(|loss| (best..=worst).contains(loss)));
    // The bowl is lowest at (0.7, 0.3).
    let low = (0..whole.len()).min_by(|a, b| whole[*a].total_cmp(&whole[*b])).expect("a place");
    let at = [low % SIDE, low / SIDE].map(|i| (i as f64 + 0.5) / SIDE as f64);
    assert!((at[0] - 0.7).abs() < 0.15 && (at[1] - 0.3).abs() < 0.15, "{at:?}");
    xray(&mut page, XrayEvent::Brush(Brush::Begin(0, 0.5)));
    xray(&mut page, XrayEvent::Brush(Brush::To(1.0)));
    xray(&mut page, XrayEvent::Brush(Brush::End));
    let right = kept(&page);
    let inside = |n: usize| open(&page).unit(n, 0).is_some_and(|u| u >= 0.5);
    assert!((0..60).all(|n| right[n] == inside(n)) && right.contains(&true));
    xray(&mut page, XrayEvent::Brush(Brush::Set(2, [0.9, 1.0])));
    let both = kept(&page);
    assert!((0..60).all(|n| both[n] == (right[n] && open(&page).loss(n) <= 0.1)));
    assert_ne!(open(&page).contour(&both), Some(whole));
    // What strategies are told does not depend on it.
    assert_eq!(open(&page).thought(0).expect("an answer").told.len(), 60);
    assert_eq!(open(&page).contour(&[false; 60]), None);
    xray(&mut page, XrayEvent::Brush(Brush::Clear));
    assert_eq!(kept(&page), [true; 60]);
}

fn studies(page: &mut Page, event: StudiesEvent) {
    page.happen(Event::Studies(event));
    page.settle();
}

/// Another visit of the same browser.
fn visit(before: &Page) -> Page {
    let kept = before.kept.get(Kept::Studies.key()).cloned();
    let start = Start { studies: kept, ..Options::default().start };
    let mut page = Page::opened(SMALL, Options { start, ..Options::default() });
    page.kept.clone_from(&before.kept);
    (page.large, page.last_large) = (before.large.clone(), before.last_large);
    page.settle();
    page
}

#[test]
fn a_study_that_is_too_large_for_a_link_is_kept_all_the_same() {
    let mut page = with_bowl(Options::default(), 8_000);
    // It is drawn part by part, and in the end as a whole.
    assert_eq!(open(&page).unfolded, WHOLE);
    assert!(!page.address.starts_with("x="));
    xray(&mut page, XrayEvent::Ask(0, Some(StrategyName::Halton)));
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
    let saved = page.state.studies.all[0].clone();
    assert!(saved.link.len() < 100, "{}", saved.link);
    let mut other = visit(&page);
    studies(&mut other, StudiesEvent::Open);
    assert_eq!(other.state.studies.all, std::slice::from_ref(&saved));
    studies(&mut other, StudiesEvent::Show(saved.link, None));
    let study = open(&other);
    assert_eq!((study.trials(), study.strategies[0]), (8_001, StrategyName::Halton));
    assert_eq!((study.by_hand[0].loss, other.setup().screen), (0.5, Screen::Xray));
    // Of the same name another takes its place, in the database as well.
    studies(&mut other, StudiesEvent::Keep("mine".into()));
    assert_eq!(other.state.studies.all.len(), 1);
    assert_eq!(other.large.keys().collect::<Vec<_>>(), [&2]);
    // What is deleted can be taken back as long as the dialog is open.
    let saved = other.state.studies.all[0].clone();
    studies(&mut other, StudiesEvent::Open);
    studies(&mut other, StudiesEvent::Delete(saved.clone()));
    studies(&mut other, StudiesEvent::Restore);
    studies(&mut other, StudiesEvent::Close);
    assert!(other.large.contains_key(&2));
    studies(&mut other, StudiesEvent::Delete(saved.clone()));
    studies(&mut other, StudiesEvent::Close);
    assert!(other.large.is_empty() && other.state.studies.all.is_empty());
    // A tab that still shows it is told so, and what is open there stays.
    studies(&mut other, StudiesEvent::Show(saved.link, None));
    assert_eq!(other.notices(), [Notice::NotStored(StoreError::Missing)]);
    assert_eq!(open(&other).trials(), 8_001);
}

#[test]
fn a_study_whose_link_is_still_being_packed_is_kept_as_that_link() {
    let mut page = with_bowl(Options::default(), 25);
    let before = page.address.clone();
    // Nothing is packed before things have come to rest.
    page.happen(Event::Xray(XrayEvent::Tell(0, 0.5)));
    page.happen(Event::Studies(StudiesEvent::Keep("mine".into())));
    assert!(page.state.studies.all.is_empty());
    page.settle();
    let [saved] = &page.state.studies.all[..] else { panic!("{:?}", page.state.studies.all) };
    assert!(saved.link.starts_with("x=") && page.large.is_empty());
    assert_eq!(saved.link, page.address);
    assert_ne!(page.address, before, "it has the result that was typed in");
}

#[test]
fn a_large_study_that_the_browser_does_not_keep_is_said_not_to_be() {
    for error in [StoreError::Refused, StoreError::Full] {
        let mut page = with_bowl(Options { large: Some(error), ..Options::default() }, 8_000);
        studies(&mut page, StudiesEvent::Keep("mine".into()));
        studies(&mut page, StudiesEvent::Keep("mine".into()));
        assert!(page.state.studies.all.is_empty());
        assert_eq!(page.notices(), [Notice::NotStored(error)]);
    }
    // A list that the browser does not take takes nothing out of its database.
    let mut page = with_bowl(Options::default(), 8_000);
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    let kept = page.kept.clone();
    page.options.storage = false;
    studies(&mut page, StudiesEvent::Keep("mine".into()));
    studies(&mut page, StudiesEvent::Close);
    assert_eq!((page.kept == kept, page.large.contains_key(&1)), (true, true));
}

/// What goes between the page and its workers, and what an event brings, can be written.
#[test]
fn requests_and_replies_survive_being_sent() {
    let page = with_bowl(Options::default(), 12);
    let sent = page.asked.iter().filter(|(_, request)| matches!(request, Request::Xray { .. }));
    let mut n = 0;
    for (_, request) in sent {
        let bytes = postcard::to_stdvec(request).expect("requests serialise");
        assert_eq!(&postcard::from_bytes::<Request>(&bytes).expect("and are read"), request);
        n += 1;
    }
    assert!(n > 2);
    let mut view = (*open(&page).view).clone();
    // What is not a number is not equal to itself.
    for column in view.values.iter_mut().chain([&mut view.starts, &mut view.ends]) {
        column.clear();
    }
    let thought = (**open(&page).thought(0).unwrap()).clone();
    for reply in [XrayReply::Shown(Box::new(view)), XrayReply::Thought(Box::new(thought))] {
        let reply = Reply::Xray(3, reply);
        let bytes = postcard::to_stdvec(&reply).expect("replies serialise");
        assert_eq!(postcard::from_bytes::<Reply>(&bytes).expect("and are read"), reply);
    }
}
