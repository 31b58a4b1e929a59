//! Records as JSON, or as Python prints them, read as a table of trials: a list of objects, an
//! object a line (`result.json` of Ray Tune, logs of bayes_opt), a list of rows, one object in one
//! of several [`forms`], or what Optuna prints to a [`console`]. What is nested is named by its
//! path: `config/lr`.

mod console;
pub mod fields;
mod forms;
mod run_history;

use super::lenient::parse;
use super::limits::MAX_COLUMNS;
use super::literal;
use super::metrics_in_rows::in_columns;
use super::table::Table;
use super::unfold::unfold;
use super::{Fault, Note, page};
use crate::data::choices::Aside;
use fields::{flat, unwrap_lists};
pub use forms::is_number;
use forms::is_table;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Letters of a text that are parsed to find out what it is; of a longer one its beginning tells.
const LOOKED_AT: usize = 256 << 10;

type Record = Map<String, Value>;

/// Whether a text is records, as far as its beginning shows: it may be cut.
pub fn looks_like_some(text: &str) -> bool {
    let text = text.trim_start();
    let begins = || forms::begins_objects(text) || forms::inside_list(text).is_some();
    if text.len() > LOOKED_AT && text.lines().next().is_none_or(|line| line.len() > LOOKED_AT) {
        return text.starts_with('[') || begins();
    }
    match text.strip_prefix('[') {
        Some(list) if list.trim_start().starts_with(['{', '[']) => true,
        _ if console::is_one(text) => true,
        Some(_) => false,
        None if !text.starts_with('{') => false,
        None if text.len() > LOOKED_AT => is_whole_line(text) || begins(),
        None => is_whole_line(text) || object(text).is_some_and(|map| is_table(&map)),
    }
}

/// Whether a text begins as one object of columns or of numbered records.
pub fn begins_objects(text: &str) -> bool {
    forms::begins_objects(text)
}

/// The object that a text is as a whole.
fn object(text: &str) -> Option<Record> {
    match text.starts_with('{').then(|| tree(text)).flatten() {
        Some(Value::Object(map)) => Some(map),
        _ => None,
    }
}

/// What a text is as JSON, or as Python prints it.
fn tree(text: &str) -> Option<Value> {
    parse(text).or_else(|| literal::tree(text))
}

/// Whether the first line is an object by itself, and the next begins another.
fn is_whole_line(text: &str) -> bool {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    let another = rest.trim_start();
    (another.is_empty() || another.starts_with('{'))
        && object(first.trim())
            .is_some_and(|map| !is_journal(&map) && map.len() > 1 && !is_table(&map))
        && !page::looks_like_one(first.as_bytes())
}

fn is_journal(map: &Map<String, Value>) -> bool {
    map.contains_key("op_code")
}

/// The names of the first record's columns.
pub fn header(text: &str) -> Vec<String> {
    let text = text.trim_start();
    if let Some(records) = object(text).and_then(forms::records) {
        return names(records.first());
    }
    if console::is_one(text) {
        return names(console::records(text).first());
    }
    let text = text.strip_prefix('[').or(forms::inside_list(text)).unwrap_or(text);
    let mut first = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let first = match first.next() {
        Some(Ok(Value::Object(map))) => Some(map),
        Some(Ok(Value::Array(row))) => {
            return row.iter().filter_map(Value::as_str).map(str::to_string).collect();
        }
        // With Python's words for infinity.
        _ => {
            let line = text.lines().next().unwrap_or_default().trim();
            object(line.trim_end_matches([',', ']']))
        }
    };
    names(first.as_ref())
}

fn names(record: Option<&Record>) -> Vec<String> {
    let fields = record.map(flat).unwrap_or_default();
    fields.into_iter().map(|(name, _)| name).take(MAX_COLUMNS).collect()
}

