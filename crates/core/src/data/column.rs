//! One column of a table: numbers, text or both.

use super::Kind;
use super::table::MAX_CLASSES;
use crate::sort::sort_by;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A column of whole numbers with at most so many different ones is taken as classes unless told
/// otherwise.
const FEW: usize = 10;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// Numbers only.
    Numbers,
    /// No numbers.
    Text,
    /// Some of both; used as text.
    Mixed,
    /// Missing values only.
    Nothing,
}

/// One column: its different values, and which of them each row has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// The different values, trimmed, as numbers where they are; in order of first appearance.
    pub(super) values: Vec<(String, Option<f32>)>,
    /// For each row the index of its value; None if missing.
    pub(super) cells: Vec<Option<u32>>,
}

impl Column {
    /// `comma`: whether `1,5` is a number.
    pub(super) fn new<'a>(
        name: String,
        fields: impl Iterator<Item = &'a str>,
        comma: bool,
    ) -> Column {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut values = Vec::new();
        let cells = fields.map(str::trim).map(|field| {
            (!is_missing(field)).then(|| {
                *known.entry(field).or_insert_with(|| {
                    values.push((field.to_string(), number(field, comma)));
                    // Fewer than the rows, which are limited.
                    values.len() as u32 - 1
                })
            })
        });
        let cells = cells.collect();
        Column { name, values, cells }
    }

    pub fn contents(&self) -> Contents {
        match self.values.iter().filter(|value| value.1.is_some()).count() {
            _ if self.values.is_empty() => Contents::Nothing,
            0 => Contents::Text,
            n if n == self.values.len() => Contents::Numbers,
            _ => Contents::Mixed,
        }
    }

    /// How many different values there are, not counting missing ones.
    pub fn distinct(&self) -> usize {
        self.values.len()
    }

    /// How many rows have no value.
    pub fn missing(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }

    /// The value in a row, trimmed; None if it is missing or there is no such row.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.value(row).map(|value| self.values[value].0.as_str())
    }

    /// The value in a row as a number, if it is one.
    pub fn number(&self, row: usize) -> Option<f32> {
        self.value(row).and_then(|value| self.values[value].1)
    }

    /// Index of a row's value.
    pub(super) fn value(&self, row: usize) -> Option<usize> {
        self.cells.get(row).copied().flatten().map(|value| value as usize)
    }

    /// Whether it is taken as a class or a number to predict; None if it can be neither.
    pub fn suggested(&self) -> Option<Kind> {
        let few = self.distinct() <= FEW
            && self.values.iter().all(|v| v.1.is_some_and(|n| n.fract() == 0.0));
        match self.contents() {
            _ if self.distinct() < 2 => None,
            Contents::Numbers if !few => Some(Kind::Number),
            _ => (self.distinct() <= MAX_CLASSES).then_some(Kind::Class),
        }
    }

    /// The values (by index) of the given rows, sorted: numbers by size, then text by letter.
    pub(super) fn sorted(&self, rows: &[usize]) -> Vec<usize> {
        let mut present = vec![false; self.values.len()];
        rows.iter().filter_map(|&row| self.value(row)).for_each(|value| present[value] = true);
        let mut order: Vec<usize> =
            (0..self.values.len()).filter(|&value| present[value]).collect();
        sort_by(&mut order, |&a, &b| {
            let (a, b) = (&self.values[a], &self.values[b]);
            let size = |n: Option<f32>| n.unwrap_or(f32::INFINITY);
            size(a.1).total_cmp(&size(b.1)).then_with(|| a.0.cmp(&b.0))
        });
        order
    }
}

/// Whether a field stands for a missing value.
pub(super) fn is_missing(field: &str) -> bool {
    ["", "na", "n/a", "nan", "null", "?"].contains(&field.trim().to_ascii_lowercase().as_str())
}

/// The field as a finite number; `comma`: also with a decimal comma.
pub(super) fn number(field: &str, comma: bool) -> Option<f32> {
    let parsed = match field.parse::<f32>() {
        Err(_) if comma && !field.contains('.') => field.replacen(',', ".", 1).parse(),
        other => other,
    };
    // Words such as `inf` are no numbers here, nor is what float32 can't hold.
    parsed.ok().filter(|n| n.is_finite())
}
