//! The last step of the build, which is also Trunk's hook: the glue, the wasm and the texts go into
//! `boot.js`, which becomes the page's one script, and the notices that must do without it into
//! `index.html`. All of it once more, with the data, is `tunescape.html`, which needs no host; and
//! `sw.js` is told what to keep for when there is no network.

use crate::{Result, licences, root};
use base64::{Engine, prelude::BASE64_STANDARD};
use site::texts::{self, LANGUAGES, Texts};
use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZero;
use std::path::{Path, PathBuf};

/// What the page may load and run, whatever its host sends: it then holds against a slip of ours
/// and against a host that redirects. README tells it too.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; \
    style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'";

/// What the script begins with that Trunk puts into a page which it loads anew by itself; under the
/// policy it would not run.
const RELOADS: &str = "/.well-known/trunk/ws";

/// Turns what wasm-bindgen and [`crate::page`] (or Trunk) left in this folder into the page.
pub fn run(stage: &Path) -> Result {
    let (glue, wasm) = (the_one(stage, "js")?, the_one(stage, "wasm")?);

    let read = |language| Ok((language, texts::read(&root(), language)?));
    let languages = LANGUAGES.map(read).into_iter().collect::<Result<Vec<_>>>()?;
    let boot = fs::read_to_string(root().join("web/boot.js"))?;
    let packed = gzip(&lean(&fs::read(&wasm)?)?)?;
    // How the data was made is of no use on a host.
    for file in fs::read_dir(stage.join("data"))? {
        let path = file?.path();
        if path.extension().is_some_and(|extension| extension == "py") {
            fs::remove_file(path)?;
        }
    }
    fs::write(
        stage.join("data/lessons.js"),
        payload("lessons", &lessons(&root().join("web/lessons"))?)?,
    )?;
    let data = serde_json::to_string(&name_data(&stage.join("data"))?)?;
    let script = assemble(&boot, &fs::read_to_string(&glue)?, &packed, &json(&languages)?, &data)?;
    let name = format!("tunescape-{}.js", hash(script.as_bytes()));

    let index = stage.join("index.html");
    let loose = glue.file_name().expect("it is a file").to_string_lossy();
    let page = put(&fs::read_to_string(&index)?, &loose, &name)?;
    let page = texts::fill(&page, &languages)?;
    let supported = fs::read(root().join("web/supported.js"))?;
    let first = format!("supported-{}.js", hash(&supported));
    let page = put(&page, "supported.js", &first)?;
    fs::write(&index, with_policy(&page)?)?;
    fs::remove_file(glue)?;
    // Pages that embed this one ask for it by this name.
    for file in ["embed.js", "embed.d.ts", "app.webmanifest", "icon.svg"] {
        fs::copy(root().join("web").join(file), stage.join(file))?;
    }
    fs::remove_file(wasm)?;
    fs::write(stage.join("licences.txt"), licences::whole()?)?;
    fs::write(stage.join(&name), &script)?;
    fs::write(stage.join(&first), &supported)?;
    fs::write(stage.join("sw.js"), keeper(stage)?)?;
    fs::write(stage.join("tunescape.html"), single_file(stage, &page, [&first, &name])?)?;
    println!("{name}: {} KB; of wasm, {} KB gzipped", script.len() / 1000, packed.len() / 1000);
    Ok(())
}

fn assemble(boot: &str, glue: &str, packed: &[u8], texts: &str, data: &str) -> Result<String> {
    let script = put(boot, "/*@GLUE@*/", glue)?;
    let script = put(&script, "@WASM@", &BASE64_STANDARD.encode(packed))?;
    let script = put(&script, "/*@TEXTS@*/", texts)?;
    put(&script, "/*@DATA@*/", data)
}

/// The page under [`POLICY`].
fn with_policy(page: &str) -> Result<String> {
    if page.contains(RELOADS) {
        return Ok(page.into());
    }
    let first = "<meta charset=\"utf-8\" />";
    let policy = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\" />");
    put(page, first, &format!("{first}\n    {policy}"))
}

