//! Replies that are late, that fail, and workers that die.
//!
//! In place of what `a_lost_device_costs_only_what_was_unfinished` of `tests/browser/webgpu.rs`
//! shows beyond the device.

use crate::driver::{Options, Order, Page};
use tunescape_core::metrics::Metric;
use tunescape_core::setup::Backend;
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::{Phase, StudyEvent};
use tunescape_core::state::{Adapter, Event, Notice, WorkerId};
use tunescape_core::worker::{DataError, Failure, Job, Reply, Request};

const LINK: &str = "v=1&data.name=moons&map.side=8&training.epochs=10&search.strategy=random\
    &search.budget=5&race.repeats=2";

fn any(seed: u64) -> Options {
    Options { order: Order::Any(seed), ..Options::default() }
}

/// The job of the last request that is one of these.
fn last_job(page: &Page, job: impl Fn(&Request) -> Option<Job>) -> Job {
    page.asked.iter().rev().find_map(|asked| job(&asked.1)).expect("it was asked for")
}

fn failure() -> Failure {
    Failure::Metric(Metric::RocAuc)
}

#[test]
fn workers_that_die_at_any_time_change_no_number() {
    let whole = |page: &Page| (page.points(), page.losses(), page.state.map.optimum());
    let mut page = Page::open(LINK);
    page.play();
    let wanted = whole(&page);
    let mut lost = 0;
    for seed in 0..12 {
        let mut page = Page::opened(LINK, any(seed));
        page.wait_for("the data", |page| page.state.ready());
        page.study_event(StudyEvent::Speed(2));
        page.study_event(StudyEvent::Play);
        for _ in 0..5 + 20 * seed {
            page.step();
        }
        let at_work = matches!(page.state.study.phase, Phase::Proposing(_) | Phase::Training(_));
        lost += usize::from(seed % 2 == 0 && at_work);
        page.kill(if seed % 2 == 0 { WorkerId::Study } else { WorkerId::Crew(1) });
        assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)], "seed {seed}");
        page.settle();
        // Whatever had been played is there again, and it plays on by itself.
        assert_eq!(whole(&page), wanted, "seed {seed}");
    }
    assert!(lost > 1, "no trial was lost with its worker");
}

#[test]
fn a_lost_device_costs_only_what_was_unfinished_and_the_cpu_goes_on() {
    let options = Options { gpu: Some("a card"), ..Options::default() };
    let mut page = Page::opened(&LINK.replace("side=8", "side=16"), options);
    page.wait_for("the first level", |page| page.state.map.land.progress().0 >= 64);
    assert_eq!(page.state.adapter, Adapter::Named("a card".into()));
    assert!(page.state.on_gpu());
    let done = page.state.map.land.progress().0;
    page.kill(WorkerId::Gpu);
    assert_eq!(
        (page.state.adapter.clone(), page.state.on_gpu()),
        (Adapter::Lost(String::new()), false)
    );
    assert!(page.state.map.land.progress().0 >= done / 2, "finished cells were forgotten");
    page.settle();
    assert!(page.state.map.finished());
    let plain = Page::open(&LINK.replace("side=8", "side=16"));
    assert_eq!(page.state.map.optimum(), plain.state.map.optimum());
}

#[test]
fn the_reader_switches_to_the_cpu_and_back() {
    let options = Options { gpu: Some("a card"), ..Options::default() };
    let mut page = Page::opened(LINK, options);
    page.settle();
    let trains =
        |page: &Page| page.times_asked(WorkerId::Gpu, |r| matches!(r, Request::Train { .. }));
    assert!(trains(&page) > 0 && page.state.on_gpu());
    let best = page.state.map.optimum();
    page.forget_asked();
    page.set("backend", "cpu");
    page.settle();
    assert_eq!((page.setup().backend, trains(&page)), (Backend::Cpu, 0));
    assert_eq!((page.state.on_gpu(), page.state.map.optimum()), (false, best));
    page.set("backend", "auto");
    page.settle();
    assert!(page.state.on_gpu() && trains(&page) > 0 && page.state.map.finished());
}

#[test]
fn a_browser_that_never_says_whether_there_is_a_gpu_is_waited_for_ten_seconds() {
    // Nothing is asked of a worker that is no longer there.
    let mut page = Page::opened(LINK, Options::default());
    page.happen(Event::Timer(tunescape_core::state::Timer::Adapter));
    assert_eq!(page.state.adapter, Adapter::Absent);
    page.settle();
    assert!(page.state.map.finished());
    // What comes later is of use for the next landscape.
    let job = last_job(&page, |request| match request {
        Request::Adapter { job } => Some(*job),
        _ => None,
    });
    page.reply(WorkerId::Gpu, Reply::Adapter(job, Some("a card".into())));
    assert!(page.state.on_gpu());
    page.reply(WorkerId::Gpu, Reply::Adapter(job + 100, None));
    page.happen(Event::Timer(tunescape_core::state::Timer::Adapter));
    assert!(page.state.on_gpu());
}

