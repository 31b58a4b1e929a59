//! One trial of the search: the streams of its point, trained together and judged epoch by epoch.

use super::source::Prepared;
use super::training::{Curves, Gathered};
use super::{Failure, Scores};
use crate::metrics::{self, Metric, Objective, When};
use crate::search::Outcome;
use crate::setup::Setup;
use crate::setup::needs::CPU_BYTES;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use tunescape_engine::net::Net;
use tunescape_engine::train::cpu::{CpuTrainer, Footprint, Width};
use tunescape_engine::train::{Population, Progress, Report, TrainError, Trainer};

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

/// A trial in training: all of its streams at once, or where they have no room together, some after
/// the others.
pub struct Attempt {
    /// All streams, and the point's trial on each of them.
    whole: Population,
    /// How many of them train at a time, and which do now.
    each: usize,
    slice: usize,
    trainer: CpuTrainer,
    objective: Objective,
    epochs: usize,
    /// `[stream][epoch]`, from epoch 1: what it was judged by; not a number where that is not
    /// defined.
    values: Vec<Vec<f64>>,
    gathered: Gathered,
    judged: Option<Judged>,
    /// The mean over the streams after each epoch, from epoch 1.
    curve: Vec<Option<f64>>,
    /// Where all streams train at once, their weights after the epoch that counts so far, and its
    /// cost.
    weights: Vec<Vec<f32>>,
    least: Option<f64>,
}

impl Attempt {
    /// A trial before its first epoch; an error where no stream's validation rows let its objective
    /// be computed.
    pub fn new(setup: &Setup, data: &Prepared, point: &[f64]) -> Result<Self, Failure> {
        let whole = setup.population(&data.folds, data.task, &[point.to_vec()]);
        let each = streams_at_once(&whole, setup.training.epochs);
        Self::in_slices(setup, data, whole, each)
    }

    fn in_slices(
        setup: &Setup,
        data: &Prepared,
        whole: Population,
        each: usize,
    ) -> Result<Self, Failure> {
        let objective = setup.objective(data.task);
        let defined = whole.streams.iter().any(|stream| {
            let outputs = vec![0.0; stream.valid.rows() * whole.net.outputs()];
            objective.metric.of(&whole.net, &outputs, &stream.valid).is_some()
        });
        if !defined {
            return Err(Failure::Metric(objective.metric));
        }
        let streams = whole.streams.len();
        Ok(Self {
            trainer: trainer(&whole, each, 0)?,
            whole,
            each,
            slice: 0,
            objective,
            epochs: setup.training.epochs,
            values: vec![Vec::new(); streams],
            gathered: Gathered::new(1, streams),
            judged: None,
            curve: Vec::new(),
            weights: Vec::new(),
            least: None,
        })
    }

    pub fn net(&self) -> &Net {
        &self.whole.net
    }

    /// How many slices its streams train in.
    pub fn slices(&self) -> usize {
        self.whole.streams.len().div_ceil(self.each)
    }

    /// What a stream reported after an epoch, from 0, once all have trained; none after its end.
    pub fn report(&self, stream: usize, epoch: usize) -> Option<Report> {
        self.gathered.report(stream, epoch)
    }

    /// The reports of all streams, once they have trained.
    pub fn curves(&self) -> Curves {
        self.gathered.curves(&[0], 0, self.epochs)
    }

    /// The epoch at whose end a stream was found diverged, the first of them: the trial has then
    /// diverged.
    pub fn diverged(&self) -> Option<usize> {
        self.gathered.end().into_iter().chain(self.own_end()).min()
    }

    /// The same of the slice under way.
    fn own_end(&self) -> Option<usize> {
        let trials = 0..self.trainer.population().trials.len();
        trials.filter_map(|trial| self.trainer.diverged(trial)).min()
    }

    /// Whether there is nothing left to train in the slice under way.
    fn over(&self) -> bool {
        let rests = |trial: usize| !self.trainer.log().live(trial);
        // Beyond the epoch in which another slice diverged nothing counts.
        let end = self.gathered.end().unwrap_or(self.epochs).min(self.epochs);
        self.trainer.epoch() >= end
            || self.own_end().is_some()
            || (0..self.trainer.population().trials.len()).all(rests)
    }

