//! Values that look the same and are stored differently, and numbers in signs of other scripts.

use super::*;

/// A table whose first column has these values, again and again.
fn column(values: &[&str]) -> Table {
    let row = |at: usize| format!("{}\t{}.5\n", values[at % values.len()], at % 7);
    table("v\tn\n".to_owned() + &(0..40).map(row).collect::<String>())
}

#[test]
fn categories_that_look_the_same_are_one() {
    for (values, kept) in [
        (["cafe\u{301}", "café", "thé", "café"], "café"),
        (["Ａ班", "A班", "B班", "A班"], "A班"),
        (["ro\u{200b}se", "rose", "tulip", "rose"], "rose"),
        (["Ｍ", "M", "F", "M"], "M"),
        (["が", "か\u{3099}", "ぱ", "が"], "が"),
    ] {
        let read = column(&values);
        let told = Guess::LookAlikes { column: 0, value: kept.into() };
        assert_eq!((read.columns[0].distinct(), read.guesses), (2, vec![told]), "{values:?}");
    }
    // Around a word they are as blanks are.
    let read = column(&["rose\u{200b}", "rose", "\u{feff}tulip", "tulip"]);
    assert_eq!((read.columns[0].distinct(), read.guesses), (2, Vec::new()));
    // Capitals of short words may still mean something else.
    let read = column(&["Ａa", "Aa", "AA", "aa"]);
    assert_eq!(read.columns[0].distinct(), 3);
    assert!(
        matches!(read.guesses[0], Guess::Spellings { joined: false, .. }),
        "{:?}",
        read.guesses
    );
    assert_eq!(column(&["e", "é", "è", "ê"]).columns[0].distinct(), 4);
}

#[test]
fn signs_without_width_do_not_make_text_of_a_number() {
    for values in [["1.5\u{200b}", "2.5"], ["\u{feff}1.5", "2.5"], ["\u{200e}1.5", "2\u{ad}.5"]] {
        let read = column(&values);
        assert_eq!(numbers(&read, 0)[..2], [Some(1.5), Some(2.5)], "{values:?}");
        assert!(read.guesses.is_empty(), "{:?}", read.guesses);
    }
}

#[test]
fn one_unit_in_several_signs_is_one() {
    for values in [["21.5℃", "22 °C"], ["12㎡", "15 m2"], ["9㎏", "15.5 kg"], ["70℉", "71°F"]]
    {
        let read = column(&values);
        assert_eq!((read.columns[0].kind, read.columns[0].missing()), (ColumnKind::Number, 0));
        assert!(matches!(read.guesses[..], [Guess::Unit { without: 0, .. }]), "{:?}", read.guesses);
    }
    assert_eq!(column(&["21.5℃", "70℉"]).columns[0].kind, ColumnKind::Category);
}

#[test]
fn numbers_of_many_countries_are_numbers() {
    for (values, wanted) in [
        (["1’234.-", "987.-", "56.50"], [1234.0, 987.0, 56.5]),
        (["CHF 1'234.–", "CHF 987.50", "CHF 56.–"], [1234.0, 987.5, 56.0]),
        (["1 234:-", "987:-", "12 345:-"], [1234.0, 987.0, 12_345.0]),
        (["▲567", "△89", "12"], [-567.0, -89.0, 12.0]),
        (["—1.5", "0.5", "3.75"], [-1.5, 0.5, 3.75]),
        (["1_000", "2_500", "999"], [1000.0, 2500.0, 999.0]),
        (["१२.५", "३.२५", "१००"], [12.5, 3.25, 100.0]),
        (["๑๒.๕", "๓.๒๕", "๑๐๐"], [12.5, 3.25, 100.0]),
        (["99¢", "50¢", "45¢"], [99.0, 50.0, 45.0]),
        (["₿0.5", "₿1.25", "₿3"], [0.5, 1.25, 3.0]),
    ] {
        let read = column(&values);
        assert_eq!(numbers(&read, 0)[..3], wanted.map(Some), "{values:?}");
        let told = read.guesses.iter().any(|guess| matches!(guess, Guess::ReadAs { .. }));
        assert_eq!(told, values[0].contains(['▲', '_']), "{:?}", read.guesses);
    }
    // Codes have a line in all of them.
    assert_eq!(column(&["12_001", "12_002", "13_001"]).columns[0].kind, ColumnKind::Category);
}
