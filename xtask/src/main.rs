//! Sets up, builds, serves and checks Tunescape: `cargo xtask COMMAND`.

#[allow(dead_code)] // The bench reads them; here they are only checked.
#[path = "../../examples/bench/options.rs"]
mod bench;
mod bundle;
mod cargo;
mod check;
mod licences;
mod machine;
mod page;
mod parts;
mod python;
mod setup;
mod suites;

use clap::{Parser, Subcommand};
use setup::Goal;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Sets up, builds, serves and checks Tunescape.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Installs whatever building and testing need and this machine lacks
    Setup,
    /// Builds the page for release into dist/
    Build,
    /// Builds the page and leaves all of it in one file, for use without a host: tunescape.html
    SingleFile,
    /// Builds the page and serves it on 127.0.0.1
    Serve {
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Runs every check: format, lints, native, wasm and browser tests
    Test,
    /// Times the trainers, natively and in Chromium, and how smooth the page stays
    #[command(disable_help_flag = true)]
    Bench {
        /// See `cargo xtask bench --help`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<OsString>,
    },
    /// Writes the licences of all crates in the page into web/licences.txt
    Licences,
    /// Writes pictures of the page into screenshots/
    Screenshots,
    /// The last step of Trunk's build, which Trunk calls
    #[command(hide = true)]
    Bundle {
        #[arg(long, env = "TRUNK_STAGING_DIR")]
        stage: PathBuf,
    },
}

/// What went wrong, in one line for the person at the terminal.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Setup => machine::set_up(Goal::Test),
        Command::Build => build(),
        Command::SingleFile => single_file(),
        Command::Serve { port } => serve(port),
        Command::Test => check::run(),
        Command::Bench { options } => bench(&options),
        Command::Licences => licences::write(),
        Command::Screenshots => check::screenshots(),
        Command::Bundle { stage } => bundle::run(&stage),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").into()
}

fn build() -> Result {
    machine::set_up(Goal::Build)?;
    page::build()
}

fn single_file() -> Result {
    build()?;
    let bytes = std::fs::copy(root().join("dist/tunescape.html"), root().join("tunescape.html"))?;
    println!("tunescape.html: {} KB", bytes / 1000);
    Ok(())
}

fn serve(port: u16) -> Result {
    build()?;
    let site = site::server::Site::open(&root().join("dist"), port)
        .map_err(|e| format!("port {port}: {e}"))?;
    println!("http://127.0.0.1:{port}/");
    Ok(Arc::new(site).serve()?)
}

fn bench(options: &[OsString]) -> Result {
    // A mistake in them is told before minutes of building.
    let name = OsString::from("cargo xtask bench");
    bench::Options::parse_from(std::iter::once(&name).chain(options));
    machine::set_up(Goal::Test)?;
    // Only a page made for it times its trainers.
    let page = root().join("target/bench-page");
    page::build_into(&page, &["bench"])?;
    let mut bench = cargo::command("cargo");
    bench
        .args(["run", "--quiet", "--release", "--package", "tunescape", "--example", "bench", "--"])
        .args(options);
    // Where the person stands is where a file of theirs belongs.
    let status =
        bench.env("TUNESCAPE_DIST", page).current_dir(std::env::current_dir()?).status()?;
    if status.success() { Ok(()) } else { Err("the measurement failed".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> std::result::Result<Command, clap::Error> {
        let words = ["cargo xtask"].into_iter().chain(line.split_whitespace());
        Arguments::try_parse_from(words).map(|arguments| arguments.command)
    }

    #[test]
    fn the_commands_are_well_formed() {
        Arguments::command().debug_assert();
        bench::Options::command().debug_assert();
    }

    #[test]
    fn serving_takes_a_port() {
        assert!(matches!(parse("serve"), Ok(Command::Serve { port: 8080 })));
        assert!(matches!(parse("serve --port 8081"), Ok(Command::Serve { port: 8081 })));
        assert!(parse("serve --port 65536").is_err());
    }

    #[test]
    fn options_of_the_bench_pass_through() {
        let Ok(Command::Bench { options }) = parse("bench --quick --json a.json --help") else {
            panic!("bench is a command");
        };
        assert_eq!(options, ["--quick", "--json", "a.json", "--help"]);
        assert!(bench::Options::try_parse_from(["bench", "--quick", "--page"]).is_err());
    }
}
