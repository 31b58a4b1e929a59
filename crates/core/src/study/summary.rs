//! A study in few numbers, after it has ended: regret, rank, the empirical distribution of its
//! losses.

use super::{Event, Study, Trial};
use crate::search::Outcome;
use crate::sort::sort_by;

/// A loss to be sorted by: infinite for a trial that did not go to its end.
fn sorted_by(outcome: Outcome) -> f64 {
    outcome.loss().unwrap_or(f64::INFINITY)
}

/// What the trials that have ended say of their points, each as a loss.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Numbers of the trials and their losses.
    pub losses: Vec<(usize, f64)>,
    /// How many of them diverged and count as the worst loss seen, and how many a pruner stopped,
    /// which count by their last loss.
    pub diverged: usize,
    pub stopped: usize,
    /// Trials that ended and say nothing: they were never trained, or no trial has any loss.
    pub left_out: usize,
}

impl Study {
    /// The losses of all trials that have ended, those included that did not come to their end: a
    /// hyperparameter that makes training diverge matters most of all. A diverged trial counts as
    /// the worst loss seen.
    pub fn evidence(&self) -> Evidence {
        let ended =
            || self.trials.iter().enumerate().filter_map(|(n, trial)| Some((n, trial.outcome?)));
        let worst = ended().filter_map(|(_, outcome)| outcome.seen()).max_by(f64::total_cmp);
        let mut evidence = Evidence::default();
        for (n, outcome) in ended() {
            let loss = match outcome {
                Outcome::Refused => None,
                other => other.seen().or(worst),
            };
            evidence.losses.extend(loss.map(|loss| (n, loss)));
            match outcome {
                _ if loss.is_none() => evidence.left_out += 1,
                Outcome::Pruned { .. } => evidence.stopped += 1,
                _ if outcome.seen().is_none() => evidence.diverged += 1,
                _ => {}
            }
        }
        evidence
    }

    /// How far the best loss so far lies above the best there is, after each trial: simple regret,
    /// not below 0. None while no trial has a loss.
    pub fn regret(&self, best: f64) -> Vec<Option<f64>> {
        self.best_so_far().into_iter().map(|loss| loss.map(|loss| (loss - best).max(0.0))).collect()
    }

    /// Place of each trial by its loss, 1 for the best; equal losses share the better place,
    /// diverged and pruned trials the last one. None for a trial that runs.
    pub fn ranks(&self) -> Vec<Option<usize>> {
        let loss = |n: usize| self.trials[n].outcome.map(sorted_by);
        let better =
            |own: f64| (0..self.trials.len()).filter(|&n| loss(n).is_some_and(|l| l < own)).count();
        (0..self.trials.len()).map(|n| loss(n).map(|own| 1 + better(own))).collect()
    }

    /// Mean rank of each of the first `n` trials over the data sets that they were scored on, 1 for
    /// one that is the best on all; equal scores share their ranks. None of a trial that did
    /// not go to its end on several sets.
    pub fn mean_ranks(&self, n: usize) -> Vec<Option<f64>> {
        let ended =
            |t: &&super::Trial| matches!(t.outcome, Some(Outcome::Value(_))) && !t.sets.is_empty();
        let trials = || self.trials.iter().take(n);
        let rank = |own: &super::Trial| {
            let places = own.sets.iter().enumerate().map(|(k, cost)| {
                let others = || trials().filter(ended).map(|t| t.sets[k]);
                let (better, equal) =
                    (others().filter(|c| c < cost).count(), others().filter(|c| c == cost).count());
                better as f64 + 0.5 * (equal as f64 + 1.0)
            });
            places.sum::<f64>() / own.sets.len() as f64
        };
        trials().map(|t| ended(&t).then(|| rank(t))).collect()
    }

    /// The trials by rising loss: number, loss, and the share of all ended trials that are no
    /// worse. Diverged and pruned trials count and never come.
    pub fn distribution(&self) -> Vec<(usize, f64, f64)> {
        let ended = |(n, trial): (usize, &Trial)| Some((n, sorted_by(trial.outcome?)));
        let mut losses: Vec<(usize, f64)> =
            self.trials.iter().enumerate().filter_map(ended).collect();
        sort_by(&mut losses, |a, b| a.1.total_cmp(&b.1));
        let no_worse = |loss: f64| {
            losses.partition_point(|other| other.1 <= loss) as f64 / losses.len() as f64
        };
        let finite = losses.iter().filter(|(_, loss)| loss.is_finite());
        finite.map(|&(n, loss)| (n, loss, no_worse(loss))).collect()
    }

