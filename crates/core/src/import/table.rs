//! A table of text: a CSV file of trials, before its columns mean anything. How bytes become letters
//! and lines become fields is found out as for tables to train on, by [`crate::data`]; here rows may
//! be uneven, and there may be more of them.

use super::limits::{MAX_COLUMNS, MAX_NAME, MAX_TRIALS, cut};
use super::metrics_in_rows::in_columns;
use super::names::Names;
use super::turned::turned;
use super::unfold::unfold;
use super::{Fault, ImportError, Note, check_format, check_size, records};
use crate::data::asides::Rows;
use crate::data::choices::Guess;
use crate::data::csv::CsvError;
use crate::data::dialect;
use crate::data::dialect::header::looks_like_header;
use crate::data::encoding::{Decode, Encoding, decode, decode_latin1, detect};
use crate::data::number::{DecimalMark, Readings, readings};
use crate::data::unit::with_spread;
use crate::spreadsheet::without_apostrophe;
use csv::StringRecord;
use std::borrow::Cow;

/// Rows of a table: more than trials, as a trial has a row for each step in long form.
const MAX_ROWS: usize = 10 * MAX_TRIALS;
/// Fields of all rows together.
pub const MAX_FIELDS: usize = 8_000_000;
/// Letters of a field, and of one that may be a dictionary.
const MAX_FIELD: usize = 4_000;
const MAX_DICTIONARY: usize = 1 << 20;
/// Records that are looked at for what is no trial: lines above the table, units below the names,
/// means below the rows. Nobody writes such into a table of more.
const SAMPLE: usize = 10_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The file's name without its ending.
    pub name: String,
    /// No two alike.
    pub header: Vec<String>,
    /// As long as the header each.
    pub rows: Vec<Vec<String>>,
    /// The decimal mark of each column.
    pub marks: Vec<DecimalMark>,
    pub notes: Vec<Note>,
}

