//! Dropout: which hidden units are left out of which row's pass, drawn by counting.
//!
//! A draw depends on (seed of the stream, update, place in the batch, unit) alone: trials of a
//! stream that differ in their chance of dropout differ in nothing else, and every trainer draws
//! the same.

use super::group::MAX_LANES;
use crate::net::Lanes;

/// What becomes of a hidden unit's activation in training, as a formula; q is the chance.
pub const FORMULA: &str = "a ← a·m/(1−q),  P(m = 0) = q,  P(m = 1) = 1 − q";

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
        self.kept(V::splat(uniform(self.seed, self.update, place)))
    }

    #[inline(always)]
    fn kept(&self, drawn: V) -> V {
        self.chance.if_greater(drawn, V::splat(0.0), self.scale)
    }
}

impl Dropout<f32> {
    /// The factors of a trial's units from `place` on.
    #[inline(always)]
    pub fn factors<W: Lanes>(&self, place: u32) -> W {
        let [chance, scale] = [self.chance, self.scale].map(W::splat);
        let wide = Dropout { chance, scale, seed: self.seed, update: self.update };
        let places: [u32; MAX_LANES] = std::array::from_fn(|lane| place.wrapping_add(lane as u32));
        wide.kept(W::load(&uniforms(self.seed, self.update, places)))
    }
}

/// A uniform number in [0, 1) with 24 bits: the first word of [`threefry`] at (update, place).
pub fn uniform(seed: u64, update: u32, place: u32) -> f32 {
    let [number] = uniforms(seed, update, [place]);
    number
}

/// The same for some places at a time.
#[inline(always)]
fn uniforms<const N: usize>(seed: u64, update: u32, places: [u32; N]) -> [f32; N] {
    let [words, _] = blocks([seed as u32, (seed >> 32) as u32], [[update; N], places]);
    words.map(|word| (word >> 8) as f32 / 16_777_216.0)
}

/// Threefry-2×32 with 20 rounds: the block `counter` of the random stream `key`. Salmon, Moraes,
/// Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3". Sums wrap.
pub fn threefry(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    blocks(key, counter.map(|word| [word])).map(|[word]| word)
}

/// The blocks of some counters: their first words, and their second ones.
#[inline(always)]
fn blocks<const N: usize>(key: [u32; 2], counters: [[u32; N]; 2]) -> [[u32; N]; 2] {
    const TURNS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let keys = [key[0], key[1], 0x1bd1_1bda ^ key[0] ^ key[1]];
    let [mut a, mut b] = counters;
    for n in 0..N {
        a[n] = a[n].wrapping_add(keys[0]);
        b[n] = b[n].wrapping_add(keys[1]);
    }
    for round in 0..20 {
        for n in 0..N {
            a[n] = a[n].wrapping_add(b[n]);
            b[n] = b[n].rotate_left(TURNS[round % 8]) ^ a[n];
        }
        if round % 4 == 3 {
            let turn = round / 4 + 1;
            for n in 0..N {
                a[n] = a[n].wrapping_add(keys[turn % 3]);
                b[n] = b[n].wrapping_add(keys[(turn + 1) % 3]).wrapping_add(turn as u32);
            }
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
