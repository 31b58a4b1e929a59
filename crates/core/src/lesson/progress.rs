//! How far the reader has come in the lessons, as the browser keeps it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far one lesson was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The last page opened, from 0.
    pub page: usize,
    /// Whether it was ever taken to its end.
    pub done: bool,
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
        self.0.get(lesson).copied().unwrap_or_default()
    }

    /// Takes note of a page that is open, and whether it is the end; whether that is news.
    pub fn note(&mut self, lesson: &str, page: usize, ends: bool) -> bool {
        let before = self.of(lesson);
        let way = Way { page, done: before.done || ends };
        self.0.insert(lesson.into(), way);
        way != before
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
        assert_eq!(progress.of("momentum"), Way { page: 0, done: true });
        assert_eq!(progress.of("luck"), Way::default());
        assert_eq!(Progress::read(Some(&progress.write())), progress);
    }

    #[test]
    fn what_is_unreadable_is_nothing() {
        assert_eq!(Progress::read(Some("[1")), Progress::default());
        assert_eq!(Progress::read(Some("{\"a\":3}")), Progress::default());
    }
}