impl Table {
    /// A table of a file with this name.
    pub fn new(name: &str, header: Vec<String>, notes: Vec<Note>) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
        let name = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let mut apart = Names::default();
        // Columns without a name stay so.
        let apart = |name: String| if name.is_empty() { name } else { apart.apart(name) };
        let names = header.iter().take(MAX_COLUMNS).map(|name| cut(name.trim(), MAX_NAME).0);
        let names: Vec<String> = names.map(apart).collect();
        let marks = vec![DecimalMark::Point; names.len()];
        let dropped = header.len() - names.len();
        let mut notes = notes;
        notes.extend((dropped > 0).then_some(Note::Columns { dropped }));
        Self { name: cut(name, MAX_NAME).0, header: names, rows: Vec::new(), marks, notes }
    }

    /// Adds a row, cut or filled up to the length of the header; false where there are too many.
    pub fn push<'a>(&mut self, fields: impl Iterator<Item = &'a str>) -> bool {
        let width = self.header.len();
        if self.rows.len() == MAX_ROWS || (self.rows.len() + 1) * width > MAX_FIELDS {
            return false;
        }
        let most = |field: &str| if field.starts_with('{') { MAX_DICTIONARY } else { MAX_FIELD };
        let cut = |field: &str| cut(field, most(field)).0;
        let fields = fields.take(width).map(|field| cut(without_apostrophe(field.trim())));
        let mut row: Vec<String> = fields.collect();
        row.resize(width, String::new());
        self.rows.push(row);
        true
    }

    /// Cuts dictionaries that stayed to the length of other fields.
    pub fn cut_fields(&mut self) {
        for field in self.rows.iter_mut().flatten().filter(|field| field.len() > MAX_FIELD) {
            *field = cut(field, MAX_FIELD).0;
        }
    }

    /// The fields of a column.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(at).map_or("", String::as_str))
    }

    /// A field of a column as a number, infinite and NaN included; none where it is empty or
    /// another text.
    pub fn number(&self, at: usize, field: &str) -> Option<f64> {
        let field = field.trim();
        if field.is_empty() || field.len() > 100 {
            return None;
        }
        match field.to_ascii_lowercase().as_str() {
            "inf" | "infinity" | "+inf" | "+infinity" => return Some(f64::INFINITY),
            "-inf" | "-infinity" => return Some(f64::NEG_INFINITY),
            "nan" | "-nan" | "+nan" => return Some(f64::NAN),
            _ => {}
        }
        let mark = self.marks.get(at).copied().unwrap_or(DecimalMark::Point);
        // What 32 bits can't hold is a number here, and what is larger than any counts as infinite.
        let plain = match mark {
            DecimalMark::Comma if field.contains(',') => Cow::Owned(field.replacen(',', ".", 1)),
            DecimalMark::Comma if field.contains('.') => Cow::Borrowed(""),
            _ => Cow::Borrowed(field),
        };
        let found = || {
            let readings = readings_of(field);
            readings.with(mark).or_else(|| readings.any()).map(|number| number.exact)
        };
        plain.parse().ok().or_else(found)
    }

    /// Finds the decimal mark of each column: what its own numbers tell, else what those of the file
    /// do, else a comma in a file of semicolons whose numbers have some.
    fn find_marks(&mut self, semicolons: bool) {
        let told: Vec<[usize; 2]> = (0..self.header.len()).map(|at| self.told(at)).collect();
        let sum = |mark: usize| told.iter().map(|told| told[mark]).sum::<usize>();
        let by = |[points, commas]: [usize; 2]| match (points, commas) {
            (0, 0) => None,
            _ if commas > points => Some(DecimalMark::Comma),
            _ => Some(DecimalMark::Point),
        };
        let file = by([sum(0), sum(1)]);
        let alone = |at: usize| {
            let comma = semicolons && self.column(at).any(|field| field.contains(','));
            if comma { DecimalMark::Comma } else { DecimalMark::Point }
        };
        self.marks =
            (0..told.len()).map(|at| by(told[at]).or(file).unwrap_or_else(|| alone(at))).collect();
    }

    /// Numbers of a column that must have been written with a point, and with a comma; none where
    /// most of it is no number.
    fn told(&self, at: usize) -> [usize; 2] {
        let (mut told, mut numbers, mut filled) = ([0; 2], 0, 0);
        for field in self.column(at).filter(|field| !field.is_empty()) {
            let readings = readings_of(field);
            filled += 1;
            numbers += usize::from(readings.any().is_some());
            match readings.tells() {
                Some(DecimalMark::Point) => told[0] += 1,
                Some(DecimalMark::Comma) => told[1] += 1,
                None => {}
            }
        }
        if numbers * 2 < filled { [0; 2] } else { told }
    }
}

/// A field as a number, with how exact it is or as a power, too: `0.91 ± 0.02`, `2^5`.
fn readings_of(field: &str) -> Readings {
    let plain = readings(field);
    let other = || with_spread(field).map(|(number, _)| number);
    if plain.any().is_some() { plain } else { other().unwrap_or(plain) }
}

/// Bytes of a file that its header is looked for in.
const HEAD: usize = 64 << 10;

/// The names of a table's columns, as its first line most likely has them.
pub fn header(bytes: &[u8]) -> Vec<String> {
    let head = &bytes[..bytes.len().min(HEAD)];
    // A letter may be cut in two at the end.
    let end = head.iter().rposition(|byte| *byte == b'\n').filter(|_| head.len() < bytes.len());
    let head = &head[..end.unwrap_or(head.len())];
    let Ok((text, _)) = text(head, &decode_latin1) else { return Vec::new() };
    if records::looks_like_some(&text) {
        return records::header(&text);
    }
    parse(&text, "", Vec::new()).map(|table| table.header).unwrap_or_default()
}

/// 学习率, 动量, 批 and 层; 损失, 准确, 得分 and 误差, as GBK has them.
const SEARCHED_IN_GBK: [&[u8]; 4] =
    [b"\xd1\xa7\xcf\xb0\xc2\xca", b"\xb6\xaf\xc1\xbf", b"\xc5\xfa", b"\xb2\xe3"];
const SCORES_IN_GBK: [&[u8]; 4] =
    [b"\xcb\xf0\xca\xa7", b"\xd7\xbc\xc8\xb7", b"\xb5\xc3\xb7\xd6", b"\xce\xf3\xb2\xee"];

