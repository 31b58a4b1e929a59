//! One update of the weights in its four parts, with its numbers: forward, loss, backward, update.

use crate::data::Part;
use crate::net::{Net, plain};
use crate::optim::{Hyper, Rule, Update};
use crate::train::State;
use serde::{Deserialize, Serialize};

/// An update, told by its batch's first row and by the parameter that it moves furthest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Narration {
    /// Epochs finished before it, its number within the next one, from 0, and how many that has.
    pub epoch: usize,
    pub update: usize,
    pub updates: usize,
    /// Rows of the batch.
    pub rows: usize,
    /// The first row as the network sees it, its target (encoded for the loss), what each layer makes of it, the prediction
    /// and the loss.
    pub x: Vec<f32>,
    pub y: Vec<f32>,
    pub layers: Vec<Vec<f32>>,
    pub prediction: Vec<f32>,
    pub row_loss: f64,
    /// The mean over the batch, before the update and after it.
    pub loss: f64,
    pub loss_after: f64,
    /// The layer from 0, the unit that the weight comes from (none for a bias), and the one that it leads to.
    pub place: (usize, Option<usize>, usize),
    pub gradient: f64,
    /// Weight, and what the rule remembers first of it, before and after.
    pub weight: [f32; 2],
    pub slot: Option<[f32; 2]>,
    pub rate: f32,
    /// The momentum, where the velocity is that share of itself and the gradient as it is.
    pub momentum: Option<f32>,
}

/// Which parameter of a network a number of its vector is: layer, input (none for a bias), output.
fn place(net: &Net, index: usize) -> (usize, Option<usize>, usize) {
    let layers = net.layers();
    let l = layers.iter().rposition(|layer| layer.weights <= index).unwrap_or(0);
    let layer = layers[l];
    match index.checked_sub(layer.biases) {
        Some(o) => (l, None, o),
        None => (l, Some((index - layer.weights) / layer.outputs), (index - layer.weights) % layer.outputs),
    }
}

/// Tells update number `update` of the epoch that begins at a state, with these batches and the rate of each; without
/// dropout, clipping, L1 and label smoothing. None past the last batch.
pub fn narrate(
    net: &Net,
    rule: Rule,
    hyper: &Hyper,
    rate: impl Fn(usize) -> f32,
    (mut state, epoch): (State, usize),
    batches: &[Part],
    update: usize,
) -> Option<Narration> {
    let wide = |w: &[f32]| w.iter().map(|&w| f64::from(w)).collect::<Vec<f64>>();
    for (number, batch) in batches.iter().enumerate().take(update + 1) {
        let batch = &*net.loss.encoded(batch, net.outputs());
        let rows: Vec<(&[f32], &[f32])> = (0..batch.rows()).map(|i| (batch.row(i), batch.target(i))).collect();
        let weights = wide(&state.weights);
        let (loss, gradient) = plain::gradient(net, &weights, &rows);
        let before = state.clone();
        let rule_step = Update::<f32>::new(rule, |of| of(hyper), rate(number), &mut state.counters);
        for (i, g) in gradient.iter().enumerate() {
            let slot = |s: usize| before.slots.get(s).map_or(0.0, |slot| slot[i]);
            let (w, slots) = rule_step.step(rule, before.weights[i], [slot(0), slot(1), slot(2)], *g as f32);
            state.weights[i] = w;
            state.slots.iter_mut().zip(slots).for_each(|(to, from)| to[i] = from);
        }
        if number < update {
            continue;
        }
        let moved = |i: &usize| (state.weights[*i] - before.weights[*i]).abs();
        let at = (0..weights.len()).max_by(|a, b| moved(a).total_cmp(&moved(b)))?;
        let (x, y) = *rows.first()?;
        let mut layers = plain::forward(net, &weights, &wide(x));
        let z = layers.last()?.clone();
        layers.remove(0);
        let narrow = |v: &Vec<f64>| v.iter().map(|&v| v as f32).collect::<Vec<f32>>();
        let after = plain::gradient(net, &wide(&state.weights), &rows).0;
        return Some(Narration {
            epoch,
            update,
            updates: batches.len(),
            rows: rows.len(),
            x: x.to_vec(),
            y: y.to_vec(),
            layers: layers.iter().map(narrow).collect(),
            prediction: narrow(&plain::prediction(net, &z)),
            row_loss: plain::loss(net, &z, y),
            loss,
            loss_after: after,
            place: place(net, at),
            gradient: gradient[at],
            weight: [before.weights[at], state.weights[at]],
            slot: before.slots.first().map(|slot| [slot[at], state.slots[0][at]]),
            rate: rate(number),
            momentum: (rule == Rule::Momentum && hyper.l2 == 0.0 && hyper.decay == 0.0 && hyper.dampening == 0.0)
                .then_some(hyper.momentum),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Loss};

    /// A line through two points, a batch each: w·x + b, both updates done by hand.
    #[test]
    fn the_numbers_are_those_of_the_formulas() {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let batch = |x: f32| Part { x: vec![x], y: vec![0.0], columns: 1 };
        let state = State { weights: vec![0.5, 0.0], slots: vec![vec![0.0, 0.0]], counters: [0.0, 1.0, 1.0] };
        let hyper = Hyper { momentum: 0.5, ..Hyper::default() };
        let tell = |update| {
            narrate(&net, Rule::Momentum, &hyper, |_| 0.1, (state.clone(), 3), &[batch(2.0), batch(1.0)], update)
        };
        let first = tell(0).unwrap();
        // Output 1, loss 1; the gradient of the weight is 2·1·2, of the bias 2·1.
        assert_eq!((first.loss, first.gradient, first.place, first.updates), (1.0, 4.0, (0, Some(0), 0), 2));
        assert_eq!((first.weight, first.slot), ([0.5, 0.5 - 0.1_f32 * 4.0], Some([0.0, 4.0])));
        assert_eq!(first.momentum, Some(0.5));
        let second = tell(1).unwrap();
        // From w = 0.1, b = −0.2: output −0.1, both gradients −0.2, v = 0.5·4 − 0.2 of the weight.
        assert!((second.gradient + 0.2).abs() < 1e-6 && (second.slot.unwrap()[1] - 1.8).abs() < 1e-6, "{second:?}");
        assert!((second.weight[1] - (0.1 - 0.18)).abs() < 1e-6 && (second.loss - 0.01).abs() < 1e-6);
        assert!(tell(2).is_none());
    }
}
