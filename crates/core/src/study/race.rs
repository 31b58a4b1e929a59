//! A race: several strategies spend the same budget on the same landscape, several times over.
//!
//! A [`Lane`] is one strategy with one seed, asked and told in step with the others; a [`Board`]
//! holds what all of them spent and says how they compare. Each lane proposes what a
//! [`super::Study`] with its seed would.

use super::stream;
use crate::search::{Outcome, Search, Strategy};
use crate::sort::{ascending, sort_by};
use crate::space::{Point, Space};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// One strategy in the middle of one of its repeats.
pub struct Lane {
    search: Box<dyn Search>,
    seed: u64,
    asked: usize,
    point: Point,
}

impl Lane {
    /// A strategy with the seed of one repeat.
    pub fn new(strategy: &Strategy, space: &Space, seed: u64) -> Self {
        let strategy = Strategy { seed, ..strategy.clone() };
        Self { search: strategy.start(space), seed, asked: 0, point: Point::new() }
    }

    /// The next point.
    pub fn ask(&mut self) -> Point {
        self.point = self.search.ask(&mut stream(self.seed, self.asked)).point;
        self.asked += 1;
        self.point.clone()
    }

    /// What another point than the one asked for has scored: the one that was tried in its place.
    pub fn took(&mut self, point: &[f64], outcome: Outcome) {
        self.search.tell(point, outcome);
    }

    /// What the point last asked for has scored.
    pub fn tell(&mut self, outcome: Outcome) {
        self.search.tell(&self.point, outcome);
    }
}

/// What one trial of a race cost and gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    pub point: Point,
    pub outcome: Outcome,
    /// Epochs trained; fewer where training diverged or stopped early.
    pub epochs: usize,
}

/// What the budget is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effort {
    Trials,
    /// In units of the epochs of one full trial.
    Epochs,
}

/// A repeat has so many trials at most, however few epochs they take.
pub const MAX_TRIALS: usize = 200;

/// What a repeat may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub effort: Effort,
    /// Trials, or as many times the epochs of a full one.
    pub units: usize,
    /// Epochs of a full trial.
    pub epochs: usize,
}

impl Budget {
    /// Epochs that a run has trained.
    fn trained(run: &[Spent]) -> usize {
        run.iter().map(|spent| spent.epochs).sum()
    }

    /// Whether a run may not begin another trial.
    pub fn is_spent(&self, run: &[Spent]) -> bool {
        match self.effort {
            Effort::Trials => run.len() >= self.units,
            Effort::Epochs => {
                Self::trained(run) >= self.units * self.epochs || run.len() >= MAX_TRIALS
            }
        }
    }

    /// Trials or epochs that a run has left.
    pub fn left(&self, run: &[Spent]) -> usize {
        match self.effort {
            Effort::Trials => self.units.saturating_sub(run.len()),
            Effort::Epochs => (self.units * self.epochs).saturating_sub(Self::trained(run)),
        }
    }

    /// Units that a run has spent as a whole.
    pub fn spent(&self, run: &[Spent]) -> usize {
        match self.effort {
            _ if self.is_spent(run) => self.units,
            Effort::Trials => run.len(),
            Effort::Epochs => Self::trained(run) / self.epochs.max(1),
        }
    }

    /// The trials of a run that are over within so many units. One that ends beyond does not count
    /// yet.
    pub fn within<'a>(&self, run: &'a [Spent], units: usize) -> &'a [Spent] {
        let mut left = units * self.epochs;
        let fits = |spent: &&Spent| {
            let fits = spent.epochs <= left;
            left = left.saturating_sub(spent.epochs);
            fits
        };
        let trials = match self.effort {
            Effort::Trials => units.min(run.len()),
            Effort::Epochs => run.iter().take_while(fits).count(),
        };
        &run[..trials]
    }

    /// The best loss of a run for 1, 2, … units, as far as it has come; infinite while there is
    /// none.
    pub fn best(&self, run: &[Spent]) -> Vec<f64> {
        let best = |units| least(self.within(run, units)).unwrap_or(f64::INFINITY);
        (1..=self.spent(run)).map(best).collect()
    }
}

/// The least loss of a run; none while no trial has come to one.
pub fn least(run: &[Spent]) -> Option<f64> {
    run.iter().filter_map(|spent| spent.outcome.loss()).min_by(f64::total_cmp)
}

/// How a strategy stands after some trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Place in the race's list.
    pub strategy: usize,
    /// Median over the repeats of the best loss; infinite where more than half have none.
    pub median: f64,
    /// Mean rank among the strategies, repeat by repeat; equal losses share theirs. 1 is best.
    pub rank: f64,
}

/// Every strategy's repeats so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Board {
    /// `[strategy][repeat][trial]`.
    runs: Vec<Vec<Vec<Spent>>>,
    /// Of each repeat.
    pub budget: Budget,
}

impl Board {
    pub fn new(strategies: usize, repeats: usize, budget: Budget) -> Self {
        Self { runs: vec![vec![Vec::new(); repeats]; strategies], budget }
    }

