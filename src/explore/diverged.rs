//! What the page says of a run that diverged, and two ways on; why it did is folded where only the
//! first steps are on show.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::inspect::UnitStatistics;
use tunescape_core::lesson::controls::range;
use tunescape_core::setup::RunSetup;
use tunescape_core::setup::training::ScheduleKind;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let Some((frame, epoch)) = state.run.frame.as_ref().and_then(|f| Some((f, f.diverged?))) else {
        return Html::default();
    };
    let Some(branch) = state.run.branch() else { return Html::default() };
    let in_force = branch.in_force(epoch.saturating_sub(1));
    let RunSetup { learning_rate: base, momentum } = in_force.run;
    let start = state.run.history().first().map_or(0.0, |r| f64::from(r.train_loss));
    let bound = start * f64::from(tunescape_engine::train::Population::BOUND_FACTOR);
    let rate = state.setup.run.learning_rate;
    let sharp = state.run.sharp.as_ref().filter(|sharp| sharp.epoch == frame.epoch);
    let limit = sharp.and_then(|sharp| sharp.limit);
    // By the schedule the rate there may be another than the one that is set.
    let share = sharp.map_or(1.0, |sharp| sharp.share);
    let lr = base * share;
    // Half of it may still be too much: that is said beforehand.
    let over = limit.filter(|limit| share * rate / 2.0 > *limit);
    let rows = state.data.as_ref().map_or(0, |data| data.rows[0]);
    let noisy = state.setup.training.batch < rows;
    let number = format::number;
    let of_limit = limit.map(|limit| match lr / limit {
        ..1.0 if noisy => t!("run.diverged_under_noise", limit = number(limit)),
        ..1.0 => t!("run.diverged_under", limit = number(limit)),
        times => t!("run.diverged_over", limit = number(limit), times = number(times)),
    });
    // As it is by the schedule, like the rate that is told before it.
    let half = share * rate / 2.0;
    let of_half = over.map(|_| t!("run.half_over", half = number(half)));
    let uses_momentum = in_force.training.rule.has_momentum() && momentum > 0.0;
    let (bound, start, last) = (format::loss(bound), format::loss(start), frame.epoch);
    let lr = number(lr);
    let (went, shown) = if uses_momentum {
        let momentum = number(momentum);
        (
            t!("run.diverged_why", bound = bound, start = start, lr = lr, momentum = momentum),
            t!("run.diverged_shown", last = last),
        )
    } else {
        (
            t!("run.diverged_why_rate", bound = bound, start = start, lr = lr),
            t!("run.diverged_shown_rate", last = last),
        )
    };
    // Without a measurement of that epoch it is not known what a schedule has left of the rate.
    let is_known = sharp.is_some() || in_force.training.schedule.kind == ScheduleKind::Constant;
    // What is measured of the run's stability is for whoever sees the rest of that.
    let measured = !link.hides("stability");
    let why = format::sentences(&[
        if is_known { went } else { String::new() },
        of_limit.filter(|_| measured).unwrap_or_default(),
        of_half.unwrap_or_default(),
        steepest(state, frame.epoch).filter(|_| measured).unwrap_or_default(),
    ]);
    html! {
        <section class="card warning" id="diverged" role="alert">
            <p>
                <b>{ t!("run.diverged", epoch = epoch) }</b>
                { format::gap() }
                { shown }
            </p>
            <div class="actions">
                { half_button(state, link) }
                { fields::button(link, "find", t!("run.find"), t!("run.find"), true, || Event::Run(RunEvent::Find)) }
            </div>
            // Whoever sees the rest of the page is told at once.
            <details class="about" open={state.lesson().is_none() && measured}>
                <summary>{ t!("run.diverged_more") }</summary>
                <p>{ why }</p>
            </details>
        </section>
    }
}

/// Tries again with half of the rate.
fn half_button(state: &State, link: &Link) -> Html {
    let half = state.setup.run.learning_rate / 2.0;
    // A lesson may keep the rate in a range that this lies outside of.
    let (low, high) =
        range(&state.setup.lesson, "run.learning_rate").unwrap_or((0.0, f64::INFINITY));
    if !(low..=high).contains(&half) {
        return Html::default();
    }
    html! {
        <button type="button" id="half" title={link.ruled("half").says()}
            disabled={link.ruled("half").locked}
            data-locked={link.ruled("half").mark()} hidden={link.hides("half")}
            onclick={link.callback(move |_| Event::Run(RunEvent::Retry(half)))}>
            { t!("run.half") }
        </button>
    }
}

/// Where the gradients of the last finite epoch were steepest.
fn steepest(state: &State, epoch: usize) -> Option<String> {
    let (_, laid) = state
        .inspection
        .laid
        .as_ref()
        .filter(|(_, laid)| laid.epoch == epoch && !state.inspection.waits())?;
    let size = |units: &Vec<UnitStatistics>| {
        let squares: f64 = units.iter().map(|u| f64::from(u.gradient).powi(2)).sum();
        (squares / units.len() as f64).sqrt()
    };
    let (layer, gradient) =
        laid.units.iter().map(size).enumerate().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let gradient = format::number(gradient);
    Some(match laid.units.len() - layer {
        1 => t!("run.diverged_outputs", gradient = gradient),
        _ => t!("run.diverged_where", layer = layer + 1, gradient = gradient),
    })
}
