//! Builds the page into `dist/`: compiles it, has wasm-bindgen write the glue, and does with the
//! `data-trunk` links of `index.html` what Trunk does. `check` compares both where there is a Trunk.

use crate::cargo::{TARGET, web_command, web_target};
use crate::{Result, bundle, root};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// As in `Trunk.toml`: one classic script and nothing inline.
const SCRIPT: &str = r#"<script defer src="./tunescape.js"></script>"#;

/// Builds the page into `dist/`.
pub fn build() -> Result {
    build_into(&root().join("dist"), &[])
}

/// Builds the page, with these features of its crate, into a folder.
pub fn build_into(folder: &Path, features: &[&str]) -> Result {
    let wasm = compile(features)?;
    // Beside that folder, so that it becomes that by a change of its name, when all has gone well.
    let stage = root().join("target/stage");
    clear(&stage)?;
    // As when Trunk calls wasm-bindgen's command line.
    Bindgen::new()
        .input_path(wasm)
        .out_name("tunescape")
        .no_modules(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .generate(&stage)?;
    let index = fs::read_to_string(root().join("index.html"))?;
    fs::write(stage.join("index.html"), assemble(&index, &root(), &stage)?)?;
    bundle::run(&stage)?;
    clear(folder)?;
    fs::remove_dir(folder)?;
    Ok(fs::rename(stage, folder)?)
}

/// The page's module, before wasm-bindgen.
fn compile(features: &[&str]) -> Result<PathBuf> {
    let build = ["build", "--locked", "--profile", "web", "--bin", "page", "--target", TARGET];
    let mut cargo = web_command("cargo");
    cargo.args(build).args(["--features", &features.join(",")]);
    if !cargo.status()?.success() {
        return Err("the build failed".into());
    }
    Ok(web_target().join(TARGET).join("web/page.wasm"))
}

/// Makes this an empty folder.
fn clear(folder: &Path) -> Result {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

/// The page, with its `data-trunk` links replaced and what they name copied from `from` to `to`.
fn assemble(index: &str, from: &Path, to: &Path) -> Result<String> {
    let mut page = String::new();
    for line in index.split_inclusive('\n') {
        let Some((before, link, after)) = link(line) else {
            page += line;
            continue;
        };
        let attribute =
            |name| attribute(link, name).ok_or_else(|| format!("{name} lacks in {link}"));
        let source = || Ok::<_, String>(from.join(attribute("href")?));
        let tag = match attribute("rel")? {
            "css" => {
                let name = copy_hashed(&source()?, to)?;
                format!(r#"<link rel="stylesheet" href="./{name}"/>"#)
            }
            "copy-file" => {
                let source = source()?;
                fs::copy(&source, to.join(file_name(&source)?))?;
                String::new()
            }
            "copy-dir" => {
                let source = source()?;
                copy_folder(&source, &to.join(file_name(&source)?))?;
                String::new()
            }
            "rust" => SCRIPT.into(),
            other => return Err(format!("{other} is no link that this program knows").into()),
        };
        page += before;
        page += &tag;
        page += after;
    }
    Ok(page)
}

/// What stands before a line's link for Trunk, that link, and what stands after it.
fn link(line: &str) -> Option<(&str, &str, &str)> {
    let start = line.find("<link data-trunk ")?;
    let end = start + line[start..].find('>')? + 1;
    Some((&line[..start], &line[start..end], &line[end..]))
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}

/// Copies a file and names it after its content, so that browsers may keep it. Returns that name.
fn copy_hashed(file: &Path, to: &Path) -> Result<String> {
    let content = fs::read(file)?;
    let (stem, extension) = (file.file_stem(), file.extension());
    let text =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    let name = format!("{}-{:x}.{}", text(stem), seahash::hash(&content), text(extension));
    fs::write(to.join(&name), content)?;
    Ok(name)
}

fn copy_folder(from: &Path, to: &Path) -> Result {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> Result<&std::ffi::OsStr> {
    Ok(path.file_name().ok_or_else(|| format!("{} names no file", path.display()))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two folders for a test, of which the first holds some files.
    fn folders(test: &str) -> [PathBuf; 2] {
        let folder = std::env::temp_dir().join(format!("tunescape-{test}-{}", std::process::id()));
        let [from, to] = ["from", "to"].map(|name| folder.join(name));
        fs::create_dir_all(from.join("web/data/more")).unwrap();
        fs::create_dir_all(&to).unwrap();
        fs::write(from.join("web/style.css"), "p {}\n").unwrap();
        fs::write(from.join("web/data/more/a.js"), "1").unwrap();
        [from, to]
    }

    #[test]
    fn links_become_what_they_name() {
        let [from, to] = folders("links");
        let index = "<head>\n  <link rel=\"icon\" href=\"data:,\" />\n  \
            <link data-trunk rel=\"css\" href=\"web/style.css\" />\n  \
            <link data-trunk rel=\"copy-dir\" href=\"web/data\" />\n  \
            <link data-trunk rel=\"rust\" data-bin=\"page\" /></head>\n";
        let page = assemble(index, &from, &to).unwrap();
        let style = format!("style-{:x}.css", seahash::hash(b"p {}\n"));
        assert_eq!(
            page,
            format!(
                "<head>\n  <link rel=\"icon\" href=\"data:,\" />\n  \
                <link rel=\"stylesheet\" href=\"./{style}\"/>\n  \n  {SCRIPT}</head>\n"
            )
        );
        assert_eq!(fs::read_to_string(to.join(style)).unwrap(), "p {}\n");
        assert_eq!(fs::read_to_string(to.join("data/more/a.js")).unwrap(), "1");
        fs::remove_dir_all(from.parent().unwrap()).unwrap();
    }

    #[test]
    fn an_unknown_link_is_told() {
        let here = Path::new(".");
        for link in ["rel=\"sass\" href=\"a.scss\"", "rel=\"css\"", "href=\"a.css\""] {
            let error = assemble(&format!("<link data-trunk {link} />"), here, here).unwrap_err();
            assert!(error.to_string().contains("link"), "{error}");
        }
    }
}
