//! Every trial in several plots at once: its history, its values side by side, and its score
//! against each of them. What is pointed at in one stands out in all.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::plot::{axis, colour, contour};
use crate::search::marks;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::search::Outcome;
use tunescape_core::setup::Parameter;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::{Event, State};
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// A trial as the plots have it: where it lies on each axis, the last being its score; all from 0
/// to 1.
struct Mark {
    n: usize,
    at: Vec<f64>,
    fill: String,
    class: Classes,
    title: String,
}

/// What stands along an axis: places from 0 to 1, and what to write there.
type Ticks = Vec<(f64, String)>;

pub fn panel(state: &State, link: &Link) -> Html {
    let shown = state.setup.search.shown;
    let trials = || state.study.study.trials().iter().enumerate().take(shown);
    let objective = evaluation::objective(state);
    let score =
        |outcome: Option<Outcome>| outcome.and_then(Outcome::seen).map(|cost| objective.cost(cost));
    let scores: Vec<f64> = trials().filter_map(|(_, t)| score(t.outcome)).collect();
    let (low, high) = (
        scores.iter().copied().fold(f64::MAX, f64::min),
        scores.iter().copied().fold(f64::MIN, f64::max),
    );
    if scores.len() < 2 {
        return Html::default();
    }
    let space = state.study.study.space();
    let (fill, kept) = (marks::fill(state), state.study.kept(&state.setup));
    // A cost runs against a score that is better the larger it is.
    let turned = objective.cost(1.0) < 0.0;
    let places = state.study.places(shown);
    let mut marks: Vec<Mark> = trials()
        .map(|(n, t)| {
            let mut at = places[n].clone();
            if let (true, Some(cost)) = (turned, at.last_mut()) {
                *cost = 1.0 - *cost;
            }
            let note =
                state.setup.search.note(n).map(|note| format!(" ({note})")).unwrap_or_default();
            Mark {
                n,
                at,
                fill: fill(t).map_or_else(|| "#3a3d42".into(), colour::hex),
                class: trial::look(state, &kept, n),
                title: format!(
                    "{}{note}: {}, {}",
                    n + 1,
                    parameters::point(state, &t.point),
                    trial::outcome(state, n, t)
                ),
            }
        })
        .collect();
    // What stands out lies on top.
    marks.sort_by_key(|mark| {
        (Some(mark.n) == state.study.pointed, Some(mark.n) == state.study.selected)
    });
    let names = space
        .params
        .iter()
        .map(|p| Parameter::by_name(&p.name).map_or(String::new(), words::parameter));
    let along = space.params.iter().map(|p| {
        let text = |(u, v): (f64, f64)| (u, parameters::value_of(&state.setup, &p.name, v));
        axis::ticks(p, 3).into_iter().map(text).collect::<Ticks>()
    });
    let values: Ticks =
        [(0.0, low), (1.0, high)].map(|(u, v)| (u, evaluation::size(state, v))).to_vec();
    let metric = evaluation::title(state);
    let mut axes: Vec<(String, Ticks)> = names.zip(along).collect();
    axes.push((metric.clone(), values.clone()));
    let count = axes.len() - 1;
    let budget = state.setup.search.budget.max(2) - 1;
    let time = |mark: &Mark| mark.n as f64 / budget as f64;
    let numbers = axis::linear(1.0, 1.0 + budget as f64, 4);
    let times = numbers.into_iter().map(|v| ((v - 1.0) / budget as f64, v.to_string())).collect();
    html! {
        <section class="card" id="linked" aria-label={t!("linked.title")}>
            <h2>{ t!("linked.title") }</h2>
            <div class="sideways">{ parallel(state, link, &axes, &marks, turned) }</div>
            <p class="about" id="brushed" role="status">
                if state.study.look.brushed.is_empty() { { t!("linked.brush") } } else {
                    { t!("linked.brushed", n = kept.iter().filter(|kept| **kept).count(), of = kept.len()) }{ " " }
                    { fields::button(link, "unbrush", t!("linked.all"), t!("linked.all"), true, || Event::Study(StudyEvent::Brush(Brush::Clear))) }
                }
            </p>
            <div class="plots">
                { scatter("history", &t!("axis.trials"), times, &metric, &values, &marks, &time) }
                { for axes.iter().take(count).enumerate().map(|(i, (name, ticks))| {
                    scatter("slice", name, ticks.clone(), &metric, &values, &marks, &move |mark: &Mark| mark.at[i])
                }) }
                { contour(state, &axes, &marks) }
                { timeline(state, &marks) }
            </div>
        </section>
    }
}

