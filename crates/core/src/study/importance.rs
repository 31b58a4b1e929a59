//! What a study's trials say about its parameters: which of them matter, and how the loss depends on
//! each.
//!
//! Two answers, which need not agree: functional ANOVA asks what makes the loss vary anywhere in
//! the space (see [`forest`](super::forest)), PED-ANOVA what the good trials have in common (see
//! [`ped_anova`](super::ped_anova)). Both look at all trials that have ended: one that diverged
//! counts as the worst loss seen, one that was stopped by its last loss
//! ([`Evidence`](super::summary::Evidence)).

use super::forest::Forest;
use super::{Study, ped_anova, stream};
use crate::search::grid::spread;
use crate::sort::sort_by;
use serde::{Deserialize, Serialize};

/// Places along each parameter's unit interval, ends included, at which [`Importance::along`] is
/// given.
pub const PLACES: usize = 41;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// Share of the forest's variance that each parameter explains by itself.
    pub alone: Vec<f32>,
    /// Share that a pair explains together and neither by itself: numbers of the two, share; the
    /// largest first.
    pub together: Vec<(usize, usize, f32)>,
    /// PED-ANOVA's importances as shares of their sum.
    pub good: Vec<f32>,
    /// Partial dependence: mean loss where a parameter is held and all others run over their
    /// ranges, and how far the forest's trees are apart, at [`PLACES`] places.
    pub along: Vec<Vec<(f32, f32)>>,
    /// Trials that were looked at, and how many of them, spread evenly, the forest was grown on.
    pub trials: usize,
    pub grown_on: usize,
    /// Trials that diverged and count as the worst loss seen, that were stopped and count by their
    /// last loss, and that were left out.
    pub diverged: usize,
    pub stopped: usize,
    pub left_out: usize,
}

/// A share that is so much larger than another is so for the eye as well.
const VISIBLY: f32 = 0.02;
/// Numbers that the forest is grown on, and the fewest and most trials: what this takes grows with
/// the trials, their parameters and the depth of the trees, and is to stay within a second or two.
const MAX_NUMBERS: usize = 20_000;
const GROWN_ON: [usize; 2] = [200, 1000];
/// Fewer trials than these may lead the two ways of asking apart by chance alone.
const MANY: usize = 20;
/// Of fewer trials nothing is said: of two, any forest makes the same shares.
pub const LEAST: usize = 5;
/// Of fewer trials chance decides which parameter seems to matter.
const FEW: usize = 10;

impl Importance {
    /// Whether chance may have decided which parameter seems to matter.
    pub fn is_of_few(&self) -> bool {
        self.trials < FEW
    }

    /// Whether its two ways of asking, of so many trials, each rank one parameter visibly highest,
    /// and not the same one.
    pub fn disagrees(&self, trials: usize) -> bool {
        let highest = |shares: &[f32]| {
            let leads =
                |a: &usize| (0..shares.len()).all(|b| *a == b || shares[*a] > shares[b] + VISIBLY);
            (0..shares.len()).find(leads)
        };
        let pair = highest(&self.alone).zip(highest(&self.good));
        trials >= MANY && pair.is_some_and(|(alone, good)| alone != good)
    }
}

/// None of fewer than [`LEAST`] trials, and where all have the same loss.
pub fn importance(study: &Study, seed: u64) -> Option<Importance> {
    let evidence = study.evidence();
    let (d, trials) = (study.space().dim(), evidence.losses.len());
    if trials < LEAST {
        return None;
    }
    let [fewest, most] = GROWN_ON;
    let grown_on = trials.min((MAX_NUMBERS / d.max(1)).clamp(fewest, most));
    let told = |step: usize| {
        let (n, loss) = evidence.losses[spread(step, grown_on, trials)];
        (study.space().to_unit(&study.trials()[n].point), loss)
    };
    let (x, y): (Vec<_>, Vec<_>) = (0..grown_on).map(told).unzip();
    let forest = Forest::grow(&x, &y, &mut stream(seed, study.trials().len()))?;
    let moves: Vec<usize> = (0..d).filter(|&c| study.space().params[c].moves()).collect();
    let pairs =
        moves.iter().flat_map(|&a| moves.iter().filter(move |b| **b > a).map(move |&b| (a, b)));
    let mut together: Vec<_> = pairs.map(|(a, b)| (a, b, forest.together(a, b) as f32)).collect();
    sort_by(&mut together, |a, b| b.2.total_cmp(&a.2));
    let good = ped_anova::importance(study);
    let sum = good.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let place = |i: usize| i as f64 / (PLACES - 1) as f64;
    let point = |c: usize, i: usize| forest.along(c, place(i));
    Some(Importance {
        alone: (0..d).map(|c| forest.alone(c) as f32).collect(),
        together,
        good: good.iter().map(|g| (g / sum) as f32).collect(),
        along: (0..d)
            .map(|c| {
                (0..PLACES)
                    .map(|i| point(c, i))
                    .map(|(mean, std)| (mean as f32, std as f32))
                    .collect()
            })
            .collect(),
        trials,
        grown_on,
        diverged: evidence.diverged,
        stopped: evidence.stopped,
        left_out: evidence.left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Outcome, Proposal, Reason, Strategy};
    use crate::space::{Param, Scale, Space};
    use crate::study::Event;

    #[test]
    fn of_many_trials_some_are_taken_from_first_to_last() {
        let space = Space::new(vec![Param::new("a", 0.0, 1.0, Scale::Linear).unwrap()]);
        let importance_of = |trials: usize| {
            let mut study = Study::new(Strategy::default(), space.clone());
            for trial in 0..trials {
                let point = vec![trial as f64 / trials as f64];
                let proposal = Proposal { point, reason: Reason::Random };
                let outcome = Outcome::of(trial as f64);
                for event in
                    [Event::Proposed { trial, proposal }, Event::Completed { trial, outcome }]
                {
                    study.apply(event).unwrap();
                }
            }
            importance(&study, 1).unwrap()
        };
        let few = importance_of(30);
        assert_eq!((few.trials, few.grown_on), (30, 30));
        let many = importance_of(1500);
        assert_eq!((many.trials, many.grown_on), (1500, 1000));
        // The mean loss along the one parameter that there is goes from the first to the last.
        let along = &many.along[0];
        assert!(along[0].0 < 50.0 && along[PLACES - 1].0 > 1450.0, "{along:?}");
    }

    #[test]
    fn the_two_ways_of_asking_disagree_where_many_trials_show_it_clearly() {
        let of = |alone: &[f32], good: &[f32]| Importance {
            alone: alone.into(),
            together: Vec::new(),
            good: good.into(),
            along: Vec::new(),
            trials: 20,
            grown_on: 20,
            diverged: 0,
            stopped: 0,
            left_out: 0,
        };
        let found = of(&[0.7, 0.1], &[0.2, 0.8]);
        assert!(found.disagrees(20) && !found.disagrees(19), "a few trials may differ by chance");
        assert!(!of(&[0.7, 0.1], &[0.8, 0.2]).disagrees(50));
        assert!(!of(&[0.0, 0.0], &[0.2, 0.8]).disagrees(50), "one names none");
        assert!(!of(&[0.7, 0.1], &[0.495, 0.505]).disagrees(50), "bars that look alike");
        assert!(!of(&[], &[]).disagrees(50));
    }
}
