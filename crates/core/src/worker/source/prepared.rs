//! Data ready to train on, and what the page shows of them.

use super::DataError;
use crate::data::table::Note;
use crate::data::{Dataset, Part, Split, Target, Task, split};
use crate::setup::Setup;
use crate::setup::needs::DataSize;
use serde::{Deserialize, Serialize};

/// Data split and scaled for a set-up.
#[derive(Debug)]
pub struct Prepared {
    /// The splits that a point is trained on, one at least: a fold each.
    pub folds: Vec<Split>,
    pub task: Task,
    pub overview: Overview,
}

impl Prepared {
    /// How much it holds.
    pub fn size(&self, whole: u64) -> DataSize {
        let parts = |fold: &Split| [&fold.train, &fold.valid, &fold.test].map(|p| p.x.len() as u64);
        let cells = self.folds.iter().flat_map(parts).sum();
        DataSize { whole, cells, trained: self.overview.trained }
    }

    /// The split that is shown and explored: the first.
    pub fn split(&self) -> &Split {
        &self.folds[0]
    }

    /// Takes the folds of another set in. One network trains on all of them, with the inputs and
    /// classes of the set that has most: the others get columns of zeros, and classes of which
    /// they have no row.
    pub(super) fn join(&mut self, other: Prepared) {
        self.folds.extend(other.folds);
        let overview = &mut self.overview;
        overview.inputs = overview.inputs.max(other.overview.inputs);
        self.folds.iter_mut().for_each(|fold| fold.widen(overview.inputs));
        if let (Task::Classes(own), Task::Classes(others)) = (&mut self.task, other.task) {
            *own = others.max(*own);
            overview.target.resize(*own, "–".into());
        }
        overview.task = self.task;
        (0..2).for_each(|part| overview.trained[part] += other.overview.trained[part]);
    }
}

/// What the page shows of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    pub name: String,
    /// What the network predicts: as many classes as the set with the most of them has.
    pub task: Task,
    /// Names of the classes, of one that the set has not got a dash; for a number, its name alone.
    pub target: Vec<String>,
    pub columns: Vec<String>,
    /// Inputs of the network: more than there are columns where another set has more of them.
    pub inputs: usize,
    /// Rows for training, validation, test, of the first fold.
    pub rows: [usize; 3],
    /// Of each split of the set itself, how many validation rows are of each class; of numbers, how
    /// many there are.
    pub folds: Vec<Vec<usize>>,
    /// Rows for training and validation over all folds of all sets.
    pub trained: [usize; 2],
    /// Height and width if the inputs are the pixels of an image.
    pub image: Option<[usize; 2]>,
    /// The points of two-dimensional data.
    pub points: Option<Points>,
    pub notes: Vec<Note>,
}

/// Two-dimensional data as the network sees it, standardised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    pub train: Vec<([f32; 2], f32)>,
    pub valid: Vec<([f32; 2], f32)>,
    /// Half the side of the square around the origin that holds them all.
    pub reach: f32,
}

/// Splits and scales a data set as the set-up says.
pub fn prepare(data: &Dataset, notes: Vec<Note>, setup: &Setup) -> Result<Prepared, DataError> {
    let seed = setup.data.seed;
    let whole = split(data, setup.fractions(), seed).map_err(DataError::Split)?;
    let mut folds = setup.evaluation.dealt(data, whole, seed).map_err(DataError::Folds)?;
    if setup.data.used < 1.0 {
        folds
            .iter_mut()
            .for_each(|fold| fold.keep_training(setup.data.used, data.task() != Task::Regression));
    }
    let split = &folds[0];
    let pairs = |part: &Part| -> Vec<([f32; 2], f32)> {
        (0..part.rows()).map(|i| ([part.row(i)[0], part.row(i)[1]], part.target(i)[0])).collect()
    };
    let points = (split.train.columns == 2).then(|| {
        let (train, valid) = (pairs(&split.train), pairs(&split.valid));
        let reach =
            train.iter().chain(&valid).flat_map(|(xy, _)| xy).fold(1.0_f32, |m, x| m.max(x.abs()));
        Points { train, valid, reach: reach * 1.08 }
    });
    let target = match &data.target {
        Target::Class { names, .. } => names.clone(),
        Target::Number { name, .. } => vec![name.clone()],
    };
    let classes = target.len();
    let counts = |fold: &Split| {
        let mut counts = vec![0; classes];
        for &row in &fold.rows[1] {
            counts[label(data, row)] += 1;
        }
        counts
    };
    let overview = Overview {
        folds: folds.iter().map(counts).collect(),
        name: data.name.clone(),
        task: data.task(),
        target,
        columns: data.columns.clone(),
        inputs: split.train.columns,
        trained: folds
            .iter()
            .fold([0; 2], |[a, b], fold| [a + fold.train.rows(), b + fold.valid.rows()]),
        rows: [split.train.rows(), split.valid.rows(), split.test.rows()],
        image: data.image,
        points,
        notes,
    };
    Ok(Prepared { task: data.task(), folds, overview })
}

/// The class of a row; 0 where numbers are predicted.
fn label(data: &Dataset, row: usize) -> usize {
    match &data.target {
        Target::Class { labels, .. } => labels[row] as usize,
        Target::Number { .. } => 0,
    }
}
