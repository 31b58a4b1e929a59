//! The table of trials: sorted by any column, filtered, with the exact numbers.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::search::trial;
use crate::setup::evaluation;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use tunescape_core::data::Task;
use tunescape_core::metrics::Metric;
use tunescape_core::search::Outcome;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Filter;
use tunescape_core::state::{Event, State};
use tunescape_core::worker::Scores;
use yew::prelude::*;

/// What stands beside the value that a trial is judged by.
fn second(judged_by: Metric, scores: &Scores) -> Option<(f64, String)> {
    let with = |value: f64, text: fn(f64) -> String| (value, text(value));
    match judged_by {
        Metric::Accuracy | Metric::R2 => Some(with(scores.loss, format::loss)),
        _ => scores
            .accuracy
            .map(|accuracy| with(accuracy, format::percent))
            .or(scores.r2.map(|r2| with(r2, |r2| format::fixed(r2, 3)))),
    }
}

/// A point's values to the last digit.
fn exactly(point: &[f64]) -> String {
    point.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

pub fn panel(state: &State, link: &Link) -> Html {
    let shown = state.setup.search.shown;
    let chosen = trial::looked_at(state);
    let objective = evaluation::objective(state);
    let judged_by = objective.metric;
    let kept = state.study.kept(&state.setup);
    let trials = state.study.study.trials();
    let also = |n: usize| {
        let tried = state.study.tried.get(n)?.as_ref()?;
        let ended = matches!(trials[n].outcome, Some(Outcome::Value(_)));
        second(judged_by, &tried.inspection.valid).filter(|_| ended)
    };
    let row = |n: usize| {
        let trial = &trials[n];
        let class = classes!(
            (chosen == Some(n)).then_some("chosen"),
            (n + 1 == shown).then_some("latest"),
            (state.study.pointed == Some(n)).then_some("lit")
        );
        let exact = match trial.outcome {
            Some(Outcome::Value(cost)) => objective.cost(cost).to_string(),
            _ => String::new(),
        };
        html! {
            <tr {class} data-loss={exact} data-point={exactly(&trial.point)} data-trial={(n + 1).to_string()}>
                <td><button type="button" class="quiet">{ n + 1 }</button>
                    if let Some(note) = state.setup.search.note(n) { <small>{ note }</small> }
                </td>
                { for parameters::values(&state.setup, &trial.point).into_iter().map(|value| html! { <td>{ value }</td> }) }
                <td class={classes!((!matches!(trial.outcome, Some(Outcome::Value(_)))).then_some("ended"))}>{ match trial.outcome {
                    Some(Outcome::Value(cost)) => evaluation::shown(state, cost),
                    _ => trial::outcome(state, n, trial),
                } }</td>
                <td>{ also(n).map_or_else(|| "–".into(), |(_, text)| text) }</td>
            </tr>
        }
    };
    let (column, down) = state.study.look.sort;
    let searched = state.setup.space.iter().count();
    // What has no value in the column comes last, either way.
    let value = |n: usize| match column {
        0 => Some(n as f64),
        c if c <= searched => trials[n].point.get(c - 1).copied(),
        c if c == searched + 1 => match trials[n].outcome {
            Some(Outcome::Value(cost)) => Some(objective.cost(cost)),
            _ => None,
        },
        _ => also(n).map(|(value, _)| value),
    };
    let mut order: Vec<(bool, f64, usize)> = (0..kept.len())
        .filter(|&n| kept[n])
        .map(|n| {
            let value = value(n);
            let key = value.unwrap_or(0.0);
            (value.is_none(), if down { -key } else { key }, n)
        })
        .collect();
    order.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut names = vec![t!("table.trial")];
    names.extend(state.setup.space.iter().map(|(p, _)| words::parameter(p)));
    names.push(if judged_by == Metric::Loss {
        t!("table.valid_loss")
    } else {
        evaluation::name(state, judged_by)
    });
    // Beside what a trial is judged by, the accuracy or R²; where it is one of them, the loss.
    names.push(match (judged_by, state.task()) {
        (Metric::Accuracy | Metric::R2, _) => t!("table.valid_loss"),
        (_, Task::Regression) => "R²".into(),
        _ => t!("table.valid_accuracy"),
    });
    let head = |(c, name): (usize, String)| {
        let sort = if c != column {
            "none"
        } else if down {
            "descending"
        } else {
            "ascending"
        };
        let arrow = if c != column {
            ""
        } else if down {
            " ▼"
        } else {
            " ▲"
        };
        html! {
            <th aria-sort={sort}><button type="button" class="quiet" onclick={link.callback(move |_| Event::Study(StudyEvent::Sort(c)))}>{ name }{ arrow }</button></th>
        }
    };
    let filter = state.study.look.filter;
    let filters: Vec<AttrValue> =
        Filter::ALL.iter().map(|f| t!(format!("filter.{}", f.key())).into()).collect();
    html! {
        <section class="card trials">
            <div class="head">
                <h2>{ t!("table.title") }</h2>
                if !link.hides("filter") {
                    <fields::Select id="filter" label={t!("table.filter")} options={filters} chosen={Filter::ALL.iter().position(|f| *f == filter).unwrap_or(0)}
                        onchosen={link.callback(|place: usize| Event::Study(StudyEvent::Filter(Filter::ALL[place.min(Filter::ALL.len() - 1)])))} />
                }
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label={t!("table.title")}>
                <table id="trials">
                    <thead><tr>{ for names.into_iter().enumerate().map(head) }</tr></thead>
                    <tbody>{ for order.into_iter().map(|(_, _, n)| row(n)) }</tbody>
                </table>
            </div>
        </section>
    }
}
