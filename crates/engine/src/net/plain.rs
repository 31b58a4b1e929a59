//! The network written to be read: one row at a time, double precision, plain loops.
//!
//! It is the reference that the trainers are tested against, and it answers the page's questions
//! about one trained network (predictions, decision boundary, curvature), where speed does not
//! matter. Weights are any [`Real`]: numbers, or dual numbers for derivatives of what is computed here.

use super::{Dual, Loss, Net, Real};

/// Activations of every layer for one row, the inputs first; the last are the logits.
pub fn forward<R: Real>(net: &Net, weights: &[R], x: &[f64]) -> Vec<Vec<R>> {
    pass(net, weights, x).1
}

/// The sums of every layer for one row, before its activation.
pub fn sums<R: Real>(net: &Net, weights: &[R], x: &[f64]) -> Vec<Vec<R>> {
    pass(net, weights, x).0
}

/// The sums of every layer, and its activations with the inputs first.
fn pass<R: Real>(net: &Net, weights: &[R], x: &[f64]) -> (Vec<Vec<R>>, Vec<Vec<R>>) {
    let mut sums: Vec<Vec<R>> = Vec::new();
    let mut activations = vec![x.iter().map(|&x| R::of(x)).collect::<Vec<R>>()];
    for (l, layer) in net.layers().iter().enumerate() {
        let before = &activations[l];
        let sum = |o: usize| {
            let product = |sum: R, (i, &a): (usize, &R)| {
                sum + a * weights[layer.weights + i * layer.outputs + o]
            };
            before.iter().enumerate().fold(weights[layer.biases + o], product)
        };
        let z: Vec<R> = (0..layer.outputs).map(sum).collect();
        activations.push(match net.activations.get(l) {
            Some(activation) => z.iter().map(|&z| activation.exact(z)).collect(),
            None => z.clone(),
        });
        sums.push(z);
    }
    (sums, activations)
}

/// ln Σ e^z, without overflow.
fn log_sum_exp<R: Real>(z: &[R]) -> R {
    let top = R::of(z.iter().map(|z| z.value()).fold(f64::NEG_INFINITY, f64::max));
    top + z.iter().fold(R::of(0.0), |sum, &z| sum + (z - top).exp()).ln()
}

/// The index of the largest, but for one that does not count; the first of equals.
fn largest<R: Real>(z: &[R], but: Option<usize>) -> Option<usize> {
    let others = (0..z.len()).filter(|&k| Some(k) != but);
    others.reduce(|best, k| if z[k].value() > z[best].value() { k } else { best })
}

fn positive_part<R: Real>(x: R) -> R {
    if x.value() > 0.0 { x } else { R::of(0.0) }
}

/// Loss of one row's logits.
pub fn loss<R: Real>(net: &Net, z: &[R], y: &[f32]) -> R {
    let target: Vec<f64> = y.iter().map(|&y| f64::from(y)).collect();
    loss_of(net.loss, z, &target)
}

/// Loss of one row's logits; a class is given by its index, probabilities by themselves.
fn loss_of<R: Real>(loss: Loss, z: &[R], y: &[f64]) -> R {
    let mean = |of: &dyn Fn(R) -> R| {
        let sum = z.iter().zip(y).fold(R::of(0.0), |sum, (&z, &y)| sum + of(z - R::of(y)));
        sum / R::of(z.len() as f64)
    };
    let size = |r: R| {
        if r.value() > 0.0 {
            r
        } else if r.value() < 0.0 {
            -r
        } else {
            R::of(0.0)
        }
    };
    match loss {
        Loss::BinaryCrossEntropy => z[0].softplus() - z[0] * R::of(y[0]),
        Loss::SoftmaxCrossEntropy => log_sum_exp(z) - z[y[0] as usize],
        Loss::SquaredError => mean(&|r| r * r),
        Loss::AbsoluteError => mean(&size),
        Loss::Huber(delta) => {
            let delta = f64::from(delta);
            mean(&|r| {
                let near = r.value().abs() <= delta;
                if near {
                    r * r * R::of(0.5)
                } else {
                    R::of(delta) * (size(r) - R::of(delta / 2.0))
                }
            })
        }
        Loss::Hinge => positive_part(R::of(1.0) - z[0] * R::of(2.0 * y[0] - 1.0)),
        Loss::MulticlassHinge => {
            let own = y[0] as usize;
            largest(z, Some(own))
                .map_or(R::of(0.0), |other| positive_part(R::of(1.0) + z[other] - z[own]))
        }
        Loss::KlDivergence => {
            let total = log_sum_exp(z);
            let term = |sum: R, (&z, &y): (&R, &f64)| match y > 0.0 {
                true => sum + R::of(y) * (R::of(libm::log(y)) + total - z),
                false => sum,
            };
            z.iter().zip(y).fold(R::of(0.0), term)
        }
    }
}

