//! A column of dates: which order its days and months have, and the dates as numbers.

use super::fields::Fields;
use super::missing::odd_rows;
use super::reading::Reading;
use crate::data::centuries::in_their_century;
use crate::data::choices::Guess;
use crate::data::csv::limits::shortened;
use crate::data::date::{Clock, Moment, Order, PIVOT, moment};
use crate::data::date_periods::{period, season};
use crate::data::moments::{by_one_clock, in_minutes, read_one_way, year_comes_first};
use crate::data::number::{Number, Readings};
use serde::{Deserialize, Serialize};

/// Fewer values than these may have something in common by chance.
const MIN_ALIKE: usize = 3;

/// How the numbers of a column of dates are meant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DateScale {
    /// The earliest, in seconds.
    pub first: f64,
    /// Seconds that count as 1.
    pub unit: f64,
    /// Whether there is a date, not only a time of day.
    pub dated: bool,
}

/// Each value as a moment in seconds, if the column is one of dates, and whether it has dates and
/// not only times of day.
pub(super) fn dates(
    at: usize,
    fields: &Fields,
    with: &mut Reading,
) -> Option<(Vec<Option<f64>>, bool)> {
    // Most columns of text are none: a few values say it.
    let few = fields.values.iter().take(8);
    if !few.clone().any(|(text, _)| any_date(text).is_some()) {
        return None;
    }
    if let Some(years) = seasons(at, fields, with) {
        return Some((years, true));
    }
    let mut moments: Vec<Option<Moment>> =
        fields.values.iter().map(|(text, _)| any_date(text)).collect();
    let zoned = by_one_clock(&mut moments);
    let year_first = year_comes_first(&moments, with.choices.day_first);
    let dated = moments.iter().flatten().any(|moment| moment.dated);
    let minutes = if dated { None } else { in_minutes(&mut moments) };
    let [days, months] = read_one_way(&moments);
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
    let mut seconds: Vec<Option<f64>> = moments
        .iter()
        .map(|m| m.filter(|m| m.dated == dated).and_then(|m| m.read(order)))
        .collect();
    if with.choices.column(at).is_none() {
        odd_rows(fields, &seconds)?;
    }
    let text = |value: usize| shortened(&fields.values[value].0);
    let centuries = in_their_century(fields, order, zoned.is_some(), &mut seconds);
    with.guesses.extend(centuries.map(|(value, year)| Guess::Century {
        column: at,
        value: text(value),
        year,
    }));
    let period = first_period(fields, &seconds).map(text);
    with.guesses.extend(period.map(|value| Guess::Periods { column: at, value }));
    let like_ratios = like_ratios(&moments).filter(|_| with.choices.column(at).is_none());
    with.guesses.extend(like_ratios.map(|value| Guess::Times { column: at, value: text(value) }));
    with.guesses.extend(minutes.map(|value| Guess::Minutes { column: at, value: text(value) }));
    with.guesses.extend(zoned.map(|value| Guess::Zones { column: at, value: text(value) }));
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

/// A date, a time of day, or what stands for its first day.
fn any_date(text: &str) -> Option<Moment> {
    moment(text).or_else(|| period(text, PIVOT))
}

/// The first value that stands for its first day.
fn first_period(fields: &Fields, seconds: &[Option<f64>]) -> Option<usize> {
    let mut values = fields.values.iter().zip(seconds);
    values.position(|((text, _), read)| read.is_some() && moment(text).is_none())
}

/// Seasons such as `2001-02` by the year that they begin in, if all are: months would not all be
/// those of the next year's number.
fn seasons(at: usize, fields: &Fields, with: &mut Reading) -> Option<Vec<Option<f64>>> {
    let year = |(text, _): &(String, Readings)| season(text).map(|year| year.with(true));
    let years: Vec<Option<f64>> = fields.values.iter().map(year).collect::<Option<_>>()?;
    let (value, _) = fields.values.first().filter(|_| years.len() >= MIN_ALIKE)?;
    with.guesses.push(Guess::Seasons { column: at, value: value.clone() });
    Some(years)
}

/// The first of some times that all have the same hour, of one digit: `1:10` and `1:20` may be
/// ratios.
fn like_ratios(moments: &[Option<Moment>]) -> Option<usize> {
    let hour = |moment: &Moment| {
        let hour = moment.day_first.map(|time| (time / 3600.0) as u32)?;
        (!moment.dated && moment.clock == Clock::Short && hour < 10).then_some(hour)
    };
    let hours: Option<Vec<u32>> = moments.iter().flatten().map(hour).collect();
    let hours = hours.filter(|hours| hours.len() >= MIN_ALIKE)?;
    hours.windows(2).all(|pair| pair[0] == pair[1]).then_some(())?;
    moments.iter().position(Option::is_some)
}

/// Moments as days (times of day as seconds) since the earliest.
pub(super) fn since_first(
    moments: &[Option<f64>],
    dated: bool,
) -> (Vec<Option<Number>>, DateScale) {
    let first = moments.iter().flatten().copied().fold(f64::INFINITY, f64::min);
    let unit = if dated { 86_400.0 } else { 1.0 };
    let number = |seconds: f64| Number::from_exact((seconds - first) / unit);
    let numbers = moments.iter().map(|moment| moment.map(number)).collect();
    (numbers, DateScale { first, unit, dated })
}
