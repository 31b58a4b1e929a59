//! One column of a table: what its fields are, and how they become numbers.

use super::Kind;
use super::choices::{Cell, ColumnKind, Guess, ReadChoices, WhyLeftOut};
use super::codes;
use super::date::{Moment, Order, calendar, moment};
use super::moments::{by_one_clock, year_comes_first};
use super::number::{DecimalMark, Number, Readings, is_missing, may_be_missing, readings};
use super::spelling;
use super::table::{MAX_CATEGORIES, MAX_CLASSES};
use super::thousands::points_mark_thousands;
use super::unit;
use crate::sort::sort_by;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A column of whole numbers with at most so many different ones is taken as classes unless told
/// otherwise.
const FEW_VALUES: usize = 10;
/// Fewer rows than this say little about whether a column counts them.
const FEW_ROWS: usize = 10;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// Numbers only, or dates only.
    Numbers,
    /// No numbers.
    Text,
    /// Some of both; used as text.
    Mixed,
    /// Missing values only.
    Nothing,
}

/// One of a column's different values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Value {
    /// As it stands in the file, trimmed.
    pub text: String,
    /// As a number, if it is one; of a date, how long after the earliest of the column it is.
    pub number: Option<Number>,
}

/// How the numbers of a column of dates are meant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct DateScale {
    /// The earliest, in seconds.
    first: f64,
    /// Seconds that count as 1.
    unit: f64,
    /// Whether there is a date, not only a time of day.
    dated: bool,
}

/// One column: its different values, and which of them each row has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// What it is used as.
    pub kind: ColumnKind,
    /// Why, if it is left out.
    pub left_out: Option<WhyLeftOut>,
    /// The different values in order of first appearance.
    pub(super) values: Vec<Value>,
    /// For each row the index of its value; None if missing.
    pub(super) cells: Vec<Option<u32>>,
    dates: Option<DateScale>,
}

/// The fields of a column before it is known what they are.
pub(super) struct Fields {
    /// The different ones, trimmed, and what they are as numbers.
    pub(super) values: Vec<(String, Readings)>,
    cells: Vec<Option<u32>>,
    /// Words such as `NA` that count as missing, and could be values: in how many rows.
    words: Vec<(String, usize)>,
}

impl Fields {
    pub fn new<'a>(fields: impl Iterator<Item = &'a str>) -> Fields {
        let mut known: HashMap<&str, u32> = HashMap::new();
        let mut values: Vec<(String, Readings)> = Vec::new();
        let mut words: Vec<(String, usize)> = Vec::new();
        let cells = fields.map(str::trim).map(|field| {
            if !field.is_empty() && field.bytes().all(|b| b.is_ascii_alphabetic()) {
                count_missing_word(field, &mut words);
            }
            (!is_missing(field)).then(|| {
                *known.entry(field).or_insert_with(|| {
                    values.push((field.to_string(), readings(field)));
                    // Fewer than the rows, which are limited.
                    values.len() as u32 - 1
                })
            })
        });
        let cells = cells.collect();
        let mut fields = Fields { values, cells, words };
        fields.join_truth_values();
        fields
    }

    /// Makes `true`, `True` and `TRUE` one value, if a column has nothing else.
    fn join_truth_values(&mut self) {
        let lower = |text: &str| text.to_ascii_lowercase();
        let truth = |pair: [&str; 2]| {
            self.values.iter().all(|(text, _)| pair.contains(&lower(text).as_str()))
        };
        if self.values.len() < 3 || !(truth(["true", "false"]) || truth(["yes", "no"])) {
            return;
        }
        let first: Vec<usize> = self
            .values
            .iter()
            .map(|(text, _)| {
                let same = |(other, _): &(String, Readings)| lower(other) == lower(text);
                self.values.iter().position(same).unwrap_or(0)
            })
            .collect();
        self.join(&first);
    }

    /// Makes each value the one that is given for it, which stays itself.
    pub(super) fn join(&mut self, into: &[usize]) {
        self.cells.iter_mut().flatten().for_each(|cell| *cell = into[*cell as usize] as u32);
        let keeps: Vec<bool> = into.iter().enumerate().map(|(i, kept)| *kept == i).collect();
        self.keep(&keeps);
    }

    /// Number of rows of each value.
    pub(super) fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.values.len()];
        self.cells.iter().flatten().for_each(|cell| counts[*cell as usize] += 1);
        counts
    }

    pub(super) fn first_row(&self, value: usize) -> usize {
        self.cells.iter().position(|cell| *cell == Some(value as u32)).unwrap_or(0)
    }

    /// Lets rows with other values than these have none.
    pub(super) fn keep(&mut self, keeps: &[bool]) {
        let mut new = Vec::with_capacity(keeps.len());
        let mut next = 0;
        for keep in keeps {
            new.push(keep.then_some(next));
            next += u32::from(*keep);
        }
        for cell in &mut self.cells {
            *cell = cell.and_then(|value| new[value as usize]);
        }
        let mut keeps = keeps.iter();
        self.values.retain(|_| keeps.next().copied().unwrap_or(true));
    }

    /// Numbers that must have been written with a decimal point, and with a comma, if most of the
    /// values are numbers.
    fn marks(&self) -> [usize; 2] {
        let numbers = self.values.iter().filter(|(_, r)| r.any().is_some()).count();
        if numbers * 5 < self.values.len() * 4 {
            return [0; 2];
        }
        let tells = |mark| self.values.iter().filter(|(_, r)| r.tells() == Some(mark)).count();
        [tells(DecimalMark::Point), tells(DecimalMark::Comma)]
    }
}

