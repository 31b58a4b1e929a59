//! Requests and replies; what runs off the main thread.

#[cfg(target_arch = "wasm32")]
pub mod port;
