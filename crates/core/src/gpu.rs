//! The GPU trainer. Networks that fit an invocation's own memory are trained by the [`fused`]
//! layout, all others by the [`batched`] one.
//!
//! The shader of a network is written by [`shader`]; what it reads is laid out by [`layout`]. A
//! submission takes about [`pace::SLICE_MS`], whatever the device: fast ones train all trials for
//! many epochs in it, slow ones some trials, or for some batches. The numbers don't depend on that.

mod batched;
mod context;
mod estimate;
pub mod form;
mod fused;
pub mod layout;
mod losses;
pub mod map;
mod moves;
pub mod network;
pub mod pace;
mod round;
pub mod shader;
pub mod tiles;
pub mod update;
mod wgsl;

pub use context::GpuContext;
pub use estimate::{Estimate, GpuLimits, order_words};

use batched::Batched;
use fused::Fused;
use tunescape_engine::optim::{Hyper, Schedule};
use tunescape_engine::train::scale::{Scale, Which};
use tunescape_engine::train::{
    Log, Orders, Population, Progress, Report, State, TrainError, Trainer,
};

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
    fn new(
        context: &GpuContext,
        population: Population,
        now: fn() -> f64,
    ) -> Result<Self, TrainError> {
        population.check()?;
        Ok(Self {
            log: Log::new(&population),
            scale: Scale::new(&population),
            context: context.clone(),
            orders: Orders::default(),
            epoch: 0,
            stale: true,
            population,
            now,
        })
    }

    fn live(&self, trial: usize) -> bool {
        self.log.live(trial)
    }

    fn any_live(&self) -> bool {
        (0..self.population.trials.len()).any(|t| self.live(t))
    }

    /// How many epochs may be trained on the way to `to` before the host looks at their reports.
    fn max_epochs(&self, to: usize) -> usize {
        let watched = matches!(self.population.schedule, Schedule::Plateau { .. })
            || self.population.patience > 0;
        if watched { 1 } else { to - self.epoch }
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
        let plateau = self.log.plateau(trial);
        self.log.record(trial, report);
        self.stale |= !self.live(trial) || self.log.plateau(trial) != plateau;
    }

    /// Lets a trial train on that has been given a state, though it had diverged or was retired.
    fn revive(&mut self, trial: usize) {
        if !self.live(trial) {
            self.log.revive(trial, self.epoch);
            self.stale = true;
        }
    }

    /// A trial's state, as the device has it.
    fn unpacked(&self, words: Vec<u32>) -> State {
        let numbers: Vec<f32> = words.into_iter().map(f32::from_bits).collect();
        let (parameters, slots) =
            (self.population.net.parameters(), self.population.rule.facts().slots);
        let vector = |i: usize| numbers[i * parameters..(i + 1) * parameters].to_vec();
        let mut counters = [0.0; map::COUNTERS];
        counters.copy_from_slice(&numbers[(1 + slots) * parameters..]);
        State { weights: vector(0), slots: (1..=slots).map(vector).collect(), counters }
    }

    /// A trial's row in the table of hyperparameters.
    fn row(&self, trial: usize) -> layout::Trial {
        let tunescape_engine::train::Trial { hyper, stream } = self.population.trials[trial];
        layout::Trial {
            learning_rate: hyper.learning_rate,
            momentum: hyper.momentum,
            dampening: hyper.dampening,
            beta2: hyper.beta2,
            epsilon: hyper.epsilon,
            momentum_decay: hyper.momentum_decay,
            l2: hyper.l2,
            decay: hyper.decay,
            l1: hyper.l1,
            clip_norm: hyper.clip_norm,
            clip_value: hyper.clip_value,
            dropout: hyper.dropout,
            label_smoothing: hyper.label_smoothing,
            rate_decay: hyper.rate_decay,
            plateau: self.log.plateau(trial),
            stream: stream as u32,
            live: u32::from(self.live(trial)),
        }
    }
}

enum Layout {
    Fused(Box<Fused>),
    Batched(Box<Batched>),
}

/// Trains a population on a GPU.
pub struct GpuTrainer {
    course: Course,
    layout: Layout,
}

impl GpuTrainer {
    /// A trainer at epoch 0. `now` tells the time in milliseconds.
    pub async fn new(
        context: &GpuContext,
        population: Population,
        now: fn() -> f64,
    ) -> Result<Self, TrainError> {
        if !network::fits(&population.net, population.rule) {
            return Self::batched(context, population, now).await;
        }
        let mut course = Course::new(context, population, now)?;
        Ok(Self { layout: Layout::Fused(Box::new(Fused::new(&mut course).await?)), course })
    }

    /// As [`GpuTrainer::new`], in the batched layout whatever the size of the network.
    pub async fn batched(
        context: &GpuContext,
        population: Population,
        now: fn() -> f64,
    ) -> Result<Self, TrainError> {
        let mut course = Course::new(context, population, now)?;
        Ok(Self { layout: Layout::Batched(Box::new(Batched::new(&mut course).await?)), course })
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

    async fn advance(
        &mut self,
        to: usize,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
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
        Ok(course.unpacked(words))
    }

    async fn best(&mut self, trial: usize) -> Result<Option<State>, TrainError> {
        let Self { course, layout } = self;
        course.context.check()?;
        if trial >= course.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        if !course.population.remembers {
            return Ok(None);
        }
        let words = match layout {
            Layout::Fused(fused) => fused.best(course, trial).await?,
            Layout::Batched(batched) => batched.best(course, trial).await?,
        };
        Ok(Some(course.unpacked(words)))
    }

    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError> {
        let Self { course, layout } = self;
        course.context.check()?;
        state.check(&course.population.net, course.population.rule)?;
        if trial >= course.population.trials.len() {
            return Err(TrainError::Stream { index: trial });
        }
        let numbers = numbers(state);
        match layout {
            Layout::Fused(fused) => fused.set_state(course, trial, &numbers),
            Layout::Batched(batched) => batched.set_state(course, trial, &numbers),
        }
        course.revive(trial);
        course.context.check()
    }

    async fn copy(&mut self, from: usize, to: usize) -> Result<(), TrainError> {
        let Self { course, layout } = self;
        course.context.check()?;
        if let Some(&index) =
            [from, to].iter().find(|&&trial| trial >= course.population.trials.len())
        {
            return Err(TrainError::Stream { index });
        }
        match layout {
            Layout::Fused(fused) => fused.copy(course, from, to),
            Layout::Batched(batched) => batched.copy(course, from, to),
        }
        course.revive(to);
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

/// Weights, slots and counters in one piece, as the device has them.
fn numbers(state: &State) -> Vec<f32> {
    [&state.weights[..], &state.slots.concat(), &state.counters].concat()
}

/// Number `i` of a trial's state before the first update.
fn start_number(population: &Population, trial: usize, i: usize) -> f32 {
    let tunescape_engine::train::Trial { hyper, stream } = &population.trials[trial];
    let (start, rule) = (&population.streams[*stream].start, population.rule);
    let counters = (1 + rule.facts().slots) * start.len();
    match start.get(i) {
        Some(weight) => *weight,
        None if i < counters => rule.slot_start(hyper),
        None => State::COUNTERS[i - counters],
    }
}
