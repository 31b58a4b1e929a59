//! Reads a CSV file into a [`Table`]: encoding, separator, header, quoting, kinds of columns; every
//! fault with its line and column.
//!
//! The steps: [`super::foreign`] refuses what is no table, [`super::encoding`] makes text of bytes,
//! [`super::dialect`] cuts it into fields, [`Column`] finds out what the fields of a column are.
//! Each guesses, says so where it could be wrong ([`Guess`]), and obeys a choice ([`ReadChoices`]).

pub(super) mod error;
pub(super) mod limits;

pub use error::{CsvError, RaggedCause};
pub use limits::{MAX_BYTES, MAX_FIELD, MAX_NAME, MAX_ROWS};

use super::asides::Rows;
use super::choices::{Guess, ReadChoices};
use super::column::Column;
use super::column::fields::Fields;
use super::column::marks::FileMarks;
use super::column::reading::Reading;
use super::dialect::header::looks_like_header;
use super::dialect::{Grid, cut_number, grid};
use super::encoding::{Decode, Decoded, Encoding, decode, decode_latin1};
use super::foreign;
use super::number::DecimalMark;
use super::table::{MAX_INPUTS, Table};
use limits::shortened;
use std::collections::HashSet;

/// Reads a file, finding out everything by itself. What is not in Unicode is taken as Latin-1.
pub fn read(bytes: &[u8]) -> Result<Table, CsvError> {
    read_with(bytes, &ReadChoices::default(), &latin1)
}

/// Whatever was guessed: there are no tables to read it with.
fn latin1(_: Encoding, bytes: &[u8]) -> Option<String> {
    decode_latin1(Encoding::Windows1252, bytes)
}