/// Whether the first line of a file names, in GBK, something that is searched and a score. Whoever
/// reads the file has tables of that encoding; where it is only looked at there are none.
pub fn names_in_gbk(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = &line[..line.len().min(HEAD)];
    let has = |words: &[&[u8]]| {
        words.iter().any(|word| line.windows(word.len()).any(|here| here == *word))
    };
    std::str::from_utf8(line).is_err() && has(&SEARCHED_IN_GBK) && has(&SCORES_IN_GBK)
}

/// A table whose letters need no tables of them ([`decode_latin1`]).
pub fn read(bytes: &[u8], name: &str) -> Result<Table, ImportError> {
    read_with(bytes, name, &decode_latin1)
}

/// Reads a table whose first line names its columns, or a file of records as JSON. Rows that are too
/// long are cut and those too short filled up, with a note.
pub fn read_with(bytes: &[u8], name: &str, by: Decode) -> Result<Table, ImportError> {
    check_size(bytes)?;
    check_format(bytes)?;
    let (bytes, damaged) = before_binary(bytes);
    let (text, encoding) = text(bytes, by)?;
    let unicode = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be].contains(&encoding);
    let mut notes: Vec<Note> =
        (!unicode).then_some(Note::Encoding { encoding }).into_iter().collect();
    notes.extend(damaged.map(|line| Note::Line { line, fault: Fault::NotText }));
    let table = if records::looks_like_some(&text) {
        records::read(&text, name, notes)
    } else {
        parse(&text, name, notes)
    };
    table.filter(|table| !table.rows.is_empty()).ok_or(ImportError::NoTable)
}

/// The lines of a file before those that are no text, as where a disk or a download has put other
/// bytes in their place, and the line from which it is so.
fn before_binary(bytes: &[u8]) -> (&[u8], Option<usize>) {
    let wide = [Encoding::Utf16Le, Encoding::Utf16Be].contains(&detect(bytes).0);
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=25 | 27..=31);
    let Some(at) = bytes.iter().position(is_control).filter(|_| !wide) else {
        return (bytes, None);
    };
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    let (before, rest) = bytes.split_at(start);
    // A text may have one such byte here and there, and zeros fill the last block of some.
    let few = rest.iter().filter(|byte| is_control(byte)).count() <= rest.len() / 20;
    let filled = rest[at - start..].iter().all(|byte| *byte == 0 || *byte == 26);
    if before.is_empty() || few || filled {
        return (bytes, None);
    }
    (before, Some(before.iter().filter(|byte| **byte == b'\n').count() + 1))
}

/// A file's text, and how it was read. What the host has no tables for is taken for Latin-1.
fn text<'a>(bytes: &'a [u8], by: Decode) -> Result<(Cow<'a, str>, Encoding), ImportError> {
    let latin1 = |_| decode(bytes, Some(Encoding::Windows1252), &decode_latin1);
    let decoded = decode(bytes, None, by).or_else(latin1).map_err(|_| ImportError::Unknown)?;
    Ok((decoded.text, decoded.encoding))
}

fn parse(text: &str, name: &str, mut notes: Vec<Note>) -> Option<Table> {
    let (named, body) = dialect::separator_line(text).unwrap_or((None, text));
    let above = usize::from(named.is_some());
    let separator = named.unwrap_or_else(|| dialect::find_separator(body).0);
    let body = if separator == ' ' { dialect::single_spaces(body) } else { Cow::Borrowed(body) };
    let (body, open) = closed(&body, separator as u8, above);
    notes.extend(open.map(|line| Note::Line { line, fault: Fault::Truncated }));
    let mut reader = dialect::reader(&body, separator as u8);
    let mut rest = reader.records().map_while(Result::ok).filter(|record| !is_blank(record));
    let mut first: Vec<StringRecord> = rest.by_ref().take(SAMPLE).collect();
    first.drain(..dialect::preamble(&first));
    let nameless = is_nameless(&first, separator == ';');
    let line = |record: &StringRecord| {
        record.position().map_or(0, |position| line_of(&body, position) + above)
    };
    let header = match nameless {
        true => (1..=first.first()?.len()).map(|at| format!("x{at}")).collect(),
        false => header_of(&mut first)?,
    };
    if nameless {
        notes.push(Note::NoNames);
    } else {
        let lines = first.iter().map(line).collect();
        notes.extend(leave_asides_out(&header, &mut first, lines));
    }
    let mut table = Table::new(name, header, notes);
    let width = table.header.len();
    if width < 2 {
        return None;
    }
    let (mut ragged, mut dropped) = (None, 0);
    for record in first.iter().cloned().chain(rest) {
        if !table.push(record.iter()) {
            dropped += 1;
            continue;
        }
        let surplus = record.iter().skip(width).any(|field| !field.trim().is_empty());
        if (record.len() < width || surplus) && width < MAX_COLUMNS {
            let (_, count) = ragged.get_or_insert((line(&record), 0));
            *count += 1;
        }
    }
    table.notes.extend(ragged.map(|(line, rows)| Note::Rows { line, rows, fault: Fault::Ragged }));
    table.notes.extend((dropped > 0).then_some(Note::Trials { dropped }));
    let mut table = turned(table);
    table.find_marks(separator == ';');
    unfold(&mut table);
    Some(in_columns(table))
}

