//! The page and its workers are one wasm module: on the main thread it is the app, in a worker it
//! trains.

#[cfg(target_arch = "wasm32")]
fn main() {
    tunescape::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Tunescape is a web page: run `cargo xtask serve`.");
}
