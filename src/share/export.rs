//! The study and the landscape as files: tables for a spreadsheet, JSON for a program.

use crate::setup::evaluation;
use crate::words::parameters;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write;
use tunescape_core::link;
use tunescape_core::metrics::Metric;
use tunescape_core::search::Outcome;
use tunescape_core::state::State;
use tunescape_engine::train::Report;

/// What a file is called, of what type it is, and how it is made when it is wanted.
pub struct File {
    pub id: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub make: fn(&State) -> String,
}

pub const FILES: [File; 3] = [
    File { id: "curves-csv", name: "curves.csv", kind: "text/csv", make: curves },
    File { id: "study-json", name: "study.json", kind: "application/json", make: study },
    File {
        id: "landscape-json",
        name: "landscape.json",
        kind: "application/json",
        make: landscape,
    },
];

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

/// Every trial's losses by epoch, as far as it went.
fn curves(state: &State) -> String {
    let mut csv = "trial,epoch,training_loss,validation_loss\n".to_string();
    for (n, trial) in state.study.study.trials().iter().enumerate() {
        for (epoch, report) in trial.curve.iter().filter(|(epoch, _)| *epoch <= trial.epochs()) {
            // Writing into a text can't fail.
            let _ = writeln!(csv, "{},{epoch},{},{}", n + 1, report.train_loss, report.valid_loss);
        }
    }
    csv
}

fn names(state: &State) -> Vec<&'static str> {
    state.setup.space.iter().map(|(p, _)| p.name).collect()
}

fn study(state: &State) -> String {
    let objective = evaluation::objective(state);
    let rows: Vec<Row> = state
        .study
        .study
        .trials()
        .iter()
        .enumerate()
        .map(|(n, trial)| Row {
            trial: n + 1,
            note: state.setup.search.note(n),
            values: parameters::exact(&state.setup, &trial.point),
            ended: match trial.outcome {
                Some(Outcome::Value(_)) => "completed",
                Some(Outcome::Diverged) => "diverged",
                Some(Outcome::Pruned { .. }) => "pruned",
                Some(Outcome::Refused) => "refused",
                None => "running",
            },
            score: trial.outcome.and_then(Outcome::loss).map(|cost| objective.cost(cost)),
            epochs: trial.epochs(),
            curve: &trial.curve,
        })
        .collect();
    // Written apart, so that a loss has the digits of its own precision.
    let trials = serde_json::to_string(&rows).unwrap_or_default();
    let head = json!({ "setup": link::write(&state.setup), "metric": metric(objective.metric), "parameters": names(state) });
    let head = head.to_string();
    format!("{},\"trials\":{trials}}}", head.trim_end_matches('}'))
}

fn metric(metric: Metric) -> Value {
    serde_json::to_value(metric).unwrap_or_default()
}

/// Every trained cell's values and its losses after the last epoch that it reached.
fn landscape(state: &State) -> String {
    let land = &state.map.land;
    let points = state.setup.on_map((0..land.cells.len()).map(|cell| land.point(cell)));
    let cells =
        land.cells.iter().zip(&points).filter(|(cell, _)| cell.done).filter_map(|(cell, point)| {
            let last = cell.reports.last()?;
            Some(json!({
                "values": parameters::exact(&state.setup, point),
                "epoch": cell.reports.len() - 1,
                "training_loss": last.train_loss,
                "validation_loss": last.valid_loss,
                "diverged": cell.diverged,
            }))
        });
    let cells: Vec<Value> = cells.collect();
    json!({ "setup": link::write(&state.setup), "parameters": names(state), "side": land.side, "cells": cells })
        .to_string()
}
