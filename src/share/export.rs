//! The study and the landscape as files: tables for a spreadsheet, JSON for a program.

use serde_json::{Value, json};
use std::fmt::Write;
use tunescape_core::export;
use tunescape_core::link;
use tunescape_core::state::State;

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
    export::page::study(&state.setup, &state.study.study, state.task())
}

/// Every trained cell's values and its losses after the last epoch that it reached.
fn landscape(state: &State) -> String {
    let land = &state.map.land;
    let side = land.of_file.as_ref().map_or(land.side, |file| file.side);
    let points = state.setup.on_map(land.ended().map(|(at, ..)| land.point(at)));
    let cells = land.ended().zip(&points).map(|((_, cell, epoch, last), point)| {
        json!({
            "values": state.setup.exact(point),
            "epoch": epoch,
            "training_loss": last.train_loss,
            "validation_loss": last.valid_loss,
            "diverged": cell.diverged,
        })
    });
    let cells: Vec<Value> = cells.collect();
    let start = land.range(land.epochs).map(|(_, start)| start);
    json!({
        "setup": link::write(&state.setup), "parameters": names(state), "side": side,
        "start": start, "cells": cells,
    })
    .to_string()
}
