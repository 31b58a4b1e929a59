//! What the workers answer, and what is done when one of them dies.

use super::{Adapter, Effect, Notice, State, WorkerId};
use crate::worker::{Failure, Job, Reply, Request};
use std::rc::Rc;

/// Maximum number of workers that may die before the page stops starting new ones.
const MAX_DEATHS: usize = 5;

impl State {
    /// What a worker's reply does; whether the page is to be drawn anew.
    pub(super) fn reply(&mut self, worker: WorkerId, reply: Reply) -> bool {
        match reply {
            Reply::Ready => return false,
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

    /// A worker died: another takes its place, with the sets that were sent, and what it was doing
    /// starts again.
    pub(super) fn died(&mut self, worker: WorkerId) {
        self.deaths += 1;
        if self.deaths > MAX_DEATHS {
            self.stop_everything();
            self.stop_study_race();
            self.map.cancelled = true;
            if self.deaths == MAX_DEATHS + 1 {
                self.notify(Notice::WorkersKeepDying);
            }
            return;
        }
        self.emit(Effect::Replace(worker));
        for source in self.sources.clone().into_values() {
            self.ask(worker, Request::Keep(source));
        }
        self.notify(Notice::WorkerDied);
        if worker == WorkerId::Gpu {
            self.adapter = Adapter::Lost(String::new());
        }
        match worker {
            WorkerId::Study => {
                let plays_on = self.study.plays_on();
                self.prepare_beside_race();
                self.plays_on = plays_on;
                self.file_lost();
                self.landscape_file_lost();
                self.xray_lost();
            }
            _ if self.ready() && !self.map.cancelled => self.resume_map(),
            _ => {}
        }
        self.race_lost(worker);
        self.study_race_lost(worker);
    }
}
