//! Where training stays finite: a Gaussian-process classifier of the trials that did and did not.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | c | `finite` | n | whether each trial stayed finite |
//! | f | | n | latent log odds, less their prior mean |
//! | m | `MEAN` | | prior mean of the log odds |
//! | π | | n | 1/(1 + exp(−m − f)) |
//! | W | | n | π(1 − π) |
//!
//! Laplace's approximation (Rasmussen & Williams, algorithm 3.1): at the mode the posterior is that
//! of a regression on f + (c − π)/W with noise 1/W, so a [`Gp`] carries it. The chance at a point
//! is MacKay's (1992) σ((m + μ)/√(1 + πσ²/8)).

use super::gp::{Gp, Kernel, Prior, Slope};

/// Prior log odds of staying finite: most ranges are mostly sensible.
const MEAN: f64 = 1.0;
/// Prior variance of the log odds: sure where trials agree, steep at an edge.
const VARIANCE: f64 = 25.0;
/// Length scale in the unit cube.
const LENGTH: f64 = 0.5;

#[derive(Clone, Debug)]
pub struct Finite {
    gp: Gp,
}

impl Finite {
    /// Fits to trials at `x` (n × d, unit cube). None while no trial diverged: there is nothing to
    /// model.
    pub fn new(x: &[Vec<f64>], finite: &[bool]) -> Option<Self> {
        if finite.iter().all(|&c| c) {
            return None;
        }
        let d = x.first()?.len();
        let prior = Prior {
            kernel: Kernel::Matern52,
            variance: VARIANCE,
            length_scales: vec![LENGTH; d],
            detail: None,
        };
        let mut f = vec![0.0; x.len()];
        let (mut targets, mut noise) = Self::regression(finite, &f);
        let mut gp = Gp::new(prior, x.to_vec(), &targets, noise.clone()).ok()?;
        for _ in 0..30 {
            // (K + N)α = y, so that the mean Kα is y − Nα.
            let mean = |((y, noise), alpha): ((&f64, &f64), &f64)| y - noise * alpha;
            let next: Vec<f64> = targets.iter().zip(&noise).zip(gp.alpha()).map(mean).collect();
            let change = f.iter().zip(&next).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            f = next;
            (targets, noise) = Self::regression(finite, &f);
            gp = gp.again(&targets, &noise).ok()?;
            if change < 1e-6 {
                break;
            }
        }
        Some(Self { gp })
    }

    /// Newton's step from f, as the values and noise variances of the regression whose mean is the
    /// next f.
    fn regression(finite: &[bool], f: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut targets = Vec::with_capacity(f.len());
        let mut noise = Vec::with_capacity(f.len());
        for (&f, &finite) in f.iter().zip(finite) {
            let p = logistic(MEAN + f);
            let w = (p * (1.0 - p)).max(1e-6);
            targets.push(f + (f64::from(finite) - p) / w);
            noise.push(1.0 / w);
        }
        (targets, noise)
    }

    /// Chances of staying finite at m points.
    pub fn chance(&self, at: &[Vec<f64>]) -> Vec<f64> {
        let (mean, std) = self.gp.posterior(at);
        mean.iter().zip(&std).map(|(&mean, &std)| logistic((MEAN + mean) * shrink(std).0)).collect()
    }

    /// Log chance at a point and its slopes (d).
    pub fn log_chance(&self, at: &[f64]) -> (f64, Vec<f64>) {
        let Slope { mean, std, mean_slope, std_slope } = self.gp.slope(at);
        let (shrink, shrink_slope) = shrink(std);
        let z = (MEAN + mean) * shrink;
        let by_z = 1.0 - logistic(z);
        let slope = |(m, s): (&f64, &f64)| by_z * (shrink * m + (MEAN + mean) * shrink_slope * s);
        (-libm::log1p(libm::exp(-z)), mean_slope.iter().zip(&std_slope).map(slope).collect())
    }
}

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// 1/√(1 + πσ²/8) and its slope by σ.
fn shrink(std: f64) -> (f64, f64) {
    let c = std::f64::consts::PI / 8.0;
    let shrink = 1.0 / libm::sqrt(1.0 + c * std * std);
    (shrink, -c * std * shrink * shrink * shrink)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_is_found_and_slopes_equal_finite_differences() {
        let x: Vec<Vec<f64>> = (0..20).map(|i| vec![f64::from(i) / 19.0]).collect();
        let finite: Vec<bool> = (0..20).map(|i| i < 14).collect();
        assert!(Finite::new(&x, &[true; 20]).is_none());
        let model = Finite::new(&x, &finite).unwrap();
        let chance = model.chance(&[vec![0.1], vec![0.95], vec![0.7]]);
        assert!(
            chance[0] > 0.9 && chance[1] < 0.15 && (0.2..0.8).contains(&chance[2]),
            "{chance:?}"
        );
        let (value, slope) = model.log_chance(&[0.6]);
        let near = |u: f64| model.log_chance(&[u]).0;
        assert!((libm::log(model.chance(&[vec![0.6]])[0]) - value).abs() < 1e-12);
        assert!(((near(0.60001) - near(0.59999)) / 2e-5 - slope[0]).abs() < 1e-6);
    }
}
