//! The Gaussian process: a posterior over functions, given values at some points.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | n, m, d | | | trials, query points, dimensions |
//! | X | `x` | n × d | where the function was seen |
//! | y | `y` | n | what was seen, zero prior mean |
//! | s | `variance` | | prior variance of the function |
//! | ℓ | `length_scales` | d | one length scale a dimension (ARD) |
//! | N | `noise` | n | noise variance of each observation |
//! | K | | n × n | k(X, X) + diag N = L Lᵀ |
//! | α | `alpha` | n | K⁻¹ y |
//! | r² | | | Σᵢ ((aᵢ − bᵢ)/ℓᵢ)² |
//! | w, c | `detail` | | share and relative length of a second, shorter kernel, if any |
//! | h, g | | | k = s·(h(r) + w·h(r/c)); g = −h′(r)/r, which carries every derivative |
//! | ρ, m | `Base` | | share and mean of another process that this one is the difference from, if any |
//!
//! Rasmussen & Williams, *Gaussian Processes for Machine Learning* (2006), algorithm 2.1 and
//! section 5.4.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// How the correlation falls with distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// (1 + √5 r + 5r²/3)·exp(−√5 r): twice differentiable functions, the field's default for
    /// tuning.
    Matern52,
    /// (1 + √3 r)·exp(−√3 r): once differentiable functions.
    Matern32,
    /// exp(−r²/2): infinitely smooth functions.
    Rbf,
}

impl Kernel {
    pub const ALL: [Self; 3] = [Self::Matern52, Self::Matern32, Self::Rbf];

    /// The name in links and in translations.
    pub fn key(self) -> &'static str {
        match self {
            Self::Matern52 => "matern52",
            Self::Matern32 => "matern32",
            Self::Rbf => "rbf",
        }
    }

    /// 2ν: degrees of freedom of the Student distribution that its frequencies follow; none where
    /// they are normal.
    pub fn freedom(self) -> Option<usize> {
        match self {
            Self::Matern52 => Some(5),
            Self::Matern32 => Some(3),
            Self::Rbf => None,
        }
    }

    /// h and g at r².
    fn shape(self, r2: f64) -> (f64, f64) {
        match self {
            Self::Matern52 => {
                let a = (5.0 * r2).sqrt();
                let e = libm::exp(-a);
                ((1.0 + a + a * a / 3.0) * e, 5.0 / 3.0 * (1.0 + a) * e)
            }
            Self::Matern32 => {
                let a = (3.0 * r2).sqrt();
                let e = libm::exp(-a);
                ((1.0 + a) * e, 3.0 * e)
            }
            Self::Rbf => {
                let e = libm::exp(-0.5 * r2);
                (e, e)
            }
        }
    }
}

/// A second kernel of the same form over shorter distances, added to the first: ripples on a wide
/// bowl.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    /// w: its variance as a share of the first's.
    pub share: f64,
    /// c: its length scales as a share of the first's.
    pub reach: f64,
}

/// A kernel with its hyperparameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Prior {
    pub kernel: Kernel,
    pub variance: f64,
    pub length_scales: Vec<f64>,
    pub detail: Option<Detail>,
}

/// The correlation of two points: k/s, its g, and its slopes by log w and log c.
#[derive(Clone, Copy, Debug)]
struct Shape {
    h: f64,
    g: f64,
    by_share: f64,
    by_reach: f64,
}

impl Prior {
    fn shape(&self, a: &[f64], b: &[f64]) -> Shape {
        let r2 = a
            .iter()
            .zip(b)
            .zip(&self.length_scales)
            .map(|((a, b), l)| ((a - b) / l) * ((a - b) / l))
            .sum();
        let (h, g) = self.kernel.shape(r2);
        let Some(Detail { share, reach }) = self.detail else {
            return Shape { h, g, by_share: 0.0, by_reach: 0.0 };
        };
        let squared = 1.0 / (reach * reach);
        let (fine_h, fine_g) = self.kernel.shape(r2 * squared);
        let (fine_h, fine_g) = (share * fine_h, share * fine_g * squared);
        Shape { h: h + fine_h, g: g + fine_g, by_share: fine_h, by_reach: fine_g * r2 }
    }

