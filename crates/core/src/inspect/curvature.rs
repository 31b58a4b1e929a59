//! The largest eigenvalue of the Hessian, by Lanczos on exact Hessian-vector products.

use super::sample;
use crate::data::Part;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use tunescape_engine::net::{Dual, Net, normal, plain};

/// Rows × parameters that one product may take.
const WORK: usize = 1 << 22;
/// Products at most.
const STEPS: usize = 80;
/// The estimate has settled when a step changes it by less than this share.
const SETTLED: f64 = 1e-7;

/// How sharply the loss curves at one place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curvature {
    /// λmax of the mean loss, without penalties.
    pub largest: f64,
    /// Training rows that it was measured on: all, or an even sample where the network is large.
    pub rows: usize,
    /// Hessian-vector products that it took.
    pub steps: usize,
    /// Whether the estimate had settled; if not, it is a lower bound.
    pub settled: bool,
}

/// H·v: the derivative of the gradient along v, by dual numbers (Pearlmutter 1994).
pub fn hessian_product(
    net: &Net,
    weights: &[f64],
    v: &[f64],
    rows: &[(&[f32], &[f32])],
) -> Vec<f64> {
    let along: Vec<_> =
        weights.iter().zip(v).map(|(&value, &tangent)| Dual { value, tangent }).collect();
    plain::gradient(net, &along, rows).1.into_iter().map(|g| g.tangent).collect()
}

/// Lanczos' tridiagonalisation, one Hessian-vector product at a time, every new direction made
/// orthogonal to all before it.
pub struct Lanczos<'a> {
    net: &'a Net,
    weights: Vec<f64>,
    rows: Vec<(&'a [f32], &'a [f32])>,
    basis: Vec<Vec<f64>>,
    diagonal: Vec<f64>,
    beside: Vec<f64>,
    largest: f64,
    quiet: usize,
    ended: bool,
}

impl<'a> Lanczos<'a> {
    /// Begins at the weights of a trained network; the same numbers come out each time.
    pub fn new(net: &'a Net, weights: &[f32], part: &'a Part) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let mut first: Vec<f64> = weights.iter().map(|_| f64::from(normal(&mut rng))).collect();
        let size = norm(&first);
        first.iter_mut().for_each(|x| *x /= size);
        Self {
            net,
            weights: weights.iter().map(|&w| f64::from(w)).collect(),
            rows: sample(part, WORK / weights.len().max(1)),
            basis: vec![first],
            diagonal: Vec::new(),
            beside: Vec::new(),
            largest: f64::NEG_INFINITY,
            quiet: 0,
            ended: false,
        }
    }

    /// One product more. False when no more are needed.
    pub fn step(&mut self) -> bool {
        if self.ended {
            return false;
        }
        let last = &self.basis[self.basis.len() - 1];
        let mut next = hessian_product(self.net, &self.weights, last, &self.rows);
        self.diagonal.push(dot(&next, last));
        // Twice is enough.
        for _ in 0..2 {
            for before in &self.basis {
                let share = dot(&next, before);
                next.iter_mut().zip(before).for_each(|(x, b)| *x -= share * b);
            }
        }
        let largest = largest_of_tridiagonal(&self.diagonal, &self.beside);
        let change = (largest - self.largest).abs();
        self.quiet = if change <= SETTLED * largest.abs() { self.quiet + 1 } else { 0 };
        self.largest = largest;
        let size = norm(&next);
        let scale = self.diagonal.iter().chain(&self.beside).fold(0.0_f64, |m, x| m.max(x.abs()));
        // Three quiet steps, or a space that H does not lead out of.
        let exhausted = size <= 1e-12 * scale || self.basis.len() == self.weights.len();
        self.ended = self.quiet >= 3 || exhausted || !largest.is_finite();
        if exhausted {
            self.quiet = 3;
        }
        if self.ended || self.diagonal.len() >= STEPS {
            self.ended = true;
            return false;
        }
        next.iter_mut().for_each(|x| *x /= size);
        self.basis.push(next);
        self.beside.push(size);
        true
    }

    /// What is known so far; none before the first step, or where the loss is not finite.
    pub fn curvature(&self) -> Option<Curvature> {
        self.largest.is_finite().then_some(Curvature {
            largest: self.largest,
            rows: self.rows.len(),
            steps: self.diagonal.len(),
            settled: self.quiet >= 3,
        })
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    libm::sqrt(dot(a, a))
}

