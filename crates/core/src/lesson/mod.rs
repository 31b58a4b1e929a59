//! Lessons: data, not code. A page sets the state up, says something, points at a control and waits
//! for a goal.
//!
//! A lesson is a JSON file; those that come with the page lie in `web/lessons`. Texts are objects:
//! language → text.
//!
//! | field | what it is |
//! |---|---|
//! | `title`, `minutes`, `sources` | what it is about, how long it takes, whom it follows |
//! | `level` | one of [`LEVELS`] |
//! | `aims`, `before` | what the learner will do and know after it, and what one must know before |
//! | `curious`, `elsewhere` | said at the end: for whoever wants more; `tool` and `code`, what to type there for the same |
//! | `pages` | one after the other |
//! | `pages[].state` | the set-up when the page opens, as the part of a link after `#`; absent: it stays as it is |
//! | `pages[].text`, `.formula` | what is said; a formula, as [`crate::lesson::formula`] reads it |
//! | `pages[].notes` | for the teacher, in the notes' window of presenter mode |
//! | `pages[].predict`, `.choices` | what the learner is to say beforehand, and what can be chosen; once the goal is met, what is right is told |
//! | `pages[].point` | the id of the control that is pointed at |
//! | `pages[].goal` | conditions that all must hold before it goes on; absent: it goes on at once |
//! | `pages[].done` | said once the goal is met |
//! | `pages[].hints` | the first whose `when` holds is shown until the goal is met |
//! | `pages[].question`, `.answers` | asked once the goal is met, and never in the way; an answer without `why` is right, the others say why they are wrong |
//! | `pages[].lock` | parts of the set-up (`net`, `data.name`) that can't be changed on this page |
//! | `pages[].hide` | what is not shown on it: panels (`footer`), or single controls by their ids |
//!
//! A condition names a fact of [`FACTS`], or `setup.` and a path into the set-up, and one of `is`,
//! `at_least`, `at_most`.

pub mod address;
pub mod controls;
pub mod form;
pub mod formula;
pub mod hidden;
pub mod mistakes;
pub mod progress;
pub mod rules;
pub mod terms;

use self::form::{FormError, Problem, brief};
use crate::link::{self, LinkError};
use crate::setup::PARAMETERS;
use crate::setup::Setup;
use crate::setup::check::{MAX_LESSON_LENGTH, MAX_RULES};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Language → text.
pub type Text = BTreeMap<String, String>;

/// What a condition can ask of the page. A fact that is not known (a loss before the first epoch)
/// meets no condition.
pub const FACTS: &[&str] = &[
    "run.epoch",
    "run.train_loss",
    "run.valid_loss",
    "run.diverged",
    "run.limit",
    "map.finished",
    "map.epoch",
    "map.zooms",
    "map.marked",
    "search.done",
    "search.shown",
    "search.best",
    "search.epochs",
    "population.best",
    "race.trials",
    "race.leader",
    "race.you.trials",
    "race.you.best",
    "race.you.beaten",
];

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    pub title: Text,
    pub minutes: u32,
    #[serde(default)]
    pub level: String,
    #[serde(default)]
    pub aims: Text,
    #[serde(default)]
    pub before: Text,
    #[serde(default)]
    pub curious: Text,
    #[serde(default)]
    pub elsewhere: Vec<Elsewhere>,
    #[serde(default)]
    pub sources: String,
    pub pages: Vec<Page>,
}

/// What to type in another tool for what the lesson does.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    pub tool: String,
    pub code: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    #[serde(default)]
    pub state: Option<String>,
    pub text: Text,
    #[serde(default)]
    pub notes: Text,
    #[serde(default)]
    pub formula: String,
    #[serde(default)]
    pub predict: Text,
    #[serde(default)]
    pub choices: Vec<Answer>,
    #[serde(default)]
    pub point: Option<String>,
    #[serde(default)]
    pub goal: Vec<Condition>,
    #[serde(default)]
    pub done: Text,
    #[serde(default)]
    pub hints: Vec<Hint>,
    #[serde(default)]
    pub question: Text,
    #[serde(default)]
    pub answers: Vec<Answer>,
    #[serde(default)]
    pub lock: Vec<String>,
    #[serde(default)]
    pub hide: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    #[serde(default)]
    pub when: Vec<Condition>,
    pub text: Text,
}

