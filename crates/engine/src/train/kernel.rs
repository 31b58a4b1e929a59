//! One training step of a lane group: the arithmetic of the CPU trainer, generic over the [`Form`] of
//! the group.
//!
//! | symbol | shape | meaning |
//! |---|---|---|
//! | N | | trials of a group, one in each lane; 1 where the lanes are units |
//! | w, g | parameters × N | parameters and gradient, laid out as [`crate::net`] says, a vector of lanes for each number |
//! | a | layer × row × unit × N | activations of a block of rows |
//! | d | the same | derivatives by the layer's sums |
//!
//! Sums run over inputs, outputs and rows in ascending order, one addition after the other, in
//! every tile shape: tiles only decide which independent sums are in flight together. So a trial's
//! numbers depend neither on the tile nor on N nor on its neighbours.

mod activate;

use super::dropout::Dropout;
use super::form::Form;
use super::group::MAX_LANES;
use super::tiles::{Own, Shared};
use crate::net::loss::lanes as losses;
use crate::net::{Activation, Lanes, Layer, Loss, Net};
use crate::part::Part;
use activate::{Activate, Slopes};
use std::marker::PhantomData;

/// Rows that pass through the network together.
pub const BLOCK: usize = 32;

/// Parameters whose numbers, sixteen of each, take a third of the nearest cache.
const SMALL: usize = 256;

/// Scratch of one group in flight, and what it needs of the network. Made once, reused for every
/// step.
#[derive(Clone)]
pub struct Kernel {
    layers: Vec<Layer>,
    units: Vec<Activation>,
    loss: Loss,
    /// Offset of each layer's activations in a block, in units of lanes; the last entry is the
    /// total.
    offsets: Vec<usize>,
    activations: Vec<f32>,
    /// The sums of layers whose slopes need them; empty if none does.
    kept: Vec<f32>,
    deltas: Vec<f32>,
    /// What hidden layers hand on with dropout, and what it multiplied them by; empty until there
    /// is some.
    dropped: Vec<f32>,
    factors: Vec<f32>,
    /// For the form's own use.
    scratch: Vec<f32>,
    /// Loss sum and score sum over the blocks of a part so far, N each.
    sums: [Vec<f32>; 2],
}

/// The batch that a block belongs to.
#[derive(Clone, Copy)]
pub struct Batch<V> {
    /// 1 / rows of the batch.
    pub share: f32,
    /// What each trial smooths its labels by.
    pub smoothing: V,
    /// Dropout, where there is some, and the rows of the batch before the block.
    pub dropout: Option<(Dropout<V>, usize)>,
}

impl Kernel {
    pub fn new(net: &Net, lanes: usize) -> Self {
        let layers = net.layers();
        let mut offsets = vec![0];
        for layer in &layers {
            offsets.push(offsets[offsets.len() - 1] + layer.outputs * BLOCK);
        }
        let total = offsets[layers.len()] * lanes;
        let by_sum = net.activations.iter().any(|unit| unit.facts().by_sum);
        Self {
            layers,
            units: net.activations.clone(),
            loss: net.loss,
            offsets,
            activations: vec![0.0; total],
            kept: vec![0.0; if by_sum { total } else { 0 }],
            deltas: vec![0.0; total],
            dropped: Vec::new(),
            factors: Vec::new(),
            scratch: Vec::new(),
            sums: [vec![0.0; lanes], vec![0.0; lanes]],
        }
    }

