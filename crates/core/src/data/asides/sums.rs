//! Rows whose numbers are the sums, or the means, of those above them: totals, whatever they are
//! called.

use super::{is_blank, is_number};
use crate::data::number::{DecimalMark, is_missing, readings};
use csv::StringRecord;
use std::collections::HashMap;

/// Fewer rows may add up by chance.
const MIN_ROWS: usize = 4;
/// Digits, of all columns, that agree by chance in no sum; a mean lies among the values, so that it
/// takes more.
const SUM_DIGITS: usize = 4;
const SEVERAL_DIGITS: usize = 3;
const MEAN_DIGITS: usize = 5;
/// Number of columns that show whether a row is the total of a group.
const MAX_COLUMNS: usize = 16;

/// Whether the last row is the total of all others, or their mean. Below the totals of groups fewer
/// digits tell, and with a name of totals it is enough that each number is beyond all others.
pub(super) fn is_total(
    rows: &[&StringRecord],
    grouped: bool,
    is_called_total: impl Fn(&str) -> bool,
) -> bool {
    let Some((last, above)) = rows.split_last() else { return false };
    let mut words = last.iter().enumerate().filter(|(_, f)| !is_nothing(f) && !is_number(f));
    let word = words.next();
    if above.len() < MIN_ROWS || words.next().is_some() {
        return false;
    }
    // A word that comes again is a category.
    let again = |(at, word): (usize, &str)| {
        above.iter().any(|row| row.get(at).is_some_and(|field| field.trim() == word.trim()))
    };
    if word.is_some_and(again) {
        return false;
    }
    // Where nothing but its numbers tells, a mean may be an example in the middle of the others.
    let bare = |(at, field): (usize, &str)| {
        let filled = |row: &&StringRecord| row.get(at).is_some_and(|f| !f.trim().is_empty());
        is_nothing(field) && above.iter().all(filled)
    };
    let stands_out = || word.is_some() || last.iter().enumerate().any(bare);
    let called = word.is_some_and(|(_, word)| is_called_total(word));
    let enough = |(columns, digits): (usize, usize)| {
        grouped || digits >= SUM_DIGITS || columns > 1 && digits >= SEVERAL_DIGITS
    };
    let mean = |(_, digits): (usize, usize)| digits >= MEAN_DIGITS;
    [DecimalMark::Point, DecimalMark::Comma].into_iter().any(|mark| {
        agreeing(last, above, mark, false).is_some_and(enough)
            || agreeing(last, above, mark, true).is_some_and(mean) && stands_out()
            || called && is_beyond(last, above, mark)
    })
}

/// Whether each number of a row is larger than all above it.
fn is_beyond(last: &StringRecord, above: &[&StringRecord], mark: DecimalMark) -> bool {
    let beyond = |(at, field): (usize, &str)| {
        let fields = above.iter().filter_map(|row| row.get(at)).filter(|f| !is_nothing(f));
        let smaller =
            |total: f64| fields.clone().all(|f| number(f, mark).is_some_and(|n| n < total));
        number(field, mark).is_some_and(smaller) && fields.clone().count() >= MIN_ROWS
    };
    let mut numbers = last.iter().enumerate().filter(|(_, field)| is_number(field)).peekable();
    numbers.peek().is_some() && numbers.all(beyond)
}

/// Number of columns, and of their digits, in which a row has the sum, or the mean, of the numbers
/// above it, and could have another number; `None` if it has another one anywhere.
fn agreeing(
    last: &StringRecord,
    above: &[&StringRecord],
    mark: DecimalMark,
    mean: bool,
) -> Option<(usize, usize)> {
    let (mut columns, mut digits) = (0, 0);
    for (at, field) in last.iter().enumerate().filter(|(_, field)| is_number(field)) {
        let total = number(field, mark)?;
        let (mut sum, mut count) = (0.0, 0_usize);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for field in above.iter().filter_map(|row| row.get(at)).filter(|f| !is_nothing(f)) {
            let number = number(field, mark)?;
            (sum, count) = (sum + number, count + 1);
            (least, most) = (least.min(number), most.max(number));
        }
        let wanted = if mean { sum / count as f64 } else { sum };
        if count < MIN_ROWS || !shows(field, total, wanted, mark) {
            return None;
        }
        // A column of zeros has any sum and mean, and one of equal numbers any mean.
        let beyond = total.abs() > least.abs().max(most.abs());
        if least < most && (mean || beyond) {
            columns += 1;
            digits += significant(field);
        }
    }
    (columns > 0).then_some((columns, digits))
}

