//! The CPU trainer: groups of trials side by side in SIMD lanes, one group after the other.
//!
//! One trainer uses one thread; the population is spread over threads or workers by giving each a slice of the
//! trials. The same numbers come out for any slicing and any width (see [`super::kernel`]).

use super::kernel::Kernel;
use super::scale::{Scale, Which};
use super::{Log, Orders, Population, Progress, Report, State, TrainError, Trainer};
use crate::net::{Lanes, Narrow};
use crate::optim::{Hyper, HyperLanes};

/// How many trials train side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 128 bits: wasm SIMD, SSE2; plain Rust elsewhere.
    Four,
    /// 256 bits: AVX2.
    Eight,
    /// 512 bits: AVX-512.
    Sixteen,
}

impl Width {
    /// The widths that this machine has, narrowest first.
    pub fn available() -> Vec<Width> {
        #[allow(unused_mut)]
        let mut widths = vec![Width::Four];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                widths.push(Width::Eight);
            }
            if is_x86_feature_detected!("avx512f") {
                widths.push(Width::Sixteen);
            }
        }
        widths
    }

    pub fn lanes(self) -> usize {
        match self {
            Width::Four => 4,
            Width::Eight => 8,
            Width::Sixteen => 16,
        }
    }
}

/// Trials that train side by side. Vectors are `parameters × lanes`, or one number a lane.
struct Group {
    /// The trial in each lane; lanes without one train a copy of the last.
    trials: Vec<usize>,
    stream: usize,
    w: Vec<f32>,
    v: Vec<f32>,
    /// w and v after the last finished epoch that was finite.
    kept_w: Vec<f32>,
    kept_v: Vec<f32>,
    learning_rate: Vec<f32>,
    momentum: Vec<f32>,
    l2: Vec<f32>,
    epoch: usize,
    batch: usize,
}

/// Trains a population on one thread.
pub struct CpuTrainer {
    population: Population,
    width: Width,
    groups: Vec<Group>,
    kernel: Kernel,
    gradient: Vec<f32>,
    orders: Orders,
    log: Log,
    scale: Scale,
    /// Multiplications since `pause` was last asked.
    work: usize,
}

/// Multiplications between two questions whether to pause: about a millisecond of wasm SIMD. A step is never cut: a
/// batch, or the report of an epoch, runs to its end.
const ASK_EVERY: usize = 4_000_000;

impl CpuTrainer {
    /// A trainer on the widest lanes of this machine, at epoch 0.
    pub fn new(population: Population) -> Result<Self, TrainError> {
        let widths = Width::available();
        Self::with_width(population, widths[widths.len() - 1])
    }

    /// A trainer on lanes of this width, which the machine must have.
    pub fn with_width(population: Population, width: Width) -> Result<Self, TrainError> {
        population.check()?;
        let width = if Width::available().contains(&width) { width } else { Width::Four };
        let lanes = width.lanes();
        let mut groups = Vec::new();
        for stream in 0..population.streams.len() {
            let members: Vec<usize> =
                (0..population.trials.len()).filter(|&t| population.trials[t].stream == stream).collect();
            groups.extend(members.chunks(lanes).map(|trials| Group::new(&population, stream, trials, lanes)));
        }
        let mut trainer = Self {
            kernel: Kernel::new(&population.net, lanes),
            gradient: vec![0.0; population.net.parameters() * lanes],
            log: Log::new(population.trials.len(), population.bound),
            orders: Orders::default(),
            work: 0,
            groups,
            scale: Scale::new(&population),
            width,
            population,
        };
        // All trials of a stream start at the same weights: one group's report of epoch 0 is every group's.
        for first in 0..trainer.groups.len() {
            let Group { stream, ref trials, .. } = trainer.groups[first];
            let trial = trials[0];
            if first > 0 && trainer.groups[first - 1].stream == stream {
                continue;
            }
            trainer.report_group(first);
            let Some(report) = trainer.log.report(trial, 0) else { continue };
            for group in trainer.groups[first + 1..].iter().filter(|g| g.stream == stream) {
                for &trial in &group.trials {
                    trainer.log.record(trial, report);
                }
            }
        }
        Ok(trainer)
    }