/// Sixteen hexadecimal digits that tell one content from another.
fn hash(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Puts what is in each data script into its file's name, so that a page asks for the data of its
/// own build and gets those or none. By name, what a file is called now, without its `.js`.
fn name_data(folder: &Path) -> Result<BTreeMap<String, String>> {
    let paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut names = BTreeMap::new();
    for path in paths.into_iter().filter(|path| path.extension().is_some_and(|e| e == "js")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let file = format!("{name}-{}", hash(&fs::read(&path)?));
        fs::rename(&path, folder.join(&file).with_extension("js"))?;
        names.insert(name, file);
    }
    Ok(names)
}

/// All lessons in one piece of JSON: pairs of name and lesson, in the order of the numbers that
/// their files begin with.
fn lessons(folder: &Path) -> Result<String> {
    let mut paths =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    let read = |path: &PathBuf| -> Result<(String, serde_json::Value)> {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = stem.split_once('-').ok_or("a lesson's file is NUMBER-NAME.json")?.1.to_string();
        Ok((name, serde_json::from_str(&fs::read_to_string(path)?)?))
    };
    Ok(serde_json::to_string(&paths.iter().map(read).collect::<Result<Vec<_>>>()?)?)
}

/// The service worker, told all files of the page.
fn keeper(stage: &Path) -> Result<String> {
    let (mut files, mut all) = (vec!["./".to_string()], Vec::new());
    for folder in ["", "data"] {
        let mut paths = fs::read_dir(stage.join(folder))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        paths.retain(|path| path.is_file() && path.extension().is_none_or(|e| e != "md"));
        paths.sort();
        for path in paths {
            all.extend(fs::read(&path)?);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name != "index.html" {
                files.push(if folder.is_empty() {
                    name.into()
                } else {
                    format!("{folder}/{name}")
                });
            }
        }
    }
    let script = put(
        &fs::read_to_string(root().join("web/sw.js"))?,
        "/*@FILES@*/",
        &serde_json::to_string(&files)?,
    )?;
    put(&script, "@BUILD@", &hash(&all))
}

/// The whole page in one file: styles, data and script stand in it.
fn single_file(stage: &Path, page: &str, [first, script]: [&str; 2]) -> Result<String> {
    let code = |file: &str| -> Result<String> {
        let code = fs::read_to_string(stage.join(file))?;
        // What would end the element, or begin a comment in it, only ever stands in texts.
        let code = code.replace("</script", "<\\/script").replace("<!--", "<\\!--");
        Ok(format!("<script>{code}</script>"))
    };
    let mut scripts = String::new();
    for entry in fs::read_dir(stage.join("data"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "js") {
            let text = fs::read_to_string(&path)?;
            let mut said = text.split('"').skip(1).step_by(2);
            let (name, packed) =
                said.next().zip(said.next()).ok_or("a data script is a name and a text")?;
            scripts +=
                &format!("<script type=\"text/plain\" id=\"data-{name}\">{packed}</script>\n");
        }
    }
    let poster = BASE64_STANDARD.encode(fs::read(stage.join("poster.png"))?);
    let page = put(page, "src=\"poster.png\"", &format!("src=\"data:image/png;base64,{poster}\""))?;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.contains(first) {
            lines.push(code(first)?);
        } else if line.contains("rel=\"stylesheet\"") {
            let file = line
                .split('"')
                .find(|part| part.ends_with(".css"))
                .ok_or("a style sheet has a name")?;
            let style = fs::read_to_string(stage.join(file.trim_start_matches("./")))?;
            lines.push(format!("<style>{style}</style>"));
        } else if line.contains(script) || line.contains("rel=\"manifest\"") {
            continue;
        } else if line.trim() == "</body>" {
            let licences = fs::read_to_string(stage.join("licences.txt"))?;
            lines.push(format!(
                "{scripts}<script type=\"text/plain\" id=\"licences\">{licences}</script>\n{}\n</body>",
                code(script)?
            ));
        } else {
            lines.push(line.into());
        }
    }
    Ok(lines.join("\n"))
}

/// A script that hands `boot.js` some bytes by their name.
fn payload(name: &str, text: &str) -> Result<String> {
    Ok(format!("tunescape.data({name:?}, {:?});\n", BASE64_STANDARD.encode(gzip(text.as_bytes())?)))
}

