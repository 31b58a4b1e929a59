//! The landscape with its trials, its axes, its key, its scrubber.

use super::{Link, fields, marks, parameters, trial};
use crate::app::landscape::{Click, MapMessage};
use crate::app::model::{Message, Model};
use crate::app::plot::raster::Raster;
use crate::app::plot::{axis, colour, map};
use crate::app::texts::t;
use crate::app::{errors, format, host};
use crate::exchange::{Axis, Parameter, Setup, Shown};
use crate::study::landscape::{Value, Zone};
use web_sys::Element;
use yew::prelude::*;

/// The picture's frame in the units of its SVG: the canvas lies exactly on it (see `.plot` in the style sheet).
const SIZE: f64 = 640.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 16.0;
const EDGE: f64 = 512.0;

/// What the map shows, and the choices of what that is.
pub fn head(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let runs = format::count(runs(model));
    let title = match s.map.shown {
        Shown::Loss => t!("map.loss_title", epochs = model.map.shown_epoch(), runs = runs),
        Shown::Speed => t!("map.speed_title", target = format::number(s.map.target), runs = runs),
    };
    let speed = t!("map.speed", target = format::number(s.map.target)).to_string();
    let shows = vec![(Shown::Loss, t!("map.final").to_string()), (Shown::Speed, speed)];
    let axes = vec![(Axis::Linear, t!("map.linear").to_string()), (Axis::Complement, "−log(1−β)".into())];
    html! {
        <div class="head">
            <h2>{ title }</h2>
            { fields::segments(link, "map-shows", t!("map.shows").to_string(), shows, s.map.shown, |v| Message::change(move |s| s.map.shown = v)) }
            if model.map.land.axes.params.iter().any(|p| p.name == "momentum") {
                { fields::segments(link, "map-axis", t!("map.axis").to_string(), axes, s.map.axis, |v| Message::change(move |s| s.map.axis = v)) }
            }
            { pair(model, link) }
        </div>
    }
}

/// Trainings of the whole map.
pub fn runs(model: &Model) -> usize {
    model.map.land.networks() * model.setup.evaluation.streams()
}

/// What stands under the picture: a cell's values, the tools, the progress.
pub fn foot(model: &Model, link: &Link) -> Html {
    html! {
        <>
            { verdict(model) }
            { tools(model, link) }
            { held(model, link) }
            { marks::found_says(model, link) }
            { marks::moved(model, link) }
            { progress(model, link) }
        </>
    }
}

/// The names of the parameters on the axes; none for an axis that has one value.
pub fn axis_names(model: &Model) -> [String; 2] {
    let name =
        |i: usize| Parameter::by_name(&model.map.land.axes.params[i].name).map_or(String::new(), errors::parameter);
    [name(0), name(1)]
}

/// Which two of the searched parameters the axes are, where there are more.
fn pair(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let searched: Vec<(usize, String)> =
        s.space.iter().enumerate().map(|(i, (p, _))| (i, errors::parameter(p))).collect();
    let (across, Some(up)) = s.pair() else { return Html::default() };
    if searched.len() < 3 {
        return Html::default();
    }
    html! {
        <>
            { fields::choice(link, "map-across", t!("map.across"), searched.clone(), across, |s, i| turn(s, i, false)) }
            { fields::choice(link, "map-up", t!("map.up"), searched, up, |s, i| turn(s, i, true)) }
        </>
    }
}

/// Puts a searched parameter on an axis; one that is on the other changes places with what was there.
fn turn(setup: &mut Setup, place: usize, upwards: bool) {
    let (across, up) = setup.pair();
    let name =
        |place: Option<usize>| place.and_then(|i| setup.space.iter().nth(i)).map_or("", |(p, _)| p.name).to_owned();
    let new = match (upwards, Some(place) == up, place == across) {
        (false, true, _) | (true, _, true) => (name(up), name(Some(across))),
        (false, ..) => (name(Some(place)), name(up)),
        (true, ..) => (name(Some(across)), name(Some(place))),
    };
    (setup.map.across, setup.map.up) = new;
}

