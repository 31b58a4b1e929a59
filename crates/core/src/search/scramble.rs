//! Random numbers that are a function of their place: (seed, dimension, place) → 64 bits, the same
//! on every machine.

/// Mixes the words one after another, each with the finaliser of SplitMix64 (Steele, Lea & Flood
/// 2014).
pub fn hash(words: &[u64]) -> u64 {
    words.iter().fold(0, |state: u64, word| {
        let mut z = state.wrapping_add(*word).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    })
}

/// The numbers 0..n in an order of these words' own (Fisher and Yates).
pub fn permutation(n: usize, words: [u64; 3]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let draw = hash(&[words[0], words[1], words[2], last as u64]) >> 32;
        order.swap(last, ((draw * (last as u64 + 1)) >> 32) as usize);
    }
    order
}
