//! The landscape: how it trains, what is read of it, and what can go wrong on the way.
//!
//! In place of the browser tests `the_landscape_trains_and_is_read_zoomed_and_scrubbed`,
//! `the_landscape_can_be_cancelled_and_goes_on`, `cell_colours_are_ranked_like_the_native_losses`,
//! `trials_on_the_map_of_epochs_have_its_colours` and `the_best_place_is_predicted_and_revealed`,
//! but for what they show of drawing.

use crate::driver::{Options, Order, Page};
use crate::reference;
use tunescape_core::setup::Shown;
use tunescape_core::state::deaths::Cause;
use tunescape_core::state::landscape::domain::{Domain, value, values};
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::{Adapter, Event, Kept, Notice, Start, Timer, WorkerId};
use tunescape_core::study::landscape::{Cell, Value};
use tunescape_core::worker::{Failure, Job, Reply, Request};
use tunescape_engine::train::TrainError;

const SMALL: &str = "v=1&map.side=8&training.epochs=10";
/// Long enough to be met on the way.
const LONG: &str = "v=1&data.name=moons&map.side=16&training.epochs=20";

fn cells(page: &Page) -> &[Cell] {
    &page.state.map.land.cells
}

/// A page whose landscape is half trained.
fn half_way(options: Options) -> Page {
    let mut page = Page::opened(LONG, options);
    page.wait_for("the first cells", |page| {
        let (done, all) = page.state.map.land.progress();
        done > 0 && done < all && !page.state.map.idle()
    });
    page
}

fn trained() -> Vec<Cell> {
    cells(&Page::open(LONG)).to_vec()
}

/// The last slice of a landscape that a worker was asked to train.
fn slice(page: &Page, worker: WorkerId) -> Job {
    let slices = page.asked.iter().rev().filter(|asked| asked.0 == worker);
    let job = |request: &Request| match request {
        Request::Train { job, .. } => Some(*job),
        _ => None,
    };
    slices.map(|asked| &asked.1).find_map(job).expect("it was asked to train")
}

#[test]
fn every_cell_has_the_engines_losses() {
    let page = Page::open(SMALL);
    let land = &page.state.map.land;
    assert!(page.state.map.finished() && page.state.map.idle());
    let mut losses = Vec::new();
    for cell in (0..64).step_by(3) {
        let loss =
            reference::reports(page.setup(), &land.point(cell)).get(10).map(|r| r.valid_loss);
        match land.loss(cell, 10) {
            Value::Loss(shown) => assert_eq!(Some(shown), loss, "cell {cell}"),
            Value::Diverged { .. } => assert_eq!(loss, None, "cell {cell}"),
            other => panic!("cell {cell} says {other:?}"),
        }
        losses.extend(loss);
    }
    // The lower the loss, the nearer to the best end of the colours.
    losses.sort_by(f32::total_cmp);
    let domain = Domain::of(land, Shown::Loss, 10);
    let good: Vec<f64> = losses.iter().map(|&loss| domain.goodness(f64::from(loss))).collect();
    assert!(good.is_sorted_by(|a, b| a >= b) && good[0] <= 1.0, "{good:?}");
    let (at, best) = page.state.map.optimum().expect("a best cell");
    assert_eq!(domain.best, best);
    assert_eq!(land.loss(page.state.map.cell_at(at), 10), Value::Loss(best as f32));
    assert!(page.state.map.zones(10).len() > 1, "its parts have names");
}

#[test]
fn squares_are_compared_with_trials_by_the_epoch_that_these_are_judged_by() {
    let mut page = Page::open(SMALL);
    let squares = |page: &Page| page.state.judged_squares().expect("it was trained here");
    let last = squares(&page);
    assert!(!page.state.is_judged_at_best());
    page.change("search.when", "best");
    assert!(page.state.is_judged_at_best());
    let best = squares(&page);
    assert!(best.iter().zip(&last).all(|(best, last)| best <= last) && best != last);
    for cell in (0..64).step_by(9) {
        let point = page.state.map.land.point(cell);
        let trained = reference::reports(page.setup(), &point);
        let lowest = trained[1..].iter().map(|r| r.valid_loss).reduce(f32::min);
        match page.state.map.land.loss(cell, 10) {
            Value::Loss(_) => assert_eq!(Some(best[cell]), lowest.map(f64::from), "{cell}"),
            _ => assert_eq!(best[cell], f64::INFINITY, "{cell}"),
        }
    }
    page.change("search.metric", "accuracy");
    assert!(!page.state.is_judged_at_best(), "the discs show the loss after the last epoch");
    page.change("screen", "race");
    assert!(page.state.is_judged_at_best());
}

