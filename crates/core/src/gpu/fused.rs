//! The fused layout: every trial in an invocation of its own, whole epochs in a dispatch. The state
//! rests in a buffer between dispatches, `[weight, slot of the rule or counter][trial]`.

use super::context::{Pipelines, Uniforms};
use super::map::COUNTERS;
use super::pace::Pace;
use super::update::Options;
use super::{Course, layout, shader};
use std::ops::Range;
use tunescape_engine::train::{Population, TrainError};
use wgpu::BufferUsages as Usage;

/// The most epochs in a dispatch, and the most bytes of reports or batch lists that more than one
/// may need.
const MAX_EPOCHS: usize = 64;
const MAX_BYTES: usize = 4 << 20;

/// Epochs that some of the trials have finished and the others have not.
#[derive(Clone, Copy)]
struct Round {
    epochs: usize,
    /// The first trial that has not.
    next: usize,
}

pub struct Fused {
    streams: Vec<layout::Stream>,
    options: Options,
    bind_layout: wgpu::BindGroupLayout,
    pipelines: Pipelines,
    bindings: wgpu::BindGroup,
    params: wgpu::Buffer,
    trials: wgpu::Buffer,
    order: wgpu::Buffer,
    state: wgpu::Buffer,
    reports: wgpu::Buffer,
    /// What the host reads: reports, or the state of a trial.
    readable: wgpu::Buffer,
    /// What a state goes through from one trial to another.
    passage: wgpu::Buffer,
    pace: Pace,
    round: Option<Round>,
    /// First epoch and number of epochs of the batch lists on the device.
    listed: Option<(usize, usize)>,
}

