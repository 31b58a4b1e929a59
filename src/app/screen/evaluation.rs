//! How trials are judged: on which rows, how often, by which metric, after which epoch.

use super::{Link, fields, network};
use crate::app::format;
use crate::app::model::Model;
use crate::app::texts::t;
use crate::data::Task;
use crate::exchange::evaluation::Method;
use crate::metrics::{Metric, Objective, When};
use yew::prelude::*;

pub fn rows(model: &Model, link: &Link) -> Html {
    let evaluation = &model.setup.evaluation;
    let classes = model.task() != Task::Regression;
    let fits = |method: &Method| classes || *method != Method::StratifiedKFold || *method == evaluation.method;
    let methods = Method::ALL.into_iter().filter(fits).map(|m| (m, method(m))).collect();
    let loss = model.setup.loss(model.task());
    let metrics = Metric::ALL.into_iter().filter(|m| m.fits(loss)).map(|m| (m, name(model, m))).collect();
    let objective = objective(model);
    html! {
        <>
            { fields::choice(link, "evaluation", t!("evaluation.title"), methods, evaluation.method, |s, m| s.evaluation.method = m) }
            if evaluation.method != Method::HoldOut {
                { fields::number(link, "folds", t!("evaluation.folds"), evaluation.folds as f64, |s, v| s.evaluation.folds = v.max(0.0) as usize) }
            }
            { fields::number(link, "repeats", t!("evaluation.repeats"), evaluation.repeats as f64, |s, v| s.evaluation.repeats = v.max(0.0) as usize) }
            if evaluation.streams() > 1 {
                <p class="about" id="evaluation-says">{ t!("evaluation.says", n = evaluation.streams()) }</p>
            }
            { fields::choice(link, "metric", t!("training.when"), metrics, objective.metric, |s, metric| s.search.metric = metric) }
            { fields::choice(link, "when", t!("evaluation.after"),
                vec![(When::Last, t!("training.last")), (When::Best, t!("training.best"))], objective.when, |s, when| s.search.when = when) }
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
pub fn objective(model: &Model) -> Objective {
    model.setup.objective(model.task())
}

/// What a metric is called.
pub fn name(model: &Model, metric: Metric) -> String {
    // Precision, recall and F1 of two classes are the second one's; of several, the mean over the classes.
    let several = matches!(model.task(), Task::Classes(_));
    match metric {
        Metric::Loss => network::loss_name(model.setup.loss(model.task())),
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
pub fn title(model: &Model) -> String {
    match objective(model).metric {
        Metric::Loss => t!("trial.valid_loss"),
        metric => t!("metric.validation", metric = name(model, metric)),
    }
}

/// A value of the metric, or a difference of two.
pub fn size(model: &Model, value: f64) -> String {
    match objective(model).metric {
        Metric::Loss | Metric::LogLoss => format::loss(value),
        Metric::Accuracy => format::percent(value),
        _ => format::fixed(value, 3),
    }
}

/// What the strategies minimise, as the metric's own value.
pub fn shown(model: &Model, cost: f64) -> String {
    size(model, objective(model).cost(cost))
}

/// What a strategy models, as the metric's own value; two objectives put together are a plain number.
pub fn modelled(model: &Model, value: f64) -> String {
    if model.setup.search.pareto { format::number(value) } else { shown(model, value) }
}
