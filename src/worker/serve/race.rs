//! Races: in every round each strategy's every repeat proposes one trial, and all of them are trained as one population.

use super::{Desk, Failure, slice};
use crate::exchange::Setup;
use crate::metrics::{Metric, Objective};
use crate::search::Outcome;
use crate::space::Point;
use crate::study::race::Spent;
use crate::train::cpu::CpuTrainer;
use crate::train::{Progress, Trainer};
use crate::worker::training::Curves;
use crate::worker::{Job, Reply, port};
use std::ops::Range;

impl Desk {
    /// Races the set-up's strategies to the end of the budget, a reply a round.
    pub(super) async fn race(&self, job: Job, setup: &Setup, repeats: Range<usize>) -> Result<Reply, Failure> {
        let mut lanes = setup.lanes(repeats);
        for _ in 0..setup.search.budget {
            let mut points = Vec::with_capacity(lanes.len());
            let mut late = slice();
            for lane in &mut lanes {
                points.push(lane.ask());
                if late() {
                    port::breathe().await;
                    late = slice();
                }
            }
            let round = self.settle(job, setup, points).await?;
            if self.is_cancelled(job) {
                break;
            }
            lanes.iter_mut().zip(&round).for_each(|(lane, spent)| lane.tell(spent.outcome));
            super::send(&Reply::Settled(job, round));
        }
        Ok(Reply::Trained(job))
    }

    /// Trains one trial at each point, to the end unless the job is cancelled.
    pub(super) async fn settle(&self, job: Job, setup: &Setup, points: Vec<Point>) -> Result<Vec<Spent>, Failure> {
        let data = self.data(setup)?;
        let epochs = setup.training.epochs;
        let mut spent = Vec::with_capacity(points.len());
        for group in setup.groups(&points) {
            let mut trainer = CpuTrainer::new(setup.population(&data.folds, data.task, &group.points))?;
            while trainer.advance(epochs, &mut slice()).await? == Progress::Paused {
                port::breathe().await;
                if self.is_cancelled(job) {
                    break;
                }
            }
            let curves = Curves::of(&trainer, &group.trials, 1, epochs);
            for (((trial, point), reports), diverged) in
                curves.trials.into_iter().zip(group.points).zip(curves.reports).zip(curves.diverged)
            {
                let losses: Vec<f64> = reports.iter().map(|r| f64::from(r.valid_loss)).collect();
                // The maps that they race on are of the loss.
                let objective = Objective { metric: Metric::Loss, when: setup.search.when };
                let value = objective.value(&losses).filter(|_| diverged.is_none());
                let outcome = value.map_or(Outcome::Diverged, Outcome::of);
                spent.push((trial, Spent { point, outcome, epochs: diverged.unwrap_or(losses.len()) }));
            }
        }
        spent.sort_by_key(|(trial, _)| *trial);
        Ok(spent.into_iter().map(|(_, spent)| spent).collect())
    }
}