#[test]
fn an_earlier_epoch_is_looked_at_and_a_cell_pointed_at() {
    let mut page = Page::open(SMALL);
    let seen = |page: &Page| {
        let epoch = page.state.map.shown_epoch();
        values(&page.state.map.land, Shown::Loss, epoch, 0.3)
    };
    let last = seen(&page);
    page.map(MapEvent::Epoch(Some(3)));
    assert_eq!(page.state.map.shown_epoch(), 3);
    let early = seen(&page);
    assert_ne!(early, last);
    let point = page.state.map.land.point(20);
    let exact = reference::reports(page.setup(), &point)[3].valid_loss;
    assert_eq!(early[20], Value::Loss(exact));
    page.map(MapEvent::Epoch(None));
    assert_eq!(seen(&page), last);
    page.happen(Event::Map(MapEvent::Hover(Some(20))));
    assert_eq!(page.state.map.hover, Some(20));
    let drawings = page.drawings;
    page.happen(Event::Map(MapEvent::Hover(Some(20))));
    assert_eq!(page.drawings, drawings, "nothing new is seen");
    page.happen(Event::Map(MapEvent::Hover(Some(64))));
    assert_eq!(page.state.map.hover, None, "there is no such cell");
    // An epoch that a shorter training does not have is none to look at.
    page.map(MapEvent::Epoch(Some(8)));
    page.change("training.epochs", 6);
    assert_eq!((page.state.map.epoch, page.state.map.shown_epoch()), (None, 6));
}

#[test]
fn the_map_shows_when_a_loss_was_reached() {
    let page = Page::open(&format!("{SMALL}&data.name=moons&map.shown=speed&map.target=0.4"));
    let land = &page.state.map.land;
    let mut kinds = [0; 3];
    for cell in (0..64).step_by(3) {
        let reports = reference::reports(page.setup(), &land.point(cell));
        let came = reports.iter().position(|report| report.valid_loss <= 0.4);
        match value(land, cell, page.setup().map.shown, 10, page.setup().map.target) {
            Value::Epochs(at) => {
                kinds[0] += 1;
                assert_eq!(came, Some(at));
            }
            Value::Never => {
                kinds[1] += 1;
                assert_eq!((came, reports.len()), (None, 11));
            }
            Value::Diverged { .. } => assert!(reports.len() < 11 && came.is_none()),
            Value::Loss(_) | Value::Unknown => kinds[2] += 1,
        }
    }
    assert!(kinds[0] > 0 && kinds[1] > 0 && kinds[2] == 0, "{kinds:?}");
    assert_eq!(Domain::of(land, Shown::Speed, 10), Domain { best: 0.0, worst: 10.0 });
}

#[test]
fn a_click_zooms_in_and_the_way_out_gives_the_same_map() {
    let mut page = Page::open(SMALL);
    let (whole, outside) = (page.state.map.land.axes.clone(), cells(&page).to_vec());
    page.map(MapEvent::Mode(Click::Zoom));
    page.map(MapEvent::Act(0.55, 0.3));
    assert!(page.address.contains("map.zoom") && page.state.map.finished());
    let inside = &page.state.map.land.axes;
    for (axis, (own, at)) in whole.params.iter().zip(inside.params.iter().zip([0.55, 0.3])) {
        let [low, high] = [own.low, own.high].map(|end| axis.to_unit(end));
        let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
        assert!(near(low, at - 0.125) && near(high, at + 0.125), "{}: {low} to {high}", axis.name);
    }
    assert_ne!(cells(&page), outside);
    let cell = 27;
    let exact = reference::reports(page.setup(), &page.state.map.land.point(cell));
    assert_eq!(cells(&page)[cell].reports, exact);
    page.map(MapEvent::BackOut);
    assert!(page.setup().map.zoom.is_empty());
    assert_eq!(cells(&page), outside);
    // At the edge it is the last quarter.
    page.map(MapEvent::Act(1.0, 0.0));
    let inside = &page.state.map.land.axes.params;
    assert_eq!((inside[0].high, inside[1].low), (whole.params[0].high, whole.params[1].low));
}

