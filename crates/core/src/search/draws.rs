//! Functions drawn from a Gaussian process: for Thompson sampling, and for expected improvement
//! under noise.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | F | `FEATURES` | | cosines that a draw from the prior is made of |
//! | ω, φ | `waves` | F × d, F | their frequencies, drawn from the kernel's spectrum, and phases |
//! | β | `pull` | n | K⁻¹ (y − f₀(X) − ε): what bends a draw f₀ from the prior towards the trials; ε is drawn noise |
//! | W | `WORLDS` | | draws that expected improvement is averaged over |
//!
//! A draw is f(u) = √(2k(u,u)/F) Σ cos(ω·u + φ) + Σ βᵢ k(u, xᵢ): pathwise conditioning, Wilson et
//! al. (2020); the cosines are those of Rahimi & Recht (2007). Noisy expected improvement: Letham
//! et al. (2019): in each of W worlds the trials' values without noise are drawn, the process is
//! conditioned on them, and the improvement is on the best of them.

use super::fit::Fit;
use super::gp::{Gp, Slope};
use super::warp::Warp;
use super::{normal, uniform};
use rand::Rng;

const FEATURES: usize = 128;
const WORLDS: usize = 16;
/// Noise variance of drawn values, so that near duplicates can be conditioned on.
const JITTER: f64 = 1e-6;

/// One function that the process holds possible.
#[derive(Clone, Debug)]
pub struct Path {
    waves: Vec<(Vec<f64>, f64)>,
    height: f64,
    pull: Vec<f64>,
}

impl Path {
    /// Draws from the process that saw modelled values `y` (n).
    pub fn draw(fit: &Fit, y: &[f64], rng: &mut dyn Rng) -> Self {
        let prior = fit.gp.prior();
        let share = prior.detail.map_or(0.0, |detail| detail.share);
        let wave = |rng: &mut dyn Rng| {
            let fine = uniform(rng) * (1.0 + share) > 1.0;
            let reach = prior.detail.filter(|_| fine).map_or(1.0, |detail| detail.reach);
            // A Student distribution is a normal one of random width.
            let width = prior.kernel.freedom().map_or(1.0, |freedom| {
                let squares: f64 = (0..freedom).map(|_| normal(rng)).map(|z| z * z).sum();
                libm::sqrt(freedom as f64 / squares.max(1e-12))
            });
            let frequencies =
                prior.length_scales.iter().map(|l| normal(rng) * width / (l * reach)).collect();
            (frequencies, std::f64::consts::TAU * uniform(rng))
        };
        let waves = (0..FEATURES).map(|_| wave(rng)).collect();
        let height = libm::sqrt(2.0 * prior.own() / FEATURES as f64);
        let mut path = Self { waves, height, pull: Vec::new() };
        let noise = libm::sqrt(fit.noise);
        let residual = |(x, y): (&Vec<f64>, &f64)| y - path.wave(x).0 - noise * normal(rng);
        let residuals: Vec<f64> = fit.gp.x().iter().zip(y).map(residual).collect();
        path.pull = fit.gp.solve(&residuals);
        path
    }

    /// f₀ and its slopes.
    fn wave(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let (mut value, mut slope) = (0.0, vec![0.0; at.len()]);
        for (frequencies, phase) in &self.waves {
            let angle = phase + frequencies.iter().zip(at).map(|(w, u)| w * u).sum::<f64>();
            value += self.height * libm::cos(angle);
            let sine = self.height * libm::sin(angle);
            slope.iter_mut().zip(frequencies).for_each(|(slope, w)| *slope -= sine * w);
        }
        (value, slope)
    }

    /// f and its slopes (d).
    pub fn value(&self, gp: &Gp, at: &[f64]) -> (f64, Vec<f64>) {
        let (mut value, mut slope) = self.wave(at);
        let (pull, pull_slope) = gp.pull(&self.pull, at);
        value += pull;
        slope.iter_mut().zip(pull_slope).for_each(|(a, b)| *a += b);
        (value, slope)
    }
}

/// The process under noise, as W processes without.
#[derive(Clone, Debug)]
pub struct Worlds {
    /// Conditioned without noise; of it the standard deviations are used, and the points.
    gp: Gp,
    /// K⁻¹ f of each world, and the value to improve on there.
    worlds: Vec<(Vec<f64>, f64)>,
}

impl Worlds {
    /// Draws from the process that saw modelled values `y` (n); `margin` less than the best is to
    /// be reached.
    pub fn draw(fit: &Fit, y: &[f64], margin: f64, rng: &mut dyn Rng) -> Option<Self> {
        let x = fit.gp.x();
        let drawn: Vec<Vec<f64>> = (0..WORLDS)
            .map(|_| Path::draw(fit, y, rng))
            .map(|path| x.iter().map(|u| path.value(&fit.gp, u).0).collect())
            .collect();
        let gp = Gp::new(fit.gp.prior().clone(), x.to_vec(), drawn.first()?, vec![JITTER; x.len()])
            .ok()?;
        let gp = if let Some(base) = fit.gp.base() { gp.on(base.clone()) } else { gp };
        let best = |f: &[f64]| f.iter().copied().fold(f64::INFINITY, f64::min);
        let worlds = drawn.iter().map(|f| (gp.solve(f), best(f) - margin)).collect();
        Some(Self { gp, worlds })
    }

