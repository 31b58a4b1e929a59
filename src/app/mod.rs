//! The page: state, screens, plots (wasm only).

/// Starts the app on the main thread, or the worker loop inside a worker.
pub fn start() {}
