//! JSON as Python writes it: with `NaN`, `Infinity` and `-Infinity` bare, numbers beyond any that
//! count as infinite, halves of letters (`\udce4`, of a file's name that is no text), and lists in
//! lists as deep as anyone likes. JSON as serde_json has it knows none of them.

use serde_json::Value;

/// Lists and objects in each other that are read; what lies deeper is replaced by [`DEEPER`].
/// serde_json reads 127.
const MAX_DEPTH: usize = 100;
const DEEPER: &str = "\"…\"";

/// Reads a text. Bare words, and numbers that are infinite, become texts of the word's letters;
/// [`number`] takes them for numbers. Of half a letter the sign for what can't be read is left.
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&mended(text)).ok())
}

/// The text as serde_json reads it.
fn mended(text: &str) -> String {
    let (mut out, mut depth, mut rest) = (String::with_capacity(text.len() + 16), 0_usize, text);
    while !rest.is_empty() {
        let (token, behind) = rest.split_at(token_length(rest));
        rest = behind;
        let closes = token == "]" || token == "}";
        depth += usize::from(token == "[" || token == "{");
        match depth.checked_sub(MAX_DEPTH) {
            None | Some(0) if token.starts_with('"') => push_whole_letters(&mut out, token),
            None | Some(0) => match bare_number(token) {
                Some(word) => out.extend(["\"", word, "\""]),
                None => out.push_str(token),
            },
            Some(1) if token == "[" || token == "{" => out.push_str(DEEPER),
            Some(_) => {}
        }
        depth = depth.saturating_sub(usize::from(closes));
    }
    out
}

/// Bytes of what a text begins with: a text in quotes, a bare word, a number, or one sign.
fn token_length(text: &str) -> usize {
    if text.starts_with('"') {
        let mut escaped = false;
        let closes = |byte: u8| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            closes
        };
        return text.bytes().skip(1).position(closes).map_or(text.len(), |at| at + 2);
    }
    if let Some(word) = BARE.into_iter().find(|word| text.starts_with(word)) {
        return word.len();
    }
    let number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let length = text.find(|c| !number(c)).unwrap_or(text.len());
    length.max(text.chars().next().map_or(0, char::len_utf8))
}

const BARE: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// The word for a number that serde_json does not know.
fn bare_number(token: &str) -> Option<&'static str> {
    let known = BARE.into_iter().find(|word| *word == token);
    known.or_else(|| match token.parse::<f64>().ok()? {
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    })
}

/// Adds a text in quotes, with U+FFFD for each half of a letter (UTF-16's surrogates) that stands
/// without its other half.
fn push_whole_letters(out: &mut String, mut rest: &str) {
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = |at: usize| {
            let digits = escape.get(at..at + 6)?.strip_prefix("\\u")?;
            u32::from_str_radix(digits, 16).ok()
        };
        let (length, lone) = match (unit(0), unit(6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, false),
            (Some(0xd800..=0xdfff), _) => (6, true),
            // What is escaped may be a backslash, which begins nothing.
            _ => (1 + escape[1..].chars().next().map_or(0, char::len_utf8), false),
        };
        let (escape, behind) = escape.split_at(length);
        out.push_str(if lone { "\\ufffd" } else { escape });
        rest = behind;
    }
    out.push_str(rest);
}

/// A number, infinite and NaN included.
pub fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(word) => match word.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bare_words_are_numbers_and_words_in_texts_stay() {
        let tree = parse(r#"{"a": [NaN, -Infinity,Infinity], "NaN \" Infinity": "NaN\\"}"#);
        let wanted = json!({ "a": ["NaN", "-Infinity", "Infinity"], "NaN \" Infinity": "NaN\\" });
        assert_eq!(tree, Some(wanted));
        assert_eq!(number(&json!("-Infinity")), Some(f64::NEG_INFINITY));
        assert!(number(&json!("NaN")).unwrap().is_nan() && number(&json!("nan")).is_none());
        for broken in ["", "{", "NaN2", "[NaN", "{\"a\": nan}", &"[".repeat(100_000)] {
            assert_eq!(parse(broken), None, "{}", &broken[..broken.len().min(20)]);
        }
    }

    #[test]
    fn numbers_beyond_any_are_infinite() {
        let long = "9".repeat(400);
        let tree = parse(&format!("[1e999, -1E+999, {long}, -{long}.5, 1e-999, \"1e999\"]"));
        let [inf, less] = ["Infinity", "-Infinity"];
        assert_eq!(tree, Some(json!([inf, less, inf, less, 0.0, "1e999"])));
        assert_eq!(parse("[1e999e]"), None);
    }

    #[test]
    fn halves_of_letters_are_replaced_and_whole_ones_stay() {
        for (text, wanted) in [
            (r"caf\udce9.csv", "caf\u{fffd}.csv"),
            (r"\uD83D\uDE00 \ud83d\ud83d\ude00 \ude00\ud83d", "😀 \u{fffd}😀 \u{fffd}\u{fffd}"),
            (r"\\ud83d \\\ud83d \u00e9\ud83d\u0041", "\\ud83d \\\u{fffd} é\u{fffd}A"),
            (r#"\"NaN\" \udc00, 1e999"#, "\"NaN\" \u{fffd}, 1e999"),
        ] {
            let tree = parse(&format!("{{\"{text}\": [\"{text}\"]}}"));
            assert_eq!(tree, Some(json!({ wanted: [wanted] })), "{text}");
        }
        for broken in
            [r#""\ud83""#, r#""\udc00"#, r#""\udc00\"#, r#""\é\udc00""#, r#""\udc00\u+123""#]
        {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_nested_too_deep_is_left_out_alone() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(127)).is_some(), "as serde_json has it");
        let tree = parse(&format!("{{\"deep\": {}, \"flat\": [2, NaN]}}", nested(100_000)));
        let tree = tree.expect("a tree");
        assert_eq!(tree["flat"], json!([2, "NaN"]));
        let (mut inner, mut depth) = (&tree["deep"], 1);
        while let Value::Array(list) = inner {
            (inner, depth) = (&list[0], depth + 1);
        }
        assert_eq!((inner, depth), (&json!("…"), MAX_DEPTH));
        for broken in ["]".repeat(1_000), "[".repeat(1_000) + "]", nested(1_000) + "]"] {
            assert_eq!(parse(&broken), None);
        }
    }
}
