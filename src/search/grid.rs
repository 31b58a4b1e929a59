//! Grid search: every combination of evenly spaced values on the parameters' scales, ends included.
//!
//! The layout is the largest one, as square as can be, that fits the budget: 25 → 5 × 5, 12 → 4 × 3, 7 → 3 × 2.
//! Order: the first parameter runs fastest, each from its low end. When every cell is tried the grid goes on
//! with the values halfway between: the finer grid holds the coarser one.

use super::{Outcome, Proposal, Reason, Search};
use crate::space::{Param, Space};
use rand::Rng;

/// No grid is laid out larger than this at first.
const MOST_CELLS: usize = 1 << 16;

/// Told points this near a cell, on every unit axis, count as that cell.
const SAME: f64 = 1e-9;

pub struct Grid {
    space: Space,
    /// Number of values of each parameter.
    counts: Vec<usize>,
    told: Vec<Vec<f64>>,
}

impl Grid {
    pub fn new(space: &Space, budget: usize) -> Self {
        Self { space: space.clone(), counts: layout(&free(space), budget), told: Vec::new() }
    }
}

/// Which parameters can move.
fn free(space: &Space) -> Vec<bool> {
    space.params.iter().map(Param::moves).collect()
}

/// Number of values of each parameter: the shortest axis grows while the whole fits the budget.
fn layout(free: &[bool], budget: usize) -> Vec<usize> {
    let mut counts = vec![1; free.len()];
    while let Some(axis) = (0..counts.len()).filter(|&i| free[i]).min_by_key(|&i| counts[i]) {
        counts[axis] += 1;
        if counts.iter().product::<usize>() > budget.min(MOST_CELLS) {
            counts[axis] -= 1;
            break;
        }
    }
    counts
}

/// Unit coordinates of a cell.
fn cell(counts: &[usize], mut index: usize) -> Vec<f64> {
    let axis = |&count: &usize| {
        let step = index % count;
        index /= count;
        if count == 1 { 0.5 } else { step as f64 / (count - 1) as f64 }
    };
    counts.iter().map(axis).collect()
}

impl Search for Grid {
    fn ask(&mut self, _: &mut dyn Rng) -> Proposal {
        let free = free(&self.space);
        let mut counts = self.counts.clone();
        let index = loop {
            let tried = |index: &usize| {
                let unit = cell(&counts, *index);
                self.told.iter().any(|told| told.iter().zip(&unit).all(|(a, b)| (a - b).abs() < SAME))
            };
            let cells: usize = counts.iter().product();
            match (0..cells).find(|index| !tried(index)) {
                Some(index) => break index,
                // There is one point only: it is asked again.
                None if !free.contains(&true) => break 0,
                None => {
                    let finer = |(&count, &free): (&usize, &bool)| match count {
                        _ if !free => 1,
                        1 => 3,
                        _ => 2 * count - 1,
                    };
                    counts = counts.iter().zip(&free).map(finer).collect();
                }
            }
        };
        let columns = counts.first().copied().unwrap_or(1);
        let rows = counts.iter().skip(1).product();
        Proposal { point: self.space.from_unit(&cell(&counts, index)), reason: Reason::Grid { index, columns, rows } }
    }

    fn tell(&mut self, point: &[f64], _: Outcome) {
        self.told.push(self.space.to_unit(point));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_fit_the_budget() {
        for (budget, wanted) in [(25, [5, 5]), (12, [4, 3]), (7, [3, 2]), (1, [1, 1]), (0, [1, 1])] {
            assert_eq!(layout(&[true, true], budget), wanted, "budget {budget}");
        }
        assert_eq!(layout(&[true, false, true], 12), [4, 1, 3]);
    }

    #[test]
    fn the_first_axis_runs_fastest_and_ends_are_included() {
        let units: Vec<_> = (0..6).map(|i| cell(&[3, 2], i)).collect();
        assert_eq!(units, [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]);
    }
}
