//! A lower triangular matrix L, the Cholesky factor of K = L Lᵀ, and what is solved with it.
//!
//! Every element is computed by the same operations in the same order as in nalgebra, but in loops
//! over neighbours in memory, eight numbers side by side.

use super::eight::{COUNT, Eight, Row};

/// The columns of an n × n matrix, each from its diagonal on.
#[derive(Clone, Debug)]
pub struct Lower {
    n: usize,
    numbers: Vec<f64>,
}

/// The sum of each of some lists of the same length, from its first number to its last. Four of them
/// at a time: each addition waits for the one before it in its list alone.
pub fn sums(lists: &[Vec<f64>]) -> Vec<f64> {
    let four = |some: &[Vec<f64>]| {
        let length = some[0].len();
        let lists = [0, 1, 2, 3].map(|i| &some.get(i).unwrap_or(&some[0])[..length]);
        let mut sums = [0.0; 4];
        for i in 0..length {
            for (sum, list) in sums.iter_mut().zip(lists) {
                *sum += list[i];
            }
        }
        sums.into_iter().take(some.len())
    };
    lists.chunks(4).flat_map(four).collect()
}

/// Σ aᵢbᵢ of two lists of the same length, in eight sums.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b);
    let mut sums = [0.0; 8];
    for (a, b) in a.zip(b) {
        for (i, sum) in sums.iter_mut().enumerate() {
            *sum += a[i] * b[i];
        }
    }
    let pairs = (0..4).map(|i| sums[i] + sums[i + 4]);
    pairs.chain(rest).fold(0.0, |all, some| all + some)
}

/// The same of column `c` of some with each of eight other columns, as long.
fn dots(a: &[Row], c: usize, columns: &[Row]) -> Row {
    let ((a, rest_a), (b, rest_b)) = (a.as_chunks::<8>(), columns.as_chunks::<8>());
    let mut all = Eight::zero();
    // Eight sums of every eighth product, of which the first four join the last four.
    for first in 0..4 {
        let [mut low, mut high] = [Eight::zero(); 2];
        for (a, b) in a.iter().zip(b) {
            low = low.plus(a[first][c], Eight::load(&b[first]));
            high = high.plus(a[first + 4][c], Eight::load(&b[first + 4]));
        }
        all = all.add(low.add(high));
    }
    let rest = rest_a.iter().zip(rest_b);
    rest.fold(all, |all, (a, b)| all.plus(a[c], Eight::load(b))).row()
}

/// c ← c − Σ_k column k · its first number, k ascending over all columns before j, for columns j and
/// j + 1 of n, eight rows at a time: they stay in registers over all k.
fn take_off(n: usize, j: usize, numbers: &mut [f64]) {
    let at = |i: usize, k: usize| before(n, k) + i - k;
    let eight = |from: usize, of: &[f64]| {
        of[from..].first_chunk::<COUNT>().map_or_else(Eight::zero, Eight::load)
    };
    for i in (j..n).step_by(COUNT) {
        let [mut one, mut two] = [at(i, j), at(i + 1, j + 1) - 1].map(|from| eight(from, numbers));
        // Where column k has rows i and j.
        let (mut row, mut diagonal) = (i, j);
        for k in 0..j {
            let rows = eight(row, numbers);
            one = one.less(numbers[diagonal], rows);
            two = two.less(numbers[diagonal + 1], rows);
            row += n - k - 1;
            diagonal += n - k - 1;
        }
        let count = COUNT.min(n - i);
        let first = at(i, j);
        numbers[first..first + count].copy_from_slice(&one.row()[..count]);
        // The second column begins one row below the first.
        let skipped = usize::from(i == j);
        let first = at(i + skipped, j + 1);
        numbers[first..first + count - skipped].copy_from_slice(&two.row()[skipped..count]);
    }
}

/// A column from its diagonal on, divided by the root of that; none where it has none.
fn divide_by_root(column: &mut [f64]) -> Option<()> {
    if column[0].is_nan() || column[0] <= 0.0 {
        return None;
    }
    let root = column[0].sqrt();
    column[0] = root;
    column[1..].iter_mut().for_each(|c| *c /= root);
    Some(())
}

/// How many numbers the columns of a lower triangle before column k hold.
fn before(n: usize, k: usize) -> usize {
    k * (2 * n + 1 - k) / 2
}

impl Lower {
    /// The factor of the matrix whose lower triangle is given by columns, each from its diagonal on;
    /// none where it is not positive definite.
    pub fn factor(n: usize, mut numbers: Vec<f64>) -> Option<Self> {
        assert_eq!(numbers.len(), before(n, n));
        // Eight rows are read at once, of which those beyond the end of a column are not looked at.
        numbers.resize(numbers.len() + COUNT, 0.0);
        for j in (0..n).step_by(2) {
            take_off(n, j, &mut numbers);
            let (first, rest) = numbers[before(n, j)..].split_at_mut(n - j);
            divide_by_root(first)?;
            let second = &mut rest[..n - j - 1];
            if let Some(factor) = first.get(1).copied() {
                second.iter_mut().zip(&first[1..]).for_each(|(c, l)| *c -= factor * l);
                divide_by_root(second)?;
            }
        }
        numbers.truncate(before(n, n));
        Some(Self { n, numbers })
    }

