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
use tunescape_core::metrics::{Metric, Objective};
use tunescape_core::search::Outcome;
use tunescape_core::sort::sort_by;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Filter;
use tunescape_core::state::{Event, State};
use tunescape_core::study::Trial;
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

/// The trials as the table has them.
struct Table<'a> {
    state: &'a State,
    objective: Objective,
    trials: &'a [Trial],
    chosen: Option<usize>,
}

impl<'a> Table<'a> {
    fn of(state: &'a State) -> Self {
        Table {
            state,
            objective: evaluation::objective(state),
            trials: state.study.study.trials(),
            chosen: trial::looked_at(state),
        }
    }

    /// What a trial is judged by; none of one that has not ended.
    fn judged(&self, n: usize) -> Option<f64> {
        match self.trials[n].outcome {
            Some(Outcome::Value(cost)) => Some(self.objective.cost(cost)),
            _ => None,
        }
    }

    fn also(&self, n: usize) -> Option<(f64, String)> {
        let tried = self.state.study.tried.get(n)?.as_ref()?;
        self.judged(n)?;
        second(self.objective.metric, &tried.inspection.valid)
    }

    /// The value of a trial in a column.
    fn value(&self, n: usize, column: usize) -> Option<f64> {
        let searched = self.state.setup.space.iter().count();
        match column {
            0 => Some(n as f64),
            c if c <= searched => self.trials[n].point.get(c - 1).copied(),
            c if c == searched + 1 => self.judged(n),
            _ => self.also(n).map(|(value, _)| value),
        }
    }

    /// The trials on show, as they are sorted.
    fn order(&self) -> Vec<usize> {
        let (column, down) = self.state.study.look.sort;
        let kept = self.state.study.kept(&self.state.setup);
        let mut order: Vec<(bool, f64, usize)> = (0..kept.len())
            .filter(|&n| kept[n])
            .map(|n| {
                let value = self.value(n, column);
                let key = value.unwrap_or(0.0);
                // What has no value in the column comes last, either way.
                (value.is_none(), if down { -key } else { key }, n)
            })
            .collect();
        sort_by(&mut order, |a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        order.into_iter().map(|(.., n)| n).collect()
    }

    /// The names of the columns.
    fn names(&self) -> Vec<String> {
        let (state, judged_by) = (self.state, self.objective.metric);
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
        names
    }

    fn row(&self, n: usize) -> Html {
        let (state, trial) = (self.state, &self.trials[n]);
        let class = classes!(
            (self.chosen == Some(n)).then_some("chosen"),
            (n + 1 == state.setup.search.shown).then_some("latest"),
            (state.study.pointed == Some(n)).then_some("lit")
        );
        let exact = self.judged(n).map_or(String::new(), |value| value.to_string());
        let outcome = match trial.outcome {
            Some(Outcome::Value(cost)) => evaluation::shown(state, cost),
            _ => trial::outcome(state, n, trial),
        };
        let ended = classes!(self.judged(n).is_none().then_some("ended"));
        let values = parameters::values(&state.setup, &trial.point);
        html! {
            <tr {class} data-loss={exact} data-point={exactly(&trial.point)}
                data-trial={(n + 1).to_string()}>
                <td><button type="button" class="quiet">{ n + 1 }</button>
                    if let Some(note) = state.setup.search.note(n) { <small>{ note }</small> }
                </td>
                { for values.into_iter().map(|value| html! { <td>{ value }</td> }) }
                <td class={ended}>{ outcome }</td>
                <td>{ self.also(n).map_or_else(|| "–".into(), |(_, text)| text) }</td>
            </tr>
        }
    }
}

/// The head of a column, which sorts by it.
fn head(state: &State, link: &Link, column: usize, name: String) -> Html {
    let (sort, arrow) = match state.study.look.sort {
        (by, _) if by != column => ("none", ""),
        (_, true) => ("descending", " ▼"),
        (_, false) => ("ascending", " ▲"),
    };
    let onclick = link.callback(move |_| Event::Study(StudyEvent::Sort(column)));
    html! {
        <th aria-sort={sort}>
            <button type="button" class="quiet" {onclick}>{ name }{ arrow }</button>
        </th>
    }
}

/// A list of which trials are on show.
fn filter(state: &State, link: &Link) -> Html {
    let options: Vec<AttrValue> =
        Filter::ALL.iter().map(|f| t!(format!("filter.{}", f.key())).into()).collect();
    let chosen = Filter::ALL.iter().position(|f| *f == state.study.look.filter).unwrap_or(0);
    let onchosen = link.callback(|place: usize| {
        Event::Study(StudyEvent::Filter(Filter::ALL[place.min(Filter::ALL.len() - 1)]))
    });
    let label = t!("table.filter");
    html! { <fields::Select id="filter" {label} {options} {chosen} {onchosen} /> }
}

pub fn panel(state: &State, link: &Link) -> Html {
    let table = Table::of(state);
    let heads = table.names().into_iter().enumerate().map(|(c, name)| head(state, link, c, name));
    html! {
        <section class="card trials">
            <div class="head">
                <h2>{ t!("table.title") }</h2>
                if !link.hides("filter") {
                    { filter(state, link) }
                }
            </div>
            <div class="scroll" tabindex="0" role="region" aria-label={t!("table.title")}>
                <table id="trials">
                    <thead><tr>{ for heads }</tr></thead>
                    <tbody>{ for table.order().into_iter().map(|n| table.row(n)) }</tbody>
                </table>
            </div>
        </section>
    }
}
