//! Numbers that may be meant as something else: lot codes such as `1E5`, lists such as `1,2` of
//! what was ticked, pairs and marks in brackets. They stay numbers, and how one was read is told.

use super::choices::Guess;
use super::column::fields::Fields;
use super::column::reading::Reading;
use super::letters::narrowed;
use super::number::{DecimalMark, Number};

/// Says how the first number was read that may be none.
pub(super) fn tell(at: usize, fields: &Fields, numbers: &[Option<Number>], with: &mut Reading) {
    let values = || {
        let values = fields.values.iter().zip(numbers).enumerate();
        values.filter_map(|(at, ((text, _), number))| Some((at, narrowed(text), (*number)?)))
    };
    let first = |fits: fn(&str) -> bool| values().find(|(_, text, _)| fits(text));
    // What programs write with a power of ten has a point or a sign in it, or stands beside such.
    let code = || {
        let codes = values().all(|(_, text, _)| is_code(&text) || is_whole(&text));
        first(is_code).filter(|_| codes)
    };
    // Who writes what is less than zero in brackets has other numbers too.
    let bracketed = || {
        let all = values().all(|(_, text, _)| text.contains('('));
        first(|text| text.contains('(')).filter(|_| all)
    };
    let list = || {
        let lists =
            values().all(|(_, text, _)| is_list(&text) || is_whole(&text) && text.len() < 3);
        first(is_list).filter(|_| lists && with.marks.told() == Some(DecimalMark::Point))
    };
    let Some((value, _, number)) = code().or_else(bracketed).or_else(list) else { return };
    let (line, text) = (with.line(fields.first_row(value)), fields.values[value].0.clone());
    let told = Guess::ReadAs { column: at, line, value: text, number: number.exact };
    if !with.guesses.contains(&told) {
        with.guesses.push(told);
    }
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// `1E5`.
fn is_code(text: &str) -> bool {
    text.split_once(['e', 'E']).is_some_and(|(a, b)| is_whole(a) && is_whole(b))
}

/// `1,3`: two digits of which the second is the larger.
fn is_list(text: &str) -> bool {
    matches!(text.as_bytes(), [a, b',', b] if a.is_ascii_digit() && b.is_ascii_digit() && a < b)
}