    /// The same with those trials only for which `keep` holds, numbered anew.
    pub fn only(&self, keep: &[bool]) -> Study {
        let kept = |n: usize| keep.get(n) == Some(&true);
        let mut study = Study::new(self.strategy.clone(), self.space.clone());
        for event in &self.events {
            let mut event = event.clone();
            let (Event::Proposed { trial, .. }
            | Event::Reported { trial, .. }
            | Event::Sloped { trial, .. }
            | Event::Spent { trial, .. }
            | Event::Ranked { trial, .. }
            | Event::Completed { trial, .. }) = &mut event;
            if kept(*trial) {
                *trial = (0..*trial).filter(|n| kept(*n)).count();
                // What was good among all trials is good among some.
                let _ = study.apply(event);
            }
        }
        study
    }

    /// Trials that ended with a loss: their points in the unit cube and the losses.
    pub fn scored(&self) -> (Vec<Vec<f64>>, Vec<f64>) {
        let loss = |trial: &Trial| Some((self.space.to_unit(&trial.point), trial.outcome?.loss()?));
        self.trials.iter().filter_map(loss).unzip()
    }
}

#[cfg(test)]
mod tests {
    use crate::search::{Outcome, Proposal, Reason, Strategy};
    use crate::space::{Param, Scale, Space};
    use crate::study::importance::{PLACES, importance};
    use crate::study::{Event, Study};

    fn study(outcomes: &[Outcome]) -> Study {
        let param = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let mut study = Study::new(Strategy::default(), Space::new(vec![param("a"), param("b")]));
        for (trial, outcome) in outcomes.iter().enumerate() {
            let n = trial as f64 + 0.5;
            let point = vec![n * 0.618_034 % 1.0, n * 0.754_878 % 1.0];
            study
                .apply(Event::Proposed {
                    trial,
                    proposal: Proposal { point, reason: Reason::Hand },
                })
                .unwrap();
            study.apply(Event::Completed { trial, outcome: *outcome }).unwrap();
        }
        study
    }

    #[test]
    fn the_best_by_mean_rank_is_good_everywhere_and_need_not_have_the_least_mean() {
        let param = Param::new("a", 0.0, 1.0, Scale::Linear).unwrap();
        let mut study = Study::new(Strategy::default(), Space::new(vec![param]));
        // Ranks by set: 3 1 3, 2 2 2 and 1 3 1; the second set's scores are a hundred times as
        // large.
        for (trial, costs) in
            [[0.3, 10.0, 0.3], [0.2, 20.0, 0.2], [0.1, 90.0, 0.1]].into_iter().enumerate()
        {
            let proposal = Proposal { point: vec![0.1 * trial as f64], reason: Reason::Hand };
            study.apply(Event::Proposed { trial, proposal }).unwrap();
            let mean = costs.iter().sum::<f64>() / 3.0;
            study.apply(Event::Ranked { trial, costs: costs.to_vec() }).unwrap();
            study.apply(Event::Completed { trial, outcome: Outcome::Value(mean) }).unwrap();
        }
        assert_eq!(study.mean_ranks(3), [7.0 / 3.0, 2.0, 5.0 / 3.0].map(Some));
        assert_eq!(study.best().map(|best| best.0), Some(2));
        assert_eq!(study.mean_ranks(2), [5.0 / 3.0, 4.0 / 3.0].map(Some));
    }

