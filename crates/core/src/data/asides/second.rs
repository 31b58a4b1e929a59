//! Another table below the first: its names stand among the rows of the first.

use super::{Rows, is_blank, is_typed};
use crate::data::choices::Guess;
use crate::data::number::is_missing;
use csv::StringRecord;

/// Fewer columns of numbers, none of which has a number in a line, don't make it a line of names,
/// unless it stands below a blank one.
const SEVERAL: usize = 2;
/// Rows that show which columns hold numbers.
const SAMPLE: usize = 500;
/// Lines that are compared with all others.
const MAX_LINES: usize = 20;

impl Rows<'_> {
    /// Tells of a second line of names: texts of its own above numbers, in every column of numbers.
    pub(in crate::data) fn second_names(&self) -> Option<Guess> {
        let rows = self.records.get(1..).filter(|rows| rows.len() > 3)?;
        let width = rows[0].len();
        let sample = || rows.iter().step_by(rows.len().div_ceil(SAMPLE));
        let typed = |column: usize| sample().filter(|row| is_typed(&row[column])).count();
        let is_text = |field: &str| !is_blank(field) && !is_missing(field) && !is_typed(field);
        let numeric: Vec<usize> =
            (0..width).filter(|column| typed(*column) * 5 >= sample().count() * 4).collect();
        let first = *numeric.first()?;
        let may_be = |at: &usize| {
            let at = *at;
            let row = &rows[at];
            let below_blank = self.lines[at + 1] > self.lines[at] + 1;
            let in_one_line = |record: &StringRecord| !record.iter().any(|f| f.contains('\n'));
            is_text(&row[first])
                && (numeric.len() >= SEVERAL || below_blank && in_one_line(&rows[at - 1]))
                && numeric.iter().all(|column| is_text(&row[*column]))
                && row.iter().all(is_text)
                && numeric.iter().any(|column| is_typed(&rows[at + 1][*column]))
        };
        // None of its words comes again in its column.
        let new = |at: &usize| {
            let differs = |record: &StringRecord| {
                record.iter().zip(&rows[*at]).all(|(a, b)| a.trim() != b.trim())
            };
            rows.iter().enumerate().all(|(other, record)| other == *at || differs(record))
        };
        let second = (1..rows.len() - 1).filter(may_be).take(MAX_LINES).find(new)?;
        Some(Guess::SecondTable { line: self.lines[second + 1] })
    }
}

#[cfg(test)]
mod tests {
    use crate::data::choices::Guess;
    use crate::data::csv::read;

    #[test]
    fn another_table_below_is_told() {
        let rows = |kinds: [&str; 2]| -> String {
            (0..10).map(|at| format!("{at}.5,{at},{}\n", kinds[at % 2])).collect()
        };
        let (first, second) = (rows(["a", "b"]), rows(["m", "f"]));
        let told = |text: &str| {
            let table = read(text.as_bytes()).unwrap();
            let told = table.guesses.iter().find_map(|guess| match guess {
                Guess::SecondTable { line } => Some(*line),
                _ => None,
            });
            (table.rows(), told)
        };
        for between in ["", "\n"] {
            let text = format!("len,wid,kind\n{first}{between}height,weight,sex\n{second}");
            assert_eq!(told(&text), (21, Some(12 + between.len())));
        }
        for row in ["err,err2,a\n", "err,5,c\n", "?,?,c\n"] {
            let text = format!("len,wid,kind\n{first}{row}{first}");
            assert_eq!(told(&text), (21, None), "{row}");
        }
    }
}
