//! What Optuna prints of its trials to a console or a log file, with whatever its logger puts
//! before each line:
//!
//! ```text
//! [I 2026-11-01 10:00:02,123] Trial 1 finished with value: 4.0 and parameters: {'x': 0.5}. Best is trial 1 with value: 4.0.
//! [I 2026-11-01 10:00:03,123] Trial 2 pruned.
//! [W 2026-11-01 10:00:04,123] Trial 3 failed with parameters: {'x': 9.5} because of the following error: ...
//! ```

use super::Record;
use crate::import::lenient::parse;
use crate::import::literal::dictionary_before;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Letters in which a line of a trial is looked for.
const LOOKED_AT: usize = 64 << 10;

/// Whether there is a line of a trial near the beginning of a text.
pub fn is_one(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(LOOKED_AT)];
    !head.starts_with('{') && head.contains("Trial ") && head.lines().any(|l| line(l).is_some())
}

/// A record for each trial, by its number.
pub fn records(text: &str) -> Vec<Record> {
    let mut records: BTreeMap<u64, Record> = BTreeMap::new();
    let (mut best, mut values) = (None, Vec::new());
    for line in text.lines().filter_map(line) {
        best = line.best.or(best);
        values.extend(line.record.get("value").and_then(Value::as_f64));
        // Of a trial that failed there may be two lines.
        let record = records.entry(line.number).or_default();
        for (name, value) in line.record {
            record.entry(name).or_insert(value);
        }
    }
    let below = values.iter().any(|value| best.is_some_and(|best| *value < best));
    let above = values.iter().any(|value| best.is_some_and(|best| *value > best));
    let direction = match (below, above) {
        (true, false) => "maximize",
        (false, true) => "minimize",
        _ => "",
    };
    let told = |mut record: Record| {
        record.insert("direction".into(), direction.into());
        record
    };
    records.into_values().map(told).collect()
}

/// What a line says of a trial.
struct Line {
    number: u64,
    record: Record,
    /// The best value so far.
    best: Option<f64>,
}

fn line(text: &str) -> Option<Line> {
    let (before, rest) = text.split_once("Trial ")?;
    let digits = rest.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = rest.split_at(digits);
    let number = number.parse().ok()?;
    let mut record = Map::new();
    let mut insert = |name: &str, value: Value| record.insert(name.into(), value);
    insert("number", number_of(number));
    let (state, rest) = ended(rest)?;
    insert("state", state.into());
    if let Some(rest) = rest.strip_prefix("value: ") {
        insert("value", parse(rest.split(" and parameters: ").next()?)?);
    } else if let Some(rest) = rest.strip_prefix("values: ") {
        insert("values", parse(rest.split(" and parameters: ").next()?)?);
    }
    let params = rest.split_once("parameters: ").and_then(|(_, rest)| dictionary_before(rest));
    let behind = params.as_ref().map_or(rest, |(_, behind)| behind);
    let best = behind.split_once("Best is trial ").and_then(|(_, rest)| rest.split_once("value: "));
    let best = best.and_then(|(_, rest)| rest.trim().trim_end_matches('.').parse().ok());
    if let Some((params, _)) = params {
        insert("params", Value::Object(params));
    }
    if let Some(time) = time(before) {
        insert("datetime_complete", time.into());
    }
    Some(Line { number, record, best })
}

fn number_of(number: u64) -> Value {
    Value::Number(number.into())
}

/// How a trial ended, and what the line says behind that.
fn ended(rest: &str) -> Option<(&'static str, &str)> {
    let of = |words: &str, state: &'static str| Some((state, rest.strip_prefix(words)?));
    of(" finished with ", "COMPLETE")
        .or_else(|| of(" pruned", "PRUNED"))
        .or_else(|| of(" failed with ", "FAIL"))
        .or_else(|| of(" failed", "FAIL"))
}

/// The time that a logger writes before its line.
fn time(before: &str) -> Option<String> {
    const FORM: &str = "0000-00-00 00:00:00";
    let fits = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b' ' => b" T".contains(&byte),
        form => byte == form,
    };
    let times = before.char_indices().filter_map(|(at, _)| before.get(at..at + FORM.len()));
    let mut times = times.filter(|text| text.bytes().zip(FORM.bytes()).all(fits));
    times.next().map(str::to_string)
}

#[cfg(test)]
mod tests {
    use crate::import::TrialState::{Complete, Failed, Pruned};
    use crate::import::{Choice, Direction, Likely, likely, read};

    #[test]
    fn lines_of_a_console_are_trials() {
        let text = "[I 2026-11-01 10:00:00,123] A new study created in memory with name: no-name\n\
            \u{1b}[32m[I 2026-11-01 10:00:01,123]\u{1b}[0m Trial 0 finished with value: 1.0 and parameters: {'x': -1.5, 'opt': 'adam'}. Best is trial 0 with value: 1.0.\n\
            [I 2026-11-01 10:00:02,123] Trial 1 finished with value: 4.0 and parameters: {'x': 0.5, 'opt': 'sgd'}. Best is trial 1 with value: 4.0.\n\
            [I 2026-11-01 10:00:03,123] Trial 2 pruned. \n\
            [W 2026-11-01 10:00:04,123] Trial 3 failed with parameters: {'x': 9.5, 'opt': 'sgd'} because of the following error: ValueError('x').\n\
            Traceback (most recent call last):\n  File \"a.py\", line 3\n\
            [W 2026-11-01 10:00:04,124] Trial 3 failed with value None.\n";
        assert_eq!(likely(text.as_bytes(), "out.log"), Likely::Study);
        let [study] = &read(text.as_bytes(), "out.log").unwrap()[..] else { panic!() };
        let states: Vec<_> = study.trials.iter().map(|trial| trial.state).collect();
        assert_eq!(states, [Complete, Complete, Pruned, Failed]);
        assert_eq!(study.directions, [Direction::Maximize]);
        let names: Vec<_> = study.parameters.iter().map(|p| (&p.name[..], p.conditional)).collect();
        assert_eq!(names, [("x", false), ("opt", false)]);
        assert_eq!(study.trials[3].params, [Some(9.5), Some(1.0)]);
        assert_eq!((&study.trials[1].values[..], study.trials[2].params[0]), (&[4.0][..], None));
        assert!(study.trials[0].complete.is_some() && study.notes.is_empty(), "{:?}", study.notes);
        let crate::import::Domain::Categorical(choices) = &study.parameters[1].domain else {
            panic!()
        };
        assert_eq!(choices[0], Choice::Text("adam".into()));
        // The file may be a mere part of it, and several objectives have no best.
        let part = "2026-11-01 10:00 - INFO - Trial 7 finished with values: [0.5, 3.0] and parameters: {'x': 1}.\n\
            Trial 8 finished with values: [0.25, 4.0] and parameters: {'x': 2}.\n";
        let [study] = &read(part.as_bytes(), "x.txt").unwrap()[..] else { panic!() };
        assert_eq!((study.trials[0].number, &study.trials[1].values[..]), (7, &[0.25, 4.0][..]));
    }
}
