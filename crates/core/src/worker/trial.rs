//! One trial of the search: the streams of its point, trained together and judged epoch by epoch.

use super::source::Prepared;
use super::{Failure, Scores};
use crate::metrics::{self, Metric, Objective, When};
use crate::search::Outcome;
use crate::setup::Setup;
use serde::{Deserialize, Serialize};
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Progress, State, TrainError, Trainer};

/// What a trial is judged by: its objective's metric after the epoch that counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    pub epoch: usize,
    /// By stream; none where the metric is not defined, as the area under the ROC curve is not on
    /// rows of one class.
    pub values: Vec<Option<f64>>,
}

impl Judged {
    /// Mean and standard deviation (over n) over the streams that have a value; none where none
    /// has.
    pub fn summary(&self) -> Option<(f64, f64)> {
        metrics::mean_and_spread(self.values.iter().flatten().copied())
    }
}

/// The mean over the streams as something to minimise; divergence where nothing was judged.
pub fn outcome(judged: Option<&Judged>, objective: Objective) -> Outcome {
    judged
        .and_then(Judged::summary)
        .map_or(Outcome::Diverged, |(mean, _)| Outcome::of(objective.cost(mean)))
}

/// A trial in training.
pub struct Attempt {
    trainer: CpuTrainer,
    objective: Objective,
    epochs: usize,
    judged: Option<Judged>,
    /// The mean over the streams after each epoch, from epoch 1.
    curve: Vec<Option<f64>>,
    /// Of each stream, after the epoch that counts.
    states: Vec<State>,
}

impl Attempt {
    /// A trial before its first epoch; an error where no stream's validation rows let its objective
    /// be computed.
    pub fn new(setup: &Setup, data: &Prepared, point: &[f64]) -> Result<Self, Failure> {
        let trainer = CpuTrainer::new(setup.population(&data.folds, data.task, &[point.to_vec()]))?;
        let objective = setup.objective(data.task);
        let population = trainer.population();
        let defined = population.streams.iter().any(|stream| {
            let outputs = vec![0.0; stream.valid.rows() * population.net.outputs()];
            objective.metric.of(&population.net, &outputs, &stream.valid).is_some()
        });
        if !defined {
            return Err(Failure::Metric(objective.metric));
        }
        Ok(Self {
            trainer,
            objective,
            epochs: setup.training.epochs,
            judged: None,
            curve: Vec::new(),
            states: Vec::new(),
        })
    }

    pub fn trainer(&self) -> &CpuTrainer {
        &self.trainer
    }

    fn streams(&self) -> usize {
        self.trainer.population().trials.len()
    }

    /// The epoch at whose end a stream was found diverged, the first of them: the trial has then
    /// diverged.
    pub fn diverged(&self) -> Option<usize> {
        (0..self.streams()).filter_map(|stream| self.trainer.diverged(stream)).min()
    }

    /// Whether there is nothing left to train.
    fn over(&self) -> bool {
        let rests = |stream: usize| !self.trainer.log().live(stream);
        self.trainer.epoch() >= self.epochs
            || self.diverged().is_some()
            || (0..self.streams()).all(rests)
    }

    /// Trains on, and judges every epoch that it finishes, unless it is told to pause.
    pub async fn advance(
        &mut self,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
        while !self.over() {
            if self.trainer.advance(self.trainer.epoch() + 1, pause).await? == Progress::Paused {
                return Ok(Progress::Paused);
            }
            if self.diverged().is_none() {
                self.judge().await?;
            }
        }
        if self.states.is_empty() {
            self.states = self.all_states().await?;
        }
        Ok(Progress::Reached)
    }

    async fn all_states(&mut self) -> Result<Vec<State>, TrainError> {
        let mut states = Vec::with_capacity(self.streams());
        for stream in 0..self.streams() {
            states.push(self.trainer.state(stream).await?);
        }
        Ok(states)
    }

