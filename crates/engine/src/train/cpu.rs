//! The CPU trainer: groups of trials side by side in SIMD lanes, one group after the other; or
//! trials one at a time, the units of a layer side by side.
//!
//! One trainer uses one thread; the population is spread over threads or workers by giving each a
//! slice of the trials. The same numbers come out for any slicing and any width (see
//! [`super::kernel`]).

mod checkpoint;
mod footprint;
mod width;

pub use checkpoint::Checkpoint;
pub use footprint::Footprint;
pub use width::Width;

use super::dropout::Dropout;
use super::form::Form;
use super::group::{Group, MAX_LANES, lanes};
use super::kernel::{BLOCK, Batch, Kernel};
use super::scale::{Scale, Which};
#[cfg(target_arch = "x86_64")]
use super::units::Units;
use super::{Log, Orders, Population, Progress, Report, State, TrainError, Trainer};
use crate::net::{Lanes, Narrow};
use crate::optim::Hyper;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m256, __m512};

/// What is under way: a pass of one group over a batch or a part, and how many of its rows are
/// behind it.
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

/// Trains a population on one thread. A clone goes on from where it is: a checkpoint.
#[derive(Clone)]
pub struct CpuTrainer {
    population: Population,
    width: Width,
    groups: Vec<Group>,
    kernel: Kernel,
    gradient: Vec<f32>,
    /// Loss and score of each lane on the training part, while its group is scored on the other.
    fit: Vec<(f32, f32)>,
    step: Option<Step>,
    /// The first group that may have something left to do on the way to the present goal.
    turn: usize,
    orders: Orders,
    log: Log,
    scale: Scale,
    /// Multiplications since `pause` was last asked.
    work: usize,
}

/// Multiplications between two questions whether to pause: about a millisecond of wasm SIMD. What
/// is never cut is the pass of one group over one block of rows.
const ASK_EVERY: usize = 4_000_000;

impl CpuTrainer {
    /// A trainer on the lanes of this machine that suit the network, before the report of epoch 0.
    pub fn new(population: Population) -> Result<Self, TrainError> {
        let most = population.members().into_iter().max().unwrap_or(0);
        let width = Width::suiting(population.net.parameters(), most as usize);
        Self::with_width(population, width)
    }

    /// A trainer on lanes of this width, which the machine must have.
    pub fn with_width(population: Population, width: Width) -> Result<Self, TrainError> {
        population.check()?;
        let width = if Width::available().contains(&width) { width } else { Width::Four };
        let lanes = width.lanes();
        let mut groups = Vec::new();
        for stream in 0..population.streams.len() {
            let members: Vec<usize> = (0..population.trials.len())
                .filter(|&t| population.trials[t].stream == stream)
                .collect();
            groups.extend(
                members.chunks(lanes).map(|trials| Group::new(&population, stream, trials, lanes)),
            );
        }
        Ok(Self {
            kernel: Kernel::new(&population.net, lanes),
            gradient: vec![0.0; population.net.parameters() * lanes],
            fit: Vec::new(),
            step: None,
            turn: 0,
            log: Log::new(&population),
            orders: Orders::default(),
            work: 0,
            groups,
            scale: Scale::new(&population),
            width,
            population,
        })
    }

    /// Cuts the batches of every stream to another size, between epochs; the schedule goes on
    /// counting updates.
    pub fn set_batch(&mut self, rows: usize) {
        self.population.streams.iter_mut().for_each(|stream| stream.order.set_batch(rows));
        self.orders.forget();
    }

    /// The step under way, or the next one towards epoch `to`.
    fn next(&mut self, to: usize) -> Option<Step> {
        if self.step.is_some() {
            return self.step;
        }
        let live = |group: &Group| group.trials.iter().any(|&t| self.log.live(t));
        let left = self.groups[self.turn..]
            .iter()
            .position(|group| group.reported <= to && live(group))?;
        let group = self.turn + left;
        self.turn = group;
        let at = &self.groups[group];
        let stream = &self.population.streams[at.stream];
        let trained = at.reported == 0 || {
            let batches =
                self.orders.get(at.stream, &stream.order, at.reported - 1, stream.train.rows());
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
            Width::Eight => unsafe { self.run_avx2::<__m256>(step) },
            #[cfg(target_arch = "x86_64")]
            Width::Sixteen => unsafe { self.run_avx512::<__m512>(step) },
            #[cfg(target_arch = "x86_64")]
            Width::One if is_x86_feature_detected!("avx512f") => unsafe {
                self.run_avx512::<Units<__m512>>(step)
            },
            #[cfg(target_arch = "x86_64")]
            Width::One => unsafe { self.run_avx2::<Units<__m256>>(step) },
            #[cfg(not(target_arch = "x86_64"))]
            _ => self.run_four(step),
        }
    }