/// JSON: language → key → text.
fn json(languages: &[(&str, Texts)]) -> Result<String> {
    let texts = serde_json::to_string(&languages.iter().cloned().collect::<BTreeMap<_, _>>())?;
    // In a script these two end a line, as they do not in JSON.
    Ok(texts.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"))
}

/// The module without its custom sections: names and notes that nothing reads at run time.
fn lean(wasm: &[u8]) -> Result<Vec<u8>> {
    let cut_off = "the module ends within a section";
    let (header, mut rest) = wasm.split_at_checked(8).ok_or(cut_off)?;
    let mut lean = header.to_vec();
    while let [id, after @ ..] = rest {
        let digits = after.iter().position(|byte| byte & 0x80 == 0).ok_or(cut_off)? + 1;
        let length =
            after[..digits].iter().rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
        let (section, next) = rest.split_at_checked(1 + digits + length).ok_or(cut_off)?;
        if *id != 0 {
            lean.extend(section);
        }
        rest = next;
    }
    Ok(lean)
}

/// Replaces the one place where `mark` stands.
fn put(text: &str, mark: &str, value: &str) -> Result<String> {
    match text.matches(mark).count() {
        1 => Ok(text.replace(mark, value)),
        n => Err(format!("{mark} stands {n} times where it should stand once").into()),
    }
}

/// As small as gzip gets: any browser unpacks it.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    // Further rounds take seconds for a thousandth.
    let options = zopfli::Options { iteration_count: NonZero::<u64>::MIN, ..Default::default() };
    let mut packed = Vec::new();
    zopfli::compress(options, zopfli::Format::Gzip, bytes, &mut packed)?;
    Ok(packed)
}

/// The one file with this extension at the top of a folder.
fn the_one(stage: &Path, extension: &str) -> Result<PathBuf> {
    let paths = fs::read_dir(stage)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    let mut found =
        paths.into_iter().filter(|path| path.extension().is_some_and(|e| e == extension));
    match (found.next(), found.next()) {
        (Some(path), None) => Ok(path),
        _ => Err(format!("there should be one .{extension} file, and no other").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_script_holds_glue_and_wasm() {
        let boot = "f { /*@GLUE@*/ }/*@TEXTS@*/,/*@DATA@*/ \"@WASM@\"";
        let script = assemble(boot, "let x;", b"wasm", "{}", "[]").unwrap();
        assert_eq!(script, "f { let x; }{},[] \"d2FzbQ==\"");
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let text = "as much as it takes ".repeat(100);
        let packed = gzip(text.as_bytes()).unwrap();
        assert!(packed.len() < 100, "{}", packed.len());
        let mut unpacked = String::new();
        flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }

    #[test]
    fn data_of_another_content_has_another_name() {
        let folder = std::env::temp_dir().join(format!("tunescape-data-{}", std::process::id()));
        let named = |text: &str| {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("iris.js"), text).unwrap();
            fs::write(folder.join("SOURCES.md"), "").unwrap();
            let names = name_data(&folder).unwrap();
            let file = names["iris"].clone();
            assert_eq!(names.len(), 1);
            assert_eq!(fs::read_to_string(folder.join(&file).with_extension("js")).unwrap(), text);
            fs::remove_dir_all(&folder).unwrap();
            file
        };
        let (old, new) = (named("1"), named("2"));
        assert!(old.starts_with("iris-") && old != new && old == named("1"));
    }

    #[test]
    fn custom_sections_are_left_out() {
        let module = |sections: &[&[u8]]| [b"\0asm\x01\0\0\0", &sections.concat()[..]].concat();
        let (types, names) = ([1, 1, 0], [&[0, 0x81, 1][..], &[7; 129]].concat());
        assert_eq!(lean(&module(&[&types, &names, &types])).unwrap(), module(&[&types, &types]));
        assert!(lean(&module(&[&names[..9]])).is_err());
    }

    #[test]
    fn a_missing_mark_is_an_error() {
        assert!(assemble("no mark", "", b"", "", "").is_err());
    }
}
