//! What the strategy believes, each in its own way, on the map's axes.

use crate::plot::colour;
use crate::plot::map::{belief, ends};
use crate::plot::raster::Raster;
use crate::plot::twin;
use crate::search::map;
use crate::search::marks;
use crate::search::process;
use crate::search::searched;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::metrics::Metric;
use tunescape_core::search::{Belief, Figure, Outcome, Quantity, Reason, StrategyName};
use tunescape_core::setup::Shown;
use tunescape_core::state::State;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::study::Trial;
use tunescape_core::worker::Mind;
use yew::prelude::*;

/// What the strategy believes, on the map's axes, before the trial on show.
pub fn view(state: &State) -> Html {
    let s = &state.setup.search;
    if !s.strategy.believes() {
        let says = match s.strategy {
            StrategyName::Grid => t!("mind.grid"),
            StrategyName::Hypergradient => t!("mind.hypergradient"),
            StrategyName::Random => t!("mind.random"),
            _ => t!("mind.sequence", strategy = searched::name(s.strategy)),
        };
        return html! { <div class="mind"><p class="about">{ says }</p></div> };
    }
    let known = |b: &Belief| !b.layers.is_empty() || b.figure != Figure::None;
    let Some(((before, _), mind)) =
        state.study.belief(s.shown).filter(|(_, mind)| known(&mind.belief))
    else {
        return html! { <div class="mind"><p class="about">{ t!("mind.none_yet") }</p></div> };
    };
    let now = &mind.belief;
    let domain = believed(state, now);
    let axes = &state.map.land.axes;
    let good = |n: usize| matches!(&now.figure, Figure::Split { good } if good.contains(&n));
    let dots = || {
        let trials = state.study.study.trials().iter().enumerate().take(s.shown);
        trials.filter_map(|(n, t)| {
            let u = state.setup.place_on(axes, &t.point);
            u.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)).then_some(html! {
                <circle class={classes!(if n < before { "seen" } else { "next" }, good(n).then_some("good"))} cx={(100.0 * u[0]).to_string()} cy={(100.0 - 100.0 * u[1]).to_string()} r={if n < before { "2" } else { "5" }} />
            })
        }).collect::<Html>()
    };
    let title = |quantity: Quantity| match quantity {
        Quantity::Mean => t!("mind.mean").to_string(),
        Quantity::Spread => t!("mind.spread"),
        Quantity::Acquisition => process::acquisition(s.acquisition),
        Quantity::Good => t!("mind.good"),
        Quantity::Bad => t!("mind.bad"),
        Quantity::Ratio => t!("mind.ratio"),
    };
    let space = state.study.study.space();
    let (across, up) = state.setup.pair();
    let paths = up.map(|up| now.figure.paths(space, (across, up))).unwrap_or_default();
    let at = |point: &[f64]| {
        let u = state.setup.place_on(axes, point);
        format!("{:.1} {:.1}", 100.0 * u[0], 100.0 - 100.0 * u[1])
    };
    let drawn = if before < s.shown { candidates(state, before) } else { String::new() };
    let outline = up.map(|up| now.figure.outline(space, (across, up))).unwrap_or_default();
    let corners = outline.iter().map(|point| {
        let u = state.setup.place_on(axes, point);
        format!("{:.2},{:.2}", 100.0 * u[0], 100.0 - 100.0 * u[1])
    });
    html! {
        <div class="mind" id="mind">
            { for now.layers.iter().map(|(quantity, values)| html! {
                <figure class="belief">
                    <figcaption>{ title(*quantity) }<small>{ range(state, *quantity, values) }</small></figcaption>
                    { in_numbers(state, title(*quantity), *quantity, values) }
                    <div class="small-plot">
                        <BeliefPlot quantity={*quantity} values={mind.clone()} best={domain.best} worst={domain.worst} label={title(*quantity)} />
                        <svg viewBox="0 0 100 100" aria-hidden="true">
                            if matches!(quantity, Quantity::Good | Quantity::Ratio) { <path class="candidates" d={drawn.clone()} /> }
                            { dots() }
                        </svg>
                    </div>
                </figure>
            }) }
            { process::fit(state, &now.figure) }
            if now.layers.is_empty() {
                <figure class="belief" data-quantity="figure">
                    <figcaption>{ figure(state, &now.figure) }</figcaption>
                    <div class="small-plot figure">
                        <svg viewBox="0 0 100 100" role="img" aria-label={figure(state, &now.figure)}>
                            <polygon class="outline" points={corners.collect::<Vec<_>>().join(" ")} />
                            { stretches(state, &now.figure) }
                            { for paths.iter().map(|path| html! {
                                <path class="path" d={format!("M{}", path.iter().map(|point| at(point)).collect::<Vec<_>>().join("L"))} />
                            }) }
                            { dots() }
                        </svg>
                    </div>
                </figure>
            }
            { family(state, &now.figure) }
            <p class="about">{ if before < s.shown { t!("mind.before", n = before + 1) } else { t!("mind.after", n = before) } }
                if matches!(now.figure, Figure::Shrinking { .. }) && stretched(state) { { " " }{ t!("mind.stretches") } }
                if !paths.is_empty() { { " " }{ t!("mind.paths") } }
                if matches!(now.figure, Figure::Split { .. }) { { " " }{ t!("mind.split") } }
                if !drawn.is_empty() { { " " }{ t!("mind.candidates") } }
                if state.setup.averages() && !now.layers.is_empty() { { " " }{ t!("mind.averaged") } }
            </p>
        </div>
    }
}

