//! The device: asked for once, shared by the trainers that follow.

use super::estimate::GpuLimits;
use super::form::Form;
use futures_channel::oneshot;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tunescape_engine::train::TrainError;

/// A GPU that is ready for use. Clones share the device.
#[derive(Clone)]
pub struct GpuContext {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    name: String,
    form: Form,
    fault: Fault,
    made: Arc<Made>,
}

/// Bytes of the buffers that are alive on a device, and the most that ever were.
#[derive(Default)]
struct Made {
    alive: AtomicU64,
    most: AtomicU64,
}

/// A buffer of a trainer. It is destroyed when it is dropped: left to the garbage collector of a
/// browser, what one trainer had would still take memory beside what the next one makes.
pub(super) struct Buffer {
    buffer: wgpu::Buffer,
    made: Arc<Made>,
}

impl Deref for Buffer {
    type Target = wgpu::Buffer;

    fn deref(&self) -> &wgpu::Buffer {
        &self.buffer
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.buffer.destroy();
        self.made.alive.fetch_sub(self.buffer.size(), Ordering::Relaxed);
    }
}

/// What went wrong on the device first, if anything. It reports outside of any call, so it is asked
/// afterwards.
#[derive(Clone, Default)]
struct Fault(Arc<Mutex<Option<String>>>);

impl Fault {
    fn set(&self, message: String) {
        if let Ok(mut first) = self.0.lock() {
            first.get_or_insert(message);
        }
    }

    fn get(&self) -> Option<String> {
        self.0.lock().ok().and_then(|first| first.clone())
    }
}

/// Bytes that are written before the device has to take them.
const WRITTEN_AT_ONCE: usize = 32 << 20;

/// Bytes of a buffer for so many of contents: whole words, and never too few to be bound.
pub(super) fn padded(bytes: u64) -> u64 {
    bytes.next_multiple_of(4).max(32)
}

/// The uniform buffers of a shader, and whether dispatches find what is theirs at different places
/// in them.
#[derive(Clone, Copy)]
pub(super) struct Uniforms {
    pub count: u32,
    pub moving: bool,
}

/// Each is made when it is first used: to compile one can take a tenth of a second. One that can't
/// be made is found by the next [`GpuContext::check`].
pub(super) struct Pipelines {
    device: wgpu::Device,
    layout: wgpu::PipelineLayout,
    module: wgpu::ShaderModule,
    made: RefCell<HashMap<String, wgpu::ComputePipeline>>,
}

impl Pipelines {
    pub fn get(&self, name: &str) -> wgpu::ComputePipeline {
        if let Some(made) = self.made.borrow().get(name) {
            return made.clone();
        }
        let new = self.device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(name),
            layout: Some(&self.layout),
            module: &self.module,
            entry_point: Some(name),
            compilation_options: Default::default(),
            cache: None,
        });
        self.made.borrow_mut().insert(name.to_owned(), new.clone());
        new
    }
}

/// Allocations whose failure is an error of its own.
pub(super) struct Allocation {
    scope: wgpu::ErrorScopeGuard,
    context: GpuContext,
}

impl Allocation {
    pub async fn check(self) -> Result<(), TrainError> {
        match self.scope.pop().await {
            Some(error) => Err(TrainError::OutOfMemory(error.to_string())),
            None => self.context.check(),
        }
    }
}

fn refused(error: &dyn std::fmt::Display) -> TrainError {
    TrainError::NoDevice(error.to_string())
}

