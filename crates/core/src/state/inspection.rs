//! What is seen of the Explore run beyond its frames: the slice of its loss, the network laid open,
//! other seeds.

use super::{State, WorkerId};
use crate::inspect::{Anatomy, Narration, Plane, Slice};
use crate::metrics::Metric;
use crate::setup::Screen;
use crate::sort::ascending;
use crate::worker::{Job, Request, confusion};
use std::rc::Rc;
use tunescape_engine::net::Net;
use tunescape_engine::train::Report;

/// Seeds of "Is it luck?".
pub const SEEDS: usize = 16;
/// Cells along a side of a slice.
const SIDE: usize = 40;
/// The chance at which both of two classes are as likely.
pub(super) const EVEN: f64 = 0.5;
/// Milliseconds between two looks at a run that goes on.
const EVERY: f64 = 600.0;

pub struct Inspection {
    pub plane: Plane,
    pub slice: Option<Rc<Slice>>,
    /// A network laid open, and which.
    pub laid: Option<(Net, Rc<Anatomy>)>,
    pub luck: Option<Luck>,
    /// Whether the loss curves have a logarithmic axis, and whether curves are smoothed.
    pub log: bool,
    pub smooth: bool,
    /// Whether the boundary shows answers only, and whether the loss is heard.
    pub discrete: bool,
    pub sound: bool,
    /// The update that is told, its part on show (forward, loss, backward, update), and whether
    /// one is to be.
    pub told: Option<Rc<Narration>>,
    pub part: usize,
    pub telling: bool,
    /// The epoch that the pointer is at, on any curve.
    pub cross: Option<usize>,
    /// What is shown beside the loss; none for the score that every report has.
    pub metric: Option<Metric>,
    /// From which chance on a row is predicted to be of the second of two classes.
    pub threshold: f64,
    slice_job: Job,
    laid_job: Job,
    told_job: Job,
    /// None when nothing is on its way; otherwise from which epoch of which branch on.
    watch_job: Option<(Job, usize, usize)>,
    /// None when nothing is on its way; otherwise how much of it is done, in percent.
    pub luck_job: Option<(Job, usize)>,
    /// Answers that are still awaited, and when they were asked for.
    awaited: usize,
    pub(super) asked: f64,
    /// When the last measurement of the curvature began.
    pub(super) measured: f64,
    /// Whether the controls have moved since the last looks.
    moved: bool,
    /// Three times as long as the last looks took, in milliseconds.
    pub(super) took: f64,
}

impl Default for Inspection {
    fn default() -> Self {
        Self {
            plane: Plane::Path,
            slice: None,
            laid: None,
            luck: None,
            log: false,
            smooth: false,
            discrete: false,
            sound: false,
            told: None,
            part: 0,
            telling: false,
            cross: None,
            metric: None,
            threshold: EVEN,
            watch_job: None,
            slice_job: 0,
            laid_job: 0,
            told_job: 0,
            luck_job: None,
            awaited: 0,
            asked: 0.0,
            measured: 0.0,
            moved: false,
            took: 0.0,
        }
    }
}

/// The same run from other start weights and in another order of batches; losses on the validation
/// rows.
pub struct Luck {
    /// By epoch; none where half of the runs have diverged.
    pub median: Vec<Option<f64>>,
    /// The middle half of the runs, from epoch 1; infinite where it holds runs that have diverged.
    pub band: Vec<(f64, f64)>,
    /// After the last epoch, smallest first; runs that have diverged are infinite.
    pub last: Vec<f64>,
    /// The place of the run on show among them, from 1.
    pub place: usize,
}

impl Inspection {
    /// Whether an answer is awaited.
    pub fn waits(&self) -> bool {
        self.awaited > 0
    }

    /// Expects no more of a job that failed; false if it is none of these.
    pub(super) fn forget(&mut self, job: Job) -> bool {
        let looks = self.awaited > 0 && [self.slice_job, self.laid_job].contains(&job);
        self.awaited -= usize::from(looks);
        looks || self.luck_job.take_if(|luck| luck.0 == job).is_some()
    }

    pub(super) fn luck_progress(&mut self, job: Job, percent: usize) {
        if let Some((_, done)) = self.luck_job.as_mut().filter(|luck| luck.0 == job) {
            *done = percent;
        }
    }
}

