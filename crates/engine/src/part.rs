//! Rows that are ready to train or score on.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What kind of prediction a data set asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Task {
    /// Two classes.
    Binary,
    /// Three classes or more.
    Classes(usize),
    /// A number.
    Regression,
}

/// One part of a split, ready to train or score on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// rows × columns, row-major, standardised. Shared by parts that differ in their targets.
    pub x: Arc<Vec<f32>>,
    /// rows × targets; class index (0, 1, …) or standardised target.
    pub y: Vec<f32>,
    pub columns: usize,
}

impl Part {
    pub fn rows(&self) -> usize {
        self.x.len().checked_div(self.columns).unwrap_or(0)
    }

    /// The targets of a row: one number, or one for each output.
    #[inline]
    pub fn target(&self, row: usize) -> &[f32] {
        let width = self.y.len() / self.rows();
        &self.y[row * width..(row + 1) * width]
    }

    pub fn row(&self, i: usize) -> &[f32] {
        &self.x[i * self.columns..(i + 1) * self.columns]
    }

    /// These of its rows, in this order.
    pub fn take(&self, rows: &[usize]) -> Part {
        let x = rows.iter().flat_map(|&i| self.row(i)).copied().collect::<Vec<f32>>();
        Part {
            x: x.into(),
            y: rows.iter().flat_map(|&i| self.target(i)).copied().collect(),
            columns: self.columns,
        }
    }
}
