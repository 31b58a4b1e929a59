//! What the dates of a column say together: in which order their numbers stand, and whether their
//! clocks run in one time zone.

use super::date::{Moment, Order};
use std::collections::BTreeSet;

/// The same moments by one clock, and the first that another zone than the one before it has. Where
/// all have one zone, or none, its own clock says more than that of UTC.
pub(super) fn by_one_clock(moments: &mut [Option<Moment>]) -> Option<usize> {
    let zoned = || {
        let dated = moments.iter().enumerate().filter_map(|(at, m)| Some((at, (*m)?)));
        dated.filter_map(|(at, m)| Some((at, m.zone.filter(|_| m.dated)?)))
    };
    let (_, first) = zoned().next()?;
    let (other, _) = zoned().find(|(_, zone)| *zone != first)?;
    moments.iter_mut().flatten().for_each(|moment| *moment = moment.in_utc());
    Some(other)
}

/// Times of two parts as minutes and seconds, if one shows that they are, and which.
pub(super) fn in_minutes(moments: &mut [Option<Moment>]) -> Option<usize> {
    let tells = moments.iter().position(|moment| moment.is_some_and(Moment::tells_minutes))?;
    moments.iter_mut().flatten().for_each(|moment| *moment = moment.in_minutes());
    Some(tells)
}

/// How many dates can be read only with the day first, and how many only with the month first.
pub(crate) fn read_one_way(moments: &[Option<Moment>]) -> [usize; 2] {
    [true, false].map(|day| {
        let only = |m: &&Moment| m.with(day).is_some() && m.with(!day).is_none();
        moments.iter().flatten().filter(only).count()
    })
}

/// Whether years of two digits come first: no other order reads the dates, or the last number
/// changes as days do while the first hardly changes, or only rises.
pub(crate) fn year_comes_first(moments: &[Option<Moment>], chosen: Option<bool>) -> bool {
    let dated = || moments.iter().flatten().filter(|moment| moment.dated);
    let all = |order: Order| dated().all(|moment| moment.read(order).is_some());
    if dated().next().is_none() || !all(Order::Year) {
        return false;
    }
    let read = |order: Order| dated().filter(|moment| moment.read(order).is_some()).count();
    // More than a slip or two.
    if read(Order::Day).max(read(Order::Month)) * 10 < read(Order::Year) * 9 {
        return true;
    }
    if chosen.is_some() {
        return false;
    }
    let days = |order: Order| -> Vec<i64> {
        dated().filter_map(|m| m.read(order)).map(|s| (s / 86_400.0).floor() as i64).collect()
    };
    let rises = |days: &[i64]| days.windows(2).all(|pair| pair[0] <= pair[1]);
    let count = |numbers: Vec<i64>| numbers.into_iter().collect::<BTreeSet<i64>>().len();
    let [first, last] = [0, 2].map(|part| {
        let part = |day: i64| super::calendar::date_of(day)[part];
        count(days(Order::Year).into_iter().map(part).collect())
    });
    let other = if read(Order::Day) >= read(Order::Month) { Order::Day } else { Order::Month };
    last >= 3 && first < last && (first == 1 || rises(&days(Order::Year)) && !rises(&days(other)))
}
