//! Would another strategy have found it? A race over a table of trials.
//!
//! Each strategy proposes as it always does, but gets the nearest trial of the table that it has not
//! taken yet, and hears that trial's loss. What this can tell: whether the good trials lie where a
//! strategy looks early. What it can't: what it would have found between the trials of the table; and
//! as the table runs empty, all strategies come to the same end. [`Replay::gap`] says how far the
//! trials taken lie from what was proposed.
//!
//! | symbol | meaning |
//! |---|---|
//! | n | trials of the table that have a loss |
//! | distance | root of the mean over parameters of (difference in the unit cube)²; of choices 0 or 1 |

use super::convert::Converted;
use crate::search::{Outcome, Strategy};
use crate::sort::ascending;
use crate::space::{Point, Space};
use crate::study::race::{Board, Budget, Effort, Lane, Spent};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Trials of a table that are raced over at most: every proposal is held against all of them.
pub const MAX_TRIALS: usize = 2_000;
/// So many lie densely enough to be raced over wherever they lie.
pub const DENSE: usize = 100;
/// Fewer are no race.
pub const MIN_TRIALS: usize = 8;

/// Why there is no race.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplayError {
    /// Fewer trials with a loss than [`MIN_TRIALS`].
    TooFew { trials: usize, wanted: usize },
    /// No strategy, no seed or no trial to spend.
    Nothing,
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFew { trials, wanted } => write!(f, "{trials} trials, of {wanted} at least"),
            Self::Nothing => f.write_str("nothing to race"),
        }
    }
}

impl std::error::Error for ReplayError {}

/// A table of trials: points, their places in the unit cube, losses.
#[derive(Clone, Debug)]
struct Pool {
    points: Vec<Point>,
    units: Vec<Vec<f64>>,
    losses: Vec<f64>,
    choices: Vec<bool>,
    /// The file's trial that each is.
    trials: Vec<usize>,
}

impl Pool {
    fn new(of: &Converted) -> Self {
        let mut pool = Self {
            points: Vec::new(),
            units: Vec::new(),
            losses: Vec::new(),
            choices: of.space.params.iter().map(|p| p.is_choice()).collect(),
            trials: Vec::new(),
        };
        let study = of.study(&Strategy::default(), of.len());
        let order = of.order(of.len());
        for (n, trial) in study.iter().flat_map(|study| study.trials()).enumerate() {
            let loss = trial.outcome.and_then(Outcome::loss);
            if let Some(loss) = loss.filter(|_| pool.losses.len() < MAX_TRIALS) {
                pool.units.push(of.space.to_unit(&trial.point));
                pool.points.push(trial.point.clone());
                pool.losses.push(loss);
                pool.trials.push(order[n]);
            }
        }
        pool
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
}

/// One strategy with one seed in the middle of its race.
struct Runner {
    strategy: Strategy,
    seed: u64,
    /// Made when its turn comes, dropped when it is over: a lane holds a model.
    lane: Option<Lane>,
    taken: Vec<bool>,
}

/// A race in progress. It advances trial by trial, so that whoever runs it can look up in between.
pub struct Replay {
    space: Space,
    pool: Pool,
    board: Board,
    runners: Vec<Runner>,
    repeats: usize,
    gaps: f64,
    asked: usize,
}

impl Replay {
    /// A race of these strategies with the seeds 0 to `repeats` − 1 over the trials of a study that
    /// have a loss, `budget` trials each (no more than there are).
    pub fn new(
        of: &Converted,
        strategies: &[Strategy],
        repeats: usize,
        budget: usize,
    ) -> Result<Self, ReplayError> {
        let pool = Pool::new(of);
        let trials = pool.losses.len();
        if trials < MIN_TRIALS {
            return Err(ReplayError::TooFew { trials, wanted: MIN_TRIALS });
        }
        if strategies.is_empty() || repeats == 0 || budget == 0 {
            return Err(ReplayError::Nothing);
        }
        let units = budget.min(trials);
        let budget = Budget { effort: Effort::Trials, units, epochs: 1 };
        let runner = |strategy: &Strategy, seed: u64| Runner {
            strategy: Strategy { budget: units, pareto: false, ..strategy.clone() },
            seed,
            lane: None,
            taken: vec![false; trials],
        };
        let runners = strategies
            .iter()
            .flat_map(|strategy| (0..repeats as u64).map(move |seed| runner(strategy, seed)))
            .collect();
        Ok(Self {
            space: of.space.clone(),
            board: Board::new(strategies.len(), repeats, budget),
            pool,
            runners,
            repeats,
            gaps: 0.0,
            asked: 0,
        })
    }

