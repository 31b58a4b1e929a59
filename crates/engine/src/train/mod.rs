//! The population engine: many trials of one network on the same data, trained together.
//!
//! | word | meaning |
//! |---|---|
//! | trial | one network with its own [`Hyper`] and the number of its stream |
//! | stream | start weights, batch order, and the rows trained and scored on: shared by the trials of a landscape, so that only the hyperparameters differ |
//! | epoch | one pass over the stream's batches; epoch 0 is the state before training |
//! | report | losses and scores of one trial after one epoch |
//!
//! Divergence is a result: a trial has diverged when, at the end of an epoch, its loss over the
//! whole training part is not finite or exceeds [`Population::bound`]. It is then frozen, and its
//! later reports are absent.

pub mod cpu;
pub mod dropout;
mod form;
mod group;
pub mod kernel;
mod log;
mod order;
pub mod scale;
mod tiles;
#[cfg(target_arch = "x86_64")]
mod units;
pub mod workloads;

pub use log::Log;
pub use order::{Order, Orders};

use crate::net::{Lanes, Loss, Narrow, Net};
use crate::optim::{Hyper, NUMBERS, Rule, Schedule};
use crate::part::Part;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What trials of one landscape share besides the network: start weights, batch order and data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// Flat start weights, laid out as [`Net`] says.
    pub start: Arc<[f32]>,
    pub order: Order,
    /// Of what is drawn while training: which units dropout leaves out.
    pub seed: u64,
    pub train: Arc<Part>,
    pub valid: Arc<Part>,
}

/// One trial of a population.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub hyper: Hyper,
    /// Index into [`Population::streams`].
    pub stream: usize,
}

/// Many trials of one network that train together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Population {
    pub net: Net,
    pub rule: Rule,
    pub schedule: Schedule,
    /// Whether L1 and weight decay act on biases, too.
    pub penalise_biases: bool,
    pub streams: Vec<Stream>,
    pub trials: Vec<Trial>,
    /// A full training loss above this counts as diverged.
    pub bound: f32,
    /// A trial retires after so many epochs without a lower validation loss (early stopping); 0 =
    /// never.
    pub patience: usize,
    /// Whether the state after each trial's best epoch is remembered, for [`Trainer::best`].
    pub remembers: bool,
}

impl Population {
    /// A population that trains at constant rates, with penalties on every parameter, and never
    /// stops early.
    pub fn new(net: Net, rule: Rule, streams: Vec<Stream>, trials: Vec<Trial>, bound: f32) -> Self {
        let (schedule, penalise_biases, patience, remembers) = (Schedule::Constant, true, 0, false);
        Self { net, rule, schedule, penalise_biases, streams, trials, bound, patience, remembers }
    }

    /// How many times its start value a training loss may reach before the run counts as diverged.
    pub const BOUND_FACTOR: f32 = 4.0;

    /// The schedule's [`factors`](Schedule::factors) at a stream's update t. It is laid out over
    /// the epochs of the stream with the most updates in one; the others come as far along it
    /// in every epoch.
    pub fn factors(&self, stream: usize, t: usize) -> [f32; 2] {
        let updates = |stream: &Stream| stream.order.updates(stream.train.rows());
        let most = self.streams.iter().map(updates).max().unwrap_or(1);
        self.schedule.factors(along(t, most, updates(&self.streams[stream])))
    }

