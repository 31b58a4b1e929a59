//! PED-ANOVA: how far the good trials' values of a parameter differ from all trials' values:
//! Watanabe, Bansal & Hutter (2023), as in Optuna 5 (`PedAnovaImportanceEvaluator` with its
//! defaults).
//!
//! | symbol | code | meaning |
//! |---|---|---|
//! | γ′ | `TARGET` | share of the trials that count as good |
//! | p, q | | densities of the good trials and of all, over a grid of at most [`STEPS`] cells |
//! | D | | Σ q·(p/q − 1)²: Pearson's divergence |
//!
//! The importance is (γ′α/√β)²·D, with γ′ the share of good trials that there really is; α and β
//! are the shares of the good trials and of all in which the parameter counts (1 unless it is
//! conditional).

use crate::search::acquisition::distribution;
use crate::sort::ascending;
use crate::space::{Param, Scale};

use super::Study;

const TARGET: f64 = 0.1;
const STEPS: usize = 50;
/// Least width of a kernel in cells: 90 % of it in its own one.
const NARROWEST: f64 = 0.5 / 1.64;

/// Importance of each parameter; 0 where there are too few trials or one value only.
pub fn importance(study: &Study) -> Vec<f64> {
    let told = |(n, loss): (usize, f64)| (&study.trials()[n].point, loss);
    let all: Vec<_> = study.evidence().losses.into_iter().map(told).collect();
    let mut losses: Vec<f64> = all.iter().map(|(_, loss)| *loss).collect();
    ascending(&mut losses);
    let place = libm::ceil(TARGET * losses.len() as f64) as usize;
    let Some(&line) =
        place.checked_sub(1).and_then(|place| losses.get(place)).filter(|_| losses.len() > 1)
    else {
        return vec![0.0; study.space().dim()];
    };
    let of = |(c, param): (usize, &Param)| {
        // Values where the parameter counts, among the good trials or among all.
        let values = |good: bool| -> Vec<f64> {
            let taken = all.iter().filter(|(_, loss)| !good || *loss <= line);
            taken
                .filter(|(point, _)| study.space().active(point)[c])
                .map(|(point, _)| point[c])
                .collect()
        };
        let (good, every) = (values(true), values(false));
        if !param.moves() || good.is_empty() || every.len() < 2 {
            return 0.0;
        }
        let total = losses.iter().filter(|loss| **loss <= line).count() as f64;
        let (alpha, beta) = (good.len() as f64 / total, every.len() as f64 / all.len() as f64);
        let quantile = total / all.len() as f64;
        let (p, q) = (density(param, &good), density(param, &every));
        let divergence: f64 =
            p.iter().zip(&q).map(|(p, q)| q * (p / q - 1.0) * (p / q - 1.0)).sum();
        quantile * quantile * alpha * alpha / beta * divergence
    };
    study.space().params.iter().enumerate().map(of).collect()
}

/// Cells of a parameter's grid.
fn cells(param: &Param) -> usize {
    match param.count() {
        Some(count) if param.is_choice() => count,
        Some(count) if param.scale == Scale::Log => {
            STEPS.min(libm::ceil(libm::log2(count as f64)) as usize + 1)
        }
        Some(count) => STEPS.min(count),
        None => STEPS,
    }
}

/// The density of values over the parameter's grid: a truncated normal for each occupied cell, one
/// as wide as the grid, and a floor; widths by Scott's rule (1992).
fn density(param: &Param, values: &[f64]) -> Vec<f64> {
    let size = cells(param);
    let mut counts = vec![0_usize; size];
    for &x in values {
        let at = if param.is_choice() { x - param.low } else { param.along(x) * (size - 1) as f64 };
        // Halfway goes to the lower cell.
        counts[(libm::ceil(at - 0.5).max(0.0) as usize).min(size - 1)] += 1;
    }
    let seen: Vec<(f64, f64)> = counts
        .iter()
        .enumerate()
        .filter(|(_, n)| **n > 0)
        .map(|(k, n)| (k as f64, *n as f64))
        .collect();
    let total = values.len() as f64;
    if param.is_choice() {
        // Each trial's weight is split between its choice and all, as the prior's is.
        let kernels = seen.len() as f64 + 1.0;
        let spread = 1.0 / kernels / (1.0 + size as f64 / kernels);
        let peak = 1.0 / (1.0 + size as f64 / kernels);
        let own = |k: usize| counts[k] as f64 * peak + total * spread + 1.0 / size as f64;
        return (0..size).map(|k| own(k) / (total + 1.0) + 1e-12).collect();
    }
    let mean = seen.iter().map(|(k, n)| k * n).sum::<f64>() / total;
    let squares = seen.iter().map(|(k, n)| (k - mean) * (k - mean) * n).sum::<f64>();
    let spread = libm::sqrt(squares / (total - 1.0).max(1.0));
    // Quartiles of the counted values.
    let reached = |enough: &dyn Fn(usize) -> bool| {
        let sums = seen.iter().scan(0, |sum, (_, n)| {
            *sum += *n as usize;
            Some(*sum)
        });
        let place = sums.take_while(|sum| !enough(*sum)).count();
        seen[place.min(seen.len() - 1)].0
    };
    let n = values.len();
    let range = reached(&|sum| sum > n * 3 / 4) - reached(&|sum| sum >= n / 4);
    let width = (1.059 * (range / 1.34).min(spread) * libm::pow(total, -0.2)).max(NARROWEST);
    let (low, high) = (-0.5, size as f64 - 0.5);
    let wide = (0.5 * (size - 1) as f64, size as f64, 1.0);
    let kernels: Vec<_> = seen.iter().map(|(k, n)| (*k, width, *n)).chain([wide]).collect();
    let at = |cell: usize| {
        let k = cell as f64;
        let one = |(mu, width, weight): &(f64, f64, f64)| {
            weight * mass((k - 0.5 - mu) / width, (k + 0.5 - mu) / width)
                / mass((low - mu) / width, (high - mu) / width)
        };
        kernels.iter().map(one).sum::<f64>() / (total + 1.0) + 1e-12
    };
    (0..size).map(at).collect()
}

/// Φ(b) − Φ(a), in the tail where it does not cancel.
fn mass(a: f64, b: f64) -> f64 {
    if a > 0.0 { distribution(-a) - distribution(-b) } else { distribution(b) - distribution(a) }
}
