//! What `web/boot.js` gives the page: workers, and the crash notice.

use wasm_bindgen::prelude::*;
use web_sys::Worker;

#[wasm_bindgen(js_namespace = tunescape)]
extern "C" {
    /// Starts a worker. It runs this same module; messages sent at once are kept until it listens.
    pub fn spawn() -> Worker;

    /// Shows the crash notice with its reload button.
    fn crashed();
}

/// A panic ends the wasm instance, so the page says so; in the console stands why.
pub fn show_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        crashed();
    }));
}
