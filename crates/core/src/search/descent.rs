//! Minimising a smooth function in a box: quasi-Newton with projection.
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | x | d | the point |
//! | g | d | the gradient |
//! | H | d × d | estimate of the inverse Hessian (BFGS) |
//!
//! Nocedal & Wright, *Numerical Optimization* (2006), algorithm 6.1, with backtracking; coordinates
//! that a bound holds are left out of a step (Bertsekas 1982).

use nalgebra::{DMatrix, DVector};

/// A closed interval for each coordinate; one-value intervals are allowed.
pub type Bounds = [(f64, f64)];

/// Steps until every free slope is below `tolerance`, a step gains less than a tenth of it, or
/// `steps` are done. `f` writes the gradient and returns the value; a value that is not finite
/// counts as worse than any. Returns the best point and its value.
pub fn minimise(
    start: &[f64],
    bounds: &Bounds,
    steps: usize,
    tolerance: f64,
    mut f: impl FnMut(&[f64], &mut [f64]) -> f64,
) -> (Vec<f64>, f64) {
    let d = start.len();
    let clamp = |x: DVector<f64>| DVector::from_fn(d, |i, _| x[i].clamp(bounds[i].0, bounds[i].1));
    let mut evaluate = |x: &DVector<f64>| {
        let mut g = DVector::zeros(d);
        let value = f(x.as_slice(), g.as_mut_slice());
        if value.is_finite() && g.iter().all(|g| g.is_finite()) {
            (value, g)
        } else {
            (f64::INFINITY, g)
        }
    };
    let mut x = clamp(DVector::from_column_slice(start));
    let (mut value, mut g) = evaluate(&x);
    let mut h = DMatrix::identity(d, d);
    let mut fresh = true;
    for _ in 0..steps {
        if value == f64::INFINITY {
            break;
        }
        let held =
            |i: usize| (x[i] <= bounds[i].0 && g[i] > 0.0) || (x[i] >= bounds[i].1 && g[i] < 0.0);
        let free = DVector::from_fn(d, |i, _| if held(i) { 0.0 } else { g[i] });
        if free.amax() < tolerance {
            break;
        }
        let mut step = -(&h * &free);
        (0..d).filter(|&i| free[i] == 0.0).for_each(|i| step[i] = 0.0);
        if step.dot(&free) >= 0.0 {
            h = DMatrix::identity(d, d);
            fresh = true;
            step = -free;
        }
        // Without curvature the first step has no scale of its own: at most a quarter of a typical
        // range.
        let mut length = if fresh { (0.25 / step.norm()).min(1.0) } else { 1.0 };
        let found = (0..20).find_map(|_| {
            let next = clamp(&x + length * &step);
            let (next_value, next_g) = evaluate(&next);
            length *= 0.4;
            (next_value <= value + 1e-4 * g.dot(&(&next - &x)) && next != x)
                .then_some((next, next_value, next_g))
        });
        let Some((next, next_value, next_g)) = found else {
            if fresh {
                break;
            }
            h = DMatrix::identity(d, d);
            fresh = true;
            continue;
        };
        let (s, y, first) = (&next - &x, &next_g - &g, fresh);
        let sy = s.dot(&y);
        if sy > 1e-12 * s.norm() * y.norm() {
            if fresh {
                h *= sy / y.norm_squared();
            }
            let hy = &h * &y;
            h += (1.0 + y.dot(&hy) / sy) / sy * &s * s.transpose()
                - (&hy * s.transpose() + &s * hy.transpose()) / sy;
            fresh = false;
        }
        let gained = value - next_value;
        (x, value, g) = (next, next_value, next_g);
        // A first step, along the slope alone, may be short for want of a scale.
        if !first && gained < 0.1 * tolerance {
            break;
        }
    }
    (x.as_slice().to_vec(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rosenbrock(x: &[f64], g: &mut [f64]) -> f64 {
        let (a, b) = (x[1] - x[0] * x[0], 1.0 - x[0]);
        g[0] = -400.0 * x[0] * a - 2.0 * b;
        g[1] = 200.0 * a;
        100.0 * a * a + b * b
    }

    #[test]
    fn finds_the_end_of_a_bent_valley() {
        let (x, value) = minimise(&[-1.5, 1.5], &[(-2.0, 2.0), (-2.0, 2.0)], 200, 1e-9, rosenbrock);
        assert!(value < 1e-12 && (x[0] - 1.0).abs() < 1e-5, "{x:?} {value}");
    }

    #[test]
    fn stays_in_the_box_and_finds_its_edge() {
        let (x, _) = minimise(&[-1.5, 0.0], &[(-2.0, 0.5), (0.0, 0.0)], 200, 1e-9, rosenbrock);
        assert_eq!(x[1], 0.0);
        assert!((x[0] - 0.1611).abs() < 1e-3, "{x:?}");
    }
}
