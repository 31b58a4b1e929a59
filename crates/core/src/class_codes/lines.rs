//! The codes of a class as they arrive: pasted from a chat, a table or a letter, with names before
//! or after them, in quotes or between commas, typed on a phone or with the letters of a Chinese
//! keyboard. A code of today says by its letters that it is one, so it is looked for everywhere in
//! its line; a line is of one learner and holds one code.

use super::{BoardError, Game, MAX_CODES, Places, Word, check_letters, placed, whole};
use crate::lesson::code::{self, Marks, Sheet};
use crate::setup::Setup;
use crate::space::Point;

/// A name on the board has so many letters.
const MAX_NAME_LENGTH: usize = 60;

/// Letters of a line at most: of a name, a code and what stands around them.
const MAX_LINE: usize = 1000;

/// Letters of a word from which on nobody is called that: shorter ones are names, unless they have
/// digits or letters that check them.
const MIN_UNCHECKED: usize = 12;

/// Letters of a code of a lesson at most, with all that stands between its parts.
const MAX_LESSON: usize = code::MAX_NAME + code::MAX_PAGES + 4;

/// What the lines of a class say; a line that can't be read keeps no other from being read, and one
/// with a name that stands there twice counts once. Without names two learners can have the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    pub races: Vec<Hand>,
    pub lessons: Vec<Taken>,
    pub wrong: Vec<BoardError>,
}

/// Who raced, and where the trials were placed, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    pub learner: String,
    pub points: Vec<Point>,
    /// Whether letters at the end of the code say that it is whole.
    pub checked: bool,
    /// Whether the learner had seen the landscape before.
    pub known: bool,
}

/// Who took which lesson, and how it went on each page.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub learner: String,
    /// Where its code stands.
    pub line: usize,
    pub lesson: String,
    pub pages: Vec<Marks>,
    /// Whether letters at the end of the code say that it is whole.
    pub checked: bool,
}

/// The code of a line.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    Race(Places),
    Lesson(Sheet),
}

/// What is wrong with a line.
enum Wrong {
    Code,
    Game,
    Two,
}

/// Lines of a code each, with a name beside it or not.
pub fn read(setup: &Setup, text: &str) -> Codes {
    let lines = text
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line))
        .filter(|(_, line)| line.chars().any(|c| !c.is_whitespace() && !is_unseen(c)));
    if lines.clone().nth(MAX_CODES).is_some() {
        let wrong = vec![BoardError::Many { limit: MAX_CODES }];
        return Codes { wrong, ..Codes::default() };
    }
    let whole = whole(setup);
    let (axes, game) = (whole.axes(), Game::of(&whole, setup.max_placed()));
    let (mut codes, mut told) = (Codes::default(), Vec::new());
    for (line, text) in lines {
        let one = match line_of(&game, &plain(text)) {
            Ok(one) => one,
            Err(wrong) => {
                codes.wrong.push(match wrong {
                    Wrong::Code => BoardError::Code { line },
                    Wrong::Game => BoardError::Game { line },
                    Wrong::Two => BoardError::Two { line },
                });
                continue;
            }
        };
        if told.contains(&one) {
            continue;
        }
        let (name, found) = one.clone();
        if !name.is_empty() {
            told.push(one);
        }
        let learner = if name.is_empty() { line.to_string() } else { name };
        match found {
            Found::Lesson(Sheet { lesson, pages, checked }) => {
                codes.lessons.push(Taken { learner, line, lesson, pages, checked });
            }
            Found::Race(Places { places, checked, known }) => {
                let at = |n: &u32| placed(&whole, &axes, [n >> 12, n & 4095]);
                let points = places.iter().map(at).collect();
                codes.races.push(Hand { learner, points, checked, known });
            }
        }
    }
    codes
}

/// Whether a letter shows nothing: control and format characters, which come along from chats and
/// tables.
fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
        )
}

/// A line without letters that show nothing; letters of full width are the usual ones.
fn plain(line: &str) -> String {
    let usual = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    line.chars().filter(|c| !is_unseen(*c)).map(usual).collect()
}

/// The words of a line that could be codes or parts of one, as places in it: whatever no code has
/// parts them.
fn words(line: &str) -> Vec<[usize; 2]> {
    let in_code = |c: char| c.is_ascii_alphanumeric() || "-_!".contains(c);
    let mut words: Vec<[usize; 2]> = Vec::new();
    for (at, c) in line.char_indices().filter(|(_, c)| in_code(*c)) {
        match words.last_mut() {
            Some([_, end]) if *end == at => *end += c.len_utf8(),
            _ => words.push([at, at + c.len_utf8()]),
        }
    }
    words
}

