//! Python for Keras 3: one training, from the same initial weights, in the same batch order, with
//! the page's losses to be held against where Keras can do all that the page does.

use super::compare::{self, Words};
use super::training::{self, Library};
use super::{Script, Source, Unsupported};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::Report;

/// Below it the place of ε in Keras's optimizers, under a root or before a correction, does not
/// matter.
const MAX_EPSILON: f64 = 1e-6;

/// The script of a set-up's Explore run, as [`pytorch::script`](super::pytorch::script)'s.
pub fn script(source: Source, reports: &[Report]) -> Script {
    let words = Words {
        name: "tunescape_keras.py",
        library: "Keras",
        tested: "Keras 3.15.1 and JAX 0.10.2",
        wants: "numpy, keras and a backend (jax, torch or tensorflow)",
    };
    compare::script(source, reports, Library::Keras, words, unsupported(&source))
}

/// What Keras does otherwise, or not at all.
fn unsupported(source: &Source) -> Vec<Unsupported> {
    let training = &source.setup.training;
    let clips = (training.clip_value > 0.0, training.clip_norm > 0.0);
    let root = matches!(
        training.rule,
        Rule::Adagrad | Rule::RmsProp | Rule::CentredRmsProp | Rule::Adam | Rule::AdamW
    );
    let checks = [
        (training.dropout > 0.0, Unsupported::Dropout),
        (clips == (true, true), Unsupported::LeftOut { setting: "training.clip_value".into() }),
        (clips != (false, false) && training.l2 > 0.0, Unsupported::ClippedPenalty),
        (root && training.epsilon > MAX_EPSILON, Unsupported::Epsilon),
    ];
    let own = checks.into_iter().filter_map(|(holds, item)| holds.then_some(item));
    training::unsupported(source).into_iter().chain(own).collect()
}
