//! The GPU trainer: every trial in an invocation of its own, whole epochs in a dispatch.
//!
//! The shader of a network is written by [`shader`]; what it reads is laid out by [`layout`]. A dispatch trains a
//! range of trials for some epochs and reads their reports back. Both are chosen so that it takes about
//! [`pace::SLICE_MS`]: fast devices take all trials for many epochs, slow ones some trials for one. The numbers don't
//! depend on it, for the state rests in a buffer between dispatches, `[weight or velocity][trial]`.

mod context;
pub mod layout;
pub mod network;
pub mod options;
pub mod pace;
pub mod shader;

pub use context::GpuContext;

use pace::Pace;

use crate::optim::Hyper;
use crate::train::scale::{Scale, Which};
use crate::train::{Log, Orders, Population, Progress, Report, State, TrainError, Trainer};
use std::ops::Range;
use wgpu::BufferUsages as Usage;

/// The most epochs in a dispatch, and the most bytes of reports or batch lists that more than one may need.
const MAX_EPOCHS: usize = 64;
const MAX_BYTES: usize = 4 << 20;

struct Buffers {
    params: wgpu::Buffer,
    trials: wgpu::Buffer,
    order: wgpu::Buffer,
    state: wgpu::Buffer,
    reports: wgpu::Buffer,
    /// What the host reads: reports, or the state of a trial.
    readable: wgpu::Buffer,
}

/// Epochs that some of the trials have finished and the others have not.
#[derive(Clone, Copy)]
struct Round {
    epochs: usize,
    /// The first trial that has not.
    next: usize,
}

/// Trains a population on a GPU.
pub struct GpuTrainer {
    context: GpuContext,
    population: Population,
    streams: Vec<layout::Stream>,
    pipeline: wgpu::ComputePipeline,
    bindings: wgpu::BindGroup,
    buffers: Buffers,
    orders: Orders,
    log: Log,
    /// [`State::counters`] of each trial.
    counters: Vec<[f32; 3]>,
    scale: Scale,
    /// Milliseconds.
    now: fn() -> f64,
    pace: Pace,
    epoch: usize,
    round: Option<Round>,
    /// First epoch and number of epochs of the batch lists on the device.
    listed: Option<(usize, usize)>,
    /// Whether the hyperparameters on the device are out of date.
    stale: bool,
}

