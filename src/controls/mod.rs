//! The controls: fields that know their setting, its limits and its lock.

pub mod fields;
pub mod link;
pub mod modal;
pub mod paged;
pub mod terms;
