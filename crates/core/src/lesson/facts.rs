//! Facts of the page, and the conditions of a lesson's goals and hints that ask for them.

use crate::setup::Setup;
use serde::Deserialize;
use serde_json::Value;

/// What a condition can ask of the page. A fact that is not known (a loss before the first epoch)
/// meets no condition.
pub const FACTS: &[&str] = &[
    "run.epoch",
    "run.changed",
    "run.train_loss",
    "run.valid_loss",
    "run.diverged",
    "run.limit",
    "judged.threshold",
    "judged.accuracy",
    "judged.precision",
    "judged.recall",
    "map.finished",
    "map.epoch",
    "map.zooms",
    "map.marked",
    "search.done",
    "search.shown",
    "search.best",
    "search.epochs",
    "search.earlier",
    "search.tested",
    "population.best",
    "race.trials",
    "race.leader",
    "race.you.trials",
    "race.you.over",
    "race.you.best",
    "race.you.beaten",
];

/// Something that is true of the page or not.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    pub fact: String,
    #[serde(default)]
    pub is: Option<Value>,
    #[serde(default)]
    pub at_least: Option<f64>,
    #[serde(default)]
    pub at_most: Option<f64>,
}

impl Condition {
    /// Whether it can hold of a number that is kept in this range.
    pub fn can_hold(&self, low: f64, high: f64) -> bool {
        let is = self.is.as_ref().and_then(Value::as_f64);
        is.is_none_or(|is| (low..=high).contains(&is))
            && self.at_least.is_none_or(|least| least <= high)
            && self.at_most.is_none_or(|most| most >= low)
    }

    /// Whether it holds, given what the page knows.
    pub fn holds(&self, fact: &dyn Fn(&str) -> Option<Value>) -> bool {
        let Some(value) = fact(&self.fact) else { return false };
        let number = value.as_f64();
        let within = |limit: Option<f64>, fits: fn(f64, f64) -> bool| {
            limit.is_none_or(|limit| number.is_some_and(|number| fits(number, limit)))
        };
        let equal = |wanted: &Value| match (number, wanted.as_f64()) {
            (Some(a), Some(b)) => a == b,
            _ => value == *wanted,
        };
        self.is.as_ref().is_none_or(equal)
            && within(self.at_least, |a, b| a >= b)
            && within(self.at_most, |a, b| a <= b)
    }
}

/// The part of a set-up's tree at a path like `net.hidden.0`.
pub fn part<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(tree, |at, step| match step.parse::<usize>() {
        Ok(index) => at.get(index),
        Err(_) => at.get(step),
    })
}

/// What conditions ask of a set-up: it as a tree, without the text of the reader's own lesson.
pub fn tree(setup: &Setup) -> Value {
    let mut setup = setup.clone();
    setup.lesson.own = Default::default();
    serde_json::to_value(setup).unwrap_or_default()
}

/// Facts of a set-up, given its [`tree`], and all others. The tree is made once for all conditions
/// of a page.
pub fn of<'a>(
    tree: &'a Value,
    other: &'a dyn Fn(&str) -> Option<Value>,
) -> impl Fn(&str) -> Option<Value> + 'a {
    move |name| match name.strip_prefix("setup.") {
        Some(path) => part(tree, path).cloned(),
        None => other(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_of_a_set_up_come_from_one_tree() {
        let mut setup = Setup::default();
        (setup.lesson.own, setup.lesson.page) = ("x".repeat(1000).into(), 3);
        let tree = tree(&setup);
        let other = |name: &str| (name == "run.epoch").then(|| json!(7));
        let fact = of(&tree, &other);
        assert_eq!(fact("setup.net.seed"), Some(json!(42)));
        assert_eq!(
            (fact("setup.lesson.page"), fact("run.epoch")),
            (Some(json!(3)), Some(json!(7)))
        );
        assert_eq!((fact("setup.lesson.own"), fact("run.loss")), (Some(json!("")), None));
    }

    /// As it was told limit by limit, each in a set-up of its own.
    #[test]
    fn conditions_hold_or_not_and_of_what_is_unknown_none_does() {
        let fact = |name: &str| match name {
            "run.epoch" => Some(json!(30)),
            "run.diverged" => Some(json!(true)),
            _ => None,
        };
        let holds =
            |condition: Value| crate::json::of::<Condition>(condition).unwrap().holds(&fact);
        assert!(holds(json!({ "fact": "run.epoch", "at_least": 30, "at_most": 30.0 })));
        assert!(holds(json!({ "fact": "run.epoch", "is": 30.0 })));
        assert!(!holds(json!({ "fact": "run.epoch", "at_least": 31 })));
        assert!(holds(json!({ "fact": "run.diverged", "is": true })));
        assert!(!holds(json!({ "fact": "run.diverged", "at_least": 0 })));
        assert!(!holds(json!({ "fact": "run.valid_loss", "at_least": 0 })));
    }
}
