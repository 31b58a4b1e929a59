//! The right side of the Search screen: the chosen trial, every trial's curve, the best so far, the
//! table.

use crate::controls::fields::{self, Typed};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::explore::panels;
use crate::plot::boundary::BoundaryPlot;
use crate::plot::colour;
use crate::plot::lines::{Lines, Series};
use crate::search::pruning;
use crate::search::searched;
use crate::setup::evaluation;
use crate::setup::network;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::metrics::Metric;
use tunescape_core::search::Outcome;
use tunescape_core::setup::Edit;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::Trial;
use tunescape_core::worker::Scores;
use wasm_bindgen::JsCast;
use yew::prelude::*;

/// The trial looked at: the one that was clicked, or the best so far.
pub fn looked_at(state: &State) -> Option<usize> {
    let shown = state.setup.search.shown;
    let best = || state.study.best(shown).map(|b| b.0).or(shown.checked_sub(1));
    state.study.selected.filter(|&n| n < shown).or_else(best)
}

/// The trial, from 0, whose mark, line or row an event happened on.
pub fn under(event: &web_sys::Event) -> Option<usize> {
    let on: web_sys::Element = event.target()?.dyn_into().ok()?;
    let number = on.closest("[data-trial]").ok()??.get_attribute("data-trial")?;
    number.parse::<usize>().ok()?.checked_sub(1)
}

/// How a trial's mark stands out: it is pointed at, or looked at, or not among those that the
/// reader keeps.
pub fn look(state: &State, kept: &[bool], n: usize) -> Classes {
    classes!(
        (state.study.pointed == Some(n)).then_some("lit"),
        (state.study.selected == Some(n)).then_some("picked"),
        (kept.get(n) == Some(&false)).then_some("dim")
    )
}

pub fn chosen(state: &State, link: &Link) -> Html {
    let Some((n, trial)) =
        looked_at(state).and_then(|n| Some((n, state.study.study.trials().get(n)?)))
    else {
        return html! { <section class="card chosen"><h2>{ t!("trial.none_title") }</h2><p class="about">{ explained(t!("trial.none")) }</p></section> };
    };
    let is_best = state.study.best(state.setup.search.shown).is_some_and(|b| b.0 == n);
    let tried = state.study.tried.get(n).cloned().flatten();
    let inspection = tried.as_ref().map(|t| &t.inspection);
    let pair = |name: String, value: String, id: &str| {
        html! { <><dt>{ explained(name) }</dt><dd id={id.to_owned()}>{ value }</dd></> }
    };
    let scores = inspection.map(|i| &i.valid);
    // What it would have learnt, nobody has seen.
    let pruned = matches!(trial.outcome, Some(Outcome::Pruned { .. }));
    html! {
        <section class="card chosen" id="chosen">
            <h2>{ explained(if is_best { t!("trial.best_title", n = n + 1) } else { t!("trial.title", n = n + 1) }) }</h2>
            <div class="look">
                if let (Some(inspection), Some(data), false) = (inspection, state.data.as_ref().filter(|d| d.points.is_some()), pruned) {
                    <BoundaryPlot boundary={inspection.boundary.clone()} data={data.clone()}
                        label={t!("trial.boundary", n = n + 1).to_string()} />
                }
                <dl>
                    { for state.setup.space.iter().zip(parameters::values(&state.setup, &trial.point)).map(|((p, _), value)| {
                        pair(words::parameter(p), value, &format!("chosen-{}", p.name))
                    }) }
                    { pair(evaluation::title(state), outcome(state, n, trial), "chosen-loss") }
                    if let Some(Some(rank)) = state.study.study.mean_ranks(state.setup.search.shown).get(n) {
                        { pair(t!("evaluation.mean_rank"), format::number(*rank), "chosen-rank") }
                    }
                    if let (Some(scores), Some(Outcome::Value(_))) = (scores, trial.outcome) {
                        { score_rows(evaluation::objective(state).metric, scores, &pair) }
                    }
                </dl>
            </div>
            { pruning::why(state, n, trial) }
            { streams(state, n) }
            <label class="note" hidden={link.hides("note")}>{ t!("trial.note") }
                <Typed id="note" inputmode="text" ruled={link.ruled("note")} value={state.setup.search.note(n).unwrap_or_default().to_owned()}
                    ontyped={link.callback(move |text: String| Event::Edit(Edit::Annotate { trial: n, note: text }))} />
            </label>
            <div class="actions">
                <button type="button" id="open-trial" hidden={link.hides("open-trial")}
                    onclick={link.callback(move |_| Event::Explore(n))}>
                    { t!("trial.explore") }
                </button>
                { test(state, link, n, trial) }
            </div>
        </section>
    }
}