/// Cells along a side of the contours, and their lines.
const CELLS: usize = 24;
const LEVELS: usize = 6;

/// The scores between the trials over the map's two parameters: their mean, near trials counting
/// more (inverse distance to the fourth power, Shepard 1968), as lines of equal score.
fn contour(state: &State, axes: &[(String, Ticks)], marks: &[Mark]) -> Html {
    let (across, Some(up)) = state.setup.pair() else { return Html::default() };
    let (Some((name, along)), Some((up_name, upwards)), true) =
        (axes.get(across), axes.get(up), axes.len() > up + 1)
    else {
        return Html::default();
    };
    let score = |mark: &Mark| *mark.at.last().unwrap_or(&0.0);
    let middle = |i: usize| (i as f64 + 0.5) / CELLS as f64;
    let value = |cell: usize| {
        let (u, v) = (middle(cell % CELLS), middle(cell / CELLS));
        let weigh = |(sum, all): (f64, f64), mark: &Mark| {
            let near = (mark.at[across] - u).powi(2) + (mark.at[up] - v).powi(2) + 1e-4;
            (sum + score(mark) / (near * near), all + 1.0 / (near * near))
        };
        let (sum, all) = marks.iter().fold((0.0, 0.0), weigh);
        (sum / all) as f32
    };
    let values: Vec<f32> = (0..CELLS * CELLS).map(value).collect();
    let levels: Vec<f32> = (1..=LEVELS).map(|i| i as f32 / (LEVELS + 1) as f32).collect();
    let (x, y) = (|u: f64| 44.0 + 168.0 * u, |v: f64| 8.0 + 92.0 * (1.0 - v));
    let d = contour::lines(
        CELLS,
        |cell| values[cell],
        &levels,
        |i, j| [x(middle(i)) as f32, y(middle(j)) as f32],
    );
    html! {
        <svg class="scatter over-both" viewBox="0 0 220 132" role="img" aria-label={t!("linked.contour", across = name, up = up_name)}>
            <path class="level" {d} />
            <g class="tick">
                <path d="M44 8V100H212" />
                { for along.iter().map(|(u, text)| html! { <text x={x(*u).to_string()} y="113" text-anchor="middle">{ text }</text> }) }
                { for upwards.iter().map(|(v, text)| html! { <text x="40" y={(y(*v) + 3.5).to_string()} text-anchor="end">{ text }</text> }) }
                <text class="axis" x="128" y="128" text-anchor="middle">{ name }</text>
                <text class="axis" transform="translate(9 54) rotate(-90)" text-anchor="middle">{ up_name }</text>
            </g>
            { for marks.iter().map(|mark| html! {
                <circle class={classes!("spot", mark.class.clone())} data-trial={(mark.n + 1).to_string()} r="4.5" fill={mark.fill.clone()}
                    cx={format!("{:.1}", x(mark.at[across]))} cy={format!("{:.1}", y(mark.at[up]))}><title>{ &mark.title }</title></circle>
            }) }
        </svg>
    }
}

