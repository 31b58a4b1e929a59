//! Rows that stand in quotes as a whole, and separators that are no ASCII.

use super::lines::SAMPLE;
use super::separator::{find_separator, reader};
use csv::StringRecord;
use std::borrow::Cow;

/// Commas and semicolons as they are typed in Chinese.
pub(in crate::data) const WIDE: [char; 2] = ['，', '；'];
/// What stands for them where only ASCII can separate: no text has it.
const STAND_IN: char = '\u{1f}';

/// The rows without the quotes around them, if all but the first line are one field in quotes that
/// holds a table: `"5.1,3.2,a"`. Lines stay where they are.
pub(super) fn unwrapped(text: &str) -> Option<String> {
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let inner = |line: &str| -> Option<String> {
        let inner = line.trim().strip_prefix('"')?.strip_suffix('"')?;
        let pairs = inner.replace("\"\"", "");
        (!pairs.contains('"')).then(|| inner.replace("\"\"", "\""))
    };
    let mut rows = lines().skip(1).peekable();
    if rows.peek().is_none() || !rows.all(|line| inner(line).is_some()) {
        return None;
    }
    let bare: String =
        text.lines().map(|line| inner(line).unwrap_or_else(|| line.to_owned()) + "\n").collect();
    let (separator, guessed) = find_separator(&bare);
    let mut counts = reader(&bare, separator as u8).into_records().take(SAMPLE);
    let several = counts.all(|record| record.is_ok_and(|record| record.len() > 1));
    (!guessed && several).then_some(bare)
}

/// The text with an ASCII sign for this separator.
pub(super) fn in_ascii(text: &str, separator: char) -> (Cow<'_, str>, u8) {
    match u8::try_from(separator).ok().filter(u8::is_ascii) {
        Some(separator) => (Cow::Borrowed(text), separator),
        None => {
            let text = text.replace(STAND_IN, " ").replace(separator, &STAND_IN.to_string());
            (Cow::Owned(text), STAND_IN as u8)
        }
    }
}

/// Gives fields in quotes back the separator that stands in them.
pub(super) fn restored(mut records: Vec<StringRecord>, separator: char) -> Vec<StringRecord> {
    let swapped = |record: &&mut StringRecord| record.iter().any(|f| f.contains(STAND_IN));
    if !separator.is_ascii() {
        for record in records.iter_mut().filter(swapped) {
            let sign = separator.to_string();
            *record = record.iter().map(|field| field.replace(STAND_IN, &sign)).collect();
        }
    }
    records
}

/// A separator that is no ASCII and gives each of the first lines the same fields, two at least.
pub(super) fn wide_separator(text: &str) -> Option<char> {
    let even = |separator: &char| {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty()).take(SAMPLE);
        let count = |line: &str| line.matches(*separator).count();
        let first = lines.next().map_or(0, count);
        let mut others = lines.peekable();
        first > 0 && others.peek().is_some() && others.all(|line| count(line) == first)
    };
    WIDE.into_iter().find(even)
}

#[cfg(test)]
mod tests {
    use super::super::super::choices::{Guess, ReadChoices};
    use super::super::super::csv::{read, read_with};

    #[test]
    fn rows_in_quotes_are_unwrapped() {
        for text in [
            "\"len,wid,kind\"\n\"5.1,3.2,a\"\n\"4.9,3.0,b\"\n\"4.7,3.1,a\"\n",
            "len,wid,kind\n\"5.1,3.2,a\"\n\"4.9,3.0,\"\"b, c\"\"\"\n\"4.7,3.1,a\"\n",
        ] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!((table.columns.len(), table.rows(), table.header), (3, 3, true), "{text}");
            assert_eq!(table.columns[1].number(1), Some(3.0));
            assert!(table.guesses.contains(&Guess::RowsInQuotes), "{:?}", table.guesses);
        }
        for text in ["\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4\"\n", "a,b\n\"1\",\"2\"\n"] {
            let table = read(text.as_bytes()).unwrap();
            assert_eq!((table.columns.len(), table.guesses.len()), (2, 0), "{text}");
        }
        assert!(read(b"\"a\"\n\"b, c\"\n\"d\"\n").is_err(), "one column of text");
    }

    #[test]
    fn wide_separators_are_known() {
        for (text, separator) in [
            ("姓名，身高，性别\n王芳，1.65，女\n李娜，1.7，女\n张伟，1.8，男\n", '，'),
            ("身高；性别\n1,65；女\n1,7；女\n1,8；男\n", '；'),
        ] {
            let choices = ReadChoices { separator: Some(separator), ..ReadChoices::default() };
            for choices in [ReadChoices::default(), choices] {
                let table = read_with(text.as_bytes(), &choices, &|_, _| None).unwrap();
                let height = table.columns.iter().position(|c| c.name == "身高").unwrap();
                assert_eq!((table.separator, table.rows()), (separator, 3));
                assert_eq!(table.columns[height].number(2), Some(1.8));
                let told = table.guesses.contains(&Guess::Separator { separator });
                assert_eq!(told, choices.separator.is_none());
            }
        }
        let choices = ReadChoices { separator: Some('，'), ..ReadChoices::default() };
        let text = "名，话\n甲，\"是，好\"\n乙，否\n";
        let table = read_with(text.as_bytes(), &choices, &|_, _| None).unwrap();
        assert_eq!(table.columns[1].text(0), Some("是，好"));
        let text = "名,话\n甲,是，好\n乙,不，好\n丙,好，是\n";
        assert_eq!(read(text.as_bytes()).unwrap().separator, ',');
    }
}
