//! Dates and times as people and programs write them, as seconds of one clock.

use super::calendar::{DAY, days};
use super::date_forms::{
    clock_with_points, in_plain_letters, iso_in_capitals, named_month_apart, whole_days,
    with_colons, with_point, with_separators, without_gaps,
};
use super::date_words::{in_plain_signs, is_silent, month, without_ordinal, zone};

/// The parts of a text that may be a date.
#[derive(Default)]
struct Parts {
    /// Year, month, day in the order in which they stand; the place of the year.
    date: Option<([u32; 3], usize)>,
    /// The same with the year first, where its two digits may stand there.
    year_first: Option<[u32; 3]>,
    /// Seconds since midnight, or of a duration.
    time: Option<f64>,
    clock: Clock,
    /// Whether it is the second half of the day that is meant.
    afternoon: Option<bool>,
    /// Seconds that its time zone is ahead of UTC.
    zone: Option<i32>,
    /// Whether the month is named, so that day and month can't be exchanged.
    named: bool,
}

/// What the parts of a time are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Clock {
    /// `12:34:56`.
    #[default]
    Hours,
    /// `12:34`: hours and minutes, unless others of its column show that it is minutes and seconds.
    Short,
    /// `1:23.4`: minutes and seconds.
    Minutes,
}

/// In which order a date's numbers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Day,
    Month,
    /// A year of two digits comes first: `26-01-31`.
    Year,
}

/// A date or time that was read under each order, in seconds of its own clock: since 1970, or since
/// midnight for a time alone, which may as well be a duration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    pub day_first: Option<f64>,
    pub month_first: Option<f64>,
    /// Only where the year may have two digits and come first.
    pub year_first: Option<f64>,
    /// Whether it has a date.
    pub dated: bool,
    /// Seconds that its clock is ahead of UTC, if it says so.
    pub zone: Option<i32>,
    pub clock: Clock,
}

impl Moment {
    pub fn with(self, day_first: bool) -> Option<f64> {
        self.read(if day_first { Order::Day } else { Order::Month })
    }

    pub fn read(self, order: Order) -> Option<f64> {
        match order {
            Order::Day => self.day_first,
            Order::Month => self.month_first,
            Order::Year => self.year_first,
        }
    }

    /// By the clock of UTC; without a zone it is taken to be by that already.
    pub fn in_utc(self) -> Moment {
        let ahead = f64::from(self.zone.unwrap_or(0));
        let [day_first, month_first, year_first] =
            [self.day_first, self.month_first, self.year_first].map(|read| read.map(|s| s - ahead));
        Moment { day_first, month_first, year_first, zone: Some(0), ..self }
    }

    /// A time alone.
    fn alone(time: f64, clock: Clock, zone: Option<i32>) -> Moment {
        let time = Some(time);
        Moment { day_first: time, month_first: time, year_first: time, dated: false, zone, clock }
    }

    /// Whether it shows that times of two parts are minutes and seconds: no day has so many hours.
    pub fn tells_minutes(self) -> bool {
        let long = self.clock == Clock::Short && self.day_first.is_some_and(|time| time >= DAY);
        !self.dated && (self.clock == Clock::Minutes || long)
    }

    /// With minutes and seconds where it has two parts.
    pub fn in_minutes(self) -> Moment {
        match (self.clock, self.day_first) {
            (Clock::Short, Some(time)) if !self.dated => {
                Moment::alone(time / 60.0, Clock::Minutes, self.zone)
            }
            _ => self,
        }
    }
}

/// Longest text that is looked at: `Wednesday, 30 September 2026, 12:34:56.123456 +02:00`, or with
/// `(Central European Summer Time)` behind.
const MAX_LENGTH: usize = 80;

/// Years of two digits from this on are of the 1900s, as in spreadsheets.
pub(super) const PIVOT: u32 = 30;

/// Reads a text as a date, a time of day, or both.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    moment_by(text, PIVOT)
}

