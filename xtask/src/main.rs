//! Sets up, builds, serves and checks Tunescape: `cargo xtask COMMAND`.

mod bundle;
mod cargo;
mod check;
mod machine;
mod setup;

use setup::Goal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

const USAGE: &str = "\
cargo xtask COMMAND
  setup           installs whatever building and testing need and this machine lacks
  build           builds the page for release into dist/
  single-file     builds the page and leaves all of it in one file, for use without a host: tunescape.html
  serve [--port]  builds it and serves it on 127.0.0.1 (port 8080)
  test            runs every check: format, lints, native, wasm and browser tests
  bench           times the trainers, natively and in Chromium; --quick: in a minute; --json FILE
  screenshots     writes pictures of the page into screenshots/";

/// What went wrong, in one line for the person at the terminal.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args[..] {
        ["setup"] => machine::set_up(Goal::Test),
        ["build"] => build(),
        ["single-file"] => single_file(),
        ["serve"] => serve("8080"),
        ["serve", "--port", port] => serve(port),
        ["test"] => check::run(),
        ["bench", ref options @ ..] => bench(options),
        ["screenshots"] => check::screenshots(),
        ["bundle"] => bundle::run(),
        _ => Err(USAGE.into()),
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
    cargo::trunk_build()
}

fn single_file() -> Result {
    build()?;
    let bytes = std::fs::copy(root().join("dist/tunescape.html"), root().join("tunescape.html"))?;
    println!("tunescape.html: {} KB", bytes / 1000);
    Ok(())
}

fn serve(port: &str) -> Result {
    let port = port.parse().map_err(|_| format!("{port} is no port"))?;
    build()?;
    let site = xtask::site::Site::open(&root().join("dist"), port)
        .map_err(|e| format!("port {port}: {e}"))?;
    println!("http://127.0.0.1:{port}/");
    Ok(Arc::new(site).serve()?)
}

fn bench(options: &[&str]) -> Result {
    machine::set_up(Goal::Test)?;
    cargo::trunk_build()?;
    let mut bench = cargo::command("cargo");
    bench
        .args(["run", "--quiet", "--release", "--package", "tunescape", "--example", "bench", "--"])
        .args(options);
    // Where the person stands is where a file of theirs belongs.
    let status = bench
        .env("TUNESCAPE_DIST", root().join("dist"))
        .current_dir(std::env::current_dir()?)
        .status()?;
    if status.success() { Ok(()) } else { Err("the measurement failed".into()) }
}
