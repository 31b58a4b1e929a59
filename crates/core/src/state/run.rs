//! The one run of the Explore screen.

mod branch;
mod frames;

pub use branch::Branch;

use super::{State, WorkerId};
use crate::inspect::Plane;
use crate::metrics::Metric;
use crate::setup::Edit;
use crate::setup::Screen;
use crate::worker::{Frame, Job, Request, Sharpness, Steering};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use tunescape_engine::train::Report;

/// Milliseconds an epoch takes, slow to as fast as it goes.
pub const PACES: [f64; 4] = [400.0, 100.0, 30.0, 0.0];

/// A run that is left playing stops here.
const MAX_EPOCHS: usize = 5_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RunEvent {
    Play,
    Pause,
    Step,
    /// Back to the same start weights.
    Reset,
    /// Other start weights and batches.
    NewSeed,
    /// Shows an epoch of the branch on show; from there it can go another way.
    Rewind(usize),
    /// Shows the end of a branch.
    Branch(usize),
    Pace(usize),
    /// Back to the last finite epoch, and on at this learning rate.
    Retry(f64),
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
    /// The boundary: answers only, or how sure they are.
    Discrete,
    /// Whether a step is told, and the next part of it.
    Tell,
    Onward,
    /// Whether the loss is heard.
    Sound,
    Cross(Option<usize>),
    /// The metric whose curve is shown beside the loss.
    Watch(Metric),
    /// From which chance on a row is predicted to be of the second of two classes.
    Threshold(f64),
    /// The same run from other seeds; or forgets them.
    Luck,
    /// Sets one weight or bias.
    Weight(usize, f32),
}

pub struct RunState {
    /// The ways that it has gone; none before there is a run.
    pub branches: Vec<Branch>,
    /// The branch on show.
    pub at: usize,
    pub frame: Option<Frame>,
    /// A branch to be compared with: the pinned one, or in a lesson the run before.
    pub ghost: Option<Branch>,
    pub pinned: bool,
    /// The curvature where the run last rested; none until it is measured.
    pub sharp: Option<Sharpness>,
    pub playing: bool,
    /// Index into [`PACES`].
    pub pace: usize,
    /// The pace was changed while it played: it goes on at the new one as soon as it has stopped.
    resume: bool,
    /// The epoch of this branch or another that the next frame shows.
    pub rewinding: Option<usize>,
    /// Whether the worker that had it is gone: played on, it begins anew.
    pub lost: bool,
    job: Job,
    /// The job that began it.
    begun: Job,
    sharp_job: Job,
    /// Whether its answer is awaited.
    measures: bool,
}

impl RunState {
    pub fn measuring(&self) -> bool {
        self.measures
    }

    /// Gives up a run that failed; false if the job is none of the run's.
    pub fn forget(&mut self, job: Job) -> bool {
        let own = self.job == job;
        self.playing &= !own;
        own
    }

    /// Whether it can't go on: it has diverged, or come to the last epoch.
    pub fn over(&self) -> bool {
        let ended = |f: &Frame| f.diverged.is_some() || f.epoch >= MAX_EPOCHS;
        !self.lost && self.frame.as_ref().is_none_or(ended)
    }

    pub fn branch(&self) -> Option<&Branch> {
        self.branches.get(self.at)
    }

    /// Reports of the branch on show, by epoch.
    pub fn history(&self) -> &[Report] {
        self.branch().map_or(&[], |branch| &branch.history)
    }

    /// The epoch on show, if the branch goes on beyond it.
    pub fn looks_back(&self) -> Option<usize> {
        self.frame.as_ref().map(|f| f.epoch).filter(|epoch| epoch + 1 < self.history().len())
    }
}

impl Default for RunState {
    fn default() -> Self {
        Self {
            branches: Vec::new(),
            at: 0,
            frame: None,
            ghost: None,
            pinned: false,
            sharp: None,
            playing: false,
            pace: 2,
            resume: false,
            rewinding: None,
            lost: false,
            job: 0,
            begun: 0,
            sharp_job: 0,
            measures: false,
        }
    }
}

