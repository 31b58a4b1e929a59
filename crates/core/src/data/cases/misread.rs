//! What was read as something else than was meant: numbers with marks of thousands, dates of two
//! orders and several zones, one class in two spellings.

use super::*;

fn rows(header: &str, values: &[&str], separator: char) -> String {
    let row = |(at, value): (usize, &&str)| {
        format!("{value}{separator}{}{separator}{}\n", at % 7, ["a", "b", "c"][at % 3])
    };
    header.to_owned() + "\n" + &values.iter().enumerate().map(row).collect::<String>()
}

fn column(values: &[&str]) -> Table {
    table(rows("v,n,y", values, ','))
}

fn decimal_mark(table: &Table) -> Option<DecimalMark> {
    table.guesses.iter().find_map(|guess| match guess {
        Guess::DecimalMark { column: 0, read_as, .. } => Some(*read_as),
        _ => None,
    })
}

#[test]
fn points_that_may_mark_thousands_are_told() {
    let mixed = ["50", "901", "1.102", "12.303"];
    for (text, first) in [
        (rows("Preis;n;y", &mixed, ';'), 1102.0),
        (rows("Preis,n,y", &mixed, ','), 1.102),
        // A zero at the end is written only where all have three digits, or by a mark of thousands.
        (rows("Preis,n,y", &["50", "901", "1.102", "12.300"], ','), 1102.0),
        (rows("Preis;n;y", &["1.125", "2.250", "1.102", "4.375"], ';'), 1102.0),
        (rows("Preis,n,y", &["1.125", "2.250", "1.102", "4.375"], ','), 1.102),
    ] {
        let table = table(&text);
        assert_eq!(table.columns[0].exact(2), Some(first), "{text}");
        let wanted = if first > 2.0 { DecimalMark::Comma } else { DecimalMark::Point };
        assert_eq!(decimal_mark(&table), Some(wanted), "{text}");
    }
    // Other numbers of the file have points.
    let sure = table("a;b;y\n1.125;0.5;a\n2.250;1.5;b\n1.102;2.5;a\n");
    assert_eq!((sure.columns[0].exact(0), decimal_mark(&sure)), (Some(1.125), None));
    let comma = table("a\tb\ty\n1.125\t0,5\ta\n2.250\t1,5\tb\n1.102\t2,5\ta\n");
    assert_eq!(comma.columns[0].exact(0), Some(1125.0));
    assert_eq!(decimal_mark(&comma), Some(DecimalMark::Comma));
    let choices = ReadChoices { decimal: Some(DecimalMark::Point), ..ReadChoices::default() };
    let chosen = chosen(rows("Preis;n;y", &mixed, ';').as_bytes(), &choices).unwrap();
    assert_eq!((chosen.columns[0].exact(2), decimal_mark(&chosen)), (Some(1.102), None));
}

#[test]
fn a_year_of_two_digits_may_come_first() {
    let first = |table: &Table| match table.columns[0].cell(1) {
        Cell::Date(date) => date,
        other => panic!("{other:?}"),
    };
    let year_first =
        |table: &Table| table.guesses.iter().any(|g| matches!(g, Guess::YearFirst { .. }));
    for (values, wanted) in [
        (["23-01-01", "23-02-08", "23-03-15", "23-04-22"], "2023-02-08"),
        (["98/12/31", "99/01/02", "99/02/03", "00/03/04"], "1999-01-02"),
        (["11-12-30", "12-01-02", "12-01-05", "12-02-01"], "2012-01-02"),
    ] {
        let read = column(&values);
        assert_eq!((first(&read), year_first(&read)), (wanted.into(), true), "{values:?}");
    }
    for (values, wanted) in [
        (["01.03.40", "06.03.41", "11.03.42", "16.03.43"], "1941-03-06"),
        (["01.01.24", "02.02.24", "03.03.24", "14.04.24"], "2024-02-02"),
        (["1/1/26", "2/2/26", "3/14/26", "4/4/26"], "2026-02-02"),
        (["23-Jan-01", "23-Feb-02", "23-Mar-03", "23-Apr-04"], "2002-02-23"),
    ] {
        let read = column(&values);
        assert_eq!((first(&read), year_first(&read)), (wanted.into(), false), "{values:?}");
    }
    let choices = ReadChoices { day_first: Some(true), ..ReadChoices::default() };
    let text = rows("v,n,y", &["23-01-01", "23-02-08", "23-03-15", "23-04-22"], ',');
    assert_eq!(first(&chosen(text.as_bytes(), &choices).unwrap()), "2008-02-23");
}

