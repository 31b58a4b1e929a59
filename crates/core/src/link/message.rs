//! What the page around this one may ask of it, as JSON texts.
//!
//! | asked | with |
//! |---|---|
//! | `set` | `state`: the set-up to show, as the part of a link after `#`; what is locked stays |
//! | `play`, `pause`, `step` | nothing: of the screen on show |
//! | `results` | `number`: of the question, from 1 on and rising; `curves`: whether the trials' losses are wanted too |
//! | `recall` | `away`: what the page has left before it was taken away; comes with a port, by which it leaves more |
//! | `share` | `of`: how many pages in sight share the machine's cores |
//! | `sight` | `visible`: whether the page is in sight; else it holds no worker |
//! | `look` | `theme` (`light` or `dark`) and `lang` (`en` or `zh-CN`), either or both |

use super::MAX_LETTERS;
use serde::{Deserialize, Serialize};

/// Bytes of a message at most: those of the longest link, and what stands around it.
pub const MAX_MESSAGE: usize = MAX_LETTERS + 1000;

/// Bytes at most of what the page leaves while it is taken away.
pub const MAX_AWAY: usize = 400_000;

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
    Share {
        of: usize,
    },
    Sight {
        visible: bool,
    },
    Look {
        #[serde(default)]
        theme: Option<String>,
        #[serde(default)]
        lang: Option<String>,
    },
}

/// What a message asks; none where it is anything else, or longer than any that is sent.
pub fn read(message: &str) -> Option<Command> {
    if message.len() > MAX_MESSAGE {
        return None;
    }
    let command = serde_json::from_str(message).ok()?;
    let fits = !matches!(&command, Command::Recall { away } if away.len() > MAX_AWAY);
    fits.then_some(command)
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
        assert_eq!(read(r#"{"type":"share","of":3}"#), Some(Command::Share { of: 3 }));
        assert_eq!(
            read(r#"{"type":"sight","visible":false}"#),
            Some(Command::Sight { visible: false })
        );
        // As deep as a reader that calls itself would have to go.
        for nonsense in [
            "",
            "null",
            "[]",
            r#"{"type":"unlock"}"#,
            r#"{"type":"share","of":-1}"#,
            &"[".repeat(100_000),
        ] {
            assert_eq!(read(nonsense), None);
        }
    }

    #[test]
    fn what_is_longer_than_any_that_is_sent_is_nothing() {
        let set = |letters| format!("{{\"type\":\"set\",\"state\":\"{}\"}}", "a".repeat(letters));
        assert!(read(&set(MAX_LETTERS)).is_some());
        assert_eq!(read(&set(MAX_MESSAGE)), None);
        let recall = |bytes| format!("{{\"type\":\"recall\",\"away\":\"{}\"}}", "a".repeat(bytes));
        assert!(read(&recall(MAX_AWAY)).is_some());
        assert_eq!(read(&recall(MAX_AWAY + 1)), None);
        assert_eq!(read(&["{\"type\":\"play\"}", &" ".repeat(MAX_MESSAGE)].concat()), None);
    }
}
