//! How far the reader has come in the lessons, as the browser keeps it.

use super::code::Marks;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far one lesson was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The last page opened, from 0.
    pub page: usize,
    /// Whether it was ever taken to its end.
    pub done: bool,
    /// What was done on each page, as far as the learner has come.
    #[serde(default)]
    pub marks: Vec<Marks>,
}

/// By the names of lessons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress(BTreeMap<String, Way>);

impl Progress {
    /// What a browser has kept; nothing where that is not readable.
    pub fn read(text: Option<&str>) -> Self {
        Self(text.and_then(|text| crate::json::read(text).ok()).unwrap_or_default())
    }

    pub fn write(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    pub fn of(&self, lesson: &str) -> Way {
        self.0.get(lesson).cloned().unwrap_or_default()
    }

    /// Takes note of a page that is open, and whether it is the end; whether that is news.
    pub fn note(&mut self, lesson: &str, page: usize, ends: bool) -> bool {
        let before = self.of(lesson);
        let way = Way { page, done: before.done || ends, marks: before.marks.clone() };
        let news = way != before;
        self.0.insert(lesson.into(), way);
        news
    }

    /// Takes note of what is done on a page; whether that is news.
    pub fn mark(&mut self, lesson: &str, page: usize, mark: impl Fn(&mut Marks)) -> bool {
        let marks = &mut self.0.entry(lesson.into()).or_default().marks;
        if marks.len() <= page {
            marks.resize(page + 1, Marks::default());
        }
        let before = marks[page];
        mark(&mut marks[page]);
        marks[page] != before
    }

    /// Forgets what was done on the pages of a lesson, which is begun anew.
    pub fn begin(&mut self, lesson: &str) {
        if let Some(way) = self.0.get_mut(lesson) {
            way.marks.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_stays_done() {
        let mut progress = Progress::read(None);
        assert!(progress.note("momentum", 2, false) && !progress.note("momentum", 2, false));
        assert!(progress.note("momentum", 5, true) && progress.note("momentum", 0, false));
        assert_eq!(progress.of("momentum"), Way { page: 0, done: true, ..Way::default() });
        assert_eq!(progress.of("luck"), Way::default());
        assert_eq!(Progress::read(Some(&progress.write())), progress);
    }

    #[test]
    fn what_is_done_on_a_page_is_kept_until_the_lesson_is_begun_anew() {
        let mut progress = Progress::read(Some("{\"luck\":{\"page\":1,\"done\":true}}"));
        assert!(progress.mark("luck", 1, |marks| marks.met = true));
        assert!(!progress.mark("luck", 1, |marks| marks.met = true));
        let kept = Progress::read(Some(&progress.write())).of("luck");
        assert_eq!(kept.marks.iter().map(|marks| marks.met).collect::<Vec<_>>(), [false, true]);
        progress.begin("luck");
        assert_eq!(progress.of("luck"), Way { page: 1, done: true, marks: Vec::new() });
    }

    #[test]
    fn what_is_unreadable_is_nothing() {
        assert_eq!(Progress::read(Some("[1")), Progress::default());
        assert_eq!(Progress::read(Some("{\"a\":3}")), Progress::default());
    }
}