/// What the columns of a file say together, for those that say nothing.
pub(super) struct FileMarks {
    chosen: Option<DecimalMark>,
    /// The mark that most numbers have that have to have one.
    found: Option<DecimalMark>,
    semicolon: bool,
}

impl FileMarks {
    pub fn of(columns: &[Fields], choices: &ReadChoices, separator: char) -> FileMarks {
        let mut told = [0; 2];
        for marks in columns.iter().map(Fields::marks) {
            told[0] += marks[0];
            told[1] += marks[1];
        }
        let found = match told {
            [0, 0] => None,
            [points, commas] if commas > points => Some(DecimalMark::Comma),
            _ => Some(DecimalMark::Point),
        };
        FileMarks { chosen: choices.decimal, found, semicolon: separator == ';' }
    }

    /// The mark of the file's numbers, if any number tells.
    pub fn told(&self) -> Option<DecimalMark> {
        self.chosen.or(self.found)
    }

    /// How a number is read that is one with either mark, where its column says nothing.
    fn of_ambiguous(&self) -> DecimalMark {
        // Who writes semicolons between numbers has commas in them: `1,234` is a fraction then, and
        // the point of `1.234` marks thousands.
        let alone = if self.semicolon { DecimalMark::Comma } else { DecimalMark::Point };
        self.told().unwrap_or(alone)
    }

    fn day_first(&self) -> bool {
        self.semicolon || self.told() == Some(DecimalMark::Comma)
    }
}

/// What a column is made with, and where what was guessed is told.
pub(super) struct Reading<'a> {
    pub marks: &'a FileMarks,
    pub choices: &'a ReadChoices,
    /// The line of each row.
    pub lines: &'a [usize],
    pub guesses: &'a mut Vec<Guess>,
}

impl Reading<'_> {
    pub(super) fn line(&self, row: usize) -> usize {
        self.lines.get(row).copied().unwrap_or_default()
    }
}

