//! Months, quarters, weeks and seasons, which stand for their first day: `Jan 2018`, `01/2018`,
//! `2010-Q1`, `2024-W01`, `2001-02`.

use super::calendar::days;
use super::date::{Moment, digits, full_year, midnight};
use super::date_words::month;
use super::letters::narrowed;

/// Longest text that is looked at: `September 2018`, `2010年第1季度`.
const MAX_LENGTH: usize = 30;

/// The first day of a period; of a year of two digits the ones from `pivot` on are of the 1900s.
pub(super) fn period(text: &str, pivot: u32) -> Option<Moment> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let text = narrowed(text);
    let pieces = pieces(&text)?;
    let year = |text: &str| digits(text, 4..=4).filter(|year| (1800..2200).contains(year));
    // `Jan-18`, `Jan '18`; the 18 of `Jan 18` may be a day.
    let short = |text: &str| full_year(digits(text, 2..=2)?, 2, pivot);
    let any_year = |text: &str| year(text).or_else(|| short(text));
    let number = |text: &str| digits(text, 1..=2);
    let marked = text.contains(['-', '\'']);
    let first = match *pieces.as_slice() {
        [name, end] if month(name).is_some() && (year(end).is_some() || marked) => {
            days(any_year(end)?, month(name)?, 1)
        }
        [start, name] if month(name).is_some() => days(year(start)?, month(name)?, 1),
        [one, end] if year(end).is_some() && text.contains(['/', '-', '.']) => {
            days(year(end)?, number(one)?, 1)
        }
        [start, one] if text.contains(['/', '.']) => days(year(start)?, number(one)?, 1),
        [start, "m" | "M", one] => days(year(start)?, number(one)?, 1),
        [start, "Q" | "q", one]
        | ["Q" | "q", one, start]
        | [start, "年第" | "年", one, "季度" | "季"] => quarter(year(start)?, number(one)?),
        [start, "W" | "w" | "KW", one] | ["W" | "w" | "KW", one, start] => {
            week(year(start)?, number(one)?)
        }
        _ => None,
    };
    first.map(midnight)
}

/// Runs of digits and runs of letters, four at most; `None` if anything else stands between them
/// than what separates the parts of a date.
fn pieces(text: &str) -> Option<Vec<&str>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let digit = first.is_ascii_digit();
        let same = |c: char| match digit {
            true => c.is_ascii_digit(),
            false => c.is_alphabetic(),
        };
        let length = rest.find(|c| !same(c)).unwrap_or(rest.len());
        if length == 0 || pieces.len() == 4 {
            return None;
        }
        pieces.push(&rest[..length]);
        let behind = rest[length..].trim_start_matches(['.', ' ', '-', '/', '\'']);
        // `1.-/2018` is nothing, `Jan. 2018` is.
        if rest.len() - length - behind.len() > 2 || behind.is_empty() && rest.len() > length {
            return None;
        }
        rest = behind;
    }
    Some(pieces)
}

fn quarter(year: u32, quarter: u32) -> Option<i64> {
    if (1..=4).contains(&quarter) { days(year, quarter * 3 - 2, 1) } else { None }
}

/// The Monday of a week of ISO 8601: the first has the fourth of January.
fn week(year: u32, week: u32) -> Option<i64> {
    let fourth = days(year, 1, 4)?;
    // The first of January 1970 was a Thursday.
    let monday = fourth - (fourth + 3).rem_euclid(7);
    (1..=53).contains(&week).then(|| monday + 7 * (i64::from(week) - 1))
}

/// The first day of a season such as `2001-02` or `2001/02`, which ends in the year after the one that it
/// begins in.
pub(super) fn season(text: &str) -> Option<Moment> {
    let (start, end) = text.split_once(['-', '/'])?;
    let (start, end) = (digits(start, 4..=4)?, digits(end, 2..=2)?);
    ((1800..2200).contains(&start) && (start + 1) % 100 == end)
        .then(|| days(start, 1, 1).map(midnight))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::calendar::calendar;

    #[test]
    fn a_period_begins_with_its_first_day() {
        let read = |text: &str| {
            let first = period(text, 30).and_then(|moment| moment.with(true));
            first.map(|seconds| calendar(seconds, true))
        };
        for (text, day) in [
            ("Jan 2018", "2018-01-01"),
            ("September 2018", "2018-09-01"),
            ("janv. 2018", "2018-01-01"),
            ("Feb-18", "2018-02-01"),
            ("Feb '68", "1968-02-01"),
            ("01/2018", "2018-01-01"),
            ("12.2018", "2018-12-01"),
            ("2018.12", "2018-12-01"),
            ("2018m3", "2018-03-01"),
            ("2010-Q2", "2010-04-01"),
            ("2010q4", "2010-10-01"),
            ("Q3 2010", "2010-07-01"),
            ("2010年第1季度", "2010-01-01"),
            ("2024-W01", "2024-01-01"),
            ("2021-W01", "2021-01-04"),
            ("2020-W53", "2020-12-28"),
        ] {
            assert_eq!(read(text).as_deref(), Some(day), "{text}");
        }
        for text in
            ["Jan 18", "13/2018", "2010-Q5", "2024-W54", "3/4", "A 2018", "2018", "Q1", "1.-./2018"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert!(season("2001-02").is_some() && season("1999/00").is_some());
        assert!(season("2001-03").is_none() && season("2001-2").is_none());
    }
}
