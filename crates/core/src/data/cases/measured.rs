//! Numbers with units and marks around them, and numbers that stand for something else.

use super::*;

/// A table whose first column has these values, again and again in `rows` rows.
fn column(values: &[&str], rows: usize) -> Table {
    let row = |at: usize| {
        format!("\"{}\",{},{}\n", values[at % values.len()], at % 7, ["a", "b", "c"][at % 3])
    };
    table("v,n,y\n".to_owned() + &(0..rows).map(row).collect::<String>())
}

#[test]
fn a_unit_that_all_share_is_taken_off() {
    for (first, second, unit) in [
        ("0.5 cm", "1.5 cm", "cm"),
        ("0.5 °C", "1.5 °C", "°C"),
        ("0.5℃", "1.5℃", "℃"),
        ("0.5Kč", "1.5Kč", "Kč"),
        ("₺0.5", "₺1.5", "₺"),
        ("A$0.5", "A$1.5", "A$"),
        ("0.5k", "1.5k", "k"),
        ("0.5 years", "1.5 year", "years"),
    ] {
        // As many different ones as would otherwise only name the rows.
        let values: Vec<String> =
            (0..30).map(|at| second.replace("1.5", &format!("{at}.25"))).collect();
        let mut values: Vec<&str> = values.iter().map(String::as_str).collect();
        (values[0], values[1]) = (first, second);
        let read = column(&values, 30);
        assert_eq!(read.columns[0].kind, ColumnKind::Number, "{first}");
        assert_eq!(numbers(&read, 0)[..2], [Some(0.5), Some(1.5)], "{first}");
        let told = Guess::Unit { column: 0, unit: unit.into(), value: first.into(), without: 0 };
        assert!(read.guesses.contains(&told), "{:?}", read.guesses);
    }
    let some = column(&["0.5 cm", "1.5", "2.5", "3.5 cm"], 40);
    let told = Guess::Unit { column: 0, unit: "cm".into(), value: "0.5 cm".into(), without: 20 };
    assert_eq!((numbers(&some, 0)[1], some.guesses.contains(&told)), (Some(1.5), true));
    // A slip of the pen is none, and neither are several units or a reader's own choice.
    assert_eq!(
        column(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "2o"], 40).columns[0].missing(),
        4
    );
    assert_eq!(column(&["1 cm", "2 mm", "3 cm", "4 mm"], 40).columns[0].kind, ColumnKind::Category);
    let mut choices = ReadChoices::default();
    choices.set_column(0, Some(ColumnKind::Category));
    let kept = chosen(b"v,y\n1 cm,a\n2 cm,b\n1 cm,a\n", &choices).unwrap();
    assert_eq!((kept.columns[0].kind, kept.guesses.len()), (ColumnKind::Category, 0));
}

#[test]
fn what_leaves_another_number_is_told() {
    for (values, wanted) in [
        (["<0.05", "0.063", "0.076", "0.089"], [0.05, 0.063, 0.076, 0.089]),
        (["3.1 ± 0.2", "3.2 ± 0.1", "4.1 ± 0.2", "5.1 ± 0.3"], [3.1, 3.2, 4.1, 5.1]),
        (["5.0*", "6.5", "7.5", "8.0†"], [5.0, 6.5, 7.5, 8.0]),
        (["1.5k", "300", "2M", "1.25k"], [1500.0, 300.0, 2e6, 1250.0]),
        (["0.5万", "300", "2亿", "1.25万"], [5000.0, 300.0, 2e8, 12500.0]),
        ([" $-   ", "$5.25", "$6.5", "$7.75"], [0.0, 5.25, 6.5, 7.75]),
    ] {
        let read = column(&values, 40);
        assert_eq!(numbers(&read, 0)[..4], wanted.map(Some), "{values:?}");
        let (value, number) = (values[0].trim().into(), wanted[0]);
        let told = Guess::ReadAs { column: 0, line: 2, value, number };
        assert!(read.guesses.contains(&told), "{:?}", read.guesses);
    }
    for (values, wanted) in [
        (["1.235,50-", "2.100,00", "3,5", "4,25"], [-1235.5, 2100.0, 3.5, 4.25]),
        (["5D-03", "1.5D+02", "0.0D+00", "2.5D+00"], [0.005, 150.0, 0.0, 2.5]),
    ] {
        let read = column(&values, 40);
        assert_eq!(numbers(&read, 0)[..4], wanted.map(Some), "{values:?}");
        assert!(read.guesses.is_empty(), "{:?}", read.guesses);
    }
    // Groups are none.
    for values in [["<=50K", ">50K", "<=50K", ">50K"], ["<18", "18-30", "30-65", ">65"]] {
        assert_eq!(column(&values, 40).columns[0].kind, ColumnKind::Category, "{values:?}");
    }
    let percent = column(&["1%", "0.02", "0", "3%"], 40);
    let told = Guess::PercentBeside { column: 0, percent: "1%".into(), plain: "0.02".into() };
    assert_eq!((numbers(&percent, 0)[0], percent.guesses.contains(&told)), (Some(1.0), true));
    for values in [["1%", "2%", "0", "3%"], ["1%", "(2%)", "0", "3%"]] {
        assert!(column(&values, 40).guesses.is_empty(), "{values:?}");
    }
}

