//! Guesses what columns mean, by their names and what stands in them.

use super::{Direction, Mapping, Role, Source};
use crate::import::Likely;
use crate::import::limits::{MAX_CHOICES, MAX_OBJECTIVES, MAX_PARAMETERS};
use crate::import::table::Table;
use crate::sort::ascending;
use std::collections::{HashMap, HashSet};

/// What each column of a table most likely is. Every table gets an answer.
pub fn guess(table: &Table) -> Mapping {
    let source = source(&table.header);
    let facts: Vec<Facts> = (0..table.header.len()).map(|at| Facts::of(table, at)).collect();
    let mut columns: Vec<(String, Role)> = match source {
        Source::Optuna => named(table, &facts, optuna),
        Source::Ray => named(table, &facts, ray),
        Source::Wandb | Source::Other => free(table, &facts),
    };
    if source != Source::Optuna {
        find_value(&mut columns, &facts);
        find_steps(table, &mut columns, &facts);
    }
    keep_within_limits(&mut columns);
    Mapping { source, columns }
}

fn source(header: &[String]) -> Source {
    let has = |name: &str| header.iter().any(|h| h == name);
    let begins = |prefix: &str| header.iter().any(|h| h.starts_with(prefix));
    if has("number") && has("state") && (begins("value") || begins("params_")) {
        Source::Optuna
    } else if begins("config/") {
        Source::Ray
    } else if has("Name") && has("State") && (has("Runtime") || has("Sweep") || has("Created")) {
        Source::Wandb
    } else {
        Source::Other
    }
}

/// Words of names that are measured on the way, whatever else varies.
const MEASURED: [&str; 8] =
    ["duration", "elapsed", "memory", "runtime", "secs", "seconds", "time", "timestamp"];

/// Words of names that hyperparameters have, and hardly a measurement of the world.
const SEARCHED: [&str; 24] = [
    "lr",
    "learning",
    "momentum",
    "dropout",
    "batch",
    "decay",
    "optimizer",
    "activation",
    "layers",
    "units",
    "hidden",
    "epochs",
    "estimators",
    "depth",
    "leaves",
    "l1",
    "l2",
    "lambda",
    "gamma",
    "alpha",
    "beta",
    "eta",
    "kernel",
    "trial",
];

/// Whether a table with these columns holds trials.
pub fn likely(header: &[String]) -> Likely {
    let searched = |name: &String| words(name).iter().any(|w| SEARCHED.contains(&w.as_str()));
    match source(header) {
        Source::Optuna | Source::Ray | Source::Wandb => Likely::Study,
        Source::Other if header.iter().any(searched) && header.iter().any(|h| is_metric(h)) => {
            Likely::Either
        }
        Source::Other => Likely::Other,
    }
}

/// What stands in a column.
struct Facts {
    /// Whether all fields that are not empty are numbers, and how many there are.
    numeric: bool,
    filled: usize,
    /// Different fields; counting stops beyond the number of choices.
    distinct: usize,
    integer: bool,
    low: f64,
    high: f64,
    median: f64,
}

impl Facts {
    fn of(table: &Table, at: usize) -> Self {
        let fields = || table.column(at).filter(|field| !field.is_empty());
        let mut distinct = HashSet::new();
        for field in fields() {
            distinct.insert(field);
            if distinct.len() > MAX_CHOICES {
                break;
            }
        }
        let parsed: Vec<Option<f64>> = fields().map(|field| table.number(field)).collect();
        let mut numbers: Vec<f64> =
            parsed.iter().flatten().copied().filter(|x| x.is_finite()).collect();
        ascending(&mut numbers);
        let numeric = !numbers.is_empty() && parsed.iter().all(Option::is_some);
        Self {
            numeric,
            filled: parsed.len(),
            distinct: distinct.len(),
            integer: numbers.iter().all(|x| x.trunc() == *x),
            low: numbers.first().copied().unwrap_or(f64::NAN),
            high: numbers.last().copied().unwrap_or(f64::NAN),
            median: numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN),
        }
    }

    /// Over two decades, or over one with half of the values in the lowest fifth: such ranges are
    /// searched on a log scale.
    fn is_log(&self) -> bool {
        let ratio = self.high / self.low;
        let low = self.low + 0.2 * (self.high - self.low);
        self.low > 0.0 && (ratio >= 100.0 || ratio >= 10.0 && self.median < low)
    }

    /// What the column is if it is a parameter.
    fn parameter(&self) -> Role {
        if self.numeric {
            Role::Number { log: self.is_log(), integer: self.integer }
        } else if self.filled > 0 && self.distinct <= MAX_CHOICES {
            Role::Categorical
        } else {
            Role::Ignored
        }
    }
}

