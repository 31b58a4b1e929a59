//! The page: what it looks like, and the browser's side of workers, timers, files and storage. It
//! is there in wasm alone; all that it knows and decides is `tunescape-core`, whose `lib.rs`
//! describes the architecture.
//!
//! [`shell`] holds the state and runs its effects, with [`pool`] for the workers, [`store`] for the
//! browser's database, [`memory`] for the allocator and [`host`] for everything else that a browser has. [`page`] puts together the screens, a folder each
//! ([`explore`], [`search`], [`race`], [`lessons`], [`xray`]), and what stands around them ([`setup`],
//! [`share`], [`present`], [`tour`]), with [`controls`] and [`plot`]; [`words`] finds words for what the state
//! says as data.
#![cfg(target_arch = "wasm32")]

#[cfg(feature = "bench")]
mod bench;
mod controls;
mod explore;
mod host;
mod keys;
mod lessons;
mod memory;
mod page;
mod parent;
mod picture;
mod plot;
mod pool;
mod port;
mod present;
mod race;
mod search;
mod setup;
mod share;
mod shell;
mod sound;
mod store;
mod tour;
mod words;
mod xray;

use wasm_bindgen::JsCast;

// All that the reader reads stands in `web/locales`, which `xtask bundle` puts into the boot
// script.
rust_i18n::i18n!(fallback = "en", backend = words::texts::Texts::of_the_page());

/// Starts the page on the main thread, or the worker's loop inside a worker.
pub fn start() {
    match web_sys::window().and_then(|window| window.document()) {
        Some(document) => {
            host::show_panics();
            #[cfg(feature = "bench")]
            if let Some(plan) = host::search().strip_prefix("?bench=") {
                return bench::start(plan.into());
            }
            if let Some(root) = document.get_element_by_id("app") {
                yew::Renderer::<shell::Shell>::with_root(root.unchecked_into()).render();
            }
        }
        None => {
            console_error_panic_hook::set_once();
            port::serve();
        }
    }
}
