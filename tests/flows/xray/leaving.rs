//! An open study leaves the page, what was typed in included, and comes back as it was.

use super::{SMALL, bowl, dropped, file, open, with_bowl, xray};
use crate::driver::{Options, Page};
use tunescape_core::export::{Target, Unsupported, Written};
use tunescape_core::import::convert::Aim;
use tunescape_core::import::mapping::Role;
use tunescape_core::import::{self, Direction, Domain, ImportedStudy, Time, TrialState};
use tunescape_core::state::file::FileEvent;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::xray::XrayEvent;
use tunescape_core::state::{Event, Start, WorkerId};
use tunescape_core::worker::xray::{XrayReply, XrayRequest};
use tunescape_core::worker::{Job, Reply, Request};

/// 2026-10-01, ten in the morning.
const NOW: Time = Time(1_790_848_800_000_000);
const TARGETS: [Target; 2] = [Target::Journal, Target::Trials];

fn write(page: &mut Page, target: Target) {
    xray(page, XrayEvent::Write(target, NOW));
}

/// The study of the file that was saved last.
fn saved(page: &Page) -> ImportedStudy {
    let (name, text) = page.texts.last().expect("a file was saved");
    import::read(text.as_bytes(), name).expect("a study").remove(0)
}

/// State, values and parameters of a trial, choices by their names.
type Trial = (TrialState, Vec<f64>, Vec<(String, String)>);

fn trials(study: &ImportedStudy) -> Vec<Trial> {
    let parameters = || study.parameters.iter().enumerate();
    let told = |trial: &import::ImportedTrial| {
        let params = parameters().filter_map(|(at, parameter)| {
            let x = trial.params[at]?;
            let text = match &parameter.domain {
                Domain::Categorical(choices) => choices[x as usize].to_string(),
                Domain::Number { .. } => x.to_string(),
            };
            Some((parameter.name.clone(), text))
        });
        (trial.state, trial.values.clone(), params.collect())
    };
    study.trials.iter().map(told).collect()
}

/// The job that was last asked to write.
fn job(page: &Page) -> Job {
    let writes = |(_, request): &(WorkerId, Request)| match request {
        Request::Xray { job, request: XrayRequest::Write { .. } } => Some(*job),
        _ => None,
    };
    page.asked.iter().rev().find_map(writes).expect("a worker was asked to write")
}

#[test]
fn an_open_study_leaves_with_what_was_typed_in_and_comes_back_the_same() {
    for target in TARGETS {
        let mut page = with_bowl(Options::default(), 20);
        xray(&mut page, XrayEvent::Tell(0, 0.5));
        xray(&mut page, XrayEvent::Move([0.25, 0.75]));
        xray(&mut page, XrayEvent::Tell(0, 0.125));
        write(&mut page, target);
        assert!(!open(&page).is_writing() && page.texts.len() == 1);
        let back = saved(&page);
        let wanted = import::read(&bowl(20), "bowl.csv").expect("a study").remove(0);
        let found = trials(&back);
        assert_eq!(&found[..20], &trials(&wanted)[..], "{target:?}");
        for (own, trial) in open(&page).by_hand.iter().zip(&found[20..]) {
            let point: Vec<String> = own.point.iter().map(|x| x.to_string()).collect();
            let given: Vec<String> = trial.2.iter().map(|(_, x)| x.clone()).collect();
            assert_eq!((trial.0, &trial.1), (TrialState::Complete, &vec![own.loss]), "{target:?}");
            assert_eq!(given, point, "{target:?}");
        }
        assert_eq!((found.len(), back.trials[21].number), (22, 21), "{target:?}");
        // And it opens again, here as anywhere.
        let (name, text) = page.texts[0].clone();
        page.drop_file(&name, text.as_bytes());
        if target == Target::Trials {
            xray(&mut page, XrayEvent::Read);
        }
        assert_eq!((open(&page).view.len(), open(&page).by_hand.len()), (22, 0));
        assert!(page.notices().is_empty(), "{:?}", page.notices());
    }
}

#[test]
fn a_score_that_is_maximised_leaves_in_its_own_units_beside_every_kind_of_trial() {
    let name = "lookalikes/boosting.log";
    let wanted = import::read(&file(name), name).expect("a study").remove(0);
    for target in TARGETS {
        let mut page = dropped(name);
        xray(&mut page, XrayEvent::Tell(0, 0.875));
        assert_eq!(open(&page).by_hand[0].loss, -0.875);
        write(&mut page, target);
        let back = saved(&page);
        assert_eq!(back.directions, [Direction::Maximize], "{target:?}");
        assert_eq!(back.metric_names, wanted.metric_names);
        let found = trials(&back);
        assert_eq!(&found[..4], &trials(&wanted)[..], "{target:?}");
        assert_eq!((found[4].0, &found[4].1), (TrialState::Complete, &vec![0.875]), "{target:?}");
        assert_eq!(back.trials[0].start, wanted.trials[0].start);
        if target == Target::Journal {
            assert_eq!(back.trials[0].reports, wanted.trials[0].reports);
            assert_eq!((&back.name, back.trials[4].start), (&wanted.name, Some(NOW)));
        }
    }
}

