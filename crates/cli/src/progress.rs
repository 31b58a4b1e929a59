//! How far it is, on standard error, and nothing where that is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar over so many of something.
pub fn bar(quiet: bool, what: &str, done: u64, all: u64) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let form = "{msg} {wide_bar} {human_pos}/{human_len} {elapsed} (about {eta} left)";
    let style = ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(all).with_style(style).with_message(what.to_owned());
    bar.set_position(done);
    bar.reset_eta();
    bar
}
