//! Records as JSON, read as a table of trials: a list of objects, an object a line (`result.json`
//! of Ray Tune, logs of bayes_opt), or a column an object, as pandas' `to_json()` writes it. What is
//! nested is named by its path: `config/lr`.

use super::lenient::parse;
use super::limits::{MAX_COLUMNS, cut};
use super::table::Table;
use super::{Fault, Note, page};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Levels of objects in objects that are named by their path; deeper ones stay as text.
const MAX_LEVELS: usize = 4;
/// Letters of a list or an object that stays as text.
const MAX_TEXT: usize = 4_000;

/// Letters of a text that are parsed to find out what it is; of a longer one its beginning tells.
const LOOKED_AT: usize = 256 << 10;

/// Whether a text is records, as far as its beginning shows: it may be cut.
pub fn looks_like_some(text: &str) -> bool {
    let text = text.trim_start();
    if text.len() > LOOKED_AT && text.lines().next().is_none_or(|line| line.len() > LOOKED_AT) {
        return text.starts_with('[') || begins_columns(text);
    }
    match text.strip_prefix('[') {
        Some(list) => list.trim_start().starts_with('{'),
        None if text.len() > LOOKED_AT => text.starts_with('{') && is_whole_line(text),
        None => text.starts_with('{') && is_whole_line(text) || is_columns(text),
    }
}

/// Whether a text begins as columns do, whose rows are numbered: `{"lr":{"0":0.1`.
pub fn begins_columns(text: &str) -> bool {
    let name = |text: &str| -> Option<usize> {
        let end = text.strip_prefix('"')?.find('"')? + 2;
        let rest = text[end..].trim_start().strip_prefix(':')?;
        Some(text.len() - rest.trim_start().len())
    };
    let inner = |text: &str| -> Option<bool> {
        let text = text.trim_start().strip_prefix('{')?.trim_start();
        let column = text[name(text)?..].strip_prefix('{')?.trim_start();
        let (row, value) = column.split_at(name(column)?);
        let row = row.trim_matches([' ', ':', '"']);
        Some(row.bytes().all(|byte| byte.is_ascii_digit()) && !value.starts_with(['{', '[']))
    };
    inner(text).unwrap_or(false)
}

/// Whether the first line is an object by itself, and the next begins another.
fn is_whole_line(text: &str) -> bool {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let another = rest.trim_start();
    (another.is_empty() || another.starts_with('{'))
        && matches!(parse(first.trim()), Some(Value::Object(map)) if !is_journal(&map) && map.len() > 1)
        && !page::looks_like_one(first.as_bytes())
        && !is_columns(first)
}

fn is_journal(map: &Map<String, Value>) -> bool {
    map.contains_key("op_code")
}

/// Whether a text is an object of objects with the same keys each: the numbers of rows.
fn is_columns(text: &str) -> bool {
    let Some(Value::Object(map)) = text.starts_with('{').then(|| parse(text)).flatten() else {
        return false;
    };
    let mut keys = map.values().map(|column| {
        let flat = |value: &Value| !value.is_object();
        Some(column.as_object()?).filter(|of| of.values().all(flat)).map(|of| of.keys())
    });
    let Some(Some(first)) = keys.next() else { return false };
    map.len() > 1 && keys.all(|keys| keys.is_some_and(|keys| keys.eq(first.clone())))
}

/// The names of the first record's columns.
pub fn header(text: &str) -> Vec<String> {
    let text = text.trim_start();
    let text = text.strip_prefix('[').unwrap_or(text);
    let mut first = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let first = match first.next() {
        Some(Ok(Value::Object(map))) => Some(map),
        // With Python's words for infinity.
        _ => {
            match parse(text.lines().next().unwrap_or_default().trim().trim_end_matches([',', ']']))
            {
                Some(Value::Object(map)) => Some(map),
                _ => None,
            }
        }
    };
    let Some(first) = first else { return Vec::new() };
    let names: Vec<String> = if is_columns(text) {
        first.keys().cloned().collect()
    } else {
        flat(&first).into_iter().map(|(name, _)| name).collect()
    };
    names.into_iter().take(MAX_COLUMNS).collect()
}

