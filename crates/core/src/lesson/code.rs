//! How a lesson went for a learner, as a short code for the board of a class: the lesson's name, an
//! exclamation mark, a character for each page, another mark, and [two letters](check_letters) that
//! tell a slip of the pen; codes ended with the pages before, and are read without as well. It can
//! be made up, as any code that a learner writes down: it helps a class to talk, and grades nobody.

use crate::data::drawn::DIGITS;
use crate::link::check_letters;
use serde::{Deserialize, Serialize};

/// What stands between the lesson's name, its pages, and the letters that check them.
pub const MARK: char = '!';

/// Maximum number of pages that a code tells of.
const MAX_PAGES: usize = 64;

/// Maximum length of a lesson's name in bytes.
const MAX_NAME: usize = 64;

/// What a learner did on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Whether its goal was met.
    pub met: bool,
    /// Whether it came as the learner had expected; none where nothing was asked or said.
    pub predicted: Option<bool>,
    /// Whether the first answer to its question was right.
    pub answered: Option<bool>,
}

/// No answer, a right one, a wrong one.
const VERDICTS: [Option<bool>; 3] = [None, Some(true), Some(false)];

impl Marks {
    fn digit(self) -> usize {
        let place = |of| VERDICTS.iter().position(|verdict| *verdict == of).unwrap_or(0);
        usize::from(self.met) + 2 * place(self.predicted) + 6 * place(self.answered)
    }

    fn of_digit(digit: usize) -> Option<Self> {
        let answered = *VERDICTS.get(digit / 6)?;
        Some(Marks { met: digit % 2 == 1, predicted: VERDICTS[digit / 2 % 3], answered })
    }
}

/// The code of a lesson.
pub fn write(lesson: &str, pages: &[Marks]) -> String {
    let pages = pages.iter().take(MAX_PAGES).map(|marks| char::from(DIGITS[marks.digit()]));
    let code: String = lesson.chars().chain([MARK]).chain(pages).collect();
    let letters = check_letters::of(&code);
    [code, letters].join(&MARK.to_string())
}

/// The lesson of a code and what was done on each of its pages; none where it is no such code.
pub fn read(code: &str) -> Option<(String, Vec<Marks>)> {
    let code = match code.rsplit_once(MARK)? {
        (text, letters) if text.contains(MARK) => {
            (check_letters::of(text) == letters).then_some(text)?
        }
        _ => code,
    };
    let (lesson, pages) = code.rsplit_once(MARK)?;
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = !lesson.is_empty()
        && lesson.len() <= MAX_NAME
        && lesson.chars().all(named)
        && (1..=MAX_PAGES).contains(&pages.len());
    let digit = |c: u8| Marks::of_digit(DIGITS.iter().position(|digit| *digit == c)?);
    let pages: Option<Vec<Marks>> = pages.bytes().map(digit).collect();
    pages.filter(|_| fits).map(|pages| (lesson.to_owned(), pages))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_was_written() {
        let mut pages = Vec::new();
        for met in [false, true] {
            for predicted in VERDICTS {
                pages.extend(VERDICTS.map(|answered| Marks { met, predicted, answered }));
            }
        }
        let code = write("beat-the-tuner", &pages);
        assert_eq!(code.len(), "beat-the-tuner".len() + 1 + 18 + 3);
        // As codes were written before they had letters to check, and with a slip of the pen.
        assert_eq!(read(&code[..code.len() - 3]), read(&code));
        // Without what parts them off, the letters to check would be letters of an old code.
        let parts = code.len() - 3;
        for at in (0..code.len()).filter(|at| *at != parts) {
            let mut other = code.clone().into_bytes();
            other[at] = if other[at] == b'B' { b'C' } else { b'B' };
            assert_eq!(read(&String::from_utf8(other).unwrap()), None, "{at}");
        }
        assert_eq!(read(&code), Some(("beat-the-tuner".into(), pages)));
    }

    #[test]
    fn what_is_no_code_is_none() {
        let long = format!("a!{}", "A".repeat(MAX_PAGES + 1));
        for text in ["", "!", "momentum", "momentum!", "!AB", "Mo mentum!A", "momentum!A*", &long] {
            assert_eq!(read(text), None, "{text}");
        }
        // Beyond the last kind of page.
        assert_eq!(read("momentum!S"), None);
        assert!(read("momentum!R").is_some());
    }
}