    /// Trains on, and judges every epoch that it finishes, unless it is told to pause.
    pub async fn advance(
        &mut self,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
        loop {
            while !self.over() {
                let next = self.trainer.epoch() + 1;
                if self.trainer.advance(next, pause).await? == Progress::Paused {
                    return Ok(Progress::Paused);
                }
                if self.own_end().is_none() {
                    self.judge().await?;
                }
            }
            let first = self.slice * self.each;
            self.gathered
                .take(&self.trainer, first..self.whole.streams.len().min(first + self.each));
            if self.slice + 1 == self.slices() {
                break;
            }
            self.slice += 1;
            self.trainer = trainer(&self.whole, self.each, self.slice)?;
        }
        if self.curve.is_empty() {
            self.conclude();
        }
        if self.slices() == 1 && self.weights.is_empty() {
            self.weights = all_weights(&mut self.trainer).await?;
        }
        Ok(Progress::Reached)
    }

    /// Judges the streams of the slice under way after the epoch that it has finished.
    async fn judge(&mut self) -> Result<(), TrainError> {
        let first = self.slice * self.each;
        for trial in 0..self.trainer.population().trials.len() {
            let value = match self.objective.metric {
                Metric::Loss => {
                    let reports = self.trainer.log().reports(trial);
                    reports.last().map(|report| f64::from(report.valid_loss))
                }
                metric => {
                    let outputs = self.trainer.outputs(trial).await?;
                    let stream = &self.whole.streams[first + trial];
                    metric.of(&self.whole.net, &outputs, &stream.valid)
                }
            };
            self.values[first + trial].push(value.unwrap_or(f64::NAN));
        }
        if self.slices() > 1 {
            return Ok(());
        }
        let judged = self.judged_after(self.trainer.epoch());
        let cost = judged.summary().map(|(mean, _)| self.objective.cost(mean));
        if self.counts(cost, self.over()) {
            self.least = cost;
            self.weights = all_weights(&mut self.trainer).await?;
        }
        Ok(())
    }

    /// Whether an epoch of this cost counts instead of the one so far; of the last, whether it is
    /// the last.
    fn counts(&self, cost: Option<f64>, last: bool) -> bool {
        match (self.objective.when, cost) {
            (_, None) => false,
            (When::Best, Some(cost)) => self.least.is_none_or(|least| cost < least),
            (When::Last, Some(_)) => last,
        }
    }

    /// What an epoch is judged by; a stream that has stopped before it counts as it stopped.
    fn judged_after(&self, epoch: usize) -> Judged {
        let value = |values: &Vec<f64>| {
            values.get(epoch - 1).or(values.last()).copied().filter(|value| !value.is_nan())
        };
        Judged { epoch, values: self.values.iter().map(value).collect() }
    }

    /// Puts the streams together, once all have trained.
    fn conclude(&mut self) {
        let judged = self.values.iter().map(Vec::len).max().unwrap_or(0);
        let last = self.diverged().map_or(judged, |end| judged.min(end.saturating_sub(1)));
        self.least = None;
        for epoch in 1..=last {
            let judged = self.judged_after(epoch);
            let mean = judged.summary().map(|(mean, _)| mean);
            self.curve.push(mean);
            let cost = mean.map(|mean| self.objective.cost(mean));
            if self.counts(cost, epoch == last && self.diverged().is_none()) {
                (self.judged, self.least) = (Some(judged), cost);
            }
        }
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

    /// The weights of each stream of a slice by the epoch that counts, once the trial is over; of
    /// one that diverged, by its last finite one. Slices have no room beside each other, so that
    /// several train again for it, with a rest every few milliseconds.
    pub async fn weights(
        &self,
        slice: usize,
        rest: &mut impl AsyncFnMut(),
    ) -> Result<Cow<'_, [Vec<f32>]>, TrainError> {
        if self.slices() == 1 {
            return Ok(Cow::Borrowed(&self.weights));
        }
        let counts = self.judged.as_ref().map(|judged| judged.epoch);
        let to = counts.or(self.diverged()).unwrap_or(self.epochs);
        let mut trainer = trainer(&self.whole, self.each, slice)?;
        while trainer.advance(to, &mut || true).await? == Progress::Paused {
            rest().await;
        }
        all_weights(&mut trainer).await.map(Cow::Owned)
    }
}

