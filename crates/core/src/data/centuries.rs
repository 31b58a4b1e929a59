//! Which century the years of two digits in a column belong to: as in spreadsheets 30 and more to
//! the last one, unless the column as a whole lies in this one.

use super::calendar::date_of;
use super::column::fields::Fields;
use super::date::{Moment, Order, PIVOT, moment_by};
use super::date_periods::period;

/// From this year on nobody means this century.
const LAST_PIVOT: u32 = 70;

/// Moves the dates of a column to this century whose years could be of either, where the others are
/// of the years before them, as those of a plan are. Tells the first such date, and its year.
pub(super) fn in_their_century(
    fields: &Fields,
    order: Order,
    in_utc: bool,
    seconds: &mut [Option<f64>],
) -> Option<(usize, i64)> {
    let year = |seconds: f64| date_of((seconds / 86_400.0).floor() as i64)[0];
    let doubtful = i64::from(1900 + PIVOT)..i64::from(1900 + LAST_PIVOT);
    let late = |text: &str| {
        let read = moment_by(text, LAST_PIVOT).or_else(|| period(text, LAST_PIVOT))?;
        let read = if in_utc { Moment::in_utc(read) } else { read };
        read.read(order).filter(|late| year(*late) >= i64::from(2000 + PIVOT))
    };
    let others: Vec<(usize, f64)> = seconds
        .iter()
        .enumerate()
        .filter_map(|(value, read)| Some((value, (*read)?)))
        .filter(|(_, read)| doubtful.contains(&year(*read)))
        .filter_map(|(value, _)| Some((value, late(&fields.values[value].0)?)))
        .collect();
    let (first, _) = *others.first()?;
    let years = || seconds.iter().flatten().map(|read| year(*read));
    let goes_on = years().any(|year| (2020..2030).contains(&year))
        && years().all(|year| (1930..1950).contains(&year) || (2015..2030).contains(&year));
    if goes_on {
        others.iter().for_each(|(value, late)| seconds[*value] = Some(*late));
    }
    seconds[first].map(|read| (first, year(read)))
}