/// One of the answers to a question, or of the choices of a prediction.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub text: Text,
    /// Why it is wrong; nothing for the one that is right.
    #[serde(default)]
    pub why: Text,
}

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

/// What is wrong with a lesson. Pages count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonError {
    /// No lesson in JSON.
    Form(FormError),
    /// No page.
    Empty,
    /// A page whose state can't be.
    State { page: usize, error: LinkError },
    /// A condition about nothing that the page knows.
    Fact { page: usize, fact: String },
    /// A condition that asks nothing.
    Condition { page: usize, fact: String },
    /// A lock on nothing that a set-up has.
    Lock { page: usize, key: String },
    /// What is to be hidden is nothing that can be.
    Hide { page: usize, id: String },
    /// A level that there is not.
    Level { given: String },
    /// A question without two to four answers of which one is right, or answers without a question.
    Answers { page: usize, list: &'static str },
    /// More bytes than a lesson may have.
    Long { given: usize, limit: usize },
    /// More pages than a lesson may have.
    Pages { given: usize, limit: usize },
    /// More entries of one of a page's lists than there may be.
    Many { page: usize, list: &'static str, limit: usize },
}

/// Levels of lessons, from the first steps on.
pub const LEVELS: [&str; 3] = ["first", "course", "advanced"];

/// Pages of a lesson at most.
pub const MAX_PAGES: usize = 60;

/// Conditions of a goal or a hint, and hints, of a page at most.
pub const MAX_CONDITIONS: usize = 20;

/// Reads a lesson and checks that its pages can be.
pub fn read(json: &str) -> Result<Lesson, LessonError> {
    if json.len() > MAX_LESSON_LENGTH {
        return Err(LessonError::Long { given: json.len(), limit: MAX_LESSON_LENGTH });
    }
    let tree = form::read(json).map_err(LessonError::Form)?;
    let odd = |_| LessonError::Form(FormError { line: 1, column: 1, problem: Problem::Json });
    let lesson: Lesson = crate::json::of(tree).map_err(odd)?;
    if lesson.pages.is_empty() {
        return Err(LessonError::Empty);
    }
    if lesson.pages.len() > MAX_PAGES {
        return Err(LessonError::Pages { given: lesson.pages.len(), limit: MAX_PAGES });
    }
    if !lesson.level.is_empty() && !LEVELS.contains(&lesson.level.as_str()) {
        return Err(LessonError::Level { given: brief(&lesson.level) });
    }
    let known = serde_json::to_value(Setup::default()).unwrap_or_default();
    for (i, sheet) in lesson.pages.iter().enumerate() {
        let page = i + 1;
        let when = sheet.hints.iter().map(|hint| hint.when.len()).max().unwrap_or(0);
        for (list, given, limit) in [
            ("goal", sheet.goal.len(), MAX_CONDITIONS),
            ("hints", sheet.hints.len(), MAX_CONDITIONS),
            ("when", when, MAX_CONDITIONS),
            ("lock", sheet.lock.len(), MAX_RULES),
            ("hide", sheet.hide.len(), MAX_RULES),
        ] {
            if given > limit {
                return Err(LessonError::Many { page, list, limit });
            }
        }
        for (list, asked, answers) in [
            ("choices", &sheet.predict, &sheet.choices),
            ("answers", &sheet.question, &sheet.answers),
        ] {
            if !can_be_asked(asked, answers) {
                return Err(LessonError::Answers { page, list });
            }
        }
        if let Some(state) = &sheet.state {
            link::read(state).map_err(|error| LessonError::State { page, error })?;
        }
        for condition in sheet.goal.iter().chain(sheet.hints.iter().flat_map(|h| &h.when)) {
            let fact = brief(&condition.fact);
            let of_setup =
                fact.strip_prefix("setup.").is_some_and(|path| part(&known, path).is_some());
            if !of_setup && !FACTS.contains(&fact.as_str()) {
                return Err(LessonError::Fact { page, fact });
            }
            if condition.is.is_none() && condition.at_least.is_none() && condition.at_most.is_none()
            {
                return Err(LessonError::Condition { page, fact });
            }
        }
        if let Some(key) = sheet.lock.iter().find(|key| part(&known, key).is_none()) {
            return Err(LessonError::Lock { page, key: brief(key) });
        }
        if let Some(id) = sheet.hide.iter().find(|id| !hidden::can_be(id)) {
            return Err(LessonError::Hide { page, id: brief(id) });
        }
    }
    Ok(lesson)
}

/// Whether a question has two to four answers, one of them right; or is none, without answers.
fn can_be_asked(question: &Text, answers: &[Answer]) -> bool {
    let right = answers.iter().filter(|answer| answer.why.is_empty()).count();
    match question.is_empty() {
        true => answers.is_empty(),
        false => (2..=4).contains(&answers.len()) && right == 1,
    }
}

/// The part of a set-up's tree at a path like `net.hidden.0`.
pub fn part<'a>(tree: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(tree, |at, step| match step.parse::<usize>() {
        Ok(index) => at.get(index),
        Err(_) => at.get(step),
    })
}