/// The records as a table: a column for each name that occurs. What comes behind a line that is no
/// record is left out, with a note.
pub fn read(text: &str, name: &str, mut notes: Vec<Note>) -> Option<Table> {
    let text = text.trim_start();
    let records = if console::is_one(text) {
        console::records(text)
    } else if text.starts_with('[') {
        let list = tree(text)?;
        match rows(&list) {
            Some((records, named)) => {
                notes.extend((!named).then_some(Note::NoNames));
                records
            }
            None => self::list(list)?,
        }
    } else if let Some(records) = object(text).and_then(forms::records) {
        records
    } else {
        let (records, end) = lines(text);
        notes.extend(end.map(|(line, fault)| Note::Line { line, fault }));
        records
    };
    let mut flat: Vec<Vec<(String, String)>> = records.iter().map(flat).collect();
    notes.extend(without_footer(&mut flat));
    let (mut places, mut header) = (HashMap::new(), Vec::new());
    let mut beyond = HashSet::new();
    for (name, _) in flat.iter().flatten() {
        if places.contains_key(name.as_str()) {
            continue;
        }
        if header.len() == MAX_COLUMNS {
            beyond.insert(name.as_str());
        } else {
            places.insert(name.as_str(), header.len());
            header.push(name.clone());
        }
    }
    if header.len() < 2 {
        return None;
    }
    let mut table = Table::new(name, header, notes);
    table.notes.extend((!beyond.is_empty()).then_some(Note::Columns { dropped: beyond.len() }));
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
    unwrap_lists(&mut table);
    unfold(&mut table);
    Some(in_columns(table))
}

/// Leaves out a last record that has nothing in common with the others: FLAML's log ends with the
/// number of the best one.
fn without_footer(records: &mut Vec<Vec<(String, String)>>) -> Option<Note> {
    let (last, others) = records.split_last().filter(|(_, others)| others.len() > 1)?;
    let names: HashSet<&str> = others.iter().flatten().map(|(name, _)| name.as_str()).collect();
    if last.iter().any(|(name, _)| names.contains(name.as_str())) {
        return None;
    }
    let line = records.len();
    records.pop();
    Some(Note::Asides { line, rows: 1, why: Aside::Footnotes })
}

fn list(tree: Value) -> Option<Vec<Record>> {
    let Value::Array(list) = tree else { return None };
    let object = |value| if let Value::Object(map) = value { Some(map) } else { None };
    list.into_iter().map(object).collect()
}

/// The rows of a list of lists, whose first may hold their names; whether it does.
fn rows(tree: &Value) -> Option<(Vec<Record>, bool)> {
    let rows = tree.as_array()?.iter().map(Value::as_array).collect::<Option<Vec<_>>>()?;
    let first = rows.first()?;
    let flat = |row: &&Vec<Value>| !row.iter().any(|value| value.is_array() || value.is_object());
    if first.len() < 2 || !rows.iter().all(|row| row.len() == first.len() && flat(row)) {
        return None;
    }
    let words = |row: &[Value]| row.iter().all(Value::is_string);
    let named = words(first) && rows.len() > 1 && !rows[1..].iter().all(|row| words(row));
    let name = |(at, value): (usize, &Value)| match value.as_str().filter(|_| named) {
        Some(name) => name.to_string(),
        None => format!("x{}", at + 1),
    };
    let names: Vec<String> = first.iter().enumerate().map(name).collect();
    let record = |row: &&Vec<Value>| names.iter().cloned().zip(row.iter().cloned()).collect();
    Some((rows[usize::from(named)..].iter().map(record).collect(), named))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known_by_their_beginning_and_lessons_are_none() {
        assert!(begins_objects(r#"{"lr":{"0":0.1,"1":0.2},"loss":{"#));
        assert!(begins_objects(" { \"lr\" : { \"17\" : null"));
        for no in
            [r#"{"title":{"en":"A"},"minutes":5"#, r#"{"lr":{"0":[1"#, r#"{"lr":0.1}"#, "", "{"]
        {
            assert!(!begins_objects(no), "{no}");
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