#[test]
fn the_map_is_zoomed_no_further_than_numbers_differ() {
    let mut page = Page::open("v=1&data.name=moons&map.side=8&training.epochs=1");
    for _ in 0..20 {
        page.happen(Event::Map(MapEvent::ZoomIn(0.5, 0.5)));
    }
    let depth = page.setup().map.zoom.len();
    assert!((5..15).contains(&depth), "{depth}");
    assert!(page.notices().iter().all(|notice| *notice == Notice::TooDeep));
    assert_eq!(page.notices().len(), 20 - depth);
    page.settle();
    assert!(page.state.map.finished());
}

#[test]
fn a_change_leaves_a_trail_that_is_replayed() {
    let mut page = Page::open(SMALL);
    let domain = Domain::of(&page.state.map.land, Shown::Loss, 10);
    let seen = values(&page.state.map.land, Shown::Loss, 10, 0.3);
    let (at, loss) = page.state.map.optimum().expect("a best cell");
    page.change("training.batch", 4);
    let was = &page.state.map.trail[..];
    assert_eq!((was.len(), was[0].at, was[0].loss, was[0].domain), (1, at, loss, domain));
    assert_eq!((was[0].of.training.batch, was[0].then.training.batch), (32, 4));
    assert_eq!(*was[0].values, seen);
    assert_ne!(Domain::of(&page.state.map.land, Shown::Loss, 10), domain);
    // Who wants no motion goes on by hand.
    page.map(MapEvent::Replay(0));
    assert_eq!(page.state.map.former().map(|was| was.loss), Some(loss));
    page.map(MapEvent::Replay(1));
    assert!(page.state.map.replayed == Some(1) && page.state.map.former().is_none());
    page.map(MapEvent::Replay(2));
    assert_eq!(page.state.map.replayed, None);
    page.map(MapEvent::Replay(0));
    page.map(MapEvent::Forget);
    assert_eq!((page.state.map.trail.len(), page.state.map.replayed), (0, None));
    // Other data has no past.
    page.change("training.batch", 8);
    assert_eq!(page.state.map.trail.len(), 1);
    page.change("data.name", "moons");
    assert_eq!(page.state.map.trail.len(), 0);
}

#[test]
fn a_trail_replays_itself_to_its_end() {
    let mut options = Options::default();
    options.start.still = false;
    let mut page = Page::opened("v=1&data.name=moons&map.side=8&training.epochs=3", options);
    page.settle();
    for batch in [4, 8, 16] {
        page.change("training.batch", batch);
    }
    page.happen(Event::Map(MapEvent::Replay(0)));
    let mut stages = vec![page.state.map.replayed];
    while page.state.map.replayed.is_some() && page.step() {
        if stages.last() != Some(&page.state.map.replayed) {
            stages.push(page.state.map.replayed);
        }
    }
    assert_eq!(stages, [Some(0), Some(1), Some(2), Some(3), None]);
}

#[test]
fn training_is_cancelled_and_goes_on_where_it_was() {
    let mut page = half_way(Options::default());
    page.happen(Event::Map(MapEvent::Cancel));
    let stopped = page.state.map.land.progress();
    assert!(page.state.map.cancelled && page.state.map.idle());
    // Another seed of the study only: what was cancelled stays cancelled.
    page.change("search.seed", 7);
    assert!(page.state.map.cancelled);
    assert_eq!(page.state.map.land.progress(), stopped);
    assert!(page.address.contains("search.seed=7"));
    page.happen(Event::Map(MapEvent::Again));
    assert!(!page.state.map.cancelled && !page.state.map.idle());
    page.settle();
    assert_eq!(cells(&page), trained());
}

