//! Whether the first line of a file holds names.

use super::lines::SAMPLE;
use crate::data::date::{Clock, Moment, compact, moment};
use crate::data::number::{is_missing, readings};
use crate::data::unit::is_measurement;
use csv::StringRecord;
use std::collections::HashSet;

/// Of so many names in the first line their order alone says something.
const FEW_NAMES: usize = 5;

/// Whether the first line holds names, and whether that is not certain.
pub(crate) fn looks_like_header(records: &[StringRecord], comma: bool) -> (bool, bool) {
    let Some((first, rest)) = records.split_first() else { return (false, false) };
    let sample = &rest[..rest.len().min(SAMPLE)];
    if first.iter().all(is_missing) {
        return (false, false);
    }
    let plain = |field: &str| is_plain_number(field, comma);
    let below: Vec<Below> = (0..first.len()).map(|c| Below::of(sample, c)).collect();
    // Text above numbers or dates.
    let names =
        |(field, below): &(&str, &Below)| !is_missing(field) && !is_typed(field) && below.typed;
    let certain = first.iter().zip(&below).any(|pair| names(&pair));
    let values = first.iter().zip(&below);
    let has_values =
        values.clone().any(|(field, below)| plain(field) || is_typed(field) && below.typed);
    if has_values {
        let repeated = (first.iter().zip(&below)).any(|(field, below)| {
            !is_typed(field) && below.repeats && !below.texts.contains(field.trim())
        });
        let words = first.iter().filter(|field| !is_missing(field) && !is_typed(field));
        let recurs = first.iter().zip(&below).any(|(f, below)| below.texts.contains(f.trim()));
        let around = Around { certain, new_word: repeated, fresh: words.count() > 1 && !recurs };
        return (numbers_are_names(first, &below, around), true);
    }
    // Text above numbers is a header. Where all is text, so is a line none of whose words comes
    // again in its column.
    let any_number = rest.iter().any(|record| record.iter().any(plain));
    let recurs =
        || (0..first.len()).any(|c| rest.iter().any(|record| record.get(c) == first.get(c)));
    let header = certain || any_number || !recurs();
    (header, !certain && !any_number)
}

/// A number in the form of programs, or with a decimal comma.
fn is_plain_number(field: &str, comma: bool) -> bool {
    let field = field.trim();
    let parsed = match field.parse::<f32>() {
        Err(_) if comma && !field.contains('.') => field.replacen(',', ".", 1).parse(),
        other => other,
    };
    parsed.is_ok_and(f32::is_finite)
}

fn is_typed(field: &str) -> bool {
    let field = field.trim();
    readings(field).any().is_some() || moment(field).is_some()
}

/// What stands below the first line in a column.
struct Below<'a> {
    /// Nearly all of it numbers or dates.
    typed: bool,
    /// Nearly all of it numbers, and nothing a date.
    numeric: bool,
    /// A few words again and again.
    repeats: bool,
    texts: HashSet<&'a str>,
    numbers: Vec<f64>,
}

impl Below<'_> {
    /// Whether a number is none of those here: beyond them, or whole above fractions.
    fn excludes(&self, number: f64) -> bool {
        let outside = self.numbers.iter().all(|n| *n < number)
            || self.numbers.iter().all(|n| *n > number)
            || self.numbers.iter().any(|n| n.fract() != 0.0) && number.fract() == 0.0;
        outside && !self.numbers.is_empty()
    }

    fn of(rows: &[StringRecord], column: usize) -> Below<'_> {
        let fields = || {
            let fields = rows.iter().filter_map(move |record| record.get(column)).map(str::trim);
            fields.filter(|field| !is_missing(field))
        };
        let typed = |field: &&str| is_typed(field) || is_measurement(field);
        let (present, typed) = (fields().count(), fields().filter(typed).count());
        let texts: HashSet<&str> = fields().collect();
        let numbers: Vec<f64> =
            fields().filter_map(|f| readings(f).any()).map(|n| n.exact).collect();
        let dates = fields().any(|f| day(f).is_some());
        Below {
            typed: typed > 0 && typed * 5 >= present * 4,
            numeric: !numbers.is_empty() && numbers.len() * 5 >= present * 4 && !dates,
            repeats: present >= 6 && texts.len() * 3 <= present,
            texts,
            numbers,
        }
    }
}

/// A date or a time of day, with separators or without.
fn day(field: &str) -> Option<Moment> {
    let plain = |seconds| Moment {
        day_first: Some(seconds),
        month_first: Some(seconds),
        year_first: None,
        dated: true,
        zone: None,
        clock: Clock::Hours,
    };
    moment(field).or_else(|| compact(field).map(plain))
}

/// The words that stand beside the numbers of a first line.
struct Around {
    /// One stands above numbers or dates.
    certain: bool,
    /// One stands above a few others that come again and again, and is none of them.
    new_word: bool,
    /// There are several, and none comes again in its column.
    fresh: bool,
}

/// Whether the numbers or dates in a first line are names, as years, wave lengths or a data frame's
/// numbered columns are.
fn numbers_are_names(first: &StringRecord, below: &[Below], around: Around) -> bool {
    let (mut numbers, mut days) = (Vec::new(), Vec::new());
    let mut apart = 0;
    for (field, below) in first.iter().zip(below) {
        let field = field.trim();
        if is_missing(field) || !is_typed(field) {
            continue;
        }
        // Names are short and positive, and dates only above numbers.
        match field.parse::<f64>().ok().filter(|n| (0.0..1e6).contains(n)) {
            Some(number) => {
                apart += usize::from(below.excludes(number));
                numbers.push(number);
            }
            None => match day(field).filter(|_| below.numeric) {
                Some(day) => days.push(day),
                None => return false,
            },
        }
    }
    match (numbers.len(), days.len()) {
        (0, 0) => true,
        (_, 0) => plain_numbers_are_names(&numbers, apart, below, around),
        (0, _) => days_in_order(&days),
        _ => false,
    }
}