/// The candidates that trial `n` was chosen from, as crosses; where each parameter was chosen by
/// itself, as marks along each axis.
fn candidates(state: &State, n: usize) -> String {
    let Some(Reason::Parzen { candidates, winner, .. }) =
        state.study.study.trials().get(n).map(|trial| &trial.reason)
    else {
        return String::new();
    };
    let (space, (across, up)) = (state.study.study.space(), state.setup.pair());
    let mark = |point: &Vec<f64>| {
        let [x, y] = state.setup.place_on(&state.map.land.axes, point).map(|u| 100.0 * u);
        let (y, counts) = (100.0 - y, space.active(point));
        // A parameter that does not count has no place, but a stand-in.
        let [across, up] = [Some(across), up].map(|i| i.is_none_or(|i| counts[i]));
        match winner {
            Some(_) if across && up => format!("M{:.1} {y:.1}h3M{x:.1} {:.1}v3", x - 1.5, y - 1.5),
            _ => {
                let edge = |on: bool, mark: String| if on { mark } else { String::new() };
                edge(across, format!("M{x:.1} 100v-5")) + &edge(up, format!("M0 {y:.1}h5"))
            }
        }
    };
    candidates.iter().map(mark).collect()
}

/// Whether annealing draws stretches of both of the map's parameters: a choice has none, and one
/// that does not always count has those of its own trials.
fn stretched(state: &State) -> bool {
    let (across, up) = state.setup.pair();
    let params = &state.study.study.space().params;
    [Some(across), up]
        .into_iter()
        .flatten()
        .all(|i| !params[i].is_choice() && params[i].when.is_none())
}

/// The stretches around the best trials that annealing draws from, each half as likely as the one
/// before.
fn stretches(state: &State, figure: &Figure) -> Html {
    let Figure::Shrinking { width, ranked } = figure else { return Html::default() };
    if !stretched(state) {
        return Html::default();
    }
    let (space, trials, half) =
        (state.study.study.space(), state.study.study.trials(), 0.5 * width);
    let one = |(rank, n): (i32, &usize)| {
        let middle = space.to_unit(&trials.get(*n)?.point);
        // Pushed inside the range, as the draws are.
        let corner = |step: f64| {
            let unit: Vec<f64> = middle.iter().map(|u| u.clamp(half, 1.0 - half) + step).collect();
            state.setup.place_on(&state.map.land.axes, &space.from_unit(&unit)).map(|u| 100.0 * u)
        };
        let ([left, low], [right, high]) = (corner(-half), corner(half));
        let d = format!("M{left:.1} {:.1}H{right:.1}V{:.1}H{left:.1}Z", 100.0 - low, 100.0 - high);
        Some(
            html! { <path class="outline stretch" {d} opacity={0.5_f64.powi(rank).to_string()} /> },
        )
    };
    (0..3).zip(ranked).filter_map(one).collect()
}

/// The generations from left to right, in each the best on top: lines lead from parents to
/// children.
fn family(state: &State, figure: &Figure) -> Html {
    let Figure::Parents { of, .. } = figure else { return Html::default() };
    let (of, trials) = ((*of).max(1), state.study.study.trials());
    let trials = &trials[..state.setup.search.shown.min(trials.len())];
    let generations = trials.len().div_ceil(of).max(2);
    let cost = |trial: &Trial| trial.outcome.and_then(Outcome::loss).unwrap_or(f64::INFINITY);
    // How many of its generation are better.
    let rank = |n: usize| {
        let from = n / of * of;
        let peers = trials[from..trials.len().min(from + of)].iter().enumerate();
        peers.filter(|(i, peer)| (cost(peer), from + i) < (cost(&trials[n]), n)).count()
    };
    let place: Vec<[f64; 2]> = (0..trials.len())
        .map(|n| {
            [
                6.0 + 88.0 * (n / of) as f64 / (generations - 1) as f64,
                6.0 + 88.0 * (rank(n) as f64 + 0.5) / of as f64,
            ]
        })
        .collect();
    let fill = marks::fill(state);
    let mut lines = String::new();
    for (n, trial) in trials.iter().enumerate() {
        if let Reason::Bred { parents, .. } = &trial.reason {
            let [x, y] = place[n];
            parents
                .iter()
                .filter_map(|&p| place.get(p))
                .for_each(|[a, b]| lines += &format!("M{a:.1} {b:.1}L{x:.1} {y:.1}"));
        }
    }
    let dot = |(n, trial): (usize, &Trial)| {
        let changed =
            matches!(&trial.reason, Reason::Bred { mutated, .. } if mutated.contains(&true));
        let [x, y] = place[n];
        html! {
            <circle class={classes!("member", changed.then_some("mutant"))} data-trial={(n + 1).to_string()} cx={x.to_string()} cy={y.to_string()}
                r={(30.0 / of as f64).clamp(1.5, 4.0).to_string()} fill={fill(trial).map(colour::hex)}><title>{ n + 1 }</title></circle>
        }
    };
    let row = |(n, trial): (usize, &Trial)| {
        let parents = match &trial.reason {
            Reason::Bred { parents, .. } => trial::numbers(parents),
            _ => "–".into(),
        };
        vec![(n + 1).to_string(), (n / of + 1).to_string(), (rank(n) + 1).to_string(), parents]
    };
    let head =
        vec![t!("table.trial"), t!("table.generation"), t!("table.rank"), t!("table.parents")];
    html! {
        <figure class="belief" id="family">
            <figcaption>{ t!("mind.family") }<small>{ t!("mind.family_says") }</small></figcaption>
            { twin::table(&t!("mind.family"), head, trials.iter().enumerate().map(row).collect()) }
            <div class="small-plot figure">
                <svg viewBox="0 0 100 100" role="img" aria-label={t!("mind.family")}>
                    <path class="kin" d={lines} />
                    { for trials.iter().enumerate().map(dot) }
                </svg>
            </div>
        </figure>
    }
}

