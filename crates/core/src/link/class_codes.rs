//! A learner's result as a short code, for a board of the whole class. Four characters say of which
//! game it is, four where each trial was placed; what a trial scored is not in it: whoever reads
//! the code trains it again. [Two letters](check_letters) at the end tell a slip of the pen; codes
//! had none before, and are read without as well. Beside such codes stand those of
//! [lessons](code).

use crate::data::drawn::DIGITS;
use crate::lesson::code::{self, Marks};
use crate::link;
use crate::link::check_letters;
use crate::setup::{Axis, MapSetup, Setup, VERSION};
use crate::space::{Point, Space};

/// Places along an axis of the map.
const PLACES: f64 = 4095.0;

/// What is wrong with a line of codes; lines count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum BoardError {
    /// No code.
    Code { line: usize },
    /// A code of another game.
    Game { line: usize },
    /// More lines than a class has.
    Many { limit: usize },
}

/// So many codes stand on a board at most, and a name on it has so many letters.
pub const MAX_CODES: usize = 500;
const MAX_NAME_LENGTH: usize = 60;

/// The set-up with the whole map, which is the same for all who play: a learner may zoom or lay it
/// out another way.
fn whole(setup: &Setup) -> Setup {
    let map = MapSetup { zoom: Vec::new(), axis: Axis::Linear, ..setup.map.clone() };
    Setup { map, ..setup.clone() }
}

/// Where a point lies on the whole map, in places along each axis.
fn place(whole: &Setup, axes: &Space, point: &[f64]) -> [u32; 2] {
    whole.place_on(axes, point).map(|u| (u.clamp(0.0, 1.0) * PLACES).round() as u32)
}

/// The point at a place of the whole map.
fn placed(whole: &Setup, axes: &Space, place: [u32; 2]) -> Point {
    let at = axes.from_unit(&place.map(|n| f64::from(n) / PLACES));
    let point = whole.on_map([[at[0], at[1]]]).swap_remove(0);
    whole.searched().snapped(&point)
}

/// The point at fractions of the axes of the map on show, on the grid of places that a code can
/// name.
pub fn point(setup: &Setup, x: f64, y: f64) -> Point {
    let at = setup.axes().from_unit(&[x, y]);
    let there = setup.on_map([[at[0], at[1]]]).swap_remove(0);
    let whole = whole(setup);
    let axes = whole.axes();
    placed(&whole, &axes, place(&whole, &axes, &there))
}

/// The code of the learner's trials.
pub fn write(setup: &Setup) -> String {
    let whole = whole(setup);
    let axes = whole.axes();
    let four = |point: &Point| {
        let [x, y] = place(&whole, &axes, point);
        digits(x << 12 | y)
    };
    let code: String =
        std::iter::once(digits(game(&whole))).chain(setup.race.hand.iter().map(four)).collect();
    let letters = check_letters::of(&code);
    code + &letters
}

/// What the lines of a class say; a line that can't be read keeps no other from being read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Codes {
    /// The names of those who raced, and where they placed their trials, in order.
    pub races: Vec<(String, Vec<Point>)>,
    pub lessons: Vec<Taken>,
    pub wrong: Vec<BoardError>,
}

/// Who took which lesson, and how it went on each page.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub learner: String,
    pub lesson: String,
    pub pages: Vec<Marks>,
}

/// Lines of a code each, with a name before it or not.
pub fn read(setup: &Setup, text: &str) -> Codes {
    let lines = text
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty());
    if lines.clone().nth(MAX_CODES).is_some() {
        let wrong = vec![BoardError::Many { limit: MAX_CODES }];
        return Codes { wrong, ..Codes::default() };
    }
    let whole = whole(setup);
    let (axes, own) = (whole.axes(), game(&whole));
    let mut codes = Codes::default();
    for (line, text) in lines {
        let (name, code) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
        let learner = match name.trim() {
            "" => line.to_string(),
            name => name.chars().take(MAX_NAME_LENGTH).collect(),
        };
        if let Some((lesson, pages)) = code::read(code) {
            codes.lessons.push(Taken { learner, lesson, pages });
            continue;
        }
        match numbers(code, setup.max_placed()) {
            Some(numbers) if numbers[0] == own => {
                let at = |n: &u32| placed(&whole, &axes, [n >> 12, n & 4095]);
                codes.races.push((learner, numbers[1..].iter().map(at).collect()));
            }
            Some(_) => codes.wrong.push(BoardError::Game { line }),
            None => codes.wrong.push(BoardError::Code { line }),
        }
    }
    codes
}