impl GpuTrainer {
    /// A trainer at epoch 0. `now` tells the time in milliseconds.
    pub async fn new(context: &GpuContext, population: Population, now: fn() -> f64) -> Result<Self, TrainError> {
        population.check()?;
        options::check(&population)?;
        network::check(&population.net)?;
        let (data, streams) = layout::rows(&population);
        let (trials, parameters) = (population.trials.len().max(1), population.net.parameters());
        let (report_bytes, order_bytes) = (16 * trials, 4 * layout::order_words(&population));
        let max_epochs = (MAX_BYTES / report_bytes.max(order_bytes).max(1)).clamp(1, MAX_EPOCHS);
        let limit = context.largest_buffer();
        let buffer = |label, bytes, usage| {
            if bytes > limit {
                return Err(TrainError::TooLarge { bytes, limit });
            }
            Ok(context.buffer(label, bytes, usage))
        };
        let input = |label, bytes: &[u8]| {
            let buffer = buffer(label, bytes.len(), Usage::STORAGE | Usage::COPY_DST)?;
            context.queue.write_buffer(&buffer, 0, bytes);
            Ok(buffer)
        };
        let streams_bytes: Vec<u8> = streams.iter().flat_map(layout::Stream::bytes).collect();
        let (data, stream_table) = (input("data", &layout::floats(&data))?, input("streams", &streams_bytes)?);
        let state_usage = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        let readable = (report_bytes * max_epochs).max(8 * parameters);
        let buffers = Buffers {
            params: buffer("params", size_of::<layout::Params>(), Usage::UNIFORM | Usage::COPY_DST)?,
            trials: buffer("trials", size_of::<layout::Trial>() * trials, Usage::STORAGE | Usage::COPY_DST)?,
            order: buffer("order", order_bytes * max_epochs, Usage::STORAGE | Usage::COPY_DST)?,
            state: buffer("state", 8 * parameters * trials, state_usage)?,
            reports: buffer("reports", report_bytes * max_epochs, Usage::STORAGE | Usage::COPY_SRC)?,
            readable: buffer("readable", readable, Usage::MAP_READ | Usage::COPY_DST)?,
        };
        context.queue.write_buffer(&buffers.state, 0, &start(&population));
        let source = wgpu::ShaderSource::Wgsl(shader::source(&population.net, population.rule).into());
        let module = context.device.create_shader_module(wgpu::ShaderModuleDescriptor { label: Some("train"), source });
        let pipeline = context.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some("train"),
            layout: None,
            module: &module,
            entry_point: Some("main"),
            compilation_options: Default::default(),
            cache: None,
        });
        let bound =
            [&buffers.params, &buffers.trials, &stream_table, &data, &buffers.order, &buffers.state, &buffers.reports];
        let entries: Vec<wgpu::BindGroupEntry> = bound
            .iter()
            .zip(0..)
            .map(|(buffer, binding)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let bindings = context.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("train"),
            layout: &pipeline.get_bind_group_layout(0),
            entries: &entries,
        });
        let rows = population.streams.iter().map(|s| s.train.rows()).max().unwrap_or(0);
        let mut trainer = Self {
            log: Log::new(&population),
            counters: vec![[0.0, 1.0, 1.0]; population.trials.len()],
            scale: Scale::new(&population),
            pace: Pace::new(3 * parameters * rows, max_epochs),
            orders: Orders::default(),
            context: context.clone(),
            epoch: 0,
            round: None,
            listed: None,
            stale: true,
            population,
            streams,
            pipeline,
            bindings,
            buffers,
            now,
        };
        let trials = trainer.population.trials.len();
        let mut next = 0;
        while next < trials {
            let range = trainer.pace.range(next, trials, 1);
            next = range.end;
            trainer.dispatch(range, 1, false).await?;
        }
        Ok(trainer)
    }

    /// Trains, or only scores, some trials for some epochs, and records their reports.
    async fn dispatch(&mut self, range: Range<usize>, epochs: usize, train: bool) -> Result<(), TrainError> {
        self.context.check()?;
        let started = (self.now)();
        let queue = &self.context.queue;
        if train && self.listed != Some((self.epoch, epochs)) {
            let words = layout::order(&self.population, &self.streams, &mut self.orders, self.epoch, epochs);
            queue.write_buffer(&self.buffers.order, 0, &layout::words(&words));
            self.listed = Some((self.epoch, epochs));
        }
        if self.stale {
            queue.write_buffer(&self.buffers.trials, 0, &self.trials());
            self.stale = false;
        }
        let params = layout::Params {
            trials: self.population.trials.len() as u32,
            first: range.start as u32,
            end: range.end as u32,
            epochs: epochs as u32,
            train: u32::from(train),
            bound: self.population.bound.max(0.0).to_bits(),
        };
        queue.write_buffer(&self.buffers.params, 0, &params.bytes());
        let mut encoder = self.context.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        pass.set_pipeline(&self.pipeline);
        pass.set_bind_group(0, &self.bindings, &[]);
        pass.dispatch_workgroups((range.len() as u32).div_ceil(shader::WORKGROUP), 1, 1);
        drop(pass);
        let bytes = 16 * range.len() * epochs;
        encoder.copy_buffer_to_buffer(&self.buffers.reports, 0, &self.buffers.readable, 0, bytes as u64);
        queue.submit([encoder.finish()]);
        let words = self.context.read(&self.buffers.readable, bytes).await?;
        self.record(range.clone(), epochs, &words);
        self.pace.took((self.now)() - started, range.len() * epochs);
        Ok(())
    }

    /// The table of hyperparameters, as the shader reads it.
    fn trials(&self) -> Vec<u8> {
        let row = |(t, trial): (usize, &crate::train::Trial)| layout::Trial {
            learning_rate: trial.hyper.learning_rate,
            momentum: trial.hyper.momentum,
            l2: trial.hyper.l2,
            stream: trial.stream as u32,
            live: u32::from(self.log.live(t)),
        };
        self.population.trials.iter().enumerate().flat_map(|t| row(t).bytes()).collect()
    }

    /// Records `[epoch][number][trial]` of the live trials, up to where they diverged.
    fn record(&mut self, range: Range<usize>, epochs: usize, words: &[u32]) {
        let count = range.len();
        for trial in range.clone() {
            let stream = self.population.trials[trial].stream;
            for epoch in 0..epochs {
                if !self.log.live(trial) {
                    break;
                }
                let number = |k: usize| f32::from_bits(words[(epoch * 4 + k) * count + trial - range.start]);
                let report = Report {
                    train_loss: number(0),
                    train_score: self.scale.score(stream, Which::Train, number(1)),
                    valid_loss: number(2),
                    valid_score: self.scale.score(stream, Which::Valid, number(3)),
                };
                let finite = self.log.record(trial, report);
                self.stale |= !finite;
                if finite && self.log.reports(trial).len() > 1 {
                    let order = &self.population.streams[stream].order;
                    let rows = self.streams[stream].train_rows as usize;
                    let hyper = self.population.trials[trial].hyper;
                    let [updates, first, second] = &mut self.counters[trial];
                    for _ in 0..self.orders.get(stream, order, self.epoch + epoch, rows).len() {
                        *updates += 1.0;
                        *first *= hyper.momentum;
                        *second *= hyper.beta2;
                    }
                }
            }
        }
    }

    fn any_live(&self) -> bool {
        (0..self.population.trials.len()).any(|t| self.log.live(t))
    }

    /// Copies the state of a trial to or from a buffer where it lies in one piece.
    fn copy_state(&self, trial: usize, packed: &wgpu::Buffer, out: bool) {
        let mut encoder = self.context.device.create_command_encoder(&Default::default());
        let (state, trials) = (&self.buffers.state, self.population.trials.len() as u64);
        for i in 0..2 * self.population.net.parameters() as u64 {
            let (at, packed_at) = (4 * (i * trials + trial as u64), 4 * i);
            if out {
                encoder.copy_buffer_to_buffer(state, at, packed, packed_at, 4);
            } else {
                encoder.copy_buffer_to_buffer(packed, packed_at, state, at, 4);
            }
        }
        self.context.queue.submit([encoder.finish()]);
    }
}