/// The text as the reader takes its quotes, and the line of a quote that is never closed: what is
/// from that line on would be one field.
fn closed(text: &str, separator: u8, above: usize) -> (Cow<'_, str>, Option<usize>) {
    match dialect::without_spaces_before_quotes(text, separator, above) {
        Ok(text) => (text, None),
        Err(CsvError::OpenQuote { line, .. }) => {
            let before = line.saturating_sub(above + 1);
            let kept: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
            let kept = &text[..kept];
            let body = dialect::without_spaces_before_quotes(kept, separator, above);
            (body.unwrap_or(Cow::Borrowed(kept)), Some(line))
        }
        Err(_) => (Cow::Borrowed(text), None),
    }
}

/// A row without a value, or a line that is only drawn.
fn is_blank(record: &StringRecord) -> bool {
    let dashes = |field: &str| field.trim().bytes().all(|byte| b"-:".contains(&byte));
    record.iter().all(dashes) || dialect::is_rule(record)
}

/// Leaves out of the records below some names what is no trial. Records of other lengths say
/// nothing of that.
fn leave_asides_out(
    names: &[String],
    records: &mut Vec<StringRecord>,
    mut lines: Vec<usize>,
) -> Vec<Note> {
    if records.iter().any(|record| record.len() != names.len()) {
        return Vec::new();
    }
    records.insert(0, names.iter().collect());
    lines.insert(0, 0);
    let told = Rows { records, lines: &mut lines }.without_heads_and_named_totals();
    records.remove(0);
    let note = |guess| match guess {
        Guess::RowsLeftOut { line, rows, why } => Some(Note::Asides { line, rows, why }),
        _ => None,
    };
    told.into_iter().filter_map(note).collect()
}

/// Whether the first record is a trial like the others: it holds numbers, and nothing says that they
/// are names.
fn is_nameless(first: &[StringRecord], comma: bool) -> bool {
    let Some(record) = first.first() else { return false };
    let numbers = record.iter().any(|field| readings(field).any().is_some());
    numbers && first.len() > 2 && !looks_like_header(first, comma).0
}

/// Takes the names of the columns off the first records. R writes none for the names of rows; of a
/// data frame with names in two levels (`params`, below it `lr`) pandas writes two lines.
fn header_of(first: &mut Vec<StringRecord>) -> Option<Vec<String>> {
    if first.is_empty() {
        return None;
    }
    let names = first.remove(0);
    let mut names: Vec<String> = names.iter().map(|name| name.trim().to_string()).collect();
    let filled =
        |record: &StringRecord| record.iter().next_back().is_some_and(|f| !f.trim().is_empty());
    let longer = |record: &StringRecord| record.len() == names.len() + 1;
    if !first.is_empty() && first.iter().all(longer) && first.iter().any(filled) {
        names.insert(0, String::new());
    }
    let groups = ["params", "user_attrs", "system_attrs", "values"];
    let second = first.first().filter(|second| {
        let below = |at: usize| second.get(at).is_some_and(|field| !field.trim().is_empty());
        let fits = |(at, name): (usize, &String)| groups.contains(&name.as_str()) == below(at);
        names.iter().any(|name| name == "params") && names.iter().enumerate().all(fits)
    });
    if let Some(second) = second {
        for (name, below) in names.iter_mut().zip(second.iter()) {
            if !below.trim().is_empty() {
                *name = format!("{name}_{}", below.trim());
            }
        }
        first.remove(0);
    }
    Some(names)
}

