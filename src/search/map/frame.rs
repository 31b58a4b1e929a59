//! The landscape's frame: its axes, the key of its colours, and the names of its zones.

use crate::plot::{axis, colour, map};
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::setup::Shown;
use tunescape_core::state::State;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::study::zones::Zone;
use yew::prelude::*;

/// The picture's frame in the units of its SVG: the canvas lies exactly on it (see `.plot` in the
/// style sheet).
pub const SIZE: f64 = 640.0;
pub const HEIGHT: f64 = EDGE + 68.0;
pub const LEFT: f64 = 64.0;
pub const TOP: f64 = 16.0;
pub const EDGE: f64 = 512.0;

/// The place of a fraction of the axis across.
pub fn px(u: f64) -> f64 {
    LEFT + EDGE * u
}

/// The place of a fraction of the upward axis.
pub fn py(u: f64) -> f64 {
    TOP + EDGE * (1.0 - u)
}

/// Ticks and names of both axes.
pub fn axes(state: &State) -> Html {
    let [across, up] = super::axis_names(state);
    let params = &state.map.land.axes.params;
    let value = |axis: usize, v: f64| parameters::value_of(&state.setup, &params[axis].name, v);
    let tick_across = |(u, v): (f64, f64)| {
        let (x, end) = (px(u).to_string(), TOP + EDGE);
        html! {
            <g class="tick">
                <line x1={x.clone()} x2={x.clone()} y1={end.to_string()}
                    y2={(end + 6.0).to_string()} />
                <text {x} y={(end + 20.0).to_string()} text-anchor="middle">{ value(0, v) }</text>
            </g>
        }
    };
    let tick_up = |(u, v): (f64, f64)| {
        let y = py(u).to_string();
        html! {
            <g class="tick">
                <line x1={(LEFT - 6.0).to_string()} x2={LEFT.to_string()} y1={y.clone()} y2={y} />
                <text x={(LEFT - 10.0).to_string()} y={(py(u) + 4.0).to_string()}
                    text-anchor="end">{ value(1, v) }</text>
            </g>
        }
    };
    let upright = format!("translate(16 {}) rotate(-90)", py(0.5));
    html! {
        <>
            { for axis::ticks(&params[0], 6).into_iter().map(tick_across) }
            { for axis::ticks(&params[1], 5).into_iter().map(tick_up) }
            <text class="axis" x={px(0.5).to_string()} y={(TOP + EDGE + 42.0).to_string()}
                text-anchor="middle">{ across }</text>
            <text class="axis" transform={upright} text-anchor="middle">{ up }</text>
        </>
    }
}

/// The names of zones, each at its place.
pub fn zones(zones: Vec<(Zone, [f64; 2])>) -> Html {
    let one = |(zone, [x, y]): (Zone, [f64; 2])| {
        html! {
            <text class="zone" x={px(x).to_string()} y={py(y).to_string()} text-anchor="middle">
                { zone_name(zone) }
            </text>
        }
    };
    zones.into_iter().map(one).collect()
}

fn zone_name(zone: Zone) -> String {
    match zone {
        Zone::Slow => t!("zone.slow"),
        Zone::Good => t!("zone.good"),
        Zone::Ragged => t!("zone.ragged"),
        Zone::Diverged => t!("zone.diverged"),
    }
}

/// The colours and what they mean.
pub fn key(shown: Shown, domain: Domain) -> Html {
    let (x, height) = (LEFT + EDGE + 4.0, 300.0);
    let (beside, steps) = ((x + 14.0).to_string(), 40);
    let text = |share: f64| {
        let value = domain.best + (domain.worst - domain.best) * share;
        let text = match shown {
            Shown::Speed => format::number(value.round()),
            Shown::Loss if domain.worst < 0.1 => format::number(value),
            Shown::Loss => format::fixed(value, 3),
        };
        // Losses beyond the scale have its last colour.
        let beyond = if shown == Shown::Loss && share == 1.0 { "≥" } else { "" };
        let y = TOP + 6.0 + (height - 4.0) * share;
        html! { <text x={beside.clone()} y={y.to_string()}>{ beyond }{ text }</text> }
    };
    let step = |i: i32| {
        let y = TOP + height * f64::from(i) / f64::from(steps);
        let goodness = 1.0 - (f64::from(i) + 0.5) / f64::from(steps);
        html! {
            <rect x={x.to_string()} y={y.to_string()} width="12"
                height={(height / f64::from(steps) + 0.5).to_string()}
                fill={colour::hex(colour::loss(goodness))} />
        }
    };
    let swatch = |below: f64, fill: String, text: String| {
        let y = TOP + height + below;
        html! {
            <>
                <rect x={x.to_string()} y={y.to_string()} width="12" height="12" {fill}
                    class="swatch-edge" />
                <text x={beside.clone()} y={(y + 10.0).to_string()}>{ text }</text>
            </>
        }
    };
    html! {
        <g class="colour-key">
            { for (0..steps).map(step) }
            { for [0.0, 0.5, 1.0].map(text) }
            { swatch(14.0, "#3a3d42".into(), t!("map.div")) }
            if shown == Shown::Speed {
                { swatch(34.0, colour::hex(map::NEVER), t!("map.never")) }
            }
        </g>
    }
}
