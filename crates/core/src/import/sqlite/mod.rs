//! A small read-only reader of SQLite files: the rows of tables, without SQL and indexes.
//!
//! After the *Database File Format* of sqlite.org (section 1.3 header, 1.6 b-trees, 2.1 records,
//! 2.6 schema). Files may be damaged or made to do harm: no page is visited twice, no tree is deeper
//! than [`MAX_DEPTH`], and all that is decoded together is bounded by a multiple of the file's size,
//! as cells may overlap. What was read before a fault is kept; the fault names the page.

mod record;
mod schema;
mod sql;
mod tree;

pub use record::Field;
pub use schema::Table;

use serde::{Deserialize, Serialize};
use std::fmt;

/// What every file begins with.
pub const MAGIC: &[u8] = b"SQLite format 3\0";

/// Levels of a table's tree: with two children a page at least, more than any file has.
pub const MAX_DEPTH: usize = 24;

/// Why a file is refused as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SqliteError {
    /// It does not begin as such files do, or its header contradicts itself.
    Header,
    /// Its rows stand in a file beside it, the write-ahead log (`-wal`). `PRAGMA
    /// journal_mode=DELETE`, or a copy by `VACUUM INTO`, puts them into this one.
    WriteAheadLog,
    /// Text is in UTF-16.
    Encoding,
    /// It ends before the pages that what is looked for stands on: a copy that was broken off.
    CutOff,
}

impl fmt::Display for SqliteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "not a whole SQLite header",
            Self::WriteAheadLog => "a database with a write-ahead log",
            Self::Encoding => "a database whose text is in UTF-16",
            Self::CutOff => "a database that is cut off: its end is missing",
        })
    }
}

impl std::error::Error for SqliteError {}

/// A page that can't be read, from 1, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    pub page: u32,
    pub fault: super::Fault,
}

/// A database in memory.
pub struct Database<'a> {
    bytes: &'a [u8],
    page_size: usize,
    /// Bytes of a page that are in use, those reserved at its end left out.
    usable: usize,
    /// Whether a page was visited.
    visited: Vec<bool>,
    /// Bytes that may still be decoded.
    budget: u64,
}

impl<'a> Database<'a> {
    /// Looks at the header.
    pub fn open(bytes: &'a [u8]) -> Result<Self, SqliteError> {
        if !bytes.starts_with(MAGIC) || bytes.len() < 100 {
            return Err(SqliteError::Header);
        }
        let page_size = match u16::from_be_bytes([bytes[16], bytes[17]]) {
            1 => 65_536,
            size if size >= 512 && size.is_power_of_two() => usize::from(size),
            _ => return Err(SqliteError::Header),
        };
        let usable = page_size - usize::from(bytes[20]);
        if usable < 480 || bytes[21..24] != [64, 32, 32] {
            return Err(SqliteError::Header);
        }
        // 0 in a database that no table was ever made in.
        if u32::from_be_bytes([bytes[56], bytes[57], bytes[58], bytes[59]]) > 1 {
            return Err(SqliteError::Encoding);
        }
        let pages = bytes.len() / page_size;
        let budget = 8 * bytes.len() as u64 + 65_536;
        Ok(Self { bytes, page_size, usable, visited: vec![false; pages], budget })
    }

    /// Whether the newest rows may stand in a file beside it, the write-ahead log (`-wal`). Where the
    /// program that wrote it has ended, they are in this one.
    pub fn has_log(&self) -> bool {
        self.bytes[18] == 2 || self.bytes[19] == 2
    }

    /// Whether the file is shorter than its header says. Programs before 2010 left the number of
    /// pages out, and with it the number of the change that it was true of.
    pub fn is_cut_off(&self) -> bool {
        let number = |at: usize| {
            let bytes = self.bytes.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
            bytes.map_or(0, u32::from_be_bytes)
        };
        let known = number(24) == number(92);
        known && (self.bytes.len() as u64) < u64::from(number(28)) * self.page_size as u64
    }