impl Condition {
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

/// What conditions ask of a set-up: it as a tree, without the text of the reader's own lesson.
pub fn tree(setup: &Setup) -> Value {
    let mut setup = setup.clone();
    setup.lesson.own = Default::default();
    serde_json::to_value(setup).unwrap_or_default()
}

/// Facts of a set-up, given its [`tree`], and all others. The tree is made once for all conditions
/// of a page.
pub fn facts<'a>(
    tree: &'a Value,
    other: &'a dyn Fn(&str) -> Option<Value>,
) -> impl Fn(&str) -> Option<Value> + 'a {
    move |name| match name.strip_prefix("setup.") {
        Some(path) => part(tree, path).cloned(),
        None => other(name),
    }
}

impl Page {
    pub fn met(&self, fact: &dyn Fn(&str) -> Option<Value>) -> bool {
        self.goal.iter().all(|condition| condition.holds(fact))
    }

    /// The hint for what is the case now.
    pub fn hint(&self, fact: &dyn Fn(&str) -> Option<Value>) -> Option<&Text> {
        let fits = |hint: &&Hint| hint.when.iter().all(|condition| condition.holds(fact));
        self.hints.iter().find(fits).map(|hint| &hint.text)
    }
}

/// The text in a language, or in English.
pub fn say<'a>(text: &'a Text, language: &str) -> &'a str {
    text.get(language).or_else(|| text.get("en")).map_or("", String::as_str)
}

/// Whether a part of a set-up is one of these, or lies beneath one.
pub fn holds(keys: &[String], part: &str) -> bool {
    let beneath = |rest: &str| rest.is_empty() || rest.starts_with('.');
    keys.iter().any(|key| part.strip_prefix(key.as_str()).is_some_and(beneath))
}

/// Parts that are locked, and the search of what lies in them: a value that is searched is none
/// that stays.
pub fn with_searched(keys: &[String]) -> Vec<String> {
    let searched =
        PARAMETERS.iter().filter(|p| holds(keys, p.key)).map(|p| ["space.", p.name].concat());
    keys.iter().cloned().chain(searched).collect()
}

/// The new set-up with the locked parts as they were, and every limited number in its range.
/// Nothing else can change them.
pub fn locked(old: &Setup, new: Setup, keys: &[String]) -> Setup {
    let limits = &old.lesson.limit;
    if keys.is_empty() && limits.is_empty() {
        return new;
    }
    let (Ok(before), Ok(mut after)) = (serde_json::to_value(old), serde_json::to_value(&new))
    else {
        return new;
    };
    for limit in limits {
        for (path, kept) in confined(limit, &before, &after) {
            if let Some(place) = after.pointer_mut(&path) {
                *place = kept;
            }
        }
    }
    for key in with_searched(keys) {
        if let (Some(place), Some(was)) = (after.pointer_mut(&pointer(&key)), part(&before, &key)) {
            *place = was.clone();
        }
    }
    // Where what is locked does not go with what is new, nothing changes.
    crate::json::of(after).unwrap_or_else(|_| old.clone())
}

fn pointer(key: &str) -> String {
    ["/", &key.replace('.', "/")].concat()
}

