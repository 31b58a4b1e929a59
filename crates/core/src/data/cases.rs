//! Tables as spreadsheets, pandas, R and instruments write them, with the values that are right.
//! Where the files come from is told in `cases/SOURCES.md`.

mod alike;
mod asides;
mod days;
mod doubtful;
mod measured;
mod misread;
mod written;

use super::choices::{Cell, ColumnKind, Guess, ReadChoices, WhyLeftOut};
use super::csv::{CsvError, RaggedCause, read_with};
use super::encoding::{Encoding, detect};
use super::number::DecimalMark;
use super::review::review;
use super::table::{MAX_CELLS, Note, Table};
use super::{Dataset, Fractions, Kind, Target, split};
use proptest::prelude::*;

/// As a browser decodes.
fn by(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    let known = encoding_rs::Encoding::for_label(encoding.label().as_bytes())?;
    Some(known.decode_without_bom_handling(bytes).0.into_owned())
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => {
            let known = encoding_rs::Encoding::for_label(other.label().as_bytes()).unwrap();
            known.encode(text).0.into_owned()
        }
    }
}

fn chosen(bytes: &[u8], choices: &ReadChoices) -> Result<Table, CsvError> {
    read_with(bytes, choices, &by)
}

fn table(bytes: impl AsRef<[u8]>) -> Table {
    chosen(bytes.as_ref(), &ReadChoices::default()).unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn kinds(table: &Table) -> Vec<ColumnKind> {
    table.columns.iter().map(|column| column.kind).collect()
}

fn mean(table: &Table, column: usize) -> f64 {
    let values: Vec<f64> =
        (0..table.rows()).filter_map(|row| table.columns[column].exact(row)).collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn numbers(table: &Table, column: usize) -> Vec<Option<f64>> {
    (0..table.rows()).map(|row| table.columns[column].exact(row)).collect()
}

/// Rows of each class, in the order of the names.
fn classes(data: &Dataset) -> Vec<(String, usize)> {
    let Target::Class { labels, names } = &data.target else { panic!("{:?}", data.target) };
    let count = |class: usize| labels.iter().filter(|label| **label as usize == class).count();
    names.iter().cloned().enumerate().map(|(class, name)| (name, count(class))).collect()
}

#[test]
fn unicode_text_of_a_spreadsheet_has_decimal_commas() {
    let files: [&[u8]; 2] =
        [include_bytes!("cases/a1_unicode_text.txt"), include_bytes!("cases/a1_utf8_tab.txt")];
    for (bytes, encoding) in files.into_iter().zip([Encoding::Utf16Le, Encoding::Utf8]) {
        let table = table(bytes);
        assert_eq!((table.rows(), table.encoding, table.separator), (80, encoding, '\t'));
        assert_eq!(names(&table), ["Länge", "Breite", "Gewicht"]);
        assert_eq!(table.suggest(), Some((2, Kind::Number)));
        assert_eq!(table.mark, Some(DecimalMark::Comma));
        for (column, wanted) in [5.8209, 2.4841, 11.8841].into_iter().enumerate() {
            assert!((mean(&table, column) - wanted).abs() < 5e-5, "{}", mean(&table, column));
        }
        let (data, notes) = table.dataset(2, Kind::Number).unwrap();
        assert_eq!((data.columns.len(), notes), (2, Vec::new()));
        assert!(table.guesses.is_empty(), "{:?}", table.guesses);
    }
}

#[test]
fn numbers_and_years_may_be_names() {
    let numbered = table(include_bytes!("cases/a3_numbered_columns.csv"));
    assert_eq!((numbered.rows(), numbered.header), (100, true));
    assert_eq!(names(&numbered)[1..], ["0", "1", "2", "3", "target"]);
    assert_eq!(numbered.columns[0].left_out, Some(WhyLeftOut::CountsRows));
    assert!(numbered.guesses.contains(&Guess::Header { header: true }));
    let (data, notes) = numbered.dataset(5, Kind::Class).unwrap();
    assert_eq!(data.columns, ["0", "1", "2", "3"]);
    assert_eq!(classes(&data), [("0".to_string(), 50), ("1".to_string(), 50)]);
    assert_eq!(notes, [Note::ColumnNamesRows { column: 1, name: "x1".into() }]);

    let years = table(include_bytes!("cases/a3_year_columns.csv"));
    assert_eq!((years.rows(), years.header), (60, true));
    assert_eq!(names(&years), ["region", "2019", "2020", "2021", "2022", "group"]);
    assert!((mean(&years, 2) - 29.05).abs() < 5e-3, "{}", mean(&years, 2));
    let (data, _) = years.dataset(5, Kind::Class).unwrap();
    assert_eq!(classes(&data), [("A".to_string(), 30), ("B".to_string(), 30)]);

    // Whatever is guessed, the reader can say otherwise.
    let bytes = include_bytes!("cases/a3_year_columns.csv");
    let choices = ReadChoices { header: Some(false), ..ReadChoices::default() };
    assert_eq!(chosen(bytes, &choices).unwrap().rows(), 61);
    // Rows of numbers are not names, whatever they rise by.
    assert!(!table("5.1,3.5,1.4,a\n4.9,3.0,1.4,a\n4.7,3.2,1.3,b\n").header);
    assert!(!table("1,2,3\n4,5,6\n2,8,1\n1,3,9\n").header);
    assert!(table("2019,2020,2021\n4,5,6\n2,8,1\n1,3,9\n").header);
}

#[test]
fn row_names_trailing_separators_and_a_line_for_the_separator_are_the_same_table() {
    let files: [&[u8]; 3] = [
        include_bytes!("cases/a5_row_names.csv"),
        include_bytes!("cases/a5_trailing_commas.csv"),
        include_bytes!("cases/a5_sep_line.csv"),
    ];
    let told = [Guess::FirstNameMissing, Guess::SeparatorsAtEnd, Guess::SeparatorsAtEnd];
    for (at, bytes) in files.into_iter().enumerate() {
        let table = table(bytes);
        assert_eq!(table.rows(), 60, "{at}");
        let first = usize::from(at == 0);
        assert_eq!(names(&table)[first..], ["len", "wid", "hgt", "kind"]);
        assert!((mean(&table, first) - 5.8332).abs() < 5e-5, "{}", mean(&table, first));
        assert_eq!(table.guesses.contains(&told[at]), at < 2, "{:?}", table.guesses);
        let (data, notes) = table.dataset(first + 3, Kind::Class).unwrap();
        assert_eq!(data.columns, ["len", "wid", "hgt"]);
        assert_eq!(classes(&data), ["a", "b", "c"].map(|name| (name.to_string(), 20)));
        assert_eq!(notes.len(), first, "the row names are left out, and it is told");
    }
}

#[test]
fn percent_and_thousands_are_numbers() {
    let table = table(include_bytes!("cases/b1_percent_and_thousands.csv"));
    assert_eq!(table.suggest(), Some((4, Kind::Number)));
    let (data, notes) = table.dataset(4, Kind::Number).unwrap();
    assert_eq!((data.rows(), data.columns.len(), notes), (60, 6, Vec::new()));
    assert_eq!((mean(&table, 2) * 10.0).round() / 10.0, 39.5);
    assert_eq!((mean(&table, 3) * 10.0).round() / 10.0, 1_219_139.4);
}

#[test]
fn a_running_number_is_left_out_unless_it_is_wanted() {
    let bytes = include_bytes!("cases/b3_numbered_rows.csv");
    let table = table(bytes);
    assert!(table.guesses.contains(&Guess::CountsRows { column: 0, first: 1.0, left_out: true }));
    let (data, notes) = table.dataset(4, Kind::Class).unwrap();
    assert_eq!(data.columns, ["pulse", "sleep", "steps"]);
    assert_eq!(notes, [Note::ColumnNamesRows { column: 1, name: "Id".into() }]);
    let mut choices = ReadChoices::default();
    choices.set_column(0, Some(ColumnKind::Number));
    choices.set_column(3, Some(ColumnKind::LeftOut));
    let wanted = chosen(bytes, &choices).unwrap();
    assert_eq!(wanted.dataset(4, Kind::Class).unwrap().0.columns, ["Id", "pulse", "sleep"]);
    assert!(review(&wanted, 4, Kind::Class).contains(&Guess::TellsTarget { column: 0 }));
    assert!(!review(&table, 4, Kind::Class).contains(&Guess::TellsTarget { column: 1 }));
}

#[test]
fn a_plain_table_is_as_it_was() {
    let table = table(include_bytes!("cases/c1_three_places.csv"));
    assert!(table.guesses.is_empty(), "{:?}", table.guesses);
    let (data, notes) = table.dataset(2, Kind::Class).unwrap();
    assert_eq!((data.columns.join(" "), notes), ("u v".to_string(), Vec::new()));
    assert_eq!(data.x[..4], [0.0; 4]);
    let wanted = [("A", 50), ("B", 30), ("C", 20)].map(|(name, rows)| (name.to_string(), rows));
    assert_eq!(classes(&data), wanted);
}

#[test]
fn encodings_are_told_apart() {
    let western = "größe;straße;n\n1,5;Müller;1\n2,5;Café;2\n3;“Ça va”;3\n";
    let chinese = "姓名,性别,身高\n王芳,女,165\n李娜,女,170.5\n张伟,男,180\n";
    let russian = "возраст;город\n31;москва\n25;казань\n40;самара\n";
    for (text, encoding) in [
        (western, Encoding::Windows1252),
        (chinese, Encoding::Gb18030),
        (russian, Encoding::Windows1251),
        (western, Encoding::Utf8),
        (chinese, Encoding::Utf8),
        (western, Encoding::Utf16Le),
        (chinese, Encoding::Utf16Be),
        (chinese, Encoding::Utf16Le),
    ] {
        let bytes = encoded(text, encoding);
        let guessed = encoding != Encoding::Utf8;
        assert_eq!(detect(&bytes), (encoding, guessed), "{text}");
        let table = table(&bytes);
        let first = text.split([',', ';']).next().unwrap();
        assert_eq!((table.encoding, names(&table)[0]), (encoding, first));
        assert_eq!(table.guesses.contains(&Guess::Encoding { encoding }), guessed);
    }
    for (mark, encoding) in [
        ("\u{feff}", Encoding::Utf8),
        ("\u{feff}", Encoding::Utf16Le),
        ("\u{feff}", Encoding::Utf16Be),
    ] {
        let bytes = encoded(&format!("{mark}{chinese}"), encoding);
        assert_eq!(detect(&bytes), (encoding, false));
        assert_eq!(names(&table(&bytes))[0], "姓名");
    }
    let text = "氏名,点\n山田,1\n鈴木,2\n";
    let choices = ReadChoices { encoding: Some(Encoding::ShiftJis), ..ReadChoices::default() };
    let read = chosen(&encoded(text, Encoding::ShiftJis), &choices).unwrap();
    assert_eq!((names(&read)[0], read.guesses.len()), ("氏名", 0));
    for encoding in Encoding::ALL {
        assert!(encoding_rs::Encoding::for_label(encoding.label().as_bytes()).is_some());
    }
    let none = |_: Encoding, _: &[u8]| None;
    let unread = read_with(b"gr\xF6\xDFe,x\n1,2\n", &ReadChoices::default(), &none).unwrap_err();
    assert_eq!(unread, CsvError::UnknownEncoding { encoding: Encoding::Windows1252 });
}

#[test]
fn marks_in_numbers_are_understood_by_their_column_and_their_file() {
    let table = table(
        "price;big;small;swiss;gap;sum\n1.872,14;1.234;0,05;1'234;1 234;€ 5\n12,5;5.678;3,5;12'345;12 345,5;-7 €\n",
    );
    let read = |column| numbers(&table, column).into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(read(0), [1872.14, 12.5]);
    assert_eq!(read(1), [1234.0, 5678.0], "thousands, by the other columns");
    assert_eq!((read(2), read(3)), (vec![0.05, 3.5], vec![1234.0, 12345.0]));
    assert_eq!((read(4), read(5)), (vec![1234.0, 12345.5], vec![5.0, -7.0]));
    let big = Guess::DecimalMark {
        column: 1,
        line: 2,
        value: "1.234".into(),
        read_as: DecimalMark::Comma,
    };
    assert_eq!(table.guesses, [big]);
    let choices = ReadChoices { decimal: Some(DecimalMark::Point), ..ReadChoices::default() };
    let points = chosen(b"a;b\n1.234;x\n5.678;y\n", &choices).unwrap();
    assert_eq!(numbers(&points, 0), [Some(1.234), Some(5.678)]);
}

#[test]
fn both_marks_and_odd_values_are_told() {
    let rows: String = (0..30).map(|i| format!("{}.5\t{i},25\tn{}\n", i, i % 3)).collect();
    let table = table(format!("a\tb\tc\n{rows}7,75\tzwei\tn1\n"));
    assert_eq!(kinds(&table), [ColumnKind::Number, ColumnKind::Number, ColumnKind::Category]);
    assert_eq!((table.columns[0].exact(30), table.columns[1].exact(30)), (Some(7.75), None));
    let told = [
        Guess::BothMarks { column: 0, point: "0.5".into(), comma: "7,75".into() },
        Guess::OddValues { column: 1, line: 32, value: "zwei".into(), rows: 1 },
    ];
    assert_eq!(table.guesses, told);
    let (_, notes) = table.dataset(2, Kind::Class).unwrap();
    let odd =
        Note::OddValues { line: 32, column: 2, name: "b".into(), value: "zwei".into(), rows: 1 };
    assert_eq!(notes, [Note::Filled { values: 1 }, odd]);
    let mut choices = ReadChoices::default();
    choices.set_column(1, Some(ColumnKind::Category));
    let text = format!("a\tb\n{}", "1\tx\n".repeat(3) + "2\ty\n");
    assert_eq!(chosen(text.as_bytes(), &choices).unwrap().columns[1].kind, ColumnKind::Category);
}

#[test]
fn missing_values_have_many_spellings() {
    let words = ["", "NA", "N/A", "NaN", "null", "None", "-", "?", "k.A.", "#N/A", "missing", "无"];
    let rows: String = words.iter().map(|word| format!("{word},b\n")).collect();
    let missing = table(format!("n,k\n1.5,a\n{rows}2.5,a\n"));
    assert_eq!((missing.columns[0].kind, missing.columns[0].missing()), (ColumnKind::Number, 12));
    assert!(missing.guesses.contains(&Guess::MissingWord {
        column: 0,
        value: "None".into(),
        rows: 1,
        missing: true
    }));
    // Where it is one of two values, it is one.
    let values = table("n,rhesus,pool\n1,+,none\n2,-,yes\n3,+,none\n4,-,yes\n");
    assert_eq!((values.columns[1].missing(), values.columns[2].missing()), (0, 0));
    let truth = table("a,b\nTRUE,1\nfalse,2\nTrue,3\nFalse,4\n");
    assert_eq!(truth.columns[0].distinct(), 2);
}

#[test]
fn dates_and_times_count_from_the_earliest() {
    let text = "day,when,at,us,cn\n2024-02-28,28.2.2024 06:00,06:30,2/28/2024,2024年2月28日\n\
        2024-03-01,1.3.2024 18:00,18:30:30,3/1/2024,2024年3月1日\n";
    let table = table(text);
    assert_eq!(kinds(&table), [ColumnKind::Date; 5]);
    assert_eq!(numbers(&table, 0), [Some(0.0), Some(2.0)], "2024 has a 29th of February");
    assert_eq!(numbers(&table, 1), [Some(0.0), Some(2.5)]);
    assert_eq!(numbers(&table, 2), [Some(0.0), Some(43_230.0)]);
    assert_eq!((numbers(&table, 3), numbers(&table, 4)), (numbers(&table, 0), numbers(&table, 0)));
    assert_eq!(table.columns[1].cell(1), Cell::Date("2024-03-01 18:00:00".into()));
    assert_eq!(table.columns[2].cell(0), Cell::Date("06:30:00".into()));
    let (unclear, ordered) = (b"d,x\n1/2/2024,1\n3/2/2024,2\n", |day_first| ReadChoices {
        day_first: Some(day_first),
        ..ReadChoices::default()
    });
    let told = Guess::DayOrder { column: 0, value: "1/2/2024".into(), day_first: false };
    assert_eq!(chosen(unclear, &ReadChoices::default()).unwrap().guesses, [told]);
    assert_eq!(numbers(&chosen(unclear, &ordered(true)).unwrap(), 0), [Some(0.0), Some(2.0)]);
    assert_eq!(numbers(&chosen(unclear, &ordered(false)).unwrap(), 0), [Some(0.0), Some(60.0)]);
    for text in ["1.2.3", "10:7", "2024-13-01", "30.2.2024", "v1-2-2024", "2023-02-29"] {
        assert!(super::date::moment(text).is_none(), "{text}");
    }
    for text in ["Jan 31, 2024", "31 January 2024", "31-Jan-24", "2024-01-31T00:00:00Z"] {
        let moment = super::date::moment(text).and_then(|moment| moment.with(true));
        assert_eq!(moment, Some(1_706_659_200.0), "{text}");
    }
}

/// Seconds since 1970 differ by less than 32 bits hold.
#[test]
fn large_numbers_keep_what_tells_them_apart() {
    let row = |i: usize| format!("{},{}\n", 1_700_000_000 + i, (i * 7) % 2);
    let text = "time,y\n".to_string() + &(0..40).map(row).collect::<String>();
    let (data, _) = table(text).dataset(1, Kind::Class).unwrap();
    let split = split(&data, Fractions::default(), 1).unwrap();
    let mut seen: Vec<f32> = split.train.x.to_vec();
    seen.sort_by(f32::total_cmp);
    seen.dedup();
    assert_eq!(seen.len(), split.train.rows(), "{:?}", split.train.x);
    let mean: f32 = split.train.x.iter().sum::<f32>() / split.train.rows() as f32;
    assert!(mean.abs() < 1e-6, "{mean}");
}

#[test]
fn what_is_refused_names_its_cause() {
    let fault = |text: &str| chosen(text.as_bytes(), &ReadChoices::default()).unwrap_err();
    let cause = |text: &str| match fault(text) {
        CsvError::Ragged { cause, line, .. } => (cause, line),
        other => panic!("{other}"),
    };
    let rows = "1,2,3\n".repeat(20);
    assert_eq!(cause(&format!("a,b\n{rows}4,5\n")), (RaggedCause::OneNameTooFew, 2));
    assert_eq!(cause(&format!("a,b,c\n{rows}4,5,6,\n1,2\n")), (RaggedCause::SeparatorAtEnd, 22));
    assert_eq!(cause("a,b\nx,1,234\ny,5\nz,1\n"), (RaggedCause::CommaInNumber, 2));
    let line = CsvError::SeparatorLine { line: 1, value: ";#".into() };
    assert_eq!(fault("sep=;#\na;b\n1;2\n"), line);
    let long = "x".repeat(super::csv::MAX_FIELD + 1);
    let limit = super::csv::MAX_FIELD;
    assert_eq!(
        fault(&format!("a,b\n1,{long}\n")),
        CsvError::FieldTooLong { line: 2, column: 2, limit }
    );
    // 20,000 rows of 32 columns of 32 letters.
    let letters = "abcdefghijklmnopqrstuvwxyzABCDEF";
    let mut text = (0..32).map(|c| format!("c{c},")).collect::<String>() + "y\n";
    for row in 0..20_000 {
        for column in 0..32 {
            let letter = (row / (column + 1) + column) % 32;
            text.push_str(&letters[letter..=letter]);
            text.push(',');
        }
        text.push_str(if row % 2 == 0 { "0\n" } else { "1\n" });
    }
    let large = table(text);
    let told = CsvError::TooManyCells { rows: 20_000, inputs: 1024, limit: MAX_CELLS };
    assert_eq!(large.dataset(32, Kind::Class).unwrap_err(), told);
    assert!(review(&large, 32, Kind::Class).contains(&Guess::ManyInputs { column: 0, inputs: 32 }));
}

#[test]
fn names_titles_spaces_and_quotes() {
    let read = table("a,a,,a\n1,2,3,4\n5,6,7,9\n");
    assert_eq!(names(&read), ["a", "a (2)", "x3", "a (3)"]);
    let read = table("Report of 2024\n\n# made by hand\nx,y\n1,2\n3,4\n5,6\n");
    assert_eq!((names(&read), read.rows()), (vec!["x", "y"], 3));
    assert!(read.guesses.contains(&Guess::LinesAbove { lines: 2 }));
    let read = table("n, note\n1, \"a, \"\"b\"\"\"\n2, \"c\nd\"\n");
    assert_eq!(
        (read.columns[1].text(0), read.columns[1].text(1)),
        (Some("a, \"b\""), Some("c\nd"))
    );
    let read = table("\"len\" \"kind\"\n\"1\" 5.1 \"a b\"\n\"2\"  6.2 \"c\"\n\"3\" 7 \"a b\"\n");
    assert_eq!((read.separator, names(&read), read.rows()), (' ', vec!["x1", "len", "kind"], 3));
    assert_eq!(read.columns[2].text(0), Some("a b"));
    let read = table("a,b\n1,2\n3,4\n,\n,\n");
    assert_eq!(read.rows(), 2, "rows of separators alone are blank");
}

#[test]
fn what_is_worth_a_look_is_told() {
    let row = |i: usize| {
        format!(
            "{},{},same,{}\n",
            i % 2,
            (i * 37) % 101,
            if i == 3 { "rare" } else { ["a", "b"][i % 2] }
        )
    };
    let text = "leak,noise,same,y\n".to_string() + &(0..60).map(row).collect::<String>();
    let told = review(&table(text), 3, Kind::Class);
    let same = Guess::HardlyVaries { column: 2, value: "same".into(), rows: 60 };
    let rare = Guess::RareClass { class: "rare".into(), rows: 1, wanted: 5 };
    assert!(told.contains(&same) && told.contains(&rare), "{told:?}");
    let row = |i: usize| format!("{},{},{}\n", i * i, (i * 37) % 101, 3 * i);
    let text = "square,noise,y\n".to_string() + &(0..60).map(row).collect::<String>();
    assert_eq!(review(&table(text), 2, Kind::Number), [Guess::TellsTarget { column: 0 }]);
}

/// How a program writes a table.
#[derive(Clone, Debug)]
struct Dialect {
    encoding: Encoding,
    separator: char,
    mark: DecimalMark,
    group: Option<char>,
    header: bool,
    trailing: bool,
    crlf: bool,
}

fn dialect() -> impl Strategy<Value = Dialect> {
    let encodings = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Windows1252,
        Encoding::Gb18030,
    ];
    (
        proptest::sample::select(encodings.to_vec()),
        proptest::sample::select(super::dialect::lines::SEPARATORS.to_vec()),
        proptest::sample::select(vec![DecimalMark::Point, DecimalMark::Comma]),
        proptest::sample::select(vec![None, Some(' '), Some('\''), Some('.')]),
        any::<[bool; 3]>(),
    )
        .prop_map(|(encoding, separator, mark, group, [header, trailing, crlf])| Dialect {
            encoding,
            separator,
            mark,
            // The other mark.
            group: group.map(|g| if g == '.' && mark == DecimalMark::Point { ',' } else { g }),
            header,
            trailing,
            crlf,
        })
}

impl Dialect {
    fn words(&self) -> [&'static str; 4] {
        match self.encoding {
            Encoding::Gb18030 => ["北京", "上海", "广州", "成都"],
            _ => ["grün", "weiß", "café", "schwarz; oder so"],
        }
    }

    /// Hundredths as a number.
    fn number(&self, hundredths: i64) -> String {
        let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
        let mut digits = whole.to_string();
        let mut at = digits.len();
        while let (Some(group), true) = (self.group, at > 3) {
            at -= 3;
            digits.insert(at, group);
        }
        let mark = if self.mark == DecimalMark::Comma { ',' } else { '.' };
        let sign = if hundredths < 0 { "-" } else { "" };
        format!("{sign}{digits}{mark}{rest:02}")
    }

    fn write(&self, rows: &[(i64, i64, usize, u32)]) -> Vec<u8> {
        let words = self.words();
        let mut records = Vec::new();
        if self.header {
            records.push(["value", "other", "word", "day"].map(String::from).to_vec());
        }
        for (value, other, word, day) in rows {
            let day = format!("2024-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
            let word = words[*word].to_string();
            records.push(vec![self.number(*value), self.number(*other), word, day]);
        }
        let end = if self.crlf { "\r\n" } else { "\n" };
        let mut text = String::new();
        for record in records {
            for (at, field) in record.iter().enumerate() {
                if at > 0 {
                    text.push(self.separator);
                }
                match field.contains([self.separator, '\n']) {
                    true => text.push_str(&format!("\"{field}\"")),
                    false => text.push_str(field),
                }
            }
            if self.trailing {
                text.push(self.separator);
            }
            text.push_str(end);
        }
        encoded(&text, self.encoding)
    }
}

proptest! {
    #[test]
    fn a_table_is_read_back_whatever_wrote_it(
        dialect in dialect(),
        rows in proptest::collection::vec((-10_000_000i64..10_000_000, -999_999i64..999_999, 0usize..4, 0u32..300), 12..40),
    ) {
        let table = chosen(&dialect.write(&rows), &ReadChoices::default()).unwrap();
        prop_assert_eq!((table.rows(), table.header, table.columns.len()), (rows.len(), dialect.header, 4));
        prop_assert_eq!(table.separator, dialect.separator);
        // Words that happen not to be drawn leave only ASCII.
        let ascii = dialect.encoding == Encoding::Windows1252 || dialect.encoding == Encoding::Gb18030;
        prop_assert!(table.encoding == dialect.encoding || ascii && table.encoding == Encoding::Utf8);
        let earliest = rows.iter().map(|row| row.3 / 28 * 100 + row.3 % 28).min();
        for (row, (value, other, word, day)) in rows.iter().enumerate() {
            let hundredth = |n: &i64| format!("{}{}.{:02}", if *n < 0 { "-" } else { "" }, n.abs() / 100, n.abs() % 100).parse::<f64>().unwrap();
            prop_assert_eq!(table.columns[0].exact(row), Some(hundredth(value)));
            prop_assert_eq!(table.columns[1].exact(row), Some(hundredth(other)));
            prop_assert_eq!(table.columns[2].text(row), Some(dialect.words()[*word]));
            let first = Some(day / 28 * 100 + day % 28) == earliest;
            prop_assert_eq!(table.columns[3].exact(row) == Some(0.0), first);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000),
        encoding in proptest::option::of(proptest::sample::select(Encoding::ALL.to_vec())),
        separator: Option<char>,
        header: Option<bool>,
        kind in proptest::sample::select(vec![ColumnKind::Number, ColumnKind::Category, ColumnKind::Date, ColumnKind::LeftOut]),
    ) {
        let choices = ReadChoices { encoding, separator, header, columns: vec![(0, kind)], ..ReadChoices::default() };
        look_at(&bytes, &choices);
    }

    /// With what tables are made of, so that more of them get past the first checks.
    #[test]
    fn what_looks_like_a_table_is_read_or_refused(
        text in "(sep=[;,])?([0-9a-c.,'%€ -]{0,6}[,;\t| \n\"]){0,60}",
        encoding in proptest::sample::select(vec![Encoding::Utf8, Encoding::Utf16Le, Encoding::Windows1252, Encoding::Gb18030]),
        decimal in proptest::option::of(proptest::sample::select(vec![DecimalMark::Point, DecimalMark::Comma])),
        day_first: Option<bool>,
    ) {
        let choices = ReadChoices { decimal, day_first, ..ReadChoices::default() };
        look_at(&encoded(&text, encoding), &choices);
    }
}

/// Everything that is done with a table, and that its data are whole.
fn look_at(bytes: &[u8], choices: &ReadChoices) {
    let Ok(table) = chosen(bytes, choices) else { return };
    assert!(table.columns.len() >= 2 && table.rows() >= 1);
    table.suggest();
    for column in &table.columns {
        (0..table.rows()).for_each(|row| drop(column.cell(row)));
    }
    for (target, kind) in
        (0..table.columns.len().min(4)).flat_map(|at| [(at, Kind::Class), (at, Kind::Number)])
    {
        review(&table, target, kind);
        if let Ok((data, _)) = table.dataset(target, kind) {
            assert_eq!(data.x.len(), data.rows() * data.columns.len());
            assert!(data.exact.iter().all(|exact| exact.values.len() == data.rows()));
            let _ = split(&data, Fractions::default(), 1);
        }
    }
}
