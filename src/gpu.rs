//! The GPU trainer. Networks that fit an invocation's own memory are trained by the [`fused`] layout, all others by the
//! [`batched`] one.
//!
//! The shader of a network is written by [`shader`]; what it reads is laid out by [`layout`]. A submission takes about
//! [`pace::SLICE_MS`], whatever the device: fast ones train all trials for many epochs in it, slow ones some trials, or
//! for some batches. The numbers don't depend on that.

mod batched;
mod context;
mod fused;
pub mod layout;
pub mod map;
pub mod network;
pub mod pace;
pub mod shader;
pub mod tiles;

pub use context::GpuContext;

use crate::optim::Hyper;
use crate::train::scale::{Scale, Which};
use crate::train::{Log, Orders, Population, Progress, Report, State, TrainError, Trainer};
use batched::Batched;
use fused::Fused;

/// What the layouts train, and what came of it so far.
struct Course {
    context: GpuContext,
    population: Population,
    orders: Orders,
    log: Log,
    scale: Scale,
    /// Milliseconds.
    now: fn() -> f64,
    epoch: usize,
    /// Whether the hyperparameters on the device are out of date.
    stale: bool,
}

impl Course {
    fn live(&self, trial: usize) -> bool {
        self.log.live(trial)
    }

    fn any_live(&self) -> bool {
        (0..self.population.trials.len()).any(|t| self.live(t))
    }

    /// Records what the device says of a trial's next epoch, unless it has diverged before.
    fn record(&mut self, trial: usize, number: impl Fn(usize) -> u32) {
        if !self.live(trial) {
            return;
        }
        let stream = self.population.trials[trial].stream;
        let number = |k: usize| f32::from_bits(number(k));
        let report = Report {
            train_loss: number(0),
            train_score: self.scale.score(stream, Which::Train, number(1)),
            valid_loss: number(2),
            valid_score: self.scale.score(stream, Which::Valid, number(3)),
        };
        self.stale |= !self.log.record(trial, report);
    }

    /// A trial's row in the table of hyperparameters.
    fn row(&self, trial: usize) -> layout::Trial {
        let crate::train::Trial { hyper, stream } = self.population.trials[trial];
        layout::Trial {
            learning_rate: hyper.learning_rate,
            momentum: hyper.momentum,
            l2: hyper.l2,
            stream: stream as u32,
            live: u32::from(self.live(trial)),
        }
    }
}

enum Layout {
    Fused(Fused),
    Batched(Batched),
}

/// Trains a population on a GPU.
pub struct GpuTrainer {
    course: Course,
    layout: Layout,
}

impl GpuTrainer {
    /// A trainer at epoch 0. `now` tells the time in milliseconds.
    pub async fn new(context: &GpuContext, population: Population, now: fn() -> f64) -> Result<Self, TrainError> {
        population.check()?;
        let mut course = Course {
            log: Log::new(population.trials.len(), population.bound),
            scale: Scale::new(&population),
            context: context.clone(),
            orders: Orders::default(),
            epoch: 0,
            stale: true,
            population,
            now,
        };
        let layout = match network::fits(&course.population.net) {
            true => Layout::Fused(Fused::new(&mut course).await?),
            false => Layout::Batched(Batched::new(&mut course).await?),
        };
        Ok(Self { course, layout })
    }
}

impl Trainer for GpuTrainer {
    fn population(&self) -> &Population {
        &self.course.population
    }

    fn log(&self) -> &Log {
        &self.course.log
    }

    fn epoch(&self) -> usize {
        self.course.epoch
    }

    async fn advance(&mut self, to: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        let Self { course, layout } = self;
        while course.epoch < to && course.any_live() {
            match layout {
                Layout::Fused(fused) => fused.slice(course, to).await?,
                Layout::Batched(batched) => batched.slice(course, to).await?,
            }
            if course.epoch < to && pause() {
                return Ok(Progress::Paused);
            }
        }
        Ok(Progress::Reached)
    }

    async fn state(&mut self, trial: usize) -> Result<State, TrainError> {
        let Self { course, layout } = self;
        course.context.check()?;
        if trial >= course.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        let words = match layout {
            Layout::Fused(fused) => fused.state(course, trial).await?,
            Layout::Batched(batched) => batched.state(course, trial).await?,
        };
        let mut weights: Vec<f32> = words.into_iter().map(f32::from_bits).collect();
        let velocity = weights.split_off(course.population.net.parameters());
        Ok(State { weights, velocity })
    }

    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError> {
        let Self { course, layout } = self;
        course.context.check()?;
        let wanted = course.population.net.parameters();
        for given in [state.weights.len(), state.velocity.len()] {
            if given != wanted {
                return Err(TrainError::Weights { given, wanted });
            }
        }
        if trial >= course.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        let numbers = [state.weights.as_slice(), &state.velocity].concat();
        match layout {
            Layout::Fused(fused) => fused.set_state(course, trial, &numbers),
            Layout::Batched(batched) => batched.set_state(course, trial, &numbers),
        }
        course.context.check()
    }

    fn set_hyper(&mut self, trial: usize, hyper: Hyper) {
        self.course.population.trials[trial].hyper = hyper;
        self.course.stale = true;
    }

    fn retire(&mut self, trial: usize) {
        self.course.log.retire(trial);
        self.course.stale = true;
    }
}
