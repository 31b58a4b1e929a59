//! A map of two parameters: the trials on it over what a strategy predicts, where it would go next
//! and why; of two strategies side by side.

use super::{chart, event, words};
use crate::controls::fields::Select;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart, Dot, Line, Mark};
use crate::plot::map::{belief, ends};
use crate::plot::twin;
use crate::search::reason::{About, numbers_behind, sentence};
use crate::search::{process, searched};
use crate::words::format;
use crate::words::texts::t;
use std::collections::BTreeSet;
use std::rc::Rc;
use tunescape_core::search::{Acquisition, Figure, Quantity, StrategyName};
use tunescape_core::space::Space;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use tunescape_core::worker::xray::Thought;
use yew::prelude::*;

pub fn card(open: &OpenStudy, link: &Link) -> Html {
    let Ok(space) = &open.view.space else {
        return html! { <section class="card"><p class="wrong">{ explained(t!("xray.no_space")) }</p></section> };
    };
    let places = 0..open.strategies.len();
    let class = classes!("minds", (places.len() > 1).then_some("two"));
    html! {
        <section class="card" id="xray-map" aria-label={t!("xray.map")}>
            <div class="head">
                { for places.clone().map(|place| strategy(open, link, place)) }
                if open.strategies.len() < 2 {
                    <button type="button" id="xray-beside" onclick={link.callback({
                        let other = if open.strategies[0] == StrategyName::Tpe { StrategyName::Bayesian } else { StrategyName::Tpe };
                        move |_| event(XrayEvent::Ask(1, Some(other)))
                    })}>{ t!("xray.beside") }</button>
                }
                <span class="grow" />
                if space.dim() > 1 { { axis(open, link, 0) }{ axis(open, link, 1) } }
            </div>
            <div {class}>{ for places.map(|place| mind(open, space, link, place)) }</div>
        </section>
    }
}

fn strategy(open: &OpenStudy, link: &Link, place: usize) -> Html {
    let names: Vec<StrategyName> =
        StrategyName::ALL.into_iter().filter(|name| name.can_be_asked()).collect();
    let second = place == 1;
    let chosen = names.iter().position(|name| *name == open.strategies[place]).unwrap_or(0);
    let mut options: Vec<AttrValue> =
        names.iter().map(|name| searched::name(*name).into()).collect();
    if second {
        options.push(t!("xray.alone").into());
    }
    let onchosen =
        link.callback(move |at: usize| event(XrayEvent::Ask(place, names.get(at).copied())));
    let id = ["xray-strategy", "xray-second"][place];
    html! { <Select {id} label={t!("xray.strategy")} {options} {chosen} {onchosen} /> }
}

fn axis(open: &OpenStudy, link: &Link, which: usize) -> Html {
    let dims = open.view.space.as_ref().map_or(0, Space::dim);
    let options: Vec<AttrValue> = (0..dims).map(|i| words::name(&open.view, i).into()).collect();
    let axes = open.axes;
    let onchosen = link.callback(move |param: usize| {
        let mut axes = axes;
        // The same twice would be a line: the two change places.
        if axes[1 - which] == param {
            axes[1 - which] = axes[which];
        }
        axes[which] = param;
        event(XrayEvent::Axes(axes))
    });
    let (id, label) =
        [("xray-across", t!("xray.across")), ("xray-up", t!("xray.up"))][which].clone();
    html! { <label class="row">{ label.clone() }<Select {id} {label} {options} chosen={axes[which]} {onchosen} /></label> }
}

/// One strategy's map and reason.
fn mind(open: &OpenStudy, space: &Space, link: &Link, place: usize) -> Html {
    let thought = open.thought(place);
    let busy = open.is_thinking(place);
    html! {
        <div class="mind-of" aria-busy={busy.then_some("true")}>
            if let Some(thought) = thought { { layers(open, thought, link, place) } }
            if space.dim() > 1 {
                if let Some(thought) = thought { { in_numbers(open, space, thought, place) } }
                { picture(open, space, thought, link, place) }
            }
            { reason(open, link, thought, place) }
        </div>
    }
}

