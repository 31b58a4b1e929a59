//! What stands over and under the map: what it shows, the tools, what is predicted and held, the
//! progress.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::search::map;
use crate::search::marks;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::setup::Axis;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Shown;
use tunescape_core::state::landscape::{Click, MapEvent};
use tunescape_core::state::{Event, State};
use tunescape_core::study::landscape::{OfFile, Value};
use tunescape_core::study::zones::Zone;
use yew::prelude::*;

/// What the map shows, and the choices of what that is.
pub fn head(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let runs = format::count(map::runs(state));
    let title = match state.map_shown() {
        Shown::Loss => t!("map.loss_title", epochs = state.map.shown_epoch(), runs = runs),
        Shown::Speed => t!("map.speed_title", target = format::number(s.map.target), runs = runs),
    };
    let speed = t!("map.speed", target = format::number(s.map.target)).to_string();
    let shows = vec![(Shown::Loss, t!("map.final").to_string()), (Shown::Speed, speed)];
    let axes =
        vec![(Axis::Linear, t!("map.linear").to_string()), (Axis::Complement, "−log(1−β)".into())];
    html! {
        <div class="head">
            <h2>{ explained(title) }</h2>
            // Of a file there are no curves.
            if state.map_file().is_none() { { fields::segments(link, "map-shows", t!("map.shows").to_string(), shows, s.map.shown, |v| Event::Edit(Edit::choose("map.shown", &v))) } }
            if state.map.land.axes.params.iter().any(|p| p.name == "momentum") {
                { fields::segments(link, "map-axis", t!("map.axis").to_string(), axes, s.map.axis, |v| Event::Edit(Edit::choose("map.axis", &v))) }
            }
            { pair(state, link) }
        </div>
    }
}

/// What stands under the picture: the verdict on a prediction, the tools, what is held, the
/// progress.
pub fn foot(state: &State, link: &Link) -> Html {
    html! {
        <>
            { verdict(state) }
            if let Some(says) = judged_at_best(state) {
                <p class="about" id="judged-at-best">{ explained(says) }</p>
            }
            { rugged(state) }
            { tools(state, link) }
            { held(state, link) }
            { marks::found_says(state, link) }
            { marks::moved(state, link) }
            { progress(state, link) }
        </>
    }
}

/// That a disc and its square are of different epochs, where trials are on a map of the loss.
pub fn judged_at_best(state: &State) -> Option<String> {
    let seen = state.map_shown() == Shown::Loss && !state.setup.map.hidden;
    (seen && state.is_judged_at_best()).then(|| t!("map.at_best", epoch = state.map.shown_epoch()))
}

/// Which two of the searched parameters the axes are, where there are more.
fn pair(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let searched: Vec<(usize, String)> =
        s.space.iter().enumerate().map(|(i, (p, _))| (i, words::parameter(p))).collect();
    let (across, Some(up)) = s.pair() else { return Html::default() };
    if searched.len() < 3 {
        return Html::default();
    }
    html! {
        <>
            { fields::choice(link, "map-across", t!("map.across"), searched.clone(), across, |place| Edit::Turn { place: *place, upwards: false }) }
            { fields::choice(link, "map-up", t!("map.up"), searched, up, |place| Edit::Turn { place: *place, upwards: true }) }
        </>
    }
}

/// What the map holds fixed beside its axes, in words.
pub fn held_values(state: &State) -> Option<String> {
    let s = &state.setup;
    let (across, up) = s.pair();
    let held = s.held();
    let values =
        s.space.iter().zip(&held).enumerate().filter(|(i, _)| *i != across && Some(*i) != up);
    let values: Vec<String> = values
        .map(|(_, ((p, range), &x))| {
            format!("{} = {}", words::parameter(p), parameters::value(p, range, x))
        })
        .collect();
    (!values.is_empty()).then(|| format::pairs(&values))
}

