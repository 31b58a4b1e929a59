//! This page's own study as the neutral value that files are written from.

use crate::data::Task;
use crate::import::{Direction, ImportedStudy, ImportedTrial, TrialState, page};
use crate::metrics::Metric;
use crate::search::Outcome;
use crate::setup::Setup;
use crate::study::{Study, Trial};

/// The study in the metric that it is judged by; curves where that is what trainers report. A
/// diverged trial is complete with a value worse than any other, as Optuna has it.
pub fn of_study(setup: &Setup, study: &Study, task: Task) -> ImportedStudy {
    let objective = setup.objective(task);
    let maximize = objective.metric.higher_is_better();
    let name = serde_json::to_value(objective.metric).ok();
    let name = name.as_ref().and_then(|name| name.as_str()).unwrap_or_default().to_string();
    let trial = |(number, trial): (usize, &Trial)| {
        let active = study.space().active(&trial.point);
        let reports = trial.curve.iter().filter(|(epoch, _)| (1..=trial.epochs()).contains(epoch));
        let report = |(epoch, report): &(usize, tunescape_engine::train::Report)| {
            let value = match objective.metric {
                Metric::Loss => report.valid_loss,
                Metric::Accuracy | Metric::R2 => report.valid_score,
                _ => return None,
            };
            Some((*epoch as u64, super::python::digits(value)))
        };
        let worst = if maximize { f64::NEG_INFINITY } else { f64::INFINITY };
        let (state, value) = match trial.outcome {
            Some(Outcome::Value(loss)) => (TrialState::Complete, Some(objective.cost(loss))),
            Some(Outcome::Diverged) => (TrialState::Complete, Some(worst)),
            Some(Outcome::Pruned { loss, .. }) => (TrialState::Pruned, Some(objective.cost(loss))),
            Some(Outcome::Refused) => (TrialState::Failed, None),
            None => (TrialState::Running, None),
        };
        let note = setup.search.note(number);
        ImportedTrial {
            state,
            values: value.into_iter().collect(),
            params: trial.point.iter().zip(active).map(|(x, on)| on.then_some(*x)).collect(),
            reports: reports.filter_map(report).collect(),
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
        parameters: study.space().params.iter().map(page::parameter).collect(),
        trials: study.trials().iter().enumerate().map(trial).collect(),
        user_attributes: Vec::new(),
        notes: Vec::new(),
    }
}
