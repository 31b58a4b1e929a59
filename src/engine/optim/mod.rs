//! Update rules. One table, [`Rule::ALL`]; the arithmetic is [`Rule::update`] and its WGSL twin.
//!
//! | symbol | meaning |
//! |---|---|
//! | w, g, v | parameter, its gradient (L2 included), its velocity (0 at the start) |
//! | η, β | learning rate, momentum |

use crate::net::Lanes;
use serde::{Deserialize, Serialize};

/// The rule that turns a gradient into a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// w ← w − ηg
    Sgd,
    /// v ← βv + g, w ← w − ηv. PyTorch's `SGD(momentum)`, without dampening.
    Momentum,
    /// v ← βv + (1 − β)g, w ← w − ηv. An exponential average of gradients from v = 0.
    AveragedMomentum,
    /// v ← βv + g, w ← w − η(g + βv). PyTorch's `SGD(nesterov=True)`.
    Nesterov,
}

/// The hyperparameters in which trials of one population may differ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hyper {
    pub learning_rate: f32,
    pub momentum: f32,
    /// Coupled weight decay: adds `l2 · w` to each gradient, the penalty being `l2/2 · |w|²`; biases included.
    pub l2: f32,
}

impl Rule {
    pub const ALL: [Rule; 4] = [Rule::Sgd, Rule::Momentum, Rule::AveragedMomentum, Rule::Nesterov];

    /// Whether the rule uses the momentum β.
    pub fn has_momentum(self) -> bool {
        self != Rule::Sgd
    }

    /// The rule's formula, the same in every language.
    pub fn formula(self) -> &'static str {
        match self {
            Rule::Sgd => "w ← w − ηg",
            Rule::Momentum => "v ← βv + g,  w ← w − ηv",
            Rule::AveragedMomentum => "v ← βv + (1−β)g,  w ← w − ηv",
            Rule::Nesterov => "v ← βv + g,  w ← w − η(g + βv)",
        }
    }
}

/// Velocities smaller than this become 0: denormal numbers are slow, and wasm can't flush them.
pub const TINY: f32 = 1e-30;

/// The hyperparameters of the trials of a lane group, a lane a trial.
#[derive(Clone, Copy)]
pub struct HyperLanes<V> {
    pub learning_rate: V,
    pub momentum: V,
    pub l2: V,
}

impl Rule {
    /// One update of one parameter: the new (w, v), given the gradient of the data loss.
    #[inline(always)]
    pub fn update<V: Lanes>(self, h: &HyperLanes<V>, w: V, v: V, g: V) -> (V, V) {
        let g = g.add(h.l2.mul(w));
        let (step, v) = match self {
            Rule::Sgd => (g, v),
            Rule::Momentum => {
                let v = h.momentum.mul(v).add(g);
                (v, v)
            }
            Rule::AveragedMomentum => {
                let v = h.momentum.mul(v).add(V::splat(1.0).sub(h.momentum).mul(g));
                (v, v)
            }
            Rule::Nesterov => {
                let v = h.momentum.mul(v).add(g);
                (g.add(h.momentum.mul(v)), v)
            }
        };
        let zero = V::splat(0.0);
        let size = v.at_least(zero.sub(v));
        (w.sub(h.learning_rate.mul(step)), V::splat(TINY).if_greater(size, zero, v))
    }
}
