//! What the browser tests share with `cargo xtask`.

pub mod site;
