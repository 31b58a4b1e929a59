//! Reads a CSV file into a [`Table`]: encoding, separator, header, quoting; every fault with its
//! line and column.
//!
//! - Text is UTF-8, with or without a byte order mark; other bytes are taken as Latin-1, and the
//!   table says so.
//! - The separator is the first of tab, semicolon, bar and comma that gives every sampled line the
//!   same two fields or more. With a semicolon, `1,5` is a number.
//! - A field may stand in double quotes, with `""` for a quote inside, and may then hold separators
//!   and line ends.
//! - The first line is a header if none of its fields is a number and it differs from what stands
//!   below it.
//! - Blank lines are passed over. Spaces round a field don't count.

use super::column::{Column, is_missing, number};
use super::table::{MAX_INPUTS, Table};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most rows, not counting the header.
pub const MAX_ROWS: usize = 20_000;
/// Most bytes: 10 MB.
pub const MAX_BYTES: usize = 10_000_000;

/// What is wrong with a file, or with the target chosen. Lines and columns count from 1; a column
/// is a field's number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CsvError {
    /// More bytes than [`MAX_BYTES`].
    TooLarge { bytes: usize, limit: usize },
    /// A zero byte: a spreadsheet, a picture or UTF-16, not a text file.
    NotText { line: usize, column: usize },
    /// Nothing but blank lines.
    Empty,
    /// A header and no rows.
    NoRows,
    /// A quote is opened and never closed.
    OpenQuote { line: usize, column: usize },
    /// One field in a line: no separator was found.
    OneColumn { line: usize },
    /// A line with more or fewer fields than the first; `column` is the first field missing or too
    /// many.
    Ragged { line: usize, column: usize, expected: usize, found: usize },
    /// More rows than [`MAX_ROWS`]; `line` is the first too many.
    TooManyRows { line: usize, limit: usize },
    /// There is no such column to predict.
    NoSuchColumn { column: usize, columns: usize },
    /// The column to predict has no values.
    TargetMissing { column: usize },
    /// The column to predict has one value only.
    TargetConstant { column: usize, value: String },
    /// A number is to be predicted, and this is none.
    TargetNotNumber { line: usize, column: usize, value: String },
    /// More classes than [`super::table::MAX_CLASSES`].
    TooManyClasses { column: usize, classes: usize, limit: usize },
    /// No column besides the target can be used.
    NoInputs,
    /// More inputs, categories counted one by one, than [`MAX_INPUTS`].
    TooManyInputs { inputs: usize, limit: usize },
}

/// Reads a file, finding out by itself whether it has a header.
pub fn read(bytes: &[u8]) -> Result<Table, CsvError> {
    read_as(bytes, None)
}

/// Reads a file whose first line is a header or not; `None` to find out.
pub fn read_as(bytes: &[u8], header: Option<bool>) -> Result<Table, CsvError> {
    if bytes.len() > MAX_BYTES {
        return Err(CsvError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let (text, latin1) = decode(bytes)?;
    let separator = separator(&text);
    find_open_quote(&text, separator)?;
    let (records, lines) = records(&text, separator)?;
    let (Some(first), Some(&line)) = (records.first(), lines.first()) else {
        return Err(CsvError::Empty);
    };
    if first.len() < 2 {
        return Err(CsvError::OneColumn { line });
    }
    if first.len() > MAX_INPUTS + 1 {
        return Err(CsvError::TooManyInputs { inputs: first.len() - 1, limit: MAX_INPUTS });
    }
    let comma = separator == b';';
    let header = header.unwrap_or_else(|| looks_like_header(&records, comma));
    let start = usize::from(header);
    if records.len() == start {
        return Err(CsvError::NoRows);
    }
    if let Some(&line) = lines.get(start + MAX_ROWS) {
        return Err(CsvError::TooManyRows { line, limit: MAX_ROWS });
    }
    let columns = (0..first.len())
        .map(|c| {
            let name = first.get(c).map(str::trim).filter(|name| header && !name.is_empty());
            let name = name.map_or_else(|| format!("x{}", c + 1), String::from);
            Column::new(
                name,
                records[start..].iter().map(|record| record.get(c).unwrap_or_default()),
                comma,
            )
        })
        .collect();
    Ok(Table {
        columns,
        lines: lines[start..].to_vec(),
        header,
        separator: char::from(separator),
        latin1,
    })
}

/// The text, with line ends that hold a line feed, and whether it was taken as Latin-1.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), CsvError> {
    if let Some(at) = bytes.iter().position(|&b| b == 0) {
        let line = bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
        let line_start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |end| end + 1);
        let column = bytes[line_start..at].iter().filter(|b| SEPARATORS.contains(b)).count() + 1;
        return Err(CsvError::NotText { line, column });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let (text, latin1) = match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (Cow::Owned(bytes.iter().map(|&b| char::from(b)).collect()), true),
    };
    let old_mac = text.contains('\r') && !text.contains('\n');
    Ok((if old_mac { Cow::Owned(text.replace('\r', "\n")) } else { text }, latin1))
}

