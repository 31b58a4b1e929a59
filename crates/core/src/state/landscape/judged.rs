//! The landscape by the epoch that trials are judged by, which need not be the one on show.

use crate::metrics::{Metric, Objective, When};
use crate::setup::Screen;
use crate::state::State;
use crate::study::landscape::Cell;

impl State {
    /// Whether trials are judged by the loss after their best epoch: the map shows that after one
    /// and the same epoch everywhere.
    pub fn is_judged_at_best(&self) -> bool {
        // A race goes by the loss, whatever the study is judged by.
        let by_loss = self.setup.screen == Screen::Race
            || self.setup.objective(self.task()).metric == Metric::Loss;
        by_loss && self.setup.search.when == When::Best
    }

    /// The loss of every square that is trained, after the epoch that a trial there is judged by;
    /// infinite where training diverged. None where a map from a file says the last epoch alone and
    /// another is asked for.
    pub fn judged_squares(&self) -> Option<Vec<f64>> {
        let objective = Objective { metric: Metric::Loss, when: self.setup.search.when };
        if self.map.land.of_file.is_some() && objective.when != When::Last {
            return None;
        }
        let loss = |cell: &Cell| {
            let losses: Vec<f64> = cell.trained().iter().map(|r| f64::from(r.valid_loss)).collect();
            let value = objective.value(&losses).filter(|_| cell.diverged.is_none());
            value.unwrap_or(f64::INFINITY)
        };
        Some(self.map.land.cells.iter().filter(|cell| cell.done).map(loss).collect())
    }
}
