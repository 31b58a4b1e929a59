//! A landscape as a file: what every cell came to at its end, without its curve.
//!
//! The command of `crates/cli` writes lines of JSON: a first one that says what they are of, and one
//! for each [`Block`] of cells. The page exports a single object, and the command can write that
//! too. Both are read here, into what a map has room to show.

use crate::json::number::Single;
use crate::link;
use crate::setup::Setup;
use crate::space::Param;
use crate::study::landscape::{Landscape, OfFile};
use serde::{Deserialize, Serialize};
use std::fmt;
use tunescape_engine::train::Report;

/// The version of the lines that this build reads.
pub const VERSION: u32 = 1;

/// Bytes of a file, at most.
pub const MAX_BYTES: usize = 128 << 20;

/// Cells along a side of the largest map that a file may be of.
pub const MAX_SIDE: usize = 4096;

/// Trainings of a cell, at most.
const MAX_SEEDS: usize = 1_000;

/// Cells along a side of the page's own file, which has every value as a text.
const MAX_OWN_SIDE: usize = 1024;

/// Cells along a side that are shown, at most: of a larger map every so many-th.
pub const SHOWN_SIDE: usize = 256;

/// An axis of a landscape: a name and the values of its cells, each once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    pub name: String,
    pub values: Vec<f64>,
}

/// Neighbours in a row: a list of each quantity, a number for each cell.
#[derive(Debug, Serialize, Deserialize)]
pub struct Block {
    pub unit: u64,
    /// The row, and the first cell in it.
    pub row: usize,
    pub from: usize,
    /// Validation loss of the first cell before its training.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<Single>,
    /// The last epoch that the cell has reported.
    pub epoch: Vec<Option<usize>>,
    /// Validation loss after it, training loss, and accuracy or R² on the validation rows.
    pub loss: Vec<Single>,
    pub train_loss: Vec<Single>,
    pub score: Vec<Single>,
    /// Standard deviation of the validation loss over a cell's trainings, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub spread: Vec<Single>,
    /// The first epoch whose validation loss is as low as the map's target.
    pub reached: Vec<Option<usize>>,
    /// The epoch at whose end the cell was found diverged.
    pub diverged: Vec<Option<usize>>,
}

impl Block {
    /// Whether it says the same of every cell, and as much as it has cells.
    pub fn is_whole(&self) -> bool {
        let cells = self.epoch.len();
        let lists = [&self.loss, &self.train_loss, &self.score].map(|list| list.len());
        let others = [self.reached.len(), self.diverged.len()];
        lists.iter().chain(&others).all(|n| *n == cells)
            && (self.spread.is_empty() || self.spread.len() == cells)
    }
}

/// What a cell came to at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    pub epoch: usize,
    pub valid_loss: f32,
    pub train_loss: f32,
    /// Not a number where the file has none.
    pub score: f32,
    pub spread: Option<f32>,
    pub diverged: Option<usize>,
}

/// What a map shows of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LandscapeFile {
    #[serde(with = "crate::setup::text")]
    pub setup: Setup,
    /// Cells along a side of the file's map, and of what is shown of it.
    pub side: usize,
    pub shown: usize,
    /// Networks that were trained, each from so many starts.
    pub networks: usize,
    pub seeds: usize,
    /// Validation loss before training, as far as the file says it.
    pub start: Option<f32>,
    /// The values of the shown columns and rows.
    pub values: [Vec<f64>; 2],
    /// The shown cells, row by row; none for one that the file lacks.
    pub cells: Vec<Option<End>>,
}

/// Why a file gives no landscape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum LandscapeFileError {
    TooLarge {
        bytes: usize,
        limit: usize,
    },
    /// Results of the command of another kind, such as `study`.
    Other {
        kind: String,
    },
    /// Of another version of the command.
    Version {
        found: u32,
    },
    /// The set-up in it can't be read.
    Setup,
    /// Its cells lie elsewhere than this build's would.
    Grid,
    /// A line, counted from 1, is none of a landscape's.
    Line {
        line: usize,
    },
    /// It has no cell.
    Empty,
}

impl fmt::Display for LandscapeFileError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => write!(f, "{bytes} bytes, of {limit} at most"),
            Self::Other { kind } => write!(f, "results of a {kind}, not of a landscape"),
            Self::Version { found } => write!(f, "version {found}, of {VERSION} here"),
            Self::Setup => f.write_str("a set-up that can't be read"),
            Self::Grid => f.write_str("cells at other values than here"),
            Self::Line { line } => write!(f, "line {line} is damaged"),
            Self::Empty => f.write_str("no cell"),
        }
    }
}

impl std::error::Error for LandscapeFileError {}

/// Whether a file is likely results of the command, or the page's own landscape.
pub fn looks_like_one(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64 << 10)];
    let has = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    head.starts_with(b"{\"tunescape\":")
        || head.starts_with(b"{") && has(b"\"setup\"") && has(b"\"side\"") && has(b"\"cells\"")
}

/// The first line of the command's results, as far as it counts here.
#[derive(Deserialize)]
struct Head {
    tunescape: String,
    version: u32,
    setup: String,
    seeds: usize,
    #[serde(default)]
    side: Option<usize>,
    #[serde(default)]
    axes: Vec<Axis>,
}