    /// Whether some trial is of each stream.
    pub fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.streams.len()];
        for trial in &self.trials {
            if let Some(used) = used.get_mut(trial.stream) {
                *used = true;
            }
        }
        used
    }

    /// How many trials each stream has.
    pub fn members(&self) -> Vec<u64> {
        let mut members = vec![0; self.streams.len()];
        for trial in &self.trials {
            members.get_mut(trial.stream).into_iter().for_each(|count| *count += 1);
        }
        members
    }

    /// Some of its trials, in a population of their own.
    pub fn slice(&self, trials: std::ops::Range<usize>) -> Self {
        Self { trials: self.trials[trials].to_vec(), ..self.clone() }
    }

    /// Refuses a population that can't train: no rows, columns or weights that don't fit the
    /// network, an input that is not finite, a target that is no class of the network, a batch
    /// without rows.
    pub fn check(&self) -> Result<(), TrainError> {
        let (inputs, outputs) = (self.net.inputs(), self.net.outputs());
        for stream in &self.streams {
            let wanted = self.net.parameters();
            if stream.start.len() != wanted {
                return Err(TrainError::Weights { given: stream.start.len(), wanted });
            }
            for part in [&stream.train, &stream.valid] {
                if part.rows() == 0 || part.y.is_empty() {
                    return Err(TrainError::NoRows);
                }
                if part.columns != inputs || part.x.len() != part.rows() * inputs {
                    return Err(TrainError::Columns { data: part.columns, net: inputs });
                }
                if let Some(at) = part.x.iter().position(|x| !x.is_finite()) {
                    return Err(TrainError::Input { row: at / inputs, column: at % inputs });
                }
                let width = self.net.loss.targets(outputs);
                if part.y.len() != part.rows() * width {
                    return Err(TrainError::Targets {
                        given: part.y.len(),
                        wanted: part.rows() * width,
                    });
                }
                if let Some(value) = self.strange_target(&part.y) {
                    return Err(TrainError::Target { value });
                }
            }
            stream.order.check(stream.train.rows())?;
        }
        for (t, trial) in self.trials.iter().enumerate() {
            if trial.stream >= self.streams.len() {
                return Err(TrainError::Stream { index: trial.stream });
            }
            let mut hyper = trial.hyper;
            for number in &NUMBERS {
                let value = *(number.field)(&mut hyper);
                // A number that the rule leaves unread may be anything.
                if (number.used)(self.rule) && !number.allows(value) {
                    return Err(TrainError::Hyper { trial: t, name: number.name.into(), value });
                }
            }
        }
        Ok(())
    }

    /// The first of these targets that the loss can't be taken of, or what a row of probabilities
    /// adds up to if not 1.
    fn strange_target(&self, y: &[f32]) -> Option<f32> {
        let (loss, outputs) = (self.net.loss, self.net.outputs());
        let limit = match loss.classes(outputs) {
            None => f32::INFINITY,
            Some(_) if loss == Loss::KlDivergence => 1.001,
            Some(classes) => classes as f32,
        };
        let strange = |y: &&f32| !y.is_finite() || limit.is_finite() && !(0.0..limit).contains(*y);
        let sums = y
            .chunks(outputs)
            .map(|row| row.iter().sum::<f32>())
            .filter(|_| loss == Loss::KlDivergence);
        y.iter().find(strange).copied().or(sums.into_iter().find(|sum| (sum - 1.0).abs() > 1e-3))
    }
}

/// Update `t` of a stream with so many `updates` an epoch, as an update of one with `most`. The
/// product has more than 32 bits where batches are small: `usize` has only these in a browser.
fn along(t: usize, most: usize, updates: usize) -> usize {
    (t as u64 * most as u64 / updates.max(1) as u64) as usize
}

/// The largest [`start_loss`]: any bound made of it is a number, so that a loss that is not finite
/// lies above it.
pub const MAX_START_LOSS: f32 = 1e30;

/// Multiplications that [`start_loss`] may take, so that it holds nobody up.
const START_WORK: usize = 1 << 24;

/// The mean loss over a part at these weights, as every trainer computes it; over its first rows,
/// where the network is so large that more would take long. At most [`MAX_START_LOSS`], also where
/// the weights and the data give an infinite loss or none.
pub fn start_loss(net: &Net, weights: &[f32], part: &Part) -> f32 {
    let mut kernel = kernel::Kernel::new(net, 1);
    let enough = START_WORK / weights.len().max(1);
    let mut rows = 0;
    while rows < part.rows() && (rows == 0 || rows < enough) {
        kernel.score::<f32>(weights, part, rows);
        rows = part.rows().min(rows + kernel::BLOCK);
    }
    // The smaller of a NaN and a number is the number.
    kernel.scored(0, rows).0.min(MAX_START_LOSS)
}