/// What the map holds fixed beside its axes, and at whose values.
fn held(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let Some(values) = held_values(state) else { return Html::default() };
    let of_run = s.map.held.is_empty();
    let best = state
        .study
        .best(s.search.shown)
        .and_then(|(n, _)| Some(state.study.study.trials().get(n)?.point.clone()));
    let best = best.filter(|point| *point != s.map.held);
    html! {
        <p class="about" id="held">
            { if of_run { t!("map.held_run", values = values) } else { t!("map.held", values = values) } }
            if let Some(best) = best {
                { " " }<button type="button" id="hold-best" title={link.ruled("hold-best").says()} disabled={link.ruled("hold-best").locked} data-locked={link.ruled("hold-best").mark()} hidden={link.hides("hold-best")} onclick={link.callback(move |_| {
                    Event::Edit(Edit::Hold(best.clone()))
                })}>{ t!("map.hold_best") }</button>
            }
            if s.search.strategy.has_maps() {
                { " " }{ fields::tick(link, "averaged", t!("map.averaged"), s.map.averaged, |on| Edit::set("map.averaged", on)) }
            }
            if !of_run {
                { " " }<button type="button" id="hold-run" title={link.ruled("hold-run").says()} disabled={link.ruled("hold-run").locked} data-locked={link.ruled("hold-run").mark()} hidden={link.hides("hold-run")} onclick={link.callback(|_| Event::Edit(Edit::Hold(Vec::new())))}>{ t!("map.hold_run") }</button>
            }
        </p>
    }
}

/// The epoch on show, what a click does, how fine the map is.
fn tools(state: &State, link: &Link) -> Html {
    let s = &state.setup;
    let (last, epoch) = (state.map.land.epochs, state.map.shown_epoch());
    let oninput = link.callback(move |e: InputEvent| {
        let epoch = fields::input_text(&e).parse().unwrap_or(last);
        Event::Map(MapEvent::Epoch((epoch < last).then_some(epoch)))
    });
    let hidden = s.map.hidden;
    let says = |click: Click| match click {
        Click::Predict => t!("map.predict"),
        Click::Look => t!("map.look"),
        Click::Zoom => t!("map.zoom"),
        Click::Place => t!("map.place"),
    };
    let clicks = state.map.clicks(hidden).into_iter().map(|click| (click, says(click))).collect();
    let side = |n: usize| match state.expected(n * n) {
        Some(ms) => t!("map.side", n = n, time = format::duration(ms)),
        None => format!("{n} × {n}"),
    };
    let sides = [8, 16, 32, 64].map(|n| (n, side(n))).to_vec();
    html! {
        <div class="tools">
            <label class="epoch" hidden={link.hides("map-epoch") || state.map_file().is_some()}>{ t!("map.epoch") }
                <input type="range" id="map-epoch" min="0" max={last.to_string()} value={epoch.to_string()} {oninput} />
                <output>{ epoch }</output>
            </label>
            if state.map_shown() == Shown::Speed {
                { fields::number(link, "target", t!("map.target").to_string(), s.map.target, |v| Edit::set("map.target", v)) }
            }
            <span class="row" hidden={link.hides("map-click")}><span>{ t!("map.click") }</span>
                { fields::segments(link, "map-click", t!("map.click").to_string(), clicks, state.map.click(hidden, s.search.manual), |c| Event::Map(MapEvent::Mode(c))) }
            </span>
            <button type="button" id="truth" title={link.ruled("truth").says()}
                disabled={link.ruled("truth").locked} data-locked={link.ruled("truth").mark()}
                hidden={link.hides("truth")} aria-pressed={hidden.to_string()}
                onclick={link.callback(move |_| Event::Edit(Edit::set("map.hidden", !hidden)))}>
                { if hidden { t!("map.reveal") } else { t!("map.hide") } }
            </button>
            if !s.map.zoom.is_empty() {
                <button type="button" id="back-out" title={link.ruled("back-out").says()}
                    disabled={link.ruled("back-out").locked}
                    data-locked={link.ruled("back-out").mark()} hidden={link.hides("back-out")}
                    onclick={link.callback(|_| Event::Map(MapEvent::BackOut))}>
                    { t!("map.back_out", depth = s.map.zoom.len()) }
                </button>
            }
            { fields::choice(link, "side", t!("map.cells").to_string(), sides, s.map.side, |v| Edit::choose("map.side", v)) }
            if state.map.land.side < s.map.side && state.map_file().is_none() {
                <p class="about" id="map-reduced">
                    { explained(t!("map.reduced", asked = s.map.side, side = state.map.land.side)) }
                </p>
            }
        </div>
    }
}

/// What the one name of a zone means that no other text explains, where it stands on the map.
fn rugged(state: &State) -> Html {
    let zones = state.map.zones(state.map.shown_epoch());
    let named = !state.setup.map.hidden
        && state.map_shown() == Shown::Loss
        && zones.iter().any(|(zone, _)| *zone == Zone::Ragged);
    html! { if named { <p class="about" id="rugged">{ explained(t!("zone.ragged_says")) }</p> } }
}

