//! The words in dates: months, halves of the day and time zones, in the languages that tables most
//! often come in.

use super::date::digits;

/// The names of each month in English, German, French, Spanish, Italian, Portuguese, Dutch and
/// Russian; a
/// full stop after a short one is taken off before.
const MONTHS: [&[&str]; 12] = [
    &[
        "jan",
        "january",
        "januar",
        "jän",
        "jänner",
        "janvier",
        "janv",
        "enero",
        "ene",
        "gennaio",
        "gen",
        "janeiro",
        "januari",
        "январь",
        "января",
        "янв",
    ],
    &[
        "feb",
        "february",
        "februar",
        "février",
        "fevrier",
        "févr",
        "fév",
        "febrero",
        "febbraio",
        "fevereiro",
        "fev",
        "februari",
        "февраль",
        "февраля",
        "фев",
    ],
    &[
        "mar",
        "march",
        "märz",
        "mär",
        "mrz",
        "mars",
        "marzo",
        "março",
        "marco",
        "maart",
        "mrt",
        "март",
        "марта",
        "мар",
    ],
    &["apr", "april", "avr", "avril", "abril", "abr", "aprile", "апрель", "апреля", "апр"],
    &["may", "mai", "mayo", "maggio", "mag", "maio", "mei", "май", "мая"],
    &["jun", "june", "juni", "juin", "junio", "giugno", "giu", "junho", "июнь", "июня", "июн"],
    &[
        "jul", "july", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho", "июль",
        "июля", "июл",
    ],
    &["aug", "august", "août", "aout", "agosto", "ago", "augustus", "август", "августа", "авг"],
    &[
        "sep",
        "september",
        "sept",
        "septembre",
        "septiembre",
        "setiembre",
        "settembre",
        "setembro",
        "сентябрь",
        "сентября",
        "сен",
    ],
    &[
        "oct",
        "october",
        "okt",
        "oktober",
        "octobre",
        "octubre",
        "ottobre",
        "ott",
        "outubro",
        "октябрь",
        "октября",
        "окт",
    ],
    &["nov", "november", "novembre", "noviembre", "novembro", "ноябрь", "ноября", "ноя"],
    &[
        "dec",
        "december",
        "dez",
        "dezember",
        "décembre",
        "decembre",
        "déc",
        "diciembre",
        "dic",
        "dicembre",
        "dezembro",
        "декабрь",
        "декабря",
        "дек",
    ],
];

/// Names of time zones, and how many quarters of an hour each is ahead of UTC. Of names that stand
/// for several zones the one of Europe or North America is meant.
const ZONES: [(&str, i32); 29] = [
    ("utc", 0),
    ("gmt", 0),
    ("z", 0),
    ("wet", 0),
    ("west", 4),
    ("bst", 4),
    ("cet", 4),
    ("mez", 4),
    ("cest", 8),
    ("mesz", 8),
    ("eet", 8),
    ("eest", 12),
    ("msk", 12),
    ("ist", 22),
    ("hkt", 32),
    ("sgt", 32),
    ("awst", 32),
    ("jst", 36),
    ("kst", 36),
    ("aest", 40),
    ("aedt", 44),
    ("nzst", 48),
    ("est", -20),
    ("edt", -16),
    ("cst", -24),
    ("cdt", -20),
    ("mst", -28),
    ("pst", -32),
    ("pdt", -28),
];

/// Words for the first and the second half of the day, before the time or behind it.
const HALVES: [(&str, &str); 16] = [
    ("上午", " am "),
    ("下午", " pm "),
    ("凌晨", " am "),
    ("清晨", " am "),
    ("早上", " am "),
    ("中午", " pm "),
    ("傍晚", " pm "),
    ("晚上", " pm "),
    ("午前", " am "),
    ("午後", " pm "),
    ("오전", " am "),
    ("오후", " pm "),
    ("a.m.", " am "),
    ("p.m.", " pm "),
    ("A.M.", " am "),
    ("P.M.", " pm "),
];

/// Words that say nothing by themselves: `1 de marzo de 2026`, `10:00 Uhr`.
const SILENT: [&str; 12] =
    ["de", "del", "of", "le", "den", "the", "at", "um", "à", "uhr", "г", "года"];

