//! Grid search: every combination of evenly spaced values on the parameters' scales, either the
//! middles of as many cells or from end to end.
//!
//! The layout is the largest one, as square as can be, that fits the budget: 25 → 5 × 5, 12 → 4 ×
//! 3, 7 → 3 × 2.
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | d | `space` | parameters |
//! | nᵢ | `counts` | values of parameter i, no more than it has; their product is the number of cells |
//! | (k + ½)/nᵢ | | unit value of step k from 0, which the parameter's scale turns into its own |
//! | k/(nᵢ − 1) | `ends` | the same where the ends of the ranges are tried |
//!
//! With the ends, most points of a small grid lie on the edge of the box (8 of 9 of a 3 × 3 one),
//! where hardly anything good lies: middles are what a grid is fairly compared with.
//!
//! Its pitfalls are those of the field: n cells show only n^(1/d) values of each parameter, steps
//! that are even on the wrong scale crowd where nothing changes, and a band narrower than a step is
//! missed.
//!
//! Order: the first parameter runs fastest, each from its low end. When every cell is tried the
//! grid goes on with a finer one that holds it: with the values halfway between its own, or with
//! three cells in the place of each. When there is none, it goes round again.

use super::{Outcome, Proposal, Reason, Search};
use crate::space::{Param, Space};
use rand::Rng;

/// No grid is laid out larger than this at first.
const MAX_CELLS: usize = 1 << 16;

/// Told points this near a cell, on every unit axis, count as that cell.
const SAME: f64 = 1e-9;

pub struct Grid {
    space: Space,
    /// Number of values of each parameter.
    counts: Vec<usize>,
    /// Whether the ends of the ranges are tried, instead of the middles of cells.
    ends: bool,
    told: Vec<Vec<f64>>,
}

impl Grid {
    /// The values of an axis of n steps, as a formula.
    pub const fn formula(ends: bool) -> &'static str {
        if ends {
            "uᵢ = k/(n − 1),  k = 0, …, n − 1"
        } else {
            "uᵢ = (k + ½)/n,  k = 0, …, n − 1"
        }
    }

    pub fn new(space: &Space, budget: usize, ends: bool) -> Self {
        let most: Vec<usize> =
            space.params.iter().map(|p| p.count().unwrap_or(usize::MAX)).collect();
        Self { space: space.clone(), counts: layout(&most, budget), ends, told: Vec::new() }
    }

    /// The values of each parameter that a grid of so many trials is laid out with.
    pub fn axes(space: &Space, budget: usize, ends: bool) -> Vec<Vec<f64>> {
        let grid = Self::new(space, budget, ends);
        let axis = |(p, &count): (&Param, &usize)| {
            (0..count).map(|step| p.from_unit(grid.place(p, step, count))).collect()
        };
        space.params.iter().zip(&grid.counts).map(axis).collect()
    }

    /// Unit coordinates of a cell.
    fn cell(&self, counts: &[usize], mut index: usize) -> Vec<f64> {
        let axis = |(&count, p): (&usize, &Param)| {
            let step = index % count;
            index /= count;
            self.place(p, step, count)
        };
        counts.iter().zip(&self.space.params).map(axis).collect()
    }

    /// The unit coordinate of step `step` of the `count` of a parameter.
    fn place(&self, p: &Param, step: usize, count: usize) -> f64 {
        match (count, p.count()) {
            (1, _) => 0.5,
            // Evenly over the values that there are.
            (_, Some(values)) if self.ends => p.to_unit(p.value(spread(step, count, values))),
            (_, Some(values)) => p.to_unit(p.value(middle(step, count, values))),
            (_, None) if self.ends => step as f64 / (count - 1) as f64,
            (_, None) => (step as f64 + 0.5) / count as f64,
        }
    }
}

/// Which of so many values step `step` of `count` takes, all steps evenly over them. The product
/// may have more than 32 bits.
pub(crate) fn spread(step: usize, count: usize, values: usize) -> usize {
    let [step, last, end] =
        [step, values.saturating_sub(1), count.saturating_sub(1)].map(|n| n as u64);
    ((step * last + end / 2) / end.max(1)) as usize
}

/// Which of so many values the middle of step `step` of `count` is, likewise.
fn middle(step: usize, count: usize, values: usize) -> usize {
    let [step, count, values] = [step, count, values].map(|n| n as u64);
    ((2 * step + 1) * values / (2 * count).max(1)) as usize
}

/// Cells of a layout; as many as can be counted where there are more.
fn cells(counts: &[usize]) -> usize {
    counts.iter().fold(1, |cells, &count| cells.saturating_mul(count))
}

/// Number of values of each parameter, no more than it has: the shortest axis grows while the whole
/// fits the budget.
fn layout(most: &[usize], budget: usize) -> Vec<usize> {
    let mut counts = vec![1; most.len()];
    while let Some(axis) =
        (0..counts.len()).filter(|&i| counts[i] < most[i]).min_by_key(|&i| counts[i])
    {
        counts[axis] += 1;
        if cells(&counts) > budget.min(MAX_CELLS) {
            counts[axis] -= 1;
            break;
        }
    }
    counts
}