#[test]
fn a_trial_that_cant_be_trained_is_given_up_and_those_before_it_stay() {
    let mut page = Page::open(LINK);
    page.study_event(StudyEvent::Step);
    page.settle();
    let losses = page.losses();
    page.study_event(StudyEvent::Step);
    page.wait_for("its training", |page| matches!(page.state.study.phase, Phase::Training(_)));
    let Phase::Training(job) = page.state.study.phase else { panic!("it trains") };
    page.reply(WorkerId::Study, Reply::Failed(job, failure()));
    page.settle();
    assert_eq!(page.notices(), [Notice::Failed(failure())]);
    assert_eq!((page.losses(), page.state.study.phase), (losses, Phase::Idle));
    page.study_event(StudyEvent::Step);
    page.settle();
    assert_eq!(page.losses().len(), 2);
    // Of something that was stopped since nothing is told.
    page.reply(WorkerId::Study, Reply::Failed(job, failure()));
    assert_eq!(page.notices().len(), 1);
}

#[test]
fn a_run_a_look_and_a_race_that_fail_are_told_and_given_up() {
    let mut page = Page::open(&format!("{LINK}&screen=explore&data.used=0.2"));
    page.run_event(RunEvent::Play);
    let job = last_job(&page, |request| match request {
        Request::Go { job, .. } => Some(*job),
        _ => None,
    });
    page.reply(WorkerId::Study, Reply::Failed(job, failure()));
    assert!(!page.state.run.playing && page.notices().len() == 1);
    page.run_event(RunEvent::Luck);
    let job = page.state.inspection.luck_job.expect("it is asked for").0;
    page.reply(WorkerId::Study, Reply::Failed(job, failure()));
    assert!(page.state.inspection.luck_job.is_none() && page.notices().len() == 2);
    page.happen(Event::Race(RaceEvent::Start));
    let job = last_job(&page, |request| match request {
        Request::Race { job, .. } => Some(*job),
        _ => None,
    });
    page.reply(WorkerId::Crew(1), Reply::Failed(job, failure()));
    assert!(!page.state.race.running() && page.notices().len() == 3);
    page.set("map.side", 16);
    let job = last_job(&page, |request| match request {
        Request::Train { job, .. } => Some(*job),
        _ => None,
    });
    page.reply(WorkerId::Crew(0), Reply::Failed(job, failure()));
    assert!(page.state.map.cancelled && page.notices().len() == 4);
    // The worker plays on, since it did not really fail.
    page.run_event(RunEvent::Reset);
    page.settle();
    assert_eq!(page.notices().len(), 4, "{:?}", page.notices());
}

#[test]
fn data_that_cant_be_made_leave_the_ones_before() {
    let mut page = Page::open(LINK);
    let before = page.setup().data.clone();
    page.set("data.noise", 0.5);
    let job = last_job(&page, |request| match request {
        Request::Prepare { job, .. } => Some(*job),
        _ => None,
    });
    let error = DataError::Missing("moons".into());
    page.reply(WorkerId::Study, Reply::Prepared(job, Err(error.clone())));
    page.settle();
    assert_eq!(page.notices(), [Notice::Data(error)]);
    assert_eq!((&page.setup().data, page.state.ready()), (&before, true));
    // An answer to an older question says nothing.
    page.reply(WorkerId::Study, Reply::Prepared(job, Err(DataError::Missing("x".into()))));
    assert_eq!(page.notices().len(), 1);
}

#[test]
fn runs_rest_branch_and_are_looked_at_alike_whatever_comes_first() {
    let walk = |options: Options| {
        let mut page = Page::opened(&format!("{LINK}&screen=explore"), options);
        page.settle();
        page.step_to(4);
        page.run_event(RunEvent::Rewind(1));
        page.run_event(RunEvent::Rewind(2));
        page.wait_for_epoch(2);
        page.set("run.learning_rate", 0.5);
        page.step_to(4);
        page.settle();
        let slice = page.state.inspection.slice.clone().expect("a slice");
        (page.state.run.branches.len(), page.reports(), slice.losses.clone())
    };
    let first = walk(Options::default());
    assert_eq!(first.0, 2);
    for seed in 0..4 {
        assert_eq!(walk(any(seed)), first, "seed {seed}");
    }
}

#[test]
fn a_hundred_changes_can_be_undone_and_what_comes_fast_is_one() {
    let mut page = Page::open(LINK);
    for seed in 0..120 {
        page.set("search.seed", seed);
    }
    let mut undone = 0;
    while page.state.history.can_undo() {
        page.happen(Event::Undo);
        undone += 1;
    }
    assert_eq!((undone, page.setup().search.seed), (100, 19));
    page.happen(Event::Undo);
    assert_eq!(page.setup().search.seed, 19);
    while page.state.history.can_redo() {
        page.happen(Event::Redo);
    }
    assert_eq!(page.setup().search.seed, 119);
    // A slider's values follow each other.
    for rate in [0.2, 0.3, 0.4] {
        let edit = tunescape_core::setup::Edit::set("run.learning_rate", rate);
        page.happen(Event::Edit(edit));
    }
    page.happen(Event::Undo);
    assert_eq!(page.setup().run.learning_rate, 0.1);
    // Another change takes away what could be done again.
    page.set("search.seed", 5);
    assert!(!page.state.history.can_redo());
}

#[test]
fn a_worker_in_the_place_of_a_dead_one_gets_the_sets_that_were_sent() {
    let mut page = Page::open(&LINK.replace("moons", "iris"));
    page.play();
    let losses = page.losses();
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!((page.notices(), page.losses()), (&[Notice::WorkerDied(Cause::Other)][..], losses));
    assert_eq!((page.setup().data.name.as_str(), page.state.ready()), ("iris", true));
}
