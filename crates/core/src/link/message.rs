//! What the page around this one may ask of it, as JSON texts.
//!
//! | asked | with |
//! |---|---|
//! | `set` | `state`: the set-up to show, as the part of a link after `#`; what is locked stays |
//! | `play`, `pause`, `step` | nothing: of the screen on show |
//! | `results` | `number`: of the question, from 1 on and rising; `curves`: whether the trials' losses are wanted too |
//! | `recall` | `away`: what the page has left before it was taken away; comes with a port, by which it leaves more |
//! | `look` | `theme` (`light` or `dark`) and `lang` (`en` or `zh-CN`), either or both |

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Command {
    Set {
        state: String,
    },
    Play,
    Pause,
    Step,
    Results {
        number: u32,
        #[serde(default)]
        curves: bool,
    },
    Recall {
        #[serde(default)]
        away: String,
    },
    Look {
        #[serde(default)]
        theme: Option<String>,
        #[serde(default)]
        lang: Option<String>,
    },
}

/// What a message asks; none where it is anything else.
pub fn read(message: &str) -> Option<Command> {
    serde_json::from_str(message).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_and_all_else_is_nothing() {
        assert_eq!(read(r#"{"type":"play"}"#), Some(Command::Play));
        assert_eq!(
            read(r#"{"type":"set","state":"v=1"}"#),
            Some(Command::Set { state: "v=1".into() })
        );
        assert_eq!(
            read(r#"{"type":"results","number":7}"#),
            Some(Command::Results { number: 7, curves: false })
        );
        assert_eq!(
            read(r#"{"type":"look","lang":"en"}"#),
            Some(Command::Look { theme: None, lang: Some("en".into()) })
        );
        // As deep as a reader that calls itself would have to go.
        for nonsense in
            ["", "null", "[]", r#"{"type":"unlock"}"#, r#"{"type":"set"}"#, &"[".repeat(100_000)]
        {
            assert_eq!(read(nonsense), None);
        }
    }
}
