//! Keys with their values above a table that are as wide as it is, so that only what stands in them
//! tells them from its rows: `Latitude,52.5,N` above `temp,hum,state`.

use super::above::MAX_PREAMBLE;
use crate::data::number::{is_missing, readings};
use csv::StringRecord;
use std::collections::HashSet;

/// Rows below the names that show that their first column has numbers.
const BELOW: usize = 5;
/// Lines of two words may be names, units and types; so many are keys, if all below are numbers.
const MANY_LINES: usize = 3;

/// Number of lines of keys above the names. The first column of the table must hold numbers, since
/// it is where keys have none.
pub(super) fn above(records: &[StringRecord]) -> usize {
    let number = |field: &str| readings(field.trim()).any().is_some();
    let is_text = |field: &str| !is_missing(field) && !number(field);
    let begins = |record: &&StringRecord| record.get(0).is_some_and(is_text);
    // The last line that begins with a text is that of the names.
    let lines = records.iter().take(MAX_PREAMBLE + 1).take_while(begins).count();
    let Some(keys) = lines.checked_sub(1).filter(|keys| (1..=MAX_PREAMBLE).contains(keys)) else {
        return 0;
    };
    let (names, width) = (&records[keys], records[keys].len());
    let below = records.iter().skip(lines).take(BELOW);
    let is_row = |record: &StringRecord| record.len() == width && number(&record[0]);
    let different = names.iter().map(str::trim).collect::<HashSet<_>>();
    let again = |record: &StringRecord| record.iter().any(|f| different.contains(f.trim()));
    let as_wide =
        |record: &StringRecord| record.len() == width && record.iter().all(|f| !f.is_empty());
    let above = &records[..keys];
    // Numbers in the first line may be names, with units below them.
    let values = above.iter().skip(1).any(|record| record.iter().any(number));
    let table = below.len() > 1
        && below.clone().all(is_row)
        && names.iter().all(is_text)
        && different.len() == width;
    let fits = above.iter().all(|record| as_wide(record) && !again(record));
    let measured = || below.clone().all(|record| record.iter().all(number));
    let many = keys >= MANY_LINES && width == 2;
    if table && fits && (values || many && measured()) { keys } else { 0 }
}

#[cfg(test)]
mod tests {
    use crate::data::choices::Guess;
    use crate::data::csv::read;

    #[test]
    fn keys_as_wide_as_the_table_are_passed_over() {
        let three = "6.5,53.5,a\n7.8,53.5,b\n4.1,52.9,a\n6.5,53.1,b\n";
        let two = "400;0,1\n401;0,113\n402;0,126\n403;0,2\n";
        for (above, names, rows) in [
            ("Station,Berlin,DE\nLatitude,52.5,N\nLongitude,13.4,E\n", "temp,hum,state", three),
            ("Station,Berlin,DE\nLatitude,52.5,N\n", "temp,hum,state", three),
            ("Sample;Blank A\nOperator;Max\nMode;Absorbance\n", "Wavelength;Abs", two),
            ("Operator;Max\nSample;17\n", "Wavelength;Abs", two),
        ] {
            let table = read(format!("{above}{names}\n{rows}").as_bytes()).unwrap();
            let found: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(found, names.split([',', ';']).collect::<Vec<_>>(), "{above}");
            let lines = above.lines().count();
            assert!(table.guesses.contains(&Guess::LinesAbove { lines }), "{:?}", table.guesses);
            assert_eq!(table.rows(), 4);
        }
        // Units, types and names in two lines; an example with a gap; a second line of names.
        for text in [
            format!("t,p,y\ns,kPa,-\n{three}"),
            format!("t,p,y\ns,kPa,1\n{three}"),
            format!("t,2019,2020\ns,kPa,m\n{three}"),
            format!("t;p\ns;kPa\n{two}"),
            format!("t;p\ns;kPa\nMin;Avg\n{two}"),
            format!("t,p,y\n?,52.5,b\n{three}"),
            "t,y\nSW1,London\nE2,Leeds\nN1,York\n100,Rome\n101,Oslo\n102,Bonn\n".to_owned(),
        ] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!(table.columns[0].name, "t", "{text}");
        }
    }
}
