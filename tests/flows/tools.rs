//! Files for other tools: which study and which training they are of, and who waits for them.

use crate::driver::{Options, Page};
use tunescape_core::export::{Order, Target};
use tunescape_core::import::{self, Time};
use tunescape_core::setup::{Screen, Setup};
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::share::ShareEvent;
use tunescape_core::worker::Request;
use tunescape_engine::train::Report;

const LINK: &str = "v=1&map.side=8&training.epochs=10&data.name=moons&search.strategy=random\
    &search.budget=5&search.run=4&search.shown=4";

/// 2026-10-01, ten in the morning.
const NOW: Time = Time(1_790_848_800_000_000);

fn write(page: &mut Page, target: Target) {
    page.share_event(ShareEvent::Write(target, NOW));
    page.settle();
}

/// What a worker was last asked to write.
fn ordered(page: &Page) -> (&Setup, &Order) {
    let asked = page.asked.iter().rev().find_map(|(_, request)| match request {
        Request::Write { setup, order, .. } => Some((setup, order)),
        _ => None,
    });
    asked.expect("a file was asked for")
}

fn curve(page: &Page, trial: usize) -> Vec<Report> {
    page.state.study.study.trials()[trial].curve.iter().map(|(_, report)| *report).collect()
}

#[test]
fn a_study_is_written_for_every_tool_and_saved() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    page.share_event(ShareEvent::SaveWritten);
    assert!(page.texts.is_empty(), "nothing is written yet");
    for target in Target::ALL {
        write(&mut page, target);
        let written = page.state.share.written.clone().expect("it is written");
        assert_eq!(written.target, target);
        page.share_event(ShareEvent::SaveWritten);
        assert_eq!(page.texts.last(), Some(&(written.name, written.text)));
    }
    // The journal brings the trials back, all that there are, not those on show alone.
    page.study(StudyEvent::Show(2));
    write(&mut page, Target::Journal);
    let written = page.state.share.written.as_ref().expect("it is written");
    let study = import::read(written.text.as_bytes(), &written.name).expect("a study").remove(0);
    let values: Vec<Option<f64>> =
        study.trials.iter().map(|trial| trial.values.first().copied()).collect();
    assert_eq!(values.len(), 4);
    for (value, loss) in values.into_iter().zip(page.losses()) {
        assert_eq!(value.filter(|value| value.is_finite()), loss);
    }
    // Opened anew it begins anew.
    page.share_event(ShareEvent::Open);
    assert!(page.state.share.written.is_none());
    page.share_event(ShareEvent::ShowText(1));
    assert_eq!(page.state.share.shown, Some(1));
}

#[test]
fn of_two_files_that_are_asked_for_the_later_is_shown() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    page.share_event(ShareEvent::Write(Target::Data, NOW));
    page.share_event(ShareEvent::Write(Target::Optuna, NOW));
    let shown = |page: &Page| page.state.share.written.as_ref().map(|written| written.target);
    page.wait_for("a file", |page| shown(page).is_some());
    assert_eq!(shown(&page), Some(Target::Optuna));
    page.settle();
    assert_eq!(shown(&page), Some(Target::Optuna));
    // Nothing is written of data that is still being made.
    let mut page = Page::opened(LINK, Options::default());
    page.share_event(ShareEvent::Write(Target::Data, NOW));
    assert!(!page.asked.iter().any(|asked| matches!(asked.1, Request::Write { .. })));
}

#[test]
fn a_script_trains_the_trial_that_is_looked_at_or_the_best() {
    let mut page = Page::open(LINK);
    page.share_event(ShareEvent::Open);
    let best = page.state.study.best(4).expect("a best").0;
    write(&mut page, Target::PyTorch);
    let (setup, order) = ordered(&page);
    assert_eq!(*setup, page.setup().at(&page.points()[best]));
    assert_eq!((&order.reports, order.reports.len()), (&curve(&page, best), 11));
    let other = (best + 1) % 4;
    page.study(StudyEvent::Select(Some(other)));
    write(&mut page, Target::PyTorch);
    let (setup, order) = ordered(&page);
    assert_eq!(*setup, page.setup().at(&page.points()[other]));
    assert_eq!(order.reports, curve(&page, other));
    // Every other tool gets the study as it is.
    write(&mut page, Target::Optuna);
    assert_eq!(ordered(&page).0, page.setup());
    // Before there is a trial it is the set-up's own training.
    page.change("search.strategy", "grid");
    write(&mut page, Target::PyTorch);
    let (setup, order) = ordered(&page);
    assert_eq!((setup, order.reports.len()), (page.setup(), 0));
}

#[test]
fn on_explore_a_script_trains_the_run_and_tells_nothing_of_one_that_was_steered() {
    let mut page = Page::open(LINK);
    page.go_to(Screen::Explore);
    page.set("training.patience", 1);
    page.step_to(3);
    page.share_event(ShareEvent::Open);
    write(&mut page, Target::PyTorch);
    let (setup, order) = ordered(&page);
    // The run has no patience: whoever watches it stops it.
    let mut wanted = page.setup().clone();
    wanted.training.patience = 0;
    assert_eq!((setup, &order.reports), (&wanted, &page.reports()));
    assert_eq!(order.reports.len(), 4);
    page.set("run.momentum", 0.5);
    page.run_event(RunEvent::Step);
    page.wait_for_epoch(4);
    write(&mut page, Target::PyTorch);
    let (setup, order) = ordered(&page);
    assert_eq!((setup.run.momentum, order.reports.len()), (0.5, 0));
}