/// The value in each stream of a trial, where there are several.
fn streams(state: &State, n: usize) -> Html {
    let judged = state.study.tried.get(n).and_then(|tried| tried.as_ref()?.judged.clone());
    let Some(judged) = judged.filter(|judged| judged.values.len() > 1) else {
        return Html::default();
    };
    let texts = |text: &dyn Fn(f64) -> String| {
        judged.values.iter().map(|v| v.map_or("–".into(), text)).collect::<Vec<_>>()
    };
    html! {
        <details class="about" id="streams" data-values={texts(&|v| v.to_string()).join(" ")}>
            <summary>{ t!("trial.streams", n = judged.values.len(), epoch = judged.epoch) }</summary>
            <p>{ texts(&|v| evaluation::size(state, v)).join(" · ") }</p>
        </details>
    }
}

/// The scores that do not stand there already.
fn score_rows(
    judged_by: Metric,
    scores: &Scores,
    pair: &dyn Fn(String, String, &str) -> Html,
) -> Html {
    let other = |metric: Metric, score: Option<f64>| score.filter(|_| metric != judged_by);
    html! {
        <>
            if let Some(loss) = other(Metric::Loss, Some(scores.loss)) { { pair(t!("trial.valid_loss"), format::loss(loss), "chosen-valid-loss") } }
            if let Some(accuracy) = other(Metric::Accuracy, scores.accuracy) { { pair(t!("trial.valid_accuracy").into(), format::percent(accuracy), "chosen-accuracy") } }
            if let Some(f1) = other(Metric::F1, scores.f1) { { pair(t!("trial.valid_f1").into(), format::fixed(f1, 3), "chosen-f1") } }
            if let Some(r2) = other(Metric::R2, scores.r2) { { pair(t!("trial.valid_r2").into(), format::fixed(r2, 3), "chosen-r2") } }
        </>
    }
}

/// The score on the test part: once, on request, and never before.
fn test(state: &State, link: &Link, n: usize, trial: &Trial) -> Html {
    if !matches!(trial.outcome, Some(Outcome::Value(_))) {
        return Html::default();
    }
    let spent = state.study.tested.keys().next().copied();
    match state.study.tested.get(&n) {
        None if spent.is_some() => {
            html! { <p class="about" id="test-spent">{ explained(t!("trial.test_spent", n = spent.unwrap_or(0) + 1)) }</p> }
        }
        None => html! {
            <button type="button" id="test" hidden={link.hides("test")}
                aria-disabled={state.study.testing().then_some("true")}
                title={t!("trial.test_why").to_string()}
                onclick={link.callback(move |_| Event::Study(StudyEvent::Test(n)))}>
                { t!("trial.test") }
            </button>
        },
        Some(scores) => html! {
            <p class="tested" id="tested">
                { explained(t!("trial.test_loss", loss = format::loss(scores.loss))) }
                if let Some(accuracy) = scores.accuracy { { " · " }{ t!("trial.test_accuracy", accuracy = format::percent(accuracy)) } }
                if let Some(f1) = scores.f1 { { " · F1 " }{ format::fixed(f1, 3) } }
                if let Some(r2) = scores.r2 { { " · R² " }{ format::fixed(r2, 3) } }
            </p>
        },
    }
}

/// Some trials, by the numbers that the page gives them.
pub fn numbers(trials: &[usize]) -> String {
    format::list(&trials.iter().map(|n| (n + 1).to_string()).collect::<Vec<_>>())
}

/// What a trial scored: the mean over its streams, and how far they lie apart.
pub fn outcome(state: &State, n: usize, trial: &Trial) -> String {
    let judged = || state.study.tried.get(n)?.as_ref()?.judged.clone();
    match trial.outcome {
        Some(Outcome::Value(cost)) => match judged()
            .filter(|judged| judged.values.len() > 1)
            .and_then(|j| j.summary())
        {
            Some((mean, spread)) => {
                format!("{} ± {}", evaluation::size(state, mean), evaluation::size(state, spread))
            }
            None => evaluation::shown(state, cost),
        },
        Some(Outcome::Pruned { epoch, .. }) => match state.study.dropped.get(&n) {
            Some((fold, ..)) => t!("trial.dropped", fold = fold),
            None => t!("trial.pruned", epoch = epoch),
        },
        Some(Outcome::Refused) => {
            let inputs = state.data.as_ref().map_or(0, |data| data.inputs);
            let size = state.setup.oversized(inputs, state.task(), &trial.point).unwrap_or(0);
            t!("trial.refused", n = format::count(size))
        }
        // Of a link: it is being trained again.
        Some(Outcome::Diverged) if trial.curve.is_empty() => t!("race.diverged"),
        Some(Outcome::Diverged) => {
            t!("trial.diverged", epoch = trial.curve.last().map_or(0, |c| c.0) + 1)
        }
        None => t!("trial.running"),
    }
}