#[test]
fn the_best_place_is_predicted_on_a_hidden_map() {
    let mut page = Page::open(&format!("{SMALL}&map.hidden=true"));
    assert_eq!(page.state.map.clicks(true), [Click::Predict, Click::Place]);
    page.map(MapEvent::Act(0.3, 0.2));
    assert_eq!(page.state.map.mark, Some([0.3, 0.2]));
    assert!(page.setup().map.zoom.is_empty() && page.points().is_empty());
    page.map(MapEvent::Act(0.4, 0.3));
    assert_eq!(page.state.map.mark, Some([0.4, 0.3]), "the last counts");
    page.change("map.hidden", false);
    assert_eq!(page.state.map.mark, Some([0.4, 0.3]), "the truth leaves the mark");
    assert_eq!(page.state.map.clicks(false), [Click::Look, Click::Zoom, Click::Place]);
    page.change("map.hidden", true);
    page.change("training.batch", 8);
    assert_eq!(page.state.map.mark, None, "another landscape is another question");
}

#[test]
fn a_crew_worker_dies_on_the_way_and_the_map_is_the_same() {
    let whole = trained();
    for order in [Order::First, Order::Any(3)] {
        let mut page = half_way(Options { order, ..Options::default() });
        page.kill(WorkerId::Crew(0));
        page.settle();
        assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
        assert_eq!(cells(&page), whole, "{order:?}");
    }
}

#[test]
fn a_failed_slice_stops_the_map_until_it_is_asked_for_again() {
    let mut page = half_way(Options::default());
    let failure = Failure::Train(TrainError::NoRows);
    let job = slice(&page, WorkerId::Crew(1));
    page.reply(WorkerId::Crew(1), Reply::Failed(job, failure.clone()));
    assert!(page.state.map.cancelled && page.state.map.idle());
    assert_eq!(page.notices(), [Notice::Failed(failure.clone())]);
    // Nobody waits for a job that was stopped since.
    page.reply(WorkerId::Crew(1), Reply::Failed(job, failure));
    assert_eq!(page.notices().len(), 1);
    page.map(MapEvent::Again);
    assert_eq!(cells(&page), trained());
}

#[test]
fn a_lost_gpu_leaves_the_rest_to_the_cpu() {
    let gpu = Options { gpu: Some("A GPU"), ..Options::default() };
    let mut page = half_way(gpu.clone());
    assert!(page.state.on_gpu());
    assert_eq!(page.state.adapter, Adapter::Named("A GPU".into()));
    let lost = Failure::Train(TrainError::DeviceLost("gone".into()));
    let job = slice(&page, WorkerId::Gpu);
    page.reply(WorkerId::Gpu, Reply::Failed(job, lost));
    assert_eq!(page.state.adapter, Adapter::Lost("gone".into()));
    page.settle();
    assert_eq!(page.notices(), [Notice::DeviceLost]);
    assert_eq!(cells(&page), trained());
    // One whose worker dies is lost as well.
    let mut page = half_way(gpu);
    page.kill(WorkerId::Gpu);
    page.settle();
    assert!(matches!(page.state.adapter, Adapter::Lost(_)) && !page.state.on_gpu());
    assert_eq!(page.notices(), [Notice::WorkerDied(Cause::Other)]);
    assert_eq!(cells(&page), trained());
}

#[test]
fn a_gpu_that_never_answers_is_given_up_and_the_cpu_goes_on() {
    let gpu = Options { gpu: Some("A GPU"), gpu_hangs: true, ..Options::default() };
    let mut page = Page::opened(LONG, gpu);
    let silent = page.number_of(WorkerId::Gpu);
    page.settle();
    assert_eq!(page.notices(), [Notice::GpuHangs]);
    assert!(matches!(page.state.adapter, Adapter::Lost(_)) && !page.state.on_gpu());
    assert_eq!(cells(&page), trained());
    assert!(page.number_of(WorkerId::Gpu) > silent, "another has taken its place");
}

#[test]
fn a_gpu_that_answers_slowly_is_left_alone() {
    let gpu = Options { gpu: Some("A GPU"), gpu_hangs: true, ..Options::default() };
    let mut page = Page::opened(LONG, gpu);
    page.wait_for("work for the GPU", |page| page.state.on_gpu() && !page.state.map.idle());
    let job = slice(&page, WorkerId::Gpu);
    for _ in 0..9 {
        // Once the time is over before it is heard: the page was asleep.
        page.happen(Event::Timer(Timer::Gpu));
        page.reply(WorkerId::Gpu, Reply::Alive(job));
    }
    page.answer();
    page.settle();
    assert!(page.state.on_gpu() && page.notices().is_empty());
    assert_eq!(cells(&page), trained());
    // Nobody waits for one that has nothing to do.
    page.happen(Event::Timer(Timer::Gpu));
    page.happen(Event::Timer(Timer::Gpu));
    assert!(page.state.on_gpu());
}

