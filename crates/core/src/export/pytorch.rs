//! Python for PyTorch: one training, from the same initial weights, in the same batch order, with
//! the page's losses to be held against.

use super::compare::{self, Words};
use super::training::{self, Library};
use super::{Script, Source};
use tunescape_engine::train::Report;

/// The script of a set-up's Explore run (of a trial: [`crate::setup::Setup::at`] its point), given
/// what the page has reported of it from epoch 0 on.
pub fn script(source: Source, reports: &[Report]) -> Script {
    let words = Words {
        name: "tunescape_pytorch.py",
        library: "PyTorch",
        tested: "PyTorch 1.13.1",
        wants: "numpy and torch",
    };
    compare::script(source, reports, Library::Torch, words, training::unsupported(&source))
}
