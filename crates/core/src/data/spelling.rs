//! Categories that differ only by capitals or blanks (`Setosa`, `setosa`, `New  York`) are one.

use super::choices::Guess;
use super::column::fields::Fields;
use super::column::reading::Reading;
use super::date::moment;
use super::table::MAX_CATEGORIES;
use std::collections::HashMap;

/// Shorter words may mean something else in capitals, as the genotypes `AA`, `Aa` and `aa` do,
/// unless a column has only such as are known to mean the same.
const MIN_LETTERS: usize = 3;
/// As many pairs of a column are told; a reader knows then what is meant.
const TOLD: usize = 3;
const SHORT: [&str; 11] = ["y", "n", "t", "f", "m", "w", "j", "ja", "no", "si", "sí"];

/// What two spellings of a word have in common.
fn common(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Makes values one that differ only by capitals or blanks, and says so; where they are so short
/// that they may well be different, it only says so.
pub(super) fn join(at: usize, fields: &mut Fields, with: &mut Reading) {
    let counts = fields.counts();
    let mut spellings: HashMap<String, Vec<usize>> = HashMap::new();
    for (value, (text, readings)) in fields.values.iter().enumerate() {
        if readings.any().is_none() {
            spellings.entry(common(text)).or_default().push(value);
        }
        // Names of rows are no categories, and with too many of these the column is left out.
        if spellings.len() > MAX_CATEGORIES {
            return;
        }
    }
    let several = |same: &&Vec<usize>| same.len() > 1;
    let numbers = fields.values.iter().filter(|(_, readings)| readings.any().is_some()).count();
    if spellings.values().find(several).is_none()
        || spellings.len() + numbers > MAX_CATEGORIES
        || numbers * 2 > fields.values.len()
    {
        return;
    }
    let short = |word: &&String| word.chars().count() < MIN_LETTERS;
    let mut short_words = spellings.keys().filter(short);
    let known = numbers == 0 && short_words.all(|word| SHORT.contains(&word.as_str()));
    let mut groups: Vec<(String, Vec<usize>)> =
        spellings.into_iter().filter(|(_, same)| same.len() > 1).collect();
    // The order of a hash map differs from run to run.
    crate::sort::sort_by(&mut groups, |a, b| a.1.cmp(&b.1));
    let mut into: Vec<usize> = (0..fields.values.len()).collect();
    let mut told = 0;
    for (word, same) in groups {
        if moment(&fields.values[same[0]].0).is_some() {
            continue;
        }
        let Some(&kept) = same.iter().max_by_key(|v| (counts[**v], usize::MAX - **v)) else {
            continue;
        };
        let Some(&other) = same.iter().find(|value| **value != kept) else { continue };
        let joined = known || word.chars().count() >= MIN_LETTERS;
        if joined {
            same.iter().for_each(|value| into[*value] = kept);
        }
        told += 1;
        if told <= TOLD {
            let text = |value: usize| super::csv::limits::shortened(&fields.values[value].0);
            let (value, other) = (text(kept), text(other));
            with.guesses.push(Guess::Spellings { column: at, value, other, joined });
        }
    }
    fields.join(&into);
}
