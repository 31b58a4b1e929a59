//! How a file's letters are written as bytes: found out, and turned into text.
//!
//! UTF-8 and UTF-16 are read here. The others need tables of thousands of letters, which every
//! browser has: the host reads them, by a [`Decode`] that is passed in.

mod pairs;

use super::csv::error::CsvError;
use super::dialect::lines::SEPARATORS;
use pairs::by_pairs;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The byte order mark.
const MARK: char = '\u{feff}';
/// One zero in so many bytes is few.
const FEW_ZEROS: usize = 20;

/// An encoding that a file may be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Western Europe; ISO 8859-1 (Latin-1) is a part of it.
    Windows1252,
    /// Chinese; GBK and GB 2312 are parts of it.
    Gb18030,
    /// Central Europe. Never guessed, as are those below except Windows-1251.
    Windows1250,
    /// Cyrillic.
    Windows1251,
    /// Chinese, traditional letters.
    Big5,
    /// Japanese.
    ShiftJis,
    /// Korean.
    EucKr,
    /// Western Europe, by old Macs.
    Macintosh,
}

impl Encoding {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Encoding; 11] = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Windows1252,
        Encoding::Gb18030,
        Encoding::Windows1250,
        Encoding::Windows1251,
        Encoding::Big5,
        Encoding::ShiftJis,
        Encoding::EucKr,
        Encoding::Macintosh,
    ];

    /// The name in the Encoding Standard, as `TextDecoder` and `encoding_rs` take it.
    pub fn label(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
            Encoding::Windows1252 => "windows-1252",
            Encoding::Gb18030 => "gb18030",
            Encoding::Windows1250 => "windows-1250",
            Encoding::Windows1251 => "windows-1251",
            Encoding::Big5 => "big5",
            Encoding::ShiftJis => "shift_jis",
            Encoding::EucKr => "euc-kr",
            Encoding::Macintosh => "macintosh",
        }
    }
}

/// Reads bytes in an encoding other than UTF-8 and UTF-16, with U+FFFD for what can't be read;
/// `None` if it does not know the encoding.
pub type Decode<'a> = &'a dyn Fn(Encoding, &[u8]) -> Option<String>;

/// Takes every byte for the letter of its number (ISO 8859-1): right for Windows-1252 but for
/// quotes, dashes and the euro. For where no tables are at hand.
pub fn decode_latin1(encoding: Encoding, bytes: &[u8]) -> Option<String> {
    (encoding == Encoding::Windows1252).then(|| bytes.iter().map(|&b| char::from(b)).collect())
}

/// A file's text, and how it was found to be written.
pub(crate) struct Decoded<'a> {
    pub text: Cow<'a, str>,
    pub encoding: Encoding,
    /// Whether the encoding is told neither by the reader, nor by a mark, nor by its own rules.
    pub guessed: bool,
    /// Number of zero bytes that were left out.
    pub zeros: usize,
}

/// The text of a file, without byte order mark and with line ends that hold a line feed.
pub(crate) fn decode<'a>(
    bytes: &'a [u8],
    chosen: Option<Encoding>,
    decode: Decode,
) -> Result<Decoded<'a>, CsvError> {
    let (encoding, guessed) = match chosen {
        Some(encoding) => (encoding, false),
        None => detect(bytes),
    };
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes),
        Encoding::Utf16Le => Cow::Owned(utf16(bytes, u16::from_le_bytes)),
        Encoding::Utf16Be => Cow::Owned(utf16(bytes, u16::from_be_bytes)),
        other => {
            Cow::Owned(decode(other, bytes).ok_or(CsvError::UnknownEncoding { encoding: other })?)
        }
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(without_marks(text)),
        Cow::Owned(text) => match without_marks(&text) {
            rest if rest.len() == text.len() => Cow::Owned(text),
            rest => Cow::Owned(rest.to_owned()),
        },
    };
    // Files that were joined keep their marks, which are no letters.
    let text = match text.contains(MARK) {
        true => Cow::Owned(text.replace(MARK, "")),
        false => text,
    };
    let (text, zeros) = without_zeros(text)?;
    let old_mac = text.contains('\r') && !text.contains('\n');
    let text = if old_mac { Cow::Owned(text.replace('\r', "\n")) } else { text };
    Ok(Decoded { text, encoding, guessed, zeros })
}

/// Without a byte order mark, the sign by which DOS ended a file, and zeros that fill its last
/// block.
fn without_marks(text: &str) -> &str {
    let text = text.strip_prefix(MARK).unwrap_or(text).trim_end_matches('\u{1a}');
    match text.trim_end_matches('\0') {
        // A single one may be a value.
        "" => text,
        filled if filled.ends_with(['\n', '\r']) || filled.len() + 1 < text.len() => filled,
        _ => text,
    }
}

