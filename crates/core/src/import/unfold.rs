//! Columns whose fields hold a dictionary each become a column for each of its keys: what W&B's own
//! example of an export writes (`config` and `summary` of a run), and a data frame of trials whose
//! `params` somebody left as they were. So do `params` that are written out: `lr=0.1, batch=16`.

use super::Note;
use super::limits::{MAX_COLUMNS, MAX_NAME, cut};
use super::literal::dictionary;
use super::names::Names;
use super::records::fields::below;
use super::table::{MAX_FIELDS, Table};
use crate::data::number::{DecimalMark, is_missing};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Names beyond the limit that are counted.
const MAX_COUNTED: usize = 100_000;

/// Takes dictionaries apart; what is beyond the limits of a table is left out, with a note.
pub fn unfold(table: &mut Table) {
    for at in (0..table.header.len()).rev() {
        if let Some(keys) = keys(table, at) {
            replace(table, at, &keys);
        }
    }
    table.cut_fields();
}

/// The columns that a column becomes: their names, and the place of each path.
struct Keys {
    names: Vec<String>,
    places: HashMap<String, usize>,
    dropped: usize,
}

/// The fields of a dictionary, by their paths; none of a text that is not one.
fn fields(name: &str, field: &str) -> Option<Vec<(String, String)>> {
    if is_missing(field) {
        return Some(Vec::new());
    }
    let map = if field.starts_with('{') { dictionary(field) } else { assignments(field) };
    map.map(|map| below(name, &map))
}

/// What is written out as `lr=0.1, batch=16` or `lr: 0.1; batch: 16`.
fn assignments(text: &str) -> Option<Map<String, Value>> {
    let one = |part: &str| {
        let (name, value) = part.split_once('=').or_else(|| part.split_once(':'))?;
        let (name, value) = (name.trim(), value.trim());
        let plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
        let named = name.chars().all(plain) && name.contains(char::is_alphabetic);
        (named && !value.is_empty()).then(|| (name.to_string(), Value::String(value.into())))
    };
    let parts = text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(one).collect::<Option<Map<_, _>>>().filter(|map| !map.is_empty())
}

/// Whether a column holds all that was searched.
fn holds_parameters(name: &str) -> bool {
    const NAMES: [&str; 9] = [
        "params",
        "parameters",
        "config",
        "configuration",
        "hparams",
        "hyperparams",
        "hyperparameters",
        "args",
        "超参数",
    ];
    NAMES.contains(&name.to_lowercase().as_str())
}

/// The keys of a column's dictionaries; none where it holds anything else.
fn keys(table: &Table, at: usize) -> Option<Keys> {
    let name = table.header[at].as_str();
    // Optuna's attributes may be any value; scikit-learn has each of its `params` as `param_…` too.
    let attributes = name.starts_with("user_attrs_") || name.starts_with("system_attrs_");
    let twice = name == "params" && table.header.iter().any(|name| name.starts_with("param_"));
    let filled = || table.column(at).filter(|field| !is_missing(field));
    let written = holds_parameters(name) && filled().all(|field| assignments(field).is_some());
    let none = filled().next().is_none() || !(written || filled().all(|f| f.starts_with('{')));
    if attributes || twice || none {
        return None;
    }
    let most = MAX_COLUMNS.min(MAX_FIELDS / table.rows.len().max(1));
    let room = (most + 1).saturating_sub(table.header.len());
    let mut apart = Names::default();
    apart.extend(table.header.iter().cloned());
    let mut keys = Keys { names: Vec::new(), places: HashMap::new(), dropped: 0 };
    let mut beyond = HashSet::new();
    // Dictionaries are read once for their keys and once for their values: all of them at a time
    // would be many times as large as the file.
    for field in table.column(at) {
        for (path, _) in fields(name, field)? {
            if keys.places.contains_key(&path) {
                continue;
            }
            if keys.names.len() < room {
                let name = apart.apart(cut(&path, MAX_NAME).0);
                keys.places.insert(path, keys.names.len());
                keys.names.push(name);
            } else if beyond.len() < MAX_COUNTED {
                beyond.insert(path);
            }
        }
    }
    keys.dropped = beyond.len();
    (!keys.names.is_empty()).then_some(keys)
}

/// Puts the columns of the keys in a column's place.
fn replace(table: &mut Table, at: usize, keys: &Keys) {
    let name = table.header[at].clone();
    for row in &mut table.rows {
        let mut own = vec![String::new(); keys.names.len()];
        for (path, field) in fields(&name, &row[at]).unwrap_or_default() {
            if let Some(&place) = keys.places.get(&path) {
                own[place] = field;
            }
        }
        row.splice(at..=at, own);
    }
    let dropped = keys.dropped;
    table.notes.extend((dropped > 0).then_some(Note::Columns { dropped }));
    table.marks.splice(at..=at, vec![DecimalMark::Point; keys.names.len()]);
    table.header.splice(at..=at, keys.names.iter().cloned());
}