/// When each trial ran, in epochs of one machine for each that runs at a time: a bar each, as long
/// as it was trained.
fn timeline(state: &State, marks: &[Mark]) -> Html {
    let (setup, study) = (&state.setup, &state.study);
    let (at_once, streams) = (setup.search.at_once.max(1), setup.evaluation.streams());
    let mut begin = 0.0;
    let mut bars = Vec::with_capacity(marks.len());
    for n in 0..marks.len() {
        // Those that run together begin when the last of those before has ended.
        if n % at_once == 0 {
            begin = bars.iter().map(|bar: &(f64, f64)| bar.0 + bar.1).fold(begin, f64::max);
        }
        bars.push((begin, study.epochs_of(n, streams)));
    }
    let end = bars.iter().map(|bar| bar.0 + bar.1).fold(1.0, f64::max);
    let x = |epoch: f64| 44.0 + 168.0 * epoch / end;
    let high = 92.0 / bars.len() as f64;
    let ticks = axis::linear(0.0, end, 3);
    html! {
        <svg class="scatter timeline" viewBox="0 0 220 132" role="img" aria-label={t!("linked.timeline")}>
            <g class="tick">
                <path d="M44 8V100H212" />
                { for ticks.into_iter().map(|v| html! { <text x={x(v).to_string()} y="113" text-anchor="middle">{ format::count(v as usize) }</text> }) }
                <text x="40" y="14" text-anchor="end">{ 1 }</text>
                <text x="40" y="100" text-anchor="end">{ bars.len() }</text>
                <text class="axis" x="128" y="128" text-anchor="middle">{ t!("linked.epochs") }</text>
            </g>
            { for marks.iter().map(|mark| {
                let (from, took) = bars[mark.n];
                html! {
                    <rect class={classes!("spot", mark.class.clone())} data-trial={(mark.n + 1).to_string()} fill={mark.fill.clone()} x={format!("{:.1}", x(from))} y={format!("{:.1}", 8.0 + high * mark.n as f64)}
                        width={format!("{:.1}", (x(took) - 44.0).max(1.0))} height={format!("{:.2}", 0.8 * high)}><title>{ &mark.title }</title></rect>
                }
            }) }
        </svg>
    }
}

