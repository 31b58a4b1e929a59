//! What a set-up takes in memory and in work, and how its trainings are cut so that what trains at
//! a time keeps within bounds.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | p | `points` | points that train together |
//! | s | `streams` | trainings of each of them that do: folds × repeats × sets are all |
//!
//! Counts and bytes have 64 bits here, whatever the machine: products of them soon have more than 32.

use crate::gpu::{Estimate, GpuLimits};
use crate::setup::Setup;
use crate::space::Point;
use tunescape_engine::train::cpu::{Footprint, Width};
use tunescape_engine::train::{Population, Report, TrainError, Trial, multiplications};

/// Bytes of what trains at a time, data apart: on the CPU and on the GPU.
pub const CPU_BYTES: u64 = 64 << 20;
pub const GPU_BYTES: u64 = 1 << 30;

/// Bytes that a worker takes at most: data, what trains at a time, and what the Explore run keeps.
pub const WORKER_BYTES: u64 = 400 << 20;

/// Bytes of checkpoints, and as many of the path, that a run keeps at most over all its branches.
pub const KEPT_BYTES: u64 = 1 << 25;

/// Bytes of what a worker may hold beside what trains: the Explore run with what it takes to go back,
/// and a trial that was begun.
const BESIDE_BYTES: u64 = 2 * KEPT_BYTES + CPU_BYTES;

/// Bytes for all workers where nobody says how much memory the machine has.
const UNKNOWN_MEMORY: u64 = 4 << 30;

/// Workers of the crew at most.
const MAX_CREW: usize = 8;

/// Number of workers that train landscapes and races on a machine: one less than it has processors,
/// which the page keeps, and so few that they fit into half of its memory when each holds as much
/// as it may. `memory` is in bytes, as far as it is known.
pub fn crew(processors: usize, memory: Option<u64>) -> usize {
    let room = memory.map_or(u64::MAX, |memory| memory / 2 / WORKER_BYTES);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    processors.saturating_sub(1).min(MAX_CREW).min(room).max(1)
}

/// Number of workers of each crew where so many pages share a machine with room for so many
/// workers; at least one.
pub fn shared_crew(crew: usize, pages: usize) -> usize {
    (crew / pages.max(1)).max(1)
}

/// Number of a crew's workers that fit into half of the memory when each holds data of so many
/// bytes and what trains at a time; at least one.
pub fn workers_with_room(crew: usize, memory: Option<u64>, data: u64) -> usize {
    let room = memory.unwrap_or(UNKNOWN_MEMORY) / 2 / (data.saturating_add(CPU_BYTES));
    crew.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

/// Bytes of one epoch's batch lists on the way to a GPU.
const ORDER_BYTES: u64 = 32 << 20;

/// What the data of a set-up holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataSize {
    /// Numbers of the sets as they came.
    pub whole: u64,
    /// Numbers of the inputs of all folds of all sets.
    pub cells: u64,
    /// Rows for training and validation over all of them.
    pub trained: [usize; 2],
}

/// What trains a population.
#[derive(Clone, Copy, Debug)]
pub enum On {
    Cpu(Width),
    Gpu(GpuLimits),
}

/// How trainings are put together: so many points at a time, so many of their streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slices {
    pub points: usize,
    pub streams: usize,
}

/// What some points of a set-up take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needs {
    /// Bytes of the data as a worker holds it: as it came, and in folds.
    pub data: u64,
    /// Bytes of the start weights, once a seed.
    pub starts: u64,
    /// Bytes of all trainings, if they went on at once.
    pub together: u64,
    /// How they are cut, and the bytes of what trains at a time.
    pub slices: Slices,
    pub slice: u64,
    /// Bytes of a worker, with what it may hold beside; on the GPU, what trains is the device's.
    pub worker: u64,
    /// Bytes of so many workers as were asked for.
    pub workers: u64,
    /// Multiplications of all trainings to their last epoch.
    pub multiplications: f64,
}

impl Needs {
    /// How the trainings are cut, or an error where a worker would hold more than it may.
    pub fn within_bounds(&self) -> Result<Slices, TrainError> {
        let (bytes, limit) = (self.worker, WORKER_BYTES);
        if bytes > limit { Err(TrainError::TooLarge { bytes, limit }) } else { Ok(self.slices) }
    }
}

