//! Update rules. One table, [`Rule::ALL`]; the arithmetic is [`Rule::update`] and its WGSL twin.
//!
//! | symbol | meaning |
//! |---|---|
//! | w, g, v | parameter, its gradient (L2 included), its velocity (0 at the start) |
//! | η, β | learning rate, momentum |

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
