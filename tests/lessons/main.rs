//! The lessons that come with the page are whole in both languages, and what they claim is true:
//! each test is named by a claim and trains what the page of the lesson sets up.
#![cfg(not(target_arch = "wasm32"))]

mod adam;
mod during;
mod earlier;
mod edge;
#[path = "../common/engine.rs"]
mod engine;
mod evolution;
mod folds;
mod importance;
mod luck;
mod metrics;
mod mistakes;
mod models;
mod momentum;
mod networks;
mod overfitting;
mod own;
mod races;
mod several;
mod shipped;
mod steps;
mod stopping;

use shipped::lessons;
use std::fs;
use std::path::Path;
use tunescape_core::lesson::{Page, Text};

/// What stands in all files of a folder.
fn read_all(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => read_all(&path, text),
            false => *text += &fs::read_to_string(path).expect("a source"),
        }
    }
}

#[test]
fn every_lesson_can_be_read_and_says_everything_in_both_languages() {
    let lessons = lessons();
    assert!(!lessons.is_empty());
    let mut sources = String::new();
    read_all(Path::new("src"), &mut sources);
    let whole = |name: &str, text: &Text| {
        let languages: Vec<&str> =
            text.iter().filter(|t| !t.1.trim().is_empty()).map(|t| t.0.as_str()).collect();
        assert_eq!(languages, ["en", "zh-CN"], "{name}: {text:?}");
    };
    for (name, lesson) in &lessons {
        whole(name, &lesson.title);
        [&lesson.aims, &lesson.before, &lesson.curious].iter().for_each(|text| whole(name, text));
        assert!(!lesson.level.is_empty() && !lesson.elsewhere.is_empty(), "{name}");
        let asks = |page: &Page| !page.answers.is_empty();
        assert!(lesson.pages.iter().any(asks), "{name} has no question");
        for page in &lesson.pages {
            whole(name, &page.text);
            whole(name, &page.notes);
            [&page.predict, &page.question]
                .into_iter()
                .filter(|asked| !asked.is_empty())
                .for_each(|asked| whole(name, asked));
            for answer in page.choices.iter().chain(&page.answers) {
                whole(name, &answer.text);
                if !answer.why.is_empty() {
                    whole(name, &answer.why);
                }
            }
            page.hints.iter().for_each(|hint| whole(name, &hint.text));
            // What is asked for is pointed at and told when it is done, and there is a hint for
            // whoever is lost.
            assert_eq!(page.goal.is_empty(), page.done.is_empty(), "{name}");
            assert_eq!(page.goal.is_empty(), page.point.is_none(), "{name}");
            assert!(
                page.goal.is_empty() || page.hints.last().is_some_and(|hint| hint.when.is_empty()),
                "{name}"
            );
            // A control of the page, and none that is hidden.
            let points = page.hints.iter().filter_map(|hint| hint.point.as_ref());
            for point in points.chain(&page.point) {
                assert!(sources.contains(&format!("\"{point}\"")), "{name}: {point}");
                assert!(!page.hide.contains(point), "{name}: {point}");
            }
            if !page.done.is_empty() {
                whole(name, &page.done);
            }
        }
    }
}

/// A place marked on a hidden map is a prediction, and so are one's own trials in a race.
#[test]
fn every_lesson_asks_what_the_learner_expects_and_says_so_where_it_does() {
    let marked = |page: &Page| {
        let facts = ["map.marked", "race.you.trials"];
        page.goal.iter().any(|condition| facts.contains(&condition.fact.as_str()))
    };
    let words =
        [("en", ["Say what you expect", "Predict"]), ("zh-CN", ["请先说出您的预测", "请先预测"])];
    let told = |page: &Page| {
        words.map(|(language, words)| words.iter().any(|words| page.text[language].contains(words)))
    };
    for (name, lesson) in lessons() {
        let asks = |page: &Page| !page.choices.is_empty();
        assert!(lesson.pages.iter().any(|page| asks(page) || marked(page)), "{name}");
        for page in &lesson.pages {
            assert_eq!(told(page), [asks(page); 2], "{name}: {:?}", page.text);
        }
    }
}
