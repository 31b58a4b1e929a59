//! A table and what its columns mean become a study.

use super::{Direction, Mapping, Role, choice};
use crate::import::limits::{
    MAX_ATTRIBUTES, MAX_CELLS, MAX_CHOICES, MAX_CONSTRAINTS, MAX_REPORTS, MAX_TRIALS,
};
use crate::import::table::Table;
use crate::import::{
    Choice, Domain, ImportedStudy, ImportedTrial, Note, Parameter, Time, TrialState,
};
use crate::sort::sort_by_key;
use serde_json::Value;
use std::collections::HashMap;

/// The study of a table. Any mapping will do: columns that it does not name are left out.
pub fn apply(table: &Table, mapping: &Mapping) -> ImportedStudy {
    let mut mapping = mapping.clone();
    mapping.columns.truncate(table.header.len());
    let mapping = &mapping;
    let mut notes = table.notes.clone();
    let groups = groups(table, mapping, &mut notes);
    let values = mapping.places(|role| matches!(role, Role::Value(_)));
    let named = |at: usize| mapping.columns[at].0.clone();
    let mut study = ImportedStudy {
        name: table.name.clone(),
        directions: values.iter().map(|&at| direction(&mapping.columns[at].1)).collect(),
        metric_names: values.iter().map(|&at| named(at)).collect(),
        parameters: Vec::new(),
        trials: Vec::new(),
        user_attributes: Vec::new(),
        notes: Vec::new(),
    };
    if study.directions.is_empty() {
        study.directions.push(Direction::Minimize);
    }
    let mut reports = 0;
    for (number, rows) in groups.iter().enumerate() {
        let mut trial = trial(table, mapping, number, rows);
        let room = MAX_REPORTS.saturating_sub(reports).min(trial.reports.len());
        trial.reports.truncate(room);
        reports += trial.reports.len();
        study.trials.push(trial);
    }
    add_parameters(table, mapping, &groups, &mut study, &mut notes);
    let ended = |t: &&ImportedTrial| t.state == TrialState::Complete;
    let empty = |t: &&ImportedTrial| t.values.is_empty() || t.values.iter().any(|v| v.is_nan());
    let without = study.trials.iter().filter(ended).filter(empty).count();
    notes.extend((without > 0).then_some(Note::WithoutValue { trials: without }));
    study.notes = notes;
    study
}

fn direction(role: &Role) -> Direction {
    match role {
        Role::Value(direction) => *direction,
        _ => Direction::Minimize,
    }
}

/// The rows of each trial, in the order in which trials first occur.
fn groups(table: &Table, mapping: &Mapping, notes: &mut Vec<Note>) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let trial = mapping.places(|role| *role == Role::Trial).first().copied();
    let mut dropped = 0;
    match trial.filter(|_| mapping.is_long()) {
        Some(at) => {
            let mut known: HashMap<&str, usize> = HashMap::new();
            for (row, id) in table.column(at).enumerate() {
                let next = groups.len();
                match known.get(id) {
                    Some(&group) => groups[group].push(row),
                    None if next < MAX_TRIALS => {
                        known.insert(id, next);
                        groups.push(vec![row]);
                    }
                    None => dropped += 1,
                }
            }
        }
        None => {
            groups = (0..table.rows.len().min(MAX_TRIALS)).map(|row| vec![row]).collect();
            dropped = table.rows.len() - groups.len();
        }
    }
    notes.extend((dropped > 0).then_some(Note::Trials { dropped }));
    groups
}

fn trial(table: &Table, mapping: &Mapping, number: usize, rows: &[usize]) -> ImportedTrial {
    let mut trial = ImportedTrial::new(number);
    let field = |row: usize, at: usize| table.rows[row][at].as_str();
    // Of what changes from row to row the last that is there counts.
    let last = |at: usize| {
        rows.iter().rev().map(|&row| field(row, at)).find(|field| !field.is_empty()).unwrap_or("")
    };
    let number_at = |at: usize| table.number(last(at));
    let (mut values, mut any, mut state) = (Vec::new(), false, None);
    for (at, (name, role)) in mapping.columns.iter().enumerate() {
        match role {
            Role::Value(_) => {
                any |= number_at(at).is_some();
                values.push(number_at(at).unwrap_or(f64::NAN));
            }
            Role::State => state = named_state(last(at)),
            Role::Start => trial.start = Time::parse(last(at)),
            Role::Complete => trial.complete = Time::parse(last(at)),
            Role::Constraint if trial.constraints.len() < MAX_CONSTRAINTS => {
                trial.constraints.extend(number_at(at));
            }
            Role::Attribute
                if !last(at).is_empty() && trial.user_attributes.len() < MAX_ATTRIBUTES =>
            {
                let value = attribute(table, last(at));
                trial.user_attributes.push((name.clone(), value));
            }
            _ => {}
        }
    }
    if any {
        trial.values = values;
    }
    let complete = if any { TrialState::Complete } else { TrialState::Failed };
    trial.state = state.unwrap_or(complete);
    trial.reports = curve(table, mapping, rows);
    trial
}

