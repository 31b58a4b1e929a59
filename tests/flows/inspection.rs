//! One run looked into.
//!
//! In place of `tests/browser/explore.rs`: `a_run_is_looked_into_and_its_limit_follows_the_momentum`
//! and what `a_step_is_told_and_a_bias_set_by_keys_alone` shows beyond the keys.

use crate::driver::Page;
use crate::explore::LINK;
use crate::reference;
use tunescape_core::inspect::{Plane, stability};
use tunescape_core::metrics::Metric;
use tunescape_core::setup::Screen;
use tunescape_core::state::inspection::SEEDS;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, WorkerId};
use tunescape_core::worker::{Reply, Request};

fn stepped(epochs: usize) -> Page {
    let mut page = Page::open(LINK);
    page.step_to(epochs);
    page.settle();
    page
}

#[test]
fn the_limit_of_stability_follows_the_momentum() {
    let mut page = stepped(3);
    let limit = |page: &Page| {
        let sharp = page.state.run.sharp.as_ref().expect("it is measured");
        assert_eq!(sharp.epoch, 3);
        let (rule, hyper) = (page.setup().training.rule, page.setup().hyper(&[]));
        stability::limit(rule, &hyper, sharp.curvature.largest).expect("a limit")
    };
    let with_momentum = limit(&page);
    assert_eq!(page.state.run.sharp.as_ref().and_then(|sharp| sharp.limit), Some(with_momentum));
    assert!(!page.state.run.measuring());
    page.set("run.momentum", 0.0);
    page.settle();
    // 2(1 + β)/λ at 0.9 and at 0.
    let ratio = with_momentum / limit(&page);
    assert!((ratio - 1.9).abs() < 1e-6, "{ratio}");
}

#[test]
fn the_slice_is_cut_along_the_path_the_next_step_or_anywhere() {
    let mut page = stepped(3);
    let slice = |page: &Page| page.state.inspection.slice.clone().expect("a slice");
    let path = slice(&page);
    assert_eq!((path.plane, path.epoch, path.path.len()), (Plane::Path, 3, 4));
    assert_eq!(path.losses.len(), path.side * path.side);
    assert!(!page.state.inspection.waits());
    page.run_event(RunEvent::Plane(Plane::Step));
    page.settle();
    assert_eq!(slice(&page).plane, Plane::Step);
    assert_ne!(slice(&page).losses, path.losses);
    page.run_event(RunEvent::Plane(Plane::Random { seed: 3 }));
    page.settle();
    assert_eq!(slice(&page).plane, Plane::Random { seed: 3 });
    // It stays that plane for the next epochs, and over a reset.
    page.step_to(4);
    page.settle();
    assert_eq!((slice(&page).plane, slice(&page).epoch), (Plane::Random { seed: 3 }, 4));
    page.run_event(RunEvent::Reset);
    page.settle();
    assert_eq!((slice(&page).plane, slice(&page).epoch), (Plane::Random { seed: 3 }, 0));
}

#[test]
fn what_goes_on_is_looked_at_now_and_then_and_not_on_other_screens() {
    let mut page = stepped(0);
    page.run_event(RunEvent::Pace(3));
    page.forget_asked();
    page.run_event(RunEvent::Play);
    let slices = |request: &Request| matches!(request, Request::Slice { .. });
    page.wait_for("a look", |page| page.times_asked(WorkerId::Study, slices) > 1);
    assert!(page.state.run.playing);
    page.go_to(Screen::Search);
    page.wait_for("what was asked for", |page| !page.state.inspection.waits());
    page.forget_asked();
    let epoch = page.epoch().expect("a run");
    page.wait_for("many epochs", |page| page.epoch() > Some(epoch + 300));
    assert_eq!(page.times_asked(WorkerId::Study, slices), 0);
    page.run_event(RunEvent::Pause);
    page.settle();
    page.go_to(Screen::Explore);
    page.settle();
    assert_eq!(page.times_asked(WorkerId::Study, slices), 1);
    assert_eq!(page.state.inspection.slice.as_ref().map(|slice| slice.epoch), page.epoch());
}

#[test]
fn other_seeds_say_whether_it_was_luck() {
    let mut page = stepped(4);
    page.run_event(RunEvent::Luck);
    let (job, _) = page.state.inspection.luck_job.expect("it is asked for");
    page.reply(WorkerId::Study, Reply::LuckProgress(job, 40));
    page.reply(WorkerId::Study, Reply::LuckProgress(job + 1, 80));
    assert_eq!(page.state.inspection.luck_job, Some((job, 40)));
    page.settle();
    let luck = page.state.inspection.luck.as_ref().expect("it is known");
    assert_eq!((luck.last.len(), luck.median.len(), luck.band.len()), (SEEDS, 5, 4));
    assert!(luck.last.is_sorted());
    // Each is the run of another seed, this one's among them.
    for seed in [42, 43, 42 + SEEDS as u64 - 1] {
        let mut setup = page.setup().clone();
        setup.net.seed = seed;
        let loss = reference::reports(&setup, &[0.1, 0.9])[4].valid_loss;
        let near = |last: &&f64| (**last - f64::from(loss)).abs() < 1e-6;
        assert!(luck.last.iter().any(|last| near(&last)), "{seed}: {loss} {:?}", luck.last);
    }
    let own = f64::from(page.reports()[4].valid_loss);
    assert_eq!(luck.place, 1 + luck.last.iter().filter(|&&loss| loss < own).count());
    // The second press forgets them; so does another run.
    page.run_event(RunEvent::Luck);
    assert!(page.state.inspection.luck.is_none());
    page.run_event(RunEvent::Luck);
    page.run_event(RunEvent::Reset);
    page.settle();
    assert!(page.state.inspection.luck.is_none() && page.state.inspection.luck_job.is_none());
}

