//! What stands above a table: titles and comments, keys with their values, and names behind the mark
//! of a comment.

use super::header::looks_like_header;
use super::lines::{MARKS, SAMPLE, is_marked, mode};
use crate::data::number::{is_missing, readings};
use csv::StringRecord;

/// Maximum number of lines above the table that are passed over.
pub(super) const MAX_PREAMBLE: usize = 40;
/// Lines below the names that show whether numbers stand there.
const BELOW: usize = 5;

/// Number of lines above the table: titles and comments, each with one value where the lines
/// below have several, and what programs say of a table before it (`Date,2024-01-01`).
pub(crate) fn preamble(records: &[StringRecord]) -> usize {
    let counts: Vec<usize> =
        records.iter().take(SAMPLE + MAX_PREAMBLE).map(StringRecord::len).collect();
    let (width, lines) = mode(&counts);
    if width < 2 || lines < 2 {
        return 0;
    }
    let above = |record: &StringRecord| {
        let comment = record.get(0).is_some_and(is_marked) && record.len() != width;
        // With separators to the full width, as spreadsheets write a title.
        let title = values(record) == 1
            && (record.len() == 1 || record.len() == width && width >= 3)
            && !record.iter().any(|field| readings(field.trim()).any().is_some());
        comment || title
    };
    let skipped = records.iter().take_while(|record| above(record)).count();
    let names = records.get(skipped).map_or(0, values);
    let titles = if skipped <= MAX_PREAMBLE && names + 1 >= width { skipped } else { 0 };
    // Separators at the end of each line don't fill any up.
    let rows = records.iter().take(SAMPLE + MAX_PREAMBLE).filter(|record| record.len() == width);
    let used = rows.map(used).max().unwrap_or(width);
    let begins = |record: &&StringRecord| above(record) || is_key(record, width, used);
    let keys = records.iter().take_while(begins).count();
    // One line with a cell less may as well be that of the names.
    let several = keys > titles + 1
        || records.get(titles).is_some_and(|key| key.len() != width || values(key) * 2 <= width);
    if several && (1..=MAX_PREAMBLE).contains(&keys) && is_names(&records[keys..], width) {
        keys
    } else {
        titles
    }
}

fn values(record: &StringRecord) -> usize {
    record.iter().filter(|field| !field.trim().is_empty()).count()
}

/// Number of fields up to the last with a value.
fn used(record: &StringRecord) -> usize {
    let last = (0..record.len()).rev().find(|at| !record[*at].trim().is_empty());
    last.map_or(0, |at| at + 1)
}

/// Whether a record has another length than the table, or was filled up to it; how many of its
/// columns are used.
fn is_key(record: &StringRecord, width: usize, columns: usize) -> bool {
    let filled = values(record);
    let at_end = record.iter().skip(filled).all(|field| field.trim().is_empty());
    record.len() != width || filled < columns && at_end
}

/// Whether a table begins with a whole line of names that stand above numbers.
fn is_names(records: &[StringRecord], width: usize) -> bool {
    let Some((names, rows)) = records.split_first() else { return false };
    let number = |field: &str| readings(field.trim()).any().is_some();
    let rows = &rows[..rows.len().min(BELOW)];
    let year = |field: &str| field.trim().parse().is_ok_and(|n: u32| (1800..2100).contains(&n));
    let above_number = |(at, name): (usize, &str)| {
        let mut below = rows.iter().filter_map(|row| row.get(at));
        let years = below.clone().any(year);
        let named = !number(name) || year(name) && !years;
        !is_missing(name) && named && below.any(number)
    };
    names.len() == width
        && values(names) + 1 >= width
        && names.iter().enumerate().any(above_number)
        && looks_like_header(records, false).0
}

