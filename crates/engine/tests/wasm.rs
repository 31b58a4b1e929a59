//! Training gives the same bits natively and as WebAssembly: the test runs on both, the second time
//! in a worker of a real browser. It stands beside the engine, which compiles without the page.

#[path = "../../../tests/common/bits.rs"]
mod bits;

use bits::Bits;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tunescape_engine::net::{Activation, Loss, Net, unit};
use tunescape_engine::optim::{Hyper, Rule};
use tunescape_engine::part::Part;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Order, Population, Stream, Trainer, Trial};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::*;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_dedicated_worker);

/// The CPU trainer never waits for anything, so that one poll is all it takes.
fn now<T>(work: impl Future<Output = T>) -> T {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the CPU trainer waited"),
    }
}

fn part(loss: Loss, rows: usize, seed: u64) -> Part {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let x: Vec<f32> = (0..2 * rows).map(|_| 2.0 * unit(&mut rng) - 1.0).collect();
    let target = |row: &[f32]| match loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => vec![f32::from(u8::from(row[0] * row[1] > 0.0))],
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge => {
            vec![f32::from(u8::from(row[0] > 0.2)) + f32::from(u8::from(row[1] > 0.1))]
        }
        Loss::KlDivergence => vec![0.25 + 0.25 * row[0], 0.0, 0.75 - 0.25 * row[0]],
        _ => vec![row[0] - row[1]],
    };
    Part { y: x.chunks(2).flat_map(target).collect(), x: x.into(), columns: 2 }
}

/// Eleven trials, which fill no whole number of lanes; the learning rate of the last makes some of
/// them diverge.
fn population(activation: Activation, loss: Loss, rule: Rule) -> Population {
    let outputs = if loss.classes(3) == Some(3) { 3 } else { 1 };
    let net = Net::new(vec![2, 5, 3, outputs], activation, loss);
    let stream = Stream {
        start: net.start(7).into(),
        order: Order::Shuffled { seed: 7, batch: 6 },
        seed: 7,
        train: Arc::new(part(loss, 32, 1)),
        valid: Arc::new(part(loss, 13, 2)),
    };
    let hyper = |t: usize| Hyper {
        learning_rate: if t == 10 { 60.0 } else { 0.01 * libm::powf(1.5, t as f32) },
        momentum: 0.3 * (t % 4) as f32,
        l2: 0.001 * (t % 3) as f32,
        ..rule.defaults()
    };
    let trials = (0..11).map(|t| Trial { hyper: hyper(t), stream: 0 }).collect();
    Population::new(net, rule, vec![stream], trials, 20.0)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn training_has_the_same_bits_everywhere() {
    const EPOCHS: usize = 6;
    let mut bits = Bits::new();
    let mut diverged = 0;
    for activation in Activation::ALL {
        for loss in Loss::ALL {
            for rule in Rule::ALL {
                let mut trainer =
                    CpuTrainer::new(population(activation, loss, rule)).expect("it can train");
                now(trainer.advance(EPOCHS, &mut || false)).expect("the CPU trains");
                for t in 0..11 {
                    for report in (0..=EPOCHS).map_while(|epoch| trainer.report(t, epoch)) {
                        bits.floats(&[
                            report.train_loss,
                            report.valid_loss,
                            report.train_score,
                            report.valid_score,
                        ]);
                    }
                    let state = now(trainer.state(t)).expect("a trial");
                    bits.floats(&state.weights);
                    state.slots.iter().for_each(|slot| bits.floats(slot));
                    bits.take(trainer.diverged(t).map_or(0, |epoch| epoch as u32));
                    diverged += usize::from(trainer.diverged(t).is_some());
                }
            }
        }
    }
    // Some of them must, or divergence would go untested.
    assert!((100..3000).contains(&diverged), "{diverged} diverged");
    assert_eq!(bits.0, 0xffa4_da3c_20a8_bc9b);
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test]
fn wasm_has_simd() {
    const { assert!(cfg!(target_feature = "simd128")) };
}