#[test]
fn a_step_is_told_part_by_part_and_ends_where_the_run_comes_to() {
    let mut page = stepped(0);
    // One update is the whole epoch.
    page.set("training.batch", 1000);
    page.run_event(RunEvent::Tell);
    page.settle();
    let told = page.state.inspection.told.clone().expect("an update");
    assert_eq!((told.epoch, told.update, told.updates), (0, 0, 1));
    assert_eq!(page.state.inspection.part, 0);
    // What is subtracted is what the weight loses: momentum on a velocity of nothing.
    let [before, after] = told.weight.map(f64::from);
    assert!((before - f64::from(told.rate) * told.used - after).abs() < 1e-6, "{told:?}");
    assert_ne!(before, after);
    for part in 1..4 {
        page.run_event(RunEvent::Onward);
        assert_eq!((page.state.inspection.part, page.epoch()), (part, Some(0)));
    }
    page.run_event(RunEvent::Onward);
    page.wait_for_epoch(1);
    page.settle();
    // Its loss is what the page shows of the training rows.
    let shown = f64::from(page.reports()[1].train_loss);
    assert!((told.loss_after - shown).abs() < 1e-4, "{} {shown}", told.loss_after);
    let next = page.state.inspection.told.clone().expect("the next");
    assert_eq!((next.epoch, page.state.inspection.part), (1, 0));
    // Several updates an epoch are told one after the other.
    page.set("training.batch", 64);
    page.settle();
    (0..4).for_each(|_| page.run_event(RunEvent::Onward));
    page.settle();
    let second = page.state.inspection.told.clone().expect("the second");
    assert_eq!((second.epoch, second.update, page.epoch()), (1, 1, Some(1)));
    // The controls moved, the same update is told again.
    page.set("run.learning_rate", 0.2);
    page.settle();
    let again = page.state.inspection.told.clone().expect("the same");
    assert_eq!((again.update, again.rate), (1, 0.2));
    page.run_event(RunEvent::Tell);
    page.forget_asked();
    page.run_event(RunEvent::Reset);
    page.settle();
    let tells = |request: &Request| matches!(request, Request::Tell { .. });
    assert_eq!(page.times_asked(WorkerId::Study, tells), 0);
}

#[test]
fn a_bias_is_set_where_the_run_rests_and_is_its_own_again_at_the_start() {
    let mut page = stepped(1);
    let bias = |page: &Page| {
        let (net, laid) = page.state.inspection.laid.clone().expect("it is laid open");
        // The first layer's biases stand behind its weights.
        let index = net.layers()[0].biases;
        (index, laid.weights[index])
    };
    let (index, trained) = bias(&page);
    let scores = page.reports();
    page.run_event(RunEvent::Weight(index, 2.5));
    page.settle();
    assert_eq!(bias(&page), (index, 2.5));
    assert_ne!((trained, page.reports().last()), (2.5, scores.last()));
    page.run_event(RunEvent::Reset);
    page.settle();
    assert_eq!(bias(&page), (index, 0.0));
    page.run_event(RunEvent::Play);
    page.wait_for("some epochs", |page| page.epoch() >= Some(2));
    page.forget_asked();
    page.run_event(RunEvent::Weight(index, 2.5));
    let sets = |request: &Request| matches!(request, Request::Weight { .. });
    assert_eq!(page.times_asked(WorkerId::Study, sets), 0);
}

#[test]
fn another_metric_is_watched_beside_the_loss() {
    let mut page = stepped(3);
    let watched = |page: &Page| page.state.run.branch().and_then(|branch| branch.watched.clone());
    page.run_event(RunEvent::Watch(Metric::F1));
    page.settle();
    let (metric, first) = watched(&page).expect("it is watched");
    assert_eq!((metric, first.len()), (Metric::F1, 4));
    // What is known is not asked for again.
    page.step_to(5);
    page.settle();
    let (_, more) = watched(&page).expect("it is watched");
    assert_eq!((more.len(), &more[..4]), (6, &first[..]));
    let from: Vec<usize> = page
        .asked
        .iter()
        .filter_map(|asked| match asked.1 {
            Request::Watch { from, .. } => Some(from),
            _ => None,
        })
        .collect();
    assert!(from[0] == 0 && from[1..].iter().all(|from| *from >= 4), "{from:?}");
    // The score comes with every report.
    page.forget_asked();
    page.run_event(RunEvent::Watch(Metric::Accuracy));
    page.settle();
    let watches = |request: &Request| matches!(request, Request::Watch { .. });
    assert_eq!(page.times_asked(WorkerId::Study, watches), 0);
}

#[test]
fn axes_and_looks_stay_as_chosen_over_a_reset() {
    let mut page = stepped(2);
    for event in [RunEvent::Log, RunEvent::Smooth, RunEvent::Discrete, RunEvent::Cross(Some(1))] {
        page.run_event(event);
    }
    let looks = |page: &Page| {
        let own = &page.state.inspection;
        (own.log, own.smooth, own.discrete, own.cross)
    };
    assert_eq!(looks(&page), (true, true, true, Some(1)));
    page.run_event(RunEvent::Reset);
    page.settle();
    assert_eq!(looks(&page), (true, true, true, None));
    page.run_event(RunEvent::Smooth);
    assert_eq!(looks(&page), (true, false, true, None));
    // What others ask for has no say: it is of a run that is no more.
    page.happen(Event::Reply(WorkerId::Study, Box::new(Reply::Told(1, None))));
    page.happen(Event::Reply(WorkerId::Study, Box::new(Reply::Watched(1, None))));
    assert_eq!(looks(&page), (true, false, true, None));
}
