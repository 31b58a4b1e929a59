//! The page's texts, as they stand in `web/locales`.

use std::collections::BTreeMap;
use std::path::Path;

pub const LANGUAGES: [&str; 2] = ["en", "zh-CN"];

/// Texts by key, such as `start.reload`.
pub type Texts = BTreeMap<String, String>;

/// Reads one language's file from the project's root.
pub fn read(root: &Path, language: &str) -> Result<Texts, String> {
    let file = root.join("web/locales").join(language).with_extension("yml");
    let text =
        std::fs::read_to_string(&file).map_err(|why| format!("{}: {why}", file.display()))?;
    parse(&text).map_err(|line| format!("{}: {line}", file.display()))
}

/// As much of YAML as these files are: nested names, a text on one line each, with or without
/// quotes. The error is the line that is something else, or says again what was said before.
fn parse(file: &str) -> Result<Texts, &str> {
    let mut path: Vec<&str> = Vec::new();
    let mut texts = Texts::new();
    for line in
        file.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
    {
        let depth = (line.len() - line.trim_start().len()) / 2;
        let (name, text) = line.trim().split_once(':').ok_or(line)?;
        path.truncate(depth);
        path.push(name);
        let twice = !text.is_empty()
            && texts.insert(path.join("."), text.trim().trim_matches('"').into()).is_some();
        if twice {
            return Err(line);
        }
    }
    Ok(texts)
}

/// The keys in a page's `@key@`.
pub fn marks(page: &str) -> impl Iterator<Item = &str> {
    page.split('@').skip(1).step_by(2)
}

/// Puts each `@key@`'s text into a page, in every language: without wasm none can be chosen but by
/// the style sheet.
pub fn fill(page: &str, languages: &[(&str, Texts)]) -> Result<String, String> {
    let mut filled = String::new();
    for (i, part) in page.split('@').enumerate() {
        if i % 2 == 0 {
            filled += part;
            continue;
        }
        for (language, texts) in languages {
            let text = texts.get(part).ok_or_else(|| format!("{language} has no {part}"))?;
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            filled += &format!(r#"<span lang="{language}">{text}</span>"#);
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_nest() {
        let texts = parse("a:\n  b:\n    c: \"x: y\"\n  # no text\n  d: z\ne: w\n").unwrap();
        let pairs: Vec<_> = texts.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        assert_eq!(pairs, [("a.b.c", "x: y"), ("a.d", "z"), ("e", "w")]);
    }

    #[test]
    fn a_line_that_is_no_text_or_comes_twice_is_told() {
        assert_eq!(parse("a:\n  b\n"), Err("  b"));
        assert_eq!(parse("a: x\na: y\n"), Err("a: y"));
    }

    #[test]
    fn a_page_says_it_in_every_language() {
        let languages = [("en", parse("a: x & y").unwrap()), ("zh-CN", parse("a: 甲").unwrap())];
        let filled = fill("<p>@a@</p>", &languages).unwrap();
        assert_eq!(
            filled,
            r#"<p><span lang="en">x &amp; y</span><span lang="zh-CN">甲</span></p>"#
        );
        assert_eq!(fill("@b@", &languages), Err("en has no b".into()));
        assert_eq!(marks("<p>@a@</p> @b.c@").collect::<Vec<_>>(), ["a", "b.c"]);
    }
}
