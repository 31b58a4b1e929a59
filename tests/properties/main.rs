//! Properties that hold for any input.

mod any;
mod data;
mod imports;
mod lessons;
mod links;
mod training;
