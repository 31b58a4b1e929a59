//! The command run by a test, and what it prints.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tunescape");
pub const LINK: &str =
    "v=2&training.epochs=3&net.hidden=[3]&data.rows=40&map.side=8&search.budget=6";

/// What no command takes, on the busiest machine.
pub const LIMIT: Duration = Duration::from_secs(600);

/// A folder of a test's own, empty.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }

    pub fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn put(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).expect("room");
        self.path(name)
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }
}

pub fn command(words: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(words).timeout(LIMIT);
    command
}

/// What a command that goes well prints.
pub fn printed(words: &[&str]) -> String {
    let done = command(words).assert().success();
    String::from_utf8(done.get_output().stdout.clone()).expect("text")
}

/// A command that is refused: exit code 2, and one line that names the option and the value.
pub fn refused(words: &[&str], option: &str, value: &str) {
    let told = contains(option).and(contains(value));
    command(words).assert().code(2).stderr(told).stdout("");
}