/// What can't be read becomes U+FFFD.
fn utf16(bytes: &[u8], read: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The text without its zeros, and how many there were: some programs fill fields up with them, and
/// a machine that lost its power leaves some behind. With many, or other signs that no text has, it
/// is a spreadsheet, a picture or the like.
fn without_zeros(text: Cow<str>) -> Result<(Cow<str>, usize), CsvError> {
    let Some(at) = text.find('\0') else { return Ok((text, 0)) };
    let zeros = text.matches('\0').count();
    let odd =
        |c: char| c < ' ' && !"\0\t\n\r\x0C\x1A".contains(c) || c == char::REPLACEMENT_CHARACTER;
    let few = zeros * FEW_ZEROS <= text.len() || zeros * 2 <= text.len() && zeros_fill(&text);
    if few && !text.contains(odd) {
        return Ok((Cow::Owned(text.replace('\0', "")), zeros));
    }
    let before = &text[..at];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before[start..].matches(SEPARATORS).count() + 1;
    Err(CsvError::NotText { line, column })
}

/// Whether zeros only stand between the last letter of a field and its end.
fn zeros_fill(text: &str) -> bool {
    let ends = |c: char| SEPARATORS.contains(&c) || "\"\r\n".contains(c);
    let mut before = '\n';
    text.chars().chain(['\n']).all(|c| {
        let last = std::mem::replace(&mut before, c);
        !(c == '\0' && ends(last) || last == '\0' && c != '\0' && !ends(c))
    })
}

/// The encoding, and whether it is a guess: bytes may be valid in several.
pub fn detect(bytes: &[u8]) -> (Encoding, bool) {
    for (mark, encoding) in [
        (&b"\xEF\xBB\xBF"[..], Encoding::Utf8),
        (b"\xFF\xFE", Encoding::Utf16Le),
        (b"\xFE\xFF", Encoding::Utf16Be),
        (b"\x84\x31\x95\x33", Encoding::Gb18030),
    ] {
        if bytes.starts_with(mark) {
            return (encoding, false);
        }
    }
    if let Some(encoding) = zeros_tell(bytes) {
        return (encoding, true);
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => (Encoding::Utf8, false),
        Err(_) if mostly_utf8(bytes) => (Encoding::Utf8, true),
        Err(_) => (by_pairs(bytes), true),
    }
}

/// UTF-16 without a mark: the zeros of its ASCII letters stand on one side of the pairs, those of
/// its line ends without fail. Letters such as 一 (U+4E00) have one on the other side.
fn zeros_tell(bytes: &[u8]) -> Option<Encoding> {
    let zeros = |side: usize| bytes.iter().skip(side).step_by(2).filter(|b| **b == 0).count();
    let ends = |ends: [[u8; 2]; 2]| {
        bytes.chunks_exact(2).filter(|pair| ends.iter().any(|end| end == pair)).count()
    };
    let little = (zeros(1), ends([[b'\n', 0], [b'\r', 0]]));
    let big = (zeros(0), ends([[0, b'\n'], [0, b'\r']]));
    // At least the separators and line ends, so one letter in ten.
    let is = |own: (usize, usize), other: (usize, usize)| {
        let enough = own.0 * 20 >= bytes.len() && own.0 * 2 > other.0 * 3;
        enough && own.1 > 0 && own.1 >= other.1 * FEW_ZEROS
    };
    match (is(little, big), is(big, little)) {
        (true, _) => Some(Encoding::Utf16Le),
        (_, true) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Whether the bytes are UTF-8 but for a few that were damaged, or cut off at the end.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= 3 && good >= 10 * bad
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::choices::{Aside, Guess};
    use crate::data::csv::read;

    #[test]
    fn a_few_zeros_are_left_out_and_told() {
        let rows = "5.1,3.2,setosa\n4.9,3.0,virginica\n".repeat(10);
        for (text, zeros) in [
            (format!("len,wid,kind\n{}", "5.1,3.2,ABC\0\0\n4.9,3.0,DEF\0\0\n".repeat(10)), 40),
            (format!("len,wid,kind\n{rows}\0\0\0\0\n{rows}"), 4),
        ] {
            let table = read(text.as_bytes()).unwrap();
            let told = Guess::ZerosLeftOut { zeros };
            assert_eq!((table.columns.len(), table.guesses.contains(&told)), (3, true), "{text}");
            assert!(table.columns[2].text(0).is_some_and(|text| !text.contains('\0')));
        }
        let odd = format!("len,wid,kind\n{rows}\0\u{1}\u{2}\n");
        assert_eq!(read(odd.as_bytes()), Err(CsvError::NotText { line: 22, column: 1 }));
    }

    #[test]
    fn letters_with_a_zero_leave_utf_16_to_be_seen() {
        let text =
            "名,班,分\n".to_owned() + &"王一,一班,8\n李　三,一班,92\nĀda,二班,70\n".repeat(5);
        for (encoding, bytes) in [
            (
                Encoding::Utf16Le,
                text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            ),
            (Encoding::Utf16Be, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        ] {
            let table = read(&bytes).unwrap();
            assert_eq!((table.encoding, table.rows(), table.columns.len()), (encoding, 15, 3));
        }
    }

    #[test]
    fn the_marks_of_joined_files_are_no_letters() {
        let rows = "5.1,3.2,setosa\n4.9,3.0,virginica\n".repeat(5);
        let part = format!("\u{feff}len,wid,kind\n{rows}");
        let table = read(part.repeat(2).as_bytes()).unwrap();
        assert_eq!((table.rows(), table.columns[0].name.as_str()), (20, "len"));
        let told = Guess::RowsLeftOut { line: 12, rows: 1, why: Aside::Names };
        assert!(table.guesses.contains(&told), "{:?}", table.guesses);
    }
}
