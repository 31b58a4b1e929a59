//! Studies that the reader keeps: each a name and a link, in the browser's storage; without one, or
//! with a full one, for as long as the page lives. What was on show last is kept by itself.
//!
//! What is stored is a JSON list that other builds of the page and other tabs read and write too.
//! Each entry is therefore read by itself: one that can't be read is kept as it is, and so is a
//! field that this build does not know, and all that stands before the last [`MAX_STUDIES`].

use super::large::StoreError;
use super::search::Phase;
use super::{Effect, Kept, Notice, State};
use crate::data::choices::ReadChoices;
use crate::json;
use crate::link;
use crate::setup::Setup;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StudiesEvent {
    Open,
    Close,
    /// Keep what is on show, under this name; another of that name goes, and can be taken back.
    Keep(String),
    /// A link, and what it says of a file.
    Show(String, Option<u64>),
    Rename(Saved, String),
    Delete(Saved),
    /// Take back what was deleted or replaced last; where its name was given away, under one with
    /// a number.
    Restore,
    /// A study of another tool is to be opened.
    FromElsewhere,
    /// The browser's database has kept a large study under this number.
    LargeKept(u32, Result<u32, StoreError>),
    /// It has given one back: what goes with the file, and its bytes.
    LargeRead(u32, Result<(String, Vec<u8>), StoreError>),
}

/// So many studies are read; what is older is kept as it is.
pub const MAX_STUDIES: usize = 1_000;

/// A study that is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    /// The part of a link after `#`.
    pub link: String,
    /// The fingerprint of the reader's own file that it is of.
    #[serde(default)]
    pub file: Option<u64>,
    /// What a newer build says of it.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A file that a tab holds: its text, or in base64 what is no UTF-8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldFile {
    pub text: Option<String>,
    pub base64: Option<String>,
    /// How it is read, with the column to predict.
    pub choices: ReadChoices,
    pub fingerprint: u64,
}

pub struct StudiesState {
    pub open: bool,
    pub all: Vec<Saved>,
    /// What was stored beside them and is no study to this build, which a newer one may read.
    unreadable: Vec<Value>,
    /// How many entries there are that were not read, as there are newer ones enough.
    pub beyond: usize,
    /// What was on show when the page was left the last time.
    pub last: Option<String>,
    /// What was deleted last, or gave way to another of its name, while the dialog is open.
    pub deleted: Option<Saved>,
    /// Whether it gave way.
    pub replaced: bool,
    /// The name that a study was last to get and that another has.
    pub taken: Option<String>,
    /// Whether the storage did not take the last change, so that what it has is out of date.
    pub unkept: bool,
    /// Large studies on their way to the database, with their names, and whether the dialog was
    /// open when they were sent there.
    pub(super) keeping: Vec<(u32, String, bool)>,
    /// Numbers of large studies that were deleted, which the database still has.
    pub(super) gone: Vec<u32>,
    /// The fingerprint of the reader's file that is at hand.
    pub(super) file: Option<u64>,
    /// The file that this tab had before it was loaded anew.
    pub(super) held: Option<HeldFile>,
}

impl StudiesState {
    /// What the browser's storage has: what was on show last, and the studies.
    pub fn new(last: Option<String>, studies: Option<&str>) -> Self {
        let mut state = Self {
            open: false,
            all: Vec::new(),
            unreadable: Vec::new(),
            beyond: 0,
            last,
            deleted: None,
            replaced: false,
            taken: None,
            unkept: false,
            keeping: Vec::new(),
            gone: Vec::new(),
            file: None,
            held: None,
        };
        state.read(studies);
        state
    }

    /// Takes what the storage has, which another tab may have changed. What the storage did not take
    /// stands beside that.
    fn read(&mut self, kept: Option<&str>) {
        let Some(text) = kept else { return };
        let before = std::mem::take(&mut self.all);
        (self.unreadable, self.beyond) = (Vec::new(), 0);
        // What is no list is kept as an entry of one, which can't be read either.
        let entries =
            json::read::<Vec<Value>>(text).unwrap_or_else(|_| vec![Value::String(text.into())]);
        // The newest stand last.
        for entry in entries.into_iter().rev() {
            let room = self.all.len() < MAX_STUDIES;
            match room.then(|| serde_json::from_value::<Saved>(entry.clone())) {
                Some(Ok(saved)) => self.all.push(saved),
                unread => {
                    self.beyond += usize::from(unread.is_none());
                    self.unreadable.push(entry);
                }
            }
        }
        self.all.reverse();
        self.unreadable.reverse();
        for mut own in before.into_iter().filter(|_| self.unkept) {
            if !self.all.contains(&own) {
                own.name = self.free_name(&own.name);
                self.all.push(own);
            }
        }
    }

