//! How trials are judged: on which rows, how often, by which metric, after which epoch.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::setup::{folds, network};
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::data::{Task, builtin, toys};
use tunescape_core::metrics::{Metric, Objective, When};
use tunescape_core::setup::Edit;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

pub fn rows(state: &State, link: &Link) -> Html {
    let evaluation = &state.setup.evaluation;
    let classes = state.task() != Task::Regression;
    let fits = |method: &Method| {
        classes || *method != Method::StratifiedKFold || *method == evaluation.method
    };
    let methods = Method::ALL.into_iter().filter(fits).map(|m| (m, method(m))).collect();
    let loss = state.setup.loss(state.task());
    let metrics =
        Metric::ALL.into_iter().filter(|m| m.fits(loss)).map(|m| (m, name(state, m))).collect();
    let objective = objective(state);
    html! {
        <>
            { fields::choice(link, "evaluation", t!("evaluation.title"), methods, evaluation.method, |v| Edit::choose("evaluation.method", v)) }
            if evaluation.method != Method::HoldOut {
                { fields::number(link, "folds", t!("evaluation.folds"), evaluation.folds as f64, |v| Edit::set("evaluation.folds", v)) }
            }
            { folds::picture(state) }
            { fields::number(link, "repeats", t!("evaluation.repeats"), evaluation.repeats as f64, |v| Edit::set("evaluation.repeats", v)) }
            if evaluation.streams() > 1 {
                <p class="about" id="evaluation-says">
                    { explained(t!("evaluation.says", n = evaluation.streams())) }
                </p>
            }
            { also(state, link) }
            { fields::choice(link, "metric", t!("training.when"), metrics, objective.metric, |v| Edit::choose("search.metric", v)) }
            { fields::choice(link, "when", t!("evaluation.after"),
                vec![(When::Last, t!("training.last")), (When::Best, t!("training.best"))], objective.when, |v| Edit::choose("search.when", v)) }
        </>
    }
}

fn method(method: Method) -> String {
    match method {
        Method::HoldOut => t!("evaluation.hold_out"),
        Method::KFold => t!("evaluation.k_fold"),
        Method::StratifiedKFold => t!("evaluation.stratified"),
    }
}

/// What trials are judged by now.
pub fn objective(state: &State) -> Objective {
    state.setup.objective(state.task())
}

/// What a metric is called.
pub fn name(state: &State, metric: Metric) -> String {
    // Precision, recall and F1 of two classes are the second one's; of several, the mean over the
    // classes.
    let several = matches!(state.task(), Task::Classes(_));
    match metric {
        Metric::Loss => network::loss_name(state.setup.loss(state.task())),
        Metric::LogLoss => t!("metric.log_loss"),
        Metric::Accuracy => t!("metric.accuracy"),
        Metric::Precision if several => t!("metric.macro_precision"),
        Metric::Precision => t!("metric.precision"),
        Metric::Recall if several => t!("metric.macro_recall"),
        Metric::Recall => t!("metric.recall"),
        Metric::F1 if several => t!("metric.macro_f1"),
        Metric::F1 => "F1".into(),
        Metric::RocAuc => t!("metric.roc_auc"),
        Metric::R2 => "R²".into(),
    }
}

/// The objective's metric, on the validation rows.
pub fn title(state: &State) -> String {
    match objective(state).metric {
        Metric::Loss => t!("trial.valid_loss"),
        metric => t!("metric.validation", metric = name(state, metric)),
    }
}

/// A value of the metric, or a difference of two.
pub fn size(state: &State, value: f64) -> String {
    match objective(state).metric {
        Metric::Loss | Metric::LogLoss => format::loss(value),
        Metric::Accuracy => format::percent(value),
        _ => format::fixed(value, 3),
    }
}

/// What the strategies minimise, as the metric's own value.
pub fn shown(state: &State, cost: f64) -> String {
    size(state, objective(state).cost(cost))
}

/// Whether what a strategy models is no value of the metric: two objectives put together, or a mean
/// rank.
pub fn own_scale(state: &State) -> bool {
    (state.setup.search.pareto && state.setup.search.strategy.weighs()) || state.setup.ranks()
}

/// What a strategy models, as the metric's own value where it is one.
pub fn modelled(state: &State, value: f64) -> String {
    if own_scale(state) { format::number(value) } else { shown(state, value) }
}

/// The same for a sentence: no better than the metric can be, which no model knows.
pub fn expected(state: &State, value: f64) -> String {
    let objective = objective(state);
    let best = objective.cost(objective.metric.best());
    modelled(state, if own_scale(state) { value } else { value.max(best) })
}

/// Other sets that every trial is trained on as well, and how it is compared over all.
fn also(state: &State, link: &Link) -> Html {
    let setup = &state.setup;
    let all = || {
        toys::ALL
            .iter()
            .map(|toy| toy.name)
            .chain(builtin::ALL.iter().map(|set| set.name))
            .chain(["drawn"])
    };
    let own = match state.task() {
        Task::Regression => 0,
        Task::Binary => 2,
        Task::Classes(_) => 3,
    };
    let names: Vec<&'static str> =
        all().filter(|name| setup.takes_also(name) && setup.kind(name) == Some(own)).collect();
    if names.is_empty() {
        return Html::default();
    }
    let ruled = link.ruled("also");
    let one = |name: &'static str| {
        let on = setup.evaluation.also.iter().any(|n| n == name);
        let onchange = link.callback(move |_| Event::Edit(Edit::ToggleAlso(name.into())));
        html! { <label><input type="checkbox" value={name} checked={on} disabled={ruled.locked} data-locked={ruled.mark()} title={ruled.says()} {onchange} />{ t!(format!("data.{name}")) }</label> }
    };
    html! {
        <details class="more" id="also" hidden={ruled.hidden}>
            <summary>{ t!("evaluation.also") }</summary>
            <span class="choices">{ for names.into_iter().map(one) }</span>
            if !setup.evaluation.also.is_empty() {
                { fields::choice(link, "ranked", t!("evaluation.compared"), vec![(false, t!("evaluation.mean_score")), (true, t!("evaluation.mean_rank"))],
                    setup.search.ranked, |v| Edit::choose("search.ranked", v)) }
            }
            <p class="about">{ explained(t!("evaluation.also_says")) }</p>
        </details>
    }
}
