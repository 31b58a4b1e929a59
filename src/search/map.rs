//! The landscape with its trials, its axes, its key, and the values of the cell pointed at.

mod frame;
mod heard;

use crate::controls::link::Link;
use crate::host;
use crate::plot::map;
use crate::plot::raster::Raster;
use crate::search::marks;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use frame::{EDGE, HEIGHT, LEFT, SIZE, TOP, px, py};
use heard::Heard;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::setup::Shown;
use tunescape_core::state::State;
use tunescape_core::state::landscape::{Click, domain};
use tunescape_core::study::landscape::Value;
use yew::prelude::*;

/// Trainings of the whole map.
pub fn runs(state: &State) -> usize {
    state.map.land.networks() * state.setup.evaluation.streams()
}

/// The names of the parameters on the axes; none for an axis that has one value.
pub fn axis_names(state: &State) -> [String; 2] {
    let name = |i: usize| {
        Parameter::by_name(&state.map.land.axes.params[i].name)
            .map_or(String::new(), words::parameter)
    };
    [name(0), name(1)]
}

pub fn picture(state: &State, link: &Link) -> Html {
    let heard = Heard::new(state, link);
    let clicks = match state.map.click(state.setup.map.hidden, state.setup.search.manual) {
        Click::Predict => "predict",
        Click::Zoom => "zoom",
        Click::Place => "place",
    };
    let lock = link.ruled(clicks);
    html! {
        <div class="plot" id="map">
            { canvas(state) }
            { marks::stages(state) }
            <svg viewBox={format!("0 0 {SIZE} {HEIGHT}")} tabindex="0" role="application"
                data-click={clicks} data-locked={lock.mark()}
                aria-disabled={lock.locked.then_some("true")} aria-label={t!("map.keys")}
                aria-describedby="reading" onmouseleave={heard.onmouseleave}
                onmousemove={heard.onmousemove} onpointerdown={heard.onpointerdown}
                onpointermove={heard.onpointermove} onpointerup={heard.onpointerup}
                onclick={heard.onclick} onkeydown={heard.onkeydown}>
                { poster(state) }
                { square("frame", [LEFT, TOP], EDGE) }
                { frame::axes(state) }
                { named(state) }
                { cursor(state) }
                if let Some([x, y]) = state.map.mark {
                    <path class="guess" d={format!("M{} {}m-13 0h26m-13 -13v26", px(x), py(y))} />
                }
                { marks::found(state, &px, &py) }
                { marks::trail(state, &px, &py) }
                { marks::slopes(state, &px, &py) }
                { marks::trials(state, &px, &py) }
            </svg>
        </div>
    }
}

/// The landscape's pixels, or what covers them.
fn canvas(state: &State) -> Html {
    let s = &state.setup;
    if s.map.hidden {
        return html! { <canvas role="img" aria-label={t!("map.hidden")} class="cover" /> };
    }
    let pixels = map::landscape(&state.map, s.map.shown, s.map.target);
    let [across, up] = axis_names(state);
    let label = t!("map.label", across = across, up = up);
    html! { <Raster {pixels} class="pixelated" {label} /> }
}

/// The landscape that a first visit will see, until its first cells are there.
fn poster(state: &State) -> Html {
    let s = &state.setup;
    let waits = state.map.land.progress().0 == 0
        && !state.map.cancelled
        && *s == Setup { screen: s.screen, ..Setup::default() };
    if !waits {
        return Html::default();
    }
    html! {
        <image href={host::poster()} x={LEFT.to_string()} y={TOP.to_string()}
            width={EDGE.to_string()} height={EDGE.to_string()} />
    }
}

fn square(class: &'static str, [x, y]: [f64; 2], side: f64) -> Html {
    html! {
        <rect {class} x={x.to_string()} y={y.to_string()} width={side.to_string()}
            height={side.to_string()} />
    }
}

/// What the colours mean, and the names of the zones.
fn named(state: &State) -> Html {
    let s = &state.setup;
    // Each landscape of the way has its own scale and zones.
    let (shown, domain, zones) = match state.map.former() {
        Some(was) => (Shown::Loss, was.domain, was.zones.clone()),
        None => {
            let (shown, epoch) = (s.map.shown, state.map.shown_epoch());
            let domain = domain::Domain::of(&state.map.land, shown, epoch);
            (shown, domain, state.map.zones(epoch))
        }
    };
    html! {
        <>
            { frame::key(shown, domain) }
            if s.map.hidden {
                <text class="axis" x={px(0.5).to_string()} y={py(0.5).to_string()}
                    text-anchor="middle">{ t!("map.hidden") }</text>
            } else if shown == Shown::Loss {
                { frame::zones(zones) }
            }
        </>
    }
}

/// The edge of the cell pointed at.
fn cursor(state: &State) -> Html {
    let Some(cell) = state.map.hover else { return Html::default() };
    let side = state.map.land.side;
    let corner = [cell % side, cell / side + 1].map(|i| i as f64 / side as f64);
    square("cursor", [px(corner[0]), py(corner[1])], EDGE / side as f64)
}

/// The values of the cell under the pointer, in words.
pub fn reading(state: &State) -> Html {
    let s = &state.setup;
    let land = &state.map.land;
    let text = match state.map.hover {
        None => t!("map.hint").to_string(),
        Some(cell) => {
            let cell = land.shown(cell);
            let at = s.on_map([land.point(cell)]).swap_remove(0);
            if s.map.hidden {
                return said(parameters::point(state, &at));
            }
            let what =
                match domain::value(land, cell, s.map.shown, state.map.shown_epoch(), s.map.target)
                {
                    Value::Unknown => t!("map.unknown").to_string(),
                    Value::Diverged { epoch } => t!("map.diverged_at", epoch = epoch),
                    Value::Loss(loss) => match land.spread(cell, state.map.shown_epoch()) {
                        None => t!("map.loss_is", loss = format::loss(f64::from(loss))),
                        Some(spread) => {
                            let loss = format!(
                                "{} ± {}",
                                format::loss(f64::from(loss)),
                                format::loss(f64::from(spread))
                            );
                            t!("map.loss_is", loss = loss)
                        }
                    },
                    Value::Epochs(epochs) => {
                        t!("map.epochs_is", epochs = epochs, target = format::number(s.map.target))
                    }
                    Value::Never => t!("map.never_is", target = format::number(s.map.target)),
                };
            t!("map.cell", point = parameters::point(state, &at), what = what)
        }
    };
    said(text)
}

fn said(text: String) -> Html {
    html! { <p class="reading" id="reading" role="status">{ text }</p> }
}
