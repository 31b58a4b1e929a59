//! The CPU trainer.
