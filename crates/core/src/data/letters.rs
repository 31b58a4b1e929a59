//! Letters that look the same and are stored differently: an accent as a sign of its own, as file
//! systems of Apple write it, wide letters, and signs of no width. Two spellings that only this
//! tells apart are one.

use super::number::narrow;

/// Combining signs, and the letters that each makes of another: pairs, without it and with it. What
/// of Unicode's canonical compositions the Latin, Greek and Cyrillic alphabets have.
const COMPOSED: [(char, &str); 22] = [
    (
        '\u{300}',
        "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜơờƯỪưừYỲyỳЕЀИЍ\
         еѐиѝ",
    ),
    (
        '\u{301}',
        "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾøǿÇḈçḉ\
         ĒḖēḗÏḮïḯKḰkḱMḾmḿÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứΑΆΕΈΗΉΙΊΟΌΥΎ\
         ΩΏϊΐαάεέηήιίϋΰοόυύωώГЃКЌгѓкќ",
    ),
    ('\u{302}', "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"),
    ('\u{303}', "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"),
    ('\u{304}', "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳGḠgḡḶḸḷḹṚṜṛṝ"),
    ('\u{306}', "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭȨḜȩḝẠẶạặУЎИЙийуў"),
    (
        '\u{307}',
        "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥŠṦšṧṢṨ\
         ṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ",
    ),
    ('\u{308}', "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗΙΪΥΫιϊυϋЕЁІЇеёії"),
    ('\u{309}', "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"),
    ('\u{30a}', "AÅaåUŮuůwẘyẙ"),
    ('\u{30b}', "OŐoőUŰuű"),
    (
        '\u{30c}',
        "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮʒǯjǰHȞ\
         hȟ",
    ),
    ('\u{30f}', "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕ"),
    ('\u{311}', "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"),
    ('\u{31b}', "OƠoơUƯuư"),
    (
        '\u{323}',
        "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌoọƠỢơợ\
         UỤuụƯỰưựYỴyỵ",
    ),
    ('\u{326}', "SȘsșTȚtț"),
    ('\u{327}', "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"),
    ('\u{328}', "AĄaąEĘeęIĮiįUŲuųOǪoǫ"),
    ('\u{32d}', "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"),
    ('\u{330}', "EḚeḛIḬiḭUṴuṵ"),
    ('\u{331}', "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"),
];

/// Whether a sign has no width and no meaning by itself: what marks the order of bytes or the
/// direction of writing, and where a word may be broken. Joiners are none, which change letters.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Without blanks and invisible signs around it.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// A text with narrow letters and marks and nothing invisible: what numbers and dates are read of.
pub(super) fn narrowed(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).map(narrow).collect()
}

/// What a reader sees of a text, so that two that look the same are equal.
pub(super) fn as_seen(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for letter in narrowed(text).chars() {
        match seen.chars().next_back().and_then(|last| compose(last, letter)) {
            Some(composed) => {
                seen.pop();
                seen.push(composed);
            }
            None => seen.push(letter),
        }
    }
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one letter that two make.
fn compose(last: char, sign: char) -> Option<char> {
    // Signs that combine begin here.
    if sign < '\u{300}' {
        return None;
    }
    let place = |c: char, first: u32, count: u32| {
        (c as u32).checked_sub(first).filter(|place| *place < count)
    };
    // The voiced sounds of Japanese stand behind the others.
    match (last, sign) {
        ('\u{304b}'..='\u{3062}' | '\u{30ab}'..='\u{30c2}', '\u{3099}') if last as u32 % 2 == 1 => {
            return char::from_u32(last as u32 + 1);
        }
        ('つ' | 'て' | 'と' | 'ツ' | 'テ' | 'ト', '\u{3099}') => {
            return char::from_u32(last as u32 + 1);
        }
        (
            'は' | 'ひ' | 'ふ' | 'へ' | 'ほ' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ',
            '\u{3099}' | '\u{309a}',
        ) => {
            return char::from_u32(last as u32 + sign as u32 - 0x3098);
        }
        _ => {}
    }
    // The syllables of Korean: 19 first consonants, 21 vowels, 27 last consonants or none.
    if let (Some(first), Some(vowel)) = (place(last, 0x1100, 19), place(sign, 0x1161, 21)) {
        return char::from_u32(0xac00 + (first * 21 + vowel) * 28);
    }
    if let (Some(syllable), Some(end)) = (place(last, 0xac00, 11_172), place(sign, 0x11a8, 27)) {
        let open = syllable % 28 == 0;
        return char::from_u32(last as u32 + end + 1).filter(|_| open);
    }
    let (_, pairs) = COMPOSED.iter().find(|(combining, _)| *combining == sign)?;
    let mut letters = pairs.chars();
    while let (Some(without), Some(with)) = (letters.next(), letters.next()) {
        if without == last {
            return Some(with);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_the_same() {
        for (one, other) in [
            ("cafe\u{301}", "café"),
            ("the\u{301} a\u{300} la", "thé à la"),
            ("Vie\u{323}\u{302}t", "Việt"),
            ("и\u{306}", "й"),
            ("か\u{3099}は\u{309a}つ\u{3099}", "がぱづ"),
            ("\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}", "한글"),
            ("Ａ班", "A班"),
            ("ro\u{200b}se\u{feff}", "rose"),
            ("New\u{a0} York", "New York"),
        ] {
            assert_eq!(as_seen(one), as_seen(other), "{one}");
        }
        assert_eq!(as_seen("the\u{301}"), "thé");
        for (one, other) in [("café", "cafe"), ("a\u{200d}b", "ab"), ("Rose", "rose")] {
            assert_ne!(as_seen(one), as_seen(other), "{one}");
        }
        assert_eq!(trimmed("\u{feff} 2.5\u{200b} "), "2.5");
    }
}