/// Whether dates are all such or all times of day, and each is later than the one before, or each
/// earlier.
fn days_in_order(days: &[Moment]) -> bool {
    let in_order = |day_first: bool| {
        let read: Option<Vec<f64>> = days.iter().map(|day| day.with(day_first)).collect();
        read.is_some_and(|days| one_way(&days))
    };
    days.iter().all(|day| day.dated == days[0].dated) && (in_order(true) || in_order(false))
}

/// Whether numbers only rise, or only fall.
fn one_way(numbers: &[f64]) -> bool {
    numbers.windows(2).all(|pair| pair[1] > pair[0])
        || numbers.windows(2).all(|pair| pair[1] < pair[0])
}

/// `apart`: how many are no such numbers as stand below them.
fn plain_numbers_are_names(numbers: &[f64], apart: usize, below: &[Below], around: Around) -> bool {
    let step = |pair: &[f64]| pair[1] - pair[0];
    let even = numbers.windows(3).all(|three| (step(&three[1..]) - step(&three[..2])).abs() < 1e-6);
    let whole = numbers.iter().all(|n| n.fract() == 0.0);
    if !one_way(numbers) {
        return false;
    }
    match numbers.len() {
        _ if around.certain => true,
        1 => (around.new_word || around.fresh) && apart == 1 && are_years(numbers, below),
        // Of two numbers only neighbours say something, and years.
        many => {
            let neighbours = numbers.windows(2).all(|pair| step(pair).abs() == 1.0);
            let by_word = around.new_word && whole && (many > 2 || neighbours);
            let uneven = many > FEW_NAMES || many > 2 && around.new_word;
            even && (by_word || many > 2 && apart * 3 >= many * 2)
                || uneven && far_from_all(numbers, below)
                || many > FEW_NAMES && around.new_word
                || are_years(numbers, below)
        }
    }
}

/// Whether names are years above columns of which most have hardly any.
fn are_years(names: &[f64], below: &[Below]) -> bool {
    let year = |n: &f64| n.fract() == 0.0 && (1800.0..2100.0).contains(n);
    let columns = || below.iter().filter(|below| !below.numbers.is_empty());
    let years =
        |below: &&Below| below.numbers.iter().filter(|n| year(n)).count() * 5 > below.numbers.len();
    names.iter().all(year) && columns().filter(years).count() * 2 < columns().count()
}

/// Whether all names are larger than all numbers below them, or all smaller: wave lengths above
/// what was measured at them.
fn far_from_all(names: &[f64], below: &[Below]) -> bool {
    let ends = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), n| {
            (least.min(n), most.max(n))
        })
    };
    let (least, most) = ends(&mut names.iter().copied());
    let (lowest, highest) = ends(&mut below.iter().flat_map(|b| b.numbers.iter().copied()));
    least > highest || most < lowest
}

#[cfg(test)]
mod tests {
    use super::super::super::csv::read;

    fn header(first: &str, rows: &[&str]) -> bool {
        read(format!("{first}\n{}\n", rows.join("\n")).as_bytes()).unwrap().header
    }

    #[test]
    fn dates_times_and_falling_numbers_may_be_names() {
        let areas = ["area 1,28.1,24.3,25.1,A", "area 2,27.0,23.3,22.5,B", "area 3,8.1,4.3,5.5,A"];
        let days = ["2024-01-01,1.5,2.5,3.5,a", "2024-01-02,1.7,2.6,3.1,b", "2024-01-03,1,2,3,a"];
        let cases = ["Here,Rome,41.9,12.5,0,3", ",Oslo,59.9,10.7,1,4", "Far,Bonn,50.7,7.1,5,9"];
        let spectra = ["s1,0.12,0.13,0.14,0.15,0.2,0.3,a", "s2,0.2,0.22,0.23,0.24,0.25,0.26,b"];
        let countries = ["France,3.1,Europe", "Japan,4.2,Asia", "Kenya,5.0,Africa"];
        for (first, rows) in [
            ("region,2024-01,2024-02,2024-03,group", &areas[..]),
            ("region,20240131,20240229,20240331,group", &areas),
            ("region,31.03.2024,29.02.2024,31.01.2024,group", &areas),
            ("Province/State,City,Lat,Long,1/22/20,1/23/20", &cases),
            ("day,00:00,01:00,02:00,label", &days),
            ("sample,4000,3998,3996,3994,3992,3990,class", &spectra),
            ("sample,339.2,341.1,342.9,345.0,347.2,349.1,class", &spectra),
            ("name,3,2,1,other,more,last,class", &spectra),
            ("country,2023,continent", &countries),
            ("area,1990,1995,2005,group", &areas),
        ] {
            assert!(header(first, rows), "{first}");
        }
        assert!(header("sample,9.5,5,1,0.5,0.2,0.1,class", &spectra.repeat(4)));
        for (first, rows) in [
            ("area 0,28.0,24.0,25.0,A", &areas[..]),
            ("2023-12-31,1.6,2.5,3.4,a", &days),
            ("s0,0.11,0.12,0.13,0.16,0.21,0.31,b", &spectra),
            ("Spain,2,Europe", &countries),
            ("Spain,2023,Europe", &["Japan,2022,Asia", "Kenya,2021,Africa"]),
        ] {
            assert!(!header(first, rows), "{first}");
        }
    }
}
