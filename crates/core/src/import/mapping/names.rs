//! What the name of a column says: a metric and whether more of it is better, something measured on
//! the way, something that is searched.
//!
//! A metric's word ends its name, but for words that say of what it is, or how it was taken
//! together: `val_loss`, `test_rmse_mean` and `recall@10` are metrics; `target_update_interval` and
//! `min_error_reduction` are hyperparameters.

mod words;

use crate::import::Direction;
use words::{
    ALONE, CHINESE, ENDINGS, HELD_OUT, LESS, MEASURED, MORE, QUALIFIERS, SEARCHED, SPREAD, UNITS,
};

/// The words of a name in small letters: parts between signs, and in them those that begin with a
/// capital. What is a metric as a whole (`mAP`) stays so.
pub fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts
        .flat_map(|part| {
            let whole = part.to_lowercase();
            let known = LESS.contains(&whole.as_str()) || MORE.contains(&whole.as_str());
            let compound = ENDINGS.iter().any(|end| whole.ends_with(end));
            let one = known || is_word_of_metric(&whole) && !compound;
            if one { vec![whole] } else { humps(part) }
        })
        .collect()
}

/// The parts of `valAccuracy`, and of `RMSESD` what stands before R's sign of a deviation.
fn humps(part: &str) -> Vec<String> {
    if let Some(of) = part.strip_suffix("SD").filter(|of| is_word_of_metric(&of.to_lowercase())) {
        return vec![of.to_lowercase(), "sd".into()];
    }
    let letters: Vec<char> = part.chars().collect();
    let mut words = vec![String::new()];
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && (before.is_some_and(|b| b.is_lowercase() || b.is_numeric())
                || before.is_some() && after.is_some_and(|a| a.is_lowercase()));
        if begins {
            words.push(String::new());
        }
        words.last_mut().into_iter().for_each(|word| word.extend(letter.to_lowercase()));
    }
    words
}

fn is_word_of_metric(word: &str) -> bool {
    more_is_better(word).is_some() || ALONE.iter().any(|(own, _)| *own == bare(word))
}

