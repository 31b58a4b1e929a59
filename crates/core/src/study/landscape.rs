//! The landscape: what every cell of a map over two parameters reported, from coarse to fine.
//!
//! Cells are numbered row by row from the low end of the second axis, the first running fastest. A
//! coarse level trains one cell of each block, and each level's cells are among the next one's, so
//! that nothing is trained twice. Where an axis has fewer values than cells, the first cell of a
//! value is trained and stands for the others.

use crate::space::{Param, Space};
use tunescape_engine::train::Report;

/// Cells along a side of the first picture.
pub const COARSEST: usize = 8;

/// Which cell of a block of `stride` cells stands for it: near the middle, and such that a coarse
/// level's cells are all among those of the finer levels.
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
    /// The epoch of the first report: 0, but where a file says the last alone.
    pub from: usize,
    /// By epoch, from that epoch on.
    pub reports: Vec<Report>,
    /// By epoch, where a cell is trained several times: the standard deviation of the validation
    /// loss.
    pub spreads: Vec<f32>,
    /// The epoch at whose end it was found diverged.
    pub diverged: Option<usize>,
    /// Whether its training has ended.
    pub done: bool,
}

impl Cell {
    /// What was reported after an epoch of training, and not before the first.
    pub fn trained(&self) -> &[Report] {
        let before = usize::from(self.from == 0).min(self.reports.len());
        &self.reports[before..]
    }

    /// The last epoch that it reported, and what it reported then.
    pub fn last(&self) -> Option<(usize, &Report)> {
        self.reports.last().map(|last| (self.from + self.reports.len() - 1, last))
    }
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

/// All cells of a map of `side` × `side`.
#[derive(Clone, Debug)]
pub struct Landscape {
    pub side: usize,
    pub epochs: usize,
    pub axes: Space,
    pub cells: Vec<Cell>,
    /// The cell that is trained at the values of each.
    trained: Vec<usize>,
    /// Of a map from a file, which says what every cell came to and no more.
    pub of_file: Option<OfFile>,
}

/// What a file says of its map beside the cells.
#[derive(Clone, Debug)]
pub struct OfFile {
    /// Cells along a side there, of which no more may be shown than there is room for.
    pub side: usize,
    pub networks: usize,
    pub seeds: usize,
    /// Validation loss before training.
    pub(crate) start: f32,
    /// The values of the columns and of the rows.
    pub(crate) values: [Vec<f64>; 2],
}

/// The values along an axis of `side` cells, each once: those of the cells' middles.
pub fn values(axis: &Param, side: usize) -> Vec<f64> {
    let mut values: Vec<f64> =
        (0..side).map(|i| axis.from_unit((i as f64 + 0.5) / side as f64)).collect();
    values.dedup();
    values
}

/// For each of `side` cells along an axis the first one that has its value.
fn firsts(axis: &Param, side: usize) -> Vec<usize> {
    let values: Vec<f64> =
        (0..side).map(|i| axis.from_unit((i as f64 + 0.5) / side as f64)).collect();
    values.iter().map(|value| values.iter().position(|v| v == value).unwrap_or(0)).collect()
}

impl Landscape {
    pub fn new(side: usize, epochs: usize, axes: Space) -> Self {
        let (across, up) = (firsts(&axes.params[0], side), firsts(&axes.params[1], side));
        let trained = up.iter().flat_map(|y| across.iter().map(move |x| y * side + x)).collect();
        let cells = vec![Cell::default(); side * side];
        Self { side, epochs, axes, cells, trained, of_file: None }
    }

    /// How many networks the whole map takes.
    pub fn networks(&self) -> usize {
        if let Some(file) = &self.of_file {
            return file.networks;
        }
        self.trained.iter().enumerate().filter(|(cell, trained)| cell == *trained).count()
    }

    /// The most cells along a side, up to `side` and by halves, whose reports of so many epochs
    /// stay within so many bytes; no fewer than the first picture has.
    pub fn side_within(side: usize, epochs: usize, spread: bool, bytes: usize) -> usize {
        let each = size_of::<Report>() + if spread { size_of::<f32>() } else { 0 };
        let all =
            |side: usize| [side, side, epochs + 1, each].iter().map(|&n| n as u64).product::<u64>();
        let fits = |side: &usize| *side <= COARSEST || all(*side) <= bytes as u64;
        std::iter::successors(Some(side), |side| Some(side / 2)).find(fits).unwrap_or(COARSEST)
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
        let mut cells: Vec<usize> = (0..blocks * blocks)
            .map(|b| self.trained[(b / blocks * stride + r) * self.side + b % blocks * stride + r])
            .filter(|&cell| !self.cells[cell].done)
            .collect();
        cells.sort_unstable();
        cells.dedup();
        cells
    }