/// A row's target, smoothed: what the loss is taken of, and of which loss.
pub fn smoothed(loss: Loss, outputs: usize, y: &[f32], smoothing: f64) -> (Loss, Vec<f64>) {
    let y: Vec<f64> = y.iter().map(|&y| f64::from(y)).collect();
    if smoothing == 0.0 || !loss.can_smooth() {
        return (loss, y);
    }
    let part = |of: f64, classes: usize| (1.0 - smoothing) * of + smoothing / classes as f64;
    match loss {
        Loss::BinaryCrossEntropy => (loss, vec![part(y[0], 2)]),
        Loss::KlDivergence => (loss, y.iter().map(|&y| part(y, outputs)).collect()),
        // The cross-entropy with probabilities has the divergence's gradient.
        _ => {
            let one = |k: usize| f64::from(u8::from(k == y[0] as usize));
            (Loss::KlDivergence, (0..outputs).map(|k| part(one(k), outputs)).collect())
        }
    }
}

/// What the logits of one row mean: the chance of class 1, the chance of each class, or the numbers
/// themselves. The hinge losses know no chances: theirs are made as if of cross-entropy, and only
/// their order means something.
pub fn prediction(net: &Net, z: &[f64]) -> Vec<f64> {
    match net.loss.classes(z.len()) {
        None => z.to_vec(),
        Some(_) if z.len() == 1 => vec![z[0].sigmoid()],
        Some(_) => {
            let total = log_sum_exp(z);
            z.iter().map(|z| libm::exp(z - total)).collect()
        }
    }
}

/// Mean loss over some rows, and its gradient by every weight and bias.
pub fn gradient<R: Real>(net: &Net, weights: &[R], rows: &[(&[f32], &[f32])]) -> (R, Vec<R>) {
    smooth_gradient(net, weights, rows, 0.0)
}