/// A word without a number at its end: `map50`, `top5`.
fn bare(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Whether more of a metric with this word is better; none of other words.
fn more_is_better(word: &str) -> Option<bool> {
    if LESS.contains(&word) {
        return Some(false);
    }
    if MORE.contains(&word) || MORE.contains(&bare(word)) {
        return Some(true);
    }
    if let Some((_, more)) = CHINESE.iter().find(|(own, _)| word.contains(own)) {
        return Some(*more);
    }
    let of = HELD_OUT.iter().chain(&["train"]).find_map(|of| word.strip_prefix(of));
    if let Some(rest) = of.filter(|rest| !rest.is_empty() && *rest != "s") {
        if LESS.contains(&rest) {
            return Some(false);
        }
        if MORE.contains(&rest) {
            return Some(true);
        }
    }
    let ending = ENDINGS.iter().find(|end| word.len() > end.len() && word.ends_with(*end))?;
    Some(MORE.contains(ending) || *ending == "squared" && word.starts_with('r'))
}

/// Whether more of what a column of this name measures is better; none where it is no metric. What
/// is trained with may be named like one, `loss` as a choice of loss functions: only numbers become
/// values.
pub fn metric(name: &str) -> Option<bool> {
    let words = words(name);
    let number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
    let beside = |word: &String| {
        let word = word.as_str();
        QUALIFIERS.contains(&word) || SPREAD.contains(&word) || word.starts_with("split")
    };
    let beside = |word: &String| beside(word) || number(word);
    let less = |word: &String| ["neg", "negative", "negated", "minus"].contains(&word.as_str());
    let more = match words.iter().rposition(|word| more_is_better(word).is_some()) {
        Some(at) if words[at + 1..].iter().all(beside) => more_is_better(&words[at])?,
        Some(_) => return None,
        None => {
            let own = |word: &String| ALONE.iter().find(|(own, _)| *own == bare(word));
            let known = words.iter().rev().find_map(own)?;
            if !words.iter().all(|word| own(word).is_some() || beside(word)) {
                return None;
            }
            known.1
        }
    };
    Some(more != words.iter().any(less))
}

/// Whether a name is a metric's.
pub fn is_metric(name: &str) -> bool {
    metric(name).is_some()
}

pub fn direction(name: &str) -> Direction {
    if metric(name) == Some(true) { Direction::Maximize } else { Direction::Minimize }
}

/// Whether a name is of how far a metric's values lie apart, its rank, or its value in one fold:
/// never what is searched for where the metric itself is there.
pub fn is_spread(name: &str) -> bool {
    let split =
        |word: &String| word.strip_prefix("split").is_some_and(|n| n.parse::<u32>().is_ok());
    words(name).iter().any(|word| SPREAD.contains(&word.as_str()) || split(word))
}

/// Whether a name has a word of data that a model was not trained on.
pub fn is_held_out(name: &str) -> bool {
    let chinese = ["验证", "测试"].iter().any(|word| name.contains(word));
    chinese || words(name).iter().any(|word| HELD_OUT.iter().any(|own| begins(word, own)))
}

/// Whether a name has a word of data that a model was trained on.
pub fn is_training(name: &str) -> bool {
    name.contains("训练") || words(name).iter().any(|word| begins(word, "train"))
}

/// The word itself, or one with a metric behind it.
fn begins(word: &str, own: &str) -> bool {
    word.strip_prefix(own).is_some_and(|rest| {
        rest.is_empty() || rest == "ing" || LESS.contains(&rest) || MORE.contains(&rest)
    })
}

/// Whether a name is of something that is measured on the way: time, memory, size of a model.
pub fn is_measured(name: &str) -> bool {
    let words = words(name);
    let beside = |word: &str| UNITS.contains(&word) || HELD_OUT.contains(&word);
    let last = words.iter().rev().find(|word| !beside(word) && *word != "marginal");
    match last {
        Some(word) => MEASURED.contains(&word.as_str()),
        // Nothing but a unit.
        None => words.iter().any(|word| MEASURED.contains(&word.as_str())),
    }
}

/// Whether a name has a word that hyperparameters have.
pub fn is_searched(name: &str) -> bool {
    words(name).iter().any(|word| SEARCHED.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_of_which_less_is_better_are_known_by_the_end_of_their_names() {
        for name in [
            "loss",
            "val_loss",
            "valLoss",
            "testError",
            "test_rmse_mean",
            "val_loss_std",
            "logloss",
            "rmsle",
            "RMSE",
            "RMSESD",
            "error_rate",
            "loss_val",
            "Verlust",
            "Validierungsverlust",
            "perte",
            "pérdida",
            "验证损失",
            "误差",
            "value",
            "best_value",
            "FinalObjectiveValue",
            "val_loss [min]",
            "metrics.val_loss",
            "metrics/val_loss",
            "negative_log_likelihood",
            "neg_accuracy",
        ] {
            assert_eq!(metric(name), Some(false), "{name}");
        }
    }

    #[test]
    fn metrics_of_which_more_is_better_are_known_by_the_end_of_their_names() {
        for name in [
            "accuracy",
            "testAcc",
            "valAccuracy",
            "valacc",
            "mean_test_score",
            "R2",
            "R²",
            "r2",
            "Rsquared",
            "rSquared",
            "mAP",
            "map50",
            "mcc",
            "sharpe",
            "profit",
            "top1",
            "f1_macro",
            "auc_roc",
            "recall@10",
            "episode_reward_mean",
            "neg_loss",
            "neg_mean_squared_error",
            "mean_test_neg_root_mean_squared_error",
            "neg_log_loss",
            "准确率",
            "精度",
            "召回率",
            "Genauigkeit",
            "val_dice",
            "success_rate",
        ] {
            assert_eq!(metric(name), Some(true), "{name}");
        }
    }

    #[test]
    fn hyperparameters_are_no_metrics_though_their_names_have_words_of_one() {
        for name in [
            "lr",
            "target_update_interval",
            "min_error_reduction",
            "cost_complexity",
            "loss_weight",
            "recall_k",
            "precision_bits",
            "value_coef",
            "clip_value",
            "feature_map",
            "reward_scale",
            "label_smoothing",
            "time_steps",
            "学习率",
            "学习率衰减",
            "n_estimators",
            "trainable",
            "loss_function",
            "score_threshold",
        ] {
            assert_eq!(metric(name), None, "{name}");
        }
    }

    #[test]
    fn spreads_measurements_and_held_out_data_are_known() {
        for name in ["std_test_score", "rank_test_score", "split0_test_score", "RMSESD", "loss_se"]
        {
            assert!(is_spread(name) && is_metric(name), "{name}");
        }
        for name in
            ["time_s", "fitTime", "mean_fit_time", "params_m", "n_params", "flops", "Runtime"]
        {
            assert!(is_measured(name), "{name}");
        }
        for name in ["time_steps", "time_budget", "params_x", "m", "min_samples", "memory_size"] {
            assert!(!is_measured(name), "{name}");
        }
        assert!(is_held_out("valLoss") && is_held_out("验证损失") && !is_held_out("value"));
        assert!(is_training("training_loss") && !is_training("trainable"));
    }
}