/// How many streams of a point have room beside each other, with the weights that count and those
/// that are about to; at least one.
fn streams_at_once(whole: &Population, epochs: usize) -> usize {
    let footprint = Footprint::of(whole, width(whole), epochs);
    let streams = whole.streams.len() as u64;
    let told = streams * (epochs as u64 + 1) * (size_of::<Report>() + size_of::<f64>()) as u64;
    let each = footprint.own(1, 1) + 2 * 4 * footprint.parameters;
    let room = CPU_BYTES.saturating_sub(footprint.shared() + told) / each;
    room.clamp(1, streams.max(1)) as usize
}

/// The width that suits one training of each stream.
fn width(whole: &Population) -> Width {
    Width::suiting(whole.net.parameters(), 1)
}

/// The trainer of a slice of streams.
fn trainer(whole: &Population, each: usize, slice: usize) -> Result<CpuTrainer, TrainError> {
    let some = slice * each..whole.trials.len().min((slice + 1) * each);
    CpuTrainer::with_width(whole.slice(some), width(whole))
}

async fn all_weights(trainer: &mut CpuTrainer) -> Result<Vec<Vec<f32>>, TrainError> {
    let mut weights = Vec::with_capacity(trainer.population().trials.len());
    for trial in 0..trainer.population().trials.len() {
        weights.push(trainer.state(trial).await?.weights);
    }
    Ok(weights)
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

    /// Of all streams, by slices.
    fn weights(attempt: &Attempt) -> Vec<Vec<f32>> {
        let of = |slice| block_on(attempt.weights(slice, &mut async || ())).unwrap().into_owned();
        (0..attempt.slices()).flat_map(of).collect()
    }

    /// Streams that train some after the others come to what they come to together: judged last or
    /// at the best epoch, stopped early, diverged.
    #[test]
    fn streams_may_train_in_slices_and_nothing_changes() {
        let (mut setup, data) = folded("moons");
        let mut diverged = 0;
        for (patience, rate) in [(0, 0.3), (2, 1.0), (0, 20.0), (0, 40.0), (3, 10.0)] {
            for (when, metric) in [(When::Last, Metric::Loss), (When::Best, Metric::RocAuc)] {
                (setup.training.patience, setup.training.epochs) = (patience, 40);
                (setup.search.when, setup.search.metric) = (when, metric);
                let in_slices = |each: usize| {
                    let whole = setup.population(&data.folds, data.task, &[vec![rate, 0.9]]);
                    let mut attempt = Attempt::in_slices(&setup, &data, whole, each).unwrap();
                    while block_on(attempt.advance(&mut || true)).unwrap() == Progress::Paused {}
                    attempt
                };
                let whole = in_slices(6);
                diverged += usize::from(whole.diverged().is_some());
                for each in [1, 2, 4] {
                    let cut = in_slices(each);
                    assert_eq!(cut.slices(), 6_usize.div_ceil(each));
                    assert_eq!(cut.diverged(), whole.diverged());
                    assert_eq!((cut.judged(), cut.curve()), (whole.judged(), whole.curve()));
                    assert_eq!(cut.curves(), whole.curves());
                    assert!(weights(&cut) == weights(&whole), "{rate} {when:?} by {each}");
                }
            }
        }
        assert!((1..10).contains(&diverged), "some diverge, not all: {diverged}");
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
                    let net = attempt.net();
                    let valid = &attempt.whole.streams[1].valid;
                    let outputs =
                        tunescape_engine::train::outputs(net, &weights(&attempt)[1], valid);
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
            assert_eq!(weights(&attempt).len(), 6);
        }
        assert!(found, "some stream outlives another");
    }

    #[test]
    fn a_metric_that_is_not_defined_is_refused_before_training() {
        let (mut setup, mut data) = folded("moons");
        setup.search.metric = Metric::RocAuc;
        let of_one_class = |fold: &mut crate::data::Split| {
            std::sync::Arc::make_mut(&mut fold.valid).y.fill(1.0);
        };
        of_one_class(&mut data.folds[0]);
        let judged = ended(&setup, &data, &[0.1, 0.0]).judged().cloned().unwrap();
        assert_eq!(
            judged.values.iter().map(Option::is_some).collect::<Vec<_>>(),
            [false, true, true, false, true, true]
        );
        data.folds.iter_mut().for_each(of_one_class);
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
