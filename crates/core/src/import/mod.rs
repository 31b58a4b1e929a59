//! Studies from elsewhere, read into one neutral value, and what a strategy makes of them.
//!
//! | file | read by |
//! |---|---|
//! | Optuna journal (versions 3 to 5, rustuna) | [`journal`] |
//! | Optuna SQLite database (schema 12) | [`optuna_db`], over our own reader of SQLite files, [`sqlite`] |
//! | table of trials: CSV by anyone, Optuna's `trials_dataframe()`, exports of W&B, Ray Tune, MLflow | [`table`], [`mapping`] |
//! | records of trials as JSON or as Python prints them: a list, one a line, by trial, columns, pandas' `to_json()` | `records`, then as a table |
//! | what Optuna prints to a console | `records::console`, then as a table |
//! | this page's own `study.json` | [`page`] |
//!
//! [`detect`] says which a file is, [`read`] reads it. A file may be damaged or hostile: everything
//! is bounded (see [`limits`]), and what comes before the damage is kept, with a [`Note`] that
//! names the line or page.
//!
//! From an [`ImportedStudy`] on: [`convert`] makes a space and events of it that any strategy can
//! be asked about ([`ask`]), [`replay`] races strategies over its trials.

pub mod ask;
mod builder;
pub mod convert;
mod distribution;
pub mod journal;
mod lenient;
pub mod limits;
mod literal;
pub mod mapping;
mod metrics_in_rows;
mod names;
pub mod optuna_db;
pub mod page;
mod records;
pub mod replay;
pub mod sqlite;
mod study;
pub mod table;
mod time;
mod turned;
mod unfold;
pub mod view;

#[cfg(test)]
mod tests;

pub use study::{
    Choice, Direction, Domain, Fault, ImportedStudy, ImportedTrial, Note, Parameter, TrialState,
};
pub use time::Time;

use crate::data::encoding::{Decode, decode, decode_latin1};
use crate::data::foreign::{self, FileKind};
use limits::MAX_BYTES;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lines of JSON, as Optuna's `JournalFileBackend` writes them.
    Journal,
    /// A SQLite database.
    Sqlite,
    /// This page's own `study.json`.
    Page,
    /// A table of text, or records that make one: its columns need a [`mapping::Mapping`].
    Table,
}

/// Why nothing of a file can be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportError {
    /// More bytes than [`MAX_BYTES`].
    TooLarge { bytes: usize, limit: usize },
    /// Nothing in it but blanks.
    Empty,
    /// Neither text nor a database.
    Unknown,
    /// A format that is no text.
    Format { found: FileKind },
    /// A SQLite file that this reader does not take.
    Sqlite(sqlite::SqliteError),
    /// A database without Optuna's tables; the first one that is missing.
    NotOptuna { table: String },
    /// A line of the journal that can't be read, before which there is no study.
    Journal { line: usize, fault: Fault },
    /// No study in a file that is otherwise whole, or all were deleted.
    NoStudy,
    /// Studies without a single trial that could be read, and where the file is damaged, if it is.
    NoTrial { damage: Option<Note> },
    /// This page's own file, and what is wrong with it.
    Page(String),
    /// A table without rows, or with one column.
    NoTable,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(f, "{bytes} bytes, of {limit} at most"),
            Self::Empty => f.write_str("an empty file"),
            Self::Unknown => f.write_str("neither text nor a database"),
            Self::Format { found } => write!(f, "a file in {} format", found.name()),
            Self::Sqlite(error) => error.fmt(f),
            Self::NotOptuna { table } => write!(f, "a database without the table {table}"),
            Self::Journal { line, fault } => write!(f, "line {line}: {fault}"),
            Self::NoStudy => f.write_str("no study"),
            Self::NoTrial { .. } => f.write_str("no trial"),
            Self::Page(error) => f.write_str(error),
            Self::NoTable => f.write_str("no table of trials"),
        }
    }
}

