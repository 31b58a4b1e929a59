//! The machine this runs on: what it has, and how to install what it lacks.

use crate::cargo::{self, NARROW, TARGET, command, output};
use crate::python::{self, Environment};
use crate::setup::{Goal, Known, Need, ROWS, Way, next};
use crate::{Result, root};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

const GECKODRIVER: &str = "0.37.1";

/// Installs what the goal needs and this machine lacks, and says what and why. The error says what
/// is left to the person, a line for each thing.
pub fn set_up(goal: Goal) -> Result {
    install(goal, |need, _| has(need))
}

/// The same, when all that could be done for another goal was done.
pub fn set_up_beyond(other: Goal, goal: Goal) -> Result {
    install(goal, |need, of| of <= other || has(need))
}

fn install(goal: Goal, is_done: impl Fn(Need, Goal) -> bool) -> Result {
    let rows = ROWS.iter().filter(|row| row.goal <= goal);
    let present = rows.filter(|row| is_done(row.need, row.goal)).map(|row| row.need);
    let mut known = Known { present: present.collect(), ..Known::default() };
    let mut left = Vec::new();
    while let Some((row, way)) = next(goal, &known) {
        let Some(way) = way else {
            let line = format!("Missing: {}. Please {}.", row.why, row.by_hand);
            if row.optional {
                println!("{line}")
            } else {
                left.push(line)
            }
            known.present.insert(row.need);
            continue;
        };
        if !is_open(way) {
            known.refused.insert(way);
            continue;
        }
        let compiles = way.compiles();
        // Why wait for minutes when it can't be finished?
        if compiles && !left.is_empty() {
            break;
        }
        let minutes = if compiles { " (takes minutes)" } else { "" };
        println!("Missing: {}. Trying: {}{minutes}", row.why, words(way).join(" "));
        if run(way) && has(row.need) {
            known.present.insert(row.need);
        } else {
            known.refused.insert(way);
        }
    }
    if left.is_empty() {
        Ok(())
    } else {
        Err(format!("{}\nThen run this again.", left.join("\n")).into())
    }
}

fn has(need: Need) -> bool {
    let runs = |program: &str| output(program, &["--version"]).is_some();
    let prints = |program: &str, version: &str| {
        output(program, &["--version"]).is_some_and(|out| out.contains(version))
    };
    match need {
        Need::WasmTarget => cargo::rustup_has(TARGET) || cargo::debian_can_build(),
        Need::Narrow => cargo::rustup_has(NARROW),
        Need::TestRunner => prints("wasm-bindgen-test-runner", &bindgen_version()),
        Need::Lints => runs("rustfmt") && runs("cargo-clippy"),
        Need::Chromium => (runs("chromium") || runs("google-chrome")) && runs("chromedriver"),
        Need::Firefox => runs("firefox-esr") || runs("firefox"),
        Need::Webkit => site::webkit::is_there(),
        Need::Geckodriver => runs("geckodriver"),
        Need::Vulkan => {
            let has_driver =
                |folder| Path::new(folder).read_dir().is_ok_and(|mut files| files.next().is_some());
            ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d"].into_iter().any(has_driver)
        }
        Need::Torch => python::has_torch(),
        Need::Python(name) => Environment::named(name).is_some_and(Environment::is_there),
        Need::ChineseFont => {
            output("fc-list", &[":lang=zh"]).is_some_and(|fonts| !fonts.is_empty())
        }
    }
}

/// Whether this machine has the program that this way takes, and may use it.
fn is_open(way: Way) -> bool {
    match way {
        Way::Rustup(_) => output("rustup", &["--version"]).is_some(),
        Way::Apt(_) => apt_is_ready(),
        Way::Environment(name) => Environment::named(name).is_some_and(Environment::can_be_made),
        Way::Binstall(_) => output("cargo", &["binstall", "-V"]).is_some(),
        Way::Install(_) | Way::InstallUnlocked(_) => true,
    }
}

