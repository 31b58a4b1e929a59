//! One pruner of several, as a choice with its numbers, and where it would have stopped a curve.
//!
//! Training is deterministic and a stopped trial's curve is known all the same, so a pruner is a
//! function of curves: the first step at which it says stop. What it looks at are the steps that
//! trials truly had: those stopped earlier count up to where they stopped.
//!
//! Hyperband here: trials go to brackets in turn, each bracket as often as Optuna's budgets say
//! ([`halving::shares`]), and are judged among those of their bracket. A step is an epoch; the
//! state before training is none.

use super::halving::{self, Asha, Halving};
use super::rules::{Patience, Percentile, Threshold};
use super::wilcoxon::Wilcoxon;
use super::{Curve, Verdict};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrunerName {
    None,
    Median,
    Percentile,
    Patience,
    Threshold,
    Halving,
    Asha,
    Hyperband,
    /// Over folds instead of epochs.
    Wilcoxon,
}

impl PrunerName {
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::Median,
        Self::Percentile,
        Self::Patience,
        Self::Threshold,
        Self::Halving,
        Self::Asha,
        Self::Hyperband,
        Self::Wilcoxon,
    ];

    /// The name in links and in translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Median => "median",
            Self::Percentile => "percentile",
            Self::Patience => "patience",
            Self::Threshold => "threshold",
            Self::Halving => "halving",
            Self::Asha => "asha",
            Self::Hyperband => "hyperband",
            Self::Wilcoxon => "wilcoxon",
        }
    }

    /// Whether trials are judged at rungs only.
    pub fn has_rungs(self) -> bool {
        matches!(self, Self::Halving | Self::Asha | Self::Hyperband)
    }
}

/// A pruner with its numbers; each looks at its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pruner {
    pub name: PrunerName,
    /// Finished trials before median and percentile stop any.
    pub startup: usize,
    /// Steps that median, percentile and threshold never stop at.
    pub warmup: usize,
    /// Share of the trials that go on, of the percentile pruner.
    pub keep: f64,
    /// Steps without a gain.
    pub patience: usize,
    /// Largest loss of the threshold pruner.
    pub upper: f64,
    /// Step of the first rung.
    pub least: usize,
    /// One in so many goes on from a rung.
    pub factor: usize,
    /// Chance, if it were no worse, below which the Wilcoxon pruner stops a trial.
    pub threshold: f64,
}

impl Default for Pruner {
    /// None; the numbers are Optuna's, but for those that Optuna leaves to the user: the best
    /// quarter goes on, five steps of patience, a loss of 1.
    fn default() -> Self {
        let (median, halving) = (Percentile::MEDIAN, Halving::OPTUNA);
        Self {
            name: PrunerName::None,
            startup: median.startup,
            warmup: median.warmup,
            keep: 0.25,
            patience: 5,
            upper: 1.0,
            least: halving.least,
            factor: halving.factor,
            threshold: Wilcoxon::OPTUNA.threshold,
        }
    }
}

/// A trial as pruners see it: its curve as far as it went, and whether it went to its end.
#[derive(Clone, Copy, Debug)]
pub struct Past<'a> {
    pub number: usize,
    pub curve: &'a Curve,
    pub finished: bool,
}

/// Where a trial was stopped, and the line it was held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    pub step: usize,
    pub line: Option<f64>,
}

/// Why a pruner with its numbers can't stop any trial, whatever the losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Idle {
    /// The first rung lies at or beyond the last epoch, after which nothing is left to save.
    FirstRung { rung: usize, epochs: usize },
    /// No epoch is left between the warm-up and the last one.
    Warmup { warmup: usize, epochs: usize },
    /// No trial comes after so many finished ones.
    Startup { startup: usize, budget: usize },
    /// A trial of so many epochs can't go so many without a gain.
    Patience { patience: usize, epochs: usize },
    /// So few trainings of a trial never bring the chance below the threshold before the last of
    /// them; `least` are needed.
    Trainings { trainings: usize, least: usize, threshold: f64 },
    /// No number of trainings brings the chance below the threshold.
    Threshold { threshold: f64 },
}

