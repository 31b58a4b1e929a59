//! What the strategy believes along one parameter at a time, through the trial on show.

use crate::plot::listed::Drawing;
use crate::plot::{axis, twin};
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::search::Quantity;
use tunescape_core::setup::Parameter;
use tunescape_core::state::State;
use tunescape_core::worker::Cut;
use yew::prelude::*;

/// The band of a state reaches no higher than so many times the spread of its medians above the
/// best of them.
const REACH: f32 = 2.5;

pub fn panel(state: &State) -> Html {
    let s = &state.setup;
    let Some(((before, n), mind)) = state.study.belief(s.search.shown) else {
        return Html::default();
    };
    let shown = n.checked_sub(1).and_then(|n| state.study.study.trials().get(n));
    let Some((trial, false)) = shown.map(|trial| (trial, mind.cuts.is_empty())) else {
        return Html::default();
    };
    let lines: &[(Quantity, &str, String)] = &[
        (Quantity::Acquisition, "line wish", t!("mind.cut_wish")),
        (Quantity::Good, "line valid", t!("mind.good")),
        (Quantity::Bad, "line other", t!("mind.bad")),
    ];
    let has = |of: Quantity| mind.cuts[0].layers.iter().any(|layer| layer.0 == of);
    let bands = !mind.cuts[0].bands.is_empty();
    html! {
        <section class="card" id="cuts" aria-label={t!("mind.cuts")}>
            <h2>{ if before < n { t!("mind.cuts_of", n = n) } else { t!("mind.cuts_after", n = n) } }</h2>
            <p class="about key">
                if bands { <span class="key-line">{ line_key("line valid") }{ t!("mind.cut_band") }</span> }
                { for lines.iter().filter(|line| has(line.0)).map(|(_, class, name)| html! { <span class="key-line">{ line_key(class) }{ name }</span> }) }
            </p>
            <div class="plots">{ for mind.cuts.iter().map(|cut| one(state, cut, trial.point[cut.param], lines)) }</div>
            { for mind.cuts.iter().map(|cut| in_numbers(state, cut, lines)) }
        </section>
    }
}

fn line_key(class: &'static str) -> Html {
    html! { <svg viewBox="0 0 18 6" aria-hidden="true"><path d="M0 3H18" {class} /></svg> }
}

