//! Everything that defines a study as one value, and what it becomes outside the page.

mod estimate;
pub mod evaluation;
pub mod lesson;
pub mod link;
pub mod race;
pub mod setup;
pub mod training;

pub use setup::{Axis, Backend, Panel, Screen, Setup, SetupError, Shown};
