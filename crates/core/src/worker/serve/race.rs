//! Races: in every round each strategy's every repeat proposes one trial, and all of them are
//! trained as one population.

use super::{Desk, Failure, on, slice};
use crate::metrics::{Metric, Objective};
use crate::search::Outcome;
use crate::setup::Setup;
use crate::sort::sort_by_key;
use crate::space::Point;
use crate::study::race::{Lane, Spent};
use crate::worker::training::{Curves, retire_diverged};
use crate::worker::{Host, Job, Reply};
use std::ops::Range;
use tunescape_engine::train::cpu::CpuTrainer;
use tunescape_engine::train::{Progress, Trainer};

impl<H: Host> Desk<H> {
    /// Races the set-up's strategies to the end of the budget, a reply a round.
    pub(super) async fn race(
        &self,
        job: Job,
        setup: &Setup,
        repeats: Range<usize>,
    ) -> Result<Reply, Failure> {
        let budget = setup.race_budget();
        let mut lanes: Vec<(Lane, Vec<Spent>)> =
            setup.lanes(repeats).into_iter().map(|lane| (lane, Vec::new())).collect();
        loop {
            // Those whose trials take fewer epochs race longer where the budget is one of epochs.
            let mut racing: Vec<_> =
                lanes.iter_mut().filter(|(_, run)| !budget.is_spent(run)).collect();
            if racing.is_empty() {
                break;
            }
            let mut points = Vec::with_capacity(racing.len());
            let mut late = slice::<H>();
            for (lane, _) in &mut racing {
                points.push(lane.ask());
                if late() {
                    H::breathe().await;
                    late = slice::<H>();
                }
            }
            let round = self.settle(job, setup, points).await?;
            if self.is_cancelled(job) {
                break;
            }
            for ((lane, run), spent) in racing.into_iter().zip(&round) {
                lane.tell(spent.outcome);
                run.push(spent.clone());
            }
            self.host.post(&Reply::Settled(job, round));
        }
        Ok(Reply::Trained(job))
    }

    /// Trains one trial at each point; nothing comes of it if the job is cancelled.
    pub(super) async fn settle(
        &self,
        job: Job,
        setup: &Setup,
        points: Vec<Point>,
    ) -> Result<Vec<Spent>, Failure> {
        let data = self.data(setup)?;
        let (epochs, streams) = (setup.training.epochs, setup.evaluation.streams());
        let step = (epochs / 30).max(1);
        // The maps that they race on are of the loss.
        let objective = Objective { metric: Metric::Loss, when: setup.search.when };
        let mut spent = Vec::with_capacity(points.len());
        for group in setup.groups(&points) {
            let shared = setup.population(&data.folds, data.task, &group.points[..1]);
            let count = group.points.len();
            let on = on(&shared, count, None);
            let needs = setup.needs(&shared, &self.size(&data), count, on, 1)?;
            let slices = needs.within_bounds()?;
            let most = slices.points;
            for (points, places) in group.points.chunks(most).zip(group.trials.chunks(most)) {
                let curves = if slices.streams < streams {
                    let gathered =
                        self.gather(job, setup, &shared, points, slices.streams, None).await?;
                    let Some(gathered) = gathered else { return Ok(Vec::new()) };
                    gathered.curves(places, 1, epochs)
                } else {
                    let mut trainer = CpuTrainer::new(setup.with_trials(&shared, points))?;
                    let mut to = 0;
                    while to < epochs {
                        to = (to + step).min(epochs);
                        while trainer.advance(to, &mut slice::<H>()).await? == Progress::Paused {
                            H::breathe().await;
                            if self.is_cancelled(job) {
                                return Ok(Vec::new());
                            }
                        }
                        retire_diverged(&mut trainer, streams);
                    }
                    Curves::of(&trainer, places, 1, epochs)
                };
                let ended =
                    curves.trials.into_iter().zip(points).zip(curves.reports).zip(curves.diverged);
                for (((trial, point), reports), diverged) in ended {
                    let losses: Vec<f64> =
                        reports.iter().map(|r| f64::from(r.valid_loss)).collect();
                    let value = objective.value(&losses).filter(|_| diverged.is_none());
                    let outcome = value.map_or(Outcome::Diverged, Outcome::of);
                    let epochs = diverged.unwrap_or(losses.len());
                    spent.push((trial, Spent { point: point.clone(), outcome, epochs }));
                }
            }
        }
        sort_by_key(&mut spent, |(trial, _)| *trial);
        Ok(spent.into_iter().map(|(_, spent)| spent).collect())
    }
}
