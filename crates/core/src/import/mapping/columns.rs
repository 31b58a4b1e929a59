//! What a column is by its name, as tools write it.

mod places;

pub use places::{keeps_constraints, key, names_outcome, names_state, numbers_trials};

use super::facts::Facts;
use super::names::{direction, is_measured, is_metric, is_searched, words};
use super::state::flag;
use super::{Role, Source};
use places::{Place, is_of_wandb, place};
use std::collections::HashSet;

/// What parameters' names begin with where a tool says which columns they are: Optuna, MLflow,
/// scikit-learn, Neptune, Ray, Syne Tune, TensorBoard, Keras Tuner, Hyperopt, NNI, DeepHyper, mlr3,
/// Determined, Azure ML. What is longer stands before what it begins with.
const PREFIXES: [&str; 28] = [
    "misc/vals/",
    "data/params/",
    "hyperparameters/values/",
    "params_",
    "params.",
    "params/",
    "param_",
    "parameters/",
    "parameters.",
    "parameter/",
    "parameter.",
    "hyperparameters/",
    "hyperparameters.",
    "hyperparams/",
    "hyperparams.",
    "configuration/",
    "config/",
    "config.",
    "config_",
    "hparams/",
    "hparams.",
    "hp_",
    "hp/",
    "p:",
    "x_domain_",
    "HP: ",
    "hp: ",
    "--",
];

/// The prefix of a table's parameters, if it has one. A word before `_` may be a name's own, as in
/// `param_count`: it is a prefix only where more columns have it than are searched without it.
pub fn prefix(header: &[String]) -> Option<&'static str> {
    let own = |name: &&String, prefix: &str| {
        let rest = name.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        let searched = rest.is_some_and(|rest| !is_of_all(rest));
        searched && !is_measured(name) && place(&key(name)).is_none()
    };
    PREFIXES.into_iter().find(|prefix| {
        let with = header.iter().filter(|name| own(name, prefix)).count();
        let without = |name: &&String| !name.starts_with(*prefix) && is_searched(name);
        let loose = prefix.ends_with('_');
        with > 0 && (!loose || with > header.iter().filter(without).count())
    })
}

/// Whether a column is a parameter's by a prefix; its name without it.
pub fn parameter<'a>(name: &'a str, prefix: Option<&str>) -> Option<&'a str> {
    let prefix = prefix?;
    let rest = name.strip_prefix(prefix).filter(|rest| !rest.is_empty())?;
    let label = prefix.ends_with('_') && is_of_all(rest);
    (!label && place(&key(name)).is_none()).then_some(rest)
}

/// Whether what stands behind a prefix is of the parameters as a whole: `param_count`,
/// `config_file_name`.
fn is_of_all(rest: &str) -> bool {
    const LABELS: [&str; 12] = [
        "count", "counts", "total", "num", "number", "name", "file", "filename", "path", "hash",
        "id", "str",
    ];
    words(rest).iter().all(|word| LABELS.contains(&word.as_str()))
}

/// Whether a column counts on the way or holds bookkeeping: no objective, whatever numbers it has.
pub fn is_bookkeeping(name: &str) -> bool {
    place(&key(name)).is_some() || names_state(name) || is_measured(name)
}

/// Columns of Optuna's `trials_dataframe()`, and of the table of its dashboard.
pub fn optuna(header: &[String], facts: &[Facts]) -> Vec<(String, Role)> {
    let all = header.iter().zip(facts);
    let mut columns: Vec<(String, Role)> =
        all.map(|(name, facts)| of_optuna(name, facts)).collect();
    // A trial's own `value` is the one of its `values`.
    let value = |of: &str| {
        columns.iter().position(|(name, role)| name == of && matches!(role, Role::Value(_)))
    };
    if let (Some(_), Some(again)) = (value("value"), value("values")) {
        columns[again].1 = Role::Ignored;
    }
    columns
}

