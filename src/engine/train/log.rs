//! What the trials of a population have reported, and which of them diverged: the bookkeeping of every trainer.

use super::{Population, Report};
use crate::optim::{Plateau, Schedule};

#[derive(Clone, Debug, Default)]
pub struct Log {
    trials: Vec<Entry>,
    schedule: Schedule,
    bound: f32,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// By epoch, from epoch 0.
    reports: Vec<Report>,
    diverged: Option<usize>,
    retired: bool,
    plateau: Plateau,
}

impl Log {
    /// The empty log of a population: a training loss above its bound, or not finite, is divergence. A bound that is
    /// itself not finite is the largest number.
    pub fn new(population: &Population) -> Self {
        let Population { trials, bound, schedule, .. } = population;
        Self { trials: vec![Entry::default(); trials.len()], schedule: *schedule, bound: bound.min(f32::MAX) }
    }

    /// Takes the report of a live trial's next epoch; false if it shows that the trial has diverged.
    pub fn record(&mut self, trial: usize, report: Report) -> bool {
        let entry = &mut self.trials[trial];
        let finite = report.train_loss <= self.bound && report.valid_loss.is_finite();
        // Epoch 0 is the state before training: it is no run yet that could diverge, and it is reported even where its
        // loss is not finite. Training then shows whether the run comes back, and epoch 1 is the first to diverge.
        if finite || entry.reports.is_empty() {
            if !entry.reports.is_empty() {
                entry.plateau.see(&self.schedule, report.valid_loss);
            }
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

    /// What plateaus have multiplied a trial's learning rate by.
    pub fn plateau(&self, trial: usize) -> f32 {
        self.trials[trial].plateau.factor
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_infinite_loss_is_divergence_under_any_bound() {
        let report = |loss| Report { train_loss: loss, valid_loss: 1.0, train_score: 0.0, valid_score: 0.0 };
        for bound in [1.0, f32::INFINITY, f32::NAN] {
            let trials = vec![Entry::default(); 2];
            let mut log = Log { trials, schedule: Schedule::Constant, bound: bound.min(f32::MAX) };
            for (trial, loss) in [f32::INFINITY, f32::NAN].into_iter().enumerate() {
                log.record(trial, report(loss));
                assert!(log.report(trial, 0).is_some() && log.live(trial), "epoch 0 is only reported");
                assert!(!log.record(trial, report(loss)));
                assert_eq!(log.diverged(trial), Some(1));
            }
        }
    }
}