/// A line for each trial through its values. A stretch of an axis is brushed by dragging along it,
/// or by keys.
fn parallel(
    state: &State,
    link: &Link,
    axes: &[(String, Ticks)],
    marks: &[Mark],
    turned: bool,
) -> Html {
    let look = &state.study.look;
    let brush = |brush| Event::Study(StudyEvent::Brush(brush));
    // What is brushed of the score is kept as of the cost.
    let last = if turned { axes.len() - 1 } else { axes.len() };
    let turned = move |axis: usize, [low, high]: [f64; 2]| {
        if axis == last { [1.0 - high, 1.0 - low] } else { [low, high] }
    };
    let at = |event: &PointerEvent| {
        let on: web_sys::Element = event.target()?.dyn_into().ok()?;
        let axis = on.get_attribute("data-axis")?.parse::<usize>().ok()?;
        let rect = on.get_bounding_client_rect();
        let up = 1.0 - (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0);
        // The surface reaches a little beyond the axis.
        Some((on, axis, (up * 124.0 / 112.0 - 6.0 / 112.0).clamp(0.0, 1.0)))
    };
    let down = link.batch_callback(move |e: PointerEvent| {
        let (on, axis, u) = at(&e)?;
        let _ = on.set_pointer_capture(e.pointer_id());
        Some(brush(Brush::Begin(axis, turned(axis, [u, u])[0])))
    });
    let along = link.batch_callback(move |e: PointerEvent| {
        let (_, axis, u) = at(&e).filter(|_| e.buttons() > 0)?;
        Some(brush(Brush::To(turned(axis, [u, u])[0])))
    });
    let end = link.callback(move |_: PointerEvent| brush(Brush::End));
    let x = |i: usize| 40.0 + 520.0 * i as f64 / (axes.len() - 1).max(1) as f64;
    let y = |u: f64| 28.0 + 112.0 * (1.0 - u);
    html! {
        <svg class="parallel" viewBox="0 0 620 150" role="group" aria-label={t!("linked.parallel")}>
            { for axes.iter().enumerate().map(|(i, (name, ticks))| html! {
                <g class="tick">
                    <line x1={x(i).to_string()} x2={x(i).to_string()} y1={y(0.0).to_string()} y2={y(1.0).to_string()} />
                    <text class="axis" x={x(i).to_string()} y="14" text-anchor="middle">{ name }</text>
                    { for ticks.iter().map(|(u, text)| html! { <text x={(x(i) + 5.0).to_string()} y={(y(*u) + 3.5).to_string()}>{ text }</text> }) }
                </g>
            }) }
            { for marks.iter().map(|mark| {
                let points: Vec<String> = mark.at.iter().enumerate().map(|(i, u)| format!("{:.1},{:.1}", x(i), y(*u))).collect();
                let points = points.join(" ");
                html! {
                    <g class={classes!("way", mark.class.clone())} data-trial={(mark.n + 1).to_string()}>
                        <title>{ &mark.title }</title>
                        <polyline class="hit" points={points.clone()} /><polyline {points} stroke={mark.fill.clone()} />
                    </g>
                }
            }) }
            // Above the lines, which would take the pointer.
            { for (0..axes.len()).map(|i| {
                let stretch = look.stretch(i).map(|s| turned(i, s));
                let [low, high] = stretch.unwrap_or([0.0, 1.0]);
                let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
                    let (low, high) = match e.key().as_str() {
                        "ArrowUp" => ((low + 0.1).min(high - 0.1), high),
                        "ArrowDown" => (low, (high - 0.1).max(low + 0.1)),
                        "Escape" | "Delete" | "Backspace" => (0.0, 1.0),
                        _ => return None,
                    };
                    e.prevent_default();
                    Some(brush(Brush::Set(i, turned(i, [low, high]))))
                });
                let says = t!("linked.stretch", low = format::percent(low), high = format::percent(high));
                html! {
                    <>
                        if stretch.is_some() {
                            <rect class="brush" x={(x(i) - 6.0).to_string()} width="12" y={y(high).to_string()} height={(112.0 * (high - low)).to_string()} />
                        }
                        <rect class="axis-hit" data-axis={i.to_string()} x={(x(i) - 10.0).to_string()} y="22" width="20" height="124" tabindex="0"
                            role="slider" aria-orientation="vertical" aria-label={t!("linked.brush_axis", name = axes[i].0)}
                            aria-valuemin="0" aria-valuemax="100" aria-valuenow={(100.0 * low).round().to_string()} aria-valuetext={says}
                            onpointerdown={down.clone()} onpointermove={along.clone()} onpointerup={end.clone()} {onkeydown} />
                    </>
                }
            }) }
        </svg>
    }
}

/// The trials' scores against something.
fn scatter(
    class: &'static str,
    name: &str,
    ticks: Ticks,
    metric: &str,
    values: &Ticks,
    marks: &[Mark],
    across: &dyn Fn(&Mark) -> f64,
) -> Html {
    let x = |u: f64| 44.0 + 168.0 * u;
    let y = |u: f64| 8.0 + 92.0 * (1.0 - u);
    html! {
        <svg class={classes!("scatter", class)} viewBox="0 0 220 132" role="img" aria-label={t!("linked.scatter", across = name, up = metric)}>
            <g class="tick">
                <path d="M44 8V100H212" />
                { for ticks.iter().map(|(u, text)| html! { <text x={x(*u).to_string()} y="113" text-anchor="middle">{ text }</text> }) }
                { for values.iter().map(|(u, text)| html! { <text x="40" y={(y(*u) + 3.5).to_string()} text-anchor="end">{ text }</text> }) }
                <text class="axis" x="128" y="128" text-anchor="middle">{ name }</text>
            </g>
            { for marks.iter().map(|mark| html! {
                <circle class={classes!("spot", mark.class.clone())} data-trial={(mark.n + 1).to_string()} r="4.5" fill={mark.fill.clone()}
                    cx={format!("{:.1}", x(across(mark)))} cy={format!("{:.1}", y(*mark.at.last().unwrap_or(&0.0)))}><title>{ &mark.title }</title></circle>
            }) }
        </svg>
    }
}