/// What the map holds fixed beside its axes, in words.
pub fn held_values(model: &Model) -> Option<String> {
    let s = &model.setup;
    let (across, up) = s.pair();
    let held = s.held();
    let values = s.space.iter().zip(&held).enumerate().filter(|(i, _)| *i != across && Some(*i) != up);
    let values: Vec<String> = values
        .map(|(_, ((p, range), &x))| format!("{} = {}", errors::parameter(p), parameters::value(p, range, x)))
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// What the map holds fixed beside its axes, and at whose values.
fn held(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let Some(values) = held_values(model) else { return Html::default() };
    let of_run = s.map.held.is_empty();
    let best =
        model.study.best(s.search.shown).and_then(|(n, _)| Some(model.study.study.trials().get(n)?.point.clone()));
    let best = best.filter(|point| *point != s.map.held);
    html! {
        <p class="about" id="held">
            { if of_run { t!("map.held_run", values = values) } else { t!("map.held", values = values) } }
            if let Some(best) = best {
                { " " }<button type="button" id="hold-best" onclick={link.callback(move |_| {
                    let best = best.clone();
                    Message::change(move |s| s.map.held = best)
                })}>{ t!("map.hold_best") }</button>
            }
            if s.search.strategy.has_maps() {
                { " " }<label><input type="checkbox" id="averaged" checked={s.map.averaged} onchange={link.callback(|_| Message::change(|s| s.map.averaged ^= true))} />{ t!("map.averaged") }</label>
            }
            if !of_run {
                { " " }<button type="button" id="hold-run" onclick={link.callback(|_| Message::change(|s| s.map.held.clear()))}>{ t!("map.hold_run") }</button>
            }
        </p>
    }
}

/// The epoch on show, what a click does, how fine the map is.
fn tools(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let (last, epoch) = (model.map.land.epochs, model.map.shown_epoch());
    let oninput = link.callback(move |e: InputEvent| {
        let epoch = fields::input_text(&e).parse().unwrap_or(last);
        Message::Map(MapMessage::Epoch((epoch < last).then_some(epoch)))
    });
    let hidden = s.map.hidden;
    let says = |click: Click| match click {
        Click::Predict => t!("map.predict"),
        Click::Zoom => t!("map.zoom"),
        Click::Place => t!("map.place"),
    };
    let clicks = model.map.clicks(hidden).into_iter().map(|click| (click, says(click))).collect();
    let side = |n: usize| match model.expected(n * n) {
        Some(ms) => t!("map.side", n = n, time = format::duration(ms)),
        None => format!("{n} × {n}"),
    };
    let sides = [8, 16, 32, 64].map(|n| (n, side(n))).to_vec();
    html! {
        <div class="tools">
            <label class="epoch">{ t!("map.epoch") }
                <input type="range" id="map-epoch" min="0" max={last.to_string()} value={epoch.to_string()} {oninput} />
                <output>{ epoch }</output>
            </label>
            if s.map.shown == Shown::Speed {
                { fields::number(link, "target", t!("map.target").to_string(), s.map.target, |s, v| s.map.target = v) }
            }
            <span class="row"><span>{ t!("map.click") }</span>
                { fields::segments(link, "map-click", t!("map.click").to_string(), clicks, model.map.click(hidden, s.search.manual), |c| Message::Map(MapMessage::Mode(c))) }
            </span>
            <button type="button" id="truth" aria-pressed={hidden.to_string()} onclick={link.callback(|_| Message::change(|s| s.map.hidden ^= true))}>
                { if hidden { t!("map.reveal") } else { t!("map.hide") } }
            </button>
            if !s.map.zoom.is_empty() {
                <button type="button" id="back-out" onclick={link.callback(|_| Message::Map(MapMessage::BackOut))}>{ t!("map.back_out", depth = s.map.zoom.len()) }</button>
            }
            { fields::choice(link, "side", t!("map.cells").to_string(), sides, s.map.side, |s, n| s.map.side = n) }
            if model.map.land.side < s.map.side {
                <p class="about" id="map-reduced">{ t!("map.reduced", asked = s.map.side, side = model.map.land.side) }</p>
            }
        </div>
    }
}

pub fn picture(model: &Model, link: &Link) -> Html {
    let s = &model.setup;
    let land = &model.map.land;
    let pixels = model.map.pixels(s.map.shown, s.map.target);
    let (px, py) = (|u: f64| LEFT + EDGE * u, |u: f64| TOP + EDGE * (1.0 - u));
    let (across, up) = (&land.axes.params[0], &land.axes.params[1]);
    let [across_name, up_name] = axis_names(model);
    // Where on the picture, as fractions from its bottom left.
    let at = |event: &MouseEvent| {
        // Yew listens at the page's root: the current target is that one, and the target may be a mark on the map.
        let hit: Option<Element> = event.target().and_then(|t| wasm_bindgen::JsCast::dyn_into(t).ok());
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
        Message::Map(MapMessage::Hover(inside((x, y)).then_some(cell)))
    });
    // The trial on show can be dragged elsewhere.
    let latest = s.search.shown;
    let onpointerdown = link.batch_callback(move |e: PointerEvent| {
        let on: Element = e.target().and_then(|t| wasm_bindgen::JsCast::dyn_into(t).ok())?;
        (trial::under(&e) == latest.checked_sub(1)).then_some(())?;
        let _ = on.set_pointer_capture(e.pointer_id());
        Some(Message::Map(MapMessage::Grab(at(&e))))
    });
    let grabbed = model.map.grabbed.is_some();
    let onpointermove =
        link.batch_callback(move |e: PointerEvent| grabbed.then(|| Message::Map(MapMessage::Drag(at(&e)))));
    let onpointerup = link.batch_callback(move |_: PointerEvent| grabbed.then_some(Message::Map(MapMessage::Drop)));
    let onclick = link.batch_callback(move |e: MouseEvent| {
        if trial::under(&e).is_some() {
            return None;
        }
        let (x, y) = at(&e);
        inside((x, y)).then_some(Message::Map(MapMessage::Act(x, y)))
    });
    let hover = model.map.hover;
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
                return Some(Message::Map(MapMessage::Act(middle(x), middle(y))));
            }
            "Escape" | "Backspace" => return Some(Message::Map(MapMessage::BackOut)),
            _ => return None,
        };
        e.prevent_default();
        Some(Message::Map(MapMessage::Hover(Some(if hover.is_some() { to.1 * side + to.0 } else { cell }))))
    });
    let clicks = match model.map.click(s.map.hidden, s.search.manual) {
        Click::Predict => "predict",
        Click::Zoom => "zoom",
        Click::Place => "place",
    };
    // Each landscape of the way has its own scale and zones.
    let (shown, domain, zones) = match model.map.former() {
        Some(was) => (Shown::Loss, was.domain, was.zones.clone()),
        None => {
            let epoch = model.map.shown_epoch();
            (s.map.shown, map::Domain::of(land, s.map.shown, epoch), model.map.zones(epoch))
        }
    };
    // The landscape that a first visit will see, until its first cells are there.
    let poster = land.progress().0 == 0 && !model.map.cancelled && *s == Setup { screen: s.screen, ..Setup::default() };
    html! {
        <div class="plot" id="map">
            if s.map.hidden {
                <canvas role="img" aria-label={t!("map.hidden")} class="cover" />
            } else {
                <Raster {pixels} class="pixelated" label={t!("map.label", across = across_name, up = up_name)} />
            }
            { marks::stages(model) }
            <svg viewBox={format!("0 0 {SIZE} {}", EDGE + 68.0)} tabindex="0" role="application" data-click={clicks} aria-label={t!("map.keys").to_string()} aria-describedby="reading"
                onmouseleave={link.callback(|_| Message::Map(MapMessage::Hover(None)))} {onmousemove} {onpointerdown} {onpointermove} {onpointerup} {onclick} {onkeydown}>
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
                if let Some([x, y]) = model.map.mark {
                    <path class="guess" d={format!("M{} {}m-13 0h26m-13 -13v26", px(x), py(y))} />
                }
                { marks::found(model, &px, &py) }
                { marks::trail(model, &px, &py) }
                { marks::slopes(model, &px, &py) }
                { marks::trials(model, &px, &py) }
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

/// How good the place is that the learner marked: as soon as the landscape is on show.
fn verdict(model: &Model) -> Html {
    let s = &model.setup;
    let land = &model.map.land;
    let Some(mark) = model.map.mark else {
        return if s.map.hidden {
            html! { <p class="about">{ t!("predict.ask") }</p> }
        } else {
            Html::default()
        };
    };
    if s.map.hidden {
        return html! { <p class="about" id="verdict">{ t!("predict.marked") }</p> };
    }
    let loss = |cell: usize| match land.loss(cell, land.epochs) {
        Value::Loss(loss) => Some(f64::from(loss)),
        _ => None,
    };
    let known = land.cells.iter().filter(|cell| cell.done).count();
    let all: Vec<(usize, f64)> = (0..land.cells.len()).filter_map(|cell| Some((cell, loss(cell)?))).collect();
    let Some(&(best_cell, best)) = all.iter().min_by(|a, b| a.1.total_cmp(&b.1)) else { return Html::default() };
    let cell = model.map.cell_at(mark);
    let at = |cell: usize| parameters::point(model, &s.on_map([land.point(cell)]).swap_remove(0));
    let text = match loss(cell) {
        Some(own) => {
            let better = all.iter().filter(|(_, loss)| *loss < own).count() as f64 / known.max(1) as f64;
            let grade = match better {
                ..0.02 => t!("predict.superb"),
                ..0.1 => t!("predict.good"),
                ..0.4 => t!("predict.fair"),
                _ => t!("predict.poor"),
            };
            t!(
                "predict.says",
                point = at(cell),
                loss = format::loss(own),
                best = format::loss(best),
                place = at(best_cell),
                regret = format::loss(own - best),
                better = format::percent(better),
                grade = grade
            )
        }
        None => t!("predict.diverged", point = at(cell), best = format::loss(best), place = at(best_cell)),
    };
    html! { <p class="verdict" id="verdict" role="status">{ text }</p> }
}

/// The colours and what they mean.
fn key(shown: Shown, domain: map::Domain) -> Html {
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
            <rect x={x.to_string()} y={(TOP + height + 14.0).to_string()} width="12" height="12" fill="#3a3d42" />
            <text x={(x + 15.0).to_string()} y={(TOP + height + 24.0).to_string()}>{ t!("map.div") }</text>
            if shown == Shown::Speed {
                <rect x={x.to_string()} y={(TOP + height + 34.0).to_string()} width="12" height="12" fill="#3c1e4e" />
                <text x={(x + 15.0).to_string()} y={(TOP + height + 44.0).to_string()}>{ t!("map.never") }</text>
            }
        </g>
    }
}

