//! A learner's result as a short code, for a board of the whole class. Four characters say of which game it is, four where
//! each trial was placed; what a trial scored is not in it: whoever reads the code trains it again.

use super::link;
use super::setup::{Screen, Setup};
use crate::space::Point;

/// Places along an axis of the map.
const PLACES: f64 = 4095.0;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// What is wrong with a line of codes; lines count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum BoardError {
    /// No code.
    Code { line: usize },
    /// A code of another game.
    Game { line: usize },
}

/// The point at fractions of the map's axes, on the grid of places that a code can name.
pub fn point(setup: &Setup, x: f64, y: f64) -> Point {
    let near = |u: f64| (u * PLACES).round() / PLACES;
    let at = setup.axes().from_unit(&[near(x), near(y)]);
    let point = setup.on_map([[at[0], at[1]]]).swap_remove(0);
    setup.brief(&point)
}

/// The code of the learner's trials.
pub fn write(setup: &Setup) -> String {
    let axes = setup.axes();
    let place = |point: &Point| {
        let [x, y] = [0, 1].map(|i| (setup.place_on(&axes, point)[i].clamp(0.0, 1.0) * PLACES).round() as u32);
        digits(x << 12 | y)
    };
    std::iter::once(digits(game(setup))).chain(setup.race.hand.iter().map(place)).collect()
}

/// Lines of a code each, with a name before it or not: the names and the points, in order.
pub fn read(setup: &Setup, text: &str) -> Result<Vec<(String, Vec<Point>)>, BoardError> {
    let lines = text.lines().enumerate().map(|(i, line)| (i + 1, line.trim())).filter(|(_, line)| !line.is_empty());
    let one = |(line, text): (usize, &str)| {
        let (name, code) = text.rsplit_once(char::is_whitespace).unwrap_or(("", text));
        let value = |four: &[u8]| {
            let digit = |sum, c| Some(sum << 6 | DIGITS.iter().position(|digit| digit == c)? as u32);
            four.iter().try_fold(0, digit)
        };
        let whole = code.len().is_multiple_of(4) && code.len() > 4 && code.len() <= 4 * (1 + setup.search.budget);
        let numbers: Option<Vec<u32>> = code.as_bytes().chunks(4).map(value).collect();
        let numbers = numbers.filter(|_| whole).ok_or(BoardError::Code { line })?;
        if numbers[0] != game(setup) {
            return Err(BoardError::Game { line });
        }
        let at = |n: &u32| point(setup, f64::from(n >> 12) / PLACES, f64::from(n & 4095) / PLACES);
        let name = if name.is_empty() { line.to_string() } else { name.trim().to_owned() };
        Ok((name, numbers[1..].iter().map(at).collect()))
    };
    lines.map(one).collect()
}

fn digits(n: u32) -> String {
    [18, 12, 6, 0].map(|shift| char::from(DIGITS[(n >> shift & 63) as usize])).iter().collect()
}

/// A number of 24 bits that hardly any other game has: FNV-1a of the set-up, but for what each learner has of their own.
fn game(setup: &Setup) -> u32 {
    let mut setup = Setup { screen: Screen::Race, lesson: Default::default(), ..setup.clone() };
    (setup.search.run, setup.search.shown, setup.backend) = (0, 0, Setup::default().backend);
    setup.race.hand.clear();
    let hash =
        link::write(&setup).bytes().fold(0x811c_9dc5_u32, |h, byte| (h ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 24) ^ (hash & 0xff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_brings_the_same_points_and_no_other_game_takes_it() {
        let mut setup = Setup::default();
        setup.search.budget = 8;
        setup.race.hand = [(0.0, 1.0), (0.31, 0.777), (1.0, 0.0)].map(|(x, y)| point(&setup, x, y)).to_vec();
        assert_eq!(setup.check(), Ok(()));
        let code = write(&setup);
        assert_eq!(code.len(), 16);
        let teacher = Setup { race: Default::default(), ..setup.clone() };
        let both = read(&teacher, &format!("Ada L. {code}\n\n {code}\n"));
        let hand = setup.race.hand.clone();
        assert_eq!(both, Ok(vec![("Ada L.".into(), hand.clone()), ("3".into(), hand)]));
        for wrong in ["x", "Ada", "é", &code[..14], &code[..4], &format!("{code}*{}", &code[..3]), &code.repeat(3)] {
            assert_eq!(read(&teacher, wrong), Err(BoardError::Code { line: 1 }), "{wrong}");
        }
        setup.net.seed += 1;
        assert_eq!(read(&setup, &code), Err(BoardError::Game { line: 1 }));
    }
}