/// The numbers of a code: the game's, and one for each trial, of which there are so many at most.
fn numbers(code: &str, most: usize) -> Option<Vec<u32>> {
    let value = |four: &[u8]| {
        let digit = |sum, c| Some(sum << 6 | DIGITS.iter().position(|digit| digit == c)? as u32);
        four.iter().try_fold(0, digit)
    };
    let code = match code.len() % 4 {
        check_letters::LENGTH => check_letters::checked(code)?,
        _ => code,
    };
    let fits = code.len().is_multiple_of(4) && code.len() > 4 && code.len() <= 4 * (1 + most);
    code.as_bytes().chunks(4).map(value).collect::<Option<Vec<u32>>>().filter(|_| fits)
}

fn digits(n: u32) -> String {
    [18, 12, 6, 0].map(|shift| char::from(DIGITS[(n >> shift & 63) as usize])).iter().collect()
}

/// A number of 24 bits that hardly any other game has: FNV-1a of all that decides what a place
/// scores, and of the budget.
fn game(whole: &Setup) -> u32 {
    let (axes, mut point) = (whole.axes(), whole.held());
    let (across, up) = whole.pair();
    for (place, axis) in [Some(across), up].into_iter().zip(&axes.params) {
        if let Some(value) = place.and_then(|i| point.get_mut(i)) {
            *value = axis.low;
        }
    }
    // What is searched is as the map has it; the Explore run may have it otherwise.
    let Setup { data, net, training, evaluation, run, space, .. } = whole.at(&point);
    let mut game = Setup { data, net, training, evaluation, run, space, ..Setup::default() };
    (game.search.budget, game.search.when, game.map.held) =
        (whole.search.budget, whole.search.when, point);
    game.race.effort = whole.race.effort;
    [game.map.across, game.map.up] = [0, 1].map(|i| axes.params[i].name.clone());
    // Codes of games that mean the same stay the same, whatever version links have.
    let link = link::write(&game).replacen(&format!("v={VERSION}"), "v=1", 1);
    let hash = link
        .bytes()
        .fold(0x811c_9dc5_u32, |h, byte| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 24) ^ (hash & 0xff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::When;
    use crate::search::StrategyName;
    use crate::setup::space::Range;
    use crate::space::Scale;

    fn wrong(error: BoardError) -> Codes {
        Codes { wrong: vec![error], ..Codes::default() }
    }

    fn races(races: Vec<(String, Vec<Point>)>) -> Codes {
        Codes { races, ..Codes::default() }
    }

    #[test]
    fn a_line_that_cannot_be_read_keeps_no_other_from_being_read() {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6)];
        let text = format!("Ada {}\nBob nonsense!\nCy momentum!BH\nDi AAAAAAAA", write(&setup));
        let codes = read(&setup, &text);
        assert_eq!(codes.races, [("Ada".into(), setup.race.hand.clone())]);
        let [taken] = &codes.lessons[..] else { panic!("{:?}", codes.lessons) };
        assert_eq!((&taken.learner[..], &taken.lesson[..]), ("Cy", "momentum"));
        assert_eq!(taken.pages.iter().filter(|marks| marks.met).count(), 2);
        assert_eq!(codes.wrong, [BoardError::Code { line: 2 }, BoardError::Game { line: 4 }]);
    }

    #[test]
    fn a_board_has_room_for_a_class_and_no_more() {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6)];
        let line = format!("{} {}\n", "Ada".repeat(1000), write(&setup));
        let board = read(&setup, &line.repeat(MAX_CODES)).races;
        assert_eq!((board.len(), board[0].0.len()), (MAX_CODES, MAX_NAME_LENGTH));
        let many = wrong(BoardError::Many { limit: MAX_CODES });
        assert_eq!(read(&setup, &line.repeat(MAX_CODES + 1)), many);
        assert_eq!(read(&setup, &"a\n".repeat(500_000)), many);
    }

    #[test]
    fn a_code_brings_the_same_points_and_no_other_game_takes_it() {
        let mut setup = Setup::default();
        setup.search.budget = 8;
        setup.race.hand =
            [(0.0, 1.0), (0.31, 0.777), (1.0, 0.0)].map(|(x, y)| point(&setup, x, y)).to_vec();
        assert_eq!(setup.check(), Ok(()));
        let code = write(&setup);
        assert_eq!(code.len(), 18);
        // As codes were written before they had letters to check.
        let old = &code[..16];
        let teacher = Setup { race: Default::default(), ..setup.clone() };
        let both = read(&teacher, &format!("Ada L. {code}\n\n {code}\n"));
        let hand = setup.race.hand.clone();
        assert_eq!(read(&teacher, old), races(vec![("1".into(), hand.clone())]));
        assert_eq!(
            read(&teacher, &code.to_lowercase()),
            wrong(BoardError::Code { line: 1 }),
            "a slip of the pen is no other result"
        );
        assert_eq!(both, races(vec![("Ada L.".into(), hand.clone()), ("3".into(), hand)]));
        for text in [
            "x",
            "Ada",
            "é",
            &code[..14],
            &code[..4],
            &format!("{code}*{}", &code[..3]),
            &code.repeat(3),
        ] {
            assert_eq!(read(&teacher, text), wrong(BoardError::Code { line: 1 }), "{text}");
        }
        let others: [fn(&mut Setup); 4] = [
            |s| s.net.seed += 1,
            |s| s.search.budget += 1,
            |s| s.search.when = When::Last,
            |s| {
                s.space.set(
                    "momentum",
                    Some(Range::Numbers { low: 0.0, high: 0.5, scale: Scale::Linear, step: 0.0 }),
                )
            },
        ];
        for change in others {
            let mut other = setup.clone();
            (setup.search.when, other.search.when) = (When::Best, When::Best);
            change(&mut other);
            assert_eq!(read(&other, &write(&setup)), wrong(BoardError::Game { line: 1 }));
        }
    }

    #[test]
    fn what_a_learner_may_change_leaves_the_code_as_it_is() {
        let mut setup = Setup::default();
        let (low, high) = ([0.02, 0.3], [0.2, 0.6]);
        setup.race.hand = vec![point(&setup, 0.1, 0.9)];
        let teacher = setup.clone();
        setup.map.zoom = vec![[low[0], high[0], low[1], high[1]]];
        let near = [point(&setup, 0.0, 1.0), point(&setup, 0.4, 0.5)];
        setup.race.hand.extend(near);
        assert_eq!(setup.check(), Ok(()));
        for trial in &setup.race.hand[1..] {
            assert!(
                (0..2).all(|i| trial[i] > 0.99 * low[i] && trial[i] < 1.01 * high[i]),
                "{trial:?}"
            );
        }
        let code = write(&setup);
        setup.search.annotate(0, "the best so far");
        (setup.map.hidden, setup.map.axis, setup.search.manual) = (true, Axis::Complement, true);
        (setup.run.learning_rate, setup.run.momentum) = (0.3, 0.2);
        setup.search.strategy = StrategyName::Random;
        setup.race.toggle(StrategyName::Random);
        assert_eq!(write(&setup), code);
        assert_eq!(read(&teacher, &code), races(vec![("1".into(), setup.race.hand.clone())]));
        assert_eq!(read(&setup, &code), read(&teacher, &code));
        // Where momentum is not searched, the run's is what every trial has.
        setup.race.hand.clear();
        setup.map.zoom.clear();
        setup.space.set("momentum", None);
        setup.race.hand = vec![point(&setup, 0.5, 0.5)];
        let code = write(&setup);
        setup.run.learning_rate = 0.7;
        assert_eq!(write(&setup), code);
        setup.run.momentum = 0.7;
        assert_eq!(read(&setup, &code), wrong(BoardError::Game { line: 1 }));
    }
}
