//! The modules of `src` stand in the order of the table in `src/lib.rs`: each imports only from those above it.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in layer order, as the table has them.
fn layers() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").expect("the library");
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | "));
    let names = rows.filter_map(|row| row.trim_start_matches('[').strip_prefix('`')?.split('`').next());
    names.map(str::to_owned).collect()
}

/// Every source file below `src` that belongs to a module.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    let roots = ["src/lib.rs", "src/main.rs", "src/engine/lib.rs"];
    let sources = files.filter(|path| path.extension().is_some_and(|e| e == "rs"));
    sources.filter(|path| !roots.iter().any(|root| path == Path::new(root))).collect()
}

/// The module that a file belongs to.
fn module(file: &Path) -> String {
    let inner = file.strip_prefix("src/engine").or_else(|_| file.strip_prefix("src")).expect("files lie below src");
    let first = inner.components().next().expect("a file");
    first.as_os_str().to_str().expect("plain names").trim_end_matches(".rs").to_owned()
}

/// The file's code, without comments.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a source file");
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The modules that code names as `crate::NAME` or in `crate::{NAME, …}`.
fn imports(code: &str) -> Vec<String> {
    let first = |path: &str| path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let named = code.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split(['}', ',']).map(|name| first(name.trim())).collect(),
        None => vec![first(rest)],
    });
    named.filter(|name| !name.is_empty()).collect()
}

#[test]
fn each_module_imports_only_from_those_above_it() {
    let layers = layers();
    let place = |module: &str| layers.iter().position(|layer| layer == module);
    assert!(layers.len() >= 10 && layers.last().is_some_and(|last| last == "app"), "{layers:?}");
    let mut seen = 0;
    for file in files(Path::new("src")) {
        let own = place(&module(&file)).unwrap_or_else(|| panic!("{} is in no layer", file.display()));
        for import in imports(&code(&file)) {
            let at = place(&import).unwrap_or_else(|| panic!("{} imports {import}, which is no layer", file.display()));
            assert!(at <= own, "{} imports {import}, which stands below it", file.display());
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} imports were found");
}

#[test]
fn wgpu_yew_and_the_dom_are_named_in_their_places_only() {
    let places: [(&str, &[&str]); 3] =
        [("wgpu", &["src/gpu", "src/gpu.rs"]), ("yew", &["src/app"]), ("web_sys", &["src/app", "src/worker/"])];
    for (name, allowed) in places {
        let names = |file: &&PathBuf| code(file).contains(&format!("{name}::"));
        let files = files(Path::new("src"));
        let naming: Vec<_> = files.iter().filter(names).map(|file| file.to_str().expect("plain names")).collect();
        assert!(!naming.is_empty(), "nothing names {name}");
        let strays: Vec<_> =
            naming.iter().filter(|file| !allowed.iter().any(|place| file.starts_with(place))).collect();
        assert!(strays.is_empty(), "{name} is named in {strays:?}");
    }
}