/// The same where years of two digits are of the 1900s from `pivot` on, and of the 2000s before.
pub(super) fn moment_by(text: &str, pivot: u32) -> Option<Moment> {
    // A letter has four bytes at most.
    if text.len() > 4 * MAX_LENGTH {
        return None;
    }
    let text = in_plain_letters(text);
    let text = text.as_ref();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() > MAX_LENGTH || digits < 2 {
        return None;
    }
    if let Some((days, time)) = whole_days(text) {
        return self::time(time)
            .map(|(time, _)| Moment::alone(days * DAY + time, Clock::Hours, None));
    }
    let parts = parts(text, pivot)?;
    let (time, zone, clock) = (parts.time.unwrap_or(0.0), parts.zone, parts.clock);
    let Some((numbers, year_at)) = parts.date else {
        return parts.time.map(|time| Moment::alone(time, clock, zone));
    };
    // Only durations are longer than a day.
    if time >= DAY || clock == Clock::Minutes {
        return None;
    }
    let at = |year: u32, month: u32, day: u32| {
        days(year, month, day).map(|days| days as f64 * DAY + time)
    };
    let [a, b, c] = numbers;
    let (day_first, month_first) = match year_at {
        // Nobody writes the day after the year.
        0 => (at(a, b, c), at(a, b, c)),
        _ if parts.named => (at(c, b, a), at(c, b, a)),
        _ => (at(c, b, a), at(c, a, b)),
    };
    let year_first = parts.year_first.and_then(|[year, month, day]| at(year, month, day));
    let some = day_first.or(month_first).or(year_first);
    some.map(|_| Moment { day_first, month_first, year_first, dated: true, zone, clock })
}

/// The beginning of a day, by days since 1970.
pub(super) fn midnight(day: i64) -> Moment {
    let start = Some(day as f64 * DAY);
    Moment {
        day_first: start,
        month_first: start,
        year_first: None,
        dated: true,
        zone: None,
        clock: Clock::Hours,
    }
}

/// A date without separators, `20260131`, or with a time behind, `202601311234`, in seconds since
/// 1970.
pub(crate) fn compact(text: &str) -> Option<f64> {
    let (date, clock) = text.split_at_checked(8)?;
    let number = digits(date, 8..=8)?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    let days = days(year, month, day).filter(|_| (1900..2100).contains(&year))?;
    let time = match clock.len() {
        0 => 0.0,
        4 | 6 => time(&with_colons(clock)?)?.0,
        _ => return None,
    };
    (time < DAY).then_some(days as f64 * DAY + time)
}

fn parts(text: &str, pivot: u32) -> Option<Parts> {
    let mut parts = Parts::default();
    let text = with_point(in_plain_signs(text));
    let text = with_separators(&text).unwrap_or(text);
    let text = named_month_apart(&text).unwrap_or(text);
    let text = without_gaps(iso_in_capitals(text));
    let text = match text.strip_suffix('Z') {
        Some(before) if before.ends_with(|c: char| c.is_ascii_digit()) => {
            parts.zone = Some(0);
            before.to_owned()
        }
        _ => text,
    };
    // Between date and time of ISO 8601.
    let text = match text.find('T') {
        Some(at) if text[..at].ends_with(|c: char| c.is_ascii_digit()) => {
            text.replacen('T', " ", 1)
        }
        _ => text,
    };
    let mut spoken = Vec::new();
    for word in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        let clock = clock_with_points(&lower, parts.date.is_some());
        let clock = clock.filter(|_| parts.time.is_none());
        match lower.as_str() {
            half @ ("am" | "pm") if parts.afternoon.is_none() => {
                parts.afternoon = Some(half == "pm");
            }
            _ if word.contains(':') && parts.time.is_none() => parts.take_time(word)?,
            "utc" | "gmt" => parts.zone = Some(0),
            lower if is_silent(lower) => {}
            // A zone after the time, such as +02:00 or CET.
            lower if parts.time.is_some() && zone(lower).is_some() => parts.zone = zone(lower),
            _ if parts.time.is_some() && word.starts_with(['+', '-']) => {}
            _ if clock.is_some() => parts.take_time(&clock?)?,
            _ => match date(word, pivot) {
                Some(date) if parts.date.is_none() => {
                    (parts.date, parts.named) = (Some((date.numbers, date.year_at)), date.named);
                    parts.year_first = date.year_first;
                }
                Some(_) => return None,
                None => spoken.push(word.to_owned()),
            },
        }
    }
    match (&parts.date, spoken.len()) {
        (_, 0) => {}
        (None, 3 | 4) => {
            (parts.date, parts.named) = (Some(spoken_date(&spoken, pivot)?), true);
        }
        _ => return None,
    }
    if let Some(afternoon) = parts.afternoon {
        parts.time = Some(twelve(parts.time?, afternoon)?);
    }
    (parts.date.is_some() || parts.time.is_some()).then_some(parts)
}

