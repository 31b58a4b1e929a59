//! What a reader should know of a table before training on it, once the target is known: columns
//! that give the answer away, hardly vary or grow into many inputs, and classes too rare to learn.

use super::Kind;
use super::choices::{ColumnKind, Guess};
use super::column::Column;
use super::csv::limits::shortened;
use super::table::{MAX_CATEGORIES, MAX_CLASSES, Table};
use crate::sort::{ascending, sort_by};
use std::collections::HashMap;

/// Rows of a class of which each of three parts, the smallest a fifth, gets one.
pub const MIN_CLASS_ROWS: usize = 5;
/// A column of more categories is told with the number of inputs that it gives.
const MANY_INPUTS: usize = 10;
/// Rows that are looked at to see whether a column tells the target.
const SAMPLE: usize = 2_000;
/// Fewer rows show nothing.
const FEW_ROWS: usize = 20;

/// Number of inputs that a column gives.
pub fn inputs(column: &Column) -> usize {
    match (column.kind, column.distinct()) {
        (ColumnKind::LeftOut, _) => 0,
        (ColumnKind::Number | ColumnKind::Date, _) => 1,
        (ColumnKind::Category, 2) => 1,
        (ColumnKind::Category, many) if many > MAX_CATEGORIES => 0,
        (ColumnKind::Category, several) => several,
    }
}

/// What there is to say about the columns when this one (from 0) is predicted.
pub fn review(table: &Table, target: usize, kind: Kind) -> Vec<Guess> {
    let mut guesses = Vec::new();
    let Some(answer) = table.columns.get(target) else { return guesses };
    for (at, column) in table.columns.iter().enumerate() {
        if at == target || column.kind == ColumnKind::LeftOut {
            continue;
        }
        let (categories, inputs) = (column.distinct(), inputs(column));
        if column.kind == ColumnKind::Category && categories > MAX_CATEGORIES {
            let limit = MAX_CATEGORIES;
            guesses.push(Guess::TooManyCategories { column: at, categories, limit });
            continue;
        }
        if inputs > MANY_INPUTS {
            guesses.push(Guess::ManyInputs { column: at, inputs });
        }
        guesses.extend(hardly_varies(at, column));
        if tells(table, column, answer, kind) {
            guesses.push(Guess::TellsTarget { column: at });
        }
    }
    if kind == Kind::Class && answer.distinct() <= MAX_CLASSES {
        for (value, rows) in counts(answer).into_iter().enumerate() {
            if rows < MIN_CLASS_ROWS {
                let class = shortened(&answer.values[value].text);
                guesses.push(Guess::RareClass { class, rows, wanted: MIN_CLASS_ROWS });
            }
        }
    }
    guesses
}

fn counts(column: &Column) -> Vec<usize> {
    let mut counts = vec![0; column.values.len()];
    column.cells.iter().flatten().for_each(|value| counts[*value as usize] += 1);
    counts
}

fn hardly_varies(at: usize, column: &Column) -> Option<Guess> {
    let counts = counts(column);
    let present: usize = counts.iter().sum();
    let (value, &rows) = counts.iter().enumerate().max_by_key(|(_, rows)| **rows)?;
    let one = counts.len() == 1 || (rows < present && present >= 100 && rows * 100 >= present * 99);
    let value = shortened(&column.values[value].text);
    one.then_some(Guess::HardlyVaries { column: at, value, rows })
}

