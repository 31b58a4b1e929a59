//! Set-ups drawn from all that there are, and data for them.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use tunescape_core::data::{Dataset, Target};
use tunescape_core::setup::Setup;
use tunescape_core::setup::evaluation::Method;
use tunescape_core::worker::{Prepared, prepare};
use tunescape_engine::net::{Activation, Loss};
use tunescape_engine::optim::Rule;

pub fn one<T: Copy>(rng: &mut ChaCha8Rng, of: &[T]) -> T {
    of[rng.random_range(0..of.len())]
}

pub fn dataset(rows: usize, inputs: usize, classes: usize) -> Dataset {
    Dataset {
        name: "csv".into(),
        columns: (0..inputs).map(|i| i.to_string()).collect(),
        x: (0..rows * inputs).map(|i| ((i * 37) % 101) as f32).collect(),
        target: Target::Class {
            labels: (0..rows).map(|i| (i % classes) as u32).collect(),
            names: (0..classes).map(|i| i.to_string()).collect(),
        },
        image: None,
        exact: Vec::new(),
    }
}

/// Any set-up within the ranges, and a set for it; every fifth goes to the ends of the ranges.
pub fn drawn(rng: &mut ChaCha8Rng, number: usize) -> (Setup, Prepared) {
    let mut setup = Setup::default();
    let extreme = number.is_multiple_of(5);
    let layers = if extreme { 9 } else { rng.random_range(0..10) };
    let units =
        |rng: &mut ChaCha8Rng| if extreme { 128 } else { one(rng, &[1, 3, 8, 32, 100, 128]) };
    setup.net.hidden = (0..layers).map(|_| units(rng)).collect();
    setup.net.activation = one(rng, &[Activation::Tanh, Activation::Relu, Activation::Gelu]);
    // One that wants targets of its own, where there are several classes.
    setup.net.loss = one(rng, &[None, Some(Loss::KlDivergence)]);
    setup.training.choose(one(rng, &Rule::ALL));
    setup.training.dropout = one(rng, &[0.0, 0.2]);
    setup.training.patience = one(rng, &[0, 5]);
    setup.training.epochs = if extreme { 1000 } else { one(rng, &[1, 3, 60, 513, 1000]) };
    setup.training.batch = one(rng, &[1, 7, 32, 2000]);
    setup.evaluation.repeats = if extreme { 16 } else { rng.random_range(1..17) };
    setup.evaluation.folds = if extreme { 10 } else { rng.random_range(2..11) };
    setup.evaluation.method = one(rng, &[Method::HoldOut, Method::KFold]);
    let (rows, inputs) = (rng.random_range(40..200), one(rng, &[2, 10, 64, 784, 1024]));
    let set = dataset(rows, inputs, one(rng, &[2, 3, 10]));
    let data = prepare(&set, Vec::new(), &setup).expect("a set");
    (setup, data)
}
