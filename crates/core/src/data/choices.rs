//! What a reader can choose about a file, and what was guessed for want of a choice. Columns count
//! from 0 here.

use super::Kind;
use super::encoding::Encoding;
use super::number::DecimalMark;
use serde::{Deserialize, Serialize};

/// What a column is used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// One input.
    Number,
    /// An input for each of its values (one for two values).
    Category,
    /// One input: days since the earliest date of the column, or seconds since its earliest time
    /// of day.
    Date,
    /// None.
    LeftOut,
}

/// What was chosen about a file; what is `None`, or not listed, is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadChoices {
    pub encoding: Option<Encoding>,
    /// Any ASCII sign, or a wide comma or semicolon.
    pub separator: Option<char>,
    /// Whether the first line holds names.
    pub header: Option<bool>,
    /// The decimal mark of all numbers.
    pub decimal: Option<DecimalMark>,
    /// Whether `1/2/2026` is the first of February.
    pub day_first: Option<bool>,
    /// Whether numbers such as `-999` that are far from all others stand for missing values.
    pub missing_codes: Option<bool>,
    /// Columns whose kind was chosen.
    pub columns: Vec<(usize, ColumnKind)>,
    /// The column to predict.
    pub target: Option<usize>,
    /// What it is predicted as.
    pub task: Option<Kind>,
}

impl ReadChoices {
    /// Chooses only what to predict.
    pub fn predict(target: usize, task: Kind) -> ReadChoices {
        ReadChoices { target: Some(target), task: Some(task), ..ReadChoices::default() }
    }

    /// The kind chosen for a column.
    pub fn column(&self, at: usize) -> Option<ColumnKind> {
        self.columns.iter().rev().find(|(column, _)| *column == at).map(|(_, kind)| *kind)
    }

    /// Chooses a column's kind, or with `None` lets it be found out.
    pub fn set_column(&mut self, at: usize, kind: Option<ColumnKind>) {
        self.columns.retain(|(column, _)| *column != at);
        self.columns.extend(kind.map(|kind| (at, kind)));
    }
}

/// Why a column is left out unless its kind is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhyLeftOut {
    /// It has no values.
    Empty,
    /// It has more than [`super::table::MAX_CATEGORIES`] categories.
    TooManyCategories,
    /// It counts the rows.
    CountsRows,
    /// Each row has another value, and its name or place says that it only names the rows.
    NamesRows,
    /// It was chosen.
    Chosen,
}

/// Rows that are no examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Aside {
    /// Lines that begin with `#`.
    Comments,
    /// Sentences below the table.
    Footnotes,
    /// The names once more.
    Names,
    /// Units of the columns.
    Units,
    /// Types of the columns.
    Types,
    /// Questions of a survey, or other texts about the columns.
    Questions,
    /// Lines that are only drawn: dashes below the names, and around a table.
    Ruler,
    /// Sums, means and the like of the rows above.
    Totals,
}

