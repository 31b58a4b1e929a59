//! The engine of Tunescape: networks, update rules, the CPU trainer of whole populations, and the
//! Gaussian process.
//!
//! A crate of its own, because only here does speed matter more than size: the page's profile
//! compiles this crate for speed and everything else to be small.
//!
//! | module | what it is |
//! |---|---|
//! | [`part`] | rows to train or score on, and what is predicted |
//! | [`net`] | shape, activation, loss, start weights; forward and backward, written to be read |
//! | [`optim`] | update rules, one table of them |
//! | [`gp`] | the Gaussian process that searches are made of |
//! | [`train`] | `Population`, the `Trainer` contract, the CPU trainer (SIMD over trials, or over units) |

pub mod gp;

pub mod part;

pub mod net;

pub mod optim;

pub mod train;