/// Start weights of every trial; the velocities after them stay 0.
fn start(population: &Population) -> Vec<u8> {
    let of = |i: usize| population.trials.iter().map(move |t| population.streams[t.stream].start[i]);
    (0..population.net.parameters()).flat_map(of).flat_map(f32::to_le_bytes).collect()
}

impl Trainer for GpuTrainer {
    fn population(&self) -> &Population {
        &self.population
    }

    fn log(&self) -> &Log {
        &self.log
    }

    fn epoch(&self) -> usize {
        self.epoch
    }

    async fn advance(&mut self, to: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        let trials = self.population.trials.len();
        while self.epoch < to && self.any_live() {
            let new = || Round { epochs: self.pace.epochs(trials, to - self.epoch), next: 0 };
            let round = self.round.unwrap_or_else(new);
            let range = self.pace.range(round.next, trials, round.epochs);
            let next = range.end;
            self.dispatch(range, round.epochs, true).await?;
            self.round = (next < trials).then_some(Round { next, ..round });
            if self.round.is_none() {
                self.epoch += round.epochs;
            }
            if self.epoch < to && pause() {
                return Ok(Progress::Paused);
            }
        }
        Ok(Progress::Reached)
    }

    async fn state(&mut self, trial: usize) -> Result<State, TrainError> {
        self.context.check()?;
        if trial >= self.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        let parameters = self.population.net.parameters();
        self.copy_state(trial, &self.buffers.readable, true);
        let words = self.context.read(&self.buffers.readable, 8 * parameters).await?;
        let mut weights: Vec<f32> = words.into_iter().map(f32::from_bits).collect();
        let velocity = weights.split_off(parameters);
        let slots = if self.population.rule.facts().slots == 1 { vec![velocity] } else { Vec::new() };
        Ok(State { weights, slots, counters: self.counters[trial] })
    }

    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError> {
        self.context.check()?;
        state.check(&self.population.net, self.population.rule)?;
        let wanted = self.population.net.parameters();
        if trial >= self.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        let packed = self.context.buffer("state of a trial", 8 * wanted, Usage::COPY_SRC | Usage::COPY_DST);
        let mut numbers = [&state.weights[..], &state.slots.concat()].concat();
        numbers.resize(2 * wanted, 0.0);
        self.counters[trial] = state.counters;
        if !self.log.live(trial) {
            self.log.revive(trial, self.epoch);
            self.stale = true;
        }
        self.context.queue.write_buffer(&packed, 0, &layout::floats(&numbers));
        self.copy_state(trial, &packed, false);
        self.context.check()
    }

    fn set_hyper(&mut self, trial: usize, hyper: Hyper) {
        self.population.trials[trial].hyper = hyper;
        self.stale = true;
    }

    fn retire(&mut self, trial: usize) {
        self.log.retire(trial);
        self.stale = true;
    }
}
