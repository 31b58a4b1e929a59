//! Values as Python's `repr` writes them: `{'lr': 0.1, 'net': (64, 32), 'act': None}`. A field of a
//! table holds them where somebody wrote a dictionary into one.

use serde_json::{Map, Number, Value};

/// Levels of brackets in brackets.
const MAX_LEVELS: usize = 32;

/// The dictionary that a text is. Of values that are none of JSON's, such as
/// `<Net object at 0x7f>`, the text stays; NaN and infinity are texts, as [`super::lenient`] has
/// them.
pub fn dictionary(text: &str) -> Option<Map<String, Value>> {
    let text = text.trim();
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    dictionary_before(text).filter(|(_, rest)| rest.is_empty()).map(|(map, _)| map)
}

/// The dictionary that a text begins with, and what stands behind it.
pub fn dictionary_before(text: &str) -> Option<(Map<String, Value>, &str)> {
    let mut reader = Reader { text, at: 0 };
    match reader.value(MAX_LEVELS)? {
        Value::Object(map) => Some((map, &text[reader.at..])),
        _ => None,
    }
}

/// The list or dictionary that a text is as a whole.
pub fn tree(text: &str) -> Option<Value> {
    let text = text.trim();
    let mut reader = Reader { text, at: 0 };
    let value = text.starts_with(['[', '{']).then(|| reader.value(MAX_LEVELS)).flatten()?;
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Goes over a sign, if it stands here.
    fn takes(&mut self, sign: char) -> bool {
        self.blank();
        let found = self.rest().starts_with(sign);
        self.at += if found { sign.len_utf8() } else { 0 };
        found
    }

    fn value(&mut self, levels: usize) -> Option<Value> {
        self.blank();
        let levels = levels.checked_sub(1)?;
        match self.rest().chars().next()? {
            '{' => self.map(levels),
            '[' => self.list(']', levels),
            '(' => self.list(')', levels),
            quote @ ('\'' | '"') => self.quoted(quote).map(Value::String),
            _ => self.word(levels),
        }
    }

    fn map(&mut self, levels: usize) -> Option<Value> {
        let mut map = Map::new();
        self.takes('{');
        while !self.takes('}') {
            let key = match self.value(levels)? {
                Value::String(key) => key,
                other => other.to_string(),
            };
            if !self.takes(':') {
                return None;
            }
            map.insert(key, self.value(levels)?);
            if !self.takes(',') {
                return self.takes('}').then_some(Value::Object(map));
            }
        }
        Some(Value::Object(map))
    }

    fn list(&mut self, close: char, levels: usize) -> Option<Value> {
        let mut list = Vec::new();
        self.at += 1;
        while !self.takes(close) {
            list.push(self.value(levels)?);
            if !self.takes(',') {
                return self.takes(close).then_some(Value::Array(list));
            }
        }
        Some(Value::Array(list))
    }

    fn quoted(&mut self, quote: char) -> Option<String> {
        let mut out = String::new();
        let mut letters = self.rest().char_indices().skip(1);
        while let Some((at, letter)) = letters.next() {
            match letter {
                _ if letter == quote => {
                    self.at += at + quote.len_utf8();
                    return Some(out);
                }
                '\\' => match letters.next()?.1 {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    kind @ ('u' | 'x') => {
                        let length = if kind == 'u' { 4 } else { 2 };
                        let digits: String =
                            letters.by_ref().take(length).map(|(_, c)| c).collect();
                        out.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    other => out.push(other),
                },
                letter => out.push(letter),
            }
        }
        None
    }

    /// A number, a word, or anything else up to the end of its field: `np.float64(0.1)` is its
    /// number, `SVC(C=1)` its text.
    fn word(&mut self, levels: usize) -> Option<Value> {
        let (mut depth, mut end) = (0_usize, self.rest().len());
        for (at, letter) in self.rest().char_indices() {
            match letter {
                '(' | '[' | '{' => depth += 1,
                ',' | ')' | ']' | '}' if depth == 0 => {
                    end = at;
                    break;
                }
                // What stands before it is a key.
                ':' if depth == 0 && self.rest()[at..].starts_with(": ") => {
                    end = at;
                    break;
                }
                ')' | ']' | '}' => depth -= 1,
                _ => {}
            }
        }
        let word = self.rest()[..end].trim();
        if word.is_empty() {
            return None;
        }
        let value = plain(word).or_else(|| wrapped(word, levels));
        let value = value.unwrap_or_else(|| Value::String(word.to_string()));
        self.at += end;
        Some(value)
    }
}

/// A word of Python's, or of JSON's, or a number.
fn plain(word: &str) -> Option<Value> {
    Some(match word {
        "None" | "null" => Value::Null,
        "True" | "true" | "np.True_" => Value::Bool(true),
        "False" | "false" | "np.False_" => Value::Bool(false),
        "nan" | "NaN" => "NaN".into(),
        "inf" | "Infinity" => "Infinity".into(),
        "-inf" | "-Infinity" => "-Infinity".into(),
        _ => match word.parse::<i64>() {
            Ok(whole) => whole.into(),
            Err(_) => Value::Number(Number::from_f64(word.parse().ok()?)?),
        },
    })
}

/// The number or text that numpy names the kind of: `np.float64(0.1)`, `np.str_('adam')`; and
/// `float('nan')`.
fn wrapped(word: &str, levels: usize) -> Option<Value> {
    let (kind, inside) = word.strip_suffix(')')?.split_once('(')?;
    if kind == "float" {
        return plain(inside.trim_matches(['\'', '"']));
    }
    let number = ["np.", "numpy."].iter().any(|of| kind.starts_with(of));
    let mut reader = Reader { text: inside, at: 0 };
    let value = if number { reader.value(levels)? } else { return None };
    (reader.at == inside.len()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn dictionaries_of_python_and_of_json_are_read() {
        for (text, wanted) in [
            ("{}", json!({})),
            (
                " {'lr': 1e-05, 'n': 3, 'act': None, 'on': True,} ",
                json!({"lr": 1e-5, "n": 3, "act": null, "on": true}),
            ),
            (
                "{'net': (64, 32), 'a': {'b': [1, 'x, y}']}}",
                json!({"net": [64, 32], "a": {"b": [1, "x, y}"]}}),
            ),
            (
                r#"{"lr": 0.1, "s": "a\"b\u0041", "no": null}"#,
                json!({"lr": 0.1, "s": "a\"bA", "no": null}),
            ),
            (
                "{'x': nan, 'y': -inf, 0: 'it\\'s'}",
                json!({"x": "NaN", "y": "-Infinity", "0": "it's"}),
            ),
            (
                "{'C': np.float64(0.5), 'k': np.str_('rbf'), 'clf': SVC(C=1, kernel='a'), 'f': <f at 0x7f>}",
                json!({"C": 0.5, "k": "rbf", "clf": "SVC(C=1, kernel='a')", "f": "<f at 0x7f>"}),
            ),
        ] {
            assert_eq!(dictionary(text).map(Value::Object), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_no_dictionary_is_refused_and_depth_is_bounded() {
        let deep = format!("{{'a': {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
        let nested = format!("{{'a': {}1{}}}", "np.f(".repeat(10_000), ")".repeat(10_000));
        for text in [
            "",
            "{",
            "}",
            "{'a'}",
            "{'a': }",
            "{'a': 1",
            "{'a': 1} 2}",
            "[1]",
            "{'a: 1}",
            "{'\\",
            &deep,
        ] {
            assert_eq!(dictionary(text), None, "{}", &text[..text.len().min(20)]);
        }
        // Beyond the bound a text stays.
        assert!(dictionary(&nested).is_some());
    }
}
