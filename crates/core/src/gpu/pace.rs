//! How much one dispatch does: as many trials and epochs as fill a slice of time, by the time that
//! others took.

use std::ops::Range;

/// How long a dispatch should take, in milliseconds: short enough to pause between two, and for a
/// screen to share the device.
pub const SLICE_MS: f64 = 50.0;

/// A guess at how long a device takes for a multiplication, in milliseconds, until it has been
/// measured.
const GUESS_MS: f64 = 2e-7;

/// How much quicker than before a dispatch may at most be taken to be: small ones say little about
/// large ones.
const QUICKER: f64 = 4.0;

/// Workgroups that one dispatch may have.
const MAX_WORKGROUPS: usize = 65_535;

pub struct Pace {
    /// Milliseconds for an epoch of one trial, among many.
    cost: f64,
    /// The most epochs for which there is room.
    max_epochs: usize,
    /// Trials that are trained together at least.
    workgroup: usize,
}

impl Pace {
    /// `work` is the number of multiplications in an epoch of one trial.
    pub fn new(work: usize, max_epochs: usize, workgroup: usize) -> Self {
        Self { cost: GUESS_MS * work.max(1) as f64, max_epochs, workgroup }
    }

    /// How many epochs to train all trials for, if up to `left` are asked for.
    pub fn epochs(&self, trials: usize, left: usize) -> usize {
        self.affordable(trials).clamp(1, self.max_epochs.min(left).max(1))
    }

    /// Which trials to train for so many epochs, from `first` on.
    pub fn range(&self, first: usize, trials: usize, epochs: usize) -> Range<usize> {
        let workgroup = self.workgroup;
        let most = (trials - first).min(MAX_WORKGROUPS * workgroup);
        first
            ..first + self.affordable(epochs).min(most).max(1).next_multiple_of(workgroup).min(most)
    }

    /// Takes note of how long so many epochs of one trial took together.
    pub fn took(&mut self, elapsed: f64, trial_epochs: usize) {
        self.cost = (elapsed / trial_epochs.max(1) as f64).max(self.cost / QUICKER);
    }

    /// How much work a slice has room for, in what [`Pace::took_work`] counts.
    pub fn room(&self) -> f64 {
        SLICE_MS / self.cost
    }

    /// Takes note of how long so much work took.
    pub fn took_work(&mut self, elapsed: f64, work: f64) {
        self.cost = (elapsed / work.max(1.0)).max(self.cost / QUICKER);
    }

    /// How often a slice has room for so many epochs of one trial.
    fn affordable(&self, trial_epochs: usize) -> usize {
        (SLICE_MS / (self.cost * trial_epochs as f64)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_devices_take_some_trials_and_fast_ones_many_epochs() {
        let mut pace = Pace::new(1000, 64, 32);
        pace.took(1000.0, 100);
        assert_eq!(
            (pace.epochs(1000, 100), pace.range(0, 1000, 1), pace.range(990, 1000, 1)),
            (1, 0..32, 990..1000)
        );
        (0..20).for_each(|_| pace.took(0.0, 1));
        assert_eq!(
            (pace.epochs(1000, 100), pace.epochs(1000, 7), pace.range(0, 1000, 64)),
            (64, 7, 0..1000)
        );
    }
}
