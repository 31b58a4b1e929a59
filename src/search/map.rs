//! The landscape with its trials, its axes, its key, and the values of the cell pointed at.

mod cell;
mod frame;
mod heard;

use crate::controls::link::Link;
use crate::host;
use crate::plot::listed::Layers;
use crate::plot::map;
use crate::plot::raster::Raster;
use crate::search::marks;
use crate::words;
use crate::words::parameters;
use crate::words::texts::t;
use frame::{EDGE, HEIGHT, LEFT, SIZE, TOP, px, py};
use heard::Heard;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::setup::Shown;
use tunescape_core::state::State;
use tunescape_core::state::landscape::{Click, domain};
use yew::prelude::*;

/// Trainings of the whole map.
pub fn runs(state: &State) -> usize {
    let land = &state.map.land;
    let starts = land.of_file.as_ref().map_or(state.setup.evaluation.streams(), |file| file.seeds);
    land.networks().saturating_mul(starts)
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
        Click::Look => "look",
        Click::Zoom => "zoom",
        Click::Place => "place",
    };
    let lock = link.ruled(clicks);
    html! {
        <Layers class="plot" id="map" name={map_name(state)}>
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
                if let Some([x, y]) = state.map.mark.map(|mark| middle(state, mark)) {
                    <path class="guess" d={format!("M{} {}m-13 0h26m-13 -13v26", px(x), py(y))} />
                }
                { marks::found(state, &px, &py) }
                { marks::trail(state, &px, &py) }
                { marks::slopes(state, &px, &py) }
                { marks::trials(state, &px, &py) }
            </svg>
            { cell::card(state, link) }
        </Layers>
    }
}

/// The middle of the square that a place lies in: what is told of it is told of that.
fn middle(state: &State, place: [f64; 2]) -> [f64; 2] {
    let side = state.map.land.side as f64;
    place.map(|u| ((u * side).floor().min(side - 1.0) + 0.5) / side)
}

/// The landscape's pixels, or what covers them.
fn canvas(state: &State) -> Html {
    let s = &state.setup;
    if s.map.hidden {
        return html! { <canvas role="img" aria-label={map_name(state)} class="cover" /> };
    }
    let pixels = map::landscape(&state.map, state.map_shown(), s.map.target);
    html! { <Raster {pixels} class="pixelated" label={map_name(state)} /> }
}

/// What the landscape shows, or that it is hidden.
fn map_name(state: &State) -> String {
    if state.setup.map.hidden {
        return t!("map.hidden");
    }
    let [across, up] = axis_names(state);
    t!("map.label", across = across, up = up)
}

/// Whether the picture that comes with the page stands for the landscape of a first visit: nothing
/// coarser takes its place while its cells are trained.
pub fn is_shipped(state: &State) -> bool {
    let mut setup = Setup { screen: Setup::default().screen, ..state.setup.clone() };
    // Trials change nothing of it.
    (setup.search.run, setup.search.shown) = (0, 0);
    let waits = !state.map.finished() && !state.map.cancelled && state.map.epoch.is_none();
    waits && setup.is_first()
}

fn poster(state: &State) -> Html {
    if !is_shipped(state) {
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
            let (shown, epoch) = (state.map_shown(), state.map.shown_epoch());
            let domain = domain::Domain::of(&state.map.land, shown, epoch);
            (shown, domain, state.map.zones(epoch))
        }
    };
    html! {
        <>
            // Of some of its cells alone the colours mean something else.
            if !is_shipped(state) { { frame::key(shown, domain) } }
            if s.map.hidden {
                <text class="axis" x={px(0.5).to_string()} y={py(0.95).to_string()}
                    text-anchor="middle">{ t!("map.hidden") }</text>
            } else if shown == Shown::Loss {
                { frame::zones(zones) }
            }
        </>
    }
}

/// The edge of the cell pointed at.
fn cursor(state: &State) -> Html {
    let Some(cell) = cell::shown(state) else { return Html::default() };
    let side = state.map.land.side;
    let corner = [cell % side, cell / side + 1].map(|i| i as f64 / side as f64);
    square("cursor", [px(corner[0]), py(corner[1])], EDGE / side as f64)
}

/// The values of the cell under the pointer, in words.
pub fn reading(state: &State) -> Html {
    let s = &state.setup;
    let land = &state.map.land;
    let text = match state.map.hover {
        None if state.setup.map.hidden => t!("map.hint_hidden").to_string(),
        None => t!("map.hint").to_string(),
        Some(cell) => {
            let cell = land.shown(cell);
            let at = s.on_map([land.point(cell)]).swap_remove(0);
            if s.map.hidden {
                return said(parameters::point(state, &at));
            }
            let what = cell::says(state, cell);
            t!("map.cell", point = parameters::point(state, &at), what = what)
        }
    };
    said(text)
}

fn said(text: String) -> Html {
    html! { <p class="reading" id="reading" role="status">{ text }</p> }
}
