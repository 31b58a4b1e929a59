//! What the trials scored, over the two parameters of the map: the losses between them.
//!
//! The map above it shows a model instead: what a strategy predicts where all other parameters are
//! as in its proposal. Here nothing predicts, and trials count whatever their other parameters are,
//! as in Optuna's `plot_contour`. That draws planes between neighbours; here near trials count more
//! (inverse distance to the fourth power, Shepard 1968), which fills the whole square.

use super::OpenStudy;
use crate::import::TrialState;

/// Cells along a side: trials in the same one are put together, and losses found at its middle.
const CELLS: usize = 32;
/// Places along a side, between those middles.
pub const SIDE: usize = 96;
/// Fewer trials have nothing between them.
const MIN_TRIALS: usize = 3;

/// Trials of one cell: sums of their places and losses, and how many they are.
#[derive(Clone, Copy, Default)]
struct Cell([f64; 4]);

impl OpenStudy {
    /// Which trials lie in what is brushed; all where nothing is. The axes are the parameters of the
    /// space and the score, whose place from 0 to 1 the caller knows. A trial without a value of an
    /// axis lies in no stretch of it.
    pub fn kept(&self, score: impl Fn(usize) -> Option<f64>) -> Vec<bool> {
        let dims = self.view.space.as_ref().map_or(0, |space| space.dim());
        let inside = |trial: usize| {
            self.look.brushed.iter().all(|(axis, [low, high])| {
                let at = if *axis < dims { self.unit(trial, *axis) } else { score(trial) };
                at.is_some_and(|at| (*low..=*high).contains(&at))
            })
        };
        (0..self.trials()).map(inside).collect()
    }

    /// The losses between these trials, as far as they are told and went to their end: row by row
    /// from the lowest, within [`OpenStudy::ends`]. None of too few.
    pub fn contour(&self, kept: &[bool]) -> Option<Vec<f32>> {
        let [best, worst] = self.ends();
        let [across, up] = self.axes;
        let ended = |n: usize| self.view.states.get(n).is_none_or(|s| *s == TrialState::Complete);
        let mut cells = vec![Cell::default(); CELLS * CELLS];
        let mut trials = 0;
        for n in (0..self.shown).filter(|n| kept.get(*n) == Some(&true) && ended(*n)) {
            let (Some(u), Some(v), loss) = (self.unit(n, across), self.unit(n, up), self.loss(n))
            else {
                continue;
            };
            let cell = |u: f64| ((u * CELLS as f64) as usize).min(CELLS - 1);
            if loss.is_finite() {
                let Cell(sums) = &mut cells[cell(v) * CELLS + cell(u)];
                let own = [u, v, loss.clamp(best, worst), 1.0];
                sums.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
                trials += 1;
            }
        }
        cells.retain(|cell| cell.0[3] > 0.0);
        (trials >= MIN_TRIALS).then(|| fill(&cells))
    }
}

/// The losses at all places.
fn fill(cells: &[Cell]) -> Vec<f32> {
    let middle = |i: usize| (i as f64 + 0.5) / CELLS as f64;
    let loss = |at: usize| {
        let (u, v) = (middle(at % CELLS), middle(at / CELLS));
        let weigh = |(sum, all): (f64, f64), Cell([x, y, loss, n]): &Cell| {
            let (du, dv) = (x / n - u, y / n - v);
            let near = du * du + dv * dv + 1e-4;
            (sum + loss / (near * near), all + n / (near * near))
        };
        let (sum, all) = cells.iter().fold((0.0, 0.0), weigh);
        sum / all
    };
    let coarse: Vec<f64> = (0..CELLS * CELLS).map(loss).collect();
    // Between the middles in straight lines.
    let along = |i: usize| {
        let at = (i as f64 + 0.5) / SIDE as f64 * CELLS as f64 - 0.5;
        let at = at.clamp(0.0, (CELLS - 1) as f64);
        let low = (at as usize).min(CELLS - 2);
        (low, at - low as f64)
    };
    let place = |at: usize| {
        let ((x, right), (y, up)) = (along(at % SIDE), along(at / SIDE));
        let row = |y: usize| {
            let [a, b] = [coarse[y * CELLS + x], coarse[y * CELLS + x + 1]];
            a + right * (b - a)
        };
        let [low, high] = [row(y), row(y + 1)];
        (low + up * (high - low)) as f32
    };
    (0..SIDE * SIDE).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_lie_between_those_of_the_trials_and_near_the_nearest() {
        let trial = |u: f64, v: f64, loss: f64| Cell([u, v, loss, 1.0]);
        let cells = [trial(0.1, 0.1, 1.0), trial(0.9, 0.1, 2.0), trial(0.5, 0.9, 4.0)];
        let filled = fill(&cells);
        assert!(filled.iter().all(|loss| (1.0..=4.0).contains(loss)));
        let at = |u: f64, v: f64| {
            let cell = |u: f64| (u * SIDE as f64) as usize;
            filled[cell(v) * SIDE + cell(u)]
        };
        for Cell([u, v, loss, _]) in cells {
            assert!((f64::from(at(u, v)) - loss).abs() < 0.1, "{} {loss}", at(u, v));
        }
        // Two in a cell are as one with their mean, twice as heavy.
        let both = fill(&[Cell([0.2, 0.2, 2.0, 2.0]), trial(0.9, 0.9, 3.0)]);
        let apart = fill(&[trial(0.1, 0.1, 1.0), trial(0.1, 0.1, 1.0), trial(0.9, 0.9, 3.0)]);
        let far = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-6;
        assert!(both.iter().zip(&apart).all(far));
    }
}
