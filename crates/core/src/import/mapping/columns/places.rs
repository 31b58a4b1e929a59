//! Names that tools, and people, give to the bookkeeping of a table.

use crate::import::mapping::names::words;

/// A name in small letters, its words joined by `_`: `Run ID`, `runId` and `run_id` are one.
pub fn key(name: &str) -> String {
    words(name).join("_")
}

/// What a table's bookkeeping is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    State,
    Trial,
    Start,
    Complete,
    /// Whether a trial keeps to its constraints, in words.
    Feasible,
    /// Counts on the way, or what a trial was run with but nobody searches.
    Beside,
    Ignored,
}

/// Names of bookkeeping columns, by [`key`]: W&B, MLflow, Hyperopt, Ax, SMAC, NNI, Comet, Keras
/// Tuner, Ray, Syne Tune, ClearML, DVC, DeepHyper, SageMaker, Vizier, mlr3, ParBayesianOptimization,
/// Determined, and what people write themselves.
const PLACES: [(Place, &[&str]); 7] = [
    (Place::State, &["state", "status", "zustand", "estado", "statut", "stato", "状态", "狀態"]),
    (
        Place::Trial,
        &[
            "trial",
            "trial_id",
            "trial_index",
            "trial_number",
            "trial_num",
            "trial_name",
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
            "trial_job_id",
            "training_job_name",
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
            "training_start_time",
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
            "training_end_time",
            "refresh_time",
        ],
    ),
    (Place::Feasible, &["feasible", "is_feasible", "feasibility", "infeasible", "is_infeasible"]),
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
            "round",
            "global_step",
            "rung",
            "resource",
            "seed",
            "random_seed",
            "random_state",
            "fold",
            "generation",
            "converged",
            "is_best",
            "reason",
            "message",
            "error_message",
            "fail_reason",
            "failure_reason",
            "batch_nr",
            "runtime_learners",
            "acq_optimum",
            "gp_utility",
            "in_bounds",
            "batches_processed",
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
            "exp_key",
            "misc_tid",
            "resample_result",
            "uhash",
        ],
    ),
];

/// What W&B knows of a run beside its configuration, by [`key`]. It writes them with a capital.
const OF_WANDB: [&str; 38] = [
    "agent",
    "cli_version",
    "code",
    "code_path",
    "command",
    "commit",
    "cpu",
    "cpu_count",
    "cpu_type",
    "cuda_version",
    "docker",
    "docker_image",
    "executable",
    "git_commit",
    "git_hub",
    "git_ref",
    "git_remote",
    "git_repo",
    "git_state",
    "github",
    "gpu",
    "gpu_count",
    "gpu_type",
    "heartbeat_at",
    "job_type",
    "last_updated",
    "logical_cpu_count",
    "operating_system",
    "os",
    "path",
    "platform",
    "program",
    "python",
    "python_version",
    "relative_time",
    "storage",
    "updated",
    "updated_at",
];

/// Whether a column of W&B's table of runs is of the machine or the program, not of what was
/// searched: an `agent` may be that, an `Agent` is the process that ran the trial.
pub fn is_of_wandb(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase()) && OF_WANDB.contains(&key(name).as_str())
}

/// What a column is for by its [`key`], if that is bookkeeping.
pub fn place(key: &str) -> Option<Place> {
    PLACES.iter().find(|(_, names)| names.contains(&key)).map(|(place, _)| *place)
}

/// Whether a column of this [`key`] tells trials apart.
pub fn numbers_trials(key: &str) -> bool {
    place(key) == Some(Place::Trial)
}

/// Whether what is true in a column of this name keeps to its constraints, or violates one; none
/// for other names.
pub fn keeps_constraints(name: &str) -> Option<bool> {
    let key = key(name);
    (place(&key) == Some(Place::Feasible)).then(|| !key.contains("infeasible"))
}

/// Whether a name is one of how a trial ended, if words for that stand under it: there may as well
/// be what was measured.
pub fn names_outcome(name: &str) -> bool {
    ["result", "outcome", "ergebnis", "resultado", "结果", "結果"].contains(&key(name).as_str())
}

/// Whether a name is one of a trial's state: `TrainingJobStatus`, `sys/state`, `状态`.
pub fn names_state(name: &str) -> bool {
    let key = key(name);
    let last = key.rsplit('_').next().unwrap_or_default();
    let certain = place(&key) == Some(Place::State) || last == "status";
    // What begins with anything else may be searched: `hidden_state`, `init_state`.
    let owners = ["trial", "run", "job", "sys", "st", "experiment", "task", "result"];
    certain || key.strip_suffix("_state").is_some_and(|owner| owners.contains(&owner))
}
