//! How a file's text is cut into rows and fields, and whether its first line holds names.
//!
//! - A first line `sep=;` names the separator.
//! - Otherwise the separator is the first of tab, semicolon, bar and comma that gives every sampled
//!   line the same two fields or more; spaces are tried last.
//! - A field may stand in double quotes, with `""` for a quote inside, and may then hold separators
//!   and line ends. Spaces before the quote don't count.
//! - Quotes of other programs become such ([`super::quotes`]).
//! - Lines above the table, such as a title, are passed over, as are blank ones; comments and notes
//!   below it are left out, and rows that lack their last fields are filled ([`super::asides`]).
//! - The first line may be one name short (R writes no name for the row names), and every row may
//!   end with a separator.

use super::asides::{Rows, is_one_column};
use super::choices::Guess;
use super::csv::error::{CsvError, RaggedCause};
use super::csv::limits::{MAX_FIELD, MAX_ROWS};
use super::date::moment;
use super::number::{is_missing, readings};
use super::quotes::in_double_quotes;
use super::unit::is_measurement;
use csv::StringRecord;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// In this order: a comma may be part of a number where another separator is used, seldom the other
/// way round.
pub(super) const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];
/// Number of lines that a separator or a header is judged by.
const SAMPLE: usize = 50;
/// Maximum number of lines above the table that are passed over.
const MAX_PREAMBLE: usize = 20;

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
    /// Rows that were left out, and such as were too short.
    pub told: Vec<Guess>,
}

/// Cuts a text into fields.
pub(super) fn grid(text: &str, chosen: Option<char>) -> Result<Grid, CsvError> {
    let (named, body) = separator_line(text)?;
    let above = usize::from(named.is_some());
    let known = chosen.filter(char::is_ascii).or(named);
    let body = in_double_quotes(body);
    let body = body.as_ref();
    if known.is_none() && is_one_column(body) {
        return Err(CsvError::OneColumn { line: 1 });
    }
    let (separator, separator_guessed) = match known {
        Some(separator) => (separator, false),
        None => find_separator(body),
    };
    let body = if separator == ' ' { single_spaces(body) } else { Cow::Borrowed(body) };
    let body = without_spaces_before_quotes(&body, separator as u8, above)?;
    let (mut records, mut lines) = records(&body, separator as u8, above)?;
    if records.is_empty() {
        return Err(CsvError::Empty);
    }
    let preamble = preamble(&records);
    records.drain(..preamble);
    lines.drain(..preamble);
    let told = Rows { records: &mut records, lines: &mut lines }.tidy();
    let mut grid = Grid {
        records,
        lines,
        separator,
        separator_guessed,
        preamble,
        short_header: false,
        trailing: false,
        told,
    };
    grid.even_out()?;
    match grid.records.first() {
        Some(first) if first.len() >= 2 => Ok(grid),
        _ => Err(CsvError::OneColumn { line: grid.lines.first().copied().unwrap_or(1) }),
    }
}

/// The separator that a first line such as `sep=;` names, and the text below that line.
pub(crate) fn separator_line(text: &str) -> Result<(Option<char>, &str), CsvError> {
    let (line, below) = text.split_once('\n').unwrap_or((text, ""));
    let bare = line.trim_end_matches('\r').trim_matches('"');
    let Some(value) = bare.get(..4).filter(|s| s.eq_ignore_ascii_case("sep=")) else {
        return Ok((None, text));
    };
    let value = bare.strip_prefix(value).unwrap_or_default();
    let mut letters = value.chars();
    match letters.next() {
        // A program that read the line as a row may have filled it up with separators.
        Some(c) if c.is_ascii_punctuation() || c == '\t' || c == ' ' => {
            let right = c != '"' && letters.all(|other| other == c || SEPARATORS.contains(&other));
            if right {
                return Ok((Some(c), below));
            }
            Err(CsvError::SeparatorLine { line: 1, value: value.chars().take(20).collect() })
        }
        // A name that only begins like it.
        _ => Ok((None, text)),
    }
}

