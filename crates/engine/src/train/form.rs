//! How the numbers of a group lie in SIMD lanes: those of several trials side by side, or those of
//! one trial.

use super::dropout::Dropout;
use super::tiles::{self, Inputs, Own};
use crate::net::{Lanes, Layer};

/// A form of lane groups. Every type of [`Lanes`] is one: a trial in each lane. The other is
/// [`super::units::Units`].
pub trait Form {
    /// One number of each trial of the group.
    type Trial: Lanes;
    /// Numbers that are computed side by side where each stands for itself.
    type Wide: Lanes;

    /// A number of each trial, for each of the numbers computed side by side.
    fn spread(number: Self::Trial) -> Self::Wide;

    /// What hidden units are multiplied by, those computed side by side from `place` on.
    fn factors(dropout: &Dropout<Self::Trial>, place: u32) -> Self::Wide;

    /// z[row][o] = b[o] + Σ_i a[row][i]·w[i][o] for a block of rows.
    ///
    /// # Safety
    /// There are N numbers for every parameter at `w`, and for every row and unit at `to` and in
    /// `a`.
    unsafe fn sums<I: Inputs<Self::Trial>>(
        w: *const f32,
        layer: Layer,
        a: I,
        rows: usize,
        to: *mut f32,
    );

    /// to[row][i] = Σ_o w[i][o]·d[row][o], before the slope. `scratch` is for its own use.
    ///
    /// # Safety
    /// As in [`Form::sums`].
    unsafe fn errors(
        w: *const f32,
        layer: Layer,
        d: Own,
        rows: usize,
        to: *mut f32,
        scratch: &mut Vec<f32>,
    );

    /// g[i][o] += Σ_row a[row][i]·d[row][o], and the same for the biases with a = 1.
    ///
    /// # Safety
    /// As in [`Form::sums`].
    unsafe fn gradients<I: Inputs<Self::Trial>>(
        g: *mut f32,
        layer: Layer,
        a: I,
        d: Own,
        rows: usize,
    );
}

impl<V: Lanes> Form for V {
    type Trial = V;
    type Wide = V;

    #[inline(always)]
    fn spread(number: V) -> V {
        number
    }

    #[inline(always)]
    fn factors(dropout: &Dropout<V>, place: u32) -> V {
        dropout.factor(place)
    }

    #[inline(always)]
    unsafe fn sums<I: Inputs<V>>(w: *const f32, layer: Layer, a: I, rows: usize, to: *mut f32) {
        unsafe { tiles::sums::<V, I>(w, layer, a, rows, to) }
    }

    #[inline(always)]
    unsafe fn errors(
        w: *const f32,
        layer: Layer,
        d: Own,
        rows: usize,
        to: *mut f32,
        _: &mut Vec<f32>,
    ) {
        unsafe { tiles::errors::<V>(w, layer, d, rows, to) }
    }

    #[inline(always)]
    unsafe fn gradients<I: Inputs<V>>(g: *mut f32, layer: Layer, a: I, d: Own, rows: usize) {
        unsafe { tiles::gradients::<V, I>(g, layer, a, d, rows) }
    }
}