impl Luck {
    /// `own` is the run on show, which may have been changed by hand, after the same epochs.
    fn of(runs: &[Vec<Report>], own: &[Report]) -> Option<Self> {
        let epochs = runs.iter().map(Vec::len).max().filter(|&epochs| epochs > 1)?;
        let at = |run: &Vec<Report>, epoch: usize| {
            run.get(epoch).map_or(f64::INFINITY, |r| f64::from(r.valid_loss))
        };
        let sorted = |epoch: usize| {
            let mut values: Vec<f64> = runs.iter().map(|run| at(run, epoch)).collect();
            ascending(&mut values);
            values
        };
        let share = |values: &[f64], share: f64| {
            let place = share * (values.len() - 1) as f64;
            let (low, high) =
                (values[place as usize], values[(place as usize + 1).min(values.len() - 1)]);
            // Between a finite and an infinite value nothing is known.
            if high.is_finite() { low + (high - low) * place.fract() } else { high }
        };
        let by_epoch: Vec<Vec<f64>> = (0..epochs).map(sorted).collect();
        let last = by_epoch[epochs - 1].clone();
        let own = own.get(epochs - 1).map_or(f64::INFINITY, |r| f64::from(r.valid_loss));
        Some(Self {
            median: by_epoch
                .iter()
                .map(|v| Some(share(v, 0.5)).filter(|m| m.is_finite()))
                .collect(),
            band: by_epoch[1..].iter().map(|v| (share(v, 0.25), share(v, 0.75))).collect(),
            place: 1 + last.iter().filter(|&&loss| loss < own).count(),
            last,
        })
    }
}

impl State {
    /// How the run judges the validation rows, by \[true class\]\[predicted class\]; none before its
    /// first frame, and where numbers are predicted.
    pub fn confusion(&self) -> Option<Vec<Vec<usize>>> {
        let (frame, data) = (self.run.frame.as_ref()?, self.data.as_ref()?);
        let answers = Some(&frame.inspection.answers).filter(|answers| !answers.is_empty())?;
        let classes = data.target.len();
        (classes >= 2).then(|| confusion(answers, classes, self.inspection.threshold))
    }

    /// Looks at the run where it rests.
    pub(super) fn look_at_run(&mut self) {
        let Some(frame) = self.run.frame.as_ref().filter(|_| self.setup.screen == Screen::Explore)
        else {
            return;
        };
        let epoch = frame.epoch;
        self.forget_looks();
        (self.inspection.slice_job, self.inspection.laid_job) = (self.next_job(), self.next_job());
        (self.inspection.awaited, self.inspection.asked, self.inspection.moved) =
            (2, self.now, false);
        let slice = Request::Slice {
            job: self.inspection.slice_job,
            epoch,
            plane: self.inspection.plane,
            side: SIDE,
        };
        self.ask(WorkerId::Study, slice);
        self.ask(WorkerId::Study, Request::LayOpen { job: self.inspection.laid_job, epoch });
        self.watch();
        if self.inspection.telling && !self.run.playing {
            // The same update again, where only the controls were moved.
            let told = self
                .inspection
                .told
                .as_ref()
                .filter(|told| told.epoch == epoch)
                .map(|told| told.update);
            if told.is_none() {
                self.inspection.part = 0;
            }
            self.tell(told.unwrap_or(0));
        }
    }

    /// What comes next follows the controls.
    pub(super) fn follow_controls(&mut self) {
        if self.run.playing {
            self.inspection.moved = true;
        } else {
            self.look_at_run();
        }
    }

    /// Asks for an update of the epoch to come, part by part.
    fn tell(&mut self, update: usize) {
        let Some(epoch) = self.run.frame.as_ref().map(|f| f.epoch) else { return };
        self.inspection.told_job = self.next_job();
        self.ask(WorkerId::Study, Request::Tell { job: self.inspection.told_job, epoch, update });
    }

    pub(super) fn run_told(&mut self, job: Job, told: Option<Box<Narration>>) {
        if job == self.inspection.told_job {
            self.inspection.told = told.map(|told| Rc::new(*told));
        }
    }

    /// Asks for what is not known yet of the metric that is watched; the score and the loss come
    /// with the reports.
    pub(super) fn watch(&mut self) {
        let loss = self.setup.loss(self.task());
        let Some(metric) = self.inspection.metric.filter(|m| m.fits(loss) && !m.is_reported())
        else {
            return;
        };
        let branch = self.run.at;
        let Some(of) =
            self.run.branches.get(branch).filter(|_| self.inspection.watch_job.is_none())
        else {
            return;
        };
        let from = of.watched.as_ref().filter(|of| of.0 == metric).map_or(0, |of| of.1.len());
        if from < of.history.len() {
            let job = self.next_job();
            self.inspection.watch_job = Some((job, branch, from));
            self.ask(WorkerId::Study, Request::Watch { job, branch, metric, from });
        }
    }

    pub(super) fn forget_watched(&mut self) {
        if let Some((job, ..)) = self.inspection.watch_job.take() {
            self.cancel(WorkerId::Study, job);
        }
    }

