//! The study as a pure fold over events.
//!
//! A [`Study`] is what its events say and nothing else: saving, links, replay and stepping back are
//! all folds over the same list. Trial n is proposed with random numbers drawn from (seed, n)
//! alone, so that the same seed replays the same study, and stepping back and forth changes
//! nothing.

pub mod advice;
pub mod ask;
pub mod batch;
pub mod forest;
pub mod importance;
pub mod landscape;
pub mod ped_anova;
pub mod race;
pub mod summary;
pub mod zones;

use crate::prune::pruner::{Cut, Past, Pruner};
use crate::search::{Outcome, Proposal, Reason, Search, Strategy};
use crate::sort::sort_by;
use crate::space::{Point, Space};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use tunescape_engine::train::Report;

/// No trial trains for more epochs.
pub const MAX_EPOCHS: usize = 1_000_000;

/// What can happen in a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// A trial begins; `trial` is the number of trials before it. Placed by hand: [`Reason::Hand`].
    Proposed { trial: usize, proposal: Proposal },
    /// What a running trial reports after an epoch (0 = before training); epochs rise.
    Reported { trial: usize, epoch: usize, report: Report },
    /// The slope of a running trial's loss by each parameter, in its own units.
    Sloped { trial: usize, slope: Vec<f64> },
    /// What training a running trial has cost, in any unit.
    Spent { trial: usize, cost: f64 },
    /// What a running trial has scored on each of several data sets, smaller is better: it is
    /// judged by its mean rank.
    Ranked { trial: usize, costs: Vec<f64> },
    /// A running trial has ended. One that was pruned may have reported epochs beyond: what would
    /// have been.
    Completed { trial: usize, outcome: Outcome },
}

/// Why an event can't have happened. The study is as it was before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum EventError {
    /// Trials are proposed in order of their number.
    OutOfOrder { trial: usize, expected: usize },
    /// No trial of this number was proposed.
    Unknown { trial: usize },
    /// The trial has ended.
    Ended { trial: usize },
    /// A value for each parameter, each in its range, is needed.
    OutOfRange { trial: usize, point: Point },
    /// A reason with numbers that none has.
    Reason { trial: usize },
    /// The epoch is not later than the last one reported, or beyond any.
    Epoch { trial: usize, epoch: usize, last: usize },
    /// A number that is not finite; divergence is [`Outcome::Diverged`].
    NotFinite { trial: usize },
}

/// One trial of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    pub point: Point,
    pub reason: Reason,
    /// Reports by epoch, epochs rising.
    pub curve: Vec<(usize, Report)>,
    /// Slope of the loss by each parameter, where it was computed.
    pub slope: Option<Vec<f64>>,
    /// What training cost, where that is minimised too.
    pub cost: Option<f64>,
    /// What it scored on each of several data sets, where it is judged by its mean rank over them.
    pub sets: Vec<f64>,
    /// None while it runs.
    pub outcome: Option<Outcome>,
}

impl Trial {
    /// Epochs that it was given: up to where it was stopped, or all that it reported.
    pub fn epochs(&self) -> usize {
        match self.outcome {
            Some(Outcome::Pruned { epoch, .. }) => epoch,
            _ => self.curve.last().map_or(0, |c| c.0),
        }
    }

    /// Validation losses by epoch, as far as it went, without the state before training.
    pub fn losses(&self) -> Vec<(usize, f64)> {
        let went = self.curve.iter().filter(|(epoch, _)| (1..=self.epochs()).contains(epoch));
        went.map(|(epoch, report)| (*epoch, f64::from(report.valid_loss))).collect()
    }
}

/// A study after its events. Trials are numbered from 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Study {
    strategy: Strategy,
    space: Space,
    events: Vec<Event>,
    trials: Vec<Trial>,
}

impl Study {
    /// A study before its first event.
    pub fn new(strategy: Strategy, space: Space) -> Self {
        Self { strategy, space, events: Vec::new(), trials: Vec::new() }
    }

    /// The study after these events; the first bad one is returned as its place in the list and its
    /// error.
    pub fn fold(
        strategy: Strategy,
        space: Space,
        events: &[Event],
    ) -> Result<Self, (usize, EventError)> {
        let mut study = Self::new(strategy, space);
        for (place, event) in events.iter().enumerate() {
            study.apply(event.clone()).map_err(|error| (place, error))?;
        }
        Ok(study)
    }

