//! What training a population on a device will take, known before anything is allocated.

use super::map::{COUNTERS, Map};
use super::{GpuContext, layout, network};
use tunescape_engine::train::{Population, Stream, TrainError, multiplications};

/// Memory and work of a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Bytes on the device.
    pub bytes: u64,
    /// Multiplications of an epoch, over all trials.
    pub multiplications: f64,
}

impl Estimate {
    /// Refuses what can't be divided into buffers that the device allows: a group of trials, or the
    /// data.
    pub fn new(context: &GpuContext, population: &Population) -> Result<Self, TrainError> {
        let each = |s: &Stream| {
            multiplications(population.net.parameters(), s.train.rows(), s.valid.rows())
        };
        Ok(Self {
            bytes: bytes(context, population, population.trials.len())?,
            multiplications: population
                .trials
                .iter()
                .map(|t| each(&population.streams[t.stream]))
                .sum(),
        })
    }

    /// The most trials, up to `trials`, evenly spread over the streams of a population, that stay
    /// within so many bytes, if there is room for any.
    pub fn most_trials(
        context: &GpuContext,
        population: &Population,
        trials: usize,
        limit: u64,
    ) -> Result<usize, TrainError> {
        let smallest = bytes(context, population, trials.min(1))?;
        if smallest > limit {
            return Err(TrainError::TooLarge { bytes: smallest as usize, limit: limit as usize });
        }
        let (mut low, mut high) = (1, trials + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if bytes(context, population, middle).is_ok_and(|bytes| bytes <= limit) {
                low = middle
            } else {
                high = middle
            }
        }
        Ok(low)
    }
}

/// Bytes of so many trials, evenly spread over the streams, and of what they share.
fn bytes(context: &GpuContext, population: &Population, trials: usize) -> Result<u64, TrainError> {
    let limit = context.largest_buffer();
    let fits = |bytes: usize| {
        if bytes > limit { Err(TrainError::TooLarge { bytes, limit }) } else { Ok(bytes as u64) }
    };
    let shared =
        fits(4 * layout::numbers(population))? + fits(4 * layout::order_words(population))?;
    let own = if network::fits(&population.net, population.rule) {
        let numbers = (1 + population.rule.facts().slots) * population.net.parameters() + COUNTERS;
        fits(4 * trials * if population.remembers { 2 * numbers + 1 } else { numbers })?
    } else {
        let map = Map::new(population, context.form());
        map.group_bytes().into_iter().try_for_each(|bytes| fits(bytes).map(drop))?;
        // A group is of one stream, and filled up.
        let streams = population.streams.len().max(1);
        map.bytes(trials.min(streams) * trials.div_ceil(streams).next_multiple_of(map.form.lanes))
    };
    Ok(shared + own)
}
