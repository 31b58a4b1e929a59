//! Names that stand in two lines: those of groups above those of their columns.

use super::{Rows, is_number, is_typed, values};
use crate::data::choices::Guess;
use crate::data::date::moment;
use crate::data::number::is_missing;
use csv::StringRecord;
use std::collections::HashSet;

/// Rows that show whether a column has numbers.
const SAMPLE: usize = 50;
/// Merged cells leave so many names blank at least.
const MIN_BLANK: usize = 2;

impl Rows<'_> {
    /// Joins the names of two lines, where those of the first come again, or cells were merged, and
    /// the second tells the columns apart: `A,A,B,B` above `x,y,x,y`.
    pub fn join_levels(&mut self) -> Option<Guess> {
        let [upper, lower, rows @ ..] = self.records.as_slice() else { return None };
        let blank = |field: &str| field.trim().is_empty();
        if lower.iter().any(|field| is_missing(field) && !blank(field)) {
            return None;
        }
        let sample = &rows[..rows.len().min(SAMPLE)];
        let numeric = |column: usize| {
            let numbers = sample.iter().filter(|row| row.get(column).is_some_and(is_number));
            numbers.count() * 2 > sample.len()
        };
        if !(0..lower.len()).any(|column| !blank(&lower[column]) && numeric(column)) {
            return None;
        }
        let mut typed = lower.iter().enumerate().filter(|(_, field)| is_typed(field)).peekable();
        if typed.peek().is_some() && !is_line_of_periods(lower, rows) {
            return None;
        }
        let mut names = joined(upper, lower)?;
        // Years without a group are values.
        if typed.any(|(column, field)| names[column] == field.trim()) {
            return None;
        }
        let differs = |(name, own): &(&String, &str)| !blank(own) && name.as_str() != own.trim();
        let name = names.iter().zip(lower).find(differs).map(|(name, _)| name.clone())?;
        // What pandas calls the index stands alone in a third line.
        let index =
            rows.first().filter(|row| values(row) == 1 && !blank(&row[0]) && !is_typed(&row[0]));
        let gone = if let Some(index) = index.filter(|_| names[0].is_empty()) {
            names[0] = index[0].trim().to_owned();
            2
        } else {
            1
        };
        self.records[0] = StringRecord::from(names);
        self.records.drain(1..=gone);
        self.lines.drain(1..=gone);
        Some(Guess::NamesJoined { name })
    }
}

/// Whether a line that holds numbers or dates has only years and dates, several of them and above
/// numbers that are none, and otherwise words that do not come again.
fn is_line_of_periods(line: &StringRecord, rows: &[StringRecord]) -> bool {
    let sample = &rows[..rows.len().min(SAMPLE)];
    let below = |column: usize| sample.iter().filter_map(move |row| row.get(column));
    let numbers = |column: usize| {
        let numbers = below(column).filter(|field| is_number(field)).count();
        let periods = below(column).filter(|field| is_period(field)).count();
        numbers * 2 > sample.len() && periods * 5 <= sample.len()
    };
    let fits = |(column, field): (usize, &str)| match is_typed(field) {
        true => is_period(field) && numbers(column),
        false => {
            field.trim().is_empty() || !below(column).any(|other| other.trim() == field.trim())
        }
    };
    line.iter().filter(|field| is_typed(field)).count() > 1 && line.iter().enumerate().all(fits)
}

/// A year or a date.
fn is_period(field: &str) -> bool {
    let field = field.trim();
    let year = field.parse::<u32>().is_ok_and(|year| (1800..2100).contains(&year));
    year || moment(field).is_some_and(|moment| moment.dated)
}

/// A name for each column of that of its group and its own; `None` if no group has several columns,
/// or two of the names are alike.
fn joined(upper: &StringRecord, lower: &StringRecord) -> Option<Vec<String>> {
    let (mut group, mut again, mut filled) = ("", 0, 0);
    let mut groups = HashSet::new();
    let mut names = Vec::with_capacity(lower.len());
    for (upper, lower) in upper.iter().map(str::trim).zip(lower.iter().map(str::trim)) {
        if upper.is_empty() {
            filled += usize::from(!lower.is_empty() && !group.is_empty());
        } else {
            group = upper;
            again += usize::from(!groups.insert(group));
        }
        names.push(match (lower, upper) {
            ("", own) => own.to_owned(),
            (own, _) if group.is_empty() => own.to_owned(),
            (own, _) => format!("{group} {own}"),
        });
    }
    let distinct = names.iter().collect::<HashSet<_>>().len();
    ((again > 0 || filled >= MIN_BLANK) && distinct == names.len()).then_some(names)
}

#[cfg(test)]
mod tests {
    use crate::data::choices::Guess;
    use crate::data::csv::read;

    #[test]
    fn names_in_two_lines_are_joined() {
        let rows = "0,1.5,2,3,4\n1,2.5,3,4,5\n2,3.5,4,5,6\n3,0.5,4,2,1\n";
        for (above, first) in [
            (",A,A,B,B\n,x,y,x,y\n", "x1"),
            (",A,,B,\n,x,y,x,y\n", "x1"),
            (",A,A,B,B\n,x,y,x,y\nid,,,,\n", "id"),
            ("id,A,A,B,B\n,x,y,x,y\n", "id"),
        ] {
            let table = read(format!("{above}{rows}").as_bytes()).unwrap();
            let names: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(names, [first, "A x", "A y", "B x", "B y"], "{above}");
            assert_eq!((table.rows(), table.columns[1].number(0)), (4, Some(1.5)), "{above}");
            let told = Guess::NamesJoined { name: "A x".into() };
            assert!(table.guesses.contains(&told), "{:?}", table.guesses);
        }
        for (above, names) in [
            (",A,A,B,B\n,2019,2020,2019,2020\n", ["x1", "A 2019", "A 2020", "B 2019", "B 2020"]),
            ("id,A,,B,\n,2019,2020,2019,2020\n", ["id", "A 2019", "A 2020", "B 2019", "B 2020"]),
            (",A,A,B,B\nid,2019,2020,2019,2020\n", ["id", "A 2019", "A 2020", "B 2019", "B 2020"]),
            (
                "id,A,A,B,B\n,2024-01-31,2024-02-29,2024-01-31,2024-02-29\n",
                ["id", "A 2024-01-31", "A 2024-02-29", "B 2024-01-31", "B 2024-02-29"],
            ),
        ] {
            let table = read(format!("{above}{rows}").as_bytes()).unwrap();
            let found: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!((found, table.rows()), (names.to_vec(), 4), "{above}");
            assert!(table.guesses.contains(&Guess::NamesJoined { name: names[1].into() }));
        }
        // Years among years are values, and so are years below names of their own.
        let years = "0,2011,2012,2013,2014\n1,2012,2013,2014,2015\n2,2013,2014,2015,2016\n";
        for (above, rows) in [
            (",A,A,B,B\n", years),
            ("id,a,b,c,d\n9,2011,2012,2013,2014\n", rows),
            ("id,a,,,b\n0,2011,2012,2013,2014\n", rows),
        ] {
            let text = format!("{above}{rows}");
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(table.rows(), text.lines().count() - 1, "{text}");
        }
        for above in ["a,a,b,c,d\n", "a,b,c,d,e\nm,s,m,s,m\n"] {
            let table = read(format!("{above}{rows}").as_bytes()).unwrap();
            assert!(
                !table.guesses.iter().any(|g| matches!(g, Guess::NamesJoined { .. })),
                "{above}"
            );
        }
    }
}