/// Which of the quantities is shown.
fn layers(open: &OpenStudy, thought: &Thought, link: &Link, place: usize) -> Html {
    let all = &thought.mind.belief.layers;
    let chosen = open.layers[place].min(all.len().saturating_sub(1));
    html! {
        <p class="layers">
            <span class="segments" role="group" aria-label={t!("xray.layer")}>
                { for all.iter().enumerate().map(|(at, (quantity, _))| html! {
                    <button type="button" aria-pressed={(at == chosen).to_string()}
                        onclick={link.callback(move |_| event(XrayEvent::Layer(place, at)))}>
                        { quantity_name(*quantity) }
                    </button>
                }) }
            </span>
            if let Some((quantity, values)) = all.get(chosen) { <small>{ range(open, *quantity, values) }</small> }
            if all.is_empty() { <small>{ without_model(open.strategies[place], &thought.mind.belief.figure) }</small> }
        </p>
    }
}

/// The map in numbers, for those who can't see it.
fn in_numbers(open: &OpenStudy, space: &Space, thought: &Thought, place: usize) -> Html {
    let (view, axes) = (&open.view, open.axes);
    let Some((quantity, values)) = chosen(open, thought, place) else { return Html::default() };
    let side = values.len().isqrt();
    let at = |axis: usize, i: usize| {
        let x = space.params[axes[axis]].from_unit(0.2 * i as f64 + 0.1);
        words::value(view, view.searched[axes[axis]], x)
    };
    let value = |x, y| {
        let value = f64::from(values[twin::part(y, side) * side + twin::part(x, side)]);
        if *quantity == Quantity::Mean { words::loss(view, value) } else { words::number(value) }
    };
    let [across, up] = axes.map(|param| words::name(view, param));
    twin::grid(&quantity_name(*quantity), format!("{up} \\ {across}"), at, value)
}

/// The quantity that the map of a place shows.
fn chosen<'a>(
    open: &OpenStudy,
    thought: &'a Thought,
    place: usize,
) -> Option<&'a (Quantity, Vec<f32>)> {
    let all = &thought.mind.belief.layers;
    all.get(open.layers[place].min(all.len().saturating_sub(1)))
}

fn quantity_name(quantity: Quantity) -> String {
    match quantity {
        Quantity::Mean => t!("mind.mean"),
        Quantity::Spread => t!("mind.spread"),
        Quantity::Acquisition => process::acquisition(Acquisition::ExpectedImprovement),
        Quantity::Good => t!("mind.good"),
        Quantity::Bad => t!("mind.bad"),
        Quantity::Ratio => t!("mind.ratio"),
    }
}

/// What a strategy without a map goes by.
fn without_model(name: StrategyName, figure: &Figure) -> String {
    match (name, figure) {
        (StrategyName::Grid, _) => t!("mind.grid"),
        (StrategyName::Random, _) => t!("mind.random"),
        (name, _) if !name.believes() => t!("mind.sequence", strategy = searched::name(name)),
        (_, Figure::Ellipse { generation, step, .. }) => {
            t!("mind.ellipse", generation = generation + 1, step = format::number(*step))
        }
        (_, Figure::None) => t!("xray.no_model_yet"),
        _ => t!("xray.no_map"),
    }
}

fn range(open: &OpenStudy, quantity: Quantity, values: &[f32]) -> String {
    let (low, high) = ends(quantity, values);
    match quantity {
        Quantity::Mean => {
            let (a, b) = (open.view.value(low), open.view.value(high));
            [words::number(a.min(b)), words::number(a.max(b))].join(" … ")
        }
        _ => [words::number(low), words::number(high)].join(" … "),
    }
}