impl GpuContext {
    /// Asks for the machine's fastest adapter and a device on it, with core limits; buffers may be
    /// as large as the adapter allows.
    pub async fn request() -> Result<Self, TrainError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|e| refused(&e))?;
        Self::on(adapter).await
    }

    /// The names of this machine's adapters, with the interface that reaches each.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn adapters() -> Vec<String> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let adapters = instance.enumerate_adapters(wgpu::Backends::all()).await;
        let name = |adapter: &wgpu::Adapter| {
            let info = adapter.get_info();
            format!("{} ({}, {:?})", info.name, info.backend, info.device_type)
        };
        adapters.iter().map(name).collect()
    }

    /// The same on one adapter, by its place in [`GpuContext::adapters`].
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn request_at(place: usize) -> Result<Self, TrainError> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let mut adapters = instance.enumerate_adapters(wgpu::Backends::all()).await;
        if place >= adapters.len() {
            return Err(TrainError::NoDevice(format!("adapter {place} of {}", adapters.len())));
        }
        Self::on(adapters.swap_remove(place)).await
    }

    /// The device of an adapter, or why it gives none.
    pub async fn on(adapter: wgpu::Adapter) -> Result<Self, TrainError> {
        let offered = adapter.limits();
        let descriptor = wgpu::DeviceDescriptor {
            required_limits: wgpu::Limits {
                max_buffer_size: offered.max_buffer_size,
                max_storage_buffer_binding_size: offered.max_storage_buffer_binding_size,
                ..Default::default()
            },
            ..Default::default()
        };
        let (device, queue) = adapter.request_device(&descriptor).await.map_err(|e| refused(&e))?;
        let fault = Fault::default();
        let (errors, losses) = (fault.clone(), fault.clone());
        device
            .on_uncaptured_error(Arc::new(move |error: wgpu::Error| errors.set(error.to_string())));
        device.set_device_lost_callback(move |reason, message| {
            losses.set(format!("{reason:?} {message}"))
        });
        let info = adapter.get_info();
        // Browsers may keep the name to themselves.
        // Software adapters run four or eight invocations side by side, others at least 32.
        let form = match (info.device_type, info.subgroup_max_size) {
            (wgpu::DeviceType::Cpu, side) => {
                Form { lanes: side.clamp(4, 8) as usize, share: 4, short: true }
            }
            (_, side @ 4..=8) => Form { lanes: side as usize, share: 4, short: true },
            _ => Form { lanes: 32, share: 2, short: false },
        };
        let name = match (info.name, info.device_type) {
            (name, wgpu::DeviceType::Cpu) if name.is_empty() => "software".into(),
            (name, _) if name.is_empty() => "GPU".into(),
            (name, _) => name,
        };
        Ok(Self { device, queue, name, form, fault, made: Arc::default() })
    }

    /// The same device, with workgroups of another shape than its adapter's kind has.
    pub fn shaped(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The adapter's name, as far as it tells.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the adapter runs on the processor.
    pub fn is_software(&self) -> bool {
        self.form.lanes < 32
    }

    /// Invocations of a workgroup in the fused layout: few on software, so that few trials spread
    /// over its threads.
    pub(super) fn workgroup(&self) -> u32 {
        if self.is_software() { 32 } else { 64 }
    }

    /// The shape of workgroups in the batched layout.
    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Bytes of all buffers that are alive now, and the most that were at any time.
    pub fn made_bytes(&self) -> [u64; 2] {
        [&self.made.alive, &self.made.most].map(|bytes| bytes.load(Ordering::Relaxed))
    }

    /// Gives the device up, as if it had been lost: what trains on it fails from now on.
    pub fn lose(&self) {
        self.device.destroy();
        self.fault.set("destroyed".into());
    }

    /// An error once the device is lost or has reported one.
    pub(super) fn check(&self) -> Result<(), TrainError> {
        self.fault.get().map_or(Ok(()), |message| Err(TrainError::DeviceLost(message)))
    }

    /// The largest buffer that a shader can be given, in bytes.
    pub fn largest_buffer(&self) -> u64 {
        let limits = self.device.limits();
        limits.max_buffer_size.min(limits.max_storage_buffer_binding_size).min(u64::from(u32::MAX))
    }

    /// What decides how much it takes to train on it.
    pub fn limits(&self) -> GpuLimits {
        GpuLimits { form: self.form, buffer: self.largest_buffer() }
    }

    /// Watches for memory that runs out until it is checked.
    pub(super) fn allocation(&self) -> Allocation {
        Allocation {
            scope: self.device.push_error_scope(wgpu::ErrorFilter::OutOfMemory),
            context: self.clone(),
        }
    }

    /// A buffer, unless it is larger than the device allows.
    pub(super) fn storage(
        &self,
        label: &str,
        bytes: u64,
        usage: wgpu::BufferUsages,
    ) -> Result<Buffer, TrainError> {
        let limit = self.largest_buffer();
        if bytes > limit {
            return Err(TrainError::TooLarge { bytes, limit });
        }
        let size = padded(bytes);
        let descriptor =
            wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        let buffer = self.device.create_buffer(&descriptor);
        let alive = self.made.alive.fetch_add(size, Ordering::Relaxed) + size;
        self.made.most.fetch_max(alive, Ordering::Relaxed);
        Ok(Buffer { buffer, made: self.made.clone() })
    }

    /// Writes pieces into a buffer, one after the other. What is written waits in memory of its own
    /// until the device takes it; so the device takes some of it every [`WRITTEN_AT_ONCE`] bytes.
    pub(super) async fn fill(
        &self,
        buffer: &Buffer,
        at: u64,
        pieces: impl Iterator<Item = Vec<u8>>,
    ) -> Result<(), TrainError> {
        let (mut at, mut waiting) = (at, 0);
        for piece in pieces {
            self.queue.write_buffer(buffer, at, &piece);
            at += piece.len() as u64;
            waiting += piece.len();
            if waiting >= WRITTEN_AT_ONCE {
                waiting = 0;
                self.done().await?;
            }
        }
        Ok(())
    }

    /// Waits until the device has done all that it was given.
    async fn done(&self) -> Result<(), TrainError> {
        self.queue.submit([]);
        let (sender, receiver) = oneshot::channel();
        // An error means that nobody waits any more.
        self.queue.on_submitted_work_done(move || {
            let _ = sender.send(());
        });
        let lost = |error: &dyn std::fmt::Display| TrainError::DeviceLost(error.to_string());
        self.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| lost(&e))?;
        receiver.await.map_err(|e| lost(&e))?;
        self.check()
    }

    /// So many uniform buffers, buffers to read and buffers to write.
    pub(super) fn bindings(
        &self,
        label: &str,
        uniforms: Uniforms,
        read: u32,
        written: u32,
    ) -> wgpu::BindGroupLayout {
        let Uniforms { count, moving } = uniforms;
        let entry = |binding: u32| wgpu::BindGroupLayoutEntry {
            binding,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match binding {
                    _ if binding < count => wgpu::BufferBindingType::Uniform,
                    _ => wgpu::BufferBindingType::Storage { read_only: binding < count + read },
                },
                has_dynamic_offset: moving && binding < count,
                min_binding_size: None,
            },
            count: None,
        };
        let entries: Vec<_> = (0..count + read + written).map(entry).collect();
        let descriptor = wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries };
        self.device.create_bind_group_layout(&descriptor)
    }

    /// The pipelines of a shader's entry points.
    pub(super) fn pipelines(
        &self,
        label: &'static str,
        layout: &wgpu::BindGroupLayout,
        source: String,
    ) -> Pipelines {
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(label),
            bind_group_layouts: &[Some(layout)],
            immediate_size: 0,
        });
        let source = wgpu::ShaderSource::Wgsl(source.into());
        let module = self
            .device
            .create_shader_module(wgpu::ShaderModuleDescriptor { label: Some(label), source });
        Pipelines { device: self.device.clone(), layout, module, made: RefCell::default() }
    }

    /// The first bytes of a buffer that can be mapped, as 32-bit words, once all submitted work is
    /// done.
    pub(super) async fn read(&self, buffer: &Buffer, bytes: u64) -> Result<Vec<u32>, TrainError> {
        let lost = |error: &dyn std::fmt::Display| TrainError::DeviceLost(error.to_string());
        self.check()?;
        let slice = buffer.slice(..bytes);
        let (sender, receiver) = oneshot::channel();
        // An error means that nobody waits any more.
        slice.map_async(wgpu::MapMode::Read, move |result| drop(sender.send(result)));
        // Natively this waits for the device; a browser calls back by itself and returns at once.
        self.device.poll(wgpu::PollType::wait_indefinitely()).map_err(|e| lost(&e))?;
        let mapped = receiver.await;
        self.check()?;
        mapped.map_err(|e| lost(&e))?.map_err(|e| lost(&e))?;
        let view = slice.get_mapped_range().map_err(|e| lost(&e))?;
        let words = view
            .chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect();
        drop(view);
        buffer.unmap();
        Ok(words)
    }
}
