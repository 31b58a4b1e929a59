//! The landscape: what every cell of the learning-rate × momentum map reported, from coarse to fine.
//!
//! Cells are numbered row by row from the smallest momentum, learning rate running fastest. A coarse level trains one
//! cell of each block, and each level's cells are among the next one's, so that nothing is trained twice.

use crate::space::Space;
use crate::train::Report;

/// Cells along a side of the first picture.
pub const COARSEST: usize = 8;

/// Which cell of a block of `stride` cells stands for it: near the middle, and such that a coarse level's cells are all
/// among those of the finer levels.
fn representative(stride: usize) -> usize {
    match stride {
        8 => 5,
        4 | 2 => 1,
        _ => 0,
    }
}

/// What a cell reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cell {
    /// By epoch, from epoch 0.
    pub reports: Vec<Report>,
    /// The epoch at whose end it was found diverged.
    pub diverged: Option<usize>,
    /// Whether its training has ended.
    pub done: bool,
}

/// What a cell says at an epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// Not trained that far yet.
    Unknown,
    Diverged {
        epoch: usize,
    },
    Loss(f32),
    /// Epochs until the loss was first reached.
    Epochs(usize),
    /// The loss to reach was not reached.
    Never,
}

/// The zones of a map, by what happens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    Slow,
    Good,
    Ragged,
    Diverged,
}

impl Zone {
    pub const ALL: [Zone; 4] = [Zone::Slow, Zone::Good, Zone::Ragged, Zone::Diverged];
}

/// All cells of a map of `side` × `side`.
#[derive(Clone, Debug)]
pub struct Landscape {
    pub side: usize,
    pub epochs: usize,
    pub axes: Space,
    pub cells: Vec<Cell>,
}

impl Landscape {
    pub fn new(side: usize, epochs: usize, axes: Space) -> Self {
        Self { side, epochs, axes, cells: vec![Cell::default(); side * side] }
    }

    /// Strides of the levels, coarsest first.
    pub fn strides(&self) -> Vec<usize> {
        let first = (self.side / COARSEST).max(1);
        std::iter::successors(Some(first), |s| (*s > 1).then_some(s / 2)).collect()
    }

    /// The cells that a level adds to those before it.
    pub fn level(&self, stride: usize) -> Vec<usize> {
        let r = representative(stride);
        let blocks = self.side / stride;
        (0..blocks * blocks)
            .map(|b| (b / blocks * stride + r) * self.side + b % blocks * stride + r)
            .filter(|&cell| !self.cells[cell].done)
            .collect()
    }

    /// Learning rate and momentum of a cell: those of its middle.
    pub fn point(&self, cell: usize) -> [f64; 2] {
        let at = |i: usize| (i as f64 + 0.5) / self.side as f64;
        let point = self.axes.from_unit(&[at(cell % self.side), at(cell / self.side)]);
        [point[0], point[1]]
    }

    /// Takes what a cell reported since epoch `from`.
    pub fn record(&mut self, cell: usize, from: usize, reports: &[Report], diverged: Option<usize>) {
        let epochs = self.epochs;
        if let Some(cell) = self.cells.get_mut(cell) {
            cell.reports.truncate(from);
            cell.reports.extend_from_slice(reports);
            cell.diverged = diverged;
            cell.done = diverged.is_some() || cell.reports.len() > epochs;
        }
    }

    /// Forgets cells that were still training; they will be trained anew.
    pub fn drop_unfinished(&mut self) {
        self.cells.iter_mut().filter(|c| !c.done).for_each(|c| *c = Cell::default());
    }

    /// The cell that stands for `cell` in the finest level trained so far.
    pub fn shown(&self, cell: usize) -> usize {
        let (x, y) = (cell % self.side, cell / self.side);
        let strides = self.strides();
        let stand_in = |s: &usize| (y / s * s + representative(*s)) * self.side + x / s * s + representative(*s);
        strides.iter().rev().map(stand_in).find(|&c| !self.cells[c].reports.is_empty()).unwrap_or(cell)
    }

    /// Validation loss of a cell after `epoch`.
    pub fn loss(&self, cell: usize, epoch: usize) -> Value {
        let cell = &self.cells[cell];
        match (cell.diverged, cell.reports.get(epoch)) {
            (Some(at), _) if at <= epoch => Value::Diverged { epoch: at },
            (_, Some(report)) => Value::Loss(report.valid_loss),
            // While a level trains, its cells show how far they are.
            (None, None) => cell.reports.last().map_or(Value::Unknown, |r| Value::Loss(r.valid_loss)),
            (Some(_), None) => Value::Unknown,
        }
    }

    /// Epochs until the validation loss of a cell first reached `target`, up to `epoch`.
    pub fn speed(&self, cell: usize, epoch: usize, target: f64) -> Value {
        let reports = &self.cells[cell].reports;
        match reports.iter().take(epoch + 1).position(|r| f64::from(r.valid_loss) <= target) {
            Some(at) => Value::Epochs(at),
            None => match self.loss(cell, epoch) {
                Value::Loss(_) => Value::Never,
                other => other,
            },
        }
    }