    /// k(A, B), one row a point of A.
    pub fn covariance(&self, a: &[Vec<f64>], b: &[Vec<f64>]) -> DMatrix<f64> {
        DMatrix::from_fn(a.len(), b.len(), |i, j| self.variance * self.shape(&a[i], &b[j]).h)
    }

    /// k(a, a).
    pub fn own(&self) -> f64 {
        self.variance * (1.0 + self.detail.map_or(0.0, |detail| detail.share))
    }
}

/// Why there is no posterior.
#[derive(Clone, Debug, PartialEq)]
pub enum GpError {
    /// As many values and noise variances as points are needed.
    Lengths { points: usize, values: usize, noise: usize },
    /// The covariance matrix is not positive definite: duplicates without noise, or a value that is
    /// not finite.
    NotPositive,
}

/// Mean and standard deviation at one point (of the function, without noise) and their slopes
/// (length d).
#[derive(Clone, Debug, PartialEq)]
pub struct Slope {
    pub mean: f64,
    pub std: f64,
    pub mean_slope: Vec<f64>,
    pub std_slope: Vec<f64>,
}

/// A prior mean ρ·(m − shift), m the posterior mean of another process: what is learnt is how the
/// function differs.
#[derive(Clone, Debug)]
pub struct Base {
    pub of: Rc<Gp>,
    pub share: f64,
    pub shift: f64,
}

impl Base {
    /// At m points.
    pub fn means(&self, at: &[Vec<f64>]) -> Vec<f64> {
        let scaled =
            |at: &Vec<f64>| self.share * (self.of.pull(self.of.alpha(), at).0 - self.shift);
        at.iter().map(scaled).collect()
    }
}

/// A Gaussian process conditioned on observations.
#[derive(Clone, Debug)]
pub struct Gp {
    base: Option<Base>,
    prior: Prior,
    x: Vec<Vec<f64>>,
    /// Of each pair of trials, the lower triangle by columns.
    shapes: Vec<Shape>,
    cholesky: Cholesky<f64, Dyn>,
    alpha: DVector<f64>,
    log_marginal_likelihood: f64,
}

/// The least standard deviation reported, relative to the prior's: what is left of 1 − vᵀv is
/// rounding.
const STD_FLOOR: f64 = 1e-9;

impl Gp {
    /// Conditions the prior on values `y` (length n) at `x` (n × d), seen with noise variances
    /// `noise` (n).
    pub fn new(
        prior: Prior,
        x: Vec<Vec<f64>>,
        y: &[f64],
        noise: Vec<f64>,
    ) -> Result<Self, GpError> {
        let n = x.len();
        if y.len() != n || noise.len() != n {
            return Err(GpError::Lengths { points: n, values: y.len(), noise: noise.len() });
        }
        let mut shapes = Vec::with_capacity(n * (n + 1) / 2);
        for j in 0..n {
            shapes.extend(x[j..].iter().map(|x_i| prior.shape(x_i, &x[j])));
        }
        Self::conditioned(prior, x, shapes, y, &noise)
    }

    /// Conditions the same prior on other values (n) at the same points, seen with other noise
    /// variances (n).
    pub fn again(self, y: &[f64], noise: &[f64]) -> Result<Self, GpError> {
        let Self { prior, x, shapes, .. } = self;
        if y.len() != x.len() || noise.len() != x.len() {
            return Err(GpError::Lengths { points: x.len(), values: y.len(), noise: noise.len() });
        }
        Self::conditioned(prior, x, shapes, y, noise)
    }