impl State {
    pub(super) fn run_event(&mut self, event: RunEvent) {
        use RunEvent::{Luck, Onward, Play, Reset, Retry, Step};
        if matches!(event, Play | Step | Reset | Retry(_) | Luck | Onward) {
            self.try_again();
        }
        match event {
            RunEvent::Play => self.play_run(),
            RunEvent::Step => self.go_run(1),
            RunEvent::Pause => {
                self.run.resume = false;
                self.pause_run();
            }
            RunEvent::Reset => self.start_run(),
            RunEvent::NewSeed => self.make(&Edit::NewSeed),
            RunEvent::Rewind(epoch) => self.rewind_run(self.run.at, epoch),
            RunEvent::Branch(branch) => {
                let Some(way) = self.run.branches.get(branch) else { return };
                let (last, end) =
                    (way.in_force(usize::MAX).clone(), way.history.len().saturating_sub(1));
                self.rewind_run(branch, end);
                // It goes on as it did.
                let mut setup = self.setup.clone();
                (setup.run, setup.training) = (last.run, last.training);
                self.edit(setup);
            }
            RunEvent::Retry(rate) => {
                let Some(epoch) = self.run.frame.as_ref().map(|f| f.epoch) else { return };
                let mut setup = self.setup.clone();
                setup.run.learning_rate = rate;
                self.edit(setup);
                self.rewind_run(self.run.at, epoch);
                self.run.resume = true;
            }
            RunEvent::Pin => {
                (self.run.ghost, self.run.pinned) = (self.run.branch().cloned(), true);
            }
            RunEvent::Unpin => (self.run.ghost, self.run.pinned) = (None, false),
            RunEvent::Find => {
                self.map.found = true;
                let mut setup = self.setup.clone();
                setup.screen = Screen::Search;
                self.edit(setup);
            }
            RunEvent::Plane(plane) => self.choose_plane(plane),
            RunEvent::Log => self.inspection.log = !self.inspection.log,
            RunEvent::Smooth => self.inspection.smooth = !self.inspection.smooth,
            RunEvent::Discrete => self.inspection.discrete = !self.inspection.discrete,
            RunEvent::Sound => self.inspection.sound = !self.inspection.sound,
            RunEvent::Tell => self.toggle_telling(),
            RunEvent::Onward => self.tell_on(),
            RunEvent::Cross(at) => self.inspection.cross = at,
            RunEvent::Threshold(chance) => self.inspection.threshold = chance.clamp(0.0, 1.0),
            RunEvent::Watch(metric) => {
                self.inspection.metric = Some(metric);
                self.forget_watched();
                self.watch();
            }
            RunEvent::Luck
                if self.inspection.luck.is_some() || self.inspection.luck_job.is_some() =>
            {
                self.forget_luck()
            }
            RunEvent::Luck => self.try_luck(),
            RunEvent::Weight(index, value) => {
                // It takes effect where the run rests.
                if !self.run.playing && !self.run.lost && self.run.frame.is_some() {
                    self.forget_sharp();
                    self.forget_looks();
                    self.forget_luck();
                    self.run.job = self.next_job();
                    self.ask(WorkerId::Study, Request::Weight { job: self.run.job, index, value });
                }
            }
            RunEvent::Pace(pace) => {
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
        let (job, ghost, pinned) = (self.next_job(), self.next_ghost(), self.run.pinned);
        let changes = vec![(0, Rc::new(self.setup.clone()))];
        let first = Branch {
            parent: 0,
            from: 0,
            history: Vec::new(),
            changes,
            diverged: None,
            watched: None,
        };
        self.run = RunState {
            branches: vec![first],
            pace: self.run.pace,
            ghost,
            pinned,
            job,
            begun: job,
            ..RunState::default()
        };
        self.ask(WorkerId::Study, Request::Start { job: self.run.job, setup: self.setup.clone() });
    }

    /// What the next run is compared with: the pinned one, or in a lesson the one before, so that
    /// it stays in sight without being asked for.
    fn next_ghost(&mut self) -> Option<Branch> {
        let before = self.run.ghost.take();
        if self.run.pinned || self.lesson().is_none() {
            return before.filter(|_| self.run.pinned);
        }
        let of_this_lesson = |branch: &Branch| {
            let (then, now) = (&branch.in_force(0).lesson, &self.setup.lesson);
            (&then.name, &then.own) == (&now.name, &now.own)
        };
        let last = self.run.branch().filter(|branch| branch.history.len() > 1);
        last.cloned().or(before).filter(of_this_lesson)
    }

    /// Forgets the run: it was of other data. In a lesson the one before stays where only the rows
    /// of its set are others.
    pub(super) fn forget_run(&mut self) {
        let before = if self.run.pinned { None } else { self.next_ghost() };
        let set = &self.setup.data.name;
        let ghost = before.filter(|ghost| ghost.in_force(0).data.name == *set);
        self.run = RunState { pace: self.run.pace, ghost, ..RunState::default() };
        self.reset_looks();
        self.inspection.laid = None;
    }

    /// The run from its start weights, and on.
    pub(super) fn begin_run(&mut self) {
        self.start_run();
        self.run.resume = true;
    }

    fn play_run(&mut self) {
        // Its first frame may still be on the way.
        self.run.resume |= self.run.frame.is_none();
        let at = self.run.frame.as_ref().map_or(0, |f| f.epoch);
        // A lesson speaks of what is seen after its epochs, and the page around an embed is told
        // that it has finished.
        let end = if self.lesson().is_some() || self.embed.is_some() {
            self.setup.training.epochs
        } else {
            MAX_EPOCHS
        };
        self.go_run(if at < end { end } else { MAX_EPOCHS }.saturating_sub(at));
    }

    pub(super) fn go_run(&mut self, epochs: usize) {
        let run = &self.run;
        if run.playing || run.lost || run.over() || epochs == 0 || !self.ready() {
            return;
        }
        self.forget_sharp();
        self.forget_looks();
        self.run.playing = true;
        self.note_controls();
        self.run.job = self.next_job();
        let pace = PACES[self.run.pace];
        self.ask(WorkerId::Study, Request::Go { job: self.run.job, epochs, pace });
    }

    fn pause_run(&mut self) {
        if self.run.playing {
            self.cancel(WorkerId::Study, self.run.job);
        }
    }

    fn rewind_run(&mut self, branch: usize, epoch: usize) {
        if self.run.frame.is_none()
            || self.run.lost
            || self.run.branches.get(branch).is_none_or(|b| epoch >= b.history.len())
        {
            return;
        }
        self.stop_run();
        if self.run.rewinding.is_some() {
            // Only the last of several is of use.
            self.cancel(WorkerId::Study, self.run.job);
        }
        self.forget_sharp();
        self.forget_looks();
        self.forget_luck();
        (self.run.rewinding, self.run.at) = (Some(epoch), branch);
        self.run.job = self.next_job();
        self.ask(WorkerId::Study, Request::Rewind { job: self.run.job, branch, epoch });
    }

    pub(super) fn stop_run(&mut self) {
        self.pause_run();
        self.run.playing = false;
    }

    /// Stops it, and nothing plays it on.
    pub(super) fn halt_run(&mut self) {
        self.stop_run();
        self.run.resume = false;
    }

    /// The worker that had the run is gone. What was seen of it stays.
    pub(super) fn lose_run(&mut self) {
        self.forget_sharp();
        self.forget_looks();
        self.forget_luck();
        (self.run.lost, self.run.rewinding) = (true, None);
    }

    /// The controls act from the next epoch on.
    pub(super) fn steer_run(&mut self) {
        self.note_controls();
        self.ask(WorkerId::Study, Request::Steer(Steering::of(&self.setup)));
        self.follow_controls();
    }
}
