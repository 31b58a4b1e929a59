//! Whether the first line of a file holds names.

use super::separator::SAMPLE;
use crate::data::date::moment;
use crate::data::number::{is_missing, readings};
use crate::data::unit::is_measurement;
use csv::StringRecord;
use std::collections::HashSet;

/// Whether the first line holds names, and whether that is not certain.
pub(in crate::data) fn looks_like_header(records: &[StringRecord], comma: bool) -> (bool, bool) {
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
        return (numbers_are_names(first, &below, certain, repeated), true);
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
    /// A few words again and again.
    repeats: bool,
    texts: HashSet<&'a str>,
    numbers: Vec<f64>,
}

impl Below<'_> {
    fn of(rows: &[StringRecord], column: usize) -> Below<'_> {
        let fields = || {
            let fields = rows.iter().filter_map(move |record| record.get(column)).map(str::trim);
            fields.filter(|field| !is_missing(field))
        };
        let typed = |field: &&str| is_typed(field) || is_measurement(field);
        let (present, typed) = (fields().count(), fields().filter(typed).count());
        let texts: HashSet<&str> = fields().collect();
        Below {
            typed: typed > 0 && typed * 5 >= present * 4,
            repeats: present >= 6 && texts.len() * 3 <= present,
            texts,
            numbers: fields().filter_map(|f| readings(f).any()).map(|n| n.exact).collect(),
        }
    }
}

/// Whether the numbers in a first line are names, as years or a data frame's numbered columns are.
fn numbers_are_names(
    first: &StringRecord,
    below: &[Below],
    names_above_numbers: bool,
    new_word: bool,
) -> bool {
    let mut numbers = Vec::new();
    let mut apart = 0;
    for (field, below) in first.iter().zip(below) {
        let field = field.trim();
        if is_missing(field) || !is_typed(field) {
            continue;
        }
        // Names are short and positive, and no dates.
        let Some(number) = field.parse::<f64>().ok().filter(|n| (0.0..1e6).contains(n)) else {
            return false;
        };
        let outside = below.numbers.iter().all(|n| *n < number)
            || below.numbers.iter().all(|n| *n > number)
            || below.numbers.iter().any(|n| n.fract() != 0.0) && number.fract() == 0.0;
        apart += usize::from(outside && !below.numbers.is_empty());
        numbers.push(number);
    }
    let rises = numbers.windows(2).all(|pair| pair[1] > pair[0]);
    let step = |pair: &[f64]| pair[1] - pair[0];
    let even = numbers.windows(3).all(|three| (step(&three[1..]) - step(&three[..2])).abs() < 1e-6);
    match numbers.len() {
        0 => true,
        _ if names_above_numbers => rises,
        1 => false,
        // Of two numbers only neighbours say something, such as years.
        many => {
            let whole = numbers.iter().all(|n| n.fract() == 0.0);
            let year_after_year = numbers.windows(2).all(|pair| step(pair) == 1.0);
            let by_word = new_word && whole && (many > 2 || year_after_year);
            rises && even && (by_word || many > 2 && apart * 3 >= many * 2)
        }
    }
}