    fn run_four(&mut self, step: Step) {
        self.run_in::<Narrow>(step);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2")]
    fn run_avx2<F: Form>(&mut self, step: Step) {
        self.run_in::<F>(step);
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx512f")]
    fn run_avx512<F: Form>(&mut self, step: Step) {
        self.run_in::<F>(step);
    }

    #[inline(always)]
    fn run_in<F: Form>(&mut self, step: Step) {
        self.step = match step.pass {
            Pass::Batch => self.train_in::<F>(step),
            Pass::Score(which) => self.score_in::<F>(step, which),
        };
    }

    /// A block of a batch, and after its last the update. Gives what is left of the step.
    #[inline(always)]
    fn train_in<F: Form>(&mut self, step: Step) -> Option<Step> {
        let Self { population, groups, kernel, gradient, orders, log, work, .. } = self;
        let group = &mut groups[step.group];
        let stream = &population.streams[group.stream];
        let batches =
            orders.get(group.stream, &stream.order, group.reported - 1, stream.train.rows());
        let batch = batches.get(group.batch);
        if step.row == 0 {
            gradient.fill(0.0);
        }
        let end = batch.len().min(step.row + BLOCK);
        let drops = group.hyper.iter().any(|hyper| hyper.dropout > 0.0);
        let dropout =
            || Dropout::new(lanes(&group.hyper, |h| h.dropout), stream.seed, group.updates);
        let of = Batch {
            share: 1.0 / batch.len() as f32,
            smoothing: lanes(&group.hyper, |h| h.label_smoothing),
            dropout: drops.then(|| (dropout(), step.row)),
        };
        kernel.gradient::<F>(
            &group.now.weights,
            gradient,
            &stream.train,
            &batch[step.row..end],
            of,
        );
        *work += 3 * (end - step.row) * gradient.len();
        if end < batch.len() {
            return Some(Step { row: end, ..step });
        }
        let factors = population.factors(group.stream, group.updates);
        let mut rates = [0.0; MAX_LANES];
        for (lane, (rate, hyper)) in rates.iter_mut().zip(&group.hyper).enumerate() {
            let plateau = group.trials.get(lane).map_or(1.0, |&trial| log.plateau(trial));
            *rate = population.schedule.rate(factors, group.updates, hyper, plateau);
        }
        let rates = F::Trial::load(&rates);
        group.update::<F>(
            population.rule,
            rates,
            gradient,
            kernel.layers(),
            population.penalise_biases,
        );
        group.updates += 1;
        group.batch += 1;
        None
    }

    /// A block of a part that a group is scored on, and after the last of both parts its reports.
    /// Gives what is left of the step.
    #[inline(always)]
    fn score_in<F: Form>(&mut self, step: Step, which: Which) -> Option<Step> {
        let Self { population, groups, kernel, fit, scale, work, .. } = self;
        let group = &groups[step.group];
        let stream = &population.streams[group.stream];
        let part = if let Which::Train = which { &stream.train } else { &stream.valid };
        kernel.score::<F>(&group.now.weights, part, step.row);
        let end = part.rows().min(step.row + BLOCK);
        *work += (end - step.row) * group.now.weights.len();
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

    /// Records the reports of a group's live trials, given losses and scores on the validation
    /// part; those that diverged rest from now on.
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
            // All trials of a stream start at the same weights: one group's report of epoch 0 is
            // every group's.
            for other in after.iter_mut().filter(|g| g.stream == group.stream) {
                for &trial in &other.trials {
                    log.record(trial, report(0));
                }
                other.reported = 1;
            }
        }
        group.keep(&resting, width.lanes());
        if let Some(best) = &mut group.best {
            for (lane, &trial) in group.trials.iter().enumerate() {
                if log.best(trial) == Some(group.reported) {
                    best.put(lane, width.lanes(), &group.now.get(lane, width.lanes()));
                }
            }
        }
        group.reported += 1;
        group.batch = 0;
    }

    /// Lets a trial that rests train again, after the epoch that the live ones have finished.
    fn revive(&mut self, trial: usize, group: usize, lane: usize) {
        let epoch = self.epoch();
        self.log.revive(trial, epoch);
        let Self { groups, population, .. } = self;
        let group = &mut groups[group];
        group.hyper[lane] = population.trials[trial].hyper;
        if group.reported <= epoch {
            // Nothing of the group was live: it stood still while the others went on.
            let stream = &population.streams[group.stream];
            let batches = |epoch: usize| stream.order.batches(epoch, stream.train.rows()).len();
            group.updates = (0..epoch).map(batches).sum();
            (group.reported, group.batch) = (epoch + 1, 0);
            group.now.clone_from(&group.kept);
        }
    }

    fn find(&self, trial: usize) -> Option<(usize, usize)> {
        self.groups.iter().enumerate().find_map(|(g, group)| {
            group.trials.iter().position(|&t| t == trial).map(|lane| (g, lane))
        })
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

    async fn advance(
        &mut self,
        to: usize,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
        self.turn = 0;
        while let Some(step) = self.next(to) {
            // Before a step, never after the last: what has reached its epoch has not paused.
            if self.work >= ASK_EVERY {
                self.work = 0;
                if pause() {
                    return Ok(Progress::Paused);
                }
            }
            self.run(step);
        }
        self.orders.forget_before(to);
        Ok(Progress::Reached)
    }

    async fn state(&mut self, trial: usize) -> Result<State, TrainError> {
        let (group, lane) = self.find(trial).ok_or(TrainError::Stream { index: trial })?;
        Ok(self.groups[group].kept.get(lane, self.width.lanes()))
    }

    async fn best(&mut self, trial: usize) -> Result<Option<State>, TrainError> {
        let (group, lane) = self.find(trial).ok_or(TrainError::Stream { index: trial })?;
        Ok(self.groups[group].best.as_ref().map(|best| best.get(lane, self.width.lanes())))
    }

    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError> {
        state.check(&self.population.net, self.population.rule)?;
        let (group, lane) = self.find(trial).ok_or(TrainError::Stream { index: trial })?;
        // A pass under way begins anew.
        self.step = None;
        if !self.log.live(trial) {
            self.revive(trial, group, lane);
        }
        let (group, lanes) = (&mut self.groups[group], self.width.lanes());
        group.now.put(lane, lanes, state);
        group.kept.put(lane, lanes, state);
        if let Some(best) = &mut group.best {
            best.put(lane, lanes, state);
        }
        Ok(())
    }

    fn set_hyper(&mut self, trial: usize, hyper: Hyper) {
        self.population.trials[trial].hyper = hyper;
        if let (true, Some((group, lane))) = (self.log.live(trial), self.find(trial)) {
            self.groups[group].hyper[lane] = hyper;
        }
    }

    fn retire(&mut self, trial: usize) {
        self.log.retire(trial);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Loss, Net, plain};
    use crate::optim::Rule;
    use crate::part::Part;
    use crate::train::{Order, Stream, Trial};
    use std::sync::Arc;

    /// Between two questions there is never more than `ASK_EVERY` and the pass of one group over
    /// one block, whatever the batch and the part: MNIST's network with 128 units.
    #[test]
    fn pause_is_asked_block_by_block_where_the_network_is_large() {
        let net = Net::new(vec![784, 128, 10], Activation::Relu, Loss::SoftmaxCrossEntropy);
        let part = |rows: usize| {
            let x = (0..784 * rows).map(|i| (i % 97) as f32 / 97.0).collect();
            Arc::new(Part {
                x: Arc::new(x),
                y: (0..rows).map(|i| (i % 10) as f32).collect(),
                columns: 784,
            })
        };
        let order = Order::Fixed { batch: 100 };
        let stream = Stream {
            start: net.start(1).into(),
            order,
            seed: 1,
            train: part(150),
            valid: part(70),
        };
        let hyper = Hyper { learning_rate: 0.01, momentum: 0.9, ..Hyper::default() };
        let trials = vec![Trial { hyper, stream: 0 }];
        let population = Population::new(net, Rule::Momentum, vec![stream], trials, 1e3);

        let mut trainer = CpuTrainer::with_width(population.clone(), Width::Four).unwrap();
        assert!(trainer.report(0, 0).is_none(), "nothing is scored before it may pause");
        let block = BLOCK * population.net.parameters() * Width::Four.lanes();
        let mut paused = 0;
        while pollster::block_on(trainer.advance(1, &mut || true)) == Ok(Progress::Paused) {
            paused += 1;
        }
        // Batches of 100 and 50 rows are blocks of 32, 32, 32, 4 and 32, 18; the parts are scored
        // twice in 5 + 3 blocks.
        assert!(block > ASK_EVERY, "{block}");
        assert!((20..=22).contains(&paused), "{paused}");

        let mut whole = CpuTrainer::with_width(population, Width::Four).unwrap();
        assert_eq!(pollster::block_on(whole.advance(1, &mut || false)), Ok(Progress::Reached));
        // Whoever judges an epoch when it is reached misses none.
        for to in 2..6 {
            while pollster::block_on(trainer.advance(to, &mut || true)) == Ok(Progress::Paused) {
                assert_eq!(trainer.epoch(), to - 1);
            }
            assert_eq!(trainer.epoch(), to);
        }
        assert_eq!(
            (0..2).map(|e| whole.report(0, e)).collect::<Vec<_>>(),
            [trainer.report(0, 0), trainer.report(0, 1)]
        );
    }

    /// Two streams, six trials of which one diverges: what comes after a checkpoint comes again.
    #[test]
    fn training_goes_on_from_a_checkpoint_as_it_went() {
        let net = Net::new(vec![2, 6, 1], Activation::Tanh, Loss::BinaryCrossEntropy);
        let part = |seed: usize| {
            let x = (0..80).map(|i| libm::sinf((i * 31 + seed) as f32)).collect();
            Arc::new(Part {
                x: Arc::new(x),
                y: (0..40).map(|i| (i % 2) as f32).collect(),
                columns: 2,
            })
        };
        let stream = |seed: u64| Stream {
            start: net.start(seed).into(),
            order: Order::Shuffled { seed, batch: 8 },
            seed,
            train: part(1),
            valid: part(2),
        };
        let rates = [0.01, 0.1, 1.0, 1e6, 0.3, 0.03];
        let trial = |(i, learning_rate): (usize, f32)| Trial {
            hyper: Hyper { learning_rate, momentum: 0.9, dropout: 0.1, ..Hyper::default() },
            stream: i % 2,
        };
        let trials = rates.into_iter().enumerate().map(trial).collect();
        let streams = vec![stream(1), stream(2)];
        let population = Population {
            remembers: true,
            ..Population::new(net.clone(), Rule::Adam, streams, trials, 10.0)
        };
        let mut trainer = CpuTrainer::with_width(population.clone(), Width::Four).unwrap();
        pollster::block_on(trainer.advance(7, &mut || false)).unwrap();
        let mut other = trainer.clone();
        let checkpoint = trainer.checkpoint().unwrap();
        let ends = |trainer: &mut CpuTrainer| {
            let mut paused = 0;
            let mut pause = || {
                paused += 1;
                paused % 3 == 0
            };
            while pollster::block_on(trainer.advance(15, &mut pause)) == Ok(Progress::Paused) {}
            let of = |trial: usize| {
                let state = pollster::block_on(trainer.state(trial)).unwrap();
                let best = pollster::block_on(trainer.best(trial)).unwrap();
                (state, best, trainer.log().reports(trial).to_vec(), trainer.diverged(trial))
            };
            (0..6).map(of).collect::<Vec<_>>()
        };
        let first = ends(&mut trainer);
        assert!(first.iter().any(|end| end.3.is_some()) && first[0].2.len() == 16);
        trainer.resume(&checkpoint);
        assert_eq!(trainer.epoch(), 7);
        assert!(ends(&mut trainer) == first && ends(&mut other) == first);
        trainer.set_batch(40);
        trainer.resume(&checkpoint);
        assert!(ends(&mut trainer) != first, "batches are cut as they are now");
    }

    /// A trial that overfits stops when its patience is over, and the state of its best epoch is
    /// what it was there, whatever trains beside it.
    #[test]
    fn early_stopping_goes_back_to_the_best_epoch() {
        let net = Net::new(vec![2, 8, 1], Activation::Tanh, Loss::BinaryCrossEntropy);
        // Labels that can only be learnt by heart.
        let part = |rows: usize, seed: usize| {
            let x = (0..2 * rows).map(|i| libm::sinf((i * 37 + seed) as f32)).collect();
            let y = (0..rows).map(|i| f32::from(u8::from((i * 7 + seed) % 5 < 2))).collect();
            Arc::new(Part { x: Arc::new(x), y, columns: 2 })
        };
        let stream = Stream {
            start: net.start(1).into(),
            order: Order::Shuffled { seed: 1, batch: 4 },
            seed: 1,
            train: part(20, 1),
            valid: part(20, 2),
        };
        let trials = [0.5, 0.1, 0.0].map(|learning_rate| Trial {
            hyper: Hyper { learning_rate, momentum: 0.5, ..Hyper::default() },
            stream: 0,
        });
        let whole = Population::new(net, Rule::Momentum, vec![stream], trials.to_vec(), 1e3);
        let patient = Population { patience: 5, remembers: true, ..whole.clone() };
        let mut free = CpuTrainer::with_width(whole.clone(), Width::Four).unwrap();
        pollster::block_on(free.advance(60, &mut || false)).unwrap();
        for trial in 0..3 {
            let mut trainer = CpuTrainer::with_width(patient.clone(), Width::Four).unwrap();
            pollster::block_on(trainer.advance(60, &mut || false)).unwrap();
            let loss = |epoch: usize| free.report(trial, epoch).unwrap().valid_loss;
            let first_lowest =
                |to: usize| (1..=to).min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap();
            let stop = (1..=60).find(|&epoch| epoch - first_lowest(epoch) >= 5).unwrap();
            let best = first_lowest(stop);
            assert_eq!(trainer.log().best(trial), Some(best));
            assert_eq!(trainer.log().reports(trial), &free.log().reports(trial)[..=stop]);
            let mut there = CpuTrainer::with_width(whole.clone(), Width::Four).unwrap();
            pollster::block_on(there.advance(best, &mut || false)).unwrap();
            let best = pollster::block_on(trainer.best(trial)).unwrap();
            assert_eq!(best, Some(pollster::block_on(there.state(trial)).unwrap()));
        }
        assert!(pollster::block_on(free.best(0)).unwrap().is_none());
    }

    /// One update of plain SGD with smoothed labels against the readable gradient.
    #[test]
    fn labels_are_smoothed_trial_by_trial() {
        for loss in [Loss::SoftmaxCrossEntropy, Loss::KlDivergence, Loss::BinaryCrossEntropy] {
            let outputs = if loss == Loss::BinaryCrossEntropy { 1 } else { 3 };
            let net = Net::new(vec![2, 4, outputs], Activation::Gelu, loss);
            let y = (0..9).flat_map(|i| match loss {
                Loss::KlDivergence => vec![0.0, 0.75, 0.25],
                _ => vec![(i % 2) as f32],
            });
            let x = (0..18).map(|i| libm::sinf(i as f32)).collect();
            let part = Arc::new(Part { x: Arc::new(x), y: y.collect(), columns: 2 });
            let start: Arc<[f32]> = net.start(1).into();
            let order = Order::Fixed { batch: 9 };
            let stream = Stream {
                start: start.clone(),
                order,
                seed: 1,
                train: part.clone(),
                valid: part.clone(),
            };
            let smoothings = [0.0, 0.2, 0.6];
            let hyper = |label_smoothing: f32| Hyper {
                learning_rate: 0.5,
                label_smoothing,
                ..Hyper::default()
            };
            let trials = smoothings.map(|s| Trial { hyper: hyper(s), stream: 0 }).to_vec();
            let population = Population::new(net.clone(), Rule::Sgd, vec![stream], trials, 1e3);
            let mut trainer = CpuTrainer::new(population).expect("it can train");
            pollster::block_on(trainer.advance(1, &mut || false)).expect("the CPU trains");
            let wide: Vec<f64> = start.iter().map(|&w| f64::from(w)).collect();
            let rows: Vec<_> = (0..9).map(|i| (part.row(i), part.target(i))).collect();
            for (trial, smoothing) in smoothings.into_iter().enumerate() {
                let (_, gradient) =
                    plain::smooth_gradient(&net, &wide, &rows, f64::from(smoothing));
                let found = pollster::block_on(trainer.state(trial)).expect("a trial").weights;
                for ((w, g), found) in wide.iter().zip(&gradient).zip(found) {
                    assert!((w - 0.5 * g - f64::from(found)).abs() < 1e-6, "{loss:?}, {smoothing}");
                }
            }
        }
    }
}
