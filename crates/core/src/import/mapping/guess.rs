//! Guesses what columns mean, by their names and what stands in them.

use super::columns::{dashboard, free, is_bookkeeping, optuna, parameter, prefix};
use super::facts::Facts;
use super::names::{
    direction, is_held_out, is_metric, is_searched, is_spread, is_training, metric, words,
};
use super::steps::find_steps;
use super::{Direction, Mapping, Role, Source};
use crate::data::number::is_missing;
use crate::import::Likely;
use crate::import::limits::{MAX_OBJECTIVES, MAX_PARAMETERS};
use crate::import::names::Names;
use crate::import::table::Table;

/// What each column of a table most likely is. Every table gets an answer.
pub fn guess(table: &Table) -> Mapping {
    let source = source(&table.header);
    let facts: Vec<Facts> = (0..table.header.len()).map(|at| Facts::of(table, at)).collect();
    let prefix = prefix(&table.header);
    let mut columns: Vec<(String, Role)> = match source {
        Source::Optuna => optuna(&table.header, &facts),
        _ => free(&table.header, &facts, source, prefix),
    };
    if source == Source::Optuna {
        // Of what Optuna prints.
        if let Some(told) = told_direction(table) {
            let roles = columns.iter_mut().map(|(_, role)| role);
            roles
                .filter(|role| matches!(role, Role::Value(_)))
                .for_each(|r| *r = Role::Value(told));
        }
    } else {
        find_value(table, &mut columns, &facts, prefix);
        find_count(table, &mut columns);
        find_steps(table, &mut columns, &facts, source, prefix.is_some());
    }
    keep_within_limits(&mut columns);
    keep_names_apart(&mut columns);
    Mapping { source, columns }
}

fn source(header: &[String]) -> Source {
    let has = |name: &str| header.iter().any(|h| dashboard(h) == name);
    let begins = |prefix: &str| header.iter().any(|h| dashboard(h).starts_with(prefix));
    // `attrs` of the data frame chooses among its columns.
    let params = begins("params_") || begins("params/");
    if begins("value") && (params || has("number") && has("state")) {
        Source::Optuna
    } else if begins("config/") && begins("summary/") {
        Source::Wandb
    } else if header.iter().any(|h| h.starts_with("config/")) {
        Source::Ray
    } else {
        let has = |name: &str| header.iter().any(|h| h == name);
        let wandb = has("Name") && has("State");
        let wandb = wandb && (has("Runtime") || has("Sweep") || has("Created"));
        if wandb { Source::Wandb } else { Source::Other }
    }
}

/// Whether a table is likely one of trials, by the names of its columns.
pub fn likely(header: &[String]) -> Likely {
    let prefix = prefix(header);
    let searched = |name: &String| is_searched(name) || parameter(name, prefix).is_some();
    match source(header) {
        Source::Optuna | Source::Ray | Source::Wandb => Likely::Study,
        Source::Other if header.iter().any(searched) && header.iter().any(|h| is_metric(h)) => {
            Likely::Either
        }
        Source::Other => Likely::Other,
    }
}

/// A first column that counts the rows, whatever it is called, numbers the trials, unless it is all
/// that was searched.
fn find_count(table: &Table, columns: &mut [(String, Role)]) {
    let numbered = columns.iter().any(|(_, role)| *role == Role::Trial);
    let parameters = columns.iter().filter(|(_, role)| role.is_parameter()).count();
    let Some((name, role)) = columns.first_mut() else { return };
    if numbered || parameters < 2 || !role.is_parameter() || is_searched(name) {
        return;
    }
    let numbers: Option<Vec<f64>> = table.column(0).map(|field| table.number(0, field)).collect();
    let counts = |from: f64, numbers: &[f64]| {
        numbers.iter().zip(0_u32..).all(|(number, row)| *number == from + f64::from(row))
    };
    let Some(numbers) = numbers.filter(|numbers| numbers.len() > 3) else { return };
    if counts(0.0, &numbers) || counts(1.0, &numbers) {
        *role = Role::Trial;
    }
}

