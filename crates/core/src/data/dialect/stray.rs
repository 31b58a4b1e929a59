//! Quotation marks that begin a field and open none: titles that begin with one, in a file that puts
//! nothing in quotes. Taken for quotes, two of them would swallow all rows between them.

use super::lines::{SAMPLE, mode};
use crate::data::choices::Guess;
use crate::data::number::readings;
use std::borrow::Cow;

/// A field of so many line ends is none if each of its lines is a row, though nothing else says so.
const MANY_ENDS: usize = 3;
/// Text seldom has the same number of commas in each of its lines, if it is as many as this.
const MANY_FIELDS: usize = 4;

/// The text with each stray mark as a letter of its field, and what there is to say about it.
pub(super) fn as_letters(
    text: &str,
    separator: u8,
    lines_above: usize,
) -> (Cow<'_, str>, Option<Guess>) {
    if !text.contains('"') {
        return (Cow::Borrowed(text), None);
    }
    let mut scan =
        Scan { text, separator, widths: Vec::new(), width: 0, line: 1 + lines_above, from: 0 };
    let (mut out, mut copied) = (String::new(), 0);
    let (mut stray, mut marks, mut odd): (Option<(usize, usize)>, usize, _) = (None, 0, None);
    let (mut at, mut fields, mut whole) = (0, 1, true);
    while at < text.len() {
        let start = scan.after_spaces(at);
        at = match scan.long_field(start) {
            None => scan.end_of_field(start),
            // Alone, a quote that is never closed is told as that.
            Some(field) if scan.is_stray(&field) && (field.closed || marks > 0) => {
                let end = scan.end_of_plain(start);
                out.push_str(&text[copied..start]);
                out.push('"');
                out.push_str(&text[start..end].replace('"', "\"\""));
                out.push('"');
                copied = end;
                stray = stray.or(Some((scan.line, scan.line + field.ends)));
                marks += 1;
                end
            }
            Some(field) => {
                let last = scan.line + field.ends;
                if field.before_text {
                    odd = odd.or(Some(Guess::QuoteOverLines { line: scan.line, end: last }));
                }
                scan.line = last;
                whole = false;
                scan.end_of_plain(field.end)
            }
        };
        match text.as_bytes().get(at) {
            Some(byte) if *byte == separator => fields += 1,
            Some(b'\n') => {
                if whole && scan.widths.len() < SAMPLE && !text[scan.from..at].trim().is_empty() {
                    scan.widths.push(fields);
                    (scan.width, _) = mode(&scan.widths);
                }
                (fields, whole) = (1, true);
                scan.line += 1;
                scan.from = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    let Some((line, end)) = stray else { return (Cow::Borrowed(text), odd) };
    out.push_str(&text[copied..]);
    (Cow::Owned(out), Some(Guess::StrayQuotes { line, end, marks }))
}

/// How far a text has been read.
struct Scan<'a> {
    text: &'a str,
    separator: u8,
    /// Numbers of fields of the first lines outside quotes.
    widths: Vec<usize>,
    /// The most frequent of them.
    width: usize,
    /// The line that is read, and the byte that it begins with.
    line: usize,
    from: usize,
}

/// A field in quotes that holds line ends.
struct LongField {
    ends: usize,
    /// After its last quote.
    end: usize,
    closed: bool,
    /// Whether more text follows the last quote, as it never does where a program wrote it.
    before_text: bool,
}

impl Scan<'_> {
    fn bytes(&self, from: usize) -> impl Iterator<Item = u8> {
        self.text.as_bytes().get(from..).unwrap_or_default().iter().copied()
    }

    fn after_spaces(&self, from: usize) -> usize {
        from + self.bytes(from).take_while(|byte| *byte == b' ').count()
    }

    /// Where a field ends, of which the rest holds no quotes.
    fn end_of_plain(&self, from: usize) -> usize {
        let ends = |byte: &u8| *byte == self.separator || b"\r\n".contains(byte);
        from + self.bytes(from).take_while(|byte| !ends(byte)).count()
    }

    /// Where a field ends that is in quotes in one line, or in none.
    fn end_of_field(&self, start: usize) -> usize {
        let quoted = self.bytes(start).next() == Some(b'"');
        let close = if quoted { closing(self.text, start + 1) } else { None };
        self.end_of_plain(close.map_or(start, |close| close + 1))
    }

    /// The field that begins here, if it goes beyond its line.
    fn long_field(&self, start: usize) -> Option<LongField> {
        self.bytes(start).next().filter(|byte| *byte == b'"')?;
        let close = closing(self.text, start + 1);
        let end = close.map_or(self.text.len(), |close| close + 1);
        let ends = self.text[start..end].matches('\n').count();
        let rest = &self.text[end..self.end_of_plain(end)];
        let before_text = !rest.trim().is_empty();
        (ends > 0).then_some(LongField { ends, end, closed: close.is_some(), before_text })
    }

    /// Whether each line of a field is a row of the table.
    fn is_stray(&self, field: &LongField) -> bool {
        let rest = &self.text[field.end..];
        let end = field.end + rest.find('\n').unwrap_or(rest.len());
        let lines = || self.text[self.from..end].trim_end_matches(['\r', '\n']).lines();
        let is_row = |line: &str| fields(line, self.separator).len() == self.width;
        if self.width < 2 || !lines().all(is_row) {
            return false;
        }
        let sure =
            self.separator == b'\t' || self.width >= MANY_FIELDS || self.has_numbers(lines());
        field.before_text || !field.closed || field.ends >= MANY_ENDS && sure
    }

    /// Whether some column has a number in each of these lines, but the first and the last.
    fn has_numbers<'a>(&self, lines: impl Iterator<Item = &'a str>) -> bool {
        let rows: Vec<Vec<&str>> = lines.map(|line| fields(line, self.separator)).collect();
        let inner = rows.get(1..rows.len().saturating_sub(1)).unwrap_or_default();
        let number = |row: &Vec<&str>, column: usize| {
            row.get(column).is_some_and(|field| readings(field.trim()).any().is_some())
        };
        let columns = inner.first().map_or(0, Vec::len);
        (0..columns).any(|column| inner.iter().all(|row| number(row, column)))
    }
}