    async fn judge(&mut self) -> Result<(), TrainError> {
        let mut values = Vec::with_capacity(self.streams());
        for stream in 0..self.streams() {
            values.push(match self.objective.metric {
                Metric::Loss => self
                    .trainer
                    .log()
                    .reports(stream)
                    .last()
                    .map(|report| f64::from(report.valid_loss)),
                metric => {
                    let outputs = self.trainer.outputs(stream).await?;
                    let population = self.trainer.population();
                    metric.of(&population.net, &outputs, &population.streams[stream].valid)
                }
            });
        }
        let judged = Judged { epoch: self.trainer.epoch(), values };
        self.curve.push(judged.summary().map(|(mean, _)| mean));
        let cost = |judged: &Judged| Some(self.objective.cost(judged.summary()?.0));
        let counts = match (&self.judged, cost(&judged)) {
            (_, None) => false,
            (Some(before), Some(new)) if self.objective.when == When::Best => {
                cost(before).is_none_or(|old| new < old)
            }
            (None, _) => self.objective.when == When::Best || self.over(),
            _ => self.over(),
        };
        if counts {
            self.judged = Some(judged);
            self.states = self.all_states().await?;
        }
        Ok(())
    }

    /// What the trial is judged by, once it is over; none where it has diverged, or its objective
    /// came out undefined.
    pub fn judged(&self) -> Option<&Judged> {
        self.judged.as_ref().filter(|_| self.diverged().is_none())
    }

    /// The objective's metric after each epoch, from epoch 1: the mean over the streams.
    pub fn curve(&self) -> &[Option<f64>] {
        &self.curve
    }

    /// What became of each stream by the epoch that counts; of a trial that diverged, by its last
    /// finite one.
    pub fn states(&self) -> &[State] {
        &self.states
    }
}