impl Pruner {
    /// Why this pruner never stops a trial of a study of `budget` trials, each trained `trainings`
    /// times for `epochs` epochs. `None` where it can, and where no pruner is chosen.
    pub fn never_acts(&self, epochs: usize, budget: usize, trainings: usize) -> Option<Idle> {
        let Self { startup, warmup, patience, threshold, .. } = *self;
        let too_long = |warmup: usize| warmup.max(1) >= epochs;
        match self.name {
            PrunerName::None => None,
            PrunerName::Median | PrunerName::Percentile if too_long(warmup) => {
                Some(Idle::Warmup { warmup, epochs })
            }
            PrunerName::Median | PrunerName::Percentile => {
                (startup.max(1) >= budget).then_some(Idle::Startup { startup, budget })
            }
            PrunerName::Threshold => too_long(warmup).then_some(Idle::Warmup { warmup, epochs }),
            // The first loss is no gain, and the last epoch is not judged.
            PrunerName::Patience => (patience.saturating_add(2) >= epochs)
                .then_some(Idle::Patience { patience, epochs }),
            PrunerName::Halving | PrunerName::Asha | PrunerName::Hyperband => {
                let rung = self.least.max(1);
                (rung >= epochs).then_some(Idle::FirstRung { rung, epochs })
            }
            PrunerName::Wilcoxon => {
                match (Wilcoxon { threshold, ..Wilcoxon::OPTUNA }).least_folds() {
                    None => Some(Idle::Threshold { threshold }),
                    Some(least) => (trainings < least).then_some(Idle::Trainings {
                        trainings,
                        least,
                        threshold,
                    }),
                }
            }
        }
    }

    /// After how many folds a trial is stopped, and the p-value that says so, where folds are
    /// trained one after another and a fold is a step; `best` is the best trial so far. None
    /// where it goes through all of them.
    pub fn drop(&self, folds: &[f64], best: &[f64]) -> Option<(usize, f64)> {
        let steps = |losses: &[f64]| losses.iter().copied().enumerate().collect::<Vec<_>>();
        let (own, best) = (steps(folds), steps(best));
        let wilcoxon = Wilcoxon { threshold: self.threshold, ..Wilcoxon::OPTUNA };
        // After the last fold there is nothing left to save.
        let told = (1..own.len()).filter(|_| self.name == PrunerName::Wilcoxon);
        told.map(|n| (n, wilcoxon.verdict(&own[..n], &best)))
            .find_map(|(n, (stop, p))| Some((n, p.filter(|_| stop)?)))
    }

    /// Steps of the rungs at which a trial of this number is judged, rising, below `most`; none for
    /// pruners without.
    pub fn rungs(&self, number: usize, most: usize) -> Vec<usize> {
        let (least, factor) = (self.least.max(1), self.factor.max(2));
        let rate = if self.name == PrunerName::Hyperband { self.bracket(number, most) } else { 0 };
        if !self.name.has_rungs() {
            return Vec::new();
        }
        let all = std::iter::successors(Some(least), |step| step.checked_mul(factor));
        all.take_while(|step| *step < most).skip(rate).collect()
    }

    /// The bracket of Hyperband that a trial is in, from 0, and how many there are; none for other
    /// pruners.
    pub fn bracket_of(&self, number: usize, most: usize) -> Option<(usize, usize)> {
        let (least, factor) = (self.least.max(1), self.factor.max(2));
        (self.name == PrunerName::Hyperband).then(|| {
            (self.bracket(number, most), halving::shares(least, most.max(least), factor).len())
        })
    }

    /// The bracket of a trial: brackets in turn, spread by the golden ratio, each by its share.
    fn bracket(&self, number: usize, most: usize) -> usize {
        let shares =
            halving::shares(self.least.max(1), most.max(self.least.max(1)), self.factor.max(2));
        let total: usize = shares.iter().sum();
        let turn = (number as f64 * 0.618_033_988_749_894_9) % 1.0 * total as f64;
        let ends = shares.iter().scan(0, |sum, share| {
            *sum += share;
            Some(*sum)
        });
        ends.take_while(|end| *end as f64 <= turn).count().min(shares.len() - 1)
    }

