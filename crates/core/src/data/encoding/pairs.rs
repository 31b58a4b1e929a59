//! What the bytes above 127 of a text are, told by which of them stand together.

use super::Encoding;
use std::collections::HashSet;

/// One byte pair in so many may be damaged.
const FEW_WRONG: usize = 50;
/// Of the pairs of Chinese letters four in five have a byte that is no capital letter elsewhere.
const FEW_OTHERS: usize = 5;
/// So many different pairs of Chinese letters are not made of the bytes of capitals alone.
const MANY_PAIRS: usize = 4;

/// Decides between GB18030, Windows-1251 and Windows-1252: in GB18030 the bytes above 127 come in
/// pairs, mostly of the 3,755 commonest letters; in Cyrillic whole words are made of them; in Western
/// Europe a letter with an accent seldom has another beside it.
pub(super) fn by_pairs(bytes: &[u8]) -> Encoding {
    if Pairs::of(bytes).are_chinese() {
        return Encoding::Gb18030;
    }
    let (mut high, mut in_words, mut run) = (0_usize, 0_usize, 0_usize);
    for byte in bytes.iter().chain(b"\n") {
        if *byte >= 0xC0 {
            run += 1;
            continue;
        }
        high += run + usize::from(*byte >= 0x80);
        in_words += if run >= 3 { run } else { 0 };
        run = 0;
    }
    if in_words * 2 > high { Encoding::Windows1251 } else { Encoding::Windows1252 }
}

/// The bytes above 127, read as pairs.
#[derive(Default)]
struct Pairs {
    /// How many are among the commonest letters, the punctuation, and the wide digits and letters.
    common: usize,
    other: usize,
    wrong: usize,
    /// The different ones of the common, and how many of these are two capital letters in Windows-1251
    /// and Windows-1252: МО, ÇÃ.
    different: HashSet<[u8; 2]>,
    capitals: usize,
    /// How many of the common stand beside a letter of ASCII, as `ÇÃ` in `OPERAÇÃO` does.
    in_words: usize,
}

impl Pairs {
    fn of(bytes: &[u8]) -> Pairs {
        let mut pairs = Pairs::default();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let length = match *rest {
                [..=0x80, ..] => 1,
                [0xFF, ..] => {
                    pairs.wrong += 1;
                    1
                }
                [_, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..] => {
                    pairs.common += 1;
                    4
                }
                // The commonest letters, then the punctuation and the wide digits and letters.
                [lead @ (0xB0..=0xD7 | 0xA1 | 0xA3), trail @ 0xA1..=0xFE, ..] => {
                    pairs.add([lead, trail]);
                    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                    let letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
                    pairs.in_words += usize::from(letter(before) || letter(rest.get(2)));
                    2
                }
                [_, 0x40..=0x7E | 0x80..=0xFE, ..] => {
                    pairs.other += 1;
                    2
                }
                _ => {
                    pairs.wrong += 1;
                    1
                }
            };
            at += length;
        }
        pairs
    }

    fn add(&mut self, pair: [u8; 2]) {
        self.common += 1;
        let capital = |byte: u8| (0xC0..=0xDF).contains(&byte);
        let new = self.different.insert(pair);
        self.capitals += usize::from(new && pair.into_iter().all(capital));
    }

    fn are_chinese(&self) -> bool {
        let mostly = self.common >= 2 * self.other && self.common >= FEW_WRONG * self.wrong;
        if self.common == 0 || !mostly {
            return false;
        }
        let different = self.different.len();
        // One pair in five is made of the bytes of capitals, such as those of 男.
        let spread = (different - self.capitals) * FEW_OTHERS >= different;
        spread || self.wrong == 0 && different < MANY_PAIRS && self.in_words * 2 <= self.common
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
        let known = encoding_rs::Encoding::for_label(encoding.label().as_bytes()).unwrap();
        known.encode(text).0.into_owned()
    }

    #[test]
    fn capitals_are_not_chinese() {
        let portuguese = "DESCRIÇÃO;SITUAÇÃO;VALOR\n".to_owned()
            + &"EDUCAÇÃO;ALTERAÇÃO;6,5\nHABITAÇÃO;OPERAÇÕES;7,8\nPÃES;FÉRIAS;5\n".repeat(9);
        let russian = "ГОРОД;ВОЗРАСТ;СРОК\n".to_owned()
            + &"МОСКВА;20;6,5\nКАЗАНЬ;21;7,8\nСАМАРА;22;4,1\n".repeat(40);
        // Words of even length alone.
        let even = "ИМ;ПО\n".to_owned() + &"МОСКВА;20\nКАЗАНЬ;21\nСАМАРА;22\n".repeat(9);
        let german = "GRÖSSE;STRASSE\n6,5;MÜLLERSTR.\n7,8;ÄUSSERE STR.\n";
        for (text, encoding) in [
            (portuguese.as_str(), Encoding::Windows1252),
            (&russian, Encoding::Windows1251),
            (&even, Encoding::Windows1251),
            (german, Encoding::Windows1252),
        ] {
            assert_eq!(by_pairs(&encoded(text, encoding)), encoding, "{text}");
        }
    }

    #[test]
    fn a_few_chinese_letters_are_enough() {
        for text in [
            "男\n",
            "是\n",
            "男,女\n1,2\n",
            "sex,n\n男,1\n男,2\n",
            "良,中\n",
            "身高cm,体重kg\n1,2\n",
            "品名，数量\n苹果，３\n",
            "城市,值\n西安,1\n",
            "中文（注）：甲、乙。\n",
            "价格（元）\n5\n",
        ] {
            assert_eq!(by_pairs(&encoded(text, Encoding::Gb18030)), Encoding::Gb18030, "{text}");
        }
    }
}
