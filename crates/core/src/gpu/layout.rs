//! What the host hands to the shader, as bytes: the structs of `*.wgsl`, the rows, and the batch
//! lists.

use crate::sort::sort_by_key;
use std::sync::Arc;
use tunescape_engine::net::Net;
use tunescape_engine::part::Part;
use tunescape_engine::train::{Order, Orders, Population};

/// Structs of 32-bit numbers that lie in memory as WGSL lays them out: one after the other.
macro_rules! structs {
    ($($(#[$meta:meta])* $name:ident { $($field:ident: $type:ident),* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default)]
        pub struct $name {
            $(pub $field: $type),*
        }

        impl $name {
            /// Names and types of the members, in order.
            pub const FIELDS: &[(&str, &str)] = &[$((stringify!($field), stringify!($type))),*];

            pub fn bytes(&self) -> Vec<u8> {
                [$(self.$field.to_le_bytes()),*].concat()
            }
        }
    )*};
}

structs! {
    /// What one dispatch of the fused layout does.
    Params { trials: u32, first: u32, end: u32, epochs: u32, train: u32, bound: u32 }
    /// What one dispatch of the batched layout does.
    Step {
        kind: u32, epoch: u32, epochs: u32, batch: u32, row: u32, first: u32, base: u32, report: u32, slots: u32, train: u32,
        bound: u32
    }
    /// A layer as the batched layout sees it.
    Layer { inputs: u32, outputs: u32, weights: u32, biases: u32, before: u32, own: u32 }
    /// A trial's hyperparameters and stream, and whether it still trains.
    Trial {
        learning_rate: f32, momentum: f32, dampening: f32, beta2: f32, epsilon: f32, momentum_decay: f32, l2: f32, decay: f32,
        l1: f32, clip_norm: f32, clip_value: f32, dropout: f32, label_smoothing: f32, rate_decay: f32, plateau: f32,
        stream: u32, live: u32
    }
    /// Where the rows of a stream lie, and how many they are.
    Stream { train: u32, train_rows: u32, valid: u32, valid_rows: u32, seed_low: u32, seed_high: u32 }
}

/// Every part once, and where each stream's parts lie among their rows.
pub fn parts(population: &Population) -> (Vec<Arc<Part>>, Vec<Stream>) {
    let mut placed: Vec<(Arc<Part>, u32)> = Vec::new();
    let mut numbers = 0;
    let mut place = |part: &Arc<Part>| {
        if let Some((_, at)) = placed.iter().find(|(known, _)| Arc::ptr_eq(known, part)) {
            return *at;
        }
        let at = numbers;
        numbers += (part.x.len() + part.y.len()) as u32;
        placed.push((part.clone(), at));
        at
    };
    let stream = |s: &tunescape_engine::train::Stream| Stream {
        train: place(&s.train),
        train_rows: s.train.rows() as u32,
        valid: place(&s.valid),
        valid_rows: s.valid.rows() as u32,
        seed_low: s.seed as u32,
        seed_high: (s.seed >> 32) as u32,
    };
    let streams = population.streams.iter().map(stream).collect();
    (placed.into_iter().map(|(part, _)| part).collect(), streams)
}

/// The rows of these parts, inputs then targets, in pieces.
pub fn rows(parts: &[Arc<Part>]) -> impl Iterator<Item = Vec<u8>> {
    const ROWS: usize = 256;
    let piece = |part: &Part, first: usize| {
        (first..part.rows().min(first + ROWS))
            .flat_map(|row| [part.row(row), part.target(row)])
            .flat_map(floats)
            .collect()
    };
    parts
        .iter()
        .flat_map(move |part| (0..part.rows()).step_by(ROWS).map(move |first| piece(part, first)))
}

/// How many numbers [`rows`] have.
pub fn numbers(population: &Population) -> u64 {
    let mut parts: Vec<&Arc<Part>> =
        population.streams.iter().flat_map(|s| [&s.train, &s.valid]).collect();
    sort_by_key(&mut parts, |part| Arc::as_ptr(part));
    parts.dedup_by_key(|part| Arc::as_ptr(part));
    parts.iter().map(|part| (part.x.len() + part.y.len()) as u64).sum()
}

/// Hidden units of a network.
pub fn hidden(net: &Net) -> usize {
    net.sizes[1..net.sizes.len() - 1].iter().sum()
}

/// Targets of a row.
pub fn targets(net: &Net) -> usize {
    net.loss.targets(net.outputs())
}

/// Numbers between the beginnings of two rows.
pub fn stride(net: &Net) -> u32 {
    (net.inputs() + targets(net)) as u32
}

/// Batch lists of `count` epochs from `epoch` (from 0) for every stream that some trial is of, as the
/// shader reads them.
pub fn order(
    population: &Population,
    streams: &[Stream],
    orders: &mut Orders,
    epoch: usize,
    count: usize,
) -> Vec<u32> {
    let stride = stride(&population.net);
    let mut words = vec![0; population.streams.len() * count];
    let used = population.used();
    for (s, (stream, placed)) in population.streams.iter().zip(streams).enumerate() {
        for e in (0..count).take_while(|_| used[s]) {
            words[s * count + e] = words.len() as u32;
            let batches = orders.get(s, &stream.order, epoch + e, stream.train.rows());
            words.push(batches.len() as u32);
            let begins = words.len();
            words.resize(begins + batches.len(), 0);
            let first = updates_before(&stream.order, epoch + e, stream.train.rows());
            for b in 0..batches.len() {
                let rows = batches.get(b);
                words[begins + b] = words.len() as u32;
                let [scale, shift] = population.factors(s, first + b);
                words.extend([
                    rows.len() as u32,
                    scale.to_bits(),
                    shift.to_bits(),
                    (first + b) as u32,
                ]);
                words.extend(rows.iter().map(|&row| placed.train + row * stride));
            }
        }
    }
    orders.forget_before(epoch + count);
    words
}

/// Updates of all epochs before one.
fn updates_before(order: &Order, epoch: usize, rows: usize) -> usize {
    match order {
        Order::Shuffled { batch, .. } | Order::Fixed { batch } => epoch * rows.div_ceil(*batch),
        Order::Listed(epochs) => {
            let all: usize = epochs.iter().map(Vec::len).sum();
            let over: usize = epochs[..epoch % epochs.len()].iter().map(Vec::len).sum();
            epoch / epochs.len() * all + over
        }
    }
}

/// The rows of the largest batch.
pub fn largest_batch(order: &Order, rows: usize) -> usize {
    match order {
        Order::Shuffled { batch, .. } | Order::Fixed { batch } => rows.min(*batch),
        Order::Listed(epochs) => epochs.iter().flatten().map(Vec::len).max().unwrap_or(0),
    }
}

/// The most words that one epoch's lists take, over all epochs, for the streams that some trial is
/// of.
pub fn order_words(population: &Population) -> u64 {
    let used = population.used();
    let lists = population.streams.iter().zip(used).filter(|(_, used)| *used);
    population.streams.len() as u64 + lists.map(|(stream, _)| 1 + stream_words(stream)).sum::<u64>()
}

/// The most words that one epoch's batches of a stream take.
pub fn stream_words(stream: &tunescape_engine::train::Stream) -> u64 {
    match &stream.order {
        Order::Shuffled { batch, .. } | Order::Fixed { batch } => {
            let rows = stream.train.rows();
            5 * rows.div_ceil(*batch) as u64 + rows as u64
        }
        Order::Listed(epochs) => epochs
            .iter()
            .map(|e| e.iter().map(|batch| 5 + batch.len() as u64).sum())
            .max()
            .unwrap_or(0),
    }
}

pub fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|x| x.to_le_bytes()).collect()
}

pub fn floats(floats: &[f32]) -> Vec<u8> {
    floats.iter().flat_map(|x| x.to_le_bytes()).collect()
}
