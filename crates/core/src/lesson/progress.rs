//! How far the reader has come in the lessons, as the browser keeps it.
//!
//! What is kept is a JSON object, lesson by lesson, that other builds of the page and other tabs
//! read and write too. Each field of each lesson is therefore read by itself, and writing changes
//! only what was changed here: what this build can't read, or does not know, stays as it is.

use super::MAX_PAGES;
use super::code::Marks;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Where what is no object as a whole is kept: no lesson has no name.
const UNREADABLE: &str = "";

/// Lessons at most that are taken in from outside: several times those that there are.
const MAX_LESSONS: usize = 200;

/// How far one lesson was taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The last page opened, from 0.
    pub page: usize,
    /// Whether it was ever taken to its end.
    pub done: bool,
    /// What was done on each page, as far as the learner has come.
    pub marks: Vec<Marks>,
}

impl Way {
    /// As far as each field can be read.
    fn read(kept: &Value) -> Self {
        let page = kept.get("page").and_then(Value::as_u64).and_then(|page| page.try_into().ok());
        let marks = kept.get("marks").and_then(Value::as_array);
        let mark = |kept: &Value| {
            let said = |field| kept.get(field).and_then(Value::as_bool);
            Marks {
                met: said("met").unwrap_or(false),
                predicted: said("predicted"),
                answered: said("answered"),
            }
        };
        Way {
            page: page.unwrap_or(0),
            done: kept.get("done").and_then(Value::as_bool).unwrap_or(false),
            marks: marks.map(|marks| marks.iter().map(mark).collect()).unwrap_or_default(),
        }
    }

    /// What two tabs know together: where each of them has done something, both have.
    fn join(&mut self, other: Way) {
        self.done |= other.done;
        let more = other.marks.len().saturating_sub(self.marks.len());
        self.marks.extend(std::iter::repeat_n(Marks::default(), more));
        for (own, other) in self.marks.iter_mut().zip(other.marks) {
            own.met |= other.met;
            own.predicted = own.predicted.or(other.predicted);
            own.answered = own.answered.or(other.answered);
        }
    }
}

/// A lesson, and what the browser has of it as far as is known here.
#[derive(Clone, Debug)]
struct Entry {
    way: Way,
    kept: Value,
}

impl Entry {
    fn read(kept: Value) -> Self {
        Entry { way: Way::read(&kept), kept }
    }

    /// What was kept, with what was changed since.
    fn write(&self) -> Value {
        let tree = |way: &Way| serde_json::to_value(way).unwrap_or_default();
        if self.kept.is_null() {
            return tree(&self.way);
        }
        let mut kept = self.kept.clone();
        change(&mut kept, &tree(&Way::read(&self.kept)), tree(&self.way));
        kept
    }
}

/// Makes the change from one tree to another in a third, which holds more than the first.
fn change(kept: &mut Value, from: &Value, to: Value) {
    if *from == to {
        return;
    }
    match (kept, to) {
        (Value::Object(kept), Value::Object(to)) => {
            for (name, to) in to {
                let from = from.get(&name).unwrap_or(&Value::Null);
                // What is not there and is nothing need not be written.
                if *from != to {
                    change(kept.entry(name).or_insert(Value::Null), from, to);
                }
            }
        }
        (Value::Array(kept), Value::Array(to)) => {
            kept.resize(to.len(), Value::Null);
            for (at, (kept, to)) in kept.iter_mut().zip(to).enumerate() {
                change(kept, from.get(at).unwrap_or(&Value::Null), to);
            }
        }
        (kept, to) => *kept = to,
    }
}

/// By the names of lessons.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    entries: BTreeMap<String, Entry>,
    /// How often it was changed.
    changes: u32,
}

impl PartialEq for Progress {
    fn eq(&self, other: &Self) -> bool {
        self.write() == other.write()
    }
}

/// What a browser has kept, lesson by lesson.
fn entries(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(entries)) => entries,
        _ => Map::from_iter([(UNREADABLE.to_owned(), text.into())]),
    }
}

