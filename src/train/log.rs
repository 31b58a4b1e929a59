//! What the trials of a population have reported, and which of them diverged: the bookkeeping of every trainer.

use super::Report;

#[derive(Clone, Debug, Default)]
pub struct Log {
    trials: Vec<Entry>,
    bound: f32,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// By epoch, from epoch 0.
    reports: Vec<Report>,
    diverged: Option<usize>,
    retired: bool,
}

impl Log {
    /// A log of `trials` trials; a training loss above `bound`, or not finite, is divergence.
    pub fn new(trials: usize, bound: f32) -> Self {
        Self { trials: vec![Entry::default(); trials], bound }
    }

    /// Takes the report of a live trial's next epoch; false if it shows that the trial has diverged.
    pub fn record(&mut self, trial: usize, report: Report) -> bool {
        let entry = &mut self.trials[trial];
        let finite = report.train_loss <= self.bound && report.valid_loss.is_finite();
        // Epoch 0 is the state before training: it is no run yet that could diverge.
        if finite || entry.reports.is_empty() {
            entry.reports.push(report);
        } else {
            entry.diverged = Some(entry.reports.len());
        }
        finite
    }

    pub fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        self.trials[trial].reports.get(epoch).copied()
    }

    /// Every report of a trial so far, from epoch 0.
    pub fn reports(&self, trial: usize) -> &[Report] {
        &self.trials[trial].reports
    }

    pub fn diverged(&self, trial: usize) -> Option<usize> {
        self.trials[trial].diverged
    }

    pub fn retire(&mut self, trial: usize) {
        self.trials[trial].retired = true;
    }

    /// Whether the trial still trains.
    pub fn live(&self, trial: usize) -> bool {
        let entry = &self.trials[trial];
        !entry.retired && entry.diverged.is_none()
    }
}
