//! What a person does with the page, in a line each.

use crate::driver::Page;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::run::RunEvent;
use tunescape_core::state::search::{Phase, StudyEvent};
use tunescape_core::state::share::ShareEvent;
use tunescape_core::state::studies::StudiesEvent;
use tunescape_core::state::{Event, WorkerId};
use tunescape_core::worker::Request;
use tunescape_engine::train::Report;

impl Page {
    pub fn run_event(&mut self, event: RunEvent) {
        self.happen(Event::Run(event));
    }

    pub fn study_event(&mut self, event: StudyEvent) {
        self.happen(Event::Study(event));
    }

    pub fn lesson_event(&mut self, event: LessonEvent) {
        self.happen(Event::Lesson(event));
    }

    pub fn share_event(&mut self, event: ShareEvent) {
        self.happen(Event::Share(event));
    }

    pub fn studies_event(&mut self, event: StudiesEvent) {
        self.happen(Event::Studies(event));
    }

    pub fn key(&mut self, key: &str) {
        self.happen(Event::Key(key.into()));
    }

    pub fn go_to(&mut self, screen: Screen) {
        self.edit(Edit::choose("screen", &screen));
    }

    /// The epoch of the Explore run on show.
    pub fn epoch(&self) -> Option<usize> {
        self.state.run.frame.as_ref().map(|frame| frame.epoch)
    }

    /// Whether the Explore run waits for the reader.
    pub fn run_rests(&self) -> bool {
        let run = &self.state.run;
        run.frame.is_some() && !run.playing && run.rewinding.is_none()
    }

    pub fn wait_for_epoch(&mut self, epoch: usize) {
        self.wait_for(&format!("epoch {epoch}"), |page| {
            page.epoch() == Some(epoch) && page.run_rests()
        });
    }

    /// Steps the Explore run, epoch by epoch, to this one.
    pub fn step_to(&mut self, epoch: usize) {
        self.wait_for("the run", Self::run_rests);
        for next in self.epoch().expect("it rests") + 1..=epoch {
            self.run_event(RunEvent::Step);
            self.wait_for_epoch(next);
        }
    }

    /// Reports of the Explore run on show, by epoch.
    pub fn reports(&self) -> Vec<Report> {
        self.state.run.history().to_vec()
    }

    /// Steps the study until so many trials are on show.
    pub fn step_to_trial(&mut self, trials: usize) {
        while self.setup().search.shown < trials {
            let next = self.setup().search.shown + 1;
            self.study_event(StudyEvent::Step);
            self.wait_for("a trial", |page| {
                page.setup().search.shown >= next && page.state.study.phase == Phase::Idle
            });
        }
    }

    /// How often something was asked of a worker.
    pub fn times_asked(&self, worker: WorkerId, which: impl Fn(&Request) -> bool) -> usize {
        self.asked.iter().filter(|(to, request)| *to == worker && which(request)).count()
    }

    /// Forgets what was asked of workers, so that what comes next can be counted.
    pub fn forget_asked(&mut self) {
        self.asked.clear();
    }
}
