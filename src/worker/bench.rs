//! Times training on this worker (wasm only), for `cargo xtask bench`.

use super::{Timing, port};
use crate::train::{Progress, TrainError, Trainer};
use wasm_bindgen::JsCast;

/// Makes a trainer and trains as every job does: in slices, between which messages are let in. Making it, which on a GPU
/// is to compile the shader, is timed apart.
pub async fn time<T: Trainer, P: FnMut() -> bool>(
    trainer: impl Future<Output = Result<T, TrainError>>,
    epochs: usize,
    slice: fn() -> P,
) -> Result<Timing, TrainError> {
    let begun = clock();
    let mut trainer = trainer.await?;
    let start = clock();
    while trainer.advance(epochs, &mut slice()).await? == Progress::Paused {
        port::breathe().await;
    }
    Ok(Timing { setup: start - begun, start, end: clock(), adapter: None })
}

/// Milliseconds since 1970, finer than the date.
fn clock() -> f64 {
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |p| p.time_origin() + p.now())
}
