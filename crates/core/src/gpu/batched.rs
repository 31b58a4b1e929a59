//! The batched layout: groups of trials side by side, each layer's pass a dispatch. For networks of
//! any size.
//!
//! The trials of a group share a stream, so that they read the same rows. A submission takes as
//! many parts of an epoch (a chunk of a batch, an update, a chunk to score) as a slice of time has
//! room for, over as many groups.

use super::context::{Buffer, Pipelines, Uniforms};
use super::map::{Map, REPORT_BYTES, epochs_at_once};
use super::pace::Pace;
use super::round::{Part, Round, SCORE_TRAIN, TRAIN, epoch_work, parts};
use super::shader;
use super::update::Options;
use super::{Course, layout, tiles};
use std::ops::Range;
use tunescape_engine::optim::NORM_BLOCK;
use tunescape_engine::train::kernel::BLOCK;
use tunescape_engine::train::{Population, TrainError};
use wgpu::BufferUsages as Usage;

/// The distance of two structs in a uniform buffer.
const UNIFORM: usize = 256;
/// Steps of a submission.
const MAX_STEPS: usize = 1024;

/// The groups whose states share a buffer.
pub(super) struct Shelf {
    pub(super) groups: Range<usize>,
    state: Buffer,
    pub(super) bindings: wgpu::BindGroup,
}

pub struct Batched {
    pub(super) map: Map,
    /// The trial in each lane; none in those that fill a stream's last group up.
    pub(super) lanes: Vec<Option<usize>>,
    streams: Vec<layout::Stream>,
    pub(super) shelves: Vec<Shelf>,
    options: Options,
    /// Of each layer's products, by layer.
    names: Vec<Vec<String>>,
    bind_layout: wgpu::BindGroupLayout,
    pub(super) pipelines: Pipelines,
    pub(super) steps: Buffer,
    trials: Buffer,
    order: Buffer,
    groups: Buffer,
    pub(super) scratch: Buffer,
    reports: Buffer,
    pub(super) readable: Buffer,
    /// Groups that the scratch memory has room for.
    pub(super) room: usize,
    max_epochs: usize,
    pace: Pace,
    round: Option<Round>,
    listed: Option<(usize, usize)>,
    /// What the bindings are of as well: rows, and the tables of streams and layers.
    _bound: [Buffer; 3],
}

/// Trials by stream, in groups of `width`.
fn arrange(population: &Population, width: usize) -> Vec<Option<usize>> {
    let mut lanes = Vec::new();
    for stream in 0..population.streams.len() {
        lanes.extend(
            (0..population.trials.len())
                .filter(|&t| population.trials[t].stream == stream)
                .map(Some),
        );
        lanes.resize(lanes.len().next_multiple_of(width), None);
    }
    lanes
}

fn uniform(bytes: Vec<u8>) -> Vec<u8> {
    let mut bytes = bytes;
    bytes.resize(UNIFORM, 0);
    bytes
}

