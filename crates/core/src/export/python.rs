//! Values as Python writes them.

use crate::import::Choice;
use serde_json::Value;

/// A number: `0.1`, `1e-07` as `1e-7`, `math.inf`, `math.nan`.
pub fn number(x: f64) -> String {
    if x.is_nan() {
        "math.nan".into()
    } else if x.is_infinite() {
        if x > 0.0 { "math.inf".into() } else { "-math.inf".into() }
    } else {
        // The shortest digits that give the same number.
        Value::from(x).to_string()
    }
}

/// A number in single precision in its own digits.
pub fn single(x: f32) -> String {
    if x.is_finite() { Value::from(digits(x)).to_string() } else { number(f64::from(x)) }
}

/// A number in single precision with no more digits than it has.
pub fn digits(x: f32) -> f64 {
    x.to_string().parse().unwrap_or(f64::from(x))
}

/// A whole number without a point.
pub fn whole(x: f64) -> String {
    if x.trunc() == x && x.abs() < 9e15 { (x as i64).to_string() } else { number(x) }
}

/// A text in quotes. JSON's escapes are Python's as well.
pub fn text(text: &str) -> String {
    Value::from(text).to_string()
}

pub fn choice(choice: &Choice) -> String {
    match choice {
        Choice::Text(own) => text(own),
        Choice::Float(x) => number(*x),
        other => other.to_string(),
    }
}

/// A list, broken into lines of at most so many characters, further lines indented by `indent`.
pub fn list(items: impl Iterator<Item = String>, indent: usize) -> String {
    let (mut out, mut width) = (String::from("["), indent + 1);
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
            if width + item.len() + 2 > WIDTH {
                out.push('\n');
                out.push_str(&" ".repeat(indent + 1));
                width = indent + 1;
            } else {
                out.push(' ');
                width += 2;
            }
        }
        width += item.len();
        out.push_str(&item);
    }
    out.push(']');
    out
}

const WIDTH: usize = 110;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_in_python() {
        let written: Vec<String> = [0.1, 1e-7, 3.0, -2.5e30, f64::INFINITY].map(number).into();
        assert_eq!(written, ["0.1", "1e-7", "3.0", "-2.5e+30", "math.inf"]);
        assert_eq!(
            (single(0.1), whole(32.0), whole(0.5)),
            ("0.1".into(), "32".into(), "0.5".into())
        );
        assert_eq!(text("a\"\n\\ä"), r#""a\"\n\\ä""#);
        let choices =
            [Choice::Null, Choice::Bool(true), Choice::Integer(3), Choice::Text("x".into())];
        let written: Vec<String> = choices.iter().map(choice).collect();
        assert_eq!(written, ["None", "True", "3", "\"x\""]);
        let long = list((0..40).map(|i| i.to_string()), 4);
        assert!(long.lines().all(|line| line.len() <= WIDTH) && long.contains("\n     "));
        assert_eq!(list(std::iter::empty(), 0), "[]");
    }
}
