//! Trials in training: a population at a time, in slices, so that messages are heard.

use super::{ALIVE_EVERY, Desk, REPORT_EVERY, on, slice};
use crate::gpu::{GpuContext, GpuTrainer};
use crate::setup::Setup;
use crate::space::Point;
use crate::worker::training::{Curves, Gathered, retire_diverged};
use crate::worker::{Failure, Host, Job, Reply};
use std::cell::Cell;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Population, Progress, TrainError, Trainer};

/// The right to hold trials in training, until it is dropped.
struct Turn<'a>(&'a Cell<bool>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl<H: Host> Desk<H> {
    pub(super) async fn train(
        &self,
        job: Job,
        setup: &Setup,
        points: &[Point],
        step: usize,
        gpu: bool,
    ) -> Result<Reply, Failure> {
        let Some(_turn) = self.turn(job).await else { return Ok(Reply::Trained(job)) };
        let data = self.data(setup)?;
        let context = if gpu { Some(self.context().await?) } else { None };
        for group in setup.groups(points) {
            let shared = setup.population(&data.folds, data.task, &group.points[..1]);
            let count = group.points.len();
            let on = on(&shared, count, context.as_deref());
            let needs = setup.needs(&shared, &self.size(&data), count, on, 1)?;
            let slices = needs.within_bounds()?;
            let most = slices.points;
            for (points, places) in group.points.chunks(most).zip(group.trials.chunks(most)) {
                let trained = if slices.streams < shared.streams.len() {
                    let (to, each) = (setup.training.epochs, slices.streams);
                    let gathered =
                        self.gather(job, setup, &shared, points, each, context.as_deref()).await;
                    gathered.map(|gathered| {
                        if let Some(gathered) = gathered {
                            let curves = gathered.curves(places, 0, to);
                            self.host.post(&Reply::Curves(job, curves));
                        }
                    })
                } else {
                    let population = setup.with_trials(&shared, points);
                    match &context {
                        Some(context) => match GpuTrainer::new(context, population, H::now).await {
                            Ok(trainer) => self.train_with(job, setup, trainer, places, step).await,
                            Err(error) => Err(error),
                        },
                        None => {
                            self.train_with(job, setup, CpuTrainer::new(population)?, places, step)
                                .await
                        }
                    }
                };
                if matches!(trained, Err(TrainError::DeviceLost(_))) {
                    *self.gpu.borrow_mut() = None;
                }
                trained?;
                if self.is_cancelled(job) {
                    return Ok(Reply::Trained(job));
                }
            }
        }
        Ok(Reply::Trained(job))
    }

    /// Waits until no other trials are in training: one that was cancelled gives its memory back
    /// before the next takes any. None if this one is cancelled meanwhile.
    async fn turn(&self, job: Job) -> Option<Turn<'_>> {
        loop {
            if self.is_cancelled(job) {
                return None;
            }
            if !self.training.replace(true) {
                break;
            }
            H::breathe().await;
        }
        Some(Turn(&self.training))
    }

    /// Trains the streams of some points to the last epoch, `each` at a time: together they have no
    /// room. None if the job is cancelled.
    pub(super) async fn gather(
        &self,
        job: Job,
        setup: &Setup,
        shared: &Population,
        points: &[Point],
        each: usize,
        context: Option<&GpuContext>,
    ) -> Result<Option<Gathered>, TrainError> {
        let streams = shared.streams.len();
        let mut gathered = Gathered::new(points.len(), streams);
        for first in (0..streams).step_by(each) {
            let some = first..streams.min(first + each);
            let population = setup.with_streams(shared, points, some.clone());
            let to =
                gathered.end().map_or(setup.training.epochs, |end| end.min(setup.training.epochs));
            let through = match context {
                Some(context) => {
                    let mut trainer = GpuTrainer::new(context, population, H::now).await?;
                    let through = self.advance(job, &mut trainer, to).await?;
                    gathered.take(&trainer, some);
                    through
                }
                None => {
                    let mut trainer = CpuTrainer::new(population)?;
                    let through = self.advance(job, &mut trainer, to).await?;
                    gathered.take(&trainer, some);
                    through
                }
            };
            if !through {
                return Ok(None);
            }
        }
        Ok(Some(gathered))
    }

    /// Trains to an epoch; false if the job is cancelled on the way.
    pub(super) async fn advance(
        &self,
        job: Job,
        trainer: &mut impl Trainer,
        to: usize,
    ) -> Result<bool, TrainError> {
        loop {
            let progress = trainer.advance(to, &mut slice::<H>()).await?;
            self.tell_alive(job);
            H::breathe().await;
            if progress == Progress::Reached || self.is_cancelled(job) {
                return Ok(progress == Progress::Reached);
            }
        }
    }

    /// Lets the page know that the GPU answers, where it is one that trains: of one that does not,
    /// nothing else would tell.
    fn tell_alive(&self, job: Job) {
        if self.gpu.borrow().is_some() && H::now() - self.heard.get() > ALIVE_EVERY {
            self.heard.set(H::now());
            self.host.post(&Reply::Alive(job));
        }
    }

    /// Trains the points of these places in the job to the last epoch, `step` epochs at a time,
    /// reporting on the way, unless the job is cancelled.
    pub(super) async fn train_with<T: Trainer>(
        &self,
        job: Job,
        setup: &Setup,
        mut trainer: T,
        trials: &[usize],
        step: usize,
    ) -> Result<(), TrainError> {
        let (epochs, streams) = (setup.training.epochs, setup.evaluation.streams());
        let (mut from, mut told) = (0, H::now());
        while trainer.epoch() < epochs {
            let to = (trainer.epoch() + step.max(1)).min(epochs);
            loop {
                let progress = trainer.advance(to, &mut slice::<H>()).await?;
                self.tell_alive(job);
                H::breathe().await;
                if self.is_cancelled(job) {
                    return Ok(());
                }
                if progress == Progress::Reached {
                    break;
                }
            }
            retire_diverged(&mut trainer, streams);
            let done = trainer.epoch() >= epochs || trainer.epoch() < to;
            if done || H::now() - told > REPORT_EVERY {
                let last = trainer.epoch();
                self.host.post(&Reply::Curves(job, Curves::of(&trainer, trials, from, to)));
                (from, told) = (to + 1, H::now());
                if last < to {
                    // Nothing is left to train: every trial has diverged or stopped.
                    break;
                }
            }
        }
        Ok(())
    }
}