    /// The trials of a repeat.
    pub fn run(&self, strategy: usize, repeat: usize) -> &[Spent] {
        self.runs.get(strategy).and_then(|r| r.get(repeat)).map_or(&[], |r| r)
    }

    /// Every repeat of every strategy.
    pub fn runs(&self) -> impl Iterator<Item = &Vec<Spent>> {
        self.runs.iter().flatten()
    }

    pub fn repeats(&self) -> usize {
        self.runs.first().map_or(0, Vec::len)
    }

    /// Takes one more trial of a repeat.
    pub fn push(&mut self, strategy: usize, repeat: usize, spent: Spent) {
        if let Some(run) = self.runs.get_mut(strategy).and_then(|r| r.get_mut(repeat)) {
            run.push(spent);
        }
    }

    /// Forgets some of the repeats, of every strategy.
    pub fn forget(&mut self, repeats: &Range<usize>) {
        let own = |runs: &mut Vec<Vec<Spent>>| {
            runs.get_mut(repeats.clone()).into_iter().flatten().for_each(Vec::clear);
        };
        self.runs.iter_mut().for_each(own);
    }

    /// Units of the budget that every repeat of every strategy has spent.
    pub fn finished(&self) -> usize {
        self.runs().map(|run| self.budget.spent(run)).min().unwrap_or(0)
    }

    /// Units spent, and those to spend.
    pub fn progress(&self) -> (usize, usize) {
        (
            self.runs().map(|run| self.budget.spent(run)).sum(),
            self.runs().count() * self.budget.units,
        )
    }

    /// Lower quartile, median and upper quartile over the repeats of the best loss for 1, 2, …
    /// units, as far as every repeat has come; infinite where a quartile has no loss yet.
    pub fn bands(&self, strategy: usize) -> Vec<[f64; 3]> {
        let Some(runs) = self.runs.get(strategy) else { return Vec::new() };
        let lines: Vec<Vec<f64>> = runs.iter().map(|run| self.budget.best(run)).collect();
        let far = lines.iter().map(Vec::len).min().unwrap_or(0);
        let at = |i: usize| {
            let mut losses: Vec<f64> = lines.iter().map(|line| line[i]).collect();
            ascending(&mut losses);
            [0.25, 0.5, 0.75].map(|share| quantile(&losses, share))
        };
        (0..far).map(at).collect()
    }

    /// The strategies from the best to the worst by their mean rank after `units` units, then by
    /// the median; empty before every repeat has come so far. `beside` is the best loss of one
    /// more who raced once: last in the list of strategies.
    pub fn standings(&self, units: usize, beside: Option<f64>) -> Vec<Standing> {
        if units == 0 || units > self.finished() {
            return Vec::new();
        }
        let last = |run: &Vec<Spent>| self.budget.best(run)[units - 1];
        let mut losses: Vec<Vec<f64>> =
            self.runs.iter().map(|runs| runs.iter().map(last).collect()).collect();
        losses.extend(beside.map(|loss| vec![loss; self.repeats()]));
        let rank = |strategy: usize| {
            let of = |repeat: usize| {
                let own = losses[strategy][repeat];
                let better = losses.iter().filter(|l| l[repeat] < own).count();
                let equal = losses.iter().filter(|l| l[repeat] == own).count();
                better as f64 + (equal as f64 + 1.0) / 2.0
            };
            (0..self.repeats()).map(of).sum::<f64>() / self.repeats().max(1) as f64
        };
        let standing = |strategy: usize| {
            let mut sorted = losses[strategy].clone();
            ascending(&mut sorted);
            Standing { strategy, median: quantile(&sorted, 0.5), rank: rank(strategy) }
        };
        let mut standings: Vec<Standing> = (0..losses.len()).map(standing).collect();
        sort_by(&mut standings, |a, b| {
            a.rank.total_cmp(&b.rank).then(a.median.total_cmp(&b.median))
        });
        standings
    }
}

