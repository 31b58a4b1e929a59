//! What a good teacher would say to the search as it stands.

use crate::controls::terms::explained;
use crate::search::after;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::parameters::Values;
use tunescape_core::space::Scale;
use tunescape_core::state::State;
use tunescape_core::study::advice::{Advice, Known, advice};
use yew::prelude::*;

pub fn panel(state: &State) -> Html {
    let study = state.study.study.at(state.setup.search.shown);
    let parameter = |n: usize| Parameter::by_name(&study.space().params[n].name);
    let known: Vec<Known> = (0..study.space().dim())
        .map(|n| {
            let (low, high) = parameter(n).map_or((f64::MIN, f64::MAX), Parameter::limits);
            let log = parameter(n)
                .is_some_and(|p| matches!(p.values, Values::Number { scale: Scale::Log, .. }));
            Known { low, high, log }
        })
        .collect();
    let values = |n: usize| -> Vec<f64> {
        let judged = state.study.tried.get(n).and_then(|tried| tried.as_ref()?.judged.clone());
        judged.map_or_else(Vec::new, |judged| judged.values.iter().flatten().copied().collect())
    };
    let name = |n: usize| parameter(n).map_or(String::new(), words::parameter);
    let value =
        |n: usize, x: f64| parameters::value_of(&state.setup, &study.space().params[n].name, x);
    let says = |advice: Advice| match advice {
        Advice::Edge { param, trial, value: at, low } => {
            let (n, name, value) = (trial + 1, name(param), value(param, at));
            if low {
                t!("advice.low_edge", n = n, name = name, value = value)
            } else {
                t!("advice.high_edge", n = n, name = name, value = value)
            }
        }
        Advice::Linear { param, half } => {
            t!("advice.linear", name = name(param), half = value(param, half))
        }
        Advice::Coarse { trials, each } => t!("advice.coarse", trials = trials, each = each),
        Advice::Aliased { param, trials, each } => {
            t!("advice.aliased", name = name(param), trials = trials, each = each)
        }
        Advice::Jumped { trials, share } => {
            t!("advice.jumped", trials = trials, share = format::percent(share))
        }
        Advice::Noise { best, second, difference, error } => t!(
            "advice.noise",
            best = best + 1,
            second = second + 1,
            difference = evaluation::size(state, difference),
            error = evaluation::size(state, error)
        ),
    };
    let found = advice(&study, &known, values, after::band(state));
    if found.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card advice" id="advice">
            <h2>{ t!("advice.title") }</h2>
            <ul>{ for found.into_iter().map(|advice| html! { <li>{ explained(says(advice)) }</li> }) }</ul>
        </section>
    }
}