impl Search for Grid {
    fn ask(&mut self, _: &mut dyn Rng) -> Proposal {
        let mut counts = self.counts.clone();
        let index = loop {
            // Cells that differ only in what does not count are one.
            let tried = |index: &usize| {
                let unit = self.space.to_unit(&self.space.from_unit(&self.cell(&counts, *index)));
                self.told
                    .iter()
                    .any(|told| told.iter().zip(&unit).all(|(a, b)| (a - b).abs() < SAME))
            };
            if let Some(index) = (0..cells(&counts)).find(|index| !tried(index)) {
                break index;
            }
            let finer =
                |(&count, p): (&usize, &Param)| match (count, p.count().unwrap_or(usize::MAX)) {
                    (2.., most) if self.ends => most.min(count.saturating_mul(2) - 1),
                    (_, most) => most.min(count.saturating_mul(3)),
                };
            let next: Vec<usize> = counts.iter().zip(&self.space.params).map(finer).collect();
            if next == counts {
                // Every point has been tried: the grid goes round again.
                break self.told.len() % cells(&counts);
            }
            counts = next;
        };
        let columns = counts.first().copied().unwrap_or(1);
        let rows = cells(&counts[1.min(counts.len())..]);
        let point = self.space.from_unit(&self.cell(&counts, index));
        Proposal { point, reason: Reason::Grid { index, columns, rows } }
    }

    fn tell(&mut self, point: &[f64], _: Outcome) {
        self.told.push(self.space.to_unit(point));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Scale;
    use rand::SeedableRng;

    #[test]
    fn steps_and_cells_are_counted_in_full() {
        assert_eq!(spread(65_535, 65_536, 1_000_000), 999_999);
        assert_eq!([0, 1, 2].map(|step| spread(step, 3, 1_000_000)), [0, 500_000, 999_999]);
        assert_eq!(spread(0, 0, 0), 0);
        assert_eq!(cells(&[usize::MAX, 2, 3]), usize::MAX);
        // A stepped range of as many values as there can be, refined as long as it is asked.
        let most = Param::stepped("a", 0.0, 0.999_999, crate::space::Scale::Linear, 1e-6).unwrap();
        assert_eq!(most.count(), Some(crate::space::MAX_VALUES));
        let space = Space::new(vec![most.clone(), most]);
        let mut grid = Grid::new(&space, 4, true);
        let mut rng = crate::study::stream(1, 0);
        for _ in 0..40 {
            let proposal = grid.ask(&mut rng);
            assert!(space.contains(&proposal.point), "{:?}", proposal.point);
            assert!(matches!(proposal.reason, Reason::Grid { columns: 2.., rows: 2.., .. }));
            grid.tell(&proposal.point, Outcome::Value(0.0));
        }
    }

    #[test]
    fn layouts_fit_the_budget() {
        for (budget, wanted) in [(25, [5, 5]), (12, [4, 3]), (7, [3, 2]), (1, [1, 1]), (0, [1, 1])]
        {
            assert_eq!(layout(&[usize::MAX; 2], budget), wanted, "budget {budget}");
        }
        assert_eq!(layout(&[usize::MAX, 1, 3], 20), [6, 1, 3]);
    }

    #[test]
    fn the_first_axis_runs_fastest_over_middles_or_from_end_to_end() {
        let unit = |name| Param::new(name, 0.0, 1.0, Scale::Linear).unwrap();
        let space = Space::new(vec![unit("a"), unit("b")]);
        let units = |ends| {
            let grid = Grid::new(&space, 6, ends);
            (0..6).map(|i| grid.cell(&[3, 2], i)).collect::<Vec<_>>()
        };
        assert_eq!(
            units(true),
            [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 1.0], [1.0, 1.0]]
        );
        let [a, b, c] = [1.0 / 6.0, 0.5, 2.5 / 3.0];
        assert_eq!(
            units(false),
            [[a, 0.25], [b, 0.25], [c, 0.25], [a, 0.75], [b, 0.75], [c, 0.75]]
        );
    }

    /// What a grid asks for, told as it goes.
    fn asked(space: &Space, budget: usize, ends: bool, trials: usize) -> Vec<Vec<f64>> {
        let mut grid = Grid::new(space, budget, ends);
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
        let mut next = |_| {
            let point = grid.ask(&mut rng).point;
            grid.tell(&point, Outcome::Value(0.0));
            point
        };
        (0..trials).map(&mut next).collect()
    }

    #[test]
    fn a_finer_grid_holds_the_coarser_one() {
        let space = Space::new(vec![Param::new("a", 0.0, 1.0, Scale::Linear).unwrap()]);
        for (ends, most) in [(false, 9), (true, 5)] {
            let points = asked(&space, 3, ends, most);
            let mut sorted: Vec<f64> = points.iter().map(|point| point[0]).collect();
            sorted.sort_by(f64::total_cmp);
            let gaps: Vec<f64> = sorted.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(gaps.iter().all(|gap| (gap - gaps[0]).abs() < 1e-12), "{ends}: {sorted:?}");
        }
    }

    #[test]
    fn a_grid_that_has_tried_all_there_is_goes_round_again() {
        let space = Space::new(vec![
            Param::integer("a", 1, 3, Scale::Linear).unwrap(),
            Param::integer("b", 1, 2, Scale::Linear).unwrap(),
        ]);
        for ends in [false, true] {
            let points = asked(&space, 6, ends, 18);
            assert!((0..6).all(|i| (0..i).all(|j| points[i] != points[j])), "{points:?}");
            assert_eq!((&points[..6], &points[..6]), (&points[6..12], &points[12..]));
        }
    }
}
