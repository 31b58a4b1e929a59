//! What separates the fields of a file: named in its first line, or found by its first lines.

use super::lines::{SAMPLE, SEPARATORS, is_marked, mode};
use crate::data::csv::error::CsvError;
use crate::data::number::readings;
use csv::StringRecord;
use std::borrow::Cow;

/// The separator that a first line such as `sep=;` names, and the text below that line.
pub(crate) fn separator_line(text: &str) -> Result<(Option<char>, &str), CsvError> {
    let (line, below) = text.split_once('\n').unwrap_or((text, ""));
    let bare = line.trim_end_matches('\r').trim_matches('"');
    let Some(value) = bare.get(..4).filter(|s| s.eq_ignore_ascii_case("sep=")) else {
        return Ok((None, text));
    };
    let value = bare.strip_prefix(value).unwrap_or_default();
    let mut letters = value.chars();
    match letters.next() {
        // A program that read the line as a row may have filled it up with separators.
        Some(c) if c.is_ascii_punctuation() || c == '\t' || c == ' ' => {
            let right = c != '"' && letters.all(|other| other == c || SEPARATORS.contains(&other));
            if right {
                return Ok((Some(c), below));
            }
            Err(CsvError::SeparatorLine { line: 1, value: value.chars().take(20).collect() })
        }
        // A name that only begins like it.
        _ => Ok((None, text)),
    }
}

/// The separator that suits the text best, and whether no single one suggests itself.
pub(crate) fn find_separator(text: &str) -> (char, bool) {
    let counts = |separator: char| -> Vec<usize> {
        let mut reader = reader(text, separator as u8);
        let records = reader.records().take(SAMPLE).map_while(Result::ok);
        records.filter(|record| !is_rule(record)).map(|record| record.len()).collect()
    };
    let all = SEPARATORS.map(|separator| (separator, counts(separator)));
    let even = |counts: &[usize]| {
        counts.first().is_some_and(|&n| n >= 2 && counts.iter().all(|&m| m == n))
    };
    // One name too few, or a separator at the end of each row.
    let nearly = |counts: &[usize]| match counts {
        [first, rows @ ..] => {
            *first >= 2 && rows.len() >= 2 && rows.iter().all(|n| *n == first + 1)
        }
        [] => false,
    };
    if let Some((separator, bars)) = all.iter().find(|(_, counts)| even(counts)) {
        // A list of two in one column, `Action|Drama`, is cut by bars just as evenly.
        let [.., (comma, commas)] = &all;
        let list = *separator == '|' && bars.first() == Some(&2) && even(commas);
        return match list && commas.first() > bars.first() && commas_cut_words(text) {
            true => (*comma, true),
            false => (*separator, false),
        };
    }
    if let Some((separator, _)) = all.iter().find(|(_, counts)| nearly(counts)) {
        return (*separator, false);
    }
    // Lines above the table, or a faulty one: most lines agree.
    let agreeing = |counts: &[usize]| {
        let (mode, lines) = mode(counts);
        if mode >= 2 && lines * 5 >= counts.len() * 3 { lines } else { 0 }
    };
    let mut best: Option<(char, usize)> = None;
    for (separator, counts) in &all {
        let lines = agreeing(counts);
        if lines > 2 && best.is_none_or(|(_, most)| lines > most) {
            best = Some((*separator, lines));
        }
    }
    if let Some((separator, _)) = best {
        return (separator, true);
    }
    // The sample's own lines, since runs of spaces have to be made one; comments have any number of
    // them.
    let lines = text.split_inclusive('\n').filter(|line| !is_marked(line));
    let sample: String = lines.take(SAMPLE).collect();
    let spaced = single_spaces(&sample);
    let counts: Vec<usize> = reader(&spaced, b' ')
        .records()
        .take(SAMPLE)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    if counts.len() >= 3 && (even(&counts) || nearly(&counts)) {
        return (' ', true);
    }
    // The one that splits the first line most; its faults are then told.
    let most = all.iter().max_by_key(|(_, counts)| counts.first().copied());
    (most.map_or(',', |(separator, _)| *separator), true)
}

/// Whether a field between bars holds commas in each of the first lines, and is no number.
fn commas_cut_words(text: &str) -> bool {
    let words = |field: &str| field.contains(',') && readings(field.trim()).any().is_none();
    let records = reader(text, b'|').into_records().take(SAMPLE).map_while(Result::ok);
    records.filter(|record| !is_rule(record)).all(|record| record.iter().any(words))
}

/// Whether a line is only drawn, as databases and consoles do around a table: `----+----`,
/// `|---+---|`, `+====+`, `--------`.
pub(crate) fn is_rule(record: &StringRecord) -> bool {
    let drawn = |field: &str| field.chars().all(|c| "-+=|: ".contains(c));
    let any = |part: &str| record.iter().any(|field| field.contains(part));
    // Dashes in fields of their own may stand for missing values.
    let alone = record.len() == 1 && any("-----");
    record.iter().all(drawn) && (any("+") && any("--") || any("==") || alone)
}

pub(crate) fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Runs of spaces outside quotes as one, and none at the ends of lines.
pub(crate) fn single_spaces(text: &str) -> Cow<'_, str> {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if quoted || c != ' ' {
            if !quoted && (c == '\n' || c == '\r') && out.ends_with(' ') {
                out.pop();
            }
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n', '\r']) {
            out.push(c);
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_inside_a_field_separates_no_columns() {
        for (text, found) in [
            ("0,Up,Action|Drama,6.5\n1,Jaws,Action|Fear,7.8\n", (',', true)),
            ("1,5|2,5\n2,5|3,5\n", ('|', false)),
            ("Smith, John|5\nDoe, Jane|6\n", ('|', false)),
            ("a|b|c\n1,5|2|3,5\n", ('|', false)),
            ("id,genre,n\n0,Action|Drama,6.5\n1,Action|Fear,7.8\n", (',', false)),
        ] {
            assert_eq!(find_separator(text), found, "{text}");
        }
    }
}
