//! Numbers with something around them: a unit that all of a column share (`0.5 cm`, `₺5`), a
//! multiple (`1.5k`), an uncertainty (`3.1 ± 0.2`), a limit (`<0.05`), the sign of a footnote.

use super::amount::{
    currency, differ, is_currency, is_sign, multiple, multiple_of_money, unsigned,
};
use super::choices::{ColumnKind, Guess};
use super::column::fields::Fields;
use super::column::missing::odd_rows;
use super::column::reading::Reading;
use super::letters::narrowed;
use super::number::{Number, Readings, readings};
use std::collections::HashMap;

/// Maximum number of bytes of a measurement, and of letters of its unit.
const MAX_LENGTH: usize = 60;
const MAX_UNIT: usize = 12;
/// One number of so many has to have the unit, if it is that of all.
const MIN_SHARE: usize = 9;
/// As many values of a column are told that were read as another number than they look like.
const TOLD: usize = 2;

/// In front of a number that is not known exactly.
const LIMITS: [&str; 10] = ["<=", ">=", "<", ">", "≤", "≥", "~", "≈", "ca.", "ca "];
const FOOTNOTES: [char; 8] = ['*', '†', '‡', '§', '¶', 'ª', '#', '^'];

/// What was taken off a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// Nothing that changes what it says.
    None,
    /// What leaves another number than stands there, or half of what is said.
    Inexact,
    /// `<`, `~` and the like.
    Limit,
}

/// A number, and what stands around it.
#[derive(Clone, Debug)]
struct Peeled {
    number: Readings,
    unit: String,
    mark: Mark,
}

/// What was taken off the numbers of a column.
#[derive(Default)]
pub(super) struct Taken {
    unit: Option<(String, String, usize)>,
    /// Values that were read as another number than they look like.
    inexact: Vec<usize>,
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

/// The number in a text, and what stands around it; `None` if there is none, or nothing around it
/// that is known.
fn peel(text: &str) -> Option<Peeled> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let narrowed = narrowed(text);
    let (text, other_signs) = in_known_signs(in_quotes(narrowed.trim()));
    let text = text.as_str();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return no_digits(text);
    }
    let (text, spread) = without_spread(text)?;
    // `10,000+`: that many or more.
    let (text, more) = match text.strip_suffix('+') {
        Some(bare) => (bare.trim_end().to_owned(), true),
        None => (text, false),
    };
    let (text, note) = match text.trim_end_matches(FOOTNOTES) {
        bare if bare.len() < text.len() && bare.ends_with(|c: char| c.is_ascii_digit()) => {
            (bare.to_owned(), true)
        }
        _ => (text, false),
    };
    let limit = LIMITS.iter().find_map(|limit| text.strip_prefix(limit));
    let bare = in_plain_form(limit.unwrap_or(&text).trim());
    let mark = match (limit, spread || more || note || other_signs) {
        (Some(_), _) => Mark::Limit,
        (None, true) => Mark::Inexact,
        (None, false) => Mark::None,
    };
    let number = readings(&bare);
    if number.any().is_some() {
        return Some(Peeled { number, unit: String::new(), mark });
    }
    let (number, unit) = split_unit(&bare)?;
    Some(Peeled { number, unit, mark })
}

/// What a spreadsheet is made to take for text: `="5"`, `'5`.
fn in_quotes(text: &str) -> &str {
    let formula = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    formula.or_else(|| text.strip_prefix('\'')).unwrap_or(text)
}

/// `▲567` of Japanese accounts as `-567`, and `1_000` of programs as `1'000`; whether it was one.
fn in_known_signs(text: &str) -> (String, bool) {
    if let Some(number) = text.strip_prefix(['▲', '△']) {
        return (format!("-{}", number.trim_start()), true);
    }
    match text.contains('_') && text.bytes().all(|b| b.is_ascii_digit() || b"_-+.".contains(&b)) {
        true => (text.replace('_', "'"), true),
        false => (text.to_owned(), false),
    }
}

/// The zero of accounts: `$ -`.
fn no_digits(text: &str) -> Option<Peeled> {
    let mut letters = text.chars().filter(|c| *c != ' ');
    let (first, second) = (letters.next()?, letters.next()?);
    let zero = is_sign(first) && second == '-' || first == '-' && is_sign(second);
    (zero && letters.next().is_none()).then(|| Peeled {
        number: readings("0"),
        unit: String::new(),
        mark: Mark::Inexact,
    })
}

/// `3.1 ± 0.2 cm` as `3.1 cm`; whether there was an uncertainty.
fn without_spread(text: &str) -> Option<(String, bool)> {
    let Some((number, rest)) = text.split_once('±').or_else(|| text.split_once("+/-")) else {
        return Some((text.to_owned(), false));
    };
    let rest = rest.trim();
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || ".,".contains(c));
    (digits.len() < rest.len()).then(|| (format!("{} {digits}", number.trim()).trim().into(), true))
}

