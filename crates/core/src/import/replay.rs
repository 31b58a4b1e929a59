//! Would another strategy have found it? A race over a table of trials.
//!
//! Each strategy proposes as it always does, but gets the nearest trial of the table that it has not
//! taken yet, and hears that trial's loss. What this can tell: whether the good trials lie where a
//! strategy looks early. What it can't: what it would have found between the trials of the table; and
//! as the table runs empty, all strategies come to the same end. [`Raced::gap`] says how far the
//! trials taken lie from what was proposed.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | trials of the table that have a loss |
//! | distance | root of the mean over parameters of (difference in the unit cube)²; of choices 0 or 1 |

use super::convert::Converted;
use crate::search::{Outcome, Strategy, StrategyName};
use crate::sort::ascending;
use crate::space::{Point, Space};
use crate::study::race::Lane;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// Trials of a table that are raced over at most: every proposal is held against all of them.
pub const MAX_TRIALS: usize = 2_000;
/// So many lie densely enough to be raced over wherever they lie.
pub const DENSE: usize = 100;
/// Fewer are no race.
pub const MIN_TRIALS: usize = 8;
/// Trials of each run, at most.
const MAX_RUN: usize = 100;

/// Why there is no race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplayError {
    /// Fewer trials with a loss than [`MIN_TRIALS`].
    TooFew { trials: usize, wanted: usize },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { trials, wanted } => write!(f, "{trials} trials, of {wanted} at least"),
        }
    }
}

impl std::error::Error for ReplayError {}

/// A table of trials with a loss: all that a race over it takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RaceTable {
    space: Space,
    points: Vec<Point>,
    losses: Vec<f64>,
}

impl RaceTable {
    /// The first [`MAX_TRIALS`] trials of a study that have a loss.
    pub fn new(of: &Converted) -> Result<Self, ReplayError> {
        let table = Self::whole(of);
        let trials = table.losses.len();
        if trials < MIN_TRIALS {
            return Err(ReplayError::TooFew { trials, wanted: MIN_TRIALS });
        }
        Ok(table)
    }

    fn whole(of: &Converted) -> Self {
        let study = of.study(&Strategy::default(), of.len());
        let trials = study.iter().flat_map(|study| study.trials());
        let scored = trials.filter_map(|trial| {
            Some((trial.point.clone(), trial.outcome.and_then(Outcome::loss)?))
        });
        let (points, losses) = scored.take(MAX_TRIALS).unzip();
        Self { space: of.space.clone(), points, losses }
    }

    /// How many trials of a study there are to race over; none where they are neither a whole grid
    /// nor so many that one lies near most places.
    pub fn suits(of: &Converted) -> Option<usize> {
        let table = Self::whole(of);
        let trials = table.losses.len();
        let values = |param: usize| {
            let mut all: Vec<f64> = table.points.iter().map(|point| point[param]).collect();
            ascending(&mut all);
            all.dedup();
            all.len()
        };
        let cells = (0..of.space.dim()).fold(1, |cells: usize, p| cells.saturating_mul(values(p)));
        let grid = trials >= MIN_TRIALS && cells == trials;
        (grid || trials >= DENSE).then_some(trials)
    }

    /// Trials of each run.
    pub fn budget(&self) -> usize {
        self.losses.len().min(MAX_RUN)
    }

    /// Best loss after each trial in the order in which they were recorded.
    pub fn recorded(&self) -> Vec<f64> {
        best_so_far(&self.losses)
    }
}

fn best_so_far(losses: &[f64]) -> Vec<f64> {
    let best = |best: &mut f64, loss: &f64| {
        *best = best.min(*loss);
        Some(*best)
    };
    losses.iter().scan(f64::INFINITY, best).collect()
}

/// What a strategy took with one seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Place in the race's list.
    pub strategy: usize,
    pub seed: usize,
    pub losses: Vec<f64>,
    /// Sum of the distances between what was proposed and what was taken.
    pub gap: f64,
}

/// A strategy in the middle of its run.
struct Runner {
    run: Run,
    lane: Lane,
    taken: Vec<bool>,
}

/// Some seeds of a race in progress. It advances trial by trial, so that whoever runs it can look
/// up in between.
pub struct Replay {
    table: RaceTable,
    units: Vec<Vec<f64>>,
    choices: Vec<bool>,
    strategies: Vec<StrategyName>,
    seeds: Range<usize>,
    /// Runs that were begun.
    runs: usize,
    /// None between two runs: a lane holds a model.
    runner: Option<Runner>,
    ended: Vec<Run>,
}

impl Replay {
    /// A race of these strategies with these seeds.
    pub fn new(table: RaceTable, strategies: &[StrategyName], seeds: Range<usize>) -> Self {
        Self {
            units: table.points.iter().map(|point| table.space.to_unit(point)).collect(),
            choices: table.space.params.iter().map(|param| param.is_choice()).collect(),
            table,
            strategies: strategies.to_vec(),
            seeds,
            runs: 0,
            runner: None,
            ended: Vec::new(),
        }
    }

