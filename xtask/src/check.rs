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
    let (mut count, mut failed) = (Count::default(), Vec::new());
    let mut check = |name: &'static str, ok: &mut dyn FnMut(&mut Count) -> Result<bool>| {
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
        if !fine {
            failed.push(name);
        }
        fine
    };

    check("format", &mut |_| passes(command("cargo").args(["fmt", "--all", "--check"])));
    check("lints", &mut |_| {
        passes(command("cargo").args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-Dwarnings",
        ]))
    });
    check("lints for the web", &mut |_| {
        // The page's profile, here and below, so that the build's procedural macros and
        // dependencies serve.
        let packages = [
            "--package",
            "tunescape",
            "--package",
            "tunescape-core",
            "--package",
            "tunescape-engine",
        ];
        let what = ["--profile", "web", "--lib", "--bins", "--test", "wasm", "--target", TARGET];
        passes(
            web_command("cargo").arg("clippy").args(packages).args(what).args(["--", "-Dwarnings"]),
        )
    });
    let built = check("build", &mut |_| trunk_build().map(|()| true));
    check("tests", &mut |count| {
        let mut tests = command("cargo");
        tests.args(["test", "--workspace", "--no-fail-fast"]);
        // After a build that failed there may still be an older page, which nobody wants tested.
        if built {
            tests.env("TUNESCAPE_DIST", root().join("dist"));
        }
        count_tests(&mut tests, count)
    });
    check("wasm tests", &mut |count| {
        let mut tests = web_command("cargo");
        tests
            .args(["test", "--profile", "web", "--test", "wasm", "--target", TARGET])
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
        count_tests(&mut tests, count)
    });

    println!();
    if !failed.is_empty() {
        println!("Not passed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.skipped);
    if failed.is_empty() { Ok(()) } else { std::process::exit(1) }
}

/// Builds the page and has the browser tests take pictures of it.
pub fn screenshots() -> Result {
    machine::set_up(Goal::Test)?;
    trunk_build()?;
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

/// Shows the output as it comes and adds up its `test result:` lines.
fn count_tests(command: &mut Command, count: &mut Count) -> Result<bool> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut suites = Suites::default();
    for line in BufReader::new(child.stdout.take().expect("it is piped")).lines() {
        let line = line?;
        println!("{line}");
        suites.read(&line);
    }
    suites.add_to(count);
    Ok(child.wait()?.success())
}

/// What several test programs have printed so far.
#[derive(Default)]
struct Suites {
    count: Count,
    begun: u32,
    ended: u32,
}

impl Suites {
    fn read(&mut self, line: &str) {
        let begins = line.strip_prefix("running ").and_then(|rest| rest.split_once(' '));
        self.begun += u32::from(
            begins.is_some_and(|(n, what)| n.parse::<u32>().is_ok() && what.starts_with("test")),
        );
        if let Some(tests) = parse(line) {
            self.ended += 1;
            self.count.passed += tests.passed;
            self.count.failed += tests.failed;
            self.count.skipped += tests.skipped;
        }
    }

    /// A program that crashed has said no result: that is a failure too.
    fn add_to(self, count: &mut Count) {
        count.passed += self.count.passed;
        count.failed += self.count.failed + self.begun.saturating_sub(self.ended);
        count.skipped += self.count.skipped;
    }
}

/// `test result: ok. 3 passed; 0 failed; 1 ignored; ...`
fn parse(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let (number, _) =
            counts.split("; ").find_map(|part| part.split_once(' ').filter(|(_, w)| *w == word))?;
        number.parse().ok()
    };
    Some(Count {
        passed: number("passed")?,
        failed: number("failed")?,
        skipped: number("ignored")?,
    })
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

    #[test]
    fn a_crashed_suite_counts_as_a_failure() {
        let mut suites = Suites::default();
        let fine = "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s";
        for line in ["running 3 tests", fine, "running 1 test", "running 3 tests", fine] {
            suites.read(line);
        }
        let mut count = Count { passed: 1, failed: 1, skipped: 0 };
        suites.add_to(&mut count);
        assert_eq!(count, Count { passed: 5, failed: 2, skipped: 2 });
    }
}
