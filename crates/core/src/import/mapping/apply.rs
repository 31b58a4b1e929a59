//! A table and what its columns mean become a study.

use super::parameters::add_parameters;
use super::read_as::read_as;
use super::state::set_states;
use super::times::Times;
use super::{Direction, Mapping, Role, choice, constraints, kept};
use crate::data::number::{is_missing, may_be_missing};
use crate::import::limits::{MAX_ATTRIBUTES, MAX_CONSTRAINTS, MAX_REPORTS, MAX_TRIALS};
use crate::import::table::Table;
use crate::import::{ImportedStudy, ImportedTrial, Note, Time, TrialState};
use crate::sort::{ascending, sort_by, sort_by_key};
use serde_json::Value;
use std::collections::HashMap;

/// The study of a table. Any mapping will do: columns that it does not name are left out.
pub fn apply(table: &Table, mapping: &Mapping) -> ImportedStudy {
    let mut mapping = mapping.clone();
    mapping.columns.truncate(table.header.len());
    let mapping = &mapping;
    let mut notes = table.notes.clone();
    let groups = groups(table, mapping, &mut notes);
    let times = Times::of(table, mapping);
    let (groups, numbers) = in_order(table, mapping, &times, groups);
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
    let scale = Steps::of(table, mapping);
    let attributes = attribute_columns(table, mapping);
    for (number, rows) in numbers.iter().zip(&groups) {
        let mut trial = trial(table, mapping, (&times, &attributes), *number, rows);
        trial.reports = scale.curve(table, rows);
        let room = MAX_REPORTS.saturating_sub(reports).min(trial.reports.len());
        trial.reports.truncate(room);
        reports += trial.reports.len();
        study.trials.push(trial);
    }
    let field = |trial: usize, at: usize| last(table, &groups[trial], at);
    notes.extend(set_states(table, mapping, &mut study.trials, field));
    add_parameters(table, mapping, &groups, &mut study, &mut notes);
    notes.extend(read_as(table, mapping));
    notes.extend(times_lost(table, mapping, &groups, &study.trials));
    let dropped = attributes_beyond(table, &attributes, &groups);
    notes.extend((dropped > 0).then_some(Note::Attributes { dropped }));
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
    let step = mapping.places(|role| *role == Role::Step).first().copied();
    if let Some(at) = step.filter(|_| mapping.is_long()) {
        groups.iter_mut().for_each(|rows| by_step(table, at, rows));
    }
    groups
}

/// Puts the rows of a trial in the order of their steps, whatever order a file has them in: what
/// stands in the last row is what the trial came to. As they stand where one has no step.
fn by_step(table: &Table, at: usize, rows: &mut Vec<usize>) {
    let step = |row: &usize| table.number(at, &table.rows[*row][at]);
    let Some(steps) = rows.iter().map(step).collect::<Option<Vec<f64>>>() else { return };
    let mut both: Vec<(f64, usize)> = steps.into_iter().zip(rows.drain(..)).collect();
    sort_by(&mut both, |a, b| a.0.total_cmp(&b.0));
    rows.extend(both.into_iter().map(|(_, row)| row));
}

/// Numbers of trials are no larger than this: longer ones are names.
const MAX_NUMBER: usize = 1_000_000_000;

