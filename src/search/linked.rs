//! Every trial in several plots at once: its history, its values side by side, and its score
//! against each of them. What is pointed at in one stands out in all.

mod parallel;

use crate::controls::link::Link;
use crate::plot::listed::Drawing;
use crate::plot::{axis, brush, colour, contour};
use crate::search::marks;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use parallel::Parallel;
use tunescape_core::search::Outcome;
use tunescape_core::setup::Parameter;
use tunescape_core::sort::sort_by_key;
use tunescape_core::space::Param;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::{Event, State};
use tunescape_core::study::Trial;
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
    let objective = evaluation::objective(state);
    let trials = state.study.study.trials().iter().take(state.setup.search.shown);
    let scores: Vec<f64> = trials
        .filter_map(|t| t.outcome.and_then(Outcome::seen))
        .map(|cost| objective.cost(cost))
        .collect();
    if scores.len() < 2 {
        return Html::default();
    }
    let low = scores.iter().copied().fold(f64::MAX, f64::min);
    let high = scores.iter().copied().fold(f64::MIN, f64::max);
    let values: Ticks =
        [(0.0, low), (1.0, high)].map(|(u, v)| (u, evaluation::size(state, v))).to_vec();
    // A cost runs against a score that is better the larger it is.
    let turned = objective.cost(1.0) < 0.0;
    let marks = &marks(state, turned);
    let axes = &axes(state, values);
    let kept = state.study.kept(&state.setup);
    html! {
        <section class="card" id="linked" aria-label={t!("linked.title")}>
            <h2>{ t!("linked.title") }</h2>
            <div class="sideways">{ Parallel { state, link, axes, marks, turned }.view() }</div>
            <p class="about" id="brushed" role="status">
                if state.study.look.brushed.is_empty() { { t!("linked.brush") } } else {
                    { brush::standing(link, &kept, || Event::Study(StudyEvent::Brush(Brush::Clear))) }
                }
            </p>
            <div class="plots">
                { scatters(state, axes, marks) }
                { contour(state, axes, marks) }
                { timeline(state, marks) }
            </div>
        </section>
    }
}

/// The trials on show. What stands out lies on top.
fn marks(state: &State, turned: bool) -> Vec<Mark> {
    let shown = state.setup.search.shown;
    let (fill, kept) = (marks::fill(state), state.study.kept(&state.setup));
    let places = state.study.places(shown);
    let mark = |(n, trial): (usize, &Trial)| {
        let mut at = places[n].clone();
        if let (true, Some(cost)) = (turned, at.last_mut()) {
            *cost = 1.0 - *cost;
        }
        let note = state.setup.search.note(n).map(|note| format!(" ({note})")).unwrap_or_default();
        let point = parameters::point(state, &trial.point);
        let outcome = trial::outcome(state, n, trial);
        Mark {
            n,
            at,
            fill: fill(trial).map_or_else(|| "#3a3d42".into(), colour::hex),
            class: trial::look(state, &kept, n),
            title: format!("{}{note}: {point}, {outcome}", n + 1),
        }
    };
    let trials = state.study.study.trials().iter().enumerate().take(shown);
    let mut marks: Vec<Mark> = trials.map(mark).collect();
    sort_by_key(&mut marks, |mark| {
        (Some(mark.n) == state.study.pointed, Some(mark.n) == state.study.selected)
    });
    marks
}

/// The names of what is searched, with what stands along each, and at last those of the score.
fn axes(state: &State, scores: Ticks) -> Vec<(String, Ticks)> {
    let axis = |p: &Param| {
        let name = Parameter::by_name(&p.name).map_or(String::new(), words::parameter);
        let text = |(u, v): (f64, f64)| (u, parameters::value_of(&state.setup, &p.name, v));
        (name, axis::ticks(p, 3).into_iter().map(text).collect())
    };
    let searched = state.study.study.space().params.iter().map(axis);
    searched.chain([(evaluation::title(state), scores)]).collect()
}