    /// Where the trial of this number stops, given those before it; `most` is the last step. None
    /// where it goes to its end.
    pub fn cut(&self, number: usize, curve: &Curve, past: &[Past], most: usize) -> Option<Cut> {
        let rungs = self.rungs(number, most);
        // Only halving in brackets tells trials apart by more than their curves.
        let mates = |other: &&Past| {
            self.name != PrunerName::Hyperband
                || self.bracket(other.number, most) == self.bracket(number, most)
        };
        let finished: Vec<&Curve> = past.iter().filter(|p| p.finished).map(|p| p.curve).collect();
        let verdict = |n: usize| {
            let (so_far, (step, loss)) = (&curve[..=n], curve[n]);
            let share = |keep| {
                let Self { startup, warmup, .. } = *self;
                Percentile { keep, startup, warmup, ..Percentile::MEDIAN }
                    .verdict(so_far, &finished)
            };
            let recorded = || -> Vec<f64> {
                let at = |p: &Past| p.curve.iter().find(|(s, _)| *s == step).map(|(_, loss)| *loss);
                past.iter().filter(mates).filter_map(at).collect()
            };
            match self.name {
                PrunerName::None | PrunerName::Wilcoxon => Verdict::GO_ON,
                PrunerName::Median => share(0.5),
                PrunerName::Percentile => share(self.keep),
                PrunerName::Patience => {
                    Patience { patience: self.patience, margin: 0.0 }.verdict(so_far)
                }
                PrunerName::Threshold => {
                    Threshold { lower: f64::NEG_INFINITY, upper: self.upper, warmup: self.warmup }
                        .verdict(so_far)
                }
                _ if !rungs.contains(&step) => Verdict::GO_ON,
                PrunerName::Asha => {
                    Asha { factor: self.factor as f64, ..Asha::RAY }.verdict(loss, &recorded())
                }
                PrunerName::Halving | PrunerName::Hyperband => {
                    Halving { factor: self.factor.max(2), ..Halving::OPTUNA }
                        .verdict(loss, &recorded())
                }
            }
        };
        // At the last step there is nothing left to save.
        let before_the_end = (0..curve.len()).take_while(|&n| curve[n].0 < most);
        before_the_end
            .map(|n| (curve[n].0, verdict(n)))
            .find(|(_, verdict)| verdict.stop)
            .map(|(step, verdict)| Cut { step, line: verdict.line.filter(|line| line.is_finite()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loss that falls to `end` over `most` steps.
    fn falls(end: f64, most: usize) -> Vec<(usize, f64)> {
        (1..=most).map(|s| (s, end + (1.0 - end) * (1.0 - s as f64 / most as f64))).collect()
    }

    fn pruner(name: PrunerName) -> Pruner {
        Pruner { name, ..Pruner::default() }
    }

    #[test]
    fn a_bad_trial_stops_where_each_says() {
        let past: Vec<_> = (0..8).map(|n| falls(0.1 + 0.02 * f64::from(n), 20)).collect();
        let past: Vec<Past> = past
            .iter()
            .enumerate()
            .map(|(number, curve)| Past { number, curve, finished: true })
            .collect();
        let bad = falls(0.8, 20);
        let cut = |name| pruner(name).cut(8, &bad, &past, 20).map(|cut| cut.step);
        assert_eq!(cut(PrunerName::None), None);
        assert_eq!(cut(PrunerName::Median), Some(1));
        assert_eq!(cut(PrunerName::Percentile), Some(1));
        assert_eq!(cut(PrunerName::Patience), None);
        assert_eq!(cut(PrunerName::Threshold), None);
        assert_eq!([PrunerName::Halving, PrunerName::Asha].map(cut), [Some(1); 2]);
        let strict = Pruner { upper: 0.9, warmup: 3, ..pruner(PrunerName::Threshold) };
        assert_eq!(strict.cut(8, &bad, &past, 20), Some(Cut { step: 3, line: Some(0.9) }));
        let flat: Vec<_> = (1..=20).map(|s| (s, 0.5)).collect();
        assert_eq!(pruner(PrunerName::Patience).cut(0, &flat, &[], 20).map(|c| c.step), Some(7));
        let late = Pruner { warmup: 6, startup: 8, ..pruner(PrunerName::Median) };
        assert_eq!(late.cut(8, &bad, &past, 20).map(|c| c.step), Some(6));
        assert_eq!(late.cut(8, &bad, &past[1..], 20), None, "too few have finished");
        for name in PrunerName::ALL {
            assert_eq!(
                pruner(name).cut(8, &falls(0.05, 20), &past, 20),
                None,
                "{name:?}: the best goes on"
            );
            assert_eq!(pruner(name).cut(0, &[], &[], 20), None);
        }
    }

    #[test]
    fn folds_are_steps_to_the_wilcoxon_pruner() {
        let best: Vec<f64> = (0..8).map(|fold| 0.1 * f64::from(8 - fold)).collect();
        let worse: Vec<f64> =
            best.iter().enumerate().map(|(fold, loss)| loss + 0.01 * (fold + 1) as f64).collect();
        let wilcoxon = pruner(PrunerName::Wilcoxon);
        // All of n folds worse: p = 2⁻ⁿ, below 0.1 from the fourth on.
        assert_eq!(wilcoxon.drop(&worse, &best), Some((4, 0.0625)));
        assert_eq!(
            Pruner { threshold: 0.05, ..wilcoxon.clone() }.drop(&worse, &best),
            Some((5, 0.03125))
        );
        assert_eq!(wilcoxon.drop(&worse[..4], &best), None, "after the last fold nothing is saved");
        assert_eq!(
            (wilcoxon.drop(&best, &worse), pruner(PrunerName::Median).drop(&worse, &best)),
            (None, None)
        );
    }

    /// A study of losses that rise from trial to trial and from epoch to epoch: all that can be
    /// stopped is.
    fn stops_some(pruner: &Pruner, epochs: usize, budget: usize) -> bool {
        let curves: Vec<Vec<(usize, f64)>> = (0..budget)
            .map(|n| (1..=epochs).map(|s| (s, 2.0 + n as f64 + 0.01 * s as f64)).collect())
            .collect();
        let past: Vec<Past> = curves
            .iter()
            .enumerate()
            .map(|(number, curve)| Past { number, curve, finished: true })
            .collect();
        (0..budget).any(|n| pruner.cut(n, &curves[n], &past[..n], epochs).is_some())
    }

    #[test]
    fn numbers_that_can_never_act_are_told_and_only_those() {
        for name in PrunerName::ALL {
            if matches!(name, PrunerName::None | PrunerName::Wilcoxon) {
                assert_eq!(pruner(PrunerName::None).never_acts(0, 0, 0), None);
                continue;
            }
            for epochs in 1..9 {
                for number in 0..9 {
                    let pruner = Pruner {
                        warmup: number,
                        patience: number,
                        least: number,
                        startup: number,
                        ..pruner(name)
                    };
                    for budget in [1, 4, 30] {
                        // A first trial is held against nobody.
                        if budget == 1 && pruner.name.has_rungs() {
                            continue;
                        }
                        let idle = pruner.never_acts(epochs, budget, 1);
                        assert_eq!(
                            idle.is_none(),
                            stops_some(&pruner, epochs, budget),
                            "{pruner:?} {epochs} {budget}: {idle:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn a_first_rung_beyond_the_last_epoch_and_too_few_folds_are_named() {
        let asha = Pruner { least: 25, ..pruner(PrunerName::Asha) };
        assert_eq!(asha.never_acts(20, 12, 1), Some(Idle::FirstRung { rung: 25, epochs: 20 }));
        assert_eq!(asha.never_acts(26, 12, 1), None);
        let wilcoxon = pruner(PrunerName::Wilcoxon);
        let least = match wilcoxon.never_acts(20, 12, 1) {
            Some(Idle::Trainings { trainings: 1, least, threshold: 0.1 }) => least,
            other => panic!("{other:?}"),
        };
        assert_eq!(wilcoxon.never_acts(20, 12, least), None);
        assert!(wilcoxon.never_acts(20, 12, least - 1).is_some());
        let strict = Pruner { threshold: 0.0, ..wilcoxon };
        assert_eq!(strict.never_acts(20, 12, 99), Some(Idle::Threshold { threshold: 0.0 }));
    }

    #[test]
    fn rungs_and_brackets() {
        assert_eq!(pruner(PrunerName::Asha).rungs(3, 100), [1, 4, 16, 64]);
        assert_eq!(pruner(PrunerName::Halving).rungs(3, 64), [1, 4, 16]);
        assert!(pruner(PrunerName::Median).rungs(3, 64).is_empty());
        let hyperband = Pruner { factor: 3, ..pruner(PrunerName::Hyperband) };
        // Shares 81, 34, 15, 8, 5 of 143.
        let mut counts = [0_i32; 5];
        (0..1430).for_each(|n| counts[hyperband.bracket(n, 100)] += 1);
        for (count, share) in counts.iter().zip([81, 34, 15, 8, 5]) {
            assert!((count - 10 * share).abs() <= 10, "{counts:?}");
        }
        assert!(
            (0..50).all(|n| hyperband.bracket_of(n, 100) == Some((hyperband.bracket(n, 100), 5)))
        );
        assert_eq!(pruner(PrunerName::Asha).bracket_of(3, 100), None);
        assert!((0..50).all(|n| hyperband.rungs(n, 100).len() == 5 - hyperband.bracket(n, 100)));
        assert_eq!(hyperband.rungs(0, 1), [0; 0]);
    }
}
