//! The fused layout: every trial in an invocation of its own, whole epochs in a dispatch. The state
//! rests in a buffer between dispatches, `[weight, slot of the rule or counter][trial]`.

use super::context::{Buffer, Pipelines, Uniforms};
use super::map::{COUNTERS, REPORT_BYTES, epochs_at_once, epochs_bytes};
use super::pace::Pace;
use super::update::Options;
use super::{Course, layout, shader};
use std::ops::Range;
use tunescape_engine::train::{Population, TrainError};
use wgpu::BufferUsages as Usage;

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
    params: Buffer,
    trials: Buffer,
    order: Buffer,
    state: Buffer,
    reports: Buffer,
    /// What the host reads: reports, or the state of a trial.
    readable: Buffer,
    /// What a state goes through from one trial to another.
    passage: Buffer,
    pace: Pace,
    round: Option<Round>,
    /// First epoch and number of epochs of the batch lists on the device.
    listed: Option<(usize, usize)>,
    /// What the bindings are of as well: rows, and the table of streams.
    _bound: [Buffer; 2],
}

/// Numbers of a trial on the device.
fn numbers_of(population: &Population) -> usize {
    (1 + population.rule.facts().slots) * population.net.parameters() + COUNTERS
}

/// Numbers that each trial's state takes, those of its best epoch among them.
fn state_numbers(population: &Population) -> usize {
    let numbers = numbers_of(population);
    if population.remembers { 2 * numbers + 1 } else { numbers }
}

/// Bytes of what so many trials have for themselves, where their states fit one buffer.
pub(super) fn bytes(
    population: &Population,
    trials: u64,
    fits: impl Fn(u64) -> Result<u64, TrainError>,
) -> Result<u64, TrainError> {
    let count = trials.max(1);
    let state = fits(4 * state_numbers(population) as u64 * count)?;
    let reports = epochs_bytes(REPORT_BYTES * count);
    let passage = 4 * numbers_of(population) as u64;
    let table = size_of::<layout::Trial>() as u64 * count;
    Ok(state + table + reports + reports.max(passage) + passage)
}

impl Fused {
    /// With the reports of epoch 0.
    pub async fn new(course: &mut Course) -> Result<Self, TrainError> {
        let Course { context, population, .. } = &*course;
        let (parts, streams) = layout::parts(population);
        let trials = population.trials.len().max(1) as u64;
        let numbers = numbers_of(population) as u64;
        let (report_bytes, order_bytes) =
            (REPORT_BYTES * trials, 4 * layout::order_words(population));
        let max_epochs = epochs_at_once(report_bytes, order_bytes);
        let allocation = context.allocation();
        let buffer = |label, bytes, usage| context.storage(label, bytes, usage);
        let streams_bytes: Vec<u8> = streams.iter().flat_map(layout::Stream::bytes).collect();
        let read = Usage::STORAGE | Usage::COPY_DST;
        let data = buffer("data", 4 * layout::numbers(population), read)?;
        let stream_table = buffer("streams", streams_bytes.len() as u64, read)?;
        context.queue.write_buffer(&stream_table, 0, &streams_bytes);
        let params =
            buffer("params", size_of::<layout::Params>() as u64, Usage::UNIFORM | Usage::COPY_DST)?;
        let table = buffer("trials", size_of::<layout::Trial>() as u64 * trials, read)?;
        let order = buffer("order", order_bytes * max_epochs, read)?;
        let both = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        let state = buffer("state", 4 * state_numbers(population) as u64 * trials, both)?;
        let reports =
            buffer("reports", report_bytes * max_epochs, Usage::STORAGE | Usage::COPY_SRC)?;
        let readable = (report_bytes * max_epochs).max(4 * numbers);
        let readable = buffer("readable", readable, Usage::MAP_READ | Usage::COPY_DST)?;
        let passage = buffer("passage", 4 * numbers, Usage::COPY_SRC | Usage::COPY_DST)?;
        allocation.check().await?;
        context.fill(&data, 0, layout::rows(&parts)).await?;
        context.fill(&state, 0, starts(population)).await?;
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
        let work = 3 * population.net.parameters() * rows;
        let mut fused = Self {
            _bound: [data, stream_table],
            pace: Pace::new(work, max_epochs as usize, context.workgroup() as usize),
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
        let most = course.max_epochs(to);
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
        let bytes = REPORT_BYTES * count as u64 * epochs as u64;
        encoder.copy_buffer_to_buffer(&self.reports, 0, &self.readable, 0, bytes);
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
        course.context.read(&self.readable, 4 * numbers as u64).await
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
        numbers_of(&course.population)
    }

    fn at(&self, course: &Course, trial: usize, i: usize) -> u64 {
        4 * (i as u64 * course.population.trials.len() as u64 + trial as u64)
    }
}

/// The numbers of every trial at the start, each of all trials as a piece.
fn starts(population: &Population) -> impl Iterator<Item = Vec<u8>> {
    let numbers = numbers_of(population);
    (0..state_numbers(population)).map(move |i| {
        let of = |trial: usize| match i {
            // What its best epoch must be better than.
            _ if i == 2 * numbers => f32::MAX,
            _ => super::start_number(population, trial, i % numbers),
        };
        let mut bytes = Vec::with_capacity(4 * population.trials.len());
        for trial in 0..population.trials.len() {
            bytes.extend_from_slice(&of(trial).to_le_bytes());
        }
        bytes
    })
}

/// The network's shader.
fn pipelines(course: &Course, layout: &wgpu::BindGroupLayout, options: Options) -> Pipelines {
    let source = shader::fused(&course.population, options, course.context.workgroup());
    course.context.pipelines("fused", layout, source)
}
