//! One way that the run has gone: its reports, and which controls were in force when.

use crate::metrics::Metric;
use crate::setup::Setup;
use crate::state::State;
use crate::worker::{Frame, Steering};
use std::rc::Rc;
use tunescape_engine::train::Report;

/// One way that the run has gone.
#[derive(Clone)]
pub struct Branch {
    /// The branch that it left, and after which epoch.
    pub parent: usize,
    pub from: usize,
    /// Reports by epoch, from 0, those before it left the other among them.
    pub history: Vec<Report>,
    /// Epochs from which on other controls were in force, the first of them 0.
    pub changes: Vec<(usize, Rc<Setup>)>,
    /// The epoch at whose end it was found diverged.
    pub diverged: Option<usize>,
    /// A metric on the training and validation rows by epoch, as far as it is known.
    pub watched: Option<(Metric, Vec<[f32; 2]>)>,
}

impl Branch {
    /// The controls in force in the epoch after this one.
    pub fn in_force(&self, epoch: usize) -> &Setup {
        &self.change_in_force(epoch).1
    }

    /// The same, with the epoch from which on they are.
    fn change_in_force(&self, epoch: usize) -> &(usize, Rc<Setup>) {
        self.changes.iter().rev().find(|c| c.0 <= epoch).unwrap_or(&self.changes[0])
    }

    /// Takes down which controls are in force from an epoch on.
    fn change(&mut self, epoch: usize, setup: &Setup) {
        self.changes.retain(|c| c.0 < epoch);
        self.changes.push((epoch, Rc::new(setup.clone())));
    }
}

impl State {
    /// After which epoch of the run what steers it was last changed; 0 where it never was.
    pub(in crate::state) fn changed_at(&self) -> Option<usize> {
        let epoch = self.run.frame.as_ref()?.epoch;
        let (since, controls) = self.run.branch()?.change_in_force(epoch);
        Some(if Steering::of(controls) == Steering::of(&self.setup) { *since } else { epoch })
    }

    /// Takes down the controls, where the run goes on with them on the branch on show.
    pub(super) fn note_controls(&mut self) {
        let Some(epoch) = self.run.frame.as_ref().map(|f| f.epoch) else { return };
        let ahead = self.run.looks_back().is_some() || self.run.rewinding.is_some();
        if let Some(branch) = self.run.branches.get_mut(self.run.at).filter(|_| !ahead)
            && Steering::of(branch.in_force(epoch)) != Steering::of(&self.setup)
        {
            branch.change(epoch, &self.setup);
        }
    }

    /// Takes down what a frame tells of its branch.
    pub(super) fn keep_reports(&mut self, frame: &Frame) {
        let run = &mut self.run;
        if frame.branch == run.branches.len()
            && let Some(parent) = run.branches.get(frame.parent)
        {
            let mut new = Branch { parent: frame.parent, from: frame.from, ..parent.clone() };
            new.history.truncate(frame.from + 1);
            if let Some((_, values)) = &mut new.watched {
                values.truncate(frame.from + 1);
            }
            new.change(frame.from, &self.setup);
            run.branches.push(new);
        }
        let Some(branch) = run.branches.get_mut(frame.branch) else { return };
        branch.history.truncate(frame.known);
        branch.history.extend_from_slice(&frame.reports);
        if let Some((_, values)) = &mut branch.watched {
            values.truncate(frame.known);
        }
        if frame.diverged.is_some() || !frame.reports.is_empty() {
            branch.diverged = frame.diverged;
        }
    }
}
