//! The form of a lesson's file: which fields it has, and where in the text something is that can't
//! be read.

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

const HINT: Fields = &[
    ("when", Kind::List(CONDITION), false),
    ("text", Kind::Texts, true),
    ("point", Kind::Text, false),
];

/// One without a reason why it is wrong is right.
const ANSWER: Fields = &[("text", Kind::Texts, true), ("why", Kind::Texts, false)];

const ELSEWHERE: Fields = &[("tool", Kind::Text, true), ("code", Kind::Text, true)];

const PAGE: Fields = &[
    ("state", Kind::Text, false),
    ("text", Kind::Texts, true),
    ("notes", Kind::Texts, false),
    ("formula", Kind::Text, false),
    ("predict", Kind::Texts, false),
    ("choices", Kind::List(ANSWER), false),
    ("point", Kind::Text, false),
    ("goal", Kind::List(CONDITION), false),
    ("done", Kind::Texts, false),
    ("hints", Kind::List(HINT), false),
    ("question", Kind::Texts, false),
    ("answers", Kind::List(ANSWER), false),
    ("lock", Kind::Names, false),
    ("hide", Kind::Names, false),
    ("show", Kind::Names, false),
];

const LESSON: Fields = &[
    ("title", Kind::Texts, true),
    ("minutes", Kind::Count, true),
    ("level", Kind::Text, false),
    ("aims", Kind::Texts, false),
    ("before", Kind::Texts, false),
    ("curious", Kind::Texts, false),
    ("elsewhere", Kind::List(ELSEWHERE), false),
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
    /// JSON, but with a number beyond those that there are, or too many brackets within brackets.
    Size,
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
    // Some editors begin a file with a mark of its encoding.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree: Value = serde_json::from_str(text).map_err(|e| {
        let why = e.to_string();
        let problem = match e.is_eof() {
            true => Problem::Ends,
            false if ["number out", "recursion"].iter().any(|size| why.starts_with(size)) => {
                Problem::Size
            }
            false => Problem::Json,
        };
        // It counts bytes.
        let line = text.split('\n').nth(e.line().saturating_sub(1)).unwrap_or_default();
        let column = line.bytes().take(e.column()).filter(|byte| byte & 0xc0 != 0x80).count();
        FormError { line: e.line().max(1), column: column.max(1), problem }
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

/// The beginning of a name, which a file may have of any length.
pub(crate) fn brief(name: &str) -> String {
    name.chars().take(40).collect()
}

/// What is wrong with an object, if anything is; `path` then leads there.
fn object(value: &Value, fields: Fields, path: &mut Vec<String>) -> Option<Problem> {
    let Some(map) = value.as_object() else { return Some(Problem::Object) };
    for (name, value) in map {
        path.push(name.clone());
        let Some(&(_, kind, _)) = fields.iter().find(|field| field.0 == name) else {
            return Some(Problem::Unknown {
                name: brief(name),
                known: fields.iter().map(|field| field.0).collect(),
            });
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

/// Where in a JSON text a path leads: to a field's name, the last where it stands there twice, or
/// to where an element of a list begins.
fn position(text: &str, path: &[String]) -> usize {
    let bytes = text.as_bytes();
    // Of every object and list that is open the field or the number, and whether it is a list.
    let mut open: Vec<(String, bool)> = Vec::new();
    let (mut at, mut named, mut found) = (0, false, 0);
    while let Some(byte) = bytes.get(at) {
        let begun = at;
        // Where the field or the element that begins here stands.
        let mut begins = None;
        match byte {
            b'{' => {
                open.push((String::new(), false));
                named = false;
            }
            b'[' => {
                open.push(("0".into(), true));
                begins = Some(at + 1);
            }
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some((number, true)) => {
                    *number = (number.parse::<usize>().unwrap_or(0) + 1).to_string();
                    begins = Some(at + 1);
                }
                _ => named = false,
            },
            b'"' => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let list = open.last().is_some_and(|open| open.1);
                if let Some(last) = open.last_mut().filter(|_| !named && !list) {
                    let name =
                        text.get(begun..=at).and_then(|name| serde_json::from_str(name).ok());
                    (last.0, named) = (name.unwrap_or_default(), true);
                    begins = Some(begun);
                }
            }
            _ => {}
        }
        if let Some(from) = begins.filter(|_| open.iter().map(|open| &open.0).eq(path)) {
            found =
                from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::facts::Condition;
    use crate::lesson::{Answer, Elsewhere, Hint, Lesson, Page};
    use serde_json::json;

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
        let page = |page: &str| {
            format!(
                "{{\"title\": {{\"en\": \"é,[{{\\\"\"}}, \"minutes\": 5,\n \"pages\": [\n  {page}]}}"
            )
        };
        assert!(read(&page("{\"text\": {}}")).is_ok());
        assert_eq!(wrong(&page("{\"txt\": {}}")), (3, 4, unknown("txt", PAGE)));
        assert_eq!(
            wrong(&page("{\"text\": {}},\n\n  {}")),
            (5, 3, Problem::Missing { name: "text" })
        );
        assert_eq!(wrong(&page("{\"text\": \"Look\"}")), (3, 4, kind("text", Kind::Texts)));
        let hint = "{\"text\": {}, \"hints\": [{\"text\": {\"en\": \"a\"}, \"when\": [{\"fact\": \"é\", \"at_least\": \"5\"}]}]}";
        assert_eq!(wrong(&page(hint)), (3, 71, kind("at_least", Kind::Number)));
        assert_eq!(wrong(&page("{}").replace('5', "-5")), (1, 29, kind("minutes", Kind::Count)));
        assert_eq!(
            wrong(&page("{\"text\": {}, \"lock\": [1]}")),
            (3, 16, kind("lock", Kind::Names))
        );
        assert_eq!(wrong(&page("3")), (3, 3, Problem::Object));
        assert_eq!(wrong(&page("[]")), (3, 3, Problem::Object));
        assert_eq!(wrong("{\"pages\":[[]]}"), (1, 11, Problem::Object));
    }

    #[test]
    fn odd_json_is_told_as_what_it_is() {
        // Letters count, not bytes.
        assert_eq!(wrong("{\n\"标题\": {\"zh-CN\": \"学习率é\"},,}"), (2, 25, Problem::Json));
        assert_eq!(wrong("\u{feff}{},"), (1, 3, Problem::Json));
        assert_eq!(wrong("\u{feff}{}"), (1, 1, Problem::Missing { name: "title" }));
        assert_eq!(wrong("{\"minutes\": 1e999}").2, Problem::Size);
        assert_eq!(wrong(&"[".repeat(100_000)).2, Problem::Size);
        let Problem::Unknown { name, .. } =
            wrong(&format!("{{\"{}\": 1}}", "长".repeat(1_000_000))).2
        else {
            panic!("it is a name");
        };
        assert_eq!(name, "长".repeat(40));
        // Of a field that stands there twice the last is read.
        let kind = Problem::Kind { name: "minutes".into(), kind: Kind::Count };
        assert_eq!(wrong("{\"minutes\": 5, \"title\": {},\n \"minutes\": -5}"), (2, 2, kind));
        let twice = "{\"title\": {}, \"minutes\": 5, \"pages\": [{\"text\": {}}], \"pages\": [\n{\"txt\": {}}]}";
        assert_eq!((wrong(twice).0, wrong(twice).1), (2, 2));
    }

    /// An object with all these fields.
    fn whole(fields: Fields) -> Value {
        let value = |kind: Kind| match kind {
            Kind::Text => json!("a"),
            Kind::Texts => json!({ "en": "a" }),
            Kind::Number => json!(0.5),
            Kind::Count => json!(3),
            Kind::Names => json!(["a"]),
            Kind::List(fields) => json!([whole(fields)]),
            Kind::Any => json!(true),
        };
        fields
            .iter()
            .map(|&(name, kind, _)| (name.to_owned(), value(kind)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn agree<T: serde::de::DeserializeOwned>(fields: Fields) {
        let read =
            |value: Value| crate::json::of::<T>(value).map(drop).map_err(|why| why.to_string());
        // Which fields there are stands in backquotes, after the one that is not.
        let why = read(json!({ "?": 0 })).unwrap_err();
        let known: Vec<&str> = why.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, fields.iter().map(|field| field.0).collect::<Vec<_>>());
        assert_eq!(read(whole(fields)), Ok(()));
        for &(name, _, needed) in fields {
            let mut less = whole(fields);
            less.as_object_mut().unwrap().remove(name);
            assert_eq!(read(less).is_err(), needed, "{name}");
        }
    }

    #[test]
    fn the_form_is_that_of_what_is_read() {
        agree::<Lesson>(LESSON);
        agree::<Page>(PAGE);
        agree::<Hint>(HINT);
        agree::<Answer>(ANSWER);
        agree::<Elsewhere>(ELSEWHERE);
        agree::<Condition>(CONDITION);
    }
}
