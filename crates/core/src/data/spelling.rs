//! Categories that differ only by capitals or blanks (`Setosa`, `setosa`, `New  York`), or by nothing
//! that can be seen (`Ａ`, `A`), are one, and so is a number in several spellings (`1`, `1.0`, `+1`).

use super::choices::Guess;
use super::column::fields::Fields;
use super::column::reading::Reading;
use super::date::moment;
use super::letters::as_seen;
use super::number::{Number, Readings, narrow};
use super::table::{MAX_CATEGORIES, MAX_CLASSES};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Shorter words may mean something else in capitals, as the genotypes `AA`, `Aa` and `aa` do,
/// unless a column has only such as are known to mean the same.
const MIN_LETTERS: usize = 3;
/// As many pairs of a column are told; a reader knows then what is meant.
const TOLD: usize = 3;
const SHORT: [&str; 11] = ["y", "n", "t", "f", "m", "w", "j", "ja", "no", "si", "sí"];

/// What two spellings of a word have in common.
fn common(text: &str) -> String {
    as_seen(text).to_lowercase()
}

/// Makes values one that look the same or differ only by capitals or blanks, and says so; where
/// capitals make such short words differ that they may mean something else, it only says so.
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
        let most = |of: &[usize]| of.iter().copied().max_by_key(|v| (counts[*v], usize::MAX - *v));
        let seen = |value: usize| as_seen(&fields.values[value].0);
        let joined = known || word.chars().count() >= MIN_LETTERS;
        let Some(kept) = most(&same) else { continue };
        if joined {
            same.iter().for_each(|value| into[*value] = kept);
        } else {
            let mut looks: HashMap<String, Vec<usize>> = HashMap::new();
            same.iter().for_each(|value| looks.entry(seen(*value)).or_default().push(*value));
            for alike in looks.values() {
                if let Some(kept) = most(alike) {
                    alike.iter().for_each(|value| into[*value] = kept);
                }
            }
        }
        // What can be seen says more.
        let differs = same.iter().find(|value| !looks_like(&fields.values, **value, kept));
        let Some(&other) = differs.or(same.iter().find(|value| **value != kept)) else { continue };
        told += 1;
        if told <= TOLD {
            let text = |value: usize| super::csv::limits::shortened(&fields.values[value].0);
            let (column, value, name) = (at, text(kept), text(other));
            with.guesses.push(match differs {
                Some(_) => Guess::Spellings { column, value, other: name, joined },
                None => Guess::LookAlikes { column, value },
            });
        }
    }
    fields.join(&into);
}

/// Whether two values can't be told apart by looking; blanks that one has more can be seen.
fn looks_like(values: &[(String, Readings)], one: usize, other: usize) -> bool {
    let (one, other) = (&values[one].0, &values[other].0);
    let blanks = |text: &str| text.chars().filter(|c| c.is_whitespace()).count();
    as_seen(one) == as_seen(other) && blanks(one) == blanks(other)
}

/// Makes values one that are the same number, where most are numbers, and says so where there are so
/// few that they may be classes.
pub(super) fn join_numbers(
    at: usize,
    fields: &mut Fields,
    numbers: &mut Vec<Option<Number>>,
    with: &mut Reading,
) {
    if numbers.iter().flatten().count() * 2 <= numbers.len() {
        return;
    }
    let counts = fields.counts();
    let mut into: Vec<usize> = (0..numbers.len()).collect();
    let mut first: HashMap<(u64, String), usize> = HashMap::new();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (value, number) in numbers.iter().enumerate() {
        let text = &fields.values[value].0;
        let Some(number) = number.filter(|_| !is_code(text)) else { continue };
        // Zero has two signs.
        match first.entry(((number.exact + 0.0).to_bits(), unit(text))) {
            Entry::Vacant(place) => drop(place.insert(value)),
            Entry::Occupied(place) => joined.push((*place.get(), value)),
        }
    }
    if joined.is_empty() {
        return;
    }
    // The spelling that most rows have.
    let mut kept: HashMap<usize, usize> = HashMap::new();
    for (first, other) in &joined {
        let best = kept.entry(*first).or_insert(*first);
        if counts[*other] > counts[*best] {
            *best = *other;
        }
    }
    for (first, other) in &joined {
        (into[*first], into[*other]) = (kept[first], kept[first]);
    }
    if numbers.len() - joined.len() <= MAX_CLASSES {
        for (first, other) in joined.iter().take(TOLD) {
            let best = kept[first];
            let text = |value: usize| super::csv::limits::shortened(&fields.values[value].0);
            let (value, other) = (text(best), text(if *other == best { *first } else { *other }));
            with.guesses.push(Guess::SameNumber { column: at, value, other });
        }
    }
    fields.join(&into);
    let mut stays = into.iter().enumerate().map(|(value, kept)| value == *kept);
    numbers.retain(|_| stays.next().unwrap_or(true));
}

/// Whether zeros before a number may tell it apart from another, as those of `007` do.
fn is_code(text: &str) -> bool {
    text.len() > 2 && text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit())
}

/// What stands around a number: `5%` is not `5`.
fn unit(text: &str) -> String {
    text.chars().map(narrow).filter(|c| !c.is_ascii_digit() && !"+-.,' eE()".contains(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::choices::{Guess, ReadChoices};
    use super::super::column::{Column, Contents};
    use super::super::csv::{read, read_with};
    use super::super::{Kind, Target, choices::ColumnKind};

    fn read_column(values: &[&str], kind: Option<ColumnKind>) -> (Column, Vec<Guess>) {
        let rows: String = values.iter().map(|value| format!("{value};0\n")).collect();
        let mut choices = ReadChoices::default();
        choices.set_column(0, kind);
        let text = format!("y;n\n{rows}");
        let mut table = read_with(text.as_bytes(), &choices, &|_, _| None).unwrap();
        (table.columns.swap_remove(0), table.guesses)
    }

    #[test]
    fn a_number_in_several_spellings_is_one_class() {
        for kind in [None, Some(ColumnKind::Category)] {
            let (column, told) =
                read_column(&["0", "1", "0.0", "1.0", "1", "１", "+1", "01"], kind);
            assert_eq!((column.distinct(), column.contents()), (2, Contents::Numbers), "{kind:?}");
            let same = Guess::SameNumber { column: 0, value: "1".into(), other: "1.0".into() };
            assert!(told.contains(&same), "{told:?}");
        }
        let text = "a,y\n1,0\n2,1\n3,0.0\n4,1.0\n";
        let (data, _) = read(text.as_bytes()).unwrap().dataset(1, Kind::Class).unwrap();
        let names = ["0", "1"].map(String::from).to_vec();
        assert_eq!(data.target, Target::Class { labels: vec![0, 1, 0, 1], names });
        // Codes, and numbers with different things around them.
        for values in [["007", "7"], ["5%", "5"], ["$5", "€5"]] {
            assert_eq!(read_column(&values, None).0.distinct(), 2, "{values:?}");
        }
        let (column, told) = read_column(&["1.5", "2.5", "1.5"], None);
        assert_eq!((column.distinct(), told), (2, Vec::new()));
    }
}
