//! Answers that nobody waits for any more. Workers are told to stop, but what they have said before
//! they heard it is on its way.

use crate::driver::{Options, Page};
use crate::explore;
use tunescape_core::inspect::{Anatomy, Narration, Plane, Slice};
use tunescape_core::metrics::Metric;
use tunescape_core::search::{Outcome, Proposal, Reason};
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::{Phase, StudyEvent};
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::{Event, Packing, WorkerId};
use tunescape_core::study::race::Spent;
use tunescape_core::worker::{Frame, Job, Reply, Request};

/// The number of no job at all.
const OLD: Job = 0;

const STUDY: &str = "v=1&data.name=moons&map.side=8&training.epochs=6&search.budget=8\
    &search.run=6&search.shown=6&search.members=4&search.every=3";

fn answer(page: &mut Page, reply: Reply) {
    page.reply(WorkerId::Study, reply);
}

#[test]
fn late_answers_about_a_study_are_not_heard() {
    let mut page = Page::open(STUDY);
    for event in [StudyEvent::After(true), StudyEvent::Test(0), StudyEvent::Evolve] {
        page.study(event);
    }
    let study = &page.state.study;
    let mind = Box::new((**study.belief(6).expect("a belief").1).clone());
    let found = Box::new(study.importance(page.setup()).expect("what mattered").1.clone());
    let evolution = study.after_search.evolved(page.setup()).expect("a population").clone();
    let tried = Box::new((**study.tried[0].as_ref().expect("it is over")).clone());
    let scores = study.tested[&0].clone();
    let wanted = page.rows();

    let mut page = Page::open(STUDY);
    page.happen(Event::Study(StudyEvent::Test(1)));
    answer(&mut page, Reply::Tested(OLD, scores));
    assert!(page.state.study.testing() && page.state.study.tested.is_empty());
    page.happen(Event::Study(StudyEvent::Evolve));
    answer(&mut page, Reply::Evolved(OLD, Box::new(evolution)));
    let after = &page.state.study.after_search;
    assert!(after.evolving() && after.evolved(page.setup()).is_none());
    page.happen(Event::Study(StudyEvent::After(true)));
    answer(&mut page, Reply::Explained(OLD, Some(found)));
    assert!(page.state.study.importance(page.setup()).is_none());
    page.happen(Event::Study(StudyEvent::Show(3)));
    let moment = |page: &Page| page.state.study.belief(3).expect("a belief").0;
    let before = moment(&page);
    answer(&mut page, Reply::Believed(OLD, mind));
    assert_eq!(moment(&page), before, "until the answer is there, the last is shown");
    page.settle();
    assert_ne!(moment(&page), before);

    page.study(StudyEvent::Show(6));
    page.happen(Event::Study(StudyEvent::Step));
    let proposal = Proposal { point: wanted[0].0.clone(), reason: Reason::Random };
    answer(&mut page, Reply::Proposed(OLD, proposal));
    assert!(matches!(page.state.study.phase, Phase::Proposing(_)) && page.points().len() == 6);
    page.wait_for("its training", |page| matches!(page.state.study.phase, Phase::Training(_)));
    answer(&mut page, Reply::Tried(OLD, tried));
    assert!(matches!(page.state.study.phase, Phase::Training(_)));
    page.settle();
    assert_eq!((page.rows().len(), &page.rows()[..6]), (7, &wanted[..]));
}

/// The job of the last request of the Explore run that is one of these.
fn job(page: &Page, job: impl Fn(&Request) -> Option<Job>) -> Job {
    page.asked.iter().rev().find_map(|asked| job(&asked.1)).expect("it was asked for")
}

