//! A learner's result as a short code, for a board of the whole class. Four characters say of which
//! game it is, four where each trial was placed; what a trial scored is not in it: whoever reads
//! the code trains it again. [Two letters](check_letters) at the end tell a slip of the pen, and
//! that the code was cut. Codes had none before, and name their game otherwise than codes of today,
//! so that a code of today that lost its letters is none. How codes stand in the lines of a class
//! is read in [`lines`]; beside them stand those of [lessons](crate::lesson::code).

mod lines;

pub use lines::{Codes, Hand, Taken, read};

use crate::data::drawn::DIGITS;
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
    /// More than one code.
    Two { line: usize },
    /// A code of a lesson that there is not.
    Lesson { line: usize },
    /// A code of more pages than its lesson has.
    Pages { line: usize, limit: usize },
    /// More lines than a class has.
    Many { limit: usize },
}

impl BoardError {
    /// The line that is wrong; none where it is not a single one.
    pub fn line(&self) -> Option<usize> {
        match *self {
            BoardError::Code { line }
            | BoardError::Game { line }
            | BoardError::Two { line }
            | BoardError::Lesson { line }
            | BoardError::Pages { line, .. } => Some(line),
            BoardError::Many { .. } => None,
        }
    }
}

/// So many codes stand on a board at most.
pub const MAX_CODES: usize = 500;

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

/// Whether the learner had seen the landscape before the first of these trials.
pub fn is_known(setup: &Setup) -> bool {
    let known = &setup.race.known;
    !known.is_empty() && known.contains(&landscape_number(setup))
}

/// The code of the learner's trials.
pub fn write(setup: &Setup) -> String {
    let whole = whole(setup);
    let (axes, game) = (whole.axes(), Game::of(&whole, setup.max_placed()));
    let number = if is_known(setup) { game.known } else { game.today };
    let four = |point: &Point| {
        let [x, y] = place(&whole, &axes, point);
        digits(x << 12 | y)
    };
    let code: String =
        std::iter::once(digits(number)).chain(setup.race.hand.iter().map(four)).collect();
    let letters = check_letters::of(&code);
    code + &letters
}

/// A game as codes name it, and how many trials it has at most.
struct Game {
    /// Its number in codes of today, in those of learners who had seen the landscape before, and in
    /// those that were written before they all had letters.
    today: u32,
    known: u32,
    before: u32,
    most: usize,
}

/// What a whole code says.
#[derive(Clone, Debug, PartialEq)]
struct Places {
    /// The number of each trial's place.
    places: Vec<u32>,
    /// Whether letters check it.
    checked: bool,
    /// Whether the landscape had been seen before.
    known: bool,
}

/// What a word is as a code.
#[derive(Clone, Debug, PartialEq)]
enum Word {
    /// A whole code of this game.
    Whole(Places),
    /// A code of this game that was cut or mistyped.
    Part,
    /// A code of another game, and whether letters check it: without, many words look like one.
    Other { checked: bool },
}

impl Word {
    fn is_checked(&self) -> bool {
        matches!(self, Word::Whole(Places { checked: true, .. }) | Word::Other { checked: true })
    }
}

impl Game {
    fn of(whole: &Setup, most: usize) -> Self {
        let link = link_of_game(whole);
        // The letters of codes of today are never left out.
        let [today, known] =
            ["&checked", "&checked&known"].map(|what| number(&(link.clone() + what)));
        Self { today, known, before: number(&link), most }
    }

    /// Whether a word begins as codes of this game do; of a short one, as far as it goes.
    fn begins(&self, word: &str) -> bool {
        let own = |game| {
            let own = digits(game);
            word.starts_with(&own) || own.starts_with(word)
        };
        [self.today, self.known, self.before].into_iter().any(own)
    }

    /// What a word is as a code; none where it is none.
    fn word(&self, word: &str) -> Option<Word> {
        let part = || (word.len() >= 4 && self.begins(word)).then_some(Word::Part);
        let (text, checked) = match word.len() % 4 {
            0 => (word, false),
            check_letters::LENGTH => match check_letters::checked(word) {
                Some(text) => (text, true),
                None => return part(),
            },
            _ => return part(),
        };
        let Some(numbers) = numbers(text).filter(|numbers| numbers.len() > 1) else {
            return part();
        };
        let fits = numbers.len() <= 1 + self.most;
        let (game, places) = (numbers[0], numbers[1..].to_vec());
        let today = [self.today, self.known].contains(&game);
        Some(match game {
            _ if !today && game != self.before => Word::Other { checked },
            _ if !fits || today && !checked => Word::Part,
            _ => Word::Whole(Places { places, checked, known: game == self.known }),
        })
    }
}

/// The numbers of a code without its letters: the game's, and one for each trial.
fn numbers(code: &str) -> Option<Vec<u32>> {
    let value = |four: &[u8]| {
        let digit = |sum, c| Some(sum << 6 | DIGITS.iter().position(|digit| digit == c)? as u32);
        four.iter().try_fold(0, digit)
    };
    code.as_bytes().chunks(4).map(value).collect()
}

fn digits(n: u32) -> String {
    [18, 12, 6, 0].map(|shift| char::from(DIGITS[(n >> shift & 63) as usize])).iter().collect()
}

/// A number of 24 bits that hardly any other text has: FNV-1a.
fn number(text: &str) -> u32 {
    let hash = text
        .bytes()
        .fold(0x811c_9dc5_u32, |h, byte| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 24) ^ (hash & 0xff_ffff)
}

/// All that decides what a place scores, and nothing else.
fn landscape(whole: &Setup) -> Setup {
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
    game.map.held = point;
    [game.map.across, game.map.up] = [0, 1].map(|i| axes.params[i].name.clone());
    game
}