impl Parts {
    /// `12:34:56`, with half of the day and zone behind it or not.
    fn take_time(&mut self, word: &str) -> Option<()> {
        let lower = word.to_ascii_lowercase();
        let half = ["am", "pm"].into_iter().find(|half| lower.ends_with(half));
        let word = &word[..word.len() - half.map_or(0, str::len)];
        if half.is_some() {
            self.afternoon = half.map(|half| half == "pm");
        }
        let (clock, ahead) = word.split_at(word.find(['+', '-']).unwrap_or(word.len()));
        self.zone = zone(ahead).or(self.zone);
        let (time, clock) = time(clock)?;
        (self.time, self.clock) = (Some(time), clock);
        Some(())
    }
}

/// A date in one word.
struct Written {
    numbers: [u32; 3],
    year_at: usize,
    named: bool,
    year_first: Option<[u32; 3]>,
}

/// `2026-01-31`, `31.1.2026`, `1/31/26`, `31-Jan-2026`.
fn date(word: &str, pivot: u32) -> Option<Written> {
    // Koreans end each number with a point: `2026.1.31.`
    let word = word.strip_suffix('.').unwrap_or(word);
    let separator = word.chars().find(|c| ['-', '/', '.'].contains(c))?;
    let fields: Vec<&str> = word.split(separator).collect();
    let fields: [&str; 3] = match fields.as_slice() {
        // `2026年1月` and `2026-01` are the first of the month.
        [a, b] | [a, b, ""]
            if separator == '-'
                && ["18", "19", "20"].iter().any(|c| a.len() == 4 && a.starts_with(c)) =>
        {
            [a, b, "1"]
        }
        [a, b, c] => [a, b, c],
        _ => return None,
    };
    let named = month(fields[1]);
    let mut numbers = [0; 3];
    for (place, field) in fields.iter().enumerate() {
        numbers[place] = match named {
            Some(month) if place == 1 => month,
            _ => digits(field, 1..=4)?,
        };
    }
    let [a, b, c] = numbers;
    let written = |numbers, year_at, year_first| {
        Some(Written { numbers, year_at, named: named.is_some(), year_first })
    };
    if fields[0].len() == 4 {
        return written(numbers, 0, None);
    }
    let short = named.is_none() && fields.iter().all(|field| field.len() == 2);
    let year_first =
        full_year(a, fields[0].len(), pivot).filter(|_| short).map(|year| [year, b, c]);
    written([a, b, full_year(c, fields[2].len(), pivot)?], 2, year_first)
}

/// `31 January 2026`, `Jan 31 2026`, a weekday before.
fn spoken_date(words: &[String], pivot: u32) -> Option<([u32; 3], usize)> {
    let words = &words[words.len() - 3..];
    let number = |word: &str| digits(without_ordinal(word), 1..=4);
    let (day, month) = match month(&words[0]) {
        Some(month) => (number(&words[1])?, month),
        None => (number(&words[0])?, month(&words[1])?),
    };
    let year = full_year(number(&words[2])?, words[2].len(), pivot)?;
    Some(([day, month, year], 2))
}

/// A year of four digits, or of two.
pub(super) fn full_year(year: u32, length: usize, pivot: u32) -> Option<u32> {
    match (length, year) {
        (4, year) => Some(year),
        (2, year) if year >= pivot => Some(1900 + year),
        (2, year) => Some(2000 + year),
        _ => None,
    }
}

pub(super) fn digits(text: &str, lengths: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let good = lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if good { text.parse().ok() } else { None }
}

