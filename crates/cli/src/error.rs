//! What goes wrong, and the exit code that says of what kind it is.

use crate::stop;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use thiserror::Error;

#[derive(Debug, Error)]
pub enum Error {
    /// What was asked for can't be: the option or argument, its value, and why not.
    #[error("{option} {value}: {why}")]
    Usage { option: &'static str, value: String, why: String },
    #[error("can't read {}: {error}", path.display())]
    Read { path: PathBuf, error: io::Error },
    #[error("can't write {}: {error}", path.display())]
    Write { path: PathBuf, error: io::Error },
    /// A file whose content is not what it should be.
    #[error("{}: {why}", path.display())]
    File { path: PathBuf, why: String },
    /// Training that can't be.
    #[error("{0}")]
    Failed(String),
    #[error("interrupted, {done} of {all} units are done{}", more.as_deref().unwrap_or_default())]
    Interrupted { done: u64, all: u64, more: Option<String> },
}

impl Error {
    pub fn usage(option: &'static str, value: impl ToString, why: impl ToString) -> Self {
        Self::Usage { option, value: value.to_string(), why: why.to_string() }
    }

    pub fn file(path: &Path, why: impl ToString) -> Self {
        Self::File { path: path.into(), why: why.to_string() }
    }

    pub fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::Read { path: path.into(), error }
    }

    pub fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        move |error| Self::Write { path: path.into(), error }
    }

    /// 2 for what was asked for wrongly or given unreadably, 130 for what was interrupted, else 1.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Usage { .. } | Self::Read { .. } | Self::File { .. } => 2,
            Self::Interrupted { .. } => stop::CODE,
            _ => 1,
        })
    }
}
