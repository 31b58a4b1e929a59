//! Vectors of which only the first numbers are there: the last one of a row whose length is no
//! multiple of the lanes.

use super::Lanes;
use std::arch::x86_64::*;

/// Lanes of which some can be left alone in memory.
pub trait Partial: Lanes {
    type Mask: Copy;
    /// The mask of the first `count` numbers, of at most `COUNT`.
    fn first(count: usize) -> Self::Mask;
    /// # Safety
    /// The numbers in the mask can be read from `from`; the others are 0.
    unsafe fn read_some(from: *const f32, mask: Self::Mask) -> Self;
    /// # Safety
    /// The numbers in the mask can be written to `to`.
    unsafe fn write_some(self, to: *mut f32, mask: Self::Mask);
}

// The intrinsics are unsafe where their instructions may be missing: as in `super::lanes`, only the
// trainer uses them, after it has asked the machine.

impl Partial for __m512 {
    type Mask = __mmask16;
    #[inline(always)]
    fn first(count: usize) -> __mmask16 {
        ((1_u32 << count.min(16)) - 1) as __mmask16
    }
    #[inline(always)]
    unsafe fn read_some(from: *const f32, mask: __mmask16) -> Self {
        unsafe { _mm512_maskz_loadu_ps(mask, from) }
    }
    #[inline(always)]
    unsafe fn write_some(self, to: *mut f32, mask: __mmask16) {
        unsafe { _mm512_mask_storeu_ps(to, mask, self) }
    }
}

impl Partial for __m256 {
    type Mask = __m256i;
    #[inline(always)]
    fn first(count: usize) -> __m256i {
        let lane = |lane: usize| if lane < count { -1 } else { 0 };
        let lanes: [i32; 8] = std::array::from_fn(lane);
        // SAFETY: eight numbers of 32 bits are 256 bits.
        unsafe { std::mem::transmute(lanes) }
    }
    #[inline(always)]
    unsafe fn read_some(from: *const f32, mask: __m256i) -> Self {
        unsafe { _mm256_maskload_ps(from, mask) }
    }
    #[inline(always)]
    unsafe fn write_some(self, to: *mut f32, mask: __m256i) {
        unsafe { _mm256_maskstore_ps(to, mask, self) }
    }
}