fn picture(
    open: &OpenStudy,
    space: &Space,
    thought: Option<&Rc<Thought>>,
    link: &Link,
    place: usize,
) -> Html {
    let [across, up] = open.axes;
    let view = &open.view;
    let at = |trial: usize| Some([open.unit(trial, across)?, open.unit(trial, up)?]);
    let mut dots = chart::dots(open, ("map", 0), at);
    if let Some(taken) = thought.and_then(|thought| some_of(thought)) {
        let faint = |dot: &Dot| match taken.contains(&dot.trial) {
            true => *dot,
            false => Dot { mark: Mark::Faint, ..*dot },
        };
        dots = Rc::new(dots.iter().map(faint).collect());
    }
    let unit = |point: &[f64]| {
        let unit = space.to_unit(point);
        [unit[across], unit[up]]
    };
    let layer = thought.and_then(|thought| chosen(open, thought, place));
    let back = layer.map(|(quantity, values)| belief(*quantity, values, shades(open, values)));
    let figure = thought.map(|thought| &thought.mind.belief.figure);
    let outline = figure.map(|figure| figure.outline(space, (across, up))).unwrap_or_default();
    let mut lines = Vec::new();
    if !outline.is_empty() {
        let mut points: Vec<[f64; 2]> = outline.iter().map(|point| unit(point)).collect();
        points.extend(points.first().copied());
        lines.push(Line { class: "outline", points, ..Line::default() });
    }
    let next = open.moved.as_ref().or(thought.map(|thought| &thought.proposal.point));
    let axis = |param| Axis { name: words::name(view, param), ticks: words::ticks(view, param, 4) };
    let label = t!(
        "xray.map_of",
        across = words::name(view, across),
        up = words::name(view, up),
        strategy = searched::name(open.strategies[place])
    );
    html! {
        <Chart id={["xray-mind", "xray-mind-2"][place]} square=true {label} x={axis(across)} y={axis(up)} {dots} {back} {lines}
            pointed={open.pointed} onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))}
            aim={next.map(|point| unit(point))} onaim={link.callback(|at| event(XrayEvent::Move(at)))} />
    }
}

/// The trials that a model goes by, where it leaves some out.
fn some_of(thought: &Thought) -> Option<BTreeSet<usize>> {
    let Figure::Fit { taken, .. } = &thought.mind.belief.figure else { return None };
    (taken.len() < thought.told.len()).then(|| taken.iter().copied().collect())
}

/// The colours of a prediction are those of the trials.
fn shades(open: &OpenStudy, values: &[f32]) -> Domain {
    let domain = chart::domain(open);
    let (low, _) = ends(Quantity::Mean, values);
    Domain { best: domain.best.min(low), ..domain }
}

/// Where the strategy would go next, and why.
fn reason(open: &OpenStudy, link: &Link, thought: Option<&Rc<Thought>>, place: usize) -> Html {
    let Some(thought) = thought else {
        // One that failed is in a notice.
        let busy = open.is_thinking(place);
        return html! { if busy { <p class="about" role="status">{ t!("xray.thinking") }</p> } };
    };
    let (view, name) = (&open.view, open.strategies[place]);
    let scored = |trial: usize| {
        let loss = open.loss(trial);
        let score = if loss.is_finite() { words::loss(view, loss) } else { "–".into() };
        t!("why.scored", n = words::trial_number(open, trial), score = score)
    };
    let pareto = view.aim.second.is_some();
    let about = About {
        point: words::point(view, &thought.proposal.point),
        turned: !pareto && view.value(1.0) < 0.0,
        told: thought.told.len(),
        earlier: 0,
        epochs: None,
        metric: words::aimed(view),
        names: (0..view.searched.len()).map(|param| words::name(view, param)).collect(),
        value: &|loss| if pareto { words::number(loss) } else { words::loss(view, loss) },
        trial: &scored,
        number: &|trial| words::trial_number(open, trial),
    };
    let (says, numbers) = sentence(&thought.proposal.reason, &about);
    let of = thought.told.len();
    let modelled = some_of(thought).map(|taken| t!("xray.uses", n = taken.len(), of = of));
    html! {
        <div class={classes!("why", format!("strategy-{}", name.key()))}
            id={["xray-why", "xray-why-2"][place]} aria-live="polite">
            <p><b>{ t!("xray.next", strategy = searched::name(name), n = thought.told.len()) }</b>{ " " }{ explained(says) }</p>
            { numbers_behind(link, numbers) }
            if let Some(modelled) = modelled { <p><small>{ modelled }</small></p> }
        </div>
    }
}