/// The page's own file.
#[derive(Deserialize)]
struct Own {
    setup: String,
    side: usize,
    #[serde(default)]
    start: Option<Single>,
    cells: Vec<OwnCell>,
}

#[derive(Deserialize)]
struct OwnCell {
    values: Vec<String>,
    epoch: Option<usize>,
    training_loss: Option<Single>,
    validation_loss: Option<Single>,
    #[serde(default)]
    diverged: Option<usize>,
}

/// Reads either kind of file. What is cut off at its end is missing; all that stands before is kept.
pub fn read(bytes: &[u8]) -> Result<LandscapeFile, LandscapeFileError> {
    if bytes.len() > MAX_BYTES {
        return Err(LandscapeFileError::TooLarge { bytes: bytes.len(), limit: MAX_BYTES });
    }
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let file = match serde_json::from_slice::<Head>(first) {
        Ok(head) => read_lines(head, lines)?,
        Err(_) => read_own(bytes)?,
    };
    match file.cells.iter().any(Option::is_some) {
        true => Ok(file),
        false => Err(LandscapeFileError::Empty),
    }
}

fn read_lines<'a>(
    head: Head,
    lines: impl Iterator<Item = &'a [u8]>,
) -> Result<LandscapeFile, LandscapeFileError> {
    if head.tunescape != "landscape" {
        return Err(LandscapeFileError::Other { kind: head.tunescape });
    }
    if head.version != VERSION {
        return Err(LandscapeFileError::Version { found: head.version });
    }
    let grid = Grid::new(&head.setup, head.side.unwrap_or(0))?;
    if head.axes.len() != 2
        || grid.axes.iter().zip(&head.axes).any(|(own, axis)| own.all != axis.values)
    {
        return Err(LandscapeFileError::Grid);
    }
    let mut file = grid.file(head.seeds);
    let mut lines = lines.enumerate().peekable();
    while let Some((n, line)) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let damaged = LandscapeFileError::Line { line: n + 2 };
        let block = match serde_json::from_slice::<Block>(line) {
            Ok(block) => block,
            // Whoever wrote it was stopped in the middle of a line.
            Err(_) if lines.peek().is_none() => break,
            Err(_) => return Err(damaged),
        };
        let [across, up] = [grid.axes[0].all.len(), grid.axes[1].all.len()];
        let end = block.from.saturating_add(block.epoch.len());
        let last = grid.setup.training.epochs;
        let known = block.epoch.iter().flatten().all(|epoch| *epoch <= last);
        if !block.is_whole() || block.row >= up || end > across || !known {
            return Err(damaged);
        }
        file.start = file.start.or(block.start.map(|start| start.0));
        for (i, epoch) in block.epoch.iter().enumerate() {
            let end = epoch.map(|epoch| End {
                epoch,
                valid_loss: block.loss[i].0,
                train_loss: block.train_loss[i].0,
                score: block.score[i].0,
                spread: block.spread.get(i).map(|spread| spread.0),
                diverged: block.diverged[i],
            });
            grid.put(&mut file, [block.from + i, block.row], end);
        }
    }
    Ok(file)
}

fn read_own(bytes: &[u8]) -> Result<LandscapeFile, LandscapeFileError> {
    let own: Own = serde_json::from_slice(bytes)
        .map_err(|error| LandscapeFileError::Line { line: error.line() })?;
    if own.side > MAX_OWN_SIDE {
        return Err(LandscapeFileError::Grid);
    }
    let grid = Grid::new(&own.setup, own.side)?;
    let mut file = grid.file(grid.setup.evaluation.streams());
    file.start = own.start.map(|start| start.0);
    // Cells stand in the order of the map; one that was not trained is left out.
    let [across, up] = &grid.axes;
    let mut places = (0..up.all.len()).flat_map(|y| (0..across.all.len()).map(move |x| [x, y]));
    for cell in own.cells {
        let is_its = |[x, y]: &[usize; 2]| {
            let point = grid.setup.on_map([[across.all[*x], up.all[*y]]]).swap_remove(0);
            grid.setup.exact(&point) == cell.values
        };
        let Some(place) = places.find(is_its) else { return Err(LandscapeFileError::Grid) };
        let number = |single: Option<Single>| single.map_or(f32::NAN, |single| single.0);
        let end = cell.epoch.map(|epoch| End {
            epoch: epoch.min(grid.setup.training.epochs),
            valid_loss: number(cell.validation_loss),
            train_loss: number(cell.training_loss),
            score: f32::NAN,
            spread: None,
            diverged: cell.diverged,
        });
        grid.put(&mut file, place, end);
    }
    Ok(file)
}

/// One side of a map.
struct Side {
    /// Its values, each once.
    all: Vec<f64>,
    /// For each shown cell along it, which of those values it has.
    shown: Vec<usize>,
}

