//! What is typed into a field, read as what the field is for: a number, a percentage, or a count,
//! where `1,000` can only be a thousand and half a row can't be.

use super::edit::Edit;
use super::{Parameter, Setting, Setup};
use crate::data::number::{NumberError, parse_number};
use crate::space::in_digits;
use serde::{Deserialize, Serialize};

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Number,
    /// In percent.
    Percent,
    /// Whole ones from 0 on.
    Count,
}

/// Why a text is nothing that its field takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypedError {
    Number(NumberError),
    /// What is counted has no fractions.
    Fraction {
        text: String,
    },
    /// Fewer than none.
    Negative {
        text: String,
    },
    /// A percentage where a plain number is asked for.
    Percent {
        text: String,
    },
}

impl Field {
    /// The field whose change is this.
    pub fn of(edit: &Edit) -> Field {
        match edit {
            Edit::Set { setting, .. } => Field::of_setting(setting),
            Edit::SetUnits { .. } => Field::Count,
            Edit::SetRangeEnd { parameter, .. } | Edit::SetStep { parameter, .. } => {
                match Parameter::by_name(parameter).is_some_and(Parameter::is_whole) {
                    true => Field::Count,
                    false => Field::Number,
                }
            }
            _ => Field::Number,
        }
    }

    /// The field of a setting, by its path.
    pub fn of_setting(path: &str) -> Field {
        let tree = serde_json::to_value(Setup::default()).unwrap_or_default();
        let place = path.split('.').try_fold(&tree, |at, step| at.get(step));
        match Setting::of(path) {
            _ if place.is_some_and(serde_json::Value::is_u64) => Field::Count,
            Some(setting) if setting.unit() == 100.0 => Field::Percent,
            _ => Field::Number,
        }
    }

    /// The number of a text, in six digits, so that every link can hold it; a count has them all.
    pub fn read(self, text: &str) -> Result<f64, TypedError> {
        // What is told of a text has a bound.
        let told = || text.trim().chars().take(40).collect::<String>();
        let percent = text.contains(['%', '％']) && self != Field::Percent;
        if percent || text.contains('‰') {
            return Err(TypedError::Percent { text: told() });
        }
        let whole = (self == Field::Count).then(|| thousands(text)).flatten();
        let number = match whole {
            Some(digits) => parse_number(&digits),
            None => parse_number(text),
        };
        let number = number.map_err(TypedError::Number)?;
        match self {
            Field::Count if number < 0.0 => Err(TypedError::Negative { text: told() }),
            Field::Count if number.fract() != 0.0 => Err(TypedError::Fraction { text: told() }),
            Field::Count => Ok(number),
            Field::Number | Field::Percent => Ok(in_digits(number, 6)),
        }
    }
}

/// The digits of a whole number whose thousands stand apart; none where it is written otherwise.
fn thousands(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' | '，' | '．' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    let text: String = text.trim().chars().map(narrow).collect();
    let mark = text.chars().find(|c| [',', '.'].contains(c))?;
    let (first, rest) = text.split_once(mark)?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    let threes = rest.split(mark).all(|three| three.len() == 3 && digits(three));
    (begins && threes).then(|| text.replace(mark, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_knows_what_it_takes() {
        for count in ["training.epochs", "data.rows", "search.most_epochs", "net.seed"] {
            assert_eq!(Field::of(&Edit::set(count, 1.0)), Field::Count, "{count}");
        }
        for number in ["run.learning_rate", "search.kappa", "search.pruner.keep", "nothing.there"] {
            assert_eq!(Field::of(&Edit::set(number, 1.0)), Field::Number, "{number}");
        }
        assert_eq!(Field::of(&Edit::set("data.train", 0.5)), Field::Percent);
        assert_eq!(Field::of(&Edit::SetUnits { layer: 0, units: 3 }), Field::Count);
        let end = |parameter: &str| {
            Field::of(&Edit::SetRangeEnd { parameter: parameter.into(), high: true, value: 1.0 })
        };
        assert_eq!((end("learning_rate"), end("batch")), (Field::Number, Field::Count));
    }

    #[test]
    fn thousands_are_thousands_where_something_is_counted() {
        for (text, number) in [
            ("1,000", 1000.0),
            ("1.000", 1000.0),
            ("1,200", 1200.0),
            ("１，０００", 1000.0),
            ("１.２００.０００", 1_200_000.0),
            ("10,000", 10_000.0),
            (" 1 000 ", 1000.0),
            ("1,234,567", 1_234_567.0),
            ("1e3", 1000.0),
            ("12.0", 12.0),
            ("12,00", 12.0),
            ("7", 7.0),
        ] {
            assert_eq!(Field::Count.read(text), Ok(number), "{text}");
        }
        for text in ["1.000,5", "12.7", "0,500", "0.001", "1234,567"] {
            let refused = TypedError::Fraction { text: text.into() };
            assert_eq!(Field::Count.read(text), Err(refused), "{text}");
        }
        for text in ["-5", "−5", "(5)", "-0.5"] {
            let refused = TypedError::Negative { text: text.into() };
            assert_eq!(Field::Count.read(text), Err(refused), "{text}");
        }
        // A learning rate has no thousands.
        assert_eq!(Field::Number.read("1,200"), Ok(1.2));
        assert_eq!(Field::Count.read(" "), Err(TypedError::Number(NumberError::Empty)));
    }

    #[test]
    fn a_percentage_stands_in_no_other_field() {
        assert_eq!(Field::Percent.read("60 %"), Ok(60.0));
        for (field, text) in [
            (Field::Count, "10%"),
            (Field::Number, "90 %"),
            (Field::Number, "90％"),
            (Field::Percent, "5‰"),
        ] {
            let refused = TypedError::Percent { text: text.into() };
            assert_eq!(field.read(text), Err(refused), "{text}");
        }
    }
}