/// The records as a table: a column for each name that occurs. What comes behind a line that is no
/// record is left out, with a note.
pub fn read(text: &str, name: &str, mut notes: Vec<Note>) -> Option<Table> {
    let text = text.trim_start();
    let records = if text.starts_with('[') {
        list(parse(text)?)?
    } else if is_columns(text) {
        columns(&parse(text)?)?
    } else {
        let (records, end) = lines(text);
        notes.extend(end.map(|(line, fault)| Note::Line { line, fault }));
        records
    };
    let flat: Vec<Vec<(String, String)>> = records.iter().map(flat).collect();
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut header: Vec<String> = Vec::new();
    for (name, _) in flat.iter().flatten() {
        if header.len() < MAX_COLUMNS && !places.contains_key(name.as_str()) {
            places.insert(name, header.len());
            header.push(name.clone());
        }
    }
    if header.len() < 2 {
        return None;
    }
    let mut table = Table::new(name, header, notes);
    let mut dropped = 0;
    for record in &flat {
        let mut row = vec![""; table.header.len()];
        for (name, field) in record {
            if let Some(&at) = places.get(name.as_str()) {
                row[at] = field;
            }
        }
        dropped += usize::from(!table.push(row.into_iter()));
    }
    table.notes.extend((dropped > 0).then_some(Note::Trials { dropped }));
    Some(table)
}

fn list(tree: Value) -> Option<Vec<Map<String, Value>>> {
    let Value::Array(list) = tree else { return None };
    let object = |value| if let Value::Object(map) = value { Some(map) } else { None };
    list.into_iter().map(object).collect()
}

/// Rows of columns: each key of the first column is a row's.
fn columns(tree: &Value) -> Option<Vec<Map<String, Value>>> {
    let columns = tree.as_object()?;
    let rows = columns.values().next()?.as_object()?.keys();
    let row = |key: &String| {
        let field = |(name, of): (&String, &Value)| Some((name.clone(), of.get(key)?.clone()));
        columns.iter().filter_map(field).collect()
    };
    Some(rows.map(row).collect())
}

type Record = Map<String, Value>;

/// The objects of lines, up to one that is none.
fn lines(text: &str) -> (Vec<Record>, Option<(usize, Fault)>) {
    let mut records = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match parse(line.trim()) {
            Some(Value::Object(map)) => records.push(map),
            _ => return (records, Some((at + 1, Fault::NotJson))),
        }
    }
    (records, None)
}

/// A record's fields as texts, named by their paths.
fn flat(record: &Map<String, Value>) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    flatten(record, "", MAX_LEVELS, &mut fields);
    fields
}

