//! Two-dimensional toys with noise and a seed, in the spirit of tensorflow/playground. A new toy is
//! one row of [`ALL`].

use super::random::{normal, unit};
use super::{Dataset, Kind, Target};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, TAU};

/// Rows when nothing else is asked for.
pub const ROWS: usize = 512;
/// Noise when nothing else is asked for.
pub const NOISE: f32 = 0.05;
/// Fewest and most rows.
pub const ROW_LIMITS: (usize, usize) = (20, 5_000);

/// One row of the table.
pub struct Toy {
    /// As the link and the translation files know it.
    pub name: &'static str,
    pub kind: Kind,
    /// The point, and the number to predict there (unused for classes), from the class (0 or 1; 0
    /// for numbers), how far along the class this row is (0 ≤ along < 1, evenly spaced) and
    /// the generator.
    draw: fn(class: usize, along: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64),
}

/// All toys. Inputs lie in about [−1, 1], number targets in [−1, 1], before noise.
pub const ALL: [Toy; 7] = [
    Toy { name: "circle", kind: Kind::Class, draw: circle },
    Toy { name: "xor", kind: Kind::Class, draw: xor },
    Toy { name: "gauss", kind: Kind::Class, draw: gauss },
    Toy { name: "spiral", kind: Kind::Class, draw: spiral },
    Toy { name: "moons", kind: Kind::Class, draw: moons },
    Toy { name: "plane", kind: Kind::Number, draw: plane },
    Toy { name: "hills", kind: Kind::Number, draw: hills },
];

/// Why a toy can't be made as asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToyError {
    /// No toy has this name.
    Unknown(String),
    /// Rows outside [`ROW_LIMITS`].
    Rows(usize),
    /// Noise outside 0 to 1.
    Noise(f32),
}

/// Makes the toy called `name`: `rows` rows (classes balanced to within one), noise 0 to 1.
///
/// Noise is Gaussian with standard deviation `noise` / 4, a quarter of the way from the middle to
/// the edge at most: on the inputs of a class toy, on the target of a number toy. The same
/// arguments give the same bits on every machine.
pub fn toy(name: &str, rows: usize, noise: f32, seed: u64) -> Result<Dataset, ToyError> {
    let toy =
        ALL.iter().find(|toy| toy.name == name).ok_or_else(|| ToyError::Unknown(name.into()))?;
    if !(ROW_LIMITS.0..=ROW_LIMITS.1).contains(&rows) {
        return Err(ToyError::Rows(rows));
    }
    if !(0.0..=1.0).contains(&noise) {
        return Err(ToyError::Noise(noise));
    }
    let deviation = noise as f64 / 4.0;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut x = Vec::with_capacity(2 * rows);
    let mut values = Vec::new();
    let mut labels = Vec::new();
    for row in 0..rows {
        let class = if toy.kind == Kind::Class { row % 2 } else { 0 };
        let (point, value) =
            (toy.draw)(class, (row / 2) as f64 / rows.div_ceil(2) as f64, &mut rng);
        match toy.kind {
            Kind::Class => {
                x.extend(point.map(|v| (v + deviation * normal(&mut rng)) as f32));
                labels.push(class as u32);
            }
            Kind::Number => {
                x.extend(point.map(|v| v as f32));
                values.push((value + deviation * normal(&mut rng)) as f32);
            }
        }
    }
    let target = match toy.kind {
        Kind::Class => Target::Class { labels, names: vec!["A".into(), "B".into()] },
        Kind::Number => Target::Number { values, name: "y".into() },
    };
    Ok(Dataset::new(toy.name, vec!["x1".into(), "x2".into()], x, target))
}

/// A number in [from, to).
fn between(from: f64, to: f64, rng: &mut ChaCha8Rng) -> f64 {
    from + (to - from) * unit(rng)
}

fn polar(radius: f64, angle: f64) -> [f64; 2] {
    [radius * libm::cos(angle), radius * libm::sin(angle)]
}

/// A disc of radius 0.5, and a ring from 0.7 to 1 round it.
fn circle(class: usize, _: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let radius = if class == 1 { between(0.0, 0.5, rng) } else { between(0.7, 1.0, rng) };
    (polar(radius, between(0.0, TAU, rng)), 0.0)
}

/// Class 1 where the signs of x1 and x2 agree, with a gap of 0.1 between the quadrants.
fn xor(class: usize, _: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let x1 = between(0.05, 1.0, rng);
    let x2 = between(0.05, 1.0, rng);
    let side = if unit(rng) < 0.5 { 1.0 } else { -1.0 };
    ([side * x1, if class == 1 { side * x2 } else { -side * x2 }], 0.0)
}

