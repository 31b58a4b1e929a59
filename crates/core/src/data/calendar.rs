//! The calendar: days by their number since 1970 began, and moments as text.

/// Seconds of a day.
pub(super) const DAY: f64 = 86_400.0;

/// Days from 1970-01-01 to a day of the Gregorian calendar; `None` if there is no such day. After
/// Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that the
/// leap day comes last.
pub(crate) fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if day == 0 || day > length || year == 0 {
        return None;
    }
    let year = i64::from(year) - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Year, month and day, so many days after 1970 began: the other way round than [`days`].
pub(crate) fn date_of(days: i64) -> [i64; 3] {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let of_years = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * of_years + of_years / 4 - of_years / 100);
    let march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march + 2) / 5 + 1;
    let month = if march < 10 { march + 3 } else { march - 9 };
    [of_years + era * 400 + i64::from(month <= 2), month, day]
}

/// A moment in the form `2026-01-31 12:34:56`; without the time at midnight, without the date if it
/// is a time of day or a duration, which may have more hours than a day.
pub(super) fn calendar(seconds: f64, dated: bool) -> String {
    let clock =
        |whole: u64| format!("{:02}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    if !dated {
        let sign = if seconds < 0.0 { "-" } else { "" };
        return format!("{sign}{}", clock(seconds.abs() as u64));
    }
    let (day, of_day) = ((seconds / DAY).floor(), seconds.rem_euclid(DAY) as u64);
    let [year, month, day] = date_of(day as i64);
    let date = format!("{year:04}-{month:02}-{day:02}");
    if of_day == 0 { date } else { format!("{date} {}", clock(of_day)) }
}
