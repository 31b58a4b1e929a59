//! What the batched layout has on the device: the buffers of all groups, and those of their states.

use crate::gpu::context::{Buffer, GpuContext};
use crate::gpu::map::{Map, REPORT_BYTES, epochs_at_once};
use crate::gpu::{Course, layout, start_number};
use std::ops::Range;
use tunescape_engine::train::{Population, TrainError};
use wgpu::BufferUsages as Usage;

/// The distance of two structs in a uniform buffer.
pub const UNIFORM: usize = 256;
/// Steps of a submission.
pub const MAX_STEPS: usize = 1024;

const BOTH: Usage = Usage::STORAGE.union(Usage::COPY_DST).union(Usage::COPY_SRC);

/// How large the buffers are.
pub struct Sizes {
    groups: usize,
    /// Lanes of all groups.
    trials: u64,
    /// Groups that the scratch memory has room for.
    pub room: usize,
    scratch: u64,
    /// Of the state of a group, and how many groups share a buffer.
    state: u64,
    depth: usize,
    /// Of the reports of an epoch, and of its batch lists.
    report: u64,
    order: u64,
    /// Epochs that there is room for.
    pub epochs: u64,
    readable: u64,
}

impl Sizes {
    pub fn new(
        population: &Population,
        map: &Map,
        lanes: usize,
        limit: u64,
    ) -> Result<Self, TrainError> {
        let groups = (lanes / map.form.lanes).max(1);
        let [state, scratch] = map.group_bytes();
        let pack = map.pack_bytes();
        if let Some(bytes) = [state, scratch + pack].into_iter().find(|&bytes| bytes > limit) {
            return Err(TrainError::TooLarge { bytes, limit });
        }
        let trials = (groups * map.form.lanes) as u64;
        let report = REPORT_BYTES * trials;
        let order = 4 * layout::order_words(population);
        let epochs = epochs_at_once(report, order);
        Ok(Sizes {
            groups,
            trials,
            room: map.room(groups as u64, limit) as usize,
            scratch: map.scratch_bytes(groups as u64, limit),
            state,
            depth: (limit / state) as usize,
            report,
            order,
            epochs,
            readable: (report * epochs).max(pack),
        })
    }
}

/// What all groups share.
pub struct Buffers {
    pub data: Buffer,
    stream_table: Buffer,
    layer_table: Buffer,
    pub steps: Buffer,
    pub trials: Buffer,
    pub order: Buffer,
    pub groups: Buffer,
    pub scratch: Buffer,
    pub reports: Buffer,
    pub readable: Buffer,
}

impl Buffers {
    pub fn new(
        context: &GpuContext,
        population: &Population,
        map: &Map,
        streams: &[layout::Stream],
        sizes: &Sizes,
    ) -> Result<Self, TrainError> {
        let data = context.storage("data", 4 * layout::numbers(population), BOTH)?;
        let streams: Vec<u8> = streams.iter().flat_map(layout::Stream::bytes).collect();
        let stream_table = context.storage("streams", streams.len() as u64, BOTH)?;
        context.queue.write_buffer(&stream_table, 0, &streams);
        let layers = layers(population, map);
        let table = Usage::UNIFORM | Usage::COPY_DST;
        let layer_table = context.storage("layers", layers.len() as u64, table)?;
        context.queue.write_buffer(&layer_table, 0, &layers);
        let trials = size_of::<layout::Trial>() as u64 * sizes.trials;
        let read = Usage::MAP_READ | Usage::COPY_DST;
        Ok(Buffers {
            data,
            stream_table,
            layer_table,
            steps: context.storage("steps", (UNIFORM * MAX_STEPS) as u64, table)?,
            trials: context.storage("trials", trials, BOTH)?,
            order: context.storage("order", sizes.order * sizes.epochs, BOTH)?,
            groups: context.storage("groups", 4 * sizes.groups as u64, BOTH)?,
            scratch: context.storage("scratch", sizes.scratch, BOTH)?,
            reports: context.storage("reports", sizes.report * sizes.epochs, BOTH)?,
            readable: context.storage("readable", sizes.readable, read)?,
        })
    }

    /// The bindings of the groups with this state.
    fn bind(
        &self,
        context: &GpuContext,
        layout: &wgpu::BindGroupLayout,
        state: &Buffer,
    ) -> wgpu::BindGroup {
        let bound: [(&Buffer, Option<usize>); 10] = [
            (&self.steps, Some(size_of::<layout::Step>())),
            (&self.layer_table, Some(size_of::<layout::Layer>())),
            (&self.trials, None),
            (&self.stream_table, None),
            (&self.data, None),
            (&self.order, None),
            (&self.groups, None),
            (state, None),
            (&self.scratch, None),
            (&self.reports, None),
        ];
        let size = |size: Option<usize>| size.and_then(|size| wgpu::BufferSize::new(size as u64));
        let entries: Vec<wgpu::BindGroupEntry> = bound
            .iter()
            .zip(0..)
            .map(|(&(buffer, bytes), binding)| {
                let bound = wgpu::BufferBinding { buffer, offset: 0, size: size(bytes) };
                wgpu::BindGroupEntry { binding, resource: wgpu::BindingResource::Buffer(bound) }
            })
            .collect();
        context.device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("batched"),
            layout,
            entries: &entries,
        })
    }
}

/// The groups whose states share a buffer.
pub struct Shelf {
    pub groups: Range<usize>,
    state: Buffer,
    pub bindings: wgpu::BindGroup,
}

/// All groups, as many on a shelf as a buffer has room for.
pub fn shelves(
    context: &GpuContext,
    buffers: &Buffers,
    layout: &wgpu::BindGroupLayout,
    sizes: &Sizes,
) -> Result<Vec<Shelf>, TrainError> {
    let shelf = |first: usize| {
        let groups = first..(first + sizes.depth).min(sizes.groups);
        let state = context.storage("state", sizes.state * groups.len() as u64, BOTH)?;
        let bindings = buffers.bind(context, layout, &state);
        Ok(Shelf { groups, state, bindings })
    };
    (0..sizes.groups).step_by(sizes.depth).map(shelf).collect()
}

impl Shelf {
    /// Writes what the states begin with; `lanes` are those of all groups.
    pub async fn fill(
        &self,
        course: &Course,
        map: &Map,
        lanes: &[Option<usize>],
    ) -> Result<(), TrainError> {
        let [bytes, _] = map.group_bytes();
        for group in self.groups.clone() {
            let slots = &lanes[group * map.form.lanes..(group + 1) * map.form.lanes];
            let Some(last) = slots.iter().flatten().last() else { continue };
            let members: Vec<usize> = slots.iter().map(|slot| slot.unwrap_or(*last)).collect();
            let at = bytes * (group - self.groups.start) as u64;
            let starts = starts(&course.population, map, &members);
            course.context.fill(&self.state, at, starts).await?;
        }
        Ok(())
    }
}

/// A struct in a uniform buffer, up to the next.
pub fn uniform(bytes: Vec<u8>) -> Vec<u8> {
    let mut bytes = bytes;
    bytes.resize(UNIFORM, 0);
    bytes
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
        _ if i >= best => start_number(population, trial, i - best),
        _ => start_number(population, trial, i % numbers),
    };
    (0..state).step_by(NUMBERS).map(move |first| {
        let piece = first..state.min(first + NUMBERS);
        let mut bytes = Vec::with_capacity(4 * piece.len() * members.len());
        for i in piece {
            for &trial in members {
                bytes.extend_from_slice(&number(i, trial).to_le_bytes());
            }
        }
        bytes
    })
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
