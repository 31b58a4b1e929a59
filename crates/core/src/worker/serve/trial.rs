//! One trial: trained and judged, tested, or trained side by side with others.

use super::{Desk, slice};
use crate::data::{Part, Split};
use crate::inspect::{Hypergradient, hypergradient};
use crate::search::StrategyName;
use crate::setup::Setup;
use crate::setup::needs::CPU_BYTES;
use crate::space::Point;
use crate::worker::source::Prepared;
use crate::worker::{Attempt, Evolving, Failure, Host, Job, Reply, Scores, Tried, inspect};
use std::rc::Rc;
use tunescape_engine::train::{Progress, TrainError};

impl<H: Host> Desk<H> {
    /// Trains one trial on the CPU, to its end unless the job is cancelled.
    pub(super) async fn attempt(
        &self,
        job: Job,
        setup: &Setup,
        point: Point,
    ) -> Result<(Rc<Prepared>, Attempt), Failure> {
        let data = self.data(setup)?;
        let mut attempt = Attempt::new(setup, &data, &point)?;
        while attempt.advance(&mut slice::<H>()).await? == Progress::Paused
            && !self.is_cancelled(job)
        {
            H::breathe().await;
        }
        Ok((data, attempt))
    }

    pub(super) async fn try_out(
        &self,
        job: Job,
        setup: &Setup,
        point: Point,
    ) -> Result<Reply, Failure> {
        if setup.search.strategy == StrategyName::Hypergradient {
            let data = self.data(setup)?;
            let population = setup.population(&data.folds, data.task, std::slice::from_ref(&point));
            let mut rest = H::breathe;
            let found = hypergradient(&population, setup.training.epochs, &mut rest);
            let Some(found) = self.unless_cancelled(job, found).await else {
                return Ok(Reply::Trained(job));
            };
            let slope = |found: Hypergradient| {
                let by = |name| {
                    ["learning_rate", "momentum"]
                        .iter()
                        .position(|n| *n == name)
                        .map_or(0.0, |i| found.slope[i])
                };
                setup.space.iter().map(|(p, _)| by(p.name)).collect()
            };
            self.host.post(&Reply::Sloped(job, found.map(slope)));
        }
        let (data, attempt) = self.attempt(job, setup, point).await?;
        if self.is_cancelled(job) {
            return Ok(Reply::Trained(job));
        }
        self.host.post(&Reply::Curves(job, attempt.curves()));
        let first = attempt.weights(0, &mut H::breathe).await?;
        let Some(first) = first.first() else { return Err(TrainError::NoRows.into()) };
        let mut inspection = inspect(attempt.net(), first, &data, &mut H::breathe).await;
        if setup.evaluation.streams() > 1 {
            let scores = self.scores(&attempt, &data, |fold| &fold.valid);
            match self.unless_cancelled(job, scores).await {
                Some(scores) => inspection.valid = scores?,
                None => return Ok(Reply::Trained(job)),
            }
        }
        Ok(Reply::Tried(
            job,
            Box::new(Tried {
                judged: attempt.judged().cloned(),
                curve: attempt.curve().to_vec(),
                inspection,
            }),
        ))
    }

    pub(super) async fn evolve(&self, job: Job, setup: &Setup) -> Result<Reply, Failure> {
        let mut evolving = Evolving::new(setup, &*self.data(setup)?, CPU_BYTES)?;
        while evolving.advance(&mut slice::<H>()).await? == Progress::Paused
            && !self.is_cancelled(job)
        {
            H::breathe().await;
        }
        Ok(Reply::Evolved(job, Box::new(evolving.end())))
    }

    pub(super) async fn test(
        &self,
        job: Job,
        setup: &Setup,
        point: Point,
    ) -> Result<Reply, Failure> {
        let (data, attempt) = self.attempt(job, setup, point).await?;
        let scores = self.scores(&attempt, &data, |fold| &fold.test);
        let scores = self.unless_cancelled(job, scores).await;
        scores.map_or(Ok(Reply::Trained(job)), |scores| Ok(Reply::Tested(job, scores?)))
    }

    /// The mean scores of a trial's streams, each on a part of its own fold.
    pub(super) async fn scores(
        &self,
        attempt: &Attempt,
        data: &Prepared,
        part: fn(&Split) -> &Part,
    ) -> Result<Scores, Failure> {
        let (mut all, mut folds) = (Vec::new(), data.folds.iter().cycle());
        for slice in 0..attempt.slices() {
            for weights in &*attempt.weights(slice, &mut H::breathe).await? {
                let Some(fold) = folds.next() else { break };
                let weights: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
                let (net, part) = (attempt.net(), part(fold));
                all.push(super::inspect::scores(net, &weights, part, &mut H::breathe).await);
            }
        }
        Ok(Scores::mean(&all).ok_or(TrainError::NoRows)?)
    }
}