impl Fused {
    /// With the reports of epoch 0.
    pub async fn new(course: &mut Course) -> Result<Self, TrainError> {
        let Course { context, population, .. } = &*course;
        let (data, streams) = layout::rows(population);
        let (trials, parameters) = (population.trials.len().max(1), population.net.parameters());
        let numbers = (1 + population.rule.facts().slots) * parameters + COUNTERS;
        let all_numbers = if population.remembers { 2 * numbers + 1 } else { numbers };
        let (report_bytes, order_bytes) = (16 * trials, 4 * layout::order_words(population));
        let max_epochs = (MAX_BYTES / report_bytes.max(order_bytes).max(1)).clamp(1, MAX_EPOCHS);
        let allocation = context.allocation();
        let buffer = |label, bytes, usage| context.storage(label, bytes, usage);
        let streams_bytes: Vec<u8> = streams.iter().flat_map(layout::Stream::bytes).collect();
        let data = context.input("data", &layout::floats(&data))?;
        let stream_table = context.input("streams", &streams_bytes)?;
        let params =
            buffer("params", size_of::<layout::Params>(), Usage::UNIFORM | Usage::COPY_DST)?;
        let table = buffer(
            "trials",
            size_of::<layout::Trial>() * trials,
            Usage::STORAGE | Usage::COPY_DST,
        )?;
        let order = buffer("order", order_bytes * max_epochs, Usage::STORAGE | Usage::COPY_DST)?;
        let both = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        let state = buffer("state", 4 * all_numbers * trials, both)?;
        let reports =
            buffer("reports", report_bytes * max_epochs, Usage::STORAGE | Usage::COPY_SRC)?;
        let readable = (report_bytes * max_epochs).max(4 * numbers);
        let readable = buffer("readable", readable, Usage::MAP_READ | Usage::COPY_DST)?;
        let passage = buffer("passage", 4 * numbers, Usage::COPY_SRC | Usage::COPY_DST)?;
        allocation.check().await?;
        context.queue.write_buffer(&state, 0, &starts(population));
        let options = Options::of(population);
        let bind_layout = context.bindings("fused", Uniforms { count: 1, moving: false }, 4, 2);
        let pipelines = pipelines(course, &bind_layout, options);
        let bound = [&params, &table, &stream_table, &data, &order, &state, &reports];
        let entries: Vec<wgpu::BindGroupEntry> = bound
            .iter()
            .zip(0..)
            .map(|(buffer, binding)| wgpu::BindGroupEntry {
                binding,
                resource: buffer.as_entire_binding(),
            })
            .collect();
        let bindings = context.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("train"),
            layout: &bind_layout,
            entries: &entries,
        });
        let rows = population.streams.iter().map(|s| s.train.rows()).max().unwrap_or(0);
        let mut fused = Self {
            pace: Pace::new(3 * parameters * rows, max_epochs, context.workgroup() as usize),
            round: None,
            listed: None,
            trials: table,
            streams,
            options,
            bind_layout,
            pipelines,
            bindings,
            params,
            order,
            state,
            reports,
            readable,
            passage,
        };
        let trials = population.trials.len();
        let mut next = 0;
        while next < trials {
            let range = fused.pace.range(next, trials, 1);
            next = range.end;
            fused.dispatch(course, range, 1, false).await?;
        }
        Ok(fused)
    }

    /// One dispatch on the way to epoch `to`.
    pub async fn slice(&mut self, course: &mut Course, to: usize) -> Result<(), TrainError> {
        let trials = course.population.trials.len();
        let most = course.most_epochs(to);
        let new = || Round { epochs: self.pace.epochs(trials, most), next: 0 };
        let round = self.round.unwrap_or_else(new);
        let range = self.pace.range(round.next, trials, round.epochs);
        let next = range.end;
        self.dispatch(course, range, round.epochs, true).await?;
        self.round = (next < trials).then_some(Round { next, ..round });
        if self.round.is_none() {
            course.epoch += round.epochs;
        }
        Ok(())
    }

    /// Trains, or only scores, some trials for some epochs, and records their reports.
    async fn dispatch(
        &mut self,
        course: &mut Course,
        range: Range<usize>,
        epochs: usize,
        train: bool,
    ) -> Result<(), TrainError> {
        course.context.check()?;
        let options = self.options.or(Options::of(&course.population));
        if options != self.options {
            (self.options, self.pipelines) =
                (options, pipelines(course, &self.bind_layout, options));
        }
        let started = (course.now)();
        let queue = &course.context.queue;
        if train && self.listed != Some((course.epoch, epochs)) {
            let words = layout::order(
                &course.population,
                &self.streams,
                &mut course.orders,
                course.epoch,
                epochs,
            );
            queue.write_buffer(&self.order, 0, &layout::words(&words));
            self.listed = Some((course.epoch, epochs));
        }
        if course.stale {
            let table: Vec<u8> =
                (0..course.population.trials.len()).flat_map(|t| course.row(t).bytes()).collect();
            queue.write_buffer(&self.trials, 0, &table);
            course.stale = false;
        }
        let params = layout::Params {
            trials: course.population.trials.len() as u32,
            first: range.start as u32,
            end: range.end as u32,
            epochs: epochs as u32,
            train: u32::from(train),
            bound: course.population.bound.max(0.0).to_bits(),
        };
        queue.write_buffer(&self.params, 0, &params.bytes());
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&self.pipelines.get("main"));
        pass.set_bind_group(0, &self.bindings, &[]);
        pass.dispatch_workgroups((range.len() as u32).div_ceil(course.context.workgroup()), 1, 1);
        drop(pass);
        let count = range.len();
        let bytes = 16 * count * epochs;
        encoder.copy_buffer_to_buffer(&self.reports, 0, &self.readable, 0, bytes as u64);
        queue.submit([encoder.finish()]);
        let words = course.context.read(&self.readable, bytes).await?;
        for (lane, trial) in range.enumerate() {
            for epoch in 0..epochs {
                course.record(trial, |k| words[(epoch * 4 + k) * count + lane]);
            }
        }
        self.pace.took((course.now)() - started, count * epochs);
        Ok(())
    }

    /// The numbers of a trial, as bits.
    pub async fn state(&mut self, course: &Course, trial: usize) -> Result<Vec<u32>, TrainError> {
        self.read(course, trial, 0).await
    }

    /// Those after its best epoch.
    pub async fn best(&mut self, course: &Course, trial: usize) -> Result<Vec<u32>, TrainError> {
        self.read(course, trial, self.numbers(course)).await
    }

    async fn read(
        &mut self,
        course: &Course,
        trial: usize,
        first: usize,
    ) -> Result<Vec<u32>, TrainError> {
        let numbers = self.numbers(course);
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        for i in 0..numbers {
            let at = self.at(course, trial, first + i);
            encoder.copy_buffer_to_buffer(&self.state, at, &self.readable, 4 * i as u64, 4);
        }
        course.context.queue.submit([encoder.finish()]);
        course.context.read(&self.readable, 4 * numbers).await
    }

    pub fn set_state(&mut self, course: &Course, trial: usize, numbers: &[f32]) {
        let write = |i: usize, x: f32| {
            course.context.queue.write_buffer(
                &self.state,
                self.at(course, trial, i),
                &x.to_le_bytes(),
            );
        };
        numbers.iter().enumerate().for_each(|(i, &x)| write(i, x));
        if course.population.remembers {
            numbers.iter().enumerate().for_each(|(i, &x)| write(numbers.len() + i, x));
            if !course.live(trial) {
                // It counts its best epoch anew.
                write(2 * numbers.len(), f32::MAX);
            }
        }
    }

    pub fn copy(&mut self, course: &Course, from: usize, to: usize) {
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        // Within a buffer, copies must not be of the same buffer: they go by way of another.
        for i in 0..self.numbers(course) {
            encoder.copy_buffer_to_buffer(
                &self.state,
                self.at(course, from, i),
                &self.passage,
                4 * i as u64,
                4,
            );
        }
        let numbers = self.numbers(course);
        for copy in 0..if course.population.remembers { 2 } else { 1 } {
            for i in 0..numbers {
                let at = self.at(course, to, copy * numbers + i);
                encoder.copy_buffer_to_buffer(&self.passage, 4 * i as u64, &self.state, at, 4);
            }
        }
        course.context.queue.submit([encoder.finish()]);
        if course.population.remembers && !course.live(to) {
            let at = self.at(course, to, 2 * numbers);
            course.context.queue.write_buffer(&self.state, at, &f32::MAX.to_le_bytes());
        }
    }

    fn numbers(&self, course: &Course) -> usize {
        (1 + course.population.rule.facts().slots) * course.population.net.parameters() + COUNTERS
    }

    fn at(&self, course: &Course, trial: usize, i: usize) -> u64 {
        4 * (i * course.population.trials.len() + trial) as u64
    }
}

/// The numbers of every trial at the start.
fn starts(population: &Population) -> Vec<u8> {
    let start = |trial: usize| {
        let start = super::start(population, trial);
        if population.remembers { [&start[..], &start, &[f32::MAX]].concat() } else { start }
    };
    let trials: Vec<Vec<f32>> = (0..population.trials.len()).map(start).collect();
    let count = trials.first().map_or(0, Vec::len);
    (0..count)
        .flat_map(|i| trials.iter().flat_map(move |numbers| numbers[i].to_le_bytes()))
        .collect()
}

/// The network's shader.
fn pipelines(course: &Course, layout: &wgpu::BindGroupLayout, options: Options) -> Pipelines {
    let source = shader::fused(&course.population, options, course.context.workgroup());
    course.context.pipelines("fused", layout, source)
}
