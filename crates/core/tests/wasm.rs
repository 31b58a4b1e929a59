//! Toy data has the same bits natively and as WebAssembly, where this runs in a worker of a real
//! browser.

#[path = "../../../tests/common/bits.rs"]
mod bits;

use bits::Bits;
use tunescape_core::data::{Target, toys};
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
