//! What every unit of a network does over the training rows, and the gradient there.

use super::sample;
use crate::data::Part;
use serde::{Deserialize, Serialize};
use tunescape_engine::net::{Activation, Dual, Net, plain};
use tunescape_engine::train::State;

/// Rows × parameters that are looked at.
const WORK: usize = 1 << 24;
/// Slopes smaller than this pass nearly no error back.
const FLAT: f64 = 0.01;
/// Cells along a side of a unit's picture.
pub const PICTURE_SIDE: usize = 24;

/// A run laid open after one epoch. Vectors of parameters lie as [`Net`] says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Anatomy {
    pub epoch: usize,
    pub weights: Vec<f32>,
    /// What the rule remembers of each parameter, the velocity first where it has one.
    pub slots: Vec<Vec<f32>>,
    /// Of the mean training loss over the rows looked at, without penalties.
    pub gradient: Vec<f32>,
    /// For each hidden layer, then the outputs: each unit.
    pub units: Vec<Vec<UnitStatistics>>,
    /// For two inputs: for each of those units its activation over the square [−reach, reach]²,
    /// `PICTURE_SIDE` cells a side, row by row from the largest second input.
    pub pictures: Vec<Vec<Vec<f32>>>,
    /// Training rows looked at: all, or an even sample where the network is large.
    pub rows: usize,
}

/// A unit's activations over the rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitStatistics {
    pub mean: f32,
    pub deviation: f32,
    pub least: f32,
    pub greatest: f32,
    /// Share of the rows at which the slope is flatter than 0.01: of a ReLU that is 1, it is dead;
    /// of a tanh that is nearly 1, it is saturated. 0 for outputs, which are linear.
    pub flat: f32,
    /// Root mean square of the gradients of its incoming weights and bias.
    pub gradient: f32,
}

/// Lays a network open. `reach`: half the side of the square that two-dimensional data lie in.
pub fn anatomy(net: &Net, state: &State, epoch: usize, part: &Part, reach: Option<f32>) -> Anatomy {
    let weights: Vec<f64> = state.weights.iter().map(|&w| f64::from(w)).collect();
    let part = &*net.loss.encoded(part, net.outputs());
    let rows = sample(part, WORK / weights.len().max(1));
    let (_, gradient) = plain::gradient(net, &weights, &rows);
    let wide = |x: &[f32]| x.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
    let passes: Vec<_> = rows.iter().map(|(x, _)| plain::sums(net, &weights, &wide(x))).collect();
    let unit = |l: usize, o: usize| {
        let layer = net.layers()[l];
        let of = |z: f64| value_and_slope(net.activations.get(l).copied(), z);
        let values: Vec<(f64, f64)> = passes.iter().map(|sums| of(sums[l][o])).collect();
        let mean = |f: &dyn Fn((f64, f64)) -> f64| {
            values.iter().map(|&v| f(v)).sum::<f64>() / values.len() as f64
        };
        let centre = mean(&|(a, _)| a);
        let incoming = (0..layer.inputs)
            .map(|i| layer.weights + i * layer.outputs + o)
            .chain([layer.biases + o]);
        let squares: f64 = incoming.map(|at| gradient[at] * gradient[at]).sum();
        UnitStatistics {
            mean: centre as f32,
            deviation: libm::sqrt(mean(&|(a, _)| (a - centre) * (a - centre))) as f32,
            least: values.iter().fold(f64::INFINITY, |m, v| m.min(v.0)) as f32,
            greatest: values.iter().fold(f64::NEG_INFINITY, |m, v| m.max(v.0)) as f32,
            flat: mean(&|(_, slope)| f64::from(u8::from(slope.abs() < FLAT))) as f32,
            gradient: libm::sqrt(squares / (layer.inputs + 1) as f64) as f32,
        }
    };
    let layers = net.sizes.len() - 1;
    Anatomy {
        epoch,
        units: (0..layers).map(|l| (0..net.sizes[l + 1]).map(|o| unit(l, o)).collect()).collect(),
        pictures: reach
            .filter(|_| net.inputs() == 2)
            .map_or(Vec::new(), |reach| pictures(net, &weights, reach)),
        weights: state.weights.clone(),
        slots: state.slots.clone(),
        gradient: gradient.into_iter().map(|g| g as f32).collect(),
        rows: rows.len(),
    }
}

fn value_and_slope(activation: Option<Activation>, z: f64) -> (f64, f64) {
    activation.map_or((z, 1.0), |f| {
        let at = f.exact(Dual { value: z, tangent: 1.0 });
        (at.value, at.tangent)
    })
}

fn pictures(net: &Net, weights: &[f64], reach: f32) -> Vec<Vec<Vec<f32>>> {
    let side = PICTURE_SIDE;
    let place = |i: usize| f64::from(reach) * ((2 * i + 1) as f64 / side as f64 - 1.0);
    let mut pictures: Vec<Vec<Vec<f32>>> =
        net.sizes[1..].iter().map(|&units| vec![Vec::with_capacity(side * side); units]).collect();
    for cell in 0..side * side {
        let activations = plain::forward(net, weights, &[place(cell % side), -place(cell / side)]);
        for (layer, values) in pictures.iter_mut().zip(&activations[1..]) {
            layer.iter_mut().zip(values).for_each(|(picture, &a)| picture.push(a as f32));
        }
    }
    pictures
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::Loss;

    /// One ReLU that lives, one that is dead, on four rows.
    #[test]
    fn dead_units_show_and_gradients_are_theirs() {
        let net = Net::new(vec![2, 2, 1], Activation::Relu, Loss::SquaredError);
        let weights = vec![1.0, -1.0, 0.0, 0.0, 0.0, -5.0, 2.0, 3.0, 0.5];
        let part = Part {
            x: vec![1.0, 0.0, 2.0, 0.0, 3.0, 0.0, -2.0, 0.0].into(),
            y: vec![0.0; 4],
            columns: 2,
        };
        let state = State { weights, slots: vec![vec![0.25; 9]], counters: [7.0, 1.0, 1.0] };
        let shown = anatomy(&net, &state, 7, &part, Some(2.0));
        let [living, dead] = shown.units[0][..] else { panic!("two units") };
        assert_eq!(
            (living.mean, living.least, living.greatest, living.flat),
            (1.5, 0.0, 3.0, 0.25)
        );
        assert_eq!((dead.greatest, dead.flat, dead.gradient), (0.0, 1.0, 0.0));
        // Outputs are 2.5, 4.5, 6.5 and 0.5: the bias's gradient is twice their mean.
        assert!((shown.gradient[8] - 7.0).abs() < 1e-6 && shown.units[1][0].flat == 0.0);
        assert!((shown.units[1][0].mean - 3.5).abs() < 1e-6);
        assert_eq!((shown.epoch, shown.rows, shown.slots), (7, 4, state.slots));
        // The picture's last cell is the largest first input and the smallest second.
        let picture = &shown.pictures[0][0];
        assert_eq!(picture.len(), PICTURE_SIDE * PICTURE_SIDE);
        assert!(
            (picture[PICTURE_SIDE * PICTURE_SIDE - 1] - 2.0 * 23.0 / 24.0).abs() < 1e-6
                && picture[0] == 0.0
        );
    }
}
