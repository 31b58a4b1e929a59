//! `cargo xtask test`: every check, and one line with their sum at the end.

use crate::cargo::{TARGET, command, trunk_build, web_command};
use crate::setup::Goal;
use crate::{Result, machine, root};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[derive(Default, PartialEq, Debug)]
struct Count {
    passed: u32,
    failed: u32,
    skipped: u32,
}

pub fn run() -> Result {
    machine::set_up(Goal::Test)?;
    let mut count = Count::default();
    let mut check = |name: &str, ok: &mut dyn FnMut(&mut Count) -> Result<bool>| {
        println!("\n== {name}");
        let before = count.failed;
        let fine = ok(&mut count).unwrap_or_else(|why| {
            println!("{why}");
            false
        });
        // What fails without a failing test is a failure all the same.
        if !fine && count.failed == before {
            count.failed += 1;
        }
    };

    check("format", &mut |_| passes(command("cargo").args(["fmt", "--all", "--check"])));
    check("lints", &mut |_| {
        passes(command("cargo").args(["clippy", "--workspace", "--all-targets", "--", "-Dwarnings"]))
    });
    check("lints for the web", &mut |_| {
        // The page's profile, here and below, so that the build's procedural macros and dependencies serve.
        let packages = ["--package", "tunescape", "--package", "tunescape-engine"];
        let what = ["--profile", "web", "--lib", "--bins", "--test", "wasm", "--target", TARGET];
        passes(web_command("cargo").arg("clippy").args(packages).args(what).args(["--", "-Dwarnings"]))
    });
    check("build", &mut |_| trunk_build().map(|()| true));
    check("tests", &mut |count| {
        let mut tests = command("cargo");
        tests.args(["test", "--workspace", "--no-fail-fast"]).env("TUNESCAPE_DIST", root().join("dist"));
        count_tests(&mut tests, count)
    });
    check("wasm tests", &mut |count| {
        let mut tests = web_command("cargo");
        tests
            .args(["test", "--profile", "web", "--test", "wasm", "--target", TARGET])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        count_tests(&mut tests, count)
    });

    println!("\n{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped);
    if count.failed == 0 { Ok(()) } else { std::process::exit(1) }
}

/// Builds the page and has the browser tests take pictures of it.
pub fn screenshots() -> Result {
    machine::set_up(Goal::Test)?;
    trunk_build()?;
    let (page, pictures) = (root().join("dist"), root().join("screenshots"));
    let mut tests = command("cargo");
    tests.args(["test", "--test", "browser"]).env("TUNESCAPE_DIST", page).env("TUNESCAPE_SCREENSHOTS", pictures);
    if passes(&mut tests)? { Ok(()) } else { Err("the screenshots failed".into()) }
}

fn passes(command: &mut Command) -> Result<bool> {
    Ok(command.status()?.success())
}

/// Shows the output as it comes and adds up its `test result:` lines.
fn count_tests(command: &mut Command, count: &mut Count) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line?;
        println!("{line}");
        if let Some(tests) = parse(&line) {
            count.passed += tests.passed;
            count.failed += tests.failed;
            count.skipped += tests.skipped;
        }
    }
    Ok(child.wait()?.success())
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
fn parse(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let (number, _) = counts.split("; ").find_map(|part| part.split_once(' ').filter(|(_, w)| *w == word))?;
        number.parse().ok()
    };
    Some(Count { passed: number("passed")?, failed: number("failed")?, skipped: number("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_are_read() {
        let line = "test result: FAILED. 12 passed; 1 failed; 3 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(parse(line), Some(Count { passed: 12, failed: 1, skipped: 3 }));
        assert_eq!(parse("test net::tests::result ... ok"), None);
    }
}