    /// Smallest finite loss after `epoch`, and the loss before training.
    pub fn range(&self, epoch: usize) -> Option<(f32, f32)> {
        let start = self.cells.iter().find_map(|c| c.reports.first())?.valid_loss;
        let losses = (0..self.cells.len()).filter_map(|c| match self.loss(c, epoch) {
            Value::Loss(loss) if loss.is_finite() => Some(loss),
            _ => None,
        });
        Some((losses.fold(start, f32::min), start))
    }

    /// The trained cell with the smallest loss after `epoch`.
    pub fn best(&self, epoch: usize) -> Option<(usize, f32)> {
        let losses = (0..self.cells.len()).filter(|&c| self.cells[c].done).filter_map(|c| match self.loss(c, epoch) {
            Value::Loss(loss) => Some((c, loss)),
            _ => None,
        });
        losses.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// The zone of a cell after `epoch`. Good: in the best third between the best loss and the start. Ragged: not
    /// good, though a smaller learning rate of the same momentum is. Slow: the rest.
    pub fn zone(&self, cell: usize, epoch: usize, range: (f32, f32)) -> Option<Zone> {
        let good = |cell: usize| match self.loss(self.shown(cell), epoch) {
            Value::Loss(loss) => loss <= range.0 + (range.1 - range.0) / 3.0,
            _ => false,
        };
        match self.loss(self.shown(cell), epoch) {
            Value::Diverged { .. } => Some(Zone::Diverged),
            Value::Loss(_) if good(cell) => Some(Zone::Good),
            Value::Loss(_) => {
                let row = cell / self.side * self.side;
                Some(if (row..cell).any(good) { Zone::Ragged } else { Zone::Slow })
            }
            _ => None,
        }
    }

    /// Where to write each zone's name: the cell of the zone whose surroundings are most purely of it, if the zone
    /// is large enough to be named.
    pub fn names(&self, epoch: usize) -> Vec<(Zone, usize)> {
        let Some(range) = self.range(epoch) else { return Vec::new() };
        let zones: Vec<_> = (0..self.cells.len()).map(|c| self.zone(c, epoch, range)).collect();
        let side = self.side as isize;
        let reach = (side / 8).max(1);
        let purity = |cell: usize, zone: Zone| {
            let (x, y) = (cell as isize % side, cell as isize / side);
            let near = (-reach..=reach).flat_map(|dy| (-2 * reach..=2 * reach).map(move |dx| (x + dx, y + dy)));
            near.filter(|&(x, y)| {
                (0..side).contains(&x) && (0..side).contains(&y) && zones[(y * side + x) as usize] == Some(zone)
            })
            .count()
        };
        let mut names = Vec::new();
        for zone in Zone::ALL {
            let members: Vec<usize> = (0..zones.len()).filter(|&c| zones[c] == Some(zone)).collect();
            if members.len() * 40 >= zones.len()
                && let Some(&cell) = members.iter().max_by_key(|&&c| purity(c, zone))
            {
                names.push((zone, cell));
            }
        }
        names
    }

    /// Epochs of training done, and all that there are to do.
    pub fn progress(&self) -> (usize, usize) {
        let spent = |c: &Cell| if c.done { self.epochs } else { c.reports.len().saturating_sub(1) };
        (self.cells.iter().map(spent).sum(), self.cells.len() * self.epochs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{Param, Scale};

    fn space() -> Space {
        Space::new(vec![
            Param { name: "learning_rate".into(), low: 0.01, high: 1.0, scale: Scale::Log },
            Param { name: "momentum".into(), low: 0.0, high: 0.9, scale: Scale::Linear },
        ])
    }

    fn report(loss: f32) -> Report {
        Report { train_loss: loss, valid_loss: loss, train_score: 0.5, valid_score: 0.5 }
    }

    #[test]
    fn levels_are_nested_and_together_train_every_cell_once() {
        for side in [8, 16, 32, 64] {
            let mut map = Landscape::new(side, 1, space());
            let mut trained = 0;
            for stride in map.strides() {
                let cells = map.level(stride);
                trained += cells.len();
                for cell in cells {
                    map.record(cell, 0, &[report(0.7), report(0.5)], None);
                }
                assert_eq!(trained, (side / stride).pow(2), "every coarser cell is among the finer ones");
                assert!((0..side * side).all(|c| map.cells[map.shown(c)].done), "every cell shows something");
            }
            assert_eq!(trained, side * side);
            assert_eq!(map.progress().0, map.progress().1);
        }
    }

    #[test]
    fn a_cell_says_what_it_knows() {
        let mut map = Landscape::new(8, 3, space());
        map.record(0, 0, &[report(0.7), report(0.5), report(0.2), report(0.3)], None);
        map.record(1, 0, &[report(0.7), report(0.9)], Some(2));
        assert_eq!(map.loss(0, 2), Value::Loss(0.2));
        assert_eq!(map.loss(1, 1), Value::Loss(0.9));
        assert_eq!(map.loss(1, 3), Value::Diverged { epoch: 2 });
        assert_eq!(map.loss(2, 3), Value::Unknown);
        assert_eq!(map.speed(0, 3, 0.25), Value::Epochs(2));
        assert_eq!(map.speed(0, 3, 0.1), Value::Never);
        assert_eq!(map.speed(1, 3, 0.1), Value::Diverged { epoch: 2 });
        assert_eq!(map.best(3), Some((0, 0.3)));
        assert_eq!(map.range(3), Some((0.3, 0.7)));
    }
}