/// Places of rows that are the totals of the groups above them: groups with such a row below are all
/// there is, or the rows are called so.
pub(super) fn subtotals(
    rows: &[StringRecord],
    is_called_total: impl Fn(&str) -> bool,
) -> Vec<usize> {
    let width = rows.first().map_or(0, StringRecord::len);
    // The names within a group are blank in its total.
    let blank =
        |row: &StringRecord, column: usize| row.get(column).is_none_or(|f| f.trim().is_empty());
    let gaps = |column: usize| rows.iter().filter(|row| blank(row, column)).count();
    let mostly: Vec<usize> =
        (0..width).filter(|column| (2..=rows.len() / 3).contains(&gaps(*column))).collect();
    let may_be = |row: &StringRecord| {
        mostly.iter().any(|column| blank(row, *column)) && row.iter().any(is_number)
    };
    let candidates: Vec<bool> = rows.iter().map(may_be).collect();
    let number = candidates.iter().filter(|candidate| **candidate).count();
    if number < 2 || number * 3 > rows.len() {
        return Vec::new();
    }
    let mut marks = [DecimalMark::Point, DecimalMark::Comma].into_iter();
    let groups = marks.find_map(|mark| group_totals(rows, &candidates, mark));
    groups.or_else(|| named_totals(rows, &candidates, is_called_total)).unwrap_or_default()
}

/// The rows that have names of totals in one column, several and each another one: a word that comes
/// again, such as `average`, is a category.
fn named_totals(
    rows: &[StringRecord],
    candidates: &[bool],
    is_called_total: impl Fn(&str) -> bool,
) -> Option<Vec<usize>> {
    let label = |at: usize| rows[at].iter().position(&is_called_total);
    let mut found = (0..rows.len()).filter(|at| candidates[*at] && label(*at).is_some()).peekable();
    let column = label(*found.peek()?)?;
    let found: Vec<usize> = found.collect();
    let mut times: HashMap<&str, usize> = HashMap::new();
    for field in rows.iter().filter_map(|row| row.get(column)) {
        *times.entry(field.trim()).or_default() += 1;
    }
    let once =
        |at: &usize| label(*at) == Some(column) && times.get(rows[*at][column].trim()) == Some(&1);
    (found.len() > 1 && found.iter().all(once)).then_some(found)
}

fn group_totals(
    rows: &[StringRecord],
    candidates: &[bool],
    mark: DecimalMark,
) -> Option<Vec<usize>> {
    let first = &rows[candidates.iter().position(|candidate| *candidate)?];
    let numbers = (0..first.len()).filter(|at| is_number(&first[*at]));
    let columns: Vec<usize> = numbers.take(MAX_COLUMNS).collect();
    let mut sums = vec![0.0; columns.len()];
    let (mut since, mut found) = (0, Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let mut values = Vec::with_capacity(columns.len());
        for field in columns.iter().map(|column| row.get(*column).unwrap_or_default()) {
            values.push(if is_nothing(field) { 0.0 } else { number(field, mark)? });
        }
        let pairs = || columns.iter().zip(&values).zip(&sums);
        let total = candidates[at]
            && since > 0
            && pairs().any(|(_, sum)| *sum != 0.0)
            && pairs().all(|((column, value), sum)| shows(&row[*column], *value, *sum, mark));
        if total {
            found.push(at);
            (since, sums) = (0, vec![0.0; columns.len()]);
        } else {
            since += 1;
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
    }
    (since == 0 && found.len() > 1).then_some(found)
}

fn number(field: &str, mark: DecimalMark) -> Option<f64> {
    readings(field.trim()).with(mark).map(|number| number.exact)
}

fn is_nothing(field: &str) -> bool {
    is_blank(field) || is_missing(field)
}

/// Whether a field shows a number, rounded to the places that it has.
fn shows(field: &str, shown: f64, wanted: f64, mark: DecimalMark) -> bool {
    let sign = if mark == DecimalMark::Point { '.' } else { ',' };
    let digit = |c: &char| c.is_ascii_digit();
    let places =
        field.rsplit_once(sign).map_or(0, |(_, rest)| rest.chars().take_while(digit).count());
    let half = 0.5 * 10_f64.powi(-i32::try_from(places).unwrap_or(i32::MAX));
    (shown - wanted).abs() <= half + 1e-9 * wanted.abs()
}

/// Number of digits without the zeros before them.
fn significant(field: &str) -> usize {
    field.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0').count()
}