/// Multiplications of an epoch of one trial: three passes over the rows trained on, and one over
/// all for the report.
pub fn multiplications(parameters: usize, train: usize, valid: usize) -> f64 {
    // In double precision: counts of this size have no room in 32 bits.
    parameters as f64 * (4.0 * train as f64 + valid as f64)
}

/// The mean loss over a part at each of these weights, as the CPU trainer computes it: a lane for
/// each.
pub fn losses(net: &Net, places: &[Vec<f32>], part: &Part) -> Vec<f32> {
    let mut kernel = kernel::Kernel::new(net, Narrow::COUNT);
    let mut found = Vec::with_capacity(places.len());
    for some in places.chunks(Narrow::COUNT) {
        let lane = |lane: usize| &some[lane.min(some.len() - 1)];
        let weights: Vec<f32> = (0..net.parameters())
            .flat_map(|i| (0..Narrow::COUNT).map(move |l| lane(l)[i]))
            .collect();
        for first in (0..part.rows()).step_by(kernel::BLOCK) {
            kernel.score::<Narrow>(&weights, part, first);
        }
        found.extend((0..some.len()).map(|lane| kernel.scored(lane, part.rows()).0));
    }
    found
}

/// A network's outputs on a part, rows × outputs, as every trainer computes them.
pub fn outputs(net: &Net, weights: &[f32], part: &Part) -> Vec<f32> {
    let mut kernel = kernel::Kernel::new(net, 1);
    let mut found = Vec::with_capacity(part.rows() * net.outputs());
    for first in (0..part.rows()).step_by(kernel::BLOCK) {
        found.extend_from_slice(kernel.outputs_of(weights, part, first));
    }
    found
}

/// Losses (without penalties) and scores of one trial after one epoch. The score is the accuracy as
/// a fraction for classes, R² for numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub train_loss: f32,
    pub valid_loss: f32,
    pub train_score: f32,
    pub valid_score: f32,
}

/// Whether `advance` reached its epoch or was told to pause before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    Reached,
    Paused,
}

/// Why training can't start or go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrainError {
    /// There are no training rows.
    NoRows,
    /// A batch that is empty or names a row that isn't there.
    Batch { row: Option<u32> },
    /// A trial of a stream that isn't there.
    Stream { index: usize },
    /// A hyperparameter of a trial with which training is not defined.
    Hyper { trial: usize, name: String, value: f32 },
    /// Not a target for every row.
    Targets { given: usize, wanted: usize },
    /// A target that is no class, no probability, or no finite number; or probabilities of a row
    /// that add up to this.
    Target { value: f32 },
    /// An input that is not finite, at this row of its part and this column, from 0.
    Input { row: usize, column: usize },
    /// Inputs of the data and of the network differ.
    Columns { data: usize, net: usize },
    /// Start weights of the wrong length.
    Weights { given: usize, wanted: usize },
    /// What can't be divided any further is larger than the device allows a buffer to be.
    TooLarge { bytes: u64, limit: u64 },
    /// The device has no memory left.
    OutOfMemory(String),
    /// There is no GPU adapter, or it refused a device.
    NoDevice(String),
    /// The device was lost while training.
    DeviceLost(String),
}

/// How far the losses of two trainers may lie apart after several epochs at learning rates that are
/// not chaotic, relative to the loss or to 1, whichever is more. The same polynomials in the same
/// order make most of them equal; a GPU may contract a product and a sum, divide with an error of
/// 2.5 units, and sum in another order.
pub const TOLERANCE: f32 = 2e-5;

