//! The one run of the Explore screen.

use super::model::{Message, Model};
use super::pool::Desk;
use crate::exchange::Screen;
use crate::inspect::Plane;
use crate::train::Report;
use crate::worker::{Frame, Job, Request, Sharpness};
use yew::Context;

/// Milliseconds an epoch takes, slow to as fast as it goes.
pub const PACES: [f64; 4] = [400.0, 100.0, 30.0, 0.0];

/// A run that is left playing stops here.
const MOST_EPOCHS: usize = 5_000;

pub enum RunMessage {
    Play,
    Pause,
    Step,
    /// Back to the same start weights.
    Reset,
    /// Other start weights and batches.
    NewSeed,
    /// Back to an epoch; from there it can go another way.
    Rewind(usize),
    Pace(usize),
    /// Back to the last finite epoch, and on at half the learning rate.
    Half,
    /// Keeps the curves beside those of later runs; or forgets them.
    Pin,
    Unpin,
    /// To where this run lies on the landscape.
    Find,
    /// The slice of the loss in another plane.
    Plane(Plane),
    /// Curves: another axis, smoothing, the epoch that the pointer is at.
    Log,
    Smooth,
    Cross(Option<usize>),
    /// The same run from other seeds; or forgets them.
    Luck,
    /// Sets one weight or bias.
    Weight(usize, f32),
}

/// A run kept to be compared with.
pub struct Ghost {
    pub learning_rate: f64,
    pub momentum: f64,
    pub history: Vec<Report>,
}

pub struct RunState {
    /// Reports by epoch, from 0.
    pub history: Vec<Report>,
    /// Epochs from which on other hyperparameters were in force: (epoch, learning rate, momentum).
    pub changes: Vec<(usize, f64, f64)>,
    pub frame: Option<Frame>,
    pub ghost: Option<Ghost>,
    /// The curvature where the run last rested; none until it is measured.
    pub sharp: Option<Sharpness>,
    pub playing: bool,
    /// Index into [`PACES`].
    pub pace: usize,
    /// The pace was changed while it played: it goes on at the new one as soon as it has stopped.
    resume: bool,
    /// The next frame shows an earlier epoch, and what came after it is undone.
    rewinding: bool,
    job: Job,
    sharp_job: Job,
}

impl RunState {
    /// Gives up a run that failed; false if the job is none of the run's.
    pub fn forget(&mut self, job: Job) -> bool {
        let own = self.job == job;
        self.playing &= !own;
        own
    }

    /// Learning rate and momentum in force in an epoch.
    pub fn in_force(&self, epoch: usize) -> Option<(f64, f64)> {
        self.changes.iter().rev().find(|c| c.0 < epoch).or(self.changes.first()).map(|c| (c.1, c.2))
    }
}

impl Default for RunState {
    fn default() -> Self {
        Self {
            history: Vec::new(),
            changes: Vec::new(),
            frame: None,
            ghost: None,
            sharp: None,
            playing: false,
            pace: 2,
            resume: false,
            rewinding: false,
            job: 0,
            sharp_job: 0,
        }
    }
}

impl Model {
    pub(super) fn run_message(&mut self, ctx: &Context<Self>, message: RunMessage) {
        match message {
            RunMessage::Play => self.play_run(),
            RunMessage::Step => self.go_run(1),
            RunMessage::Pause => {
                self.run.resume = false;
                self.pause_run();
            }
            RunMessage::Reset => self.start_run(),
            RunMessage::NewSeed => {
                ctx.link().send_message(Message::change(|s| s.net.seed = (s.net.seed + 1) % 1_000_000))
            }
            RunMessage::Rewind(epoch) => self.rewind_run(epoch),
            RunMessage::Half => {
                let Some(epoch) = self.run.frame.as_ref().map(|f| f.epoch) else { return };
                let mut setup = self.setup.clone();
                setup.run.learning_rate /= 2.0;
                self.edit(ctx, setup);
                self.rewind_run(epoch);
            }
            RunMessage::Pin => {
                let (learning_rate, momentum) = self.run.in_force(usize::MAX).unwrap_or_default();
                self.run.ghost = Some(Ghost { learning_rate, momentum, history: self.run.history.clone() });
            }
            RunMessage::Unpin => self.run.ghost = None,
            RunMessage::Find => {
                let [x, y] = self.setup.place_on(&self.map.land.axes, &self.setup.own_point());
                let side = self.map.land.side;
                let at = |u: f64| ((u * side as f64) as usize).min(side - 1);
                self.map.hover = Some(at(y) * side + at(x));
                let mut setup = self.setup.clone();
                setup.screen = Screen::Search;
                self.edit(ctx, setup);
            }
            RunMessage::Plane(plane) => self.look_message(plane),
            RunMessage::Log => self.look.log = !self.look.log,
            RunMessage::Smooth => self.look.smooth = !self.look.smooth,
            RunMessage::Cross(at) => self.look.cross = at,
            RunMessage::Luck if self.look.luck.is_some() || self.look.luck_job.is_some() => self.forget_luck(),
            RunMessage::Luck => self.try_luck(),
            RunMessage::Weight(index, value) => {
                // It takes effect where the run rests.
                if !self.run.playing && self.run.frame.is_some() {
                    self.forget_sharp();
                    self.forget_looks();
                    self.forget_luck();
                    self.run.job = self.pool.job();
                    self.pool.send(Desk::Study, &Request::Weight { job: self.run.job, index, value });
                }
            }
            RunMessage::Pace(pace) => {
                self.run.pace = pace.min(PACES.len() - 1);
                self.run.resume = self.run.playing;
                self.pause_run();
            }
        }
    }