    /// Whether the database has yet to say that it has a study.
    pub fn is_keeping(&self) -> bool {
        !self.keeping.is_empty()
    }

    /// The first of a name and the same with numbers that no study of these has.
    pub(super) fn free_name(&self, name: &str) -> String {
        free_name(name, |name| self.all.iter().any(|saved| saved.name == name))
    }

    /// What the storage is to have.
    fn write(&self) -> String {
        let studies = self.all.iter().filter_map(|saved| serde_json::to_value(saved).ok());
        Value::Array(self.unreadable.iter().cloned().chain(studies).collect()).to_string()
    }
}

/// The first of a name and the same with numbers that is not taken.
pub fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2_u32..).map(|n| format!("{name} ({n})"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_else(|| name.to_owned())
}

impl State {
    /// What is kept was read, or changed by another tab.
    pub(super) fn recalled(&mut self, kept: Kept, text: Option<String>) {
        match kept {
            Kept::Studies => self.studies.read(text.as_deref()),
            Kept::Lessons => self.progress_recalled(text.as_deref()),
            _ => {}
        }
    }

    /// The browser has taken what was to be kept, or has not; whether that is to be told.
    pub(super) fn stored(&mut self, kept: Kept, stored: bool) -> bool {
        if kept == Kept::Lessons {
            self.lesson.unkept = !stored;
        }
        if kept != Kept::Studies {
            return false;
        }
        let before = std::mem::replace(&mut self.studies.unkept, !stored);
        match stored {
            true => self.notices.retain(|notice| *notice != Notice::StudiesNotKept),
            false if !before => self.notify_once(Notice::StudiesNotKept),
            false => {}
        }
        self.forget_large();
        true
    }

    fn change_studies(&mut self, change: impl FnOnce(&mut Vec<Saved>)) {
        change(&mut self.studies.all);
        // The next change is tried again, whatever became of the last.
        self.emit(Effect::Keep(Kept::Studies, self.studies.write()));
    }

    /// Puts a study into the list, in the place of one of its name; that can be taken back where
    /// it was another, as long as the dialog is open.
    pub(super) fn keep_study(&mut self, study: Saved) {
        let same = |saved: &mut Saved| saved.name == study.name;
        let before: Vec<Saved> = self.studies.all.extract_if(.., same).collect();
        self.studies.gone.extend(before.iter().filter_map(Saved::large));
        let other = |saved: &Saved| (&saved.link, saved.file) != (&study.link, study.file);
        if let Some(replaced) = before.into_iter().rfind(other).filter(|_| self.studies.open) {
            (self.studies.deleted, self.studies.replaced) = (Some(replaced), true);
        }
        self.change_studies(|all| all.push(study));
    }

    /// Gives a study another name. One that is taken is refused: what has it would be lost.
    fn rename_study(&mut self, shown: &Saved, name: &str) {
        let name = name.trim();
        if name.is_empty() || name == shown.name {
            return;
        }
        if self.studies.all.iter().any(|saved| saved.name == name) {
            self.studies.taken = Some(name.to_owned());
            return;
        }
        // Another tab may have moved it, or taken it away.
        self.change_studies(|all| {
            if let Some(saved) = all.iter_mut().find(|saved| *saved == shown) {
                saved.name = name.to_owned();
            }
        });
    }

    fn restore_study(&mut self) {
        let Some(mut deleted) = self.studies.deleted.take() else { return };
        deleted.name = self.studies.free_name(&deleted.name);
        self.change_studies(|all| all.push(deleted));
    }

    pub(super) fn studies_event(&mut self, event: StudiesEvent) {
        self.studies.taken = None;
        match event {
            StudiesEvent::Open => {
                self.emit(Effect::Recall(Kept::Studies));
                (self.studies.open, self.studies.deleted) = (true, None);
                self.forget_large();
            }
            StudiesEvent::Close => self.close_studies(),
            StudiesEvent::FromElsewhere => {
                self.close_studies();
                self.go_to_xray();
                self.emit(Effect::Focus("main".into()));
            }
            StudiesEvent::Keep(name) if name.trim().is_empty() => {}
            StudiesEvent::Keep(name) => {
                let name = name.trim().to_owned();
                if self.keep_study_from_elsewhere(name.clone()) {
                    return;
                }
                let file = self.studies.file.filter(|_| self.setup.data.name == "csv");
                let link = link::write(&self.setup);
                self.keep_study(Saved { name, link, file, other: Map::new() });
            }
            StudiesEvent::LargeKept(job, kept) => self.large_kept(job, kept),
            StudiesEvent::LargeRead(job, read) => self.large_read(job, read),
            StudiesEvent::Show(link, file) => {
                self.close_studies();
                self.show_study(&link, file);
            }
            StudiesEvent::Rename(shown, name) => self.rename_study(&shown, &name),
            StudiesEvent::Delete(shown) => {
                self.studies.gone.extend(shown.large());
                self.change_studies(|all| all.retain(|saved| *saved != shown));
                (self.studies.deleted, self.studies.replaced) = (Some(shown), false);
            }
            StudiesEvent::Restore => self.restore_study(),
        }
    }

    /// What was deleted can be taken back no more.
    fn close_studies(&mut self) {
        (self.studies.open, self.studies.deleted) = (false, None);
        self.forget_large();
    }

    fn show_study(&mut self, fragment: &str, file: Option<u64>) {
        self.forget_files_under_way();
        self.notices.retain(|notice| !notice.is_of_link());
        if self.open_study_link(fragment) || self.open_large(fragment) {
            return;
        }
        if file.is_some() {
            self.restore_file();
        }
        let here = file.is_some() && file == self.studies.file;
        let read = link::read(fragment).map(|setup| Setup { detail: self.setup.detail, ..setup });
        match read {
            Ok(setup) if setup.data.name != "csv" || here => self.show_saved(setup),
            // Of a file that is not here: the notice says so. What is locked stays, here as well.
            Ok(mut setup) => {
                setup.data = Setup::default().data;
                (setup.search.run, setup.search.shown) = (0, 0);
                self.notify(Notice::CsvNotInLink);
                self.open_setup(setup);
            }
            Err(error) => self.notify(Notice::StudyLink(error)),
        }
    }

    fn show_saved(&mut self, setup: Setup) {
        let old = self.setup.clone();
        self.open_setup(setup);
        if self.setup != old {
            self.history.changed(old, self.now);
        }
        // The same study, further on: its trials are run.
        let idle = self.ready() && self.study.phase == Phase::Idle;
        if idle && self.study.done() < self.setup.search.run {
            self.new_trial();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Event, Start, update};

    fn opened(studies: &str) -> State {
        State::open(Start { studies: Some(studies.into()), ..Start::default() }).0
    }

    fn names(state: &State) -> Vec<&str> {
        state.studies.all.iter().map(|saved| saved.name.as_str()).collect()
    }

    /// Does something with the studies; what the storage is then to have.
    fn stored(state: &mut State, event: StudiesEvent) -> Vec<Value> {
        let effects = update(state, Event::Studies(event));
        let text = effects.into_iter().find_map(|effect| match effect {
            Effect::Keep(Kept::Studies, text) => Some(text),
            _ => None,
        });
        serde_json::from_str(&text.expect("it is to be kept")).expect("a list")
    }

    fn saved(name: &str) -> Value {
        serde_json::json!({ "name": name, "link": "v=1", "file": null })
    }

    #[test]
    fn one_entry_that_is_unreadable_hides_no_other() {
        let strange = serde_json::json!({ "title": "of another build", "parts": [1, 2] });
        let list = Value::Array(vec![saved("a"), strange.clone(), 7.into(), saved("b")]);
        let mut state = opened(&list.to_string());
        assert_eq!(names(&state), ["a", "b"]);
        let kept = stored(&mut state, StudiesEvent::Keep("c".into()));
        assert_eq!(kept.len(), 5);
        for entry in [&saved("a"), &saved("b"), &strange, &7.into()] {
            assert!(kept.contains(entry), "{entry} is lost");
        }
    }

    #[test]
    fn of_very_many_the_newest_are_read_and_none_is_lost() {
        let name = |n: usize| format!("study {n}");
        let many: Vec<Value> = (0..MAX_STUDIES + 7).map(|n| saved(&name(n))).collect();
        let list = Value::Array(many.clone()).to_string();
        let mut state = opened(&list);
        let listed = |state: &State| (state.studies.all.len(), state.studies.beyond);
        assert_eq!((listed(&state), names(&state)[0]), ((MAX_STUDIES, 7), &*name(7)));
        let mut kept = stored(&mut state, StudiesEvent::Keep("new".into()));
        // As another tab, or the next visit, finds it.
        let state = opened(&Value::Array(kept.clone()).to_string());
        assert_eq!((listed(&state), names(&state)[MAX_STUDIES - 1]), ((MAX_STUDIES, 8), "new"));
        kept.pop();
        assert_eq!(kept, many);
        // One goes, and the newest of the others is back.
        let mut state = opened(&list);
        let last = state.studies.all[0].clone();
        let kept = stored(&mut state, StudiesEvent::Delete(last));
        let state = opened(&Value::Array(kept).to_string());
        assert_eq!((listed(&state), names(&state)[0]), ((MAX_STUDIES, 6), &*name(6)));
    }

    #[test]
    fn fields_of_a_newer_build_survive_and_those_of_an_older_may_be_missing() {
        let newer = r#"{"name":"a","link":"v=1","file":null,"tag":[1,{"x":2}]}"#;
        let mut state = opened(&format!(r#"[{newer},{{"name":"b","link":"v=1"}}]"#));
        assert_eq!(names(&state), ["a", "b"]);
        let shown = state.studies.all[0].clone();
        let kept = stored(&mut state, StudiesEvent::Rename(shown, "z".into()));
        assert_eq!(kept[0]["tag"], serde_json::json!([1, { "x": 2 }]));
        assert_eq!((&kept[0]["name"], &kept[1]), (&"z".into(), &saved("b")));
    }

    #[test]
    fn what_is_no_list_is_kept_beside_what_comes_new() {
        for broken in ["no JSON", "{\"a\":1}", "\u{0}"] {
            let mut state = opened(broken);
            assert!(state.studies.all.is_empty());
            let kept = stored(&mut state, StudiesEvent::Keep("a".into()));
            let again = opened(&Value::Array(kept.clone()).to_string());
            assert_eq!(names(&again), ["a"]);
            assert!(kept.contains(&Value::String(broken.into())), "{kept:?}");
        }
    }

    #[test]
    fn the_fingerprint_of_a_file_keeps_all_its_digits() {
        let text = format!(r#"[{{"name":"a","link":"v=1","file":{}}}]"#, u64::MAX);
        let mut state = opened(&text);
        assert_eq!(state.studies.all[0].file, Some(u64::MAX));
        let kept = stored(&mut state, StudiesEvent::Keep("b".into()));
        assert_eq!(kept[0]["file"], Value::from(u64::MAX));
    }

    #[test]
    fn two_tabs_do_not_overwrite_each_other() {
        let (mut one, mut other) = (opened("[]"), opened("[]"));
        // Both dialogs are open; each tab hears what the other has stored.
        for tab in [&mut one, &mut other] {
            update(tab, Event::Studies(StudiesEvent::Open));
        }
        let kept = Value::Array(stored(&mut one, StudiesEvent::Keep("a".into()))).to_string();
        update(&mut other, Event::Recalled(Kept::Studies, Some(kept)));
        let kept = stored(&mut other, StudiesEvent::Keep("b".into()));
        assert_eq!(kept.iter().map(|k| &k["name"]).collect::<Vec<_>>(), ["a", "b"]);
        update(&mut one, Event::Recalled(Kept::Studies, Some(Value::Array(kept).to_string())));
        assert_eq!(names(&one), ["a", "b"]);
    }

    #[test]
    fn what_the_storage_did_not_take_is_not_lost_to_what_it_still_has() {
        let mut state = opened("[]");
        stored(&mut state, StudiesEvent::Keep("a".into()));
        update(&mut state, Event::Stored(Kept::Studies, false));
        update(&mut state, Event::Recalled(Kept::Studies, Some("[]".into())));
        assert_eq!(names(&state), ["a"]);
        assert!(state.notices.contains(&Notice::StudiesNotKept));
        // Nor is what another tab has stored since.
        let other = Value::Array(vec![saved("y"), saved("a")]).to_string();
        update(&mut state, Event::Recalled(Kept::Studies, Some(other)));
        let kept = stored(&mut state, StudiesEvent::Keep("b".into()));
        let kept: Vec<&Value> = kept.iter().map(|study| &study["name"]).collect();
        assert_eq!(kept, ["y", "a", "a (2)", "b"]);
    }
}