    /// Adds an event. A bad one is refused before anything changes.
    pub fn apply(&mut self, event: Event) -> Result<(), EventError> {
        self.check(&event)?;
        match event.clone() {
            Event::Proposed { proposal: Proposal { point, reason }, .. } => {
                self.trials.push(Trial {
                    point,
                    reason,
                    curve: Vec::new(),
                    slope: None,
                    cost: None,
                    sets: Vec::new(),
                    outcome: None,
                });
            }
            Event::Reported { trial, epoch, report } => {
                self.trials[trial].curve.push((epoch, report))
            }
            Event::Sloped { trial, slope } => self.trials[trial].slope = Some(slope),
            Event::Spent { trial, cost } => self.trials[trial].cost = Some(cost),
            Event::Ranked { trial, costs } => self.trials[trial].sets = costs,
            Event::Completed { trial, outcome } => self.trials[trial].outcome = Some(outcome),
        }
        self.events.push(event);
        Ok(())
    }

    fn check(&self, event: &Event) -> Result<(), EventError> {
        let running = |trial: usize| match self.trials.get(trial) {
            None => Err(EventError::Unknown { trial }),
            Some(Trial { outcome: Some(_), .. }) => Err(EventError::Ended { trial }),
            Some(running) => Ok(running),
        };
        match *event {
            Event::Proposed { trial, .. } if trial != self.trials.len() => {
                Err(EventError::OutOfOrder { trial, expected: self.trials.len() })
            }
            Event::Proposed { trial, ref proposal } if !self.space.contains(&proposal.point) => {
                Err(EventError::OutOfRange { trial, point: proposal.point.clone() })
            }
            Event::Proposed { trial, ref proposal } if !proposal.reason.fits(self.space.dim()) => {
                Err(EventError::Reason { trial })
            }
            Event::Proposed { .. } => Ok(()),
            Event::Reported { trial, epoch, report } => match running(trial)?.curve.last() {
                Some(&(last, _)) if epoch <= last => Err(EventError::Epoch { trial, epoch, last }),
                _ if epoch > MAX_EPOCHS => Err(EventError::Epoch { trial, epoch, last: 0 }),
                _ if !(report.train_loss.is_finite() && report.valid_loss.is_finite()) => {
                    Err(EventError::NotFinite { trial })
                }
                _ => Ok(()),
            },
            Event::Sloped { trial, ref slope } => {
                running(trial)?;
                let good = slope.len() == self.space.dim() && slope.iter().all(|g| g.is_finite());
                if good { Ok(()) } else { Err(EventError::NotFinite { trial }) }
            }
            Event::Spent { trial, cost } => {
                running(trial)?;
                if cost.is_finite() { Ok(()) } else { Err(EventError::NotFinite { trial }) }
            }
            Event::Completed { trial, outcome: Outcome::Pruned { epoch, .. } }
                if epoch > MAX_EPOCHS =>
            {
                Err(EventError::Epoch { trial, epoch, last: 0 })
            }
            Event::Ranked { trial, ref costs } => {
                running(trial)?;
                let first = self.trials.iter().map(|t| t.sets.len()).find(|n| *n > 0);
                let good =
                    costs.iter().all(|c| c.is_finite()) && first.is_none_or(|n| n == costs.len());
                if good { Ok(()) } else { Err(EventError::NotFinite { trial }) }
            }
            Event::Completed { trial, outcome } => match (running(trial)?, outcome) {
                (_, Outcome::Value(value) | Outcome::Pruned { loss: value, .. })
                    if !value.is_finite() =>
                {
                    Err(EventError::NotFinite { trial })
                }
                _ => Ok(()),
            },
        }
    }

    /// Puts in the curve of a trial whose end is known, in place of the one that it had.
    pub fn recall(&mut self, trial: usize, curve: &[(usize, Report)]) {
        let ended = |event: &Event| matches!(event, Event::Completed { trial: ended, .. } if *ended == trial);
        if let (Some(own), true) = (self.trials.get_mut(trial), self.events.iter().any(ended)) {
            own.curve = curve.to_vec();
            self.events.retain(
                |event| !matches!(event, Event::Reported { trial: of, .. } if *of == trial),
            );
            let end = self.events.iter().position(ended).unwrap_or(0);
            let told =
                curve.iter().map(|&(epoch, report)| Event::Reported { trial, epoch, report });
            self.events.splice(end..end, told);
        }
    }