    /// The bytes of a page in use; each page can be had once.
    fn page(&mut self, number: u32) -> Result<&'a [u8], Damage> {
        let damage = |fault| Damage { page: number, fault };
        let at = (number as usize).checked_sub(1).ok_or(damage(super::Fault::NotPage))?;
        match self.visited.get_mut(at) {
            None => Err(damage(super::Fault::Truncated)),
            Some(true) => Err(damage(super::Fault::Loop)),
            Some(visited) => {
                *visited = true;
                let start = at * self.page_size;
                Ok(&self.bytes[start..start + self.usable])
            }
        }
    }

    /// Takes so many bytes off what may still be decoded.
    fn spend(&mut self, page: u32, bytes: u64) -> Result<(), Damage> {
        let damage = Damage { page, fault: super::Fault::TooMuch };
        self.budget = self.budget.checked_sub(bytes).ok_or(damage)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::Fault;

    /// Lies in the project's tests; made by `make_lookalikes.py` there.
    const CONTROL: &[u8] = include_bytes!("../../../../../tests/import/lookalikes/control.db");

    fn rows(bytes: &[u8], table: &str) -> (Vec<(i64, Vec<Field>)>, Option<Damage>) {
        let mut database = Database::open(bytes).unwrap();
        let (tables, damage) = database.tables();
        let Some(table) = tables.iter().find(|t| t.name == table) else {
            return (Vec::new(), damage);
        };
        let mut rows = Vec::new();
        let end = database.rows(table, &mut |id, fields| rows.push((id, fields)));
        (rows, end.err().or(damage))
    }

    #[test]
    fn rows_come_in_order_and_long_values_from_their_chain() {
        let (params, damage) = rows(CONTROL, "trial_params");
        assert_eq!((params.len(), damage), (300, None));
        assert!(params.windows(2).all(|w| w[0].0 < w[1].0));
        let (attributes, _) = rows(CONTROL, "study_user_attributes");
        let [(1, fields)] = &attributes[..] else { panic!("{attributes:?}") };
        assert_eq!(
            fields[..3],
            [Field::Integer(1), Field::Integer(3), Field::Text("commit".into())]
        );
        assert_eq!(fields[3], Field::Text(format!("\"{}\"", "f".repeat(5000))));
    }

    #[test]
    fn what_this_reader_does_not_take_is_refused_with_its_reason() {
        let with = |at: usize, byte: u8| {
            let mut bytes = CONTROL.to_vec();
            bytes[at] = byte;
            Database::open(&bytes).err()
        };
        assert_eq!(with(59, 2), Some(SqliteError::Encoding));
        assert_eq!(with(16, 3), Some(SqliteError::Header));
        assert_eq!(Database::open(&CONTROL[..99]).err(), Some(SqliteError::Header));
    }

    #[test]
    fn every_page_that_a_cut_file_has_gives_its_rows() {
        // The root of this table names more pages than a file that was cut early has.
        let whole = rows(CONTROL, "trial_params").0;
        let mut before = 0;
        for end in (1024..=CONTROL.len()).step_by(1024) {
            let (found, damage) = rows(&CONTROL[..end], "trial_params");
            assert!(found.iter().all(|row| whole.contains(row)) && found.len() >= before);
            assert!(damage.is_none_or(|damage| damage.fault == Fault::Truncated), "{damage:?}");
            before = found.len();
        }
        assert_eq!(before, whole.len());
        // The last page holds rows; those of all others are there without it.
        let (found, _) = rows(&CONTROL[..CONTROL.len() - 1024], "trial_params");
        assert!(found.len() > whole.len() * 4 / 5, "{}", found.len());
    }

    #[test]
    fn a_tree_that_leads_in_circles_and_cells_that_overlap_end() {
        let mut bytes = CONTROL.to_vec();
        // The schema has several pages here: the last child of the first one is itself.
        assert_eq!(bytes[100], 5);
        bytes[108..112].copy_from_slice(&1_u32.to_be_bytes());
        let (_, damage) = rows(&bytes, "trials");
        assert_eq!(damage, Some(Damage { page: 1, fault: Fault::Loop }));
        // Every leaf has 400 times its first cell.
        let mut bytes = CONTROL.to_vec();
        for page in (1024..bytes.len()).step_by(1024).filter(|at| CONTROL[*at] == 13) {
            let first = [bytes[page + 8], bytes[page + 9]];
            bytes[page + 3..page + 5].copy_from_slice(&400_u16.to_be_bytes());
            bytes[page + 8..page + 808].chunks_mut(2).for_each(|p| p.copy_from_slice(&first));
        }
        let (found, damage) = rows(&bytes, "trial_params");
        assert!(damage.is_some_and(|d| d.fault == Fault::TooMuch) || found.len() < 100_000);
        let read = crate::import::optuna_db::read(&bytes);
        assert!(read.is_err() || read.is_ok_and(|s| s[0].trials.len() < 100_000));
    }
}