impl Setup {
    /// What so many points take on each of so many workers, given the population of one of them.
    pub fn needs(
        &self,
        shared: &Population,
        data: &DataSize,
        points: usize,
        on: On,
        workers: usize,
    ) -> Result<Needs, TrainError> {
        let streams = shared.streams.len();
        let slices = self.slices(shared, points, on)?;
        let bytes = |points, streams| self.slice_bytes(shared, on, Slices { points, streams });
        let held = 4 * (data.whole + data.cells);
        let starts = 4 * shared.net.parameters() as u64 * self.evaluation.repeats as u64;
        let slice = bytes(slices.points, slices.streams)?;
        let trains = if let On::Cpu(_) = on { slice } else { 0 };
        let told = self.told_bytes(slices.points, streams);
        let worker = held + starts + trains + told + BESIDE_BYTES;
        let each = multiplications(shared.net.parameters(), data.trained[0], data.trained[1]);
        Ok(Needs {
            data: held,
            starts,
            // What does not fit one buffer of a device has no size there.
            together: bytes(points, streams).unwrap_or(u64::MAX),
            slices,
            slice,
            worker,
            workers: worker.saturating_mul(workers as u64),
            multiplications: each
                * points as f64
                * self.training.epochs as f64
                * self.evaluation.repeats as f64,
        })
    }

    /// How the trainings of so many points are cut, given the population of one of them: whole
    /// points, as many as there is room for, or else some of their streams after the others. An
    /// error where not even one training has room.
    pub fn slices(&self, shared: &Population, points: usize, on: On) -> Result<Slices, TrainError> {
        let (streams, limit) = (shared.streams.len(), on.limit());
        let bytes = |points, streams| self.slice_bytes(shared, on, Slices { points, streams });
        let fits = |points, streams| bytes(points, streams).is_ok_and(|bytes| bytes <= limit);
        if fits(1, streams) {
            let points = most(points.max(1), |points| fits(points, streams));
            // Whole lanes.
            let points = if points > 4 { points / 4 * 4 } else { points };
            return Ok(Slices { points, streams });
        }
        // Points that share the lanes of a group take no more than one does, but for what is told of
        // all their streams until the last has trained.
        let told = |points: usize| self.told_bytes(points, streams) <= limit / 2;
        let mut points = points.clamp(1, on.lanes());
        while points > 1 && !(told(points) && fits(points, 1)) {
            points /= 2;
        }
        if !fits(points, 1) {
            return Err(TrainError::TooLarge { bytes: bytes(points, 1)?, limit });
        }
        Ok(Slices { points, streams: most(streams, |streams| fits(points, streams)) })
    }

    /// Bytes of trainers of so many points and streams, at their most.
    fn slice_bytes(
        &self,
        shared: &Population,
        on: On,
        Slices { points, streams }: Slices,
    ) -> Result<u64, TrainError> {
        let (lanes, trials) = (on.lanes(), points as u64 * streams as u64);
        let groups = streams as u64 * points.div_ceil(lanes) as u64;
        let epochs = self.training.epochs;
        match on {
            On::Cpu(width) => {
                let footprint = Footprint::of(shared, width, epochs);
                Ok(footprint.shared() + footprint.own(groups, trials))
            }
            On::Gpu(limits) => {
                // What the host has to hold meanwhile bounds it as well.
                let reports = trials * self.report_bytes();
                let order = 4 * crate::gpu::order_words(shared, streams);
                let [bytes, limit] = [reports.max(2 * order), CPU_BYTES.min(2 * ORDER_BYTES)];
                if bytes > limit {
                    return Err(TrainError::TooLarge { bytes, limit });
                }
                Estimate::bytes(limits, shared, [groups, trials], streams)
            }
        }
    }

    /// Bytes of a training's reports.
    fn report_bytes(&self) -> u64 {
        (self.training.epochs as u64 + 1) * size_of::<Report>() as u64
    }

    /// Bytes of what all streams of so many points have reported.
    fn told_bytes(&self, points: usize, streams: usize) -> u64 {
        points as u64 * streams as u64 * self.report_bytes()
    }

    /// The trials of these points on some streams of a population of one of them.
    pub fn with_streams(
        &self,
        shared: &Population,
        points: &[Point],
        streams: std::ops::Range<usize>,
    ) -> Population {
        let of = |point: &Point| {
            let hyper = self.hyper(point);
            streams.clone().map(move |stream| Trial { hyper, stream })
        };
        Population { trials: points.iter().flat_map(of).collect(), ..shared.clone() }
    }
}

impl On {
    fn limit(self) -> u64 {
        if let On::Cpu(_) = self { CPU_BYTES } else { GPU_BYTES }
    }

    fn lanes(self) -> usize {
        match self {
            On::Cpu(width) => width.lanes(),
            On::Gpu(limits) => limits.lanes(),
        }
    }
}