/// What of a set-up's tree a limit would change, by pointers into it.
fn confined(limit: &(String, f64, f64), before: &Value, after: &Value) -> Vec<(String, Value)> {
    let (key, low, high) = (&limit.0, limit.1, limit.2);
    let mut changes = Vec::new();
    let mut change = |path: String, was: &Value, kept: Value| {
        if kept != *was {
            changes.push((path, kept));
        }
    };
    let ends = |list: &[Value]| {
        let mut list = list.to_vec();
        confine_ends(&mut list, low, high);
        Value::Array(list)
    };
    // Nor is a limited number searched beyond its range, unless it was from the beginning.
    for p in PARAMETERS.iter().filter(|p| p.key == key) {
        let now = &after["space"][p.name];
        if let (Value::Array(list), true) = (now, before["space"][p.name] != *now) {
            change(["/space/", p.name].concat(), now, ends(list));
        }
    }
    let path = pointer(key);
    match after.pointer(&path) {
        // Of a searched range its ends; the scale and the step stay.
        Some(now @ Value::Array(list)) if key.starts_with("space.") => {
            change(path, now, ends(list))
        }
        Some(now) => {
            let mut kept = now.clone();
            confine(&mut kept, low, high);
            change(path, now, kept);
        }
        None => {}
    }
    changes
}

/// The limit that a change goes beyond, where the number was within it before.
pub fn beyond<'a>(old: &'a Setup, new: &Setup) -> Option<&'a (String, f64, f64)> {
    if old.lesson.limit.is_empty() {
        return None;
    }
    // Once for all limits: a set-up may hold a whole lesson.
    let (before, after) = (tree(old), tree(new));
    let kept = |limit, tree: &Value| confined(limit, &before, tree).is_empty();
    old.lesson.limit.iter().find(|limit| kept(*limit, &before) && !kept(*limit, &after))
}

/// A set-up with the numbers that it limits in their ranges; as it is where there can be none such.
pub fn limited(setup: Setup) -> Setup {
    let within = locked(&setup, setup.clone(), &[]);
    if within.check().is_ok() { within } else { setup }
}

/// Puts a number, or every number of a list, into a range; a whole one stays whole, and where the
/// range has no whole number it becomes the next one above.
fn confine(value: &mut Value, low: f64, high: f64) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|value| confine(value, low, high)),
        Value::Number(number) => {
            let known = number.as_f64().unwrap_or(low);
            let real = number.is_f64();
            let (low, high) = if real { (low, high) } else { (low.ceil(), high.floor()) };
            let kept = known.min(high).max(low);
            if kept != known {
                *value = if real { kept.into() } else { (kept as u64).into() };
            }
        }
        _ => {}
    }
}

