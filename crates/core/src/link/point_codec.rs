//! Points in few letters, for links and codes: two for each value, which say where it lies among
//! 4,096 places along its range. Points that are placed by hand lie on such places, as near as the
//! eye can tell.
//!
//! `0-2,5.` says of which trials the points are. Then come the first values of all points, the
//! second values, and so on: what points share stands together. A value that lies between two
//! places stands as a number between colons; a full stop and a digit say how often the value before
//! comes again.

use crate::data::drawn::DIGITS;
use crate::search::Earlier;
use crate::setup::Setup;
use crate::setup::search::Placed;
use crate::space::{Param, Point, Space, in_digits};
use std::fmt::Write;

/// Places along a range, but for the first.
const LAST: f64 = 4095.0;

/// More points than any set-up has.
const MAX_POINTS: usize = 1000;

/// A share of the map on show that is less than a pixel of it.
const UNSEEN: f64 = 1e-3;

fn nearest(param: &Param, x: f64) -> u32 {
    // A value outside its range, and what is no number, lies at an end.
    (param.to_unit(x).clamp(0.0, 1.0) * LAST).round() as u32
}

/// The value at a place, in the fewest digits that lie nearest to it.
fn value(param: &Param, place: u32) -> f64 {
    let exact = param.from_unit(f64::from(place) / LAST);
    // Ends and steps are what they are.
    if place == 0 || f64::from(place) == LAST || param.count().is_some() {
        return exact;
    }
    let own = nearest(param, exact);
    let fits = |x: &f64| param.takes(*x) && nearest(param, *x) == own;
    (2..16)
        .filter_map(|digits| format!("{exact:.digits$e}").parse().ok())
        .find(fits)
        .unwrap_or(exact)
}

impl Space {
    /// The point with every value at the nearest place.
    pub fn snapped(&self, point: &[f64]) -> Point {
        let mut point: Point =
            point.iter().zip(&self.params).map(|(&x, p)| value(p, nearest(p, x))).collect();
        self.settle(&mut point);
        point
    }
}

impl Earlier {
    /// The same with its values at their nearest places, and its loss in three digits.
    pub fn brief(&self, space: &Space) -> Self {
        Self(self.0.map(|loss| in_digits(loss, 3)), space.snapped(&self.1))
    }
}

impl Setup {
    /// A point that is placed by hand, with every value at its nearest place; where the map is
    /// zoomed in so far that this would be seen on it, in the fewest digits that lie where the
    /// hand pointed.
    pub fn placed(&self, point: &[f64]) -> Point {
        let (axes, snapped) = (self.axes(), self.searched().snapped(point));
        let (there, moved) = (self.place_on(&axes, point), self.place_on(&axes, &snapped));
        let mut placed = snapped;
        let brief = self.brief(point);
        let (across, up) = self.pair();
        for (i, (a, b)) in [Some(across), up].into_iter().zip(there.into_iter().zip(moved)) {
            if let (Some(i), true) = (i, (a - b).abs() > UNSEEN) {
                placed[i] = brief[i];
            }
        }
        placed
    }
}

fn digit(n: u32) -> char {
    char::from(DIGITS[(n & 63) as usize])
}

fn number(c: u8) -> Option<u32> {
    DIGITS.iter().position(|digit| *digit == c).map(|n| n as u32)
}

/// Points and the numbers of their trials as a text; empty for none.
pub fn write(space: &Space, points: &[(usize, &Point)]) -> String {
    let mut text = String::new();
    // Writing into a text can't fail.
    for row in points.chunk_by(|a, b| a.0 + 1 == b.0) {
        let _ = match (text.is_empty(), row) {
            (_, []) => Ok(()),
            (first, [one]) => write!(text, "{}{}", if first { "" } else { "," }, one.0),
            (first, [from, .., to]) => {
                write!(text, "{}{}-{}", if first { "" } else { "," }, from.0, to.0)
            }
        };
    }
    if !points.is_empty() {
        text.push('.');
    }
    for (i, param) in space.params.iter().enumerate() {
        let column: Vec<f64> =
            points.iter().filter_map(|(_, point)| point.get(i).copied()).collect();
        for run in column.chunk_by(|a, b| a == b) {
            let (x, mut again) = (run[0], run.len() - 1);
            let place = nearest(param, x);
            if value(param, place) == x {
                text.extend([place >> 6, place & 63].map(digit));
            } else {
                let _ = write!(text, ":{x}:");
            }
            while again > 0 {
                let some = again.min(DIGITS.len() - 1);
                text.extend(['.', digit(some as u32)]);
                again -= some;
            }
        }
    }
    text
}

