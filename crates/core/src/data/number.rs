//! Numbers as people and programs write them: decimal point or comma, thousands marks, percent,
//! currency signs, wide digits.

use super::letters::narrowed;
use serde::{Deserialize, Serialize};

/// The sign between a number's whole part and its fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecimalMark {
    Point,
    Comma,
}

/// A number of a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Rounded once from its digits to 32 bits; finite.
    pub single: f32,
    /// The same in 64 bits.
    pub exact: f64,
}

impl Number {
    pub(super) fn from_exact(exact: f64) -> Number {
        Number { single: exact as f32, exact }
    }
}

/// What a text is as a number under either mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Readings {
    pub point: Option<Number>,
    pub comma: Option<Number>,
}

impl Readings {
    pub fn with(self, mark: DecimalMark) -> Option<Number> {
        match mark {
            DecimalMark::Point => self.point,
            DecimalMark::Comma => self.comma,
        }
    }

    /// Whether it is a number at all.
    pub fn any(self) -> Option<Number> {
        self.point.or(self.comma)
    }

    /// The mark that it must have been written with; `None` if it is a number with both or none.
    pub fn tells(self) -> Option<DecimalMark> {
        match (self.point, self.comma) {
            (Some(_), None) => Some(DecimalMark::Point),
            (None, Some(_)) => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    /// Whether it is two different numbers, such as `1,234`.
    pub fn ambiguous(self) -> bool {
        matches!((self.point, self.comma), (Some(a), Some(b)) if a.exact != b.exact)
    }
}

/// Reads a text as a number under both marks.
pub(crate) fn readings(text: &str) -> Readings {
    // Nearly all fields of nearly all files.
    if !text.contains(',')
        && let Some(number) = parse_plain(text)
    {
        match text.split_once('.') {
            None => return Readings { point: Some(number), comma: Some(number) },
            // With three digits the point may be a thousands mark.
            Some((_, fraction)) if fraction.len() != 3 => {
                return Readings { point: Some(number), comma: None };
            }
            Some(_) => {}
        }
    }
    let Some(bare) = bare(text) else { return Readings { point: None, comma: None } };
    let read = |mark| {
        let plain = plain(&bare, mark)?;
        parse_plain(&plain)
    };
    Readings { point: read(DecimalMark::Point), comma: read(DecimalMark::Comma) }
}

/// A number in the form of programs. Words such as `inf` are not numbers here, and neither is what
/// 32 bits can't hold.
fn parse_plain(text: &str) -> Option<Number> {
    let (single, exact) = (text.parse::<f32>().ok()?, text.parse::<f64>().ok()?);
    let digits = text.bytes().any(|b| b.is_ascii_digit());
    (digits && single.is_finite()).then_some(Number { single, exact })
}

/// Signs and short names of currencies, and percent, before or after a number.
pub(super) const UNITS: [&str; 22] = [
    "%", "‰", "$", "€", "£", "¥", "₩", "₹", "₽", "元", "EUR", "USD", "GBP", "CHF", "CNY", "RMB",
    "JPY", "US$", "R$", "kr", "zł", "Fr.",
];

/// The number without what is around it: a unit, brackets for "less than zero", a plus; wide digits
/// and other minus signs as those of ASCII. `None` if it is too long for any number.
fn bare(text: &str) -> Option<String> {
    if text.len() > 100 {
        return None;
    }
    let text = narrowed(text);
    let (text, negative) = without_brackets(text.trim());
    let (text, sign) = match text.strip_prefix('-') {
        Some(rest) => (rest.trim_start(), true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    };
    let before = UNITS.iter().filter_map(|unit| text.strip_prefix(unit)).min_by_key(|t| t.len());
    let text = before.unwrap_or(text).trim_start();
    let after = UNITS.iter().filter_map(|unit| text.strip_suffix(unit)).min_by_key(|t| t.len());
    // The unit may stand before the brackets: `$(1,234.00)`.
    let (text, inner) = without_brackets(after.unwrap_or(text).trim_end());
    let (text, second) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let signs = [negative, sign, inner, second].into_iter().filter(|sign| *sign).count();
    if signs > 1 || text.starts_with('+') {
        return None;
    }
    Some(if signs == 1 { format!("-{text}") } else { text.to_owned() })
}

/// What is in brackets, as accounts write what is less than zero; whether it was.
fn without_brackets(text: &str) -> (&str, bool) {
    match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (inner.trim(), true),
        None => (text, false),
    }
}

/// The ASCII letter that a wide letter, a minus sign, an apostrophe or a space stands for.
pub(super) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{2212}' | '\u{2010}'..='\u{2015}' | '\u{fe63}' => '-',
        '\u{2019}' => '\'',
        '\u{ffe5}' => '¥',
        // The digits and marks of Arabic and of Persian.
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10).unwrap_or(c),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10).unwrap_or(c),
        '\u{66a}' => '%',
        '\u{66b}' => '.',
        // No decimal mark in any language.
        '\u{66c}' => '\'',
        '\u{a0}' | '\u{202f}' | '\u{2009}' | '\u{2007}' | '\u{3000}' => ' ',
        '\u{966}'..='\u{1819}' => digit_of_india(c).unwrap_or(c),
        other => other,
    }
}

