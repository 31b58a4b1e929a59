//! What a column is by its name, as tools write it.

use super::Role;
use super::facts::Facts;
use super::names::{direction, is_measured, is_metric};
use std::collections::HashSet;

/// What parameters' names begin with where a tool says which columns they are: Optuna, MLflow,
/// scikit-learn, Neptune, Ray, Syne Tune, TensorBoard, Keras Tuner.
const PREFIXES: [&str; 15] = [
    "params_",
    "params.",
    "params/",
    "param_",
    "parameters/",
    "parameters.",
    "hyperparameters/",
    "hyperparameters.",
    "config/",
    "config.",
    "config_",
    "hparams/",
    "hparams.",
    "hp_",
    "hp/",
];

/// The prefix of a table's parameters, if it has one.
pub fn prefix(header: &[String]) -> Option<&'static str> {
    let own = |name: &String, prefix: &str| {
        let rest = name.strip_prefix(prefix).filter(|rest| !rest.is_empty());
        rest.is_some() && !is_measured(name) && place(&key(name)).is_none()
    };
    PREFIXES.into_iter().find(|prefix| header.iter().any(|name| own(name, prefix)))
}

/// Whether a column is a parameter's by a prefix; its name without it.
pub fn parameter<'a>(name: &'a str, prefix: Option<&str>) -> Option<&'a str> {
    let rest = name.strip_prefix(prefix?).filter(|rest| !rest.is_empty())?;
    place(&key(name)).is_none().then_some(rest)
}

/// A name in small letters, with `_` for every other sign: `Run ID` and `run_id` are one.
fn key(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let key: String = name.to_lowercase().chars().map(letter).collect();
    key.trim_matches('_').to_string()
}

/// What a table's bookkeeping is for.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    State,
    Trial,
    Start,
    Complete,
    /// Counts on the way, or what a trial was run with but nobody searches.
    Beside,
    Ignored,
}

/// Names of bookkeeping columns, by [`key`]: W&B, MLflow, Hyperopt, Ax, SMAC, NNI, Comet, Keras
/// Tuner, Ray, Syne Tune, ClearML, DVC, and what people write themselves.
const PLACES: [(Place, &[&str]); 6] = [
    (
        Place::State,
        &["state", "status", "trial_status", "st_status", "sys_state", "run_status", "状态"],
    ),
    (
        Place::Trial,
        &[
            "trial",
            "trial_id",
            "trial_index",
            "trial_number",
            "trial_num",
            "number",
            "run",
            "run_id",
            "id",
            "name",
            "tid",
            "config_id",
            "parameter_id",
            "arm_name",
            "experiment_key",
            "sys_id",
            "试验",
            "试验编号",
            "编号",
            "序号",
        ],
    ),
    (
        Place::Start,
        &[
            "created",
            "created_at",
            "start",
            "started",
            "started_at",
            "datetime_start",
            "start_time",
            "starttime",
            "book_time",
            "sys_creation_time",
        ],
    ),
    (
        Place::Complete,
        &[
            "completed",
            "completed_at",
            "end",
            "ended",
            "finished_at",
            "datetime_complete",
            "end_time",
            "endtime",
            "refresh_time",
        ],
    ),
    (
        Place::Beside,
        &[
            "epoch",
            "step",
            "iteration",
            "iter",
            "training_iteration",
            "best_epoch",
            "best_step",
            "best_iteration",
            "last_epoch",
            "budget",
            "seed",
            "random_seed",
            "random_state",
            "fold",
            "generation",
        ],
    ),
    (
        Place::Ignored,
        &[
            "",
            "index",
            "unnamed_0",
            "notes",
            "user",
            "tags",
            "sweep",
            "runtime",
            "hostname",
            "group",
            "description",
            "comment",
            "experiment",
            "experiment_id",
            "experiment_name",
            "experiment_tag",
            "artifact_uri",
            "lifecycle_stage",
            "source_type",
            "source_name",
            "run_name",
            "entity",
            "project",
            "generation_node",
            "generation_method",
            "sequence",
            "instance",
            "worker",
            "worker_id",
            "node_ip",
            "pid",
            "logdir",
            "checkpoint_dir_name",
            "date",
            "done",
            "typ",
            "parent",
            "rev",
            "host",
            "commit",
            "git_commit",
            "job_id",
            "session",
            "model_ids",
            "iterations_since_restore",
            "time_since_restore",
            "time_this_iter_s",
            "timesteps_total",
            "params",
        ],
    ),
];

