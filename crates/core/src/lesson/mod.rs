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
//! | `pages[].goal` | conditions that all must hold before it goes on; absent: it goes on at once. What it needs stays free ([`needs`]), whatever a link locks, limits or hides |
//! | `pages[].done` | said once the goal is met |
//! | `pages[].hints` | the first whose `when` holds is shown until the goal is met; its `point` is the control that it speaks of, absent: the page's; what plays or can't play is not framed |
//! | `pages[].question`, `.answers` | asked once the goal is met, and never in the way; an answer without `why` is right, the others say why they are wrong |
//! | `pages[].lock` | parts of the set-up (`net`, `data.name`) that can't be changed on this page |
//! | `pages[].hide` | what is not shown on it: panels (`footer`), or single controls by their ids |
//! | `pages[].show` | what it needs of what the simple page leaves out ([`crate::setup::Detail`]), the rest of which is hidden, and the panel of data where the page locks `data` as a whole and does not need `data-rest`; absent: all is shown |
//!
//! A condition names a fact of [`facts::FACTS`], or `setup.` and a path into the set-up, and one of `is`,
//! `at_least`, `at_most`.

pub mod address;
pub mod code;
pub mod controls;
pub mod encoding;
pub mod facts;
pub mod form;
pub mod formula;
pub mod hidden;
pub mod locks;
pub mod mistakes;
pub mod needs;
pub mod progress;
pub mod rules;
pub mod symbols;
pub mod terms;

use self::facts::{Condition, FACTS, part};
use self::form::{FormError, Problem, brief};
use crate::link::{self, LinkError};
use crate::setup::check::{MAX_LESSON_LENGTH, MAX_RULES};
use crate::setup::{Detail, Setup};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Language → text.
pub type Text = BTreeMap<String, String>;

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
    #[serde(default)]
    pub show: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    #[serde(default)]
    pub when: Vec<Condition>,
    pub text: Text,
    /// The id of the control that it speaks of; absent: the page's.
    #[serde(default)]
    pub point: Option<String>,
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

/// What is wrong with a lesson. Pages count from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum LessonError {
    /// No lesson in JSON.
    Form(FormError),
    /// Neither UTF-8 nor UTF-16.
    Encoding,
    /// No page.
    Empty,
    /// A page that says nothing in any language.
    Silent { page: usize },
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
    /// What is to be shown is nothing that the simple page leaves out.
    Show { page: usize, id: String },
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

/// The name of the reader's own table among the data sets.
const OWN_TABLE: &str = "csv";

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
            ("show", sheet.show.as_ref().map_or(0, Vec::len), MAX_RULES),
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
        if sheet.is_silent() {
            return Err(LessonError::Silent { page });
        }
        if let Some(state) = &sheet.state {
            let setup = link::read(state).map_err(|error| LessonError::State { page, error })?;
            // No lesson brings a table along; one may have asked for it on a page before.
            if setup.data.name == OWN_TABLE && !asks_for_a_table(&lesson.pages[..i]) {
                let error =
                    LinkError::Value { key: "data.name".into(), value: OWN_TABLE.to_owned() };
                return Err(LessonError::State { page, error });
            }
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
        if let Some(id) = sheet.hide.iter().find(|id| !hidden::can_be_named(id)) {
            return Err(LessonError::Hide { page, id: brief(id) });
        }
        let shown = sheet.show.iter().flatten();
        if let Some(id) = shown.into_iter().find(|id| !Detail::Simple.leaves_out(id)) {
            return Err(LessonError::Show { page, id: brief(id) });
        }
    }
    Ok(lesson)
}

/// Whether one of these pages goes on only with the reader's own table.
fn asks_for_a_table(pages: &[Page]) -> bool {
    let table = |condition: &Condition| {
        condition.fact == "setup.data.name"
            && condition.is.as_ref().is_some_and(|name| name == OWN_TABLE)
    };
    pages.iter().any(|page| page.goal.iter().any(table))
}

/// Whether a question has two to four answers, one of them right; or is none, without answers.
fn can_be_asked(question: &Text, answers: &[Answer]) -> bool {
    let right = answers.iter().filter(|answer| answer.why.is_empty()).count();
    match question.is_empty() {
        true => answers.is_empty(),
        false => (2..=4).contains(&answers.len()) && right == 1,
    }
}

impl Lesson {
    /// The data sets that its pages are about.
    pub fn data(&self) -> impl Iterator<Item = String> {
        let states = self.pages.iter().filter_map(|page| page.state.as_deref());
        states.filter_map(|state| Some(link::read(state).ok()?.data.name))
    }

