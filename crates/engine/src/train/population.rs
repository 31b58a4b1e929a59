//! Many trials of one network that train together, and whether they can.

use super::error::TrainError;
use super::order::Order;
use crate::net::{Loss, Net};
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
    /// Whether the state after each trial's best epoch is remembered, for [`super::Trainer::best`].
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Activation;
    use crate::train::multiplications;

    /// 18,000 rows one by one, and the same in pairs, in their 240th epoch.
    #[test]
    fn products_of_updates_and_of_rows_have_room_in_32_bits() {
        assert_eq!(along(4_320_000, 18_000, 18_000), 4_320_000);
        assert_eq!(along(2_160_000, 18_000, 9_000), 4_320_000);
        assert_eq!(along(3, 0, 0), 0);
        assert_eq!(multiplications(264_586, 180_000, 20_000), 264_586.0 * 740_000.0);
        // After 2³²/4,500² epochs, 212, a product of 32 bits begins again.
        let rates = cosine(4_500, [211, 212, 213]).map(|factor| 0.02 * factor);
        let near = |(own, right): (f32, f32)| (own - right).abs() < 5e-7;
        let right = [0.004_037_8, 0.003_954_0, 0.003_870_9];
        assert!(rates.into_iter().zip(right).all(near), "{rates:?}");
        let rates = cosine(18_000, [200, 240, 299]);
        assert!(rates.windows(2).all(|two| two[1] < two[0]), "a cosine falls: {rates:?}");
    }

    /// Factors of the rate at the beginning of some of 300 epochs of so many rows, one by one.
    fn cosine(rows: usize, epochs: [usize; 3]) -> [f32; 3] {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let part = Arc::new(Part { x: vec![0.5; rows].into(), y: vec![0.0; rows], columns: 1 });
        let stream = Stream {
            start: net.start(1).into(),
            order: Order::Fixed { batch: 1 },
            seed: 1,
            train: part.clone(),
            valid: part,
        };
        let schedule = Schedule::Cosine { steps: 300 * rows, lowest: 0.0 };
        let whole =
            Population { schedule, ..Population::new(net, Rule::Sgd, vec![stream], vec![], 1e3) };
        epochs.map(|epoch| whole.factors(0, rows * epoch)[0])
    }

    /// Of 18 rows in two batches an epoch and of 9 in one: both are at the end of the cosine after
    /// four epochs.
    #[test]
    fn every_stream_goes_the_whole_way_of_the_schedule() {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let stream = |rows: usize| {
            let part = Arc::new(Part { x: vec![0.5; rows].into(), y: vec![0.0; rows], columns: 1 });
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
}
