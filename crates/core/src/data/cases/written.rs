//! What spreadsheets, databases and people write that was read as something else, or not at all.

use super::asides::left_out;
use super::*;
use crate::data::choices::Aside;

/// A table whose first column has these values, again and again in `rows` rows.
fn column(values: &[&str], rows: usize) -> Table {
    let row = |at: usize| format!("{}\t{}\n", values[at % values.len()], at % 7);
    table("v\tn\n".to_owned() + &(0..rows).map(row).collect::<String>())
}

#[test]
fn a_frequent_word_for_nothing_is_a_category() {
    let word = |value: &str, rows, missing| Guess::MissingWord {
        column: 0,
        value: value.into(),
        rows,
        missing,
    };
    for name in ["None", "nil", "missing", "未知"] {
        let veneer = column(&[name, "Stone", name, "Brick"], 40);
        assert_eq!((veneer.columns[0].missing(), veneer.columns[0].distinct()), (0, 3), "{name}");
        assert!(veneer.guesses.contains(&word(name, 20, false)), "{:?}", veneer.guesses);
    }
    // Signs, and rare words, are gaps.
    let gaps = column(&["-", "Stone", "-", "Brick"], 40);
    assert_eq!((gaps.columns[0].missing(), gaps.columns[0].distinct()), (20, 2));
    let values: Vec<&str> = (0..40).map(|at| ["Stone", "Brick"][at % 2]).collect();
    let values: Vec<&str> = ["None"].into_iter().chain(values).collect();
    let text = values.iter().map(|value| format!("{value},1\n")).collect::<String>();
    let rare = table(format!("v,n\n{text}"));
    assert_eq!(rare.columns[0].missing(), 1);
    assert!(rare.guesses.contains(&word("None", 1, true)), "{:?}", rare.guesses);
    // Unless a reader says otherwise.
    let mut choices = ReadChoices::default();
    choices.set_column(0, Some(ColumnKind::Category));
    let kept = chosen(format!("v,n\n{text}").as_bytes(), &choices).unwrap();
    assert_eq!((kept.columns[0].missing(), kept.columns[0].distinct()), (0, 3));
    let numbers = column(&["None", "1.5", "None", "2.5", "3.5"], 40);
    assert_eq!((numbers.columns[0].missing(), numbers.columns[0].distinct()), (16, 3));
}

#[test]
fn money_is_counted_as_people_write_it() {
    for (values, wanted) in [
        (["€110.5M", "€565K", "€0", "€1.25M"], [110.5e6, 565e3, 0.0, 1.25e6]),
        (["$1.2bn", "$565m", "$2.5k", "$7"], [1.2e9, 565e6, 2500.0, 7.0]),
        (["120万元", "1.2亿元", "3万元", "25元"], [120e4, 1.2e8, 3e4, 25.0]),
        (["75 Lac", "1.2 Cr", "60 Lac", "2.5 Cr"], [75e5, 1.2e7, 60e5, 2.5e7]),
        (["₹75 Lakh", "₹1.2 Cr", "₹60 Lakh", "₹2.5 Cr"], [75e5, 1.2e7, 60e5, 2.5e7]),
        (["1,5 Mio. €", "2,5 Mrd. €", "250 Tsd. €", "5 €"], [1.5e6, 2.5e9, 250e3, 5.0]),
        (["$(1,234.00)", "$5.00", "$(7.50)", "$10.00"], [-1234.0, 5.0, -7.5, 10.0]),
        (["10,000+", "500,000+", "5,000+", "1,000,000+"], [1e4, 5e5, 5e3, 1e6]),
        (["65+", "18", "30", "45"], [65.0, 18.0, 30.0, 45.0]),
        (["3.2 × 10^5", "1.5·10⁻³", "1.5×10³", "2*10^-4"], [3.2e5, 1.5e-3, 1.5e3, 2e-4]),
        (["١٢٣٫٥", "٧٫٢٥", "٩٫٥", "١٠٫٥"], [123.5, 7.25, 9.5, 10.5]),
    ] {
        let read = column(&values, 40);
        let near = numbers(&read, 0)[..4].iter().zip(wanted).all(|(number, wanted)| {
            number.is_some_and(|number| (number - wanted).abs() <= 1e-9 * f64::abs(wanted))
        });
        assert!(near, "{values:?}: {:?}", &numbers(&read, 0)[..4]);
    }
}

