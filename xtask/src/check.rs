//! `cargo xtask test`: every check, how long each took, and one line with their sum at the end.

use crate::cargo::{self, TARGET, command, narrow_command, output, web_command};
use crate::parts::{Count, Parts, count_tests};
use crate::setup::Goal;
use crate::{Result, licences, machine, page, python, root, suites};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// How the names of browser tests begin: they are a part of their own.
const IN_BROWSERS: [&str; 4] = ["ChromiumWebgpu::", "ChromiumPlain::", "Firefox::", "Webkit::"];

/// Two things are done at a time wherever one alone would leave a core idle: the tools that take
/// minutes are installed beside lints and compiling, and all that is of the web, where linking takes
/// one core and browsers wait, runs beside the native tests.
pub fn run() -> Result {
    let mut parts = Parts::begin();
    if !parts.run("set-up", |_| machine::set_up(Goal::Check).map(|()| true)) {
        return parts.end();
    }
    let tools = thread::spawn(|| {
        let mut parts = Parts::begin();
        parts.run("tools", |_| machine::set_up_beyond(Goal::Check, Goal::Test).map(|()| true));
        parts
    });
    let no_narrow = cargo::no_narrow().map_err(|why| why.to_string());
    let narrow_too = no_narrow == Ok(None);
    parts.run("format", |_| passes(command("cargo").args(["fmt", "--all", "--check"])));
    parts.run("licences", |_| licences::check());
    parts.run("lints", |_| {
        let what = ["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"];
        passes(command("cargo").args(what))
    });
    parts.run("compiling tests", |_| {
        let narrow = || passes(narrow_tests().arg("--no-run"));
        Ok(passes(wide_tests(narrow_too)?.arg("--no-run"))? && (!narrow_too || narrow()?))
    });
    let tools = tools.join().expect("set-up does not panic");
    let ready = tools.all_fine();
    parts.take(tools);
    if !ready {
        return parts.end();
    }
    let web = thread::scope(|scope| {
        let web = scope.spawn(|| web_parts(narrow_too));
        parts.run("native tests", |count| {
            let mut tests = wide_tests(narrow_too)?;
            count_tests(without_browsers(tests.envs(python::variables())), count)
        });
        parts.run("32-bit tests", |count| run_narrow(no_narrow?, count));
        web.join().expect("a part that fails is told")
    });
    parts.take(web);
    parts.end()
}

/// What is compiled for the web, and what runs in browsers.
fn web_parts(narrow_too: bool) -> Parts {
    let mut parts = Parts::begin();
    parts.run("lints for the web", |_| passes(&mut web_lints()));
    let built = parts.run("build", |_| page::build().map(|()| true));
    parts.run("build with Trunk", trunk_gives_the_same_page);
    parts.run("wasm tests", |count| {
        let mut tests = web_command("cargo");
        tests
            .args(["test", "--package", "tunescape-engine", "--package", "tunescape-core"])
            .args(["--profile", "web", "--test", "wasm", "--target", TARGET])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        count_tests(&mut tests, count)
    });
    parts.run("browser tests", |count| {
        let mut tests = command("cargo");
        tests.args(suites::wide(narrow_too)).args(["--test", "browser"]);
        tests.envs(python::variables());
        // After a build that failed there may still be an older page, which nobody wants tested.
        if built {
            tests.env("TUNESCAPE_DIST", root().join("dist"));
        }
        count_tests(&mut tests, count)
    });
    parts
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

/// Native tests, but for those that run with 32 bits alone where that can be.
fn wide_tests(narrow_too: bool) -> Result<Command> {
    let mut tests = command("cargo");
    tests.args(suites::wide(narrow_too)).args(suites::wide_targets(narrow_too)?);
    Ok(tests)
}

/// Numbers of 32 bits, as the page has them, and every sum that does not fit is found.
fn narrow_tests() -> Command {
    let mut tests = narrow_command();
    tests.args(suites::narrow(cargo::NARROW));
    tests
}

fn run_narrow(why_not: Option<String>, count: &mut Count) -> Result<bool> {
    if let Some(why) = why_not {
        println!("test the native tests with 32 bits ... ignored, {why}");
        count.skipped += 1;
        return Ok(true);
    }
    count_tests(without_browsers(&mut narrow_tests()), count)
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
