//! A record's fields as texts, named by their paths: `config/lr`.

use crate::import::lenient::parse;
use crate::import::limits::cut;
use crate::import::table::Table;
use serde_json::{Map, Value};

/// Levels of objects in objects that are named by their path; deeper ones stay as text.
const MAX_LEVELS: usize = 4;
/// Letters of a list or an object that stays as text.
const MAX_TEXT: usize = 4_000;
/// Objectives that a list of values may have.
const MAX_VALUES: usize = 16;

/// What a pair's name stands under, and its value: `{"parameterId": "lr", "value": 0.1}`.
const NAMES: [&str; 7] =
    ["name", "key", "parameterId", "parameter_id", "metricId", "metric_id", "id"];
const VALUES: [&str; 2] = ["value", "latest"];

/// A record's fields.
pub fn flat(record: &Map<String, Value>) -> Vec<(String, String)> {
    below("", record)
}

/// The fields of what stands in a column.
pub fn below(path: &str, record: &Map<String, Value>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    flatten(record, path, MAX_LEVELS, &mut fields);
    fields
}

fn flatten(of: &Map<String, Value>, path: &str, levels: usize, out: &mut Vec<(String, String)>) {
    for (name, value) in of {
        let name = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        match value {
            Value::Object(inner) if levels > 1 => flatten(inner, &name, levels - 1, out),
            Value::Array(list) => match pairs(list).filter(|_| levels > 1) {
                Some(inner) => flatten(&inner, &name, levels - 1, out),
                None => flatten_list(name, list, out),
            },
            other => out.push((name, text(other))),
        }
    }
}

/// A list: objectives in order, or its text.
fn flatten_list(name: String, list: &[Value], out: &mut Vec<(String, String)>) {
    let plain = list.iter().all(|value| !value.is_array() && !value.is_object());
    if name == "values" && plain && (2..=MAX_VALUES).contains(&list.len()) {
        out.extend(
            list.iter().enumerate().map(|(at, value)| (format!("{name}_{at}"), text(value))),
        );
    } else {
        let text = serde_json::to_string(list).unwrap_or_default();
        out.push((name, cut(&text, MAX_TEXT).0));
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(truth) => if *truth { "True" } else { "False" }.into(),
        Value::String(text) => text.clone(),
        other => cut(&other.to_string(), MAX_TEXT).0,
    }
}

/// A list of names with values, as Vizier, MLflow and Katib have it, as an object.
fn pairs(list: &[Value]) -> Option<Map<String, Value>> {
    let pair = |pair: &Value| {
        let name = NAMES.iter().find_map(|name| pair.get(name)?.as_str())?;
        let value = VALUES.iter().find_map(|name| pair.get(name))?;
        (!value.is_array() && !value.is_object()).then(|| (name.to_string(), value.clone()))
    };
    let map = list.iter().map(pair).collect::<Option<Map<_, _>>>()?;
    (!map.is_empty()).then_some(map)
}

/// Takes single values out of their lists, as Hyperopt keeps them, in columns where no list has
/// more; an empty list is a value that is not there.
pub fn unwrap_lists(table: &mut Table) {
    for at in 0..table.header.len() {
        let filled = || table.column(at).filter(|field| !field.is_empty());
        if filled().next().is_none() || !filled().all(|field| single(field).is_some()) {
            continue;
        }
        for row in &mut table.rows {
            let value = single(&row[at]);
            row[at] = value.unwrap_or_default();
        }
    }
}

/// The value of a list that has no other.
fn single(field: &str) -> Option<String> {
    if !field.starts_with('[') || !field.ends_with(']') {
        return None;
    }
    match parse(field)? {
        Value::Array(list) => match &list[..] {
            [] => Some(String::new()),
            [Value::Array(_) | Value::Object(_)] => None,
            [value] => Some(text(value)),
            _ => None,
        },
        _ => None,
    }
}
