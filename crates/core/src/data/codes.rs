//! Numbers that stand for something else: dates without separators, codes with leading zeros, and
//! `-999` for a missing value.

use super::choices::Guess;
use super::column::fields::Fields;
use super::column::missing::odd_rows;
use super::column::reading::Reading;
use super::date::compact;
use super::date_periods::period;
use super::number::{Number, Readings};
use super::table::MAX_CATEGORIES;

/// What programs write for a missing number besides nines: well logs, air stations, the least of 16
/// and 32 bits, and climate models.
const MISSING_CODES: [f64; 8] =
    [-999.25, -9999.25, -200.0, -32_768.0, -2_147_483_648.0, -1e30, 1e20, 1e30];
/// Fewer other numbers than these do not show how far they reach.
const MIN_OTHERS: usize = 3;
/// Fewer dates than these may be other numbers by chance.
const MIN_DATES: usize = 3;
/// Fewer months than these may be other numbers by chance: one of eight has a fraction up to 12.
const MIN_MONTHS: usize = 5;
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

/// The values as seconds since 1970, if all are months such as `01.2024` or `2024.01`.
pub(super) fn months(
    at: usize,
    fields: &Fields,
    with: &mut Reading,
) -> Option<(Vec<Option<f64>>, bool)> {
    let first = &fields.values.first()?.0;
    let point = first.find('.').filter(|at| first.len() == 7 && [2, 4].contains(at))?;
    let month = |(text, _): &(String, Readings)| {
        let months = text.len() == 7 && text.find('.') == Some(point);
        // The years that dates without separators have as well.
        let year = if point == 2 { text.get(3..) } else { text.get(..4) };
        year.filter(|year| months && ["19", "20"].iter().any(|c| year.starts_with(c)))?;
        period(text, 0)?.with(true).map(Some)
    };
    let seconds: Vec<Option<f64>> = fields.values.iter().map(month).collect::<Option<_>>()?;
    if with.choices.column(at).is_none() && seconds.len() < MIN_MONTHS {
        return None;
    }
    with.guesses.push(Guess::Periods { column: at, value: first.clone() });
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

/// In how many rows at least a number has to stand that programs write for a missing one, such as
/// `-999` and `9999`; `None` if it is none of these.
fn least_rows(number: f64, rows: usize) -> Option<usize> {
    let digits = number.abs().to_string();
    let nines = digits.bytes().all(|b| b"9.".contains(&b)) && digits.matches('9').count() > 1;
    let several = rows.div_ceil(100).max(2);
    match number {
        n if MISSING_CODES.contains(&n) => Some(if n < -900.0 { 1 } else { several }),
        n if nines && n <= -900.0 => Some(1),
        n if nines && n < 0.0 => Some(2),
        _ if nines => Some(several),
        _ => None,
    }
}

/// Takes `-999` and the like for missing values, if all other numbers are far from it.
pub(super) fn drop_missing_codes(
    at: usize,
    fields: &mut Fields,
    numbers: &mut Vec<Option<Number>>,
    with: &mut Reading,
) {
    let counts = fields.counts();
    let rows = counts.iter().sum();
    let codes: Vec<Option<usize>> =
        numbers.iter().map(|number| least_rows((*number)?.exact, rows)).collect();
    let others = || {
        let others = numbers.iter().zip(&codes).filter(|(_, code)| code.is_none());
        others.filter_map(|(number, _)| number.map(|n| n.exact))
    };
    if codes.iter().all(Option::is_none) || others().nth(1).is_none() {
        return;
    }
    let (least, most) = others()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), n| (least.min(n), most.max(n)));
    // Above the others it may be their largest, unless it is beyond all measure.
    let far = |code: f64| match code < 0.0 {
        true => least > code / 10.0,
        false => code - most > most - least && others().nth(MIN_OTHERS - 1).is_some(),
    };
    let mut keeps = vec![true; numbers.len()];
    for (value, number) in numbers.iter().enumerate() {
        let Some((code, wanted)) = number.map(|n| n.exact).zip(codes[value]) else { continue };
        if counts[value] >= wanted && far(code) {
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

#[cfg(test)]
mod tests {
    use super::super::csv::read;

    #[test]
    fn codes_of_instruments_count_as_missing() {
        let missing = |code: &str, others: [f64; 4]| {
            let row = |at: usize| match at % 10 {
                0 => format!("{code},a\n"),
                _ => format!("{},b\n", others[at % 4] + (at / 4) as f64 * 0.01),
            };
            let text = "v,y\n".to_owned() + &(0..40).map(row).collect::<String>();
            read(text.as_bytes()).unwrap().columns[0].missing()
        };
        for (code, others) in [
            ("-999.25", [60.5, 120.5, 80.5, 0.1]),
            ("-200", [2.5, 1479.5, 300.5, 120.5]),
            ("-32768", [0.5, 1.5, 2.5, 300.5]),
            ("-99.99", [0.5, 1.5, 2.5, 3.5]),
            ("-99.9", [0.5, 1.5, 2.5, 3.5]),
            ("9999", [0.5, 1.5, 2.5, 300.5]),
            ("99999", [0.5, 1.5, 2.5, 300.5]),
            ("1e20", [0.5, 1.5, 2.5, 300.5]),
            ("999", [1.5, 5.5, 7.5, 27.5]),
        ] {
            assert_eq!(missing(code, others), 4, "{code}");
        }
        for (code, others) in [
            ("-200", [-150.5, 1479.5, 300.5, 120.5]),
            ("99", [50.5, 60.5, 88.5, 97.5]),
            ("9999", [1.5, 5000.5, 7000.5, 8000.5]),
            ("1000", [0.5, 1.5, 2.5, 3.5]),
            ("-9", [0.5, 1.5, 2.5, 3.5]),
        ] {
            assert_eq!(missing(code, others), 0, "{code}");
        }
    }
}
