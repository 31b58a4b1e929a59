//! Where lessons come from: with the page, from a file beside it, or from the reader.

use crate::lesson::{self, Lesson, LessonError, form};
use crate::setup::{LessonSetup, Screen};
use crate::state::{Effect, Notice, State};
use serde_json::Value;
use std::sync::Arc;

impl State {
    /// Loads the lessons when they are first wanted, or the file that a link names.
    pub(in crate::state) fn request_lessons(&mut self) {
        let name = self.setup.lesson.name.clone();
        if lesson::address::is_file(&name) {
            if self.lesson.file.as_ref().is_none_or(|file| file.0 != name) {
                (self.lesson.file, self.lesson.coming) = (Some((name.clone(), None)), true);
                match lesson::address::file(&name) {
                    Some(_) => self.emit(Effect::FetchLesson(name)),
                    // It lies where nothing is fetched from.
                    None => {
                        self.lesson.coming = false;
                        self.lesson_fetched(name, None);
                    }
                }
            }
            return;
        }
        let here = (self.setup.screen, name.clone(), self.share.open);
        if self.lesson.failed.take_if(|failed| *failed != here).is_some() {
            self.lesson.asked = false;
        }
        let wanted = matches!(self.setup.screen, Screen::Lessons | Screen::Teach)
            || !name.is_empty()
            || self.share.open
            || !self.race.taken.is_empty();
        if wanted && !std::mem::replace(&mut self.lesson.asked, true) {
            self.lesson.coming = true;
            self.emit(Effect::LoadLessons);
        }
    }

    /// The lessons that come with the page are there, or can't be loaded. One that this build can't
    /// read keeps no other from being read.
    pub(super) fn lessons_loaded(&mut self, json: Option<&str>) {
        let texts: Option<Vec<Value>> = json.and_then(|json| crate::json::read(json).ok());
        let read = |text: &Value| {
            let (name, lesson) = (text.get(0)?.as_str()?, text.get(1)?);
            Some((name.to_owned(), lesson::read(&lesson.to_string()).ok()?))
        };
        let all: Vec<(String, Lesson)> = texts.iter().flatten().filter_map(read).collect();
        let unread = texts.map(|texts| texts.len() - all.len());
        let Some(unread) = unread.filter(|unread| *unread == 0 || !all.is_empty()) else {
            let LessonSetup { name, .. } = &self.setup.lesson;
            self.lesson.failed = Some((self.setup.screen, name.clone(), self.share.open));
            return self.notify_once(Notice::LessonsNotLoaded);
        };
        self.lesson.all = all;
        self.notices.retain(|notice| *notice != Notice::LessonsNotLoaded);
        if unread > 0 {
            self.notify_once(Notice::LessonsLeftOut { lessons: unread });
        }
        self.begin_lesson();
        self.judge_lessons();
    }

    /// A lesson's file is there, or can't be loaded.
    pub(super) fn lesson_fetched(&mut self, name: String, bytes: Option<&[u8]>) {
        // Another may have been asked for since.
        if self.lesson.file.as_ref().is_none_or(|file| file.0 != name) {
            return;
        }
        self.notices.retain(|notice| !notice.is_of_lesson(&name));
        let text = bytes.and_then(|bytes| self.decode_lesson(&name, bytes));
        let lesson = text.and_then(|text| self.read_lesson(Some(&name), &text));
        if bytes.is_none() {
            self.notify(Notice::LessonNotLoaded { name: name.clone() });
        }
        let on = self.setup.lesson.name == name;
        self.lesson.file = Some((name, lesson));
        if on {
            self.begin_lesson();
        }
    }

    /// The reader's own lesson, from a file.
    pub(in crate::state) fn open_lesson(&mut self, name: &str, bytes: &[u8]) {
        self.notices.retain(|notice| !notice.is_of_lesson(name));
        let text = self.decode_lesson(name, bytes);
        if let Some(text) = text.and_then(|text| self.take_lesson(Some(name), &text)) {
            self.choose_lesson(String::new(), text, 0);
        }
    }

    /// The text of a lesson's file; none, and a note, where it is in an encoding that is not read.
    fn decode_lesson(&mut self, name: &str, bytes: &[u8]) -> Option<String> {
        let text = lesson::encoding::decode(bytes);
        if text.is_none() {
            let (name, error) = (Some(name.to_owned()), LessonError::Encoding);
            self.notify(Notice::Lesson { name, error });
        }
        text
    }

    /// Reads the lesson that the set-up brings, so that it is at hand.
    pub(in crate::state) fn read_own_lesson(&mut self) {
        let own = self.setup.lesson.own.clone();
        let known = self.lesson.own.as_ref().is_some_and(|(text, _)| *text == own);
        if !own.is_empty() && !known {
            self.lesson.own = None;
            // As it stands in a file it may be laid out in lines.
            if let Some(text) = self.take_lesson(None, &own) {
                self.setup.lesson.own = text;
            }
        }
    }

    /// Makes a text the reader's own lesson, where it is one, without the spaces between its parts:
    /// a link carries it.
    fn take_lesson(&mut self, name: Option<&str>, text: &str) -> Option<Arc<str>> {
        let lesson = self.read_lesson(name, text)?;
        let text: Arc<str> = form::read(text).unwrap_or_default().to_string().into();
        self.lesson.own = Some((text.clone(), lesson));
        Some(text)
    }

    /// The lesson that a text is; none, and a note of what is wrong, where it is none.
    fn read_lesson(&mut self, name: Option<&str>, text: &str) -> Option<Lesson> {
        let read = lesson::read(text);
        if let Err(error) = &read {
            let name = name.map(str::to_owned);
            self.notify(Notice::Lesson { name, error: error.clone() });
        }
        read.ok()
    }
}
