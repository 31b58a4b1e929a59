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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Target};
    use crate::gpu::GpuTrainer;
    use crate::setup::Setup;
    use crate::setup::evaluation::Method;
    use crate::worker::prepare;
    use pollster::block_on;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use tunescape_engine::net::Activation;
    use tunescape_engine::optim::Rule;
    use tunescape_engine::train::Trainer;

    /// Bytes of the largest population here: what this device has lies in the machine's memory.
    const MOST: u64 = 48 << 20;

    const FORMS: [Form; 3] = [
        Form { lanes: 4, share: 4, short: true },
        Form { lanes: 8, share: 4, short: true },
        Form { lanes: 32, share: 2, short: false },
    ];

    /// A device that has buffers, and computes nothing.
    fn device() -> GpuContext {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::NOOP;
        descriptor.backend_options.noop.enable = true;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = block_on(instance.request_adapter(&Default::default())).expect("an adapter");
        block_on(GpuContext::on(adapter)).expect("a device")
    }

    fn table(rows: usize, inputs: usize, classes: usize) -> Dataset {
        Dataset {
            name: "csv".into(),
            columns: (0..inputs).map(|i| i.to_string()).collect(),
            x: (0..rows * inputs).map(|i| ((i * 37) % 101) as f32).collect(),
            target: Target::Class {
                labels: (0..rows).map(|i| (i % classes) as u32).collect(),
                names: (0..classes).map(|i| i.to_string()).collect(),
            },
            image: None,
            exact: Vec::new(),
        }
    }

    fn one<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
        of[rng.random_range(0..of.len())]
    }

    /// A population of any set-up within the ranges; every fifth of one at their ends.
    fn drawn(rng: &mut ChaCha8Rng, number: usize) -> Population {
        let extreme = number.is_multiple_of(5);
        let mut setup = Setup::default();
        let layers = if extreme { 9 } else { rng.random_range(0..10) };
        let units =
            |rng: &mut ChaCha8Rng| if extreme { 128 } else { one(rng, &[1, 3, 8, 32, 100]) };
        setup.net.hidden = (0..layers).map(|_| units(rng)).collect();
        setup.net.activation = one(rng, &[Activation::Tanh, Activation::Relu, Activation::Gelu]);
        setup.training.choose(one(rng, &Rule::ALL));
        setup.training.dropout = one(rng, &[0.0, 0.2]);
        setup.training.patience = one(rng, &[0, 5]);
        setup.training.batch = one(rng, &[7, 32, 2000]);
        setup.evaluation.repeats = rng.random_range(1..17);
        setup.evaluation.folds = rng.random_range(2..11);
        setup.evaluation.method = one(rng, &[Method::HoldOut, Method::KFold]);
        let inputs = if extreme { 1024 } else { one(rng, &[1, 2, 10, 64]) };
        let table = table(rng.random_range(40..120), inputs, one(rng, &[2, 3, 10]));
        let data = prepare(&table, Vec::new(), &setup).expect("a set");
        let points = vec![setup.own_point(); rng.random_range(1..130)];
        setup.population(&data.folds, data.task, &points)
    }

    #[test]
    fn what_any_set_up_makes_on_a_device_is_what_is_said() {
        let device = device();
        let mut rng = ChaCha8Rng::seed_from_u64(61);
        let mut most: u64 = 0;
        for number in 0..300 {
            let context = device.clone().shaped(one(&mut rng, &FORMS));
            let mut population = drawn(&mut rng, number);
            let said = |population: &Population| Estimate::new(&context, population).expect("room");
            // As many trials as there is room for, or else one.
            while population.trials.len() > 1 && said(&population).bytes > MOST {
                population.trials.truncate(population.trials.len() / 2);
            }
            let (net, rule, said) =
                (population.net.clone(), population.rule, said(&population).bytes);
            let made = GpuTrainer::new(&context, population, || 0.0);
            let mut trainer = block_on(made).expect("a trainer");
            block_on(trainer.advance(1, &mut || false)).expect("it trains");
            let [alive, _] = context.made_bytes();
            assert!(alive <= said + said / 10, "{alive}, not {said}: {net:?} {rule:?}");
            // Nor is far too much said. Lists of several epochs may take up to 4 MB, twice, and some
            // groups have fewer trials than there is room for.
            assert!(alive + (9 << 20) >= said / 2, "{alive}, not {said}: {net:?} {rule:?}");
            drop(trainer);
            assert_eq!(context.made_bytes()[0], 0, "all is given back");
            most = most.max(alive);
        }
        assert!(most > MOST / 2, "{most}");
    }
}
