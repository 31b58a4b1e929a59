//! What a map says at each cell, and from which value to which its colours go.

use crate::setup::Shown;
use crate::study::landscape::{Landscape, Value};

/// From which value (brightest) to which (darkest) the map's colours go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Domain {
    pub best: f64,
    pub worst: f64,
}

impl Domain {
    /// Losses from the best on the map to somewhat above the start; epochs from none to all.
    pub fn of(land: &Landscape, shown: Shown, epoch: usize) -> Domain {
        match shown {
            Shown::Speed => Domain { best: 0.0, worst: epoch.max(1) as f64 },
            Shown::Loss => {
                // The scale stays the same while the epochs are scrubbed.
                let (best, start) =
                    land.range(land.epochs).or_else(|| land.range(epoch)).unwrap_or((0.0, 1.0));
                Domain { best: f64::from(best), worst: f64::from(start) * 1.15 }
            }
        }
    }

    /// 1 at the best end, 0 at the worst.
    pub fn goodness(&self, value: f64) -> f64 {
        (self.worst - value) / (self.worst - self.best).max(1e-12)
    }
}

/// What the map says at a cell.
pub fn value(land: &Landscape, cell: usize, shown: Shown, epoch: usize, target: f64) -> Value {
    match shown {
        Shown::Loss => land.loss(cell, epoch),
        Shown::Speed => land.speed(cell, epoch, target),
    }
}

/// The same of all cells, row by row; what is not trained yet shows what a coarser cell has.
pub fn values(land: &Landscape, shown: Shown, epoch: usize, target: f64) -> Vec<Value> {
    (0..land.cells.len()).map(|c| value(land, land.shown(c), shown, epoch, target)).collect()
}