    /// Log of the improvement in loss to expect at a point, over all worlds, and its slopes (d).
    pub fn log_improvement(&self, warp: &Warp, at: &[f64]) -> (f64, Vec<f64>) {
        let Slope { std, std_slope, .. } = self.gp.slope(at);
        let ones = |(pull, threshold): &(Vec<f64>, f64)| {
            warp.log_expected_improvement(self.gp.pull(pull, at).0, std, *threshold)
        };
        let logs: Vec<(f64, f64, f64)> = self.worlds.iter().map(ones).collect();
        let most = logs.iter().map(|l| l.0).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logs.iter().map(|l| libm::exp(l.0 - most)).sum();
        // Of the worlds' means one is made, weighted, so that slopes are taken once.
        let (mut pull, mut by_mean, mut by_std) = (vec![0.0; self.worlds[0].0.len()], 0.0, 0.0);
        for ((value, mean_slope, std_slope), (world, _)) in logs.iter().zip(&self.worlds) {
            let share = libm::exp(value - most) / sum;
            pull.iter_mut().zip(world).for_each(|(pull, w)| *pull += share * mean_slope * w);
            by_mean += share * mean_slope;
            by_std += share * std_slope;
        }
        // The weights sum to this, and a mean's to 1.
        let by_mean: f64 = by_mean.min(-f64::MIN_POSITIVE);
        pull.iter_mut().for_each(|pull| *pull /= by_mean);
        let (_, mut slope) = self.gp.pull(&pull, at);
        slope.iter_mut().zip(std_slope).for_each(|(a, b)| *a = by_mean * *a + by_std * b);
        (most + libm::log(sum / WORLDS as f64), slope)
    }
}

#[cfg(test)]
mod tests {
    use super::super::fit::{Held, fit};
    use super::super::gp::Kernel;
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// Trials in two dimensions with a fit that leaves noise.
    fn fitted(kernel: Kernel, noise: f64) -> (Fit, Vec<f64>) {
        let x: Vec<Vec<f64>> =
            (0..9).map(|i| vec![f64::from(i * 7 % 9) / 8.0, f64::from(i) / 8.0]).collect();
        let y: Vec<f64> = x.iter().map(|u| libm::sin(5.0 * u[0]) + u[1]).collect();
        let fit = fit(Held { kernel, length_scale: Some(0.4), noise: Some(noise) }, &x, &y, None)
            .unwrap();
        let values = y.iter().map(|y| fit.warp.forward(*y)).collect();
        (fit, values)
    }

    fn slopes_agree(f: impl Fn(&[f64]) -> (f64, Vec<f64>)) {
        let at = [0.37, 0.61];
        let (_, slope) = f(&at);
        for c in 0..2 {
            let (mut a, mut b) = (at, at);
            a[c] -= 1e-6;
            b[c] += 1e-6;
            let step = (f(&b).0 - f(&a).0) / 2e-6;
            assert!((step - slope[c]).abs() < 1e-4 * (1.0 + step.abs()), "{step} {}", slope[c]);
        }
    }

    #[test]
    fn draws_scatter_about_the_mean_as_the_process_says() {
        for kernel in Kernel::ALL {
            let (fit, values) = fitted(kernel, 0.3);
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let at = [vec![0.2, 0.3], vec![0.95, 0.05], vec![0.5, 0.5]];
            let (mean, std) = fit.gp.posterior(&at);
            let covariance = fit.gp.covariance(&at);
            let draws: Vec<Vec<f64>> = (0..600)
                .map(|_| Path::draw(&fit, &values, &mut rng))
                .map(|path| at.iter().map(|u| path.value(&fit.gp, u).0).collect())
                .collect();
            let expect = |f: &dyn Fn(&[f64]) -> f64| {
                draws.iter().map(|d| f(d)).sum::<f64>() / draws.len() as f64
            };
            for i in 0..at.len() {
                assert!((expect(&|d| d[i]) - mean[i]).abs() < 0.2 * std[i], "{kernel:?} {i}");
                for j in 0..at.len() {
                    let got = expect(&|d| (d[i] - mean[i]) * (d[j] - mean[j]));
                    assert!(
                        (got - covariance[(i, j)]).abs() < 0.25 * std[i] * std[j],
                        "{kernel:?} {i} {j}: {got}"
                    );
                }
            }
            let path = Path::draw(&fit, &values, &mut rng);
            slopes_agree(|u| path.value(&fit.gp, u));
        }
    }

    #[test]
    fn without_noise_it_is_plain_expected_improvement() {
        let (fit, values) = fitted(Kernel::Matern52, 1e-3);
        let best = values.iter().copied().fold(f64::INFINITY, f64::min);
        let worlds = Worlds::draw(&fit, &values, 0.01, &mut ChaCha8Rng::seed_from_u64(3)).unwrap();
        for at in [[0.9, 0.1], [0.1, 0.9], [0.6, 0.2]] {
            let (mean, std) = fit.gp.posterior(&[at.to_vec()]);
            let (plain, ..) = fit.warp.log_expected_improvement(mean[0], std[0], best - 0.01);
            let noisy = worlds.log_improvement(&fit.warp, &at).0;
            assert!((noisy - plain).abs() < 0.05, "{at:?}: {noisy} {plain}");
        }
        let (fit, values) = fitted(Kernel::Rbf, 0.4);
        let worlds = Worlds::draw(&fit, &values, 0.0, &mut ChaCha8Rng::seed_from_u64(3)).unwrap();
        slopes_agree(|u| worlds.log_improvement(&fit.warp, u));
    }
}
