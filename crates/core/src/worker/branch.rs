//! One branch of the Explore run: how it was steered, and what it takes to go back to any of its
//! epochs.

use crate::setup::Setup;
use crate::setup::needs::KEPT_BYTES;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use tunescape_engine::optim::Hyper;
use tunescape_engine::train::Report;
use tunescape_engine::train::cpu::{Checkpoint, Footprint};

/// What can be changed while a run goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Steering {
    pub hyper: Hyper,
    /// Rows of a batch.
    pub batch: usize,
}

impl Steering {
    /// What a set-up's controls stand for.
    pub fn of(setup: &Setup) -> Self {
        Self { hyper: setup.hyper(&[]), batch: setup.training.batch }
    }
}

/// Branches share the checkpoints of the epochs before they parted.
#[derive(Clone)]
pub struct Branch {
    /// The run as it was after some epochs, the first of them 0.
    pub checkpoints: Thinned<Checkpoint>,
    /// The weights after some epochs.
    pub path: Thinned<Vec<f32>>,
    /// What was in force from an epoch on, the first of it from 0.
    pub steered: Vec<(usize, Steering)>,
    /// Weights and biases that were set by hand: after which epoch, which, to what.
    pub edits: Vec<(usize, usize, f32)>,
    /// By epoch.
    pub reports: Vec<Report>,
    /// How many of them the page knows.
    pub sent: usize,
    /// The branch that it comes from, and the epoch after which it left that.
    pub parent: usize,
    pub from: usize,
}

impl Branch {
    /// The first branch of a run whose trainer takes so much.
    pub fn new(steering: Steering, footprint: Footprint) -> Self {
        let checkpoint = footprint.state() + 16 * (footprint.epochs + 1) + 4096;
        let (path, checkpoints) =
            (Thinned::new(4 * footprint.parameters), Thinned::new(checkpoint));
        let (edits, reports) = (Vec::new(), Vec::new());
        Self {
            checkpoints,
            path,
            steered: vec![(0, steering)],
            edits,
            reports,
            sent: 0,
            parent: 0,
            from: 0,
        }
    }

    /// Its last finite epoch.
    pub fn end(&self) -> usize {
        self.reports.len().saturating_sub(1)
    }

    /// What was in force in the epoch after this one.
    pub fn in_force(&self, epoch: usize) -> Steering {
        self.steered.iter().rev().find(|(from, _)| *from <= epoch).unwrap_or(&self.steered[0]).1
    }

    /// Whether everything after an epoch was done with this steering and without a change by hand.
    pub fn goes_on_with(&self, epoch: usize, steering: Steering) -> bool {
        let later = epoch + 1..self.end();
        self.in_force(epoch) == steering
            && self.steered.iter().all(|(from, other)| !later.contains(from) || *other == steering)
            && self.edits.iter().all(|(at, ..)| !later.contains(at))
    }

    /// Keeps no more than its share, where a run has so many branches.
    pub fn share_among(&mut self, branches: usize) {
        self.checkpoints.share_among(branches);
        self.path.share_among(branches);
    }

    /// Another branch that parts from this one, number `own`, after an epoch.
    pub fn parted(&self, own: usize, epoch: usize) -> Self {
        let mut new = Self { parent: own, from: epoch, ..self.clone() };
        new.reports.truncate(epoch + 1);
        new.sent = new.sent.min(epoch + 1);
        new.checkpoints.cut(epoch);
        new.path.cut(epoch);
        new.steered.retain(|(from, _)| *from <= epoch);
        new.edits.retain(|(at, ..)| *at <= epoch);
        new
    }
}

/// Something of every so many epochs, in order, and no more than `most` of it: every second is
/// dropped when it is full.
pub struct Thinned<T> {
    pub kept: Vec<(usize, Rc<T>)>,
    pub every: usize,
    most: usize,
    bytes_each: u64,
}

impl<T> Clone for Thinned<T> {
    fn clone(&self) -> Self {
        Self { kept: self.kept.clone(), ..*self }
    }
}

impl<T> Thinned<T> {
    fn new(bytes_each: u64) -> Self {
        let mut new = Self { kept: Vec::new(), every: 1, most: 0, bytes_each };
        new.share_among(1);
        new
    }

    /// Drops what goes beyond its share of [`KEPT_BYTES`] among so many; the first stays.
    fn share_among(&mut self, shares: usize) {
        let all = KEPT_BYTES / self.bytes_each.max(1);
        self.most = (all / shares.max(1) as u64).clamp(1, 64) as usize;
        self.thin();
    }

    fn thin(&mut self) {
        while self.kept.len() > self.most {
            self.every *= 2;
            let every = self.every;
            self.kept.retain(|(epoch, _)| epoch.is_multiple_of(every));
        }
    }

    /// Whether this epoch is one to keep; none before the last kept is.
    pub fn wants(&self, epoch: usize) -> bool {
        epoch.is_multiple_of(self.every) && self.kept.last().is_none_or(|(last, _)| *last < epoch)
    }

    pub fn keep(&mut self, epoch: usize, what: T) {
        self.kept.push((epoch, Rc::new(what)));
        self.thin();
    }

    /// Forgets what came after an epoch.
    fn cut(&mut self, epoch: usize) {
        self.kept.retain(|(at, _)| *at <= epoch);
    }

    /// The last one kept at or before an epoch.
    pub fn before(&self, epoch: usize) -> Option<&T> {
        self.kept.iter().rev().find(|(at, _)| *at <= epoch).map(|(_, what)| &**what)
    }
}
