//! How large a CSV file may be, and names cut to what is allowed.

/// Most rows, not counting the header.
pub const MAX_ROWS: usize = 20_000;
/// Most bytes: 10 MB.
pub const MAX_BYTES: usize = 10_000_000;
/// Most bytes of a field: what a spreadsheet's cell holds.
pub const MAX_FIELD: usize = 32_767;
/// Most letters of a column's name; a longer one is cut.
pub const MAX_NAME: usize = 100;

/// A name on one line, of at most [`MAX_NAME`] letters.
pub(in crate::data) fn shortened(text: &str) -> String {
    let mut words = text.trim().to_owned();
    if words.contains(['\n', '\r']) {
        words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    match words.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
