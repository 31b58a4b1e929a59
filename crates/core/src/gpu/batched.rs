//! The batched layout: groups of trials side by side, each layer's pass a dispatch. For networks of
//! any size.
//!
//! The trials of a group share a stream, so that they read the same rows. A submission takes as
//! many parts of an epoch (a chunk of a batch, an update, a chunk to score) as a slice of time has
//! room for, over as many groups.

mod memory;

use super::context::{Pipelines, Uniforms};
use super::map::{Map, REPORT_BYTES};
use super::pace::Pace;
use super::round::{Part, Round, SCORE_TRAIN, TRAIN, epoch_work, parts};
use super::shader;
use super::update::Options;
use super::{Course, layout, tiles};
use memory::{Buffers, MAX_STEPS, Shelf, Sizes, UNIFORM, shelves, uniform};
use tunescape_engine::optim::NORM_BLOCK;
use tunescape_engine::train::kernel::BLOCK;
use tunescape_engine::train::{Population, TrainError};

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
    pub(super) buffers: Buffers,
    /// Groups that the scratch memory has room for.
    pub(super) room: usize,
    max_epochs: usize,
    pace: Pace,
    round: Option<Round>,
    listed: Option<(usize, usize)>,
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

impl Batched {
    /// With the reports of epoch 0.
    pub async fn new(course: &mut Course) -> Result<Self, TrainError> {
        let Course { context, population, .. } = &*course;
        let map = Map::new(population, context.form());
        let width = map.form.lanes;
        let lanes = arrange(population, width);
        let sizes = Sizes::new(population, &map, lanes.len(), context.largest_buffer())?;
        let (parts, streams) = layout::parts(population);
        let allocation = context.allocation();
        let buffers = Buffers::new(context, population, &map, &streams, &sizes)?;
        let options = Options::of(population);
        let bind_layout = context.bindings("batched", Uniforms { count: 2, moving: true }, 5, 3);
        let pipelines = pipelines(course, &map, &bind_layout, options);
        let shelves = shelves(context, &buffers, &bind_layout, &sizes)?;
        allocation.check().await?;
        context.fill(&buffers.data, 0, layout::rows(&parts)).await?;
        for shelf in &shelves {
            shelf.fill(course, &map, &lanes).await?;
        }
        let max_epochs = sizes.epochs as usize;
        let mut batched = Self {
            // A cost of one multiplication of one trial.
            pace: Pace::new(1, max_epochs, width),
            names: names(population, &map),
            map,
            lanes,
            streams,
            shelves,
            options,
            bind_layout,
            pipelines,
            buffers,
            room: sizes.room,
            max_epochs,
            round: None,
            listed: None,
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
                    epochs.clamp(1, self.max_epochs.min(course.max_epochs(to))),
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
        let started = (course.now)();
        self.upload(course, round, train);
        let parts = self.parts(course, round.finished, train);
        if round.turn.is_empty() {
            self.next_turn(course, round, &parts);
        }
        if round.turn.is_empty() {
            return Ok(true);
        }
        let began = round.finished;
        let (taken, work) = self.take_parts(course, round, parts, train);
        self.submit(course, round, &taken, began).await?;
        let trials = round.turn.len() * self.map.form.lanes;
        self.pace.took_work((course.now)() - started, work * trials as f64);
        if round.finished == round.epochs {
            round.turn.clear();
        }
        Ok(round.over())
    }

    /// The parts of an epoch, after so many of the round are finished.
    fn parts(&self, course: &mut Course, finished: usize, train: bool) -> Vec<(Part, f64)> {
        let epoch = course.epoch + finished;
        parts(&course.population, &mut course.orders, self.map.chunk, epoch, train)
    }

    /// Puts as many groups in turn as a slice of time has room for.
    fn next_turn(&self, course: &Course, round: &mut Round, parts: &[(Part, f64)]) {
        let largest = parts.iter().map(|part| part.1).fold(0.0, f64::max);
        let affordable = (self.pace.room() / (largest * self.map.form.lanes as f64)) as usize;
        let most = affordable.clamp(1, self.room);
        round.next_turn(most, |group| self.shelf(group).groups.clone());
        let words: Vec<u32> = round.turn.iter().map(|&group| group as u32).collect();
        course.context.queue.write_buffer(&self.buffers.groups, 0, &layout::words(&words));
    }

    /// Takes as many parts as a slice of time has room for, and writes what the shader is to know
    /// of them. Returns them, and how many multiplications of a trial they are.
    fn take_parts(
        &self,
        course: &mut Course,
        round: &mut Round,
        mut parts: Vec<(Part, f64)>,
        train: bool,
    ) -> (Vec<Part>, f64) {
        let trials = (round.turn.len() * self.map.form.lanes) as f64;
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
                    parts = self.parts(course, round.finished, train);
                }
            }
        }
        course.context.queue.write_buffer(&self.buffers.steps, 0, &table);
        (taken, work)
    }

    /// Lets the device do these parts, and records what the groups in turn report of the epochs
    /// since `began`.
    async fn submit(
        &self,
        course: &mut Course,
        round: &Round,
        taken: &[Part],
        began: usize,
    ) -> Result<(), TrainError> {
        let Buffers { reports, readable, .. } = &self.buffers;
        let mut encoder = course.context.device.create_command_encoder(&Default::default());
        let mut pass = encoder.begin_compute_pass(&Default::default());
        let (shelf, groups) = (self.shelf(round.turn[0]), round.turn.len());
        for (i, &part) in taken.iter().enumerate() {
            self.encode(&mut pass, &course.population, shelf, part, i, groups);
        }
        drop(pass);
        let ended = round.finished - began;
        let slots = self.lanes.len();
        // A little is read even if nothing was reported: that tells when the device is done.
        let bytes = (REPORT_BYTES * slots as u64 * ended as u64).max(4);
        encoder.copy_buffer_to_buffer(reports, 0, readable, 0, bytes);
        course.context.queue.submit([encoder.finish()]);
        let words = course.context.read(readable, bytes).await?;
        let width = self.map.form.lanes;
        for slot in round.turn.iter().flat_map(|group| group * width..(group + 1) * width) {
            let Some(trial) = self.lanes[slot] else { continue };
            for epoch in 0..ended {
                course.record(trial, |k| words[(4 * epoch + k) * slots + slot]);
            }
        }
        Ok(())
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
            queue.write_buffer(&self.buffers.order, 0, &layout::words(&words));
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
            queue.write_buffer(&self.buffers.trials, 0, &table);
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

/// The names of each layer's products.
fn names(population: &Population, map: &Map) -> Vec<Vec<String>> {
    let net = &population.net;
    let of = |l: usize| map.products(net, l, false).into_iter().map(|kernel| kernel.name).collect();
    (0..net.sizes.len() - 1).map(of).collect()
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