/// Every trial's validation loss by epoch; the chosen one in its strategy's colour, with its
/// training loss dashed. While the pointer is on the map, the cell's own curve.
pub fn curves(state: &State, link: &Link) -> Html {
    let shown = state.setup.search.shown;
    let chosen = state.study.pointed.filter(|&n| n < shown).or_else(|| looked_at(state));
    let kept = state.study.kept(&state.setup);
    let mut ids: Vec<usize> = Vec::new();
    let colour = colour::strategy(state.setup.search.strategy).to_string();
    let mut series: Vec<Series> = Vec::new();
    let mut title = t!("curves.title").to_string();
    let start = state
        .study
        .study
        .trials()
        .first()
        .and_then(|t| t.curve.first())
        .map(|c| f64::from(c.1.valid_loss));
    let hover =
        state.map.hover.filter(|_| !state.setup.map.hidden && state.study.pointed.is_none());
    let cell = hover
        .map(|c| state.map.land.shown(c))
        .filter(|&c| state.map.land.cells[c].reports.len() > 1);
    for (n, trial) in state.study.study.trials().iter().enumerate().take(shown) {
        if Some(n) == chosen && cell.is_none() || !kept[n] {
            continue;
        }
        ids.push(n);
        let went = trial.curve.iter().take_while(|(epoch, _)| *epoch <= trial.epochs());
        let values = went.map(|(_, r)| Some(f64::from(r.valid_loss))).collect();
        series.push(Series {
            name: String::new(),
            class: "line other",
            colour: None,
            values,
            from: 0,
        });
    }
    let mut pair = |reports: &mut dyn Iterator<Item = (f64, f64)>, colour: Option<String>| {
        let (valid, train): (Vec<_>, Vec<_>) = reports.map(|(v, t)| (Some(v), Some(t))).unzip();
        let named = |name: String, class, values| Series {
            name,
            class,
            colour: colour.clone(),
            values,
            from: 0,
        };
        series.push(named(t!("curves.train"), "line train", train));
        series.push(named(t!("curves.valid"), "line valid", valid));
    };
    if let Some(cell) = cell {
        let reports = &state.map.land.cells[cell].reports;
        pair(&mut reports.iter().map(|r| (f64::from(r.valid_loss), f64::from(r.train_loss))), None);
        // Where it is stands above the map; a heading that went on to a second line would move what
        // is below it.
        title = t!("curves.cell");
    } else if let Some(trial) = chosen.and_then(|n| state.study.study.trials().get(n)) {
        let losses =
            trial.curve.iter().map(|(_, r)| (f64::from(r.valid_loss), f64::from(r.train_loss)));
        pair(&mut losses.clone().take(trial.epochs() + 1), Some(colour.clone()));
        title = t!("curves.trial", n = chosen.unwrap_or(0) + 1);
        series.extend(pruning::lines(state, chosen.unwrap_or(0), trial, colour));
    }
    html! {
        <section class="card curves" id="curves">
            <h2>{ explained(title) }</h2>
            <Lines {series} x_name={t!("axis.epoch").to_string()} y_name={t!("axis.loss")} x_max={Some(state.setup.training.epochs)}
                log={state.setup.search.log_loss} y_cap={start.map(|s| 1.8 * s)} marks={pruning::marks(state, chosen)} label={t!("curves.label").to_string()} {ids}
                cross={state.inspection.cross} oncross={panels::cross(link)} />
        </section>
    }
}

/// What the loss in use is called.
pub fn loss_name(state: &State) -> String {
    network::loss_name(state.setup.loss(state.task()))
}

/// The trial that all plots over trials point at, from 1, and who is told where the pointer is.
pub fn cross(state: &State, link: &Link) -> (Option<usize>, Callback<Option<usize>>) {
    let point =
        |at: Option<usize>| Event::Study(StudyEvent::Point(at.and_then(|at| at.checked_sub(1))));
    (state.study.pointed.map(|n| n + 1), link.callback(point))
}

/// The choice of a logarithmic axis for losses; a score that is to rise has none.
pub fn log_choice(state: &State, link: &Link) -> Html {
    if state.setup.search.metric.higher_is_better() {
        return Html::default();
    }
    let chosen = state.setup.search.log_loss;
    fields::tick(link, "log-loss", t!("search.log_loss"), chosen, |on| {
        Edit::set("search.log_loss", on)
    })
}

/// Whether losses over trials are drawn on a logarithmic axis.
pub fn is_log(state: &State) -> bool {
    state.setup.search.log_loss && !state.setup.search.metric.higher_is_better()
}

pub fn best_so_far(state: &State, link: &Link) -> Html {
    let (cross, oncross) = cross(state, link);
    let shown = state.setup.search.shown;
    let objective = evaluation::objective(state);
    let best = state.study.study.best_so_far();
    let values =
        best.into_iter().take(shown).map(|cost| cost.map(|cost| objective.cost(cost))).collect();
    let series = vec![Series {
        name: searched::name(state.setup.search.strategy),
        class: "line valid",
        colour: Some(colour::strategy(state.setup.search.strategy).into()),
        values,
        from: 1,
    }];
    html! {
        <section class="card best">
            <h2>{ t!("best.title", metric = evaluation::title(state)) }</h2>
            <Lines {series} x_name={t!("axis.trials").to_string()}
                y_name={evaluation::title(state)} x_max={Some(state.setup.search.budget)}
                log={is_log(state)} steps=true
                label={t!("best.label", metric = evaluation::title(state))} trials=true {cross}
                {oncross} />
            { log_choice(state, link) }
        </section>
    }
}