/// The colours of what is believed of the objective: the map's where it is the loss, else the
/// belief's own.
fn believed(state: &State, belief: &Belief) -> Domain {
    let mean = belief.layers.iter().find(|(quantity, _)| *quantity == Quantity::Mean);
    match mean {
        Some((_, values))
            if evaluation::objective(state).metric != Metric::Loss
                || evaluation::own_scale(state) =>
        {
            let (best, worst) = ends(Quantity::Mean, values);
            Domain { best, worst }
        }
        _ => Domain::of(&state.map.land, Shown::Loss, state.map.land.epochs),
    }
}

/// What a figure says in a line.
fn figure(state: &State, figure: &Figure) -> String {
    match figure {
        Figure::None | Figure::Split { .. } | Figure::Fit { .. } => String::new(),
        Figure::Ellipse { generation, step, .. } => {
            t!("mind.ellipse", generation = generation + 1, step = format::number(*step))
        }
        Figure::Simplex { corners } => match corners.first() {
            Some((_, best)) => {
                t!("mind.simplex", n = corners.len(), best = evaluation::shown(state, *best))
            }
            None => t!("mind.no_simplex"),
        },
        Figure::Parents { generation, parents, .. } => {
            t!("mind.parents", generation = generation + 1, parents = trial::numbers(parents))
        }
        Figure::Shrinking { width, ranked } => {
            t!(
                "mind.shrinking",
                width = format::percent(*width),
                best = trial::numbers(&ranked[..ranked.len().min(3)])
            )
        }
    }
}

/// A believed quantity over the map's axes, in numbers.
fn in_numbers(state: &State, title: String, quantity: Quantity, values: &[f32]) -> Html {
    let side = values.len().isqrt();
    let at = |axis: usize, i: usize| {
        let param = &state.map.land.axes.params[axis];
        parameters::value_of(&state.setup, &param.name, param.from_unit(0.2 * i as f64 + 0.1))
    };
    let value = |x, y| {
        digits(state, quantity, values[twin::part(y, side) * side + twin::part(x, side)].into())
    };
    let [across, up] = map::axis_names(state);
    twin::grid(&title, format!("{up} \\ {across}"), at, value)
}

fn digits(state: &State, quantity: Quantity, value: f64) -> String {
    match quantity {
        Quantity::Mean => evaluation::modelled(state, value),
        Quantity::Spread if !evaluation::own_scale(state) => evaluation::size(state, value),
        _ => format::minus(format::number(value)),
    }
}

fn range(state: &State, quantity: Quantity, values: &[f32]) -> String {
    let (low, high) = ends(quantity, values);
    let below = if values.iter().any(|v| f64::from(*v) < low) { "< " } else { "" };
    let digits = |value| digits(state, quantity, value);
    // What is nothing beside the largest is nothing.
    let low = if low.abs() < 1e-3 * high.abs() { 0.0 } else { low };
    format!("{below}{} – {}", digits(low), digits(high))
}

#[derive(Properties)]
struct BeliefProps {
    quantity: Quantity,
    values: std::rc::Rc<Mind>,
    best: f64,
    worst: f64,
    label: AttrValue,
}

impl PartialEq for BeliefProps {
    fn eq(&self, other: &Self) -> bool {
        std::rc::Rc::ptr_eq(&self.values, &other.values)
            && (self.quantity, self.best, self.worst) == (other.quantity, other.best, other.worst)
            && self.label == other.label
    }
}

#[component]
fn BeliefPlot(props: &BeliefProps) -> Html {
    let layer = props.values.belief.layers.iter().find(|(q, _)| *q == props.quantity);
    let Some((quantity, values)) = layer else { return Html::default() };
    let pixels = belief(*quantity, values, Domain { best: props.best, worst: props.worst });
    html! { <Raster {pixels} class="smooth" label={props.label.clone()} /> }
}