impl Column {
    /// `at`: its place, from 0; `nameless`: whether it is the first and alone has no name.
    pub(super) fn new(
        at: usize,
        (name, nameless): (String, bool),
        mut fields: Fields,
        with: &mut Reading,
    ) -> Column {
        let chosen = with.choices.column(at);
        drop_missing_words(at, &mut fields, with);
        spelling::join(at, &mut fields, with);
        let taken = unit::take_off(at, &mut fields, with);
        let mut numbers = numbers(at, &fields, with);
        unit::tell(at, taken, &fields, &numbers, with);
        let wants = |kind| chosen.is_none_or(|chosen| chosen == kind);
        let some = numbers.iter().any(Option::is_some);
        let mut column = Column {
            name,
            kind: ColumnKind::Category,
            left_out: None,
            values: Vec::new(),
            cells: Vec::new(),
            dates: None,
        };
        let compact = if wants(ColumnKind::Date) && !names_an_identifier(&column.name) {
            codes::compact_dates(at, &fields, with)
        } else {
            None
        };
        let as_number = some
            && compact.is_none()
            && wants(ColumnKind::Number)
            && (chosen.is_some()
                || odd_rows(&fields, &numbers).is_some()
                    && codes::leading_zeros(at, &fields, with) != Some(true));
        let dates = match compact {
            None if !as_number && wants(ColumnKind::Date) => dates(at, &fields, with),
            compact => compact,
        };
        if as_number {
            codes::drop_missing_codes(at, &mut fields, &mut numbers, with);
        }
        let numbers = if as_number {
            column.kind = ColumnKind::Number;
            drop_odd(at, &mut fields, &numbers, with)
        } else if let Some((moments, dated)) = dates {
            column.kind = ColumnKind::Date;
            let moments = drop_odd(at, &mut fields, &moments, with);
            let (numbers, scale) = since_first(&moments, dated);
            column.dates = Some(scale);
            numbers
        } else {
            if chosen.is_none() {
                tell_mixed(at, &fields, &numbers, with);
            }
            tell_missing_words(at, &fields, with);
            numbers
        };
        column.cells = fields.cells;
        let values = fields.values.into_iter().zip(numbers);
        column.values = values.map(|((text, _), number)| Value { text, number }).collect();
        if column.values.is_empty() {
            (column.kind, column.left_out) = (ColumnKind::LeftOut, Some(WhyLeftOut::Empty));
        } else if chosen == Some(ColumnKind::LeftOut) {
            (column.kind, column.left_out) = (ColumnKind::LeftOut, Some(WhyLeftOut::Chosen));
        } else if chosen.is_none() {
            column.find_identifier(at, nameless, with.guesses);
        }
        column
    }

    /// Leaves it out if it most likely only counts or names the rows.
    fn find_identifier(&mut self, at: usize, nameless: bool, guesses: &mut Vec<Guess>) {
        let rows = self.cells.len();
        if self.values.len() < rows || rows < 2 || (rows < FEW_ROWS && !nameless) {
            return;
        }
        let numbers: Option<Vec<f64>> =
            self.values.iter().map(|value| value.number.map(|n| n.exact)).collect();
        let whole = numbers.filter(|n| n.iter().all(|x| x.fract() == 0.0 && self.dates.is_none()));
        let named = nameless || names_an_identifier(&self.name);
        let why = match &whole {
            Some(n) if n.windows(2).all(|pair| pair[1] - pair[0] == 1.0) => WhyLeftOut::CountsRows,
            Some(_) if named => WhyLeftOut::NamesRows,
            None if self.kind == ColumnKind::Category && nameless => WhyLeftOut::NamesRows,
            // With more categories it is left out anyway.
            None if self.kind == ColumnKind::Category && (20..=MAX_CATEGORIES).contains(&rows) => {
                WhyLeftOut::NamesRows
            }
            _ => return,
        };
        let left_out = named || whole.is_none();
        guesses.push(match (why, &whole) {
            (WhyLeftOut::CountsRows, Some(n)) => {
                Guess::CountsRows { column: at, first: n[0], left_out }
            }
            _ => Guess::NamesRows { column: at, left_out },
        });
        if left_out {
            (self.kind, self.left_out) = (ColumnKind::LeftOut, Some(why));
        }
    }

    /// Whether it is left out because it only counts or names the rows.
    pub(super) fn is_identifier(&self) -> bool {
        matches!(self.left_out, Some(WhyLeftOut::CountsRows | WhyLeftOut::NamesRows))
    }

    /// Whether its numbers are its inputs.
    pub fn is_numeric(&self) -> bool {
        match self.kind {
            ColumnKind::Number | ColumnKind::Date => true,
            ColumnKind::Category => false,
            ColumnKind::LeftOut => self.contents() == Contents::Numbers,
        }
    }

    pub fn contents(&self) -> Contents {
        match self.values.iter().filter(|value| value.number.is_some()).count() {
            _ if self.values.is_empty() => Contents::Nothing,
            0 => Contents::Text,
            n if n == self.values.len() => Contents::Numbers,
            _ => Contents::Mixed,
        }
    }

