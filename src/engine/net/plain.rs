//! The network written to be read: one row at a time, double precision, plain loops.
//!
//! It is the reference that the trainers are tested against, and it answers the page's questions about one
//! trained network (predictions, decision boundary), where speed does not matter.

use super::{Activation, Loss, Net};

fn activate(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Tanh => libm::tanh(z),
        Activation::Relu => z.max(0.0),
        Activation::Sigmoid => 1.0 / (1.0 + libm::exp(-z)),
        Activation::Linear => z,
    }
}

fn slope(activation: Activation, a: f64) -> f64 {
    match activation {
        Activation::Tanh => 1.0 - a * a,
        Activation::Relu => f64::from(u8::from(a > 0.0)),
        Activation::Sigmoid => a * (1.0 - a),
        Activation::Linear => 1.0,
    }
}

/// Activations of every layer for one row, the inputs first; the last are the logits.
pub fn forward(net: &Net, weights: &[f64], x: &[f64]) -> Vec<Vec<f64>> {
    let layers = net.layers();
    let mut activations = vec![x.to_vec()];
    for (l, layer) in layers.iter().enumerate() {
        let before = &activations[l];
        let output = (0..layer.outputs)
            .map(|o| {
                let products =
                    before.iter().enumerate().map(|(i, a)| a * weights[layer.weights + i * layer.outputs + o]);
                let z = weights[layer.biases + o] + products.sum::<f64>();
                if l + 1 < layers.len() { activate(net.activation, z) } else { z }
            })
            .collect();
        activations.push(output);
    }
    activations
}

/// ln Σ e^z, without overflow.
fn log_sum_exp(z: &[f64]) -> f64 {
    let top = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top + libm::log(z.iter().map(|z| libm::exp(z - top)).sum())
}

/// Loss of one row's logits.
pub fn loss(net: &Net, z: &[f64], y: &[f32]) -> f64 {
    match net.loss {
        Loss::BinaryCrossEntropy => z[0].max(0.0) - z[0] * f64::from(y[0]) + libm::log1p(libm::exp(-z[0].abs())),
        Loss::SoftmaxCrossEntropy => log_sum_exp(z) - z[y[0] as usize],
        Loss::SquaredError => z.iter().zip(y).map(|(z, &y)| (z - f64::from(y)).powi(2)).sum::<f64>() / z.len() as f64,
    }
}

/// What the logits of one row mean: the chance of class 1, the chance of each class, or the numbers themselves.
pub fn prediction(net: &Net, z: &[f64]) -> Vec<f64> {
    match net.loss {
        Loss::BinaryCrossEntropy => vec![1.0 / (1.0 + libm::exp(-z[0]))],
        Loss::SoftmaxCrossEntropy => {
            let total = log_sum_exp(z);
            z.iter().map(|z| libm::exp(z - total)).collect()
        }
        Loss::SquaredError => z.to_vec(),
    }
}

/// Mean loss over some rows, and its gradient by every weight and bias.
pub fn gradient(net: &Net, weights: &[f64], rows: &[(&[f32], &[f32])]) -> (f64, Vec<f64>) {
    let layers = net.layers();
    let mut gradient = vec![0.0; weights.len()];
    let mut total = 0.0;
    for (x, y) in rows {
        let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
        let activations = forward(net, weights, &x);
        let z = &activations[layers.len()];
        total += loss(net, z, y);
        let mut delta: Vec<f64> = prediction(net, z);
        match net.loss {
            Loss::BinaryCrossEntropy => delta[0] -= f64::from(y[0]),
            Loss::SoftmaxCrossEntropy => delta[y[0] as usize] -= 1.0,
            Loss::SquaredError => {
                let outputs = delta.len() as f64;
                delta.iter_mut().zip(*y).for_each(|(d, &y)| *d = 2.0 * (*d - f64::from(y)) / outputs);
            }
        }
        for (l, layer) in layers.iter().enumerate().rev() {
            let before = &activations[l];
            for o in 0..layer.outputs {
                gradient[layer.biases + o] += delta[o];
                for (i, a) in before.iter().enumerate() {
                    gradient[layer.weights + i * layer.outputs + o] += a * delta[o];
                }
            }
            if l > 0 {
                let back = |i: usize| -> f64 {
                    (0..layer.outputs).map(|o| weights[layer.weights + i * layer.outputs + o] * delta[o]).sum()
                };
                delta = (0..layer.inputs).map(|i| back(i) * slope(net.activation, before[i])).collect();
            }
        }
    }
    let share = 1.0 / rows.len() as f64;
    gradient.iter_mut().for_each(|g| *g *= share);
    (total * share, gradient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every activation × loss against finite differences, on a network with two hidden layers.
    #[test]
    fn gradients_agree_with_finite_differences() {
        for activation in Activation::ALL {
            for (loss_kind, outputs) in
                [(Loss::BinaryCrossEntropy, 1), (Loss::SoftmaxCrossEntropy, 3), (Loss::SquaredError, 2)]
            {
                let net = Net { sizes: vec![3, 5, 4, outputs], activation, loss: loss_kind };
                let weights: Vec<f64> = net.start(7).iter().map(|&w| f64::from(w) + 0.01).collect();
                let data =
                    [([0.3, -1.2, 0.8], [1.0, 0.5]), ([-0.7, 0.4, 1.5], [0.0, -0.25]), ([1.1, 0.9, -0.6], [1.0, 2.0])];
                let width = if loss_kind == Loss::SquaredError { outputs } else { 1 };
                let rows: Vec<(&[f32], &[f32])> = data.iter().map(|(x, y)| (&x[..], &y[..width])).collect();
                let (_, gradient) = gradient(&net, &weights, &rows);
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
}