fn one(state: &State, cut: &Cut, at: f64, lines: &[(Quantity, &str, String)]) -> Html {
    let param = &state.study.study.space().params[cut.param];
    let name = Parameter::by_name(&param.name).map_or(String::new(), words::parameter);
    let x = |u: f64| 44.0 + 168.0 * u;
    let y = |share: f32| 8.0 + 92.0 * (1.0 - f64::from(share.clamp(0.0, 1.0)));
    let ends = |values: &mut dyn Iterator<Item = f32>| {
        values
            .filter(|v| v.is_finite())
            .fold((f32::MAX, f32::MIN), |(a, b), v| (a.min(v), b.max(v)))
    };
    let path = |values: &mut dyn Iterator<Item = f32>, last: usize| {
        let point = |(i, v): (usize, f32)| format!("{:.1} {:.1}", x(i as f64 / last as f64), y(v));
        values.enumerate().map(point).collect::<Vec<_>>().join("L")
    };
    let (best, worst) = ends(&mut cut.bands.iter().map(|band| band[1]));
    let (least, _) = ends(&mut cut.bands.iter().map(|band| band[0]));
    let low = least.max(best - REACH * (worst - best).max(1e-6));
    let (_, most) = ends(&mut cut.bands.iter().map(|band| band[2]));
    let high = most.min(worst + REACH * (worst - best).max(1e-6));
    let share = |v: f32| (v - low) / (high - low).max(1e-12);
    let last = cut.bands.len().saturating_sub(1);
    let densities = |of: Quantity| matches!(of, Quantity::Good | Quantity::Bad);
    let (thin, dense) =
        ends(&mut cut.layers.iter().filter(|l| densities(l.0)).flat_map(|l| l.1.iter().copied()));
    let line = |(of, values): &(Quantity, Vec<f32>)| {
        let (_, class, _) = lines.iter().find(|line| line.0 == *of)?;
        // An acquisition has the lower third for itself.
        let (low, high, size) = match densities(*of) {
            true => (thin.max(dense - 12.0), dense, 1.0),
            false => {
                let (low, high) = ends(&mut values.iter().copied());
                (low, high, 0.33)
            }
        };
        let scaled = |v: f32| if high > low { size * (v - low) / (high - low) } else { 0.0 };
        let d = format!("M{}", path(&mut values.iter().map(|v| scaled(*v)), values.len() - 1));
        Some(html! { <path class={class.to_string()} {d} /> })
    };
    let u = param.to_unit(at);
    html! {
        <Drawing class="scatter cut" param={param.name.clone()} view_box="0 0 220 132"
            name={t!("mind.cut", name = name)}>
            <g class="tick">
                <path d="M44 8V100H212" />
                { for axis::ticks(param, 3).into_iter().map(|(u, v)| html! {
                    <text x={x(u).to_string()} y="113" text-anchor="middle">
                        { parameters::value_of(&state.setup, &param.name, v) }
                    </text>
                }) }
                if last > 0 {
                    { for [(0.0, low), (1.0, high)].map(|(at, v)| html! { <text x="40" y={(y(at) + 3.5).to_string()} text-anchor="end">{ evaluation::modelled(state, f64::from(v)) }</text> }) }
                }
                <text class="axis" x="128" y="128" text-anchor="middle">{ &name }</text>
            </g>
            if last > 0 {
                <path class="band"
                    d={format!("M{}L{}Z", path(&mut cut.bands.iter().map(|b| share(b[2])), last), backwards(&path(&mut cut.bands.iter().map(|b| share(b[0])), last)))} />
                <path class="line valid"
                    d={format!("M{}", path(&mut cut.bands.iter().map(|b| share(b[1])), last))} />
            }
            { for cut.layers.iter().filter_map(line) }
            <line class="here" x1={x(u).to_string()} x2={x(u).to_string()} y1="8" y2="100" />
        </Drawing>
    }
}

/// The cut at five places, in numbers.
fn in_numbers(state: &State, cut: &Cut, lines: &[(Quantity, &str, String)]) -> Html {
    let param = &state.study.study.space().params[cut.param];
    let name = Parameter::by_name(&param.name).map_or(String::new(), words::parameter);
    let bands = [t!("table.low"), t!("table.median"), t!("table.high")]
        .into_iter()
        .filter(|_| !cut.bands.is_empty());
    let drawn = |layer: &(Quantity, Vec<f32>)| lines.iter().find(|line| line.0 == layer.0);
    let layers = cut.layers.iter().filter_map(drawn).map(|line| line.2.clone());
    let head = std::iter::once(name.clone()).chain(bands).chain(layers).collect();
    let n = cut.layers.iter().map(|layer| layer.1.len()).fold(cut.bands.len(), usize::max);
    let row = |i: usize| {
        let at = twin::part(i, n);
        let place = param.from_unit(at as f64 / (n - 1).max(1) as f64);
        let band = cut
            .bands
            .get(at)
            .into_iter()
            .flatten()
            .map(|v| evaluation::modelled(state, f64::from(*v)));
        let shown = cut.layers.iter().filter(|layer| drawn(layer).is_some());
        let layers = shown.map(|layer| format::minus(format::number(f64::from(layer.1[at]))));
        std::iter::once(parameters::value_of(&state.setup, &param.name, place))
            .chain(band)
            .chain(layers)
            .collect()
    };
    twin::table(&t!("mind.cut", name = name), head, (0..5).map(row).collect())
}

/// The points of a path from its last to its first.
fn backwards(path: &str) -> String {
    path.split('L').rev().collect::<Vec<_>>().join("L")
}
