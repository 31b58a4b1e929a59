//! The fields of a column before it is known what they are: the different ones, and which of them
//! each row has.

use crate::data::letters::trimmed;
use crate::data::number::{DecimalMark, Readings, is_missing, readings};
use std::collections::HashMap;

/// The fields of a column before it is known what they are.
pub(in crate::data) struct Fields {
    /// The different ones, trimmed, and what they are as numbers.
    pub(in crate::data) values: Vec<(String, Readings)>,
    pub(super) cells: Vec<Option<u32>>,
    /// Words such as `NA` that count as missing, and could be values: in how many rows.
    pub(super) words: Vec<(String, usize)>,
}

impl Fields {
    pub fn new<'a>(fields: impl Iterator<Item = &'a str>) -> Fields {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut values: Vec<(String, Readings)> = Vec::new();
        let mut words: Vec<(String, usize)> = Vec::new();
        let cells = fields.map(trimmed).map(|field| {
            if !field.is_empty() && field.bytes().all(|b| b.is_ascii_alphabetic()) {
                count_missing_word(field, &mut words);
            }
            (!is_missing(field)).then(|| {
                *known.entry(field).or_insert_with(|| {
                    values.push((field.to_string(), readings(field)));
                    // Fewer than the rows, which are limited.
                    values.len() as u32 - 1
                })
            })
        });
        let cells = cells.collect();
        let mut fields = Fields { values, cells, words };
        fields.join_truth_values();
        fields
    }

    /// Makes `true`, `True` and `TRUE` one value, if a column has nothing else.
    fn join_truth_values(&mut self) {
        let lower = |text: &str| text.to_ascii_lowercase();
        let truth = |pair: [&str; 2]| {
            self.values.iter().all(|(text, _)| pair.contains(&lower(text).as_str()))
        };
        if self.values.len() < 3 || !(truth(["true", "false"]) || truth(["yes", "no"])) {
            return;
        }
        let first: Vec<usize> = self
            .values
            .iter()
            .map(|(text, _)| {
                let same = |(other, _): &(String, Readings)| lower(other) == lower(text);
                self.values.iter().position(same).unwrap_or(0)
            })
            .collect();
        self.join(&first);
    }

    /// Makes each value the one that is given for it, which stays itself.
    pub(in crate::data) fn join(&mut self, into: &[usize]) {
        self.cells.iter_mut().flatten().for_each(|cell| *cell = into[*cell as usize] as u32);
        let keeps: Vec<bool> = into.iter().enumerate().map(|(i, kept)| *kept == i).collect();
        self.keep(&keeps);
    }

    /// Number of rows of each value.
    pub(in crate::data) fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.values.len()];
        self.cells.iter().flatten().for_each(|cell| counts[*cell as usize] += 1);
        counts
    }

    pub(in crate::data) fn first_row(&self, value: usize) -> usize {
        self.cells.iter().position(|cell| *cell == Some(value as u32)).unwrap_or(0)
    }

    /// Lets rows with other values than these have none.
    pub(in crate::data) fn keep(&mut self, keeps: &[bool]) {
        let mut new = Vec::with_capacity(keeps.len());
        let mut next = 0;
        for keep in keeps {
            new.push(keep.then_some(next));
            next += u32::from(*keep);
        }
        for cell in &mut self.cells {
            *cell = cell.and_then(|value| new[value as usize]);
        }
        let mut keeps = keeps.iter();
        self.values.retain(|_| keeps.next().copied().unwrap_or(true));
    }

    /// Numbers that must have been written with a decimal point, and with a comma, if most of the
    /// values are numbers.
    pub(super) fn marks(&self) -> [usize; 2] {
        let numbers = self.values.iter().filter(|(_, r)| r.any().is_some()).count();
        if numbers * 5 < self.values.len() * 4 {
            return [0; 2];
        }
        let tells = |mark| self.values.iter().filter(|(_, r)| r.tells() == Some(mark)).count();
        [tells(DecimalMark::Point), tells(DecimalMark::Comma)]
    }
}

fn count_missing_word(field: &str, words: &mut Vec<(String, usize)>) {
    if is_missing(field) {
        match words.iter_mut().find(|(word, _)| word == field) {
            Some((_, rows)) => *rows += 1,
            None => words.push((field.to_owned(), 1)),
        }
    }
}
