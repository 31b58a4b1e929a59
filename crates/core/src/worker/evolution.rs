//! A population of the set-up's network, trained side by side. In population-based training the
//! worst copy the best after every interval ([`crate::prune::population`]); in successive halving
//! only the best go on from each rung ([`crate::prune::halving::SyncHalving`]).
//!
//! Only hyperparameters that may differ within one population are perturbed; what else is searched
//! stands as the Explore run has it. A member's loss is the mean validation loss over its streams.

use super::{Failure, source::Prepared};
use crate::prune::halving::SyncHalving;
use crate::prune::population::{Copy, Population};
use crate::search::uniform;
use crate::setup::Setup;
use crate::setup::search::Together;
use crate::space::{Point, Space};
use crate::study::stream;
use serde::{Deserialize, Serialize};
use tunescape_engine::train::cpu::{CpuTrainer, Width};
use tunescape_engine::train::{Progress, TrainError, Trainer};

/// What became of a population.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Evolution {
    /// Hyperparameters by interval and member, in the order of the set-up's space.
    pub points: Vec<Vec<Point>>,
    /// Loss by member and epoch, from 0 (before training); none where the member had diverged or was
    /// stopped.
    pub losses: Vec<Vec<Option<f64>>>,
    /// Who copied whom before each interval but the first.
    pub copies: Vec<Vec<Copy>>,
    /// Rungs of successive halving: the epoch, and the members that went on from there.
    pub rungs: Vec<(usize, Vec<usize>)>,
}

impl Evolution {
    /// The member with the least loss at the end, and that loss.
    pub fn best(&self) -> Option<(usize, f64)> {
        let ends = self
            .losses
            .iter()
            .enumerate()
            .filter_map(|(member, losses)| Some((member, (*losses.last()?)?)));
        ends.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Epochs trained in all, those of the streams of a member counted once.
    pub fn spent(&self) -> u64 {
        let epochs = |losses: &Vec<Option<f64>>| {
            losses.iter().rposition(Option::is_some).unwrap_or(0) as u64
        };
        self.losses.iter().map(epochs).sum()
    }
}

impl Setup {
    /// What a population that trains side by side may differ in: the searched space, with what can't differ within a
    /// population held still.
    pub fn perturbed(&self) -> Space {
        let (mut space, own) = (self.searched(), self.own_point());
        for ((param, (p, _)), own) in space.params.iter_mut().zip(self.space.iter()).zip(own) {
            if p.apart {
                (param.low, param.high) = (own, own);
            }
        }
        space
    }
}

/// A population in training.
pub struct Evolving {
    trainer: CpuTrainer,
    setup: Setup,
    space: Space,
    streams: usize,
    so_far: Evolution,
}

impl Evolving {
    /// The members at hyperparameters drawn uniformly by the search's seed; an error where they
    /// need more memory than `max_bytes`.
    pub fn new(setup: &Setup, data: &Prepared, max_bytes: u64) -> Result<Self, Failure> {
        let space = setup.perturbed();
        let draw = |member: usize| {
            let mut rng = stream(setup.search.seed, member);
            space.from_unit(&space.params.iter().map(|_| uniform(&mut rng)).collect::<Vec<_>>())
        };
        let points: Vec<Point> = (0..setup.search.members).map(draw).collect();
        let mut population = setup.population(&data.folds, data.task, &points);
        // The interval decides who goes on, nobody else.
        population.patience = 0;
        // Narrow lanes fill up with fewer copies.
        let bytes = |width| CpuTrainer::bytes(&population, width, setup.training.epochs);
        let wide = Width::suiting(population.net.parameters(), setup.search.members);
        let width = if bytes(wide) > max_bytes { Width::Four } else { wide };
        let bytes = bytes(width);
        if bytes > max_bytes {
            return Err(TrainError::TooLarge { bytes, limit: max_bytes }.into());
        }
        let so_far = Evolution {
            points: vec![points],
            losses: vec![Vec::new(); setup.search.members],
            copies: vec![],
            rungs: vec![],
        };
        let streams = setup.evaluation.streams();
        Ok(Self {
            trainer: CpuTrainer::with_width(population, width)?,
            setup: setup.clone(),
            space,
            streams,
            so_far,
        })
    }

    fn trials(&self, member: usize) -> std::ops::Range<usize> {
        member * self.streams..(member + 1) * self.streams
    }

    fn loss(&self, member: usize, epoch: usize) -> Option<f64> {
        let each = self
            .trials(member)
            .map(|trial| Some(f64::from(self.trainer.report(trial, epoch)?.valid_loss)));
        Some(each.sum::<Option<f64>>()? / self.streams as f64)
    }