#[test]
fn differing_time_zones_are_brought_to_one() {
    let minutes = |table: &Table| -> Vec<f64> {
        let days = numbers(table, 0).into_iter().flatten();
        days.map(|days| (days * 1440.0).round()).collect()
    };
    let told = |table: &Table| table.guesses.iter().any(|g| matches!(g, Guess::Zones { .. }));
    for values in [
        ["2026-10-25T02:50:00+02:00", "2026-10-25T02:00:00+01:00", "2026-10-25T01:30:00Z"],
        ["2026-10-25 02:50 CEST", "2026-10-25 02:00 CET", "2026-10-25 01:30 UTC"],
        ["2026-10-25 02:50 +0200", "2026-10-24 20:00 -0500", "2026-10-25 01:30 GMT"],
    ] {
        let read = column(&values);
        assert_eq!((minutes(&read), told(&read)), (vec![0.0, 10.0, 40.0], true), "{values:?}");
        assert_eq!(read.columns[0].cell(0), Cell::Date("2026-10-25 00:50:00".into()));
    }
    // One zone is shown by its own clock.
    let one = column(&["2026-03-01 10:00 CET", "2026-03-01 10:10 CET", "2026-03-01 10:40 CET"]);
    assert_eq!((minutes(&one), told(&one)), (vec![0.0, 10.0, 40.0], false));
    assert_eq!(one.columns[0].cell(0), Cell::Date("2026-03-01 10:00:00".into()));
}

#[test]
fn dates_are_read_in_several_languages() {
    for text in [
        "1 de marzo de 2026",
        "1er mars 2026",
        "1 mars 2026",
        "March 1st, 2026",
        "Sunday 1 March 2026",
        "2026年3月1日",
        "1 févr. 2026",
    ] {
        let day = if text.contains("févr") { 1_769_904_000.0 } else { 1_772_323_200.0 };
        let moment = crate::data::date::moment(text).and_then(|moment| moment.with(true));
        assert_eq!(moment, Some(day), "{text}");
    }
    for text in [
        "2026年3月1日 15时05分",
        "2026年3月1日 15时5分",
        "2026/3/1 下午 03:05:00",
        "2026/3/1 下午3:05",
        "2026-03-01 3:05 p.m.",
        "2026年3月1日 15点05分00秒",
        "1 Mar 2026 15:05 CET",
        "Sun Mar 01 2026 15:05:00 GMT+0100 (Central European Standard Time)",
    ] {
        let moment = crate::data::date::moment(text).and_then(|moment| moment.with(false));
        assert_eq!(moment, Some(1_772_323_200.0 + 15.0 * 3600.0 + 300.0), "{text}");
    }
    for text in ["3 out of 10", "5 March", "12 de 13", "10 CET", "5月", "1st 2nd 3rd"] {
        assert!(crate::data::date::moment(text).is_none(), "{text}");
    }
}

#[test]
fn classes_that_differ_by_capitals_or_blanks_are_one() {
    let read = |values: &[&str]| {
        let read = table(rows("y,n,z", values, ','));
        (read.columns[0].distinct(), read.guesses)
    };
    let told = |value: &str, other: &str, joined| Guess::Spellings {
        column: 0,
        value: value.into(),
        other: other.into(),
        joined,
    };
    let flowers = ["setosa", "Setosa", "New  York", "Setosa", "new york", "New  York"];
    let (distinct, guesses) = read(&flowers);
    assert_eq!(distinct, 2);
    for guess in [told("Setosa", "setosa", true), told("New  York", "new york", true)] {
        assert!(guesses.contains(&guess), "{guesses:?}");
    }
    for values in [["Y", "n", "y", "N", "y"], ["T", "f", "t", "F", "t"]] {
        assert_eq!(read(&values).0, 2);
    }
    // Genotypes.
    let (distinct, guesses) = read(&["AA", "Aa", "aa", "Aa", "AA"]);
    assert_eq!((distinct, guesses.contains(&told("AA", "Aa", false))), (3, true), "{guesses:?}");
    assert_eq!(read(&["true", "True", "FALSE", "False"]), (2, Vec::new()));
}
