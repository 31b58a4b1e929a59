//! JSON as Python writes it: with `NaN`, `Infinity` and `-Infinity` bare, which JSON does not know.

use serde_json::Value;

/// Reads a text. Bare words become texts of the same letters; [`number`] takes them for numbers.
/// Nesting is bounded by serde_json.
pub fn parse(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok().or_else(|| serde_json::from_str(&quoted(text)?).ok())
}

/// The text with its bare words in quotes; none where it has none.
fn quoted(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut inside, mut escaped, mut found) = (false, false, false);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let word = ["NaN", "Infinity", "-Infinity"].into_iter().find(|w| rest.starts_with(w));
        if let (Some(word), false) = (word, inside) {
            out.push('"');
            out.push_str(word);
            out.push('"');
            rest = &rest[word.len()..];
            found = true;
            continue;
        }
        match next {
            '"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = inside && next == '\\' && !escaped;
        out.push(next);
        rest = &rest[next.len_utf8()..];
    }
    found.then_some(out)
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
}