/// Takes the mark off a line of names right above the numbers, as NumPy writes them (`# x y label`);
/// how many lines then stand above the table.
pub(super) fn unmark_names(
    records: &mut [StringRecord],
    preamble: usize,
    separator: char,
) -> usize {
    let Some(width) = records.get(preamble).map(StringRecord::len) else { return preamble };
    let bare = |record: &StringRecord| -> Option<StringRecord> {
        let first = record.get(0)?.trim_start().strip_prefix(MARKS)?.trim_start();
        let first = Some(first).filter(|first| !first.is_empty());
        let names: StringRecord = first.into_iter().chain(record.iter().skip(1)).collect();
        (names.len() == width).then_some(names)
    };
    let above = preamble.checked_sub(1);
    let found = above.and_then(|at| Some((at, bare(&records[at])?)));
    // `#x y label` has as many words as the rows. Elsewhere a name may begin so, as `% of all`.
    let found =
        found.or_else(|| Some((preamble, bare(&records[preamble])?))).filter(|(at, names)| {
            let number = |field: &str| readings(field.trim()).any().is_some();
            let below = records.get(at + 1).is_some_and(|row| row.iter().any(number));
            (*at < preamble || separator == ' ') && below && !names.iter().any(number)
        });
    match found {
        Some((at, names)) => {
            records[at] = names;
            at
        }
        None => preamble,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::choices::Guess;
    use super::super::super::csv::read;
    use super::super::super::table::Table;

    fn table(text: &str) -> (Vec<String>, usize, usize, Table) {
        let table = read(text.as_bytes()).unwrap();
        let names = table.columns.iter().map(|column| column.name.clone()).collect();
        let above = table.guesses.iter().find_map(|guess| match guess {
            Guess::LinesAbove { lines } => Some(*lines),
            _ => None,
        });
        (names, table.rows(), above.unwrap_or(0), table)
    }

    #[test]
    fn keys_and_values_above_a_table_are_passed_over() {
        let rows = "0.1,25.3,40\n0.2,25.1,41\n0.3,25.4,42\n0.4,25.2,40\n";
        let wide = "0.1,25.3,40,a\n0.2,25.1,41,b\n0.3,25.4,42,a\n";
        for (above, names, rows, lines) in [
            ("Instrument,ABC123\nDate,2024-01-01\n", "Time,Temp,Hum", rows, 2),
            ("Instrument,ABC123\n", "Time,Temp,Hum", rows, 1),
            ("Report\nDate,2024-01-01\n# by hand\n", "Time,Temp,Hum", rows, 3),
            ("\"TOA5\",\"CR1000\",\"12345\",\"prog\",\"Table1\"\n", "Time,Temp,Hum", rows, 1),
            ("Instrument,ABC123,,\nDate,2024-01-01,,\n", "Time,Temp,Hum,Label", wide, 2),
            ("Instrument,ABC123,\nDate,2024-01-01,\n", "Time,Temp,Hum", rows, 2),
            ("Date,2024-01-01,,\n", "Time,Temp,Hum,Label", wide, 1),
        ] {
            let (found, n, above, _) = table(&format!("{above}{names}\n{rows}"));
            assert_eq!((found.join(","), n, above), (names.into(), rows.lines().count(), lines));
        }
        let (names, n, above, logged) = table(
            "TOA5,CR1000,CR1000,12345,prog\nTIMESTAMP,RECORD,BattV,Temp\nTS,RN,Volts,Deg C\n\
            ,,Min,Avg\n2024-01-01 00:00:00,0,12.5,20.1\n2024-01-01 00:10:00,1,12.4,20.3\n\
            2024-01-01 00:20:00,2,12.6,20.9\n2024-01-01 00:30:00,3,12.5,20.8\n",
        );
        assert_eq!((names[0].as_str(), n, above), ("TIMESTAMP", 4, 1), "{:?}", logged.guesses);
        // A name too few, a nameless column above units, rows that lack their last fields.
        for (text, first) in [
            ("x,y\na,1,2\nb,2,3\nc,3,4\n", "x1"),
            ("t,p,\n°C,kPa,-\n1.5,2,a\n2.5,3,b\n3.5,4,a\n", "t"),
            (",x,y\nmm,cm,-\na,2,3\nb,3,4\nc,4,5\n", "x1"),
            ("\"%IncMSE\" \"Purity\"\n\"a\" 1.5 2\n\"b\" 2.5 3\n\"c\" 3.5 4\n", "x1"),
            ("a,b,c\nu,1\nv,2\nw,3,4\nx,5,6\ny,7,8\n", "a"),
        ] {
            let (names, _, above, _) = table(text);
            assert_eq!((names[0].as_str(), above), (first, 0), "{text}");
        }
    }

    #[test]
    fn names_behind_the_mark_of_a_comment_are_names() {
        let rows = "1.0e+00 2.0e+00 0.0e+00\n1.5e+00 2.5e+00 1.0e+00\n3.0e+00 1.0e+00 0.0e+00\n";
        for (above, lines) in [
            ("# x y label\n", 0),
            ("#x y label\n", 0),
            ("% x y label\n", 0),
            ("# made by hand in 2024\n# x y label\n", 1),
            ("# made by hand, in 2024\n", 1),
            ("! made by hand\n!\n", 2),
        ] {
            let (names, n, told, table) = table(&format!("{above}{rows}"));
            let named = above.contains("x y label");
            assert_eq!((table.separator, table.header, n), (' ', named, 3), "{above}");
            assert_eq!(names[0], if named { "x" } else { "x1" }, "{above}");
            assert_eq!(told, lines, "{above}");
        }
        let (names, n, ..) = table("# a,b by hand\n# x,y,label\n1,2,0\n1.5,2,1\n2,3,0\n");
        assert_eq!((names.join(","), n), ("# x,y,label".into(), 3));
        assert_eq!(table("% of all,y\n1,2\n3,4\n").0[0], "% of all");
    }
}