impl Batched {
    /// With the reports of epoch 0.
    pub async fn new(course: &mut Course) -> Result<Self, TrainError> {
        let Course { context, population, .. } = &*course;
        let map = Map::new(population, context.form());
        let width = map.form.lanes;
        let lanes = arrange(population, width);
        let count = (lanes.len() / width).max(1);
        let limit = context.largest_buffer();
        let [state_bytes, scratch_bytes] = map.group_bytes();
        let pack_bytes = map.pack_bytes();
        if let Some(bytes) =
            [state_bytes, scratch_bytes + pack_bytes].into_iter().find(|&bytes| bytes > limit)
        {
            return Err(TrainError::TooLarge { bytes, limit });
        }
        let room = map.room(count as u64, limit) as usize;
        let (parts, streams) = layout::parts(population);
        let trial_count = (count * width) as u64;
        let (report_bytes, order_bytes) =
            (REPORT_BYTES * trial_count, 4 * layout::order_words(population));
        let max_epochs = epochs_at_once(report_bytes, order_bytes);
        let allocation = context.allocation();
        let both = Usage::STORAGE | Usage::COPY_DST | Usage::COPY_SRC;
        let data = context.storage("data", 4 * layout::numbers(population), both)?;
        let stream_bytes: Vec<u8> = streams.iter().flat_map(layout::Stream::bytes).collect();
        let stream_table = context.storage("streams", stream_bytes.len() as u64, both)?;
        context.queue.write_buffer(&stream_table, 0, &stream_bytes);
        let layers = layers(population, &map);
        let table = Usage::UNIFORM | Usage::COPY_DST;
        let layer_table = context.storage("layers", layers.len() as u64, table)?;
        context.queue.write_buffer(&layer_table, 0, &layers);
        let steps = context.storage("steps", (UNIFORM * MAX_STEPS) as u64, table)?;
        let trial_bytes = size_of::<layout::Trial>() as u64 * trial_count;
        let trials = context.storage("trials", trial_bytes, both)?;
        let order = context.storage("order", order_bytes * max_epochs, both)?;
        let groups = context.storage("groups", 4 * count as u64, both)?;
        let scratch = context.storage("scratch", map.scratch_bytes(count as u64, limit), both)?;
        let reports = context.storage("reports", report_bytes * max_epochs, both)?;
        let readable = (report_bytes * max_epochs).max(pack_bytes);
        let readable = context.storage("readable", readable, Usage::MAP_READ | Usage::COPY_DST)?;
        let options = Options::of(population);
        let bind_layout = context.bindings("batched", Uniforms { count: 2, moving: true }, 5, 3);
        let pipelines = pipelines(course, &map, &bind_layout, options);
        let mut shelves = Vec::new();
        let depth = (limit / state_bytes) as usize;
        for first in (0..count).step_by(depth) {
            let range = first..(first + depth).min(count);
            let state = context.storage("state", state_bytes * range.len() as u64, both)?;
            let bound: [(&Buffer, Option<usize>); 10] = [
                (&steps, Some(size_of::<layout::Step>())),
                (&layer_table, Some(size_of::<layout::Layer>())),
                (&trials, None),
                (&stream_table, None),
                (&data, None),
                (&order, None),
                (&groups, None),
                (&state, None),
                (&scratch, None),
                (&reports, None),
            ];
            let size =
                |size: Option<usize>| size.and_then(|size| wgpu::BufferSize::new(size as u64));
            let entries: Vec<wgpu::BindGroupEntry> = bound
                .iter()
                .zip(0..)
                .map(|(&(buffer, bytes), binding)| {
                    let bound = wgpu::BufferBinding { buffer, offset: 0, size: size(bytes) };
                    wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(bound) }
                })
                .collect();
            let bindings = context.device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("batched"),
                layout: &bind_layout,
                entries: &entries,
            });
            shelves.push(Shelf { groups: range, state, bindings });
        }
        allocation.check().await?;
        context.fill(&data, 0, layout::rows(&parts)).await?;
        for shelf in &shelves {
            for group in shelf.groups.clone() {
                let slots = &lanes[group * width..(group + 1) * width];
                let Some(last) = slots.iter().flatten().last() else { continue };
                let members: Vec<usize> = slots.iter().map(|slot| slot.unwrap_or(*last)).collect();
                let at = state_bytes * (group - shelf.groups.start) as u64;
                context.fill(&shelf.state, at, starts(population, &map, &members)).await?;
            }
        }
        let names = names(population, &map);
        let mut batched = Self {
            // A cost of one multiplication of one trial.
            pace: Pace::new(1, max_epochs as usize, width),
            map,
            lanes,
            streams,
            shelves,
            options,
            names,
            bind_layout,
            pipelines,
            steps,
            trials,
            order,
            groups,
            scratch,
            reports,
            readable,
            room,
            max_epochs: max_epochs as usize,
            round: None,
            listed: None,
            _bound: [data, stream_table, layer_table],
        };
        let mut start = batched.start_round(course, 1);
        while !batched.step(course, &mut start, false).await? {}
        Ok(batched)
    }

    /// One submission on the way to epoch `to`.
    pub async fn slice(&mut self, course: &mut Course, to: usize) -> Result<(), TrainError> {
        let mut round = match self.round.take() {
            Some(round) => round,
            None => {
                let trials = self.lanes.len();
                let work = trials as f64 * epoch_work(&course.population);
                let epochs = (self.pace.room() / work) as usize;
                self.start_round(
                    course,
                    epochs.clamp(1, self.max_epochs.min(course.most_epochs(to))),
                )
            }
        };
        if self.step(course, &mut round, true).await? {
            course.epoch += round.epochs;
        } else {
            self.round = Some(round);
        }
        Ok(())
    }

    /// All groups with a live trial, for some epochs.
    fn start_round(&self, course: &Course, epochs: usize) -> Round {
        let width = self.map.form.lanes;
        let live = |group: &usize| {
            self.lanes[group * width..(group + 1) * width]
                .iter()
                .flatten()
                .any(|&trial| course.live(trial))
        };
        Round::new(epochs, (0..self.lanes.len() / width).filter(live))
    }

    pub(super) fn shelf(&self, group: usize) -> &Shelf {
        let depth = self.shelves[0].groups.len();
        &self.shelves[group / depth]
    }

    /// One submission of a round; whether it was the last.
    async fn step(
        &mut self,
        course: &mut Course,
        round: &mut Round,
        train: bool,
    ) -> Result<bool, TrainError> {
        course.context.check()?;
        let options = self.options.or(Options::of(&course.population));
        if options != self.options {
            self.pipelines = pipelines(course, &self.map, &self.bind_layout, options);
            self.options = options;
        }
        let width = self.map.form.lanes;
        let started = (course.now)();
        self.upload(course, round, train);
        let chunk = self.map.chunk;
        let of = |course: &mut Course, finished| {
            parts(&course.population, &mut course.orders, chunk, course.epoch + finished, train)
        };
        let mut parts = of(course, round.finished);
        if round.turn.is_empty() {
            let largest = parts.iter().map(|part| part.1).fold(0.0, f64::max);
            let affordable = (self.pace.room() / (largest * width as f64)) as usize;
            round.next_turn(affordable.clamp(1, self.room), |group| {
                self.shelf(group).groups.clone()
            });
            let words: Vec<u32> = round.turn.iter().map(|&group| group as u32).collect();
            course.context.queue.write_buffer(&self.groups, 0, &layout::words(&words));
        }
        let Some(&first) = round.turn.first() else { return Ok(true) };
        let trials = (round.turn.len() * width) as f64;
        let budget = self.pace.room();
        let (mut table, mut work, mut taken) = (Vec::new(), 0.0, Vec::new());
        let began = round.finished;
        while round.finished < round.epochs && taken.len() < MAX_STEPS {
            let (part, cost) = parts[round.part];
            if work > 0.0 && (work + cost) * trials > budget {
                break;
            }
            work += cost;
            taken.push(part);
            table.extend(uniform(self.uniform_step(course, round, part, began, train).bytes()));
            round.part += 1;
            if round.part == parts.len() {
                (round.finished, round.part) = (round.finished + 1, 0);
                if round.finished < round.epochs && train {
                    parts = of(course, round.finished);
                }
            }
        }
        let queue = &course.context.queue;
        queue.write_buffer(&self.steps, 0, &table);
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        for (i, &part) in taken.iter().enumerate() {
            self.encode(
                &mut pass,
                &course.population,
                self.shelf(first),
                part,
                i,
                round.turn.len(),
            );
        }
        drop(pass);
        let ended = round.finished - began;
        let slots = self.lanes.len();
        // A little is read even if nothing was reported: that tells when the device is done.
        let bytes = (REPORT_BYTES * slots as u64 * ended as u64).max(4);
        encoder.copy_buffer_to_buffer(&self.reports, 0, &self.readable, 0, bytes);
        queue.submit([encoder.finish()]);
        let words = course.context.read(&self.readable, bytes).await?;
        for &group in &round.turn {
            for slot in group * width..(group + 1) * width {
                let Some(trial) = self.lanes[slot] else { continue };
                for epoch in 0..ended {
                    course.record(trial, |k| words[(4 * epoch + k) * slots + slot]);
                }
            }
        }
        self.pace.took_work((course.now)() - started, work * trials);
        if round.finished == round.epochs {
            round.turn.clear();
        }
        Ok(round.over())
    }

    /// Brings batch lists and hyperparameters on the device up to date.
    fn upload(&mut self, course: &mut Course, round: &Round, train: bool) {
        let queue = &course.context.queue;
        let wanted = (course.epoch, round.epochs);
        if train && self.listed != Some(wanted) {
            let words = layout::order(
                &course.population,
                &self.streams,
                &mut course.orders,
                wanted.0,
                wanted.1,
            );
            queue.write_buffer(&self.order, 0, &layout::words(&words));
            self.listed = Some(wanted);
        }
        if course.stale {
            let row = |(slot, lane): (usize, &Option<usize>)| match lane {
                Some(trial) => course.row(*trial),
                None => {
                    layout::Trial { stream: self.stream(course, slot), ..layout::Trial::default() }
                }
            };
            let table: Vec<u8> =
                self.lanes.iter().enumerate().flat_map(|lane| row(lane).bytes()).collect();
            queue.write_buffer(&self.trials, 0, &table);
            course.stale = false;
        }
    }

    /// The stream of a lane's group.
    fn stream(&self, course: &Course, slot: usize) -> u32 {
        let first = self.lanes[slot - slot % self.map.form.lanes];
        first.map_or(0, |trial| course.population.trials[trial].stream as u32)
    }

    fn uniform_step(
        &self,
        course: &Course,
        round: &Round,
        part: Part,
        began: usize,
        train: bool,
    ) -> layout::Step {
        let (kind, batch, row) = match part {
            Part::Chunk { batch, row, .. } => (TRAIN, batch, row),
            Part::Update { batch } => (TRAIN, batch, 0),
            Part::Score { kind, row, .. } => (kind, 0, row),
            Part::Report => (SCORE_TRAIN, 0, 0),
        };
        layout::Step {
            kind,
            epoch: round.finished as u32,
            epochs: round.epochs as u32,
            batch: batch as u32,
            row: row as u32,
            first: 0,
            base: self.shelf(round.turn[0]).groups.start as u32,
            report: (round.finished - began) as u32,
            slots: self.lanes.len() as u32,
            train: u32::from(train),
            bound: course.population.bound.max(0.0).to_bits(),
        }
    }

    fn encode(
        &self,
        pass: &mut wgpu::ComputePass,
        population: &Population,
        shelf: &Shelf,
        part: Part,
        step: usize,
        groups: usize,
    ) {
        let net = &population.net;
        let (share, span) = (self.map.form.share, self.map.form.span());
        let mut run = |kernel: &str, layer: usize, work: usize| {
            pass.set_pipeline(&self.pipelines.get(kernel));
            let offsets = [step, layer].map(|i| (i * UNIFORM) as u32);
            pass.set_bind_group(0, &shelf.bindings, &offsets);
            pass.dispatch_workgroups(groups as u32, work.div_ceil(share) as u32, 1);
        };
        let names = &self.names;
        match part {
            Part::Chunk { rows, .. } => {
                for (l, names) in names.iter().enumerate() {
                    run(&names[0], l, tiles::over_rows(rows, net.sizes[l + 1]));
                }
                run("deltas", 0, rows);
                for (l, names) in names.iter().enumerate().rev() {
                    run(&names[1], l, tiles::over_units(net.sizes[l], net.sizes[l + 1]));
                    if let Some(errors) = names.get(2) {
                        run(errors, l, tiles::over_rows(rows, net.sizes[l]));
                    }
                }
            }
            Part::Update { .. } => {
                if self.options.penalise() {
                    run("penalise", 0, net.parameters().div_ceil(NORM_BLOCK));
                }
                run("prepare_all", 0, 1);
                run("update_all", 0, net.parameters().div_ceil(span));
            }
            Part::Score { rows, .. } => {
                for (l, names) in names.iter().enumerate() {
                    run(&names[0], l, tiles::over_rows(rows, net.sizes[l + 1]));
                }
                run("score", 0, rows.div_ceil(BLOCK));
            }
            Part::Report => {
                run("inspect", 0, net.parameters().div_ceil(span));
                run("report", 0, 1);
                run("keep", 0, self.map.numbers.div_ceil(span));
            }
        }
    }
}