    /// Everything reported so far.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The next batch of a group, or after the last of an epoch its report.
    fn step(&mut self, group: usize) {
        match self.width {
            Width::Four => self.step_four(group),
            // SAFETY: `with_width` takes only widths that the machine has.
            #[cfg(target_arch = "x86_64")]
            Width::Eight => unsafe { self.step_avx2(group) },
            #[cfg(target_arch = "x86_64")]
            Width::Sixteen => unsafe { self.step_avx512(group) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => self.step_four(group),
        }
    }

    fn report_group(&mut self, group: usize) {
        match self.width {
            Width::Four => self.report_four(group),
            // SAFETY: as in `step`.
            #[cfg(target_arch = "x86_64")]
            Width::Eight => unsafe { self.report_avx2(group) },
            #[cfg(target_arch = "x86_64")]
            Width::Sixteen => unsafe { self.report_avx512(group) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => self.report_four(group),
        }
    }

    fn step_four(&mut self, group: usize) {
        self.step_in::<Narrow>(group);
    }

    fn report_four(&mut self, group: usize) {
        self.report_in::<Narrow>(group);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn step_avx2(&mut self, group: usize) {
        self.step_in::<std::arch::x86_64::__m256>(group);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn report_avx2(&mut self, group: usize) {
        self.report_in::<std::arch::x86_64::__m256>(group);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn step_avx512(&mut self, group: usize) {
        self.step_in::<std::arch::x86_64::__m512>(group);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn report_avx512(&mut self, group: usize) {
        self.report_in::<std::arch::x86_64::__m512>(group);
    }

    #[inline(always)]
    fn step_in<V: Lanes>(&mut self, index: usize) {
        let Self { population, groups, kernel, gradient, orders, work, .. } = self;
        let group = &mut groups[index];
        let stream = &population.streams[group.stream];
        let batches = orders.get(group.stream, &stream.order, group.epoch, stream.train.rows());
        if group.batch == batches.len() {
            group.batch = 0;
            group.epoch += 1;
            *work += (stream.train.rows() + stream.valid.rows()) * gradient.len();
            self.report_in::<V>(index);
            return;
        }
        let rows = batches.get(group.batch);
        kernel.gradient::<V>(&group.w, gradient, &stream.train, rows);
        let hyper = HyperLanes {
            learning_rate: V::load(&group.learning_rate),
            momentum: V::load(&group.momentum),
            l2: V::load(&group.l2),
        };
        for at in (0..gradient.len()).step_by(V::COUNT) {
            let range = at..at + V::COUNT;
            let (w, v) = (V::load(&group.w[range.clone()]), V::load(&group.v[range.clone()]));
            let (w, v) = population.rule.update(&hyper, w, v, V::load(&gradient[range.clone()]));
            // SAFETY: both slices hold `COUNT` numbers.
            unsafe {
                w.write(group.w[range.clone()].as_mut_ptr());
                v.write(group.v[range].as_mut_ptr());
            }
        }
        *work += 3 * rows.len() * gradient.len();
        group.batch += 1;
    }

    /// Scores a group on both parts and records the reports of its live trials; freezes those that diverged.
    #[inline(always)]
    fn report_in<V: Lanes>(&mut self, index: usize) {
        let Self { population, groups, kernel, log, scale, .. } = self;
        let group = &mut groups[index];
        let stream = &population.streams[group.stream];
        let scored = kernel.score::<V>(&group.w, &stream.train);
        let mut reports: Vec<Report> = (0..group.trials.len())
            .map(|lane| Report {
                train_loss: scored.loss[lane],
                train_score: scale.score(group.stream, Which::Train, scored.score[lane]),
                valid_loss: 0.0,
                valid_score: 0.0,
            })
            .collect();
        let scored = kernel.score::<V>(&group.w, &stream.valid);
        for (lane, report) in reports.iter_mut().enumerate() {
            report.valid_loss = scored.loss[lane];
            report.valid_score = scale.score(group.stream, Which::Valid, scored.score[lane]);
        }
        let mut resting = Vec::new();
        for (lane, report) in reports.into_iter().enumerate() {
            let trial = group.trials[lane];
            if !log.live(trial) || !log.record(trial, report) && group.epoch > 0 {
                resting.push(lane);
            }
        }
        group.keep(&resting, V::COUNT);
    }

    fn find(&self, trial: usize) -> Option<(usize, usize)> {
        self.groups
            .iter()
            .enumerate()
            .find_map(|(g, group)| group.trials.iter().position(|&t| t == trial).map(|lane| (g, lane)))
    }
}

impl Group {
    fn new(population: &Population, stream: usize, trials: &[usize], lanes: usize) -> Self {
        let start = &population.streams[stream].start;
        let w: Vec<f32> = start.iter().flat_map(|&x| std::iter::repeat_n(x, lanes)).collect();
        let hyper: Vec<Hyper> =
            (0..lanes).map(|lane| population.trials[trials[lane.min(trials.len() - 1)]].hyper).collect();
        Self {
            trials: trials.to_vec(),
            stream,
            v: vec![0.0; w.len()],
            kept_w: w.clone(),
            kept_v: vec![0.0; w.len()],
            w,
            learning_rate: hyper.iter().map(|h| h.learning_rate).collect(),
            momentum: hyper.iter().map(|h| h.momentum).collect(),
            l2: hyper.iter().map(|h| h.l2).collect(),
            epoch: 0,
            batch: 0,
        }
    }

    /// Remembers the state as the last finite one, but for the lanes of trials that diverged or are retired: those
    /// rest where they were, with a learning rate of 0 (numbers that blow up would be slow).
    fn keep(&mut self, resting: &[usize], lanes: usize) {
        for &lane in resting {
            for at in (lane..self.w.len()).step_by(lanes) {
                self.w[at] = self.kept_w[at];
                self.v[at] = self.kept_v[at];
            }
            self.learning_rate[lane] = 0.0;
            self.momentum[lane] = 0.0;
            self.l2[lane] = 0.0;
        }
        self.kept_w.copy_from_slice(&self.w);
        self.kept_v.copy_from_slice(&self.v);
    }
}

impl Trainer for CpuTrainer {
    fn population(&self) -> &Population {
        &self.population
    }

    fn epoch(&self) -> usize {
        let live = |g: &&Group| g.trials.iter().any(|&t| self.log.live(t));
        let reached = |groups: &mut dyn Iterator<Item = &Group>| groups.map(|g| g.epoch).min();
        reached(&mut self.groups.iter().filter(live))
            .unwrap_or_else(|| self.groups.iter().map(|g| g.epoch).max().unwrap_or(0))
    }

    async fn advance(&mut self, to: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        for group in 0..self.groups.len() {
            while self.groups[group].epoch < to && self.groups[group].trials.iter().any(|&t| self.log.live(t)) {
                self.step(group);
                if self.work >= ASK_EVERY {
                    self.work = 0;
                    if pause() {
                        return Ok(Progress::Paused);
                    }
                }
            }
        }
        self.orders.forget_before(to);
        Ok(Progress::Reached)
    }

    fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        self.log.report(trial, epoch)
    }

    fn diverged(&self, trial: usize) -> Option<usize> {
        self.log.diverged(trial)
    }

    async fn state(&mut self, trial: usize) -> Result<State, TrainError> {
        let (group, lane) = self.find(trial).ok_or(TrainError::Stream { index: trial })?;
        let (group, lanes) = (&self.groups[group], self.width.lanes());
        let take = |from: &[f32]| from.iter().skip(lane).step_by(lanes).copied().collect();
        Ok(State { weights: take(&group.kept_w), velocity: take(&group.kept_v) })
    }

    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError> {
        let wanted = self.population.net.parameters();
        for given in [state.weights.len(), state.velocity.len()] {
            if given != wanted {
                return Err(TrainError::Weights { given, wanted });
            }
        }
        let (group, lane) = self.find(trial).ok_or(TrainError::Stream { index: trial })?;
        let (group, lanes) = (&mut self.groups[group], self.width.lanes());
        for (i, at) in (lane..group.w.len()).step_by(lanes).enumerate() {
            (group.w[at], group.kept_w[at]) = (state.weights[i], state.weights[i]);
            (group.v[at], group.kept_v[at]) = (state.velocity[i], state.velocity[i]);
        }
        Ok(())
    }

    fn set_hyper(&mut self, trial: usize, hyper: Hyper) {
        self.population.trials[trial].hyper = hyper;
        if let (true, Some((group, lane))) = (self.log.live(trial), self.find(trial)) {
            let group = &mut self.groups[group];
            group.learning_rate[lane] = hyper.learning_rate;
            group.momentum[lane] = hyper.momentum;
            group.l2[lane] = hyper.l2;
        }
    }

    fn retire(&mut self, trial: usize) {
        self.log.retire(trial);
    }
}
