//! Numbers for reading.

use crate::words::texts::t;

/// Three significant digits, without trailing zeros: 0.774, 12.3, 0.00321, 1.2e-6.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return "–".into();
    }
    if x == 0.0 {
        return "0".into();
    }
    let size = x.abs().log10().floor() as i32;
    if !(-4..6).contains(&size) {
        let text = format!("{x:.1e}");
        return text.replace(".0e", "e");
    }
    trim(format!("{x:.*}", (2 - size).max(0) as usize))
}

/// A time in milliseconds, roughly.
pub fn duration(ms: f64) -> String {
    let seconds = ms / 1000.0;
    match seconds {
        ..3.0 => t!("time.seconds", n = fixed(seconds, 1)),
        ..100.0 => t!("time.seconds", n = fixed(seconds, 0)),
        ..6000.0 => t!("time.minutes", n = fixed(seconds / 60.0, 0)),
        _ => t!("time.hours", n = number(seconds / 3600.0)),
    }
}

/// Fixed decimals, for columns of the same quantity.
pub fn fixed(x: f64, decimals: usize) -> String {
    if x.is_finite() { format!("{x:.decimals$}") } else { "–".into() }
}

/// Decimals that show a difference of this size with three digits, but no more than a
/// single-precision number has.
pub fn decimals(difference: f64) -> usize {
    let size = if difference == 0.0 { 0.0 } else { difference.abs().log10().floor() };
    (2.0 - size).clamp(3.0, 9.0) as usize
}

/// With the sign that a sum has.
pub fn minus(text: String) -> String {
    text.replace('-', "−")
}

/// A name as it stands within a sentence: with a small letter, unless it is an abbreviation.
pub fn within(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// A loss: three decimals, or three digits where it is small.
pub fn loss(x: f64) -> String {
    if x.abs() < 0.01 { number(x) } else { fixed(x, 3) }
}

/// A fraction as percent, one decimal.
pub fn percent(x: f64) -> String {
    fixed(100.0 * x, 1) + "%"
}

/// Whole numbers in groups of three.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or("")).collect();
    groups.join(",")
}

/// Names or numbers in a row.
pub fn list(items: &[String]) -> String {
    items.join(&t!("list.items"))
}

/// What is said of several things in a row, such as a name and its value.
pub fn pairs(pairs: &[String]) -> String {
    pairs.join(&t!("list.pairs"))
}

/// What stands between two sentences: a space, where the language has one.
pub fn gap() -> String {
    t!("list.gap")
}

/// Sentences one after another, without those that are empty.
pub fn sentences(each: &[String]) -> String {
    let each: Vec<&str> = each.iter().map(|one| one.trim()).filter(|one| !one.is_empty()).collect();
    each.join(&gap())
}

fn trim(text: String) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}
