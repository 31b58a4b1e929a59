//! Goes back to where training was, without a copy of the whole trainer.

use super::CpuTrainer;
use crate::optim::Hyper;
use crate::train::group::Group;
use crate::train::{Log, State};

/// What training has made of the trials of a [`CpuTrainer`] by the end of an epoch: enough to go on
/// from there, and far less than a clone.
#[derive(Clone)]
pub struct Checkpoint {
    groups: Vec<Saved>,
    log: Log,
}

#[derive(Clone)]
struct Saved {
    /// Of each trial, in the order of the group.
    states: Vec<State>,
    best: Vec<State>,
    hyper: Vec<Hyper>,
    reported: usize,
    updates: usize,
}

impl CpuTrainer {
    /// What it takes to go on from here later; none within an epoch.
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let between = self.step.is_none() && self.groups.iter().all(|group| group.batch == 0);
        let lanes = self.width.lanes();
        let saved = |group: &Group| Saved {
            states: (0..group.trials.len()).map(|lane| group.kept.get(lane, lanes)).collect(),
            best: (group.best.iter())
                .flat_map(|best| (0..group.trials.len()).map(|lane| best.get(lane, lanes)))
                .collect(),
            hyper: group.hyper.clone(),
            reported: group.reported,
            updates: group.updates,
        };
        between.then(|| Checkpoint {
            groups: self.groups.iter().map(saved).collect(),
            log: self.log.clone(),
        })
    }

    /// Goes back to a checkpoint of its own, or of a clone. Batches are cut as they are now, and
    /// hyperparameters that were changed since are those of the checkpoint's next batches.
    pub fn resume(&mut self, from: &Checkpoint) {
        let lanes = self.width.lanes();
        for (group, saved) in self.groups.iter_mut().zip(&from.groups) {
            for lane in 0..lanes {
                // Lanes without a trial train a copy of the last.
                let of = lane.min(saved.states.len() - 1);
                group.now.put(lane, lanes, &saved.states[of]);
                group.kept.put(lane, lanes, &saved.states[of]);
                if let (Some(best), Some(state)) = (&mut group.best, saved.best.get(of)) {
                    best.put(lane, lanes, state);
                }
            }
            group.hyper.clone_from(&saved.hyper);
            (group.reported, group.updates, group.batch) = (saved.reported, saved.updates, 0);
        }
        self.log = from.log.clone();
        (self.step, self.turn) = (None, 0);
        self.orders.forget();
    }
}
