//! Decimal commas in a file that commas separate: each cuts its number in two.

use super::Grid;
use crate::data::choices::Guess;
use std::collections::HashSet;

/// A fraction has so many digits at most.
const MAX_DIGITS: usize = 3;

/// What could be one number in the first two fields of each row, where the first line has a name
/// less than there are columns. What only names the rows would be different in each.
pub(in crate::data) fn cut_number(grid: &Grid) -> Option<Guess> {
    let rows = grid.records.get(1..).filter(|rows| rows.len() > 1 && grid.separator == ',')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mut different, mut lengths) = (HashSet::new(), HashSet::new());
    for row in rows {
        let (whole, fraction) = (row.get(0)?.trim(), row.get(1)?.trim());
        if !digits(whole.trim_start_matches('-')) || !digits(fraction) {
            return None;
        }
        different.insert(whole);
        lengths.insert(fraction.len());
    }
    let fractions = lengths.into_iter().all(|length| length <= MAX_DIGITS);
    let (line, row) = (*grid.lines.get(1)?, &rows[0]);
    let value = format!("{},{}", row[0].trim(), row[1].trim());
    (fractions && different.len() < rows.len()).then_some(Guess::CutNumber { line, value })
}

#[cfg(test)]
mod tests {
    use crate::data::choices::Guess;
    use crate::data::csv::read;

    #[test]
    fn numbers_that_commas_cut_are_told() {
        let told = |text: &str| {
            let table = read(text.as_bytes()).unwrap();
            table.guesses.into_iter().find(|guess| matches!(guess, Guess::CutNumber { .. }))
        };
        let guess = Guess::CutNumber { line: 2, value: "6,5".into() };
        assert_eq!(told("len,kind\n6,5,a\n7,8,b\n6,1,a\n"), Some(guess));
        for text in [
            "len,kind\n1,5,a\n2,8,b\n3,1,a\n",
            "len,kind\nu,5,a\nv,8,b\nu,1,a\n",
            "len,kind\n6,5.5,a\n7,8.5,b\n6,1.5,a\n",
            "id,len,kind\n6,5,a\n7,8,b\n6,1,a\n",
        ] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
