//! Where the numbers of the batched layout lie, and how many bytes they take: known before anything
//! is made.
//!
//! All offsets are in numbers of one trial; in memory a group's lanes lie side by side for each.

use super::form::Form;
use super::layout;
use super::tiles::{self, Kernel};
use tunescape_engine::net::Net;
use tunescape_engine::optim::NORM_BLOCK;
use tunescape_engine::train::Population;
use tunescape_engine::train::kernel::BLOCK;

/// Numbers of a trial's [`tunescape_engine::train::State::counters`].
pub const COUNTERS: usize = 3;

/// What the shader's `Update` holds, and the factor that clips the gradient.
const UPDATE: usize = 6;

/// Scratch memory of all groups, unless one group needs more.
pub const SCRATCH_BYTES: u64 = 256 << 20;

/// Rows that pass through the network together, if a batch has that many.
const CHUNK: usize = 256;

/// A trial's report after one epoch.
pub const REPORT_BYTES: u64 = 16;

/// The most epochs that are trained before the host looks at their reports, and the most bytes of
/// reports or batch lists that more than one of them may need.
pub const MAX_EPOCHS: u64 = 64;
const MAX_BYTES: u64 = 4 << 20;

/// How many epochs there is room for, given what reports and batch lists of one take.
pub fn epochs_at_once(report_bytes: u64, order_bytes: u64) -> u64 {
    (MAX_BYTES / report_bytes.max(order_bytes).max(1)).clamp(1, MAX_EPOCHS)
}

/// Bytes of reports, or of batch lists, of as many epochs as there is room for, at most.
pub fn epochs_bytes(bytes: u64) -> u64 {
    bytes * epochs_at_once(bytes, 0)
}

/// The map of one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map {
    pub form: Form,
    /// Rows for which there is room.
    pub chunk: usize,
    /// What training changes: weights, slots of the rule, counters.
    pub numbers: usize,
    /// Numbers of a trial's state: those now, those kept, and one that says whether it diverged;
    /// where the best epoch is remembered, those after it, its validation loss, and whether it
    /// was the last.
    pub state: usize,
    /// Where each layer's activations begin; then where their derivatives do, the sums of layers
    /// whose slopes need them, what dropout leaves of the activations, the gradient, the sums
    /// of its squares, what the update needs, and the sums of blocks of rows.
    pub own: Vec<usize>,
    pub deltas: usize,
    pub kept: usize,
    pub dropped: usize,
    pub gradient: usize,
    pub squares: usize,
    pub update: usize,
    pub sums: usize,
    /// Blocks of a training part.
    pub train_blocks: usize,
    pub strange: usize,
    /// Numbers of a trial while it trains.
    pub scratch: usize,
}

impl Map {
    pub fn new(population: &Population, form: Form) -> Self {
        let net = &population.net;
        let blocks = |rows: fn(&tunescape_engine::train::Stream) -> usize| {
            population.streams.iter().map(rows).max().unwrap_or(0).div_ceil(BLOCK)
        };
        let (train_blocks, valid_blocks) = (blocks(|s| s.train.rows()), blocks(|s| s.valid.rows()));
        let batch = population
            .streams
            .iter()
            .map(|s| layout::largest_batch(&s.order, s.train.rows()))
            .max()
            .unwrap_or(0);
        let chunk = batch.clamp(2 * BLOCK, CHUNK).next_multiple_of(BLOCK);
        let mut own = vec![0];
        for units in &net.sizes[1..] {
            own.push(own[own.len() - 1] + units * chunk);
        }
        let deltas = own.pop().unwrap_or(0);
        let kept = 2 * deltas;
        let by_sum = net.activations.iter().any(|unit| unit.facts().by_sum);
        let dropped = kept + if by_sum { deltas } else { 0 };
        let gradient = dropped + deltas;
        let squares = gradient + net.parameters();
        let update = squares + net.parameters().div_ceil(NORM_BLOCK);
        let sums = update + UPDATE;
        let strange = sums + 2 * (train_blocks + valid_blocks);
        let numbers = (1 + population.rule.facts().slots) * net.parameters() + COUNTERS;
        Self {
            form,
            chunk,
            numbers,
            state: 2 * numbers + 1 + if population.remembers { numbers + 2 } else { 0 },
            own,
            deltas,
            kept,
            dropped,
            gradient,
            squares,
            update,
            sums,
            train_blocks,
            strange,
            scratch: strange + 1,
        }
    }

