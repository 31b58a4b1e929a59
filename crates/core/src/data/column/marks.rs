//! The decimal mark that the numbers of a file have, for columns that don't tell it.

use super::fields::Fields;
use crate::data::choices::ReadChoices;
use crate::data::number::DecimalMark;

/// What the columns of a file say together, for those that say nothing.
pub(in crate::data) struct FileMarks {
    chosen: Option<DecimalMark>,
    /// The mark that most numbers have that have to have one.
    found: Option<DecimalMark>,
    semicolon: bool,
}

impl FileMarks {
    pub fn of(columns: &[Fields], choices: &ReadChoices, separator: char) -> FileMarks {
        let mut told = [0; 2];
        for marks in columns.iter().map(Fields::marks) {
            told[0] += marks[0];
            told[1] += marks[1];
        }
        let found = match told {
            [0, 0] => None,
            [points, commas] if commas > points => Some(DecimalMark::Comma),
            _ => Some(DecimalMark::Point),
        };
        FileMarks { chosen: choices.decimal, found, semicolon: separator == ';' }
    }

    /// The mark of the file's numbers, if any number tells.
    pub fn told(&self) -> Option<DecimalMark> {
        self.chosen.or(self.found)
    }

    /// How a number is read that is one with either mark, where its column says nothing.
    pub(super) fn of_ambiguous(&self) -> DecimalMark {
        // Who writes semicolons between numbers has commas in them: `1,234` is a fraction then, and
        // the point of `1.234` marks thousands.
        let alone = if self.semicolon { DecimalMark::Comma } else { DecimalMark::Point };
        self.told().unwrap_or(alone)
    }

    pub(super) fn day_first(&self) -> bool {
        self.semicolon || self.told() == Some(DecimalMark::Comma)
    }
}