/// A quantile of sorted values, between neighbours by straight lines (type 7 of Hyndman and Fan
/// 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::INFINITY };
    let place = share * last as f64;
    let (low, above) = (place as usize, place.fract());
    let (a, b) = (sorted[low], sorted[(low + 1).min(last)]);
    // Between something and infinity there is nothing but infinity.
    if above == 0.0 || a == b { a } else { a + above * (b - a) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Proposal, Reason, StrategyName};
    use crate::space::{Kind, Param, Scale};
    use crate::study::{Event, Study};

    fn space() -> Space {
        let param = |name: &str, low, high, scale| Param {
            name: name.into(),
            low,
            high,
            scale,
            kind: Kind::Float,
            when: None,
        };
        Space::new(vec![
            param("learning_rate", 0.01, 10.0, Scale::Log),
            param("momentum", 0.0, 0.99, Scale::Linear),
        ])
    }

    fn score(point: &[f64]) -> Outcome {
        let loss = (point[0].ln() + 1.0).powi(2) + (point[1] - 0.5).powi(2);
        if point[0] > 5.0 { Outcome::Diverged } else { Outcome::Value(loss) }
    }

    #[test]
    fn a_lane_proposes_what_a_study_of_its_seed_does() {
        for name in StrategyName::ALL {
            let strategy = Strategy { name, budget: 12, ..Strategy::default() };
            let mut lane = Lane::new(&strategy, &space(), 7);
            let mut study = Study::new(Strategy { seed: 7, ..strategy }, space());
            for trial in 0..12 {
                let point = lane.ask();
                assert_eq!(point, study.ask(7).point, "{name:?}, trial {trial}");
                let outcome = score(&point);
                lane.tell(outcome);
                let proposal = Proposal { point, reason: Reason::Random };
                study.apply(Event::Proposed { trial, proposal }).unwrap();
                study.apply(Event::Completed { trial, outcome }).unwrap();
            }
        }
    }

    fn spent(loss: f64, epochs: usize) -> Spent {
        Spent { point: vec![0.1, 0.5], outcome: Outcome::of(loss), epochs }
    }

    fn board(runs: &[&[&[(f64, usize)]]], budget: usize) -> Board {
        let budget = Budget { effort: Effort::Trials, units: budget, epochs: 10 };
        let mut board = Board::new(runs.len(), runs[0].len(), budget);
        for (s, repeats) in runs.iter().enumerate() {
            for (r, run) in repeats.iter().enumerate() {
                run.iter().for_each(|&(loss, epochs)| board.push(s, r, spent(loss, epochs)));
            }
        }
        board
    }

    #[test]
    fn bands_are_quartiles_of_the_best_so_far_as_far_as_all_have_come() {
        let board =
            board(&[&[&[(3.0, 10), (1.0, 10)], &[(2.0, 10), (4.0, 10)], &[(f64::NAN, 2)]]], 2);
        assert_eq!(board.bands(0), [[2.5, 3.0, f64::INFINITY]]);
        assert_eq!((board.finished(), board.progress()), (1, (5, 6)));
        assert!(board.standings(2, None).is_empty() && board.standings(0, None).is_empty());
        assert!(board.bands(3).is_empty() && board.run(3, 0).is_empty());
    }

    #[test]
    fn a_budget_in_epochs_is_spent_by_epochs() {
        let budget = Budget { effort: Effort::Epochs, units: 2, epochs: 10 };
        let mut run = vec![spent(f64::INFINITY, 2)];
        assert_eq!(
            (budget.spent(&run), budget.is_spent(&run), budget.best(&run)),
            (0, false, vec![])
        );
        // 2 epochs, then 10: the second trial is over after 12, within the second unit of 10.
        run.push(spent(1.0, 10));
        assert_eq!(
            (budget.spent(&run), budget.left(&run), budget.best(&run)),
            (1, 8, vec![f64::INFINITY])
        );
        assert_eq!((budget.within(&run, 1).len(), budget.within(&run, 2).len()), (1, 2));
        // The third begins in time and ends too late: it counts no more, and none comes after it.
        run.push(spent(0.5, 10));
        assert!(budget.is_spent(&run));
        assert_eq!(
            (budget.best(&run), budget.within(&run, 2).len()),
            (vec![f64::INFINITY, 1.0], 2)
        );
        // Those that fail early leave room for more of them than there are units, but not for ever.
        let failed: Vec<Spent> = (0..19).map(|_| spent(f64::NAN, 1)).collect();
        assert!(!budget.is_spent(&failed));
        let failed: Vec<Spent> = (0..MAX_TRIALS).map(|_| spent(f64::NAN, 0)).collect();
        assert!(budget.is_spent(&failed));
        // The same runs by trials.
        let trials = Budget { effort: Effort::Trials, ..budget };
        assert_eq!(
            (trials.spent(&run[..1]), trials.best(&run[..2])),
            (1, vec![f64::INFINITY, 1.0])
        );
    }

    #[test]
    fn the_better_rank_stands_first_and_equals_share_one() {
        let board = board(
            &[
                &[&[(3.0, 10)], &[(1.0, 10)]],
                &[&[(1.0, 10)], &[(1.0, 10)]],
                &[&[(f64::NAN, 1)], &[(f64::NAN, 1)]],
            ],
            1,
        );
        let standings = board.standings(1, None);
        assert_eq!(standings.iter().map(|s| s.strategy).collect::<Vec<_>>(), [1, 0, 2]);
        assert_eq!(standings.iter().map(|s| s.rank).collect::<Vec<_>>(), [1.25, 1.75, 3.0]);
        assert_eq!(standings[2].median, f64::INFINITY);
        // Ahead in two repeats of three, though far behind in the median.
        let one = |losses: [f64; 3]| losses.map(|loss| vec![spent(loss, 10)]).to_vec();
        let runs = vec![one([2.0, 6.0, 3.0]), one([1.0, 5.0, 9.0])];
        let standings = Board { runs, ..board }.standings(1, None);
        assert_eq!(
            standings.iter().map(|s| (s.strategy, s.median)).collect::<Vec<_>>(),
            [(1, 5.0), (0, 3.0)]
        );
    }
}