    /// How many different values there are, not counting missing ones.
    pub fn distinct(&self) -> usize {
        self.values.len()
    }

    /// How many rows have no value.
    pub fn missing(&self) -> usize {
        self.cells.iter().filter(|cell| cell.is_none()).count()
    }

    /// The value in a row, trimmed; None if it is missing or there is no such row.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.value(row).map(|value| self.values[value].text.as_str())
    }

    /// The value in a row as a number, if it is one.
    pub fn number(&self, row: usize) -> Option<f32> {
        self.value(row).and_then(|value| self.values[value].number).map(|n| n.single)
    }

    /// The same in 64 bits.
    pub fn exact(&self, row: usize) -> Option<f64> {
        self.value(row).and_then(|value| self.values[value].number).map(|n| n.exact)
    }

    /// The value in a row as it was understood.
    pub fn cell(&self, row: usize) -> Cell {
        let Some(value) = self.value(row).map(|value| &self.values[value]) else {
            return Cell::Missing;
        };
        match (value.number, self.dates) {
            (Some(number), Some(scale)) => {
                Cell::Date(calendar(scale.first + number.exact * scale.unit, scale.dated))
            }
            (Some(number), None) if self.kind != ColumnKind::Category => Cell::Number(number.exact),
            _ => Cell::Text(value.text.chars().take(80).collect()),
        }
    }

    /// Index of a row's value.
    pub(super) fn value(&self, row: usize) -> Option<usize> {
        self.cells.get(row).copied().flatten().map(|value| value as usize)
    }

    /// Whether 32 bits make equal what is different.
    pub(super) fn needs_64_bits(&self) -> bool {
        let mut numbers: Vec<Number> = self.values.iter().filter_map(|v| v.number).collect();
        sort_by(&mut numbers, |a, b| a.exact.total_cmp(&b.exact));
        let same =
            |pair: &[Number]| pair[0].exact != pair[1].exact && pair[0].single == pair[1].single;
        self.is_numeric() && numbers.windows(2).any(same)
    }

    /// Whether it is taken as a class or a number to predict; None if it can be neither.
    pub fn suggested(&self) -> Option<Kind> {
        let few = self.distinct() <= FEW_VALUES
            && self.dates.is_none()
            && self.values.iter().all(|v| v.number.is_some_and(|n| n.single.fract() == 0.0));
        match self.contents() {
            _ if self.distinct() < 2 => None,
            Contents::Numbers if !few && self.kind != ColumnKind::Category => Some(Kind::Number),
            _ => (self.distinct() <= MAX_CLASSES).then_some(Kind::Class),
        }
    }

    /// The values (by index) of the given rows, sorted: numbers by size, then text by letter.
    pub(super) fn sorted(&self, rows: &[usize]) -> Vec<usize> {
        let mut present = vec![false; self.values.len()];
        rows.iter().filter_map(|&row| self.value(row)).for_each(|value| present[value] = true);
        let mut order: Vec<usize> =
            (0..self.values.len()).filter(|&value| present[value]).collect();
        sort_by(&mut order, |&a, &b| {
            let (a, b) = (&self.values[a], &self.values[b]);
            let size = |n: Option<Number>| n.map_or(f32::INFINITY, |n| n.single);
            size(a.number).total_cmp(&size(b.number)).then_with(|| a.text.cmp(&b.text))
        });
        order
    }
}

fn count_missing_word(field: &str, words: &mut Vec<(String, usize)>) {
    if is_missing(field) {
        match words.iter_mut().find(|(word, _)| word == field) {
            Some((_, rows)) => *rows += 1,
            None => words.push((field.to_owned(), 1)),
        }
    }
}

/// Takes words such as `none` and `-` for missing values, if two other values are left.
fn drop_missing_words(at: usize, fields: &mut Fields, with: &mut Reading) {
    let plus = fields.values.iter().any(|(text, _)| text == "+");
    let words: Vec<bool> = fields
        .values
        .iter()
        .map(|(text, _)| may_be_missing(text) && !(plus && text == "-"))
        .collect();
    let dropped = words.iter().filter(|word| **word).count();
    if dropped == 0 || fields.values.len() < dropped + 2 {
        return;
    }
    let counts = fields.counts();
    for (value, _) in words.iter().enumerate().filter(|(_, word)| **word) {
        let text = fields.values[value].0.clone();
        with.guesses.push(Guess::MissingWord { column: at, value: text, rows: counts[value] });
    }
    let keeps: Vec<bool> = words.iter().map(|word| !word).collect();
    fields.keep(&keeps);
}

