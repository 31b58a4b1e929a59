//! Running cargo and the tools around it, for the host and for the web.

use crate::{Result, root};
use std::env;
use std::io::Write;
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
        Some(linker) if !rustup_has(TARGET) => {
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
    command.env("CARGO_ENCODED_RUSTFLAGS", web_flags().join("\x1f"));
    // Two compilers in one target directory would rebuild each other's work.
    command.env("CARGO_TARGET_DIR", web_target());
    command
}

/// What `.cargo/config.toml` has; and where a crash report names a place in a dependency, it is not
/// told in which folder of whose machine that was compiled.
fn web_flags() -> Vec<String> {
    let home = || Path::new(&env::var_os("HOME").unwrap_or_default()).join(".cargo");
    let cargo = env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from);
    let registries = cargo.join("registry/src").read_dir().into_iter().flatten().flatten();
    let mut folders: Vec<_> = registries.map(|folder| folder.path()).collect();
    folders.sort();
    let unnamed =
        folders.iter().map(|folder| format!("--remap-path-prefix={}/=", folder.display()));
    std::iter::once("-Ctarget-feature=+simd128".into()).chain(unnamed).collect()
}

/// Where what is compiled for the web goes.
pub fn web_target() -> PathBuf {
    root().join("target/wasm")
}

/// Whether the compiler in use has a standard library for this target.
pub fn rustup_has(target: &str) -> bool {
    sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(target).join("lib").is_dir())
}

/// A target as narrow as the page's. With musl all that linking takes comes with the target.
pub const NARROW: &str = "i686-unknown-linux-musl";

const NARROW_FLAGS: [&str; 3] =
    ["-Clinker-flavor=ld.lld", "-Clink-self-contained=yes", "-Lnative=target/narrow"];

const PROBE: &str = "#[link(name = \"dl\")] extern \"C\" {} fn main() {}";

/// A cargo that compiles for 32 bits.
pub fn narrow_command() -> Command {
    let mut command = command("cargo");
    command
        .env("CARGO_TARGET_I686_UNKNOWN_LINUX_MUSL_LINKER", "rust-lld")
        .env("CARGO_TARGET_I686_UNKNOWN_LINUX_MUSL_RUSTFLAGS", NARROW_FLAGS.join(" "));
    command
}

/// Why nothing can be tested on 32 bits here, if so: not every processor and kernel can run it.
pub fn no_narrow() -> Result<Option<String>> {
    if !rustup_has(NARROW) {
        return Ok(Some(format!("there is no standard library for {NARROW}")));
    }
    let folder = root().join("target/narrow");
    std::fs::create_dir_all(&folder)?;
    // Crates ask for this library by its name; in musl all of it is in the one for C.
    std::fs::write(folder.join("libdl.a"), "!<arch>\n")?;
    let program = folder.join("probe");
    let mut compiler = command("rustc")
        .args(["--target", NARROW, "-Clinker=rust-lld"])
        .args(NARROW_FLAGS)
        .args(["-o".as_ref(), program.as_os_str(), "-".as_ref()])
        .stdin(Stdio::piped())
        .spawn()?;
    compiler.stdin.take().expect("it is piped").write_all(PROBE.as_bytes())?;
    if !compiler.wait()?.success() {
        return Err(format!("a program for {NARROW} can't be linked").into());
    }
    let runs = Command::new(&program).status().is_ok_and(|status| status.success());
    Ok((!runs).then(|| "this machine runs no 32-bit programs".into()))
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

/// Trunk's build of the page, which leaves it in this folder.
pub fn trunk(dist: &Path) -> Result<Command> {
    let mut command = web_command("trunk");
    command
        .args(["build", "--release", "--cargo-profile", "web", "--offline", "--dist"])
        .arg(dist)
        .env("XTASK", env::current_exe()?)
        // Trunk takes any NO_COLOR but true and false for a mistake.
        .env_remove("NO_COLOR");
    Ok(command)
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
