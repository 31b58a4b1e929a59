//! Tunescape from the command line: a study, a race or a landscape that is too large for a
//! browser's tab, on all cores of a machine or in shards on many.
//!
//! It is another shell around `tunescape-core`, beside the page: the same workers ([`pool`]) take
//! the same requests, so that on the CPU the numbers are the page's to the last bit.
//!
//! | module | what it is |
//! |---|---|
//! | [`options`] | what can be asked for |
//! | [`input`] | a link, a set-up as JSON, or a file of results: the set-up and its data |
//! | [`pool`] | workers on threads |
//! | [`store`] | results as they come, by their unit of work; resumed, merged, put in order |
//! | [`landscape`], [`study`], [`race`], [`train`] | the work, unit by unit, and its tables |
//! | [`merge`] | shards into one file |
//! | [`x_ray`] | a study from elsewhere, and what a strategy would try next |
//! | [`open`] | the page with a result in it |

mod check;
mod error;
mod gpu;
mod input;
mod landscape;
mod line;
mod merge;
mod open;
mod options;
mod pool;
mod progress;
mod race;
mod reason;
mod run;
mod shard;
mod stop;
mod store;
mod study;
mod train;
mod words;
mod x_ray;

use clap::Parser;
use error::Error;
use options::{Command, Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = Options::parse();
    match begin(options.command) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads has gone away, as `head` does.
        Err(Error::Write { error, .. }) if error.kind() == std::io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("tunescape: {error}");
            error.code()
        }
    }
}

fn begin(command: Command) -> Result<(), Error> {
    stop::listen();
    match command {
        Command::Landscape(options) => landscape::run(options),
        Command::Study(options) => study::run(options),
        Command::Race(options) => race::run(options),
        Command::Train(options) => train::run(options),
        Command::Merge(options) => merge::run(options),
        Command::XRay(options) => x_ray::run(options),
        Command::Open(options) => open::run(options),
    }
}
