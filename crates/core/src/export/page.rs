//! This page's own `study.json`, which [`crate::import::page`] reads.

use crate::data::Task;
use crate::link;
use crate::search::Outcome;
use crate::setup::Setup;
use crate::study::Study;
use serde::Serialize;
use serde_json::json;
use tunescape_engine::train::Report;

/// One trial: `score` by the study's metric, none where it did not go to its end; the curve as
/// pairs of an epoch and its losses and scores.
#[derive(Serialize)]
struct Row<'a> {
    trial: usize,
    note: Option<&'a str>,
    values: Vec<String>,
    ended: &'static str,
    score: Option<f64>,
    epochs: usize,
    curve: &'a [(usize, Report)],
}

/// How a trial has ended, in a word.
pub fn ended(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Value(_)) => "completed",
        Some(Outcome::Diverged) => "diverged",
        Some(Outcome::Pruned { .. }) => "pruned",
        Some(Outcome::Refused) => "refused",
        None => "running",
    }
}

/// The study of a set-up, on data of this task.
pub fn study(setup: &Setup, study: &Study, task: Task) -> String {
    let objective = setup.objective(task);
    let trials = study.trials().iter().enumerate();
    let rows: Vec<Row> = trials
        .map(|(n, trial)| Row {
            trial: n + 1,
            note: setup.search.note(n),
            values: setup.exact(&trial.point),
            ended: ended(trial.outcome),
            score: trial.outcome.and_then(Outcome::loss).map(|cost| objective.cost(cost)),
            epochs: trial.epochs(),
            curve: &trial.curve,
        })
        .collect();
    // Written apart, so that a loss has the digits of its own precision.
    let trials = serde_json::to_string(&rows).unwrap_or_default();
    let metric = serde_json::to_value(objective.metric).unwrap_or_default();
    let names: Vec<&str> = setup.space.iter().map(|(p, _)| p.name).collect();
    let head = json!({ "setup": link::write(setup), "metric": metric, "parameters": names });
    let head = head.to_string();
    format!("{},\"trials\":{trials}}}", head.trim_end_matches('}'))
}