    /// The next run: seed by seed, all strategies with each, so that what is there can be compared
    /// at any time.
    fn begin(&mut self) -> Option<Runner> {
        let strategy = self.runs.checked_rem(self.strategies.len())?;
        let seed = self.seeds.clone().nth(self.runs / self.strategies.len())?;
        self.runs += 1;
        let name = self.strategies[strategy];
        let of = Strategy { name, budget: self.table.budget(), ..Strategy::default() };
        Some(Runner {
            run: Run { strategy, seed, losses: Vec::new(), gap: 0.0 },
            lane: Lane::new(&of, &self.table.space, seed as u64),
            taken: vec![false; self.units.len()],
        })
    }

    /// One more trial of the strategy whose turn it is. False when all is done.
    pub fn advance(&mut self) -> bool {
        let Some(mut runner) = self.runner.take().or_else(|| self.begin()) else { return false };
        let unit = self.table.space.to_unit(&runner.lane.ask());
        let Some((at, gap)) = self.nearest(&unit, &runner.taken) else { return false };
        runner.taken[at] = true;
        let loss = self.table.losses[at];
        runner.lane.took(&self.table.points[at], Outcome::of(loss));
        runner.run.losses.push(loss);
        runner.run.gap += gap;
        if runner.run.losses.len() < self.table.budget() {
            self.runner = Some(runner);
        } else {
            self.ended.push(runner.run);
        }
        true
    }

    fn distance(&self, a: &[f64], b: &[f64]) -> f64 {
        let one = |((a, b), choice): ((&f64, &f64), &bool)| {
            // Middles of cells: those of two choices differ by far more than rounding.
            if *choice { f64::from(u8::from((a - b).abs() > 1e-9)) } else { (a - b) * (a - b) }
        };
        let sum: f64 = a.iter().zip(b).zip(&self.choices).map(one).sum();
        libm::sqrt(sum / a.len().max(1) as f64)
    }

    /// The nearest trial that is not taken, the earliest among equals, and its distance.
    fn nearest(&self, unit: &[f64], taken: &[bool]) -> Option<(usize, f64)> {
        let free = (0..self.units.len()).filter(|&i| !taken[i]);
        free.map(|i| (i, self.distance(unit, &self.units[i]))).min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Trials of the run under way.
    pub fn begun(&self) -> usize {
        self.runner.as_ref().map_or(0, |runner| runner.run.losses.len())
    }

    /// The runs that came to their end since this was asked last.
    pub fn take_ended(&mut self) -> Vec<Run> {
        std::mem::take(&mut self.ended)
    }
}

/// The runs that are over, by seed and strategy: the same whoever ran them in whatever order.
pub type Runs = BTreeMap<(usize, usize), Run>;

/// How a race stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Raced {
    /// Trials done, and all that will be.
    pub done: usize,
    pub all: usize,
    /// Trials of each run.
    pub budget: usize,
    pub seeds: usize,
    pub strategies: Vec<StrategyName>,
    /// Seeds with which all strategies have come to their end.
    pub finished: usize,
    /// Quartiles of the best loss after each trial, over the seeds that are over; empty while none
    /// is.
    pub bands: Vec<Vec<[f64; 3]>>,
    /// How many trials each took to the best of the table: quartiles, infinite where too few came
    /// to it. None while no seed is over.
    pub reach: Vec<Option<[f64; 3]>>,
    /// Best loss after each trial in the order of the file.
    pub recorded: Vec<f64>,
    /// Mean distance between what was proposed and what was taken, 0 to 1; a table that is dense
    /// where strategies look has little. None before the first run is over.
    pub gap: Option<f64>,
}

impl Raced {
    /// How a race of these strategies with so many seeds stands after these runs, and so many trials
    /// of others.
    pub fn of(
        table: &RaceTable,
        strategies: &[StrategyName],
        seeds: usize,
        runs: &Runs,
        begun: usize,
    ) -> Self {
        let budget = table.budget();
        let recorded = table.recorded();
        let best = recorded.last().copied().unwrap_or(f64::NEG_INFINITY);
        let of = |s: usize| runs.values().filter(move |run| run.strategy == s);
        let whole = |seed: &usize| (0..strategies.len()).all(|s| runs.contains_key(&(*seed, s)));
        let trials = (runs.len() * budget) as f64;
        Self {
            done: runs.len() * budget + begun,
            all: budget * seeds * strategies.len(),
            budget,
            seeds,
            strategies: strategies.to_vec(),
            finished: (0..seeds).filter(whole).count(),
            bands: (0..strategies.len()).map(|s| bands(of(s), budget)).collect(),
            reach: (0..strategies.len()).map(|s| trials_to(of(s), best)).collect(),
            recorded,
            gap: (!runs.is_empty()).then(|| runs.values().map(|run| run.gap).sum::<f64>() / trials),
        }
    }
}

