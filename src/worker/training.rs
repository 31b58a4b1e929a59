//! Training jobs: a slice of the landscape, and the one run of the Explore screen.

use super::source::Prepared;
use super::{Frame, inspect};
use crate::exchange::Setup;
use crate::train::cpu::CpuTrainer;
use crate::train::{Progress, Report, TrainError, Trainer};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// What the trials of a job reported since the last such message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Curves {
    /// The epoch of the first report of each trial in `reports` (0 = before training).
    pub from: usize,
    /// `[trial][epoch]`; shorter where a trial diverged.
    pub reports: Vec<Vec<Report>>,
    /// The epoch at whose end a trial was found diverged.
    pub diverged: Vec<Option<usize>>,
}

impl Curves {
    /// The reports of epochs `from..=to`.
    pub fn of(trainer: &impl Trainer, from: usize, to: usize) -> Self {
        let trials = trainer.population().trials.len();
        let curve = |t: usize| (from..=to).map_while(|e| trainer.report(t, e)).collect();
        Self {
            from,
            reports: (0..trials).map(curve).collect(),
            diverged: (0..trials).map(|t| trainer.diverged(t)).collect(),
        }
    }
}

/// The one run of the Explore screen: a population of one.
pub struct Run {
    trainer: CpuTrainer,
    data: Rc<Prepared>,
    sent: usize,
}

impl Run {
    /// Start weights and first batches are those of the set-up's seed: starting again is the same run.
    pub fn new(setup: &Setup, data: Rc<Prepared>) -> Result<Self, TrainError> {
        let point = [setup.run.learning_rate, setup.run.momentum];
        let trainer = CpuTrainer::new(setup.population(&data.split, data.task, &[point]))?;
        Ok(Self { trainer, data, sent: 0 })
    }

    pub fn steer(&mut self, learning_rate: f64, momentum: f64) {
        let mut hyper = self.trainer.population().trials[0].hyper;
        hyper.learning_rate = learning_rate as f32;
        hyper.momentum = momentum as f32;
        self.trainer.set_hyper(0, hyper);
    }

    /// Trains on for some epochs, unless told to pause on the way; for none, only up to what the start weights score.
    pub async fn advance(&mut self, epochs: usize, pause: &mut dyn FnMut() -> bool) -> Result<Progress, TrainError> {
        self.trainer.advance(self.trainer.epoch() + epochs, pause).await
    }

    pub fn diverged(&self) -> bool {
        self.trainer.diverged(0).is_some()
    }

    /// What the page shows of the run now, with a rest every few milliseconds of work.
    pub async fn frame(&mut self, paused: bool, rest: &mut impl AsyncFnMut()) -> Result<Frame, TrainError> {
        let weights = self.trainer.state(0).await?.weights;
        let reports = self.trainer.log().reports(0);
        let new = reports[self.sent.min(reports.len())..].to_vec();
        self.sent = reports.len();
        Ok(Frame {
            epoch: reports.len().saturating_sub(1),
            reports: new,
            diverged: self.trainer.diverged(0),
            inspection: inspect(&self.trainer.population().net, &weights, &self.data, rest).await,
            weights,
            paused,
        })
    }
}
