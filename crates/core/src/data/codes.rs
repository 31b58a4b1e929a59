//! Numbers that stand for something else: dates without separators, codes with leading zeros, and
//! `-999` for a missing value.

use super::choices::Guess;
use super::column::fields::Fields;
use super::column::missing::odd_rows;
use super::column::reading::Reading;
use super::date::compact;
use super::number::Number;
use super::table::MAX_CATEGORIES;

/// What programs write for a missing number, and in how many rows at least it has to stand.
const MISSING_CODES: [(f64, usize); 6] =
    [(-99.0, 2), (-999.0, 1), (-9999.0, 1), (-99999.0, 1), (-999.9, 1), (-9999.9, 1)];
/// Fewer dates than these may be other numbers by chance.
const MIN_DATES: usize = 3;
/// Numbers of fewer digits with zeros before them are months, hours and the like.
const MIN_CODE: usize = 3;
/// Codes of fewer digits may as well be numbers.
const MIN_CATEGORY: usize = 4;

/// The values as seconds since 1970, if all are dates such as `20260131`.
pub(super) fn compact_dates(
    at: usize,
    fields: &Fields,
    with: &mut Reading,
) -> Option<(Vec<Option<f64>>, bool)> {
    let first = fields.values.first().filter(|(text, _)| compact(text).is_some())?;
    let seconds: Vec<Option<f64>> = fields.values.iter().map(|(text, _)| compact(text)).collect();
    let chosen = with.choices.column(at).is_some();
    if !chosen && (seconds.len() < MIN_DATES || odd_rows(fields, &seconds).is_none()) {
        return None;
    }
    with.guesses.push(Guess::CompactDate { column: at, value: first.0.clone() });
    Some((seconds, true))
}

/// Whether whole numbers of one length with zeros before them, such as postcodes, are categories;
/// `None` if they are none of that kind.
pub(super) fn leading_zeros(at: usize, fields: &Fields, with: &mut Reading) -> Option<bool> {
    let length = fields.values.first().map(|(text, _)| text.len())?;
    let code = |text: &str| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let values = || fields.values.iter().map(|(text, _)| text);
    let zero = values().find(|text| text.starts_with('0'))?;
    if length < MIN_CODE || values().count() < 2 || !values().all(|text| code(text)) {
        return None;
    }
    let rows: usize = fields.counts().iter().sum();
    let several = values().count() <= MAX_CATEGORIES && values().count() * 2 <= rows;
    let category = length >= MIN_CATEGORY && several;
    with.guesses.push(Guess::LeadingZeros { column: at, value: zero.clone(), category });
    Some(category)
}

/// Takes `-999` and the like for missing values, if all other numbers are far from it.
pub(super) fn drop_missing_codes(
    at: usize,
    fields: &mut Fields,
    numbers: &mut Vec<Option<Number>>,
    with: &mut Reading,
) {
    let counts = fields.counts();
    let is_code = |n: f64| MISSING_CODES.iter().find(|(code, _)| *code == n);
    let others = || numbers.iter().flatten().map(|n| n.exact).filter(|n| is_code(*n).is_none());
    let least = others().fold(f64::INFINITY, f64::min);
    let mut keeps = vec![true; numbers.len()];
    for (value, number) in numbers.iter().enumerate() {
        let Some((code, rows)) = number.and_then(|n| is_code(n.exact)) else { continue };
        if counts[value] >= *rows && least > code / 10.0 && others().nth(1).is_some() {
            let (text, rows) = (fields.values[value].0.clone(), counts[value]);
            let missing = with.choices.missing_codes != Some(false);
            with.guesses.push(Guess::MissingCode { column: at, value: text, rows, missing });
            keeps[value] = !missing;
        }
    }
    if keeps.contains(&false) {
        fields.keep(&keeps);
        let mut keeps = keeps.into_iter();
        numbers.retain(|_| keeps.next().unwrap_or(true));
    }
}
