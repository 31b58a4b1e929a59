//! Flows: what a reader does, and what the page then is, with the real state and the real workers
//! in this process. What only a browser shows is in `tests/browser`.
#![cfg(not(target_arch = "wasm32"))]

mod driver;
mod file;
mod walk;