    /// The values of a cell: those of its middle.
    pub fn point(&self, cell: usize) -> [f64; 2] {
        if let Some(OfFile { values: [across, up], .. }) = &self.of_file {
            return [across[cell % self.side], up[cell / self.side]];
        }
        let at = |i: usize| (i as f64 + 0.5) / self.side as f64;
        let point = self.axes.from_unit(&[at(cell % self.side), at(cell / self.side)]);
        [point[0], point[1]]
    }

    /// Takes what a cell reported since epoch `from`.
    pub fn record(
        &mut self,
        cell: usize,
        from: usize,
        reports: &[Report],
        diverged: Option<usize>,
    ) {
        let epochs = self.epochs;
        if let Some(cell) = self.cells.get_mut(cell) {
            cell.reports.truncate(from);
            cell.reports.extend_from_slice(reports);
            cell.diverged = diverged;
            cell.done = diverged.is_some() || cell.reports.len() > epochs;
        }
    }

    /// Takes how far a cell's trainings lay apart since epoch `from`.
    pub fn record_spread(&mut self, cell: usize, from: usize, spreads: &[f32]) {
        if let Some(cell) = self.cells.get_mut(cell) {
            cell.spreads.truncate(from);
            cell.spreads.extend_from_slice(spreads);
        }
    }

    /// How far the validation losses of a cell's trainings lie apart after `epoch`, or after its
    /// last; none where it is trained once.
    pub fn spread(&self, cell: usize, epoch: usize) -> Option<f32> {
        let spreads = &self.cells[cell].spreads;
        spreads.get(epoch).or(spreads.last()).copied()
    }

    /// Takes note that a cell trains no longer, be it that it has stopped early.
    pub fn finish(&mut self, cell: usize) {
        if let Some(cell) = self.cells.get_mut(cell) {
            cell.done = true;
        }
    }

    /// Forgets cells that were still training; they will be trained anew.
    pub fn drop_unfinished(&mut self) {
        self.cells.iter_mut().filter(|c| !c.done).for_each(|c| *c = Cell::default());
    }

    /// The cell that stands for `cell`: of the finest level where one is trained to its end, so
    /// that the map never mixes finished networks with others; before the first level is, of
    /// the finest that has begun.
    pub fn shown(&self, cell: usize) -> usize {
        if self.of_file.is_some() {
            return cell;
        }
        let (x, y) = (cell % self.side, cell / self.side);
        let coarsest = (self.side / COARSEST).max(1);
        let stand_in = |s: usize| {
            self.trained
                [(y / s * s + representative(s)) * self.side + x / s * s + representative(s)]
        };
        let mut finest_first =
            std::iter::successors(Some(1), |s| (s * 2 <= coarsest).then_some(s * 2)).map(stand_in);
        let begun = finest_first.clone().find(|&c| !self.cells[c].reports.is_empty());
        finest_first.find(|&c| self.cells[c].done).or(begun).unwrap_or(cell)
    }

    /// Validation loss of a cell after `epoch`.
    pub fn loss(&self, cell: usize, epoch: usize) -> Value {
        let cell = &self.cells[cell];
        let report = epoch.checked_sub(cell.from).and_then(|at| cell.reports.get(at));
        match (cell.diverged, report) {
            (Some(at), _) if at <= epoch => Value::Diverged { epoch: at },
            (_, Some(report)) => Value::Loss(report.valid_loss),
            // While a level trains, its cells show how far they are; one that has stopped early
            // keeps its last loss.
            (None, None) => {
                cell.reports.last().map_or(Value::Unknown, |r| Value::Loss(r.valid_loss))
            }
            (Some(_), None) => Value::Unknown,
        }
    }

    /// Epochs until the validation loss of a cell first reached `target`, up to `epoch`. A cell
    /// that still trains may reach it yet.
    pub fn speed(&self, cell: usize, epoch: usize, target: f64) -> Value {
        if self.of_file.is_some() {
            return Value::Unknown;
        }
        let Cell { reports, done, .. } = &self.cells[cell];
        match reports.iter().take(epoch + 1).position(|r| f64::from(r.valid_loss) <= target) {
            Some(at) => Value::Epochs(at),
            None if !done && reports.len() <= epoch => Value::Unknown,
            None => match self.loss(cell, epoch) {
                Value::Loss(_) => Value::Never,
                other => other,
            },
        }
    }

    /// Smallest finite loss after `epoch`, and the loss before training.
    pub fn range(&self, epoch: usize) -> Option<(f32, f32)> {
        let start = match &self.of_file {
            Some(file) => file.start,
            None => self.cells.iter().find_map(|c| c.reports.first())?.valid_loss,
        };
        let losses = (0..self.cells.len()).filter_map(|c| match self.loss(c, epoch) {
            Value::Loss(loss) if loss.is_finite() => Some(loss),
            _ => None,
        });
        Some((losses.fold(start, f32::min), start))
    }

