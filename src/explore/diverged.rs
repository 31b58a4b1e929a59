//! What the page says of a run that diverged, and two ways on; why it did is folded where only the
//! first steps are on show.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::inspect::UnitStatistics;
use tunescape_core::lesson::controls::range;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let Some((frame, epoch)) = state.run.frame.as_ref().and_then(|f| Some((f, f.diverged?))) else {
        return Html::default();
    };
    let Some(branch) = state.run.branch() else { return Html::default() };
    let tunescape_core::setup::RunSetup { learning_rate: lr, momentum } =
        branch.in_force(epoch.saturating_sub(1)).run;
    let start = state.run.history().first().map_or(0.0, |r| f64::from(r.train_loss));
    let bound = start * f64::from(tunescape_engine::train::Population::BOUND_FACTOR);
    let rate = state.setup.run.learning_rate;
    let limit = state
        .run
        .sharp
        .as_ref()
        .filter(|sharp| sharp.epoch == frame.epoch)
        .and_then(|sharp| sharp.limit);
    // Half of it may still be too much: that is said beforehand.
    let over = limit.filter(|limit| rate / 2.0 > *limit);
    let rows = state.data.as_ref().map_or(0, |data| data.rows[0]);
    let noisy = state.setup.training.batch < rows;
    // A lesson may keep the rate in a range that this lies outside of.
    let (low, high) =
        range(&state.setup.lesson, "run.learning_rate").unwrap_or((0.0, f64::INFINITY));
    let number = format::number;
    let of_limit = limit.map(|limit| match lr / limit {
        ..1.0 if noisy => t!("run.diverged_under_noise", limit = number(limit)),
        ..1.0 => t!("run.diverged_under", limit = number(limit)),
        times => t!("run.diverged_over", limit = number(limit), times = number(times)),
    });
    let half = rate / 2.0;
    let of_half =
        over.map(|limit| t!("run.half_over", half = number(half), times = number(half / limit)));
    let why = format::sentences(&[
        t!(
            "run.diverged_why",
            bound = format::loss(bound),
            start = format::loss(start),
            lr = number(lr),
            momentum = number(momentum)
        ),
        of_limit.unwrap_or_default(),
        of_half.unwrap_or_default(),
        steepest(state, frame.epoch).unwrap_or_default(),
    ]);
    html! {
        <section class="card warning" id="diverged" role="alert">
            <p>
                <b>{ t!("run.diverged", epoch = epoch) }</b>
                { format::gap() }
                { t!("run.diverged_shown", last = frame.epoch) }
            </p>
            <div class="actions">
                if (low..=high).contains(&(rate / 2.0)) {
                    <button type="button" id="half" title={link.ruled("half").says()}
                        disabled={link.ruled("half").locked}
                        data-locked={link.ruled("half").mark()} hidden={link.hides("half")}
                        onclick={link.callback(move |_| Event::Run(RunEvent::Retry(rate / 2.0)))}>
                        { t!("run.half") }
                    </button>
                }
                { fields::button(link, "find", t!("run.find"), t!("run.find"), true, || Event::Run(RunEvent::Find)) }
            </div>
            // Whoever sees the rest of the page is told at once.
            <details class="about" open={state.lesson().is_none() && !link.hides("stability")}>
                <summary>{ t!("run.diverged_more") }</summary>
                <p>{ why }</p>
            </details>
        </section>
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
