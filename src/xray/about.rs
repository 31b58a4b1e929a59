//! The study in a few lines, its history, and the trial that is looked at.

use super::{chart, event, leaving, parts, start, words};
use crate::controls::fields::Select;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart, Line};
use crate::words::format::{count, list};
use crate::words::texts::t;
use crate::words::{import_note, import_remark};
use tunescape_core::import::Direction;
use tunescape_core::import::TrialState;
use tunescape_core::import::convert::Aim;
use tunescape_core::state::State;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use yew::prelude::*;

pub fn study(open: &OpenStudy, state: &State, link: &Link) -> Html {
    let view = &open.view;
    let counted = TrialState::count(view.states.iter().copied()).into_iter();
    let counted = counted.map(|(state, n)| format!("{} {}", count(n), state_name(state.key())));
    let says: Vec<String> =
        view.notes.iter().map(import_note).chain(view.remarks.iter().map(import_remark)).collect();
    let infeasible = view.feasible.iter().filter(|feasible| !**feasible).count();
    html! {
        <section class="card" id="xray-study">
            <h2>{ &view.name }</h2>
            <p class="about">{ explained(t!("xray.file", name = open.name, trials = count(view.len()), states = list(&counted.collect::<Vec<_>>()), parameters = view.parameters.len())) }
                if infeasible > 0 { { " " }{ t!("xray.infeasible", n = infeasible) } }</p>
            { objective(open, link) }
            if !says.is_empty() {
                <details class="more"><summary>{ t!("xray.notes", n = says.len()) }</summary>
                    <ul class="about">{ for says.into_iter().map(|text| html! { <li>{ explained(text) }</li> }) }</ul>
                </details>
            }
            { leaving::view(open, state, link) }
            <div class="actions">
                { start::chooser(link, false) }
                if open.has_columns() {
                    <button type="button" id="xray-again"
                        onclick={link.callback(|_| event(XrayEvent::Columns))}>
                        { t!("xray.columns_again") }
                    </button>
                }
                <button type="button" id="xray-close"
                    onclick={link.callback(|_| event(XrayEvent::Close))}>
                    { t!("xray.close") }
                </button>
            </div>
        </section>
    }
}

fn state_name(key: &str) -> String {
    t!(format!("xray.state.{key}"))
}

/// How a trial ended, in a word.
pub fn state_of(open: &OpenStudy, trial: usize) -> String {
    state_name(open.view.states.get(trial).map_or("by_hand", |state| state.key()))
}

/// Which objective strategies look at; of several, two may be put together.
fn objective(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let several = view.objectives.len();
    let way = |at: usize| match view.objectives[at].direction {
        Direction::Minimize => t!("xray.minimized", name = words::objective(view, at)),
        Direction::Maximize => t!("xray.maximized", name = words::objective(view, at)),
    };
    let mut aims: Vec<(Aim, String)> =
        (0..several).map(|objective| (Aim { objective, second: None }, way(objective))).collect();
    for (first, second) in (0..several).flat_map(|a| (a + 1..several).map(move |b| (a, b))) {
        let names = [first, second].map(|at| words::objective(view, at)).join(" + ");
        aims.push((Aim { objective: first, second: Some(second) }, names));
    }
    if several < 2 {
        return html! { <p class="about" id="xray-way">{ aims.into_iter().map(|aim| aim.1).collect::<String>() }</p> };
    }
    let chosen = aims.iter().position(|(aim, _)| *aim == view.aim).unwrap_or(0);
    let (aims, options): (Vec<Aim>, Vec<AttrValue>) =
        aims.into_iter().map(|(aim, text)| (aim, text.into())).unzip();
    let onchosen =
        link.batch_callback(move |at: usize| Some(event(XrayEvent::Aim(*aims.get(at)?))));
    html! {
        <label class="row"><span>{ t!("xray.objective") }</span><Select id="xray-objective" {options} {chosen} {onchosen} /></label>
    }
}

/// What every trial scored, and the best so far.
pub fn history(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let all = open.trials();
    let scale = parts::scores(open);
    let last = all.saturating_sub(1).max(1) as f64;
    let x = |n: usize| n as f64 / last;
    let at = |n: usize| {
        let loss = open.loss(n);
        // What has none stands at the worse end.
        let worse = if view.value(1.0) > 0.0 { 1.0 } else { 0.0 };
        let y = if loss.is_finite() { scale.place(view.value(loss)) } else { worse };
        Some([x(n), y])
    };
    let mut points: Vec<[f64; 2]> = Vec::new();
    let mut best = f64::INFINITY;
    for n in 0..open.shown {
        let loss = open.loss(n);
        if open.counts(n) && loss < best {
            points.extend(points.last().map(|before| [x(n), before[1]]));
            points.push([x(n), scale.place(view.value(loss))]);
            best = loss;
        }
    }
    points.extend(points.last().map(|end| [x(open.shown.saturating_sub(1)), end[1]]));
    let lines = vec![Line { class: "line valid", points, ..Line::default() }];
    let numbers = crate::plot::axis::linear(0.0, all.saturating_sub(1) as f64, 4);
    let number = |n: f64| (n / last, words::trial_number(open, n as usize).to_string());
    let whole = numbers.into_iter().filter(|n| n.fract() == 0.0 && *n < all as f64);
    let (x, y) = (
        Axis { name: t!("axis.trials"), ticks: whole.map(number).collect() },
        Axis { name: words::aimed(view), ticks: scale.ticks(4, words::number) },
    );
    let says = open.best().map(|(trial, loss)| {
        t!("xray.best", n = words::trial_number(open, trial), value = words::loss(view, loss))
    });
    html! {
        <section class="card" id="xray-history">
            <h2>{ t!("xray.history") }</h2>
            <Chart label={t!("xray.history")} {x} {y} dots={chart::dots(open, ("history", 0), at)} {lines} pointed={open.pointed}
                onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))} />
            <p class="about" id="xray-best">
                { says.unwrap_or_else(|| t!("xray.no_best")) }{ " " }{ t!("xray.marks") }
            </p>
        </section>
    }
}

/// The trial under the pointer; else the best.
pub fn trial(open: &OpenStudy) -> Html {
    let Some(trial) = open.pointed.or(open.best().map(|best| best.0)) else {
        return Html::default();
    };
    let view = &open.view;
    let rows = (0..view.parameters.len()).map(|at| {
        let value = words::param_of(open, trial, at);
        (view.parameters[at].name.clone(), words::value(view, at, value))
    });
    let scores = (0..view.objectives.len())
        .map(|at| (words::objective(view, at), words::score_of(open, trial, at)));
    let more = view.attributes.iter().filter_map(|(name, texts)| {
        Some((name.clone(), texts.get(trial).filter(|text| !text.is_empty())?.clone()))
    });
    let took = view.ends.get(trial).zip(view.starts.get(trial)).map(|(end, start)| end - start);
    let took = took.filter(|took| *took >= 0.0);
    let took = took.map(|took| (t!("xray.took"), crate::words::format::duration(1000.0 * took)));
    let rows: Vec<(String, String)> = scores.chain(rows).chain(took).chain(more).collect();
    html! {
        <section class="card" id="xray-trial">
            <h2>{ t!("xray.trial", n = words::trial_number(open, trial), state = state_of(open, trial)) }</h2>
            <dl>{ for rows.into_iter().map(|(name, value)| html! { <><dt>{ name }</dt><dd>{ value }</dd></> }) }</dl>
        </section>
    }
}
