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

mod eight;
mod exp;
mod lower;
mod places;
mod prior;

pub use places::Places;
pub use prior::{Detail, Kernel, Prior};

use eight::COUNT as EIGHT;
use lower::{Lower, dot, sums};
use nalgebra::DMatrix;
use prior::Shapes;
use std::rc::Rc;

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
    places: Rc<Places>,
    /// Of each pair of trials, as in [`Places`].
    shapes: Shapes,
    lower: Lower,
    alpha: Vec<f64>,
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
        Self::at(prior, &Rc::new(Places::new(x)), y, &noise)
    }

    /// The same at places that are shared with other processes.
    pub fn at(
        prior: Prior,
        places: &Rc<Places>,
        y: &[f64],
        noise: &[f64],
    ) -> Result<Self, GpError> {
        let shapes = prior.shapes(places.pairs(), places.gaps());
        Self::conditioned(prior, places.clone(), shapes, y, noise)
    }

    /// Conditions the same prior on other values (n) at the same points, seen with other noise
    /// variances (n).
    pub fn again(self, y: &[f64], noise: &[f64]) -> Result<Self, GpError> {
        Self::conditioned(self.prior, self.places, self.shapes, y, noise)
    }

    fn conditioned(
        prior: Prior,
        places: Rc<Places>,
        shapes: Shapes,
        y: &[f64],
        noise: &[f64],
    ) -> Result<Self, GpError> {
        let n = places.x().len();
        if y.len() != n || noise.len() != n {
            return Err(GpError::Lengths { points: n, values: y.len(), noise: noise.len() });
        }
        let mut k: Vec<f64> = shapes.h.iter().map(|h| prior.variance * h).collect();
        let mut diagonal = 0;
        for (j, noise) in noise.iter().enumerate() {
            k[diagonal] += noise;
            diagonal += n - j;
        }
        let lower = Lower::factor(n, k).ok_or(GpError::NotPositive)?;
        let mut alpha = y.to_vec();
        lower.solve(&mut alpha);
        lower.solve_transposed(&mut alpha);
        let log_det: f64 = lower.diagonal().map(|l| 2.0 * libm::log(l)).sum();
        let log_2pi = libm::log(std::f64::consts::TAU);
        let log_marginal_likelihood = -0.5 * (dot(y, &alpha) + log_det + n as f64 * log_2pi);
        if !log_marginal_likelihood.is_finite() {
            return Err(GpError::NotPositive);
        }
        Ok(Self { base: None, prior, places, shapes, lower, alpha, log_marginal_likelihood })
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
        &self.alpha
    }

    pub fn x(&self) -> &[Vec<f64>] {
        self.places.x()
    }

    /// K⁻¹ y for other values y (n) at the same points, the prior mean taken off.
    pub fn solve(&self, y: &[f64]) -> Vec<f64> {
        let mut y = y.to_vec();
        if let Some(base) = &self.base {
            y.iter_mut().zip(base.means(self.x())).for_each(|(y, mean)| *y -= mean);
        }
        self.lower.solve(&mut y);
        self.lower.solve_transposed(&mut y);
        y
    }

    /// The prior mean + Σ wᵢ k(a, xᵢ) for weights w (n), and its slopes (d): the mean at `at` where
    /// w = K⁻¹ y.
    pub fn pull(&self, weights: &[f64], at: &[f64]) -> (f64, Vec<f64>) {
        let (mut value, mut slope) = self.prior_mean(at);
        let gaps = self.places.gaps_to(&[at]);
        let shapes = self.prior.shapes(self.lower.n(), &gaps);
        for (i, weight) in weights.iter().enumerate().take(self.x().len()) {
            value += weight * self.prior.variance * shapes.h[i];
            let weight = weight * self.prior.variance * shapes.g[i];
            for (c, slope) in slope.iter_mut().enumerate() {
                let l = self.prior.length_scales[c];
                *slope -= weight * gaps[c][i] / (l * l);
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

    /// Slopes of the log marginal likelihood by log s, log ℓ, log w and log c (1 + d, or 3 + d with
    /// a detail), and by each noise variance (n).
    pub fn log_marginal_likelihood_slope(&self) -> (Vec<f64>, Vec<f64>) {
        let (n, shapes) = (self.lower.n(), &self.shapes);
        // ½ tr((ααᵀ − K⁻¹) ∂K); each pair off the diagonal stands for two.
        let mut weights = self.lower.inverse();
        let (mut noise_slope, mut pair) = (vec![0.0; n], 0);
        for (j, noise_slope) in noise_slope.iter_mut().enumerate() {
            let alpha = &self.alpha[j..];
            let weights = &mut weights[pair..pair + n - j];
            *noise_slope = 0.5 * (alpha[0] * alpha[0] - weights[0]);
            for (weight, a) in weights.iter_mut().zip(alpha) {
                *weight = (a * alpha[0] - *weight) * self.prior.variance;
            }
            weights[0] = *noise_slope * self.prior.variance;
            pair += n - j;
        }
        let times = |list: &[f64]| weights.iter().zip(list).map(|(w, some)| w * some).collect();
        let mut terms: Vec<Vec<f64>> = vec![times(&shapes.h)];
        let curved: Vec<f64> = times(&shapes.g);
        for (gaps, l) in self.places.gaps().iter().zip(&self.prior.length_scales) {
            let square = 1.0 / (l * l);
            let of = curved.iter().zip(gaps);
            terms.push(of.map(|(weight, gap)| weight * gap * gap * square).collect());
        }
        if self.prior.detail.is_some() {
            terms.extend([times(&shapes.by_share), times(&shapes.by_reach)]);
        }
        (sums(&terms), noise_slope)
    }

    /// Means and standard deviations of the function, without noise, at m points.
    pub fn posterior(&self, at: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
        let (mut mean, mut std) = (Vec::with_capacity(at.len()), Vec::with_capacity(at.len()));
        let n = self.lower.n();
        let (mut eight, mut one) = (vec![[0.0; EIGHT]; n], vec![0.0; n]);
        for some in at.chunks(EIGHT) {
            let points: Vec<&[f64]> = some.iter().map(Vec::as_slice).collect();
            let gaps = self.places.gaps_to(&points);
            let all = self.covariances(&self.prior.shapes(n * some.len(), &gaps));
            for c in 0..some.len() {
                let v = &all[c * n..(c + 1) * n];
                mean.push(dot(v, &self.alpha));
                eight.iter_mut().zip(v).for_each(|(row, v)| row[c] = *v);
            }
            self.lower.solve_eight(0, &mut eight);
            for c in 0..some.len() {
                one.iter_mut().zip(&eight).for_each(|(one, row)| *one = row[c]);
                std.push(self.std(dot(&one, &one)));
            }
        }
        if let Some(base) = &self.base {
            mean.iter_mut().zip(base.means(at)).for_each(|(mean, base)| *mean += base);
        }
        (mean, std)
    }

    /// k of these correlations.
    fn covariances(&self, shapes: &Shapes) -> Vec<f64> {
        shapes.h.iter().map(|h| self.prior.variance * h).collect()
    }

    /// Mean and standard deviation of each value `y` (n) that was conditioned on, as observed,
    /// noise included, given all the others (Rasmussen & Williams, equation 5.12).
    pub fn leave_one_out(&self, y: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (n, inverse) = (self.lower.n(), self.lower.inverse());
        let mut pair = 0;
        let one = |(i, y): (usize, &f64)| {
            let own = inverse[pair];
            pair += n - i;
            (y - self.alpha[i] / own, 1.0 / own.sqrt())
        };
        y.iter().enumerate().map(one).unzip()
    }

    /// Covariance of the function between m points (m × m), without noise.
    pub fn covariance(&self, at: &[Vec<f64>]) -> DMatrix<f64> {
        let mut v = self.prior.covariance(self.x(), at);
        let n = v.nrows().max(1);
        v.as_mut_slice().chunks_exact_mut(n).for_each(|v| self.lower.solve(v));
        self.prior.covariance(at, at) - v.tr_mul(&v)
    }

    /// Posterior at one point with its slopes.
    pub fn slope(&self, at: &[f64]) -> Slope {
        let gaps = self.places.gaps_to(&[at]);
        let shapes = self.prior.shapes(self.lower.n(), &gaps);
        let mut v = self.covariances(&shapes);
        let (base, mut mean_slope) = self.prior_mean(at);
        let mean = base + dot(&v, &self.alpha);
        self.lower.solve(&mut v);
        let std = self.std(dot(&v, &v));
        self.lower.solve_transposed(&mut v);
        let mut std_slope = vec![0.0; at.len()];
        for (i, g) in shapes.g.iter().enumerate() {
            for (c, gaps) in gaps.iter().enumerate() {
                let l = self.prior.length_scales[c];
                let k_slope = -self.prior.variance * g * gaps[i] / (l * l);
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

    /// C = k(X,X) + νI,  μ = k(x,X)C⁻¹t,  σ² = k(x,x) − k(x,X)C⁻¹k(X,x), as the page shows it.
    #[test]
    fn the_posterior_is_that_of_the_textbook() {
        let (x, t, noise) = (vec![vec![0.1], vec![0.7], vec![0.3]], [0.3, -1.0, 0.8], 0.02);
        for kernel in Kernel::ALL {
            let prior = Prior { kernel, variance: 1.3, length_scales: vec![0.4], detail: None };
            let k = |a: &[Vec<f64>], b: &[Vec<f64>]| prior.covariance(a, b);
            let c = k(&x, &x) + DMatrix::identity(3, 3) * noise;
            let gp = Gp::new(prior.clone(), x.clone(), &t, vec![noise; 3]).unwrap();
            let at = [vec![0.5]];
            let pull = k(&at, &x) * c.try_inverse().unwrap();
            let mean = (&pull * DMatrix::from_column_slice(3, 1, &t))[0];
            let variance = k(&at, &at)[0] - (&pull * k(&x, &at))[0];
            let (found, std) = gp.posterior(&at);
            assert!((found[0] - mean).abs() < 1e-12, "{kernel:?}");
            assert!((std[0] * std[0] - variance).abs() < 1e-12, "{kernel:?}");
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
