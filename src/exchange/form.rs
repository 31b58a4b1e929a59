//! The form of a lesson's file: which fields it has, and where in the text something is that can't be read.

use serde_json::Value;

/// What stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Language → text.
    Texts,
    Number,
    /// Whole and not negative.
    Count,
    /// A list of texts.
    Names,
    List(Fields),
    Any,
}

/// Fields of an object: their names, what they hold, and whether they must be there.
type Fields = &'static [(&'static str, Kind, bool)];

const CONDITION: Fields = &[
    ("fact", Kind::Text, true),
    ("is", Kind::Any, false),
    ("at_least", Kind::Number, false),
    ("at_most", Kind::Number, false),
];

const HINT: Fields = &[("when", Kind::List(CONDITION), false), ("text", Kind::Texts, true)];

const PAGE: Fields = &[
    ("state", Kind::Text, false),
    ("text", Kind::Texts, true),
    ("notes", Kind::Texts, false),
    ("formula", Kind::Text, false),
    ("point", Kind::Text, false),
    ("goal", Kind::List(CONDITION), false),
    ("done", Kind::Texts, false),
    ("hints", Kind::List(HINT), false),
    ("lock", Kind::Names, false),
    ("hide", Kind::Names, false),
];

const LESSON: Fields = &[
    ("title", Kind::Texts, true),
    ("minutes", Kind::Count, true),
    ("sources", Kind::Text, false),
    ("pages", Kind::List(PAGE), true),
];

/// Why a text is no lesson, and where: lines and columns count from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct FormError {
    pub line: usize,
    pub column: usize,
    pub problem: Problem,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// The text ends where JSON goes on.
    Ends,
    /// No JSON.
    Json,
    /// What should be an object is none.
    Object,
    /// A field that there is not, and those that there are.
    Unknown {
        name: String,
        known: Vec<&'static str>,
    },
    Missing {
        name: &'static str,
    },
    Kind {
        name: String,
        kind: Kind,
    },
}

/// The tree of a text that has a lesson's form.
pub fn read(text: &str) -> Result<Value, FormError> {
    let tree: Value = serde_json::from_str(text).map_err(|e| {
        let problem = if e.is_eof() { Problem::Ends } else { Problem::Json };
        FormError { line: e.line().max(1), column: e.column().max(1), problem }
    })?;
    let mut path = Vec::new();
    match object(&tree, LESSON, &mut path) {
        None => Ok(tree),
        Some(problem) => {
            let before = &text[..position(text, &path)];
            let line = 1 + before.matches('\n').count();
            let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
            Err(FormError { line, column, problem })
        }
    }
}

/// What is wrong with an object, if anything is; `path` then leads there.
fn object(value: &Value, fields: Fields, path: &mut Vec<String>) -> Option<Problem> {
    let Some(map) = value.as_object() else { return Some(Problem::Object) };
    for (name, value) in map {
        path.push(name.clone());
        let Some(&(_, kind, _)) = fields.iter().find(|field| field.0 == name) else {
            return Some(Problem::Unknown { name: name.clone(), known: fields.iter().map(|field| field.0).collect() });
        };
        if let Some(problem) = field(name, value, kind, path) {
            return Some(problem);
        }
        path.pop();
    }
    let missing = fields.iter().find(|field| field.2 && !map.contains_key(field.0))?;
    Some(Problem::Missing { name: missing.0 })
}

fn field(name: &str, value: &Value, kind: Kind, path: &mut Vec<String>) -> Option<Problem> {
    let fits = match kind {
        Kind::Any => true,
        Kind::Text => value.is_string() || value.is_null() && ["state", "point"].contains(&name),
        Kind::Number => value.is_number() || value.is_null(),
        Kind::Count => value.as_u64().is_some_and(|n| u32::try_from(n).is_ok()),
        Kind::Texts => value.as_object().is_some_and(|texts| texts.values().all(Value::is_string)),
        Kind::Names => value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
        Kind::List(_) => value.is_array(),
    };
    if !fits {
        return Some(Problem::Kind { name: name.into(), kind });
    }
    let (Kind::List(fields), Value::Array(list)) = (kind, value) else { return None };
    for (i, one) in list.iter().enumerate() {
        path.push(i.to_string());
        if let Some(problem) = object(one, fields, path) {
            return Some(problem);
        }
        path.pop();
    }
    None
}

