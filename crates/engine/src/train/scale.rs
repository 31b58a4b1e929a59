//! From sums over a part to the score of a report.

use super::population::Population;
use crate::part::Part;

/// The training or the validation part of a stream.
#[derive(Clone, Copy)]
pub enum Which {
    Train,
    Valid,
}

/// What turns sums over the rows of a stream's part into its score.
#[derive(Clone)]
pub struct Scale {
    counts: bool,
    /// Of each stream's training and validation part.
    parts: Vec<[Size; 2]>,
}

#[derive(Clone)]
struct Size {
    rows: f32,
    /// Σ(y − mean)² over the targets.
    spread: f32,
}

impl Scale {
    pub fn new(population: &Population) -> Self {
        let size = |part: &Part| Size { rows: part.rows() as f32, spread: spread(part) };
        Self {
            counts: !population.net.loss.is_of_numbers(),
            parts: population.streams.iter().map(|s| [size(&s.train), size(&s.valid)]).collect(),
        }
    }

    /// The accuracy, given the number of rows classified correctly; or R², given the sum of squared
    /// errors.
    pub fn score(&self, stream: usize, which: Which, sum: f32) -> f32 {
        let size = &self.parts[stream][which as usize];
        if self.counts { sum / size.rows } else { r_squared(sum, size.spread) }
    }
}

/// Σ(y − mean)² over all targets of a part, column by column.
fn spread(part: &Part) -> f32 {
    let (rows, width) = (part.rows(), part.y.len() / part.rows());
    let column = |k: usize| (0..rows).map(move |r| f64::from(part.y[r * width + k]));
    let sum = |k: usize| {
        let mean = column(k).sum::<f64>() / rows as f64;
        column(k).map(|y| (y - mean) * (y - mean)).sum::<f64>()
    };
    (0..width).map(sum).sum::<f64>() as f32
}

/// 1 − Σ(z − y)²/Σ(y − mean)²; a constant target gives 1 if perfect, else 0.
fn r_squared(squares: f32, spread: f32) -> f32 {
    if spread > 0.0 {
        1.0 - squares / spread
    } else if squares == 0.0 {
        1.0
    } else {
        0.0
    }
}
