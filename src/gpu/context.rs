//! The device: asked for once, shared by the trainers that follow.

use crate::train::TrainError;
use futures_channel::oneshot;
use std::sync::{Arc, Mutex};

/// A GPU that is ready for use. Clones share the device.
#[derive(Clone)]
pub struct GpuContext {
    pub(super) device: wgpu::Device,
    pub(super) queue: wgpu::Queue,
    name: String,
    fault: Fault,
}

/// What went wrong on the device first, if anything. It reports outside of any call, so it is asked afterwards.
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

impl GpuContext {
    /// Asks for the machine's fastest adapter and a device on it, with core limits; buffers may be as large as the
    /// adapter allows.
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
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| errors.set(error.to_string())));
        device.set_device_lost_callback(move |reason, message| losses.set(format!("{reason:?} {message}")));
        let info = adapter.get_info();
        // Browsers may keep the name to themselves.
        let name = match (info.name, info.device_type) {
            (name, wgpu::DeviceType::Cpu) if name.is_empty() => "software".into(),
            (name, _) if name.is_empty() => "GPU".into(),
            (name, _) => name,
        };
        Ok(Self { device, queue, name, fault })
    }

    /// The adapter's name, as far as it tells.
    pub fn name(&self) -> &str {
        &self.name
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
    pub(super) fn largest_buffer(&self) -> usize {
        let limits = self.device.limits();
        limits.max_buffer_size.min(limits.max_storage_buffer_binding_size).min(u64::from(u32::MAX)) as usize
    }

    pub(super) fn buffer(&self, label: &str, bytes: usize, usage: wgpu::BufferUsages) -> wgpu::Buffer {
        let size = (bytes as u64).next_multiple_of(4).max(32);
        let descriptor = wgpu::BufferDescriptor { label: Some(label), size, usage, mapped_at_creation: false };
        self.device.create_buffer(&descriptor)
    }

    /// The first bytes of a buffer that can be mapped, as 32-bit words, once all submitted work is done.
    pub(super) async fn read(&self, buffer: &wgpu::Buffer, bytes: usize) -> Result<Vec<u32>, TrainError> {
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
        let words = view.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]])).collect();
        drop(view);
        buffer.unmap();
        Ok(words)
    }
}
