//! Environments with the tools that the page writes scripts and files for: tests run them there.

use crate::cargo::{output, tools};
use std::path::PathBuf;

pub struct Environment {
    pub name: &'static str,
    /// Whether it is Debian's Python with Debian's PyTorch, which has no build for CPUs elsewhere.
    debian: bool,
    packages: &'static [&'static str],
    /// What the tests know it by.
    variables: &'static [&'static str],
}

pub const ENVIRONMENTS: [Environment; 2] = [
    Environment {
        name: "torch",
        debian: true,
        // Debian's PyTorch was built with an older NumPy.
        packages: &["optuna==5.0.0", "cmaes==0.13.1", "hyperopt==0.3.0", "numpy<2", "scipy<1.12"],
        variables: &[
            "TUNESCAPE_OPTUNA5",
            "TUNESCAPE_TORCH",
            "TUNESCAPE_OPTUNA_TORCH",
            "TUNESCAPE_HYPEROPT_TORCH",
        ],
    },
    Environment {
        name: "optuna4",
        debian: false,
        packages: &[
            "optuna==4.9.0",
            "optuna-dashboard==0.21.0",
            "scikit-learn==1.9.1",
            "keras==3.15.1",
            "jax==0.10.2",
        ],
        variables: &[
            "TUNESCAPE_OPTUNA4",
            "TUNESCAPE_DASHBOARD",
            "TUNESCAPE_KERAS",
            "TUNESCAPE_SKLEARN",
        ],
    },
];

/// Debian's own Python.
const DEBIAN: &str = "/usr/bin/python3";

/// Whether Debian's Python has PyTorch.
pub fn has_torch() -> bool {
    // Without importing it, which takes seconds.
    let find = "import importlib.util as u, sys; sys.exit(u.find_spec('torch') is None)";
    output(DEBIAN, &["-c", find]).is_some() && output(DEBIAN, &["-m", "venv", "-h"]).is_some()
}

impl Environment {
    pub fn named(name: &str) -> Option<&'static Environment> {
        ENVIRONMENTS.iter().find(|environment| environment.name == name)
    }

    fn folder(&self) -> PathBuf {
        tools().join("python").join(self.name)
    }

    /// Says what was installed, once all of it was.
    fn mark(&self) -> PathBuf {
        self.folder().join("tunescape.txt")
    }

    fn contents(&self) -> String {
        self.packages.join(" ")
    }

    /// Whether it is there, with these packages.
    pub fn is_there(&self) -> bool {
        std::fs::read_to_string(self.mark()).is_ok_and(|found| found.trim() == self.contents())
    }

    /// Whether there is a Python to make it with.
    pub fn can_be_made(&self) -> bool {
        let any = output("python3", &["-m", "venv", "-h"]).is_some();
        if self.debian { has_torch() } else { any }
    }

    /// The command line that makes it.
    pub fn words(&self) -> Vec<String> {
        let (python, more) = match self.debian {
            true => (DEBIAN, "--clear --system-site-packages"),
            false => ("python3", "--clear"),
        };
        let script = format!(
            "\"$1\" -m venv {more} \"$2\" && mark=\"$3\" && python=\"$2/bin/python\" && shift 3 && \
             \"$python\" -m pip install --quiet \"$@\" && echo \"$@\" > \"$mark\""
        );
        let quoted = |path: PathBuf| path.display().to_string();
        let head = ["sh", "-c", &script, "sh", python].map(str::to_owned).into_iter();
        head.chain([quoted(self.folder()), quoted(self.mark())])
            .chain(self.packages.iter().map(|package| (*package).to_owned()))
            .collect()
    }
}

/// The variables that name the environments that are there; those that the person has set are left
/// as they are.
pub fn variables() -> Vec<(&'static str, PathBuf)> {
    let there = ENVIRONMENTS.iter().filter(|environment| environment.is_there());
    let of = |environment: &'static Environment| {
        let python = environment.folder().join("bin/python");
        environment.variables.iter().map(move |name| (*name, python.clone()))
    };
    there.flat_map(of).filter(|(name, _)| std::env::var_os(name).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_tool_is_in_one_environment() {
        let all: Vec<&str> =
            ENVIRONMENTS.iter().flat_map(|e| e.variables.iter().copied()).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(ENVIRONMENTS.iter().all(|e| Environment::named(e.name).is_some()));
    }

    #[test]
    fn an_environment_is_made_by_its_own_python_and_marked_last() {
        for environment in &ENVIRONMENTS {
            let words = environment.words();
            assert_eq!(&words[..2], ["sh", "-c"]);
            assert!(words[2].ends_with("> \"$mark\""), "{}", words[2]);
            assert_eq!(words[4] == DEBIAN, environment.debian);
            assert!(words[7..].iter().eq(environment.packages.iter()));
        }
    }
}
