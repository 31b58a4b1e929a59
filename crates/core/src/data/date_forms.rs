//! Dates and times in other forms, brought to those that [`super::date`] reads: in wide letters,
//! without separators, with whole days before the time, with a comma before the fraction of a
//! second, and as SAS, Oracle and web servers write them.

use super::date::{compact, digits};
use super::date_words::month;
use super::letters::is_invisible;
use super::number::narrow;
use std::borrow::Cow;

/// With narrow letters, digits and blanks, and nothing invisible. Dashes stay, which stand between
/// two dates.
pub(super) fn in_plain_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| match narrow(c) {
        '-' if c != '\u{ff0d}' => c,
        other => other,
    };
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).map(plain).collect::<String>())
}

/// `03JAN2024:10:00:00` and `03/Jan/2024:10:00:00` as `03-JAN-2024 10:00:00`.
pub(super) fn named_month_apart(text: &str) -> Option<String> {
    let run = |text: &str, of: fn(char) -> bool| text.find(|c| !of(c)).unwrap_or(text.len());
    let digit: fn(char) -> bool = |c| c.is_ascii_digit();
    let without_mark = |text: &str| text.strip_prefix(['/', '-']).unwrap_or(text).to_owned();
    let (day, rest) = text.split_at(run(text, digit));
    let rest = without_mark(rest);
    let (name, rest) = rest.split_at(run(&rest, char::is_alphabetic));
    let rest = without_mark(rest);
    let (year, rest) = rest.split_at(run(&rest, digit));
    let behind = match rest.strip_prefix(':') {
        Some(time) => format!(" {time}"),
        None if rest.is_empty() || rest.starts_with(' ') => rest.to_owned(),
        None => return None,
    };
    let fits = (1..=2).contains(&day.len()) && [2, 4].contains(&year.len());
    (fits && month(name).is_some()).then(|| format!("{day}-{name}-{year}{behind}"))
}

/// `2024-01-03t10:00:00z` with a capital T and Z.
pub(super) fn iso_in_capitals(text: String) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let iso = bytes.get(10) == Some(&b't') && bytes.get(4) == Some(&b'-') && digit(9) && digit(11);
    if iso { text.to_ascii_uppercase() } else { text }
}

/// `2024. 1. 3.` as `2024.1.3.`
pub(super) fn without_gaps(text: String) -> String {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let gap = |(at, _): &(usize, &str)| {
        digit(text[..*at].chars().next_back()) && digit(text[at + 2..].chars().next())
    };
    let gaps: Vec<usize> = text.match_indices(". ").filter(gap).map(|(at, _)| at + 1).collect();
    match gaps.is_empty() {
        true => text,
        false => text.char_indices().filter(|(at, _)| !gaps.contains(at)).map(|(_, c)| c).collect(),
    }
}

/// `10.00.00.000000` behind a date, and `10h30` anywhere, with colons.
pub(super) fn clock_with_points(word: &str, behind_date: bool) -> Option<String> {
    if let Some((hours, minutes)) = word.split_once('h') {
        digits(hours, 1..=2)?;
        digits(minutes, 2..=2)?;
        return Some(format!("{hours}:{minutes}"));
    }
    let fields: Vec<&str> = word.split('.').filter(|_| behind_date).collect();
    let (hours, rest) = fields.split_first()?;
    digits(hours, 1..=2)?;
    let pairs = &rest[..rest.len().min(2)];
    let fits = pairs.iter().all(|pair| digits(pair, 2..=2).is_some()) && !pairs.is_empty();
    let clock = format!("{hours}:{}", pairs.join(":"));
    match rest.get(2..).unwrap_or_default() {
        [] => fits.then_some(clock),
        [fraction] => {
            digits(fraction, 1..=9).filter(|_| fits).map(|_| format!("{clock}.{fraction}"))
        }
        _ => None,
    }
}

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
