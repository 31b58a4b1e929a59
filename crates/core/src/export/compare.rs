//! A script that repeats one training in some library and holds its losses against the page's.

use super::template::Filling;
use super::training::{self, Library};
use super::{Script, Source, Unsupported, python};
use tunescape_engine::train::Report;

const TEMPLATE: &str = include_str!("templates/compare.py");

/// Epochs that a script is compared over at most: rounding grows from epoch to epoch.
pub const EPOCHS: usize = 20;
/// How far its losses may lie from the page's there, relative to the loss or to 1, for learning
/// rates at which training is stable.
pub const TOLERANCE: f64 = 1e-3;

/// What a library and its script are called.
pub struct Words {
    /// Of the file.
    pub name: &'static str,
    pub library: &'static str,
    /// The versions that the scripts were run with.
    pub tested: &'static str,
    /// Python's packages.
    pub wants: &'static str,
}

/// The script of a set-up's Explore run, given what the page has reported of it from epoch 0 on.
/// Where something is not as on the page, there is nothing to compare.
pub fn script(
    source: Source,
    reports: &[Report],
    library: Library,
    words: Words,
    unsupported: Vec<Unsupported>,
) -> Script {
    let epochs = source.setup.training.epochs;
    let (shared, needs_data) = training::write(source, false, library);
    let mut filling = Filling::default();
    let Words { name, library, tested, wants } = words;
    filling.set("title", format!("A training of Tunescape's in {library}: {}.", source.data.name));
    filling.set("tested", tested);
    filling.set("wants", wants);
    say(&unsupported, &mut filling);
    filling.set("training", shared);
    let comparable = if unsupported.is_empty() { reports } else { &[] };
    filling.set("where", if comparable.is_empty() { ", where there are any" } else { "" });
    let pair = |report: &Report| {
        format!("({}, {})", python::single(report.train_loss), python::single(report.valid_loss))
    };
    // The page's own run goes on past the epochs of a training, which the script repeats.
    let compared = EPOCHS.min(epochs) + 1;
    filling.set("expected", python::list(comparable.iter().take(compared).map(pair), 0));
    filling.set("tolerance", python::number(TOLERANCE));
    let text = filling.fill(TEMPLATE);
    Script { name, text, unsupported, needs_data }
}

/// What a script can't do, as it stands at its top: nothing where it can do all.
pub fn listed(unsupported: &[Unsupported]) -> String {
    let items: String = unsupported.iter().map(|item| format!("- {item}\n")).collect();
    if items.is_empty() { items } else { format!("\nNot as on the page:\n{items}") }
}

/// Says at the top of a script what it can't do.
pub fn say(unsupported: &[Unsupported], filling: &mut Filling) {
    filling.word("lacks", !unsupported.is_empty());
    filling.set("unsupported", listed(unsupported));
}