    /// Where in a trial's state that of the best epoch begins.
    pub fn best(&self) -> usize {
        2 * self.numbers + 1
    }

    /// The products of every layer; those that layers share come several times.
    pub fn kernels(&self, net: &Net, dropout: bool) -> Vec<Kernel> {
        (0..net.sizes.len() - 1).flat_map(|l| self.products(net, l, dropout)).collect()
    }

    /// Forward pass, gradient and, but for the first layer, errors of a layer.
    pub fn products(&self, net: &Net, layer: usize, dropout: bool) -> Vec<Kernel> {
        let (inputs, outputs) = (net.sizes[layer], net.sizes[layer + 1]);
        let first = layer == 0;
        let mut kernels = vec![
            tiles::forward(self.form, outputs, first, net.activations.get(layer).copied(), dropout),
            tiles::gradients(self.form, inputs, outputs, first, dropout),
        ];
        if !first {
            kernels.push(tiles::errors(self.form, inputs, net.activations[layer - 1], dropout));
        }
        kernels
    }

    /// Groups that the scratch memory has room for, of so many, in buffers of `limit` bytes.
    pub fn room(&self, groups: u64, limit: u64) -> u64 {
        let [_, scratch] = self.group_bytes();
        let rest = SCRATCH_BYTES.min(limit) - self.pack_bytes().min(SCRATCH_BYTES.min(limit));
        (rest / scratch.max(1)).clamp(1, groups.max(1))
    }

    /// Bytes of one trial's numbers in one piece.
    pub fn pack_bytes(&self) -> u64 {
        4 * self.numbers as u64
    }

    /// Bytes of the scratch memory of so many groups.
    pub fn scratch_bytes(&self, groups: u64, limit: u64) -> u64 {
        self.group_bytes()[1] * self.room(groups, limit) + self.pack_bytes()
    }

    /// Bytes that so many groups take beside data and batch lists, in buffers of `limit` bytes:
    /// state, scratch memory, hyperparameters, reports and what is read of them.
    pub fn bytes(&self, groups: u64, limit: u64) -> u64 {
        let groups = groups.max(1);
        let trials = groups * self.form.lanes as u64;
        let table = size_of::<layout::Trial>() as u64 * trials + 4 * groups;
        let reports = epochs_bytes(REPORT_BYTES * trials);
        groups * self.group_bytes()[0]
            + self.scratch_bytes(groups, limit)
            + table
            + reports
            + reports.max(self.pack_bytes())
    }

    /// Bytes of the state and of the scratch memory of one group.
    pub fn group_bytes(&self) -> [u64; 2] {
        [self.state, self.scratch].map(|numbers| 4 * numbers as u64 * self.form.lanes as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::Setup;
    use std::sync::Arc;
    use tunescape_engine::part::Part;
    use tunescape_engine::train::{Order, Stream};

    /// MNIST, two layers of 128, Adam: in the last level of a map of 64 × 64 cells, 96 groups.
    #[test]
    fn bytes_of_many_groups_are_counted_in_full() {
        let mut setup = Setup::default();
        setup.net.hidden = vec![128, 128];
        let net = setup.network(784, tunescape_engine::part::Task::Classes(10));
        let part = Arc::new(Part { x: vec![0.0; 784 * 64].into(), y: vec![0.0; 64], columns: 784 });
        let order = Order::Fixed { batch: 32 };
        let start = net.start(1).into();
        let stream = Stream { start, order, seed: 1, train: part.clone(), valid: part };
        let rule = tunescape_engine::optim::Rule::Adam;
        let population = Population::new(net, rule, vec![stream], vec![], 1.0);
        let map = Map::new(&population, Form { lanes: 32, share: 2, short: false });
        let [state, _] = map.group_bytes();
        let wanted = 4 * 32 * (2 * (3 * 118_282 + 3) + 1);
        assert_eq!(state, wanted);
        let bytes = map.bytes(96, u64::from(u32::MAX));
        let beside = bytes - 96 * wanted;
        assert!((200 << 20..300 << 20).contains(&beside), "8.7 GB and scratch memory: {bytes}");
    }
}