/// Progress, time left, cancel.
fn progress(model: &Model, link: &Link) -> Html {
    let (done, all) = model.map.land.progress();
    if model.map.finished() {
        return html! { <p class="progress done" id="map-progress">{ t!("map.trained", runs = format::count(runs(model)), seconds = format::fixed(model.map.took / 1000.0, 1)) }
            if model.setup.evaluation.streams() > 1 { { " · " }{ t!("map.mean_of", n = model.setup.evaluation.streams()) } }
            if model.map.too_large { { " " }{ t!("map.too_large") } }
        </p> };
    }
    let expected = model.expected(model.map.land.cells.len()).filter(|_| done == 0);
    let left = model.map.time_left().or(expected).map(|ms| t!("map.left", time = format::duration(ms)));
    html! {
        <p class="progress" id="map-progress">
            <progress max={all.to_string()} value={done.to_string()} aria-label={t!("map.progress").to_string()} />
            <span>{ format!("{} %", 100 * done / all.max(1)) }</span>
            <span class="left-time">{ left.unwrap_or_default() }</span>
            if model.map.cancelled {
                <button type="button" id="map-again" onclick={link.callback(|_| Message::Map(MapMessage::Again))}>{ t!("map.go_on") }</button>
            } else {
                <button type="button" id="map-cancel" onclick={link.callback(|_| Message::Map(MapMessage::Cancel))}>{ t!("map.cancel") }</button>
            }
            if model.map.too_large {
                <span>{ t!("map.too_large") }</span>
            }
        </p>
    }
}

