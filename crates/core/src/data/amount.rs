//! Amounts of money, and numbers that a word multiplies: `€1.5M`, `120万元`, `75 Lac`, `($1.2bn)`.

use super::number::UNITS;

/// Words behind a number that multiply it; those of several letters also with a capital.
const MULTIPLES: [(&str, f64); 25] = [
    ("k", 1e3),
    ("K", 1e3),
    ("M", 1e6),
    ("B", 1e9),
    ("tsd", 1e3),
    ("thousand", 1e3),
    ("mio", 1e6),
    ("mln", 1e6),
    ("mn", 1e6),
    ("million", 1e6),
    ("bn", 1e9),
    ("bln", 1e9),
    ("mrd", 1e9),
    ("mld", 1e9),
    ("billion", 1e9),
    ("lac", 1e5),
    ("lakh", 1e5),
    ("cr", 1e7),
    ("crore", 1e7),
    ("千", 1e3),
    ("万", 1e4),
    ("萬", 1e4),
    ("百万", 1e6),
    ("亿", 1e8),
    ("億", 1e8),
];
const SIGNS: &str = "$€£¥￥₩₹₽₺₴₦₫₱฿₪₡₵₸₾₼¢₿₣₤₧₨₭₮₲៛﷼";
/// What stands for currencies before a number without having one of their signs.
const SHORT: [&str; 15] = [
    "Rs.", "Rs", "INR", "TRY", "AUD", "CAD", "NZD", "HKD", "SGD", "NOK", "SEK", "DKK", "CZK",
    "BRL", "円",
];
/// Several names of one currency.
const SAME: [(&str, &str); 11] = [
    ("￥", "¥"),
    ("USD", "$"),
    ("US$", "$"),
    ("EUR", "€"),
    ("GBP", "£"),
    ("RMB", "CNY"),
    ("元", "CNY"),
    ("円", "JPY"),
    ("INR", "₹"),
    ("Rs", "₹"),
    ("Rs.", "₹"),
];

/// How many times a number is meant that has this word behind it.
pub(super) fn multiple(word: &str) -> Option<f64> {
    let find = |word: &str| MULTIPLES.iter().find(|(name, _)| *name == word).map(|(_, n)| *n);
    let bare = word.trim_end_matches('.');
    let several = bare.chars().count() > 1;
    let singular = if bare.len() > 3 { bare.trim_end_matches('s') } else { bare };
    // `mN` and `MN` are forces.
    let capital = several && !bare.chars().skip(1).any(char::is_uppercase);
    find(bare).or_else(|| find(&singular.to_lowercase()).filter(|_| capital))
}

/// The multiple that stands beside a currency, where `m` is no metre: `Mio. €`, `万元`, and where the
/// currency stands before the number `m`.
pub(super) fn multiple_of_money(text: &str, currency_before: bool) -> Option<&str> {
    let behind = currency_before.then_some("").into_iter().chain(currencies_at_end(text));
    behind.map(|currency| text[..text.len() - currency.len()].trim()).find_map(|word| {
        let capital = match word {
            "m" => "M",
            "b" => "B",
            other => other,
        };
        multiple(capital).map(|_| capital)
    })
}

/// `A$`, `₺`, `Rs.`, `EUR`.
pub(super) fn is_currency(text: &str) -> bool {
    let letters = text.trim_end_matches(|c| SIGNS.contains(c));
    let signed = letters.len() < text.len() && letters.len() <= 3;
    let named = UNITS.contains(&text) && !"%‰".contains(text) || SHORT.contains(&text);
    named || signed && letters.bytes().all(|b| b.is_ascii_alphabetic())
}

pub(super) fn is_sign(letter: char) -> bool {
    SIGNS.contains(letter)
}

/// What may be a currency at the end of a text, the shortest first: `€` of `M€`.
fn currencies_at_end(text: &str) -> impl Iterator<Item = &str> {
    let ends = text.char_indices().rev().take(4).map(move |(at, _)| &text[at..]);
    ends.filter(|end| is_currency(end))
}

/// The currency before or behind a number, by one of its names.
pub(super) fn currency(text: &str) -> Option<&str> {
    let digit = |c: char| c.is_ascii_digit();
    let (first, last) = (text.find(digit)?, text.rfind(digit)?);
    let before = text[..first].trim_matches(|c| " -+(".contains(c));
    let after = text[last + 1..].trim_end_matches(|c| " )-".contains(c));
    let found = if is_currency(before) { before } else { currencies_at_end(after).next()? };
    let other = SAME.iter().find(|(name, _)| *name == found);
    Some(other.map_or(found, |(_, name)| name))
}

/// Whether two currencies differ; `¥` is that of China as well as that of Japan.
pub(super) fn differ(one: &str, other: &str) -> bool {
    let either = |a: &str, b: &str| a == "¥" && ["CNY", "JPY"].contains(&b);
    one != other && !either(one, other) && !either(other, one)
}

/// An amount without what makes it less than zero, and whether that was there: `-$5M`, `($5M)`,
/// `$(5M)`.
pub(super) fn unsigned(text: &str) -> Option<(String, bool)> {
    if let Some((before, inner)) = text.strip_suffix(')').and_then(|text| text.split_once('(')) {
        let before = before.trim();
        let amount = format!("{before}{}", inner.trim());
        return (before.is_empty() || is_currency(before)).then_some((amount, true));
    }
    let rest = text.strip_prefix('-').map(str::trim_start);
    let rest = rest.filter(|rest| !rest.starts_with(|c: char| ".,".contains(c) || c.is_numeric()));
    Some((rest.unwrap_or(text).to_owned(), rest.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiples_and_currencies_are_known_by_their_names() {
        for (word, times) in [("k", 1e3), ("Mio.", 1e6), ("millions", 1e6), ("Lac", 1e5)] {
            assert_eq!(multiple(word), Some(times), "{word}");
        }
        for word in ["m", "mN", "MN", "b", "cm", "元"] {
            assert_eq!(multiple(word), None, "{word}");
        }
        for (word, bare) in [("m", "M"), ("Mio. €", "Mio."), ("万元", "万"), ("M€", "M")] {
            assert_eq!(multiple_of_money(word, true), Some(bare), "{word}");
            assert_eq!(multiple_of_money(word, false), Some(bare).filter(|_| word != "m"));
        }
        for (text, name) in [
            ("100 USD", "$"),
            ("US$ 5", "$"),
            ("-€1,5", "€"),
            ("($1.2M)", "$"),
            ("A$5", "A$"),
            ("Rs. 7", "₹"),
            ("1,5 Mio. EUR", "€"),
            ("5元", "CNY"),
            ("5,- €", "€"),
        ] {
            assert_eq!(currency(text), Some(name), "{text}");
        }
        for text in ["5%", "5", "5 cm", "x5"] {
            assert_eq!(currency(text), None, "{text}");
        }
        assert!(differ("$", "€") && differ("CNY", "JPY") && !differ("¥", "CNY"));
    }
}