#[test]
fn several_currencies_are_told() {
    for (values, other) in [
        (["100 USD", "90 EUR", "15000 JPY"], "90 EUR"),
        (["$5", "€7", "¥900"], "€7"),
        (["$5M", "$7M", "€9M"], "€9M"),
        (["A$5", "A$7", "A$9"], ""),
        (["5元", "¥7", "9元"], ""),
        (["5 €", "7 EUR", "9"], ""),
    ] {
        let read = column(&values, 30);
        assert_eq!(read.columns[0].kind, ColumnKind::Number, "{values:?}");
        let told = Guess::Currencies { column: 0, value: values[0].into(), other: other.into() };
        assert_eq!(read.guesses.contains(&told), !other.is_empty(), "{:?}", read.guesses);
        let any = read.guesses.iter().any(|guess| matches!(guess, Guess::Currencies { .. }));
        assert_eq!(any, !other.is_empty(), "{:?}", read.guesses);
    }
}

#[test]
fn totals_of_every_kind_are_no_examples() {
    let rows: String = (1..=12).map(|at| format!("plot {at},{at}.5,{}\n", at * at)).collect();
    for (below, lines) in [
        (
            "Mean,7,54\nSD,3.6,49\nMin,1.5,1\nMax,12.5,144\nMedian,7,42\nCount,12,12\nCV,0.5,0.9\n",
            7,
        ),
        (
            "count,12,12\nmean,7,54\nstd,3.6,49\nmin,1.5,1\n25%,4,9\n50%,7,42\n75%,9,90\nmax,12.5,144\n",
            8,
        ),
        ("Gesamtergebnis,84,650\n", 1),
        ("Total général,84,650\n", 1),
        ("Totale complessivo,84,650\n", 1),
        ("Total geral,84,650\n", 1),
        ("総計,84,650\n", 1),
        ("Итого,84,650\n", 1),
        ("Mean,7,#DIV/0!\n", 1),
    ] {
        let read = table(format!("plot,a,b\n{rows}{below}"));
        let told = vec![(Aside::Totals, 14, lines)];
        assert_eq!((read.rows(), left_out(&read)), (12, told), "{below}");
    }
    // A name.
    let people = table(format!("plot,a,b\n{rows}Max,7,54\n"));
    assert_eq!((people.rows(), left_out(&people)), (13, Vec::new()));
}

#[test]
fn rules_of_databases_are_left_out() {
    let rows = "  1 | 5.1 | a\n  2 | 4.9 | b\n  3 | 4.7 | a\n  4 | 5.0 | b\n";
    let psql = table(format!(" id | len | kind \n----+-----+------\n{rows}(4 rows)\n"));
    assert_eq!((names(&psql), psql.rows()), (vec!["id", "len", "kind"], 4));
    assert_eq!(left_out(&psql), [(Aside::Ruler, 2, 1), (Aside::Footnotes, 7, 1)]);
    let rows = "| 1 | 5.1 | a |\n| 2 | 4.9 | b |\n| 3 | 4.7 | a |\n";
    for (text, rules, first) in [
        (format!("| id | len | kind |\n|----+-----+------|\n{rows}"), 1, 2),
        (format!("+----+---+\n| id | len | kind |\n+----+---+\n{rows}+----+---+\n"), 3, 1),
    ] {
        let read = table(&text);
        let names: Vec<&str> = names(&read).into_iter().skip(1).collect();
        assert_eq!((names, read.rows()), (vec!["id", "len", "kind"], 3), "{text}");
        assert_eq!(left_out(&read), [(Aside::Ruler, first, rules)], "{text}");
    }
}