    pub fn n(&self) -> usize {
        self.n
    }

    /// Column k from the diagonal on (n − k).
    fn column(&self, k: usize) -> &[f64] {
        &self.numbers[before(self.n, k)..before(self.n, k + 1)]
    }

    /// The diagonal (n).
    pub fn diagonal(&self) -> impl Iterator<Item = f64> {
        (0..self.n).map(|k| self.column(k)[0])
    }

    /// b ← L⁻¹ b (n).
    pub fn solve(&self, b: &mut [f64]) {
        for k in 0..self.n {
            let column = self.column(k);
            let (known, rest) = b[k..].split_at_mut(1);
            known[0] /= column[0];
            rest.iter_mut().zip(&column[1..]).for_each(|(b, l)| *b -= known[0] * l);
        }
    }

    /// b ← L⁻ᵀ b (n).
    pub fn solve_transposed(&self, b: &mut [f64]) {
        for i in (0..self.n).rev() {
            let column = self.column(i);
            b[i] = (b[i] - dot(&column[1..], &b[i + 1..])) / column[0];
        }
    }

    /// B ← L⁻¹ B for eight columns at once, whose rows before `first` are 0 and left out.
    pub fn solve_eight(&self, first: usize, b: &mut [Row]) {
        let mut rows = b;
        for k in (first..self.n).step_by(2) {
            let [known, rest @ ..] = rows else { return };
            let column = self.column(k);
            let value = Eight::load(known).divided(column[0]);
            *known = value.row();
            // Two columns at a time, so that the rest is read and written half as often.
            let [known, rest @ ..] = rest else { return };
            let next = self.column(k + 1);
            let second = Eight::load(known).less(column[1], value).divided(next[0]);
            *known = second.row();
            for ((b, l), m) in rest.iter_mut().zip(&column[2..]).zip(&next[1..]) {
                *b = Eight::load(b).less(*l, value).less(*m, second).row();
            }
            rows = rest;
        }
    }

    /// K⁻¹ = L⁻ᵀ L⁻¹: the lower triangle by columns, each from its diagonal on.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.n;
        // L⁻¹, eight columns at a time from the diagonal of the first on.
        let root = |first: usize| {
            let mut block = vec![[0.0; COUNT]; n - first];
            block.iter_mut().take(COUNT).enumerate().for_each(|(c, row)| row[c] = 1.0);
            self.solve_eight(first, &mut block);
            block
        };
        let roots: Vec<Vec<Row>> = (0..n).step_by(COUNT).map(root).collect();
        let mut inverse = vec![0.0; self.numbers.len()];
        for (block, first) in roots.iter().zip((0..n).step_by(COUNT)) {
            for i in first..n {
                let (own, c) = (&roots[i / COUNT], i % COUNT);
                let products = dots(&own[c..], c, &block[i - first..]);
                for (j, product) in (first..=i).zip(products) {
                    inverse[before(n, j) + i - j] = product;
                }
            }
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Cholesky, DMatrix, DVector};

    /// Sizes around the numbers of columns and sums that go together, against nalgebra.
    #[test]
    fn bits_are_those_of_the_library() {
        for n in [1, 2, 3, 4, 5, 7, 8, 9, 16, 23, 50] {
            let k = DMatrix::from_fn(n, n, |i, j| {
                let gap = i.abs_diff(j) as f64;
                libm::exp(-0.3 * gap) + if i == j { 0.01 } else { 0.0 }
            });
            let lower = Lower::factor(
                n,
                (0..n).flat_map(|j| (j..n).map(move |i| (i, j))).map(|at| k[at]).collect(),
            );
            let (lower, library) = (lower.unwrap(), Cholesky::new(k).unwrap());
            let b: Vec<f64> = (0..n).map(|i| libm::sin(i as f64)).collect();
            let (mut found, mut wanted) = (b.clone(), DVector::from_column_slice(&b));
            lower.solve(&mut found);
            library.l_dirty().solve_lower_triangular_unchecked_mut(&mut wanted);
            assert_eq!(found, wanted.as_slice());
            lower.solve_transposed(&mut found);
            library.l_dirty().ad_solve_lower_triangular_unchecked_mut(&mut wanted);
            assert_eq!(found, wanted.as_slice());
            assert_eq!(dot(&b, &found), DVector::from_column_slice(&b).dot(&wanted));
            let mut inverse = lower.inverse().into_iter();
            let root = |j: usize| {
                let mut column = DVector::from_fn(n, |i, _| if i == j { 1.0 } else { 0.0 });
                library.l_dirty().solve_lower_triangular_unchecked_mut(&mut column);
                column
            };
            let roots: Vec<DVector<f64>> = (0..n).map(root).collect();
            for j in 0..n {
                assert_eq!(lower.column(j), &library.l_dirty().column(j).as_slice()[j..]);
                for i in j..n {
                    let product = dot(&roots[i].as_slice()[i..], &roots[j].as_slice()[i..]);
                    assert_eq!(inverse.next(), Some(product), "{n}: {i}, {j}");
                }
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert!(Lower::factor(2, vec![1.0; 3]).is_none());
        assert!(Lower::factor(1, vec![f64::NAN]).is_none());
    }
}