/// Two round clouds of standard deviation 0.15.
fn gauss(class: usize, _: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let centre = if class == 1 { 0.45 } else { -0.45 };
    ([centre + 0.15 * normal(rng), centre + 0.15 * normal(rng)], 0.0)
}

/// Two arms of 1.5 turns, half a turn apart, the radius growing evenly with the angle. With 1.75
/// turns a 2-8-8-1 tanh network is still far from solving it after 120 epochs; with 1.25 it has no
/// trouble at all.
fn spiral(class: usize, along: f64, _: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    // The arms start a little off the middle, where they would meet.
    (polar(0.06 + 0.94 * along, 1.5 * TAU * along + PI * class as f64), 0.0)
}

/// Two interleaving half circles, as scikit-learn's `make_moons`, centred and shrunk to fit.
fn moons(class: usize, along: f64, _: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let [x1, x2] = polar(1.0, PI * along);
    let (x1, x2) = if class == 0 { (x1, x2) } else { (1.0 - x1, 0.5 - x2) };
    ([(x1 - 0.5) / 1.5, (x2 - 0.25) / 1.5], 0.0)
}

fn square(rng: &mut ChaCha8Rng) -> [f64; 2] {
    [between(-1.0, 1.0, rng), between(-1.0, 1.0, rng)]
}

/// y = (x1 + x2) / 2.
fn plane(_: usize, _: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let [x1, x2] = square(rng);
    ([x1, x2], (x1 + x2) / 2.0)
}

/// Six hills and hollows, three by two, of alternating sign; each is exp(−d² / (2 · 0.2²)).
fn hills(_: usize, _: f64, rng: &mut ChaCha8Rng) -> ([f64; 2], f64) {
    let [x1, x2] = square(rng);
    let mut y = 0.0;
    for (column, c1) in [-0.65, 0.0, 0.65].into_iter().enumerate() {
        for (row, c2) in [-0.45, 0.45].into_iter().enumerate() {
            let distance2 = (x1 - c1) * (x1 - c1) + (x2 - c2) * (x2 - c2);
            let sign = if (column + row) % 2 == 0 { 1.0 } else { -1.0 };
            y += sign * libm::exp(-distance2 / (2.0 * 0.2 * 0.2));
        }
    }
    ([x1, x2], y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_toy_is_finite_balanced_and_in_range() {
        for toy in &ALL {
            let data = super::toy(toy.name, 301, 0.0, 7).unwrap();
            assert_eq!((data.rows(), data.x.len()), (301, 602), "{}", toy.name);
            assert!(data.x.iter().all(|v| v.abs() < 1.3), "{}", toy.name);
            match data.target {
                Target::Class { labels, names } => {
                    assert_eq!(names.len(), 2);
                    assert_eq!(labels.iter().filter(|&&l| l == 1).count(), 150);
                }
                Target::Number { values, .. } => assert!(values.iter().all(|v| v.abs() <= 1.01)),
            }
        }
    }

    #[test]
    fn the_seed_decides_and_the_noise_moves() {
        let of = |noise, seed| toy("moons", 100, noise, seed).unwrap();
        assert_eq!(of(0.3, 1), of(0.3, 1));
        assert_ne!(of(0.3, 1), of(0.3, 2));
        assert_ne!(of(0.3, 1).x, of(0.4, 1).x);
    }

    #[test]
    fn bad_arguments_are_named() {
        assert_eq!(toy("ring", 100, 0.0, 0), Err(ToyError::Unknown("ring".into())));
        assert_eq!(toy("xor", 1, 0.0, 0), Err(ToyError::Rows(1)));
        assert_eq!(toy("xor", 100, 1.5, 0), Err(ToyError::Noise(1.5)));
        assert!(matches!(toy("xor", 100, f32::NAN, 0), Err(ToyError::Noise(_))));
    }

    /// Checksums of the bits, so that a change of the data, or a machine that differs, is noticed.
    #[test]
    fn the_numbers_stay_as_they_are() {
        let mix = |sum: u32, v: &f32| sum.rotate_left(5) ^ v.to_bits();
        let sums = ["spiral", "gauss", "moons"]
            .map(|name| toy(name, 300, 0.1, 0).unwrap().x.iter().fold(0, mix));
        assert_eq!(sums, [753_100_664, 1_623_058_476, 2_246_356_645]);
    }
}