/// Each value as a number, if it is one, by the decimal mark that the column has.
fn numbers(at: usize, fields: &Fields, with: &mut Reading) -> Vec<Option<Number>> {
    if let Some(mark) = with.choices.decimal {
        return fields.values.iter().map(|(_, readings)| readings.with(mark)).collect();
    }
    let [points, commas] = fields.marks();
    let own = match (points, commas) {
        (0, 0) => None,
        _ if commas > points => Some(DecimalMark::Comma),
        _ => Some(DecimalMark::Point),
    };
    let telling = |mark| {
        let tells = |(_, readings): &&(String, Readings)| readings.tells() == Some(mark);
        fields.values.iter().find(tells).map(|(text, _)| text.clone())
    };
    if points > 0
        && commas > 0
        && let (Some(point), Some(comma)) =
            (telling(DecimalMark::Point), telling(DecimalMark::Comma))
    {
        with.guesses.push(Guess::BothMarks { column: at, point, comma });
    }
    let thousands = || with.marks.told().is_none() && points_mark_thousands(&fields.values);
    let mark = match own {
        None if thousands() => DecimalMark::Comma,
        None => with.marks.of_ambiguous(),
        Some(own) => own,
    };
    let number =
        |(_, readings): &(String, Readings)| readings.with(readings.tells().unwrap_or(mark));
    let numbers = fields.values.iter().map(number).collect();
    if let Some(value) = fields.values.iter().position(|(_, r)| own.is_none() && r.ambiguous()) {
        let text = fields.values[value].0.clone();
        let (line, read_as) = (with.line(fields.first_row(value)), mark);
        // Where other numbers of the file have decimal points, so has this.
        if text.contains(',') || read_as == DecimalMark::Comma || with.marks.told().is_none() {
            with.guesses.push(Guess::DecimalMark { column: at, line, value: text, read_as });
        }
    }
    numbers
}

/// Number of rows whose value is not understood, if they are so few among the others that they
/// can count as missing.
pub(super) fn odd_rows<T>(fields: &Fields, understood: &[Option<T>]) -> Option<usize> {
    let counts = fields.counts();
    let odd = |(_, value): &(&usize, &Option<T>)| value.is_none();
    let rows: usize = counts.iter().zip(understood).filter(odd).map(|(count, _)| count).sum();
    let words = understood.iter().filter(|value| value.is_none()).count();
    let good = understood.len() - words;
    let present: usize = counts.iter().sum();
    let few = rows * 10 <= present && good >= 3 * words && (words <= 3 || words * 10 <= good);
    (rows == 0 || few).then_some(rows)
}

/// Lets values that are not understood count as missing, and says so.
fn drop_odd<T: Copy>(
    at: usize,
    fields: &mut Fields,
    understood: &[Option<T>],
    with: &mut Reading,
) -> Vec<Option<T>> {
    let Some(odd) = understood.iter().position(Option::is_none) else {
        return understood.to_vec();
    };
    let counts = fields.counts();
    let rows = counts.iter().zip(understood).filter(|(_, v)| v.is_none()).map(|(n, _)| n).sum();
    let (line, value) = (with.line(fields.first_row(odd)), fields.values[odd].0.clone());
    let value = super::csv::limits::shortened(&value);
    with.guesses.push(Guess::OddValues { column: at, line, value, rows });
    let keeps: Vec<bool> = understood.iter().map(Option::is_some).collect();
    fields.keep(&keeps);
    understood.iter().copied().filter(Option::is_some).collect()
}

fn tell_mixed(at: usize, fields: &Fields, numbers: &[Option<Number>], with: &mut Reading) {
    let odd = numbers.iter().position(Option::is_none);
    if let Some(odd) = odd.filter(|_| numbers.iter().any(Option::is_some)) {
        let (line, value) = (with.line(fields.first_row(odd)), &fields.values[odd].0);
        let value = super::csv::limits::shortened(value);
        with.guesses.push(Guess::Mixed { column: at, line, value });
    }
}

