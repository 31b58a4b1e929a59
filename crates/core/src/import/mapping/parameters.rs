//! The parameters of a table: their domains, and each trial's values.

use super::apply::first;
use super::{Mapping, Role, choice};
use crate::data::number::{is_missing, may_be_missing};
use crate::import::limits::{MAX_CELLS, MAX_CHOICES};
use crate::import::table::Table;
use crate::import::{Choice, Domain, ImportedStudy, Note, Parameter};
use std::collections::HashMap;

/// Adds the parameters of the mapping to a study, and their values to its trials.
pub fn add_parameters(
    table: &Table,
    mapping: &Mapping,
    groups: &[Vec<usize>],
    study: &mut ImportedStudy,
    notes: &mut Vec<Note>,
) {
    let mut cells = MAX_CELLS;
    let (mut dropped, mut lost) = (0, Vec::new());
    // A trial with none at all, as where it failed before it was told them, makes none conditional.
    let (mut any, mut lacking) = (vec![false; groups.len()], Vec::new());
    for at in mapping.places(Role::is_parameter) {
        if cells < groups.len() {
            dropped += 1;
            continue;
        }
        cells -= groups.len();
        let (name, role) = &mapping.columns[at];
        let column: Vec<&str> = groups.iter().map(|rows| first(table, rows, at)).collect();
        let (domain, values) = match role {
            Role::Number { log, integer } => numbers(table, at, &column, [*log, *integer]),
            _ => choices(&column),
        };
        let number = matches!(role, Role::Number { .. });
        let missing = |field: &str| is_missing(field) || number && may_be_missing(field);
        let given: Vec<bool> = column.iter().map(|field| !missing(field)).collect();
        any.iter_mut().zip(&given).for_each(|(any, given)| *any |= given);
        let had = values.iter().flatten().count();
        let without = given.iter().map(|given| !given).collect::<Vec<bool>>();
        let given = given.into_iter().filter(|given| *given).count();
        if had < given {
            lost.push(Note::Values { parameter: name.clone(), dropped: given - had });
        }
        let Some(domain) = domain else { continue };
        lacking.push(without);
        study.parameters.push(Parameter { name: name.clone(), domain, conditional: false });
        study.trials.iter_mut().zip(values).for_each(|(trial, value)| trial.params.push(value));
    }
    for (parameter, lacking) in study.parameters.iter_mut().zip(lacking) {
        parameter.conditional = any.iter().zip(lacking).any(|(any, lacks)| *any && lacks);
    }
    notes.extend((dropped > 0).then_some(Note::Parameters { dropped }));
    notes.extend(lost);
}

/// Numbers with the range that they span; none where there is no number.
fn numbers(
    table: &Table,
    at: usize,
    column: &[&str],
    [log, integer]: [bool; 2],
) -> (Option<Domain>, Vec<Option<f64>>) {
    let fits = |x: &f64| x.is_finite() && (!log || *x > 0.0);
    let values: Vec<Option<f64>> =
        column.iter().map(|field| table.number(at, field).filter(fits)).collect();
    let low = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let integer = integer && values.iter().flatten().all(|x| x.trunc() == *x);
    let step = integer.then_some(1.0);
    ((low <= high).then_some(Domain::Number { integer, low, high, log, step }), values)
}

/// The choices that occur, in the order of their first; `TRUE` and `True` are one, and so are `1`
/// and `1.0`.
fn choices(column: &[&str]) -> (Option<Domain>, Vec<Option<f64>>) {
    let (mut known, mut list): (HashMap<&str, usize>, Vec<Choice>) = (HashMap::new(), Vec::new());
    let mut values = Vec::with_capacity(column.len());
    for &text in column {
        if is_missing(text) {
            values.push(None);
            continue;
        }
        let at = known.get(text).copied().or_else(|| {
            let choice = choice(text);
            let same = |own: &Choice| *own == choice || own.to_string() == choice.to_string();
            let at = list.iter().position(same).unwrap_or(list.len());
            if at == MAX_CHOICES {
                return None;
            }
            if at == list.len() {
                list.push(choice);
            }
            known.insert(text, at);
            Some(at)
        });
        values.push(at.map(|at| at as f64));
    }
    ((!list.is_empty()).then_some(Domain::Categorical(list)), values)
}