/// Puts the ends of a searched range into another range; where it lies outside, it becomes that
/// one.
fn confine_ends(list: &mut [Value], low: f64, high: f64) {
    let rises =
        |list: &[Value]| list.first().and_then(Value::as_f64) < list.get(1).and_then(Value::as_f64);
    let rose = rises(list);
    list.iter_mut().take(2).for_each(|end| confine(end, low, high));
    if rose && !rises(list) {
        (list[0], list[1]) = (low.into(), high.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::NetSetup;
    use serde_json::json;

    fn lesson(page: Value) -> Result<Lesson, LessonError> {
        read(&json!({ "title": { "en": "A" }, "minutes": 5, "pages": [page] }).to_string())
    }

    #[test]
    fn a_page_that_can_not_be_is_refused_with_what_is_wrong() {
        let text = json!({ "en": "Look." });
        assert!(lesson(json!({ "text": text })).is_ok());
        assert!(matches!(
            lesson(json!({ "text": text, "state": "v=1&net.seed=x" })),
            Err(LessonError::State { page: 1, .. })
        ));
        let goal = |condition: Value| lesson(json!({ "text": text, "goal": [condition] }));
        assert!(goal(json!({ "fact": "setup.net.seed", "is": 3 })).is_ok());
        assert!(matches!(
            goal(json!({ "fact": "run.colour", "is": 3 })),
            Err(LessonError::Fact { .. })
        ));
        assert!(matches!(
            goal(json!({ "fact": "setup.net.colour", "is": 3 })),
            Err(LessonError::Fact { .. })
        ));
        assert!(matches!(goal(json!({ "fact": "run.epoch" })), Err(LessonError::Condition { .. })));
        assert!(matches!(
            goal(json!({ "fact": "run.epoch", "more": 3 })),
            Err(LessonError::Form(_))
        ));
        assert!(matches!(
            lesson(json!({ "text": text, "lock": ["colour"] })),
            Err(LessonError::Lock { .. })
        ));
        assert!(lesson(json!({ "text": text, "hide": ["footer", "pace", "noise"] })).is_ok());
        for id in ["app", "lesson", "lesson-leave", "foter"] {
            let hidden = lesson(json!({ "text": text, "hide": ["footer", id] }));
            assert_eq!(hidden, Err(LessonError::Hide { page: 1, id: id.into() }));
        }
        let long = lesson(json!({ "text": text, "lock": ["é".repeat(50_000)] }));
        assert_eq!(long, Err(LessonError::Lock { page: 1, key: "é".repeat(40) }));
        assert!(matches!(read("{"), Err(LessonError::Form(_))));
        assert_eq!(read(r#"{"title":{},"minutes":1,"pages":[]}"#), Err(LessonError::Empty));
    }

    #[test]
    fn a_question_has_two_to_four_answers_and_one_is_right() {
        let (asks, right) = (json!({ "en": "?" }), json!({ "text": { "en": "a" } }));
        let wrong = json!({ "text": { "en": "b" }, "why": { "en": "c" } });
        let page = |answers: &[&Value]| {
            let page = json!({ "text": {}, "question": asks, "answers": answers });
            lesson(page).map(drop)
        };
        let refused = |list| Err(LessonError::Answers { page: 1, list });
        assert_eq!(page(&[&wrong, &right]), Ok(()));
        assert_eq!(page(&[&right, &wrong, &wrong, &wrong]), Ok(()));
        for answers in [
            &[&right][..],
            &[&right, &right],
            &[&wrong, &wrong],
            &[&right, &wrong, &wrong, &wrong, &wrong],
            &[],
        ] {
            assert_eq!(page(answers), refused("answers"));
        }
        let unasked = lesson(json!({ "text": {}, "choices": [right, wrong] }));
        assert_eq!(unasked.map(drop), refused("choices"));
    }

    #[test]
    fn a_level_is_one_of_three() {
        let of = |level: &str| {
            let text =
                json!({ "title": {}, "minutes": 5, "level": level, "pages": [{ "text": {} }] });
            read(&text.to_string()).map(drop)
        };
        LEVELS.iter().for_each(|level| assert_eq!(of(level), Ok(())));
        assert_eq!(of("expert"), Err(LessonError::Level { given: "expert".into() }));
    }

    /// 45,000 conditions in 2 MB, as a link of 7,000 letters can bring them, and what lies just
    /// beyond each bound.
    #[test]
    fn lessons_have_ends() {
        let text = json!({ "en": "x" });
        let holds = json!({ "fact": "setup.net.seed", "at_least": 0 });
        let long = lesson(json!({ "text": text, "goal": vec![holds.clone(); 45_000] }));
        assert!(
            matches!(long, Err(LessonError::Long { limit: MAX_LESSON_LENGTH, .. })),
            "{long:?}"
        );
        let goal =
            |count: usize| lesson(json!({ "text": text, "goal": vec![holds.clone(); count] }));
        assert!(goal(MAX_CONDITIONS).is_ok());
        let many = |list| Err(LessonError::Many { page: 1, list, limit: MAX_CONDITIONS });
        assert_eq!(goal(MAX_CONDITIONS + 1), many("goal"));
        let hint = json!({ "text": text, "when": [holds] });
        assert_eq!(lesson(json!({ "text": text, "hints": vec![hint; 21] })), many("hints"));
        let hint = json!({ "text": text, "when": vec![holds; 21] });
        assert_eq!(lesson(json!({ "text": text, "hints": [hint] })), many("when"));
        let locks = lesson(json!({ "text": text, "lock": vec!["net"; MAX_RULES + 1] }));
        assert!(matches!(locks, Err(LessonError::Many { list: "lock", .. })));
        let pages = |count: usize| {
            let pages = vec![json!({ "text": text }); count];
            read(&json!({ "title": text, "minutes": 5, "pages": pages }).to_string())
        };
        assert!(pages(MAX_PAGES).is_ok());
        assert_eq!(pages(61), Err(LessonError::Pages { given: 61, limit: MAX_PAGES }));
    }

    #[test]
    fn facts_of_a_set_up_come_from_one_tree() {
        let mut setup = Setup::default();
        (setup.lesson.own, setup.lesson.page) = ("x".repeat(1000).into(), 3);
        let tree = tree(&setup);
        let other = |name: &str| (name == "run.epoch").then(|| json!(7));
        let fact = facts(&tree, &other);
        assert_eq!(fact("setup.net.seed"), Some(json!(42)));
        assert_eq!(
            (fact("setup.lesson.page"), fact("run.epoch")),
            (Some(json!(3)), Some(json!(7)))
        );
        assert_eq!((fact("setup.lesson.own"), fact("run.loss")), (Some(json!("")), None));
    }

    /// As it was told limit by limit, each in a set-up of its own.
    #[test]
    fn the_limit_that_a_change_goes_beyond_is_the_first_that_would_change_it() {
        let mut old = Setup::default();
        old.lesson.limit = vec![
            ("training.epochs".into(), 10.0, 200.0),
            ("run.momentum".into(), 0.0, 0.5),
            ("net.hidden".into(), 1.0, 8.0),
            ("space.learning_rate".into(), 0.01, 1.0),
        ];
        let by_hand = |new: &Setup| {
            let kept = |limit: &(String, f64, f64), setup: &Setup| {
                let mut one = old.clone();
                one.lesson.limit = vec![limit.clone()];
                locked(&one, setup.clone(), &[]) == *setup
            };
            old.lesson.limit.iter().find(|limit| kept(limit, &old) && !kept(limit, new))
        };
        let changed = |change: &dyn Fn(&mut Setup)| {
            let mut new = old.clone();
            change(&mut new);
            assert_eq!(beyond(&old, &new), by_hand(&new));
            beyond(&old, &new).map(|limit| limit.0.as_str())
        };
        assert_eq!(changed(&|s| s.training.epochs = 201), Some("training.epochs"));
        assert_eq!(changed(&|s| s.training.epochs = 200), None);
        assert_eq!(changed(&|s| s.run.momentum = 0.8), None, "it was beyond it before");
        assert_eq!(changed(&|s| s.net.hidden = vec![8, 9]), Some("net.hidden"));
        let range = |low, high| {
            let scale = crate::space::Scale::Log;
            Some(crate::setup::space::Range::Numbers { low, high, scale, step: 0.0 })
        };
        changed(&|s| s.space.set("learning_rate", range(0.1, 2.0)));
        changed(&|s| s.space.set("learning_rate", range(0.1, 0.5)));
        changed(&|s| s.space.set("momentum", None));
    }

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

    #[test]
    fn what_is_locked_stays_whatever_is_asked() {
        let old = Setup::default();
        let mut new = old.clone();
        (new.net.hidden, new.net.seed, new.data.name) = (vec![3], 7, "moons".into());
        assert_eq!(locked(&old, new.clone(), &[]), new);
        let kept = locked(&old, new.clone(), &["net".into(), "data.noise".into()]);
        assert_eq!((&kept.net, &kept.data.name), (&old.net, &new.data.name));
        assert_eq!(locked(&old, new.clone(), &["colour".into()]), new);
        // What is locked is not searched either, and goes on being searched where it was.
        for (name, range) in
            [("batch", "[8,64]"), ("layers", "[1,3]"), ("rule", "[%22sgd%22,%22adam%22]")]
        {
            let asked =
                link::read(&format!("v=1&space.{name}={range}&space.momentum=null")).unwrap();
            assert!(asked.space.get(name).is_some());
            let kept = locked(
                &old,
                asked.clone(),
                &["net".into(), "training".into(), "run.momentum".into()],
            );
            assert_eq!(kept.space, old.space, "{name}");
            assert_eq!(
                locked(&asked, old.clone(), &["net".into(), "training".into()]).space.get(name),
                asked.space.get(name)
            );
        }
        new.net.hidden = vec![3, 4];
        assert_eq!(locked(&old, new, &["net.hidden.0".into()]).net.hidden, [old.net.hidden[0], 4]);
    }

    #[test]
    fn what_is_limited_stays_in_its_range() {
        let mut old = Setup::default();
        let limit = |key: &str, low, high| (key.to_string(), low, high);
        old.lesson.limit = vec![
            limit("run.learning_rate", 0.01, 0.5),
            limit("search.budget", 5.0, 9.5),
            limit("space.learning_rate", 0.1, 1.0),
            limit("net.hidden", 1.0, 4.0),
            limit("data.name", 0.0, 1.0),
        ];
        let mut new = old.clone();
        (new.run.learning_rate, new.search.budget, new.net.hidden) = (9.0, 50, vec![3, 16]);
        let kept = locked(&old, new.clone(), &[]);
        assert_eq!(
            (kept.run.learning_rate, kept.search.budget, &kept.net.hidden),
            (0.5, 9, &vec![3, 4])
        );
        assert_eq!(serde_json::to_value(&kept.space).unwrap()["learning_rate"], json!([0.1, 1.0]));
        assert_eq!(kept.data, new.data);
        (new.run.learning_rate, new.search.budget) = (0.25, 7);
        let kept = locked(&old, new, &[]);
        assert_eq!((kept.run.learning_rate, kept.search.budget), (0.25, 7));
        // They go with the link.
        assert_eq!(link::read(&link::write(&kept)), Ok(kept));
        // It is said which number would be beyond, and the search does not go beyond either.
        let beyond =
            |link: &str| beyond(&old, &link::read(link).unwrap()).map(|limit| limit.0.clone());
        assert_eq!(beyond("v=1&run.learning_rate=0.2&search.budget=9&net.hidden=[4]"), None);
        assert_eq!(
            beyond("v=1&run.learning_rate=9&search.budget=9&net.hidden=[4]"),
            Some("run.learning_rate".into())
        );
        let mut old = Setup::default();
        old.lesson.limit = vec![limit("training.batch", 8.0, 32.0)];
        let asked = link::read("v=1&space.batch=[1,256]").unwrap();
        let kept = locked(&old, asked, &[]);
        assert_eq!(
            serde_json::to_value(&kept.space).unwrap()["batch"].as_array().unwrap()[..2],
            [json!(8.0), json!(32.0)]
        );
        // A range wholly outside becomes the one that it is kept in; so does the usual one of what
        // is newly searched.
        for key in ["training.batch", "space.batch"] {
            for (low, high, asked) in
                [(8.0, 32.0, "64,256"), (300.0, 400.0, "64,256"), (2.0, 4.0, "8,256")]
            {
                let mut old = Setup::default();
                old.lesson.limit = vec![limit(key, low, high)];
                let asked = link::read(&format!("v=1&space.batch=[{asked}]")).unwrap();
                let kept = locked(&old, asked, &[]);
                assert_eq!(
                    serde_json::to_value(&kept.space).unwrap()["batch"],
                    json!([low, high]),
                    "{key}"
                );
                assert_eq!(kept.check(), Ok(()));
            }
        }
        // Whole numbers lie inside, too, where there are any.
        for (low, high, given, kept) in
            [(1.5, 3.0, 1, 2_usize), (1.5, 3.9, 9, 3), (0.5, 0.9, 5, 1), (2.0, 5.0, 4, 4)]
        {
            let mut old = Setup::default();
            old.lesson.limit = vec![limit("net.hidden", low, high)];
            let new =
                Setup { net: NetSetup { hidden: vec![given], ..old.net.clone() }, ..old.clone() };
            assert_eq!(locked(&old, new, &[]).net.hidden, [kept], "{given} in {low} to {high}");
        }
    }

    #[test]
    fn a_link_opens_within_its_own_limits() {
        let read = |link: &str| limited(link::read(link).unwrap());
        let opened =
            read("v=1&run.learning_rate=9&lesson.limit=[[%22run.learning_rate%22,0.01,0.5]]");
        assert_eq!(opened.run.learning_rate, 0.5);
        // No momentum lies there.
        let opened = read("v=1&run.momentum=0.5&lesson.limit=[[%22run.momentum%22,2,3]]");
        assert_eq!(opened.run.momentum, 0.5);
        // Of a searched range the ends are kept in; its step stays.
        let stepped = "space.momentum=[0,0.9,%22linear%22,0.1]";
        let opened = read(&format!("v=1&{stepped}&lesson.limit=[[%22space.momentum%22,0.5,0.9]]"));
        assert_eq!(
            link::write(&opened).split('&').nth(1),
            Some("space.momentum=[0.5,0.9,%22linear%22,0.1]")
        );
    }
}
