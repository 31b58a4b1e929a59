//! The set-up's side: data, network, training and evaluation.

pub mod columns;
pub mod data;
pub mod evaluation;
pub mod file;
pub mod folds;
pub mod guesses;
pub mod layers;
pub mod network;
pub mod training;