/// Trains a population, epoch by epoch. The same contract on CPU and GPU; nothing here waits for a
/// clock.
///
/// Trials advance together: `epoch()` is the number of epochs that every live trial has finished.
/// `advance` may stop early when `pause` says so; calling it again goes on from there, with the
/// same numbers.
#[allow(async_fn_in_trait)]
pub trait Trainer {
    fn population(&self) -> &Population;
    /// Everything reported so far.
    fn log(&self) -> &Log;
    /// Epochs finished by every live trial.
    fn epoch(&self) -> usize;
    /// Goes on until every live trial has finished epoch `to`; the report of epoch 0 takes an
    /// `advance`, too. `pause` is asked at least every few milliseconds of work (CPU) or
    /// between dispatches (GPU).
    async fn advance(
        &mut self,
        to: usize,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError>;
    /// The report of a trial after an epoch (0 = before training); none if it is not there yet, or
    /// the trial diverged at or before that epoch, or was retired before it.
    fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        self.log().report(trial, epoch)
    }
    /// The epoch at whose end the trial was found diverged.
    fn diverged(&self, trial: usize) -> Option<usize> {
        self.log().diverged(trial)
    }
    /// What training has made of a trial by its last finished epoch; after divergence, by the last
    /// finite one.
    async fn state(&mut self, trial: usize) -> Result<State, TrainError>;
    /// The state of a trial after the epoch of its lowest validation loss ([`Log::best`]), before
    /// epoch 1 that at the start; none where the population does not remember it. A state that
    /// a trial is given is its best so far.
    async fn best(&mut self, trial: usize) -> Result<Option<State>, TrainError>;
    /// Overwrites the state of a trial, between epochs, all live trials having finished the same
    /// one. A trial that had diverged or was retired trains again from there, at its own
    /// hyperparameters; it has no reports of the epochs that it missed.
    async fn set_state(&mut self, trial: usize, state: &State) -> Result<(), TrainError>;
    /// Gives one trial the state of another, between epochs; its hyperparameters stay its own.
    async fn copy(&mut self, from: usize, to: usize) -> Result<(), TrainError> {
        let state = self.state(from).await?;
        self.set_state(to, &state).await
    }
    /// Changes the hyperparameters of a trial from the next batch on.
    fn set_hyper(&mut self, trial: usize, hyper: Hyper);
    /// The network's outputs on the validation rows, rows × outputs, after the trial's last
    /// finished epoch: what any metric is made of.
    async fn outputs(&mut self, trial: usize) -> Result<Vec<f32>, TrainError> {
        let weights = self.state(trial).await?.weights;
        let population = self.population();
        let stream = &population.streams[population.trials[trial].stream];
        Ok(outputs(&population.net, &weights, &stream.valid))
    }
    /// Stops training a trial; what it reported stays.
    fn retire(&mut self, trial: usize);
}

/// What training changes in one trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Laid out as [`Net`] says.
    pub weights: Vec<f32>,
    /// What the rule remembers of each parameter: as many vectors like `weights` as the rule has
    /// slots.
    pub slots: Vec<Vec<f32>>,
    /// Updates so far; the product of β₁ over them (of NAdam's μ); the product of β₂.
    pub counters: [f32; 3],
}

impl State {
    /// The counters before the first update.
    pub const COUNTERS: [f32; 3] = [0.0, 1.0, 1.0];

    /// The state before the first update.
    pub fn new(weights: &[f32], rule: Rule, hyper: &Hyper) -> Self {
        let slot = vec![rule.slot_start(hyper); weights.len()];
        Self {
            weights: weights.to_vec(),
            slots: vec![slot; rule.facts().slots],
            counters: Self::COUNTERS,
        }
    }

