//! Two letters at the end of a code that is read out, written down and typed: with one letter wrong
//! or two that changed places a code says nothing else by chance, but is none.

use crate::data::drawn::DIGITS;

/// How many there are.
pub const LENGTH: usize = 2;

/// The letters for a text, from the sums of its half bytes times powers of two elements of the
/// field of 64: these tell every single letter and every two neighbours that are exchanged.
pub fn of(text: &str) -> String {
    let halves = || text.bytes().flat_map(|byte| [byte >> 4, byte & 15]);
    let sum = |steps: usize| {
        let times = |sum: u8| (0..steps).fold(sum, |sum, _| twice(sum));
        times(halves().fold(0, |sum, half| times(sum) ^ half))
    };
    [sum(1), sum(2)].map(|sum| char::from(DIGITS[usize::from(sum & 63)])).iter().collect()
}

/// The text before its letters; none where they are not its own.
pub fn checked(code: &str) -> Option<&str> {
    let (text, letters) = code.split_at_checked(code.len().checked_sub(LENGTH)?)?;
    (of(text) == letters).then_some(text)
}

/// Twice an element of the field, modulo x⁶ + x + 1, of which 2 generates every other.
fn twice(element: u8) -> u8 {
    let double = element << 1;
    if double & 64 == 0 { double } else { double ^ 0b100_0011 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_single_letter_and_no_exchange_goes_unnoticed() {
        let text = "3KzrbqguHimyKvTP";
        let code = text.to_owned() + &of(text);
        assert_eq!(checked(&code), Some(text));
        for at in 0..code.len() {
            for digit in DIGITS {
                let mut other = code.clone().into_bytes();
                other[at] = *digit;
                let other = String::from_utf8(other).unwrap();
                assert_eq!(checked(&other).is_some(), other == code, "{other}");
            }
            let mut other = code.clone().into_bytes();
            other.swap(at, (at + 1) % code.len());
            let other = String::from_utf8(other).unwrap();
            assert_eq!(checked(&other).is_some(), other == code, "{other}");
        }
        assert_eq!(checked(&code.to_lowercase()), None);
        for none in ["", "A", "é", "aé", "AB"] {
            assert_eq!(checked(none), None, "{none}");
        }
    }
}
