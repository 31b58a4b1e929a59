//! How a lesson went for a learner, as a short code for the board of a class: the lesson's name, two
//! exclamation marks, a character for each page, and [two letters](check_letters) that tell a slip
//! of the pen and that the code was cut. Before, a single mark stood before the pages and another
//! after them, and before that codes ended with the pages: these are read as well. A code can be
//! made up, as any that a learner writes down: it helps a class to talk, and grades nobody.

use crate::data::drawn::DIGITS;
use crate::link::check_letters;
use serde::{Deserialize, Serialize};

/// What stands, twice, between the lesson's name and its pages.
pub const MARK: char = '!';

/// Maximum number of pages that a code tells of.
pub const MAX_PAGES: usize = 64;

/// Maximum length of a lesson's name in bytes.
pub const MAX_NAME: usize = 64;

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

/// What a code says.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub lesson: String,
    pub pages: Vec<Marks>,
    /// Whether letters say that it is whole.
    pub checked: bool,
}

/// The code of a lesson.
pub fn write(lesson: &str, pages: &[Marks]) -> String {
    let pages = pages.iter().take(MAX_PAGES).map(|marks| char::from(DIGITS[marks.digit()]));
    let code: String = lesson.chars().chain([MARK, MARK]).chain(pages).collect();
    let letters = check_letters::of(&code);
    code + &letters
}

/// What a code says; none where it is no code. A lesson's name may begin with a capital, as phones
/// write it.
pub fn read(code: &str) -> Option<Sheet> {
    let (name, rest) = code.split_once(MARK)?;
    let lesson = name.to_ascii_lowercase();
    let (pages, checked) = match rest.strip_prefix(MARK) {
        Some(rest) => {
            let code = [&lesson, "!!", rest].concat();
            let text = check_letters::checked(&code)?;
            (text.get(lesson.len() + 2..)?.to_owned(), true)
        }
        None => match rest.split_once(MARK) {
            Some((pages, letters)) => {
                let own = check_letters::of(&[&lesson, "!", pages].concat());
                (own == letters).then(|| (pages.to_owned(), true))?
            }
            None => (rest.to_owned(), false),
        },
    };
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fits = !lesson.is_empty()
        && lesson.len() <= MAX_NAME
        && lesson.chars().all(named)
        && (1..=MAX_PAGES).contains(&pages.len());
    let digit = |c: u8| Marks::of_digit(DIGITS.iter().position(|digit| *digit == c)?);
    let pages: Option<Vec<Marks>> = pages.bytes().map(digit).collect();
    pages.filter(|_| fits).map(|pages| Sheet { lesson, pages, checked })
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
        let name = "beat-the-tuner".len();
        assert_eq!(code.len(), name + 2 + 18 + 2);
        // With a slip of the pen; with one mark only it would be as codes were before.
        for at in (0..code.len()).filter(|at| !(name..name + 2).contains(at)) {
            let mut other = code.clone().into_bytes();
            other[at] = if other[at] == b'q' { b'r' } else { b'q' };
            assert_eq!(read(&String::from_utf8(other).unwrap()), None, "{at}");
        }
        // Cut anywhere it is none.
        for end in 0..code.len() {
            assert_eq!(read(&code[..end]), None, "{end}");
        }
        let sheet = Sheet { lesson: "beat-the-tuner".into(), pages, checked: true };
        assert_eq!(read(&code), Some(sheet.clone()));
        assert_eq!(read(&code.replace("beat", "Beat")), Some(sheet.clone()));
        // As codes were written before: with letters after a mark, and without any.
        let before = code[..code.len() - 2].replace("!!", "!");
        let letters = check_letters::of(&before);
        assert_eq!(read(&format!("{before}!{letters}")), Some(sheet.clone()));
        assert_eq!(read(&format!("{before}!{}", letters.to_lowercase() + "a")), None);
        assert_eq!(read(&before), Some(Sheet { checked: false, ..sheet }));
    }

    #[test]
    fn what_is_no_code_is_none() {
        let long = format!("a!{}", "A".repeat(MAX_PAGES + 1));
        for text in [
            "",
            "!",
            "momentum",
            "momentum!",
            "momentum!!",
            "!AB",
            "Mo mentum!A",
            "momentum!A*",
            &long,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        // Beyond the last kind of page.
        assert_eq!(read("momentum!S"), None);
        assert!(read("momentum!R").is_some());
    }
}