/// The largest eigenvalue of a symmetric tridiagonal matrix, by bisection on the signs of its
/// pivots (Sturm).
fn largest_of_tridiagonal(diagonal: &[f64], beside: &[f64]) -> f64 {
    let off = |i: usize| beside.get(i).map_or(0.0, |b| b.abs());
    let radius = |i: usize| off(i) + if i > 0 { off(i - 1) } else { 0.0 };
    let high =
        (0..diagonal.len()).map(|i| diagonal[i] + radius(i)).fold(f64::NEG_INFINITY, f64::max);
    let low = diagonal.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // Whether every eigenvalue lies below x: all pivots of T − x are negative.
    let above_all = |x: f64| {
        let mut pivot = -1.0;
        (0..diagonal.len()).all(|i| {
            let b = if i > 0 { beside[i - 1] } else { 0.0 };
            pivot = diagonal[i] - x - b * b / pivot;
            pivot < 0.0
        })
    };
    let (mut low, mut high) = (low, high);
    if !(low.is_finite() && high.is_finite()) {
        return f64::NAN;
    }
    for _ in 0..100 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if above_all(middle) { high = middle } else { low = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::DMatrix;
    use tunescape_engine::net::{Activation, Loss};

    fn example(activation: Activation, loss: Loss) -> (Net, Vec<f32>, Part) {
        let outputs = if loss.classes(3) == Some(2) { 1 } else { 3 };
        let net = Net::new(vec![2, 4, 3, outputs], activation, loss);
        let mut rng = ChaCha8Rng::seed_from_u64(9);
        let x: Vec<f32> = (0..24).map(|_| normal(&mut rng)).collect();
        let y = (0..12).flat_map(|i| match loss.targets(outputs) {
            1 => vec![(i % outputs.max(2)) as f32],
            _ => vec![0.25, 0.5, 0.25],
        });
        let weights = net.start(3).iter().map(|w| w + 0.05).collect();
        (net, weights, Part { y: y.collect(), x: x.into(), columns: 2 })
    }

    fn dense(net: &Net, weights: &[f32], part: &Part) -> DMatrix<f64> {
        let w: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
        let rows = sample(part, 1000);
        let n = w.len();
        let column = |i: usize| {
            let unit: Vec<f64> = (0..n).map(|j| f64::from(u8::from(i == j))).collect();
            hessian_product(net, &w, &unit, &rows)
        };
        DMatrix::from_columns(&(0..n).map(|i| column(i).into()).collect::<Vec<_>>())
    }

    #[test]
    fn products_agree_with_finite_differences_of_gradients() {
        for activation in Activation::ALL {
            for loss in Loss::ALL {
                let (net, weights, part) = example(activation, loss);
                let w: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
                let v: Vec<f64> = (0..w.len()).map(|i| libm::sin(i as f64 + 0.5)).collect();
                let rows = sample(&part, 1000);
                let exact = hessian_product(&net, &w, &v, &rows);
                let gradient = |h: f64| {
                    let at: Vec<f64> = w.iter().zip(&v).map(|(w, v)| w + h * v).collect();
                    plain::gradient(&net, &at, &rows).1
                };
                let h = 1e-6;
                for ((up, down), exact) in gradient(h).into_iter().zip(gradient(-h)).zip(exact) {
                    let numeric = (up - down) / (2.0 * h);
                    let near = (numeric - exact).abs() < 1e-7 + 1e-6 * exact.abs();
                    assert!(near, "{activation:?}, {loss:?}: {exact}, not {numeric}");
                }
            }
        }
    }

    #[test]
    fn the_largest_eigenvalue_is_that_of_the_dense_hessian() {
        let losses = [
            Loss::BinaryCrossEntropy,
            Loss::SoftmaxCrossEntropy,
            Loss::SquaredError,
            Loss::KlDivergence,
        ];
        for activation in [Activation::Tanh, Activation::Gelu, Activation::Sine, Activation::Relu] {
            for loss in losses {
                let (net, weights, part) = example(activation, loss);
                let h = dense(&net, &weights, &part);
                assert!(
                    (&h - h.transpose()).amax() < 1e-12,
                    "{activation:?}, {loss:?}: not symmetric"
                );
                let wanted = h.symmetric_eigenvalues().max();
                let mut lanczos = Lanczos::new(&net, &weights, &part);
                while lanczos.step() {}
                let found = lanczos.curvature().unwrap();
                assert!(found.settled && found.rows == 12, "{found:?}");
                let near = (found.largest - wanted).abs() < 1e-6 * wanted.abs().max(1e-3);
                assert!(near, "{activation:?}, {loss:?}: {found:?}, not {wanted}");
            }
        }
    }

    #[test]
    fn eigenvalues_of_a_tridiagonal_matrix() {
        // 2cos(kπ/(n+1)) for a zero diagonal and ones beside it.
        let wanted = 2.0 * libm::cos(std::f64::consts::PI / 8.0);
        assert!((largest_of_tridiagonal(&[0.0; 7], &[1.0; 6]) - wanted).abs() < 1e-12);
        assert_eq!(largest_of_tridiagonal(&[-3.0], &[]), -3.0);
        assert!((largest_of_tridiagonal(&[-5.0, -2.0], &[0.0]) + 2.0).abs() < 1e-12);
    }

    #[test]
    fn numbers_that_blew_up_have_no_curvature() {
        let (net, mut weights, part) = example(Activation::Linear, Loss::SquaredError);
        weights[0] = f32::NAN;
        let mut lanczos = Lanczos::new(&net, &weights, &part);
        assert!(!lanczos.step() && lanczos.curvature().is_none());
    }
}
