//! The landscape with its trials, its axes, its key, and the values of the cell pointed at.

use crate::controls::link::Link;
use crate::host;
use crate::plot::raster::Raster;
use crate::plot::{axis, colour, map};
use crate::search::marks;
use crate::search::trial;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::Setup;
use tunescape_core::setup::Shown;
use tunescape_core::state::landscape::domain;
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::{Event, State};
use tunescape_core::study::landscape::{Value, Zone};
use web_sys::Element;
use yew::prelude::*;

/// The picture's frame in the units of its SVG: the canvas lies exactly on it (see `.plot` in the
/// style sheet).
const SIZE: f64 = 640.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 16.0;
const EDGE: f64 = 512.0;

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
    let s = &state.setup;
    let land = &state.map.land;
    let pixels = map::landscape(&state.map, s.map.shown, s.map.target);
    let (px, py) = (|u: f64| LEFT + EDGE * u, |u: f64| TOP + EDGE * (1.0 - u));
    let (across, up) = (&land.axes.params[0], &land.axes.params[1]);
    let [across_name, up_name] = axis_names(state);
    // Where on the picture, as fractions from its bottom left.
    let at = |event: &MouseEvent| {
        // Yew listens at the page's root: the current target is that one, and the target may be a
        // mark on the map.
        let hit: Option<Element> =
            event.target().and_then(|t| wasm_bindgen::JsCast::dyn_into(t).ok());
        let surface = hit.and_then(|e| e.closest("svg").ok().flatten());
        let rect = surface.map(|e| e.get_bounding_client_rect());
        rect.map_or((0.5, 0.5), |r| {
            let x = (f64::from(event.client_x()) - r.left()) / r.width().max(1.0) * SIZE;
            let y = (f64::from(event.client_y()) - r.top()) / r.height().max(1.0) * (EDGE + 68.0);
            ((x - LEFT) / EDGE, 1.0 - (y - TOP) / EDGE)
        })
    };
    let side = land.side;
    let inside = |(x, y): (f64, f64)| (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y);
    let onmousemove = link.callback(move |e: MouseEvent| {
        let (x, y) = at(&e);
        let cell = (y * side as f64) as usize * side + (x * side as f64) as usize;
        Event::Map(MapEvent::Hover(inside((x, y)).then_some(cell)))
    });
    // The trial on show can be dragged elsewhere.
    let latest = s.search.shown;
    let onpointerdown = link.batch_callback(move |e: PointerEvent| {
        let on: Element = e.target().and_then(|t| wasm_bindgen::JsCast::dyn_into(t).ok())?;
        (trial::under(&e) == latest.checked_sub(1)).then_some(())?;
        let _ = on.set_pointer_capture(e.pointer_id());
        Some(Event::Map(MapEvent::Grab(at(&e))))
    });
    let grabbed = state.map.grabbed.is_some();
    let onpointermove = link
        .batch_callback(move |e: PointerEvent| grabbed.then(|| Event::Map(MapEvent::Drag(at(&e)))));
    let onpointerup =
        link.batch_callback(move |_: PointerEvent| grabbed.then_some(Event::Map(MapEvent::Drop)));
    let onclick = link.batch_callback(move |e: MouseEvent| {
        if trial::under(&e).is_some() {
            return None;
        }
        let (x, y) = at(&e);
        inside((x, y)).then_some(Event::Map(MapEvent::Act(x, y)))
    });
    let (hover, zoomed) = (state.map.hover, !s.map.zoom.is_empty());
    let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
        let cell = hover.unwrap_or(side * side / 2 + side / 2);
        let (x, y) = (cell % side, cell / side);
        let to = match e.key().as_str() {
            "ArrowLeft" => (x.saturating_sub(1), y),
            "ArrowRight" => ((x + 1).min(side - 1), y),
            "ArrowDown" => (x, y.saturating_sub(1)),
            "ArrowUp" => (x, (y + 1).min(side - 1)),
            "Enter" | " " => {
                e.prevent_default();
                let middle = |i: usize| (i as f64 + 0.5) / side as f64;
                return Some(Event::Map(MapEvent::Act(middle(x), middle(y))));
            }
            "Escape" | "Backspace" if zoomed => {
                e.prevent_default();
                return Some(Event::Map(MapEvent::BackOut));
            }
            _ => return None,
        };
        e.prevent_default();
        Some(Event::Map(MapEvent::Hover(Some(if hover.is_some() {
            to.1 * side + to.0
        } else {
            cell
        }))))
    });
    let clicks = match state.map.click(s.map.hidden, s.search.manual) {
        Click::Predict => "predict",
        Click::Zoom => "zoom",
        Click::Place => "place",
    };
    let lock = link.ruled(clicks);
    // Each landscape of the way has its own scale and zones.
    let (shown, domain, zones) = match state.map.former() {
        Some(was) => (Shown::Loss, was.domain, was.zones.clone()),
        None => {
            let epoch = state.map.shown_epoch();
            (s.map.shown, domain::Domain::of(land, s.map.shown, epoch), state.map.zones(epoch))
        }
    };
    // The landscape that a first visit will see, until its first cells are there.
    let poster = land.progress().0 == 0
        && !state.map.cancelled
        && *s == Setup { screen: s.screen, ..Setup::default() };
    html! {
        <div class="plot" id="map">
            if s.map.hidden {
                <canvas role="img" aria-label={t!("map.hidden")} class="cover" />
            } else {
                <Raster {pixels} class="pixelated" label={t!("map.label", across = across_name, up = up_name)} />
            }
            { marks::stages(state) }
            <svg viewBox={format!("0 0 {SIZE} {}", EDGE + 68.0)} tabindex="0" role="application" data-click={clicks} data-locked={lock.mark()} aria-disabled={lock.locked.then_some("true")} aria-label={t!("map.keys").to_string()} aria-describedby="reading"
                onmouseleave={link.callback(|_| Event::Map(MapEvent::Hover(None)))} {onmousemove} {onpointerdown} {onpointermove} {onpointerup} {onclick} {onkeydown}>
                if poster {
                    <image href={host::poster()} x={LEFT.to_string()} y={TOP.to_string()} width={EDGE.to_string()} height={EDGE.to_string()} />
                }
                <rect class="frame" x={LEFT.to_string()} y={TOP.to_string()} width={EDGE.to_string()} height={EDGE.to_string()} />
                { for axis::ticks(across, 6).into_iter().map(|(u, v)| html! {
                    <g class="tick"><line x1={px(u).to_string()} x2={px(u).to_string()} y1={(TOP + EDGE).to_string()} y2={(TOP + EDGE + 6.0).to_string()} />
                    <text x={px(u).to_string()} y={(TOP + EDGE + 20.0).to_string()} text-anchor="middle">{ parameters::value_of(s, &across.name, v) }</text></g>
                }) }
                { for axis::ticks(up, 5).into_iter().map(|(u, v)| html! {
                    <g class="tick"><line x1={(LEFT - 6.0).to_string()} x2={LEFT.to_string()} y1={py(u).to_string()} y2={py(u).to_string()} />
                    <text x={(LEFT - 10.0).to_string()} y={(py(u) + 4.0).to_string()} text-anchor="end">{ parameters::value_of(s, &up.name, v) }</text></g>
                }) }
                <text class="axis" x={px(0.5).to_string()} y={(TOP + EDGE + 42.0).to_string()} text-anchor="middle">{ across_name }</text>
                <text class="axis" transform={format!("translate(16 {}) rotate(-90)", py(0.5))} text-anchor="middle">{ up_name }</text>
                { key(shown, domain) }
                if s.map.hidden {
                    <text class="axis" x={px(0.5).to_string()} y={py(0.5).to_string()} text-anchor="middle">{ t!("map.hidden") }</text>
                } else if shown == Shown::Loss {
                    { for zones.into_iter().map(|(zone, [x, y])| html! {
                        <text class="zone" x={px(x).to_string()} y={py(y).to_string()} text-anchor="middle">{ zone_name(zone) }</text>
                    }) }
                }
                if let Some(cell) = hover {
                    <rect class="cursor" x={px((cell % side) as f64 / side as f64).to_string()} y={py((cell / side + 1) as f64 / side as f64).to_string()}
                        width={(EDGE / side as f64).to_string()} height={(EDGE / side as f64).to_string()} />
                }
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

fn zone_name(zone: Zone) -> String {
    match zone {
        Zone::Slow => t!("zone.slow"),
        Zone::Good => t!("zone.good"),
        Zone::Ragged => t!("zone.ragged"),
        Zone::Diverged => t!("zone.diverged"),
    }
}

/// The colours and what they mean.
fn key(shown: Shown, domain: domain::Domain) -> Html {
    let (x, height) = (LEFT + EDGE + 10.0, 300.0);
    let steps = 40;
    let text = |share: f64| {
        let value = domain.best + (domain.worst - domain.best) * share;
        match shown {
            Shown::Speed => format::number(value.round()),
            Shown::Loss if domain.worst < 0.1 => format::number(value),
            Shown::Loss => format::fixed(value, 3),
        }
    };
    html! {
        <g class="colour-key">
            { for (0..steps).map(|i| html! {
                <rect x={x.to_string()} y={(TOP + height * f64::from(i) / f64::from(steps)).to_string()} width="12" height={(height / f64::from(steps) + 0.5).to_string()}
                    fill={colour::hex(colour::loss(1.0 - (f64::from(i) + 0.5) / f64::from(steps)))} />
            }) }
            { for [0.0, 0.5, 1.0].map(|share| html! { <text x={(x + 15.0).to_string()} y={(TOP + 6.0 + (height - 4.0) * share).to_string()}>{ text(share) }</text> }) }
            <rect x={x.to_string()} y={(TOP + height + 14.0).to_string()} width="12" height="12" fill="#3a3d42" class="swatch-edge" />
            <text x={(x + 15.0).to_string()} y={(TOP + height + 24.0).to_string()}>{ t!("map.div") }</text>
            if shown == Shown::Speed {
                <rect x={x.to_string()} y={(TOP + height + 34.0).to_string()} width="12" height="12" fill={colour::hex(map::NEVER)} class="swatch-edge" />
                <text x={(x + 15.0).to_string()} y={(TOP + height + 44.0).to_string()}>{ t!("map.never") }</text>
            }
        </g>
    }
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
                return html! { <p class="reading" id="reading" role="status">{ parameters::point(state, &at) }</p> };
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
    html! { <p class="reading" id="reading" role="status">{ text }</p> }
}
