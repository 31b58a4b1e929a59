//! Bounds on what is read from a file. What lies beyond is left out, and a note says so.

/// Bytes of a file: 64 MB.
pub const MAX_BYTES: usize = 64 << 20;
/// Studies of a file that were not deleted.
pub const MAX_STUDIES: usize = 1_000;
/// Trials of all studies of a file together.
pub const MAX_TRIALS: usize = 100_000;
/// Parameters of a study.
pub const MAX_PARAMETERS: usize = 200;
/// Values of parameters in all trials together.
pub const MAX_CELLS: usize = 4_000_000;
/// Intermediate values of all trials together.
pub const MAX_REPORTS: usize = 4_000_000;
/// Choices of a categorical parameter.
pub const MAX_CHOICES: usize = 1_000;
/// Objectives of a study.
pub const MAX_OBJECTIVES: usize = 16;
/// Constraints of a trial.
pub const MAX_CONSTRAINTS: usize = 64;
/// User attributes of a trial or a study.
pub const MAX_ATTRIBUTES: usize = 100;
/// Characters of a name or a choice.
pub const MAX_NAME: usize = 200;
/// Bytes of an attribute as JSON.
pub const MAX_ATTRIBUTE: usize = 10_000;
/// Columns of a table.
pub const MAX_COLUMNS: usize = 500;

/// A text cut after so many characters; whether it was cut.
pub fn cut(text: &str, most: usize) -> (String, bool) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (text[..end].to_string(), true),
        None => (text.to_string(), false),
    }
}
