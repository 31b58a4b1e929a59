//! A few numbers side by side, one trial in each: the SIMD that training runs on.
//!
//! Every operation is the plain IEEE one, lane by lane, without fused multiply-add, so a trial's
//! numbers do not depend on how many lanes the machine has. `f32` is a lane group of one: the
//! scalar twin of every kernel.
//!
//! What runs on lanes is `#[inline(always)]` all the way down. A closure, or a function that is handed
//! to an array's `map`, may be compiled on its own, for the plainest machine: then every operation
//! becomes a call through memory, and training takes twice as long.

/// `COUNT` single-precision numbers that are computed together.
pub trait Lanes: Copy + 'static {
    const COUNT: usize;
    fn splat(x: f32) -> Self;
    /// The first `COUNT` numbers of a slice.
    fn load(from: &[f32]) -> Self;
    /// # Safety
    /// `COUNT` numbers can be read from `from`.
    unsafe fn read(from: *const f32) -> Self;
    /// # Safety
    /// `COUNT` numbers can be written to `to`.
    unsafe fn write(self, to: *mut f32);
    fn add(self, o: Self) -> Self;
    fn sub(self, o: Self) -> Self;
    fn mul(self, o: Self) -> Self;
    fn div(self, o: Self) -> Self;
    fn sqrt(self) -> Self;
    /// `limit` where the number is greater, else the number itself (a NaN stays a NaN).
    fn at_most(self, limit: Self) -> Self;
    /// `limit` where the number is less, else the number itself (a NaN stays a NaN).
    fn at_least(self, limit: Self) -> Self;
    /// `yes` where `self > o`, else `no`.
    fn if_greater(self, o: Self, yes: Self, no: Self) -> Self;
    /// 2^n, n being the integer in the low bits of `n + 1.5·2²³`, −126 ≤ n ≤ 127.
    fn power_of_two(self) -> Self;
    /// (e, m) with `self = m · 2^e` and m in [√½, √2), for normal positive numbers.
    fn split_exponent(self) -> (Self, Self);
}

/// Added and taken away again, rounds to the nearest integer; leaves that integer in the low bits.
pub const ROUND: f32 = 12_582_912.0;

/// Bits of √½: what [`Lanes::split_exponent`] counts exponents from.
pub const ROOT_HALF: i32 = 0x3f35_04f3;

impl Lanes for f32 {
    const COUNT: usize = 1;
    #[inline(always)]
    fn splat(x: f32) -> f32 {
        x
    }
    #[inline(always)]
    fn load(from: &[f32]) -> f32 {
        from[0]
    }
    #[inline(always)]
    unsafe fn read(from: *const f32) -> f32 {
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f32) {
        unsafe { *to = self }
    }
    #[inline(always)]
    fn add(self, o: f32) -> f32 {
        self + o
    }
    #[inline(always)]
    fn sub(self, o: f32) -> f32 {
        self - o
    }
    #[inline(always)]
    fn mul(self, o: f32) -> f32 {
        self * o
    }
    #[inline(always)]
    fn div(self, o: f32) -> f32 {
        self / o
    }
    #[inline(always)]
    fn sqrt(self) -> f32 {
        // Exact to the last bit on every machine, as the standard asks.
        f32::sqrt(self)
    }
    #[inline(always)]
    fn at_most(self, limit: f32) -> f32 {
        if limit < self { limit } else { self }
    }
    #[inline(always)]
    fn at_least(self, limit: f32) -> f32 {
        if self < limit { limit } else { self }
    }
    #[inline(always)]
    fn if_greater(self, o: f32, yes: f32, no: f32) -> f32 {
        if self > o { yes } else { no }
    }
    #[inline(always)]
    fn power_of_two(self) -> f32 {
        f32::from_bits((self.to_bits() << 23).wrapping_add(0x3f80_0000))
    }
    #[inline(always)]
    fn split_exponent(self) -> (f32, f32) {
        let bits = self.to_bits() as i32;
        let e = (bits - ROOT_HALF) >> 23;
        (e as f32, f32::from_bits((bits - (e << 23)) as u32))
    }
}

