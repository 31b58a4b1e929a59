//! A random forest over the unit cube whose averages are exact, for functional ANOVA: Hutter, Hoos
//! & Leyton-Brown (2014).
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | n, d | | | trials, parameters |
//! | | `leaves` | | the cube cut into boxes, each with one value |
//! | a_U | | | mean of a tree where the parameters U are held and the others run over the whole cube |
//! | V, V_U | | | variance of the tree over the cube, and of a_U |
//!
//! Trees are grown as in scikit-learn's `RandomForestRegressor` with its defaults, 64 of them as in
//! Optuna: on n trials drawn with replacement, split where the squared error falls most, until a
//! leaf's values agree. A tree is constant in boxes, so its averages are sums over leaves and
//! nothing is sampled.

use crate::search::below;
use crate::sort::{ascending, sort_by};
use rand::Rng;

/// Optuna's number of trees.
const TREES: usize = 64;

/// A box of the cube (low and high by parameter) and the tree's value there.
#[derive(Clone, Debug)]
struct Leaf {
    ends: Vec<[f64; 2]>,
    value: f64,
}

impl Leaf {
    /// Its volume with the parameters `held` left out.
    fn volume(&self, held: &[usize]) -> f64 {
        self.ends
            .iter()
            .enumerate()
            .filter(|(c, _)| !held.contains(c))
            .map(|(_, [low, high])| high - low)
            .product()
    }

    fn holds(&self, param: usize, u: f64) -> bool {
        let [low, high] = self.ends[param];
        // The cube's upper face belongs to its last boxes.
        low <= u && (u < high || high >= 1.0)
    }
}

#[derive(Clone, Debug)]
struct Tree {
    leaves: Vec<Leaf>,
}

impl Tree {
    fn grow(x: &[Vec<f64>], y: &[f64], mut drawn: Vec<usize>, rng: &mut dyn Rng) -> Self {
        let d = x.first().map_or(0, Vec::len);
        let (mut leaves, mut open) = (Vec::new(), Vec::new());
        drawn.sort_unstable();
        open.push((drawn, vec![[0.0, 1.0]; d]));
        while let Some((rows, ends)) = open.pop() {
            let Some((param, at)) = split(x, y, &rows, rng) else {
                let value = rows.iter().map(|&i| y[i]).sum::<f64>() / rows.len().max(1) as f64;
                leaves.push(Leaf { ends, value });
                continue;
            };
            let (below, above) = rows.into_iter().partition(|&i| x[i][param] <= at);
            let (mut left, mut right) = (ends.clone(), ends);
            (left[param][1], right[param][0]) = (at, at);
            open.push((below, left));
            open.push((above, right));
        }
        Self { leaves }
    }

    fn mean(&self) -> f64 {
        self.leaves.iter().map(|leaf| leaf.value * leaf.volume(&[])).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        self.leaves
            .iter()
            .map(|leaf| (leaf.value - mean) * (leaf.value - mean) * leaf.volume(&[]))
            .sum()
    }

    /// The tree's own edges along a parameter, the cube's included.
    fn edges(&self, param: usize) -> Vec<f64> {
        let mut edges: Vec<f64> = self.leaves.iter().flat_map(|leaf| leaf.ends[param]).collect();
        ascending(&mut edges);
        edges.dedup();
        edges
    }

    /// a_U at values of the held parameters.
    fn average(&self, held: &[usize], at: &[f64]) -> f64 {
        let here =
            self.leaves.iter().filter(|leaf| held.iter().zip(at).all(|(&c, &u)| leaf.holds(c, u)));
        here.map(|leaf| leaf.value * leaf.volume(held)).sum()
    }

    /// V_U of one parameter, or of two. Each leaf is the same over a rectangle of the cells between
    /// edges: it is put down at the rectangle's corners, and running sums spread it over the cells,
    /// so that the work is of cells and leaves and not of their product.
    fn variance_of(&self, a: usize, b: Option<usize>) -> f64 {
        let held: Vec<usize> = [a].into_iter().chain(b).collect();
        let rows = self.edges(a);
        let columns = b.map_or(vec![0.0, 1.0], |b| self.edges(b));
        let width = columns.len();
        let mut cells = vec![0.0; rows.len() * width];
        for leaf in &self.leaves {
            let between = |edges: &[f64], ends: [f64; 2]| {
                ends.map(|end| edges.partition_point(|edge| *edge < end) % edges.len())
            };
            let [low, high] = between(&rows, leaf.ends[a]);
            let [left, right] = b.map_or([0, 1], |b| between(&columns, leaf.ends[b]));
            let share = leaf.value * leaf.volume(&held);
            for (row, column, sign) in
                [(low, left, 1.0), (low, right, -1.0), (high, left, -1.0), (high, right, 1.0)]
            {
                cells[row * width + column] += sign * share;
            }
        }
        let mean = self.mean();
        let mut above = vec![0.0; width];
        let mut sum = 0.0;
        for (row, ends) in cells.chunks(width).zip(rows.windows(2)) {
            let mut beside = 0.0;
            for (column, sides) in columns.windows(2).enumerate() {
                beside += row[column];
                above[column] += beside;
                let apart = above[column] - mean;
                sum += (ends[1] - ends[0]) * (sides[1] - sides[0]) * apart * apart;
            }
        }
        sum
    }
}

