//! Points in time as files have them.

use crate::data::calendar;
use serde::{Deserialize, Serialize};

/// Microseconds since 1970, in whatever zone the file was written: a journal of Optuna 4 and a
/// database of it hold local time without saying of where, those of Optuna 5 hold UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Time(pub i64);

/// Microseconds of a second, and seconds of a day.
const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400;

impl Time {
    /// Reads `2026-10-01T10:00:00.000000`, with a blank for the `T`, without a fraction or seconds,
    /// or with an offset, which is taken off. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (given, rest) = text.trim().split_at_checked(10)?;
        let days = day(given)?;
        if rest.is_empty() {
            return Some(Self(days * DAY * SECOND));
        }
        let rest = rest.strip_prefix(['T', ' '])?;
        let clock = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
        let (clock, rest) = rest.split_at(clock);
        let mut parts = clock.split(':');
        let hours = number(parts.next()?, 2, 0..=23)?;
        let minutes = number(parts.next()?, 2, 0..=59)?;
        let seconds = number(parts.next().unwrap_or("00"), 2, 0..=59)?;
        if parts.next().is_some() {
            return None;
        }
        let (micros, rest) = match rest.strip_prefix('.') {
            None => (0, rest),
            Some(rest) => fraction(rest)?,
        };
        let seconds = days * DAY + hours * 3600 + minutes * 60 + seconds - offset(rest.trim())?;
        Some(Self(seconds * SECOND + micros))
    }

    /// Reads seconds since 1970, of nine or ten digits, or milliseconds, of twelve or thirteen, with
    /// a fraction or without.
    pub fn counted(text: &str) -> Option<Self> {
        let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        let unit = match whole.len() {
            9 | 10 => SECOND,
            12 | 13 => SECOND / 1000,
            _ => return None,
        };
        let (micros, rest) = fraction(rest)?;
        let whole = number(whole, whole.len(), 0..=i64::MAX)?;
        rest.is_empty().then_some(Self(whole * unit + micros * unit / SECOND))
    }

    /// So many seconds after 1970 began.
    pub fn from_seconds(seconds: f64) -> Self {
        Self((seconds * SECOND as f64).round() as i64)
    }

    /// As Optuna's journal has it: `2026-10-01T10:00:00.000000`. `None` where the year has more
    /// than four digits.
    pub fn iso(self) -> Option<String> {
        let seconds = self.0.div_euclid(SECOND);
        let [year, month, day] = calendar::date_of(seconds.div_euclid(DAY));
        let (second, micros) = (seconds.rem_euclid(DAY), self.0.rem_euclid(SECOND));
        let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
        (0..=9999).contains(&year).then(|| {
            format!(
                "{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}.{micros:06}"
            )
        })
    }
}

/// A number of so many digits in a range.
fn number(text: &str, length: usize, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let plain = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let number = if plain { text.parse().ok()? } else { return None };
    range.contains(&number).then_some(number)
}

/// The microseconds that a fraction begins with, and what stands behind it.
fn fraction(text: &str) -> Option<(i64, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    let micros = format!("{digits:0<6}").get(..6)?.parse().ok()?;
    (length > 0).then_some((micros, rest))
}

/// Seconds that a zone lies ahead: `Z`, `+02:00` or `-0330`; none ahead where there is none.
fn offset(text: &str) -> Option<i64> {
    let (sign, zone) = match text.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => return Some(0),
        Some(("+", zone)) => (1, zone),
        Some(("-", zone)) => (-1, zone),
        Some(_) => return None,
    };
    let (hours, minutes) = zone.split_at_checked(2)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    Some(sign * (number(hours, 2, 0..=23)? * 3600 + number(minutes, 2, 0..=59)? * 60))
}

/// Days from 1970 to a date `2026-10-01`.
fn day(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4, 1..=9999)?;
    let month = number(parts.next()?, 2, 1..=12)?;
    let day = number(parts.next()?, 2, 1..=31)?;
    calendar::days(year as u32, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_and_written_in_one() {
        let wanted = Time(1_790_848_800_250_000);
        for text in [
            "2026-10-01T10:00:00.250000",
            "2026-10-01 10:00:00.25",
            "2026-10-01T10:00:00.250000+00:00",
            "2026-10-01T12:00:00.25+02:00",
            "2026-10-01T10:00:00.250Z",
            " 2026-10-01 10:00:00.250000+00:00",
        ] {
            assert_eq!(Time::parse(text), Some(wanted), "{text}");
        }
        assert_eq!(wanted.iso().as_deref(), Some("2026-10-01T10:00:00.250000"));
        assert_eq!(Time::parse("1970-01-02"), Some(Time(86_400_000_000)));
        for text in ["2026-10-01 10:00", "2026-10-01T10:00Z", "2026-10-01 11:30+01:30"] {
            assert_eq!(Time::parse(text), Some(Time(1_790_848_800_000_000)), "{text}");
        }
        for day in (-700_000..2_900_000).step_by(97) {
            let time = Time(day * DAY * SECOND + 1);
            assert_eq!(time.iso().and_then(|text| Time::parse(&text)), Some(time));
        }
        for text in [
            "",
            "now",
            "2026-13-01T00:00:00",
            "2026-10-01T10",
            "2026-10-01T10:00:00:00",
            "2026-10-01T1:00",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "１９７０-01-02",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        for text in ["1790848800.25", "1790848800,250000", "1790848800250", "1790848800250.0"] {
            assert_eq!(Time::counted(text), Some(wanted), "{text}");
        }
        assert_eq!(Time::counted("1790848800000.5"), Some(Time(1_790_848_800_000_500)));
        assert_eq!(Time::counted("790848800"), Some(Time(790_848_800_000_000)));
        for text in
            ["", "17", "17908488", "17908488000", "-790848800", "1790848800.1e3", "179084880x"]
        {
            assert_eq!(Time::counted(text), None, "{text}");
        }
        assert_eq!(Time(i64::MAX).iso(), None);
        assert_eq!(Time(i64::MIN).iso(), None);
    }
}