impl Progress {
    /// What a browser has kept.
    pub fn read(text: Option<&str>) -> Self {
        let mut progress = Self::default();
        progress.merge(text, true);
        progress
    }

    /// Takes in what the browser has now, which another tab may have written. Of a lesson that was
    /// taken further here and there both count; `current` says whether the browser took what was
    /// last written here: if not, what it has may be older than what is known.
    pub fn merge(&mut self, text: Option<&str>, current: bool) {
        self.changes += 1;
        for (name, kept) in text.map(entries).unwrap_or_default() {
            let marks = kept.get("marks").and_then(Value::as_array).map_or(0, Vec::len);
            let full = self.entries.len() >= MAX_LESSONS && !self.entries.contains_key(&name);
            // No page writes as many.
            if full || marks > MAX_PAGES {
                continue;
            }
            let Some(own) = self.entries.get_mut(&name) else {
                self.entries.insert(name, Entry::read(kept));
                continue;
            };
            if own.kept == kept {
                continue;
            }
            let (changed, there) = (own.way != Way::read(&own.kept), Way::read(&kept));
            match current && !changed {
                true => own.way = there,
                false => own.way.join(there),
            }
            own.kept = kept;
        }
    }

    pub fn write(&self) -> String {
        let all = self.entries.iter().map(|(name, entry)| (name.clone(), entry.write()));
        Value::Object(all.collect()).to_string()
    }

    /// How often it was changed: as long as that is the same, [`Progress::write`] is, too.
    pub fn changes(&self) -> u32 {
        self.changes
    }

    /// The same, as what the browser has from now on.
    pub fn write_down(&mut self) -> String {
        self.entries.values_mut().for_each(|entry| entry.kept = entry.write());
        self.write()
    }

    pub fn of(&self, lesson: &str) -> Way {
        self.entries.get(lesson).map(|entry| entry.way.clone()).unwrap_or_default()
    }

    fn entry(&mut self, lesson: &str) -> &mut Way {
        let new = || Entry::read(Value::Null);
        self.changes += 1;
        &mut self.entries.entry(lesson.into()).or_insert_with(new).way
    }

    /// Takes note of a page that is open, and whether it is the end; whether that is news.
    pub fn note(&mut self, lesson: &str, page: usize, ends: bool) -> bool {
        let way = self.entry(lesson);
        let before = (way.page, way.done);
        (way.page, way.done) = (page, way.done || ends);
        (way.page, way.done) != before
    }

    /// Takes note of what is done on a page; whether that is news.
    pub fn mark(&mut self, lesson: &str, page: usize, mark: impl Fn(&mut Marks)) -> bool {
        let marks = &mut self.entry(lesson).marks;
        if marks.len() <= page {
            marks.resize(page + 1, Marks::default());
        }
        let before = marks[page];
        mark(&mut marks[page]);
        marks[page] != before
    }

