//! Every trial in several plots at once: its history, its values side by side, and its score against each of them. What is
//! pointed at in one stands out in all.

use super::{evaluation, map, parameters, trial};
use crate::app::errors;
use crate::app::model::Model;
use crate::app::plot::{axis, colour};
use crate::app::texts::t;
use crate::exchange::Parameter;
use crate::search::Outcome;
use yew::prelude::*;

/// A trial as the plots have it: where it lies on each axis, the last being its score; all from 0 to 1.
struct Mark {
    n: usize,
    at: Vec<f64>,
    fill: String,
    class: Classes,
    title: String,
}

/// What stands along an axis: places from 0 to 1, and what to write there.
type Ticks = Vec<(f64, String)>;

pub fn panel(model: &Model) -> Html {
    let shown = model.setup.search.shown;
    let trials = || model.study.study.trials().iter().enumerate().take(shown);
    let objective = evaluation::objective(model);
    let score = |outcome: Option<Outcome>| outcome.and_then(Outcome::seen).map(|cost| objective.cost(cost));
    let scores: Vec<f64> = trials().filter_map(|(_, t)| score(t.outcome)).collect();
    let (low, high) =
        (scores.iter().copied().fold(f64::MAX, f64::min), scores.iter().copied().fold(f64::MIN, f64::max));
    if scores.len() < 2 {
        return Html::default();
    }
    let share = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    let space = model.study.study.space();
    let (fill, kept) = (map::fill(model), model.study.kept(&model.setup));
    // One that has no score lies where the worst is.
    let worst = if objective.cost(1.0) < 0.0 { 0.0 } else { 1.0 };
    let mut marks: Vec<Mark> = trials()
        .map(|(n, t)| {
            let mut at = space.to_unit(&t.point);
            at.push(score(t.outcome).map_or(worst, share));
            let note = model.setup.search.note(n).map(|note| format!(" ({note})")).unwrap_or_default();
            Mark {
                n,
                at,
                fill: fill(t).map_or_else(|| "#3a3d42".into(), colour::hex),
                class: trial::look(model, &kept, n),
                title: format!(
                    "{}{note}: {}, {}",
                    n + 1,
                    parameters::point(model, &t.point),
                    trial::outcome(model, n, t)
                ),
            }
        })
        .collect();
    // What stands out lies on top.
    marks.sort_by_key(|mark| (Some(mark.n) == model.study.pointed, Some(mark.n) == model.study.selected));
    let names = space.params.iter().map(|p| Parameter::by_name(&p.name).map_or(String::new(), errors::parameter));
    let along = space.params.iter().map(|p| {
        let text = |(u, v): (f64, f64)| (u, parameters::value_of(&model.setup, &p.name, v));
        axis::ticks(p, 3).into_iter().map(text).collect::<Ticks>()
    });
    let values: Ticks = [(0.0, low), (1.0, high)].map(|(u, v)| (u, evaluation::size(model, v))).to_vec();
    let metric = evaluation::title(model);
    let mut axes: Vec<(String, Ticks)> = names.zip(along).collect();
    axes.push((metric.clone(), values.clone()));
    let count = axes.len() - 1;
    let budget = model.setup.search.budget.max(2) - 1;
    let time = |mark: &Mark| mark.n as f64 / budget as f64;
    let numbers = axis::linear(1.0, 1.0 + budget as f64, 4);
    let times = numbers.into_iter().map(|v| ((v - 1.0) / budget as f64, v.to_string())).collect();
    html! {
        <section class="card" id="linked" aria-label={t!("linked.title")}>
            <h2>{ t!("linked.title") }</h2>
            { parallel(&axes, &marks) }
            <div class="plots">
                { scatter("history", &t!("axis.trials"), times, &metric, &values, &marks, &time) }
                { for axes.iter().take(count).enumerate().map(|(i, (name, ticks))| {
                    scatter("slice", name, ticks.clone(), &metric, &values, &marks, &move |mark: &Mark| mark.at[i])
                }) }
            </div>
        </section>
    }
}

/// A line for each trial through its values.
fn parallel(axes: &[(String, Ticks)], marks: &[Mark]) -> Html {
    let x = |i: usize| 40.0 + 520.0 * i as f64 / (axes.len() - 1).max(1) as f64;
    let y = |u: f64| 28.0 + 112.0 * (1.0 - u);
    html! {
        <svg class="parallel" viewBox="0 0 620 150" role="img" aria-label={t!("linked.parallel")}>
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
