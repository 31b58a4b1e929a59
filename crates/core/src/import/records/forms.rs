//! The forms of a table that is one object: a column an object or a record an object, as pandas'
//! `to_json()` writes them, its `split`, and an object that holds the list of records.

use super::{Record, list, run_history};
use crate::import::Likely;
use crate::import::limits::MAX_COLUMNS;
use crate::import::mapping::likely;
use serde_json::{Map, Value};

/// What the list of records is called in an object that says more than that: NNI, MLflow, Vizier,
/// pandas, and what people write.
const LISTS: [&str; 12] = [
    "trials",
    "runs",
    "results",
    "experiments",
    "data",
    "records",
    "rows",
    "jobs",
    "history",
    "evaluations",
    "observations",
    "samples",
];

/// Words of keys that number trials: `trial_0`, `run-7`.
const NUMBERED: [&str; 11] =
    ["", "trial", "run", "experiment", "exp", "config", "job", "arm", "sample", "row", "id"];

/// The records of an object of one of the forms.
pub fn records(map: Map<String, Value>) -> Option<Vec<Record>> {
    match form(&map)? {
        Form::Columns => columns(&map),
        Form::Rows => Some(map.into_iter().filter_map(row).collect()),
        Form::Split => split(&map),
        Form::List(name) => list(map.get(name)?.clone()),
        Form::Lists(rows) => Some(of_lists(&map, rows)),
        Form::Runs => run_history::records(&map),
    }
}

/// Whether an object has one of the forms.
pub fn is_table(map: &Map<String, Value>) -> bool {
    form(map).is_some()
}