    /// Forgets what was done on the pages of a lesson, which is begun anew.
    pub fn begin(&mut self, lesson: &str) {
        if let Some(entry) = self.entries.get_mut(lesson) {
            self.changes += 1;
            entry.way.marks.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(progress: &mut Progress) -> Value {
        serde_json::from_str(&progress.write_down()).unwrap()
    }

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
    fn what_is_unreadable_hides_nothing_else_and_is_kept_as_it_is() {
        let text = r#"{"momentum":{"page":4,"done":true,"marks":[]},"luck":{"page":1},
            "tpe":{"page":"four","done":true,"extra":5,"marks":[{"met":true,"new":[1]},7]},
            "seven":7}"#;
        let mut progress = Progress::read(Some(text));
        assert_eq!(progress.of("momentum"), Way { page: 4, done: true, marks: Vec::new() });
        assert_eq!((progress.of("luck").page, progress.of("seven")), (1, Way::default()));
        let way = progress.of("tpe");
        assert_eq!((way.done, way.marks[0].met, way.marks[1].met), (true, true, false));
        let before: Value = serde_json::from_str(text).unwrap();
        assert_eq!(ways(&mut progress), before);
        // What is done here changes that alone.
        progress.mark("tpe", 2, |marks| marks.answered = Some(true));
        let now = ways(&mut progress);
        let (old, new) = (&before["tpe"], &now["tpe"]);
        assert_eq!([&new["page"], &new["extra"]], [&old["page"], &old["extra"]]);
        assert_eq!([&new["marks"][0], &new["marks"][1]], [&old["marks"][0], &old["marks"][1]]);
        assert_eq!(new["marks"][2]["answered"], true);
        assert_eq!((&now["momentum"], &now["seven"]), (&before["momentum"], &before["seven"]));
        // What is no object at all is kept beside what comes new.
        for broken in ["[1", "[1]", "no JSON", "\u{0}"] {
            let mut progress = Progress::read(Some(broken));
            progress.note("luck", 1, false);
            let kept = ways(&mut progress);
            assert_eq!((&kept[""], &kept["luck"]["page"]), (&broken.into(), &1.into()));
        }
    }

    #[test]
    fn of_more_than_any_page_writes_nothing_is_taken_in() {
        let pages = |count| format!("{{\"page\":1,\"marks\":[{}]}}", vec!["{}"; count].join(","));
        let marked =
            |count| Progress::read(Some(&format!("{{\"luck\":{}}}", pages(count)))).of("luck");
        assert_eq!((marked(MAX_PAGES).page, marked(MAX_PAGES).marks.len()), (1, MAX_PAGES));
        assert_eq!(marked(MAX_PAGES + 1), Way::default());
        let many = (0..300).map(|n| format!("\"{n:03}\":{}", pages(1))).collect::<Vec<_>>();
        let mut progress = Progress::read(Some(&format!("{{{}}}", many.join(","))));
        assert_eq!((progress.of("199").page, progress.of("200").page), (1, 0));
        // What is known already is taken further, and so is what is done here.
        progress.merge(Some("{\"199\":{\"page\":7},\"200\":{\"page\":7}}"), true);
        progress.note("luck", 3, false);
        let far = ["199", "200", "luck"].map(|name| progress.of(name).page);
        assert_eq!(far, [7, 0, 3]);
    }

    #[test]
    fn what_is_written_stays_the_same_as_long_as_nothing_is_said_to_change() {
        let mut progress = Progress::read(Some(r#"{"luck":{"page":1,"marks":[{"met":true}]}}"#));
        let changes: [&dyn Fn(&mut Progress); 6] = [
            &|progress| {
                progress.note("luck", 2, false);
            },
            &|progress| {
                progress.mark("luck", 1, |marks| marks.met = true);
            },
            &|progress| drop(progress.write_down()),
            &|progress| progress.merge(Some(r#"{"luck":{"page":0,"new":1}}"#), true),
            &|progress| progress.begin("luck"),
            &|progress| drop(progress.of("seven")),
        ];
        for change in changes {
            let before = (progress.changes(), progress.write());
            change(&mut progress);
            assert!(before.0 != progress.changes() || before.1 == progress.write());
        }
    }

    #[test]
    fn two_tabs_know_together_what_each_has_done() {
        let (mut one, mut other) = (Progress::default(), Progress::default());
        one.note("luck", 2, true);
        let kept = one.write_down();
        other.note("momentum", 1, false);
        other.mark("luck", 0, |marks| marks.met = true);
        other.merge(Some(&kept), true);
        assert_eq!((other.of("luck").done, other.of("luck").marks[0].met), (true, true));
        one.merge(Some(&other.write_down()), true);
        assert_eq!(one, other);
        // Begun anew in one it is begun anew, unless the other was taken further meanwhile.
        one.begin("luck");
        let kept = one.write_down();
        other.merge(Some(&kept), true);
        assert_eq!(other.of("luck").marks, []);
        // What the browser did not take is not lost to what it still has.
        one.mark("luck", 0, |marks| marks.met = true);
        one.write_down();
        one.merge(Some(&kept), false);
        assert!(one.of("luck").marks[0].met);
    }
}
