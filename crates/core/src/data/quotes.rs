//! Quotes as other programs write them, brought to those of CSV: a backslash before a quote inside
//! a quoted field (`"say \"hi\", x"`), and single quotes around fields (`'a, b'`).

use super::dialect::lines::SEPARATORS;
use std::borrow::Cow;

/// The text with its quotes as the csv crate reads them; the line ends stay where they are.
pub(super) fn in_double_quotes(text: &str) -> Cow<'_, str> {
    let other = if text.contains("\\\"") {
        without_backslashes(text)
    } else if !text.contains('"') && text.contains('\'') {
        without_single_quotes(text)
    } else {
        None
    };
    other.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn ends_field(next: Option<char>) -> bool {
    next.is_none_or(|c| SEPARATORS.contains(&c) || c == '\n' || c == '\r')
}

/// `None` where no backslash is seen to belong to the quote behind it, as in `"C:\data\"`, or where
/// a quote would then never be closed.
fn without_backslashes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut letters = text.chars().peekable();
    let (mut start, mut quoted, mut sure) = (true, false, false);
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '\\') if letters.peek() == Some(&'"') => {
                letters.next();
                out.push_str("\"\"");
                sure |= !ends_field(letters.peek().copied());
            }
            (true, '\\') if letters.peek() == Some(&'\\') => {
                letters.next();
                out.push('\\');
            }
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                out.push_str("\"\"");
            }
            (true, '"') => {
                quoted = false;
                out.push('"');
            }
            (false, '"') if start => {
                quoted = true;
                out.push('"');
            }
            _ => out.push(letter),
        }
        start = !quoted && (ends_field(Some(letter)) || start && letter == ' ');
    }
    (sure && !quoted).then_some(out)
}

/// `None` unless at least every other line has a field in single quotes, and none is left open.
fn without_single_quotes(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut lines, mut with) = (0, 0);
    for line in text.split_inclusive('\n') {
        lines += usize::from(!line.trim().is_empty());
        let mut letters = line.chars().peekable();
        let (mut start, mut quoted, mut any) = (true, false, false);
        while let Some(letter) = letters.next() {
            match (quoted, letter) {
                (true, '\\') if letters.peek() == Some(&'\'') => {
                    letters.next();
                    out.push('\'');
                }
                (true, '\'') if letters.peek() == Some(&'\'') => {
                    letters.next();
                    out.push('\'');
                }
                (true, '\'') if ends_field(letters.peek().copied()) => {
                    (quoted, any) = (false, true);
                    out.push('"');
                }
                (false, '\'') if start => {
                    quoted = true;
                    out.push('"');
                }
                _ => out.push(letter),
            }
            start = !quoted && (ends_field(Some(letter)) || start && letter == ' ');
        }
        if quoted {
            return None;
        }
        with += usize::from(any);
    }
    (with >= 2 && with * 2 >= lines).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_of_other_programs_become_those_of_csv() {
        for (text, wanted) in [
            ("a,b\n\"say \\\"hi\\\", x\",1\n", "a,b\n\"say \"\"hi\"\", x\",1\n"),
            ("a,b\n\"x\\\\y \\\"z\\\"\",1\n", "a,b\n\"x\\y \"\"z\"\"\",1\n"),
            ("a,b\n'a, b',1\n'c',2\n", "a,b\n\"a, b\",1\n\"c\",2\n"),
            ("a;b\n1;'it''s'\n2; 'x'\n", "a;b\n1;\"it's\"\n2; \"x\"\n"),
        ] {
            assert_eq!(in_double_quotes(text), wanted);
        }
        for text in [
            "a,b\n\"C:\\data\\\",1\n\"D:\\\",2\n",
            "a,b\n\"say \"\"hi\"\"\",1\n",
            "a,b\n'tis,1\n'twas,2\n",
            "a,b\n1'200,1\n2'300,2\n",
            "a,b\nit's,1\n'x',2\nz,3\nz,4\n",
        ] {
            assert_eq!(in_double_quotes(text), text);
        }
    }
}
