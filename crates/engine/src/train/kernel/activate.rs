//! The activations of a layer, and their slopes, over a block of rows: a loop of its own for each
//! activation, so that the choice is made once.

use crate::net::Lanes;
use crate::net::activation::{Unit, Visit};
use std::marker::PhantomData;

/// z ← f(z), keeping z if the slope will need it.
pub struct Activate<V> {
    pub z: *mut f32,
    pub kept: *mut f32,
    pub numbers: usize,
    pub lanes: PhantomData<V>,
}

impl<V: Lanes> Visit for Activate<V> {
    type Answer = ();
    #[inline(always)]
    fn visit<U: Unit>(self) {
        for at in (0..self.numbers).step_by(V::COUNT) {
            // SAFETY: whoever makes one gives it `count` vectors at `z`, and as many at `kept` if U
            // needs the sums.
            unsafe {
                let z = V::read(self.z.add(at));
                if U::BY_SUM {
                    z.write(self.kept.add(at));
                }
                U::value(z).write(self.z.add(at));
            }
        }
    }
}

/// d ← d · f′.
pub struct Slopes<V> {
    pub d: *mut f32,
    pub a: *const f32,
    pub kept: *const f32,
    pub numbers: usize,
    pub lanes: PhantomData<V>,
}

impl<V: Lanes> Visit for Slopes<V> {
    type Answer = ();
    #[inline(always)]
    fn visit<U: Unit>(self) {
        for at in (0..self.numbers).step_by(V::COUNT) {
            // SAFETY: as in `Activate`, at `d`, `a` and `kept`.
            unsafe {
                let a = V::read(self.a.add(at));
                let z = if U::BY_SUM { V::read(self.kept.add(at)) } else { a };
                V::read(self.d.add(at)).mul(U::slope(z, a)).write(self.d.add(at));
            }
        }
    }
}
