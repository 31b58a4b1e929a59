//! The licences of the crates that the page is made of, on every platform: `web/licences.txt`, which cargo-about
//! writes and which goes into `dist/` with those of Tunescape itself and of its data.

use crate::cargo::{TARGET, command, output};
use crate::{Result, root};
use std::collections::BTreeSet;
use std::fs;

const FILE: &str = "web/licences.txt";

/// Between two works and their licences.
const RULE: &str = "\n========================================================================\n\n";

/// Has cargo-about write [`FILE`] anew.
pub fn write() -> Result {
    if output("cargo", &["about", "--version"]).is_none() {
        return Err("run `cargo install cargo-about --locked --features cli` first".into());
    }
    let mut about = command("cargo");
    about.args(["about", "generate", "--config", "xtask/about/about.toml", "--fail"]);
    about.args(["--output-file", FILE, "xtask/about/licences.hbs"]);
    if about.status()?.success() { Ok(()) } else { Err("cargo about failed".into()) }
}

/// Everything that a copy of the page has to bring along, in one text.
pub fn whole() -> Result<String> {
    let read = |name: &str| fs::read_to_string(root().join(name));
    let parts = [
        "Tunescape is under the MIT licence or the Apache licence 2.0, as you like. Below stand both, \
         then the sources and licences of its data, then those of the crates in it.\n"
            .into(),
        read("LICENSE-MIT")?,
        read("LICENSE-APACHE")?,
        read("web/data/SOURCES.md")?,
        read(FILE)?,
    ];
    Ok(parts.join(RULE))
}

/// Whether every crate in the page stands in [`FILE`], in its version, and none that is in the page on
/// no platform.
pub fn check() -> Result<bool> {
    let listed = listed(&fs::read_to_string(root().join(FILE))?);
    let lacking: Vec<_> = tree(TARGET)?.difference(&listed).cloned().collect();
    let gone: Vec<_> = listed.difference(&tree("all")?).cloned().collect();
    for (what, crates) in [("lacks", &lacking), ("still names", &gone)] {
        if !crates.is_empty() {
            println!("{FILE} {what} {}: run `cargo xtask licences`", crates.join(", "));
        }
    }
    Ok(lacking.is_empty() && gone.is_empty())
}

/// The crates of others that the page is made of on a platform.
fn tree(target: &str) -> Result<BTreeSet<String>> {
    let tree = ["tree", "--locked", "--package", "tunescape", "--target", target];
    let form = ["--edges", "normal", "--prefix", "none", "--format", "{p}"];
    Ok(compiled(&output("cargo", &[&tree[..], &form].concat()).ok_or("cargo tree failed")?))
}

/// Name and version of every crate of others in what `cargo tree` prints: ours have a path.
fn compiled(tree: &str) -> BTreeSet<String> {
    let named = |line: &str| {
        let mut words = line.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let of_others = words.all(|word| matches!(word, "(*)" | "(proc-macro)"));
        of_others.then(|| [name, version].join(" "))
    };
    tree.lines().filter_map(named).collect()
}

/// The crates that a text of licences names: lines that begin with two spaces, a name, a version.
fn listed(text: &str) -> BTreeSet<String> {
    let named = |line: &str| {
        let mut words = line.strip_prefix("  ")?.split([' ', ',']);
        let (name, version) = (words.next()?, words.next()?);
        let numbered = version.split('.').count() >= 3
            && version.starts_with(|c: char| c.is_ascii_digit())
            && line.split(' ').count() <= 5;
        (!name.is_empty() && numbered).then(|| [name, version].join(" "))
    };
    text.lines().filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_others_are_found_and_ours_are_not() {
        let tree =
            "tunescape v0.1.0 (/some/where)\na v1.0.0\nb-c v0.2.1+x (proc-macro)\na v1.0.0 (*)\n";
        assert_eq!(compiled(tree).into_iter().collect::<Vec<_>>(), ["a 1.0.0", "b-c 0.2.1+x"]);
    }

    #[test]
    fn listed_crates_are_read() {
        let text = "MIT License (MIT)\n\n  a 1.0.0, https://a\n  b-c 0.2.1+x\n\n  1. Definitions of this.\n";
        assert_eq!(listed(text).into_iter().collect::<Vec<_>>(), ["a 1.0.0", "b-c 0.2.1+x"]);
    }
}
