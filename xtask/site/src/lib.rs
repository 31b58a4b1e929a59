//! What the tests share with `cargo xtask`: how the built page is served, and its texts. `xtask`
//! itself links all that building takes, which no test needs.

pub mod server;
pub mod texts;
pub mod webkit;
