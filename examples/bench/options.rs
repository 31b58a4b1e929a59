//! The command line of the bench, which `cargo xtask bench` checks as well.

use clap::Parser;
use std::path::PathBuf;

/// Times the workloads on every trainer, and how smooth the page stays meanwhile
#[derive(Parser)]
#[command(name = "bench")]
pub struct Options {
    /// Takes a minute: fewer runs, and not the page
    #[arg(long, conflicts_with_all = ["page", "suggest"])]
    pub quick: bool,
    /// Measures how smooth the page stays, and nothing else
    #[arg(long, conflicts_with = "suggest")]
    pub page: bool,
    /// Measures how long strategies take for a suggestion, and nothing else
    #[arg(long)]
    pub suggest: bool,
    /// Measures how long each reader takes for 1 MB of the worst that is known, and nothing else
    #[arg(long, conflicts_with_all = ["page", "quick", "suggest"])]
    pub inputs: bool,
    /// Writes the table into this file as well
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
}