    /// Refuses a state of another network or rule.
    pub fn check(&self, net: &Net, rule: Rule) -> Result<(), TrainError> {
        let (wanted, slots) = (net.parameters(), rule.facts().slots);
        let given = self
            .slots
            .iter()
            .map(Vec::len)
            .chain([self.weights.len()])
            .find(|&given| given != wanted);
        match given {
            Some(given) => Err(TrainError::Weights { given, wanted }),
            None if self.slots.len() != slots => Err(TrainError::Weights {
                given: self.slots.len() * wanted,
                wanted: slots * wanted,
            }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, plain};

    #[test]
    fn outputs_and_losses_are_those_of_the_readable_network() {
        let net = Net::new(vec![2, 5, 3], Activation::Mish, Loss::SoftmaxCrossEntropy);
        let x: Vec<f32> = (0..2 * 70).map(|i| libm::sinf(i as f32)).collect();
        let part = Part { x, y: (0..70).map(|i| (i % 3) as f32).collect(), columns: 2 };
        let places: Vec<Vec<f32>> = (0..6).map(|seed| net.start(seed)).collect();
        let losses = losses(&net, &places, &part);
        assert_eq!(losses.len(), 6);
        for (weights, loss) in places.iter().zip(losses) {
            let wide: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
            let rows: Vec<_> = (0..70).map(|i| (part.row(i), part.target(i))).collect();
            assert!((f64::from(loss) - plain::gradient(&net, &wide, &rows).0).abs() < 1e-6);
            let found = outputs(&net, weights, &part);
            assert_eq!(found.len(), 210);
            for (i, (x, _)) in rows.iter().enumerate() {
                let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
                let wanted = plain::forward(&net, &wide, &x).pop().expect("outputs");
                for (k, z) in wanted.into_iter().enumerate() {
                    assert!((f64::from(found[3 * i + k]) - z).abs() < 1e-5, "row {i}, output {k}");
                }
            }
        }
    }

    /// 18,000 rows one by one, and the same in pairs, in their 240th epoch.
    #[test]
    fn products_of_updates_and_of_rows_have_room_in_32_bits() {
        assert_eq!(along(4_320_000, 18_000, 18_000), 4_320_000);
        assert_eq!(along(2_160_000, 18_000, 9_000), 4_320_000);
        assert_eq!(along(3, 0, 0), 0);
        assert_eq!(multiplications(264_586, 180_000, 20_000), 264_586.0 * 740_000.0);
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let part = Arc::new(Part { x: vec![0.5; 18_000], y: vec![0.0; 18_000], columns: 1 });
        let stream = Stream {
            start: net.start(1).into(),
            order: Order::Fixed { batch: 1 },
            seed: 1,
            train: part.clone(),
            valid: part,
        };
        let schedule = Schedule::Cosine { steps: 300 * 18_000, lowest: 0.0 };
        let whole =
            Population { schedule, ..Population::new(net, Rule::Sgd, vec![stream], vec![], 1e3) };
        let rates = [200, 240, 299].map(|epoch| whole.factors(0, 18_000 * epoch)[0]);
        assert!(rates.windows(2).all(|two| two[1] < two[0]), "a cosine falls: {rates:?}");
    }

    /// Of 18 rows in two batches an epoch and of 9 in one: both are at the end of the cosine after
    /// four epochs.
    #[test]
    fn every_stream_goes_the_whole_way_of_the_schedule() {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let stream = |rows: usize| {
            let part = Arc::new(Part { x: vec![0.5; rows], y: vec![0.0; rows], columns: 1 });
            Stream {
                start: net.start(1).into(),
                order: Order::Fixed { batch: 9 },
                seed: 1,
                train: part.clone(),
                valid: part,
            }
        };
        let streams = vec![stream(18), stream(9)];
        let schedule = Schedule::Cosine { steps: 8, lowest: 0.0 };
        let both = Population {
            schedule,
            ..Population::new(net.clone(), Rule::Sgd, streams, vec![], 1e3)
        };
        for t in 0..=4 {
            assert_eq!(both.factors(0, t), schedule.factors(t));
            assert_eq!(both.factors(1, t), schedule.factors(2 * t));
        }
        assert_eq!(both.factors(1, 4)[0], 0.0);
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
            let part = Arc::new(Part { x, y: y.collect(), columns: 2 });
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
            let mut trainer = cpu::CpuTrainer::new(population).expect("it can train");
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
