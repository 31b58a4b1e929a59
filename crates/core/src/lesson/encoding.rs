//! The text of a lesson's file. A lesson is JSON, which is UTF-8; some editors write UTF-16. Other
//! encodings are not guessed at: letters that are not those of the author would go unnoticed.

/// The text of a file in UTF-8 or UTF-16, without its mark; none of any other.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.ok().filter(|_| bytes.len().is_multiple_of(2))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        // What JSON begins with is of ASCII.
        [1..=255, 0, ..] => wide(bytes, u16::from_le_bytes),
        [0, 1..=255, ..] => wide(bytes, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => str::from_utf8(rest).ok().map(str::to_owned),
        _ => str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// Whether a file of whatever name is a lesson: an object with pages.
pub fn looks_like_one(bytes: &[u8]) -> bool {
    let begins = bytes.iter().find(|byte| {
        !byte.is_ascii_whitespace() && ![0, 0xef, 0xbb, 0xbf, 0xfe, 0xff].contains(*byte)
    });
    // Of other encodings than those above what matters here is the same.
    let text = || decode(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    begins == Some(&b'{') && text().contains("\"pages\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_in_every_encoding_that_is_read() {
        let text = "{\"pages\": \"Größe 学习率 𝜂\"}";
        let wide =
            |unit: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let (little, big) = (wide(u16::to_le_bytes), wide(u16::to_be_bytes));
        for bytes in [
            text.as_bytes().to_vec(),
            [&b"\xef\xbb\xbf"[..], text.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &little].concat(),
            [&b"\xfe\xff"[..], &big].concat(),
            little,
            big,
        ] {
            assert_eq!(decode(&bytes).as_deref(), Some(text), "{bytes:?}");
            assert!(looks_like_one(&bytes));
        }
    }

    #[test]
    fn what_is_in_another_encoding_is_not_guessed_at() {
        let latin = b"{\"pages\": \"Gr\xf6\xdfe\"}";
        assert_eq!(decode(latin), None);
        assert!(looks_like_one(latin));
        for bytes in [&b"\xff\xfe{"[..], b"\xff\xfe\x00\xd8", b"\x80"] {
            assert_eq!(decode(bytes), None);
        }
        for other in [&b""[..], b"pages,{\n1,2", b"{\"page\": 1}", b"[{\"pages\": 1}]"] {
            assert!(!looks_like_one(other));
        }
    }
}