/// Reads a file as chosen; what is not chosen is found out.
pub fn read_with(bytes: &[u8], choices: &ReadChoices, by: Decode) -> Result<Table, CsvError> {
    if bytes.len() > MAX_BYTES {
        return Err(CsvError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    if let Some(found) = foreign::detect(bytes) {
        return Err(CsvError::NotTable { found });
    }
    let Decoded { text, encoding, guessed, zeros } = decode(bytes, choices.encoding, by)?;
    let mut guesses = Vec::new();
    if guessed {
        guesses.push(Guess::Encoding { encoding });
    }
    if zeros > 0 {
        guesses.push(Guess::ZerosLeftOut { zeros });
    }
    let arff = foreign::arff(&text)?;
    let mut grid = grid(arff.as_deref().unwrap_or(&text), choices)?;
    tell_dialect(&grid, &mut guesses);
    let width = grid.records.first().map_or(0, csv::StringRecord::len);
    if width > MAX_INPUTS + 1 {
        return Err(CsvError::TooManyInputs { inputs: width - 1, limit: MAX_INPUTS });
    }
    let header = arff.is_some() || header(&grid, choices, &mut guesses);
    if header {
        let (records, lines) = (&mut grid.records, &mut grid.lines);
        let mut rows = Rows { records, lines };
        guesses.extend(rows.join_levels());
        guesses.extend(rows.without_heads_and_totals());
        guesses.extend(rows.second_names());
    }
    let start = usize::from(header);
    if grid.records.len() == start {
        return Err(CsvError::NoRows);
    }
    if let Some(&line) = grid.lines.get(start + MAX_ROWS) {
        return Err(CsvError::TooManyRows { line, limit: MAX_ROWS });
    }
    let names = names(&grid.records[0], header, &mut guesses);
    let rows = &grid.records[start..];
    let fields: Vec<Fields> = (0..width)
        .map(|c| Fields::new(rows.iter().map(|record| record.get(c).unwrap_or_default())))
        .collect();
    let marks = FileMarks::of(&fields, choices, grid.separator);
    let lines = grid.lines[start..].to_vec();
    let mut with = Reading { marks: &marks, choices, lines: &lines, guesses: &mut guesses };
    let mut columns = Vec::with_capacity(width);
    for (at, (fields, (name, named))) in fields.into_iter().zip(names).enumerate() {
        let nameless = at == 0 && header && !named;
        columns.push(Column::new(at, (name, nameless), fields, &mut with));
    }
    let separator = grid.separator;
    Ok(Table { columns, lines, header, separator, encoding, mark: marks.told(), guesses })
}

fn tell_dialect(grid: &Grid, guesses: &mut Vec<Guess>) {
    if grid.separator_guessed {
        guesses.push(Guess::Separator { separator: grid.separator });
    }
    if grid.preamble > 0 {
        guesses.push(Guess::LinesAbove { lines: grid.preamble });
    }
    guesses.extend(grid.told.iter().cloned());
    if grid.trailing {
        guesses.push(Guess::SeparatorsAtEnd);
    }
    if grid.short_header {
        guesses.push(Guess::FirstNameMissing);
        guesses.extend(cut_number(grid));
    }
}

/// Whether the first line holds names.
fn header(grid: &Grid, choices: &ReadChoices, guesses: &mut Vec<Guess>) -> bool {
    // A line with a name less than there are columns can be nothing else.
    if grid.short_header {
        return true;
    }
    if let Some(header) = choices.header {
        return header;
    }
    let comma = match choices.decimal {
        Some(mark) => mark == DecimalMark::Comma,
        None => grid.separator == ';',
    };
    let (header, guessed) = looks_like_header(&grid.records, comma);
    if guessed {
        guesses.push(Guess::Header { header });
    }
    header
}

/// A name for each column, no two alike, and whether the file has one for it.
fn names(first: &csv::StringRecord, header: bool, guesses: &mut Vec<Guess>) -> Vec<(String, bool)> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut names = Vec::with_capacity(first.len());
    for (column, field) in first.iter().enumerate() {
        let named = header && !field.trim().is_empty();
        let wanted = if named { shortened(field) } else { format!("x{}", column + 1) };
        let mut name = wanted.clone();
        let mut times = 1;
        while taken.contains(&name) {
            times += 1;
            name = format!("{wanted} ({times})");
        }
        if name != wanted {
            guesses.push(Guess::NameTwice { column, name: name.clone() });
        }
        taken.insert(name.clone());
        names.push((name, named));
    }
    names
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
        assert_eq!(
            read_with(
                b"2019,2020\n1,2\n",
                &ReadChoices { header: Some(true), ..ReadChoices::default() },
                &latin1
            )
            .unwrap()
            .columns[0]
                .name,
            "2019"
        );
    }

    #[test]
    fn encodings() {
        let table = read("\u{feff}größe,x\n1,2\n".as_bytes()).unwrap();
        assert_eq!((table.columns[0].name.as_str(), table.encoding), ("größe", Encoding::Utf8));
        let table = read(b"gr\xF6\xDFe,x\r1,2\r3,4\r").unwrap();
        assert_eq!(
            (table.columns[0].name.as_str(), table.encoding, table.rows()),
            ("größe", Encoding::Windows1252, 2)
        );
    }

    #[test]
    fn faults_carry_line_and_column() {
        let fault = |text: &str| read(text.as_bytes()).unwrap_err();
        assert_eq!(
            fault("a,b\n1,2\n\n1,2,3\n"),
            CsvError::Ragged {
                line: 4,
                column: 3,
                expected: 2,
                found: 3,
                cause: RaggedCause::CommaInNumber
            }
        );
        assert_eq!(
            fault("a,b,c\n1,2\n"),
            CsvError::Ragged {
                line: 2,
                column: 3,
                expected: 3,
                found: 2,
                cause: RaggedCause::Unknown
            }
        );
        assert_eq!(
            fault("a,b\n\"x\ny\",2\n1\n"),
            CsvError::Ragged {
                line: 4,
                column: 2,
                expected: 2,
                found: 1,
                cause: RaggedCause::Unknown
            }
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
        // The first row too many, however many follow.
        for (above, line) in
            [("", MAX_ROWS + 1), ("a,b\n", MAX_ROWS + 2), ("by me\n\na,b\n", MAX_ROWS + 4)]
        {
            let text = format!("{above}{}", rows(MAX_ROWS + 500));
            assert_eq!(read(text.as_bytes()), Err(CsvError::TooManyRows { line, limit: MAX_ROWS }));
        }
        let bytes = MAX_BYTES + 1;
        assert_eq!(read(&vec![b'1'; bytes]), Err(CsvError::TooLarge { bytes, limit: MAX_BYTES }));
    }
}