/// `3.2 × 10^5`, `1.5·10⁻³` and `2*10**-4` as numbers of programs.
fn with_exponent(text: &str) -> Option<String> {
    const POWERS: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let (at, times) = text.char_indices().find(|(_, c)| "×·⋅∙x*".contains(*c))?;
    let number = text[..at].trim_end();
    let power = text[at + times.len_utf8()..].trim_start().strip_prefix("10")?;
    let raised = power.strip_prefix("**").or_else(|| power.strip_prefix('^'));
    let sign = |c: char| match c {
        '+' | '-' if raised.is_some() => Some(c),
        '⁺' => Some('+'),
        '⁻' => Some('-'),
        _ => None,
    };
    let digit = |c: char| match raised {
        Some(_) => Some(c).filter(char::is_ascii_digit),
        None => POWERS
            .chars()
            .position(|power| power == c)
            .and_then(|n| std::char::from_digit(n as u32, 10)),
    };
    let power = raised.unwrap_or(power);
    let mut exponent = String::new();
    let mut rest = power;
    for (place, letter) in power.char_indices() {
        let Some(plain) = digit(letter).or_else(|| sign(letter).filter(|_| place == 0)) else {
            break;
        };
        exponent.push(plain);
        rest = &power[place + letter.len_utf8()..];
    }
    let whole = number.ends_with(|c: char| c.is_ascii_digit());
    let raised = exponent.ends_with(|c: char| c.is_ascii_digit());
    (whole && raised).then(|| format!("{number}E{exponent}{rest}"))
}

/// `5-` as `-5`, `5D-03` and `5×10^-3` as `5E-03`, `5,- €`, `5.-` and `5:-` as `5`.
fn in_plain_form(text: &str) -> String {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mut text = with_exponent(text).unwrap_or_else(|| text.to_owned());
    for no_cents in [",--", ".--", ",-", ".-", ":-"] {
        let bare = |at: &usize| !digit(text[at + no_cents.len()..].chars().next());
        if let Some(at) = text.find(no_cents).filter(bare).filter(|at| *at > 0) {
            text.replace_range(at..at + no_cents.len(), "");
        }
    }
    if let Some(at) = text.find(['D', 'd'])
        && digit(text[..at].chars().next_back())
        && text[at + 1..].starts_with(['+', '-'])
        && text[at + 2..].bytes().all(|b| b.is_ascii_digit())
    {
        text.replace_range(at..=at, "E");
    }
    match text.strip_suffix('-').map(str::trim_end) {
        Some(number) if digit(number.chars().next_back()) && !number.starts_with(['-', '(']) => {
            format!("-{number}")
        }
        _ => text,
    }
}

/// A number and the unit before or behind it; of an amount of money that a word multiplies the word.
fn split_unit(text: &str) -> Option<(Readings, String)> {
    let (text, negative) = unsigned(text)?;
    let first = text.find(|c: char| c.is_ascii_digit())?;
    // A sign, and the mark of `.5`, belong to the number.
    let start = text[..first].trim_end_matches(['-', '+', '.', ',']).len();
    let before = text[..start].trim();
    let money = is_currency(before);
    if !money && !before.is_empty() {
        return None;
    }
    let start = if money { start } else { 0 };
    let end = start + number_length(&text[start..]);
    let (number, behind) = (text[start..end].trim(), text[end..].trim());
    let large = multiple_of_money(behind, money);
    let unit = match (money, large) {
        (_, Some(word)) => word,
        (true, None) if behind.is_empty() => before,
        // Brackets mean less than zero where money is counted.
        (false, None) if is_currency(behind) || is_unit(behind) && !negative => behind,
        _ => return None,
    };
    let number = readings(&if negative { format!("-{number}") } else { number.to_owned() });
    number.any().map(|_| (number, unit.to_owned()))
}

/// Number of bytes that the number at the beginning has.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let (mut at, mut end) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => end = at + 1,
            b'.' | b',' | b'\'' | b' ' | b'-' | b'+'
                if end == 0 || digit(at + 1) && byte != b'-' => {}
            b'e' | b'E' if end == at && (digit(at + 1) || digit(at + 2)) => {
                let sign = bytes.get(at + 1).is_some_and(|b| b"+-".contains(b));
                if !digit(at + 1) && !sign {
                    break;
                }
                at += usize::from(sign);
            }
            _ => break,
        }
        at += 1;
    }
    end
}

