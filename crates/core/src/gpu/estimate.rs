//! What training a population on a device will take, known before anything is allocated.

use super::form::Form;
use super::map::{Map, epochs_bytes};
use super::{GpuContext, fused, layout, network};
use tunescape_engine::train::{Population, Stream, TrainError, multiplications};

/// Bytes of tables whose size hardly depends on the population: steps, layers, parameters.
const TABLES: u64 = 300 << 10;

/// Memory and work of a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Bytes on the device.
    pub bytes: u64,
    /// Multiplications of an epoch, over all trials.
    pub multiplications: f64,
}

/// What of a device decides how much it takes to train on it.
#[derive(Clone, Copy, Debug)]
pub struct GpuLimits {
    pub(super) form: Form,
    /// Bytes of the largest buffer.
    pub(super) buffer: u64,
}

impl GpuLimits {
    /// Those of a device whose groups are so wide, with buffers of so many bytes at most.
    pub fn new(lanes: usize, buffer: u64) -> Self {
        Self { form: Form { lanes, share: 2, short: false }, buffer }
    }

    /// Trials that train side by side.
    pub fn lanes(&self) -> usize {
        self.form.lanes
    }
}

impl Estimate {
    /// Refuses what can't be divided into buffers that the device allows: a group of trials, or the
    /// data.
    pub fn new(context: &GpuContext, population: &Population) -> Result<Self, TrainError> {
        let each = |s: &Stream| {
            multiplications(population.net.parameters(), s.train.rows(), s.valid.rows())
        };
        let streams = population.used().iter().filter(|used| **used).count().max(1);
        let trials = population.trials.len();
        Ok(Self {
            bytes: evenly(context, population, trials, streams)?,
            multiplications: population
                .trials
                .iter()
                .map(|t| each(&population.streams[t.stream]))
                .sum(),
        })
    }

    /// The most trials, up to `trials`, evenly spread over the streams of a population, that stay
    /// within so many bytes, if there is room for any.
    pub fn max_trials(
        context: &GpuContext,
        population: &Population,
        trials: usize,
        limit: u64,
    ) -> Result<usize, TrainError> {
        let streams = population.streams.len().max(1);
        let bytes = |trials: usize| evenly(context, population, trials, streams);
        let smallest = bytes(trials.min(1))?;
        if smallest > limit {
            return Err(TrainError::TooLarge { bytes: smallest, limit });
        }
        let (mut low, mut high) = (1, trials + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if bytes(middle).is_ok_and(|bytes| bytes <= limit) {
                low = middle
            } else {
                high = middle
            }
        }
        Ok(low)
    }

    /// Bytes of so many groups and trials on some streams of a population, and of what they share:
    /// of every buffer that a trainer of them makes.
    pub fn bytes(
        limits: GpuLimits,
        population: &Population,
        [groups, trials]: [u64; 2],
        streams: usize,
    ) -> Result<u64, TrainError> {
        let limit = limits.buffer;
        let fits = |bytes: u64| {
            if bytes > limit { Err(TrainError::TooLarge { bytes, limit }) } else { Ok(bytes) }
        };
        let order = fits(4 * order_words(population, streams))?;
        let tables = (size_of::<layout::Stream>() * population.streams.len()) as u64 + TABLES;
        let shared = fits(4 * layout::numbers(population))? + epochs_bytes(order) + tables;
        let own = if network::fits(&population.net, population.rule) {
            fused::bytes(population, trials, fits)?
        } else {
            let map = Map::new(population, limits.form);
            map.group_bytes().into_iter().try_for_each(|bytes| fits(bytes).map(drop))?;
            map.bytes(groups, limit)
        };
        Ok(shared + own)
    }
}

/// Bytes of so many trials, evenly spread over so many streams: a group is of one stream, and filled
/// up.
fn evenly(
    context: &GpuContext,
    population: &Population,
    trials: usize,
    streams: usize,
) -> Result<u64, TrainError> {
    let limits = context.limits();
    let each = trials.div_ceil(streams).div_ceil(limits.lanes());
    let groups = trials.min(streams) as u64 * each as u64;
    Estimate::bytes(limits, population, [groups, trials as u64], streams)
}

/// Words of one epoch's batch lists for so many streams of a population, those with the longest.
pub fn order_words(population: &Population, streams: usize) -> u64 {
    let longest = population.streams.iter().map(layout::stream_words).max().unwrap_or(0);
    (population.streams.len() + streams) as u64 + streams as u64 * longest
}
