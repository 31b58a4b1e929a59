//! The performance workloads W1 to W3: populations that are timed, here and in the browser, under
//! the same names.
//!
//! Same start weights, data and batch order for every trial; classical momentum; a grid of learning
//! rates (log-spaced 1e-3 to 10) × momentum (0 to 0.99). The inputs are uniform noise with a
//! planted rule: what is timed does not depend on them.

use super::order::Order;
use super::population::{Population, Stream, Trial};
use crate::net::{Activation, Loss, Net, unit};
use crate::optim::{Hyper, Rule};
use crate::part::Part;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

/// One row of the table of workloads.
#[derive(Clone, Copy, Debug)]
pub struct Workload {
    pub name: &'static str,
    pub samples: usize,
    pub sizes: &'static [usize],
    pub batch: usize,
    pub epochs: usize,
    /// Trials along each side of the grid.
    pub side: usize,
}

pub const WORKLOADS: [Workload; 3] = [
    Workload { name: "W1", samples: 256, sizes: &[2, 8, 8, 1], batch: 32, epochs: 100, side: 32 },
    Workload { name: "W2", samples: 1408, sizes: &[64, 32, 10], batch: 64, epochs: 20, side: 8 },
    Workload { name: "W3", samples: 2048, sizes: &[784, 64, 10], batch: 64, epochs: 5, side: 4 },
];

impl Workload {
    pub fn by_name(name: &str) -> Option<Workload> {
        WORKLOADS.into_iter().find(|w| w.name == name)
    }

    /// One trial's mini-batch updates, over all trials.
    pub fn trial_steps(&self) -> usize {
        self.side * self.side * self.epochs * self.samples.div_ceil(self.batch)
    }

    /// Nominal floating-point operations of one trial-step: 6 × Σ(in·out) × batch.
    pub fn flop_per_step(&self) -> usize {
        6 * self.sizes.windows(2).map(|w| w[0] * w[1]).sum::<usize>() * self.batch
    }

    /// The population; scored on its training part and one validation row.
    pub fn population(&self) -> Population {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let (inputs, outputs) = (self.sizes[0], self.sizes[self.sizes.len() - 1]);
        let classes = outputs.max(2);
        let x: Vec<f32> = (0..self.samples * inputs).map(|_| 2.0 * unit(&mut rng) - 1.0).collect();
        let label = |row: &[f32]| {
            let sum: f32 =
                row.iter().enumerate().map(|(i, x)| if i % 2 == 0 { *x } else { -*x }).sum();
            ((sum.abs() * 3.0) as usize % classes) as f32
        };
        let part = Part { y: x.chunks(inputs).map(label).collect(), x: x.into(), columns: inputs };
        let valid =
            Part { x: part.row(0).to_vec().into(), y: part.target(0).to_vec(), columns: inputs };
        let net = if outputs == 1 {
            Net::new(self.sizes.to_vec(), Activation::Tanh, Loss::BinaryCrossEntropy)
        } else {
            Net::new(self.sizes.to_vec(), Activation::Relu, Loss::SoftmaxCrossEntropy)
        };
        let stream = Stream {
            start: net.start(1).into(),
            order: Order::Fixed { batch: self.batch },
            seed: 1,
            train: Arc::new(part),
            valid: Arc::new(valid),
        };
        let at = |i: usize| i as f32 / (self.side - 1) as f32;
        let trials = (0..self.side * self.side)
            .map(|t| Hyper {
                learning_rate: libm::powf(10.0, -3.0 + 4.0 * at(t % self.side)),
                momentum: 0.99 * at(t / self.side),
                ..Hyper::default()
            })
            .map(|hyper| Trial { hyper, stream: 0 })
            .collect();
        // No bound: a diverged trial that rests would be quicker than one that trains.
        Population::new(net, Rule::Momentum, vec![stream], trials, f32::MAX)
    }
}
