//! The WebGPU trainer.