    /// The run from its start weights, paused.
    pub(super) fn start_run(&mut self) {
        if self.data.is_none() {
            return;
        }
        self.stop_run();
        self.forget_sharp();
        self.reset_looks();
        self.run =
            RunState { pace: self.run.pace, ghost: self.run.ghost.take(), job: self.pool.job(), ..RunState::default() };
        self.run.changes.push((0, self.setup.run.learning_rate, self.setup.run.momentum));
        self.pool.send(Desk::Study, &Request::Start { job: self.run.job, setup: self.setup.clone() });
    }

    /// Forgets the run: it was of other data.
    pub(super) fn forget_run(&mut self) {
        self.run = RunState { pace: self.run.pace, ..RunState::default() };
        self.reset_looks();
    }

    /// The run from its start weights, and on.
    pub(super) fn begin_run(&mut self) {
        self.start_run();
        self.run.resume = true;
    }

    fn play_run(&mut self) {
        // Its first frame may still be on the way.
        self.run.resume |= self.run.frame.is_none();
        let at = self.run.history.len().saturating_sub(1);
        // A lesson speaks of what is seen after its epochs.
        let end = if self.lesson().is_some() { self.setup.training.epochs } else { MOST_EPOCHS };
        self.go_run(if at < end { end } else { MOST_EPOCHS }.saturating_sub(at));
    }

    fn go_run(&mut self, epochs: usize) {
        let over = self.run.frame.as_ref().is_none_or(|f| f.diverged.is_some() || f.epoch >= MOST_EPOCHS);
        if self.run.playing || over || epochs == 0 || !self.ready() {
            return;
        }
        self.forget_sharp();
        self.forget_looks();
        self.run.playing = true;
        self.run.job = self.pool.job();
        let pace = PACES[self.run.pace];
        self.pool.send(Desk::Study, &Request::Go { job: self.run.job, epochs, pace });
    }

    fn pause_run(&mut self) {
        if self.run.playing {
            self.pool.send(Desk::Study, &Request::Cancel { job: self.run.job });
        }
    }

    fn rewind_run(&mut self, epoch: usize) {
        if self.run.frame.is_none() || epoch >= self.run.history.len() {
            return;
        }
        self.stop_run();
        self.forget_sharp();
        self.forget_looks();
        self.forget_luck();
        self.run.rewinding = true;
        self.run.job = self.pool.job();
        self.pool.send(Desk::Study, &Request::Rewind { job: self.run.job, epoch });
    }

    /// Gives up a measurement that the run would wait for.
    fn forget_sharp(&mut self) {
        self.pool.send(Desk::Study, &Request::Cancel { job: self.run.sharp_job });
    }

    /// Asks how sharply the loss curves where the run rests.
    fn measure_run(&mut self, epoch: usize) {
        self.run.sharp_job = self.pool.job();
        self.pool.send(Desk::Study, &Request::Sharpness { job: self.run.sharp_job, epoch });
    }

    pub(super) fn run_sharp(&mut self, job: Job, sharp: Option<Sharpness>) {
        if job == self.run.sharp_job {
            self.run.sharp = sharp;
        }
    }

    pub(super) fn stop_run(&mut self) {
        self.pause_run();
        self.run.playing = false;
    }

    /// Learning rate and momentum act from the next batch on.
    pub(super) fn steer_run(&mut self) {
        let run = self.setup.run.clone();
        let epoch = self.run.history.len().saturating_sub(1);
        self.run.changes.retain(|c| c.0 < epoch);
        self.run.changes.push((epoch, run.learning_rate, run.momentum));
        self.pool.send(Desk::Study, &Request::Steer { learning_rate: run.learning_rate, momentum: run.momentum });
    }

    pub(super) fn run_frame(&mut self, job: Job, frame: Frame) {
        if job != self.run.job {
            return;
        }
        if std::mem::take(&mut self.run.rewinding) {
            self.run.history.truncate(frame.epoch + 1);
            self.run.changes.retain(|c| c.0 <= frame.epoch);
            let run = &self.setup.run;
            let shown = (run.learning_rate, run.momentum);
            if self.run.changes.last().is_some_and(|c| (c.1, c.2) != shown) {
                // From here it goes on as the controls stand, not as it did the first time.
                self.steer_run();
            }
        } else {
            self.run.history.extend_from_slice(&frame.reports);
        }
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
