//! What single lines tell by themselves, whatever separates their fields.

use std::collections::HashMap;

/// In this order: a comma may be part of a number where another separator is used, seldom the other
/// way round.
pub(in crate::data) const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];
/// Number of lines that a separator or a header is judged by.
pub(super) const SAMPLE: usize = 50;
/// How comments begin.
pub(super) const MARKS: [char; 3] = ['#', '%', '!'];

/// Whether a line begins as a comment does; a name may begin as `%IncMSE` does.
pub(super) fn is_marked(line: &str) -> bool {
    let mut letters = line.trim_start().chars();
    match letters.next() {
        Some('%') => !letters.next().is_some_and(char::is_alphanumeric),
        first => first.is_some_and(|first| MARKS.contains(&first)),
    }
}

/// The most frequent count and how often it is there; of equals the largest.
pub(super) fn mode(counts: &[usize]) -> (usize, usize) {
    let mut times: HashMap<usize, usize> = HashMap::new();
    counts.iter().for_each(|count| *times.entry(*count).or_default() += 1);
    let most = times.into_iter().max_by_key(|&(count, times)| (times, count));
    most.unwrap_or((0, 0))
}