/// `12:34`, `12:34:56`, `12:34:56.789`, `1:23.4`; of a duration the first part may be any number.
fn time(word: &str) -> Option<(f64, Clock)> {
    let fields: Vec<&str> = word.split(':').collect();
    let (hours, minutes, seconds, clock) = match *fields.as_slice() {
        [minutes, seconds] if seconds.contains(['.', ',']) => {
            ("", minutes, seconds, Clock::Minutes)
        }
        [hours, minutes] => (hours, minutes, "00", Clock::Short),
        [hours, minutes, seconds] => (hours, minutes, seconds, Clock::Hours),
        _ => return None,
    };
    let (hours, minutes) = match clock {
        Clock::Minutes => (0, digits(minutes, 1..=3)?),
        _ => (digits(hours, 1..=3)?, digits(minutes, 2..=2).filter(|minutes| *minutes < 60)?),
    };
    digits(seconds.split(['.', ',']).next()?, 2..=2)?;
    let seconds: f64 = seconds.replace(',', ".").parse().ok()?;
    let whole = f64::from(hours * 3600 + minutes * 60);
    (seconds < 61.0).then_some((whole + seconds, clock))
}

/// A time with its half of the day; `下午 15:00` says twice what it means.
fn twelve(time: f64, afternoon: bool) -> Option<f64> {
    let half = 43_200.0;
    if time >= DAY {
        return None;
    }
    match (time < half + 3600.0, afternoon) {
        (true, _) => Some(time % half + if afternoon { half } else { 0.0 }),
        (false, true) => Some(time),
        (false, false) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::choices::{Cell, Guess};
    use super::super::csv::read;
    use super::*;

    #[test]
    fn durations_and_fractions_of_seconds_are_times() {
        for (text, seconds) in [
            ("12:34:56,789", 45_296.789),
            ("12:34:56.789", 45_296.789),
            ("0 days 00:01:23.4", 83.4),
            ("1 day, 2:03:04", 93_784.0),
            ("-1 days +23:59:00", -60.0),
            ("26:15:00", 94_500.0),
            ("100:00:30", 360_030.0),
            ("1:23.45", 83.45),
            ("2026-01-31 12:34:56,789", 1_769_862_896.789),
            ("20260131 12:34:56", 1_769_862_896.0),
            ("20260131T123456Z", 1_769_862_896.0),
            ("20260131 1234", 1_769_862_840.0),
        ] {
            let moment = moment(text).and_then(|moment| moment.with(true));
            let near = moment.is_some_and(|moment| (moment - seconds).abs() < 1e-6);
            assert!(near, "{text}: {moment:?}");
        }
        for text in ["20260131", "20261331 12:00", "2026-01-31 26:00", "75:30 pm", "10:75", "1:2.5"]
        {
            assert!(moment(text).is_none(), "{text}");
        }
        assert_eq!(compact("20260131123456"), Some(1_769_862_896.0));
        assert_eq!((compact("20260131126056"), compact("2026013112")), (None, None));
    }

    #[test]
    fn two_parts_are_minutes_where_no_day_has_so_many_hours() {
        let column = |values: &[&str]| {
            let rows: String = values.iter().map(|value| format!("{value},1\n")).collect();
            let mut table = read(format!("t,n\n{rows}").as_bytes()).unwrap();
            (table.columns.swap_remove(0), table.guesses)
        };
        let (times, guesses) = column(&["75:30", "12:30", "1:02:30", "3:20"]);
        let seconds: Vec<_> = (0..4).map(|row| times.exact(row)).collect();
        assert_eq!(seconds, [4330.0, 550.0, 3550.0, 0.0].map(Some));
        assert!(guesses.contains(&Guess::Minutes { column: 0, value: "75:30".into() }));
        let (times, guesses) = column(&["7:30", "12:30", "13:45"]);
        assert_eq!((times.exact(1), guesses.len()), (Some(18_000.0), 0));
        let (times, guesses) = column(&["26:15:00", "25:00:00", "102:30:00"]);
        assert_eq!(times.cell(2), Cell::Date("102:30:00".into()));
        assert!(guesses.is_empty(), "{guesses:?}");
    }
}
