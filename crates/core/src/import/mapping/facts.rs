//! What stands in a column of a table, as far as that says what the column is.

use super::state::named_state;
use super::{Role, constraints};
use crate::data::number::{is_missing, may_be_missing};
use crate::import::limits::MAX_CHOICES;
use crate::import::table::Table;
use crate::sort::ascending;
use std::collections::HashSet;

/// Different fields that people write out as choices: of more, a few words among numbers are
/// missing values.
const FEW: usize = 10;

/// What stands in a column.
pub struct Facts {
    /// Whether all that stands there is a number, but for words of missing values.
    pub numeric: bool,
    /// Whether more than half of what stands there is: enough for a measured value, which is
    /// missing where a trial failed.
    pub mostly_numeric: bool,
    /// Whether all that stands there are lists of numbers.
    pub lists: bool,
    /// Whether most words are states of trials.
    pub states: bool,
    /// Fields that hold something.
    pub filled: usize,
    /// Different ones of these; counting stops beyond the number of choices.
    pub distinct: usize,
    pub integer: bool,
    pub low: f64,
    pub high: f64,
    median: f64,
}

impl Facts {
    pub fn of(table: &Table, at: usize) -> Self {
        let fields = || table.column(at).filter(|field| !is_missing(field));
        let mut distinct = HashSet::new();
        for field in fields() {
            distinct.insert(field);
            if distinct.len() > MAX_CHOICES {
                break;
            }
        }
        let filled = fields().count();
        let (mut numbers, mut found, mut blank, mut none) = (Vec::new(), 0, 0, false);
        for field in fields() {
            match table.number(at, field) {
                Some(number) => {
                    found += 1;
                    numbers.extend(Some(number).filter(|x| x.is_finite()));
                }
                None => {
                    blank += usize::from(may_be_missing(field));
                    none |= field.eq_ignore_ascii_case("none");
                }
            }
        }
        ascending(&mut numbers);
        // Python's None is a choice like any other where there are few.
        let all = found + blank == filled && (!none || distinct.len() > FEW);
        let states = fields().filter(|field| named_state(field).is_some()).count();
        Self {
            numeric: !numbers.is_empty() && all,
            mostly_numeric: !numbers.is_empty() && 2 * found > filled,
            lists: filled > 0 && fields().all(|field| constraints(table, at, field).is_some()),
            states: filled > 0 && 2 * states > filled,
            filled,
            distinct: distinct.len(),
            integer: numbers.iter().all(|x| x.trunc() == *x),
            low: numbers.first().copied().unwrap_or(f64::NAN),
            high: numbers.last().copied().unwrap_or(f64::NAN),
            median: numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN),
        }
    }

    /// Over two decades, or over one with half of the values in the lowest fifth: such ranges are
    /// searched on a log scale.
    fn is_log(&self) -> bool {
        let ratio = self.high / self.low;
        let low = self.low + 0.2 * (self.high - self.low);
        self.low > 0.0 && (ratio >= 100.0 || ratio >= 10.0 && self.median < low)
    }

    /// What the column is if it is a parameter.
    pub fn parameter(&self) -> Role {
        if self.numeric {
            Role::Number { log: self.is_log(), integer: self.integer }
        } else if self.filled > 0 && self.distinct <= MAX_CHOICES {
            Role::Categorical
        } else {
            Role::Ignored
        }
    }
}
