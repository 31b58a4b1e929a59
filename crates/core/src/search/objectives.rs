//! Known functions and measured tables that strategies are compared on. All are minimised.
//!
//! | name | box | least value |
//! |---|---|---|
//! | `branin` | x in \[−5, 10\], y in \[0, 15\] | 0.39788735772973816 |
//! | `hartmann6` | \[0, 1\]⁶ | −3.3223680114155147 |
//! | `ackley2` | \[−5, 10\]² | 0 at the origin |
//! | `rosenbrock2` | \[−2, 2\]² | 0 at (1, 1) |
//!
//! Formulas: Dixon & Szegő (1978) and the Virtual Library of Simulation Experiments (Surjanovic &
//! Bingham).

use crate::space::{Param, Scale, Space};
use std::f64::consts::{E, PI, TAU};

/// A function with its box.
#[derive(Clone, Debug)]
pub struct Objective {
    pub space: Space,
    /// The least value; of a table, its least cell.
    pub least: f64,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Function(fn(&[f64]) -> f64),
    Table { rows: Vec<f64>, columns: Vec<f64>, cells: Vec<Vec<f64>> },
}

/// Ranges, least value and formula.
type Function = (&'static [(f64, f64)], f64, fn(&[f64]) -> f64);

/// Why there is no objective.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectiveError {
    /// No function of this name.
    Unknown(String),
    /// A table needs two rows and two columns of values at least, all rows of one length.
    Shape { line: usize },
    /// A cell that is not a number, or an axis that does not rise.
    Cell { line: usize, column: usize },
}

impl Objective {
    /// Names that [`Objective::named`] knows.
    pub const NAMES: [&str; 4] = ["branin", "hartmann6", "ackley2", "rosenbrock2"];

    pub fn named(name: &str) -> Result<Self, ObjectiveError> {
        let (ranges, least, function): Function = match name {
            "branin" => (&[(-5.0, 10.0), (0.0, 15.0)], 0.39788735772973816, branin),
            "hartmann6" => (&[(0.0, 1.0); 6], -3.3223680114155147, hartmann6),
            "ackley2" => (&[(-5.0, 10.0); 2], 0.0, ackley2),
            "rosenbrock2" => (&[(-2.0, 2.0); 2], 0.0, rosenbrock2),
            _ => return Err(ObjectiveError::Unknown(name.to_string())),
        };
        let names = ["x", "y", "z", "u", "v", "w"];
        let params =
            ranges.iter().zip(names).map(|(&(low, high), name)| linear(name, low, high)).collect();
        Ok(Self { space: Space::new(params), least, kind: Kind::Function(function) })
    }

    /// A table: the first row holds the values of the second parameter (after one ignored cell),
    /// the first column those of the first; evenly spaced. Cells that are not finite stay so:
    /// the run diverged.
    pub fn table(csv: &str) -> Result<Self, ObjectiveError> {
        let mut lines = Vec::new();
        for (line, text) in csv.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let cell = |(column, text): (usize, &str)| match text.trim().parse::<f64>() {
                Ok(value) => Ok(value),
                Err(_) if lines.is_empty() && column == 0 => Ok(0.0),
                Err(_) => Err(ObjectiveError::Cell { line, column }),
            };
            let cells: Vec<f64> =
                text.split(',').enumerate().map(cell).collect::<Result<_, _>>()?;
            lines.push(cells);
        }
        let width = lines.first().map_or(0, Vec::len);
        if width < 3 || lines.len() < 3 {
            return Err(ObjectiveError::Shape { line: lines.len() });
        }
        if let Some(line) = lines.iter().position(|cells| cells.len() != width) {
            return Err(ObjectiveError::Shape { line });
        }
        let columns = lines[0][1..].to_vec();
        let rows: Vec<f64> = lines[1..].iter().map(|cells| cells[0]).collect();
        let rises = |axis: &[f64]| {
            axis.windows(2).position(|w| !(w[0] < w[1] && w[0].is_finite() && w[1].is_finite()))
        };
        if let Some(i) = rises(&columns) {
            return Err(ObjectiveError::Cell { line: 0, column: i + 2 });
        }
        if let Some(i) = rises(&rows) {
            return Err(ObjectiveError::Cell { line: i + 2, column: 0 });
        }
        let params = vec![
            linear("rows", rows[0], rows[rows.len() - 1]),
            linear("columns", columns[0], columns[columns.len() - 1]),
        ];
        let cells: Vec<Vec<f64>> = lines[1..].iter().map(|cells| cells[1..].to_vec()).collect();
        let least = cells.iter().flatten().copied().fold(f64::INFINITY, f64::min);
        Ok(Self { space: Space::new(params), least, kind: Kind::Table { rows, columns, cells } })
    }

    /// The value at a point of the box; of a table, the bilinear interpolation of the four cells
    /// around it.
    pub fn value(&self, point: &[f64]) -> f64 {
        match &self.kind {
            Kind::Function(function) => function(point),
            Kind::Table { rows, columns, cells } => {
                let (i, a) = place(rows, point[0]);
                let (j, b) = place(columns, point[1]);
                let along = |row: &[f64]| (1.0 - b) * row[j] + b * row[j + 1];
                (1.0 - a) * along(&cells[i]) + a * along(&cells[i + 1])
            }
        }
    }
}

