//! Whether points with three digits after them mark thousands where no number of a column says
//! so for certain: `50`, `901`, `1.102`, `12.300`.

use super::number::Readings;

/// Fractions that are written with three digits have them in every row, and those that are not lose
/// their last zeros: short whole numbers beside a `12.300` tell that its point marks thousands.
pub(super) fn points_mark_thousands(values: &[(String, Readings)]) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let pointed = |text: &str| text.contains('.');
    let zero_at_end =
        values.iter().any(|(text, r)| r.ambiguous() && pointed(text) && text.ends_with('0'));
    let mut whole = values.iter().filter(|(text, r)| r.any().is_some() && !pointed(text));
    let short = whole.clone().all(|(text, _)| digits(text) <= 3);
    zero_at_end && short && whole.next().is_some()
}
