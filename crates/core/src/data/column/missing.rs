//! Which values of a column count as missing: words such as `none`, and the few that are not
//! understood.

use super::fields::Fields;
use super::reading::Reading;
use crate::data::choices::{ColumnKind, Guess};
use crate::data::csv::limits::shortened;
use crate::data::date::moment;
use crate::data::number::{Number, Readings, may_be_missing};
use crate::data::unit::is_measurement;

/// A word in one row of so many, or more, is no mere gap among other words.
const OFTEN: usize = 10;

/// Takes words such as `none` and `-` for missing values, if two other values are left. Among other
/// words one that stands in many rows is a category of its own: a masonry veneer of type `None` is
/// none. Where a reader wants categories, all of them are.
pub(super) fn drop_missing_words(at: usize, fields: &mut Fields, with: &mut Reading) {
    let plus = fields.values.iter().any(|(text, _)| text == "+");
    let words: Vec<bool> = fields
        .values
        .iter()
        .map(|(text, _)| may_be_missing(text) && !(plus && text == "-"))
        .collect();
    let dropped = words.iter().filter(|word| **word).count();
    if dropped == 0 || fields.values.len() < dropped + 2 {
        return;
    }
    let counts = fields.counts();
    let rows: usize = (0..words.len()).filter(|value| words[*value]).map(|v| counts[v]).sum();
    let often = rows * OFTEN >= counts.iter().sum::<usize>();
    let chosen = with.choices.column(at) == Some(ColumnKind::Category);
    let category = often && mostly_words(fields, &words);
    let mut keeps = vec![true; words.len()];
    for (value, _) in words.iter().enumerate().filter(|(_, word)| **word) {
        let text = fields.values[value].0.clone();
        // Signs such as `-` are no words.
        let missing = !(chosen || category && text.contains(char::is_alphabetic));
        keeps[value] = !missing;
        let (value, rows) = (text, counts[value]);
        with.guesses.push(Guess::MissingWord { column: at, value, rows, missing });
    }
    fields.keep(&keeps);
}

/// Whether most values besides some words are neither numbers nor dates.
fn mostly_words(fields: &Fields, besides: &[bool]) -> bool {
    let others = || fields.values.iter().zip(besides).filter(|(_, word)| !**word);
    let typed = |(text, readings): &(String, Readings)| {
        readings.any().is_some() || moment(text).is_some() || is_measurement(text)
    };
    others().filter(|(value, _)| typed(value)).count() * 2 < others().count()
}

/// `NA` may be Namibia, and `Null` a name: said where others are words as well.
pub(super) fn tell_missing_words(at: usize, fields: &Fields, with: &mut Reading) {
    if fields.values.len() > 1 {
        for (value, rows) in &fields.words {
            let (value, rows) = (value.clone(), *rows);
            with.guesses.push(Guess::MissingWord { column: at, value, rows, missing: true });
        }
    }
}

/// Number of rows whose value is not understood, if they are so few among the others that they
/// can count as missing.
pub(in crate::data) fn odd_rows<T>(fields: &Fields, understood: &[Option<T>]) -> Option<usize> {
    let counts = fields.counts();
    let odd = |(_, value): &(&usize, &Option<T>)| value.is_none();
    let rows: usize = counts.iter().zip(understood).filter(odd).map(|(count, _)| count).sum();
    let words = understood.iter().filter(|value| value.is_none()).count();
    let good = understood.len() - words;
    let present: usize = counts.iter().sum();
    let few = rows * 10 <= present && good >= 3 * words && (words <= 3 || words * 10 <= good);
    (rows == 0 || few).then_some(rows)
}

/// Lets values that are not understood count as missing, and says so.
pub(super) fn drop_odd<T: Copy>(
    at: usize,
    fields: &mut Fields,
    understood: &[Option<T>],
    with: &mut Reading,
) -> Vec<Option<T>> {
    let Some(odd) = understood.iter().position(Option::is_none) else {
        return understood.to_vec();
    };
    let counts = fields.counts();
    let rows = counts.iter().zip(understood).filter(|(_, v)| v.is_none()).map(|(n, _)| n).sum();
    let (line, value) = (with.line(fields.first_row(odd)), fields.values[odd].0.clone());
    let value = shortened(&value);
    with.guesses.push(Guess::OddValues { column: at, line, value, rows });
    let keeps: Vec<bool> = understood.iter().map(Option::is_some).collect();
    fields.keep(&keeps);
    understood.iter().copied().filter(Option::is_some).collect()
}

/// Says which number is larger than 32 bits hold, if one is; whether one is.
pub(super) fn tell_too_large(at: usize, fields: &Fields, with: &mut Reading) -> bool {
    let large = |(text, _): &(String, Readings)| {
        let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
        number.is_some_and(|number| !(number as f32).is_finite())
    };
    let Some(value) = fields.values.iter().position(large) else { return false };
    let (line, value) = (with.line(fields.first_row(value)), shortened(&fields.values[value].0));
    with.guesses.push(Guess::TooLarge { column: at, line, value });
    true
}

/// Says which value is none, if others of a column of text are numbers.
pub(super) fn tell_mixed(
    at: usize,
    fields: &Fields,
    numbers: &[Option<Number>],
    with: &mut Reading,
) {
    let odd = numbers.iter().position(Option::is_none);
    if let Some(odd) = odd.filter(|_| numbers.iter().any(Option::is_some)) {
        let (line, value) = (with.line(fields.first_row(odd)), &fields.values[odd].0);
        let value = shortened(value);
        with.guesses.push(Guess::Mixed { column: at, line, value });
    }
}
