//! What training a population on a device will take, known before anything is allocated.

use super::map::{COUNTERS, Map};
use super::{GpuContext, layout, network};
use crate::train::{Population, TrainError};

/// Memory and work of a population.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Bytes on the device.
    pub bytes: u64,
    /// Multiplications of an epoch, over all trials.
    pub multiplications: f64,
}

impl Estimate {
    /// Refuses what can't be divided into buffers that the device allows: a group of trials, or the data.
    pub fn new(context: &GpuContext, population: &Population) -> Result<Self, TrainError> {
        let (parameters, trials) = (population.net.parameters(), population.trials.len());
        let rows = layout::numbers(population);
        let limit = context.largest_buffer();
        let fits =
            |bytes: usize| if bytes > limit { Err(TrainError::TooLarge { bytes, limit }) } else { Ok(bytes as u64) };
        let shared = fits(4 * rows)? + fits(4 * layout::order_words(population))?;
        let own = if network::fits(&population.net, population.rule) {
            fits(4 * trials * ((1 + population.rule.facts().slots) * parameters + COUNTERS))?
        } else {
            let map = Map::new(population, context.form());
            map.group_bytes().into_iter().try_for_each(|bytes| fits(bytes).map(drop))?;
            map.bytes(trials)
        };
        let row = |part: usize, passes: usize| (part * passes) as f64;
        let per_stream = |s: &crate::train::Stream| row(s.train.rows(), 4) + row(s.valid.rows(), 1);
        let all: f64 = population.trials.iter().map(|t| per_stream(&population.streams[t.stream])).sum();
        Ok(Self { bytes: shared + own, multiplications: all * parameters as f64 })
    }

    /// The most of these trials that stay within so many bytes, if there is room for any.
    pub fn most_trials(context: &GpuContext, population: &Population, bytes: u64) -> Result<usize, TrainError> {
        let fits = |trials: usize| {
            Self::new(context, &population.slice(0..trials)).is_ok_and(|estimate| estimate.bytes <= bytes)
        };
        let smallest = Self::new(context, &population.slice(0..1.min(population.trials.len())))?;
        if smallest.bytes > bytes {
            return Err(TrainError::TooLarge { bytes: smallest.bytes as usize, limit: bytes as usize });
        }
        let (mut low, mut high) = (1, population.trials.len() + 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if fits(middle) { low = middle } else { high = middle }
        }
        Ok(low)
    }
}