/// What a group's state begins with, in pieces: every trial's start weights, now and kept, and as
/// the best so far; lanes without a trial have those of the last.
fn starts(population: &Population, map: &Map, members: &[usize]) -> impl Iterator<Item = Vec<u8>> {
    const NUMBERS: usize = 4096;
    let (state, numbers, best) = (map.state, map.numbers, map.best());
    let number = move |i: usize, trial: usize| match i {
        // Whether it has diverged, and whether the last epoch was the best.
        _ if i == 2 * numbers || i == best + numbers + 1 => 0.0,
        _ if i == best + numbers => f32::MAX,
        _ if i >= best => super::start_number(population, trial, i - best),
        _ => super::start_number(population, trial, i % numbers),
    };
    (0..state).step_by(NUMBERS).map(move |first| {
        let piece = first..state.min(first + NUMBERS);
        let of = |i: usize| members.iter().flat_map(move |&trial| number(i, trial).to_le_bytes());
        piece.flat_map(of).collect()
    })
}

/// The names of each layer's products.
fn names(population: &Population, map: &Map) -> Vec<Vec<String>> {
    let net = &population.net;
    let of = |l: usize| map.products(net, l, false).into_iter().map(|kernel| kernel.name).collect();
    (0..net.sizes.len() - 1).map(of).collect()
}

/// The table of layers.
fn layers(population: &Population, map: &Map) -> Vec<u8> {
    let layer = |(l, layer): (usize, tunescape_engine::net::Layer)| layout::Layer {
        inputs: layer.inputs as u32,
        outputs: layer.outputs as u32,
        weights: layer.weights as u32,
        biases: layer.biases as u32,
        before: if l == 0 { 0 } else { map.own[l - 1] as u32 },
        own: map.own[l] as u32,
    };
    population
        .net
        .layers()
        .into_iter()
        .enumerate()
        .flat_map(|l| uniform(layer(l).bytes()))
        .collect()
}

/// The network's shader.
fn pipelines(
    course: &Course,
    map: &Map,
    layout: &wgpu::BindGroupLayout,
    options: Options,
) -> Pipelines {
    course.context.pipelines("batched", layout, shader::batched(&course.population, options, map))
}
