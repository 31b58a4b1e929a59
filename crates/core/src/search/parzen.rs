//! Parzen estimators: a density from some good points, as tree-structured Parzen estimators use it.
//!
//! | symbol | code | shape | meaning |
//! |---|---|---|---|
//! | n, d | | | observations, parameters |
//! | w | `weights` | n + 1 | weight of each kernel, 1 in all; the last is the prior's |
//! | μ, σ | `mu`, `sigma` | n + 1 | centre and width of a kernel on one axis of the unit cube |
//! | Z | | n + 1 | its mass between 0 and 1 |
//! | p | | | Σ_k w_k Π_axes k(x): a mixture of products |
//!
//! A float's kernel is a normal density cut off at the ends; that of a stepped value is its mass
//! over the value's cell; that of a choice is (1/(n + 1) for each choice, 1 more for the one
//! observed), normalised. Bergstra, Bardenet, Bengio & Kégl (2011); Watanabe (2023). The two rules
//! differ where a comment says so.

use super::{below, normal, uniform};
use crate::sort::sort_by;
use crate::space::Param;
use rand::Rng;
use std::f64::consts::FRAC_1_SQRT_2;

/// Whose rules for widths, weights of choices and cutting off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// optuna/samplers/_tpe/parzen_estimator.py
    Optuna,
    /// hyperopt/tpe.py: `adaptive_parzen_normal`, `GMM1`
    Hyperopt,
}

/// Newest observations that keep their full weight.
const REMEMBERED: usize = 25;

/// ln √(2π).
const LOG_SQRT_2PI: f64 = 0.918_938_533_204_672_8;

enum Axis {
    Normal {
        mu: Vec<f64>,
        sigma: Vec<f64>,
        log_mass: Vec<f64>,
    },
    /// log probability of each choice, a row a kernel.
    Choice(Vec<Vec<f64>>),
}

/// A density over some parameters.
pub struct Parzen<'a> {
    params: &'a [&'a Param],
    weights: Vec<f64>,
    axes: Vec<Axis>,
    rule: Rule,
}

impl<'a> Parzen<'a> {
    /// From observations (n × d, in the parameters' own units), oldest first.
    pub fn new(rule: Rule, params: &'a [&'a Param], observed: &[Vec<f64>]) -> Self {
        let mut weights = forgetting(observed.len());
        weights.push(1.0);
        let total: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= total);
        let axis = |(c, p): (usize, &&Param)| {
            let values = || observed.iter().map(move |x| x[c]);
            match p.count() {
                Some(count) if p.is_choice() => {
                    choices(rule, count, values().map(|x| index(p, x)), &weights)
                }
                _ => normals(
                    rule,
                    values().map(|x| p.to_unit(x).clamp(0.0, 1.0)).collect(),
                    &weights,
                ),
            }
        };
        Self { params, axes: params.iter().enumerate().map(axis).collect(), weights, rule }
    }

    /// Log density over the unit cube at a point in the parameters' own units (d); of stepped
    /// values and choices, the log probability.
    pub fn log_density(&self, at: &[f64]) -> f64 {
        let mut logs: Vec<f64> = self.weights.iter().map(|&w| libm::log(w)).collect();
        for ((axis, p), &x) in self.axes.iter().zip(self.params).zip(at) {
            match axis {
                Axis::Choice(rows) => {
                    let choice = index(p, x);
                    logs.iter_mut().zip(rows).for_each(|(log, row)| *log += row[choice]);
                }
                Axis::Normal { mu, sigma, log_mass } => {
                    let (a, b) = p.cell(x);
                    for (k, log) in logs.iter_mut().enumerate() {
                        *log += if p.count().is_some() {
                            log_normal_mass((a - mu[k]) / sigma[k], (b - mu[k]) / sigma[k])
                        } else {
                            let z = (a - mu[k]) / sigma[k];
                            -0.5 * z * z - libm::log(sigma[k]) - LOG_SQRT_2PI
                        } - log_mass[k];
                    }
                }
            }
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            return most;
        }
        most + libm::log(logs.iter().map(|log| libm::exp(log - most)).sum())
    }

    /// A draw from the density, in the parameters' own units.
    pub fn sample(&self, rng: &mut dyn Rng) -> Vec<f64> {
        let kernel = weighted(&self.weights, rng);
        let axis = |(axis, p): (&Axis, &&Param)| match axis {
            Axis::Choice(rows) => {
                let probabilities: Vec<f64> =
                    rows[kernel].iter().map(|&log| libm::exp(log)).collect();
                p.low + weighted(&probabilities, rng) as f64
            }
            Axis::Normal { mu, sigma, .. } => {
                // Hyperopt draws the kernel anew where a draw falls outside; its axes stand alone.
                let kernel = |rng: &mut dyn Rng| match self.rule {
                    Rule::Optuna => kernel,
                    Rule::Hyperopt => weighted(&self.weights, rng),
                };
                let draw = |_| {
                    let k = kernel(rng);
                    Some(mu[k] + sigma[k] * normal(rng)).filter(|u| (0.0..=1.0).contains(u))
                };
                // Centres lie inside and widths are at most 1: a draw is inside one time in three
                // at least.
                let u = (0..200).find_map(draw);
                p.from_unit(u.unwrap_or(mu[0]))
            }
        };
        self.axes.iter().zip(self.params).map(axis).collect()
    }
}