pub(crate) fn find_separator(text: &str) -> (char, bool) {
    let counts = |separator: char| -> Vec<usize> {
        let mut reader = reader(text, separator as u8);
        reader.records().take(SAMPLE).map_while(Result::ok).map(|record| record.len()).collect()
    };
    let all = SEPARATORS.map(|separator| (separator, counts(separator)));
    let even = |counts: &[usize]| {
        counts.first().is_some_and(|&n| n >= 2 && counts.iter().all(|&m| m == n))
    };
    // One name too few, or a separator at the end of each row.
    let nearly = |counts: &[usize]| match counts {
        [first, rows @ ..] => {
            *first >= 2 && rows.len() >= 2 && rows.iter().all(|n| *n == first + 1)
        }
        [] => false,
    };
    if let Some((separator, _)) = all.iter().find(|(_, counts)| even(counts)) {
        return (*separator, false);
    }
    if let Some((separator, _)) = all.iter().find(|(_, counts)| nearly(counts)) {
        return (*separator, false);
    }
    // Lines above the table, or a faulty one: most lines agree.
    let agreeing = |counts: &[usize]| {
        let (mode, lines) = mode(counts);
        if mode >= 2 && lines * 5 >= counts.len() * 3 { lines } else { 0 }
    };
    let mut best: Option<(char, usize)> = None;
    for (separator, counts) in &all {
        let lines = agreeing(counts);
        if lines > 2 && best.is_none_or(|(_, most)| lines > most) {
            best = Some((*separator, lines));
        }
    }
    if let Some((separator, _)) = best {
        return (separator, true);
    }
    // The sample's own lines, since runs of spaces have to be made one.
    let sample: String = text.split_inclusive('\n').take(SAMPLE).collect();
    let spaced = single_spaces(&sample);
    let counts: Vec<usize> = reader(&spaced, b' ')
        .records()
        .take(SAMPLE)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    if counts.len() >= 3 && (even(&counts) || nearly(&counts)) {
        return (' ', true);
    }
    // The one that splits the first line most; its faults are then told.
    let most = all.iter().max_by_key(|(_, counts)| counts.first().copied());
    (most.map_or(',', |(separator, _)| *separator), true)
}

/// The most frequent count and how often it is there; of equals the largest.
fn mode(counts: &[usize]) -> (usize, usize) {
    let mut times: HashMap<usize, usize> = HashMap::new();
    counts.iter().for_each(|count| *times.entry(*count).or_default() += 1);
    let most = times.into_iter().max_by_key(|&(count, times)| (times, count));
    most.unwrap_or((0, 0))
}

pub(crate) fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Runs of spaces outside quotes as one, and none at the ends of lines.
pub(crate) fn single_spaces(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if quoted || c != ' ' {
            if !quoted && (c == '\n' || c == '\r') && out.ends_with(' ') {
                out.pop();
            }
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n', '\r']) {
            out.push(c);
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    Cow::Owned(out)
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

/// The records that have a value, and the line that each starts on.
fn records(
    text: &str,
    separator: u8,
    lines_above: usize,
) -> Result<(Vec<StringRecord>, Vec<usize>), CsvError> {
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
            return Err(CsvError::TooManyRows { line, limit: MAX_ROWS });
        }
        if let Some(at) = record.iter().position(|field| field.len() > MAX_FIELD) {
            return Err(CsvError::FieldTooLong { line, column: at + 1, limit: MAX_FIELD });
        }
        records.push(record);
        lines.push(line);
    }
    Ok((records, lines))
}

