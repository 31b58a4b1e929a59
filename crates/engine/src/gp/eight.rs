//! Eight numbers side by side, in registers of two: written out, because compilers are not to be
//! relied on to find them in loops.

#[cfg(target_arch = "wasm32")]
use std::arch::wasm32::{
    f64x2_add as add, f64x2_div as div, f64x2_mul as mul, f64x2_splat as splat, f64x2_sub as sub,
    v128 as Two,
};
#[cfg(target_arch = "x86_64")]
use x86::*;

/// SSE2, which all of these machines have.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    pub type Two = __m128d;
    macro_rules! wrap {
        ($($name:ident $intrinsic:ident ($($argument:ident: $type:ty),*))*) => {
            $(#[inline(always)]
            pub fn $name($($argument: $type),*) -> Two {
                // SAFETY: SSE2 is part of the architecture.
                unsafe { $intrinsic($($argument),*) }
            })*
        };
    }
    wrap! {
        splat _mm_set1_pd (x: f64)
        add _mm_add_pd (a: Two, b: Two)
        sub _mm_sub_pd (a: Two, b: Two)
        mul _mm_mul_pd (a: Two, b: Two)
        div _mm_div_pd (a: Two, b: Two)
    }
}

#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
use plain::*;

/// Two numbers in plain Rust, for machines without SIMD of ours.
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
mod plain {
    pub type Two = [f64; 2];
    pub fn splat(x: f64) -> Two {
        [x; 2]
    }
    pub fn add(a: Two, b: Two) -> Two {
        [a[0] + b[0], a[1] + b[1]]
    }
    pub fn sub(a: Two, b: Two) -> Two {
        [a[0] - b[0], a[1] - b[1]]
    }
    pub fn mul(a: Two, b: Two) -> Two {
        [a[0] * b[0], a[1] * b[1]]
    }
    pub fn div(a: Two, b: Two) -> Two {
        [a[0] / b[0], a[1] / b[1]]
    }
}

/// How many there are.
pub const COUNT: usize = 8;

/// Eight numbers in memory: a row of eight columns.
pub type Row = [f64; COUNT];

#[derive(Clone, Copy, Debug)]
pub struct Eight([Two; 4]);

impl Eight {
    #[inline(always)]
    pub fn zero() -> Self {
        Self([splat(0.0); 4])
    }

    #[inline(always)]
    pub fn load(row: &Row) -> Self {
        // SAFETY: eight doubles, in pairs or not; every pattern of bits is one.
        Self(unsafe { std::mem::transmute_copy::<Row, [Two; 4]>(row) })
    }

    #[inline(always)]
    pub fn row(self) -> Row {
        // SAFETY: as above.
        unsafe { std::mem::transmute::<[Two; 4], Row>(self.0) }
    }

    #[inline(always)]
    pub fn add(self, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, o.0);
        Self([add(a, e), add(b, f), add(c, g), add(d, h)])
    }

    #[inline(always)]
    pub fn divided(self, by: f64) -> Self {
        let ([a, b, c, d], by) = (self.0, splat(by));
        Self([div(a, by), div(b, by), div(c, by), div(d, by)])
    }

    /// self + factor · o
    #[inline(always)]
    pub fn plus(self, factor: f64, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h], by) = (self.0, o.0, splat(factor));
        Self([add(a, mul(by, e)), add(b, mul(by, f)), add(c, mul(by, g)), add(d, mul(by, h))])
    }

    /// self − factor · o
    #[inline(always)]
    pub fn less(self, factor: f64, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h], by) = (self.0, o.0, splat(factor));
        Self([sub(a, mul(by, e)), sub(b, mul(by, f)), sub(c, mul(by, g)), sub(d, mul(by, h))])
    }
}
