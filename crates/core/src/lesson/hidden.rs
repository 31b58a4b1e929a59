//! What of the page a lesson can hide.

use crate::lesson::controls;
use crate::setup::Panel;
use std::sync::OnceLock;

/// Controls that change nothing in the set-up, by their ids. A lesson's own buttons are not among
/// them, nor the page as a whole: nobody is shut in.
const BUTTONS: &str = "back board-codes board-train curve-metric evolve filter find first forget-trail fresh keys language \
    lose luck map-again map-cancel map-click map-epoch open-trial pace pause pin plane play plot present print race-cancel \
    race-start redo repeat replay-trail reset reveal run-scrub scrub share speed step studies test theme told-next unbrush \
    undo unpin";

/// Parts of the set-up that have controls.
const PARTS: [&str; 11] = [
    "screen",
    "backend",
    "data",
    "evaluation",
    "net",
    "training",
    "run",
    "space",
    "map",
    "search",
    "race",
];

/// Whether there is a panel or a control of this name.
pub fn can_be(name: &str) -> bool {
    // Made once: a link may ask of many names.
    static CONTROLS: OnceLock<String> = OnceLock::new();
    let whole = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
    let of_setup = || {
        let controls = CONTROLS.get_or_init(|| controls::locked(&PARTS.map(str::to_owned)));
        controls.split('#').skip(1).any(|id| id.strip_prefix(name).is_some_and(whole))
    };
    !name.is_empty()
        && (Panel::ALL.iter().any(|panel| panel.key() == name)
            || BUTTONS.split_whitespace().any(|button| button == name)
            || of_setup())
}

/// What of a list can be hidden; the rest of it does nothing. Links bring such lists, and may name
/// what must stay: the ways out of a lesson, the crash notice.
pub fn hideable<'a>(names: impl IntoIterator<Item = &'a String>) -> impl Iterator<Item = &'a str> {
    names.into_iter().map(String::as_str).filter(|name| can_be(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn every_control_of_the_screens_can_be_hidden_but_for_the_lessons_and_those_of_dialogs() {
        let sources: String = fs::read_dir("../../src/screen")
            .unwrap()
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect::<Vec<_>>()
            .concat();
        let id = |rest: &str| rest.split('"').nth(1).unwrap_or_default().to_owned();
        let tags = ["<button ", "<input ", "<select "]
            .into_iter()
            .flat_map(|tag| sources.split(tag).skip(1));
        let tagged = tags
            .filter_map(|rest| rest.split("=>").next()?.split(['\n']).next()?.split_once(" id=\""))
            .map(|(_, rest)| id(&format!("\"{rest}")));
        let called = sources.split("fields::").skip(1).filter(|rest| {
            rest.split_once("(link, \"")
                .is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        });
        let all: Vec<String> = tagged.chain(called.map(id)).collect();
        assert!(all.len() > 100, "{}", all.len());
        for id in all.iter().filter(|id| !id.is_empty()) {
            let apart = ["lesson-", "csv-", "share-", "study-", "hand-", "low", "high"]
                .iter()
                .any(|own| id.starts_with(own));
            assert_eq!(can_be(id), !apart, "{id}");
        }
    }

    #[test]
    fn what_a_teacher_is_offered_to_hide_can_be_hidden() {
        let source = fs::read_to_string("../../src/screen/handout.rs").unwrap();
        let list =
            source.split("fn buttons()").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
        let offered: Vec<&str> = list
            .lines()
            .filter_map(|line| line.trim().strip_prefix("(\"")?.split('"').next())
            .collect();
        assert!(offered.len() > 10 && offered.iter().all(|id| can_be(id)), "{offered:?}");
    }

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
            "foooter",
            "run-l",
            "play pause",
            "#play",
        ] {
            assert!(!can_be(name), "{name}");
        }
        let names = ["footer", "lesson-leave", "crash", "play"].map(str::to_owned);
        assert_eq!(hideable(&names).collect::<Vec<_>>(), ["footer", "play"]);
    }
}