/// Parameter and place where the squared error of these rows falls most, by lot among equals: two
/// rows can be told apart by any parameter. None where nothing can be told apart.
fn split(x: &[Vec<f64>], y: &[f64], rows: &[usize], rng: &mut dyn Rng) -> Option<(usize, f64)> {
    let first = y[*rows.first()?];
    if rows.iter().all(|&i| y[i] == first) {
        return None;
    }
    let total: f64 = rows.iter().map(|&i| y[i]).sum();
    let mut best: Option<(f64, usize, f64)> = None;
    let mut order = rows.to_vec();
    let place = |row: usize, param: usize| x[row][param];
    let mut params: Vec<usize> = (0..x[rows[0]].len()).collect();
    while !params.is_empty() {
        let param = params.swap_remove(below(params.len(), rng));
        sort_by(&mut order, |&a, &b| place(a, param).total_cmp(&place(b, param)));
        let mut left = 0.0;
        for (k, pair) in order.windows(2).enumerate() {
            left += y[pair[0]];
            let (low, high) = (place(pair[0], param), place(pair[1], param));
            if low == high {
                continue;
            }
            // The error falls by what the squared means of the two sides gain.
            let (n, m) = ((k + 1) as f64, (rows.len() - k - 1) as f64);
            let gain = left * left / n + (total - left) * (total - left) / m;
            if best.is_none_or(|(most, ..)| gain > most) {
                best = Some((gain, param, 0.5 * (low + high)));
            }
        }
    }
    best.map(|(_, param, at)| (param, at))
}

/// A forest that was grown on a study's trials.
#[derive(Clone, Debug)]
pub struct Forest {
    trees: Vec<Tree>,
}

impl Forest {
    /// Grows on losses `y` (n, finite) at `x` (n × d, unit cube). None where all losses are the
    /// same.
    pub fn grow(x: &[Vec<f64>], y: &[f64], rng: &mut dyn Rng) -> Option<Self> {
        let n = x.len();
        let mut tree = |_| {
            let drawn = (0..n).map(|_| below(n, rng)).collect();
            Tree::grow(x, y, drawn, rng)
        };
        let trees: Vec<Tree> = if n < 2 { Vec::new() } else { (0..TREES).map(&mut tree).collect() };
        // A tree that saw one value only says nothing.
        let trees: Vec<Tree> = trees.into_iter().filter(|tree| tree.leaves.len() > 1).collect();
        (!trees.is_empty()).then_some(Self { trees })
    }

    fn mean(&self, f: impl Fn(&Tree) -> f64) -> f64 {
        self.trees.iter().map(f).sum::<f64>() / self.trees.len() as f64
    }

    /// Share of the variance that one parameter explains by itself.
    pub fn alone(&self, param: usize) -> f64 {
        self.mean(|tree| tree.variance_of(param, None) / tree.variance())
    }

    /// Share that two parameters explain together and neither by itself.
    pub fn together(&self, a: usize, b: usize) -> f64 {
        let more = |tree: &Tree| {
            tree.variance_of(a, Some(b)) - tree.variance_of(a, None) - tree.variance_of(b, None)
        };
        self.mean(|tree| more(tree).max(0.0) / tree.variance())
    }