/// 1 for the newest 25 of n observations; the older ones rise evenly from 1/n.
fn forgetting(n: usize) -> Vec<f64> {
    let ramp = n.saturating_sub(REMEMBERED);
    let old = |i: usize| {
        let first = 1.0 / n as f64;
        if ramp == 1 { first } else { first + (1.0 - first) * i as f64 / (ramp - 1) as f64 }
    };
    (0..n).map(|i| if i < ramp { old(i) } else { 1.0 }).collect()
}

/// The number of a choice among those in range.
fn index(p: &Param, x: f64) -> usize {
    (x.clamp(p.low, p.high) - p.low) as usize
}

fn choices(
    rule: Rule,
    count: usize,
    observed: impl Iterator<Item = usize>,
    weights: &[f64],
) -> Axis {
    let kernels = weights.len();
    let mut rows = vec![vec![1.0 / kernels as f64; count]; kernels];
    match rule {
        Rule::Optuna => observed.zip(&mut rows).for_each(|(choice, row)| row[choice] += 1.0),
        // Hyperopt counts them, the old ones less, and adds one of each.
        Rule::Hyperopt => {
            let prior = weights[kernels - 1];
            let mut counts = vec![1.0; count];
            observed.zip(weights).for_each(|(choice, w)| counts[choice] += w / prior);
            rows.fill(counts);
        }
    }
    for row in &mut rows {
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|p| *p = libm::log(*p / total));
    }
    Axis::Choice(rows)
}

/// Kernels at `mu` and the prior's, as wide as the range in its middle.
fn normals(rule: Rule, mut mu: Vec<f64>, weights: &[f64]) -> Axis {
    let n = mu.len();
    mu.push(0.5);
    // Hyperopt has the prior's centre among the neighbours.
    let among = if rule == Rule::Hyperopt { n + 1 } else { n };
    let mut order: Vec<usize> = (0..among).collect();
    sort_by(&mut order, |&a, &b| mu[a].total_cmp(&mu[b]));
    let mut sigma = vec![1.0; n + 1];
    for (place, &k) in order.iter().enumerate() {
        let left = place.checked_sub(1).map(|l| mu[k] - mu[order[l]]);
        let right = order.get(place + 1).map(|&r| mu[r] - mu[k]);
        sigma[k] = match (left, right) {
            (Some(left), Some(right)) => left.max(right),
            // Hyperopt's rule for one observation beside the prior.
            _ if rule == Rule::Hyperopt && n == 1 => 0.5,
            (Some(gap), None) | (None, Some(gap)) => gap,
            // Optuna's: a lonely one reaches to the farther end.
            (None, None) => mu[k].max(1.0 - mu[k]),
        };
    }
    let least = 1.0 / 100f64.min(2.0 + n as f64);
    sigma.iter_mut().for_each(|s| *s = s.clamp(least, 1.0));
    sigma[n] = 1.0;
    let mut log_mass: Vec<f64> =
        mu.iter().zip(&sigma).map(|(m, s)| log_normal_mass(-m / s, (1.0 - m) / s)).collect();
    if rule == Rule::Hyperopt {
        // Cut off as one, not each by itself.
        let inside: f64 = weights.iter().zip(&log_mass).map(|(w, &log)| w * libm::exp(log)).sum();
        log_mass.fill(libm::log(inside));
    }
    Axis::Normal { mu, sigma, log_mass }
}

