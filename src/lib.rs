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
//! | [`part`] | rows to train or score on (this and the next four are the crate in `src/engine`, compiled for speed) |
//! | [`gp`] | the Gaussian process: a posterior over functions, given values at some points |
//! | [`net`] | shape, activation, loss, start weights; forward and backward, written to be read |
//! | [`optim`] | update rules, one table of them |
//! | [`train`] | `Population`, the `Trainer` contract, the CPU trainer (SIMD over trials) |
//! | [`gpu`] | the WebGPU trainer |
//! | [`data`] | data sets (toys, real, your own CSV), split, standardisation |
//! | [`metrics`] | accuracy, precision, recall, F1, ROC AUC, confusion matrix, R²; the objective of a study |
//! | [`inspect`] | one network looked into: units, curvature, stability, slices of the loss |
//! | [`search`] | strategies: ask, tell, belief, reason; one file each |
//! | [`prune`] | who stops early, who copies whom: pruners, halving, population-based training |
//! | [`study`] | the step machine: events in, state out; stepping back is folding fewer events |
//! | [`exchange`] | the set-up as one value, and its link |
//! | [`worker`] | requests and replies; what runs off the main thread |
//! | `app` | the page (wasm only): state, screens, plots |
//!
//! Only `gpu` names wgpu. Only `app` names Yew and the DOM. Randomness, time and devices come in
//! as arguments. The same set-up and seed give the same numbers on the CPU trainer, natively and in wasm,
//! whatever the number of workers: lanes are trials, and no reduced axis is ever split.

pub mod space;

pub use engine::{gp, net, optim, part, train};

pub mod gpu;

pub mod data;

pub mod metrics;

pub mod inspect;

pub mod search;

pub mod prune;

pub mod study;

pub mod exchange;

pub mod worker;

#[cfg(target_arch = "wasm32")]
pub mod app;

// All that the reader reads stands in `web/locales`, which `xtask bundle` puts into the boot script.
#[cfg(target_arch = "wasm32")]
rust_i18n::i18n!(fallback = "en", backend = app::texts::Texts::of_the_page());