    fn conditioned(
        prior: Prior,
        x: Vec<Vec<f64>>,
        shapes: Vec<Shape>,
        y: &[f64],
        noise: &[f64],
    ) -> Result<Self, GpError> {
        let n = x.len();
        let mut k = DMatrix::zeros(n, n);
        let mut pairs = shapes.iter();
        for j in 0..n {
            // The factorisation reads the lower triangle only.
            for (i, shape) in (j..n).zip(&mut pairs) {
                k[(i, j)] = prior.variance * shape.h;
            }
            k[(j, j)] += noise[j];
        }
        let cholesky = Cholesky::new(k).ok_or(GpError::NotPositive)?;
        let y = DVector::from_column_slice(y);
        let alpha = cholesky.solve(&y);
        let log_det: f64 = cholesky.l_dirty().diagonal().iter().map(|&l| 2.0 * libm::log(l)).sum();
        let log_2pi = libm::log(std::f64::consts::TAU);
        let log_marginal_likelihood = -0.5 * (y.dot(&alpha) + log_det + n as f64 * log_2pi);
        if !log_marginal_likelihood.is_finite() {
            return Err(GpError::NotPositive);
        }
        Ok(Self { base: None, prior, x, shapes, cholesky, alpha, log_marginal_likelihood })
    }

    /// The process of y where this one is that of y − the prior mean.
    pub fn on(self, base: Base) -> Self {
        Self { base: Some(base), ..self }
    }

    pub fn base(&self) -> Option<&Base> {
        self.base.as_ref()
    }

    pub fn prior(&self) -> &Prior {
        &self.prior
    }

    /// α = K⁻¹ y (n), the prior mean taken off.
    pub fn alpha(&self) -> &[f64] {
        self.alpha.as_slice()
    }

    pub fn x(&self) -> &[Vec<f64>] {
        &self.x
    }

    /// K⁻¹ y for other values y (n) at the same points, the prior mean taken off.
    pub fn solve(&self, y: &[f64]) -> Vec<f64> {
        let mut y = DVector::from_column_slice(y);
        if let Some(base) = &self.base {
            y.iter_mut().zip(base.means(&self.x)).for_each(|(y, mean)| *y -= mean);
        }
        self.cholesky.solve(&y).as_slice().to_vec()
    }

    /// The prior mean + Σ wᵢ k(a, xᵢ) for weights w (n), and its slopes (d): the mean at `at` where
    /// w = K⁻¹ y.
    pub fn pull(&self, weights: &[f64], at: &[f64]) -> (f64, Vec<f64>) {
        let (mut value, mut slope) = self.prior_mean(at);
        for (x, weight) in self.x.iter().zip(weights) {
            let shape = self.prior.shape(at, x);
            value += weight * self.prior.variance * shape.h;
            let weight = weight * self.prior.variance * shape.g;
            for (c, slope) in slope.iter_mut().enumerate() {
                let l = self.prior.length_scales[c];
                *slope -= weight * (at[c] - x[c]) / (l * l);
            }
        }
        (value, slope)
    }

    /// The prior mean at one point and its slopes (d).
    fn prior_mean(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let Some(Base { of, share, shift }) = &self.base else { return (0.0, vec![0.0; at.len()]) };
        let (value, slope) = of.pull(of.alpha(), at);
        (share * (value - shift), slope.iter().map(|slope| share * slope).collect())
    }

    /// Natural log of the density of y under the prior, with its −n/2·log 2π.
    pub fn log_marginal_likelihood(&self) -> f64 {
        self.log_marginal_likelihood
    }

    /// The lower triangle of K⁻¹ (n × n), from L⁻¹ a column at a time.
    fn inverse(&self) -> DMatrix<f64> {
        let (n, l) = (self.x.len(), self.cholesky.l_dirty());
        let mut root = DMatrix::zeros(n, n);
        for j in 0..n {
            root[(j, j)] = 1.0;
            let mut column = root.column_mut(j);
            for k in j..n {
                let value = column[k] / l[(k, k)];
                column[k] = value;
                column.rows_range_mut(k + 1..).axpy(-value, &l.column(k).rows_range(k + 1..), 1.0);
            }
        }
        let mut inverse = DMatrix::zeros(n, n);
        for j in 0..n {
            for i in j..n {
                inverse[(i, j)] =
                    root.column(i).rows_range(i..).dot(&root.column(j).rows_range(i..));
            }
        }
        inverse
    }

