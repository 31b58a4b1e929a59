//! What can be wrong with a CSV file, each fault with its line and column.

use crate::data::encoding::Encoding;
use crate::data::foreign::FileKind;
use serde::{Deserialize, Serialize};

/// What is wrong with a file, or with the target chosen. Lines and columns count from 1; a column
/// is a field's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum CsvError {
    /// More bytes than [`super::limits::MAX_BYTES`].
    #[error("{bytes} bytes are more than {limit}")]
    TooLarge { bytes: usize, limit: usize },
    /// A file of another kind.
    #[error("a file of the format {}", found.name())]
    NotTable { found: FileKind },
    /// A zero byte: a spreadsheet or a picture, not a text file.
    #[error("line {line}, column {column}: not a text file")]
    NotText { line: usize, column: usize },
    /// Nothing here can read this encoding.
    #[error("the encoding {} can't be read here", encoding.label())]
    UnknownEncoding { encoding: Encoding },
    /// A first line that names a separator, `sep=`, which can't be one.
    #[error("line {line} names “{value}” as the separator, which must be one sign")]
    SeparatorLine { line: usize, value: String },
    /// Nothing but blank lines.
    #[error("nothing but blank lines")]
    Empty,
    /// A header and no rows.
    #[error("a header and no rows")]
    NoRows,
    /// A quote is opened and never closed.
    #[error("line {line}, column {column}: a quote is never closed")]
    OpenQuote { line: usize, column: usize },
    /// A field of more bytes than [`super::limits::MAX_FIELD`].
    #[error("line {line}, column {column}: a field of more than {limit} bytes")]
    FieldTooLong { line: usize, column: usize, limit: usize },
    /// One field in a line: no separator was found.
    #[error("line {line} has one field")]
    OneColumn { line: usize },
    /// A line with more or fewer fields than the first; `column` is the first field missing or too
    /// many.
    #[error("line {line}, column {column}: {found} fields, not {expected}")]
    Ragged { line: usize, column: usize, expected: usize, found: usize, cause: RaggedCause },
    /// More rows than [`super::limits::MAX_ROWS`]; `line` is the first too many.
    #[error("line {line} is beyond {limit} rows")]
    TooManyRows { line: usize, limit: usize },
    /// There is no such column to predict.
    #[error("no column {column} of {columns}")]
    NoSuchColumn { column: usize, columns: usize },
    /// The column to predict has no values.
    #[error("column {column} has no values")]
    TargetMissing { column: usize },
    /// The column to predict has one value only.
    #[error("column {column} has only the value “{value}”")]
    TargetConstant { column: usize, value: String },
    /// A number is to be predicted, and this is none.
    #[error("line {line}, column {column}: “{value}” is not a number")]
    TargetNotNumber { line: usize, column: usize, value: String },
    /// More classes than [`crate::data::table::MAX_CLASSES`].
    #[error("column {column} has {classes} classes, more than {limit}")]
    TooManyClasses { column: usize, classes: usize, limit: usize },
    /// No column besides the target can be used.
    #[error("no column to predict from")]
    NoInputs,
    /// More inputs, categories counted one by one, than [`crate::data::table::MAX_INPUTS`].
    #[error("{inputs} inputs are more than {limit}")]
    TooManyInputs { inputs: usize, limit: usize },
    /// More numbers than [`crate::data::table::MAX_CELLS`], categories counted one by one.
    #[error("{rows} rows of {inputs} inputs are more than {limit} numbers")]
    TooManyCells { rows: usize, inputs: usize, limit: usize },
}

/// What a line with too many or too few fields most likely comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RaggedCause {
    Unknown,
    /// The first line has a name less than most rows have values.
    OneNameTooFew,
    /// This row ends with separators, and others don't.
    SeparatorAtEnd,
    /// Commas separate, and one stands inside a number.
    CommaInNumber,
}