/// Whether a column alone tells the target almost always.
fn tells(table: &Table, column: &Column, answer: &Column, kind: Kind) -> bool {
    let step = table.rows().div_ceil(SAMPLE).max(1);
    let rows: Vec<(usize, usize)> = (0..table.rows())
        .step_by(step)
        .filter(|&row| kind == Kind::Class || answer.exact(row).is_some())
        .filter_map(|row| Some((row, answer.value(row)?)))
        .filter(|(row, _)| column.value(*row).is_some())
        .collect();
    if rows.len() < FEW_ROWS {
        return false;
    }
    let category = |row: usize| column.value(row).unwrap_or_default();
    let number = |row: usize| column.exact(row).unwrap_or_default();
    match (kind, column.is_numeric()) {
        (Kind::Class, true) => {
            let pairs = rows.iter().map(|&(row, class)| (number(row), class)).collect();
            threshold_tells(pairs)
        }
        (Kind::Class, false) => {
            category_tells(rows.iter().map(|&(row, class)| (category(row), class)).collect())
        }
        (Kind::Number, numeric) => {
            let values: Vec<f64> =
                rows.iter().map(|&(row, _)| answer.exact(row).unwrap_or_default()).collect();
            if numeric {
                let inputs: Vec<f64> = rows.iter().map(|&(row, _)| number(row)).collect();
                correlation(&inputs, &values) > 0.999
                    || correlation(&ranks(&inputs), &ranks(&values)) > 0.999
            } else {
                let groups: Vec<usize> = rows.iter().map(|&(row, _)| category(row)).collect();
                share_between(&groups, &values) > 0.999
            }
        }
    }
}

/// The most frequent class and the number of rows of others.
fn majority(classes: impl Iterator<Item = usize>) -> (usize, usize) {
    let mut times: HashMap<usize, usize> = HashMap::new();
    classes.for_each(|class| *times.entry(class).or_default() += 1);
    let all: usize = times.values().sum();
    let most = times.into_iter().max_by_key(|&(class, times)| (times, class)).unwrap_or((0, 0));
    (most.0, all - most.1)
}

/// Whether hardly more ranges of a number than there are classes tell the class of each row.
fn threshold_tells(mut rows: Vec<(f64, usize)>) -> bool {
    sort_by(&mut rows, |a, b| a.0.total_cmp(&b.0));
    let classes = rows.iter().map(|row| row.1).collect::<std::collections::HashSet<_>>().len();
    let (_, minority) = majority(rows.iter().map(|row| row.1));
    if minority < MIN_CLASS_ROWS {
        return false;
    }
    let (mut wrong, mut changes, mut last) = (0, 0, None);
    for equal in rows.chunk_by(|a, b| a.0 == b.0) {
        let (class, others) = majority(equal.iter().map(|row| row.1));
        wrong += others;
        changes += usize::from(last.is_some_and(|last| last != class));
        last = Some(class);
    }
    let few = rows.len() / 100;
    wrong <= few && changes < classes + 2 * few
}

/// Whether a category tells the class of each row, and there are rows enough of each.
fn category_tells(rows: Vec<(usize, usize)>) -> bool {
    let (_, minority) = majority(rows.iter().map(|row| row.1));
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    rows.iter().for_each(|(category, class)| groups.entry(*category).or_default().push(*class));
    let wrong: usize = groups.values().map(|group| majority(group.iter().copied()).1).sum();
    minority >= MIN_CLASS_ROWS
        && groups.len() * 3 <= rows.len()
        && wrong * 100 <= rows.len().min(5 * minority)
}

/// The square of Pearson's correlation.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x - mean_a, y - mean_b);
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    if aa == 0.0 || bb == 0.0 { 0.0 } else { ab / aa * (ab / bb) }
}

/// The place of each number among all; equal ones share the first.
fn ranks(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    ascending(&mut sorted);
    x.iter().map(|x| sorted.partition_point(|other| other.total_cmp(x).is_lt()) as f64).collect()
}

/// The share of the variance that lies between the groups, if there are rows enough in each.
fn share_between(groups: &[usize], values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut sums: HashMap<usize, (f64, usize)> = HashMap::new();
    for (group, value) in groups.iter().zip(values) {
        let sum = sums.entry(*group).or_default();
        *sum = (sum.0 + value - mean, sum.1 + 1);
    }
    let total: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    let mut between: Vec<f64> = sums.values().map(|(sum, n)| sum * sum / *n as f64).collect();
    // The order of a hash map differs from run to run.
    ascending(&mut between);
    if total == 0.0 || sums.len() * 3 > values.len() {
        return 0.0;
    }
    between.iter().sum::<f64>() / total
}