/// Makes the column that looks most like an objective the value: by name, of validation rather than
/// of training, a loss rather than a score; else the last number.
fn find_value(
    table: &Table,
    columns: &mut [(String, Role)],
    facts: &[Facts],
    prefix: Option<&'static str>,
) {
    let rank = |name: &str| {
        let key = name.to_lowercase();
        let has = |own: &str| words(name).iter().any(|word| word == own);
        let exact = |of: &[&str]| of.contains(&key.as_str());
        (
            exact(&["value", "objective"]),
            is_held_out(name),
            !is_training(name),
            has("mean"),
            exact(&["loss", "score"]),
            metric(name) == Some(false),
        )
    };
    let own = |at: &usize| parameter(&table.header[*at], prefix).is_none();
    let measures = |at: &usize| own(at) && facts[*at].mostly_numeric;
    let metrics = (0..columns.len())
        .filter(measures)
        .filter(|&at| columns[at].1 == Role::Attribute && is_metric(&columns[at].0));
    let (apart, metrics): (Vec<usize>, Vec<usize>) =
        metrics.partition(|&at| is_spread(&columns[at].0));
    let best = |of: Vec<usize>| of.into_iter().rev().max_by_key(|&at| rank(&columns[at].0));
    let last = |searched: bool| {
        (0..columns.len()).rev().filter(measures).find(|&at| {
            let (name, role) = &columns[at];
            let free = role.is_parameter() || *role == Role::Attribute;
            free && facts[at].distinct > 1
                && !is_bookkeeping(name)
                && !is_spread(name)
                && (searched || !is_searched(name))
        })
    };
    if let Some(at) =
        best(metrics).or_else(|| last(false)).or_else(|| last(true)).or_else(|| best(apart))
    {
        // What bayes_opt and DeepHyper call so they make as large as they can.
        let own = [("target", Some("params/")), ("objective", Some("p:"))];
        let maximized = own.contains(&(columns[at].0.as_str(), prefix));
        let named = if maximized { Direction::Maximize } else { direction(&columns[at].0) };
        columns[at].1 = Role::Value(told_direction(table).unwrap_or(named));
    }
}

/// Which is better where the table itself says so, as Keras Tuner does beside each metric; none
/// where it says both.
fn told_direction(table: &Table) -> Option<Direction> {
    let says = |name: &String| {
        matches!(words(name).last().map(String::as_str), Some("direction" | "goal"))
    };
    let mut found = None;
    for at in (0..table.header.len()).filter(|at| says(&table.header[*at])) {
        for field in table.column(at).filter(|field| !is_missing(field)) {
            let direction = match field.to_ascii_lowercase().as_str() {
                "min" | "minimize" | "minimise" => Direction::Minimize,
                "max" | "maximize" | "maximise" => Direction::Maximize,
                _ => return None,
            };
            if *found.get_or_insert(direction) != direction {
                return None;
            }
        }
    }
    found
}

fn keep_within_limits(columns: &mut [(String, Role)]) {
    let (mut parameters, mut values) = (0, 0);
    for (_, role) in columns {
        if role.is_parameter() {
            parameters += 1;
        }
        if matches!(role, Role::Value(_)) {
            values += 1;
        }
        let beyond = role.is_parameter() && parameters > MAX_PARAMETERS
            || matches!(role, Role::Value(_)) && values > MAX_OBJECTIVES;
        if beyond {
            *role = Role::Ignored;
        }
    }
}

/// Names of parameters that became equal when a tool's word before them was taken off.
fn keep_names_apart(columns: &mut [(String, Role)]) {
    let mut names = Names::default();
    for (name, _) in columns.iter_mut().filter(|(_, role)| role.is_parameter()) {
        *name = names.apart(std::mem::take(name));
    }
}
