//! Numbers with something around them: a unit that all of a column share (`0.5 cm`, `₺5`), a
//! multiple (`1.5k`), an uncertainty (`3.1 ± 0.2`), a limit (`<0.05`), the sign of a footnote.
//! Here they are those of a column; `measurement` takes one of them apart.

mod measurement;

use super::amount::{currency, differ, multiple};
use super::choices::{ColumnKind, Guess};
use super::column::fields::Fields;
use super::column::missing::odd_rows;
use super::column::reading::Reading;
use super::letters::narrowed;
use super::number::{Number, Readings};
use measurement::{Mark, Peeled, peel};
use std::collections::HashMap;

/// One number of so many has to have the unit, if it is that of all.
const MIN_SHARE: usize = 9;
/// As many values of a column are told that were read as another number than they look like.
const TOLD: usize = 2;

/// What was taken off the numbers of a column.
#[derive(Default)]
pub(super) struct Taken {
    unit: Option<(String, String, usize)>,
    /// Values that were read as another number than they look like.
    inexact: Vec<usize>,
}

/// The number of a text that says besides how exact it is, `0.91 ± 0.02`, or that is written as a
/// power, `2^5`; whether it is the former.
pub(crate) fn with_spread(text: &str) -> Option<(Readings, bool)> {
    const SIGNS: [char; 8] = ['±', '^', '*', '(', '×', '·', '⁻', '†'];
    let marked = text.contains(SIGNS) || text.contains("+/-");
    let peeled = marked.then(|| peel(text)).flatten()?;
    let bare = peeled.unit.is_empty() && peeled.mark != Mark::Limit;
    bare.then_some((peeled.number, peeled.mark == Mark::Inexact))
}

/// Whether a text is a number with something around it.
pub(super) fn is_measurement(text: &str) -> bool {
    peel(text).is_some()
}

/// Takes the fields of a column for numbers, if nearly all are when what is around them is taken
/// off, and it is the same around all.
pub(super) fn take_off(at: usize, fields: &mut Fields, with: &Reading) -> Taken {
    let chosen = with.choices.column(at);
    let odd = |(_, readings): &&(String, Readings)| readings.any().is_none();
    // Most columns of text are none: a few values say it.
    let mut few = fields.values.iter().filter(odd).take(8);
    if chosen.is_some_and(|kind| kind != ColumnKind::Number)
        || !few.any(|(text, _)| is_measurement(text))
    {
        return Taken::default();
    }
    let mut peeled: Vec<Option<Peeled>> =
        fields.values.iter().map(|value| odd(&value).then(|| peel(&value.0)).flatten()).collect();
    refuse_limits(&mut peeled, fields);
    refuse_codes(&mut peeled, fields, chosen.is_some());
    let unit = common_unit(&mut peeled, fields);
    let numbers = fields.values.iter().zip(&peeled);
    let numbers = numbers.map(|((_, own), peeled)| match peeled {
        Some(peeled) => peeled.number.any(),
        None => own.any(),
    });
    let numbers: Vec<Option<Number>> = numbers.collect();
    if chosen.is_none() && odd_rows(fields, &numbers).is_none() {
        return Taken::default();
    }
    let mut taken = Taken::default();
    let counts = fields.counts();
    let with_unit = |peeled: &Option<Peeled>| peeled.as_ref().is_some_and(|p| !p.unit.is_empty());
    if let (Some(unit), Some(first)) = (unit, peeled.iter().position(with_unit)) {
        let bare = (0..counts.len()).filter(|&v| numbers[v].is_some() && !with_unit(&peeled[v]));
        let bare = bare.map(|value| counts[value]).sum();
        taken.unit = Some((unit, fields.values[first].0.clone(), bare));
    }
    for (value, peeled) in peeled.into_iter().enumerate() {
        if let Some(peeled) = peeled {
            fields.values[value].1 = peeled.number;
            if peeled.mark != Mark::None {
                taken.inexact.push(value);
            }
        }
    }
    taken
}

/// `<18` beside `>65` are groups, and `<0.05` beside many numbers is one of them.
fn refuse_limits(peeled: &mut [Option<Peeled>], fields: &Fields) {
    let limit =
        |peeled: &&Option<Peeled>| peeled.as_ref().is_some_and(|peeled| peeled.mark == Mark::Limit);
    let limits = peeled.iter().filter(limit).count();
    let others = fields
        .values
        .iter()
        .zip(peeled.iter())
        .filter(|((_, own), peeled)| own.any().is_some() || peeled.is_some() && !limit(peeled));
    if others.count() < limits.max(3) {
        peeled.iter_mut().filter(|peeled| limit(&&**peeled)).for_each(|peeled| *peeled = None);
    }
}

/// `2-` and `3+` beside `2` are grades or charges, since a minus stands behind amounts, which have
/// more digits; `12_001` is a number where smaller ones stand without a line, and a code where none
/// does. Where a reader has chosen numbers, they are told as such.
fn refuse_codes(peeled: &mut [Option<Peeled>], fields: &Fields, chosen: bool) {
    let texts: Vec<String> = fields.values.iter().map(|(text, _)| narrowed(text)).collect();
    let grade = |sign: char| move |text: &String| text.strip_suffix(sign).is_some_and(is_short);
    let signed = |text: &String| grade('-')(text) || grade('+')(text);
    let number = |(own, peeled): (&(String, Readings), &Option<Peeled>)| {
        own.1.any().is_some() || peeled.is_some()
    };
    let numbers = || fields.values.iter().zip(peeled.iter()).map(number).zip(&texts);
    let grades = texts.iter().any(grade('-'))
        && numbers().all(|(number, text)| !number || is_short(text) || signed(text));
    let codes = texts.iter().any(|text| text.contains('_'))
        && fields.values.iter().all(|(_, own)| own.any().is_none());
    for (peeled, text) in peeled.iter_mut().zip(&texts) {
        let doubtful = grades && signed(text) || codes && text.contains('_');
        match peeled {
            Some(peeled) if doubtful && chosen => peeled.mark = Mark::Inexact,
            Some(_) if doubtful => *peeled = None,
            _ => {}
        }
    }
}