    /// The page that a lesson is gone on with at, which was left at this one: the one itself, or the
    /// page that it builds on.
    pub fn resumed_at(&self, left: usize) -> usize {
        let begun = self.pages.iter().take(left + 1).rposition(|page| page.state.is_some());
        begun.unwrap_or(0)
    }
}

impl Page {
    /// Whether nothing is said on it: no text, no formula, and nothing asked.
    fn is_silent(&self) -> bool {
        let mut texts = [&self.text, &self.predict, &self.question].into_iter().flatten();
        texts.all(|(_, text)| text.trim().is_empty()) && self.formula.trim().is_empty()
    }

    pub fn met(&self, fact: &dyn Fn(&str) -> Option<Value>) -> bool {
        self.goal.iter().all(|condition| condition.holds(fact))
    }

    /// The hint for what is the case now.
    pub fn hint(&self, fact: &dyn Fn(&str) -> Option<Value>) -> Option<&Hint> {
        self.hints.iter().find(|hint| hint.when.iter().all(|condition| condition.holds(fact)))
    }
}

/// The text in a language, as it is spoken anywhere; or in English, or else in any language that
/// there is.
pub fn say<'a>(text: &'a Text, language: &str) -> &'a str {
    let spoken = |tag: &'a str| tag.split(['-', '_']).next();
    let near = || {
        let own = language.split('-').next();
        text.iter().find(|(tag, _)| spoken(tag) == own).map(|(_, text)| text)
    };
    let said = |text: &&String| !text.trim().is_empty();
    let exact = text.get(language).filter(said);
    let found = exact.or_else(|| near().filter(said));
    let found = found.or_else(|| text.get("en").filter(said));
    found.or_else(|| text.values().find(said)).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
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
            lesson(json!({ "text": text, "show": ["training", "play"] })),
            Err(LessonError::Show { page: 1, id }) if id == "play"
        ));
        assert!(matches!(
            lesson(json!({ "text": text, "lock": ["colour"] })),
            Err(LessonError::Lock { .. })
        ));
        assert!(lesson(json!({ "text": text, "hide": ["footer", "pace", "noise"] })).is_ok());
        // It could be hidden once.
        assert!(lesson(json!({ "text": text, "hide": ["language"] })).is_ok());
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
        let unasked = lesson(json!({ "text": { "en": "x" }, "choices": [right, wrong] }));
        assert_eq!(unasked.map(drop), refused("choices"));
    }

    #[test]
    fn a_level_is_one_of_three() {
        let of = |level: &str| {
            let pages = json!([{ "text": { "en": "x" } }]);
            let text = json!({ "title": {}, "minutes": 5, "level": level, "pages": pages });
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
    fn a_text_is_shown_in_whatever_language_there_is() {
        let text = |texts: Value| crate::json::of::<Text>(texts).unwrap();
        let both = text(json!({ "en": "Look", "zh-CN": "看" }));
        assert_eq!((say(&both, "en"), say(&both, "zh-CN")), ("Look", "看"));
        assert_eq!(say(&text(json!({ "de": "Schau" })), "zh-CN"), "Schau");
        assert_eq!(say(&text(json!({ "en": "Look", "zh": "看" })), "zh-CN"), "看");
        assert_eq!(say(&text(json!({ "en": "Look", "zh-CN": " " })), "zh-CN"), "Look");
        assert_eq!(say(&text(json!({})), "en"), "");
        // Where nothing is said at all, a page is none.
        for text in [json!({}), json!({ "en": " " })] {
            assert_eq!(lesson(json!({ "text": text })), Err(LessonError::Silent { page: 1 }));
        }
        assert!(lesson(json!({ "text": {}, "formula": "x" })).is_ok());
    }

    #[test]
    fn a_page_is_of_the_readers_table_only_after_it_was_asked_for() {
        let text = json!({ "en": "x" });
        let goal = json!([{ "fact": "setup.data.name", "is": "csv" }]);
        let table = json!({ "text": text, "state": "v=2&data.name=csv" });
        let refused = lesson(table.clone());
        assert!(matches!(refused, Err(LessonError::State { page: 1, .. })), "{refused:?}");
        let pages = json!([{ "text": text, "goal": goal }, table]);
        let asked = json!({ "title": text, "minutes": 5, "pages": pages });
        assert!(read(&asked.to_string()).is_ok());
    }
}