/// How good the place is that the learner marked: as soon as the landscape is on show.
fn verdict(state: &State) -> Html {
    let s = &state.setup;
    let land = &state.map.land;
    let Some(mark) = state.map.mark else {
        return if s.map.hidden {
            html! { <p class="about">{ explained(t!("predict.ask")) }</p> }
        } else {
            Html::default()
        };
    };
    if s.map.hidden {
        return html! { <p class="about" id="verdict">{ explained(t!("predict.marked")) }</p> };
    }
    let loss = |cell: usize| match land.loss(cell, land.epochs) {
        Value::Loss(loss) => Some(f64::from(loss)),
        _ => None,
    };
    let known = land.cells.iter().filter(|cell| cell.done).count();
    let all: Vec<(usize, f64)> =
        (0..land.cells.len()).filter_map(|cell| Some((cell, loss(cell)?))).collect();
    let Some(&(best_cell, best)) = all.iter().min_by(|a, b| a.1.total_cmp(&b.1)) else {
        return Html::default();
    };
    let cell = state.map.cell_at(mark);
    let at = |cell: usize| parameters::point(state, &s.on_map([land.point(cell)]).swap_remove(0));
    let text = match loss(cell) {
        Some(own) => {
            let better =
                all.iter().filter(|(_, loss)| *loss < own).count() as f64 / known.max(1) as f64;
            let grade = match better {
                ..0.02 => t!("predict.superb"),
                ..0.1 => t!("predict.good"),
                ..0.2 => t!("predict.fair"),
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
        None => t!(
            "predict.diverged",
            point = at(cell),
            best = format::loss(best),
            place = at(best_cell)
        ),
    };
    html! { <p class="verdict" id="verdict" role="status">{ text }</p> }
}

/// Where a map is from that was not trained here.
fn from_file(name: &str, file: &OfFile, shown: usize) -> Html {
    let (side, starts) = (file.side, file.seeds);
    let runs = format::count(file.networks.saturating_mul(starts));
    html! {
        <p class="progress done" id="map-file">
            { t!("map.from_file", name = name, side = side, runs = runs) }
            if starts > 1 { { " · " }{ t!("map.mean_of", n = starts) } }
            if shown < side { { " " }{ t!("map.file_thinned", shown = shown) } }
        </p>
    }
}

/// Progress, time left, cancel.
fn progress(state: &State, link: &Link) -> Html {
    if let Some((name, file)) = state.map_file().zip(state.map.land.of_file.as_ref()) {
        return from_file(name, file, state.map.land.side);
    }
    let (done, all) = state.map.land.progress();
    if state.map.finished() {
        return html! { <p class="progress done" id="map-progress">{ explained(t!("map.trained", runs = format::count(map::runs(state)), seconds = format::fixed(state.map.took / 1000.0, 1))) }
            if state.setup.evaluation.streams() > 1 { { " · " }{ t!("map.mean_of", n = state.setup.evaluation.streams()) } }
            if state.map.too_large { { " " }{ t!("map.too_large") } }
        </p> };
    }
    let missing = state.expected(all - done).filter(|_| done == 0 || state.map.rests);
    // Nobody need wait for what the picture that came with the page shows already.
    let ms = state.map.time_left().or(missing).filter(|_| !map::is_shipped(state));
    let left = ms.map(|ms| t!("map.left", time = format::duration(ms)));
    html! {
        <p class="progress" id="map-progress">
            <progress max={all.to_string()} value={done.to_string()}
                aria-label={t!("map.progress").to_string()} />
            <span>{ format!("{}%", 100 * done / all.max(1)) }</span>
            <span class="left-time">{ left.unwrap_or_default() }</span>
            if state.map.rests { <span>{ t!("map.rests") }</span> }
            if state.map.cancelled {
                <button type="button" id="map-again" hidden={link.hides("map-again")}
                    onclick={link.callback(|_| Event::Map(MapEvent::Again))}>
                    { t!("map.go_on") }
                </button>
            } else {
                <button type="button" id="map-cancel" hidden={link.hides("map-cancel")}
                    onclick={link.callback(|_| Event::Map(MapEvent::Cancel))}>
                    { t!("map.cancel") }
                </button>
            }
            if state.map.too_large {
                <span>{ t!("map.too_large") }</span>
            }
            if map::is_shipped(state) { <span>{ t!("map.shipped") }</span> }
        </p>
    }
}