/// The values of the cell under the pointer, in words.
pub fn reading(model: &Model) -> Html {
    let s = &model.setup;
    let land = &model.map.land;
    let text = match model.map.hover {
        None => t!("map.hint").to_string(),
        Some(cell) => {
            let cell = land.shown(cell);
            let at = s.on_map([land.point(cell)]).swap_remove(0);
            if s.map.hidden {
                return html! { <p class="reading" id="reading" role="status">{ parameters::point(model, &at) }</p> };
            }
            let what = match map::value(land, cell, s.map.shown, model.map.shown_epoch(), s.map.target) {
                Value::Unknown => t!("map.unknown").to_string(),
                Value::Diverged { epoch } => t!("map.diverged_at", epoch = epoch),
                Value::Loss(loss) => match land.spread(cell, model.map.shown_epoch()) {
                    None => t!("map.loss_is", loss = format::loss(f64::from(loss))),
                    Some(spread) => {
                        let loss = format!("{} ± {}", format::loss(f64::from(loss)), format::loss(f64::from(spread)));
                        t!("map.loss_is", loss = loss)
                    }
                },
                Value::Epochs(epochs) => {
                    t!("map.epochs_is", epochs = epochs, target = format::number(s.map.target))
                }
                Value::Never => t!("map.never_is", target = format::number(s.map.target)),
            };
            t!("map.cell", point = parameters::point(model, &at), what = what)
        }
    };
    html! { <p class="reading" id="reading" role="status">{ text }</p> }
}
