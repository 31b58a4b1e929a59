//! Which suites of tests run with numbers of 64 bits, which with 32 as the page has them, and which
//! with both.

use crate::Result;
use crate::cargo::output;
use serde_json::Value;
use std::collections::BTreeSet;

/// These count and decide, and no vector matters to them, no C and no other program: where this
/// machine runs 32-bit programs they run there alone, with all that the core's own tests are. A
/// sum that does not fit is found there, and what has room in 32 bits has room in 64.
const NARROW: [&str; 7] =
    ["flows", "golden_metrics", "golden_search", "memory", "properties", "readers", "study"];

/// These train, on vectors of another width there: once with either.
const BOTH: [&str; 3] = ["contract", "golden_training", "wasm"];

/// The package whose unit tests run with the narrow suites.
const CORE: &str = "tunescape-core";

/// Tests of 64 bits, of the packages that have any. The same in each call of cargo, or some
/// dependencies would be compiled again with other features.
pub fn wide(narrow_too: bool) -> Vec<&'static str> {
    let exclude: &[&str] = if narrow_too { &["--exclude", CORE] } else { &[] };
    [&["test", "--workspace", "--no-fail-fast"], exclude].concat()
}

/// Which of their targets: none named, which is all, or those that no narrow ones stand for.
pub fn wide_targets(narrow_too: bool) -> Result<Vec<String>> {
    if !narrow_too {
        return Ok(Vec::new());
    }
    let wide = names()?.into_iter().filter(|name| !NARROW.contains(&name.as_str()));
    let rest = ["--lib", "--bins"].map(str::to_owned);
    Ok(rest.into_iter().chain(wide.flat_map(|name| ["--test".into(), name])).collect())
}

/// The same for those of 32 bits.
pub fn narrow(target: &str) -> Vec<String> {
    let packages = ["tunescape", "tunescape-engine", CORE].map(|name| ["-p", name]);
    let suites = NARROW.iter().chain(&BOTH).map(|name| ["--test", name]);
    let pairs = packages.into_iter().chain(suites).flatten();
    let first = ["test", "--no-fail-fast", "--target", target, "--lib"];
    first.into_iter().chain(pairs).map(str::to_owned).collect()
}

/// All suites of the workspace.
fn names() -> Result<Vec<String>> {
    let metadata = output("cargo", &["metadata", "--no-deps", "--format-version", "1"])
        .ok_or("cargo tells nothing of the workspace")?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let packages = list(&metadata, "packages");
    let targets = packages.iter().flat_map(|package| list(package, "targets"));
    let tests = targets.filter(|target| list(target, "kind").iter().any(|kind| kind == "test"));
    // Several packages may have one of the same name.
    let all: BTreeSet<String> =
        tests.filter_map(|test| test["name"].as_str().map(str::to_owned)).collect();
    Ok(all.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_runs_with_one_width_at_least() {
        let (wide, narrow) = (wide_targets(true).expect("targets"), narrow("target"));
        let all = names().expect("cargo knows the workspace");
        assert!(all.len() > 15, "{all:?}");
        for name in &all {
            let is_in = |words: &[String]| words.contains(name);
            assert!(is_in(&wide) || is_in(&narrow), "{name}");
            assert_eq!(is_in(&wide) && is_in(&narrow), BOTH.contains(&name.as_str()), "{name}");
        }
        for name in NARROW.iter().chain(&BOTH) {
            assert!(all.iter().any(|one| one == name), "there is no suite {name}");
        }
    }

    #[test]
    fn without_32_bits_everything_runs_with_64() {
        assert_eq!(wide(false), ["test", "--workspace", "--no-fail-fast"]);
        assert!(wide_targets(false).expect("targets").is_empty());
    }
}
