//! Where golden cases come from: `tests/golden`, and every folder named in `TUNESCAPE_GOLDEN_DIR`
//! (separated by ':').

use serde_json::Value;
use std::path::{Path, PathBuf};

/// The files of the format; a folder need not hold all of them, but without a single case it is a
/// mistake.
const FILES: [&str; 6] =
    ["training.json", "metrics.json", "gp.json", "sobol.json", "tpe.json", "importance.json"];

/// The cases of one file of a folder.
pub struct Cases {
    pub cases: Vec<Value>,
}

/// The cases that the file of this name holds, folder by folder.
pub fn cases(file: &str) -> Vec<Cases> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let more = std::env::var("TUNESCAPE_GOLDEN_DIR").unwrap_or_default();
    let more = more.split(':').filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let mut found = vec![Cases { cases: read(&own.join(file)) }];
    for folder in more {
        let any = FILES.iter().any(|name| !read(&folder.join(name)).is_empty());
        assert!(any, "{}: no case", folder.display());
        found.push(Cases { cases: read(&folder.join(file)) });
    }
    assert!(!found[0].cases.is_empty(), "{file}: no case");
    found
}

/// The cases of a file; none where there is no such file.
fn read(path: &Path) -> Vec<Value> {
    if !path.exists() {
        return Vec::new();
    }
    let text =
        std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases = ["cases", "sets"].into_iter().find_map(|key| file[key].as_array());
    cases.unwrap_or_else(|| panic!("{}: no cases", path.display())).clone()
}