/// The largest number up to `all` that fits, where 1 does and none beyond one that does not.
fn most(all: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (1, all + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        *(if fits(middle) { &mut low } else { &mut high }) = middle;
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Dataset, Target};
    use crate::setup::evaluation::Method;
    use crate::worker::{Prepared, prepare};
    use tunescape_engine::optim::Rule;

    /// MNIST's shape with few rows.
    fn digits(setup: &Setup) -> Prepared {
        let rows = 200;
        let data = Dataset {
            name: "digits".into(),
            columns: (0..784).map(|i| i.to_string()).collect(),
            x: (0..rows * 784).map(|i| (i % 251) as f32).collect(),
            target: Target::Class {
                labels: (0..rows as u32).map(|i| i % 10).collect(),
                names: (0..10).map(|i| i.to_string()).collect(),
            },
            image: None,
            exact: Vec::new(),
        };
        prepare(&data, Vec::new(), setup).unwrap()
    }

    fn shared(setup: &Setup) -> (Population, DataSize) {
        let data = digits(setup);
        let point = setup.own_point();
        let size = data.size(200 * 784);
        (setup.population(&data.folds, data.task, &[point]), size)
    }

    fn wide(layers: usize) -> Setup {
        let mut setup = Setup::default();
        setup.net.hidden = vec![128; layers];
        setup.training.choose(Rule::Adam);
        setup.training.epochs = 1;
        setup
    }

    /// In the last level of a map of 64 × 64 cells, 3,072 points, whose groups of 32 lanes take 91 MB
    /// each. Were their bytes counted in 32 bits, 1,792 points would seem to have room.
    #[test]
    fn what_trains_on_a_gpu_stays_within_its_bytes() {
        let setup = wide(2);
        let (shared, size) = shared(&setup);
        for lanes in [4, 8, 32] {
            for buffer in [128 << 20, 1 << 30, u64::from(u32::MAX)] {
                let on = On::Gpu(GpuLimits::new(lanes, buffer));
                let needs = setup.needs(&shared, &size, 3072, on, 1).unwrap();
                assert_eq!(needs.slices.streams, 1);
                assert!((200..=340).contains(&needs.slices.points), "{lanes} {needs:?}");
                assert!(needs.slice <= GPU_BYTES && needs.together > 8 << 30, "{needs:?}");
                assert!(needs.worker < WORKER_BYTES);
            }
        }
    }

    #[test]
    fn streams_of_a_point_are_cut_where_they_have_no_room_together() {
        let mut setup = wide(9);
        setup.evaluation.method = Method::KFold;
        (setup.evaluation.folds, setup.evaluation.repeats) = (10, 16);
        let (shared, size) = shared(&setup);
        let cpu = On::Cpu(Width::Four);
        let needs = setup.needs(&shared, &size, 64, cpu, 9).unwrap();
        // 233,354 weights with two slots, now and kept, in four lanes.
        assert!(needs.together > 160 * 16 * 2 * 3 * 4 * 233_866, "{needs:?}");
        assert_eq!(needs.slices, Slices { points: 4, streams: 2 });
        assert!(needs.slice <= CPU_BYTES && needs.worker <= WORKER_BYTES, "{needs:?}");
        assert_eq!(needs.workers, 9 * needs.worker);
        assert_eq!(needs.starts, 16 * 4 * 233_866);
        let [train, valid] = size.trained.map(|rows| rows as f64);
        assert_eq!(needs.multiplications, 233_866.0 * (4.0 * train + valid) * 64.0 * 16.0);
        let gpu = On::Gpu(GpuLimits::new(32, 1 << 30));
        let on_gpu = setup.needs(&shared, &size, 64, gpu, 1).unwrap();
        assert!(on_gpu.slices.streams < 160 && on_gpu.slice <= GPU_BYTES, "{on_gpu:?}");
        assert_eq!(setup.slices(&shared, 1, cpu).unwrap().points, 1);
        // A device with buffers so small takes none of it.
        let tiny = On::Gpu(GpuLimits::new(32, 1 << 20));
        let refused = setup.slices(&shared, 1, tiny);
        assert!(
            matches!(refused, Err(TrainError::TooLarge { limit: 1_048_576, .. })),
            "{refused:?}"
        );
    }

    #[test]
    fn little_memory_and_large_data_make_fewer_workers() {
        assert_eq!([1, 2, 4, 64].map(|processors| crew(processors, None)), [1, 1, 3, 8]);
        // A telephone with a gigabyte, and one with four.
        assert_eq!([1 << 30, 4 << 30].map(|memory| crew(8, Some(memory))), [1, 5]);
        assert_eq!([0, 1, 2, 3, 8].map(|pages| shared_crew(7, pages)), [7, 7, 3, 2, 1]);
        let small = workers_with_room(8, None, 1 << 20);
        let large = workers_with_room(8, None, 300 << 20);
        assert_eq!((small, large), (8, 5));
        assert_eq!(workers_with_room(8, Some(1 << 30), 300 << 20), 1);
        assert_eq!(workers_with_room(8, Some(0), u64::MAX), 1);
    }

    #[test]
    fn small_set_ups_train_together() {
        let setup = Setup::default();
        let (shared, _) = shared(&setup);
        let slices = setup.slices(&shared, 3072, On::Gpu(GpuLimits::new(32, 1 << 30))).unwrap();
        assert_eq!(slices, Slices { points: 3072, streams: 1 });
        let slices = setup.slices(&shared, 64, On::Cpu(Width::Four)).unwrap();
        assert_eq!(slices, Slices { points: 64, streams: 1 });
    }
}