    /// Adds to `g` what these rows, a block at most, give of the gradient of a batch's mean loss.
    #[inline(always)]
    pub fn gradient<F: Form>(
        &mut self,
        w: &[f32],
        g: &mut [f32],
        part: &Part,
        rows: &[u32],
        batch: Batch<F::Trial>,
    ) {
        assert!(
            w.len() >= self.parameters() * F::Trial::COUNT
                && g.len() == w.len()
                && rows.len() <= BLOCK
        );
        if batch.dropout.is_some() && self.dropped.is_empty() {
            self.dropped = vec![0.0; self.activations.len()];
            self.factors = self.dropped.clone();
        }
        let step = self.together::<F>();
        for (some, rows) in rows.chunks(step).enumerate() {
            let dropout = batch.dropout.map(|(dropout, first)| (dropout, first + some * step));
            let mut inputs = [std::ptr::null(); BLOCK];
            for (at, &row) in inputs.iter_mut().zip(rows) {
                *at = part.row(row as usize).as_ptr();
            }
            let (w, g, count) = (w.as_ptr(), g.as_mut_ptr(), rows.len());
            // SAFETY: `w`, `g` and the scratch hold N numbers for every parameter and unit (asserted
            // above and made so in `new`); `inputs` point at rows of `columns` = inputs numbers,
            // checked when the trainer was made.
            unsafe {
                self.forward::<F>(w, &inputs, count, dropout);
                self.output_deltas::<F::Trial>(part, rows, batch.share, batch.smoothing);
                self.backward::<F>(w, g, &inputs, count, dropout.is_some());
            }
        }
    }

    /// Rows that go forwards and backwards before the next do: fewer than a block where the
    /// activations of a block, but not the weights, are too large for the nearest cache.
    #[inline(always)]
    fn together<F: Form>(&self) -> usize {
        let wide = F::Trial::COUNT == MAX_LANES;
        if wide && self.parameters() <= SMALL { BLOCK / 4 } else { BLOCK }
    }

    /// Adds the losses and scores of the block of rows that begins at `first` to the sums; the
    /// first block of a part begins them anew.
    #[inline(always)]
    pub fn score<F: Form>(&mut self, w: &[f32], part: &Part, first: usize) {
        assert!(w.len() >= self.parameters() * F::Trial::COUNT);
        if first == 0 {
            self.sums.iter_mut().for_each(|sums| sums.fill(0.0));
        }
        let end = part.rows().min(first + BLOCK);
        let (mut loss, mut score) = (F::Trial::splat(0.0), F::Trial::splat(0.0));
        for from in (first..end).step_by(self.together::<F>()) {
            let count = self.together::<F>().min(end - from);
            let mut inputs = [std::ptr::null(); BLOCK];
            for (i, at) in inputs.iter_mut().take(count).enumerate() {
                *at = part.row(from + i).as_ptr();
            }
            // SAFETY: as in `gradient`.
            unsafe {
                self.forward::<F>(w.as_ptr(), &inputs, count, None);
                for row in 0..count {
                    let (l, s) = self.row_score::<F::Trial>(row, part.target(from + row));
                    loss = loss.add(l);
                    score = score.add(s);
                }
            }
        }
        for (sums, block) in self.sums.iter_mut().zip([loss, score]) {
            let sum = F::Trial::load(sums).add(block);
            // SAFETY: `load` has seen that N numbers are there.
            unsafe { sum.write(sums.as_mut_ptr()) }
        }
    }

    /// The outputs of the block of rows that begins at `first`, of a kernel of one lane.
    pub fn outputs_of(&mut self, w: &[f32], part: &Part, first: usize) -> &[f32] {
        self.score::<f32>(w, part, first);
        let begin = self.offsets[self.layers.len() - 1];
        &self.activations[begin..][..BLOCK.min(part.rows() - first) * self.outputs()]
    }

    /// Mean loss over `rows` rows, and the score's sum, of a trial: what [`Kernel::score`] has
    /// summed. The score is the number of rows classified correctly, or the sum of squared
    /// errors.
    pub fn scored(&self, lane: usize, rows: usize) -> (f32, f32) {
        let share = 1.0 / (rows.max(1) * self.terms()) as f32;
        (self.sums[0][lane] * share, self.sums[1][lane])
    }

    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn parameters(&self) -> usize {
        self.layers.iter().map(|l| (l.inputs + 1) * l.outputs).sum()
    }

    fn outputs(&self) -> usize {
        self.layers[self.layers.len() - 1].outputs
    }

    /// How many terms the loss of one row is the mean of.
    fn terms(&self) -> usize {
        self.loss.terms(self.outputs())
    }