fn linear(name: &str, low: f64, high: f64) -> Param {
    Param {
        name: name.to_string(),
        low,
        high,
        scale: Scale::Linear,
        kind: crate::space::Kind::Float,
        when: None,
    }
}

/// Cell and weight of a value on an even axis, clamped to it.
fn place(axis: &[f64], value: f64) -> (usize, f64) {
    let last = axis.len() - 1;
    let u = ((value - axis[0]) / (axis[last] - axis[0]) * last as f64).clamp(0.0, last as f64);
    let cell = (u as usize).min(last - 1);
    (cell, u - cell as f64)
}

fn branin(p: &[f64]) -> f64 {
    let (x, y) = (p[0], p[1]);
    let bend = y - 5.1 / (4.0 * PI * PI) * x * x + 5.0 * x / PI - 6.0;
    bend * bend + 10.0 * (1.0 - 1.0 / (8.0 * PI)) * libm::cos(x) + 10.0
}

fn ackley2(p: &[f64]) -> f64 {
    let square = (p[0] * p[0] + p[1] * p[1]) / 2.0;
    let waves = (libm::cos(TAU * p[0]) + libm::cos(TAU * p[1])) / 2.0;
    -20.0 * libm::exp(-0.2 * libm::sqrt(square)) - libm::exp(waves) + 20.0 + E
}

fn rosenbrock2(p: &[f64]) -> f64 {
    let (a, b) = (p[1] - p[0] * p[0], 1.0 - p[0]);
    100.0 * a * a + b * b
}

fn hartmann6(p: &[f64]) -> f64 {
    const ALPHA: [f64; 4] = [1.0, 1.2, 3.0, 3.2];
    const A: [[f64; 6]; 4] = [
        [10.0, 3.0, 17.0, 3.5, 1.7, 8.0],
        [0.05, 10.0, 17.0, 0.1, 8.0, 14.0],
        [3.0, 3.5, 1.7, 10.0, 17.0, 8.0],
        [17.0, 8.0, 0.05, 10.0, 0.1, 14.0],
    ];
    const P: [[f64; 6]; 4] = [
        [1312.0, 1696.0, 5569.0, 124.0, 8283.0, 5886.0],
        [2329.0, 4135.0, 8307.0, 3736.0, 1004.0, 9991.0],
        [2348.0, 1451.0, 3522.0, 2883.0, 3047.0, 6650.0],
        [4047.0, 8828.0, 8732.0, 5743.0, 1091.0, 381.0],
    ];
    let term = |i: usize| {
        let inner: f64 =
            (0..6).map(|j| A[i][j] * (p[j] - 1e-4 * P[i][j]) * (p[j] - 1e-4 * P[i][j])).sum();
        ALPHA[i] * libm::exp(-inner)
    };
    -(0..4).map(term).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values() {
        let at = |name: &str, point: &[f64]| Objective::named(name).unwrap().value(point);
        for (value, wanted) in [
            (at("branin", &[2.5, 7.5]), 24.1299644136),
            (at("branin", &[-3.0, 12.0]), 0.497910709787),
            (at("hartmann6", &[0.5; 6]), -0.505314991702),
            (at("hartmann6", &[0.2, 0.15, 0.48, 0.28, 0.31, 0.66]), -3.32124566035),
            (at("ackley2", &[3.0, -4.0]), 10.1386261721),
            (at("rosenbrock2", &[-1.0, 0.5]), 29.0),
        ] {
            assert!((value / wanted - 1.0).abs() < 1e-10, "{value} {wanted}");
        }
    }

    #[test]
    fn tables_are_read_and_interpolated() {
        let table = Objective::table("lr,0,1\n-1,1,2\n0,3,5\n1,nan,0.5\n").unwrap();
        assert_eq!(table.least, 0.5);
        assert_eq!(table.value(&[-0.5, 0.5]), 2.75);
        assert_eq!(table.value(&[-9.0, 9.0]), 2.0);
        assert!(table.value(&[0.5, 0.5]).is_nan());
        assert_eq!(Objective::table("").err(), Some(ObjectiveError::Shape { line: 0 }));
        assert_eq!(
            Objective::table("a,0,1\n0,1,2\n1,1\n").err(),
            Some(ObjectiveError::Shape { line: 2 })
        );
        assert_eq!(
            Objective::table("a,0,1\n0,1,x\n").err(),
            Some(ObjectiveError::Cell { line: 1, column: 2 })
        );
        assert_eq!(
            Objective::table("a,0,0\n0,1,2\n1,1,1").err(),
            Some(ObjectiveError::Cell { line: 0, column: 2 })
        );
    }
}
