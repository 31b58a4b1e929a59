//! How a file's text is cut into rows and fields.
//!
//! - A first line `sep=;` names the separator.
//! - Otherwise the separator is the first of tab, semicolon, bar and comma that gives every sampled
//!   line the same two fields or more; spaces are tried last ([`separator`]).
//! - A field may stand in double quotes, with `""` for a quote inside, and may then hold separators
//!   and line ends. Spaces before the quote don't count.
//! - Quotes of other programs become such ([`super::quotes`]), quotes around whole rows are taken off
//!   ([`wrapped`]), and marks that only begin a text are letters ([`stray`]).
//! - Lines above the table, such as a title or keys with values, are passed over ([`above`]), as are
//!   blank ones; rules, comments and notes below it are left out, and rows that lack their last
//!   fields are filled ([`super::asides`]).
//! - The first line may be one name short (R writes no name for the row names), and every row may
//!   end with a separator. [`header`] finds out whether the first line holds names.

mod above;
mod commas;
pub(crate) mod header;
mod keys;
pub(super) mod lines;
pub(super) mod separator;
mod stray;
pub(super) mod wrapped;

pub(crate) use above::preamble;
pub(super) use commas::cut_number;
pub(crate) use separator::{find_separator, is_rule, reader, separator_line, single_spaces};

use super::asides::{Rows, is_one_column};
use super::choices::{Guess, ReadChoices};
use super::csv::error::{CsvError, RaggedCause};
use super::csv::limits::{MAX_FIELD, MAX_ROWS};
use super::quotes::in_double_quotes;
use above::{MAX_PREAMBLE, unmark_names};
use csv::StringRecord;
use header::looks_like_header;
use lines::mode;
use std::borrow::Cow;
use wrapped::{WIDE, in_ascii, restored, unwrapped, wide_separator};

/// A file cut into fields: at least one record, all of the same length of at least two.
pub(super) struct Grid {
    pub records: Vec<StringRecord>,
    /// The line that each record starts on, from 1.
    pub lines: Vec<usize>,
    pub separator: char,
    /// Whether no single separator suggests itself.
    pub separator_guessed: bool,
    /// Number of lines above the table that were passed over.
    pub preamble: usize,
    /// Whether the first line has a name less than there are columns: an empty one was put first.
    pub short_header: bool,
    /// Whether rows end with separators that were passed over.
    pub trailing: bool,
    /// Rows that were left out, were too short, or stood in quotes.
    pub told: Vec<Guess>,
}

/// Cuts a text into fields.
pub(super) fn grid(text: &str, choices: &ReadChoices) -> Result<Grid, CsvError> {
    let (named, body) = separator_line(text)?;
    let above = usize::from(named.is_some());
    let possible = |sign: &char| sign.is_ascii() || WIDE.contains(sign);
    let known = choices.separator.filter(possible).or(named);
    let mut told = Vec::new();
    let body = match unwrapped(body) {
        Some(rows) => {
            told.push(Guess::RowsInQuotes);
            Cow::Owned(rows)
        }
        None => in_double_quotes(body),
    };
    let body = body.as_ref();
    if known.is_none() && is_one_column(body) {
        return Err(CsvError::OneColumn { line: 1 });
    }
    let (separator, separator_guessed) = match known {
        Some(separator) => (separator, false),
        None => match find_separator(body) {
            (_, true) if let Some(wide) = wide_separator(body) => (wide, true),
            found => found,
        },
    };
    let (body, sign) = in_ascii(body, separator);
    let (body, stray) = match separator {
        ' ' => (single_spaces(&body), None),
        _ => stray::as_letters(&body, sign, above),
    };
    told.extend(stray);
    let body = without_spaces_before_quotes(&body, sign, above)?;
    let (records, mut lines, cut) = records(&body, sign, above)?;
    let mut records = restored(records, separator);
    if records.is_empty() {
        return Err(CsvError::Empty);
    }
    told.extend(Rows { records: &mut records, lines: &mut lines }.without_rules());
    let preamble = preamble(&records);
    let preamble = unmark_names(&mut records, preamble, separator);
    let preamble = if preamble == 0 { keys::above(&records) } else { preamble };
    records.drain(..preamble);
    lines.drain(..preamble);
    if cut {
        let named = || looks_like_header(&records, separator == ';').0;
        let start = usize::from(choices.header.unwrap_or_else(named));
        let line = lines.get(start + MAX_ROWS).or(lines.last()).copied().unwrap_or_default();
        return Err(CsvError::TooManyRows { line, limit: MAX_ROWS });
    }
    let trailing = shorten_header(&mut records);
    told.extend(Rows { records: &mut records, lines: &mut lines }.tidy());
    let mut grid = Grid {
        records,
        lines,
        separator,
        separator_guessed,
        preamble,
        short_header: false,
        trailing,
        told,
    };
    grid.even_out()?;
    match grid.records.first() {
        Some(first) if first.len() >= 2 => Ok(grid),
        _ => Err(CsvError::OneColumn { line: grid.lines.first().copied().unwrap_or(1) }),
    }
}