fn place(key: &str) -> Option<Place> {
    PLACES.iter().find(|(_, names)| names.contains(&key)).map(|(place, _)| *place)
}

/// Whether a column counts on the way or holds bookkeeping: no objective, whatever numbers it has.
pub fn is_bookkeeping(name: &str) -> bool {
    place(&key(name)).is_some() || is_measured(name)
}

/// By Optuna's `trials_dataframe()`, and the table of its dashboard.
pub fn optuna(name: &str, facts: &Facts) -> (String, Role) {
    let name = &dashboard(name);
    if let Some(own) = name.strip_prefix("params_") {
        return (own.into(), facts.parameter(own));
    }
    if let Some(own) = name.strip_prefix("user_attrs_") {
        return (own.into(), Role::Attribute);
    }
    if name.starts_with("system_attrs_constraints") {
        let role = if facts.lists { Role::Constraint } else { Role::Ignored };
        return (name.trim_start_matches("system_attrs_").into(), role);
    }
    let value = name.strip_prefix("values_").or(name.strip_prefix("value_"));
    let value = value.or((name == "value").then_some(name));
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
    prefix: Option<&'static str>,
) -> Vec<(String, Role)> {
    let mut seen = HashSet::new();
    let mut first = |what| seen.insert(what);
    let one = |(name, facts): (&String, &Facts)| {
        if let Some(own) = parameter(name, prefix) {
            return (own.to_string(), facts.parameter(own));
        }
        let role = match place(&key(name)) {
            Some(Place::State) if facts.states && first("state") => Role::State,
            // Numbers of states, as Hyperopt has them, or a second column of words.
            Some(Place::State) if facts.states || facts.numeric => Role::Ignored,
            Some(Place::Trial) if first("trial") => Role::Trial,
            Some(Place::Start) if first("start") => Role::Start,
            Some(Place::Complete) if first("complete") => Role::Complete,
            Some(Place::Beside) => Role::Attribute,
            Some(Place::State) | None => varied(name, facts, prefix.is_some()),
            Some(_) => Role::Ignored,
        };
        (measured_name(name).to_string(), role)
    };
    header.iter().zip(facts).map(one).collect()
}

/// What a column is that no tool writes for its own ends.
fn varied(name: &str, facts: &Facts, prefixed: bool) -> Role {
    let inside = |of: &[&str]| of.iter().any(|of| name.to_lowercase().starts_with(of));
    if name.starts_with('_') || inside(&["tags.", "tags/", "sys/", "system/"]) || facts.filled == 0
    {
        return Role::Ignored;
    }
    // A metric's name is no parameter's, but where it may be either and holds whole numbers.
    let digits = facts.integer && facts.numeric && facts.high > 1.0;
    let either = ["precision", "recall", "target"].contains(&key(name).as_str());
    // Words under it are choices: a loss function by its name.
    let metric = is_metric(name) && facts.mostly_numeric && !(either && digits);
    let section = ["train/", "val/", "valid/", "validation/", "test/", "eval/", "metrics/"];
    let section = inside(&section) || inside(&["metrics.", "charts/", "perf/", "losses/", "time/"]);
    if prefixed || metric || section || is_measured(name) || facts.distinct < 2 {
        Role::Attribute
    } else {
        facts.parameter(name)
    }
}

/// A measurement's name without the tool's word before it.
fn measured_name(name: &str) -> &str {
    name.strip_prefix("metrics.").or(name.strip_prefix("metrics/")).unwrap_or(name)
}