/// The steps of a trial in long form, with the value of the first objective.
fn curve(table: &Table, mapping: &Mapping, rows: &[usize]) -> Vec<(u64, f64)> {
    let steps = mapping.places(|role| *role == Role::Step);
    let values = mapping.places(|role| matches!(role, Role::Value(_)));
    let (Some(&step), Some(&value), true) = (steps.first(), values.first(), mapping.is_long())
    else {
        return Vec::new();
    };
    let one = |&row: &usize| {
        let step = table.number(&table.rows[row][step]).filter(|s| (0.0..9e15).contains(s))?;
        Some((step as u64, table.number(&table.rows[row][value])?))
    };
    let mut curve: Vec<(u64, f64)> = rows.iter().filter_map(one).collect();
    sort_by_key(&mut curve, |(step, _)| *step);
    curve.dedup_by_key(|(step, _)| *step);
    curve
}

fn attribute(table: &Table, text: &str) -> Value {
    match table.number(text).and_then(serde_json::Number::from_f64) {
        Some(number) => match number.as_f64() {
            Some(whole) if whole.trunc() == whole && whole.abs() < 9e15 => (whole as i64).into(),
            _ => Value::Number(number),
        },
        None => choice(text).to_json(),
    }
}

/// The words of Optuna, Ray and W&B for a trial's state.
fn named_state(text: &str) -> Option<TrialState> {
    Some(match text.to_ascii_lowercase().as_str() {
        "complete"
        | "completed"
        | "finished"
        | "done"
        | "success"
        | "succeeded"
        | "terminated"
        | "trialstate.complete" => TrialState::Complete,
        "pruned" | "stopped" | "killed" | "early_stopped" | "preempted" | "trialstate.pruned" => {
            TrialState::Pruned
        }
        "fail" | "failed" | "crashed" | "error" | "diverged" | "trialstate.fail" => {
            TrialState::Failed
        }
        "running" | "paused" | "trialstate.running" => TrialState::Running,
        "waiting" | "pending" | "queued" | "trialstate.waiting" => TrialState::Waiting,
        _ => return None,
    })
}

fn add_parameters(
    table: &Table,
    mapping: &Mapping,
    groups: &[Vec<usize>],
    study: &mut ImportedStudy,
    notes: &mut Vec<Note>,
) {
    let mut cells = MAX_CELLS;
    let (mut dropped, mut lost) = (0, Vec::new());
    for at in mapping.places(Role::is_parameter) {
        if cells < groups.len() {
            dropped += 1;
            continue;
        }
        cells -= groups.len();
        let (name, role) = &mapping.columns[at];
        let field = |rows: &Vec<usize>| table.rows[rows[0]][at].as_str();
        let column: Vec<&str> = groups.iter().map(field).collect();
        let (domain, values) = match role {
            Role::Number { log, integer } => numbers(table, &column, *log, *integer),
            _ => choices(&column),
        };
        let given = column.iter().filter(|field| !field.is_empty()).count();
        let had = values.iter().flatten().count();
        if had < given {
            lost.push(Note::Values { parameter: name.clone(), dropped: given - had });
        }
        let Some(domain) = domain else { continue };
        let conditional = had > 0 && given < groups.len();
        study.parameters.push(Parameter { name: name.clone(), domain, conditional });
        study.trials.iter_mut().zip(values).for_each(|(trial, value)| trial.params.push(value));
    }
    notes.extend((dropped > 0).then_some(Note::Parameters { dropped }));
    notes.extend(lost);
}

/// Numbers with the range that they span; none where there is no number.
fn numbers(
    table: &Table,
    column: &[&str],
    log: bool,
    integer: bool,
) -> (Option<Domain>, Vec<Option<f64>>) {
    let fits = |x: &f64| x.is_finite() && (!log || *x > 0.0);
    let values: Vec<Option<f64>> =
        column.iter().map(|field| table.number(field).filter(fits)).collect();
    let low = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let integer = integer && values.iter().flatten().all(|x| x.trunc() == *x);
    let step = integer.then_some(1.0);
    ((low <= high).then_some(Domain::Number { integer, low, high, log, step }), values)
}

/// The texts that occur, in the order of their first.
fn choices(column: &[&str]) -> (Option<Domain>, Vec<Option<f64>>) {
    let (mut known, mut list): (HashMap<&str, usize>, Vec<Choice>) = (HashMap::new(), Vec::new());
    let mut values = Vec::with_capacity(column.len());
    for &text in column {
        let next = list.len();
        let room = next < MAX_CHOICES;
        let at = known.get(text).copied().or_else(|| (room && !text.is_empty()).then_some(next));
        if at == Some(next) {
            known.insert(text, next);
            list.push(choice(text));
        }
        values.push(at.map(|at| at as f64));
    }
    ((!list.is_empty()).then_some(Domain::Categorical(list)), values)
}
