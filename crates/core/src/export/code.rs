//! Python in colours: which pieces of a script are remarks, texts, keywords, and names at the place
//! where they are defined.

/// What a piece of a script is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    Plain,
    Comment,
    /// In quotes.
    Text,
    Keyword,
    /// Of a function or a class that begins here.
    Name,
}

impl Token {
    /// Its class in the page; none of what has no colour.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Token::Plain => None,
            Token::Comment => Some("comment"),
            Token::Text => Some("text"),
            Token::Keyword => Some("keyword"),
            Token::Name => Some("name"),
        }
    }
}

/// The words of Python that the scripts use.
const KEYWORDS: [&str; 26] = [
    "False", "None", "True", "and", "as", "assert", "break", "class", "def", "elif", "else",
    "except", "for", "from", "if", "import", "in", "is", "lambda", "not", "or", "raise", "return",
    "try", "while", "with",
];

/// The pieces of a script, in order: together they are the whole of it, even where it is cut off.
pub fn pieces(code: &str) -> Vec<(Token, &str)> {
    let mut pieces: Vec<(Token, &str)> = Vec::new();
    let (mut at, mut plain, mut defines) = (0, 0, false);
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let (token, length) = if first == '#' {
            (Token::Comment, line(rest))
        } else if first == '"' || first == '\'' {
            (Token::Text, text(rest))
        } else if first.is_alphabetic() || first == '_' {
            let length = word(rest);
            let own = word_token(&rest[..length], defines);
            defines = matches!(&rest[..length], "def" | "class");
            // As in f"…".
            match rest[length..].starts_with(['"', '\'']) && length <= 2 {
                true => (Token::Text, length + text(&rest[length..])),
                false => (own, length),
            }
        } else if first.is_ascii_digit() {
            // With its letters: 1e-7 has no word in it.
            (Token::Plain, word(rest))
        } else {
            (Token::Plain, first.len_utf8())
        };
        if token != Token::Plain {
            pieces.extend((plain < at).then(|| (Token::Plain, &code[plain..at])));
            pieces.push((token, &code[at..at + length]));
            plain = at + length;
        }
        at += length;
    }
    pieces.extend((plain < at).then(|| (Token::Plain, &code[plain..at])));
    pieces
}

fn word_token(word: &str, defines: bool) -> Token {
    if KEYWORDS.contains(&word) {
        Token::Keyword
    } else if defines {
        Token::Name
    } else {
        Token::Plain
    }
}

/// Bytes to the end of the line.
fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Bytes of a word or number.
fn word(rest: &str) -> usize {
    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
}

/// Bytes of a text from its opening quote on. One in single quotes ends with its line at last.
fn text(rest: &str) -> usize {
    let quote = &rest[..1];
    let long = quote.repeat(3);
    if let Some(inside) = rest.strip_prefix(&long) {
        return inside.find(&long).map_or(rest.len(), |end| end + 6);
    }
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if quote.starts_with(c) => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: &str, token: Token) -> Vec<&str> {
        pieces(code).into_iter().filter(|piece| piece.0 == token).map(|piece| piece.1).collect()
    }

    #[test]
    fn a_script_has_its_colours() {
        let code = "\"\"\"Top: it's \"x\".\n# no remark\"\"\"\nclass Own(A):  # für \"alle\"\n    \
                    def f(self, x=1e-7):\n        return f\"{x}\\\"\" if x is not None else 'a#b'\n";
        assert_eq!(of(code, Token::Comment), ["# für \"alle\""]);
        let texts = ["\"\"\"Top: it's \"x\".\n# no remark\"\"\"", "f\"{x}\\\"\"", "'a#b'"];
        assert_eq!(of(code, Token::Text), texts);
        let words = ["class", "def", "return", "if", "is", "not", "None", "else"];
        assert_eq!(of(code, Token::Keyword), words);
        assert_eq!(of(code, Token::Name), ["Own", "f"]);
    }

    #[test]
    fn the_pieces_are_the_whole_wherever_it_is_cut() {
        let code = "x = 'é\\'' + \"\"\"a\nb\"\"\"  # ü\n'open\ndef f_1(): pass\n\"\"\"never closed";
        for (end, _) in code.char_indices().chain([(code.len(), ' ')]) {
            let part = &code[..end];
            let whole: String = pieces(part).into_iter().map(|piece| piece.1).collect();
            assert_eq!(whole, part);
        }
        assert!(pieces("").is_empty());
    }
}