/// Number of lines above the table: titles and comments, each with one value where the lines
/// below have several.
pub(crate) fn preamble(records: &[StringRecord]) -> usize {
    let counts: Vec<usize> =
        records.iter().take(SAMPLE + MAX_PREAMBLE).map(StringRecord::len).collect();
    let (width, lines) = mode(&counts);
    if width < 2 || lines < 2 {
        return 0;
    }
    let values = |record: &StringRecord| record.iter().filter(|f| !f.trim().is_empty()).count();
    let above = |record: &StringRecord| {
        let comment = record.get(0).is_some_and(|f| f.starts_with('#')) && record.len() != width;
        // With separators to the full width, as spreadsheets write a title.
        let title = values(record) == 1
            && (record.len() == 1 || record.len() == width && width >= 3)
            && !record.iter().any(|field| readings(field.trim()).any().is_some());
        comment || title
    };
    let skipped = records.iter().take_while(|record| above(record)).count();
    let names = records.get(skipped).map_or(0, values);
    if skipped <= MAX_PREAMBLE && names + 1 >= width { skipped } else { 0 }
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

/// Whether the first line holds names, and whether that is not certain.
pub(super) fn looks_like_header(records: &[StringRecord], comma: bool) -> (bool, bool) {
    let Some((first, rest)) = records.split_first() else { return (false, false) };
    let sample = &rest[..rest.len().min(SAMPLE)];
    if first.iter().all(is_missing) {
        return (false, false);
    }
    let plain = |field: &str| is_plain_number(field, comma);
    let below: Vec<Below> = (0..first.len()).map(|c| Below::of(sample, c)).collect();
    // Text above numbers or dates.
    let names =
        |(field, below): &(&str, &Below)| !is_missing(field) && !is_typed(field) && below.typed;
    let certain = first.iter().zip(&below).any(|pair| names(&pair));
    let values = first.iter().zip(&below);
    let has_values =
        values.clone().any(|(field, below)| plain(field) || is_typed(field) && below.typed);
    if has_values {
        let repeated = (first.iter().zip(&below)).any(|(field, below)| {
            !is_typed(field) && below.repeats && !below.texts.contains(field.trim())
        });
        return (numbers_are_names(first, &below, certain, repeated), true);
    }
    // Text above numbers is a header. Where all is text, so is a line none of whose words comes
    // again in its column.
    let any_number = rest.iter().any(|record| record.iter().any(plain));
    let recurs =
        || (0..first.len()).any(|c| rest.iter().any(|record| record.get(c) == first.get(c)));
    let header = certain || any_number || !recurs();
    (header, !certain && !any_number)
}

/// A number in the form of programs, or with a decimal comma.
fn is_plain_number(field: &str, comma: bool) -> bool {
    let field = field.trim();
    let parsed = match field.parse::<f32>() {
        Err(_) if comma && !field.contains('.') => field.replacen(',', ".", 1).parse(),
        other => other,
    };
    parsed.is_ok_and(f32::is_finite)
}

fn is_typed(field: &str) -> bool {
    let field = field.trim();
    readings(field).any().is_some() || moment(field).is_some()
}

/// What stands below the first line in a column.
struct Below<'a> {
    /// Nearly all of it numbers or dates.
    typed: bool,
    /// A few words again and again.
    repeats: bool,
    texts: HashSet<&'a str>,
    numbers: Vec<f64>,
}

impl Below<'_> {
    fn of(rows: &[StringRecord], column: usize) -> Below<'_> {
        let fields = || {
            let fields = rows.iter().filter_map(move |record| record.get(column)).map(str::trim);
            fields.filter(|field| !is_missing(field))
        };
        let typed = |field: &&str| is_typed(field) || is_measurement(field);
        let (present, typed) = (fields().count(), fields().filter(typed).count());
        let texts: HashSet<&str> = fields().collect();
        Below {
            typed: typed > 0 && typed * 5 >= present * 4,
            repeats: present >= 6 && texts.len() * 3 <= present,
            texts,
            numbers: fields().filter_map(|f| readings(f).any()).map(|n| n.exact).collect(),
        }
    }
}

/// Whether the numbers in a first line are names, as years or a data frame's numbered columns are.
fn numbers_are_names(
    first: &StringRecord,
    below: &[Below],
    names_above_numbers: bool,
    new_word: bool,
) -> bool {
    let mut numbers = Vec::new();
    let mut apart = 0;
    for (field, below) in first.iter().zip(below) {
        let field = field.trim();
        if is_missing(field) || !is_typed(field) {
            continue;
        }
        // Names are short and positive, and no dates.
        let Some(number) = field.parse::<f64>().ok().filter(|n| (0.0..1e6).contains(n)) else {
            return false;
        };
        let outside = below.numbers.iter().all(|n| *n < number)
            || below.numbers.iter().all(|n| *n > number)
            || below.numbers.iter().any(|n| n.fract() != 0.0) && number.fract() == 0.0;
        apart += usize::from(outside && !below.numbers.is_empty());
        numbers.push(number);
    }
    let rises = numbers.windows(2).all(|pair| pair[1] > pair[0]);
    let step = |pair: &[f64]| pair[1] - pair[0];
    let even = numbers.windows(3).all(|three| (step(&three[1..]) - step(&three[..2])).abs() < 1e-6);
    match numbers.len() {
        0 => true,
        _ if names_above_numbers => rises,
        1 => false,
        // Of two numbers only neighbours say something, such as years.
        many => {
            let whole = numbers.iter().all(|n| n.fract() == 0.0);
            let year_after_year = numbers.windows(2).all(|pair| step(pair) == 1.0);
            let by_word = new_word && whole && (many > 2 || year_after_year);
            rises && even && (by_word || many > 2 && apart * 3 >= many * 2)
        }
    }
}