/// What was understood of a file and could be wrong, or what its data lack: for a reader to look
/// at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Guess {
    /// The bytes could be text in several encodings.
    Encoding { encoding: Encoding },
    /// Not all lines have the same number of fields with any separator, or spaces separate.
    Separator { separator: char },
    /// Whether the first line holds names could be seen either way.
    Header { header: bool },
    /// Lines above the table were passed over.
    LinesAbove { lines: usize },
    /// So many rows, the first in this line, were left out.
    RowsLeftOut { line: usize, rows: usize, why: Aside },
    /// So many rows, the first in this line, lack their last fields, which count as missing.
    ShortRows { line: usize, rows: usize },
    /// The first line has a name less than there are columns: the first column has none.
    FirstNameMissing,
    /// Rows end with separators, which were passed over.
    SeparatorsAtEnd,
    /// Each row stood in quotes as a whole, which were taken off.
    RowsInQuotes,
    /// The names of another table seem to stand in this line, below the first.
    SecondTable { line: usize },
    /// The first two fields of each row could be one number with a decimal comma, such as `value` in
    /// this line.
    CutNumber { line: usize, value: String },
    /// A quotation mark in `line` begins a text and opens no field: it would end only in the line
    /// `end`, and each line between is a row. So many such marks were taken as letters.
    StrayQuotes { line: usize, end: usize, marks: usize },
    /// A field in quotes goes from `line` to the line `end`, where more text follows it.
    QuoteOverLines { line: usize, end: usize },
    /// The names stand in two lines, which were joined as in this one.
    NamesJoined { name: String },
    /// So many zero bytes were passed over.
    ZerosLeftOut { zeros: usize },
    /// A name was there before and got a number.
    NameTwice { column: usize, name: String },
    /// `value` in this line is two different numbers, by decimal point and decimal comma, and
    /// nothing in its column says which.
    DecimalMark { column: usize, line: usize, value: String, read_as: DecimalMark },
    /// A column has numbers with decimal points and numbers with decimal commas, such as these.
    BothMarks { column: usize, point: String, comma: String },
    /// The numbers of a column, such as `value` in this line, can't have the decimal mark that was
    /// chosen, so that they were read with the other.
    OtherMark { column: usize, line: usize, value: String, read_as: DecimalMark },
    /// `value` is two different dates, and nothing in its column says which.
    DayOrder { column: usize, value: String, day_first: bool },
    /// `value` begins a column of dates that were read with their year of two digits first.
    YearFirst { column: usize, value: String },
    /// The two digits of a year in `value` were taken for this year.
    Century { column: usize, value: String, year: i64 },
    /// Values such as `value` stand for months, quarters or weeks, and were read as their first day.
    Periods { column: usize, value: String },
    /// Values such as `value` were read as two years that meet, not as a month.
    Seasons { column: usize, value: String },
    /// Values such as `value` were read as times, and could be ratios or scores.
    Times { column: usize, value: String },
    /// Times of two parts were read as minutes and seconds, since this one can be no time of day.
    Minutes { column: usize, value: String },
    /// The times of a column are in several time zones, another one such as this; all were brought
    /// to that of UTC.
    Zones { column: usize, value: String },
    /// Two values differ only by capitals or blanks; whether they count as one.
    Spellings { column: usize, value: String, other: String, joined: bool },
    /// A value is stored in several ways that look the same, and which count as one.
    LookAlikes { column: usize, value: String },
    /// Two values of a column are one number, so that they count as one value.
    SameNumber { column: usize, value: String, other: String },
    /// The numbers of a column have this unit, as in `value`; so many rows have numbers without.
    Unit { column: usize, unit: String, value: String, without: usize },
    /// `value` was read as a number that does not say all that stands there.
    ReadAs { column: usize, line: usize, value: String, number: f64 },
    /// A column has percentages, such as `1%`, which counts as 1, and numbers without the sign.
    PercentBeside { column: usize, percent: String, plain: String },
    /// A column has amounts in several currencies, such as these, which count as plain numbers.
    Currencies { column: usize, value: String, other: String },
    /// A column of whole numbers such as this was taken for dates without separators.
    CompactDate { column: usize, value: String },
    /// Whole numbers have leading zeros, as codes do; whether they are used as categories.
    LeadingZeros { column: usize, value: String, category: bool },
    /// A number far from all others that most likely stands for missing values, in so many rows;
    /// whether it counts as that.
    MissingCode { column: usize, value: String, rows: usize, missing: bool },
    /// A column of numbers or dates has other values in so many rows, such as this one in this
    /// line, which count as missing.
    OddValues { column: usize, line: usize, value: String, rows: usize },
    /// A column is used as text, though it has numbers, because of values such as this.
    Mixed { column: usize, line: usize, value: String },
    /// Numbers such as this one in this line are larger than what 32 bits hold, so that the column
    /// is used as text.
    TooLarge { column: usize, line: usize, value: String },
    /// A word in so many rows that could be a value, or mean that there is none; whether it counts as
    /// missing.
    MissingWord { column: usize, value: String, rows: usize, missing: bool },
    /// A column counts the rows.
    CountsRows { column: usize, first: f64, left_out: bool },
    /// Each row has another value in this column, which most likely only names the rows.
    NamesRows { column: usize, left_out: bool },
    /// A column alone tells the target almost always: it may hold the answer, or the order of the
    /// rows.
    TellsTarget { column: usize },
    /// A column has more categories than can be used, and is left out.
    TooManyCategories { column: usize, categories: usize, limit: usize },
    /// A column of categories gives so many inputs, more than ten.
    ManyInputs { column: usize, inputs: usize },
    /// A class has fewer rows than there are parts and folds to put them in.
    RareClass { class: String, rows: usize, wanted: usize },
    /// A column has the same value in so many of its rows with a value, nearly all.
    HardlyVaries { column: usize, value: String, rows: usize },
}

impl Guess {
    /// The column that it is about, if it is about one.
    pub fn column(&self) -> Option<usize> {
        match self {
            Guess::NameTwice { column, .. }
            | Guess::DecimalMark { column, .. }
            | Guess::BothMarks { column, .. }
            | Guess::OtherMark { column, .. }
            | Guess::DayOrder { column, .. }
            | Guess::YearFirst { column, .. }
            | Guess::Century { column, .. }
            | Guess::Periods { column, .. }
            | Guess::Seasons { column, .. }
            | Guess::Times { column, .. }
            | Guess::Minutes { column, .. }
            | Guess::Zones { column, .. }
            | Guess::Spellings { column, .. }
            | Guess::LookAlikes { column, .. }
            | Guess::SameNumber { column, .. }
            | Guess::Unit { column, .. }
            | Guess::ReadAs { column, .. }
            | Guess::PercentBeside { column, .. }
            | Guess::Currencies { column, .. }
            | Guess::CompactDate { column, .. }
            | Guess::LeadingZeros { column, .. }
            | Guess::MissingCode { column, .. }
            | Guess::OddValues { column, .. }
            | Guess::Mixed { column, .. }
            | Guess::TooLarge { column, .. }
            | Guess::MissingWord { column, .. }
            | Guess::CountsRows { column, .. }
            | Guess::NamesRows { column, .. }
            | Guess::TellsTarget { column }
            | Guess::TooManyCategories { column, .. }
            | Guess::ManyInputs { column, .. }
            | Guess::HardlyVaries { column, .. } => Some(*column),
            Guess::Encoding { .. }
            | Guess::Separator { .. }
            | Guess::Header { .. }
            | Guess::LinesAbove { .. }
            | Guess::RowsLeftOut { .. }
            | Guess::ShortRows { .. }
            | Guess::FirstNameMissing
            | Guess::SeparatorsAtEnd
            | Guess::RowsInQuotes
            | Guess::SecondTable { .. }
            | Guess::CutNumber { .. }
            | Guess::StrayQuotes { .. }
            | Guess::QuoteOverLines { .. }
            | Guess::NamesJoined { .. }
            | Guess::ZerosLeftOut { .. }
            | Guess::RareClass { .. } => None,
        }
    }
}

/// A field as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    Missing,
    Number(f64),
    /// At most 80 letters of it.
    Text(String),
    /// In the form `2026-01-31 12:34:56`, of which the date or the time may be absent.
    Date(String),
}