    /// How many trials of a study there are to race over; none where they are neither a whole grid
    /// nor so many that one lies near most places.
    pub fn suits(of: &Converted) -> Option<usize> {
        let pool = Pool::new(of);
        let trials = pool.losses.len();
        let values = |param: usize| {
            let mut all: Vec<f64> = pool.points.iter().map(|point| point[param]).collect();
            ascending(&mut all);
            all.dedup();
            all.len()
        };
        let cells = (0..of.space.dim()).fold(1, |cells: usize, p| cells.saturating_mul(values(p)));
        let grid = trials >= MIN_TRIALS && cells == trials;
        (grid || trials >= DENSE).then_some(trials)
    }

    /// One more trial of the strategy whose turn it is: repeat by repeat, all strategies in each,
    /// so that what is there can be compared at any time. False when all is done.
    pub fn advance(&mut self) -> bool {
        let strategies = self.runners.len() / self.repeats;
        let order = (0..self.repeats).flat_map(|r| (0..strategies).map(move |s| (s, r)));
        let budget = self.board.budget;
        let next =
            order.skip(self.finished()).find(|&(s, r)| !budget.is_spent(self.board.run(s, r)));
        let Some((strategy, repeat)) = next else { return false };
        let runner = &mut self.runners[strategy * self.repeats + repeat];
        let lane = runner
            .lane
            .get_or_insert_with(|| Lane::new(&runner.strategy, &self.space, runner.seed));
        let unit = self.space.to_unit(&lane.ask());
        let Some((at, gap)) = self.pool.nearest(&unit, &runner.taken) else { return false };
        runner.taken[at] = true;
        let (point, outcome) = (self.pool.points[at].clone(), Outcome::of(self.pool.losses[at]));
        lane.took(&point, outcome);
        (self.gaps, self.asked) = (self.gaps + gap, self.asked + 1);
        self.board.push(strategy, repeat, Spent { point, outcome, epochs: 1 });
        if budget.is_spent(self.board.run(strategy, repeat)) {
            self.runners[strategy * self.repeats + repeat].lane = None;
        }
        true
    }

    /// Repeats of strategies that are over, in the order in which they run.
    fn finished(&self) -> usize {
        self.asked / self.board.budget.units
    }

    /// Trials done, and all that will be.
    pub fn progress(&self) -> (usize, usize) {
        (self.asked, self.runners.len() * self.board.budget.units)
    }

    /// What every strategy has spent: its bands, standings and tests.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The mean distance between what was proposed and what was taken, 0 to 1; a table that is dense
    /// where strategies look has little. None before the first trial.
    pub fn gap(&self) -> Option<f64> {
        (self.asked > 0).then(|| self.gaps / self.asked as f64)
    }

    /// Best loss after each trial of the table in the order in which it was recorded.
    pub fn recorded(&self) -> Vec<f64> {
        let best = |best: &mut f64, loss: &f64| {
            *best = best.min(*loss);
            Some(*best)
        };
        self.pool.losses.iter().scan(f64::INFINITY, best).collect()
    }

    /// Trials of the file that the race is over, in order.
    pub fn trials(&self) -> &[usize] {
        &self.pool.trials
    }

    /// Quartiles of the best loss after each trial, over the repeats of a strategy that are over;
    /// empty while none is.
    pub fn bands(&self, strategy: usize) -> Vec<[f64; 3]> {
        let budget = self.board.budget;
        let runs = (0..self.repeats).map(|repeat| self.board.run(strategy, repeat));
        let lines: Vec<Vec<f64>> =
            runs.filter(|run| budget.is_spent(run)).map(|run| budget.best(run)).collect();
        let Some(last) = lines.len().checked_sub(1) else { return Vec::new() };
        let at = |trial: usize| {
            let mut losses: Vec<f64> = lines.iter().map(|line| line[trial]).collect();
            ascending(&mut losses);
            [0.25, 0.5, 0.75].map(|share| losses[libm::ceil(share * last as f64) as usize])
        };
        (0..budget.units).map(at).collect()
    }

