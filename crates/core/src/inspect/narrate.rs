//! One update of the weights in its four parts, with its numbers: forward, loss, backward, update.

use super::update::{Row, Updates};
use crate::data::Part;
use serde::{Deserialize, Serialize};
use tunescape_engine::net::{Net, plain};
use tunescape_engine::optim::Rule;
use tunescape_engine::train::State;

/// An update, told by its batch's first row and by the parameter that it moves furthest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Narration {
    /// Epochs finished before it, its number within the next one, from 0, and how many that has.
    pub epoch: usize,
    pub update: usize,
    pub updates: usize,
    /// Rows of the batch.
    pub rows: usize,
    /// The first row as the network sees it, its target (encoded for the loss), what each layer
    /// hands on, the prediction and the loss.
    pub x: Vec<f32>,
    pub y: Vec<f32>,
    /// The target that the gradient is taken with, where labels are smoothed.
    pub smoothed: Option<Vec<f64>>,
    /// Of the row's hidden units, how many dropout leaves out, how many there are, and what it
    /// multiplies the others by.
    pub dropped: Option<(usize, usize, f32)>,
    pub layers: Vec<Vec<f32>>,
    pub prediction: Vec<f32>,
    pub row_loss: f64,
    /// The mean over the batch, before the update and after it.
    pub loss: f64,
    pub loss_after: f64,
    /// The layer from 0, the unit that the weight comes from (none for a bias), and the one that
    /// it leads to.
    pub place: (usize, Option<usize>, usize),
    /// Of the loss; with L1; and clipped, as the rule gets it.
    pub gradient: f64,
    pub with_l1: f64,
    pub used: f64,
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
        None => (
            l,
            Some((index - layer.weights) / layer.outputs),
            (index - layer.weights) % layer.outputs,
        ),
    }
}

/// The run whose update is told.
pub struct Told<'a> {
    pub updates: Updates<'a>,
    /// The epochs that it has finished, and its state after them.
    pub epoch: usize,
    pub state: State,
    /// The updates before the epoch.
    pub done: usize,
}

/// Tells update number `update` of the epoch that begins at a state, with these batches and the
/// rate of each. None past the last batch.
pub fn narrate(
    told: Told,
    rate: impl Fn(usize) -> f32,
    batches: &[Part],
    update: usize,
) -> Option<Narration> {
    let Told { updates, epoch, mut state, done } = told;
    let Updates { net, rule, hyper, .. } = updates;
    let layers = net.layers();
    let wide = |w: &[f32]| w.iter().map(|&w| f64::from(w)).collect::<Vec<f64>>();
    let smoothing = f64::from(hyper.label_smoothing);
    for (number, batch) in batches.iter().enumerate().take(update + 1) {
        let batch = &*net.loss.encoded(batch, net.outputs());
        let rows: Vec<Row> = (0..batch.rows()).map(|i| (batch.row(i), batch.target(i))).collect();
        let weights = wide(&state.weights);
        let thinnings = updates.thinnings(rows.len(), done + number);
        let gradient = updates.gradient(&weights, &rows, thinnings.as_deref());
        let before = state;
        state = updates.stepped(&before, rate(number), &gradient.used, true);
        if number < update {
            continue;
        }
        let moved = |i: &usize| (state.weights[*i] - before.weights[*i]).abs();
        let at = (0..weights.len()).max_by(|a, b| moved(a).total_cmp(&moved(b)))?;
        let (x, y) = *rows.first()?;
        let own = thinnings.as_ref().map(|each| &each[0]);
        let thinned = own
            .map_or(weights.clone(), |by| weights.iter().zip(by).map(|(w, by)| w * by).collect());
        let mut passed = plain::forward(net, &thinned, &wide(x));
        let z = passed.last()?.clone();
        passed.remove(0);
        let (mut out, mut hidden) = (0, 0);
        for (values, layer) in passed.iter_mut().zip(&layers[1..]) {
            for (unit, value) in values.iter_mut().enumerate() {
                let by = own.map_or(1.0, |by| by[layer.weights + unit * layer.outputs]);
                (*value, out, hidden) = (*value * by, out + usize::from(by == 0.0), hidden + 1);
            }
        }
        let narrow = |v: &Vec<f64>| v.iter().map(|&v| v as f32).collect::<Vec<f32>>();
        let (taken, target) = plain::smoothed(net.loss, net.outputs(), y, smoothing);
        return Some(Narration {
            epoch,
            update,
            updates: batches.len(),
            rows: rows.len(),
            x: x.to_vec(),
            y: y.to_vec(),
            smoothed: (smoothing > 0.0 && taken.can_smooth()).then_some(target),
            dropped: own.map(|_| (out, hidden, 1.0 / (1.0 - hyper.dropout))),
            layers: passed.iter().map(narrow).collect(),
            prediction: narrow(&plain::prediction(net, &z)),
            row_loss: plain::loss(net, &z, y),
            loss: gradient.loss,
            loss_after: updates.mean(&wide(&state.weights), &rows, thinnings.as_deref()).0,
            place: place(net, at),
            gradient: gradient.own[at],
            with_l1: gradient.with_l1[at],
            used: gradient.used[at],
            weight: [before.weights[at], state.weights[at]],
            slot: before.slots.first().map(|slot| [slot[at], state.slots[0][at]]),
            rate: rate(number),
            momentum: (rule == Rule::Momentum
                && hyper.l2 == 0.0
                && hyper.decay == 0.0
                && hyper.dampening == 0.0)
                .then_some(hyper.momentum),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::{Activation, Loss};
    use tunescape_engine::optim::Hyper;

    /// A line through two points, a batch each: w·x + b, both updates done by hand.
    #[test]
    fn the_numbers_are_those_of_the_formulas() {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let batch = |x: f32| Part { x: vec![x].into(), y: vec![0.0], columns: 1 };
        let state = State {
            weights: vec![0.5, 0.0],
            slots: vec![vec![0.0, 0.0]],
            counters: [0.0, 1.0, 1.0],
        };
        let hyper = Hyper { momentum: 0.5, ..Hyper::default() };
        let tell = |update| {
            let updates = Updates {
                net: &net,
                rule: Rule::Momentum,
                hyper: &hyper,
                seed: 1,
                penalise_biases: true,
            };
            narrate(
                Told { updates, epoch: 3, state: state.clone(), done: 0 },
                |_| 0.1,
                &[batch(2.0), batch(1.0)],
                update,
            )
        };
        let first = tell(0).unwrap();
        // Output 1, loss 1; the gradient of the weight is 2·1·2, of the bias 2·1.
        assert_eq!(
            (first.loss, first.gradient, first.place, first.updates),
            (1.0, 4.0, (0, Some(0), 0), 2)
        );
        assert_eq!((first.weight, first.slot), ([0.5, 0.5 - 0.1_f32 * 4.0], Some([0.0, 4.0])));
        assert_eq!(first.momentum, Some(0.5));
        let second = tell(1).unwrap();
        // From w = 0.1, b = −0.2: output −0.1, both gradients −0.2, v = 0.5·4 − 0.2 of the weight.
        assert!(
            (second.gradient + 0.2).abs() < 1e-6 && (second.slot.unwrap()[1] - 1.8).abs() < 1e-6,
            "{second:?}"
        );
        assert!(
            (second.weight[1] - (0.1 - 0.18)).abs() < 1e-6 && (second.loss - 0.01).abs() < 1e-6
        );
        assert!(tell(2).is_none());
    }
}
