//! A network's losses and outputs on a part, without training it.

use super::kernel::{BLOCK, Kernel};
use crate::net::{Lanes, Narrow, Net};
use crate::part::Part;

/// The largest [`start_loss`]: any bound made of it is a number, so that a loss that is not finite
/// lies above it.
pub const MAX_START_LOSS: f32 = 1e30;

/// Multiplications that [`start_loss`] may take, so that it holds nobody up.
const START_WORK: usize = 1 << 24;

/// The mean loss over a part at these weights, as every trainer computes it; over its first rows,
/// where the network is so large that more would take long. At most [`MAX_START_LOSS`], also where
/// the weights and the data give an infinite loss or none.
pub fn start_loss(net: &Net, weights: &[f32], part: &Part) -> f32 {
    let mut kernel = Kernel::new(net, 1);
    let enough = START_WORK / weights.len().max(1);
    let mut rows = 0;
    while rows < part.rows() && (rows == 0 || rows < enough) {
        kernel.score::<f32>(weights, part, rows);
        rows = part.rows().min(rows + BLOCK);
    }
    // The smaller of a NaN and a number is the number.
    kernel.scored(0, rows).0.min(MAX_START_LOSS)
}

/// The mean loss over a part at each of these weights, as the CPU trainer computes it: a lane for
/// each.
pub fn losses(net: &Net, places: &[Vec<f32>], part: &Part) -> Vec<f32> {
    let mut kernel = Kernel::new(net, Narrow::COUNT);
    let mut found = Vec::with_capacity(places.len());
    for some in places.chunks(Narrow::COUNT) {
        let lane = |lane: usize| &some[lane.min(some.len() - 1)];
        let weights: Vec<f32> = (0..net.parameters())
            .flat_map(|i| (0..Narrow::COUNT).map(move |l| lane(l)[i]))
            .collect();
        for first in (0..part.rows()).step_by(BLOCK) {
            kernel.score::<Narrow>(&weights, part, first);
        }
        found.extend((0..some.len()).map(|lane| kernel.scored(lane, part.rows()).0));
    }
    found
}

/// A network's outputs on a part, rows × outputs, as every trainer computes them.
pub fn outputs(net: &Net, weights: &[f32], part: &Part) -> Vec<f32> {
    let mut kernel = Kernel::new(net, 1);
    let mut found = Vec::with_capacity(part.rows() * net.outputs());
    for first in (0..part.rows()).step_by(BLOCK) {
        found.extend_from_slice(kernel.outputs_of(weights, part, first));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Loss, plain};
    use std::sync::Arc;

    #[test]
    fn outputs_and_losses_are_those_of_the_readable_network() {
        let net = Net::new(vec![2, 5, 3], Activation::Mish, Loss::SoftmaxCrossEntropy);
        let x: Vec<f32> = (0..2 * 70).map(|i| libm::sinf(i as f32)).collect();
        let part =
            Part { x: Arc::new(x), y: (0..70).map(|i| (i % 3) as f32).collect(), columns: 2 };
        let places: Vec<Vec<f32>> = (0..6).map(|seed| net.start(seed)).collect();
        let losses = losses(&net, &places, &part);
        assert_eq!(losses.len(), 6);
        for (weights, loss) in places.iter().zip(losses) {
            let wide: Vec<f64> = weights.iter().map(|&w| f64::from(w)).collect();
            let rows: Vec<_> = (0..70).map(|i| (part.row(i), part.target(i))).collect();
            assert!((f64::from(loss) - plain::gradient(&net, &wide, &rows).0).abs() < 1e-6);
            let found = outputs(&net, weights, &part);
            assert_eq!(found.len(), 210);
            for (i, (x, _)) in rows.iter().enumerate() {
                let x: Vec<f64> = x.iter().map(|&x| f64::from(x)).collect();
                let wanted = plain::forward(&net, &wide, &x).pop().expect("outputs");
                for (k, z) in wanted.into_iter().enumerate() {
                    assert!((f64::from(found[3 * i + k]) - z).abs() < 1e-5, "row {i}, output {k}");
                }
            }
        }
    }
}
