//! Dates and times in other forms, brought to those that [`super::date`] reads: without separators,
//! with whole days before the time, with a comma before the fraction of a second.

use super::date::{compact, digits};

/// `1234` and `123456` as `12:34` and `12:34:56`.
pub(super) fn with_colons(clock: &str) -> Option<String> {
    let pairs = clock.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).ok());
    pairs.collect::<Option<Vec<&str>>>().map(|pairs| pairs.join(":"))
}

/// `20260131T123456Z` and `20260131 12:34` as `2026-01-31 12:34:56Z`; a date alone may be any
/// number.
pub(super) fn with_separators(text: &str) -> Option<String> {
    let (date, rest) = text.split_at_checked(8).filter(|(date, _)| compact(date).is_some())?;
    let rest = rest.strip_prefix(['T', ' ', '_', '-'])?;
    let (clock, behind) =
        rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let clock = match clock.len() {
        1 | 2 if behind.starts_with(':') => clock.to_owned(),
        4 | 6 => with_colons(clock)?,
        _ => return None,
    };
    Some(format!("{}-{}-{} {clock}{behind}", &date[..4], &date[4..6], &date[6..]))
}

/// The days of a duration, and the time behind them: `0 days 00:01:23.4`, `1 day, 2:03:04`.
pub(super) fn whole_days(text: &str) -> Option<(f64, &str)> {
    let (days, time) = text.split_once("day")?;
    let time = time.trim_start_matches('s').trim_start_matches([' ', ',', '+']);
    let days = days.trim();
    digits(days.trim_start_matches('-'), 1..=6)?;
    Some((days.parse().ok()?, time))
}

/// `12:34:56,789` with a point, since commas separate the words of a date.
pub(super) fn with_point(text: String) -> String {
    let digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let fraction = |(at, _): &(usize, &str)| {
        let (before, behind) = (&text.as_bytes()[..*at], &text.as_bytes()[at + 1..]);
        matches!(before, [.., b':', a, b] if digit(Some(a)) && digit(Some(b)))
            && digit(behind.first())
    };
    match text.match_indices(',').find(fraction) {
        Some((at, _)) => format!("{}.{}", &text[..at], &text[at + 1..]),
        None => text,
    }
}
