//! Everything that defines a study as one value, and what it becomes outside the page.

mod axes;
pub mod board;
pub mod check;
pub mod controls;
mod estimate;
pub mod evaluation;
pub mod form;
pub mod formula;
pub mod hidden;
pub mod lesson;
pub mod link;
mod meaning;
pub mod message;
pub mod opening;
pub mod parameters;
pub mod places;
pub mod presets;
pub mod race;
pub mod results;
pub mod search;
pub mod setup;
pub mod space;
pub mod training;

pub use check::{RANGES, SetupError};
pub use parameters::{PARAMETERS, Parameter};
pub use setup::{Axis, Backend, Panel, Screen, Setup, Shown};
