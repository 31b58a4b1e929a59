//! Points in time as files have them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

/// Microseconds since 1970, in whatever zone the file was written: a journal of Optuna 4 and a
/// database of it hold local time without saying of where, those of Optuna 5 hold UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Time(pub i64);

impl Time {
    /// Reads `2026-10-01T10:00:00.000000`, with a blank for the `T`, without a fraction, or with an
    /// offset, which is taken off. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !(10..=40).contains(&text.len()) {
            return None;
        }
        if let Ok(aware) = DateTime::parse_from_rfc3339(text) {
            return Some(Self(aware.timestamp_micros()));
        }
        let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
            .or_else(|_| {
                let date = NaiveDate::parse_from_str(text, "%Y-%m-%d");
                date.map(|date| date.and_time(NaiveTime::MIN))
            });
        let aware = || DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").ok();
        match naive {
            Ok(naive) => Some(Self(naive.and_utc().timestamp_micros())),
            Err(_) => aware().map(|aware| Self(aware.timestamp_micros())),
        }
    }

    /// As Optuna's journal has it: `2026-10-01T10:00:00.000000`. `None` where the year has more
    /// than four digits.
    pub fn iso(self) -> Option<String> {
        let naive = DateTime::from_timestamp_micros(self.0)?.naive_utc();
        let text = naive.format("%Y-%m-%dT%H:%M:%S%.6f").to_string();
        (text.len() == 26).then_some(text)
    }
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
        for text in ["", "now", "2026-13-01T00:00:00", "2026-10-01T10:00", "１９７０-01-02"] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
        assert_eq!(Time(i64::MAX).iso(), None);
        assert_eq!(Time(i64::MIN).iso(), None);
    }
}
