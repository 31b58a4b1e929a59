//! One trial at a time, the units of a layer side by side in the lanes: for networks whose weights,
//! times the lanes, leave the near caches.
//!
//! Every sum runs as in [`super::tiles`], one addition after the other in ascending order, so that
//! the numbers are the same.

use super::dropout::Dropout;
use super::form::Form;
use super::tiles::{Inputs, Own};
use crate::net::partial::Partial;
use crate::net::{Lanes, Layer};
use std::marker::PhantomData;

/// One trial whose numbers lie side by side in `V`.
pub struct Units<V>(PhantomData<V>);

impl<V: Partial> Form for Units<V> {
    type Trial = f32;
    type Wide = V;

    #[inline(always)]
    fn spread(number: f32) -> V {
        V::splat(number)
    }

    #[inline(always)]
    fn factors(dropout: &Dropout<f32>, place: u32) -> V {
        dropout.factors(place)
    }

    #[inline(always)]
    unsafe fn sums<I: Inputs<f32>>(w: *const f32, layer: Layer, a: I, rows: usize, to: *mut f32) {
        let product = Product {
            start: Some((w.wrapping_add(layer.biases), 0)),
            depth: layer.inputs,
            right: w.wrapping_add(layer.weights),
            rows,
            columns: layer.outputs,
            to,
        };
        unsafe { product.run::<V, I>(a) }
    }

    #[inline(always)]
    unsafe fn errors(
        w: *const f32,
        layer: Layer,
        d: Own,
        rows: usize,
        to: *mut f32,
        scratch: &mut Vec<f32>,
    ) {
        let Layer { inputs, outputs, weights, .. } = layer;
        if scratch.len() < inputs * outputs {
            scratch.resize(inputs * outputs, 0.0);
        }
        unsafe { turn(w.add(weights), inputs, outputs, scratch.as_mut_ptr()) };
        let right = scratch.as_ptr();
        let product = Product { start: None, depth: outputs, right, rows, columns: inputs, to };
        unsafe { product.run::<V, Own>(d) }
    }

    #[inline(always)]
    unsafe fn gradients<I: Inputs<f32>>(g: *mut f32, layer: Layer, a: I, d: Own, rows: usize) {
        let to = g.wrapping_add(layer.weights);
        let product = Product {
            start: Some((to, layer.outputs)),
            depth: rows,
            right: d.at,
            rows: layer.inputs,
            columns: layer.outputs,
            to,
        };
        unsafe {
            product.run::<V, Turned<I>>(Turned(a));
            for row in 0..rows {
                for o in 0..layer.outputs {
                    *g.add(layer.biases + o) += *d.at.add(row * layer.outputs + o);
                }
            }
        }
    }
}

/// Units as rows and rows as units.
#[derive(Clone, Copy)]
pub struct Turned<I>(pub I);

impl<V: Lanes, I: Inputs<V>> Inputs<V> for Turned<I> {
    #[inline(always)]
    unsafe fn get(self, row: usize, unit: usize) -> V {
        unsafe { self.0.get(unit, row) }
    }
}

/// to[r][c] = start[r][c] + Σ_k left[r][k]·right[k][c].
struct Product {
    /// Where the sums start from, and how far one row of that lies from the next; from 0 if none.
    start: Option<(*const f32, usize)>,
    /// How many products a sum is of.
    depth: usize,
    right: *const f32,
    rows: usize,
    columns: usize,
    to: *mut f32,
}

impl Product {
    #[inline(always)]
    unsafe fn run<V: Partial, L: Inputs<f32>>(&self, left: L) {
        let whole = V::first(V::COUNT);
        let most = if V::COUNT == 16 { 4 } else { 2 };
        let mut column = 0;
        while column < self.columns {
            let numbers = (self.columns - column).min(most * V::COUNT);
            let vectors = numbers.div_ceil(V::COUNT);
            let rest = numbers - (vectors - 1) * V::COUNT;
            let mask = if rest == V::COUNT { whole } else { V::first(rest) };
            unsafe {
                match vectors {
                    1 => self.strip::<V, L, 1>(left, column, mask),
                    3 if most == 4 => self.strip::<V, L, 3>(left, column, mask),
                    4 if most == 4 => self.strip::<V, L, 4>(left, column, mask),
                    _ => self.strip::<V, L, 2>(left, column, mask),
                }
            }
            column += numbers;
        }
    }

    /// All rows of `C` vectors of columns.
    #[inline(always)]
    unsafe fn strip<V: Partial, L: Inputs<f32>, const C: usize>(
        &self,
        left: L,
        column: usize,
        mask: V::Mask,
    ) {
        let mut row = 0;
        unsafe {
            while row + ROWS <= self.rows {
                self.tile::<V, L, ROWS, C>(left, row, column, mask);
                row += ROWS;
            }
            while row < self.rows {
                self.tile::<V, L, 1, C>(left, row, column, mask);
                row += 1;
            }
        }
    }

