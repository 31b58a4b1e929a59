//! A number in a text taken apart from what stands around it.

use crate::data::amount::{is_currency, is_sign, multiple_of_money, unsigned};
use crate::data::letters::narrowed;
use crate::data::number::{Readings, readings};

/// Maximum number of bytes of a measurement, and of letters of its unit.
const MAX_LENGTH: usize = 60;
const MAX_UNIT: usize = 12;

/// In front of a number that is not known exactly.
const LIMITS: [&str; 10] = ["<=", ">=", "<", ">", "≤", "≥", "~", "≈", "ca.", "ca "];
const FOOTNOTES: [char; 8] = ['*', '†', '‡', '§', '¶', 'ª', '#', '^'];

/// What was taken off a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing that changes what it says.
    None,
    /// What leaves another number than stands there, or half of what is said.
    Inexact,
    /// `<`, `~` and the like.
    Limit,
}

/// A number, and what stands around it.
#[derive(Clone, Debug)]
pub(super) struct Peeled {
    pub(super) number: Readings,
    pub(super) unit: String,
    pub(super) mark: Mark,
}

/// The number in a text, and what stands around it; `None` if there is none, or nothing around it
/// that is known.
pub(super) fn peel(text: &str) -> Option<Peeled> {
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

/// `3.1 ± 0.2 cm` as `3.1 cm`, and `91.2 (0.3)` as `91.2`; whether there was an uncertainty.
fn without_spread(text: &str) -> Option<(String, bool)> {
    let Some((number, rest)) = text.split_once('±').or_else(|| text.split_once("+/-")) else {
        let digit = |c: char| c.is_ascii_digit();
        let spread = |(number, spread): &(&str, &str)| {
            let number = number.trim_end().trim_end_matches('%');
            let plain = spread.chars().all(|c| digit(c) || ".,".contains(c));
            plain && spread.contains(digit) && number.ends_with(digit)
        };
        let bracket = text.strip_suffix(')').and_then(|text| text.split_once('('));
        return Some(match bracket.filter(spread) {
            Some((number, _)) => (number.trim_end().to_owned(), true),
            None => (text.to_owned(), false),
        });
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

/// `10^-3` and `2**5` as numbers of programs.
fn power(text: &str) -> Option<String> {
    let (base, exponent) = text.split_once("**").or_else(|| text.split_once('^'))?;
    let (base, exponent) = (base.trim().parse::<i32>().ok()?, exponent.trim().parse::<i8>().ok()?);
    match base {
        10 => Some(format!("1E{exponent}")),
        2..=9 => Some(f64::from(base).powi(exponent.into()).to_string()),
        _ => None,
    }
}

/// `5-` as `-5`, `5D-03` and `5×10^-3` as `5E-03`, `5,- €`, `5.-` and `5:-` as `5`.
fn in_plain_form(text: &str) -> String {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let known = with_exponent(text).or_else(|| power(text));
    let mut text = known.unwrap_or_else(|| text.to_owned());
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

    /// The number, the unit and the mark in a text.
    fn read(text: &str) -> Option<(f64, String, Mark)> {
        peel(text).map(|peeled| (peeled.number.any().unwrap().exact, peeled.unit, peeled.mark))
    }

    #[test]
    fn what_is_around_a_number_is_told_apart() {
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
    }

    #[test]
    fn what_is_said_of_a_number_beside_its_unit_is_marked() {
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
    }

    #[test]
    fn what_only_has_a_number_in_it_is_none() {
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
