//! The next update of a rule on all training rows, taken apart.

use super::{Updates, sample};
use crate::data::Part;
use tunescape_engine::optim::Rule;
use tunescape_engine::train::State;

/// Rows × parameters that the gradient is measured on.
const WORK: usize = 1 << 24;

/// Changes of the weights, laid out as [`Net`] says.
#[derive(Clone, Debug, PartialEq)]
pub struct NextStep {
    /// What the update adds.
    pub whole: Vec<f32>,
    /// What it would add were the gradient zero: of v ← βv + g that is −η·βv; zero for rules that
    /// remember nothing.
    pub remembered: Vec<f32>,
}

impl NextStep {
    /// What the gradient adds: −η·g for the plain rules.
    pub fn fresh(&self) -> Vec<f32> {
        self.whole.iter().zip(&self.remembered).map(|(w, r)| w - r).collect()
    }
}

/// Whether the two parts of a rule's step add up by themselves: its step is linear in gradient and
/// velocity.
pub fn has_parts(rule: Rule) -> bool {
    matches!(rule, Rule::Sgd | Rule::Momentum | Rule::AveragedMomentum | Rule::Nesterov)
}

/// The update that would come next at this rate (that of the schedule), with the gradient of all
/// rows in the place of a batch's (an even sample of them where the network is large), in this
/// order; penalties, clipping and dropout as in training.
pub fn next_step(updates: Updates, rate: f32, state: &State, part: &Part) -> NextStep {
    let weights: Vec<f64> = state.weights.iter().map(|&w| f64::from(w)).collect();
    let part = &*updates.net.loss.encoded(part, updates.net.outputs());
    // With dropout each row has factors of its own for all parameters, which are held at once.
    let work = if updates.hyper.dropout > 0.0 { WORK / 16 } else { WORK };
    let rows = sample(part, work / weights.len().max(1));
    let thinnings = updates.thinnings(rows.len(), state.counters[0] as usize);
    let gradient = updates.gradient(&weights, &rows, thinnings.as_deref()).used;
    let change = |gradient: &[f64], pull: bool| {
        let after = updates.stepped(state, rate, gradient, pull).weights;
        after.iter().zip(&state.weights).map(|(after, before)| after - before).collect()
    };
    NextStep {
        whole: change(&gradient, true),
        remembered: change(&vec![0.0; weights.len()], false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tunescape_engine::net::{Activation, Loss, Net};
    use tunescape_engine::optim::Hyper;

    /// A line through two points, its gradient and two velocities known.
    #[test]
    fn the_parts_are_those_of_the_formulas() {
        let net = Net::new(vec![1, 1], Activation::Tanh, Loss::SquaredError);
        let part = Part { x: vec![1.0, -1.0].into(), y: vec![0.0, 0.0], columns: 1 };
        // The output is w·x + b: the gradient of the mean square is (2w, 2b) = (1, 0.5).
        let state = State {
            weights: vec![0.5, 0.25],
            slots: vec![vec![2.0, -4.0]],
            counters: [3.0, 1.0, 1.0],
        };
        let hyper = Hyper { momentum: 0.5, ..Hyper::default() };
        for (rule, fresh, remembered) in [
            (Rule::Sgd, [-0.1, -0.05], [0.0, 0.0]),
            (Rule::Momentum, [-0.1, -0.05], [-0.1, 0.2]),
            (Rule::AveragedMomentum, [-0.05, -0.025], [-0.1, 0.2]),
            (Rule::Nesterov, [-0.15, -0.075], [-0.05, 0.1]),
        ] {
            let updates =
                Updates { net: &net, rule, hyper: &hyper, seed: 1, penalise_biases: true };
            let step = next_step(updates, 0.1, &state, &part);
            let near = |a: &[f32], b: [f32; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
            assert!(
                near(&step.fresh(), fresh) && near(&step.remembered, remembered),
                "{rule:?}: {step:?}"
            );
            assert!(has_parts(rule));
        }
        assert!(!has_parts(Rule::Adam));
    }
}
