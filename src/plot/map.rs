//! The landscape and belief maps as pixels.

use super::colour;
use super::raster::Pixels;
use tunescape_core::search::Quantity;
use tunescape_core::setup::Shown;
use tunescape_core::study::landscape::{Landscape, Value};

/// Pixels along a side of the landscape's picture: whole pixels for every size of cell.
const SIDE: usize = 512;

const UNKNOWN: [u8; 3] = [128, 132, 136];
const DIVERGED: [[u8; 3]; 2] = [[58, 61, 66], [96, 100, 106]];
/// Darker than every epoch's colour, and not one of them.
pub const NEVER: [u8; 3] = [16, 14, 20];

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

/// Best = brightest; divergence is hatched dark grey.
pub fn picture(land: &Landscape, shown: Shown, epoch: usize, target: f64) -> Pixels {
    let domain = Domain::of(land, shown, epoch);
    let cells: Vec<Value> =
        (0..land.cells.len()).map(|c| value(land, land.shown(c), shown, epoch, target)).collect();
    let colours: Vec<Option<[u8; 3]>> = cells
        .iter()
        .map(|v| match *v {
            Value::Unknown => Some(UNKNOWN),
            Value::Diverged { .. } => None,
            Value::Loss(loss) => Some(colour::loss(domain.goodness(f64::from(loss)))),
            Value::Epochs(epochs) => Some(colour::loss(domain.goodness(epochs as f64))),
            Value::Never => Some(NEVER),
        })
        .collect();
    let size = SIDE / land.side;
    Pixels::paint(SIDE, SIDE, |x, y| {
        let cell = (land.side - 1 - y / size) * land.side + x / size;
        colours[cell].unwrap_or_else(|| DIVERGED[usize::from((x + y) % 12 < 5)])
    })
}

/// The logarithm of a density falls without end away from narrow hills: what lies this far below
/// its top is all one, unless that were more than half of the map.
const DEPTH: f64 = 12.0;

/// Between which numbers a quantity's colours run.
pub fn ends(quantity: Quantity, values: &[f32]) -> (f64, f64) {
    let finite = || values.iter().copied().filter(|v| v.is_finite()).map(f64::from);
    let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
    match quantity {
        Quantity::Good | Quantity::Bad | Quantity::Ratio => {
            let mut all: Vec<f64> = finite().collect();
            let half = all.len() / 2;
            let deep = low < high - DEPTH;
            let middle = deep.then(|| *all.select_nth_unstable_by(half, f64::total_cmp).1);
            (middle.map_or(low, |middle| middle.min(high - DEPTH)), high)
        }
        _ => (low, high),
    }
}

/// One quantity of a belief; values row by row from the smallest momentum.
pub fn belief(quantity: Quantity, values: &[f32], domain: Domain) -> Pixels {
    let side = values.len().isqrt();
    let (low, high) = ends(quantity, values);
    let share = |v: f64| if high > low { ((v - low) / (high - low)).max(0.0) } else { 0.0 };
    Pixels::paint(side, side, |x, y| {
        let v = f64::from(values[(side - 1 - y) * side + x]);
        match quantity {
            Quantity::Mean => colour::loss(domain.goodness(v)),
            Quantity::Spread | Quantity::Bad => colour::spread(share(v)),
            Quantity::Acquisition | Quantity::Good | Quantity::Ratio => {
                colour::acquisition(share(v))
            }
        }
    })
}
