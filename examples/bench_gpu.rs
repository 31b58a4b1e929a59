//! Times the workloads that fit the GPU trainer, natively.
use std::time::{Instant, SystemTime};
use tunescape_core::gpu::{GpuContext, GpuTrainer};
use tunescape_engine::train::{Trainer, workloads::WORKLOADS};

fn now() -> f64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs_f64() * 1e3
}

fn main() {
    let context = pollster::block_on(GpuContext::request()).unwrap();
    println!("{}", context.name());
    for w in WORKLOADS {
        for attempt in 0..3 {
            let start = Instant::now();
            let mut trainer =
                match pollster::block_on(GpuTrainer::new(&context, w.population(), now)) {
                    Ok(trainer) => trainer,
                    Err(error) => {
                        println!("{}: {error:?}", w.name);
                        break;
                    }
                };
            let (made, start) = (start.elapsed().as_secs_f64(), Instant::now());
            let mut dispatches = 0;
            pollster::block_on(trainer.advance(w.epochs, &mut || {
                dispatches += 1;
                false
            }))
            .unwrap();
            let time = start.elapsed().as_secs_f64();
            let rate = w.trial_steps() as f64 / time;
            println!(
                "{} run {attempt}: set-up {made:.3} s, {time:.3} s in {dispatches} dispatches, {rate:.0} trial-steps/s, {:.1} GFLOP/s",
                w.name,
                rate * w.flop_per_step() as f64 / 1e9
            );
        }
    }
}
