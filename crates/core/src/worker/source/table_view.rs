//! A file described as it is read, before it is used, and made a data set once it is.

use super::CsvProblem;
use crate::data::choices::{Cell, ColumnKind, Guess, ReadChoices, WhyLeftOut};
use crate::data::csv::{self, CsvError};
use crate::data::encoding::{Decode, Encoding};
use crate::data::number::DecimalMark;
use crate::data::review::{inputs, review};
use crate::data::table::{MAX_CATEGORIES, Note, Table};
use crate::data::{Dataset, Kind};
use serde::{Deserialize, Serialize};

/// Most rows of a file that are shown before it is used.
const SHOWN_ROWS: usize = 8;
/// Most guesses that are told: a thousand faulty columns say no more than these.
const MAX_GUESSES: usize = 200;

/// A file described as it is read by some choices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableView {
    pub rows: usize,
    pub header: bool,
    pub separator: char,
    pub encoding: Encoding,
    /// The decimal mark of its numbers, if any of them tells.
    pub decimal: Option<DecimalMark>,
    pub columns: Vec<Column>,
    /// The first rows, a cell for each column.
    pub first_rows: Vec<Vec<Cell>>,
    /// The column to predict, if none is chosen.
    pub suggested: Option<(usize, Kind)>,
    /// The column that is predicted, chosen or suggested.
    pub target: Option<(usize, Kind)>,
    /// Number of inputs that predict it.
    pub inputs: usize,
    /// What was guessed and could be wrong, and what the data lack for this target.
    pub guesses: Vec<Guess>,
}

/// One column of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// Whether all its values are numbers (or dates) and used as such.
    pub numeric: bool,
    pub distinct: usize,
    pub missing: usize,
    /// What it would be predicted as, unless told otherwise.
    pub suggested: Kind,
    /// What it is used as unless it is predicted.
    pub kind: ColumnKind,
    /// Why, if it is left out.
    pub left_out: Option<WhyLeftOut>,
    /// Number of inputs that it gives unless it is predicted.
    pub inputs: usize,
}

impl Column {
    fn of(column: &crate::data::column::Column) -> Column {
        let many = column.kind == ColumnKind::Category && column.distinct() > MAX_CATEGORIES;
        Column {
            name: column.name.clone(),
            numeric: column.is_numeric(),
            distinct: column.distinct(),
            missing: column.missing(),
            suggested: column.suggested().unwrap_or(Kind::Class),
            kind: if many { ColumnKind::LeftOut } else { column.kind },
            left_out: column.left_out.or(many.then_some(WhyLeftOut::TooManyCategories)),
            inputs: inputs(column),
        }
    }
}

/// The column to predict and what as: chosen, or for want of a choice suggested.
fn target(table: &Table, choices: &ReadChoices) -> Option<(usize, Kind)> {
    let Some(column) = choices.target else {
        let (column, kind) = table.suggest()?;
        return Some((column, choices.task.unwrap_or(kind)));
    };
    let suggested = || table.columns.get(column).and_then(|c| c.suggested());
    Some((column, choices.task.or_else(suggested).unwrap_or(Kind::Class)))
}

/// Reads a file and describes it.
pub fn peek(bytes: &[u8], choices: &ReadChoices, by: Decode) -> Result<TableView, CsvProblem> {
    let table = csv::read_with(bytes, choices, by)?;
    let target = target(&table, choices);
    let columns: Vec<Column> = table.columns.iter().map(Column::of).collect();
    let predicted = target.map(|(at, _)| at);
    let inputs = columns.iter().enumerate().filter(|(at, _)| Some(*at) != predicted);
    let mut guesses = table.guesses.clone();
    guesses.extend(target.into_iter().flat_map(|(at, kind)| review(&table, at, kind)));
    guesses.truncate(MAX_GUESSES);
    let row = |row: usize| table.columns.iter().map(|column| column.cell(row)).collect();
    Ok(TableView {
        rows: table.rows(),
        header: table.header,
        separator: table.separator,
        encoding: table.encoding,
        decimal: table.mark,
        inputs: inputs.map(|(_, column)| column.inputs).sum(),
        columns,
        first_rows: (0..table.rows().min(SHOWN_ROWS)).map(row).collect(),
        suggested: table.suggest(),
        target,
        guesses,
    })
}

/// Reads a file and makes a data set of it.
pub(super) fn read_csv(
    bytes: &[u8],
    choices: &ReadChoices,
    by: Decode,
) -> Result<(Dataset, Vec<Note>), CsvProblem> {
    let table = csv::read_with(bytes, choices, by)?;
    let (column, kind) = target(&table, choices).ok_or(CsvError::NoInputs)?;
    table.dataset(column, kind)
}
