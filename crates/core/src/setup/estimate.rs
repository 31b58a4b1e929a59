//! What a set-up will take, known before anything trains.

use crate::data::Task;
use crate::setup::Setup;
use crate::space::Point;
use tunescape_engine::train::{Population, multiplications};

impl Setup {
    /// Multiplications of one point, over all its repeats and epochs, on so many rows for training
    /// and validation, counted over all folds of all sets.
    pub fn multiplications(&self, inputs: usize, task: Task, [train, valid]: [usize; 2]) -> f64 {
        let each = multiplications(self.network(inputs, task).parameters(), train, valid);
        each * (self.training.epochs * self.evaluation.repeats) as f64
    }

    /// The trials of these points, on the streams of a population of one of them.
    pub fn with_trials(&self, shared: &Population, points: &[Point]) -> Population {
        Population { trials: self.trials(shared.streams.len(), points), ..shared.clone() }
    }
}
