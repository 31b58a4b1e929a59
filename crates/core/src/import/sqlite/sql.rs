//! The little of SQL that a table's definition needs: its words, brackets, quotes and comments.

use super::record::Field;

/// The words and signs of a text, each as it stands there: something in quotes with these, and all
/// between two brackets as one. Comments are left out, and so is what a quote or a bracket begins
/// that is never closed.
pub fn tokens(text: &str) -> Vec<&str> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some((token, behind)) = token(rest) {
        tokens.push(token);
        rest = behind;
    }
    tokens
}

/// What stands between the brackets of a token.
pub fn inside(token: &str) -> Option<&str> {
    token.strip_prefix('(')?.strip_suffix(')')
}

/// A name, or the text of a constant, out of its quotes; any other token as it is.
pub fn unquoted(token: &str) -> String {
    let quote = token.chars().next().filter(|c| "\"'`[".contains(*c));
    let inner = quote.and_then(|_| token.get(1..token.len().checked_sub(1)?));
    match (quote, inner) {
        (Some('['), Some(inner)) => inner.to_string(),
        // A quote within stands twice.
        (Some(quote), Some(inner)) => inner.replace(&format!("{quote}{quote}"), &quote.to_string()),
        _ => token.to_string(),
    }
}

/// The first token, and what follows it.
fn token(text: &str) -> Option<(&str, &str)> {
    let (first, mut rest) = piece(text)?;
    if first != "(" {
        return Some((first, rest));
    }
    let start = text.len() - rest.len() - 1;
    let mut depth = 1_usize;
    while depth > 0 {
        let (next, behind) = piece(rest)?;
        depth = depth + usize::from(next == "(") - usize::from(next == ")");
        rest = behind;
    }
    Some((&text[start..text.len() - rest.len()], rest))
}

/// The first token, brackets by themselves, and what follows it.
fn piece(text: &str) -> Option<(&str, &str)> {
    let text = without_comments(text);
    let first = text.chars().next()?;
    let length = match first {
        '"' | '\'' | '`' => quote_length(text, first)?,
        '[' => text.find(']')? + 1,
        c if is_word(c) => word_length(text),
        c => c.len_utf8(),
    };
    Some(text.split_at(length))
}

/// The text behind blanks and comments.
fn without_comments(mut text: &str) -> &str {
    loop {
        text = text.trim_start();
        text = if let Some(comment) = text.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, behind)| behind)
        } else if let Some(comment) = text.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, behind)| behind)
        } else {
            return text;
        };
    }
}