/// Lower quartile, median and upper quartile, each one that was seen: between a number and infinity
/// there is nothing. None of nothing.
fn quartiles(mut values: Vec<f64>) -> Option<[f64; 3]> {
    ascending(&mut values);
    let last = values.len().checked_sub(1)?;
    Some([0.25, 0.5, 0.75].map(|share| values[libm::ceil(share * last as f64) as usize]))
}

fn bands<'a>(runs: impl Iterator<Item = &'a Run>, budget: usize) -> Vec<[f64; 3]> {
    let lines: Vec<Vec<f64>> = runs.map(|run| best_so_far(&run.losses)).collect();
    let at = |trial: usize| {
        quartiles(lines.iter().filter_map(|line| line.get(trial).copied()).collect())
    };
    (0..budget).filter_map(at).collect()
}

fn trials_to<'a>(runs: impl Iterator<Item = &'a Run>, level: f64) -> Option<[f64; 3]> {
    let reach = |run: &Run| {
        let at = run.losses.iter().position(|loss| *loss <= level);
        at.map_or(f64::INFINITY, |at| (at + 1) as f64)
    };
    quartiles(runs.map(reach).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::convert::{Aim, convert};
    use crate::import::{Direction, Domain, ImportedStudy, ImportedTrial, Parameter, TrialState};
    use crate::search::StrategyName;

    /// A grid of `side`² trials of a bowl with its least at (0.7, 0.3), in rows.
    fn bowl(side: usize) -> Converted {
        let parameter = |name: &str| {
            let (low, high) = (0.0, 1.0);
            let domain = Domain::Number { integer: false, low, high, log: false, step: None };
            Parameter { name: name.into(), domain, conditional: false }
        };
        let trial = |n: usize| {
            let at = |i: usize| i as f64 / (side - 1) as f64;
            let (x, y) = (at(n % side), at(n / side));
            ImportedTrial {
                state: TrialState::Complete,
                values: vec![(x - 0.7) * (x - 0.7) + (y - 0.3) * (y - 0.3)],
                params: vec![Some(x), Some(y)],
                ..ImportedTrial::new(n)
            }
        };
        let study = ImportedStudy {
            name: "bowl".into(),
            directions: vec![Direction::Minimize],
            metric_names: Vec::new(),
            parameters: vec![parameter("x"), parameter("y")],
            trials: (0..side * side).map(trial).collect(),
            user_attributes: Vec::new(),
            notes: Vec::new(),
        };
        convert(&study, Aim::default()).unwrap()
    }

    /// A race from its beginning to its end.
    fn race(table: &RaceTable, names: &[StrategyName], seeds: Range<usize>) -> Runs {
        let mut replay = Replay::new(table.clone(), names, seeds);
        while replay.advance() {}
        replay.take_ended().into_iter().map(|run| ((run.seed, run.strategy), run)).collect()
    }

    #[test]
    fn no_trial_is_taken_twice_and_a_whole_table_ends_at_its_best() {
        let table = RaceTable::new(&bowl(5)).unwrap();
        let both = [StrategyName::Random, StrategyName::Tpe];
        let runs = race(&table, &both, 0..3);
        let mut all = table.losses.clone();
        ascending(&mut all);
        assert_eq!(runs.len(), 6);
        for run in runs.values() {
            let mut losses = run.losses.clone();
            ascending(&mut losses);
            assert_eq!(losses, all);
        }
        let raced = Raced::of(&table, &both, 3, &runs, 0);
        assert_eq!((raced.done, raced.all, raced.finished), (150, 150, 3));
        for band in &raced.bands {
            assert_eq!((band.len(), band[24]), (25, [raced.recorded[24]; 3]));
        }
    }

    #[test]
    fn one_that_learns_needs_fewer_trials_than_chance() {
        let table = RaceTable::new(&bowl(12)).unwrap();
        let both = [StrategyName::Random, StrategyName::Bayesian];
        let mut runs = race(&table, &both, 0..5);
        // Seeds raced elsewhere are the same.
        let other = race(&table, &both, 3..8);
        assert!(other.iter().all(|(key, run)| runs.get(key).is_none_or(|own| own == run)));
        runs.extend(other);
        let raced = Raced::of(&table, &both, 8, &runs, 0);
        let [random, model] = [0, 1].map(|s| raced.reach[s].unwrap()[1]);
        assert!(model < random && model <= 30.0, "{model} {random}");
        assert!(raced.gap.unwrap() < 0.15, "{:?}", raced.gap);
    }

    #[test]
    fn too_few_trials_are_no_race() {
        let few = RaceTable::new(&bowl(2)).err();
        assert_eq!(few, Some(ReplayError::TooFew { trials: 4, wanted: MIN_TRIALS }));
        let table = RaceTable::new(&bowl(4)).unwrap();
        assert!(race(&table, &[], 0..3).is_empty());
        assert!(race(&table, &[StrategyName::Random], 3..3).is_empty());
    }
}
