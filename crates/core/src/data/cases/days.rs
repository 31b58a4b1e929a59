//! Dates and times as programs, offices and web servers of many countries write them.

use super::*;
use crate::data::date::moment;

/// A table whose first column has these values, again and again.
fn column(values: &[&str]) -> Table {
    let row = |at: usize| format!("{}\t{}.5\n", values[at % values.len()], at % 7);
    table("v\tn\n".to_owned() + &(0..40).map(row).collect::<String>())
}

fn dates(table: &Table, rows: usize) -> Vec<String> {
    let cell = |row| match table.columns[0].cell(row) {
        Cell::Date(date) => date,
        other => format!("{other:?}"),
    };
    (0..rows).map(cell).collect()
}

#[test]
fn dates_of_programs_and_offices_are_dates() {
    for text in [
        "03JAN2024",
        "03jan2024",
        "Mi, 03.01.2024",
        "Mi. 03.01.2024",
        "２０２４／０１／０３",
        "2024/01/03（水）",
        "\u{200e}3\u{200e}.\u{200e}1\u{200e}.\u{200e}2024",
        "3 января 2024 г.",
        "2024. 1. 3.",
        "3. 1. 2024",
    ] {
        let moment = moment(text).and_then(|moment| moment.with(true));
        assert_eq!(moment, Some(1_704_240_000.0), "{text}");
    }
    for text in [
        "03JAN2024:15:05:00",
        "03-JAN-24 03.05.00.000000 PM",
        "03/Jan/2024:15:05:00",
        "03.01.2024 15.05.00",
        "03.01.2024 15:05 Uhr",
        "3 Jan 2024 15h05",
        "2024. 1. 3. 오후 3:05:00",
        "2024-01-03t15:05:00z",
    ] {
        let moment = moment(text).and_then(|moment| moment.with(true));
        assert_eq!(moment, Some(1_704_294_300.0), "{text}");
    }
    for text in ["Wed 01/03/2024", "1/3/2024, 12:00:00\u{202f}AM"] {
        let moment = moment(text).and_then(|moment| moment.with(false));
        assert_eq!(moment, Some(1_704_240_000.0), "{text}");
    }
    for text in ["03ABC2024", "03JAN2024X", "10.00.00", "12h", "So 12", "3. 1."] {
        assert!(moment(text).is_none(), "{text}");
    }
}

#[test]
fn chinese_durations_have_minutes() {
    for (text, seconds) in
        [("3分20秒", 200.0), ("75分05秒", 4505.0), ("1小时20分", 4800.0), ("2小时5分", 7500.0)]
    {
        let moment = moment(text).and_then(|moment| moment.with(true));
        assert_eq!(moment, Some(seconds), "{text}");
    }
}

#[test]
fn periods_are_their_first_day_and_told() {
    for (values, second) in [
        (["Jan 2018", "Feb 2018", "Mar 2018"], "2018-02-01"),
        (["Jan-18", "Feb-18", "Mar-18"], "2018-02-01"),
        (["01/2018", "02/2018", "03/2018"], "2018-02-01"),
        (["2018m1", "2018m2", "2018m3"], "2018-02-01"),
        (["2010-Q1", "2010-Q2", "2010-Q3"], "2010-04-01"),
        (["2024-W01", "2024-W02", "2024-W03"], "2024-01-08"),
    ] {
        let read = column(&values);
        let told = Guess::Periods { column: 0, value: values[0].into() };
        assert_eq!((dates(&read, 2)[1].as_str(), &read.guesses[..]), (second, &[told][..]));
    }
    // Months may be names of columns.
    let wide = table("k,Jan 2018,Feb 2018\na,1.5,2.5\nb,3.5,4.5\nc,5.5,6.5\n");
    assert_eq!((names(&wide), wide.guesses.len()), (vec!["k", "Jan 2018", "Feb 2018"], 0));
}

#[test]
fn seasons_are_no_months() {
    for values in [["2001-02", "2002-03", "2012-13"], ["2001/02", "2002/03", "2012/13"]] {
        let read = column(&values);
        assert_eq!(dates(&read, 3), ["2001-01-01", "2002-01-01", "2012-01-01"]);
        assert_eq!(read.guesses, [Guess::Seasons { column: 0, value: values[0].into() }]);
    }
    let months = column(&["2001-02", "2001-03", "2001-04"]);
    assert_eq!((dates(&months, 1)[0].as_str(), months.guesses.len()), ("2001-02-01", 0));
}

#[test]
fn ratios_that_were_read_as_times_are_told() {
    let told = Guess::Times { column: 0, value: "1:10".into() };
    assert_eq!(column(&["1:10", "1:20", "1:50"]).guesses, [told]);
    for values in [["1:10", "2:20", "1:50"], ["12:10", "12:20", "12:50"]] {
        assert!(column(&values).guesses.is_empty(), "{values:?}");
    }
}

#[test]
fn births_do_not_lie_in_the_future() {
    let century = |read: &Table| {
        read.guesses.iter().find_map(|guess| match guess {
            Guess::Century { year, .. } => Some(*year),
            _ => None,
        })
    };
    for (values, years, told) in [
        (["03/01/36", "17/02/41", "21/01/77"], ["1936", "1941", "1977"], Some(1936)),
        (["03.01.30", "21.01.99", "30.01.05"], ["1930", "1999", "2005"], Some(1930)),
        // A plan goes on.
        (["30.09.28", "31.12.29", "15.06.31"], ["2028", "2029", "2031"], Some(2031)),
        (["31.12.98", "31.12.99", "31.12.01"], ["1998", "1999", "2001"], None),
        (["31.12.1931", "31.12.1932", "31.12.1933"], ["1931", "1932", "1933"], None),
        (["03-Jan-36", "04-Jan-37", "05-Jan-71"], ["1936", "1937", "1971"], Some(1936)),
    ] {
        let read = column(&values);
        let found: Vec<String> = dates(&read, 3).iter().map(|date| date[..4].into()).collect();
        assert_eq!(
            (&found[..], century(&read)),
            (&years.map(String::from)[..], told),
            "{values:?}"
        );
    }
}