fn of_optuna(name: &str, facts: &Facts) -> (String, Role) {
    let name = &dashboard(name);
    // In records, and where a field holds all of them, what is nested stands behind a `/`.
    let behind = |word: &str| name.strip_prefix(word)?.strip_prefix(['_', '/']);
    if let Some(own) = behind("params") {
        return (own.into(), facts.parameter(own));
    }
    if let Some(own) = behind("user_attrs") {
        return (own.into(), Role::Attribute);
    }
    if name.starts_with("system_attrs_constraints") {
        let role = if facts.lists { Role::Constraint } else { Role::Ignored };
        return (name.trim_start_matches("system_attrs_").into(), role);
    }
    let value = behind("values").or(behind("value"));
    // Records of one have both, one of them empty.
    let whole = name == "value" || name == "values" && facts.filled > 0;
    let value = value.or(whole.then_some(name));
    let role = match name.as_str() {
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

/// A name of the dashboard's table as the data frame has it; any other stays.
pub fn dashboard(name: &str) -> String {
    for (own, other) in [
        ("Param ", "params_"),
        ("Objective ", "values_"),
        ("UserAttribute ", "user_attrs_"),
        ("User Attribute ", "user_attrs_"),
    ] {
        if let Some(rest) = name.strip_prefix(own) {
            return format!("{other}{rest}");
        }
    }
    match name {
        "Number" | "State" | "Value" => name.to_lowercase(),
        _ => name.into(),
    }
}

/// Columns of a table that is not Optuna's. Where a tool says by a prefix which the parameters are,
/// no others are.
pub fn free(
    header: &[String],
    facts: &[Facts],
    source: Source,
    prefix: Option<&'static str>,
) -> Vec<(String, Role)> {
    let state = state_column(header, facts);
    let mut seen = HashSet::new();
    let mut first = |what| seen.insert(what);
    let one = |(at, (name, facts)): (usize, (&String, &Facts))| {
        if let Some(own) = parameter(name, prefix) {
            let label = facts.times || facts.is_label();
            let role = if label { Role::Attribute } else { facts.parameter(own) };
            return (own.to_string(), role);
        }
        let role = match place(&key(name)) {
            _ if state == Some(at) || is_flag(name, facts) => Role::State,
            _ if source == Source::Wandb && is_of_wandb(name) => Role::Ignored,
            // Numbers of states, as Hyperopt has them, or a second column of words.
            _ if names_state(name) || names_outcome(name) && facts.states => Role::Ignored,
            Some(Place::Trial) if first("trial") => Role::Trial,
            Some(Place::Start) if first("start") => Role::Start,
            Some(Place::Complete) if first("complete") => Role::Complete,
            Some(Place::Feasible) if facts.lists => Role::Constraint,
            Some(Place::Beside | Place::Feasible) => Role::Attribute,
            Some(_) => Role::Ignored,
            None if facts.times => time(name, &mut first),
            None => varied(name, facts, prefix.is_some()),
        };
        (measured_name(name).to_string(), role)
    };
    header.iter().zip(facts).enumerate().map(one).collect()
}

/// The column of words for states: the first in which most are known, else the first of any words,
/// else an outcome of which most words are known.
fn state_column(header: &[String], facts: &[Facts]) -> Option<usize> {
    let find = |named: fn(&str) -> bool, of: fn(&Facts) -> bool| {
        let mut both = header.iter().zip(facts);
        both.position(|(name, facts)| named(name) && of(facts))
    };
    find(names_state, |facts| facts.states)
        .or_else(|| find(names_state, Facts::is_words))
        .or_else(|| find(names_outcome, |facts| facts.states))
}

/// Whether a column says of each trial whether it ended in some way: `pruned`. Of numbers only what
/// is no metric's name does: a `success` of 1 may be what is searched for.
fn is_flag(name: &str, facts: &Facts) -> bool {
    facts.truths && flag(name).is_some() && !(facts.numeric && is_metric(name))
}

/// What a column of times is: none is searched.
fn time(name: &str, first: &mut impl FnMut(&'static str) -> bool) -> Role {
    let has = |of: &[&str]| words(name).iter().any(|word| of.contains(&word.as_str()));
    if has(&["start", "started", "begin", "created", "creation", "launched"]) && first("start") {
        Role::Start
    } else if has(&["end", "ended", "finish", "finished", "complete", "completed"])
        && first("complete")
    {
        Role::Complete
    } else {
        Role::Attribute
    }
}

/// What a column is that no tool writes for its own ends.
fn varied(name: &str, facts: &Facts, prefixed: bool) -> Role {
    let lower = name.to_lowercase();
    let inside = |of: &[&str]| of.iter().any(|of| lower.starts_with(of));
    let tools = ["tags.", "tags/", "sys/", "system/", "misc/"];
    if measured_name(name).starts_with('_') || inside(&tools) || facts.filled == 0 {
        return Role::Ignored;
    }
    // A metric's name is no parameter's, but where it may be either and holds whole numbers.
    let digits = facts.integer && facts.numeric && facts.high > 1.0;
    let either = ["precision", "recall", "target"].contains(&key(name).as_str());
    // Words under it are choices: a loss function by its name.
    let metric = is_metric(name) && facts.mostly_numeric && !(either && digits);
    let section = ["train/", "val/", "valid/", "validation/", "test/", "eval/", "metrics/"];
    let section = inside(&section)
        || inside(&["metrics.", "charts/", "perf/", "losses/", "time/", "summary/", "result/"]);
    // Nevergrad and DeepHyper mark what is theirs.
    let marked = inside(&["#", "m:"]);
    // How many weights a network has.
    let count = |prefix: &&str| lower.strip_prefix(prefix).is_some_and(is_of_all);
    let counts = facts.numeric && ["param_", "params_", "parameter_"].iter().any(count);
    let marked = marked || counts;
    let beside = metric || section || marked || is_measured(name) || facts.is_label();
    if prefixed || beside || facts.distinct < 2 { Role::Attribute } else { facts.parameter(name) }
}

/// A measurement's name without the tool's word before it.
fn measured_name(name: &str) -> &str {
    let sections = ["metrics.", "metrics/", "summary/", "result/", "data/metrics/"];
    let sections = sections.into_iter().chain(["finalMeasurement/metrics/"]);
    sections.into_iter().find_map(|section| name.strip_prefix(section)).unwrap_or(name)
}