/// The line that a record begins on: its position is before the line end and the blank lines that
/// the reader passed over.
fn line_of(text: &str, position: &csv::Position) -> usize {
    let rest = text.as_bytes().get(position.byte() as usize..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| b"\r\n".contains(b)).filter(|b| **b == b'\n').count();
    position.line() as usize + blank
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        read(text.as_bytes(), "dir/runs.csv").unwrap()
    }

    #[test]
    fn rows_before_bytes_that_are_no_text_stay() {
        let rows: String = (0..20).map(|i| format!("{i},{},0.{i}\n", i * i)).collect();
        let text = format!("a,b,loss\n{rows}");
        let mut bytes = text.clone().into_bytes();
        bytes.extend((0..5000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8));
        let found = read(&bytes, "x.csv").unwrap();
        assert_eq!(found.rows, table(&text).rows);
        assert_eq!(found.notes, [Note::Line { line: 22, fault: Fault::NotText }]);
        // Zeros that fill the last block of a file are no damage.
        let mut filled = text.clone().into_bytes();
        filled.resize(4096, 0);
        assert_eq!(read(&filled, "x.csv").unwrap().notes, []);
    }

    #[test]
    fn separators_commas_and_short_rows() {
        let table = table("\u{feff}a;b;c\r\n1,5;x;-inf\r\n\r\n2;y\r\n");
        assert_eq!(table.name, "runs");
        assert_eq!(table.header, ["a", "b", "c"]);
        assert_eq!(table.rows, [["1,5", "x", "-inf"], ["2", "y", ""]]);
        assert_eq!(table.notes, [Note::Rows { line: 4, rows: 1, fault: Fault::Ragged }]);
        assert_eq!(table.number(0, "1,5"), Some(1.5));
        assert_eq!(table.number(0, "-inf"), Some(f64::NEG_INFINITY));
        assert_eq!(table.number(0, "x"), None);
        assert_eq!(
            read(b"a,b\xe4\n1,2", "t").unwrap().notes,
            [Note::Encoding { encoding: Encoding::Windows1252 }]
        );
        for bad in [&b"a\n1"[..], b"a,b\n", b"a,b\n\0,1"] {
            assert!(read(bad, "t").is_err());
        }
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let thousands = table("lr;steps;loss\n0,1;1.000;0,5\n0,2;2.000;0,6\n0,3;10.000;0,7\n");
        let steps: Vec<_> = thousands.column(1).map(|field| thousands.number(1, field)).collect();
        assert_eq!(steps, [Some(1e3), Some(2e3), Some(1e4)]);
        let points = table("lr;steps;loss\n0.1;1000;1.000\n0.2;2000;0.5\n");
        assert_eq!(points.number(2, "1.000"), Some(1.0));
        let quoted = table("lr,steps,loss\n0.1,\"1,000\",70.5%\n0.2,\"2,000\",71 %\n");
        assert_eq!(quoted.number(1, "1,000"), Some(1000.0));
        assert_eq!(quoted.number(2, "70.5%"), Some(70.5));
        assert_eq!(quoted.number(2, "1e300"), Some(1e300));
        assert_eq!(quoted.number(2, "1e999"), Some(f64::INFINITY));
    }

    #[test]
    fn every_way_of_cutting_lines_gives_the_same_table() {
        let wanted = [["0.1", "adam", "0.5"], ["0.2", "sgd", "0.6"], ["0.3", "sgd", "0.2"]];
        for text in [
            "lr,opt,loss\n0.1,adam,0.5\n0.2,sgd,0.6\n0.3,sgd,0.2\n",
            "sep=;\nlr;opt;loss\n0.1;adam;0.5\n0.2;sgd;0.6\n0.3;sgd;0.2\n",
            "# by a tool\n# of 2026\nlr,opt,loss\n0.1,adam,0.5\n0.2,sgd,0.6\n0.3,sgd,0.2\n",
            "lr opt  loss\n0.1 adam 0.5\n0.2  sgd 0.6\n0.3 sgd 0.2\n",
            "lr\topt\tloss\r0.1\tadam\t0.5\r0.2\tsgd\t0.6\r0.3\tsgd\t0.2\r",
            "lr,opt,loss\n0.1,adam,0.5,\n0.2,sgd,0.6,\n0.3,sgd,0.2,\n",
        ] {
            let table = table(text);
            assert_eq!(table.header, ["lr", "opt", "loss"], "{text}");
            assert_eq!(table.rows, wanted, "{text}");
            assert!(table.notes.is_empty(), "{text}: {:?}", table.notes);
            let wide: Vec<u8> = "\u{feff}"
                .chars()
                .chain(text.chars())
                .flat_map(|c| (c as u16).to_le_bytes())
                .collect();
            assert_eq!(read(&wide, "runs.csv").unwrap(), table, "{text}");
            assert_eq!(header(&wide), table.header);
        }
        let comma = table("lr\topt\tloss\n0,1\tadam\t0,5\n0,2\tsgd\t1,000\n");
        assert_eq!(comma.number(2, "1,000"), Some(1.0));
    }

    #[test]
    fn names_of_rows_names_in_two_levels_and_names_twice() {
        let rows = table("lr,opt,loss\n1,0.1,adam,0.5\n2,0.2,sgd,0.6\n");
        assert_eq!(rows.header, ["", "lr", "opt", "loss"]);
        assert_eq!((rows.rows[0][1].as_str(), &rows.notes[..]), ("0.1", &[][..]));
        let levels = table(
            ",number,value,params,params,state\n,,,lr,opt,\n0,0,0.5,0.1,adam,COMPLETE\n\
             1,1,0.6,0.2,sgd,COMPLETE\n",
        );
        assert_eq!(levels.header, ["", "number", "value", "params_lr", "params_opt", "state"]);
        assert_eq!(levels.rows.len(), 2);
        assert_eq!(table("lr,lr,loss\n0.1,1,0.5\n").header, ["lr", "lr (2)", "loss"]);
    }

    #[test]
    fn what_stands_before_a_quote_that_stays_open_is_kept() {
        let table = table("lr,opt,loss\n0.1,\"adam\",0.5\n0.2,sgd,0.6\n0.3,\"x,0.7\n0.4,y,1\n");
        assert_eq!(table.rows.len(), 2);
        assert_eq!(table.notes, [Note::Line { line: 4, fault: Fault::Truncated }]);
    }

    #[test]
    fn letters_of_other_encodings_are_read_by_the_host() {
        let host = |encoding: Encoding, bytes: &[u8]| {
            let encoding = encoding_rs::Encoding::for_label(encoding.label().as_bytes())?;
            Some(encoding.decode_without_bom_handling(bytes).0.into_owned())
        };
        let text = "学习率,动量,损失\n0.1,0.9,0.5\n0.2,0.8,0.4\n";
        let bytes = encoding_rs::GBK.encode(text).0;
        let table = read_with(&bytes, "runs.csv", &host).unwrap();
        assert_eq!(table.header, ["学习率", "动量", "损失"]);
        assert_eq!(table.notes, [Note::Encoding { encoding: Encoding::Gb18030 }]);
        // A host without that table reads on.
        assert_eq!(read(&bytes, "runs.csv").unwrap().rows.len(), 2);
    }

    #[test]
    fn a_header_in_gbk_is_recognised_before_the_file_is_read() {
        let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
        for header in ["学习率,批大小,验证损失", "层数,动量,得分", "批大小;准确率", "学习率\t误差"]
        {
            let file = [&gbk(header)[..], b"\n0.1,32,0.5\n"].concat();
            assert!(names_in_gbk(&file), "{header}");
            assert_eq!(crate::import::likely(&file, "t.csv"), crate::import::Likely::Either);
            assert!(!names_in_gbk(header.as_bytes()));
        }
        for header in ["姓名,身高,性别", "学习率,时间", "温度,得分"] {
            assert!(!names_in_gbk(&gbk(header)), "{header}");
        }
    }
}
