//! Points drawn by hand, as text that fits into a link: three letters each, of the class, of x1 and
//! of x2.

use super::{Dataset, Target};

/// The digits of short codes: they stand in a link as they are. As a place along an axis they go
/// from −1 to 1.
pub const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Classes that can be drawn.
pub const CLASSES: usize = 4;
/// Fewest points of a set, fewest of a class, and most points.
pub const MIN_POINTS: usize = 20;
pub const MIN_POINTS_EACH: usize = 5;
pub const MAX_POINTS: usize = 600;

/// A point and its class.
pub type Drawn = ([f32; 2], usize);

/// The points of a text; none if it is no such text, or has too many.
pub fn read(text: &str) -> Option<Vec<Drawn>> {
    let digit = |c: u8| DIGITS.iter().position(|d| *d == c);
    let place = |c: u8| Some((2 * digit(c)?) as f32 / 63.0 - 1.0);
    let point = |p: &[u8]| match *p {
        [class, x, y] => Some(([place(x)?, place(y)?], digit(class).filter(|c| *c < CLASSES)?)),
        _ => None,
    };
    text.as_bytes()
        .chunks(3)
        .map(point)
        .collect::<Option<Vec<_>>>()
        .filter(|points| points.len() <= MAX_POINTS)
}

/// A point as text, moved to the nearest place that the text can name.
pub fn write(([x, y], class): Drawn) -> String {
    let digit = |v: f32| DIGITS[((v.clamp(-1.0, 1.0) + 1.0) * 31.5 + 0.5) as usize] as char;
    [DIGITS[class.min(CLASSES - 1)] as char, digit(x), digit(y)].into_iter().collect()
}

/// The data set of a text; none where there are too few points, or of fewer than two classes.
pub fn dataset(text: &str) -> Option<Dataset> {
    let points = read(text)?;
    let count = |class: usize| points.iter().filter(|p| p.1 == class).count();
    let used: Vec<usize> = (0..CLASSES).filter(|&class| count(class) > 0).collect();
    if points.len() < MIN_POINTS
        || used.len() < 2
        || used.iter().any(|&class| count(class) < MIN_POINTS_EACH)
    {
        return None;
    }
    let label = |p: &Drawn| used.iter().position(|class| *class == p.1).unwrap_or(0) as u32;
    let target = Target::Class {
        labels: points.iter().map(label).collect(),
        names: used.iter().map(|&class| ["A", "B", "C", "D"][class].into()).collect(),
    };
    let x = points.iter().flat_map(|p| p.0).collect();
    Some(Dataset::new("drawn", vec!["x1".into(), "x2".into()], x, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_survive_their_text_and_make_a_set() {
        let points: Vec<Drawn> =
            (0..30).map(|i| ([i as f32 / 15.0 - 1.0, 0.5], 2 * (i % 2))).collect();
        let text: String = points.iter().copied().map(write).collect();
        let read = read(&text).unwrap();
        for (a, b) in points.iter().zip(&read) {
            assert!(
                a.1 == b.1 && (0..2).all(|i| (a.0[i] - b.0[i]).abs() < 0.5 * 2.0 / 63.0 + 1e-6)
            );
        }
        let data = dataset(&text).unwrap();
        assert_eq!((data.rows(), data.x.len()), (30, 60));
        assert_eq!(
            data.target,
            Target::Class { labels: [0, 1].repeat(15), names: vec!["A".into(), "C".into()] }
        );
    }

    #[test]
    fn what_is_too_little_or_no_drawing_is_none() {
        let of = |classes: [usize; 2]| -> String {
            (0..24).map(|i| write(([0.0, 0.0], classes[usize::from(i < 4)]))).collect()
        };
        // One class alone, and one with four points of 24.
        assert!(dataset(&of([1, 1])).is_none() && dataset(&of([1, 0])).is_none());
        assert!(
            read("AB").is_none()
                && read("EAA").is_none()
                && read("A A").is_none()
                && read("").is_some()
        );
        assert!(read(&"AAA".repeat(MAX_POINTS + 1)).is_none());
    }
}
