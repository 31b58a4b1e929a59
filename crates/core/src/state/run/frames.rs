//! What the worker tells of the run: a frame for each epoch, and the curvature where it rests.

use crate::state::{Effect, State, WorkerId};
use crate::worker::{Frame, Job, Request, Sharpness};

impl State {
    /// Gives up a measurement that the run would wait for.
    pub(in crate::state) fn forget_sharp(&mut self) {
        self.cancel(WorkerId::Study, self.run.sharp_job);
        self.run.measures = false;
    }

    /// Asks how sharply the loss curves where the run rests.
    pub(in crate::state) fn measure_run(&mut self, epoch: usize) {
        (self.run.sharp_job, self.run.measures, self.inspection.measured) =
            (self.next_job(), true, self.now);
        self.ask(WorkerId::Study, Request::Sharpness { job: self.run.sharp_job, epoch });
    }

    pub(in crate::state) fn run_sharp(&mut self, job: Job, sharp: Option<Sharpness>) {
        if job == self.run.sharp_job {
            (self.run.sharp, self.run.measures) = (sharp, false);
            self.inspection.took = 3.0 * (self.now - self.inspection.measured);
        }
    }

    /// The training loss as a tone: an octave lower for every halving from the start, a buzz where
    /// the run diverged.
    fn sound(&mut self, frame: &Frame) {
        let Some(branch) = self.run.branches.get(frame.branch) else { return };
        let (Some(start), Some(now)) = (branch.history.first(), branch.history.get(frame.epoch))
        else {
            return;
        };
        let share = f64::from(now.train_loss / start.train_loss).clamp(0.1, 3.0);
        self.emit(Effect::Tone(if frame.diverged.is_some() { 60.0 } else { 660.0 * share }));
    }

    pub(in crate::state) fn run_frame(&mut self, job: Job, frame: Frame) {
        if job < self.run.begun || self.run.branches.is_empty() {
            return;
        }
        // What was on its way when the reader went elsewhere counts, too.
        self.keep_reports(&frame);
        if job != self.run.job {
            return;
        }
        if self.inspection.sound {
            self.sound(&frame);
        }
        self.run.rewinding = None;
        self.run.at = frame.branch.min(self.run.branches.len() - 1);
        self.run.playing = !frame.paused;
        let resume = frame.paused && std::mem::take(&mut self.run.resume);
        let (epoch, rests) = (frame.epoch, frame.paused);
        self.run.frame = Some(frame);
        if resume {
            self.play_run();
        } else if rests {
            self.measure_run(epoch);
            self.look_at_run();
        } else {
            self.glance_at_run();
        }
    }
}