/// The scores against the trials' numbers, and against each value.
fn scatters(state: &State, axes: &[(String, Ticks)], marks: &[Mark]) -> Html {
    let Some(((metric, scores), searched)) = axes.split_last() else { return Html::default() };
    let score = (metric.as_str(), scores);
    let budget = (state.setup.search.budget.max(2) - 1) as f64;
    let numbers = axis::linear(1.0, 1.0 + budget, 4);
    let times: Ticks = numbers.into_iter().map(|v| ((v - 1.0) / budget, v.to_string())).collect();
    let time = |mark: &Mark| mark.n as f64 / budget;
    let one = |(i, (name, ticks)): (usize, &(String, Ticks))| {
        scatter("slice", (name, ticks), score, marks, &|mark: &Mark| mark.at[i])
    };
    html! {
        <>
            { scatter("history", (&t!("axis.trials"), &times), score, marks, &time) }
            { for searched.iter().enumerate().map(one) }
        </>
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
    let d = contour::lines(
        CELLS,
        |cell| values[cell],
        &levels,
        |i, j| [x(middle(i)) as f32, y(middle(j)) as f32],
    );
    html! {
        <Drawing class="scatter over-both" view_box="0 0 220 132"
            name={t!("linked.contour", across = name, up = up_name)}>
            <path class="level" {d} />
            { small_axes([along, upwards], name, Some(up_name.as_str())) }
            { for marks.iter().map(|mark| spot(mark, mark.at[across], mark.at[up])) }
        </Drawing>
    }
}

/// Where a share of the axis across lies in a small plot.
fn x(u: f64) -> f64 {
    44.0 + 168.0 * u
}

/// Where a share of the upward axis lies in a small plot.
fn y(u: f64) -> f64 {
    8.0 + 92.0 * (1.0 - u)
}

/// The axes of a small plot: what stands along each, and their names.
fn small_axes([along, upwards]: [&Ticks; 2], name: &str, up_name: Option<&str>) -> Html {
    let below = |(u, text): &(f64, String)| {
        html! { <text x={x(*u).to_string()} y="113" text-anchor="middle">{ text }</text> }
    };
    let beside = |(u, text): &(f64, String)| {
        html! { <text x="40" y={(y(*u) + 3.5).to_string()} text-anchor="end">{ text }</text> }
    };
    let upright = "translate(9 54) rotate(-90)";
    html! {
        <g class="tick">
            <path d="M44 8V100H212" />
            { for along.iter().map(below) }
            { for upwards.iter().map(beside) }
            <text class="axis" x="128" y="128" text-anchor="middle">{ name }</text>
            if let Some(name) = up_name {
                <text class="axis" transform={upright} text-anchor="middle">{ name }</text>
            }
        </g>
    }
}

/// A trial in a small plot.
fn spot(mark: &Mark, u: f64, v: f64) -> Html {
    html! {
        <circle class={classes!("spot", mark.class.clone())} data-trial={(mark.n + 1).to_string()}
            r="4.5" fill={mark.fill.clone()} cx={format!("{:.1}", x(u))}
            cy={format!("{:.1}", y(v))}><title>{ &mark.title }</title></circle>
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
    let tick = |v: f64| {
        html! {
            <text x={x(v).to_string()} y="113" text-anchor="middle">
                { format::count(v as usize) }
            </text>
        }
    };
    let bar = |mark: &Mark| {
        let (from, took) = bars[mark.n];
        html! {
            <rect class={classes!("spot", mark.class.clone())}
                data-trial={(mark.n + 1).to_string()} fill={mark.fill.clone()}
                x={format!("{:.1}", x(from))} y={format!("{:.1}", 8.0 + high * mark.n as f64)}
                width={format!("{:.1}", (x(took) - 44.0).max(1.0))}
                height={format!("{:.2}", 0.8 * high)}><title>{ &mark.title }</title></rect>
        }
    };
    html! {
        <Drawing class="scatter timeline" view_box="0 0 220 132" name={t!("linked.timeline")}>
            <g class="tick">
                <path d="M44 8V100H212" />
                { for ticks.into_iter().map(tick) }
                <text x="40" y="14" text-anchor="end">{ 1 }</text>
                <text x="40" y="100" text-anchor="end">{ bars.len() }</text>
                <text class="axis" x="128" y="128" text-anchor="middle">
                    { t!("linked.epochs") }
                </text>
            </g>
            { for marks.iter().map(bar) }
        </Drawing>
    }
}

/// The trials' scores against something.
fn scatter(
    class: &'static str,
    (name, ticks): (&str, &Ticks),
    (metric, scores): (&str, &Ticks),
    marks: &[Mark],
    across: &dyn Fn(&Mark) -> f64,
) -> Html {
    let one = |mark: &Mark| spot(mark, across(mark), *mark.at.last().unwrap_or(&0.0));
    html! {
        <Drawing class={classes!("scatter", class)} view_box="0 0 220 132"
            name={t!("linked.scatter", across = name, up = metric)}>
            { small_axes([ticks, scores], name, None) }
            { for marks.iter().map(one) }
        </Drawing>
    }
}
