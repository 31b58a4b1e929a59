//! Studies in and out, held against the tools themselves: SQLite reads what our reader reads, and
//! the real Optuna, PyTorch, Keras, scikit-learn and Hyperopt take what is written.
//!
//! A tool is used where an environment variable names a Python that has it; else its tests show as
//! ignored, with the variable in their name:
//!
//! | variable | a Python with |
//! |---|---|
//! | `TUNESCAPE_OPTUNA5`, `TUNESCAPE_OPTUNA4` | Optuna 5, Optuna 4 |
//! | `TUNESCAPE_TORCH` | PyTorch 1.13 or newer, NumPy |
//! | `TUNESCAPE_DASHBOARD` | optuna-dashboard |
//! | `TUNESCAPE_OPTUNA_TORCH` | Optuna with what its samplers want (SciPy, cmaes), and PyTorch |
//! | `TUNESCAPE_HYPEROPT_TORCH` | Hyperopt and PyTorch |
//! | `TUNESCAPE_KERAS` | Keras 3 and JAX |
//! | `TUNESCAPE_SKLEARN` | scikit-learn |
//!
//! `cargo xtask setup` makes environments that have all of them, and `cargo xtask test` sets the
//! variables.

mod carried;
mod dashboard;
mod fixture;
mod keras;
mod optuna;
mod samplers;
mod sklearn;
#[cfg(target_pointer_width = "64")]
mod sqlite;
mod torch;

use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    let arguments = Arguments::from_args();
    let mut tests = Vec::new();
    #[cfg(target_pointer_width = "64")]
    tests.extend(sqlite::tests());
    tests.extend(optuna::tests());
    tests.extend(dashboard::tests());
    tests.extend(torch::tests());
    tests.extend(samplers::tests());
    tests.extend(keras::tests());
    tests.extend(sklearn::tests());
    libtest_mimic::run(&arguments, tests).exit();
}

/// A test that wants the Python that a variable names.
fn with_python(
    variable: &'static str,
    name: &str,
    run: impl FnOnce(&str) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let python = std::env::var(variable).ok();
    let name = match python {
        Some(_) => name.to_string(),
        None => format!("{name} ({variable} is not set)"),
    };
    let missing = python.is_none();
    Trial::test(name, move || run(&python.unwrap_or_default())).with_ignored_flag(missing)
}

/// A file of this folder.
fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

/// A folder of its own for a test, empty.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("import").join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// Runs Python; what it printed, or everything it said where it failed.
fn run(python: &str, arguments: &[&str], folder: &Path) -> Result<String, Failed> {
    let output = Command::new(python).args(arguments).current_dir(folder).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    if output.status.success() { Ok(out) } else { Err(format!("{out}\n{err}").into()) }
}