    #[inline(always)]
    unsafe fn tile<V: Partial, L: Inputs<f32>, const R: usize, const C: usize>(
        &self,
        left: L,
        row: usize,
        column: usize,
        mask: V::Mask,
    ) {
        unsafe {
            let mut sums = [[V::splat(0.0); C]; R];
            if let Some((start, apart)) = self.start {
                for (r, sums) in sums.iter_mut().enumerate() {
                    *sums = line::<V, C>(start.add((row + r) * apart + column), mask);
                }
            }
            for k in 0..self.depth {
                let right = line::<V, C>(self.right.add(k * self.columns + column), mask);
                for (r, sums) in sums.iter_mut().enumerate() {
                    let left = V::splat(left.get(row + r, k));
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = sum.add(left.mul(right));
                    }
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                for (c, sum) in sums.iter().enumerate() {
                    let to = self.to.add((row + r) * self.columns + column + c * V::COUNT);
                    if c + 1 < C { sum.write(to) } else { sum.write_some(to, mask) }
                }
            }
        }
    }
}

/// `C` vectors side by side, the last of which may be partial.
#[inline(always)]
unsafe fn line<V: Partial, const C: usize>(from: *const f32, mask: V::Mask) -> [V; C] {
    let mut line = [V::splat(0.0); C];
    for (c, vector) in line.iter_mut().enumerate() {
        unsafe {
            let at = from.add(c * V::COUNT);
            *vector = if c + 1 < C { V::read(at) } else { V::read_some(at, mask) };
        }
    }
    line
}

/// Rows of a tile.
const ROWS: usize = 4;

/// Writes to `to` the table at `from`, of so many rows and columns, with both exchanged: in squares
/// that fit registers, and number by number at the edges.
#[inline(always)]
unsafe fn turn(from: *const f32, rows: usize, columns: usize, to: *mut f32) {
    const SIDE: usize = 4;
    let (whole_rows, whole_columns) = (rows - rows % SIDE, columns - columns % SIDE);
    unsafe {
        for row in (0..whole_rows).step_by(SIDE) {
            for column in (0..whole_columns).step_by(SIDE) {
                let square = |i: usize| from.add((row + i) * columns + column);
                let read = |i: usize| square(i).cast::<[f32; SIDE]>().read_unaligned();
                let [a, b, c, d] = [read(0), read(1), read(2), read(3)];
                for i in 0..SIDE {
                    let turned = to.add((column + i) * rows + row).cast::<[f32; SIDE]>();
                    turned.write_unaligned([a[i], b[i], c[i], d[i]]);
                }
            }
        }
        for row in 0..rows {
            let first = if row < whole_rows { whole_columns } else { 0 };
            for column in first..columns {
                *to.add(column * rows + row) = *from.add(row * columns + column);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Activation, Loss, Net};
    use crate::part::Part;
    use crate::train::dropout::Dropout;
    use crate::train::kernel::{Batch, Kernel};
    use std::arch::x86_64::{__m256, __m512};
    use std::sync::Arc;

    /// Rows of the block, less than a whole one.
    const ROWS: usize = 27;

    /// Gradient of a block with dropout, and loss and score of another, as bits.
    #[inline(always)]
    fn block<F: Form<Trial = f32>>(net: &Net, part: &Part) -> Vec<u32> {
        let (start, mut kernel) = (net.start(5), Kernel::new(net, 1));
        let mut gradient: Vec<f32> = start.iter().map(|w| 0.1 * w).collect();
        let rows: Vec<u32> = (0..ROWS as u32).rev().collect();
        let dropout = Some((Dropout::new(0.3, 7, 2), 5));
        let batch = Batch { share: 0.04, smoothing: 0.1, dropout };
        kernel.gradient::<F>(&start, &mut gradient, part, &rows, batch);
        kernel.score::<F>(&start, part, 0);
        let (loss, score) = kernel.scored(0, ROWS);
        gradient.into_iter().chain([loss, score]).map(f32::to_bits).collect()
    }

    #[target_feature(enable = "avx2")]
    fn block_in_256(net: &Net, part: &Part) -> Vec<u32> {
        block::<Units<__m256>>(net, part)
    }

    #[target_feature(enable = "avx512f")]
    fn block_in_512(net: &Net, part: &Part) -> Vec<u32> {
        block::<Units<__m512>>(net, part)
    }

    /// Layers of every number of vectors that a tile has, whole ones and partial ones.
    #[test]
    fn units_side_by_side_give_the_bits_of_one_after_the_other() {
        for sizes in
            [vec![5, 3], vec![9, 16, 1, 33, 4], vec![70, 50, 65, 128, 10], vec![1, 8, 24, 2]]
        {
            let inputs = sizes[0];
            let x = (0..ROWS * inputs).map(|i| libm::sinf(i as f32 * 0.7)).collect();
            let y = (0..ROWS).map(|i| (i % 2) as f32).collect();
            let part = Part { x: Arc::new(x), y, columns: inputs };
            for activation in [Activation::Relu, Activation::Gelu] {
                let net = Net::new(sizes.clone(), activation, Loss::SoftmaxCrossEntropy);
                let wanted = block::<f32>(&net, &part);
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the machine has it.
                    assert!(unsafe { block_in_256(&net, &part) } == wanted, "256 bits, {sizes:?}");
                }
                if is_x86_feature_detected!("avx512f") {
                    // SAFETY: as above.
                    assert!(unsafe { block_in_512(&net, &part) } == wanted, "512 bits, {sizes:?}");
                }
            }
        }
    }
}