/// log(Φ(b) − Φ(a)) for a ≤ b.
fn log_normal_mass(a: f64, b: f64) -> f64 {
    let tail = |z: f64| 0.5 * libm::erfc(z * FRAC_1_SQRT_2);
    if a > 0.0 {
        libm::log(tail(a) - tail(b))
    } else if b < 0.0 {
        libm::log(tail(-b) - tail(-a))
    } else {
        libm::log1p(-tail(-a) - tail(b))
    }
}

/// A number drawn with these weights.
fn weighted(weights: &[f64], rng: &mut dyn Rng) -> usize {
    let total: f64 = weights.iter().sum();
    let mut left = uniform(rng) * total;
    let found = weights.iter().position(|w| {
        left -= w;
        left < 0.0
    });
    found.unwrap_or_else(|| below(weights.len(), rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::Scale;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    fn params() -> [Param; 3] {
        [
            Param::new("rate", 1e-4, 10.0, Scale::Log).unwrap(),
            Param::integer("units", 2, 9, Scale::Linear).unwrap(),
            Param::choice("activation", &["tanh", "relu", "gelu"]).unwrap(),
        ]
    }

    #[test]
    fn densities_sum_to_one_and_draws_follow_them() {
        let params = params();
        let params: Vec<&Param> = params.iter().collect();
        let observed: Vec<Vec<f64>> = (0..30)
            .map(|i| vec![1e-3 * f64::from(1 + i), f64::from(2 + i % 3), f64::from(i % 2)])
            .collect();
        for rule in [Rule::Optuna, Rule::Hyperopt] {
            // Hyperopt's rule is one for single axes.
            let groups: Vec<&[&Param]> =
                if rule == Rule::Optuna { vec![&params] } else { params.chunks(1).collect() };
            let mut first = 0;
            for group in groups {
                let cut: Vec<Vec<f64>> =
                    observed.iter().map(|x| x[first..first + group.len()].to_vec()).collect();
                first += group.len();
                let parzen = Parzen::new(rule, group, &cut);
                let values = |p: &&Param| match p.count() {
                    Some(n) => (0..n).map(|k| p.low + k as f64).collect(),
                    None => (0..400)
                        .map(|i| p.from_unit((f64::from(i) + 0.5) / 400.0))
                        .collect::<Vec<f64>>(),
                };
                let points = group.iter().map(values).fold(vec![vec![]], |points, values| {
                    let with = |point: &Vec<f64>| {
                        values
                            .iter()
                            .map(|v| [point.clone(), vec![*v]].concat())
                            .collect::<Vec<_>>()
                    };
                    points.iter().flat_map(with).collect()
                });
                let volume = if group[0].count().is_none() { 1.0 / 400.0 } else { 1.0 };
                let density = |point: &Vec<f64>| volume * libm::exp(parzen.log_density(point));
                let total: f64 = points.iter().map(density).sum();
                assert!((total - 1.0).abs() < 1e-3, "{rule:?} {total}");
                // The mean of the first axis, drawn and integrated.
                let mut rng = ChaCha8Rng::seed_from_u64(1);
                let drawn =
                    (0..4000).map(|_| group[0].to_unit(parzen.sample(&mut rng)[0])).sum::<f64>()
                        / 4000.0;
                let mean: f64 =
                    points.iter().map(|point| density(point) * group[0].to_unit(point[0])).sum();
                assert!((drawn - mean).abs() < 0.02, "{rule:?} {drawn} {mean}");
            }
        }
    }

    #[test]
    fn old_observations_fade() {
        assert_eq!(forgetting(25), [1.0; 25]);
        assert_eq!(forgetting(27)[..3], [1.0 / 27.0, 1.0, 1.0]);
        assert_eq!(forgetting(26)[0], 1.0 / 26.0);
    }
}
