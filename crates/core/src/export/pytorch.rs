//! Python for PyTorch: one training, from the same initial weights, in the same batch order, with
//! the page's losses to be held against.

use super::template::Filling;
use super::{Script, Source, Unsupported, python, training};
use std::fmt::Write;
use tunescape_engine::train::Report;

const TEMPLATE: &str = include_str!("templates/torch.py");

/// Epochs that a script is compared over at most: rounding grows from epoch to epoch.
pub const EPOCHS: usize = 20;
/// How far its losses may lie from the page's there, relative to the loss or to 1, for learning
/// rates at which training is stable.
pub const TOLERANCE: f64 = 1e-3;

/// The script of a set-up's Explore run (of a trial: [`crate::setup::Setup::at`] its point), given
/// what the page has reported of it from epoch 0 on.
pub fn script(source: Source, reports: &[Report]) -> Script {
    let (shared, needs_data) = training::write(source, false);
    let unsupported = training::unsupported(&source);
    let mut filling = Filling::default();
    filling.set("title", format!("A training of Tunescape's in PyTorch: {}.", source.data.name));
    filling.set("unsupported", listed(&unsupported));
    filling.set("training", shared);
    // Of several trainings the page reports the mean.
    let comparable = if unsupported.is_empty() { reports } else { &[] };
    let pair = |report: &Report| {
        format!("({}, {})", python::single(report.train_loss), python::single(report.valid_loss))
    };
    filling.set("expected", python::list(comparable.iter().take(EPOCHS + 1).map(pair), 0));
    filling.set("tolerance", python::number(TOLERANCE));
    let text = filling.fill(TEMPLATE);
    Script { name: "tunescape_pytorch.py", text, unsupported, needs_data }
}

/// What stands at the top of a script of what it can't do.
pub fn listed(unsupported: &[Unsupported]) -> String {
    if unsupported.is_empty() {
        return String::new();
    }
    let mut text = "\nNot as on the page:\n".to_string();
    for item in unsupported {
        // Writing into a text can't fail.
        let _ = writeln!(text, "- {item}");
    }
    text
}
