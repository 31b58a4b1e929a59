//! Toy data and what strategies try have the same bits natively and as WebAssembly, where this runs
//! in a worker of a real browser.

#[path = "../../../tests/common/bits.rs"]
mod bits;

use bits::Bits;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use tunescape_core::data::{Target, toys};
use tunescape_core::search::{Outcome, Strategy, StrategyName};
use tunescape_core::space::{Param, Scale, Space};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::*;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn toy_data_has_the_same_bits_everywhere() {
    let mut bits = Bits::new();
    for toy in toys::ALL {
        let data = toys::toy(toy.name, 60, 0.2, 5).expect("a toy");
        bits.floats(&data.x);
        match &data.target {
            Target::Class { labels, .. } => labels.iter().for_each(|&label| bits.take(label)),
            Target::Number { values, .. } => bits.floats(values),
        }
    }
    assert_eq!(bits.0, 0x3e75_43d6_2bd4_38cb);
}

/// What a strategy tries on a bowl, down to the last bit. Of six parameters: matrices of that size
/// a library may multiply as the processor at hand is fastest at, fused or not.
fn tried(name: StrategyName) -> u64 {
    let names = ["a", "b", "c", "d", "e", "f"];
    let param = |name| Param::new(name, 1e-4, 1.0, Scale::Log).expect("a range");
    let space = Space::new(names.map(param).to_vec());
    let mut search = Strategy { name, budget: 64, ..Strategy::default() }.start(&space);
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut bits = Bits::new();
    for _ in 0..64 {
        let point = search.ask(&mut rng).point;
        point.iter().for_each(|value| {
            let value = value.to_bits();
            bits.take(value as u32);
            bits.take((value >> 32) as u32);
        });
        let unit = space.to_unit(&point);
        let loss = unit.iter().enumerate().map(|(i, u)| (1 + i) as f64 * (u - 0.3) * (u - 0.3));
        search.tell(&point, Outcome::of(loss.sum()));
    }
    bits.0
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn strategies_try_the_same_everywhere() {
    let found = StrategyName::ALL.map(|name| (name.key(), tried(name)));
    let expected = [
        ("grid", 0xcd5b_356b_5fc4_7f25),
        ("random", 0xc372_47b3_2d79_bb7d),
        ("bayesian", 0xf1b4_eb03_f284_4471),
        ("sobol", 0x9590_5566_76ba_ffdd),
        ("halton", 0xa349_205b_07ae_f45f),
        ("latin-hypercube", 0x6e7c_42be_2cd7_9e11),
        ("tpe", 0xf838_f238_f9d7_5e41),
        ("tpe-univariate", 0x608f_7b3c_1126_24cb),
        ("tpe-hyperopt", 0x6b00_9f0b_c077_6722),
        ("cmaes", 0x13f1_76a0_ee55_004b),
        ("genetic", 0x8356_7315_9986_ee0e),
        ("anneal", 0x9bb8_7c94_f8b6_0d94),
        ("nelder-mead", 0xcd0d_278c_d743_6dca),
        ("hypergradient", 0xc372_47b3_2d79_bb7d),
        ("bohb", 0x9a80_125c_cdf2_d72d),
    ];
    assert_eq!(found, expected);
}
