//! Tunescape trains a whole **population** of small networks at once, so that the true learning-rate ×
//! momentum landscape of a network appears in about a second, and steps every search on top of that truth.
//!
//! # The architecture in one page
//!
//! Modules stand in layer order: each imports only from those above it (`tests/layers.rs` holds this).
//!
//! | module | what it is |
//! |---|---|
//! | [`space`] | named parameters with ranges and scales; a point is one value for each |
//! | [`data`] | data sets (toys, real, your own CSV), split, standardisation |
//! | [`net`] | shape, activation, loss, start weights; forward and backward, written to be read |
//! | [`optim`] | update rules, one table of them |
//! | [`train`] | `Population`, the `Trainer` contract, the CPU trainer (SIMD over trials), the WebGPU trainer |
//! | [`metrics`] | accuracy, precision, recall, F1, confusion matrix, R² |
//! | [`search`] | strategies: ask, tell, belief, reason; one file each |
//! | [`study`] | the step machine: events in, state out; stepping back is folding fewer events |
//! | [`exchange`] | the set-up as one value, and its link |
//! | [`worker`] | requests and replies; what runs off the main thread |
//! | `app` | the page (wasm only): state, screens, plots |
//!
//! Only `train/gpu.rs` names wgpu. Only `app` names Yew and the DOM. Randomness, time and devices come in
//! as arguments. The same set-up and seed give the same numbers on the CPU trainer, natively and in wasm,
//! whatever the number of workers: lanes are trials, and no reduced axis is ever split.

pub mod space;

pub mod data;

pub mod net;

pub mod optim;

pub mod train;

pub mod metrics;

pub mod search;

pub mod study;

pub mod exchange;

pub mod worker;

#[cfg(target_arch = "wasm32")]
pub mod app;

// All that the reader reads stands in the translation files.
#[cfg(target_arch = "wasm32")]
rust_i18n::i18n!("web/locales", fallback = "en");