/// Bytes up to the quote that closes the first; one that stands twice is part of the text.
fn quote_length(text: &str, quote: char) -> Option<usize> {
    let mut at = 1;
    loop {
        at += text[at..].find(quote)? + 1;
        if !text[at..].starts_with(quote) {
            return Some(at);
        }
        at += 1;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "_$.".contains(c) || !c.is_ascii()
}

/// Bytes of a name or a number, with the sign of its exponent.
fn word_length(text: &str) -> usize {
    let number = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let mut exponent = false;
    let end = text.find(|c: char| {
        let sign = exponent && (c == '+' || c == '-');
        exponent = number && (c == 'e' || c == 'E');
        !sign && !is_word(c)
    });
    end.unwrap_or(text.len())
}

/// What SQLite makes of a value by the declared type of its column.
#[derive(Clone, Copy, PartialEq)]
enum Affinity {
    Integer,
    Text,
    Real,
    Numeric,
    /// Texts stay texts; numbers are as in [`Affinity::Numeric`].
    Blob,
}

fn affinity(declared: &str) -> Affinity {
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        Affinity::Integer
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if declared.is_empty() || has(&["BLOB"]) {
        Affinity::Blob
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// The constant that these tokens begin with, in a column of a declared type (in capitals): what
/// stands behind `DEFAULT`. Null where it is no constant.
pub fn constant(tokens: &[&str], declared: &str) -> Field {
    let inner = tokens.first().and_then(|token| inside(token)).map(self::tokens);
    let (sign, tokens) = match inner.as_deref().unwrap_or(tokens) {
        ["-", rest @ ..] => ("-", rest),
        ["+", rest @ ..] => ("", rest),
        all => ("", all),
    };
    let Some(first) = tokens.first() else { return Field::Null };
    let affinity = affinity(declared);
    match (first.chars().next(), first.to_ascii_uppercase().as_str()) {
        (Some('0'..='9' | '.'), _) => number(&format!("{sign}{first}"), affinity),
        (_, "X") if tokens.get(1).is_some_and(|hex| hex.starts_with('\'')) => blob(tokens[1]),
        (_, "TRUE") => number("1", affinity),
        (_, "FALSE") => number("0", affinity),
        (_, "NULL" | "CURRENT_TIME" | "CURRENT_DATE" | "CURRENT_TIMESTAMP") => Field::Null,
        (Some(c), _) if is_word(c) || "\"'`[".contains(c) => text(unquoted(first), affinity),
        _ => Field::Null,
    }
}

/// A number as it is written.
fn number(written: &str, affinity: Affinity) -> Field {
    let real = written.parse::<f64>().map_or(Field::Null, Field::Real);
    let whole = |real: Field| match real {
        Field::Real(x) if x.trunc() == x && x.abs() < 9e15 => Field::Integer(x as i64),
        other => other,
    };
    match affinity {
        Affinity::Text => Field::Text(written.to_string()),
        Affinity::Real => real,
        _ => written.parse().map_or_else(|_| whole(real), Field::Integer),
    }
}

/// A text, or the number that it is where the column is one of numbers.
fn text(text: String, affinity: Affinity) -> Field {
    let digits = text.trim().starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    let numeric = !matches!(affinity, Affinity::Text | Affinity::Blob) && digits;
    match number(text.trim(), affinity) {
        Field::Null => Field::Text(text),
        found if numeric => found,
        _ => Field::Text(text),
    }
}

fn blob(hex: &str) -> Field {
    let hex = unquoted(hex);
    let byte = |pair: &[u8]| {
        let digits = str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(digits, 16).ok()
    };
    hex.as_bytes().chunks(2).map(byte).collect::<Option<_>>().map_or(Field::Null, Field::Blob)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_quotes_and_brackets_are_told_apart() {
        let sql = "a -- it's, (\n \"b \"\"c\" /* ' ) */ DEFAULT(1, ')', (2))x'0a' -1.5e-3,[d e]--";
        let wanted = [
            "a",
            "\"b \"\"c\"",
            "DEFAULT",
            "(1, ')', (2))",
            "x",
            "'0a'",
            "-",
            "1.5e-3",
            ",",
            "[d e]",
        ];
        assert_eq!(tokens(sql), wanted);
        assert_eq!(unquoted("\"b \"\"c\""), "b \"c");
        assert_eq!((unquoted("[d e]"), unquoted("é")), ("d e".into(), "é".into()));
        assert_eq!(inside("(1, (2))"), Some("1, (2)"));
        for open in ["a (b", "a 'b", "a [b", "a (')", "a /* b", "a '"] {
            assert_eq!(tokens(open), ["a"], "{open}");
        }
        assert_eq!(tokens(&"(".repeat(100_000)), [""; 0]);
        assert_eq!(tokens(")"), [")"]);
    }

    #[test]
    fn constants_have_the_type_of_their_column() {
        for (sql, declared, wanted) in [
            ("1", "INTEGER", Field::Integer(1)),
            ("- 1.50", "", Field::Real(-1.5)),
            ("1.0", "NUMERIC", Field::Integer(1)),
            ("(+1)", "FLOAT", Field::Real(1.0)),
            ("-1.50", "VARCHAR", Field::Text("-1.50".into())),
            ("'7'", "INT", Field::Integer(7)),
            ("'7'", "", Field::Text("7".into())),
            ("'it''s' NOT NULL", "VARCHAR", Field::Text("it's".into())),
            ("FINITE", "VARCHAR", Field::Text("FINITE".into())),
            ("inf", "FLOAT", Field::Text("inf".into())),
            ("true", "BOOLEAN", Field::Integer(1)),
            ("x'00fF'", "BLOB", Field::Blob(vec![0, 255])),
            ("x'0'", "BLOB", Field::Null),
            ("CURRENT_TIMESTAMP", "DATETIME", Field::Null),
            ("NULL", "TEXT", Field::Null),
            ("9223372036854775807", "BIGINT", Field::Integer(i64::MAX)),
            ("", "", Field::Null),
        ] {
            assert_eq!(constant(&tokens(sql), declared), wanted, "{sql} {declared}");
        }
    }
}
