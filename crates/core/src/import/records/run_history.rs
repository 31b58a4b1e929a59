//! SMAC's `runhistory.json`: a list of runs beside the configurations that they name by number. A
//! run is an object (SMAC 2.3), a flat list (2.0 to 2.2) or a pair of lists (1.x).

use super::Record;
use serde_json::{Map, Value, json};

/// What SMAC's `StatusType` numbers.
const STATES: [&str; 8] =
    ["success", "timeout", "crashed", "abort", "memory out", "success", "stopped", "running"];

/// Whether an object is one: nothing else lists runs beside numbered configurations.
pub fn is_one(map: &Map<String, Value>) -> bool {
    let numbered = |configs: &Map<String, Value>| {
        !configs.is_empty()
            && configs.iter().all(|(id, of)| id.parse::<u32>().is_ok() && of.is_object())
    };
    map.get("configs").and_then(Value::as_object).is_some_and(numbered)
        && map.get("data").is_some_and(Value::is_array)
}

/// Whether a text, which may be cut, begins as one whose runs are lists.
pub fn begins(text: &str) -> bool {
    let head = &text[..text.floor_char_boundary(4_000)];
    let data = head.find("\"data\"").map(|at| head[at + 6..].trim_start());
    let list = data.and_then(|rest| rest.strip_prefix(':')?.trim_start().strip_prefix('['));
    head.starts_with('{') && list.is_some_and(|list| list.trim_start().starts_with('['))
}

/// A record for each run, with its configuration.
pub fn records(map: &Map<String, Value>) -> Option<Vec<Record>> {
    let configs = map.get("configs")?.as_object()?;
    let record = |run: &Value| {
        let run = Run::of(run)?;
        let cost = if run.cost.is_array() { "values" } else { "cost" };
        let mut record = Map::new();
        record.insert("config".into(), configs.get(&run.config.to_string())?.clone());
        record.insert(cost.into(), run.cost.clone());
        record.insert("status".into(), state(run.status));
        for (name, value) in
            [("budget", run.budget), ("seed", run.seed), ("instance", run.instance)]
        {
            record.insert(name.into(), value.clone());
        }
        record.insert("start_time".into(), run.start.clone());
        record.insert("end_time".into(), run.end.clone());
        Some(record)
    };
    Some(map.get("data")?.as_array()?.iter().filter_map(record).collect())
}

/// A run's parts, wherever its version keeps them.
struct Run<'a> {
    config: &'a Value,
    instance: &'a Value,
    seed: &'a Value,
    budget: &'a Value,
    cost: &'a Value,
    status: &'a Value,
    start: &'a Value,
    end: &'a Value,
}

impl<'a> Run<'a> {
    fn of(run: &'a Value) -> Option<Self> {
        let at = |list: &'a Value, place: usize| list.get(place).unwrap_or(&Value::Null);
        let name = |name: &str| run.get(name).unwrap_or(&Value::Null);
        if run.is_object() {
            return Some(Self {
                config: run.get("config_id")?,
                instance: name("instance"),
                seed: name("seed"),
                budget: name("budget"),
                cost: name("cost"),
                status: name("status"),
                start: name("starttime"),
                end: name("endtime"),
            });
        }
        let [config, instance, seed, budget, ..] = &run.as_array()?[..] else {
            // A key and what came of it.
            let [key, value] = &run.as_array()?[..] else { return None };
            return Some(Self {
                config: key.get(0)?,
                instance: at(key, 1),
                seed: at(key, 2),
                budget: at(key, 3),
                cost: value.get(0)?,
                status: at(value, 2),
                start: at(value, 3),
                end: at(value, 4),
            });
        };
        // Later ones tell the processor's time before the status.
        let shift = usize::from(run.as_array()?.len() > 10);
        Some(Self {
            config,
            instance,
            seed,
            budget,
            cost: run.get(4)?,
            status: at(run, 6 + shift),
            start: at(run, 7 + shift),
            end: at(run, 8 + shift),
        })
    }
}

/// A status by its number, or as SMAC 1 writes it: `{"__enum__": "StatusType.SUCCESS"}`.
fn state(status: &Value) -> Value {
    if let Some(name) = status.get("__enum__").and_then(Value::as_str) {
        let name = name.rsplit('.').next().unwrap_or(name).to_lowercase();
        return if name == "donotadvance" { json!("success") } else { json!(name) };
    }
    let known = |n: u64| STATES.get(usize::try_from(n).ok()?.checked_sub(1)?);
    status.as_u64().and_then(known).map_or_else(|| status.clone(), |name| json!(name))
}

#[cfg(test)]
mod tests {
    use crate::import::table;

    /// The same two runs in the three forms.
    #[test]
    fn runs_of_every_version_are_one_table() {
        let configs = r#""configs":{"1":{"lr":0.1,"opt":"adam"},"2":{"lr":0.01,"opt":"sgd"}}"#;
        let second = 1_700_000_002;
        let forms = [
            format!(
                r#"[{{"config_id":1,"instance":null,"seed":0,"budget":9.0,"cost":0.5,"time":1.0,"cpu_time":0.9,"status":1,"starttime":1700000000,"endtime":1700000001,"additional_info":{{}}}},
                {{"config_id":2,"instance":null,"seed":0,"budget":9.0,"cost":2147483647.0,"time":1.0,"cpu_time":0.9,"status":3,"starttime":1700000001,"endtime":{second},"additional_info":{{}}}}]"#
            ),
            format!(
                r#"[[1,null,0,9.0,0.5,1.0,1,1700000000,1700000001,{{}}],[2,null,0,9.0,2147483647.0,1.0,3,1700000001,{second},{{}}]]"#
            ),
            format!(
                r#"[[1,null,0,9.0,0.5,1.0,0.9,1,1700000000,1700000001,{{}}],[2,null,0,9.0,2147483647.0,1.0,0.9,3,1700000001,{second},{{}}]]"#
            ),
            format!(
                r#"[[[1,null,0,9.0],[0.5,1.0,{{"__enum__":"StatusType.SUCCESS"}},1700000000,1700000001,{{}}]],[[2,null,0,9.0],[2147483647.0,1.0,{{"__enum__":"StatusType.CRASHED"}},1700000001,{second},{{}}]]]"#
            ),
        ];
        for data in forms {
            let text = format!(r#"{{"stats":{{"finished":2}},"data":{data},{configs}}}"#);
            let table = table::read(text.as_bytes(), "runhistory.json").expect("runs");
            let names = ["config/lr", "config/opt", "cost", "status", "budget", "seed", "instance"];
            assert_eq!(table.header[..7], names, "{text}");
            assert_eq!(table.rows[0][..6], ["0.1", "adam", "0.5", "success", "9.0", "0"]);
            assert_eq!(table.rows[1][..4], ["0.01", "sgd", "2147483647.0", "crashed"]);
            assert_eq!(table.rows[1][8], second.to_string());
        }
    }
}
