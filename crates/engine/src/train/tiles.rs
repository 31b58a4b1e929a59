//! The products of a layer for a block of rows, in tiles of independent sums (see [`super::kernel`]
//! for the shapes).

use crate::net::{Lanes, Layer};

/// The inputs of a layer for a block of rows: the data, the same for every lane, or the activations
/// before it.
pub trait Inputs<V: Lanes>: Copy {
    /// # Safety
    /// `row` lies in the block and `unit` in the layer.
    unsafe fn get(self, row: usize, unit: usize) -> V;
}

#[derive(Clone, Copy)]
pub struct Shared<'a>(pub &'a [*const f32]);

impl<V: Lanes> Inputs<V> for Shared<'_> {
    #[inline(always)]
    unsafe fn get(self, row: usize, unit: usize) -> V {
        unsafe { V::splat(*self.0.get_unchecked(row).add(unit)) }
    }
}

#[derive(Clone, Copy)]
pub struct Own {
    pub at: *const f32,
    pub units: usize,
}

impl<V: Lanes> Inputs<V> for Own {
    #[inline(always)]
    unsafe fn get(self, row: usize, unit: usize) -> V {
        unsafe { V::read(self.at.add((row * self.units + unit) * V::COUNT)) }
    }
}

/// Covers an `m` × `n` table of independent sums with tiles of 4×2, 2×4 and 1×8, so that about
/// eight are in flight, and single ones at the edges.
macro_rules! tiles {
    ($m:expr, $n:expr, $tile:ident, $v:ty, $($argument:expr),*) => {{
        let (m, n) = ($m, $n);
        let mut i = 0;
        while i < m {
            let mut j = 0;
            if <$v>::COUNT == 16 && m - i >= 2 {
                while j + 8 <= n { $tile::<$v, _, 2, 8>($($argument),*, i, j); j += 8; }
                while j + 4 <= n { $tile::<$v, _, 2, 4>($($argument),*, i, j); j += 4; }
                while j < n { $tile::<$v, _, 2, 1>($($argument),*, i, j); j += 1; }
                i += 2;
            } else if m - i >= 4 {
                while j + 2 <= n { $tile::<$v, _, 4, 2>($($argument),*, i, j); j += 2; }
                while j < n { $tile::<$v, _, 4, 1>($($argument),*, i, j); j += 1; }
                i += 4;
            } else if m - i >= 2 {
                while j + 4 <= n { $tile::<$v, _, 2, 4>($($argument),*, i, j); j += 4; }
                while j < n { $tile::<$v, _, 2, 1>($($argument),*, i, j); j += 1; }
                i += 2;
            } else {
                while j + 8 <= n { $tile::<$v, _, 1, 8>($($argument),*, i, j); j += 8; }
                while j < n { $tile::<$v, _, 1, 1>($($argument),*, i, j); j += 1; }
                i += 1;
            }
        }
    }};
}

/// z[row][o] = b[o] + Σ_i a[row][i]·w[i][o] for a block of rows.
#[inline(always)]
pub unsafe fn sums<V: Lanes, I: Inputs<V>>(
    w: *const f32,
    layer: Layer,
    a: I,
    rows: usize,
    to: *mut f32,
) {
    unsafe { tiles!(layer.outputs, rows, sum_tile, V, w, layer, a, to) }
}

#[inline(always)]
unsafe fn sum_tile<V: Lanes, I: Inputs<V>, const O: usize, const R: usize>(
    w: *const f32,
    layer: Layer,
    a: I,
    to: *mut f32,
    o: usize,
    row: usize,
) {
    unsafe {
        let mut acc = [[V::splat(0.0); R]; O];
        for (k, line) in acc.iter_mut().enumerate() {
            *line = [V::read(w.add((layer.biases + o + k) * V::COUNT)); R];
        }
        for i in 0..layer.inputs {
            let at = w.add((layer.weights + i * layer.outputs + o) * V::COUNT);
            let mut x = [V::splat(0.0); R];
            for (r, x) in x.iter_mut().enumerate() {
                *x = a.get(row + r, i);
            }
            for (k, line) in acc.iter_mut().enumerate() {
                let weight = V::read(at.add(k * V::COUNT));
                for (sum, x) in line.iter_mut().zip(x) {
                    *sum = sum.add(x.mul(weight));
                }
            }
        }
        for (k, line) in acc.iter().enumerate() {
            for (r, sum) in line.iter().enumerate() {
                sum.write(to.add(((row + r) * layer.outputs + o + k) * V::COUNT));
            }
        }
    }
}

