//! The open study leaves as a file for another tool, with the results that were typed in.

use super::OpenStudy;
use crate::export::{Target, Written};
use crate::import::Time;
use crate::state::{Effect, State, WorkerId};
use crate::worker::Job;
use crate::worker::xray::{TypedIn, XrayRequest};

/// A file that a worker is writing.
pub(super) struct Writing {
    job: Job,
    target: Target,
    now: Time,
}

impl OpenStudy {
    /// Whether a file of it is being written.
    pub fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// All results that were typed in.
    pub(super) fn results(&self) -> TypedIn {
        let mut all = self.aside.clone();
        all.insert(self.view.aim.objective, self.by_hand.clone());
        all.retain(|_, own| !own.is_empty());
        all
    }

    /// Gives up what is being written; whether it is the work of this job.
    pub(super) fn forget_writing(&mut self, job: Job) -> bool {
        self.writing.take_if(|writing| writing.job == job).is_some()
    }
}

impl State {
    /// Has a worker write the open study.
    pub(super) fn write_open_study(&mut self, target: Target, now: Time) {
        self.stop_writing();
        let job = self.next_job();
        let Some(open) = &mut self.xray.open else { return };
        (open.written, open.writing) = (None, Some(Writing { job, target, now }));
        let (file, which, typed_in) = (open.file, open.which.clone(), open.results());
        self.ask_about_study(job, XrayRequest::Write { file, which, typed_in, target, now });
    }

    /// The open study is to go, or another file of it is wanted.
    pub(super) fn stop_writing(&mut self) {
        let writing = self.xray.open.as_mut().and_then(|open| open.writing.take());
        writing.into_iter().for_each(|writing| self.cancel(WorkerId::Study, writing.job));
    }

    /// The worker that wrote it has died: another begins anew.
    pub(super) fn write_again(&mut self) {
        let writing = self.xray.open.as_mut().and_then(|open| open.writing.take());
        writing.into_iter().for_each(|writing| self.write_open_study(writing.target, writing.now));
    }

    /// A worker has written a file: it is saved, or shown where the frame lets none be saved.
    /// Whether it was still wanted.
    pub(super) fn study_written(&mut self, job: Job, written: Written) -> bool {
        let Some(open) = &mut self.xray.open else { return false };
        if !open.forget_writing(job) {
            return false;
        }
        let (name, text) = (written.name.clone(), written.text.clone());
        open.written = Some(written);
        // What was copied before was another text.
        self.share.copied = None;
        if !self.sandboxed {
            self.emit(Effect::SaveText { name, text });
        }
        true
    }
}