/// A whole number of one digit or two.
fn is_short(text: &str) -> bool {
    (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// The unit that most have; others are no numbers of this column. Multiples are made numbers of
/// one unit.
fn common_unit(peeled: &mut [Option<Peeled>], fields: &Fields) -> Option<String> {
    let plain = fields.values.iter().any(|(_, own)| own.any().is_some());
    let mut units: HashMap<String, (usize, usize)> = HashMap::new();
    for (at, peeled) in peeled.iter().enumerate() {
        if let Some(peeled) = peeled.as_ref().filter(|peeled| !peeled.unit.is_empty()) {
            units.entry(key(&peeled.unit)).or_insert((0, at)).0 += 1;
        }
    }
    let several = units.len() > 1 || plain;
    if several && !units.is_empty() && units.keys().all(|unit| multiple(unit).is_some()) {
        for peeled in peeled.iter_mut().flatten() {
            if let Some(times) = multiple(&peeled.unit) {
                let number = |n: Option<Number>| {
                    let times = n.map(|n| Number::from_exact(n.exact * times));
                    times.filter(|n| n.single.is_finite())
                };
                let Readings { point, comma } = peeled.number;
                peeled.number = Readings { point: number(point), comma: number(comma) };
                (peeled.unit, peeled.mark) = (String::new(), Mark::Inexact);
            }
        }
        return None;
    }
    // Of equals the one that stands first, since the order of a hash map differs.
    let common = units.iter().max_by_key(|(_, (times, first))| (*times, usize::MAX - *first))?;
    let (common, (times, first)) = (common.0.clone(), *common.1);
    // A letter behind one number of many is a slip, as the `o` of `2o` for 20.
    let numbers = fields.values.iter().filter(|(_, own)| own.any().is_some()).count();
    let slip = times < 2 || times * MIN_SHARE < numbers;
    let common = if slip { String::new() } else { common };
    let unit = peeled[first].as_ref().map(|peeled| peeled.unit.clone()).filter(|_| !slip);
    for peeled in peeled.iter_mut() {
        if peeled.as_ref().is_some_and(|p| !p.unit.is_empty() && key(&p.unit) != common) {
            *peeled = None;
        }
    }
    unit
}

/// Units of one sign, and others in a second spelling.
const SAME_UNITS: [(&str, &str); 15] = [
    ("℃", "°C"),
    ("℉", "°F"),
    ("º", "°"),
    ("㎜", "mm"),
    ("㎝", "cm"),
    ("㎞", "km"),
    ("㎡", "m²"),
    ("㎥", "m³"),
    ("m2", "m²"),
    ("m3", "m³"),
    ("㎎", "mg"),
    ("㎏", "kg"),
    ("㎖", "ml"),
    ("㏄", "cc"),
    ("µ", "μ"),
];

/// What one unit in several spellings has in common: `year`, `years`; `℃`, `°C`.
fn key(unit: &str) -> String {
    let mut unit = unit.to_owned();
    for (one, other) in SAME_UNITS {
        if unit.contains(one) {
            unit = unit.replace(one, other);
        }
    }
    let unit = unit.as_str();
    let singular = if unit.chars().count() > 3 { unit.trim_end_matches(['s', '.']) } else { unit };
    singular.split_whitespace().collect()
}

/// Says what was taken off the numbers of a column, now that they are known.
pub(super) fn tell(
    at: usize,
    taken: Taken,
    fields: &Fields,
    numbers: &[Option<Number>],
    with: &mut Reading,
) {
    if let Some((unit, value, without)) = taken.unit {
        with.guesses.push(Guess::Unit { column: at, unit, value, without });
    }
    for value in taken.inexact.into_iter().take(TOLD) {
        if let Some(number) = numbers[value] {
            let (line, text) = (with.line(fields.first_row(value)), fields.values[value].0.clone());
            let number = number.exact;
            with.guesses.push(Guess::ReadAs { column: at, line, value: text, number });
        }
    }
    // Also in brackets.
    let percent = |text: &str| text.contains(['%', '％', '٪']);
    let text = |wanted: bool| {
        let mut values = fields.values.iter().zip(numbers);
        values.find_map(|((text, _), number)| {
            let number = (*number).filter(|n| wanted || n.exact != 0.0)?;
            (percent(text) == wanted && number.exact.is_finite()).then(|| text.clone())
        })
    };
    if numbers.iter().flatten().count() * 2 > numbers.len()
        && let (Some(percent), Some(plain)) = (text(true), text(false))
    {
        with.guesses.push(Guess::PercentBeside { column: at, percent, plain });
    }
    tell_currencies(at, fields, numbers, with);
}

/// Says if the numbers of a column are amounts in several currencies, which cannot be compared.
fn tell_currencies(at: usize, fields: &Fields, numbers: &[Option<Number>], with: &mut Reading) {
    if numbers.iter().flatten().count() * 2 <= numbers.len() {
        return;
    }
    let amounts = || {
        let values = fields.values.iter().zip(numbers).filter(|(_, number)| number.is_some());
        values.filter_map(|((text, _), _)| Some((text, currency(text)?)))
    };
    let Some((value, first)) = amounts().next() else { return };
    if let Some((other, _)) = amounts().find(|(_, other)| differ(first, other)) {
        let (value, other) = (value.clone(), other.clone());
        with.guesses.push(Guess::Currencies { column: at, value, other });
    }
}