/// Lanes written with the intrinsics of one instruction set.
#[cfg(any(target_arch = "wasm32", target_arch = "x86_64"))]
macro_rules! lanes {
    ($type:ident, $count:expr, $arch:ident, splat $splat:ident, load $load:ident, store $store:ident,
     $add:ident $sub:ident $mul:ident $div:ident $sqrt:ident, most $most:expr, least $least:expr, greater $greater:expr,
     power $power:expr, split $split:expr) => {
        // The intrinsics are unsafe where their instructions may be missing; a group of such lanes
        // is only made by the trainer, after it has asked the machine.
        #[allow(unused_unsafe)]
        impl Lanes for std::arch::$arch::$type {
            const COUNT: usize = $count;
            #[inline(always)]
            fn splat(x: f32) -> Self {
                unsafe { std::arch::$arch::$splat(x) }
            }
            #[inline(always)]
            fn load(from: &[f32]) -> Self {
                assert!(from.len() >= $count);
                unsafe { Self::read(from.as_ptr()) }
            }
            #[inline(always)]
            unsafe fn read(from: *const f32) -> Self {
                unsafe { std::arch::$arch::$load(from.cast()) }
            }
            #[inline(always)]
            unsafe fn write(self, to: *mut f32) {
                unsafe { std::arch::$arch::$store(to.cast(), self) }
            }
            #[inline(always)]
            fn add(self, o: Self) -> Self {
                unsafe { std::arch::$arch::$add(self, o) }
            }
            #[inline(always)]
            fn sub(self, o: Self) -> Self {
                unsafe { std::arch::$arch::$sub(self, o) }
            }
            #[inline(always)]
            fn mul(self, o: Self) -> Self {
                unsafe { std::arch::$arch::$mul(self, o) }
            }
            #[inline(always)]
            fn div(self, o: Self) -> Self {
                unsafe { std::arch::$arch::$div(self, o) }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                unsafe { std::arch::$arch::$sqrt(self) }
            }
            #[inline(always)]
            fn at_most(self, limit: Self) -> Self {
                unsafe { $most(self, limit) }
            }
            #[inline(always)]
            fn at_least(self, limit: Self) -> Self {
                unsafe { $least(self, limit) }
            }
            #[inline(always)]
            fn if_greater(self, o: Self, yes: Self, no: Self) -> Self {
                unsafe { $greater(self, o, yes, no) }
            }
            #[inline(always)]
            fn power_of_two(self) -> Self {
                unsafe { $power(self) }
            }
            #[inline(always)]
            fn split_exponent(self) -> (Self, Self) {
                unsafe { $split(self) }
            }
        }
    };
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::*;
    use std::arch::wasm32::*;
    lanes!(v128, 4, wasm32, splat f32x4_splat, load v128_load, store v128_store,
    f32x4_add f32x4_sub f32x4_mul f32x4_div f32x4_sqrt,
    most |x, limit| f32x4_pmin(x, limit), least |x, limit| f32x4_pmax(x, limit),
    greater |x, o, yes, no| v128_bitselect(yes, no, f32x4_gt(x, o)),
    power |x| i32x4_add(i32x4_shl(x, 23), i32x4_splat(0x3f80_0000)),
    split |x| {
        let e = i32x4_shr(i32x4_sub(x, i32x4_splat(ROOT_HALF)), 23);
        (f32x4_convert_i32x4(e), i32x4_sub(x, i32x4_shl(e, 23)))
    });
}