    /// Slopes of the log marginal likelihood by log s, log ℓ, log w and log c (1 + d, or 3 + d with
    /// a detail), and by each noise variance (n).
    pub fn log_marginal_likelihood_slope(&self) -> (Vec<f64>, Vec<f64>) {
        let (n, d) = (self.x.len(), self.prior.length_scales.len());
        let inverse = self.inverse();
        let squares: Vec<f64> = self.prior.length_scales.iter().map(|l| 1.0 / (l * l)).collect();
        let (mut slope, mut noise_slope) = (vec![0.0; d + 3], vec![0.0; n]);
        let mut shapes = self.shapes.iter();
        for j in 0..n {
            for i in j..n {
                // ½ tr((ααᵀ − K⁻¹) ∂K); each pair off the diagonal stands for two.
                let weight = self.alpha[i] * self.alpha[j] - inverse[(i, j)];
                let weight = if i == j { 0.5 * weight } else { weight };
                let Some(shape) = shapes.next() else { continue };
                let scaled = weight * self.prior.variance;
                slope[0] += scaled * shape.h;
                for (c, square) in squares.iter().enumerate() {
                    let gap = self.x[i][c] - self.x[j][c];
                    slope[1 + c] += scaled * shape.g * gap * gap * square;
                }
                slope[d + 1] += scaled * shape.by_share;
                slope[d + 2] += scaled * shape.by_reach;
                if i == j {
                    noise_slope[j] = weight;
                }
            }
        }
        if self.prior.detail.is_none() {
            slope.truncate(d + 1);
        }
        (slope, noise_slope)
    }

    /// Means and standard deviations of the function, without noise, at m points.
    pub fn posterior(&self, at: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
        let mut v = self.prior.covariance(&self.x, at);
        let mut mean = v.tr_mul(&self.alpha).as_slice().to_vec();
        if let Some(base) = &self.base {
            mean.iter_mut().zip(base.means(at)).for_each(|(mean, base)| *mean += base);
        }
        self.cholesky.l_dirty().solve_lower_triangular_unchecked_mut(&mut v);
        let std = v.column_iter().map(|v| self.std(v.norm_squared())).collect();
        (mean, std)
    }

    /// Mean and standard deviation of each value `y` (n) that was conditioned on, as observed,
    /// noise included, given all the others (Rasmussen & Williams, equation 5.12).
    pub fn leave_one_out(&self, y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let inverse = self.inverse();
        let one = |(i, y): (usize, &f64)| {
            (y - self.alpha[i] / inverse[(i, i)], 1.0 / inverse[(i, i)].sqrt())
        };
        y.iter().enumerate().map(one).unzip()
    }

    /// Covariance of the function between m points (m × m), without noise.
    pub fn covariance(&self, at: &[Vec<f64>]) -> DMatrix<f64> {
        let mut v = self.prior.covariance(&self.x, at);
        self.cholesky.l_dirty().solve_lower_triangular_unchecked_mut(&mut v);
        self.prior.covariance(at, at) - v.tr_mul(&v)
    }

    /// Posterior at one point with its slopes.
    pub fn slope(&self, at: &[f64]) -> Slope {
        let (n, d) = (self.x.len(), at.len());
        let shapes: Vec<Shape> = self.x.iter().map(|x| self.prior.shape(at, x)).collect();
        let mut v =
            DVector::from_iterator(n, shapes.iter().map(|shape| self.prior.variance * shape.h));
        let (base, mut mean_slope) = self.prior_mean(at);
        let mean = base + v.dot(&self.alpha);
        self.cholesky.l_dirty().solve_lower_triangular_unchecked_mut(&mut v);
        let std = self.std(v.norm_squared());
        self.cholesky.l_dirty().tr_solve_lower_triangular_mut(&mut v);
        let mut std_slope = vec![0.0; d];
        for (i, shape) in shapes.iter().enumerate() {
            for c in 0..d {
                let l = self.prior.length_scales[c];
                let k_slope = -self.prior.variance * shape.g * (at[c] - self.x[i][c]) / (l * l);
                mean_slope[c] += self.alpha[i] * k_slope;
                // ∂var = −2 kᵀK⁻¹ ∂k, and ∂std = ∂var / 2 std.
                std_slope[c] -= v[i] * k_slope / std;
            }
        }
        Slope { mean, std, mean_slope, std_slope }
    }