    /// Partial dependence: the mean over all other parameters where this one is at `u` (unit
    /// interval), and how far the trees are apart (standard deviation).
    pub fn along(&self, param: usize, u: f64) -> (f64, f64) {
        let mean = self.mean(|tree| tree.average(&[param], &[u]));
        let square = |tree: &Tree| {
            (tree.average(&[param], &[u]) - mean) * (tree.average(&[param], &[u]) - mean)
        };
        (mean, libm::sqrt(self.mean(square)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::uniform;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// A checkerboard of 2 × 2 on top of a step: 2 where u₀ > ½, and 1 more where exactly one of
    /// both is above ½.
    fn board(u: &[f64]) -> f64 {
        2.0 * f64::from(u[0] > 0.5) + f64::from((u[0] > 0.5) != (u[1] > 0.5))
    }

    #[test]
    fn shares_of_a_function_made_of_boxes_are_exact() {
        let x: Vec<Vec<f64>> = (0..64)
            .map(|i| vec![(f64::from(i % 8) + 0.5) / 8.0, (f64::from(i / 8) + 0.5) / 8.0, 0.5])
            .collect();
        let y: Vec<f64> = x.iter().map(|u| board(u)).collect();
        let tree = Tree::grow(&x, &y, (0..64).collect(), &mut ChaCha8Rng::seed_from_u64(0));
        assert_eq!(tree.leaves.len(), 4);
        // Variances 1 of the step and ¼ of the board, which neither parameter has by itself.
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(tree.mean(), 1.5);
        near(tree.variance(), 1.25);
        near(tree.variance_of(0, None), 1.0);
        near(tree.variance_of(1, None), 0.0);
        near(tree.variance_of(2, None), 0.0);
        near(tree.variance_of(0, Some(1)), 1.25);
        near(tree.average(&[0], &[0.2]), 0.5);
        near(tree.average(&[0], &[1.0]), 2.5);
        let forest = Forest { trees: vec![tree] };
        near(forest.together(0, 1), 0.2);
        near(forest.along(0, 0.9).0, 2.5);
    }

    /// By its definition: the square of each cell's own average.
    fn variance_by_cells(tree: &Tree, held: &[usize]) -> f64 {
        let mean = tree.mean();
        let cells = held.iter().fold(vec![(Vec::new(), 1.0)], |cells, &param| {
            let edges = tree.edges(param);
            let cut = |(at, width): &(Vec<f64>, f64)| {
                let next = |w: &[f64]| {
                    ([at.as_slice(), &[0.5 * (w[0] + w[1])]].concat(), width * (w[1] - w[0]))
                };
                edges.windows(2).map(next).collect::<Vec<_>>()
            };
            cells.iter().flat_map(cut).collect()
        });
        let apart = |at: &[f64]| tree.average(held, at) - mean;
        cells.iter().map(|(at, width)| width * apart(at) * apart(at)).sum()
    }

    #[test]
    fn running_sums_give_the_averages_of_all_cells() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        // Of the last parameter all values are the same.
        let x: Vec<Vec<f64>> = (0..50)
            .map(|_| (0..4).map(|c| if c == 3 { 0.5 } else { uniform(&mut rng) }).collect())
            .collect();
        let y: Vec<f64> = x.iter().map(|u| libm::exp(3.0 * u[0]) - u[1] * u[2]).collect();
        let forest = Forest::grow(&x, &y, &mut rng).unwrap();
        for tree in &forest.trees {
            for a in 0..4 {
                let own = variance_by_cells(tree, &[a]);
                assert!((tree.variance_of(a, None) - own).abs() < 1e-9 * tree.variance());
                for b in a + 1..4 {
                    let own = variance_by_cells(tree, &[a, b]);
                    assert!((tree.variance_of(a, Some(b)) - own).abs() < 1e-9 * tree.variance());
                }
            }
        }
    }

    #[test]
    fn averages_equal_those_over_many_points() {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let x: Vec<Vec<f64>> =
            (0..40).map(|_| (0..3).map(|_| uniform(&mut rng)).collect()).collect();
        let y: Vec<f64> = x.iter().map(|u| libm::sin(6.0 * u[0]) + u[1] * u[2]).collect();
        let forest = Forest::grow(&x, &y, &mut rng).unwrap();
        let tree = &forest.trees[0];
        let at = |u: &[f64]| tree.average(&[0, 1, 2], u);
        let points: Vec<Vec<f64>> =
            (0..20_000).map(|_| (0..3).map(|_| uniform(&mut rng)).collect()).collect();
        let over = |f: &dyn Fn(&[f64]) -> f64| {
            points.iter().map(|u| f(u)).sum::<f64>() / points.len() as f64
        };
        let mean = over(&at);
        assert!((mean - tree.mean()).abs() < 0.02);
        assert!((over(&|u| (at(u) - mean) * (at(u) - mean)) - tree.variance()).abs() < 0.02);
        assert!((over(&|u| at(&[0.3, u[1], u[2]])) - tree.average(&[0], &[0.3])).abs() < 0.02);
        let alone: f64 = (0..3).map(|c| forest.alone(c)).sum();
        assert!(alone < 1.0 && forest.alone(0) > 0.7, "{alone}");
        assert!(Forest::grow(&x, &[1.0; 40], &mut rng).is_none());
        assert!(Forest::grow(&x[..1], &y[..1], &mut rng).is_none());
    }
}