// `min(limit, x)` of x86 gives its second operand where either is a NaN: the NaN stays.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::*;
    use std::arch::x86_64::*;
    lanes!(__m128, 4, x86_64, splat _mm_set1_ps, load _mm_loadu_ps, store _mm_storeu_ps,
    _mm_add_ps _mm_sub_ps _mm_mul_ps _mm_div_ps _mm_sqrt_ps,
    most |x, limit| _mm_min_ps(limit, x), least |x, limit| _mm_max_ps(limit, x),
    greater |x, o, yes, no| {
        let mask = _mm_cmpgt_ps(x, o);
        _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no))
    },
    power |x| _mm_castsi128_ps(_mm_add_epi32(_mm_slli_epi32(_mm_castps_si128(x), 23), _mm_set1_epi32(0x3f80_0000))),
    split |x| {
        let bits = _mm_castps_si128(x);
        let e = _mm_srai_epi32(_mm_sub_epi32(bits, _mm_set1_epi32(ROOT_HALF)), 23);
        (_mm_cvtepi32_ps(e), _mm_castsi128_ps(_mm_sub_epi32(bits, _mm_slli_epi32(e, 23))))
    });
    lanes!(__m256, 8, x86_64, splat _mm256_set1_ps, load _mm256_loadu_ps, store _mm256_storeu_ps,
    _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps _mm256_sqrt_ps,
    most |x, limit| _mm256_min_ps(limit, x), least |x, limit| _mm256_max_ps(limit, x),
    greater |x, o, yes, no| _mm256_blendv_ps(no, yes, _mm256_cmp_ps(x, o, _CMP_GT_OQ)),
    power |x| _mm256_castsi256_ps(
        _mm256_add_epi32(_mm256_slli_epi32(_mm256_castps_si256(x), 23), _mm256_set1_epi32(0x3f80_0000))),
    split |x| {
        let bits = _mm256_castps_si256(x);
        let e = _mm256_srai_epi32(_mm256_sub_epi32(bits, _mm256_set1_epi32(ROOT_HALF)), 23);
        (_mm256_cvtepi32_ps(e), _mm256_castsi256_ps(_mm256_sub_epi32(bits, _mm256_slli_epi32(e, 23))))
    });
    lanes!(__m512, 16, x86_64, splat _mm512_set1_ps, load _mm512_loadu_ps, store _mm512_storeu_ps,
    _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_sqrt_ps,
    most |x, limit| _mm512_min_ps(limit, x), least |x, limit| _mm512_max_ps(limit, x),
    greater |x, o, yes, no| _mm512_mask_blend_ps(_mm512_cmp_ps_mask(x, o, _CMP_GT_OQ), no, yes),
    power |x| _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_slli_epi32(_mm512_castps_si512(x), 23), _mm512_set1_epi32(0x3f80_0000))),
    split |x| {
        let bits = _mm512_castps_si512(x);
        let e = _mm512_srai_epi32(_mm512_sub_epi32(bits, _mm512_set1_epi32(ROOT_HALF)), 23);
        (_mm512_cvtepi32_ps(e), _mm512_castsi512_ps(_mm512_sub_epi32(bits, _mm512_slli_epi32(e, 23))))
    });
}

/// Four lanes in plain Rust, for machines without SIMD of ours: the compiler uses what they have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plain4([f32; 4]);

impl Plain4 {
    #[inline(always)]
    fn zip(self, o: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|lane| f(self.0[lane], o.0[lane])))
    }
}

impl Lanes for Plain4 {
    const COUNT: usize = 4;
    #[inline(always)]
    fn splat(x: f32) -> Self {
        Self([x; 4])
    }
    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        Self(std::array::from_fn(|lane| from[lane]))
    }
    #[inline(always)]
    unsafe fn read(from: *const f32) -> Self {
        Self(unsafe { from.cast::<[f32; 4]>().read() })
    }
    #[inline(always)]
    unsafe fn write(self, to: *mut f32) {
        unsafe { to.cast::<[f32; 4]>().write(self.0) }
    }
    #[inline(always)]
    fn add(self, o: Self) -> Self {
        self.zip(o, Lanes::add)
    }
    #[inline(always)]
    fn sub(self, o: Self) -> Self {
        self.zip(o, Lanes::sub)
    }
    #[inline(always)]
    fn mul(self, o: Self) -> Self {
        self.zip(o, Lanes::mul)
    }
    #[inline(always)]
    fn div(self, o: Self) -> Self {
        self.zip(o, Lanes::div)
    }
    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.map(Lanes::sqrt))
    }
    #[inline(always)]
    fn at_most(self, limit: Self) -> Self {
        self.zip(limit, Lanes::at_most)
    }
    #[inline(always)]
    fn at_least(self, limit: Self) -> Self {
        self.zip(limit, Lanes::at_least)
    }
    #[inline(always)]
    fn if_greater(self, o: Self, yes: Self, no: Self) -> Self {
        Self(std::array::from_fn(|lane| {
            self.0[lane].if_greater(o.0[lane], yes.0[lane], no.0[lane])
        }))
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.map(Lanes::power_of_two))
    }
    #[inline(always)]
    fn split_exponent(self) -> (Self, Self) {
        let both = self.0.map(Lanes::split_exponent);
        (Self(both.map(|(e, _)| e)), Self(both.map(|(_, m)| m)))
    }
}