/// The name and the code of a line.
fn line_of(game: &Game, line: &str) -> Result<(String, Found), Wrong> {
    if line.len() > MAX_LINE {
        return Err(Wrong::Code);
    }
    let words = words(line);
    let (mut found, mut pieces, mut is_other) = (Vec::new(), Vec::new(), false);
    for &place in &words {
        let word = &line[place[0]..place[1]];
        match word_of(game, word) {
            Some(Ok(code)) => found.push((place, code)),
            Some(Err(Word::Other { checked })) => {
                let digit = word.bytes().any(|letter| letter.is_ascii_digit());
                is_other |= checked || digit || word.len() >= MIN_UNCHECKED;
                pieces.extend(checked.then_some(place));
            }
            Some(Err(_)) => pieces.push(place),
            None => {}
        }
    }
    if found.len() > 1 {
        return Err(Wrong::Two);
    }
    let whole = found.pop().or_else(|| joined(game, line, &words));
    let Some(([start, end], code)) = whole else {
        return Err(if is_other { Wrong::Game } else { Wrong::Code });
    };
    // What is left of a second code beside it: whose is the one that is whole?
    if pieces.iter().any(|&[from, to]| to <= start || from >= end) {
        return Err(Wrong::Two);
    }
    Ok((name(&line[..start], &line[end..]), code))
}

/// The code that a word is, or what else it is of a race; none where it is nothing of a code.
fn word_of(game: &Game, word: &str) -> Option<Result<Found, Word>> {
    // What ends or begins a sentence, and the capital with which phones begin one, are no slips: the
    // letters tell.
    let bare = word.trim_matches(['!', '-', '_']);
    let lesson = code::read(word).or_else(|| code::read(bare).filter(|sheet| sheet.checked));
    if let Some(sheet) = lesson {
        return Some(Ok(Found::Lesson(sheet)));
    }
    let mut small = bare.to_owned();
    if let Some(letter) = small.get_mut(..1) {
        letter.make_ascii_lowercase();
    }
    let whole = |word: &str| game.word(word).filter(|word| matches!(word, Word::Whole(_)));
    let checked = |word: &str| whole(word).filter(Word::is_checked);
    let known = whole(word).or_else(|| checked(bare)).or_else(|| checked(&small));
    let known = known.or_else(|| whole(bare)).or_else(|| game.word(word));
    Some(match known? {
        Word::Whole(places) => Ok(Found::Race(places)),
        other => Err(other),
    })
}

/// The code of a line in which it stands with spaces within, and its place: only letters that check
/// it tell that words belong together.
fn joined(game: &Game, line: &str, words: &[[usize; 2]]) -> Option<([usize; 2], Found)> {
    let longest = MAX_LESSON.max(4 * (1 + game.most) + check_letters::LENGTH);
    let lessons = line.contains(code::MARK);
    let mut found = None;
    for (i, &[start, _]) in words.iter().enumerate() {
        let mut text = String::new();
        for &[from, to] in &words[i..] {
            text += &line[from..to];
            let race = game.begins(&text);
            if text.len() > longest || !(race || lessons && text.len() <= MAX_LESSON) {
                break;
            }
            let code = match game.word(&text).filter(|_| race) {
                Some(Word::Whole(places)) if places.checked => Some(Found::Race(places)),
                _ => code::read(&text).filter(|sheet| sheet.checked).map(Found::Lesson),
            };
            found = code.map(|code| ([start, to], code)).or(found);
        }
        if found.is_some() {
            break;
        }
    }
    found
}

/// The name of a line: what stands before the code or, where nothing does, the first thing after.
fn name(before: &str, after: &str) -> String {
    const APART: &str = ",;:=-–—*|\"'`“”‘’«»„、。，；：";
    let begins = |c: char| c.is_whitespace() || APART.contains(c) || ")]}>.!".contains(c);
    let ends = |c: char| c.is_whitespace() || APART.contains(c) || "([{<".contains(c);
    let tidy = |text: &str| {
        let words = text.trim_start_matches(begins).trim_end_matches(ends).split_whitespace();
        words.collect::<Vec<_>>().join(" ").chars().take(MAX_NAME_LENGTH).collect::<String>()
    };
    let next = || after.trim_start_matches(begins).split([',', ';', '\t', '|']).next();
    Some(tidy(before)).filter(|name| !name.is_empty()).unwrap_or_else(|| tidy(next().unwrap_or("")))
}

#[cfg(test)]
mod tests {
    use super::super::{point, write};
    use super::*;