/// Days of the week, of which each date has only one: `Sunday 1/3/2026`, `So, 01.03.2026`. The French
/// `mar` is a month as well.
const WEEKDAYS: [&str; 6] = [
    "monday tuesday wednesday thursday friday saturday sunday",
    "mon tue tues wed thu thur thurs fri sat sun",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "mo di mi do fr sa so",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miércoles jueves viernes sábado domingo",
];

pub(super) fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    Some(at as u32 + 1)
}

/// Seconds that a zone is ahead of UTC: `CET`, `+02:00`, `-0530`, `+2`, `GMT+0100`.
pub(super) fn zone(word: &str) -> Option<i32> {
    let lower = word.to_ascii_lowercase();
    if let Some((_, quarters)) = ZONES.iter().find(|(name, _)| *name == lower) {
        return Some(quarters * 900);
    }
    let offset = lower.strip_prefix("gmt").or_else(|| lower.strip_prefix("utc")).unwrap_or(&lower);
    let (sign, digits) = match offset.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, offset.strip_prefix('-')?),
    };
    let digits = digits.replace(':', "");
    if !(1..=4).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: i32 = digits.parse().ok()?;
    let (hours, minutes) =
        if digits.len() <= 2 { (number, 0) } else { (number / 100, number % 100) };
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

pub(super) fn is_silent(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    let weekday = || WEEKDAYS.iter().any(|names| names.split(' ').any(|name| name == bare));
    // `星期一`, `周一`.
    SILENT.contains(&bare) || weekday() || word.starts_with("星期") || word.starts_with('周')
}

/// A number with the ending of an ordinal taken off: `1st`, `2.`, `1er`.
pub(super) fn without_ordinal(word: &str) -> &str {
    let word = word.trim_end_matches(['.', 'º', 'ª']);
    let ends = ["st", "nd", "rd", "th", "er"];
    let bare = ends.into_iter().find_map(|end| word.strip_suffix(end));
    bare.filter(|bare| bare.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(word)
}

/// Words of several signs for hours and minutes, each as the one sign that it begins with.
const LONG_WORDS: [(&str, &str); 6] = [
    ("小时", "时"),
    ("小時", "時"),
    ("時間", "時"),
    ("시간", "시"),
    ("分钟", "分"),
    ("分鐘", "分"),
];

/// A date or time with the signs of China, Japan and Korea replaced by those of programs, and
/// without what stands in brackets behind: `2026年3月1日 下午3时05分`.
pub(super) fn in_plain_signs(text: &str) -> String {
    let text = text.split(['(', '[']).next().unwrap_or_default().trim();
    let mut named = text.to_owned();
    if !text.is_ascii() || text.ends_with('.') {
        for (word, half) in HALVES {
            named = named.replace(word, half);
        }
    }
    if named.is_ascii() {
        return named;
    }
    for (word, sign) in LONG_WORDS {
        named = named.replace(word, sign);
    }
    let seconds = named.contains(['秒', '초']);
    let letters: Vec<char> = named.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut plain = String::with_capacity(named.len());
    for (at, &letter) in letters.iter().enumerate() {
        match letter {
            '年' | '月' | '년' | '월' => plain.push('-'),
            '日' | '号' | '일' | '秒' | '초' => plain.push(' '),
            '时' | '時' | '点' | '點' | '시' if at > 0 && digit(at - 1) => {
                plain.push(':');
                // A single digit of minutes, or none.
                match (digit(at + 1), digit(at + 2)) {
                    (true, true) => {}
                    (true, false) => plain.push('0'),
                    _ => plain.push_str("00"),
                }
            }
            '分' | '분' => {
                if seconds && !plain.contains(':') {
                    with_hours(&mut plain);
                }
                match (digit(at + 1), digit(at + 2)) {
                    (true, true) => plain.push(':'),
                    (true, false) => plain.push_str(":0"),
                    _ => plain.push(' '),
                }
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The minutes at the end of a text as hours and minutes: the `3` of `3分20秒` as `0:03`.
fn with_hours(text: &mut String) {
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if let Some(minutes) = digits(&text[start..], 1..=4) {
        text.truncate(start);
        text.push_str(&format!("{}:{:02}", minutes / 60, minutes % 60));
    }
}