enum Form {
    Columns,
    Rows,
    Split,
    List(&'static str),
    /// Columns of so many rows.
    Lists(usize),
    Runs,
}

fn form(map: &Map<String, Value>) -> Option<Form> {
    if run_history::is_one(map) {
        return Some(Form::Runs);
    }
    let objects: Option<Vec<&Map<String, Value>>> = map.values().map(Value::as_object).collect();
    if let Some(objects) = objects.filter(|objects| objects.len() > 1) {
        return of_objects(map, &objects);
    }
    let texts = |list: &Vec<Value>| !list.is_empty() && list.iter().all(Value::is_string);
    let is_split = map.get("columns").and_then(Value::as_array).is_some_and(texts)
        && map
            .get("data")
            .and_then(Value::as_array)
            .is_some_and(|rows| rows.iter().all(Value::is_array));
    if is_split {
        return Some(Form::Split);
    }
    // With a set-up it is this page's own, whole or not.
    let of = |name: &&str| {
        let list = map.get(*name).and_then(Value::as_array);
        list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
    };
    let own = map.contains_key("setup") || map.contains_key("op_code");
    let found = LISTS.into_iter().find(of).map(Form::List).or_else(|| lists(map).map(Form::Lists));
    found.filter(|_| !own)
}

/// How many rows the columns of an object have whose values are lists of one length, one of them of
/// numbers: `{"lr": [0.1, 0.2], "loss": [0.5, 0.4]}`, and scikit-optimize's result.
fn lists(map: &Map<String, Value>) -> Option<usize> {
    let number = |value: &Value| value.is_number() || value.is_null();
    let lists: Vec<&Vec<Value>> = map.values().filter_map(Value::as_array).collect();
    let rows = lists.iter().map(|list| list.len()).max().filter(|rows| *rows > 1)?;
    let mut columns = lists.iter().filter(|list| list.len() == rows);
    let numbers = |list: &&&Vec<Value>| list.iter().all(number) && list[0].is_number();
    let flat = |list: &&&Vec<Value>| !list.iter().any(Value::is_object);
    let several = columns.clone().count() > 1 && columns.clone().all(|list| flat(&list));
    (several && columns.any(|list| numbers(&list))).then_some(rows)
}

/// A record for each place in the lists of so many rows. What is a list at each place is a column
/// for each of its own places.
fn of_lists(map: &Map<String, Value>, rows: usize) -> Vec<Record> {
    let lists = map.iter().filter_map(|(name, list)| Some((name, list.as_array()?)));
    let lists: Vec<_> = lists.filter(|(_, list)| list.len() == rows).collect();
    let record = |row: usize| {
        let mut record = Map::new();
        for (name, list) in &lists {
            match &list[row] {
                Value::Array(inner) => record.extend(
                    (0..)
                        .zip(inner)
                        .map(|(at, value): (u32, _)| (format!("{name}/{at}"), value.clone())),
                ),
                value => _ = record.insert((*name).clone(), value.clone()),
            }
        }
        record
    };
    (0..rows).map(record).collect()
}

/// Records where the outer keys number trials, or the inner ones name what trials have; columns
/// where each has the same rows.
fn of_objects(map: &Map<String, Value>, objects: &[&Map<String, Value>]) -> Option<Form> {
    let first = objects.first()?;
    let outer = map.keys().all(|key| is_number(key));
    let inner = objects.iter().flat_map(|of| of.keys()).all(|key| is_number(key));
    let names = |map: &Map<String, Value>| {
        likely(&map.keys().take(MAX_COLUMNS).cloned().collect::<Vec<_>>())
    };
    let alike = objects
        .iter()
        .all(|of| of.len() == first.len() && of.keys().all(|k| first.contains_key(k)));
    let named = || names(first) != Likely::Other && names(map) == Likely::Other;
    if !inner && (outer || alike && named()) {
        return Some(Form::Rows);
    }
    let same = objects.iter().all(|of| of.keys().eq(first.keys()));
    let flat = objects.iter().all(|of| of.values().all(|value| !value.is_object()));
    (same && flat).then_some(Form::Columns)
}

/// Whether a key numbers a trial: `7`, `trial_7`, `0_0` of Ax.
pub fn is_number(key: &str) -> bool {
    let letters = |c: char| !c.is_alphabetic();
    key.bytes().any(|byte| byte.is_ascii_digit())
        && key.split(letters).all(|word| NUMBERED.contains(&word.to_lowercase().as_str()))
}

/// A record by its trial's key, which it does not repeat.
fn row((key, record): (String, Value)) -> Option<Record> {
    let Value::Object(record) = record else { return None };
    let mut whole = Map::new();
    let knows =
        ["trial", "trial_id", "number", "id", "tid"].iter().any(|id| record.contains_key(*id));
    if !knows {
        whole.insert("trial".into(), key.into());
    }
    whole.extend(record);
    Some(whole)
}

/// Rows of columns: each key of the first column is a row's.
fn columns(columns: &Map<String, Value>) -> Option<Vec<Record>> {
    let rows = columns.values().next()?.as_object()?.keys();
    let row = |key: &String| {
        let field = |(name, of): (&String, &Value)| Some((name.clone(), of.get(key)?.clone()));
        columns.iter().filter_map(field).collect()
    };
    Some(rows.map(row).collect())
}

/// Rows of values, beside the names of their columns.
fn split(of: &Map<String, Value>) -> Option<Vec<Record>> {
    let names: Vec<&str> =
        of.get("columns")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let row = |row: &Value| {
        let fields = names.iter().zip(row.as_array()?);
        Some(fields.map(|(name, value)| (name.to_string(), value.clone())).collect())
    };
    of.get("data")?.as_array()?.iter().map(row).collect()
}

/// Whether a text, which may be cut, begins as columns do, whose rows are numbered
/// (`{"lr":{"0":0.1`), or as numbered records (`{"0":{"lr":0.1`).
pub fn begins_objects(text: &str) -> bool {
    let name = |text: &str| -> Option<(bool, usize)> {
        let key = &text.strip_prefix('"')?[..text.strip_prefix('"')?.find('"')?];
        let rest = text[key.len() + 2..].trim_start().strip_prefix(':')?;
        Some((is_number(key), text.len() - rest.trim_start().len()))
    };
    let inner = |text: &str| -> Option<bool> {
        let text = text.trim_start().strip_prefix('{')?.trim_start();
        let (outer, end) = name(text)?;
        let object = text[end..].strip_prefix('{')?.trim_start();
        let (inner, end) = name(object)?;
        Some(outer && !inner || inner && !object[end..].starts_with(['{', '[']))
    };
    inner(text).unwrap_or(false) || run_history::begins(text)
}

/// What stands in the list of records that the beginning of a text has by one of their names.
pub fn inside_list(text: &str) -> Option<&str> {
    let head = &text[..text.floor_char_boundary(4_000)];
    let inside = |at: usize| {
        let list = text[at..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
        Some(list.trim_start()).filter(|list| list.starts_with('{'))
    };
    let of = |name: &str| {
        let key = format!("\"{name}\"");
        head.match_indices(&key).find_map(|(at, _)| inside(at + key.len()))
    };
    let object = head.starts_with('{') && !head.contains("\"setup\"");
    LISTS.into_iter().filter(|_| object).find_map(of)
}
