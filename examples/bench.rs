//! Times the workloads on the native CPU trainer.
use std::time::Instant;
use tunescape::train::{
    Trainer,
    cpu::{CpuTrainer, Width},
    workloads::WORKLOADS,
};

fn main() {
    for w in WORKLOADS {
        for width in Width::available() {
            for threads in [1, 2] {
                let population = w.population();
                let mut best = f64::MAX;
                for _ in 0..3 {
                    let start = Instant::now();
                    std::thread::scope(|s| {
                        for part in population.trials.chunks(population.trials.len() / threads) {
                            let slice = tunescape::train::Population { trials: part.to_vec(), ..population.clone() };
                            s.spawn(move || {
                                let mut t = CpuTrainer::with_width(slice, width).unwrap();
                                pollster::block_on(t.advance(w.epochs, &mut || false)).unwrap();
                                std::hint::black_box(t.report(0, w.epochs));
                            });
                        }
                    });
                    best = best.min(start.elapsed().as_secs_f64());
                }
                let rate = w.trial_steps() as f64 / best;
                println!(
                    "{} {width:?} {threads} threads: {best:.3} s  {rate:.0} trial-steps/s  {:.1} GFLOP/s",
                    w.name,
                    rate * w.flop_per_step() as f64 / 1e9
                );
            }
        }
    }
}