/// As [`gradient`], with label smoothing in the gradient; the loss is that of the targets
/// themselves.
pub fn smooth_gradient<R: Real>(
    net: &Net,
    weights: &[R],
    rows: &[(&[f32], &[f32])],
    smoothing: f64,
) -> (R, Vec<R>) {
    let layers = net.layers();
    let mut gradient = vec![R::of(0.0); weights.len()];
    let mut total = R::of(0.0);
    for (x, y) in rows {
        let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
        let (sums, activations) = pass(net, weights, &x);
        let z = &activations[layers.len()];
        total = total + loss(net, z, y);
        let (taken, target) = smoothed(net.loss, z.len(), y, smoothing);
        let slope = |k: usize| {
            let seed = |j: usize| R::of(f64::from(u8::from(j == k)));
            let z: Vec<Dual<R>> =
                z.iter().enumerate().map(|(j, &z)| Dual { value: z, tangent: seed(j) }).collect();
            loss_of(taken, &z, &target).tangent
        };
        let mut delta: Vec<R> = (0..z.len()).map(slope).collect();
        for (l, layer) in layers.iter().enumerate().rev() {
            let before = &activations[l];
            for o in 0..layer.outputs {
                gradient[layer.biases + o] = gradient[layer.biases + o] + delta[o];
                for (i, &a) in before.iter().enumerate() {
                    let at = layer.weights + i * layer.outputs + o;
                    gradient[at] = gradient[at] + a * delta[o];
                }
            }
            if l > 0 {
                let back = |i: usize| {
                    let error = |sum: R, o: usize| {
                        sum + weights[layer.weights + i * layer.outputs + o] * delta[o]
                    };
                    let z = Dual { value: sums[l - 1][i], tangent: R::of(1.0) };
                    (0..layer.outputs).fold(R::of(0.0), error)
                        * net.activations[l - 1].exact(z).tangent
                };
                delta = (0..layer.inputs).map(back).collect();
            }
        }
    }
    let share = R::of(1.0 / rows.len() as f64);
    gradient.iter_mut().for_each(|g| *g = *g * share);
    (total * share, gradient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Activation;

    /// The outputs that a loss is tried with, and targets of three rows.
    fn targets(loss: Loss) -> (usize, [&'static [f32]; 3]) {
        match loss {
            Loss::BinaryCrossEntropy | Loss::Hinge => (1, [&[1.0], &[0.0], &[1.0]]),
            Loss::SoftmaxCrossEntropy | Loss::MulticlassHinge => (3, [&[1.0], &[0.0], &[2.0]]),
            Loss::KlDivergence => (3, [&[0.2, 0.5, 0.3], &[0.0, 1.0, 0.0], &[0.25, 0.25, 0.5]]),
            _ => (2, [&[1.0, 0.5], &[0.0, -0.25], &[1.0, 2.0]]),
        }
    }

    /// Every activation × loss against finite differences, on a network with two hidden layers, the
    /// second of which has the activation after.
    #[test]
    fn gradients_agree_with_finite_differences() {
        for (a, &activation) in Activation::ALL.iter().enumerate() {
            for loss_kind in Loss::ALL {
                let (outputs, targets) = targets(loss_kind);
                let mut net = Net::new(vec![3, 5, 4, outputs], activation, loss_kind);
                net.activations[1] = Activation::ALL[(a + 1) % Activation::ALL.len()];
                let weights: Vec<f64> = net.start(7).iter().map(|&w| f64::from(w) + 0.01).collect();
                let data: [[f32; 3]; 3] = [[0.3, -1.2, 0.8], [-0.7, 0.4, 1.5], [1.1, 0.9, -0.6]];
                let rows: Vec<(&[f32], &[f32])> =
                    data.iter().zip(targets).map(|(x, y)| (&x[..], y)).collect();
                let (_, gradient) = gradient(&net, &weights, &rows);
                assert!(
                    gradient.iter().any(|g| g.abs() > 1e-3),
                    "{activation:?} {loss_kind:?}: flat"
                );
                for at in 0..weights.len() {
                    let shifted = |by: f64| {
                        let mut w = weights.clone();
                        w[at] += by;
                        super::gradient(&net, &w, &rows).0
                    };
                    let numeric = (shifted(1e-6) - shifted(-1e-6)) / 2e-6;
                    let wrong = (numeric - gradient[at]).abs();
                    assert!(
                        wrong < 1e-8 + 1e-6 * numeric.abs(),
                        "{activation:?} {loss_kind:?} {at}: {numeric} {}",
                        gradient[at]
                    );
                }
            }
        }
    }

    /// Losses worked out by hand.
    #[test]
    fn losses_are_as_defined() {
        let of = |loss: Loss, z: &[f64], y: &[f32]| {
            super::loss(&Net::new(vec![1, z.len()], Activation::Linear, loss), z, y)
        };
        let near = |found: f64, wanted: f64| {
            assert!((found - wanted).abs() < 1e-7, "{found}, not {wanted}")
        };
        near(of(Loss::AbsoluteError, &[1.0, -2.0], &[3.0, -2.5]), 1.25);
        near(of(Loss::Huber(0.5), &[1.0, -2.0], &[3.0, -2.25]), (0.5 * 1.75 + 0.03125) / 2.0);
        near(of(Loss::Hinge, &[0.25], &[1.0]), 0.75);
        near(of(Loss::Hinge, &[0.25], &[0.0]), 1.25);
        near(of(Loss::Hinge, &[1.25], &[1.0]), 0.0);
        near(of(Loss::MulticlassHinge, &[0.5, 2.0, 1.75], &[1.0]), 0.75);
        near(of(Loss::MulticlassHinge, &[0.5, 2.0, 1.75], &[0.0]), 2.5);
        // p is the same for each class: Σ y ln(3y).
        near(of(Loss::KlDivergence, &[4.0, 4.0, 4.0], &[0.5, 0.5, 0.0]), libm::log(1.5));
        near(of(Loss::KlDivergence, &[0.0, libm::log(3.0)], &[0.25, 0.75]), 0.0);
    }

    /// The smoothed gradient is that of the loss with smoothed targets.
    #[test]
    fn smoothing_mixes_the_targets_with_even_ones() {
        let rows = |y: &'static [f32]| vec![(&[0.5_f32, -1.0][..], y)];
        let weights: Vec<f64> = (0..9).map(|i| 0.1 * f64::from(i) - 0.3).collect();
        let with = |loss: Loss, y: &'static [f32], smoothing: f64| {
            let outputs = if loss == Loss::BinaryCrossEntropy { 1 } else { 3 };
            let net = Net::new(vec![2, outputs], Activation::Linear, loss);
            smooth_gradient(&net, &weights[..3 * outputs], &rows(y), smoothing).1
        };
        let pairs = [
            (
                with(Loss::SoftmaxCrossEntropy, &[1.0], 0.3),
                with(Loss::KlDivergence, &[0.1, 0.8, 0.1], 0.0),
            ),
            (
                with(Loss::KlDivergence, &[0.0, 1.0, 0.0], 0.3),
                with(Loss::KlDivergence, &[0.1, 0.8, 0.1], 0.0),
            ),
            (
                with(Loss::BinaryCrossEntropy, &[1.0], 0.5),
                with(Loss::BinaryCrossEntropy, &[0.75], 0.0),
            ),
        ];
        for (a, b) in pairs {
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-7), "{a:?}, {b:?}");
        }
    }
}