/// The points of such a text; none of any other.
pub fn read(space: &Space, text: &str) -> Option<Vec<Placed>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let (trials, mut rest) = text.split_once('.')?;
    let mut points: Vec<Placed> = Vec::new();
    for row in trials.split(',') {
        let (from, to) = row.split_once('-').unwrap_or((row, row));
        let (from, to): (usize, usize) = (from.parse().ok()?, to.parse().ok()?);
        // No study has as many trials.
        if to < from || to >= MAX_POINTS || points.len() > MAX_POINTS {
            return None;
        }
        points.extend((from..=to).map(|trial| Placed(trial, Point::new())));
    }
    for param in &space.params {
        let (mut before, mut again) = (None, 0);
        for point in &mut points {
            if again > 0 {
                again -= 1;
            } else if let Some(number) = rest.strip_prefix(':') {
                let (number, after) = number.split_once(':')?;
                (before, rest) = (Some(number.parse().ok()?), after);
            } else {
                let (two, after) = rest.split_at_checked(2)?;
                let place = two.bytes().try_fold(0, |sum, c| Some(sum << 6 | number(c)?))?;
                (before, rest) = (Some(value(param, place)), after);
            }
            while let (0, Some(run)) = (again, rest.strip_prefix('.')) {
                let (many, after) = run.split_at_checked(1)?;
                (again, rest) = (number(many.as_bytes()[0])?, after);
            }
            point.1.push(before?);
        }
        if again > 0 {
            return None;
        }
    }
    rest.is_empty().then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::Axis;
    use crate::setup::PARAMETERS;
    use crate::setup::space::Range;

    /// Learning rate, momentum, batch size, rule, units of a second layer where there is one.
    fn setup() -> Setup {
        let mut setup = Setup::default();
        for name in ["batch", "rule", "layers", "units_2"] {
            let parameter = PARAMETERS.iter().find(|p| p.name == name).unwrap();
            setup.space.set(name, Some(Range::usual(parameter)));
        }
        setup
    }

    #[test]
    fn points_come_back_whether_they_lie_on_places_or_not() {
        let setup = setup();
        let space = setup.searched();
        let mut points: Vec<Placed> = (0..40)
            .map(|i| {
                Placed(
                    i,
                    space.snapped(
                        &space.from_unit(
                            &[0.1, 0.37, 0.51, 0.8, 0.2, 0.9]
                                .map(|u| (u * f64::from(i as u32 + 1)) % 1.0),
                        ),
                    ),
                )
            })
            .collect();
        assert!(points.iter().all(|p| space.contains(&p.1) && space.snapped(&p.1) == p.1));
        let row = |points: &[Placed]| {
            write(&space, &points.iter().map(|p| (p.0, &p.1)).collect::<Vec<_>>())
        };
        assert!(row(&points).len() <= 5 + 40 * 12, "{}", row(&points));
        points.retain(|p| p.0 % 7 != 3);
        points[2].1[0] = 0.123456789012345;
        let text = row(&points);
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.,:".contains(&b)), "{text}");
        assert_eq!(read(&space, &text), Some(points));
        for wrong in [
            "é",
            "A",
            "1",
            ".",
            ",.",
            "x.",
            "1-0.",
            "0.A",
            "0..",
            "0.:1",
            "0.:x:",
            "0.AAéAAAAAAAAA",
            "0.AA*AAAAAAAAA",
            "0.AAAAAAAAAAAAA",
            "0-999999999999.",
        ] {
            assert_eq!(read(&space, wrong), None, "{wrong}");
        }
        assert_eq!(read(&Space::new(Vec::new()), "0.A"), None);
    }

    #[test]
    fn a_point_stays_where_the_hand_put_it_however_near_the_map_shows_it() {
        let mut setup = setup();
        let far = setup.placed(&setup.on_map([[0.0314159265, 0.27182818]])[0]);
        assert_eq!(setup.searched().snapped(&far), far);
        setup.map.zoom = vec![[0.031, 0.0314, 0.2718, 0.272]];
        for axis in [Axis::Linear, Axis::Complement] {
            setup.map.axis = axis;
            let point = setup.on_map([[0.0312345, 0.271912345]]).swap_remove(0);
            let axes = setup.axes();
            let [there, kept] =
                [&point, &setup.placed(&point)].map(|point| setup.place_on(&axes, point));
            assert!(
                there.iter().zip(kept).all(|(a, b)| (a - b).abs() < UNSEEN),
                "{there:?} {kept:?}"
            );
        }
    }
}
