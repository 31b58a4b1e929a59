//! The native trainers: on the CPU each thread with its share of the trials, and on whatever GPU
//! adapter there is.

use crate::row::Row;
use std::time::{Instant, SystemTime};
use tunescape_core::gpu::{GpuContext, GpuTrainer};
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::workloads::Workload;
use tunescape_engine::train::{Population, Trainer};

/// The best of several runs.
pub fn cpu(workload: Workload, threads: usize, runs: usize) -> Row {
    let population = workload.population();
    let trials = population.trials.len();
    let seconds =
        (0..runs).map(|_| run(&population, workload.epochs, threads)).fold(f64::MAX, f64::min);
    let width = Width::suiting(population.net.parameters(), trials / threads);
    let adapter = Some(format!("{} side by side", width.lanes()));
    Row { workload, backend: "native-cpu", adapter, threads, trials, setup: 0.0, seconds }
}

fn run(population: &Population, epochs: usize, threads: usize) -> f64 {
    let trials = population.trials.len();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for i in 0..threads {
            scope.spawn(move || {
                let share = population.slice(i * trials / threads..(i + 1) * trials / threads);
                let mut trainer = CpuTrainer::new(share).expect("a workload can be trained");
                pollster::block_on(trainer.advance(epochs, &mut || false))
                    .expect("a workload can be trained");
            });
        }
    });
    start.elapsed().as_secs_f64()
}

/// Trials along each side of W1's grid on hardware: enough to fill it.
const SIDE: usize = 256;

/// The best of several runs on the GPU; or why there is none. The shader is compiled outside of the
/// time.
pub fn gpu(workload: Workload, runs: usize, hardware_only: bool) -> Result<Row, String> {
    let context =
        pollster::block_on(GpuContext::request()).map_err(|error| format!("{error:?}"))?;
    if hardware_only && context.is_software() {
        return Err("a software adapter, which is not timed in a minute".into());
    }
    let side = if workload.name == "W1" && !context.is_software() { SIDE } else { workload.side };
    let workload = Workload { side, ..workload };
    let now = || SystemTime::UNIX_EPOCH.elapsed().map_or(0.0, |time| time.as_secs_f64() * 1e3);
    let (mut setup, mut seconds) = (0.0_f64, f64::MAX);
    for _ in 0..runs {
        let start = Instant::now();
        let trainer = pollster::block_on(GpuTrainer::new(&context, workload.population(), now));
        let mut trainer = trainer.map_err(|error| format!("{error:?}"))?;
        setup = setup.max(start.elapsed().as_secs_f64());
        let start = Instant::now();
        pollster::block_on(trainer.advance(workload.epochs, &mut || false))
            .map_err(|error| format!("{error:?}"))?;
        seconds = seconds.min(start.elapsed().as_secs_f64());
    }
    let adapter = Some(context.name().to_owned());
    Ok(Row {
        workload,
        backend: "native-gpu",
        adapter,
        threads: 1,
        trials: side * side,
        setup,
        seconds,
    })
}
