//! Dropout: which hidden units are left out of which row's pass, drawn by counting.
//!
//! A draw depends on (seed of the stream, update, place in the batch, unit) alone: trials of a
//! stream that differ in their chance of dropout differ in nothing else, and every trainer draws
//! the same.

use crate::net::Lanes;

/// What becomes of a hidden unit's activation in training, as a formula; p is the chance.
pub const FORMULA: &str = "a ← a·m/(1−p),  P(m = 0) = p,  P(m = 1) = 1 − p";

/// What the hidden units of one group are left out by, in one update. Inverted: what stays is
/// scaled up in training.
#[derive(Clone, Copy)]
pub struct Dropout<V> {
    chance: V,
    /// 1/(1 − chance).
    scale: V,
    seed: u64,
    update: u32,
}

impl<V: Lanes> Dropout<V> {
    pub fn new(chance: V, seed: u64, update: usize) -> Self {
        let one = V::splat(1.0);
        Self { chance, scale: one.div(one.sub(chance)), seed, update: update as u32 }
    }

    /// What a unit's activation is multiplied by. `place` = row of the batch × hidden units of the
    /// network + unit, the units counted from the input on.
    #[inline(always)]
    pub fn factor(&self, place: u32) -> V {
        let zero = V::splat(0.0);
        self.chance.if_greater(V::splat(uniform(self.seed, self.update, place)), zero, self.scale)
    }
}

/// A uniform number in [0, 1) with 24 bits: the first word of [`threefry`] at (update, place).
pub fn uniform(seed: u64, update: u32, place: u32) -> f32 {
    let [word, _] = threefry([seed as u32, (seed >> 32) as u32], [update, place]);
    (word >> 8) as f32 / 16_777_216.0
}

/// Threefry-2×32 with 20 rounds: the block `counter` of the random stream `key`. Salmon, Moraes,
/// Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". Sums wrap.
pub fn threefry(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    const TURNS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let keys = [key[0], key[1], 0x1bd1_1bda ^ key[0] ^ key[1]];
    let [mut a, mut b] = [counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1])];
    for round in 0..20 {
        a = a.wrapping_add(b);
        b = b.rotate_left(TURNS[round % 8]) ^ a;
        if round % 4 == 3 {
            let n = round / 4 + 1;
            a = a.wrapping_add(keys[n % 3]);
            b = b.wrapping_add(keys[(n + 1) % 3]).wrapping_add(n as u32);
        }
    }
    [a, b]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known answers of the authors' library, Random123 (`kat_vectors`, threefry2x32 20).
    #[test]
    fn threefry_gives_the_known_answers() {
        let ones = [u32::MAX; 2];
        assert_eq!(threefry([0; 2], [0; 2]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry(ones, ones), [0x1cb9_96fc, 0xbb00_2be7]);
        assert_eq!(
            threefry([0x1319_8a2e, 0x0370_7344], [0x243f_6a88, 0x85a3_08d3]),
            [0xc492_3a9c, 0x483d_f7a0]
        );
    }

    #[test]
    fn units_are_left_out_as_often_as_asked() {
        let dropout = Dropout::<f32>::new(0.3, 1 << 40, 7);
        let left_out = (0..10_000).filter(|&place| dropout.factor(place) == 0.0).count();
        assert!((2_850..3_150).contains(&left_out), "{left_out}");
        assert!((0..100).all(|place| Dropout::<f32>::new(0.0, 5, 5).factor(place) == 1.0));
        assert_ne!(uniform(1, 0, 3), uniform(1, 1, 3));
    }
}
