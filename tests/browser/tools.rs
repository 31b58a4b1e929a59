//! Files for other tools: pressed for, read, saved, and run in the tools themselves where an
//! environment variable names a Python that has them (see `tests/import`).

use crate::harness::{Browser, Kind};
use serde_json::from_value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What each tool's file begins with, and whether the tool lacks something of this study's.
const SCRIPTS: [(&str, &str, bool); 5] = [
    ("keras", "A training of Tunescape's in Keras", false),
    ("sklearn", "A study of Tunescape's, for scikit-learn", true),
    ("pytorch", "A training of Tunescape's in PyTorch", false),
    ("optuna", "A study of Tunescape's, to go on in Optuna", false),
    ("hyperopt", "A study of Tunescape's, for Hyperopt", true),
];

/// The Python that runs what was written for a tool.
const PYTHONS: [(&str, &str); 6] = [
    ("keras", "TUNESCAPE_KERAS"),
    ("sklearn", "TUNESCAPE_SKLEARN"),
    ("pytorch", "TUNESCAPE_TORCH"),
    ("optuna", "TUNESCAPE_OPTUNA_TORCH"),
    ("hyperopt", "TUNESCAPE_HYPEROPT_TORCH"),
    ("journal", "TUNESCAPE_OPTUNA5"),
];

/// Reads a journal with Optuna itself.
const READ_JOURNAL: &str = "
import sys
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
[study] = JournalStorage(JournalFileBackend(sys.argv[1])).get_all_studies()
";

/// Writes every file of the dialog that is open; a script says first what its tool lacks, and has
/// its code in colours.
pub fn written_and_run(browser: &Browser) {
    browser.click("#tools summary");
    let mut saved = BTreeMap::new();
    for (tool, begins, lacks) in SCRIPTS {
        saved.insert(tool, written(browser, tool, begins));
        assert_eq!(browser.is_there("#written-lacks li"), lacks, "{tool}");
        assert!(browser.count("#written-text .keyword") > 10, "{tool}");
        assert!(browser.count("#written-text .comment") > 1, "{tool}");
    }
    saved.insert("journal", written(browser, "journal", "{\"op_code\""));
    // Data has no words of Python's.
    saved.insert("data", written(browser, "data", "part,"));
    assert!(!browser.is_there("#written-text .keyword, #written-lacks"));
    // What one browser saves the others do.
    if browser.kind == Kind::ChromiumPlain {
        run(&saved, browser.driver.id());
    }
}

/// What the button for a tool's file saves.
fn written(browser: &Browser, tool: &str, begins: &str) -> String {
    browser.click(&format!("#write-{tool}"));
    browser.wait_for(tool, || {
        browser.is_there("#written-text") && browser.text("#written-text").contains(begins)
    });
    saved(browser, "#written-save")
}

/// What a button saves.
pub fn saved(browser: &Browser, button: &str) -> String {
    browser.eval("(window.saved = [], URL.createObjectURL = blob => (blob.text().then(text => saved.push(text)), 'blob:none'), 0)");
    browser.click(button);
    browser.wait_for("the saved file", || browser.eval("saved.length") == 1);
    from_value(browser.eval("saved[0]")).expect("a text")
}

/// Has Optuna read the journal that a button saves, where one is at hand.
pub fn journal_read(browser: &Browser, button: &str) {
    let journal = saved(browser, button);
    assert!(journal.starts_with("{\"op_code\""), "{journal}");
    if browser.kind == Kind::ChromiumPlain {
        run(&BTreeMap::from([("journal", journal)]), browser.driver.id());
    }
}

fn run(saved: &BTreeMap<&str, String>, id: u32) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("saved-{id}"));
    std::fs::create_dir_all(&folder).expect("room for small files");
    for (tool, variable) in PYTHONS.into_iter().filter(|(tool, _)| saved.contains_key(tool)) {
        let Ok(python) = std::env::var(variable) else {
            eprintln!("{tool}: not run, since {variable} names no Python");
            continue;
        };
        // Not a name that the script imports.
        let name = format!("saved_{tool}.py");
        std::fs::write(folder.join(&name), &saved[tool]).expect("room for a small file");
        let mut command = Command::new(python);
        match tool {
            "journal" => command.args(["-c", READ_JOURNAL, &name]),
            _ => command.arg(&name),
        };
        let output = command.current_dir(&folder).output().expect("Python starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{tool}: {said}");
    }
    std::fs::remove_dir_all(folder).expect("it is there");
}