/// In this order: a comma may be part of a number where another separator is used, seldom the other
/// way round.
const SEPARATORS: [u8; 4] = [b'\t', b';', b'|', b','];
const SAMPLE: usize = 50;

fn separator(text: &str) -> u8 {
    let fields = |separator: u8| -> Vec<usize> {
        let mut reader = reader(text, separator);
        reader.records().take(SAMPLE).map_while(Result::ok).map(|record| record.len()).collect()
    };
    let even = |separator: &&u8| {
        let fields = fields(**separator);
        fields.first().is_some_and(|&n| n >= 2 && fields.iter().all(|&m| m == n))
    };
    // Where no separator fits every line, the one that splits the first line most; its faults are
    // then told.
    let most = || SEPARATORS.iter().max_by_key(|&&separator| fields(separator).first().copied());
    SEPARATORS.iter().find(even).or_else(most).copied().unwrap_or(b',')
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// The records, all of one length, and the line that each starts on.
fn records(text: &str, separator: u8) -> Result<(Vec<csv::StringRecord>, Vec<usize>), CsvError> {
    let mut records: Vec<csv::StringRecord> = Vec::new();
    let mut lines = Vec::new();
    // Only UTF-8 faults are possible when reading a `str` with `flexible`, and a `str` has none.
    for record in reader(text, separator).into_records().map_while(Result::ok) {
        let line = record.position().map_or(1, |position| {
            // The position is before the blank lines that the reader passed over.
            let start = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
            let blank =
                start.iter().take_while(|b| b"\r\n".contains(b)).filter(|&&b| b == b'\n').count();
            position.line() as usize + blank
        });
        if record.len() == 1 && record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        let expected = records.first().map_or(record.len(), csv::StringRecord::len);
        if record.len() != expected {
            let found = record.len();
            return Err(CsvError::Ragged {
                line,
                column: expected.min(found) + 1,
                expected,
                found,
            });
        }
        // Too many with or without a header: no need to hold the rest.
        if records.len() > MAX_ROWS {
            return Err(CsvError::TooManyRows { line, limit: MAX_ROWS });
        }
        records.push(record);
        lines.push(line);
    }
    Ok((records, lines))
}

/// The csv crate ends an open quote silently at the end of the file; this walks the text by the
/// same rules.
fn find_open_quote(text: &str, separator: u8) -> Result<(), CsvError> {
    enum At {
        Start,
        Plain,
        Quoted,
        /// After a quote inside a quoted field: its end, or the first of two.
        Quote,
    }
    let (mut at, mut line, mut column, mut opened) = (At::Start, 1, 1, (1, 1));
    for &byte in text.as_bytes() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (At::Quote, b'"') => At::Quoted,
            (At::Start, b'"') => {
                opened = (line, column);
                At::Quoted
            }
            (_, b'\n' | b'\r') => {
                column = 1;
                At::Start
            }
            (_, byte) if byte == separator => {
                column += 1;
                At::Start
            }
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n');
    }
    match at {
        At::Quoted => Err(CsvError::OpenQuote { line: opened.0, column: opened.1 }),
        _ => Ok(()),
    }
}

