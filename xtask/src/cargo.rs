//! Running cargo and the tools around it, for the host and for the web.

use crate::{Result, root};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const TARGET: &str = "wasm32-unknown-unknown";

/// Tools that set-up installs are kept apart from the person's own, and all clones share them.
pub fn tools() -> PathBuf {
    let home = || Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cache");
    env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from).join("tunescape")
}

/// A command, run in the project's root, that finds those tools.
pub fn command(program: &str) -> Command {
    command_with(program, vec![tools().join("bin")])
}

fn command_with(program: &str, mut path: Vec<PathBuf>) -> Command {
    path.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .env("PATH", env::join_paths(path).expect("PATH came apart, so it joins"));
    command
}

/// What a command prints, or nothing if it is not there or fails.
pub fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program).args(args).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().into())
}

/// A command that compiles for the web, with whichever toolchain can.
pub fn web_command(program: &str) -> Command {
    let mut command = match linker() {
        Some(linker) if !rustup_has_target() => {
            let bin = Path::new(DEBIAN);
            let mut command = command_with(program, vec![bin.into(), tools().join("bin")]);
            command
                .env("CARGO", bin.join("cargo"))
                .env("RUSTC", bin.join("rustc"))
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
                // Tests would else unwind, on a second standard library that collides with the
                // first.
                .env("CARGO_UNSTABLE_PANIC_ABORT_TESTS", "true")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            command
        }
        _ => command(program),
    };
    // Neither where a panic came from nor how a value looks to a debugger is worth its bytes to a
    // reader.
    command.env("RUSTC_BOOTSTRAP", "1").env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Ctarget-feature=+simd128 -Zlocation-detail=none -Zfmt-debug=none",
    );
    // Two compilers in one target directory would rebuild each other's work.
    command.env("CARGO_TARGET_DIR", root().join("target/wasm"));
    command
}

pub fn rustup_has_target() -> bool {
    sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

/// Debian's own toolchain has no wasm library either, but it has the source to build one from.
pub fn debian_can_build() -> bool {
    let tools = ["cargo", "rustc", "cargo-clippy"].map(|tool| Path::new(DEBIAN).join(tool));
    tools.iter().all(|tool| tool.is_file())
        && Path::new("/usr/lib/rustlib/src/rust/library").is_dir()
        && output("/usr/bin/rustc", &["--version"]).is_some_and(|version| recent(&version))
        && linker().is_some()
}

const DEBIAN: &str = "/usr/bin";

/// Whether `rustc 1.x.y (...)` is new enough for the workspace.
fn recent(version: &str) -> bool {
    let minor = |text: &str| text.split('.').nth(1)?.parse::<u32>().ok();
    minor(version) >= minor(env!("CARGO_PKG_RUST_VERSION"))
}

/// Rustup's lld: Debian's own is some years older.
fn linker() -> Option<PathBuf> {
    let host = output("rustc", &["-vV"])?
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))?;
    let linker = sysroot()?.join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}

fn sysroot() -> Option<PathBuf> {
    output("rustc", &["--print", "sysroot"]).map(PathBuf::from)
}

/// Builds `dist/`; Trunk calls this program back for its last step.
pub fn trunk_build() -> Result {
    let status = web_command("trunk")
        .args(["build", "--release", "--cargo-profile", "web", "--offline"])
        .env("XTASK", env::current_exe()?)
        // Trunk takes any NO_COLOR but true and false for a mistake.
        .env_remove("NO_COLOR")
        .status()?;
    if status.success() { Ok(()) } else { Err("the build failed".into()) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn old_compilers_are_refused() {
        assert!(super::recent("rustc 1.96.0 (ac68faa20 2026-05-25)"));
        assert!(!super::recent("rustc 1.63.0"));
        assert!(!super::recent("no version"));
    }
}
