//! What a rule does with the rows of one update: dropout, label smoothing, L1, clipping, then the
//! step.

use tunescape_engine::net::{Net, plain};
use tunescape_engine::optim::{Hyper, Rule, Update};
use tunescape_engine::train::State;
use tunescape_engine::train::dropout::Dropout;

/// How a run updates its weights.
#[derive(Clone, Copy)]
pub struct Updates<'a> {
    pub net: &'a Net,
    pub rule: Rule,
    pub hyper: &'a Hyper,
    /// Of what dropout draws.
    pub seed: u64,
    /// Whether penalties hold for biases as well.
    pub penalise_biases: bool,
}

/// The gradient on its way to the rule, by parameter.
pub struct Gradient {
    pub loss: f64,
    /// Of the loss; with L1; and clipped, as the rule gets it.
    pub own: Vec<f64>,
    pub with_l1: Vec<f64>,
    pub used: Vec<f64>,
}

pub type Row<'a> = (&'a [f32], &'a [f32]);

fn thinned(w: &[f64], by: &[f64]) -> Vec<f64> {
    w.iter().zip(by).map(|(w, by)| w * by).collect()
}

impl Updates<'_> {
    fn is_bias(&self, i: usize) -> bool {
        self.net.layers().iter().any(|l| (l.biases..l.biases + l.outputs).contains(&i))
    }

    /// What dropout multiplies each parameter by, row by row of the update that comes after `done`
    /// others: by the factor of the unit that it leads from. None without dropout.
    pub fn thinnings(&self, rows: usize, done: usize) -> Option<Vec<Vec<f64>>> {
        let dropout = (self.hyper.dropout > 0.0)
            .then(|| Dropout::<f32>::new(self.hyper.dropout, self.seed, done))?;
        let layers = &self.net.layers()[1..];
        let hidden: usize = layers.iter().map(|layer| layer.inputs).sum();
        let of = |row: usize| {
            let mut factors = vec![1.0; self.net.parameters()];
            let mut unit = row * hidden;
            for layer in layers {
                for at in (0..layer.inputs).map(|i| layer.weights + i * layer.outputs) {
                    factors[at..at + layer.outputs].fill(f64::from(dropout.factor(unit as u32)));
                    unit += 1;
                }
            }
            factors
        };
        Some((0..rows).map(of).collect())
    }

    /// The mean loss of some rows and its gradient.
    pub fn mean(
        &self,
        weights: &[f64],
        rows: &[Row],
        thinnings: Option<&[Vec<f64>]>,
    ) -> (f64, Vec<f64>) {
        let (net, smoothing) = (self.net, f64::from(self.hyper.label_smoothing));
        let Some(each) = thinnings else {
            return plain::smooth_gradient(net, weights, rows, smoothing);
        };
        let (mut loss, mut sum) = (0.0, vec![0.0; weights.len()]);
        for (row, by) in rows.iter().zip(each) {
            let (one, gradient) =
                plain::smooth_gradient(net, &thinned(weights, by), &[*row], smoothing);
            loss += one / rows.len() as f64;
            sum.iter_mut()
                .zip(thinned(&gradient, by))
                .for_each(|(sum, g)| *sum += g / rows.len() as f64);
        }
        (loss, sum)
    }

    /// The gradient as the rule gets it.
    pub fn gradient(
        &self,
        weights: &[f64],
        rows: &[Row],
        thinnings: Option<&[Vec<f64>]>,
    ) -> Gradient {
        let (loss, own) = self.mean(weights, rows, thinnings);
        let hyper = self.hyper;
        let with_l1 = |(i, g): (usize, &f64)| {
            let free = weights[i] == 0.0 || (!self.penalise_biases && self.is_bias(i));
            g + f64::from(hyper.l1) * if free { 0.0 } else { weights[i].signum() }
        };
        let with_l1: Vec<f64> = own.iter().enumerate().map(with_l1).collect();
        let mut used = with_l1.clone();
        let most = f64::from(hyper.clip_value);
        if most > 0.0 {
            used.iter_mut().for_each(|g| *g = g.clamp(-most, most));
        }
        if hyper.clip_norm > 0.0 {
            let length = libm::sqrt(used.iter().map(|g| g * g).sum());
            let by = (f64::from(hyper.clip_norm) / (length + 1e-6)).min(1.0);
            used.iter_mut().for_each(|g| *g *= by);
        }
        Gradient { loss, own, with_l1, used }
    }

    /// Every parameter after the rule's step at a rate with this gradient: its weight and what the
    /// rule remembers of it. Without `pull` no weight is drawn to zero.
    pub fn stepped(&self, state: &State, rate: f32, gradient: &[f64], pull: bool) -> State {
        let mut after = state.clone();
        let step = Update::<f32>::new(self.rule, |of| of(self.hyper), rate, &mut after.counters);
        let free = step.unpenalised();
        for (i, g) in gradient.iter().enumerate() {
            let slot = |s: usize| state.slots.get(s).map_or(0.0, |slot| slot[i]);
            let own =
                if pull && (self.penalise_biases || !self.is_bias(i)) { &step } else { &free };
            let (w, slots) =
                own.step(self.rule, state.weights[i], [slot(0), slot(1), slot(2)], *g as f32);
            after.weights[i] = w;
            after.slots.iter_mut().zip(slots).for_each(|(to, from)| to[i] = from);
        }
        after
    }
}