#[test]
fn a_network_too_large_for_the_gpu_trains_on_the_cpu() {
    let gpu = Options { gpu: Some("A GPU"), ..Options::default() };
    let mut page = half_way(gpu);
    let failure = Failure::Train(TrainError::TooLarge { bytes: 9, limit: 8 });
    let job = slice(&page, WorkerId::Gpu);
    page.reply(WorkerId::Gpu, Reply::Failed(job, failure));
    assert!(page.state.map.too_large && !page.state.on_gpu());
    page.settle();
    assert!(page.notices().is_empty(), "that is no fault");
    assert_eq!(cells(&page), trained());
    // Another network may fit.
    page.change("net.hidden", vec![2]);
    assert!(!page.state.map.too_large && page.state.on_gpu() && page.state.map.finished());
    let last = page.asked.iter().rev().find(|asked| matches!(asked.1, Request::Train { .. }));
    assert_eq!(last.map(|asked| asked.0), Some(WorkerId::Gpu));
    // Who asks for the CPU gets it.
    page.change("backend", "cpu");
    assert!(!page.state.on_gpu());
}

#[test]
fn a_browser_that_is_silent_about_its_gpu_gets_the_cpu() {
    let gpu = Options { gpu: Some("A GPU"), ..Options::default() };
    let mut page = Page::opened(SMALL, gpu);
    assert!(page.state.waits_for_adapter() && !page.state.map.begun);
    page.happen(Event::Timer(Timer::Adapter));
    assert_eq!(page.state.adapter, Adapter::Absent);
    page.wait_for("the data", |page| page.state.ready());
    assert!(page.state.map.begun);
    page.settle();
    assert!(page.state.map.finished());
}

#[test]
fn how_long_a_map_takes_is_learnt_from_the_last() {
    let mut page = half_way(Options::default());
    assert!(page.state.map.time_left().is_some_and(|left| left > 0.0));
    assert_eq!(page.state.expected(64), None, "nothing was measured yet");
    for i in 0..300 {
        page.happen(Event::Map(MapEvent::Hover(Some(i % 64))));
    }
    page.settle();
    assert_eq!(page.state.map.time_left(), None);
    let speed = page.kept.get(Kept::SpeedCpu.key()).expect("it is kept").clone();
    let expected = page.state.expected(256).expect("it was measured");
    assert!(expected > 200.0 && page.state.expected(512) == Some(2.0 * expected), "{expected}");
    let mut options = Options::default();
    options.start.speed_cpu = Some(speed);
    let mut page = Page::opened(LONG, options);
    page.wait_for("the data", |page| page.state.ready());
    assert_eq!(page.state.expected(256), Some(expected));
}

#[test]
fn a_map_that_takes_long_rests_until_the_reader_wants_it_whole() {
    let link = "v=1&training.epochs=400";
    let mut page = Page::opened(link, Options::default());
    page.wait_for("a rest", |page| page.state.map.rests);
    let known = cells(&page).iter().filter(|cell| cell.done).count();
    assert_eq!((known, page.state.map.land.side), (256, 64));
    page.happen(Event::Map(MapEvent::Again));
    assert!(!page.state.map.rests && !page.state.map.idle());
    page.happen(Event::Map(MapEvent::Cancel));
    assert!(!page.state.map.rests, "the reader has cancelled it, and knows");
    // Who embeds the page has chosen the map.
    let start = Start { embedded: true, ..Options::default().start };
    let mut page = Page::opened(link, Options { start, ..Options::default() });
    page.wait_for("the finest cells", |page| {
        let known = cells(page).iter().filter(|cell| cell.done).count();
        known > 256 || known == 256 && page.state.map.idle()
    });
    assert!(!page.state.map.rests);
    page.happen(Event::Map(MapEvent::Cancel));
}
