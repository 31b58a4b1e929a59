//! The study as a pure fold over events.
