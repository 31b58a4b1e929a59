//! Training jobs of the landscape: what they report.

use crate::metrics::mean_and_spread;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use tunescape_engine::train::{Report, Trainer};

/// What the points of a job reported since the last such message: each the mean over its streams. A
/// point has diverged when one of its streams has; a stream that has stopped early counts with its
/// last report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Places of the points in the job's list.
    pub trials: Vec<usize>,
    /// The epoch of the first report of each point in `reports` (0 = before training).
    pub from: usize,
    /// `[point][epoch]`; shorter where a point diverged or stopped early.
    pub reports: Vec<Vec<Report>>,
    /// `[point][epoch]`: the standard deviation (over n) of the validation loss over the streams.
    /// Empty where there is one stream.
    pub spreads: Vec<Vec<f32>>,
    /// The epoch at whose end a point was found diverged.
    pub diverged: Vec<Option<usize>>,
}

impl Curves {
    /// The reports of epochs `from..=to` of the points of these places, the trials of each side by
    /// side; every live trial has finished epoch `to`.
    pub fn of(trainer: &impl Trainer, places: &[usize], from: usize, to: usize) -> Self {
        let log = trainer.log();
        let trials = trainer.population().trials.len();
        let streams = (trials / places.len().max(1)).max(1);
        let told = |trial: usize| (log.reports(trial), log.diverged(trial));
        Self::told(places, streams, from, to, &told)
    }

    /// The same of points with so many streams each, given what the trials have reported and when
    /// they diverged.
    fn told<'a>(
        places: &[usize],
        streams: usize,
        from: usize,
        to: usize,
        told: &dyn Fn(usize) -> (&'a [Report], Option<usize>),
    ) -> Self {
        let mut curves = Self {
            trials: places.to_vec(),
            from,
            reports: Vec::new(),
            spreads: Vec::new(),
            diverged: Vec::new(),
        };
        for point in (0..places.len() * streams).step_by(streams) {
            let own: Vec<&[Report]> = (point..point + streams).map(|trial| told(trial).0).collect();
            let diverged = (point..point + streams).filter_map(|trial| told(trial).1).min();
            let longest = own.iter().map(|reports| reports.len()).max().unwrap_or(0);
            let epochs = from..longest.min(to + 1).min(diverged.unwrap_or(usize::MAX)).max(from);
            let each = |epoch: usize, of: fn(&Report) -> f32| {
                let at =
                    own.iter().filter_map(move |reports| reports.get(epoch).or(reports.last()));
                let (mean, spread) = mean_and_spread(at.map(move |report| f64::from(of(report))))
                    .unwrap_or_default();
                (mean as f32, spread as f32)
            };
            let report = |epoch: usize| Report {
                train_loss: each(epoch, |r| r.train_loss).0,
                valid_loss: each(epoch, |r| r.valid_loss).0,
                train_score: each(epoch, |r| r.train_score).0,
                valid_score: each(epoch, |r| r.valid_score).0,
            };
            curves.reports.push(epochs.clone().map(report).collect());
            if streams > 1 {
                curves.spreads.push(epochs.map(|epoch| each(epoch, |r| r.valid_loss).1).collect());
            }
            curves.diverged.push(diverged);
        }
        curves
    }
}

/// What the streams of some points have reported, where they train some after the others.
pub struct Gathered {
    streams: usize,
    /// By point and stream, streams innermost.
    told: Vec<(Vec<Report>, Option<usize>)>,
}

impl Gathered {
    pub fn new(points: usize, streams: usize) -> Self {
        Self { streams, told: vec![Default::default(); points * streams] }
    }

    /// Takes what a trainer of some streams of each point has to tell.
    pub fn take(&mut self, trainer: &impl Trainer, some: Range<usize>) {
        let log = trainer.log();
        for trial in 0..trainer.population().trials.len() {
            let (point, stream) = (trial / some.len(), some.start + trial % some.len());
            let told = &mut self.told[point * self.streams + stream];
            *told = (log.reports(trial).to_vec(), log.diverged(trial));
        }
    }

    /// What a trial reported after an epoch.
    pub fn report(&self, trial: usize, epoch: usize) -> Option<Report> {
        self.told.get(trial)?.0.get(epoch).copied()
    }

    /// The epoch by which every point has diverged: beyond it nothing is asked of any.
    pub fn end(&self) -> Option<usize> {
        let of = |point: &[(Vec<Report>, Option<usize>)]| point.iter().filter_map(|s| s.1).min();
        self.told.chunks(self.streams).map(of).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// What the points come to.
    pub fn curves(&self, places: &[usize], from: usize, to: usize) -> Curves {
        let told = |trial: usize| (&self.told[trial].0[..], self.told[trial].1);
        Curves::told(places, self.streams, from, to, &told)
    }
}

/// Lets the other streams of points that have diverged rest: nobody asks for them any more.
pub fn retire_diverged(trainer: &mut impl Trainer, streams: usize) {
    for point in (0..trainer.population().trials.len()).step_by(streams) {
        let trials = point..point + streams;
        if trials.clone().any(|trial| trainer.diverged(trial).is_some()) {
            for trial in trials.filter(|&trial| trainer.log().live(trial)).collect::<Vec<_>>() {
                trainer.retire(trial);
            }
        }
    }
}