/// All that decides what a place scores, and the budget, as a link.
fn link_of_game(whole: &Setup) -> String {
    let mut game = landscape(whole);
    (game.search.budget, game.search.when) = (whole.search.budget, whole.search.when);
    game.race.effort = whole.race.effort;
    of_version_1(&game)
}

/// Codes of games that mean the same stay the same, whatever version links have.
fn of_version_1(game: &Setup) -> String {
    link::write(game).replacen(&format!("v={VERSION}"), "v=1", 1)
}

/// A number for the landscape that a learner races on, whatever there is to spend on it: hardly any
/// other landscape has the same.
pub fn landscape_number(setup: &Setup) -> u32 {
    number(&of_version_1(&landscape(&whole(setup))))
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

    fn races<const N: usize>(hands: [(&str, &[Point]); N]) -> Codes {
        let hand = |(learner, points): (&str, &[Point])| Hand {
            learner: learner.into(),
            points: points.to_vec(),
            checked: true,
            known: false,
        };
        Codes { races: hands.map(hand).to_vec(), ..Codes::default() }
    }

    #[test]
    fn a_line_that_cannot_be_read_keeps_no_other_from_being_read() {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6)];
        let text = format!("Ada {}\nBob nonsense!\nCy momentum!BH\nDi AAAAAAAAAAAA", write(&setup));
        let codes = read(&setup, &text);
        assert_eq!(codes.races, races([("Ada", &setup.race.hand)]).races);
        let [taken] = &codes.lessons[..] else { panic!("{:?}", codes.lessons) };
        assert_eq!((&taken.learner[..], &taken.lesson[..]), ("Cy", "momentum"));
        assert_eq!(taken.pages.iter().filter(|marks| marks.met).count(), 2);
        assert_eq!(codes.wrong, [BoardError::Code { line: 2 }, BoardError::Game { line: 4 }]);
    }

    #[test]
    fn a_board_has_room_for_a_class_and_no_more() {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6)];
        let code = write(&setup);
        let lines = |n: usize| -> String {
            (0..n).map(|i| format!("{i} {} {code}\n", "Ada".repeat(300))).collect()
        };
        let board = read(&setup, &lines(MAX_CODES)).races;
        assert_eq!((board.len(), board[0].learner.len()), (MAX_CODES, 60));
        let many = wrong(BoardError::Many { limit: MAX_CODES });
        assert_eq!(read(&setup, &lines(MAX_CODES + 1)), many);
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
        let teacher = Setup { race: Default::default(), ..setup.clone() };
        let both = read(&teacher, &format!("Ada L. {code}\n\n {code}\n"));
        let hand = &setup.race.hand;
        assert_eq!(
            read(&teacher, &code.to_lowercase()),
            wrong(BoardError::Code { line: 1 }),
            "a slip of the pen is no other result"
        );
        assert_eq!(both, races([("Ada L.", hand), ("3", hand)]));
        for text in ["x", "Ada", "é", &code[..4], &code.repeat(3)] {
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
        assert_eq!(read(&teacher, &code), races([("1", &setup.race.hand)]));
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

    #[test]
    fn a_code_that_was_cut_is_none_and_old_codes_are_read_as_unchecked() {
        let mut setup = Setup::default();
        setup.search.budget = 8;
        setup.race.hand = [0.1, 0.4, 0.8].map(|x| point(&setup, x, 0.5)).to_vec();
        let code = write(&setup);
        for end in 0..code.len() {
            for name in ["", "Ada "] {
                let line = format!("{name}{}", &code[..end]);
                assert!(read(&setup, &line).races.is_empty(), "{line}");
            }
        }
        // As codes were before: of another number for the game, at first without letters.
        let whole = whole(&setup);
        let before = digits(Game::of(&whole, 8).before) + &code[4..16];
        let letters = check_letters::of(&before);
        let hands = |text: &str| read(&setup, text).races;
        assert_eq!(
            hands(&format!("Ada {before}{letters}")),
            races([("Ada", &setup.race.hand)]).races
        );
        let [old] = &hands(&format!("Ada {before}"))[..] else { panic!("one") };
        assert_eq!((&old.points, old.checked), (&setup.race.hand, false));
    }

    #[test]
    fn a_code_says_that_the_landscape_was_known() {
        let mut setup = Setup::default();
        setup.race.hand = vec![point(&setup, 0.3, 0.6)];
        let (plain, number) = (write(&setup), landscape_number(&setup));
        setup.race.know(number ^ 1);
        assert_eq!(write(&setup), plain, "another one");
        setup.race.know(number);
        let code = write(&setup);
        let known = |text: &str| -> Vec<bool> {
            read(&setup, text).races.iter().map(|hand| hand.known && hand.checked).collect()
        };
        assert_eq!(
            (code.len(), known(&format!("Ada {code}\nBob {plain}"))),
            (10, vec![true, false])
        );
        assert_eq!(known(&format!("Ada {} {}", &code[..4], &code[4..])), [true]);
        // One that was cut is none.
        for end in 0..code.len() {
            assert!(known(&code[..end]).is_empty(), "{end}");
        }
    }

    #[test]
    fn a_landscape_has_a_number_whatever_is_spent_on_it() {
        let (setup, mut other) = (Setup::default(), Setup::default());
        other.search.budget += 1;
        other.race.repeats += 1;
        other.race.hand = vec![point(&setup, 0.1, 0.2)];
        other.map.zoom = vec![[0.02, 0.2, 0.3, 0.6]];
        assert_eq!(landscape_number(&other), landscape_number(&setup));
        other.training.batch += 1;
        assert_ne!(landscape_number(&other), landscape_number(&setup));
    }
}