    /// Trains on to the last epoch, unless it is told to pause.
    pub async fn advance(
        &mut self,
        pause: &mut dyn FnMut() -> bool,
    ) -> Result<Progress, TrainError> {
        loop {
            let most = self.setup.training.epochs;
            let to = self.next_stop();
            if self.trainer.advance(to, pause).await? == Progress::Paused {
                return Ok(Progress::Paused);
            }
            for member in 0..self.so_far.losses.len() {
                let from = self.so_far.losses[member].len();
                let new: Vec<_> = (from..=to).map(|epoch| self.loss(member, epoch)).collect();
                self.so_far.losses[member].extend(new);
            }
            if to >= most || self.trainer.epoch() < to {
                // Done, or nothing is left to train.
                return Ok(Progress::Reached);
            }
            match self.setup.search.together {
                Together::PopulationBased => self.exploit().await?,
                Together::SuccessiveHalving => self.halve(to),
            }
        }
    }

    /// The epoch up to which it trains before members are compared.
    fn next_stop(&self) -> usize {
        let (search, most) = (&self.setup.search, self.setup.training.epochs);
        match search.together {
            Together::PopulationBased => (self.so_far.points.len() * search.every).min(most),
            Together::SuccessiveHalving => {
                let rungs = self.halving().rungs(most);
                rungs.get(self.so_far.rungs.len()).copied().unwrap_or(most)
            }
        }
    }

    fn halving(&self) -> SyncHalving {
        let search = &self.setup.search;
        SyncHalving { least: search.every, factor: search.pruner.factor }
    }

    /// What a member had at its last report; infinite where it diverged.
    fn last_loss(&self, member: usize) -> f64 {
        self.so_far.losses[member].last().copied().flatten().unwrap_or(f64::INFINITY)
    }

    /// Stops all but the best at a rung.
    fn halve(&mut self, epoch: usize) {
        let there = match self.so_far.rungs.last() {
            Some((_, members)) => members.clone(),
            None => (0..self.so_far.losses.len()).collect(),
        };
        let losses: Vec<f64> = there.iter().map(|&member| self.last_loss(member)).collect();
        let promoted = self.halving().promoted(&there, &losses);
        for member in there.into_iter().filter(|member| !promoted.contains(member)) {
            self.trials(member).for_each(|trial| self.trainer.retire(trial));
        }
        self.so_far.rungs.push((epoch, promoted));
    }

    /// The worst copy the best and go on with perturbed hyperparameters.
    async fn exploit(&mut self) -> Result<(), TrainError> {
        let ends = (0..self.so_far.losses.len()).map(|member| self.last_loss(member));
        let (losses, interval): (Vec<f64>, usize) = (ends.collect(), self.so_far.points.len());
        let mut points = self.so_far.points[interval - 1].clone();
        let mut rng = stream(!self.setup.search.seed, interval);
        let copies = Population::RAY.step(&self.space, &losses, &points, &mut rng);
        for copy in &copies {
            let hyper = self.setup.hyper(&copy.point);
            for (to, from) in self.trials(copy.member).zip(self.trials(copy.from)) {
                self.trainer.copy(from, to).await?;
                self.trainer.set_hyper(to, hyper);
            }
            points[copy.member] = copy.point.clone();
        }
        self.so_far.points.push(points);
        self.so_far.copies.push(copies);
        Ok(())
    }

