//! Pictures: rasters on canvases, lines and marks in SVG.

pub mod axis;
pub mod boundary;
pub mod colour;
pub mod formula;
pub mod lines;
pub mod map;
pub mod raster;
