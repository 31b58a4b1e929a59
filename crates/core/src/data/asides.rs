//! Rows of a file that are no examples: comments and footnotes, rows of units, types or rulers
//! below the names, the names once more, totals at the end. And rows that are too short.

mod levels;

use super::choices::{Aside, Guess};
use super::date::moment;
use super::dialect::separator::is_rule;
use super::number::{is_missing, readings};
use csv::StringRecord;

/// Maximum number of lines below the table that are passed over, and of totals.
const MAX_FOOTNOTES: usize = 20;
const MAX_TOTALS: usize = 12;
/// Rows below the names that may say something of the columns.
const MAX_HEADS: usize = 3;
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
/// What totals are called.
const TOTALS: [&str; 45] = [
    "total",
    "totals",
    "grand total",
    "sum",
    "sums",
    "mean",
    "average",
    "avg",
    "median",
    "subtotal",
    "summe",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "insgesamt",
    "mittelwert",
    "durchschnitt",
    "somme",
    "moyenne",
    "total général",
    "médiane",
    "totale",
    "totale complessivo",
    "media",
    "mediana",
    "suma",
    "suma total",
    "total general",
    "total geral",
    "média",
    "totaal",
    "eindtotaal",
    "合计",
    "总计",
    "小计",
    "总和",
    "平均",
    "平均值",
    "中位数",
    "総計",
    "合計",
    "итого",
    "общий итог",
    "среднее",
    "합계",
];
/// What else stands below a table, and could be a name: only beside another of these or a total.
const STATISTICS: [&str; 26] = [
    "sd",
    "std",
    "std.",
    "std dev",
    "std. dev.",
    "stdev",
    "standard deviation",
    "se",
    "sem",
    "var",
    "variance",
    "min",
    "minimum",
    "max",
    "maximum",
    "count",
    "cv",
    "cv%",
    "cv (%)",
    "25%",
    "50%",
    "75%",
    "标准差",
    "方差",
    "最小值",
    "最大值",
];
/// What programs call the types of columns; Orange writes their first letters.
const TYPES: [&str; 39] = [
    "int",
    "integer",
    "int32",
    "int64",
    "float",
    "float32",
    "float64",
    "double",
    "real",
    "numeric",
    "number",
    "decimal",
    "str",
    "string",
    "object",
    "text",
    "char",
    "varchar",
    "bool",
    "boolean",
    "logical",
    "factor",
    "category",
    "categorical",
    "nominal",
    "ordinal",
    "date",
    "datetime",
    "timestamp",
    "time",
    "continuous",
    "discrete",
    "c",
    "d",
    "s",
    "t",
    "n",
    "i",
    "b",
];
/// What Orange writes below the types.
const FLAGS: [&str; 6] = ["class", "meta", "ignore", "weight", "i", "m"];

/// Records and the lines that they start on.
pub(super) struct Rows<'a> {
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
        let rules: Vec<bool> = self.records.iter().map(is_rule).collect();
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
        let mut told = Vec::new();
        let Some(names) = self.records.first().cloned() else { return told };
        let trimmed =
            |record: &StringRecord| record.iter().map(str::trim).eq(names.iter().map(str::trim));
        let again: Vec<bool> =
            self.records.iter().enumerate().map(|(at, r)| at > 0 && trimmed(r)).collect();
        told.extend(self.drop(&again, Aside::Names));
        let (mut types, mut again) = (false, false);
        for _ in 0..MAX_HEADS {
            let Some(why) = self.head(types, again) else { break };
            (types, again) = (types || why == Aside::Types, true);
            let drops: Vec<bool> = (0..self.records.len()).map(|at| at == 1).collect();
            told.extend(self.drop(&drops, why));
        }
        let start = self.records.len() - self.totals();
        let drops: Vec<bool> = (0..self.records.len()).map(|at| at >= start).collect();
        told.extend(self.drop(&drops, Aside::Totals));
        told
    }

    /// What the row below the names is, if it is no example; whether one of types was there, and any.
    fn head(&self, types: bool, again: bool) -> Option<Aside> {
        let (head, below) = (self.records.get(1)?, self.records.get(2..)?);
        if below.is_empty() {
            return None;
        }
        let fields = || head.iter().map(str::trim).filter(|field| !field.is_empty());
        let all = |words: &[&str]| {
            fields().next().is_some()
                && fields().all(|f| words.contains(&f.to_lowercase().as_str()))
        };
        if fields().all(|field| field.chars().all(|c| "-=:+".contains(c))) {
            return Some(Aside::Ruler);
        }
        if types && all(&FLAGS) {
            return Some(Aside::Types);
        }
        let sample = &below[..below.len().min(50)];
        let numeric = |column: usize| {
            let fields = sample.iter().filter_map(|record| record.get(column));
            let (mut numbers, mut others) = (0, 0);
            for field in fields.filter(|field| !is_missing(field)) {
                *(if is_typed(field) { &mut numbers } else { &mut others }) += 1;
            }
            numbers > 0 && numbers >= 4 * others
        };
        let columns: Vec<(&str, bool)> =
            head.iter().map(str::trim).enumerate().map(|(at, f)| (f, numeric(at))).collect();
        let numbers = columns.iter().filter(|(_, numeric)| *numeric).count();
        let texts = columns.iter().filter(|(f, numeric)| *numeric && !f.is_empty()).count();
        let typed = all(&TYPES);
        // A row of examples with a number in it, or with a word in a column of words.
        let words = columns
            .iter()
            .any(|(f, numeric)| *numeric && is_typed(f) || !*numeric && !typed && !is_blank(f));
        // A missing value is no unit, and neither is one word among many numbers.
        let units = columns.iter().filter(|(f, numeric)| *numeric && !is_missing(f)).count();
        if numbers == 0 || texts == 0 || units == 0 || words {
            return None;
        }
        // Loggers write below the units how their values were averaged, where they were.
        let most = units * 2 + usize::from(again) > numbers;
        match typed {
            true => Some(Aside::Types),
            false if most && (units > 1 || columns.len() == numbers + 1) => Some(Aside::Units),
            false => None,
        }
    }

    /// Number of rows at the end that hold totals and the like.
    fn totals(&self) -> usize {
        let label = |field: &str| field.trim().trim_end_matches(':').to_lowercase();
        let total = |field: &str| TOTALS.contains(&label(field).as_str());
        let any = |field: &str| total(field) || STATISTICS.contains(&label(field).as_str());
        let Some(column) = self.records.last().and_then(|last| last.iter().position(any)) else {
            return 0;
        };
        let row = |record: &&StringRecord| {
            let other = |f: &str| is_blank(f) || is_number(f) || is_missing(f);
            any(&record[column])
                && record.iter().any(is_number)
                && record.iter().enumerate().all(|(at, field)| at == column || other(field))
        };
        let rows = self.records.iter().rev().take_while(row).count();
        let (examples, last) = self.records.split_at(self.records.len() - rows);
        let sure = rows > 1 || last.iter().any(|record| total(&record[column]));
        let labels: Vec<String> = last.iter().map(|record| label(&record[column])).collect();
        // A word that comes again is a category.
        let again = |record: &StringRecord| labels.contains(&label(&record[column]));
        let few = rows <= MAX_TOTALS && examples.len() > MIN_WHOLE;
        if sure && few && !examples.iter().any(again) { rows } else { 0 }
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
