//! What strategies make of the trials: where each would go next, results typed in, answers that
//! come late.

use super::{asked, file, open, with_bowl, xray};
use crate::driver::{Options, Order, Page};
use tunescape_core::search::{Quantity, Reason, StrategyName};
use tunescape_core::setup::typed::Field;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::xray::{Part, XrayEvent};
use tunescape_core::state::{Event, Notice, WorkerId};
use tunescape_core::worker::xray::{XrayReply, XrayRequest};
use tunescape_core::worker::{Reply, Request};

#[test]
fn any_strategy_says_where_it_would_go_after_any_number_of_trials() {
    let mut page = with_bowl(Options::default(), 30);
    for name in StrategyName::ALL.into_iter().filter(|name| name.can_be_asked()) {
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
    // No file holds the slopes that this one goes by.
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
fn what_kills_workers_twice_is_asked_again_by_the_reader_alone() {
    let mut page = with_bowl(Options::default(), 25);
    page.happen(Event::Xray(XrayEvent::Step(9)));
    page.kill(WorkerId::Study);
    assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
    page.pass(1_000.0);
    assert!(open(&page).is_thinking(0));
    page.kill(WorkerId::Study);
    page.settle();
    let name = open(&page).name.clone();
    assert_eq!(page.notices(), [Notice::StudyKills { name }]);
    assert!(!open(&page).is_thinking(0) && open(&page).thought(0).is_none());
    // The set-up has nothing to do with it.
    assert!(page.state.ready() && page.state.map.finished());
    xray(&mut page, XrayEvent::Step(10));
    assert_eq!(open(&page).thought(0).expect("it is asked again").told.len(), 10);
    assert!(page.notices().is_empty());
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