/// Columns whose names say what they are.
fn named(
    table: &Table,
    facts: &[Facts],
    rule: fn(&str, &Facts) -> (String, Role),
) -> Vec<(String, Role)> {
    table.header.iter().zip(facts).map(|(name, facts)| rule(name, facts)).collect()
}

/// By Optuna's `trials_dataframe()`.
fn optuna(name: &str, facts: &Facts) -> (String, Role) {
    if let Some(own) = name.strip_prefix("params_") {
        return (own.into(), facts.parameter());
    }
    if let Some(own) = name.strip_prefix("user_attrs_") {
        return (own.into(), Role::Attribute);
    }
    if name.starts_with("system_attrs_constraints") {
        let role = if facts.numeric { Role::Constraint } else { Role::Ignored };
        return (name.trim_start_matches("system_attrs_").into(), role);
    }
    let value = name.strip_prefix("values_").or(name.strip_prefix("value_"));
    let value = value.or((name == "value").then_some(name));
    let role = match name {
        "number" => Role::Trial,
        "state" => Role::State,
        "datetime_start" => Role::Start,
        "datetime_complete" => Role::Complete,
        // The table does not say which is better.
        _ if value.is_some() => Role::Value(direction(name)),
        _ => Role::Ignored,
    };
    (value.unwrap_or(name).into(), role)
}

/// By Ray Tune's `get_dataframe()` and the tables of its trials.
fn ray(name: &str, facts: &Facts) -> (String, Role) {
    if let Some(own) = name.strip_prefix("config/") {
        return (own.into(), facts.parameter());
    }
    const OWN: [&str; 14] = [
        "checkpoint_dir_name",
        "date",
        "done",
        "experiment_tag",
        "hostname",
        "iterations_since_restore",
        "logdir",
        "node_ip",
        "pid",
        "time_since_restore",
        "time_this_iter_s",
        "time_total_s",
        "timestamp",
        "timesteps_total",
    ];
    let role = match name {
        "trial_id" => Role::Trial,
        "training_iteration" => Role::Attribute,
        _ if OWN.contains(&name) || name.is_empty() => Role::Ignored,
        _ => Role::Attribute,
    };
    (name.into(), role)
}

/// Columns of a table that nobody is known to have written, or of W&B's.
fn free(table: &Table, facts: &[Facts]) -> Vec<(String, Role)> {
    let mut seen = Seen::default();
    let one = |(name, facts): (&String, &Facts)| {
        let lower = name.to_ascii_lowercase();
        let role = match lower.as_str() {
            "state" | "status" if seen.first("state") => Role::State,
            "trial" | "trial_id" | "trial id" | "number" | "run" | "run_id" | "id" | "name"
                if seen.first("trial") =>
            {
                Role::Trial
            }
            "created" | "start" | "started" | "datetime_start" | "start_time" => Role::Start,
            "completed" | "end" | "ended" | "datetime_complete" | "end_time" => Role::Complete,
            "" | "index" | "unnamed: 0" | "notes" | "user" | "tags" | "sweep" | "runtime"
            | "hostname" | "group" => Role::Ignored,
            _ if name.starts_with('_') => Role::Ignored,
            "epoch" | "step" | "iteration" | "iter" | "training_iteration" => Role::Attribute,
            _ if facts.filled == 0 => Role::Ignored,
            _ if words(&lower).iter().any(|w| MEASURED.contains(&w.as_str())) => Role::Attribute,
            _ if is_metric(&lower) || name.contains('/') => Role::Attribute,
            _ if facts.distinct < 2 => Role::Attribute,
            _ => facts.parameter(),
        };
        (name.clone(), role)
    };
    table.header.iter().zip(facts).map(one).collect()
}

/// Which roles were given that a table has once.
#[derive(Default)]
struct Seen(HashSet<&'static str>);

impl Seen {
    fn first(&mut self, what: &'static str) -> bool {
        self.0.insert(what)
    }
}

/// Parts of a metric's name, and whether more of it is better.
const METRICS: [(&str, bool); 26] = [
    ("loss", false),
    ("error", false),
    ("err", false),
    ("rmse", false),
    ("mse", false),
    ("mae", false),
    ("mape", false),
    ("perplexity", false),
    ("regret", false),
    ("cost", false),
    ("objective", false),
    ("value", false),
    ("target", false),
    ("accuracy", true),
    ("acc", true),
    ("auc", true),
    ("auroc", true),
    ("f1", true),
    ("precision", true),
    ("recall", true),
    ("reward", true),
    ("return", true),
    ("score", true),
    ("r2", true),
    ("bleu", true),
    ("iou", true),
];

/// The words of a name.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).map(str::to_string).collect()
}

