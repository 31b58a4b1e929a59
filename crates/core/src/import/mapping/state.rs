//! The words that tools have for a trial's state.

use crate::import::TrialState;

/// Words of Optuna, Ray, W&B, MLflow, Hyperopt, Ax, SMAC, Neptune and Syne Tune, small letters and
/// digits alone; and Chinese ones.
const WORDS: [(TrialState, &[&str]); 5] = [
    (
        TrialState::Complete,
        &[
            "complete",
            "completed",
            "finished",
            "done",
            "success",
            "succeeded",
            "successful",
            "terminated",
            "ok",
            "inactive",
            "完成",
            "已完成",
            "成功",
            "结束",
        ],
    ),
    (
        TrialState::Pruned,
        &[
            "pruned",
            "stopped",
            "killed",
            "earlystopped",
            "earlystop",
            "preempted",
            "剪枝",
            "已剪枝",
            "停止",
            "已停止",
        ],
    ),
    (
        TrialState::Failed,
        &[
            "fail",
            "failed",
            "failure",
            "crashed",
            "crash",
            "error",
            "errored",
            "diverged",
            "cancelled",
            "canceled",
            "abandoned",
            "invalid",
            "aborted",
            "timeout",
            "timedout",
            "memout",
            "oom",
            "donotadvance",
            "失败",
            "已失败",
            "错误",
            "取消",
            "已取消",
        ],
    ),
    (
        TrialState::Running,
        &["running", "paused", "active", "inprogress", "started", "运行中", "进行中", "正在运行"],
    ),
    (
        TrialState::Waiting,
        &[
            "waiting",
            "pending",
            "queued",
            "new",
            "scheduled",
            "created",
            "candidate",
            "等待",
            "排队",
        ],
    ),
];

/// The state that a word stands for; Python's enumerations are written with their name before it.
pub fn named_state(text: &str) -> Option<TrialState> {
    if text.len() > 60 {
        return None;
    }
    let word = ["TrialState.", "StatusType.", "TrialStatus."]
        .iter()
        .find_map(|prefix| text.strip_prefix(prefix))
        .unwrap_or(text);
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    let word: String = letters.flat_map(char::to_lowercase).collect();
    WORDS.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(state, _)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_every_tool_are_known_and_others_are_not() {
        use TrialState::{Complete, Failed, Pruned, Running, Waiting};
        for (text, state) in [
            ("TrialState.COMPLETE", Complete),
            ("StatusType.SUCCESS", Complete),
            ("StatusType.MEMOUT", Failed),
            ("TERMINATED", Complete),
            ("EARLY_STOPPED", Pruned),
            ("ABANDONED", Failed),
            ("ok", Complete),
            ("fail", Failed),
            ("InProgress", Running),
            ("Timed out", Failed),
            ("PENDING", Waiting),
            ("运行中", Running),
            ("失败", Failed),
            ("完成", Complete),
        ] {
            assert_eq!(named_state(text), Some(state), "{text}");
        }
        for text in ["", "2", "Texas", "relu", "TrialState."] {
            assert_eq!(named_state(text), None, "{text}");
        }
    }
}
