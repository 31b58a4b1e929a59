//! What can be asked for.

use crate::shard::Shard;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Cells along a side of a landscape at most.
pub const MAX_SIDE: i64 = 4096;
/// Seeds at most.
pub const MAX_SEEDS: i64 = 10_000;

/// Trains what is too large for a browser's tab. The input is a link of the page's Share button
/// (whole, or what it has after #), a set-up as JSON, or a file of results.
#[derive(Parser)]
#[command(name = "tunescape", version, arg_required_else_help = true)]
pub struct Options {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Trains a network in every cell of the map
    Landscape(LandscapeOptions),
    /// Runs the search to the end of its budget
    Study(StudyOptions),
    /// Races the strategies
    Race(RaceOptions),
    /// Trains the one run of the Explore screen, for its curves
    Train(TrainOptions),
    /// Puts shards together
    Merge(MergeOptions),
    /// Tells what a study from elsewhere holds, and what a strategy would try next
    XRay(XRayOptions),
    /// Serves the built page with a result in it
    Open(OpenOptions),
}

#[derive(Args)]
pub struct InputOptions {
    /// A link of the page, or a file with a link, a set-up as JSON, or results
    #[arg(value_name = "LINK|FILE")]
    pub input: String,
    /// A table to train on, where the set-up is of the reader's own file
    #[arg(long, value_name = "CSV")]
    pub data: Option<PathBuf>,
    /// The column of --data to predict, by its name [default: the likeliest]
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub target: Option<String>,
}

#[derive(Args)]
pub struct OutputOptions {
    /// Where the result goes [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// [default: by the ending of --out, else jsonl]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
}

#[derive(Args)]
pub struct WorkOptions {
    /// Threads that train [default: as many as there are cores]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Does a part of the work: the i-th of n, from 1
    #[arg(long, value_name = "i/n")]
    pub shard: Option<Shard>,
    /// Goes on with what an earlier run has left in --out
    #[arg(long, requires = "out", conflicts_with = "force")]
    pub resume: bool,
    /// Begins anew where --out is there already
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Shows no progress
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args)]
pub struct LandscapeOptions {
    #[command(flatten)]
    pub input: InputOptions,
    /// Cells along a side, 2 to 4096 [default: the set-up's]
    #[arg(long, value_parser = clap::value_parser!(u16).range(2..=MAX_SIDE))]
    pub side: Option<u16>,
    /// How often every cell is trained, each time from other initial weights [default: the set-up's]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=MAX_SEEDS))]
    pub seeds: Option<u16>,
    /// What trains; only the CPU's numbers are the page's to the last bit
    #[arg(long, value_enum, default_value_t = BackendName::Cpu)]
    pub backend: BackendName,
    /// The GPU to train on, by its number or a part of its name; "list" lists them
    #[arg(long, value_name = "GPU")]
    pub adapter: Option<String>,
    #[command(flatten)]
    pub work: WorkOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

#[derive(Args)]
pub struct StudyOptions {
    #[command(flatten)]
    pub input: InputOptions,
    /// How often every trial is trained, each time from other initial weights [default: the set-up's]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=MAX_SEEDS))]
    pub seeds: Option<u16>,
    /// Trials that are trained already, in a file of this study
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    #[command(flatten)]
    pub work: WorkOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

#[derive(Args)]
pub struct RaceOptions {
    #[command(flatten)]
    pub input: InputOptions,
    /// How often every strategy spends the budget, each time with another seed [default: the
    /// set-up's]
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=MAX_SEEDS))]
    pub seeds: Option<u16>,
    #[command(flatten)]
    pub work: WorkOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

#[derive(Args)]
pub struct TrainOptions {
    #[command(flatten)]
    pub input: InputOptions,
    /// From how many seeds it is trained, the set-up's own the first
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=MAX_SEEDS))]
    pub seeds: u16,
    /// A value of a searched hyperparameter in place of the set-up's; may be given for each
    #[arg(long, value_name = "NAME=VALUE")]
    pub at: Vec<String>,
    /// Another value after an epoch, from there on; may be given for each, and again
    #[arg(long, value_name = "EPOCH:NAME=VALUE")]
    pub then: Vec<String>,
    /// Ends after this epoch; schedules go by the set-up's own number [default: the set-up's]
    #[arg(long, value_name = "N")]
    pub epochs: Option<usize>,
    #[command(flatten)]
    pub work: WorkOptions,
    #[command(flatten)]
    pub output: OutputOptions,
}

#[derive(Args)]
pub struct MergeOptions {
    /// Results of shards, as JSON lines, in any order
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Writes what is there though something is missing
    #[arg(long)]
    pub partial: bool,
    /// The table that a study was of, where it was of the reader's own file
    #[arg(long, value_name = "CSV")]
    pub data: Option<PathBuf>,
    /// The column of --data to predict
    #[arg(long, value_name = "COLUMN", requires = "data")]
    pub target: Option<String>,
    #[command(flatten)]
    pub output: OutputOptions,
    /// Writes over --out where it is there already
    #[arg(long, requires = "out")]
    pub force: bool,
}

#[derive(Args)]
pub struct XRayOptions {
    /// A journal or database of Optuna's, a table of trials, or a study.json of the page
    pub file: PathBuf,
    /// The strategy that is asked
    #[arg(long, default_value = "tpe")]
    pub strategy: String,
    /// How many of the file's trials it hears of [default: all]
    #[arg(long)]
    pub trials: Option<usize>,
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// The study, by its number in the file, from 1
    #[arg(long, default_value_t = 1)]
    pub study: usize,
}

#[derive(Args)]
pub struct OpenOptions {
    /// A link, a set-up as JSON, or results
    #[arg(value_name = "LINK|FILE")]
    pub input: String,
    /// The built page
    #[arg(long, default_value = "dist", value_name = "FOLDER")]
    pub dist: PathBuf,
    /// 0: any that is free
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Prints the address and ends
    #[arg(long)]
    pub print: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BackendName {
    Cpu,
    Gpu,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for a spreadsheet
    Csv,
    /// Everything, a line of JSON for each unit of work; shards, --resume and merge take it
    Jsonl,
    /// Optuna's journal
    Journal,
    /// JSON as the page exports and reads it
    Page,
    /// A script that goes on with the search by Ray Tune
    Tune,
}

impl Format {
    /// The one asked for, or that a file's ending tells.
    pub fn of(options: &OutputOptions) -> Format {
        let ending = options.out.as_ref().and_then(|out| out.extension()?.to_str());
        options.format.unwrap_or(match ending {
            Some("csv") => Format::Csv,
            Some("log" | "journal") => Format::Journal,
            Some("json") => Format::Page,
            Some("py") => Format::Tune,
            _ => Format::Jsonl,
        })
    }

    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }
}
