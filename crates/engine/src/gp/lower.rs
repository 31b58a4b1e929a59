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

/// c ← c − Σ_k columns[k]·columns[k][0], k ascending, for columns of the same length.
fn take_off<const N: usize>(c: &mut [f64], columns: [&[f64]; N]) {
    let columns = columns.map(|column| &column[..c.len()]);
    let factors = columns.map(|column| column[0]);
    for (i, c) in c.iter_mut().enumerate() {
        for (column, factor) in columns.iter().zip(factors) {
            *c -= factor * column[i];
        }
    }
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
        for j in 0..n {
            let (known, column) = numbers.split_at_mut(before(n, j));
            let column = &mut column[..n - j];
            let of = |k: usize| &known[before(n, k) + j - k..before(n, k + 1)];
            let whole = j - j % 4;
            for k in (0..whole).step_by(4) {
                take_off(column, [of(k), of(k + 1), of(k + 2), of(k + 3)]);
            }
            for k in whole..j {
                take_off(column, [of(k)]);
            }
            if column[0].is_nan() || column[0] <= 0.0 {
                return None;
            }
            let root = column[0].sqrt();
            column[0] = root;
            column[1..].iter_mut().for_each(|c| *c /= root);
        }
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
        for k in first..self.n {
            let column = self.column(k);
            let (known, rest) = b[k - first..].split_at_mut(1);
            let value = Eight::load(&known[0]).divided(column[0]);
            known[0] = value.row();
            for (b, l) in rest.iter_mut().zip(&column[1..]) {
                *b = Eight::load(b).less(*l, value).row();
            }
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
