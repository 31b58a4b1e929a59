//! The GPU that is asked for, found without a display.

use crate::check;
use crate::error::Error;
use crate::options::{BackendName, LandscapeOptions};
use crate::store::put;
use pollster::block_on;
use std::io;
use tunescape_core::gpu::GpuContext;

/// Lists the adapters if that is asked for; whether it was.
pub fn list(options: &LandscapeOptions) -> Result<bool, Error> {
    let asked = options.adapter.as_deref() == Some("list");
    if asked {
        let adapters = block_on(GpuContext::adapters());
        for (n, name) in adapters.iter().enumerate() {
            put(&mut io::stdout().lock(), &format!("{n}  {name}"))?;
        }
        if adapters.is_empty() {
            eprintln!("tunescape: no GPU adapter");
        }
    }
    Ok(asked)
}

/// The device to train on; none for the CPU, which one line says where a GPU was wanted.
pub fn device(options: &LandscapeOptions) -> Result<Option<GpuContext>, Error> {
    if options.backend == BackendName::Cpu {
        if let Some(name) = &options.adapter {
            return Err(Error::usage("--adapter", name, "it takes --backend gpu"));
        }
        return Ok(None);
    }
    let context = match &options.adapter {
        None => block_on(GpuContext::request()),
        Some(wanted) => {
            let adapters = block_on(GpuContext::adapters());
            let named = |name: &String| name.to_lowercase().contains(&wanted.to_lowercase());
            let place = match wanted.parse::<usize>() {
                Ok(place) => Some(place).filter(|place| *place < adapters.len()),
                Err(_) => adapters.iter().position(named),
            };
            match place {
                Some(place) => block_on(GpuContext::request_at(place)),
                None if adapters.is_empty() => block_on(GpuContext::request()),
                None => {
                    let why = format!("no such adapter; there are {}", adapters.join(", "));
                    return Err(Error::usage("--adapter", wanted, why));
                }
            }
        }
    };
    match context {
        Ok(context) => Ok(Some(context)),
        Err(error) => {
            eprintln!("tunescape: no GPU ({}): the CPU trains", check::training(&error));
            Ok(None)
        }
    }
}
