//! Rows of a file that are no examples: comments and footnotes, rows of units, types or rulers
//! below the names ([`heads`]), the names once more, totals ([`totals`]). And rows that are too short.

mod heads;
mod levels;
mod second;
mod sums;
mod totals;

use super::choices::{Aside, Guess};
use super::date::moment;
use super::dialect::separator::is_rule;
use super::number::readings;
use csv::StringRecord;

/// Maximum number of lines below the table that are passed over.
const MAX_FOOTNOTES: usize = 20;
/// Fewer whole rows than this do not say what the short ones lack.
const MIN_WHOLE: usize = 3;

/// How a footnote begins that has separators in it.
const NOTES: [&str; 16] = [
    "source",
    "note",
    "legend",
    "exported",
    "generated",
    "total rows",
    "quelle",
    "anm",
    "hinweis",
    "fuente",
    "*",
    "†",
    "注",
    "来源",
    "数据来源",
    "资料来源",
];
/// Records and the lines that they start on.
pub(crate) struct Rows<'a> {
    pub records: &'a mut Vec<StringRecord>,
    pub lines: &'a mut Vec<usize>,
}

impl Rows<'_> {
    /// Leaves some rows out, and says so.
    fn drop(&mut self, drops: &[bool], why: Aside) -> Option<Guess> {
        let first = drops.iter().position(|drop| *drop)?;
        let line = self.lines.get(first).copied().unwrap_or_default();
        let rows = drops.iter().filter(|drop| **drop).count();
        let mut kept = drops.iter().map(|drop| !drop);
        self.records.retain(|_| kept.next().unwrap_or(true));
        let mut kept = drops.iter().map(|drop| !drop);
        self.lines.retain(|_| kept.next().unwrap_or(true));
        Some(Guess::RowsLeftOut { line, rows, why })
    }

    /// Leaves out lines that databases draw around a table: `----+----`, `|---+---|`.
    pub fn without_rules(&mut self) -> Vec<Guess> {
        // A line of signs between the rows, as where two versions were joined, is no rule.
        let between = |at: usize, record: &StringRecord| {
            let lone = record.len() == 1 && !record[0].contains(['+', '|']);
            lone && at > 2 && at + 1 < self.records.len()
        };
        let rule = |(at, record)| is_rule(record) && !between(at, record);
        let rules: Vec<bool> = self.records.iter().enumerate().map(rule).collect();
        // Nothing else is no table.
        if rules.iter().filter(|rule| **rule).count() + 1 >= rules.len() {
            return Vec::new();
        }
        self.drop(&rules, Aside::Ruler).into_iter().collect()
    }

    /// Leaves out comments between the rows and notes below them, and fills rows that lack their
    /// last fields, where the first record has the length of a whole row.
    pub fn tidy(&mut self) -> Vec<Guess> {
        let width = self.records.first().map_or(0, StringRecord::len);
        if width < 2 {
            return Vec::new();
        }
        let comment = |record: &StringRecord| {
            let first = record.get(0).is_some_and(|field| field.trim_start().starts_with('#'));
            first && (record.len() != width || values(record) == 1)
        };
        let comments: Vec<bool> =
            self.records.iter().enumerate().map(|(at, r)| at > 0 && comment(r)).collect();
        let mut told: Vec<Guess> = self.drop(&comments, Aside::Comments).into_iter().collect();
        let whole = self.records.iter().rposition(|r| r.len() >= width && !is_note(r, width));
        let end = whole.map_or(0, |at| at + 1);
        let below = self.records.get(end..).unwrap_or_default();
        if end > 1 && below.len() <= MAX_FOOTNOTES {
            let notes: Vec<bool> = (0..self.records.len())
                .map(|at| at >= end && is_note(&self.records[at], width))
                .collect();
            told.extend(self.drop(&notes, Aside::Footnotes));
        }
        told.extend(self.fill(width));
        told
    }

    fn fill(&mut self, width: usize) -> Option<Guess> {
        let rows = self.records.get(1..).unwrap_or_default();
        let whole = rows.iter().filter(|record| record.len() == width).count();
        let short = |record: &StringRecord| record.len() < width;
        let mut lacking = rows.iter().filter(|record| short(record));
        // A lone word is no row.
        let fits = |record: &StringRecord| record.len() > 1 || is_number(&record[0]) || width == 2;
        let several = lacking.clone().all(|record| record.len() > 1);
        let enough = whole * 2 >= rows.len() || several && whole * 10 >= rows.len();
        if self.records.iter().any(|record| record.len() > width)
            || whole < MIN_WHOLE
            || !enough
            || !lacking.all(fits)
        {
            return None;
        }
        let first = self.records.iter().position(short)?;
        let mut rows = 0;
        for record in self.records.iter_mut().filter(|record| short(record)) {
            rows += 1;
            while record.len() < width {
                record.push_field("");
            }
        }
        Some(Guess::ShortRows { line: self.lines.get(first).copied().unwrap_or_default(), rows })
    }

    /// Leaves out what stands below a line of names and is no example.
    pub fn without_heads_and_totals(&mut self) -> Vec<Guess> {
        let mut told = self.without_names_again();
        told.extend(self.without_heads());
        told.extend(self.without_totals());
        told
    }

    /// The same of a table of trials: of those a last one may well be the mean of the others.
    pub fn without_heads_and_named_totals(&mut self) -> Vec<Guess> {
        let mut told = self.without_names_again();
        told.extend(self.without_heads());
        told.extend(self.without_named_totals());
        told
    }

    fn without_names_again(&mut self) -> Vec<Guess> {
        let Some(names) = self.records.first().cloned() else { return Vec::new() };
        let trimmed =
            |record: &StringRecord| record.iter().map(str::trim).eq(names.iter().map(str::trim));
        let again: Vec<bool> =
            self.records.iter().enumerate().map(|(at, r)| at > 0 && trimmed(r)).collect();
        self.drop(&again, Aside::Names).into_iter().collect()
    }
}

fn is_number(field: &str) -> bool {
    readings(field.trim()).any().is_some()
}

fn is_typed(field: &str) -> bool {
    is_number(field) || moment(field.trim()).is_some()
}

/// Nothing, or a sign for nothing: `-`, `[-]`.
fn is_blank(field: &str) -> bool {
    field.chars().all(|c| " -–—[]()/".contains(c))
}

fn values(record: &StringRecord) -> usize {
    record.iter().filter(|field| !field.trim().is_empty()).count()
}

/// Whether a record at the end of a table is a sentence about it.
fn is_note(record: &StringRecord, width: usize) -> bool {
    let first = record.get(0).unwrap_or_default().trim();
    if first.is_empty() || is_number(first) {
        return false;
    }
    let lower = first.to_lowercase();
    let begins = NOTES.iter().any(|note| lower.starts_with(note));
    let sentence = begins || first.contains([' ', ':', '：']);
    match record.len() {
        1 => sentence || width > 2,
        n if n < width => begins,
        _ => values(record) == 1 && width > 2 && sentence,
    }
}

/// Whether a text is one column of numbers with decimal commas below its name, which a comma would
/// cut into two.
pub(super) fn is_one_column(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let decimal = |line: &str| {
        let unsigned = line.trim_start_matches(['-', '+']);
        unsigned.split_once(',').is_some_and(|(whole, rest)| digits(whole) && digits(rest))
    };
    let name = lines.next().is_some_and(|name| {
        name.contains(char::is_alphabetic) && !name.contains([',', ';', '\t', '|', '"', ' '])
    });
    let mut rows = 0;
    name && lines.all(|line| {
        rows += 1;
        decimal(line)
    }) && rows > 1
}
