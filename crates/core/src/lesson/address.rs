//! Where a lesson's file may lie: beneath the page's own folder, and nowhere else.
//!
//! A link names the file, and whoever opens the link has it fetched by the page's own origin. So it
//! can be no other host, no way up, and nothing with a query, which could ask for more than a file.

/// Letters of an address at most.
const MAX_LENGTH: usize = 200;

/// Whether the name of a lesson is the address of a file and not of one that comes with the page.
pub fn is_file(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

/// The address to fetch of a lesson's file, relative to the page's folder; none where a name is no
/// such address. Steps are letters, digits, `-`, `_`, `.`, `~` and what is written in other scripts,
/// with `/` between them: nothing that a browser would read as a scheme, a host, a query or a
/// fragment, or decode into one of them.
pub fn file(name: &str) -> Option<&str> {
    below(name).filter(|name| is_file(name))
}

/// The same of a file of any kind.
pub fn below(name: &str) -> Option<&str> {
    let name = name.strip_prefix("./").unwrap_or(name);
    let letter = |c: char| c.is_alphanumeric() || "-_.~ ".contains(c);
    let step = |step: &str| {
        !step.is_empty()
            && !step.starts_with([' ', '.'])
            && !step.ends_with([' ', '.'])
            && step.chars().all(letter)
    };
    let whole = name.chars().take(MAX_LENGTH + 1).count() <= MAX_LENGTH;
    (whole && name.split('/').all(step)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_beneath_the_page_are_taken() {
        for name in
            ["own.json", "lessons/own.json", "a/b-c_d/e.v2.json", "课程/第一课.json", "own.JSON"]
        {
            assert_eq!(file(name), Some(name));
        }
        assert_eq!(file("./own.json"), Some("own.json"));
        assert!(is_file("own.json") && is_file("UP.JSON") && !is_file("momentum"));
    }

    #[test]
    fn nothing_else_is() {
        for name in [
            "",
            "momentum",
            ".json",
            "/own.json",
            "//other.org/own.json",
            "\\\\other.org\\own.json",
            "https://other.org/own.json",
            "javascript:own.json",
            "data:text/json,own.json",
            "../own.json",
            "lessons/../../own.json",
            "lessons/./own.json",
            "lessons//own.json",
            ".././own.json",
            "%2e%2e/own.json",
            "%2Fown.json",
            "api/leave?course=7&x=.json",
            "api/leave?x=.json",
            "api#.json",
            "user@other.org/own.json",
            "own.json/",
            "own.json ",
            " own.json",
            ".well-known/own.json",
            "own\t.json",
            "own\n.json",
            "a;b.json",
        ] {
            assert_eq!(file(name), None, "{name:?}");
        }
        assert_eq!(file(&format!("{}.json", "a".repeat(200))), None);
    }
}