/// The text without spaces between a separator and a quote, after which the csv crate would not
/// take the quote for one; an error if a quote is never closed, which it would pass over.
pub(crate) fn without_spaces_before_quotes(
    text: &str,
    separator: u8,
    lines_above: usize,
) -> Result<Cow<'_, str>, CsvError> {
    enum At {
        /// The beginning of a field, and where it is.
        Start(usize),
        Plain,
        Quoted,
        /// After a quote inside a quoted field: its end, or the first of two.
        Quote,
    }
    let (mut at, mut line, mut column, mut opened) = (At::Start(0), 1 + lines_above, 1, (1, 1));
    let mut spaces: Vec<(usize, usize)> = Vec::new();
    for (place, &byte) in text.as_bytes().iter().enumerate() {
        at = match (at, byte) {
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (At::Quote, b'"') => At::Quoted,
            (At::Start(from), b'"') => {
                opened = (line, column);
                if from < place {
                    spaces.push((from, place));
                }
                At::Quoted
            }
            (_, b'\n' | b'\r') => {
                column = 1;
                At::Start(place + 1)
            }
            (_, byte) if byte == separator => {
                column += 1;
                At::Start(place + 1)
            }
            (At::Start(from), b' ') => At::Start(from),
            _ => At::Plain,
        };
        line += usize::from(byte == b'\n');
    }
    if matches!(at, At::Quoted) {
        return Err(CsvError::OpenQuote { line: opened.0, column: opened.1 });
    }
    if spaces.is_empty() {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in spaces {
        out.push_str(&text[from..start]);
        from = end;
    }
    out.push_str(&text[from..]);
    Ok(Cow::Owned(out))
}

/// Takes separators off the end of the first line, if no other line has a value there; whether it
/// had some.
fn shorten_header(records: &mut [StringRecord]) -> bool {
    let Some((first, rows)) = records.split_first_mut() else { return false };
    let counts: Vec<usize> = rows.iter().map(StringRecord::len).collect();
    let (width, _) = mode(&counts);
    let blank = |record: &StringRecord| record.iter().skip(width).all(|f| f.trim().is_empty());
    let surplus = width >= 2 && first.len() > width && blank(first) && rows.iter().all(blank);
    if surplus {
        first.truncate(width);
    }
    surplus
}

/// The records that have a value, the line that each starts on, and whether there are more than can
/// be used.
fn records(
    text: &str,
    separator: u8,
    lines_above: usize,
) -> Result<(Vec<StringRecord>, Vec<usize>, bool), CsvError> {
    let mut records: Vec<StringRecord> = Vec::new();
    let mut lines = Vec::new();
    // Only UTF-8 faults are possible when reading a `str` with `flexible`, and a `str` has none.
    for record in reader(text, separator).into_records().map_while(Result::ok) {
        let line = lines_above
            + record.position().map_or(1, |position| {
                // The position is before the blank lines that the reader passed over.
                let start = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
                let blank = start.iter().take_while(|b| b"\r\n".contains(b));
                position.line() as usize + blank.filter(|&&b| b == b'\n').count()
            });
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        // Too many with or without a header: no need to hold the rest.
        if records.len() > MAX_ROWS + MAX_PREAMBLE {
            return Ok((records, lines, true));
        }
        if let Some(at) = record.iter().position(|field| field.len() > MAX_FIELD) {
            return Err(CsvError::FieldTooLong { line, column: at + 1, limit: MAX_FIELD });
        }
        records.push(record);
        lines.push(line);
    }
    Ok((records, lines, false))
}

impl Grid {
    /// Brings all records to one length, if they differ only by what is known of other programs.
    fn even_out(&mut self) -> Result<(), CsvError> {
        let expected = self.records.first().map_or(0, StringRecord::len);
        let surplus_is_empty = |record: &StringRecord| {
            record.iter().skip(expected).all(|field| field.trim().is_empty())
        };
        if self.records.iter().all(|record| record.len() >= expected && surplus_is_empty(record)) {
            for record in self.records.iter_mut().filter(|record| record.len() > expected) {
                record.truncate(expected);
                self.trailing = true;
            }
        } else if self.records.len() > 1
            && self.records[1..].iter().all(|record| record.len() == expected + 1)
        {
            let names = std::iter::once("").chain(self.records[0].iter());
            self.records[0] = names.collect();
            self.short_header = true;
        }
        self.refuse_ragged()?;
        self.drop_empty_end();
        Ok(())
    }

    /// Drops columns at the end that have neither name nor value: the first line ends with a
    /// separator as well.
    fn drop_empty_end(&mut self) {
        let width = self.records.first().map_or(0, StringRecord::len);
        let used = |record: &StringRecord| {
            (0..record.len()).rev().find(|&c| !record[c].trim().is_empty()).map_or(0, |c| c + 1)
        };
        let used = self.records.iter().map(used).max().unwrap_or(0).max(2);
        if used < width {
            self.records.iter_mut().for_each(|record| record.truncate(used));
            self.trailing = true;
        }
    }

    fn refuse_ragged(&self) -> Result<(), CsvError> {
        let expected = self.records.first().map_or(0, StringRecord::len);
        let Some(at) = self.records.iter().position(|record| record.len() != expected) else {
            return Ok(());
        };
        let (record, found) = (&self.records[at], self.records[at].len());
        let longer = self.records.iter().filter(|record| record.len() == expected + 1).count();
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let in_number = self.separator == ','
            && record
                .iter()
                .zip(record.iter().skip(1))
                .any(|(a, b)| digit(a.chars().last()) && digit(b.chars().next()));
        let cause = if found > expected && record.iter().skip(expected).all(|f| f.trim().is_empty())
        {
            RaggedCause::SeparatorAtEnd
        } else if found == expected + 1 && longer * 10 >= (self.records.len() - 1) * 9 {
            RaggedCause::OneNameTooFew
        } else if found > expected && in_number {
            RaggedCause::CommaInNumber
        } else {
            RaggedCause::Unknown
        };
        let (line, column) = (self.lines[at], expected.min(found) + 1);
        Err(CsvError::Ragged { line, column, expected, found, cause })
    }
}
