//! Whether WebKitGTK's browser, its driver and a display are on this machine.

use std::fs;
use std::path::PathBuf;

/// Where Debian puts the small browser that comes with the library.
pub fn browser() -> Option<PathBuf> {
    let below = |folder: PathBuf| fs::read_dir(folder).ok().into_iter().flatten().flatten();
    let libraries = below("/usr/lib".into()).flat_map(|machine| below(machine.path()));
    let browsers = libraries
        .filter(|library| library.file_name().to_string_lossy().starts_with("webkit2gtk-4."))
        .map(|library| library.path().join("MiniBrowser"));
    browsers.filter(|browser| browser.is_file()).max()
}

/// Whether browser, driver and display are on this machine.
pub fn is_there() -> bool {
    let on_path = |program: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    };
    browser().is_some() && on_path("WebKitWebDriver") && on_path("Xvfb")
}
