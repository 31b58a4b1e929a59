//! The core as WebAssembly, in a worker of a real browser.
#![cfg(target_arch = "wasm32")]

use tunescape::net::Activation;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn start_weights_have_the_native_limit() {
    const { assert!(cfg!(target_feature = "simd128")) };
    assert_eq!(Activation::Tanh.start_limit(2, 2), 1.5f32.sqrt());
    assert_eq!(Activation::Tanh.start_limit(2, 2).to_bits(), 0x3f9c_c471);
}
