//! The shape of the batched layout.

/// The shape of the batched layout's workgroups: trials side by side, and tiles of each. Short text
/// is quick to compile, and on software quick to run: longer loops leave the processor's memory for
/// code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub lanes: usize,
    pub share: usize,
    pub short: bool,
}

impl Form {
    /// Parameters that one invocation updates: many where it takes long to begin.
    pub fn span(self) -> usize {
        if self.short { 64 } else { 16 }
    }
}