/// Trials in the order in which they were run, with their numbers: those of the table's own if it
/// has them, else by the time at which they began, else as the rows stand.
fn in_order(
    table: &Table,
    mapping: &Mapping,
    times: &Times,
    groups: Vec<Vec<usize>>,
) -> (Vec<Vec<usize>>, Vec<usize>) {
    let first = |role: Role| mapping.places(|own| *own == role).first().copied();
    let field = |rows: &Vec<usize>, at: usize| self::first(table, rows, at);
    let number = |rows: &Vec<usize>, at: usize| {
        let number = table.number(at, field(rows, at)).filter(|x| x.trunc() == *x && *x >= 0.0)?;
        Some(number as usize).filter(|number| *number <= MAX_NUMBER)
    };
    let numbers = first(Role::Trial)
        .and_then(|at| groups.iter().map(|rows| number(rows, at)).collect::<Option<Vec<usize>>>());
    let distinct = |numbers: &Vec<usize>| {
        numbers.iter().collect::<std::collections::HashSet<_>>().len() == numbers.len()
    };
    if let Some(numbers) = numbers.filter(distinct) {
        let mut both: Vec<(usize, Vec<usize>)> = numbers.into_iter().zip(groups).collect();
        sort_by_key(&mut both, |(number, _)| *number);
        let (numbers, groups) = both.into_iter().unzip();
        return (groups, numbers);
    }
    let count = groups.len();
    let starts = first(Role::Start).and_then(|at| {
        let start = |rows: &Vec<usize>| times.read(field(rows, at));
        groups.iter().map(start).collect::<Option<Vec<Time>>>()
    });
    let groups = match starts {
        Some(starts) => {
            let mut both: Vec<(Time, Vec<usize>)> = starts.into_iter().zip(groups).collect();
            // Where the newest stands first, as W&B has it, it does among those of one minute too.
            let falls = both.windows(2).all(|pair| pair[0].0 >= pair[1].0);
            if falls && both.first() > both.last() {
                both.reverse();
            }
            sort_by_key(&mut both, |(start, _)| *start);
            both.into_iter().map(|(_, rows)| rows).collect()
        }
        None => groups,
    };
    (groups, (0..count).collect())
}

/// Columns that are shown as attributes: also what tells trials apart, unless by numbers alone.
fn attribute_columns(table: &Table, mapping: &Mapping) -> Vec<usize> {
    let named = |at: usize| {
        table.column(at).any(|field| !field.is_empty() && table.number(at, field).is_none())
    };
    let columns = mapping.columns.iter().enumerate();
    let shown = columns.filter(|(at, (_, role))| match role {
        Role::Attribute => true,
        Role::Trial => named(*at),
        _ => false,
    });
    shown.map(|(at, _)| at).collect()
}

fn trial(
    table: &Table,
    mapping: &Mapping,
    (times, attributes): (&Times, &[usize]),
    number: usize,
    rows: &[usize],
) -> ImportedTrial {
    let mut trial = ImportedTrial::new(number);
    let last = |at: usize| last(table, rows, at);
    let number_at = |at: usize| table.number(at, last(at));
    let (mut values, mut any) = (Vec::new(), false);
    for (at, (_, role)) in mapping.columns.iter().enumerate() {
        match role {
            Role::Value(_) => {
                any |= number_at(at).is_some_and(|value| !value.is_nan());
                values.push(number_at(at).unwrap_or(f64::NAN));
            }
            Role::Start => trial.start = times.read(last(at)),
            Role::Complete => trial.complete = times.read(last(at)),
            Role::Constraint if trial.constraints.len() < MAX_CONSTRAINTS => {
                let kept = kept(table, at);
                let found = constraints(table, at, kept, last(at));
                trial.constraints.extend(found.into_iter().flatten());
                trial.constraints.truncate(MAX_CONSTRAINTS);
            }
            _ => {}
        }
    }
    let told = attributes.iter().filter(|at| !last(**at).is_empty()).take(MAX_ATTRIBUTES);
    let one = |&at: &usize| (mapping.columns[at].0.clone(), attribute(table, at, last(at)));
    trial.user_attributes = told.map(one).collect();
    if any {
        trial.values = values;
    }
    trial.state = if any { TrialState::Complete } else { TrialState::Failed };
    trial
}

/// A trial's field of a column: of what changes from row to row the last that is there.
fn last<'a>(table: &'a Table, rows: &[usize], at: usize) -> &'a str {
    let fields = rows.iter().rev().map(|&row| table.rows[row][at].as_str());
    fields.into_iter().find(|field| !field.is_empty()).unwrap_or("")
}

