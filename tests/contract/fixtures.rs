//! Small populations to try trainers on, and the device of this machine.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::{Arc, OnceLock};
use tunescape_core::data::Part;
use tunescape_core::gpu::GpuContext;
use tunescape_engine::net::{Activation, Loss, Net, unit};
use tunescape_engine::optim::{Hyper, Rule};
use tunescape_engine::train::{Order, Population, Stream, TrainError, Trial};

pub const ROWS: usize = 37;
pub const BATCH: usize = 8;
pub const TRIALS: usize = 21;

/// The adapter of this machine, asked for once.
pub fn gpu() -> Result<&'static GpuContext, TrainError> {
    static CONTEXT: OnceLock<Result<GpuContext, TrainError>> = OnceLock::new();
    CONTEXT.get_or_init(|| pollster::block_on(GpuContext::request())).as_ref().map_err(Clone::clone)
}

/// A clock that stands still.
pub fn fixed() -> f64 {
    0.0
}

pub fn part(loss: Loss, rows: usize, seed: u64) -> Part {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut number = || 2.0 * unit(&mut rng) - 1.0;
    let x: Vec<f32> = (0..3 * rows).map(|_| number()).collect();
    let target = |row: &[f32]| match loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => {
            vec![if row[0] * row[1] > 0.0 { 1.0 } else { 0.0 }]
        }
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge => vec![if row[0] > 0.3 {
            2.0
        } else if row[1] > 0.0 {
            1.0
        } else {
            0.0
        }],
        Loss::KlDivergence => vec![0.25 + 0.25 * row[0], 0.0, 0.75 - 0.25 * row[0]],
        _ => vec![row[0] - row[1] * row[2], row[1]],
    };
    Part { y: x.chunks(3).flat_map(target).collect(), x: x.into(), columns: 3 }
}

pub fn net(activation: Activation, loss: Loss) -> Net {
    let outputs = match loss {
        Loss::BinaryCrossEntropy | Loss::Hinge => 1,
        Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge | Loss::KlDivergence => 3,
        _ => 2,
    };
    Net::new(vec![3, 5, 4, outputs], activation, loss)
}

pub fn stream(net: &Net, seed: u64) -> Stream {
    Stream {
        start: net.start(seed).into(),
        order: Order::Shuffled { seed, batch: BATCH },
        seed,
        train: Arc::new(part(net.loss, ROWS, seed)),
        valid: Arc::new(part(net.loss, 11, seed + 1)),
    }
}

/// Learning rates from 0.001 to 0.05, momenta from 0 to 0.9: none of them chaotic. RMSprop's first
/// steps are ten times the learning rate, and momentum adds to them: it gets rates up to its
/// customary 0.01.
pub fn population(activation: Activation, loss: Loss, rule: Rule) -> Population {
    let net = net(activation, loss);
    let span = if matches!(rule, Rule::RmsProp | Rule::CentredRmsProp) { 10.0 } else { 50.0 };
    let hyper = |t: usize| Hyper {
        learning_rate: 0.001 * libm::powf(span, (t % 7) as f32 / 6.0),
        momentum: 0.45 * (t / 7) as f32,
        l2: 0.01 * (t % 2) as f32,
        ..rule.defaults()
    };
    let trials = (0..TRIALS).map(|t| Trial { hyper: hyper(t), stream: 0 }).collect();
    let streams = vec![stream(&net, 1)];
    Population::new(net, rule, streams, trials, 1e3)
}

pub fn plain() -> Population {
    population(Activation::Tanh, Loss::BinaryCrossEntropy, Rule::Momentum)
}

/// Trial 1 of these diverges.
pub fn exploding() -> Population {
    let mut population = population(Activation::Linear, Loss::SquaredError, Rule::Momentum);
    population.trials.truncate(3);
    for (trial, learning_rate) in population.trials.iter_mut().zip([0.01, 1.0, 0.02]) {
        trial.hyper = Hyper { learning_rate, momentum: 0.5, ..Hyper::default() };
    }
    population
}