#[cfg(target_arch = "wasm32")]
pub type Narrow = std::arch::wasm32::v128;
#[cfg(target_arch = "x86_64")]
pub type Narrow = std::arch::x86_64::__m128;
/// The four lanes of this machine.
#[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
pub type Narrow = Plain4;

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBERS: [f32; 12] = [
        0.0,
        -0.0,
        1.0,
        -2.5,
        0.7,
        1e-3,
        3e8,
        -1e-20,
        80.0,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
    ];

    fn bits<V: Lanes>(x: V) -> Vec<u32> {
        let mut out = vec![0.0; V::COUNT];
        // SAFETY: `out` holds `COUNT` numbers.
        unsafe { x.write(out.as_mut_ptr()) };
        // Every NaN is as good as any other.
        out.into_iter()
            .map(|x: f32| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() })
            .collect()
    }

    /// Every operation in `V`, lane by lane, is that of `f32`.
    fn as_one_lane<V: Lanes>() {
        let take = |from: usize| -> Vec<f32> {
            (0..V::COUNT).map(|i| NUMBERS[(from + i) % NUMBERS.len()]).collect()
        };
        for first in 0..NUMBERS.len() {
            for second in 0..NUMBERS.len() {
                let (x, y) = (take(first), take(second));
                let (a, b) = (V::load(&x), V::load(&y));
                let each = |f: &dyn Fn(f32, f32) -> f32| -> Vec<u32> {
                    x.iter().zip(&y).flat_map(|(&x, &y)| bits(f(x, y))).collect()
                };
                assert_eq!(bits(a), each(&|x, _| x));
                assert_eq!(bits(a.add(b)), each(&|x, y| Lanes::add(x, y)));
                assert_eq!(bits(a.sub(b)), each(&|x, y| Lanes::sub(x, y)));
                assert_eq!(bits(a.mul(b)), each(&|x, y| Lanes::mul(x, y)));
                assert_eq!(bits(a.div(b)), each(&|x, y| Lanes::div(x, y)));
                assert_eq!(bits(a.sqrt()), each(&|x, _| Lanes::sqrt(x)));
                // A limit is a number, and which of two zeros is the smaller is left open.
                if x.iter().zip(&y).all(|(x, y)| !y.is_nan() && (*x != 0.0 || *y != 0.0)) {
                    assert_eq!(bits(a.at_most(b)), each(&|x, y| x.at_most(y)));
                    assert_eq!(bits(a.at_least(b)), each(&|x, y| x.at_least(y)));
                }
                let (yes, no) = (V::splat(3.0), V::splat(-4.0));
                assert_eq!(
                    bits(a.if_greater(b, yes, no)),
                    each(&|x, y| x.if_greater(y, 3.0, -4.0))
                );
            }
        }
        for n in [-126.0, -3.0, 0.0, 7.0, 127.0] {
            let x: Vec<f32> = (0..V::COUNT).map(|_| n + ROUND).collect();
            assert_eq!(
                bits(V::load(&x).power_of_two()),
                x.iter().flat_map(|x| bits(x.power_of_two())).collect::<Vec<_>>()
            );
        }
        let x: Vec<f32> = (0..V::COUNT).map(|i| 0.01 * 3f32.powi(i as i32)).collect();
        let (e, m) = V::load(&x).split_exponent();
        assert_eq!(bits(e), x.iter().flat_map(|x| bits(x.split_exponent().0)).collect::<Vec<_>>());
        assert_eq!(bits(m), x.iter().flat_map(|x| bits(x.split_exponent().1)).collect::<Vec<_>>());
    }

    #[test]
    fn four_lanes_are_four_times_one() {
        as_one_lane::<Plain4>();
        as_one_lane::<Narrow>();
    }
}
