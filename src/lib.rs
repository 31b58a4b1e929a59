//! The page: what it looks like, and the browser's side of workers, timers, files and storage. It
//! is there in wasm alone; all that it knows and decides is `tunescape-core`, whose `lib.rs`
//! describes the architecture.
//!
//! [`model`] holds the state and what every message does to it; [`pool`] the workers; [`screen`]
//! and [`plot`] turn the state into a picture. Handles (workers, timers) stay in the pool and the
//! model; set-up, study and landscape are plain values.
#![cfg(target_arch = "wasm32")]

mod again;
mod bench;
mod beside;
mod change;
mod embed;
mod ending;
mod errors;
mod file;
mod format;
mod hand;
mod history;
mod host;
mod kept;
mod landscape;
mod lesson;
mod look;
mod mind;
mod model;
mod plot;
mod pool;
mod port;
mod present;
mod race;
mod run;
mod screen;
mod search;
mod share;
mod studies;
mod texts;
mod trials;

use wasm_bindgen::JsCast;

// All that the reader reads stands in `web/locales`, which `xtask bundle` puts into the boot
// script.
rust_i18n::i18n!(fallback = "en", backend = texts::Texts::of_the_page());

/// Starts the page on the main thread, or the worker's loop inside a worker.
pub fn start() {
    match web_sys::window().and_then(|window| window.document()) {
        Some(document) => {
            host::show_panics();
            if let Some(plan) = host::search().strip_prefix("?bench=") {
                return bench::start(plan.into());
            }
            if let Some(root) = document.get_element_by_id("app") {
                yew::Renderer::<model::Model>::with_root(root.unchecked_into()).render();
            }
        }
        None => {
            console_error_panic_hook::set_once();
            port::serve();
        }
    }
}
