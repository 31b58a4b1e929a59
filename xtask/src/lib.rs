//! What the tests share with `cargo xtask`.

pub mod site;
pub mod texts;