    pub(super) fn run_watched(&mut self, job: Job, values: Option<Vec<[f32; 2]>>) {
        let Some((_, branch, from)) = self.inspection.watch_job.take_if(|(own, ..)| *own == job)
        else {
            return;
        };
        let (Some(values), Some(metric), Some(of)) =
            (values, self.inspection.metric, self.run.branches.get_mut(branch))
        else {
            return;
        };
        let mut known = of.watched.take().filter(|of| of.0 == metric).map_or(Vec::new(), |of| of.1);
        known.truncate(from);
        known.extend(values);
        of.watched = Some((metric, known));
    }

    /// Begins to tell a step, or ends it.
    pub(super) fn toggle_telling(&mut self) {
        self.inspection.telling = !self.inspection.telling;
        self.inspection.part = 0;
        if self.inspection.telling && !self.run.playing {
            self.tell(0);
        }
    }

    /// The next part of what is told; after the last the next update; after that of an epoch, the
    /// next epoch.
    pub(super) fn tell_on(&mut self) {
        let Some(told) = self.inspection.told.clone() else { return };
        self.inspection.part = (self.inspection.part + 1) % 4;
        if self.inspection.part == 0 {
            if told.update + 1 < told.updates {
                self.tell(told.update + 1);
            } else {
                self.go_run(1);
            }
        }
    }

    /// Looks at a run that goes on, now and then.
    pub(super) fn glance_at_run(&mut self) {
        // The longer the looks take, the rarer they are.
        let pause = self.inspection.took.max(EVERY);
        if self.setup.screen == Screen::Explore
            && self.inspection.awaited == 0
            && !self.run.measuring()
            && self.inspection.watch_job.is_none()
            && (self.inspection.moved || self.now - self.inspection.asked > pause)
        {
            self.look_at_run();
            if let Some(epoch) = self.run.frame.as_ref().map(|f| f.epoch) {
                self.measure_run(epoch);
            }
        }
    }

    pub(super) fn forget_looks(&mut self) {
        for job in [self.inspection.slice_job, self.inspection.laid_job] {
            self.cancel(WorkerId::Study, job);
        }
        self.forget_watched();
        self.inspection.awaited = 0;
    }

    /// Forgets what was seen of a run that is no more.
    pub(super) fn reset_looks(&mut self) {
        self.forget_looks();
        self.forget_luck();
        let Inspection { plane, log, smooth, discrete, sound, telling, metric, threshold, .. } =
            self.inspection;
        let laid = self.inspection.laid.take();
        self.inspection = Inspection {
            plane,
            log,
            smooth,
            discrete,
            sound,
            telling,
            metric,
            threshold,
            laid,
            ..Inspection::default()
        };
    }

    pub(super) fn forget_luck(&mut self) {
        if let Some((job, _)) = self.inspection.luck_job.take() {
            self.cancel(WorkerId::Study, job);
        }
        self.inspection.luck = None;
    }

    pub(super) fn run_sliced(&mut self, job: Job, slice: Option<Box<Slice>>) {
        if job == self.inspection.slice_job {
            self.inspection.awaited = self.inspection.awaited.saturating_sub(1);
            self.inspection.slice = slice.map(|slice| Rc::new(*slice));
        }
    }

    pub(super) fn run_laid(&mut self, job: Job, laid: Option<Box<Anatomy>>) {
        if job == self.inspection.laid_job {
            self.inspection.awaited = self.inspection.awaited.saturating_sub(1);
            self.inspection.laid = laid.zip(self.data.as_ref()).and_then(|(laid, data)| {
                let net = self.setup.network(data.inputs, data.task);
                (laid.weights.len() == net.parameters()).then(|| (net, Rc::new(*laid)))
            });
        }
    }

    /// Trains the run so far again from other seeds.
    pub(super) fn try_luck(&mut self) {
        let Some(epochs) = self.run.frame.as_ref().map(|f| f.diverged.unwrap_or(f.epoch)) else {
            return;
        };
        self.forget_luck();
        let job = self.next_job();
        self.inspection.luck_job = Some((job, 0));
        self.ask(
            WorkerId::Study,
            Request::Luck { job, setup: self.setup.clone(), seeds: SEEDS, epochs, steered: None },
        );
    }

    pub(super) fn run_luck(&mut self, job: Job, runs: &[Vec<Report>]) {
        if self.inspection.luck_job.take_if(|luck| luck.0 == job).is_some() {
            self.inspection.luck = Luck::of(runs, self.run.history());
        }
    }

    pub(super) fn choose_plane(&mut self, plane: Plane) {
        self.inspection.plane = plane;
        self.look_at_run();
    }
}