/// `NA` may be Namibia, and `Null` a name: said where others are words as well.
fn tell_missing_words(at: usize, fields: &Fields, with: &mut Reading) {
    if fields.values.len() > 1 {
        for (value, rows) in &fields.words {
            let (value, rows) = (value.clone(), *rows);
            with.guesses.push(Guess::MissingWord { column: at, value, rows });
        }
    }
}

/// Each value as a moment in seconds, if the column is one of dates, and whether it has dates and
/// not only times of day.
fn dates(at: usize, fields: &Fields, with: &mut Reading) -> Option<(Vec<Option<f64>>, bool)> {
    // Most columns of text are none: a few values say it.
    let few = fields.values.iter().take(8);
    if !few.clone().any(|(text, _)| moment(text).is_some()) {
        return None;
    }
    let mut moments: Vec<Option<Moment>> =
        fields.values.iter().map(|(text, _)| moment(text)).collect();
    let zoned = by_one_clock(&mut moments);
    let year_first = year_comes_first(&moments, with.choices.day_first);
    let dated = moments.iter().flatten().any(|moment| moment.dated);
    let only = |day: bool| {
        let only = |m: &&Moment| m.with(day).is_some() && m.with(!day).is_none();
        moments.iter().flatten().filter(only).count()
    };
    let (days, months) = (only(true), only(false));
    let day_first = with.choices.day_first.unwrap_or(match days.cmp(&months) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => {
            with.marks.day_first() || few.clone().any(|(text, _)| text.contains('.'))
        }
    });
    let order = match (year_first, day_first) {
        (true, _) => Order::Year,
        (false, true) => Order::Day,
        (false, false) => Order::Month,
    };
    // A time alone among dates is no date.
    let seconds: Vec<Option<f64>> = moments
        .iter()
        .map(|m| m.filter(|m| m.dated == dated).and_then(|m| m.read(order)))
        .collect();
    if with.choices.column(at).is_none() {
        odd_rows(fields, &seconds)?;
    }
    let text = |value: usize| super::csv::limits::shortened(&fields.values[value].0);
    if let Some(value) = zoned.map(text) {
        with.guesses.push(Guess::Zones { column: at, value });
    }
    if let Some(value) = moments.iter().position(Option::is_some).filter(|_| year_first).map(text) {
        with.guesses.push(Guess::YearFirst { column: at, value });
        return Some((seconds, dated));
    }
    let unclear = moments
        .iter()
        .position(|m| m.is_some_and(|m| m.with(true) != m.with(false) && days + months == 0));
    if let Some(value) = unclear.filter(|_| with.choices.day_first.is_none()) {
        let value = fields.values[value].0.clone();
        with.guesses.push(Guess::DayOrder { column: at, value, day_first });
    }
    Some((seconds, dated))
}

/// Moments as days (times of day as seconds) since the earliest.
fn since_first(moments: &[Option<f64>], dated: bool) -> (Vec<Option<Number>>, DateScale) {
    let first = moments.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let unit = if dated { 86_400.0 } else { 1.0 };
    let number = |seconds: f64| Number::from_exact((seconds - first) / unit);
    let numbers = moments.iter().map(|moment| moment.map(number)).collect();
    (numbers, DateScale { first, unit, dated })
}

/// Names that identifiers have.
fn names_an_identifier(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "id",
        "nr",
        "nr.",
        "no",
        "no.",
        "n°",
        "num",
        "number",
        "index",
        "idx",
        "row",
        "rownames",
        "row.names",
        "rownum",
        "#",
        "unnamed: 0",
        "obs",
        "observation",
        "case",
        "lfd. nr.",
        "lfdnr",
        "lfd.nr.",
        "nummer",
        "序号",
        "编号",
        "行号",
        "学号",
    ];
    let lower = name.trim().to_lowercase();
    // `userId`, `sample_id`, `Patient ID`.
    let ends = lower.strip_suffix("id").is_some_and(|rest| {
        rest.ends_with(|c: char| !c.is_alphanumeric())
            || name.ends_with("Id")
            || name.ends_with("ID")
    });
    NAMES.contains(&lower.as_str()) || ends
}
