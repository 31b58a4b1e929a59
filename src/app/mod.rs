//! The page (wasm only): state, screens, plots.
//!
//! [`model`] holds the state and what every message does to it; [`pool`] the workers; [`screen`] and [`plot`] turn the state
//! into a picture. Handles (workers, timers) stay in the pool and the model; set-up, study and landscape are plain values.

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
mod present;
mod race;
mod run;
mod screen;
mod search;
mod share;
mod studies;
pub mod texts;
mod trials;

use crate::worker;
use wasm_bindgen::JsCast;

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
            worker::serve();
        }
    }
}