/// The digit that one of the scripts of India and its neighbours stands for.
fn digit_of_india(c: char) -> Option<char> {
    const ZEROS: [u32; 15] = [
        0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
        0x17e0, 0x1810,
    ];
    let digit = |zero: &u32| (c as u32).checked_sub(*zero).filter(|digit| *digit < 10);
    ZEROS.iter().find_map(digit).and_then(|digit| char::from_digit(digit, 10))
}

/// A number with this decimal mark in the form of programs, if its thousands marks stand right.
fn plain(bare: &str, mark: DecimalMark) -> Option<String> {
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", bare),
    };
    let (digits, exponent) = match digits.find(['e', 'E']) {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    let (point, group) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = digits.split_once(point).unwrap_or((digits, ""));
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let marks: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let whole = match marks.first() {
        None => whole.to_owned(),
        Some(&first) if [group, ' ', '\''].contains(&first) && exponent.is_empty() => {
            if marks.iter().any(|mark| *mark != first) || !grouped(whole, first) {
                return None;
            }
            whole.replace(first, "")
        }
        Some(_) => return None,
    };
    let fraction = if digits.contains(point) { format!(".{fraction}") } else { String::new() };
    Some(format!("{sign}{whole}{fraction}{exponent}"))
}

/// Whether thousands stand apart: one to three digits, then threes (in India twos, but the last).
fn grouped(whole: &str, mark: char) -> bool {
    let groups: Vec<&str> = whole.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return false };
    let threes = middle.iter().all(|group| group.len() == 3);
    let twos = middle.iter().all(|group| group.len() == 2) && first.len() <= 2;
    (1..=3).contains(&first.len()) && !first.starts_with('0') && last.len() == 3 && (threes || twos)
}

/// Whether a field stands for a missing value.
pub(crate) fn is_missing(field: &str) -> bool {
    let field = field.trim();
    field.len() <= 16 && MISSING.contains(&field.to_ascii_lowercase().as_str())
}

/// Whether a field most likely stands for a missing value, and could be a value: only if its
/// column has two other values.
pub(crate) fn may_be_missing(field: &str) -> bool {
    field.len() <= 16 && MAY_BE_MISSING.contains(&field.to_lowercase().as_str())
}

const MISSING: [&str; 34] = [
    "",
    "na",
    "n/a",
    "nan",
    "null",
    "?",
    "??",
    "#n/a",
    "#n/a n/a",
    "#na",
    "#n/d",
    "#nv",
    "#null!",
    "#num!",
    "#value!",
    "#wert!",
    "#ref!",
    "#bezug!",
    "#div/0!",
    "#name?",
    "<na>",
    "(null)",
    "\\n",
    "nat",
    "-nan",
    "n.a.",
    "n. a.",
    "n.a",
    "k.a.",
    "k. a.",
    "k.a",
    "n/d",
    "undefined",
    "n.d.",
];
const MAY_BE_MISSING: [&str; 16] = [
    "none",
    "missing",
    "-",
    "--",
    "---",
    "–",
    "—",
    ".",
    "..",
    "nil",
    "keine angabe",
    "无",
    "缺失",
    "空",
    "未知",
    "not available",
];

/// Why a text is not the number that a field of the page asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum NumberError {
    #[error("there is no number")]
    Empty,
    #[error("“{text}” is not a number")]
    NotNumber { text: String },
    #[error("“{text}” is too large")]
    TooLarge { text: String },
}