    #[test]
    fn regret_rank_and_distribution() {
        let value = Outcome::Value;
        let mut study = study(&[Outcome::Diverged, value(3.0), value(1.0), value(3.0), value(2.0)]);
        assert_eq!(study.regret(0.5), [None, Some(2.5), Some(0.5), Some(0.5), Some(0.5)]);
        assert_eq!(study.regret(1.5)[2], Some(0.0));
        assert_eq!(study.ranks(), [5, 3, 1, 3, 2].map(Some));
        assert_eq!(
            study.distribution(),
            [(2, 1.0, 0.2), (4, 2.0, 0.4), (1, 3.0, 0.8), (3, 3.0, 0.8)]
        );
        let some = study.only(&[true, false, true, true]);
        assert_eq!(some.distribution(), [(1, 1.0, 1.0 / 3.0), (2, 3.0, 2.0 / 3.0)]);
        assert_eq!(some.trials()[2], study.trials()[3]);
        let proposal = Proposal { point: vec![0.5, 0.5], reason: Reason::Hand };
        study.apply(Event::Proposed { trial: 5, proposal }).unwrap();
        assert_eq!((study.ranks()[5], study.distribution().len()), (None, 4));
    }

    #[test]
    fn the_front_is_what_nothing_beats_in_both() {
        let costs = [[2.0, 1.0], [1.0, 3.0], [3.0, 1.0], [2.0, 2.0], [4.0, 0.5], [1.0, 4.0]];
        assert_eq!(crate::study::pareto(&costs), [1, 0, 4]);
        assert_eq!(crate::study::pareto(&[]), [0; 0]);
    }

    #[test]
    fn diverged_trials_count_as_the_worst_seen_and_stopped_ones_by_their_last_loss() {
        let stopped = Outcome::Pruned { epoch: 3, loss: 4.0 };
        let all = [Outcome::Diverged, Outcome::Value(1.0), stopped, Outcome::Refused];
        let evidence = study(&all).evidence();
        assert_eq!(evidence.losses, [(0, 4.0), (1, 1.0), (2, 4.0)]);
        assert_eq!((evidence.diverged, evidence.stopped, evidence.left_out), (1, 1, 1));
        let none = study(&[Outcome::Diverged, Outcome::Diverged]).evidence();
        assert_eq!((none.losses.len(), none.left_out), (0, 2));
    }

    /// Training diverges wherever the first parameter is large, and among the others the second
    /// moves the loss a little.
    #[test]
    fn what_makes_training_diverge_matters_most() {
        let point = |n: usize| (n as f64 + 0.5) * 0.618_034 % 1.0;
        let second = |n: usize| (n as f64 + 0.5) * 0.754_878 % 1.0;
        let outcome = |n: usize| match point(n) {
            ..0.6 => Outcome::Value(0.3 + 0.1 * second(n) + 0.02 * point(n)),
            0.6..0.7 => Outcome::Value(2.0),
            _ => Outcome::Diverged,
        };
        let outcomes: Vec<Outcome> = (0..60).map(outcome).collect();
        let found = importance(&study(&outcomes), 1).unwrap();
        assert!(found.alone[0] > 0.9, "{found:?}");
        // What the best of them have in common is another question, with another answer.
        assert!(found.good[1] > found.good[0] && found.disagrees(60), "{found:?}");
        assert_eq!((found.diverged, found.stopped, found.left_out), (18, 0, 0));
    }

    #[test]
    fn what_matters_is_told_from_what_does_not() {
        let losses: Vec<Outcome> =
            (0..40).map(|n| Outcome::Value((f64::from(n) + 0.5) * 0.618_034 % 1.0)).collect();
        let found = importance(&study(&losses), 1).unwrap();
        assert!(
            found.alone[0] > 0.9 && found.alone[1] < 0.02 && found.together[0].2 < 0.1,
            "{found:?}"
        );
        assert!(
            found.good[0] > 0.8 && (found.good[0] + found.good[1] - 1.0).abs() < 1e-6,
            "{found:?}"
        );
        let along = &found.along[0];
        assert_eq!(along.len(), PLACES);
        assert!(
            along.iter().enumerate().all(|(i, (mean, _))| (mean - i as f32 / 40.0).abs() < 0.1),
            "{along:?}"
        );
        assert_eq!(importance(&study(&losses), 1), Some(found));
        assert_eq!(importance(&study(&losses[..1]), 1), None);
        assert_eq!(
            importance(&study(&[Outcome::Diverged, Outcome::Value(1.0), Outcome::Value(1.0)]), 1),
            None
        );
    }
}