/// Found out once: the person may be asked for a password.
fn apt_is_ready() -> bool {
    static READY: OnceLock<bool> = OnceLock::new();
    *READY.get_or_init(|| {
        let ready = output("apt-get", &["--version"]).is_some() && (is_root() || may_sudo());
        if ready {
            let update = apt(&["update", "--quiet"]);
            // A source that fails is no matter as long as another has the package.
            let _ = command(&update[0]).args(&update[1..]).status();
        }
        ready
    })
}

fn may_sudo() -> bool {
    if output("sudo", &["--version"]).is_none() {
        return false;
    }
    println!("Debian's packages are installed with sudo.");
    command("sudo").arg("true").status().is_ok_and(|status| status.success())
}

fn run(way: Way) -> bool {
    command_of(&words(way), way).status().is_ok_and(|status| status.success())
}

fn command_of(words: &[String], way: Way) -> Command {
    let mut command = command(&words[0]);
    command.args(&words[1..]);
    if let Way::Install(_) | Way::InstallUnlocked(_) = way {
        // These run for seconds and are compiled for minutes: the less optimised, the sooner done.
        command
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_LTO", "off");
    }
    command
}

/// The command line that takes this way.
fn words(way: Way) -> Vec<String> {
    let crate_words = |verb: &[&str], name: &str| {
        let version = version(name);
        let tools = cargo::tools().display().to_string();
        let words = [&["cargo"], verb, &[name, "--version", &version, "--root", &tools]].concat();
        words.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    match way {
        Way::Rustup(args) => {
            std::iter::once(&"rustup").chain(args).map(|&word| word.to_owned()).collect()
        }
        Way::Apt(packages) => {
            apt(&[&["install", "-y", "--no-install-recommends"], packages].concat())
        }
        Way::Environment(name) => {
            Environment::named(name).map(Environment::words).unwrap_or_default()
        }
        Way::Binstall(name) => crate_words(&["binstall", "--no-confirm"], name),
        Way::Install(name) => crate_words(&[&["install", "--locked"], plain(name)].concat(), name),
        Way::InstallUnlocked(name) => crate_words(&[&["install"], plain(name)].concat(), name),
    }
}

/// What a crate can do without: the runner of tests speaks with drivers on this machine alone, which
/// takes no encryption.
fn plain(name: &str) -> &'static [&'static str] {
    if name == "wasm-bindgen-cli" { &["--no-default-features"] } else { &[] }
}

fn apt(args: &[&str]) -> Vec<String> {
    let sudo: &[&str] = if is_root() { &[] } else { &["sudo"] };
    let words = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"], args].concat();
    words.into_iter().map(str::to_owned).collect()
}

fn is_root() -> bool {
    output("id", &["-u"]).is_some_and(|id| id == "0")
}

fn version(name: &str) -> String {
    match name {
        "geckodriver" => GECKODRIVER.into(),
        _ => bindgen_version(),
    }
}

/// The version of wasm-bindgen in Cargo.lock: its tools must have exactly this one.
fn bindgen_version() -> String {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap_or_default();
    version_in(&lock, "wasm-bindgen").unwrap_or_default().into()
}

fn version_in<'a>(lock: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_file_gives_the_version_of_exactly_this_package() {
        let lock = "name = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\nname = \"wasm-bindgen\"\nversion = \"0.2.1\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen"), Some("0.2.1"));
        assert_eq!(version_in(lock, "yew"), None);
    }

    #[test]
    fn tools_are_installed_in_their_fixed_version() {
        let line = words(Way::Install("geckodriver")).join(" ");
        let start = "cargo install --locked geckodriver --version 0.37.1 --root ";
        assert!(line.starts_with(start), "{line}");
        let line = words(Way::InstallUnlocked("wasm-bindgen-cli")).join(" ");
        let start = format!(
            "cargo install --no-default-features wasm-bindgen-cli --version {} --root ",
            bindgen_version()
        );
        assert!(line.starts_with(&start), "{line}");
    }
}