    pub fn end(self) -> Evolution {
        self.so_far
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys;
    use crate::prune::population::lineage;
    use crate::worker::prepare;
    use pollster::block_on;

    fn evolved(setup: &Setup) -> Evolution {
        let data = prepare(&toys::toy("moons", 100, 0.2, 3).unwrap(), Vec::new(), setup).unwrap();
        let mut evolving = Evolving::new(setup, &data, u64::MAX).unwrap();
        while block_on(evolving.advance(&mut || true)).unwrap() == Progress::Paused {}
        evolving.end()
    }

    #[test]
    fn the_worst_go_on_with_the_weights_of_the_best() {
        let mut setup = Setup::default();
        (setup.training.epochs, setup.search.members, setup.search.every) = (40, 8, 10);
        let evolution = evolved(&setup);
        assert_eq!((evolution.points.len(), evolution.copies.len()), (4, 3));
        assert!(evolution.losses.iter().all(|losses| losses.len() == 41));
        assert_eq!(evolution, evolved(&setup));
        for (interval, copies) in evolution.copies.iter().enumerate() {
            assert_eq!(copies.len(), 2);
            for copy in copies {
                let at = |member: usize| {
                    evolution.losses[member][10 * (interval + 1)].unwrap_or(f64::INFINITY)
                };
                assert!(at(copy.from) < at(copy.member));
                assert_eq!(evolution.points[interval + 1][copy.member], copy.point);
                // The next epoch begins where the other one was, not where its own weights were.
                let next = evolution.losses[copy.member][10 * (interval + 1) + 1];
                assert!(next.is_none_or(
                    |next| at(copy.member).is_infinite() || (next - at(copy.from)).abs() < 0.5
                ));
            }
        }
        let (best, loss) = evolution.best().unwrap();
        let line = lineage(&evolution.copies, best);
        assert_eq!((line.len(), line[3]), (4, best));
        let ends = evolution.losses.iter().filter_map(|losses| *losses.last()?);
        assert!(loss < 0.5 && ends.fold(f64::INFINITY, f64::min) == loss, "{loss}");
    }

    #[test]
    fn a_population_without_room_is_refused_with_what_it_takes() {
        let mut setup = Setup::default();
        (setup.net.hidden, setup.search.members) = (vec![128; 9], 64);
        setup.training.choose(tunescape_engine::optim::Rule::CentredRmsProp);
        setup.evaluation.repeats = 16;
        let data = prepare(&toys::toy("moons", 100, 0.2, 3).unwrap(), Vec::new(), &setup).unwrap();
        let refused = Evolving::new(&setup, &data, 64 << 20).err();
        let Some(Failure::Train(TrainError::TooLarge { bytes, limit })) = refused else {
            panic!("{refused:?}")
        };
        // 1,024 trainings of 132,609 weights and three slots, now and kept: beyond 32 bits.
        assert!(bytes > 1024 * 2 * 4 * 4 * 132_609 && limit == 64 << 20, "{bytes}");
        assert!(bytes > 1 << 32);
    }

    #[test]
    fn the_best_of_a_rung_go_on_and_the_others_stop_there() {
        let mut setup = Setup::default();
        (setup.training.epochs, setup.search.members, setup.search.every) = (40, 16, 2);
        setup.search.pruner.factor = 4;
        let all = {
            // A rung beyond the end stops nobody.
            let mut whole = setup.clone();
            (whole.search.every, whole.search.together) = (40, Together::SuccessiveHalving);
            evolved(&whole)
        };
        setup.search.together = Together::SuccessiveHalving;
        let halved = evolved(&setup);
        assert!(all.rungs.is_empty() && all.points == halved.points);
        let sizes: Vec<(usize, usize)> =
            halved.rungs.iter().map(|(epoch, members)| (*epoch, members.len())).collect();
        assert_eq!(sizes, [(2, 4), (8, 1), (32, 1)]);
        let mut there: Vec<usize> = (0..16).collect();
        for (epoch, promoted) in &halved.rungs {
            let at = |member: &usize| halved.losses[*member][*epoch].unwrap_or(f64::INFINITY);
            let worst = promoted.iter().map(at).fold(f64::NEG_INFINITY, f64::max);
            for member in there.iter().filter(|member| !promoted.contains(member)) {
                assert!(at(member) >= worst, "{member} at {epoch}");
                assert!(halved.losses[*member][epoch + 1..].iter().all(Option::is_none));
            }
            there.clone_from(promoted);
        }
        // Who goes on trains as if nobody had been stopped.
        assert_eq!(halved.losses[there[0]], all.losses[there[0]]);
        assert_eq!(halved.best().map(|best| best.0), Some(there[0]));
        assert!(halved.spent() <= 12 * 2 + 3 * 8 + 40 && halved.spent() < all.spent() / 4);
    }

    #[test]
    fn what_trains_apart_is_held_and_folds_are_averaged() {
        let mut setup = Setup::default();
        setup.space.set(
            "batch",
            Some(crate::setup::space::Range::usual(
                crate::setup::Parameter::by_name("batch").unwrap(),
            )),
        );
        setup.evaluation.method = crate::setup::evaluation::Method::KFold;
        setup.evaluation.folds = 3;
        (setup.training.epochs, setup.search.members, setup.search.every) = (12, 4, 4);
        let evolution = evolved(&setup);
        let own = setup.own_point();
        assert!(evolution.points.iter().flatten().all(|point| point[2] == own[2]));
        assert_eq!((evolution.points.len(), evolution.copies[0].len()), (3, 1));
    }
}
