//! Where the numbers of the batched layout lie, and how many bytes they take: known before anything
//! is made.
//!
//! All offsets are in numbers of one trial; in memory a group's lanes lie side by side for each.

use super::layout;
use super::shader::Form;
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
pub const SCRATCH_BYTES: usize = 256 << 20;

/// Rows that pass through the network together, if a batch has that many.
const CHUNK: usize = 256;

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

    /// Bytes that so many trials take beside the data.
    pub fn bytes(&self, trials: usize) -> u64 {
        let [state, scratch] = self.group_bytes();
        let groups = trials.div_ceil(self.form.lanes).max(1);
        (groups * state) as u64 + (groups * scratch).min(SCRATCH_BYTES.max(scratch)) as u64
    }

    /// Bytes of the state and of the scratch memory of one group.
    pub fn group_bytes(&self) -> [usize; 2] {
        [self.state, self.scratch].map(|numbers| 4 * numbers * self.form.lanes)
    }
}
