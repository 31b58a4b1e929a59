//! What the trials of a population have reported, and which of them diverged: the bookkeeping of
//! every trainer.

use super::population::Population;
use crate::optim::{Plateau, Schedule};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Losses (without penalties) and scores of one trial after one epoch. The score is the accuracy as
/// a fraction for classes, R² for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub train_loss: f32,
    pub valid_loss: f32,
    pub train_score: f32,
    pub valid_score: f32,
}

#[derive(Clone, Debug, Default)]
pub struct Log {
    trials: Vec<Entry>,
    schedule: Schedule,
    bound: f32,
    patience: usize,
}

#[derive(Clone, Debug, Default)]
struct Entry {
    /// By epoch, from epoch 0; what stands at the epochs of `absent` means nothing.
    reports: Vec<Report>,
    /// Epochs that a trial missed before it was revived.
    absent: Vec<Range<usize>>,
    diverged: Option<usize>,
    retired: bool,
    plateau: Plateau,
    /// Since it started, or was revived: the epoch of the lowest validation loss, and that loss.
    best: Option<(usize, f32)>,
}

impl Log {
    /// The empty log of a population: a training loss above its bound, or not finite, is
    /// divergence. A bound that is itself not finite is the largest number.
    pub fn new(population: &Population) -> Self {
        let Population { trials, bound, schedule, patience, .. } = population;
        let trials = vec![Entry::default(); trials.len()];
        Self { trials, schedule: *schedule, bound: bound.min(f32::MAX), patience: *patience }
    }

    /// Takes the report of a live trial's next epoch; false if it shows that the trial has
    /// diverged. A trial whose patience is over is retired.
    pub fn record(&mut self, trial: usize, report: Report) -> bool {
        let entry = &mut self.trials[trial];
        let finite = report.train_loss <= self.bound && report.valid_loss.is_finite();
        // Epoch 0 is the state before training: it is no run yet that could diverge, and it is
        // reported even where its loss is not finite. Training then shows whether the run
        // comes back, and epoch 1 is the first to diverge.
        if finite || entry.reports.is_empty() {
            if !entry.reports.is_empty() {
                entry.plateau.see(&self.schedule, report.valid_loss);
                let epoch = entry.reports.len();
                match entry.best {
                    Some((best, lowest)) if report.valid_loss >= lowest => {
                        entry.retired |= self.patience > 0 && epoch - best >= self.patience;
                    }
                    _ => entry.best = Some((epoch, report.valid_loss)),
                }
            }
            entry.reports.push(report);
        } else {
            entry.diverged = Some(entry.reports.len());
        }
        finite
    }

    pub fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        let entry = &self.trials[trial];
        let absent = entry.absent.iter().any(|range| range.contains(&epoch));
        entry.reports.get(epoch).copied().filter(|_| !absent)
    }

    /// The epoch of a trial's lowest validation loss, the first of equals, since it started or was
    /// revived; none before epoch 1.
    pub fn best(&self, trial: usize) -> Option<usize> {
        self.trials[trial].best.map(|(epoch, _)| epoch)
    }

    /// Every report so far, from epoch 0, of a trial that was never revived.
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

    /// Lets a trial that diverged or is retired train again after `epoch`, the last that the live
    /// ones have finished.
    pub fn revive(&mut self, trial: usize, epoch: usize) {
        let reached = self.trials[trial].reports.len();
        let entry = &mut self.trials[trial];
        (entry.diverged, entry.retired, entry.plateau, entry.best) =
            (None, false, Plateau::default(), None);
        if let (true, Some(&last)) = (reached <= epoch, entry.reports.last()) {
            entry.absent.push(reached..epoch + 1);
            entry.reports.resize(epoch + 1, last);
        }
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
        let report =
            |loss| Report { train_loss: loss, valid_loss: 1.0, train_score: 0.0, valid_score: 0.0 };
        for bound in [1.0, f32::INFINITY, f32::NAN] {
            let trials = vec![Entry::default(); 2];
            let mut log = Log {
                trials,
                schedule: Schedule::Constant,
                bound: bound.min(f32::MAX),
                patience: 0,
            };
            for (trial, loss) in [f32::INFINITY, f32::NAN].into_iter().enumerate() {
                log.record(trial, report(loss));
                assert!(
                    log.report(trial, 0).is_some() && log.live(trial),
                    "epoch 0 is only reported"
                );
                assert!(!log.record(trial, report(loss)));
                assert_eq!(log.diverged(trial), Some(1));
            }
        }
    }
    #[test]
    fn patience_is_counted_from_the_best_epoch_and_a_revived_trial_starts_counting_anew() {
        let mut log = Log {
            trials: vec![Entry::default()],
            schedule: Schedule::Constant,
            bound: 9.0,
            patience: 2,
        };
        let report =
            |valid_loss| Report { train_loss: 1.0, valid_loss, train_score: 0.0, valid_score: 0.0 };
        for loss in [0.1, 0.9, 0.8, 0.8, 0.5, 0.5] {
            assert!(log.record(0, report(loss)) && log.live(0));
        }
        assert!(
            log.record(0, report(0.6)) && !log.live(0),
            "the loss before training is no epoch's"
        );
        assert_eq!((log.best(0), log.diverged(0)), (Some(4), None));
        log.revive(0, 9);
        assert!(log.live(0) && log.report(0, 6) == Some(report(0.6)) && log.report(0, 9).is_none());
        for loss in [0.7, 0.7, 0.7] {
            assert!(log.live(0));
            log.record(0, report(loss));
        }
        assert_eq!(
            (log.live(0), log.best(0), log.report(0, 10)),
            (false, Some(10), Some(report(0.7)))
        );
    }
}
