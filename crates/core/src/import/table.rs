//! A table of text: a CSV file of trials, before its columns mean anything.

use super::limits::{MAX_COLUMNS, MAX_NAME, MAX_TRIALS, cut};
use super::{Fault, ImportError, Note, check_size};
use std::borrow::Cow;

/// Rows of a table: more than trials, as a trial has a row for each step in long form.
const MAX_ROWS: usize = 10 * MAX_TRIALS;
/// Fields of all rows together.
const MAX_FIELDS: usize = 8_000_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The file's name without its ending.
    pub name: String,
    pub header: Vec<String>,
    /// As long as the header each.
    pub rows: Vec<Vec<String>>,
    /// Whether `1,5` is a number.
    pub comma: bool,
    pub notes: Vec<Note>,
}

impl Table {
    /// The fields of a column.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(at).map_or("", String::as_str))
    }

    /// A field as a number, infinite and NaN included; none where it is empty or another text.
    pub fn number(&self, field: &str) -> Option<f64> {
        let field = field.trim();
        if field.is_empty() || field.len() > 64 {
            return None;
        }
        match field.to_ascii_lowercase().as_str() {
            "inf" | "infinity" | "+inf" => return Some(f64::INFINITY),
            "-inf" | "-infinity" => return Some(f64::NEG_INFINITY),
            "nan" | "na" => return Some(f64::NAN),
            _ => {}
        }
        let field = if self.comma { Cow::Owned(field.replace(',', ".")) } else { field.into() };
        // What is larger than any number counts as infinite.
        field.parse().ok()
    }
}

/// Bytes of a file that its header is looked for in.
const HEAD: usize = 64 << 10;

/// The names of a table's columns, as its first line most likely has them.
pub fn header(bytes: &[u8]) -> Vec<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let first = reader.records().next().and_then(Result::ok);
    first.iter().flatten().take(MAX_COLUMNS).map(|name| name.trim().to_string()).collect()
}

/// Reads a table whose first line names its columns. Rows that are too long are cut and those too
/// short filled up, with a note.
pub fn read(bytes: &[u8], name: &str) -> Result<Table, ImportError> {
    check_size(bytes)?;
    if bytes.contains(&0) {
        return Err(ImportError::Unknown);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut notes = Vec::new();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            notes.push(Note::Latin1);
            Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect())
        }
    };
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records().map_while(Result::ok);
    let header = records.next().ok_or(ImportError::NoTable)?;
    let header: Vec<String> =
        header.iter().take(MAX_COLUMNS).map(|name| cut(name.trim(), MAX_NAME).0).collect();
    if header.len() < 2 {
        return Err(ImportError::NoTable);
    }
    let (mut rows, mut ragged, mut dropped) = (Vec::new(), None, 0);
    for record in records {
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS || (rows.len() + 1) * header.len() > MAX_FIELDS {
            dropped += 1;
            continue;
        }
        if record.len() != header.len() && header.len() < MAX_COLUMNS {
            let line = record.position().map_or(0, |position| line_of(&text, position));
            let (_, count) = ragged.get_or_insert((line, 0));
            *count += 1;
        }
        let fields = record.iter().map(|field| cut(field.trim(), 1_000).0);
        let mut row: Vec<String> = fields.take(header.len()).collect();
        row.resize(header.len(), String::new());
        rows.push(row);
    }
    notes.extend(ragged.map(|(line, rows)| Note::Rows { line, rows, fault: Fault::Ragged }));
    notes.extend((dropped > 0).then_some(Note::Trials { dropped }));
    if rows.is_empty() {
        return Err(ImportError::NoTable);
    }
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let comma = separator == b';';
    Ok(Table { name: cut(name, MAX_NAME).0, header, rows, comma, notes })
}

/// The line that a record begins on: its position is before the line end and the blank lines that
/// the reader passed over.
fn line_of(text: &str, position: &csv::Position) -> usize {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| b"\r\n".contains(b)).filter(|b| **b == b'\n').count();
    position.line() as usize + blank
}

/// The separator that gives the first lines the most fields, the same number in each if one does.
fn separator(text: &str) -> u8 {
    let fields = |separator: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let counts: Vec<usize> =
            reader.records().take(20).map_while(Result::ok).map(|r| r.len()).collect();
        let first = counts.first().copied().unwrap_or(0);
        (first > 1 && counts.iter().all(|n| *n == first), first)
    };
    // Of equal ones the comma.
    *b"\t;|,".iter().max_by_key(|separator| fields(**separator)).unwrap_or(&b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_commas_and_short_rows() {
        let table =
            read("\u{feff}a;b;c\r\n1,5;x;-inf\r\n\r\n2;y\r\n".as_bytes(), "dir/runs.csv").unwrap();
        assert_eq!((table.name.as_str(), table.comma), ("runs", true));
        assert_eq!(table.header, ["a", "b", "c"]);
        assert_eq!(table.rows, [["1,5", "x", "-inf"], ["2", "y", ""]]);
        assert_eq!(table.notes, [Note::Rows { line: 4, rows: 1, fault: Fault::Ragged }]);
        assert_eq!(table.number("1,5"), Some(1.5));
        assert_eq!(table.number("-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(table.number("x"), None);
        assert_eq!(read(b"a,b\xe4\n1,2", "t").unwrap().notes, [Note::Latin1]);
        for bad in [&b"a\n1"[..], b"a,b\n", b"a,b\n\0,1"] {
            assert!(read(bad, "t").is_err());
        }
    }
}