impl Side {
    /// Of a map of `side` cells a side, of which `shown` are.
    fn new(param: &Param, side: usize, shown: usize) -> Self {
        let (mut all, mut of_cell): (Vec<f64>, Vec<usize>) = Default::default();
        for i in 0..side {
            let value = param.from_unit((i as f64 + 0.5) / side as f64);
            if all.last() != Some(&value) {
                all.push(value);
            }
            of_cell.push(all.len() - 1);
        }
        // The middle one of those that a shown cell stands for.
        let shown = (0..shown).map(|i| of_cell[(2 * i + 1) * side / (2 * shown)]).collect();
        Self { all, shown }
    }
}

/// Where a file's cells lie on the map.
struct Grid {
    setup: Setup,
    side: usize,
    axes: [Side; 2],
}

impl Grid {
    fn new(setup: &str, side: usize) -> Result<Self, LandscapeFileError> {
        let setup = link::read(setup).map_err(|_| LandscapeFileError::Setup)?;
        if !(1..=MAX_SIDE).contains(&side) {
            return Err(LandscapeFileError::Grid);
        }
        let (space, shown) = (setup.axes(), side.min(SHOWN_SIDE));
        let axes = [0, 1].map(|i| Side::new(&space.params[i], side, shown));
        Ok(Self { setup, side, axes })
    }

    /// A file of which no cell is known yet.
    fn file(&self, seeds: usize) -> LandscapeFile {
        let [across, up] = &self.axes;
        let values = |side: &Side| side.shown.iter().map(|&i| side.all[i]).collect();
        LandscapeFile {
            setup: self.setup.clone(),
            side: self.side,
            shown: across.shown.len(),
            networks: across.all.len() * up.all.len(),
            seeds: seeds.clamp(1, MAX_SEEDS),
            start: None,
            values: [values(across), values(up)],
            cells: vec![None; across.shown.len() * up.shown.len()],
        }
    }

    /// Puts what a cell came to wherever it is shown.
    fn put(&self, file: &mut LandscapeFile, [x, y]: [usize; 2], end: Option<End>) {
        let [across, up] = &self.axes;
        let at = |side: &Side, value: usize| {
            let first = side.shown.partition_point(|&shown| shown < value);
            first..side.shown.partition_point(|&shown| shown <= value)
        };
        for row in at(up, y) {
            for column in at(across, x) {
                file.cells[row * file.shown + column] = end.clone();
            }
        }
    }
}

impl Landscape {
    /// The map of a file.
    pub fn of_file(file: &LandscapeFile) -> Self {
        let mut land = Self::new(file.shown, file.setup.training.epochs, file.setup.axes());
        for (cell, end) in land.cells.iter_mut().zip(&file.cells) {
            cell.done = true;
            let Some(end) = end else { continue };
            let (train_loss, valid_loss) = (end.train_loss, end.valid_loss);
            let [train_score, valid_score] = [f32::NAN, end.score];
            cell.from = end.epoch;
            cell.reports = vec![Report { train_loss, valid_loss, train_score, valid_score }];
            (cell.spreads, cell.diverged) = (end.spread.into_iter().collect(), end.diverged);
        }
        // Where the file does not say it: at the smallest learning rate hardly anything is learnt.
        let slowest = file.cells.iter().flatten().map(|end| end.valid_loss);
        let start = file.start.or(slowest.into_iter().find(|loss| loss.is_finite()));
        land.of_file = Some(OfFile {
            side: file.side,
            networks: file.networks,
            seeds: file.seeds,
            start: start.unwrap_or(1.0),
            values: file.values.clone(),
        });
        land
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::landscape::values;

    /// What is exported of a map from a file is what the file says, each value once.
    #[test]
    fn what_a_file_repeats_to_fill_the_map_is_told_once() {
        let link = "v=2&space.batch=[16,64,\"linear\",16]&map.across=batch&map.up=momentum";
        let setup = link::read(link).unwrap();
        let axes = setup.axes();
        let axis = |i: usize| Axis {
            name: axes.params[i].name.clone(),
            values: values(&axes.params[i], 8),
        };
        let across = axis(0).values.len();
        assert!(across < 8);
        let head = serde_json::json!({
            "tunescape": "landscape", "version": VERSION, "setup": link::write(&setup), "seeds": 1,
            "axes": [axis(0), axis(1)], "side": 8,
        });
        let mut text = head.to_string();
        for row in 0..axis(1).values.len() {
            let all = |x: f32| vec![Single(x); across];
            let none = vec![None; across];
            let block = Block {
                unit: row as u64,
                row,
                from: 0,
                start: Some(Single(0.7)),
                epoch: vec![Some(1); across],
                loss: (0..across).map(|x| Single(x as f32)).collect(),
                train_loss: all(0.5),
                score: all(0.5),
                spread: Vec::new(),
                reached: none.clone(),
                diverged: none,
            };
            text += &format!("\n{}", serde_json::to_string(&block).unwrap());
        }
        let land = Landscape::of_file(&read(text.as_bytes()).unwrap());
        assert!(land.cells.iter().all(|cell| cell.done && cell.trained().len() == 1));
        let told: Vec<_> = land.ended().map(|(at, ..)| land.point(at)[0]).collect();
        assert_eq!(told.len(), across * axis(1).values.len());
        assert_eq!(told[..across], axis(0).values);
    }
}