    /// How many trials a strategy took to a loss of `level` or less, over its repeats that are over:
    /// lower quartile, median and upper quartile; infinite where too few came to it. None while no
    /// repeat is over.
    pub fn trials_to(&self, strategy: usize, level: f64) -> Option<[f64; 3]> {
        let budget = self.board.budget;
        let runs = (0..self.repeats).map(|repeat| self.board.run(strategy, repeat));
        let reach = |run: &[Spent]| {
            let at = run.iter().position(|s| s.outcome.loss().is_some_and(|loss| loss <= level));
            at.map_or(f64::INFINITY, |at| (at + 1) as f64)
        };
        let mut counts: Vec<f64> = runs.filter(|run| budget.is_spent(run)).map(reach).collect();
        ascending(&mut counts);
        let last = counts.len().checked_sub(1)?;
        // One that was seen: between a number and infinity there is nothing.
        let at = |share: f64| counts[libm::ceil(share * last as f64) as usize];
        Some([0.25, 0.5, 0.75].map(at))
    }

    /// Runs to the end, or until `progress` (trials done, all trials) says no.
    pub fn run(&mut self, progress: &mut dyn FnMut(usize, usize) -> bool) {
        while self.advance() {
            let (done, all) = self.progress();
            if !progress(done, all) {
                break;
            }
        }
    }
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

    fn strategy(name: StrategyName) -> Strategy {
        Strategy { name, ..Strategy::default() }
    }

    #[test]
    fn no_trial_is_taken_twice_and_a_whole_table_ends_at_its_best() {
        let table = bowl(5);
        let both = [strategy(StrategyName::Random), strategy(StrategyName::Tpe)];
        let mut replay = Replay::new(&table, &both, 3, 99).unwrap();
        let mut calls = 0;
        replay.run(&mut |done, all| {
            calls += 1;
            assert_eq!((done, all), (calls, 150));
            true
        });
        assert_eq!(replay.progress(), (150, 150));
        let best = replay.recorded()[24];
        for strategy in 0..2 {
            for repeat in 0..3 {
                let run = replay.board().run(strategy, repeat);
                let mut points: Vec<&Point> = run.iter().map(|s| &s.point).collect();
                points.sort_by(|a, b| a.partial_cmp(b).unwrap());
                points.dedup();
                assert_eq!(points.len(), 25);
            }
            let bands = replay.board().bands(strategy);
            assert_eq!((bands.len(), bands[24]), (25, [best; 3]));
        }
        assert!(!replay.advance());
    }

    #[test]
    fn one_that_learns_needs_fewer_trials_than_chance() {
        let table = bowl(12);
        let both = [strategy(StrategyName::Random), strategy(StrategyName::Bayesian)];
        let mut replay = Replay::new(&table, &both, 8, 40).unwrap();
        replay.run(&mut |_, _| true);
        let recorded = replay.recorded();
        let level = recorded[recorded.len() - 1];
        let [_, random, _] = replay.trials_to(0, level).unwrap();
        let [_, model, _] = replay.trials_to(1, level).unwrap();
        assert!(model < random && model <= 30.0, "{model} {random}");
        assert!(replay.gap().unwrap() < 0.15, "{:?}", replay.gap());
        // Same seeds, same race.
        let mut again = Replay::new(&table, &both, 8, 40).unwrap();
        again.run(&mut |done, _| done < 80);
        assert_eq!(again.board().run(1, 0), replay.board().run(1, 0));
    }

    #[test]
    fn too_few_trials_are_no_race() {
        let random = [strategy(StrategyName::Random)];
        let few = Replay::new(&bowl(2), &random, 1, 4).err();
        assert_eq!(few, Some(ReplayError::TooFew { trials: 4, wanted: MIN_TRIALS }));
        assert_eq!(Replay::new(&bowl(4), &[], 1, 4).err(), Some(ReplayError::Nothing));
    }
}