/// Where the quote is that closes a field, of which this is the first byte inside.
fn closing(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'"')?;
        if bytes.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

/// The fields of a single line, in which a quote that isn't closed is a letter.
fn fields(line: &str, separator: u8) -> Vec<&str> {
    let scan = Scan { text: line, separator, widths: Vec::new(), width: 0, line: 1, from: 0 };
    let (mut fields, mut at) = (Vec::new(), 0);
    loop {
        let end = scan.end_of_field(scan.after_spaces(at));
        fields.push(&line[at..end]);
        if end >= line.len() {
            return fields;
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::choices::Guess;
    use super::super::super::csv::error::CsvError;
    use super::super::super::csv::read;
    use super::super::super::table::Table;

    fn told(table: &Table) -> Option<&Guess> {
        let about = |guess: &&Guess| {
            matches!(guess, Guess::StrayQuotes { .. } | Guess::QuoteOverLines { .. })
        };
        table.guesses.iter().find(about)
    }

    /// Rows of which those given have a title that begins with a quotation mark.
    fn films(separator: char, stray: &[usize]) -> String {
        let row = |at: usize| {
            let mark = if stray.contains(&at) { "\"" } else { "" };
            format!("{mark}Film {at}{separator}{}{separator}{}.5\n", 1950 + at, at % 7)
        };
        format!("title{separator}year{separator}rating\n") + &(0..30).map(row).collect::<String>()
    }

    #[test]
    fn quotation_marks_that_begin_titles_swallow_no_rows() {
        for (stray, end) in [(&[3, 20][..], 22), (&[3, 9, 20], 11), (&[3, 4], 6), (&[0, 29], 31)] {
            for separator in ['\t', ',', ';'] {
                let table = read(films(separator, stray).as_bytes()).unwrap();
                let first = stray[0];
                assert_eq!(table.rows(), 30, "{stray:?} {separator:?}");
                let title = format!("\"Film {first}");
                assert_eq!(table.columns[0].text(first), Some(title.as_str()));
                assert_eq!(table.columns[1].number(first + 1), Some(1951.0 + first as f32));
                let guess = Guess::StrayQuotes { line: first + 2, end, marks: stray.len() };
                assert_eq!(told(&table), Some(&guess));
            }
        }
        // A mark of inches closes what the first has opened.
        let text = films('\t', &[3]).replace("Film 20", "Film 20\"");
        let table = read(text.as_bytes()).unwrap();
        assert_eq!((table.rows(), table.columns[0].text(20)), (30, Some("Film 20\"")));
        let text = films(',', &[3]);
        let fault = CsvError::OpenQuote { line: 5, column: 1 };
        assert_eq!(read(text.as_bytes()), Err(fault), "one alone");
    }

    #[test]
    fn line_ends_in_quotes_stay_where_they_are_meant() {
        let notes = |note: &str| {
            let row = |at: usize| format!("{at},\"{note}\",{}\n", ["a", "b"][at % 2]);
            "id,note,kind\n".to_owned() + &(0..12).map(row).collect::<String>()
        };
        for note in [
            "one\ntwo",
            "one, and\ntwo, too",
            "one, and\n\ntwo, too",
            "a, b, c\nd, e, f\ng, h, i\nk, l, m",
            "roses, red,\nviolets, blue,\nsugar, sweet,\nso, you, are",
            "say \"\"hi\"\", x\nand \"\"ho\"\", y",
        ] {
            let table = read(notes(note).as_bytes()).unwrap();
            let wanted = note.replace("\"\"", "\"");
            assert_eq!((table.rows(), table.columns[1].text(0)), (12, Some(wanted.as_str())));
            assert_eq!(told(&table), None, "{note}");
        }
        let text = notes("one\ntwo").replacen("two\"", "two\" more", 1);
        let table = read(text.as_bytes()).unwrap();
        assert_eq!(told(&table), Some(&Guess::QuoteOverLines { line: 2, end: 3 }));
        assert_eq!(table.rows(), 12);
    }
}