    #[inline(always)]
    unsafe fn forward<F: Form>(
        &mut self,
        w: *const f32,
        inputs: &[*const f32; BLOCK],
        rows: usize,
        dropout: Option<(Dropout<F::Trial>, usize)>,
    ) {
        for l in 0..self.layers.len() {
            let layer = self.layers[l];
            unsafe {
                let to = self.activations.as_mut_ptr().add(self.offsets[l] * F::Trial::COUNT);
                if l == 0 {
                    F::sums(w, layer, Shared(inputs), rows, to);
                } else {
                    F::sums(w, layer, self.fed::<F::Trial>(l - 1, dropout.is_some()), rows, to);
                }
                if let Some(unit) = self.units.get(l) {
                    // Nothing is kept, and nothing read, at this place when no slope needs the
                    // sums.
                    let kept =
                        self.kept.as_mut_ptr().wrapping_add(self.offsets[l] * F::Trial::COUNT);
                    unit.with(Activate::<F::Wide> {
                        z: to,
                        kept,
                        numbers: rows * layer.outputs * F::Trial::COUNT,
                        lanes: PhantomData,
                    });
                    if let Some((dropout, first)) = dropout {
                        self.drop_out::<F>(l, rows, dropout, first);
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn own<V: Lanes>(&self, l: usize) -> Own {
        unsafe {
            Own {
                at: self.activations.as_ptr().add(self.offsets[l] * V::COUNT),
                units: self.layers[l].outputs,
            }
        }
    }

    /// What a hidden layer hands on.
    #[inline(always)]
    unsafe fn fed<V: Lanes>(&self, l: usize, dropped: bool) -> Own {
        let from = if dropped { &self.dropped } else { &self.activations };
        unsafe {
            Own { at: from.as_ptr().add(self.offsets[l] * V::COUNT), units: self.layers[l].outputs }
        }
    }

    /// Drops units of a hidden layer; the block's first row is row `first` of the batch.
    #[inline(always)]
    unsafe fn drop_out<F: Form>(
        &mut self,
        l: usize,
        rows: usize,
        dropout: Dropout<F::Trial>,
        first: usize,
    ) {
        let (units, before) = (self.layers[l].outputs, self.offsets[l] / BLOCK);
        let hidden = self.offsets[self.layers.len() - 1] / BLOCK;
        for row in 0..rows {
            for unit in (0..units).step_by(F::Wide::COUNT / F::Trial::COUNT) {
                let at = (self.offsets[l] + row * units + unit) * F::Trial::COUNT;
                let place = ((first + row) * hidden + before + unit) as u32;
                let factor = F::factors(&dropout, place);
                // SAFETY: all three have room for a number of each trial for every unit and row of
                // a block. What a last step writes beyond its row is written again before it is
                // read: by the next row, or by the next layer, which has as much room at least.
                unsafe {
                    factor.write(self.factors.as_mut_ptr().add(at));
                    F::Wide::read(self.activations.as_ptr().add(at))
                        .mul(factor)
                        .write(self.dropped.as_mut_ptr().add(at));
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn output_deltas<V: Lanes>(
        &mut self,
        part: &Part,
        rows: &[u32],
        share: f32,
        smoothing: V,
    ) {
        let (last, outputs) = (self.layers.len() - 1, self.outputs());
        let at = self.offsets[last] * V::COUNT;
        for (row, &index) in rows.iter().enumerate() {
            let y = part.target(index as usize);
            unsafe {
                let row = at + row * outputs * V::COUNT;
                let (z, d) =
                    (self.activations.as_ptr().add(row), self.deltas.as_mut_ptr().add(row));
                losses::deltas::<V>(self.loss, outputs, z, y, share, smoothing, d);
            }
        }
    }

    #[inline(always)]
    unsafe fn backward<F: Form>(
        &mut self,
        w: *const f32,
        g: *mut f32,
        inputs: &[*const f32; BLOCK],
        rows: usize,
        dropped: bool,
    ) {
        for l in (0..self.layers.len()).rev() {
            let layer = self.layers[l];
            unsafe {
                let d = self.deltas.as_ptr().add(self.offsets[l] * F::Trial::COUNT);
                let d = Own { at: d, units: layer.outputs };
                if l == 0 {
                    F::gradients(g, layer, Shared(inputs), d, rows);
                    return;
                }
                let before = self.own::<F::Trial>(l - 1);
                F::gradients(g, layer, self.fed::<F::Trial>(l - 1, dropped), d, rows);
                let to = self.deltas.as_mut_ptr().add(self.offsets[l - 1] * F::Trial::COUNT);
                F::errors(w, layer, d, rows, to, &mut self.scratch);
                let numbers = rows * layer.inputs * F::Trial::COUNT;
                if dropped {
                    let factors = self.factors.as_ptr().add(self.offsets[l - 1] * F::Trial::COUNT);
                    for at in (0..numbers).step_by(F::Wide::COUNT) {
                        let factor = F::Wide::read(factors.add(at));
                        F::Wide::read(to.add(at)).mul(factor).write(to.add(at));
                    }
                }
                let kept = self.kept.as_ptr().wrapping_add(self.offsets[l - 1] * F::Trial::COUNT);
                self.units[l - 1].with(Slopes::<F::Wide> {
                    d: to,
                    a: before.at,
                    kept,
                    numbers,
                    lanes: PhantomData,
                });
            }
        }
    }

    /// Loss and score of one row of the block.
    #[inline(always)]
    unsafe fn row_score<V: Lanes>(&self, row: usize, y: &[f32]) -> (V, V) {
        unsafe {
            let z = self.own::<V>(self.layers.len() - 1);
            losses::score(self.loss, z.units, z.at.add(row * z.units * V::COUNT), y)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::plain;
    use std::sync::Arc;

    /// A row's gradient with dropout is that of the network whose weights behind each unit are
    /// multiplied by the unit's factor, times that factor for those weights.
    #[test]
    fn dropout_is_a_thinned_network_for_each_row() {
        let net = Net::new(vec![3, 5, 4, 2], Activation::Tanh, Loss::SquaredError);
        let part = Part {
            x: Arc::new((0..9).map(|i| 0.4 * i as f32 - 1.5).collect()),
            y: (0..6).map(|i| 0.3 * i as f32 - 0.5).collect(),
            columns: 3,
        };
        let start = net.start(7);
        let dropout = Dropout::<f32>::new(0.4, 11, 3);
        let mut kernel = Kernel::new(&net, 1);
        let mut found = vec![0.0; start.len()];
        // The second and third row come as a block of their own, after the first.
        for (first, rows) in [(0, &[2][..]), (1, &[0, 1])] {
            let batch = Batch { share: 1.0 / 3.0, smoothing: 0.0, dropout: Some((dropout, first)) };
            kernel.gradient::<f32>(&start, &mut found, &part, rows, batch);
        }
        let mut wanted = vec![0.0; start.len()];
        let mut left_out = 0;
        for (place, row) in [2, 0, 1].into_iter().enumerate() {
            let mut factors = vec![1.0; start.len()];
            let mut before = 0;
            for layer in &net.layers()[1..] {
                for unit in 0..layer.inputs {
                    let factor = f64::from(dropout.factor((place * 9 + before + unit) as u32));
                    left_out += usize::from(factor == 0.0);
                    let from = layer.weights + unit * layer.outputs;
                    factors[from..from + layer.outputs].fill(factor);
                }
                before += layer.inputs;
            }
            let thinned: Vec<f64> =
                start.iter().zip(&factors).map(|(&w, factor)| f64::from(w) * factor).collect();
            let (_, gradient) =
                plain::gradient(&net, &thinned, &[(part.row(row), part.target(row))]);
            wanted
                .iter_mut()
                .zip(gradient)
                .zip(factors)
                .for_each(|((sum, g), factor)| *sum += g * factor / 3.0);
        }
        assert!((5..20).contains(&left_out), "{left_out} of 27");
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((f64::from(*found) - wanted).abs() < 1e-5, "{found} {wanted}");
        }
    }
}
