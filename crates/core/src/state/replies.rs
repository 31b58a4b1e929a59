//! What the workers answer.

use super::{Adapter, Notice, State, WorkerId};
use crate::worker::{Failure, Job, Reply};
use std::rc::Rc;

impl State {
    /// What a worker's reply does; whether the page is to be drawn anew.
    pub(super) fn reply(&mut self, worker: WorkerId, reply: Reply) -> bool {
        let seen = self.take_reply(worker, reply);
        if worker == WorkerId::Gpu {
            self.watch_gpu();
        }
        seen
    }

    fn take_reply(&mut self, worker: WorkerId, reply: Reply) -> bool {
        match reply {
            Reply::Ready => {
                self.has_started(worker);
                return false;
            }
            Reply::Alive(_) => return false,
            Reply::Adapter(job, name) if job == self.adapter_job => {
                self.adapter = name.map_or(Adapter::Absent, Adapter::Named);
                self.first_map();
            }
            Reply::Prepared(job, Ok(overview)) if job == self.data_job => {
                self.usable = (self.setup.data.clone(), self.setup.evaluation.clone());
                self.loading = false;
                self.data = Some(Rc::new(overview));
                self.begin();
            }
            Reply::Prepared(job, Err(error)) if job == self.data_job => {
                self.notify(Notice::Data(error));
                self.back_to_usable();
            }
            Reply::Checked(job, result) => self.file_checked(job, result),
            Reply::Landscape(job, result) => self.landscape_read(job, result),
            Reply::Table(job, result) => return self.file_read(job, result),
            Reply::Curves(job, curves) => {
                if !self.map_curves(job, &curves) {
                    self.study_curves(job, &curves);
                }
            }
            Reply::Trained(job) => {
                if !self.race_ended(job) {
                    self.map_trained(job);
                }
            }
            Reply::Evolved(job, evolution) => self.study_evolved(job, *evolution),
            Reply::Settled(job, spent) => self.race_settled(job, spent),
            Reply::Proposed(job, proposal) => self.study_proposed(job, proposal),
            Reply::Believed(job, belief) => self.study_believed(job, *belief),
            Reply::Sloped(job, found) => self.study_sloped(job, found),
            Reply::Explained(job, found) => self.study_explained(job, found),
            Reply::Tried(job, tried) => self.study_tried(job, *tried),
            Reply::Tested(job, scores) => self.study_tested(job, scores),
            Reply::Frame(job, frame) => self.run_frame(job, *frame),
            Reply::Sharp(job, sharp) => self.run_sharp(job, sharp),
            Reply::Written(job, written) => self.file_written(job, *written),
            Reply::Xray(job, reply) => return self.xray_reply(job, reply),
            Reply::Failed(job, failure) => self.failed(worker, job, &failure),
            Reply::Adapter(..) | Reply::Prepared(..) => return false,
            #[cfg(feature = "bench")]
            Reply::Benched(..) => return false,
            Reply::Laid(job, laid) => self.run_laid(job, laid),
            Reply::Sliced(job, slice) => self.run_sliced(job, slice),
            Reply::Told(job, told) => self.run_told(job, told),
            Reply::Watched(job, values) => self.run_watched(job, values),
            Reply::LuckProgress(job, percent) => self.inspection.luck_progress(job, percent),
            Reply::Lucky(job, runs) => self.run_luck(job, &runs),
        }
        true
    }

    fn failed(&mut self, worker: WorkerId, job: Job, failure: &Failure) {
        if worker == WorkerId::Gpu && self.map_failed(job, failure) {
            return;
        }
        if self.map.has(job) {
            self.stop_map();
            self.map.cancelled = true;
        } else if self.study.has(job) {
            self.drop_trial();
        } else if self.race.forget(job) {
            self.stop_race();
        } else if !self.study.forget(job)
            && !self.run.forget(job)
            && !self.inspection.forget(job)
            && !self.forget_question(job)
        {
            // Of something that was stopped since: nobody waits for it.
            return;
        }
        self.notify(Notice::Failed(failure.clone()));
    }
}
