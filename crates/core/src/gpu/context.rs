//! The device: asked for once, shared by the trainers that follow.

use super::shader::Form;
use futures_channel::oneshot;
use std::cell::RefCell;
use std::collections::HashMap;
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

impl GpuContext {
    /// Asks for the machine's fastest adapter and a device on it, with core limits; buffers may be
    /// as large as the adapter allows.
    pub async fn request() -> Result<Self, TrainError> {
        let refused = |error: &dyn std::fmt::Display| TrainError::NoDevice(error.to_string());
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            ..Default::default()
        };
        let adapter = instance.request_adapter(&options).await.map_err(|e| refused(&e))?;
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
        Ok(Self { device, queue, name, form, fault })
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
    pub fn largest_buffer(&self) -> usize {
        let limits = self.device.limits();
        limits.max_buffer_size.min(limits.max_storage_buffer_binding_size).min(u64::from(u32::MAX))
            as usize
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
        bytes: usize,
        usage: wgpu::BufferUsages,
    ) -> Result<wgpu::Buffer, TrainError> {
        let limit = self.largest_buffer();
        if bytes > limit {
            return Err(TrainError::TooLarge { bytes, limit });
        }
        Ok(self.buffer(label, bytes, usage))
    }

    /// A buffer that shaders read, with its contents.
    pub(super) fn input(&self, label: &str, bytes: &[u8]) -> Result<wgpu::Buffer, TrainError> {
        let usage = wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST;
        let buffer = self.storage(label, bytes.len(), usage)?;
        self.queue.write_buffer(&buffer, 0, bytes);
        Ok(buffer)
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

    fn buffer(&self, label: &str, bytes: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let size = (bytes as u64).next_multiple_of(4).max(32);
        let descriptor =
            wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        self.device.create_buffer(&descriptor)
    }

    /// The first bytes of a buffer that can be mapped, as 32-bit words, once all submitted work is
    /// done.
    pub(super) async fn read(
        &self,
        buffer: &wgpu::Buffer,
        bytes: usize,
    ) -> Result<Vec<u32>, TrainError> {
        let lost = |error: &dyn std::fmt::Display| TrainError::DeviceLost(error.to_string());
        self.check()?;
        let slice = buffer.slice(..bytes as u64);
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
