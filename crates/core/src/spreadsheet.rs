//! Texts from outside in tables that go out: a spreadsheet takes what begins like a formula for one,
//! and computes it, whoever wrote it (OWASP, *CSV injection*).

use std::borrow::Cow;

/// What a formula begins with, in either width; a spreadsheet passes over blanks before it.
const MARKS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text as a cell that no spreadsheet computes: one that begins like a formula and is no number
/// gets an apostrophe in front.
pub fn inert(text: &str) -> Cow<'_, str> {
    match text.starts_with(MARKS) && text.parse::<f64>().is_err() {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text that [`inert`] was given.
pub fn without_apostrophe(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(MARKS)).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_a_text_and_comes_back() {
        for formula in ["=1+1", "+A1", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "＝1"] {
            assert_eq!(inert(formula), format!("'{formula}"));
            assert_eq!(without_apostrophe(&inert(formula)), formula);
        }
        for plain in ["", "adam", "-0.5", "+3", "-inf", "1e-3", "'quoted'", "'"] {
            assert_eq!(inert(plain), plain);
            assert_eq!(without_apostrophe(plain), plain);
        }
    }
}
