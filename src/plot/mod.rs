//! Pictures: rasters on canvases, lines and marks in SVG.

pub mod axis;
pub mod boundary;
pub mod brush;
pub mod chart;
pub mod colour;
pub mod contour;
pub mod draw;
pub mod formula;
pub mod inside;
pub mod judged;
pub mod lines;
pub mod listed;
pub mod map;
pub mod pad;
pub mod pointer;
pub mod raster;
pub mod slice;
pub mod twin;