#[test]
fn results_for_one_of_several_objectives_leave_as_far_as_the_file_has_room_for_them() {
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    page.drop_file("two.csv", b"lr,units,loss,error\n0.1,8,0.5,3\n0.01,16,0.7,1\n0.03,8,0.6,2\n");
    xray(&mut page, XrayEvent::Column(2, Role::Value(Direction::Minimize)));
    xray(&mut page, XrayEvent::Column(3, Role::Value(Direction::Maximize)));
    xray(&mut page, XrayEvent::Read);
    xray(&mut page, XrayEvent::Tell(0, 0.25));
    let aim = Aim { objective: 1, second: None };
    xray(&mut page, XrayEvent::Aim(aim));
    xray(&mut page, XrayEvent::Tell(0, 4.5));
    write(&mut page, Target::Trials);
    assert_eq!(open(&page).written.as_ref().map(|w| w.unsupported.len()), Some(0));
    let table = saved(&page);
    assert_eq!(table.metric_names, ["loss", "error"]);
    let [.., first, second] = &table.trials[..] else { panic!("{table:?}") };
    assert!(first.values[0] == 0.25 && first.values[1].is_nan(), "{first:?}");
    assert!(second.values[1] == 4.5 && second.values[0].is_nan(), "{second:?}");
    // Optuna takes a complete trial with all of its values alone: the page says so.
    write(&mut page, Target::Journal);
    let written = open(&page).written.as_ref().expect("it is written");
    assert_eq!(written.unsupported, [Unsupported::Valueless { trials: 2 }]);
    let journal = saved(&page);
    assert_eq!(journal.directions, [Direction::Minimize, Direction::Maximize]);
    let states: Vec<TrialState> = journal.trials.iter().map(|trial| trial.state).collect();
    use TrialState::{Complete, Failed};
    assert_eq!(states, [Complete, Complete, Complete, Failed, Failed]);
}

#[test]
fn a_file_that_comes_when_its_study_is_gone_is_dropped() {
    let begin = |page: &mut Page| {
        page.happen(Event::Xray(XrayEvent::Write(Target::Journal, NOW)));
        job(page)
    };
    let shows = |page: &Page| {
        let last = page.asked.last().map(|(_, request)| request);
        matches!(last, Some(Request::Xray { request: XrayRequest::Show { .. }, .. }))
    };
    for n in 0..3 {
        let mut page = with_bowl(Options::default(), 20);
        let late = match n {
            0 => {
                let job = begin(&mut page);
                page.happen(Event::Xray(XrayEvent::Close));
                job
            }
            1 => {
                // Another study is about to take its place.
                let name = "lookalikes/boosting.log";
                let opened = FileEvent::Opened(name.into(), Some(file(name)));
                page.happen(Event::File(opened));
                page.wait_for("the other to be shown", shows);
                let job = begin(&mut page);
                page.settle();
                job
            }
            _ => {
                // Another file of the same study is wanted.
                let job = begin(&mut page);
                page.happen(Event::Xray(XrayEvent::Write(Target::Trials, NOW)));
                job
            }
        };
        let written = Written {
            target: Target::Journal,
            name: "late.log".into(),
            text: "late".into(),
            unsupported: Vec::new(),
            needs_data: false,
        };
        let reply = Reply::Xray(late, XrayReply::Written(Box::new(written)));
        page.reply(WorkerId::Study, reply);
        page.settle();
        assert!(page.texts.iter().all(|(_, text)| text != "late"), "{n}");
        assert_eq!(page.texts.len(), usize::from(n == 2), "{n}");
    }
    // Nothing is written of no study, nor waited for where it comes to nothing.
    let mut page = Page::open(&format!("{SMALL}&screen=xray"));
    write(&mut page, Target::Journal);
    assert!(page.texts.is_empty());
    let mut page = with_bowl(Options::default(), 20);
    page.happen(Event::Xray(XrayEvent::Write(Target::Journal, NOW)));
    let job = job(&page);
    page.reply(WorkerId::Study, Reply::Xray(job, XrayReply::Nothing));
    assert!(!open(&page).is_writing());
}

#[test]
fn a_worker_that_dies_while_it_writes_is_replaced_by_one_that_writes() {
    let mut page = with_bowl(Options::default(), 20);
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    page.happen(Event::Xray(XrayEvent::Write(Target::Journal, NOW)));
    page.kill(WorkerId::Study);
    page.settle();
    assert_eq!((page.texts.len(), saved(&page).trials.len()), (1, 21));
}

#[test]
fn a_frame_that_saves_no_files_shows_the_text_as_long_as_it_is_of_what_is_on_show() {
    let start = Start { embedded: true, sandboxed: true, ..Options::default().start };
    let mut page = with_bowl(Options { start, ..Options::default() }, 20);
    for target in TARGETS {
        write(&mut page, target);
        let written = open(&page).written.clone().expect("it is shown");
        assert_eq!((written.target, page.texts.len()), (target, 0));
        page.share_event(ShareEvent::Copy(written.text.clone()));
        page.settle();
        assert_eq!(page.copied.last(), Some(&written.text));
    }
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    assert!(open(&page).written.is_none());
    write(&mut page, Target::Journal);
    xray(&mut page, XrayEvent::Untell);
    assert!(open(&page).written.is_none());
}

#[test]
fn requests_and_replies_of_a_file_survive_being_sent() {
    let mut page = with_bowl(Options::default(), 20);
    xray(&mut page, XrayEvent::Tell(0, 0.5));
    write(&mut page, Target::Journal);
    let written = open(&page).written.clone().expect("it is written");
    let writes = |(_, request): &&(WorkerId, Request)| {
        matches!(request, Request::Xray { request: XrayRequest::Write { .. }, .. })
    };
    let (_, request) = page.asked.iter().rev().find(writes).expect("it was asked");
    let bytes = postcard::to_stdvec(request).expect("requests serialise");
    assert_eq!(&postcard::from_bytes::<Request>(&bytes).expect("and are read"), request);
    let reply = Reply::Xray(3, XrayReply::Written(Box::new(written)));
    let bytes = postcard::to_stdvec(&reply).expect("replies serialise");
    assert_eq!(postcard::from_bytes::<Reply>(&bytes).expect("and are read"), reply);
}