fn looks_like_header(records: &[csv::StringRecord], comma: bool) -> bool {
    let Some((first, rest)) = records.split_first() else { return false };
    let is_number = |field: &str| number(field.trim(), comma).is_some();
    if first.iter().any(is_number) || first.iter().all(is_missing) {
        return false;
    }
    // Text above numbers is a header. Where all is text, so is a line none of whose words comes
    // again in its column.
    rest.iter().any(|record| record.iter().any(is_number))
        || !(0..first.len()).any(|c| rest.iter().any(|record| record.get(c) == first.get(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(table: &Table, row: usize) -> Vec<Option<&str>> {
        table.columns.iter().map(|column| column.text(row)).collect()
    }

    #[test]
    fn separators_quotes_and_headers_are_found() {
        let table =
            read(b"name;note;n\r\n\"a;b\";\"say \"\"hi\"\"\nthere\";1,5\r\nc; d ;2\r\n").unwrap();
        assert_eq!((table.separator, table.header, table.rows()), (';', true, 2));
        assert_eq!(texts(&table, 0), [Some("a;b"), Some("say \"hi\"\nthere"), Some("1,5")]);
        assert_eq!(texts(&table, 1), [Some("c"), Some("d"), Some("2")]);
        assert_eq!(table.columns[2].number(0), Some(1.5));
        assert_eq!(table.lines, [2, 4]);
        for (text, separator) in [("a\tb\n1\t2", '\t'), ("a|b\n1|2", '|'), ("a,b\n1,2", ',')] {
            assert_eq!(read(text.as_bytes()).unwrap().separator, separator);
        }
    }

    #[test]
    fn a_header_may_be_absent() {
        let header = |text: &str| read(text.as_bytes()).unwrap().header;
        assert!(!header("5.1,3.5,setosa\n4.9,3.0,setosa\n"));
        assert!(!header("yes,red\nno,red\nyes,blue\n"));
        assert!(header("answer,colour\nno,red\nyes,blue\n"));
        assert!(header(",x\na,1\nb,2\n"));
        assert_eq!(read(b"5,3\n4,3\n").unwrap().columns[1].name, "x2");
        assert_eq!(read_as(b"2019,2020\n1,2\n", Some(true)).unwrap().columns[0].name, "2019");
    }

    #[test]
    fn encodings() {
        let table = read("\u{feff}größe,x\n1,2\n".as_bytes()).unwrap();
        assert_eq!((table.columns[0].name.as_str(), table.latin1), ("größe", false));
        let table = read(b"gr\xF6\xDFe,x\r1,2\r3,4\r").unwrap();
        assert_eq!(
            (table.columns[0].name.as_str(), table.latin1, table.rows()),
            ("größe", true, 2)
        );
    }

    #[test]
    fn faults_carry_line_and_column() {
        let fault = |text: &str| read(text.as_bytes()).unwrap_err();
        assert_eq!(
            fault("a,b\n1,2\n\n1,2,3\n"),
            CsvError::Ragged { line: 4, column: 3, expected: 2, found: 3 }
        );
        assert_eq!(
            fault("a,b,c\n1,2\n"),
            CsvError::Ragged { line: 2, column: 3, expected: 3, found: 2 }
        );
        assert_eq!(
            fault("a,b\n\"x\ny\",2\n1\n"),
            CsvError::Ragged { line: 4, column: 2, expected: 2, found: 1 }
        );
        assert_eq!(fault("a,b\n1,2\n3,\"4\n5,6\n"), CsvError::OpenQuote { line: 3, column: 2 });
        assert_eq!(fault("a\n1\n"), CsvError::OneColumn { line: 1 });
        assert_eq!(fault("a,b\n"), CsvError::NoRows);
        assert_eq!((fault(""), fault("\n \r\n")), (CsvError::Empty, CsvError::Empty));
        assert_eq!(fault("a,b\n1,\0"), CsvError::NotText { line: 2, column: 2 });
    }

    #[test]
    fn limits() {
        let rows = |n: usize| "1,2\n".repeat(n);
        assert_eq!(read(rows(MAX_ROWS).as_bytes()).unwrap().rows(), MAX_ROWS);
        assert_eq!(read(format!("a,b\n{}", rows(MAX_ROWS)).as_bytes()).unwrap().rows(), MAX_ROWS);
        let error = CsvError::TooManyRows { line: MAX_ROWS + 1, limit: MAX_ROWS };
        assert_eq!(read(rows(MAX_ROWS + 1).as_bytes()), Err(error));
        let bytes = MAX_BYTES + 1;
        assert_eq!(read(&vec![b'1'; bytes]), Err(CsvError::TooLarge { bytes, limit: MAX_BYTES }));
    }
}
