//! What the strategy believes, each in its own way, on the map's axes.

mod family;
mod layer;

use crate::controls::terms::explained;
use crate::plot::listed::{Drawing, Layers};
use crate::search::process;
use crate::search::searched;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words::format;
use crate::words::texts::t;
use family::family;
use layer::{BeliefPlot, believed, in_numbers, range, title};
use std::rc::Rc;
use tunescape_core::search::{Belief, Figure, Quantity, Reason, StrategyName};
use tunescape_core::space::Point;
use tunescape_core::state::State;
use tunescape_core::state::landscape::domain::Domain;
use tunescape_core::study::Trial;
use tunescape_core::worker::SurrogateView;
use yew::prelude::*;

/// What the strategy believes, on the map's axes, before the trial on show.
pub fn view(state: &State) -> Html {
    let s = &state.setup.search;
    if !s.strategy.believes() {
        return html! { <div class="mind"><p class="about">{ explained(beliefless(s.strategy)) }</p></div> };
    }
    let known = |b: &Belief| !b.layers.is_empty() || b.figure != Figure::None;
    let Some(((before, _), mind)) =
        state.study.belief(s.shown).filter(|(_, mind)| known(&mind.belief))
    else {
        return html! { <div class="mind"><p class="about">{ explained(t!("mind.none_yet")) }</p></div> };
    };
    let seen = Seen::of(state, before, mind);
    let now = &mind.belief;
    html! {
        <div class="mind" id="mind">
            { for now.layers.iter().map(|(quantity, values)| seen.layer(*quantity, values)) }
            { process::fit(state, &now.figure) }
            if now.layers.is_empty() {
                { seen.figure() }
            }
            { family(state, &now.figure) }
            { seen.says() }
        </div>
    }
}

/// What is said of a strategy that believes nothing.
fn beliefless(strategy: StrategyName) -> String {
    match strategy {
        StrategyName::Grid => t!("mind.grid"),
        StrategyName::Hypergradient => t!("mind.hypergradient"),
        StrategyName::Random => t!("mind.random"),
        _ => t!("mind.sequence", strategy = searched::name(strategy)),
    }
}

/// A belief as it is drawn.
struct Seen<'a> {
    state: &'a State,
    /// Trials that it is from.
    before: usize,
    mind: &'a Rc<SurrogateView>,
    domain: Domain,
    /// The candidates of the trial that it led to, as a path.
    candidates: String,
    /// The ways of its step and its shape, where it has some.
    paths: Vec<[Point; 2]>,
}

impl<'a> Seen<'a> {
    fn of(state: &'a State, before: usize, mind: &'a Rc<SurrogateView>) -> Self {
        let leads = before < state.setup.search.shown;
        let (across, up) = state.setup.pair();
        let space = state.study.study.space();
        let paths = up.map(|up| mind.belief.figure.paths(space, (across, up)));
        Seen {
            state,
            before,
            mind,
            domain: believed(state, &mind.belief),
            candidates: if leads { candidates(state, before) } else { String::new() },
            paths: paths.unwrap_or_default(),
        }
    }

    /// Where a point lies in the drawing.
    fn place(&self, point: &[f64]) -> [f64; 2] {
        let [x, y] = self.state.setup.place_on(&self.state.map.land.axes, point);
        [100.0 * x, 100.0 - 100.0 * y]
    }

    /// The trials that it is from, and those after.
    fn dots(&self) -> Html {
        let state = self.state;
        let trials = state.study.study.trials().iter().take(state.setup.search.shown);
        trials.enumerate().filter_map(|(n, trial)| self.dot(n, trial)).collect()
    }

    fn dot(&self, n: usize, trial: &Trial) -> Option<Html> {
        let u = self.state.setup.place_on(&self.state.map.land.axes, &trial.point);
        u.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)).then_some(())?;
        let figure = &self.mind.belief.figure;
        let good = matches!(figure, Figure::Split { good } if good.contains(&n));
        let (kind, r) = if n < self.before { ("seen", "2") } else { ("next", "5") };
        let [cx, cy] = self.place(&trial.point).map(|at| at.to_string());
        let class = classes!(kind, good.then_some("good"));
        Some(html! { <circle {class} {cx} {cy} {r} /> })
    }

    /// A quantity over the map's axes.
    fn layer(&self, quantity: Quantity, values: &[f32]) -> Html {
        let (state, title) = (self.state, title(self.state, quantity));
        let Domain { best, worst } = self.domain;
        html! {
            <figure class="belief">
                <figcaption>
                    { &title }<small>{ range(state, quantity, values) }</small>
                </figcaption>
                { in_numbers(state, &title, quantity, values) }
                <Layers class="small-plot" name={title.clone()}>
                    <BeliefPlot {quantity} values={self.mind.clone()} {best} {worst}
                        label={title} />
                    <svg viewBox="0 0 100 100" aria-hidden="true">
                        if matches!(quantity, Quantity::Good | Quantity::Ratio) {
                            <path class="candidates" d={self.candidates.clone()} />
                        }
                        { self.dots() }
                    </svg>
                </Layers>
            </figure>
        }
    }

    /// What a strategy without layers has in their place.
    fn figure(&self) -> Html {
        let (state, of) = (self.state, &self.mind.belief.figure);
        let (across, up) = state.setup.pair();
        let space = state.study.study.space();
        let outline = up.map(|up| of.outline(space, (across, up))).unwrap_or_default();
        let corner = |point: &Point| {
            let [x, y] = self.place(point);
            format!("{x:.2},{y:.2}")
        };
        let corners: Vec<String> = outline.iter().map(corner).collect();
        let at = |point: &Point| {
            let [x, y] = self.place(point);
            format!("{x:.1} {y:.1}")
        };
        let path = |[from, to]: &[Point; 2]| {
            html! { <path class="path" d={format!("M{}L{}", at(from), at(to))} /> }
        };
        html! {
            <figure class="belief" data-quantity="figure">
                <figcaption>{ figure(state, of) }</figcaption>
                <div class="small-plot figure">
                    <Drawing view_box="0 0 100 100" name={figure(state, of)}>
                        <polygon class="outline" points={corners.join(" ")} />
                        { stretches(state, of) }
                        { for self.paths.iter().map(path) }
                        { self.dots() }
                    </Drawing>
                </div>
            </figure>
        }
    }

    /// What is to be said of all of it.
    fn says(&self) -> Html {
        let (state, now) = (self.state, &self.mind.belief);
        let when = if self.before < state.setup.search.shown {
            t!("mind.before", n = self.before + 1)
        } else {
            t!("mind.after", n = self.before)
        };
        let shrinks = matches!(now.figure, Figure::Shrinking { .. });
        let splits = matches!(now.figure, Figure::Split { .. });
        html! {
            <p class="about">
                { when }
                if shrinks && stretched(state) { { " " }{ t!("mind.stretches") } }
                if !self.paths.is_empty() { { " " }{ t!("mind.paths") } }
                if splits { { " " }{ t!("mind.split") } }
                if !self.candidates.is_empty() { { " " }{ t!("mind.candidates") } }
                if state.setup.averages() && !now.layers.is_empty() {
                    { " " }{ t!("mind.averaged") }
                }
            </p>
        }
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
