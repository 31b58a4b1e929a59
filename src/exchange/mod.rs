//! The set-up as one value, and its link.