impl Scores {
    /// Their mean, of each score that the first has.
    pub fn mean(scores: &[Scores]) -> Option<Scores> {
        let first = scores.first()?;
        let mean = |of: &dyn Fn(&Scores) -> Option<f64>| {
            of(first)?;
            metrics::mean_and_spread(scores.iter().filter_map(of)).map(|(mean, _)| mean)
        };
        Some(Scores {
            loss: mean(&|s| Some(s.loss)).unwrap_or(first.loss),
            accuracy: mean(&|s| s.accuracy),
            f1: mean(&|s| s.f1),
            r2: mean(&|s| s.r2),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys;
    use crate::setup::evaluation::Method;
    use crate::worker::prepare;
    use pollster::block_on;

    const EPOCHS: usize = 12;

    fn folded(name: &str) -> (Setup, Prepared) {
        let mut setup = Setup::default();
        setup.training.epochs = EPOCHS;
        setup.net.hidden = vec![4];
        setup.evaluation.method = Method::StratifiedKFold;
        (setup.evaluation.folds, setup.evaluation.repeats) = (3, 2);
        let data = toys::toy(name, 90, 0.3, 5).unwrap();
        let data = prepare(&data, Vec::new(), &setup).unwrap();
        (setup, data)
    }

    fn ended(setup: &Setup, data: &Prepared, point: &[f64]) -> Attempt {
        let mut attempt = Attempt::new(setup, data, point).unwrap();
        // Told to pause whenever it is asked.
        while block_on(attempt.advance(&mut || true)).unwrap() == Progress::Paused {}
        attempt
    }

    /// The metric of each stream after each epoch, from 1, each stream trained by itself.
    fn by_hand(setup: &Setup, data: &Prepared, point: &[f64], metric: Metric) -> Vec<Vec<f64>> {
        let all = setup.population(&data.folds, data.task, &[point.to_vec()]);
        let curve = |stream: usize| {
            let mut alone = all.slice(stream..stream + 1);
            alone.trials[0].stream = 0;
            alone.streams = vec![all.streams[stream].clone()];
            let mut trainer = CpuTrainer::new(alone).unwrap();
            let value = |epoch: usize| {
                block_on(trainer.advance(epoch, &mut || false)).unwrap();
                let weights = block_on(trainer.state(0)).unwrap().weights;
                let valid = &all.streams[stream].valid;
                let outputs = tunescape_engine::train::outputs(&all.net, &weights, valid);
                metric.of(&all.net, &outputs, valid).unwrap()
            };
            (1..=EPOCHS).map(value).collect()
        };
        (0..all.streams.len()).map(curve).collect()
    }

    #[test]
    fn every_metric_is_the_mean_of_the_streams_at_its_last_or_best_epoch() {
        let point = &[0.3, 0.5];
        for (name, metrics) in
            [("moons", &Metric::ALL[..7]), ("hills", &[Metric::Loss, Metric::R2][..])]
        {
            let (mut setup, data) = folded(name);
            for &metric in metrics {
                let curves = by_hand(&setup, &data, point, metric);
                let mean = |epoch: usize| {
                    curves.iter().map(|c| c[epoch - 1]).sum::<f64>() / curves.len() as f64
                };
                for when in [When::Last, When::Best] {
                    (setup.search.metric, setup.search.when) = (metric, when);
                    let attempt = ended(&setup, &data, point);
                    let judged = attempt.judged().unwrap();
                    let (value, spread) = judged.summary().unwrap();
                    let epoch = judged.epoch;
                    // The trainer sums its losses in single precision.
                    assert!(
                        (value - mean(epoch)).abs() < 1e-5,
                        "{metric:?} {when:?}: {value}, not {}",
                        mean(epoch)
                    );
                    let squares =
                        curves.iter().map(|c| (c[epoch - 1] - mean(epoch)).powi(2)).sum::<f64>();
                    assert!(
                        (spread - (squares / curves.len() as f64).sqrt()).abs() < 1e-5,
                        "{metric:?}: {spread}"
                    );
                    let cost = |epoch: usize| setup.objective(data.task).cost(mean(epoch));
                    for (epoch, value) in attempt.curve().iter().enumerate() {
                        assert!((value.unwrap() - mean(epoch + 1)).abs() < 1e-5, "{metric:?}");
                    }
                    let best = (1..=EPOCHS).map(cost).fold(f64::INFINITY, f64::min);
                    match when {
                        When::Last => assert_eq!(epoch, EPOCHS),
                        When::Best => {
                            assert!(cost(epoch) < best + 1e-5, "{metric:?}: epoch {epoch}")
                        }
                    }
                    assert_eq!(
                        outcome(attempt.judged(), setup.objective(data.task)),
                        Outcome::Value(cost_of(&setup, &data, value))
                    );
                    let net = &attempt.trainer().population().net;
                    let valid = &attempt.trainer().population().streams[1].valid;
                    let outputs =
                        tunescape_engine::train::outputs(net, &attempt.states()[1].weights, valid);
                    let restored = metric.of(net, &outputs, valid).unwrap();
                    assert!(
                        (restored - judged.values[1].unwrap()).abs() < 1e-5,
                        "{metric:?}: what is kept is of that epoch"
                    );
                }
            }
        }
    }

    fn cost_of(setup: &Setup, data: &Prepared, value: f64) -> f64 {
        setup.objective(data.task).cost(value)
    }

    #[test]
    fn a_trial_diverges_with_the_first_of_its_streams() {
        let (mut setup, data) = folded("moons");
        (setup.search.when, setup.training.epochs) = (When::Best, 60);
        let mut found = false;
        for rate in [3.0, 10.0, 20.0, 40.0, 80.0] {
            let attempt = ended(&setup, &data, &[rate, 0.9]);
            let all = setup.population(&data.folds, data.task, &[vec![rate, 0.9]]);
            let mut whole = CpuTrainer::new(all).unwrap();
            block_on(whole.advance(60, &mut || false)).unwrap();
            let each: Vec<_> = (0..6).map(|stream| whole.diverged(stream)).collect();
            let first = each.iter().flatten().min().copied();
            found |= first.is_some() && each.contains(&None);
            assert_eq!((attempt.diverged(), attempt.judged().is_none()), (first, first.is_some()));
            assert_eq!(attempt.states().len(), 6);
        }
        assert!(found, "some stream outlives another");
    }

    #[test]
    fn a_metric_that_is_not_defined_is_refused_before_training() {
        let (mut setup, mut data) = folded("moons");
        setup.search.metric = Metric::RocAuc;
        data.folds[0].valid.y.fill(1.0);
        let judged = ended(&setup, &data, &[0.1, 0.0]).judged().cloned().unwrap();
        assert_eq!(
            judged.values.iter().map(Option::is_some).collect::<Vec<_>>(),
            [false, true, true, false, true, true]
        );
        data.folds.iter_mut().for_each(|fold| fold.valid.y.fill(1.0));
        assert_eq!(
            Attempt::new(&setup, &data, &[0.1, 0.0]).err(),
            Some(Failure::Metric(Metric::RocAuc))
        );
        setup.search.metric = Metric::R2;
        assert!(
            Attempt::new(&setup, &data, &[0.1, 0.0]).is_ok(),
            "a metric that does not fit gives way to the loss"
        );
    }
}