/// A trial's field of a column: of what it was started with the first that is there, as some tables
/// have it in one row of the trial alone.
pub(super) fn first<'a>(table: &'a Table, rows: &[usize], at: usize) -> &'a str {
    let fields = rows.iter().map(|&row| table.rows[row][at].as_str());
    fields.into_iter().find(|field| !is_missing(field)).unwrap_or(&table.rows[rows[0]][at])
}

/// How many times of each column can't be read.
fn times_lost(
    table: &Table,
    mapping: &Mapping,
    groups: &[Vec<usize>],
    trials: &[ImportedTrial],
) -> Vec<Note> {
    let lost = |(at, (_, role)): (usize, &(String, Role))| {
        let time = |trial: &ImportedTrial| match role {
            Role::Start => Some(trial.start),
            Role::Complete => Some(trial.complete),
            _ => None,
        };
        let unread = |(trial, rows): &(&ImportedTrial, &Vec<usize>)| {
            let field = last(table, rows, at);
            time(trial) == Some(None) && !is_missing(field) && !may_be_missing(field)
        };
        let dropped = trials.iter().zip(groups).filter(unread).count();
        (dropped > 0).then(|| Note::Times { column: table.header[at].clone(), dropped })
    };
    mapping.columns.iter().enumerate().filter_map(lost).collect()
}

/// What the steps of a table in long form are counted in.
struct Steps {
    columns: Option<(usize, usize)>,
    /// All that occur, where some lie between whole numbers, as halves of an epoch do: a step is
    /// then its place among them.
    fractional: Vec<f64>,
}

impl Steps {
    fn of(table: &Table, mapping: &Mapping) -> Self {
        let step = mapping.places(|role| *role == Role::Step).first().copied();
        let value = mapping.places(|role| matches!(role, Role::Value(_))).first().copied();
        let columns = step.zip(value).filter(|_| mapping.is_long());
        let steps = columns.into_iter().flat_map(|(step, _)| {
            table.column(step).filter_map(move |field| table.number(step, field))
        });
        let mut fractional: Vec<f64> = steps.filter(|step| step.is_finite()).collect();
        if fractional.iter().all(|step| step.trunc() == *step) {
            fractional.clear();
        }
        ascending(&mut fractional);
        fractional.dedup();
        Self { columns, fractional }
    }

    /// The steps of a trial, with the value of the first objective.
    fn curve(&self, table: &Table, rows: &[usize]) -> Vec<(u64, f64)> {
        let Some((step, value)) = self.columns else { return Vec::new() };
        let one = |&row: &usize| {
            let found = table.number(step, &table.rows[row][step]);
            let found = found.filter(|s| (0.0..9e15).contains(s))?;
            let place = || self.fractional.partition_point(|own| *own < found) as u64;
            let counted = if self.fractional.is_empty() { found as u64 } else { place() };
            Some((counted, table.number(value, &table.rows[row][value])?))
        };
        let mut curve: Vec<(u64, f64)> = rows.iter().filter_map(one).collect();
        sort_by_key(&mut curve, |(step, _)| *step);
        curve.dedup_by_key(|(step, _)| *step);
        curve
    }
}

/// Attributes of trials that have too many of them.
fn attributes_beyond(table: &Table, places: &[usize], groups: &[Vec<usize>]) -> usize {
    if places.len() <= MAX_ATTRIBUTES {
        return 0;
    }
    let filled =
        |rows: &Vec<usize>| places.iter().filter(|at| !last(table, rows, **at).is_empty()).count();
    groups.iter().map(|rows| filled(rows).saturating_sub(MAX_ATTRIBUTES)).sum()
}

fn attribute(table: &Table, at: usize, text: &str) -> Value {
    match table.number(at, text).and_then(serde_json::Number::from_f64) {
        Some(number) => match number.as_f64() {
            Some(whole) if whole.trunc() == whole && whole.abs() < 9e15 => (whole as i64).into(),
            _ => Value::Number(number),
        },
        None => choice(text).to_json(),
    }
}
