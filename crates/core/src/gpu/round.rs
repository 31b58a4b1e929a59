//! What the batched layout submits: an epoch in parts (a chunk of a batch, an update, a chunk to
//! score), a round of some epochs, in which groups of trials take turns.

use std::ops::Range;
use tunescape_engine::train::{Orders, Population, Stream};

/// What a step does, as the shader knows it.
pub const TRAIN: u32 = 0;
pub const SCORE_TRAIN: u32 = 1;
pub const SCORE_VALID: u32 = 2;

/// A part of an epoch.
#[derive(Clone, Copy)]
pub enum Part {
    /// The gradient of rows of a batch.
    Chunk {
        batch: usize,
        row: usize,
        rows: usize,
    },
    Update {
        batch: usize,
    },
    Score {
        kind: u32,
        row: usize,
        rows: usize,
    },
    Report,
}

/// The parts of an epoch, and how many multiplications of a trial each is, about. No more than
/// `chunk` rows go through the network at once; an epoch that does not train is only scored.
pub fn parts(
    population: &Population,
    orders: &mut Orders,
    chunk: usize,
    epoch: usize,
    train: bool,
) -> Vec<(Part, f64)> {
    let parameters = population.net.parameters() as f64;
    let mut parts = Vec::new();
    let chunks =
        |rows: usize| (0..rows).step_by(chunk).map(move |row| (row, chunk.min(rows - row)));
    if train {
        let mut batches: Vec<usize> = Vec::new();
        for (s, stream) in population.streams.iter().enumerate() {
            let lists = orders.get(s, &stream.order, epoch, stream.train.rows());
            batches.resize(batches.len().max(lists.len()), 0);
            for (b, rows) in batches.iter_mut().enumerate().take(lists.len()) {
                *rows = (*rows).max(lists.get(b).len());
            }
        }
        for (batch, &rows) in batches.iter().enumerate() {
            for (row, rows) in chunks(rows) {
                parts.push((Part::Chunk { batch, row, rows }, 3.0 * parameters * rows as f64));
            }
            parts.push((Part::Update { batch }, 8.0 * parameters));
        }
    }
    let most = |rows: fn(&Stream) -> usize| population.streams.iter().map(rows).max().unwrap_or(0);
    for (kind, rows) in
        [(SCORE_TRAIN, most(|s| s.train.rows())), (SCORE_VALID, most(|s| s.valid.rows()))]
    {
        for (row, rows) in chunks(rows) {
            parts.push((Part::Score { kind, row, rows }, parameters * rows as f64));
        }
    }
    parts.push((Part::Report, 8.0 * parameters));
    parts
}

/// Multiplications of a trial's epoch, about.
pub fn epoch_work(population: &Population) -> f64 {
    let rows =
        population.streams.iter().map(|s| 4 * s.train.rows() + s.valid.rows()).max().unwrap_or(0);
    population.net.parameters() as f64 * rows as f64
}

/// Epochs that some groups have finished and others have not.
pub struct Round {
    pub epochs: usize,
    /// Groups that wait for their turn, the next last.
    waiting: Vec<usize>,
    /// Those in turn, how many epochs they have finished, and how many parts of the next.
    pub turn: Vec<usize>,
    pub finished: usize,
    pub part: usize,
}

impl Round {
    pub fn new(epochs: usize, groups: impl DoubleEndedIterator<Item = usize>) -> Self {
        Self { epochs, waiting: groups.rev().collect(), turn: Vec::new(), finished: 0, part: 0 }
    }

    /// Nobody in turn: takes the next groups in wait, `most` at most, that are neighbours of the
    /// first.
    pub fn next_turn(&mut self, most: usize, neighbours: impl Fn(usize) -> Range<usize>) {
        let Some(&first) = self.waiting.last() else { return };
        let near = neighbours(first);
        while self.turn.len() < most
            && let Some(group) = self.waiting.pop_if(|group| near.contains(group))
        {
            self.turn.push(group);
        }
        (self.finished, self.part) = (0, 0);
    }

    /// Whether the groups in turn have had theirs, and nobody waits.
    pub fn over(&self) -> bool {
        self.turn.is_empty() && self.waiting.is_empty()
    }
}
