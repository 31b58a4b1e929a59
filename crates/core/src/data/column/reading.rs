//! What every step that makes a column of its fields is given.

use super::marks::FileMarks;
use crate::data::choices::{Guess, ReadChoices};

/// What a column is made with, and where what was guessed is told.
pub(in crate::data) struct Reading<'a> {
    pub marks: &'a FileMarks,
    pub choices: &'a ReadChoices,
    /// The line of each row.
    pub lines: &'a [usize],
    pub guesses: &'a mut Vec<Guess>,
}

impl Reading<'_> {
    pub(in crate::data) fn line(&self, row: usize) -> usize {
        self.lines.get(row).copied().unwrap_or_default()
    }
}