    /// The trained cell with the smallest loss after `epoch`.
    pub fn best(&self, epoch: usize) -> Option<(usize, f32)> {
        let losses =
            (0..self.cells.len()).filter(|&c| self.cells[c].done).filter_map(|c| {
                match self.loss(c, epoch) {
                    Value::Loss(loss) => Some((c, loss)),
                    _ => None,
                }
            });
        losses.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Whether a cell has values of its own: of a file, where an axis has fewer values than cells,
    /// the first of each says what the others repeat.
    fn is_first(&self, cell: usize) -> bool {
        let Some(OfFile { values: [across, up], .. }) = &self.of_file else { return true };
        let new = |values: &[f64], at: usize| at == 0 || values[at] != values[at - 1];
        new(across, cell % self.side) && new(up, cell / self.side)
    }

    /// The cells with a result of their own, each with its place, the last epoch that it reported
    /// and what it reported then.
    pub fn ended(&self) -> impl Iterator<Item = (usize, &Cell, usize, &Report)> {
        let own = |(at, cell): &(usize, &Cell)| cell.done && self.is_first(*at);
        let with_end = |(at, cell): (usize, _)| {
            let (epoch, last) = Cell::last(cell)?;
            Some((at, cell, epoch, last))
        };
        self.cells.iter().enumerate().filter(own).filter_map(with_end)
    }

    /// Epochs of training done, and all that there are to do.
    pub fn progress(&self) -> (usize, usize) {
        if let Some(file) = &self.of_file {
            return (file.networks, file.networks);
        }
        let spent = |c: &Cell| if c.done { self.epochs } else { c.reports.len().saturating_sub(1) };
        (self.cells.iter().map(spent).sum(), self.networks() * self.epochs)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::space::{Kind, Param, Scale};

    pub(in crate::study) fn space() -> Space {
        Space::new(vec![
            Param {
                name: "learning_rate".into(),
                low: 0.01,
                high: 1.0,
                scale: Scale::Log,
                kind: Kind::Float,
                when: None,
            },
            Param {
                name: "momentum".into(),
                low: 0.0,
                high: 0.9,
                scale: Scale::Linear,
                kind: Kind::Float,
                when: None,
            },
        ])
    }

    pub(in crate::study) fn report(loss: f32) -> Report {
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
                for &cell in &cells {
                    map.record(cell, 0, &[report(0.7)], None);
                    let whole = map.cells.iter().any(|c| c.done);
                    assert_eq!(
                        map.shown(cell) == cell,
                        !whole,
                        "a picture never mixes finished cells with others"
                    );
                }
                for cell in cells {
                    map.record(cell, 0, &[report(0.7), report(0.5)], None);
                }
                assert_eq!(
                    trained,
                    (side / stride).pow(2),
                    "every coarser cell is among the finer ones"
                );
                assert!(
                    (0..side * side).all(|c| map.cells[map.shown(c)].done),
                    "every cell shows something"
                );
            }
            assert_eq!(trained, side * side);
            assert_eq!(map.progress().0, map.progress().1);
        }
    }

    #[test]
    fn a_side_is_halved_until_its_reports_have_room() {
        let within = |epochs, spread| Landscape::side_within(64, epochs, spread, 64 << 20);
        assert_eq!((within(120, true), within(1000, false), within(1000, true)), (64, 64, 32));
        assert_eq!(Landscape::side_within(64, 1000, true, 1), 8);
    }

    #[test]
    fn cells_of_the_same_value_are_trained_once() {
        let axes = Space::new(vec![
            Param::integer("layers", 1, 9, Scale::Linear).unwrap(),
            Param::new("momentum", 0.5, 0.5, Scale::Linear).unwrap(),
        ]);
        let mut map = Landscape::new(32, 0, axes);
        assert_eq!(map.networks(), 9);
        let mut trained = Vec::new();
        for stride in map.strides() {
            for cell in map.level(stride) {
                map.record(cell, 0, &[report(map.point(cell)[0] as f32)], None);
                trained.push(map.point(cell));
            }
        }
        trained.sort_by(|a, b| a.partial_cmp(b).unwrap());
        assert_eq!(trained, (1..=9).map(|n| [f64::from(n), 0.5]).collect::<Vec<_>>());
        assert_eq!(map.progress(), (0, 0));
        for cell in 0..32 * 32 {
            assert_eq!(map.loss(map.shown(cell), 0), Value::Loss(map.point(cell)[0] as f32));
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
        map.record(3, 0, &[report(0.7), report(0.5)], None);
        assert_eq!(map.speed(3, 3, 0.6), Value::Epochs(1));
        assert_eq!(map.speed(3, 1, 0.1), Value::Never);
        assert_eq!(map.speed(3, 3, 0.1), Value::Unknown, "it still trains");
        map.finish(3);
        assert_eq!(
            (map.loss(3, 3), map.speed(3, 3, 0.1)),
            (Value::Loss(0.5), Value::Never),
            "it has stopped early"
        );
        assert_eq!(map.best(3), Some((0, 0.3)));
        assert_eq!(map.range(3), Some((0.3, 0.7)));
    }
}