fn flatten(of: &Map<String, Value>, path: &str, levels: usize, out: &mut Vec<(String, String)>) {
    for (name, value) in of {
        let name = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        match value {
            Value::Object(inner) if levels > 1 => flatten(inner, &name, levels - 1, out),
            Value::Null => out.push((name, String::new())),
            Value::Bool(truth) => out.push((name, if *truth { "True" } else { "False" }.into())),
            Value::String(text) => out.push((name, text.clone())),
            other => out.push((name, cut(&other.to_string(), MAX_TEXT).0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_beginning_and_lessons_are_none() {
        assert!(begins_columns(r#"{"lr":{"0":0.1,"1":0.2},"loss":{"#));
        assert!(begins_columns(" { \"lr\" : { \"17\" : null"));
        for no in
            [r#"{"title":{"en":"A"},"minutes":5"#, r#"{"lr":{"0":[1"#, r#"{"lr":0.1}"#, "", "{"]
        {
            assert!(!begins_columns(no), "{no}");
        }
        let long = format!("{{\"lr\":{{\"0\":0.1{}", ",\"1\":0.1".repeat(60_000));
        assert!(looks_like_some(&long) && !looks_like_some(&long.replace("\"0\"", "\"a\"")));
    }
    use crate::import::{Choice, Direction, Kind, detect, mapping, table};

    #[test]
    fn records_in_every_form_are_one_table() {
        for text in [
            r#"[{"lr": 0.1, "opt": "adam", "loss": 0.5}, {"lr": 0.2, "opt": null, "loss": NaN}]"#,
            "{\"lr\": 0.1, \"opt\": \"adam\", \"loss\": 0.5}\n{\"lr\": 0.2, \"loss\": NaN}\n",
            r#"{"lr": {"0": 0.1, "1": 0.2}, "opt": {"0": "adam", "1": null}, "loss": {"0": 0.5, "1": NaN}}"#,
        ] {
            assert_eq!(detect(text.as_bytes(), "trials.json"), Kind::Table, "{text}");
            let table = table::read(text.as_bytes(), "trials.json").unwrap();
            assert_eq!(table.header, ["lr", "opt", "loss"], "{text}");
            assert_eq!(table.rows, [["0.1", "adam", "0.5"], ["0.2", "", "NaN"]], "{text}");
            assert_eq!(table::header(text.as_bytes()), table.header, "{text}");
        }
    }

    #[test]
    fn results_of_a_ray_trial_are_its_curve() {
        let text = "{\"loss\": 0.5, \"training_iteration\": 1, \"trial_id\": \"a\", \"config\": {\"lr\": 0.1}}\n\
            {\"loss\": 0.4, \"training_iteration\": 2, \"trial_id\": \"a\", \"config\": {\"lr\": 0.1}}\n{\"lo";
        let table = table::read(text.as_bytes(), "result.json").unwrap();
        assert_eq!(table.notes, [Note::Line { line: 3, fault: Fault::NotJson }]);
        let study = mapping::apply(&table, &mapping::guess(&table));
        assert_eq!(study.trials.len(), 1);
        assert_eq!(study.trials[0].reports, [(1, 0.5), (2, 0.4)]);
        assert_eq!(
            (study.parameters[0].name.as_str(), study.directions[0]),
            ("lr", Direction::Minimize)
        );
    }

    #[test]
    fn logs_of_bayes_opt_are_maximised() {
        let line = |target: f64, x: f64| {
            format!(
                "{{\"target\": {target}, \"params\": {{\"x\": {x}, \"y\": \"a\"}}, \"datetime\": {{\"datetime\": \"d{x}\"}}}}\n"
            )
        };
        let text = line(-1.5, 0.5) + &line(-2.5, 0.25);
        let table = table::read(text.as_bytes(), "logs.json").unwrap();
        let study = mapping::apply(&table, &mapping::guess(&table));
        let names: Vec<&str> = study.parameters.iter().map(|p| p.name.as_str()).collect();
        assert_eq!((names, study.directions[0]), (vec!["x", "y"], Direction::Maximize));
        assert_eq!(study.metric_names, ["target"]);
        let crate::import::Domain::Categorical(choices) = &study.parameters[1].domain else {
            panic!()
        };
        assert_eq!(choices, &[Choice::Text("a".into())]);
    }

    #[test]
    fn what_is_no_list_of_records_stays_what_it_was() {
        for (text, kind) in [
            ("{\"setup\": \"v=1\", \"trials\": []}", Kind::Page),
            ("{\"op_code\": 0, \"study_name\": \"s\"}\n{\"op_code\": 4}\n", Kind::Journal),
            ("{\"a\": 1}", Kind::Page),
            ("{", Kind::Page),
        ] {
            assert_eq!(detect(text.as_bytes(), "x.json"), kind, "{text}");
        }
        for text in ["[{\"a\": 1}]", "[{", "[{}]", "[{\"a\": 1, \"b\": 2}, 3]"] {
            assert!(table::read(text.as_bytes(), "x.json").is_err(), "{text}");
        }
    }
}