/// `cm`, `°C`, `℃`, `㎡`, `kg/m²`, `m^2`, `Kč`: short, and with no digit but the 2 and 3 of powers.
fn is_unit(text: &str) -> bool {
    let mut last = ' ';
    // Chinese and Japanese fonts have units as one sign each.
    let one_sign = |c: char| matches!(c, '\u{3371}'..='\u{33df}' | '℃' | '℉' | 'Å' | '‱' | '℧');
    let is_letter = |c: char| c.is_alphabetic() || one_sign(c);
    let start = |c: char| is_letter(c) || "°%‰'\"/µ′″".contains(c);
    let fits = |c: char| {
        let power = matches!(c, '2' | '3') && (is_letter(last) || last == '^');
        last = c;
        power || is_letter(c) || "°%‰'\"/µ′″²³⁻¹^·*. ".contains(c)
    };
    text.chars().count() <= MAX_UNIT && text.starts_with(start) && text.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_around_a_number_is_told_apart() {
        let read = |text: &str| {
            peel(text).map(|peeled| (peeled.number.any().unwrap().exact, peeled.unit, peeled.mark))
        };
        for (text, number, unit) in [
            ("0.5 cm", 0.5, "cm"),
            ("21 °C", 21.0, "°C"),
            ("21.5℃", 21.5, "℃"),
            ("80㎡", 80.0, "㎡"),
            ("21°", 21.0, "°"),
            ("12 Kč", 12.0, "Kč"),
            ("₺5", 5.0, "₺"),
            ("A$ 5.5", 5.5, "A$"),
            ("Rs. 7", 7.0, "Rs."),
            ("-3 kg/m2", -3.0, "kg/m2"),
            ("1.5e-3 mol/l", 1.5e-3, "mol/l"),
            ("5 eV", 5.0, "eV"),
            ("25岁", 25.0, "岁"),
            ("1 200,5 m", 1200.5, "m"),
            ("1.5k", 1.5, "k"),
            ("1.235,50-", -1235.5, ""),
            ("5D-03", 0.005, ""),
            ("0.5×10^-3", 0.0005, ""),
            ("=\"3\"", 3.0, ""),
            ("3.2 × 10^5", 3.2e5, ""),
            ("1.5·10⁻³", 1.5e-3, ""),
            ("1,5×10³ m", 1500.0, "m"),
            ("2*10**-4", 2e-4, ""),
            ("€110.5M", 110.5, "M"),
            ("-€ 5m", -5.0, "M"),
            ("($1.2bn)", -1.2, "bn"),
            ("₺(5)", -5.0, "₺"),
            ("120万元", 120.0, "万"),
            ("1,2 Mio. EUR", 1.2, "Mio."),
            ("75 Lac", 75.0, "Lac"),
            ("1,- €", 1.0, ""),
            ("1’234.-", 1234.0, ""),
            ("CHF 56.–", 56.0, ""),
            ("1 234:-", 1234.0, ""),
            ("99¢", 99.0, "¢"),
            ("₿1.25", 1.25, "₿"),
        ] {
            assert_eq!(read(text), Some((number, unit.into(), Mark::None)), "{text}");
        }
        for (text, number, unit, mark) in [
            ("5.0*", 5.0, "", Mark::Inexact),
            ("10,000+", 10_000.0, "", Mark::Inexact),
            ("10K+", 10.0, "K", Mark::Inexact),
            ("5 m", 5.0, "m", Mark::None),
            ("3.1 ± 0.2", 3.1, "", Mark::Inexact),
            ("3.1±0.2 cm", 3.1, "cm", Mark::Inexact),
            ("3.1 +/- 0.2", 3.1, "", Mark::Inexact),
            ("$-", 0.0, "", Mark::Inexact),
            ("- €", 0.0, "", Mark::Inexact),
            ("<0.05", 0.05, "", Mark::Limit),
            ("≥ 5 mg", 5.0, "mg", Mark::Limit),
            ("▲567", -567.0, "", Mark::Inexact),
            ("10_000", 10_000.0, "", Mark::Inexact),
        ] {
            assert_eq!(read(text), Some((number, unit.into(), mark)), "{text}");
        }
        for text in [
            "",
            "a",
            "x1",
            "A12",
            "10-19",
            "110/70",
            "110x70",
            "1:10",
            "12:30",
            "2026-01-01",
            "v1.2",
            "192.168.0.1",
            "12h30",
            "5 apples and 3 pears",
            "±",
            "3 ± x",
            "--5",
            "Q1",
            "5 (a)",
            "(3 cm)",
            "$5 cm",
            "Ca2+",
            "5 x 10",
            "3x10",
            "1_00",
            "▲",
        ] {
            assert!(peel(text).is_none(), "{text}: {:?}", peel(text));
        }
    }
}
