//! Whether rows are steps of trials, or trials of their own.

use super::names::is_searched;
use super::{Role, Source};
use crate::data::number::is_missing;
use crate::import::table::Table;
use std::collections::{HashMap, HashSet};

use super::facts::Facts;

/// Columns that count steps, in small letters.
const STEPS: [&str; 20] = [
    "step",
    "epoch",
    "iteration",
    "iter",
    "training_iteration",
    "_step",
    "budget",
    "round",
    "boosting_round",
    "global_step",
    "train/global_step",
    "resource",
    "rung",
    "timestep",
    "timesteps",
    "timesteps_total",
    "episode",
    "episodes_total",
    "轮",
    "轮次",
];

/// Finds out whether rows are steps of trials: a column counts steps, no trial has one of them
/// twice, and what a trial was started with is the same in all of its rows. Where no column tells
/// trials apart, every row is a trial.
pub fn find_steps(
    table: &Table,
    columns: &mut [(String, Role)],
    facts: &[Facts],
    source: Source,
    prefixed: bool,
) {
    let Some(trial) = columns.iter().position(|(_, role)| *role == Role::Trial) else { return };
    if facts[trial].distinct >= facts[trial].filled {
        return;
    }
    let counts = |at: &usize| {
        let name = table.header[*at].to_ascii_lowercase();
        let numbers = facts[*at].numeric && facts[*at].low >= 0.0;
        STEPS.contains(&name.as_str()) && is_free(&columns[*at].1) && numbers
    };
    // A table of runs has a row for each, and several of them may have one name.
    let runs = source == Source::Wandb;
    let found = |step: &usize| are_steps(table, columns, [trial, *step], prefixed);
    match (0..columns.len()).filter(|at| !runs && counts(at)).find(found) {
        Some(step) => {
            columns[step].1 = Role::Step;
            for at in changing(table, columns, trial) {
                columns[at].1 = Role::Attribute;
            }
        }
        // Rows of one name are trials of their own all the same.
        None => columns[trial].1 = Role::Attribute,
    }
}

/// Whether a column may count steps: no value, state or time. Where they are steps, none of them is
/// a parameter.
fn is_free(role: &Role) -> bool {
    *role == Role::Attribute || *role == Role::Ignored || role.is_parameter()
}

fn are_steps(
    table: &Table,
    columns: &[(String, Role)],
    [trial, step]: [usize; 2],
    prefixed: bool,
) -> bool {
    let mut known = HashSet::new();
    let once = table.column(trial).zip(table.column(step)).all(|pair| known.insert(pair));
    // What changes within a trial is a measurement, but not where it is known to be searched.
    let searched = |at: usize| {
        let (name, role) = &columns[at];
        *role == Role::Categorical || prefixed || is_searched(name)
    };
    let start = |at: &usize| columns[*at].1 == Role::Start;
    let begun = (0..columns.len()).find(start).is_none_or(|at| is_constant(table, trial, at));
    let changed = changing(table, columns, trial).into_iter().filter(|at| *at != step);
    once && begun && !changed.into_iter().any(searched)
}

/// Parameters that are not the same in all rows of a trial that have one.
fn changing(table: &Table, columns: &[(String, Role)], trial: usize) -> Vec<usize> {
    let changes = |at: &usize| {
        *at != trial && columns[*at].1.is_parameter() && !is_constant(table, trial, *at)
    };
    (0..columns.len()).filter(changes).collect()
}

fn is_constant(table: &Table, trial: usize, at: usize) -> bool {
    let mut first: HashMap<&str, &str> = HashMap::new();
    let pairs = table.column(trial).zip(table.column(at));
    pairs
        .filter(|(_, field)| !is_missing(field))
        .all(|(id, field)| *first.entry(id).or_insert(field) == field)
}