/// to[row][i] = Σ_o w[i][o]·d[row][o], before the slope.
#[inline(always)]
pub unsafe fn errors<V: Lanes>(w: *const f32, layer: Layer, d: Own, rows: usize, to: *mut f32) {
    unsafe { tiles!(layer.inputs, rows, error_tile, V, w, layer, d, to) }
}

#[inline(always)]
unsafe fn error_tile<V: Lanes, D: Inputs<V>, const I: usize, const R: usize>(
    w: *const f32,
    layer: Layer,
    d: D,
    to: *mut f32,
    i: usize,
    row: usize,
) {
    unsafe {
        let mut acc = [[V::splat(0.0); R]; I];
        for o in 0..layer.outputs {
            let mut delta = [V::splat(0.0); R];
            for (r, delta) in delta.iter_mut().enumerate() {
                *delta = d.get(row + r, o);
            }
            for (k, line) in acc.iter_mut().enumerate() {
                let weight =
                    V::read(w.add((layer.weights + (i + k) * layer.outputs + o) * V::COUNT));
                for (sum, delta) in line.iter_mut().zip(delta) {
                    *sum = sum.add(weight.mul(delta));
                }
            }
        }
        for (k, line) in acc.iter().enumerate() {
            for (r, sum) in line.iter().enumerate() {
                sum.write(to.add(((row + r) * layer.inputs + i + k) * V::COUNT));
            }
        }
    }
}

/// g[i][o] += Σ_row a[row][i]·d[row][o], and the same for the biases with a = 1.
#[inline(always)]
pub unsafe fn gradients<V: Lanes, A: Inputs<V>>(
    g: *mut f32,
    layer: Layer,
    a: A,
    d: Own,
    rows: usize,
) {
    unsafe {
        tiles!(layer.outputs, layer.inputs, gradient_tile, V, g, layer, a, d, rows);
        for o in 0..layer.outputs {
            let at = g.add((layer.biases + o) * V::COUNT);
            let mut sum = V::read(at);
            for row in 0..rows {
                sum = sum.add(d.get(row, o));
            }
            sum.write(at);
        }
    }
}

#[inline(always)]
unsafe fn gradient_tile<V: Lanes, A: Inputs<V>, const O: usize, const I: usize>(
    g: *mut f32,
    layer: Layer,
    a: A,
    d: Own,
    rows: usize,
    o: usize,
    i: usize,
) {
    unsafe {
        let at = g.add((layer.weights + i * layer.outputs + o) * V::COUNT);
        let mut acc = [[V::splat(0.0); I]; O];
        for (k, line) in acc.iter_mut().enumerate() {
            for (n, sum) in line.iter_mut().enumerate() {
                *sum = V::read(at.add((n * layer.outputs + k) * V::COUNT));
            }
        }
        for row in 0..rows {
            let mut x = [V::splat(0.0); I];
            for (n, x) in x.iter_mut().enumerate() {
                *x = a.get(row, i + n);
            }
            for (k, line) in acc.iter_mut().enumerate() {
                let delta: V = d.get(row, o + k);
                for (sum, x) in line.iter_mut().zip(x) {
                    *sum = sum.add(x.mul(delta));
                }
            }
        }
        for (k, line) in acc.iter().enumerate() {
            for (n, sum) in line.iter().enumerate() {
                sum.write(at.add((n * layer.outputs + k) * V::COUNT));
            }
        }
    }
}
