//! Numbers that may be none: grades, codes, lists, months; and a decimal mark that was chosen for
//! other columns.

use super::*;

/// A table whose first column has these values, again and again.
fn text(values: &[&str]) -> String {
    let row = |at: usize| format!("{}\t{}.5\n", values[at % values.len()], at % 7);
    "v\tn\n".to_owned() + &(0..40).map(row).collect::<String>()
}

fn column(values: &[&str]) -> Table {
    table(text(values))
}

/// How the first value that is doubtful was read.
fn read_as(table: &Table) -> Option<(String, f64)> {
    table.guesses.iter().find_map(|guess| match guess {
        Guess::ReadAs { column: 0, value, number, .. } => Some((value.clone(), *number)),
        _ => None,
    })
}

#[test]
fn grades_and_charges_are_no_negative_numbers() {
    for values in [
        &["1", "1-", "2+", "2", "2-"][..],
        &["1", "1-", "2", "2-", "3"],
        &["1+", "2+", "1-", "2-"],
        &["0+", "0-", "1+"],
    ] {
        let read = column(values);
        let found = (read.columns[0].kind, read.columns[0].distinct());
        assert_eq!(found, (ColumnKind::Category, values.len()), "{values:?}");
    }
    // Amounts of accounts.
    for (values, first) in [
        (["1.234,50-", "987,25", "5,10"], -1234.5),
        (["120-", "98", "5"], -120.0),
        (["5,50-", "3,25", "1,75"], -5.5),
    ] {
        let read = column(&values);
        assert_eq!((read.columns[0].exact(0), read_as(&read)), (Some(first), None), "{values:?}");
    }
    let mut choices = ReadChoices::default();
    choices.set_column(0, Some(ColumnKind::Number));
    let read = chosen(text(&["1", "1-", "2", "2-"]).as_bytes(), &choices).unwrap();
    assert_eq!(read_as(&read), Some(("1-".into(), -1.0)));
}

#[test]
fn what_may_be_no_number_is_told() {
    for (values, value, number) in [
        (["(1)", "(2)", "(3)"], "(1)", -1.0),
        (["(1,2)", "(3,4)", "(2,2)"], "(1,2)", -1.2),
        (["1E5", "2E3", "417"], "1E5", 1e5),
        (["3", "1,2", "2,3"], "1,2", 1.2),
    ] {
        assert_eq!(read_as(&column(&values)), Some((value.into(), number)), "{values:?}");
    }
    for values in [["(1)", "2", "3"], ["1E5", "2.5E3", "417"], ["3", "1,5", "4,2"]] {
        assert_eq!(read_as(&column(&values)), None, "{values:?}");
    }
    let comma = table("a;b\n1,2;1,5\n2,3;2,5\n3;1\n1,3;4,25\n");
    assert_eq!((comma.columns[0].exact(0), read_as(&comma)), (Some(1.2), None));
}

#[test]
fn numbers_beyond_32_bits_are_told() {
    let large = column(&["1.5e39", "2e39", "5e40"]);
    let told = Guess::TooLarge { column: 0, line: 2, value: "1.5e39".into() };
    assert_eq!((large.columns[0].kind, large.guesses), (ColumnKind::Category, vec![told]));
    assert!(column(&["1.5e37", "2e37", "5e37"]).guesses.is_empty());
}

#[test]
fn a_chosen_mark_holds_where_it_can() {
    let text = "v\tlen\n1,234\t6.5\n2,345\t7.8\n12,345\t4.1\n999\t6.6\n";
    let choices = ReadChoices { decimal: Some(DecimalMark::Comma), ..ReadChoices::default() };
    let read = chosen(text.as_bytes(), &choices).unwrap();
    assert_eq!((read.columns[0].exact(0), read.columns[1].exact(0)), (Some(1.234), Some(6.5)));
    let (value, read_as) = ("6.5".into(), DecimalMark::Point);
    assert_eq!(read.guesses, [Guess::OtherMark { column: 1, line: 2, value, read_as }]);
    let choices = ReadChoices { decimal: Some(DecimalMark::Point), ..ReadChoices::default() };
    let read = chosen(b"v\tlen\n1.234\t6,5\n2.345\t7,8\n", &choices).unwrap();
    assert_eq!((read.columns[0].exact(0), read.columns[1].exact(0)), (Some(1.234), Some(6.5)));
    let (value, read_as) = ("6,5".into(), DecimalMark::Comma);
    assert_eq!(read.guesses, [Guess::OtherMark { column: 1, line: 2, value, read_as }]);
}

#[test]
fn months_with_a_point_are_dates() {
    for values in [
        ["01.2024", "02.2024", "03.2024", "11.2023", "12.2023"],
        ["2024.01", "2024.02", "2024.03", "2023.11", "2023.12"],
    ] {
        let read = column(&values);
        assert_eq!(read.columns[0].cell(3), Cell::Date("2023-11-01".into()), "{values:?}");
        let told = Guess::Periods { column: 0, value: values[0].into() };
        assert_eq!(read.guesses, [told]);
        let mut choices = ReadChoices::default();
        choices.set_column(0, Some(ColumnKind::Number));
        let number = chosen(text(&values).as_bytes(), &choices).unwrap();
        assert_eq!(number.columns[0].exact(0), values[0].parse().ok());
    }
    for values in [
        ["01.2024", "02.2024", "03.2024", "11.2023", "13.2023"],
        ["2024.01", "2024.02", "2024.5", "2023.11", "2023.12"],
        ["11.1492", "12.1512", "10.1618", "11.1755", "12.1800"],
    ] {
        assert_eq!(column(&values).columns[0].kind, ColumnKind::Number, "{values:?}");
    }
}
