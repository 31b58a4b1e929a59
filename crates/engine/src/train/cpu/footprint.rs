//! What memory training on the CPU takes, known before it begins.

use super::{CpuTrainer, Width};
use crate::net::Net;
use crate::optim::Hyper;
use crate::train::kernel::BLOCK;
use crate::train::{Orders, Population, Report};

/// What memory a [`CpuTrainer`] takes, known before it is made.
#[derive(Clone, Copy, Debug)]
pub struct Footprint {
    pub width: Width,
    pub parameters: u64,
    /// Units of all layers but the inputs.
    pub units: u64,
    /// What the rule remembers of each parameter.
    pub slots: u64,
    /// Whether the state after each trial's best epoch is kept.
    pub remembers: bool,
    pub epochs: u64,
    /// Streams, and rows of the largest training part of any.
    pub streams: u64,
    pub rows: u64,
}

impl Footprint {
    /// That of a trainer of any trials of a population.
    pub fn of(population: &Population, width: Width, epochs: usize) -> Self {
        let rows = population.streams.iter().map(|stream| stream.train.rows()).max();
        let facts = population.rule.facts();
        Self {
            remembers: population.remembers,
            streams: population.streams.len() as u64,
            ..Self::new(&population.net, facts.slots, width, epochs, rows.unwrap_or(0))
        }
    }

    /// That of a trainer of a network, with a rule of so many slots.
    pub fn new(net: &Net, slots: usize, width: Width, epochs: usize, rows: usize) -> Self {
        Self {
            width,
            parameters: net.parameters() as u64,
            units: net.sizes[1..].iter().map(|&units| units as u64).sum(),
            slots: slots as u64,
            remembers: false,
            epochs: epochs as u64,
            streams: 1,
            rows: rows as u64,
        }
    }

    /// Bytes of the weights of one trial, and of what the rule remembers of them.
    pub fn state(&self) -> u64 {
        4 * ((1 + self.slots) * self.parameters + 3)
    }

    /// Bytes of what all groups share: gradient, activations of a block, a trial's state on its
    /// way, batch lists.
    pub fn shared(&self) -> u64 {
        let lanes = self.width.lanes() as u64;
        // Activations, derivatives, sums, and what dropout leaves and by what it multiplies.
        let kernel = 5 * self.units * BLOCK as u64 * lanes;
        let batches = self.rows * (size_of::<u32>() + size_of::<usize>()) as u64;
        let all = batches.saturating_mul(self.epochs).saturating_mul(self.streams);
        let kept = all.min(Orders::MAX_BYTES as u64) + 2 * batches;
        // One trial at a time has the weights of a layer a second time, turned.
        let turned = if self.width == Width::One { self.parameters } else { 0 };
        4 * (self.parameters * lanes + kernel + turned) + 2 * self.state() + kept
    }

    /// Bytes of so many groups, each with the lanes that fill it up, and of the reports of so many
    /// trials until the last epoch.
    pub fn own(&self, groups: u64, trials: u64) -> u64 {
        let copies = if self.remembers { 3 } else { 2 };
        let lane = copies * self.state() + size_of::<Hyper>() as u64 + 8;
        // A list that grows may have room for twice as much as is in it.
        let reports = (self.epochs + 1).next_power_of_two() * size_of::<Report>() as u64;
        groups * (self.width.lanes() as u64 * lane + 512) + trials * (reports + 256)
    }
}

impl CpuTrainer {
    /// Bytes that a trainer of this population takes until its last epoch, on lanes of this width.
    /// The population's data and start weights are not among them.
    pub fn bytes(population: &Population, width: Width, epochs: usize) -> u64 {
        let lanes = width.lanes() as u64;
        let groups = population.members().iter().map(|trials| trials.div_ceil(lanes)).sum();
        let footprint = Footprint::of(population, width, epochs);
        footprint.shared() + footprint.own(groups, population.trials.len() as u64)
    }
}