    fn game() -> (Setup, String) {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6), point(&setup, 0.7, 0.2)];
        let code = write(&setup);
        (setup, code)
    }

    /// The names of those whose races are read, and how many lines are wrong.
    fn names(setup: &Setup, text: &str) -> (Vec<String>, usize) {
        let codes = read(setup, text);
        assert!(codes.races.iter().all(|hand| hand.points == setup.race.hand), "{text}");
        (codes.races.into_iter().map(|hand| hand.learner).collect(), codes.wrong.len())
    }

    #[test]
    fn codes_are_read_as_they_arrive() {
        let (setup, code) = game();
        let wide = |text: &str| -> String {
            let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
            text.chars().map(wide).collect()
        };
        let (four, rest) = code.split_at(4);
        let (half, last) = rest.split_at(5);
        for (line, name) in [
            (format!("Ada,{code}"), "Ada"),
            (format!("Ada, {code}"), "Ada"),
            (format!("Ada;{code}"), "Ada"),
            (format!("\"Ada\",\"{code}\""), "Ada"),
            (format!("Ada:{code}"), "Ada"),
            (format!("小明：{code}"), "小明"),
            (format!("小明{code}。"), "小明"),
            (format!("Ada L. {code}."), "Ada L."),
            (format!("Ada {code},"), "Ada"),
            (format!("Ada {code}!"), "Ada"),
            (format!("Ada - `{code}`"), "Ada"),
            (format!("**{code}** (Ada)"), "(Ada)"),
            (format!("{code}, Ada, 7b"), "Ada"),
            (format!("{code} Ada Byron"), "Ada Byron"),
            (format!("Ada\t{code}\t2026-01-01"), "Ada"),
            (format!("\u{2068}A\u{7}da\u{2069} \u{feff}{four}\u{200b}{rest}\u{200b}"), "Ada"),
            (format!("Ada　{}", wide(&code)), "Ada"),
            (format!("Ada {four} {rest}"), "Ada"),
            (format!("Ada {four} {half} {last} 7b"), "Ada"),
        ] {
            assert_eq!(names(&setup, &line), (vec![name.to_owned()], 0), "{line:?}");
        }
        assert_eq!(names(&setup, &format!("`{code}`")), (vec!["1".into()], 0));
        // The capital with which a phone begins, where the code begins with a small letter.
        let mut setup = setup;
        let small = (0..).find_map(|seed| {
            setup.net.seed = seed;
            Some(write(&setup)).filter(|code| code.starts_with(|c: char| c.is_ascii_lowercase()))
        });
        let small = small.unwrap();
        let capital = small[..1].to_uppercase() + &small[1..];
        assert_eq!(names(&setup, &format!("Ada {capital}")), (vec!["Ada".into()], 0));
    }

    #[test]
    fn codes_of_lessons_are_read_as_they_arrive() {
        let setup = Setup::default();
        let pages = [Marks { met: true, ..Marks::default() }; 2];
        let code = code::write("momentum", &pages);
        for line in [
            format!("Ada,{code}."),
            format!("Ada {code}!"),
            format!("Ada {}", code.replace("momentum", "Momentum")),
            format!("Ada {}", code.replace('!', "！")),
            format!("{code};Ada"),
            format!("Ada momentum!! {}", &code[10..]),
        ] {
            let codes = read(&setup, &line);
            let [taken] = &codes.lessons[..] else { panic!("{line}: {codes:?}") };
            assert_eq!((&*taken.learner, &*taken.lesson), ("Ada", "momentum"), "{line}");
            assert_eq!((&taken.pages[..], taken.checked), (&pages[..], true));
        }
        let [old] = &read(&setup, "Ada Momentum!BB").lessons[..] else { panic!("one") };
        assert_eq!((&old.pages[..], old.checked), (&pages[..], false));
    }

    #[test]
    fn a_line_holds_one_code() {
        let (setup, code) = game();
        let lesson = code::write("momentum", &[Marks::default()]);
        let (four, rest) = code.split_at(4);
        for line in [
            format!("Ada {code} Bob {code}"),
            format!("Ada {code} Bob {}", &code[..8]),
            format!("Ada {four} {rest} Bob {four} {rest}"),
            format!("Ada {code} Bob {lesson}"),
            format!("Ada {lesson} Bob {lesson}"),
        ] {
            let wrong = vec![BoardError::Two { line: 1 }];
            assert_eq!(read(&setup, &line), Codes { wrong, ..Codes::default() }, "{line}");
        }
    }

    #[test]
    fn a_line_with_a_name_that_stands_there_twice_counts_once() {
        let (setup, code) = game();
        let lesson = code::write("momentum", &[Marks::default()]);
        let text = format!("Ada {code}\nAda {lesson}\nAda, {code}\nBob {code}\nAda {lesson}");
        assert_eq!(names(&setup, &text), (vec!["Ada".into(), "Bob".into()], 0));
        assert_eq!(read(&setup, &text).lessons.len(), 1);
        // Whoever meets all goals of a lesson has the same code.
        let nameless = format!("{lesson}\n{code}\n{lesson}\n{code}");
        assert_eq!(names(&setup, &nameless), (vec!["2".into(), "4".into()], 0));
        assert_eq!(read(&setup, &nameless).lessons.len(), 2);
    }

    #[test]
    fn a_name_is_no_code_of_another_game_and_a_line_has_an_end() {
        let (setup, _) = game();
        let long = format!("! {}", "a b ".repeat(250));
        for line in ["Benjamin", "Username", "Ada and Benjamin", &long] {
            let wrong = vec![BoardError::Code { line: 1 }];
            assert_eq!(read(&setup, line), Codes { wrong, ..Codes::default() }, "{line}");
        }
    }
}
