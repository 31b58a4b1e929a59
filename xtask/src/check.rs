//! `cargo xtask test`: every check, how long each took, and one line with their sum at the end.

use crate::cargo::{self, TARGET, command, narrow_command, output, web_command};
use crate::parts::{Count, Parts, count_tests};
use crate::setup::Goal;
use crate::{Result, licences, machine, page, python, root, suites};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the names of browser tests begin: they are a part of their own.
const IN_BROWSERS: [&str; 4] = ["ChromiumWebgpu::", "ChromiumPlain::", "Firefox::", "Webkit::"];

pub fn run() -> Result {
    machine::set_up(Goal::Test)?;
    let mut parts = Parts::default();
    parts.run("format", |_| passes(command("cargo").args(["fmt", "--all", "--check"])));
    parts.run("licences", |_| licences::check());
    parts.run("lints", |_| {
        let what = ["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"];
        passes(command("cargo").args(what))
    });
    parts.run("lints for the web", |_| passes(&mut web_lints()));
    let built = parts.run("build", |_| page::build().map(|()| true));
    parts.run("build with Trunk", trunk_gives_the_same_page);
    let no_narrow = cargo::no_narrow();
    let narrow_too = matches!(no_narrow, Ok(None));
    let wide = || -> Result<Command> {
        let mut tests = command("cargo");
        tests.args(suites::wide(narrow_too)).args(suites::wide_targets(narrow_too)?);
        Ok(tests)
    };
    parts.run("compiling tests", |_| passes(wide()?.arg("--no-run")));
    parts.run("native tests", |count| {
        count_tests(without_browsers(wide()?.envs(python::variables())), count)
    });
    parts.run("32-bit tests", |count| narrow_tests(no_narrow?, count));
    parts.run("wasm tests", |count| {
        let mut tests = web_command("cargo");
        tests
            .args(["test", "--profile", "web", "--test", "wasm", "--target", TARGET])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        count_tests(&mut tests, count)
    });
    parts.run("browser tests", |count| {
        let mut tests = command("cargo");
        tests.args(suites::wide(narrow_too)).args(["--test", "browser"]);
        // After a build that failed there may still be an older page, which nobody wants tested.
        if built {
            tests.env("TUNESCAPE_DIST", root().join("dist"));
        }
        count_tests(&mut tests, count)
    });

    println!("\n{parts}{}", parts.total());
    if parts.all_fine() { Ok(()) } else { std::process::exit(1) }
}

/// Builds the page and has the browser tests take pictures of it.
pub fn screenshots() -> Result {
    machine::set_up(Goal::Test)?;
    page::build()?;
    let (page, pictures) = (root().join("dist"), root().join("screenshots"));
    let mut tests = command("cargo");
    tests
        .args(["test", "--test", "browser"])
        .env("TUNESCAPE_DIST", page)
        .env("TUNESCAPE_SCREENSHOTS", pictures);
    if passes(&mut tests)? { Ok(()) } else { Err("the screenshots failed".into()) }
}

fn passes(command: &mut Command) -> Result<bool> {
    Ok(command.status()?.success())
}

fn web_lints() -> Command {
    let mut lints = web_command("cargo");
    lints
        .args(["clippy", "--package", "tunescape", "--package", "tunescape-core"])
        .args(["--package", "tunescape-engine", "--lib", "--bins", "--test", "wasm"])
        .args(["--features", "tunescape/bench"])
        // The page's profile, here and below, so that the build's procedural macros and
        // dependencies serve.
        .args(["--profile", "web", "--target", TARGET, "--", "-Dwarnings"]);
    lints
}

fn without_browsers(tests: &mut Command) -> &mut Command {
    tests.arg("--");
    IN_BROWSERS.iter().fold(tests, |tests, names| tests.args(["--skip", names]))
}

/// Numbers of 32 bits, as the page has them, and every sum that does not fit is found.
fn narrow_tests(why_not: Option<String>, count: &mut Count) -> Result<bool> {
    if let Some(why) = why_not {
        println!("test the native tests with 32 bits ... ignored, {why}");
        count.skipped += 1;
        return Ok(true);
    }
    let mut tests = narrow_command();
    tests.args(suites::narrow(cargo::NARROW));
    count_tests(without_browsers(&mut tests), count)
}

/// `trunk build`, for those who have Trunk, leaves the same page to the byte.
fn trunk_gives_the_same_page(count: &mut Count) -> Result<bool> {
    let test = "test Trunk gives the same page ...";
    if output("trunk", &["--version"]).is_none() {
        println!("{test} ignored, there is no Trunk");
        count.skipped += 1;
        return Ok(true);
    }
    let folder = root().join("target/trunk");
    if !passes(&mut cargo::trunk(&folder)?)? {
        return Err("Trunk's build failed".into());
    }
    let (ours, theirs) = (files(&root().join("dist"))?, files(&folder)?);
    let paths: Vec<_> = ours.keys().chain(theirs.keys()).collect();
    let other: Vec<_> =
        paths.into_iter().filter(|path| ours.get(*path) != theirs.get(*path)).collect();
    if other.is_empty() {
        println!("{test} ok");
        count.passed += 1;
    } else {
        println!("{test} FAILED: {other:?}");
        count.failed += 1;
    }
    Ok(other.is_empty())
}

/// What is in a folder, by path.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder)?.into(), std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}
