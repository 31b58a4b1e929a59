//! What building and testing need, the ways to come by each, and which step comes next. Nothing is
//! run here: `machine` does that, so a fresh machine can be played through in tests.

use std::collections::BTreeSet;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Goal {
    Build,
    /// What lints and compiled tests need, and whatever may ask for a password
    Check,
    Test,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Need {
    WasmTarget,
    Lints,
    /// A 32-bit target, for the native tests
    Narrow,
    Chromium,
    Firefox,
    /// WebKitGTK with its driver and a display
    Webkit,
    Vulkan,
    ChineseFont,
    Geckodriver,
    /// What runs wasm tests, from wasm-bindgen's own tools
    TestRunner,
    /// PyTorch, as Debian has it
    Torch,
    /// An environment of `python::ENVIRONMENTS`, by its name
    Python(&'static str),
}

/// One way to come by something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Way {
    /// `rustup ARGS`
    Rustup(&'static [&'static str]),
    /// Debian packages
    Apt(&'static [&'static str]),
    /// An environment of `python::ENVIRONMENTS`, by its name
    Environment(&'static str),
    /// A ready-made binary of a crate
    Binstall(&'static str),
    /// The crate, compiled here with the versions of its lock file
    Install(&'static str),
    /// The same with whichever versions fit: a lock file may name some that a mirror lacks
    InstallUnlocked(&'static str),
}

impl Way {
    /// Whether it may take minutes.
    pub fn compiles(self) -> bool {
        matches!(self, Binstall(_) | Install(_) | InstallUnlocked(_))
    }
}

pub struct Row {
    pub need: Need,
    pub goal: Goal,
    pub why: &'static str,
    /// In the order in which they are tried.
    pub ways: &'static [Way],
    /// What the person should do when no way works.
    pub by_hand: &'static str,
    /// Without it some tests show as skipped, and that is all.
    pub optional: bool,
}

const fn row(
    need: Need,
    goal: Goal,
    why: &'static str,
    ways: &'static [Way],
    by_hand: &'static str,
) -> Row {
    Row { need, goal, why, ways, by_hand, optional: false }
}

/// An environment that tests of scripts for other tools want.
const fn python(name: &'static str, why: &'static str, ways: &'static [Way]) -> Row {
    let by_hand = "install Python 3 with its venv; until then those tests are skipped";
    Row { need: Need::Python(name), goal: Goal::Test, why, ways, by_hand, optional: true }
}

use Way::{Apt, Binstall, Environment, Install, InstallUnlocked, Rustup};

/// What may ask for a password comes before what takes minutes.
pub const ROWS: [Row; 13] = [
    row(
        Need::WasmTarget,
        Goal::Build,
        "a standard library for WebAssembly",
        &[
            Rustup(&["target", "add", "wasm32-unknown-unknown"]),
            Apt(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"]),
        ],
        "run `rustup target add wasm32-unknown-unknown` (or, in Debian, \
         `apt-get install rustc-web cargo-web rust-web-src rust-web-clippy` as root)",
    ),
    row(
        Need::Lints,
        Goal::Check,
        "rustfmt and clippy",
        &[Rustup(&["component", "add", "rustfmt", "clippy"])],
        "run `rustup component add rustfmt clippy`",
    ),
    Row {
        optional: true,
        ..row(
            Need::Narrow,
            Goal::Check,
            "a standard library for 32-bit Linux, for native tests with numbers as wide as the page's",
            &[Rustup(&["target", "add", "i686-unknown-linux-musl"])],
            "run `rustup target add i686-unknown-linux-musl`; until then those tests are skipped",
        )
    },
    row(
        Need::Chromium,
        Goal::Check,
        "Chromium and its driver, for wasm and browser tests",
        &[Apt(&["chromium", "chromium-driver"])],
        "put chromium and chromedriver on the PATH (in Debian: `apt-get install chromium chromium-driver` as root)",
    ),
    row(
        Need::Firefox,
        Goal::Check,
        "Firefox, for browser tests",
        &[Apt(&["firefox-esr"])],
        "put firefox-esr or firefox on the PATH (in Debian: `apt-get install firefox-esr` as root)",
    ),
    Row {
        optional: true,
        ..row(
            Need::Webkit,
            Goal::Check,
            "WebKitGTK, the nearest to Safari, and a display for it, for one browser test",
            &[Apt(&["webkit2gtk-driver", "xvfb"])],
            "install it (in Debian: webkit2gtk-driver and xvfb); until then that test is skipped",
        )
    },
    Row {
        optional: true,
        ..row(
            Need::Vulkan,
            Goal::Check,
            "a Vulkan driver, for native tests of the shaders",
            &[Apt(&["mesa-vulkan-drivers", "libvulkan1"])],
            "install one (in Debian: mesa-vulkan-drivers); until then those tests are skipped",
        )
    },
    Row {
        optional: true,
        ..row(
            Need::ChineseFont,
            Goal::Check,
            "a Chinese font, for screenshots",
            &[Apt(&["fontconfig", "fonts-noto-cjk"])],
            "install one (in Debian: fontconfig and fonts-noto-cjk); until then Chinese screenshots show boxes",
        )
    },
    Row {
        optional: true,
        ..row(
            Need::Torch,
            Goal::Check,
            "PyTorch of Debian's Python, which scripts for other tools are tested with",
            &[Apt(&["python3-torch", "python3-venv"])],
            "install it (in Debian: python3-torch and python3-venv); until then those tests are skipped",
        )
    },
    python(
        "torch",
        "Optuna 5 and Hyperopt beside PyTorch, for tests of scripts",
        &[Environment("torch")],
    ),
    python(
        "optuna4",
        "Optuna 4, Keras and scikit-learn, for tests of journals and scripts",
        &[Environment("optuna4")],
    ),
    row(
        Need::TestRunner,
        Goal::Test,
        "wasm-bindgen's runner of tests, in the version that Cargo.lock has",
        &[
            Binstall("wasm-bindgen-cli"),
            Install("wasm-bindgen-cli"),
            InstallUnlocked("wasm-bindgen-cli"),
        ],
        "run `cargo install wasm-bindgen-cli` with Cargo.lock's version of wasm-bindgen",
    ),
    row(
        Need::Geckodriver,
        Goal::Test,
        "Firefox's driver",
        &[Binstall("geckodriver"), Install("geckodriver")],
        "put geckodriver on the PATH",
    ),
];

/// What is there, and which ways have turned out not to work.
#[derive(Default)]
pub struct Known {
    pub present: BTreeSet<Need>,
    pub refused: BTreeSet<Way>,
}

/// The first thing lacking for this goal, with the next way to try; no way means it must be done by
/// hand.
pub fn next(goal: Goal, known: &Known) -> Option<(&'static Row, Option<Way>)> {
    let row = ROWS.iter().find(|row| row.goal <= goal && !known.present.contains(&row.need))?;
    Some((row, row.ways.iter().copied().find(|way| !known.refused.contains(way))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays set-up through: `works` says which ways succeed. Gives the ways tried, and what was
    /// left to do by hand.
    fn play(goal: Goal, present: &[Need], works: impl Fn(Way) -> bool) -> (Vec<Way>, Vec<Need>) {
        let mut known = Known { present: present.iter().copied().collect(), ..Known::default() };
        let (mut tried, mut by_hand) = (Vec::new(), Vec::new());
        while let Some((row, way)) = next(goal, &known) {
            match way {
                Some(way) if works(way) => {
                    tried.push(way);
                    known.present.insert(row.need);
                }
                Some(way) => {
                    tried.push(way);
                    known.refused.insert(way);
                }
                None => {
                    by_hand.push(row.need);
                    known.present.insert(row.need);
                }
            }
        }
        (tried, by_hand)
    }

    #[test]
    fn nothing_is_done_where_everything_is_there() {
        assert_eq!(play(Goal::Test, &ROWS.map(|row| row.need), |_| false), (vec![], vec![]));
    }

    #[test]
    fn a_fresh_machine_builds_with_no_more_than_a_target() {
        let (tried, by_hand) = play(Goal::Build, &[], |_| true);
        assert_eq!(tried, [ROWS[0].ways[0]]);
        assert!(by_hand.is_empty());
    }

    #[test]
    fn a_fresh_machine_that_downloads_needs_no_fallback() {
        let (tried, by_hand) = play(Goal::Test, &[], |_| true);
        assert_eq!(tried, ROWS.map(|row| row.ways[0]));
        assert!(by_hand.is_empty());
    }

    #[test]
    fn without_rustups_server_debian_serves() {
        let works = |way| matches!(way, Apt(_) | Environment(_) | InstallUnlocked(_));
        let present = [Need::Lints, Need::Geckodriver];
        let (tried, by_hand) = play(Goal::Test, &present, works);
        assert_eq!(tried[..2], *ROWS[0].ways);
        assert_eq!(tried.last(), Some(&InstallUnlocked("wasm-bindgen-cli")));
        assert_eq!(by_hand, [Need::Narrow]);
    }

    #[test]
    fn without_any_way_everything_is_left_to_the_person() {
        let (_, by_hand) = play(Goal::Test, &[], |_| false);
        assert_eq!(by_hand, ROWS.map(|row| row.need));
    }

    #[test]
    fn nothing_is_compiled_before_the_packages_are_there() {
        let (tried, _) = play(Goal::Test, &[], |_| true);
        let last_apt = tried.iter().rposition(|way| matches!(way, Apt(_)));
        let first_crate = tried.iter().position(|way| way.compiles());
        assert!(last_apt < first_crate, "{tried:?}");
    }

    #[test]
    fn checks_wait_for_nothing_that_takes_minutes() {
        let (tried, _) = play(Goal::Check, &[], |_| true);
        assert!(tried.iter().all(|way| matches!(way, Rustup(_) | Apt(_))), "{tried:?}");
        // And what may ask for a password comes before lints have begun.
        let (all, _) = play(Goal::Test, &[], |_| true);
        assert!(all.iter().all(|way| !matches!(way, Apt(_)) || tried.contains(way)), "{all:?}");
    }

    #[test]
    fn building_needs_no_browser() {
        assert_eq!(play(Goal::Build, &[Need::WasmTarget], |_| true).0, []);
    }
}
