//! Times training on this worker, for `cargo xtask bench`.

use super::{Desk, Failure, slice};
use crate::gpu::GpuTrainer;
use crate::worker::{Host, Job, Reply};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::workloads::Workload;
use tunescape_engine::train::{Progress, TrainError, Trainer};

/// When a timed training began and ended, in milliseconds of a clock that all workers share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// How long it took to make the trainer.
    pub setup: f64,
    pub start: f64,
    pub end: f64,
    /// The GPU's name.
    pub adapter: Option<String>,
}

impl<H: Host> Desk<H> {
    /// Trains these trials of a workload to their end.
    pub(super) async fn bench(
        &self,
        job: Job,
        workload: &str,
        trials: Range<usize>,
        gpu: bool,
    ) -> Result<Reply, Failure> {
        let workload = Workload::by_name(workload).ok_or(TrainError::NoRows)?;
        let population = workload.population().slice(trials);
        let timing = if gpu {
            let context = self.context().await?;
            let trainer = GpuTrainer::new(&context, population, H::now);
            let timing = time::<H, _>(trainer, workload.epochs).await?;
            Timing { adapter: Some(context.name().into()), ..timing }
        } else {
            time::<H, _>(async { CpuTrainer::new(population) }, workload.epochs).await?
        };
        Ok(Reply::Benched(job, timing))
    }
}

/// Makes a trainer and trains as every job does: in slices, between which messages are let in.
/// Making it, which on a GPU is to compile the shader, is timed apart.
async fn time<H: Host, T: Trainer>(
    trainer: impl Future<Output = Result<T, TrainError>>,
    epochs: usize,
) -> Result<Timing, TrainError> {
    let begun = H::clock();
    let mut trainer = trainer.await?;
    let start = H::clock();
    while trainer.advance(epochs, &mut slice::<H>()).await? == Progress::Paused {
        H::breathe().await;
    }
    Ok(Timing { setup: start - begun, start, end: H::clock(), adapter: None })
}