#[test]
fn numbers_that_stand_for_something_else_are_told() {
    let dates = column(&["20260131", "20260201", "20260302", "20260430"], 40);
    assert_eq!(numbers(&dates, 0)[..3], [Some(0.0), Some(1.0), Some(30.0)]);
    assert_eq!(dates.columns[0].cell(2), Cell::Date("2026-03-02".into()));
    assert!(dates.guesses.contains(&Guess::CompactDate { column: 0, value: "20260131".into() }));
    let others = column(&["20260131", "20260201", "20261302", "20260499"], 40);
    assert_eq!(others.columns[0].kind, ColumnKind::Number);
    let ids = table("id,n,y\n20260131,1,a\n20260201,2,b\n20260302,1,a\n20260302,2,b\n");
    assert_ne!(ids.columns[0].kind, ColumnKind::Date);

    let codes = column(&["01067", "00501", "98101", "01069"], 40);
    let told = |category| Guess::LeadingZeros { column: 0, value: "01067".into(), category };
    assert_eq!(codes.columns[0].kind, ColumnKind::Category);
    assert!(codes.guesses.contains(&told(true)), "{:?}", codes.guesses);
    assert_eq!(review(&codes, 2, Kind::Class), []);
    let values: Vec<String> = (0..40).map(|at| format!("0{}", 1067 + 37 * at)).collect();
    let many = column(&values.iter().map(String::as_str).collect::<Vec<_>>(), 40);
    assert_eq!(
        (many.columns[0].kind, many.guesses.contains(&told(false))),
        (ColumnKind::Number, true)
    );
    assert!(column(&["01", "02", "11", "12"], 40).guesses.is_empty(), "months");

    let missing = column(&["-999", "1.5", "2.5", "3.5"], 40);
    let told = |missing| Guess::MissingCode { column: 0, value: "-999".into(), rows: 10, missing };
    assert_eq!((missing.columns[0].missing(), missing.guesses), (10, vec![told(true)]));
    let text = "v,y\n".to_owned() + &"-999,a\n1.5,b\n2.5,c\n".repeat(10);
    let choices = ReadChoices { missing_codes: Some(false), ..ReadChoices::default() };
    let kept = chosen(text.as_bytes(), &choices).unwrap();
    assert_eq!((kept.columns[0].missing(), kept.guesses), (0, vec![told(false)]));
    // Where others are as far below, it is a number.
    assert_eq!(column(&["-999", "-500", "2.5", "3.5"], 40).columns[0].missing(), 0);

    let namibia = column(&["NA", "EU", "AS", "NA"], 40);
    let told = Guess::MissingWord { column: 0, value: "NA".into(), rows: 20, missing: true };
    assert_eq!((namibia.columns[0].missing(), namibia.guesses), (20, vec![told]));
    assert!(column(&["NA", "1.5", "2.5", "NA"], 40).guesses.is_empty(), "among numbers it is none");
}
