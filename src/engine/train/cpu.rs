//! The CPU trainer: groups of trials side by side in SIMD lanes, one group after the other.
//!
//! One trainer uses one thread; the population is spread over threads or workers by giving each a slice of the
//! trials. The same numbers come out for any slicing and any width (see [`super::kernel`]).

use super::kernel::{BLOCK, Kernel};
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
    /// Epochs reported, epoch 0 among them.
    reported: usize,
    /// Batches of the next epoch that have been trained on.
    batch: usize,
}

/// What is under way: a pass of one group over a batch or a part, and how many of its rows are behind it.
#[derive(Clone, Copy)]
struct Step {
    group: usize,
    pass: Pass,
    row: usize,
}

#[derive(Clone, Copy)]
enum Pass {
    Batch,
    Score(Which),
}

/// Trains a population on one thread.
pub struct CpuTrainer {
    population: Population,
    width: Width,
    groups: Vec<Group>,
    kernel: Kernel,
    gradient: Vec<f32>,
    /// Loss and score of each lane on the training part, while its group is scored on the other.
    fit: Vec<(f32, f32)>,
    step: Option<Step>,
    orders: Orders,
    log: Log,
    scale: Scale,
    /// Multiplications since `pause` was last asked.
    work: usize,
}

/// Multiplications between two questions whether to pause: about a millisecond of wasm SIMD. What is never cut is the
/// pass of one group over one block of rows.
const ASK_EVERY: usize = 4_000_000;