#[test]
fn late_answers_about_a_run_are_not_heard() {
    let mut page = Page::open(explore::LINK);
    page.run_event(RunEvent::Tell);
    page.step_to(3);
    page.settle();
    let own = &page.state.inspection;
    let slice = Slice { epoch: 99, ..(**own.slice.as_ref().expect("a slice")).clone() };
    let laid = Anatomy { epoch: 99, ..(*own.laid.as_ref().expect("a network").1).clone() };
    let told = Narration { epoch: 99, ..(**own.told.as_ref().expect("a step")).clone() };
    let frame = page.state.run.frame.clone().expect("a frame");
    let late = Box::new(Frame { epoch: 99, ..frame });
    let start = job(&page, |r| if let Request::Start { job, .. } = r { Some(*job) } else { None });
    let gone = job(&page, |r| if let Request::Go { job, .. } = r { Some(*job) } else { None });

    page.run_event(RunEvent::Plane(Plane::Step));
    answer(&mut page, Reply::Sliced(OLD, Some(Box::new(slice))));
    answer(&mut page, Reply::Laid(OLD, Some(Box::new(laid))));
    answer(&mut page, Reply::Told(OLD, Some(Box::new(told))));
    let own = &page.state.inspection;
    assert!(own.waits() && own.slice.as_ref().is_some_and(|slice| slice.epoch == 3));
    assert!(own.laid.as_ref().is_some_and(|laid| laid.1.epoch == 3));
    assert!(own.told.as_ref().is_some_and(|told| told.epoch == 3));
    page.run_event(RunEvent::Watch(Metric::F1));
    answer(&mut page, Reply::Watched(OLD, Some(vec![[9.0; 2]; 4])));
    page.run_event(RunEvent::Luck);
    answer(&mut page, Reply::Lucky(OLD, Vec::new()));
    assert!(page.state.inspection.luck_job.is_some());
    page.settle();
    let watched = page.state.run.branch().and_then(|branch| branch.watched.clone());
    let (_, values) = watched.expect("it is watched");
    assert!(values.len() == 4 && values.iter().flatten().all(|value| *value <= 1.0));

    page.run_event(RunEvent::Step);
    answer(&mut page, Reply::Frame(gone, late.clone()));
    assert!(page.state.run.playing && page.epoch() == Some(3));
    page.wait_for("its curvature", |page| page.run_rests() && page.state.run.measuring());
    answer(&mut page, Reply::Sharp(OLD, None));
    assert!(page.state.run.measuring() && page.epoch() == Some(4));
    page.run_event(RunEvent::Reset);
    answer(&mut page, Reply::Frame(start, late));
    assert!(page.reports().is_empty(), "that was another run");
    page.wait_for_epoch(0);
}

#[test]
fn late_links_data_and_rounds_are_not_taken() {
    let mut page = Page::open(STUDY);
    let packed = |why| Event::Packed { why, packed: Some("old".into()) };
    let address = page.address.clone();
    page.happen(packed(Packing::Address(0)));
    assert_eq!(page.address, address);
    page.share_event(ShareEvent::Open);
    page.share_event(ShareEvent::Found(true));
    page.happen(packed(Packing::Share(1)));
    assert_eq!(page.state.share.packed, None);
    page.settle();
    assert!(page.state.share.packed.as_ref().is_some_and(|packed| packed != "z=old"));

    page.race(RaceEvent::You(true));
    page.happen(Event::Race(RaceEvent::Act(0.3, 0.4)));
    let point = page.setup().race.hand[0].clone();
    let spent = Spent { point, outcome: Outcome::Value(0.125), epochs: 6 };
    answer(&mut page, Reply::Settled(OLD, vec![spent]));
    assert!(page.state.race.trying() && page.state.race.you.is_empty());
    page.settle();

    let made = page.state.data.as_deref().expect("moons").clone();
    page.set("data.noise", 0.4);
    answer(&mut page, Reply::Prepared(OLD, Ok(made.clone())));
    assert!(page.state.loading, "that was other data");
    page.settle();
    assert!(page.state.ready() && page.state.data.as_deref() != Some(&made));
}

#[test]
fn data_that_was_made_ready_for_another_set_begins_nothing() {
    let ready = Page::open("v=1&data.name=moons&map.side=8&training.epochs=2");
    let moons = ready.state.data.as_deref().expect("it is ready").clone();
    let link = "v=1&data.name=moons&map.side=8&training.epochs=2";
    let mut page = Page::opened(link, Options::default());
    let prepare =
        |r: &Request| if let Request::Prepare { job, .. } = r { Some(*job) } else { None };
    let asked = job(&page, prepare);
    // Iris is still to be loaded when the moons are ready.
    page.set("data.name", "iris");
    answer(&mut page, Reply::Prepared(asked, Ok(moons)));
    assert!(!page.state.ready() && page.state.map.idle());
    page.settle();
    assert_eq!(page.state.data.as_ref().map(|data| data.name.as_str()), Some("iris"));
    assert!(page.notices().is_empty(), "{:?}", page.notices());
}
