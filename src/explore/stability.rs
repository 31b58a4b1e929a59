//! Where the rule in use stops being stable, measured from the network of the Explore run.

use crate::controls::terms::explained;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::inspect::stability::{self, Damping};
use tunescape_core::space::Param;
use tunescape_core::state::State;
use tunescape_engine::optim::{Hyper, Rule};
use yew::prelude::*;

/// The largest stable learning rate of an update, at the momentum that the controls stand for.
fn limit(state: &State) -> Option<f64> {
    let sharp = state.run.sharp.as_ref()?;
    stability::limit(state.setup.training.rule, &state.setup.hyper(&[]), sharp.curvature.largest)
}

/// The limit under a slider of learning rates, by what the schedule leaves of them, and what lies
/// beyond it shaded; `ends` are where the slider begins, stands and ends.
pub fn mark(state: &State, rates: &Param, ends: [f64; 3]) -> Html {
    let share = state.run.sharp.as_ref().map_or(1.0, |sharp| sharp.share);
    // Where the schedule leaves nothing, any rate is stable.
    let limit = limit(state).map(|limit| limit / share).filter(|limit| limit.is_finite());
    let Some(limit) = limit else {
        return html! { <svg class="limit-mark" aria-hidden="true" /> };
    };
    let [low, _, high] = ends.map(|at| 1000.0 * at);
    let at = (1000.0 * rates.to_unit(limit)).clamp(low, high);
    html! {
        <svg class="limit-mark" id="limit" data-limit={format::number(limit)}
            viewBox={format!("{low} 0 {} 10", high - low)} preserveAspectRatio="none" role="img"
            aria-label={t!("run.limit", limit = format::number(limit))}>
            // A limit beyond the slider's end has no place on it.
            if at < high {
                <rect class="beyond" x={at.to_string()} y="3" width={(high - at).to_string()}
                    height="4" />
                <rect class="edge" x={(at - 3.0).to_string()} y="0" width="6" height="10" />
            }
        </svg>
    }
}

/// Where the rule stops being stable, measured where the run last rested.
pub fn says(state: &State) -> Html {
    let Some(sharp) = &state.run.sharp else {
        return html! { <p class="about" id="stability">{ explained(t!("run.sharp_unknown")) }</p> };
    };
    let largest = sharp.curvature.largest;
    let curvature = format::number(largest);
    let rule = state.setup.training.rule;
    let base = state.setup.hyper(&[]);
    let learning_rate = base.learning_rate * sharp.share as f32;
    let hyper = Hyper { learning_rate, ..base };
    let mut says = match (limit(state), stability::damping(rule, &hyper, largest)) {
        (Some(limit), Some(damping)) => {
            let motion = match damping {
                Damping::Over => t!("run.over"),
                Damping::Critical => t!("run.critical"),
                Damping::Under => t!("run.under"),
                Damping::Unstable => t!("run.unstable"),
            };
            t!(
                "run.sharp",
                epoch = sharp.epoch,
                curvature = curvature,
                limit = match form(state) {
                    Some(form) => format!("{form} = {}", format::number(limit)),
                    None => format::number(limit),
                },
                motion = motion
            )
        }
        _ => t!("run.sharp_only", epoch = sharp.epoch, curvature = curvature),
    };
    if sharp.share != 1.0 {
        says += &t!("run.sharp_scheduled", rate = format::number(learning_rate.into()));
    }
    let rows = state.data.as_ref().map_or(0, |data| data.rows[0]);
    let batch = state.setup.training.batch;
    if batch < rows {
        says += &t!("run.sharp_batches", batch = batch, rows = rows);
    }
    html! { <p class="about" id="stability">{ says }</p> }
}

/// The formula of the limit, unless dampening or weight decay make another of it.
fn form(state: &State) -> Option<&'static str> {
    let training = &state.setup.training;
    let dampened = training.rule == Rule::Momentum && training.dampening != 0.0;
    (!dampened && training.l2 == 0.0 && training.decay == 0.0).then_some(match training.rule {
        Rule::Momentum => "2(1+β)/λmax",
        Rule::AveragedMomentum => "2(1+β)/((1−β)λmax)",
        Rule::Nesterov => "2(1+β)/((1+2β)λmax)",
        _ => "2/λmax",
    })
}