impl CpuTrainer {
    /// A trainer on the widest lanes of this machine, before the report of epoch 0.
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
        Ok(Self {
            kernel: Kernel::new(&population.net, lanes),
            gradient: vec![0.0; population.net.parameters() * lanes],
            fit: Vec::new(),
            step: None,
            log: Log::new(population.trials.len(), population.bound),
            orders: Orders::default(),
            work: 0,
            groups,
            scale: Scale::new(&population),
            width,
            population,
        })
    }

    /// The step under way, or the next one towards epoch `to`.
    fn next(&mut self, to: usize) -> Option<Step> {
        if self.step.is_some() {
            return self.step;
        }
        let live = |group: &Group| group.trials.iter().any(|&t| self.log.live(t));
        let group = self.groups.iter().position(|group| group.reported <= to && live(group))?;
        let at = &self.groups[group];
        let stream = &self.population.streams[at.stream];
        let trained = at.reported == 0 || {
            let batches = self.orders.get(at.stream, &stream.order, at.reported - 1, stream.train.rows());
            at.batch == batches.len()
        };
        let pass = if trained { Pass::Score(Which::Train) } else { Pass::Batch };
        Some(Step { group, pass, row: 0 })
    }

    /// The next block of rows of a step.
    fn run(&mut self, step: Step) {
        match self.width {
            Width::Four => self.run_four(step),
            // SAFETY: `with_width` takes only widths that the machine has.
            #[cfg(target_arch = "x86_64")]
            Width::Eight => unsafe { self.run_avx2(step) },
            #[cfg(target_arch = "x86_64")]
            Width::Sixteen => unsafe { self.run_avx512(step) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => self.run_four(step),
        }
    }

    fn run_four(&mut self, step: Step) {
        self.run_in::<Narrow>(step);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn run_avx2(&mut self, step: Step) {
        self.run_in::<std::arch::x86_64::__m256>(step);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn run_avx512(&mut self, step: Step) {
        self.run_in::<std::arch::x86_64::__m512>(step);
    }

    #[inline(always)]
    fn run_in<V: Lanes>(&mut self, step: Step) {
        self.step = match step.pass {
            Pass::Batch => self.train_in::<V>(step),
            Pass::Score(which) => self.score_in::<V>(step, which),
        };
    }

    /// A block of a batch, and after its last the update. Gives what is left of the step.
    #[inline(always)]
    fn train_in<V: Lanes>(&mut self, step: Step) -> Option<Step> {
        let Self { population, groups, kernel, gradient, orders, work, .. } = self;
        let group = &mut groups[step.group];
        let stream = &population.streams[group.stream];
        let batches = orders.get(group.stream, &stream.order, group.reported - 1, stream.train.rows());
        let batch = batches.get(group.batch);
        if step.row == 0 {
            gradient.fill(0.0);
        }
        let end = batch.len().min(step.row + BLOCK);
        let share = 1.0 / batch.len() as f32;
        kernel.gradient::<V>(&group.w, gradient, &stream.train, &batch[step.row..end], share);
        *work += 3 * (end - step.row) * gradient.len();
        if end < batch.len() {
            return Some(Step { row: end, ..step });
        }
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
        group.batch += 1;
        None
    }

    /// A block of a part that a group is scored on, and after the last of both parts its reports. Gives what is left of
    /// the step.
    #[inline(always)]
    fn score_in<V: Lanes>(&mut self, step: Step, which: Which) -> Option<Step> {
        let Self { population, groups, kernel, fit, scale, work, .. } = self;
        let group = &groups[step.group];
        let stream = &population.streams[group.stream];
        let part = if let Which::Train = which { &stream.train } else { &stream.valid };
        kernel.score::<V>(&group.w, part, step.row);
        let end = part.rows().min(step.row + BLOCK);
        *work += (end - step.row) * group.w.len();
        if end < part.rows() {
            return Some(Step { row: end, ..step });
        }
        let scores = (0..group.trials.len()).map(|lane| {
            let (loss, sum) = kernel.scored(lane, part.rows());
            (loss, scale.score(group.stream, which, sum))
        });
        let scores: Vec<_> = scores.collect();
        if let Which::Train = which {
            *fit = scores;
            return Some(Step { pass: Pass::Score(Which::Valid), row: 0, ..step });
        }
        self.record(step.group, &scores);
        None
    }

    /// Records the reports of a group's live trials, given losses and scores on the validation part; those that diverged
    /// rest from now on.
    fn record(&mut self, index: usize, valid: &[(f32, f32)]) {
        let Self { groups, log, fit, width, .. } = self;
        let (before, after) = groups.split_at_mut(index + 1);
        let group = &mut before[index];
        let report = |lane: usize| {
            let ((train_loss, train_score), (valid_loss, valid_score)) = (fit[lane], valid[lane]);
            Report { train_loss, train_score, valid_loss, valid_score }
        };
        let rests = |&lane: &usize| {
            let trial = group.trials[lane];
            !log.live(trial) || !log.record(trial, report(lane)) && group.reported > 0
        };
        let resting: Vec<usize> = (0..group.trials.len()).filter(rests).collect();
        if group.reported == 0 {
            // All trials of a stream start at the same weights: one group's report of epoch 0 is every group's.
            for other in after.iter_mut().filter(|g| g.stream == group.stream) {
                for &trial in &other.trials {
                    log.record(trial, report(0));
                }
                other.reported = 1;
            }
        }
        group.keep(&resting, width.lanes());
        group.reported += 1;
        group.batch = 0;
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
            reported: 0,
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

    fn log(&self) -> &Log {
        &self.log
    }

    fn epoch(&self) -> usize {
        let live = |g: &&Group| g.trials.iter().any(|&t| self.log.live(t));
        let least = self.groups.iter().filter(live).map(|g| g.reported).min();
        let reported = least.or(self.groups.iter().map(|g| g.reported).max());
        reported.unwrap_or(0).saturating_sub(1)
    }

    async fn advance(&mut self, to: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        while let Some(step) = self.next(to) {
            self.run(step);
            if self.work >= ASK_EVERY {
                self.work = 0;
                if pause() {
                    return Ok(Progress::Paused);
                }
            }
        }
        self.orders.forget_before(to);
        Ok(Progress::Reached)
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
        // A pass under way begins anew.
        self.step = None;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Loss, Net};
    use crate::optim::Rule;
    use crate::part::Part;
    use crate::train::{Order, Stream, Trial};
    use std::sync::Arc;

    /// Between two questions there is never more than `ASK_EVERY` and the pass of one group over one block, whatever the
    /// batch and the part: MNIST's network with 128 units.
    #[test]
    fn pause_is_asked_block_by_block_where_the_network_is_large() {
        let net = Net { sizes: vec![784, 128, 10], activation: Activation::Relu, loss: Loss::SoftmaxCrossEntropy };
        let part = |rows: usize| {
            let x = (0..784 * rows).map(|i| (i % 97) as f32 / 97.0).collect();
            Arc::new(Part { x, y: (0..rows).map(|i| (i % 10) as f32).collect(), columns: 784 })
        };
        let order = Order::Fixed { batch: 100 };
        let stream = Stream { start: net.start(1), order, train: part(150), valid: part(70) };
        let hyper = Hyper { learning_rate: 0.01, momentum: 0.9, l2: 0.0 };
        let trials = vec![Trial { hyper, stream: 0 }];
        let population = Population { net, rule: Rule::Momentum, streams: vec![stream], trials, bound: 1e3 };

        let mut trainer = CpuTrainer::with_width(population.clone(), Width::Four).unwrap();
        assert!(trainer.report(0, 0).is_none(), "nothing is scored before it may pause");
        let block = BLOCK * population.net.parameters() * Width::Four.lanes();
        let mut paused = 0;
        while pollster::block_on(trainer.advance(1, &mut || true)) == Ok(Progress::Paused) {
            paused += 1;
        }
        // Batches of 100 and 50 rows are blocks of 32, 32, 32, 4 and 32, 18; the parts are scored twice in 5 + 3 blocks.
        assert!(block > ASK_EVERY, "{block}");
        assert!((20..=22).contains(&paused), "{paused}");

        let mut whole = CpuTrainer::with_width(population, Width::Four).unwrap();
        assert_eq!(pollster::block_on(whole.advance(1, &mut || false)), Ok(Progress::Reached));
        assert_eq!(
            (0..2).map(|e| whole.report(0, e)).collect::<Vec<_>>(),
            [trainer.report(0, 0), trainer.report(0, 1)]
        );
    }
}