impl std::error::Error for ImportError {}

/// What a file holds, by its first bytes, and by its name where those leave it open.
pub fn detect(bytes: &[u8], name: &str) -> Kind {
    if bytes.starts_with(sqlite::MAGIC) {
        return Kind::Sqlite;
    }
    let bytes = &*in_utf8(bytes);
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let head = &text[..text.len().min(400)];
    let holds = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    if head.starts_with(b"{") && holds(b"\"op_code\"") {
        return Kind::Journal;
    }
    let journal = name.ends_with(".log") || name.ends_with(".jsonl") || name.ends_with(".journal");
    let records = || std::str::from_utf8(text).is_ok_and(records::looks_like_some);
    match head.first() {
        Some(b'{') if page::looks_like_one(text) => Kind::Page,
        Some(b'{') if records() => Kind::Table,
        Some(b'{') if journal => Kind::Journal,
        Some(b'{') => Kind::Page,
        _ => Kind::Table,
    }
}

/// A text in UTF-16 that says so, as PowerShell writes what a command prints, in UTF-8; all else as
/// it is.
fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let read = || decode(bytes, None, &decode_latin1).ok();
    match wide.then(read).flatten() {
        Some(decoded) => Cow::Owned(decoded.text.into_owned().into_bytes()),
        None => Cow::Borrowed(bytes),
    }
}

/// Whether a file holds a study, as far as that can be told at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likely {
    Study,
    /// A table that may be one of trials, or of examples to train on.
    Either,
    Other,
}

/// What a file likely holds, by its first bytes.
pub fn likely(bytes: &[u8], name: &str) -> Likely {
    match detect(bytes, name) {
        Kind::Journal | Kind::Sqlite => Likely::Study,
        Kind::Page if page::looks_like_one(bytes) => Likely::Study,
        Kind::Page => Likely::Other,
        Kind::Table => match mapping::likely(&table::header(bytes)) {
            // Its beginning may not name all columns.
            Likely::Other if records::begins_objects(&text_head(bytes)) => Likely::Either,
            Likely::Other if table::names_in_gbk(bytes) => Likely::Either,
            likely => likely,
        },
    }
}

/// The first letters of a file.
fn text_head(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)])
}

/// The studies of a file whose letters need no tables ([`decode_latin1`]).
pub fn read(bytes: &[u8], name: &str) -> Result<Vec<ImportedStudy>, ImportError> {
    read_with(bytes, name, &decode_latin1)
}

/// The studies of a file. Columns of a table get the meaning that [`mapping::guess`] gives them.
pub fn read_with(bytes: &[u8], name: &str, by: Decode) -> Result<Vec<ImportedStudy>, ImportError> {
    check_size(bytes)?;
    match detect(bytes, name) {
        Kind::Journal => journal::read(&in_utf8(bytes)),
        Kind::Sqlite => optuna_db::read(bytes),
        Kind::Page => page::read(&in_utf8(bytes)).map(|study| vec![study]),
        Kind::Table => {
            let table = table::read_with(bytes, name, by)?;
            Ok(vec![mapping::apply(&table, &mapping::guess(&table))])
        }
    }
}

/// Refuses what is known to be no text.
fn check_format(bytes: &[u8]) -> Result<(), ImportError> {
    use FileKind::{GitLfs, Gzip, Hdf5, Html, NumPy, Parquet, Pdf, Pickle, Xls, Zip};
    let none = [GitLfs, Gzip, Hdf5, Html, NumPy, Parquet, Pdf, Pickle, Xls, Zip];
    match foreign::detect(bytes) {
        Some(found) if none.contains(&found) => Err(ImportError::Format { found }),
        _ => Ok(()),
    }
}

/// Refuses what is too large or empty.
fn check_size(bytes: &[u8]) -> Result<(), ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    if bytes.trim_ascii().is_empty() { Err(ImportError::Empty) } else { Ok(()) }
}
