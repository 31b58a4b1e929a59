//! A small map of the truth, or its cover, with the trials of one racer.

use crate::plot::listed::Layers;
use crate::plot::raster::Raster;
use crate::plot::{axis, colour, twin};
use crate::search::map;
use crate::search::searched;
use crate::search::trial;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::search::{Outcome, StrategyName};
use tunescape_core::setup::Shown;
use tunescape_core::space::Param;
use tunescape_core::state::State;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::study::race::Spent;
use yew::prelude::*;

/// Whose trials are on a small map.
#[derive(Clone, Copy, PartialEq)]
pub enum Whose {
    Strategy(StrategyName),
    You,
    Class,
}

impl Whose {
    fn key(self) -> &'static str {
        match self {
            Whose::Strategy(name) => name.key(),
            Whose::You => "you",
            Whose::Class => "class",
        }
    }

    pub fn name(self) -> String {
        match self {
            Whose::Strategy(name) => searched::name(name),
            Whose::You => t!("race.you"),
            Whose::Class => t!("board.class"),
        }
    }

    fn ink(self) -> &'static str {
        match self {
            Whose::Strategy(name) => colour::strategy(name),
            Whose::You | Whose::Class => "var(--ink)",
        }
    }

    pub fn swatch(self) -> Html {
        match self {
            Whose::Strategy(name) => {
                html! { <i class={classes!("swatch", format!("strategy-{}", name.key()))} /> }
            }
            Whose::You => html! { <i class="swatch you" /> },
            Whose::Class => Html::default(),
        }
    }
}

