//! How far a lesson was taken: goals that were met, and what was predicted and answered.

use crate::lesson::code::{self, Marks};
use crate::setup::LessonSetup;
use crate::state::{Effect, Kept, State};

impl State {
    /// Takes note when the page's goal is met.
    pub(in crate::state) fn watch_goal(&mut self) {
        if !self.lesson.met
            && self.ready()
            && let Some(page) = self.lesson_page()
        {
            let right = self.lesson.predicted.and_then(|choice| page.choices.get(choice));
            let right = right.map(|choice| choice.why.is_empty());
            self.lesson.met = self.with_facts(|facts| page.met(facts));
            self.note_progress();
            if self.lesson.met {
                self.emit(Effect::ScrollTo("lesson-state".into()));
                // Whoever comes back to the page knows what comes out.
                self.mark_page(|marks| {
                    if !marks.met {
                        (marks.met, marks.predicted) = (true, right);
                    }
                });
            }
        }
    }

    /// Whether the page's goal is met now, or was on an earlier visit: who has been there need not do
    /// it once more to go on, or to answer what the page asks.
    pub fn has_passed(&self) -> bool {
        let LessonSetup { name, page, .. } = &self.setup.lesson;
        let before = || self.lesson.progress.of(name).marks.get(*page).is_some_and(|mark| mark.met);
        self.lesson.met || before()
    }

    /// Takes note of what is done on the page of a lesson that comes with the page.
    pub(super) fn mark_page(&mut self, mark: impl Fn(&mut Marks)) {
        let LessonSetup { name, page, .. } = &self.setup.lesson;
        let known = self.lesson.all.iter().any(|(own, _)| own == name);
        if known && self.lesson.progress.mark(name, *page, mark) {
            self.keep_progress();
        }
    }

    /// How the lesson that is going on went, for the board of a class; none for one that does not
    /// come with the page.
    pub fn lesson_code(&self) -> Option<String> {
        self.code_of(&self.setup.lesson.name)
    }

    /// The same of a lesson by its name, as it was last taken.
    pub fn code_of(&self, name: &str) -> Option<String> {
        let (_, lesson) = self.lesson.all.iter().find(|(own, _)| own == name)?;
        let mut marks = self.lesson.progress.of(name).marks;
        marks.resize(lesson.pages.len(), Marks::default());
        Some(code::write(name, &marks))
    }

    /// Keeps how far a lesson that comes with the page was taken.
    fn note_progress(&mut self) {
        let LessonSetup { name, page, .. } = &self.setup.lesson;
        let Some(at) = self.lesson.all.iter().position(|(own, _)| own == name) else { return };
        let ends = self.lesson.met && page + 1 == self.lesson.all[at].1.pages.len();
        // Another tab may be on another page of it: that is no news of this one.
        let noted = Some((at, *page, ends));
        if std::mem::replace(&mut self.lesson.noted, noted) != noted
            && self.lesson.progress.note(name, *page, ends)
        {
            self.keep_progress();
        }
    }

    /// Has what is kept read first: another tab may have written there.
    fn keep_progress(&mut self) {
        if !std::mem::replace(&mut self.lesson.unwritten, true) {
            self.emit(Effect::Recall(Kept::Lessons));
        }
    }

    /// What is kept of the lessons was read, or changed by another tab.
    pub(in crate::state) fn progress_recalled(&mut self, text: Option<&str>) {
        self.lesson.progress.merge(text, !self.lesson.unkept);
        if std::mem::take(&mut self.lesson.unwritten) {
            let progress = self.lesson.progress.write_down();
            self.emit(Effect::Keep(Kept::Lessons, progress));
        }
    }
}