    pub fn strategy(&self) -> &Strategy {
        &self.strategy
    }

    pub fn space(&self) -> &Space {
        &self.space
    }

    pub fn events(&self) -> &[Event] {
        &self.events
    }

    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    /// Number and loss of the best trial, the earliest among equals; none while none has a value.
    pub fn best(&self) -> Option<(usize, f64)> {
        self.best_of(self.trials.len())
    }

    /// The best among the first `n` trials, as they stand now.
    pub fn best_of(&self, n: usize) -> Option<(usize, f64)> {
        let ranks = self.mean_ranks(n);
        let losses = self
            .trials
            .iter()
            .take(n)
            .enumerate()
            .filter_map(|(n, trial)| Some((n, trial.outcome?.loss()?)));
        let key = |(n, loss): (usize, f64)| {
            (ranks.get(n).copied().flatten().unwrap_or(f64::INFINITY), loss)
        };
        losses.min_by(|a, b| key(*a).0.total_cmp(&key(*b).0).then(a.1.total_cmp(&b.1)))
    }

    /// Where the pruner stops trial `n`, by its curve and those before it; `most` epochs are the
    /// end. None where it goes on.
    pub fn cut(&self, pruner: &Pruner, n: usize, most: usize) -> Option<Cut> {
        let curves: Vec<_> = self.trials.iter().take(n + 1).map(Trial::losses).collect();
        let (own, before) = curves.split_last()?;
        let finished =
            |number: usize| matches!(self.trials[number].outcome, Some(Outcome::Value(_)));
        let past = |(number, curve): (usize, _)| Past { number, curve, finished: finished(number) };
        let past: Vec<Past> = before.iter().map(Vec::as_slice).enumerate().map(past).collect();
        pruner.cut(n, own, &past, most)
    }

    /// Epochs that the first `n` trials were given.
    pub fn epochs(&self, n: usize) -> usize {
        self.trials.iter().take(n).map(Trial::epochs).sum()
    }

    /// Best loss after each trial, none while none has a value: one entry a trial.
    pub fn best_so_far(&self) -> Vec<Option<f64>> {
        let mut best: Option<f64> = None;
        let after = |trial: &Trial| {
            if let Some(loss) = trial.outcome.and_then(Outcome::loss) {
                best = Some(best.map_or(loss, |best| best.min(loss)));
            }
            best
        };
        self.trials.iter().map(after).collect()
    }

    /// The study just before trial `n` was proposed; all of it where there is no such trial.
    pub fn at(&self, n: usize) -> Self {
        let proposed =
            |event: &Event| matches!(event, Event::Proposed { trial, .. } if *trial == n);
        let end = self.events.iter().position(proposed).unwrap_or(self.events.len());
        let mut study = Self::new(self.strategy.clone(), self.space.clone());
        for event in &self.events[..end] {
            // Every prefix of good events is good.
            let _ = study.apply(event.clone());
        }
        study
    }

    /// The strategy after every trial that has ended, told in order of their number. Its `belief`
    /// is the one before the next trial; of `at(n)`, the one before trial n.
    pub fn search(&self) -> Box<dyn Search> {
        let mut search = self.strategy.start(&self.space);
        for trial in &self.trials {
            if let Some(outcome) = trial.outcome {
                trial.slope.iter().for_each(|slope| search.slope(slope));
                search.curve(&trial.losses());
                search.tell(&trial.point, outcome);
            }
        }
        search
    }

    /// What the strategy would try next, and why.
    pub fn ask(&self, seed: u64) -> Proposal {
        self.search().ask(&mut stream(seed, self.trials.len()))
    }
}

/// The costs (x, y) that no other has less of both, by rising x: none is as good in one and better
/// in the other.
pub fn pareto(costs: &[[f64; 2]]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..costs.len()).collect();
    sort_by(&mut order, |&a, &b| {
        costs[a][0].total_cmp(&costs[b][0]).then(costs[a][1].total_cmp(&costs[b][1]))
    });
    let mut least = f64::INFINITY;
    order.retain(|&i| {
        let better = costs[i][1] < least;
        least = least.min(costs[i][1]);
        better
    });
    order
}

/// The random numbers of trial `n`: ChaCha8 keyed by the seed, on stream n.
pub fn stream(seed: u64, n: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(n as u64);
    rng
}