/// A small picture of the truth, or a cover, with trials on it; above and beside it each trial's
/// value of one parameter.
pub fn small_map(state: &State, whose: Whose, run: &[Spent], truth: bool) -> Html {
    let land = &state.map.land;
    let domain = Domain::of(land, Shown::Loss, land.epochs);
    let [across, up] = map::axis_names(state);
    let best = run
        .iter()
        .enumerate()
        .filter_map(|(n, s)| Some((n, s.outcome.loss()?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    let (own, name, ink) = (whose == Whose::You, whose.name(), whose.ink());
    // What is hidden on the Search screen is not seen here either.
    let seen = truth && !state.setup.map.hidden;
    // Nobody may learn the place of the band from the strategies' trials.
    let trials = if truth || own { run } else { &[] };
    let dot = |(n, spent): (usize, &Spent)| {
        let u = state.setup.place_on(&land.axes, &spent.point);
        if !u.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)) {
            return Html::default();
        }
        let (x, y) = (100.0 * u[0], 110.0 - 100.0 * u[1]);
        let fill = spent.outcome.loss().map_or_else(
            || "#3a3d42".into(),
            |loss| colour::hex(colour::loss(domain.goodness(loss))),
        );
        let is_best = best.is_some_and(|b| b.0 == n);
        let class = classes!(
            "dot-trial",
            is_best.then_some("best"),
            (n + 1 == run.len()).then_some("newest"),
            (!state.setup.is_on_cut(&spent.point)).then_some("off")
        );
        html! {
            <g data-trial={(n + 1).to_string()}
                data-loss={spent.outcome.loss().map(|l| l.to_string())}>
                <line class="rug" stroke={ink} x1={x.to_string()} x2={x.to_string()} y1="2"
                    y2="8" />
                <line class="rug" stroke={ink} x1="102" x2="108" y1={y.to_string()}
                    y2={y.to_string()} />
                <circle {class} cx={x.to_string()} cy={y.to_string()}
                    r={if is_best { "3.6" } else { "2.6" }} {fill}><title>{ format!("{}: {}", n + 1, outcome(spent.outcome)) }</title></circle>
            </g>
        }
    };
    // A map that nobody may see yet is no picture to take away.
    let label = if seen {
        t!("race.map_label", name = name, across = across, up = up)
    } else {
        String::new()
    };
    html! {
        <figure class="lane" data-lane={whose.key()}>
            <figcaption><span>{ whose.swatch() }{ &name }</span><b>{ best.map_or_else(|| "–".into(), |b| format::loss(b.1)) }</b></figcaption>
            if !own { { in_numbers(state, &name, trials) } }
            <Layers class="lane-plot" name={label.clone()}>
                if seen {
                    <Raster pixels={crate::plot::map::landscape(&state.map, Shown::Loss, state.setup.map.target)}
                        class="pixelated"
                        {label} />
                }
                <svg viewBox="0 0 110 110" aria-hidden="true">
                    if !seen { { cover(own && !truth, trials.is_empty()) } }
                    if own { { ticks(state) } }
                    // Once the learner's turn is over, each one's way; a class has none in common.
                    if truth && state.setup.race.you && whose != Whose::Class {
                        { route(state, trials) }
                    }
                    { for trials.iter().enumerate().map(dot) }
                    if let (true, Some((x, y))) = (own && !truth, state.race.mark) {
                        <circle class="mark-aim" cx={(100.0 * x).to_string()}
                            cy={(110.0 - 100.0 * y).to_string()} r="4" />
                    }
                </svg>
            </Layers>
        </figure>
    }
}

/// What stands in the place of the truth; `aims`: the learner is to place a trial there.
fn cover(aims: bool, is_empty: bool) -> Html {
    html! {
        <>
            <rect class={classes!("cover", aims.then_some("aim"))} x="0" y="10" width="100"
                height="100" />
            if is_empty {
                <text x="50" y="62" text-anchor="middle">
                    { if aims { t!("race.your_turn") } else { t!("race.hidden") } }
                </text>
            }
        </>
    }
}

/// The way from trial to trial.
fn route(state: &State, trials: &[Spent]) -> Html {
    let place = |spent: &Spent| {
        let u = state.setup.place_on(&state.map.land.axes, &spent.point);
        format!("{:.1},{:.1}", 100.0 * u[0], 110.0 - 100.0 * u[1])
    };
    let points: Vec<String> = trials.iter().map(place).collect();
    html! { <polyline class="route" points={points.join(" ")} /> }
}

/// What the axes of the learner's map are, and their values.
fn ticks(state: &State) -> Html {
    let [across, up] = [0, 1].map(|i: usize| &state.map.land.axes.params[i]);
    let [name, up_name] = map::axis_names(state);
    let text = |param: &Param, x: f64| parameters::value_of(&state.setup, &param.name, x);
    html! {
        <g class="tick">
            { for axis::ticks(across, 4).into_iter().map(|(u, x)| html! {
                <><line x1={(100.0 * u).to_string()} x2={(100.0 * u).to_string()} y1="110" y2="111.5" />
                <text x={(100.0 * u).to_string()} y="115.5" text-anchor="middle">{ text(across, x) }</text></>
            }) }
            { for axis::ticks(up, 4).into_iter().map(|(u, x)| html! {
                <><line x1="-1.5" x2="0" y1={(110.0 - 100.0 * u).to_string()} y2={(110.0 - 100.0 * u).to_string()} />
                <text x="-2.5" y={(111.3 - 100.0 * u).to_string()} text-anchor="end">{ text(up, x) }</text></>
            }) }
            <text x="50" y="121" text-anchor="middle">{ name }</text>
            <text transform="translate(-14 60) rotate(-90)" text-anchor="middle">{ up_name }</text>
        </g>
    }
}

/// The trials of a small picture, in numbers.
pub fn in_numbers(state: &State, name: &str, trials: &[Spent]) -> Html {
    if trials.is_empty() {
        return Html::default();
    }
    let axes = &state.map.land.axes;
    let [across, up] = map::axis_names(state);
    let head = vec![t!("table.trial"), across, up, trial::loss_name(state)];
    let row = |(n, spent): (usize, &Spent)| {
        let places = axes.params.iter().zip(state.setup.place_on(axes, &spent.point));
        let values = places
            .map(|(param, u)| parameters::value_of(&state.setup, &param.name, param.from_unit(u)));
        std::iter::once((n + 1).to_string()).chain(values).chain([outcome(spent.outcome)]).collect()
    };
    twin::table(name, head, trials.iter().enumerate().map(row).collect())
}

/// What a trial scored.
pub fn outcome(outcome: Outcome) -> String {
    outcome.loss().map_or_else(|| t!("race.diverged"), format::loss)
}
