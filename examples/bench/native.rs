//! The native CPU trainer, each thread with its share of the trials.

use crate::row::Row;
use std::time::Instant;
use tunescape::train::cpu::{CpuTrainer, Width};
use tunescape::train::workloads::Workload;
use tunescape::train::{Population, Trainer};

/// The best of several runs.
pub fn cpu(workload: Workload, threads: usize, runs: usize) -> Row {
    let population = workload.population();
    let trials = population.trials.len();
    let seconds = (0..runs).map(|_| run(&population, workload.epochs, threads)).fold(f64::MAX, f64::min);
    let lanes = Width::available().last().map_or(0, |width| width.lanes());
    let adapter = Some(format!("{lanes} lanes"));
    Row { workload, backend: "native-cpu", adapter, threads, trials, seconds }
}

fn run(population: &Population, epochs: usize, threads: usize) -> f64 {
    let trials = population.trials.len();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for i in 0..threads {
            scope.spawn(move || {
                let share = population.slice(i * trials / threads..(i + 1) * trials / threads);
                let mut trainer = CpuTrainer::new(share).expect("a workload can be trained");
                pollster::block_on(trainer.advance(epochs, &mut || false)).expect("a workload can be trained");
            });
        }
    });
    start.elapsed().as_secs_f64()
}