fn metric(name: &str) -> Option<bool> {
    let words = words(name);
    METRICS.iter().find(|(metric, _)| words.iter().any(|w| w == metric)).map(|(_, more)| *more)
}

/// Whether a name is a metric's. What is trained with may be named like one, `loss` as a choice of
/// loss functions: only numbers become values.
fn is_metric(name: &str) -> bool {
    metric(name).is_some()
}

fn direction(name: &str) -> Direction {
    if metric(name) == Some(true) { Direction::Maximize } else { Direction::Minimize }
}

/// Makes the column that looks most like an objective the value: by name, of validation rather than
/// of training, a loss rather than a score; else the last number.
fn find_value(columns: &mut [(String, Role)], facts: &[Facts]) {
    let rank = |(name, _): &(String, Role)| {
        let words = words(name);
        let has = |of: &[&str]| of.iter().any(|w| words.iter().any(|own| own == w));
        let exact = matches!(name.as_str(), "value" | "objective" | "loss" | "score");
        let held_out = has(&["val", "valid", "validation", "test", "eval", "dev", "mean"]);
        let training = has(&["train", "training"]);
        (exact, held_out, !training, metric(name) == Some(false))
    };
    let numeric = |at: &usize| facts[*at].numeric;
    let metrics: Vec<usize> = (0..columns.len())
        .filter(numeric)
        .filter(|&at| columns[at].1 == Role::Attribute && is_metric(&columns[at].0))
        .collect();
    let best = metrics.into_iter().rev().max_by_key(|&at| rank(&columns[at]));
    let last = || {
        (0..columns.len()).rev().filter(numeric).find(|&at| {
            matches!(columns[at].1, Role::Attribute | Role::Number { .. }) && facts[at].distinct > 1
        })
    };
    if let Some(at) = best.or_else(last) {
        columns[at].1 = Role::Value(direction(&columns[at].0));
    }
}

/// Finds out whether rows are steps of trials: a column counts steps, and within one trial they
/// differ while it has several rows. Where no column tells trials apart, every row is a trial.
fn find_steps(table: &Table, columns: &mut [(String, Role)], facts: &[Facts]) {
    let Some(trial) = columns.iter().position(|(_, role)| *role == Role::Trial) else { return };
    let repeats = facts[trial].distinct < facts[trial].filled;
    let names = ["step", "epoch", "iteration", "iter", "training_iteration", "_step"];
    let steps = |name: &str| names.contains(&name.to_ascii_lowercase().as_str());
    let step = (0..columns.len())
        .find(|&at| steps(&columns[at].0) && facts[at].numeric && facts[at].integer);
    match step {
        Some(step) if repeats && facts[step].low >= 0.0 => {
            columns[step].1 = Role::Step;
            constants_are_parameters(table, columns, trial);
        }
        // Rows of one name are trials of their own all the same.
        _ if repeats => columns[trial].1 = Role::Attribute,
        _ => {}
    }
}

/// In long form a parameter is the same in all rows of a trial; what changes within one is a
/// measurement.
fn constants_are_parameters(table: &Table, columns: &mut [(String, Role)], trial: usize) {
    for at in (0..columns.len()).filter(|&at| at != trial) {
        if !columns[at].1.is_parameter() {
            continue;
        }
        let mut first: HashMap<&str, &str> = HashMap::new();
        let constant = table
            .column(trial)
            .zip(table.column(at))
            .all(|(id, field)| *first.entry(id).or_insert(field) == field);
        if !constant {
            columns[at].1 = Role::Attribute;
        }
    }
}

fn keep_within_limits(columns: &mut [(String, Role)]) {
    let (mut parameters, mut values) = (0, 0);
    for (_, role) in columns {
        if role.is_parameter() {
            parameters += 1;
        }
        if matches!(role, Role::Value(_)) {
            values += 1;
        }
        let beyond = role.is_parameter() && parameters > MAX_PARAMETERS
            || matches!(role, Role::Value(_)) && values > MAX_OBJECTIVES;
        if beyond {
            *role = Role::Ignored;
        }
    }
}
