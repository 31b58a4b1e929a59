//! The multi-layer perceptron: shape, activation, loss, start weights.
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | W(l) | in × out, row-major | weights of layer l, counted from the input |
//! | b(l) | out | biases |
//! | a(l) | out | activations, a(l) = f(a(l−1) W + b); the output layer is linear (logits) |
//! | δ(l) | out | derivative of the loss by the layer's sum |
//!
//! Parameters lie flat, layer after layer: W(1), b(1), W(2), b(2), …

pub mod activation;
mod init;
pub mod lanes;
pub mod loss;
pub mod math;
#[cfg(target_arch = "x86_64")]
pub mod partial;
pub mod plain;
mod real;

pub use activation::Activation;
pub use init::{Init, normal};
pub use lanes::{Lanes, Narrow};
pub use loss::Loss;
pub use real::{Dual, Real};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

/// Layers and units a network may have.
pub const MAX_HIDDEN: usize = 9;
pub const MAX_UNITS: usize = 128;

/// A network's shape, activations of its hidden layers, start weights, and loss.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Net {
    /// `[inputs, hidden…, outputs]`.
    pub sizes: Vec<usize>,
    /// One for each hidden layer, from the input on.
    pub activations: Vec<Activation>,
    pub init: Init,
    pub loss: Loss,
}

/// Where one layer's parameters lie in the flat vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    pub inputs: usize,
    pub outputs: usize,
    /// Offset of W; b follows it.
    pub weights: usize,
    pub biases: usize,
}

impl Net {
    /// A network with one activation in all hidden layers, and the start weights that suit it.
    pub fn new(sizes: Vec<usize>, activation: Activation, loss: Loss) -> Self {
        let activations = vec![activation; sizes.len().saturating_sub(2)];
        Self { sizes, activations, init: Init::Auto, loss }
    }

    pub fn inputs(&self) -> usize {
        self.sizes[0]
    }

    pub fn outputs(&self) -> usize {
        self.sizes[self.sizes.len() - 1]
    }

    /// The layers from the input on.
    pub fn layers(&self) -> Vec<Layer> {
        let mut at = 0;
        self.sizes
            .windows(2)
            .map(|w| {
                let layer =
                    Layer { inputs: w[0], outputs: w[1], weights: at, biases: at + w[0] * w[1] };
                at = layer.biases + w[1];
                layer
            })
            .collect()
    }

    /// Number of weights and biases.
    pub fn parameters(&self) -> usize {
        self.sizes.windows(2).map(|w| (w[0] + 1) * w[1]).sum()
    }

    /// Start weights, as [`Init`] says; biases 0. The output layer starts as if it ended in the
    /// last hidden layer's activation; without hidden layers, as if it were linear on purpose.
    pub fn start(&self, seed: u64) -> Vec<f32> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut weights = Vec::with_capacity(self.parameters());
        for (l, layer) in self.layers().into_iter().enumerate() {
            let own = self
                .activations
                .get(l)
                .or(self.activations.last())
                .copied()
                .unwrap_or(Activation::Linear);
            let init = if self.init == Init::Auto { own.facts().init } else { self.init };
            weights.extend(init.draw(layer, &mut rng));
            weights.extend(std::iter::repeat_n(0.0, layer.outputs));
        }
        weights
    }
}

/// A uniform number in [0, 1) with 24 bits, from one fixed-width draw.
pub fn unit(rng: &mut impl Rng) -> f32 {
    (rng.random::<u32>() >> 8) as f32 / 16_777_216.0
}
