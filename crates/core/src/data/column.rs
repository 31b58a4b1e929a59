//! One column of a table: what it holds, and its values as text, as numbers and as they were
//! understood.
//!
//! A column comes from a file as [`fields`], and [`from_fields`] makes it of them: [`missing`]
//! takes out what counts as missing, [`numbers`] and [`dates`] read what is left, [`identifier`]
//! leaves out columns that only count or name the rows.

mod dates;
pub(super) mod fields;
mod from_fields;
mod identifier;
pub(super) mod marks;
pub(super) mod missing;
mod numbers;
pub(super) mod reading;

use super::Kind;
use super::calendar::calendar;
use super::choices::{Cell, ColumnKind, WhyLeftOut};
use super::number::Number;
use super::table::MAX_CLASSES;
use crate::sort::sort_by;
use dates::DateScale;
use serde::{Deserialize, Serialize};

/// A column of whole numbers with at most so many different ones is taken as classes unless told
/// otherwise.
const FEW_VALUES: usize = 10;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// Numbers only, or dates only.
    Numbers,
    /// No numbers.
    Text,
    /// Some of both; used as text.
    Mixed,
    /// Missing values only.
    Nothing,
}

/// One of a column's different values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Value {
    /// As it stands in the file, trimmed.
    pub text: String,
    /// As a number, if it is one; of a date, how long after the earliest of the column it is.
    pub number: Option<Number>,
}

/// One column: its different values, and which of them each row has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// What it is used as.
    pub kind: ColumnKind,
    /// Why, if it is left out.
    pub left_out: Option<WhyLeftOut>,
    /// The different values in order of first appearance.
    pub(super) values: Vec<Value>,
    /// For each row the index of its value; None if missing.
    pub(super) cells: Vec<Option<u32>>,
    dates: Option<DateScale>,
}

impl Column {
    /// Whether its numbers are its inputs.
    pub fn is_numeric(&self) -> bool {
        match self.kind {
            ColumnKind::Number | ColumnKind::Date => true,
            ColumnKind::Category => false,
            ColumnKind::LeftOut => self.contents() == Contents::Numbers,
        }
    }

    pub fn contents(&self) -> Contents {
        match self.values.iter().filter(|value| value.number.is_some()).count() {
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
        self.value(row).map(|value| self.values[value].text.as_str())
    }

    /// The value in a row as a number, if it is one.
    pub fn number(&self, row: usize) -> Option<f32> {
        self.value(row).and_then(|value| self.values[value].number).map(|n| n.single)
    }

    /// The same in 64 bits.
    pub fn exact(&self, row: usize) -> Option<f64> {
        self.value(row).and_then(|value| self.values[value].number).map(|n| n.exact)
    }

    /// The value in a row as it was understood.
    pub fn cell(&self, row: usize) -> Cell {
        let Some(value) = self.value(row).map(|value| &self.values[value]) else {
            return Cell::Missing;
        };
        match (value.number, self.dates) {
            (Some(number), Some(scale)) => {
                Cell::Date(calendar(scale.first + number.exact * scale.unit, scale.dated))
            }
            (Some(number), None) if self.kind != ColumnKind::Category => Cell::Number(number.exact),
            _ => Cell::Text(value.text.chars().take(80).collect()),
        }
    }

    /// Index of a row's value.
    pub(super) fn value(&self, row: usize) -> Option<usize> {
        self.cells.get(row).copied().flatten().map(|value| value as usize)
    }

    /// Whether 32 bits make equal what is different.
    pub(super) fn needs_64_bits(&self) -> bool {
        let mut numbers: Vec<Number> = self.values.iter().filter_map(|v| v.number).collect();
        sort_by(&mut numbers, |a, b| a.exact.total_cmp(&b.exact));
        let same =
            |pair: &[Number]| pair[0].exact != pair[1].exact && pair[0].single == pair[1].single;
        self.is_numeric() && numbers.windows(2).any(same)
    }

    /// Whether it is taken as a class or a number to predict; None if it can be neither.
    pub fn suggested(&self) -> Option<Kind> {
        let few = self.distinct() <= FEW_VALUES
            && self.dates.is_none()
            && self.values.iter().all(|v| v.number.is_some_and(|n| n.single.fract() == 0.0));
        match self.contents() {
            _ if self.distinct() < 2 => None,
            Contents::Numbers if !few && self.kind != ColumnKind::Category => Some(Kind::Number),
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
            let size = |n: Option<Number>| n.map_or(f32::INFINITY, |n| n.single);
            size(a.number).total_cmp(&size(b.number)).then_with(|| a.text.cmp(&b.text))
        });
        order
    }
}
