//! This page's own study as the neutral value that files are written from.

use super::{lacks, python, steps};
use crate::data::Task;
use crate::import::{Direction, Domain, ImportedStudy, ImportedTrial, Parameter, TrialState, page};
use crate::metrics::{Metric, When};
use crate::search::Outcome;
use crate::setup::Setup;
use crate::space::Param;
use crate::study::{Study, Trial};
use tunescape_engine::train::Report;

/// The study in the metric that it is judged by; curves where that is what trainers report. A
/// diverged trial is complete with a value worse than any other, as Optuna has it.
pub fn of_study(setup: &Setup, study: &Study, task: Task) -> ImportedStudy {
    in_metric(setup, study, task, setup.objective(task).metric)
}

/// The study in the validation loss, whatever it is judged by: what scripts have as objective. A
/// trial that is judged by something else and has no curve stands as running: it can't be told.
pub fn by_loss(setup: &Setup, study: &Study, task: Task) -> ImportedStudy {
    in_metric(setup, study, task, Metric::Loss)
}

fn in_metric(setup: &Setup, study: &Study, task: Task, metric: Metric) -> ImportedStudy {
    let objective = setup.objective(task);
    let judged = objective.metric == metric;
    let maximize = metric.higher_is_better();
    let name = serde_json::to_value(metric).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().to_string();
    let parameters: Vec<Parameter> = study.space().params.iter().map(parameter).collect();
    let trial = |(number, trial): (usize, &Trial)| {
        let active = study.space().active(&trial.point);
        let reports = trial.curve.iter().filter(|(epoch, _)| (1..=trial.epochs()).contains(epoch));
        let report = |(epoch, report): &(usize, Report)| {
            let value = match metric {
                Metric::Loss => report.valid_loss,
                _ if metric.is_reported() => report.valid_score,
                _ => return None,
            };
            Some((*epoch as u64, python::digits(value)))
        };
        let reports: Vec<(u64, f64)> = reports.filter_map(report).collect();
        let value = |cost: f64, when: When| {
            let of_curve = || match when {
                When::Last => reports.last().map(|(_, loss)| *loss),
                When::Best => reports.iter().map(|(_, loss)| *loss).reduce(f64::min),
            };
            if judged { Some(objective.cost(cost)) } else { of_curve() }
        };
        let worst = if maximize { f64::NEG_INFINITY } else { f64::INFINITY };
        let (state, value) = match trial.outcome {
            Some(Outcome::Value(cost)) => match value(cost, setup.search.when) {
                None => (TrialState::Running, None),
                value => (TrialState::Complete, value),
            },
            Some(Outcome::Diverged) => (TrialState::Complete, Some(worst)),
            Some(Outcome::Pruned { loss, .. }) => (TrialState::Pruned, value(loss, When::Last)),
            Some(Outcome::Refused) => (TrialState::Failed, None),
            None => (TrialState::Running, None),
        };
        let note = setup.search.note(number);
        let given = |((parameter, x), on): ((&Parameter, &f64), bool)| {
            on.then(|| steps::own(parameter, *x))
        };
        ImportedTrial {
            state,
            values: value.into_iter().collect(),
            params: parameters.iter().zip(&trial.point).zip(active).map(given).collect(),
            reports,
            user_attributes: note
                .map(|note| ("note".to_string(), note.into()))
                .into_iter()
                .collect(),
            ..ImportedTrial::new(number)
        }
    };
    ImportedStudy {
        name: format!("tunescape-{}", setup.data.name),
        directions: vec![if maximize { Direction::Maximize } else { Direction::Minimize }],
        metric_names: vec![name],
        trials: study.trials().iter().enumerate().map(trial).collect(),
        parameters,
        user_attributes: Vec::new(),
        notes: Vec::new(),
    }
}

/// A parameter as tools take it: the upper end of a stepped one is a step of theirs, and steps on a
/// logarithmic scale, which they lack, are linear.
fn parameter(param: &Param) -> Parameter {
    let mut parameter = page::parameter(param);
    if let Domain::Number { low, high, log, step: Some(step), .. } = &mut parameter.domain {
        *high = steps::nearest(*low, *step, *high);
        *log &= !lacks::is_stepped_log(param);
    }
    parameter
}
