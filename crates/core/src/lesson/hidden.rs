//! What of the page a lesson can hide.

use crate::lesson::controls;
use crate::setup::Panel;

/// Controls that change nothing in the set-up, by their ids. A lesson's own buttons are not among
/// them, nor the choice of language, nor the page as a whole: nobody is shut in.
const BUTTONS: &str = "back board-codes board-save board-train curve-metric evolve filter find first forget-trail formula fresh keys \
    log lose luck map-again map-cancel map-click map-epoch narration open-trial pace pause pin plane play plot \
    present print race-cancel race-start redo regularisation repeat replay-trail reset reveal run-scrub scrub share smooth \
    sound speed step studies test theme told-next unbrush undo unpin";

/// What could be hidden once: lessons written then are read, and it stays.
const STAYS: [&str; 1] = ["language"];

/// Whether a lesson may say that it hides what has this name.
pub fn can_be_named(name: &str) -> bool {
    STAYS.contains(&name) || can_be(name)
}

/// Whether there is a panel or a control of this name that can be hidden.
pub fn can_be(name: &str) -> bool {
    Panel::ALL.iter().any(|panel| panel.key() == name)
        || BUTTONS.split_whitespace().any(|button| button == name)
        || controls::is_of_setup(name)
}

/// What of a list can be hidden; the rest of it does nothing. Links bring such lists, and may name
/// what must stay: the ways out of a lesson, the crash notice.
pub fn hideable<'a>(names: impl IntoIterator<Item = &'a String>) -> impl Iterator<Item = &'a str> {
    names.into_iter().map(String::as_str).filter(|name| can_be(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_and_controls_can_be_hidden_and_nothing_else() {
        for name in
            ["footer", "play", "run-lr-value", "momentum-low", "schedule-gamma", "you", "map-shows"]
        {
            assert!(can_be(name), "{name}");
        }
        for name in [
            "",
            "app",
            "lesson",
            "lesson-leave",
            "lesson-next",
            "language",
            "foooter",
            "run-l",
            "play pause",
            "#play",
        ] {
            assert!(!can_be(name), "{name}");
        }
        assert!(can_be_named("language") && can_be_named("play") && !can_be_named("foooter"));
        let names = ["footer", "lesson-leave", "crash", "language", "play"].map(str::to_owned);
        assert_eq!(hideable(&names).collect::<Vec<_>>(), ["footer", "play"]);
    }
}