/// Reads what was typed into a field: `0.05`, `0,05`, `０．０５`, `1e-3`, ` 1 000 `. A single mark is
/// a decimal mark, whichever it is: nobody types thousands marks into a field for a learning rate;
/// with several, they must be thousands marks.
pub fn parse_number(text: &str) -> Result<f64, NumberError> {
    // What is told of a text has a bound as well.
    let told = || text.trim().chars().take(40).collect::<String>();
    if text.trim().is_empty() {
        return Err(NumberError::Empty);
    }
    let bare = bare(text).ok_or_else(|| NumberError::NotNumber { text: told() })?;
    let marks = bare.matches([',', '.']).count();
    let parsed = if marks <= 1 {
        let with = if bare.contains(',') { DecimalMark::Comma } else { DecimalMark::Point };
        plain(&bare, with)
    } else {
        plain(&bare, DecimalMark::Point).or_else(|| plain(&bare, DecimalMark::Comma))
    };
    let number = parsed.filter(|text| text.bytes().any(|b| b.is_ascii_digit()));
    match number.and_then(|text| text.parse::<f64>().ok()) {
        Some(number) if number.is_finite() => Ok(number),
        Some(_) => Err(NumberError::TooLarge { text: told() }),
        None => Err(NumberError::NotNumber { text: told() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_page_take_what_is_typed() {
        for (text, number) in [
            ("0.05", 0.05),
            ("0,05", 0.05),
            ("０．０５", 0.05),
            ("０，０５", 0.05),
            ("1e-3", 1e-3),
            ("1,5E-3", 1.5e-3),
            (" 1 000 ", 1000.0),
            ("1\u{202f}000,5", 1000.5),
            ("−3", -3.0),
            ("+3", 3.0),
            (".5", 0.5),
            ("1,234", 1.234),
            ("1,219,139", 1_219_139.0),
            ("1.872,14", 1872.14),
            ("1'234.5", 1234.5),
            ("20 %", 20.0),
            ("５", 5.0),
            ("१२.५", 12.5),
            ("๑๐๐", 100.0),
            ("—3", -3.0),
            ("1.5\u{200b}", 1.5),
        ] {
            assert_eq!(parse_number(text), Ok(number), "{text}");
        }
        assert_eq!(parse_number("  "), Err(NumberError::Empty));
        assert_eq!(parse_number("1e999"), Err(NumberError::TooLarge { text: "1e999".into() }));
        for text in
            ["abc", "1.2.3", "1,2,3", "--3", "1e", "inf", "NaN", "-", "1 2", "3 apples", "%"]
        {
            assert_eq!(
                parse_number(text),
                Err(NumberError::NotNumber { text: text.into() }),
                "{text}"
            );
        }
        let long = parse_number(&"9x".repeat(1000)).unwrap_err();
        assert!(long.to_string().len() < 100);
    }

    #[test]
    fn fields_of_a_file_are_read_with_either_mark() {
        let read = |text: &str| {
            let readings = readings(text);
            (readings.point.map(|n| n.exact), readings.comma.map(|n| n.exact))
        };
        assert_eq!(read("1,234"), (Some(1234.0), Some(1.234)));
        assert_eq!(read("1.234"), (Some(1.234), Some(1234.0)));
        assert_eq!(read("1,219,139"), (Some(1_219_139.0), None));
        assert_eq!(read("1.872,14"), (None, Some(1872.14)));
        assert_eq!(read("0,005"), (None, Some(0.005)));
        assert_eq!(read("12,34,567.5"), (Some(1_234_567.5), None));
        assert_eq!(read("(1,234)"), (Some(-1234.0), Some(-1.234)));
        assert_eq!(read("$-5"), (Some(-5.0), Some(-5.0)));
        assert_eq!(read("$(1,234.00)"), (Some(-1234.0), None));
        assert_eq!(read("(5) €"), (Some(-5.0), Some(-5.0)));
        assert_eq!(read("١٢٣٫٥"), (Some(123.5), None));
        assert_eq!(read("۱٬۲۳۴"), (Some(1234.0), Some(1234.0)));
        assert_eq!(read("US$ 1,000.50"), (Some(1000.5), None));
        for text in
            ["", "-", "a", "1,23,4", "1 23", "5 kg", "1-2", "12:30", "--5", "€", "-(5)", "((5))"]
        {
            assert_eq!(read(text), (None, None), "{text}");
        }
    }
}
