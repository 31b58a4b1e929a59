//! Times training on this worker, for `cargo xtask bench`.

use super::{Host, Timing};
use tunescape_engine::train::{Progress, TrainError, Trainer};

/// Makes a trainer and trains as every job does: in slices, between which messages are let in.
/// Making it, which on a GPU is to compile the shader, is timed apart.
pub async fn time<H: Host, T: Trainer, P: FnMut() -> bool>(
    trainer: impl Future<Output = Result<T, TrainError>>,
    epochs: usize,
    slice: fn() -> P,
) -> Result<Timing, TrainError> {
    let begun = H::clock();
    let mut trainer = trainer.await?;
    let start = H::clock();
    while trainer.advance(epochs, &mut slice()).await? == Progress::Paused {
        H::breathe().await;
    }
    Ok(Timing { setup: start - begun, start, end: H::clock(), adapter: None })
}