    /// √(k(a, a) − explained).
    fn std(&self, explained: f64) -> f64 {
        let s = self.prior.own();
        (s - explained).max(s * STD_FLOOR * STD_FLOOR).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_equal_finite_differences() {
        let x = vec![vec![0.1, 0.2], vec![0.7, 0.4], vec![0.3, 0.9]];
        let details = [None, Some(Detail { share: 0.3, reach: 0.2 })];
        for (kernel, detail) in
            Kernel::ALL.into_iter().flat_map(|kernel| details.map(|detail| (kernel, detail)))
        {
            let prior = Prior { kernel, variance: 1.3, length_scales: vec![0.4, 0.7], detail };
            let mut gp = Gp::new(prior, x.clone(), &[0.3, -1.0, 0.8], vec![1e-3; 3]).unwrap();
            if detail.is_some() {
                gp = gp.clone().on(Base { of: Rc::new(gp), share: 0.7, shift: 0.2 });
            }
            let at = [0.45, 0.5];
            let slope = gp.slope(&at);
            let (mean, std) = gp.posterior(&[at.to_vec()]);
            assert!((slope.mean - mean[0]).abs() < 1e-12 && (slope.std - std[0]).abs() < 1e-12);
            for c in 0..2 {
                let (mut a, mut b) = (at.to_vec(), at.to_vec());
                a[c] -= 1e-5;
                b[c] += 1e-5;
                let (mean, std) = gp.posterior(&[a, b]);
                assert!(((mean[1] - mean[0]) / 2e-5 - slope.mean_slope[c]).abs() < 1e-7);
                assert!(((std[1] - std[0]) / 2e-5 - slope.std_slope[c]).abs() < 1e-7);
            }
        }
    }

    /// What is seen is met, and where nothing was seen the prior mean stays.
    #[test]
    fn another_process_is_the_prior_mean() {
        let prior =
            Prior { kernel: Kernel::Rbf, variance: 1.0, length_scales: vec![0.1], detail: None };
        let of = Rc::new(
            Gp::new(prior.clone(), vec![vec![0.0], vec![3.0]], &[1.0, -1.0], vec![1e-6; 2])
                .unwrap(),
        );
        let base = Base { of, share: 0.5, shift: 0.4 };
        let (x, y) = (vec![vec![0.0]], 2.0);
        let gp = Gp::new(prior, x.clone(), &[y - base.means(&x)[0]], vec![1e-6]).unwrap().on(base);
        let (mean, _) = gp.posterior(&[vec![0.0], vec![3.0]]);
        assert!(
            (mean[0] - 2.0).abs() < 1e-5 && (mean[1] - 0.5 * (-1.0 - 0.4)).abs() < 1e-5,
            "{mean:?}"
        );
        assert!((gp.pull(&gp.solve(&[7.0]), &[0.0]).0 - 7.0).abs() < 1e-4);
    }

    #[test]
    fn what_has_no_posterior_is_refused() {
        let prior =
            Prior { kernel: Kernel::Rbf, variance: 1.0, length_scales: vec![1.0], detail: None };
        let twice = vec![vec![0.5], vec![0.5]];
        assert_eq!(
            Gp::new(prior.clone(), twice.clone(), &[1.0], vec![0.0; 2]).err(),
            Some(GpError::Lengths { points: 2, values: 1, noise: 2 })
        );
        assert_eq!(
            Gp::new(prior, twice, &[1.0, 2.0], vec![0.0; 2]).err(),
            Some(GpError::NotPositive)
        );
    }
}