/// Where in a JSON text a path leads: to a field's name, or to where an element of a list begins.
fn position(text: &str, path: &[String]) -> usize {
    let bytes = text.as_bytes();
    // Of every object and list that is open the field or the number, and whether it is a list.
    let mut open: Vec<(String, bool)> = Vec::new();
    let (mut at, mut named) = (0, false);
    while let Some(byte) = bytes.get(at) {
        let begun = at;
        match byte {
            b'{' | b'[' => {
                open.push((if *byte == b'[' { "0".into() } else { String::new() }, *byte == b'['));
                named = false;
            }
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some((number, true)) => *number = (number.parse::<usize>().unwrap_or(0) + 1).to_string(),
                _ => named = false,
            },
            b'"' => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let list = open.last().is_some_and(|open| open.1);
                if let Some(last) = open.last_mut().filter(|_| !named && !list) {
                    let name = text.get(begun..=at).and_then(|name| serde_json::from_str(name).ok());
                    (last.0, named) = (name.unwrap_or_default(), true);
                }
            }
            _ => {}
        }
        let there = !path.is_empty() && open.iter().map(|open| &open.0).eq(path);
        if there {
            let gap = |byte: &&u8| byte.is_ascii_whitespace() || b",[".contains(byte);
            return begun + bytes[begun..].iter().take_while(gap).count();
        }
        at += 1;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a text the line, the column and the problem.
    fn wrong(text: &str) -> (usize, usize, Problem) {
        let FormError { line, column, problem } = read(text).unwrap_err();
        (line, column, problem)
    }

    #[test]
    fn what_is_no_lesson_is_told_with_line_and_column() {
        let unknown = |name: &str, fields: Fields| Problem::Unknown {
            name: name.into(),
            known: fields.iter().map(|field| field.0).collect(),
        };
        let kind = |name: &str, kind| Problem::Kind { name: name.into(), kind };
        assert_eq!(wrong("{"), (1, 1, Problem::Ends));
        assert_eq!(wrong("{\n  \"title\": {},,\n}"), (2, 15, Problem::Json));
        assert_eq!(wrong("[]"), (1, 1, Problem::Object));
        assert_eq!(wrong("{}"), (1, 1, Problem::Missing { name: "title" }));
        let page =
            |page: &str| format!("{{\"title\": {{\"en\": \"é,[{{\\\"\"}}, \"minutes\": 5,\n \"pages\": [\n  {page}]}}");
        assert!(read(&page("{\"text\": {}}")).is_ok());
        assert_eq!(wrong(&page("{\"txt\": {}}")), (3, 4, unknown("txt", PAGE)));
        assert_eq!(wrong(&page("{\"text\": {}},\n\n  {}")), (5, 3, Problem::Missing { name: "text" }));
        assert_eq!(wrong(&page("{\"text\": \"Look\"}")), (3, 4, kind("text", Kind::Texts)));
        let hint = "{\"text\": {}, \"hints\": [{\"text\": {\"en\": \"a\"}, \"when\": [{\"fact\": \"é\", \"at_least\": \"5\"}]}]}";
        assert_eq!(wrong(&page(hint)), (3, 71, kind("at_least", Kind::Number)));
        assert_eq!(wrong(&page("{}").replace('5', "-5")), (1, 29, kind("minutes", Kind::Count)));
        assert_eq!(wrong(&page("{\"text\": {}, \"lock\": [1]}")), (3, 16, kind("lock", Kind::Names)));
        assert_eq!(wrong(&page("3")), (3, 3, Problem::Object));
    }
}
