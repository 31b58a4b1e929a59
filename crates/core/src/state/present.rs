//! Presenting to a class: large type and high contrast (by the style sheet), keys for everything, a
//! spotlight and a large pointer, a picture that stands still, and the teacher's notes in a second
//! window.

use super::host;
use super::State;
use super::texts::t;
use crate::lesson::say;

/// Keys and the controls that they press, or go to where something is to be typed or chosen. Of
/// several the first that is on show is meant.
pub const KEYS: [(&str, &str); 28] = [
    (" ", "#play, #pause, #race-start, #race-cancel"),
    ("ArrowRight", "#step"),
    ("ArrowLeft", "#back"),
    ("Home", "#first, #reset"),
    ("PageDown", "#lesson-next, #lesson-end"),
    ("PageUp", "#lesson-back"),
    ("1", ".tab:nth-child(1)"),
    ("2", ".tab:nth-child(2)"),
    ("3", ".tab:nth-child(3)"),
    ("4", ".tab:nth-child(4)"),
    ("a", "#activation"),
    ("b", "#budget"),
    ("c", "#map svg, #your-map"),
    ("d", "#theme"),
    ("e", "#map-epoch, #run-scrub"),
    ("g", "#strategy, #racers input"),
    ("h", "#truth, #reveal"),
    ("k", "#speed, #pace"),
    ("l", "#run-lr-value"),
    ("m", "#run-momentum-value"),
    ("n", ".set.current"),
    ("q", "#language"),
    ("r", "#redo"),
    ("s", "#share"),
    ("u", "#undo"),
    ("v", "#rule"),
    ("y", "#studies"),
    ("z", "#back-out"),
];

/// What presenting itself has, each with its key.
pub const TOOLS: [&str; 5] = ["p", "f", "o", "i", "w"];

#[derive(Default)]
pub struct PresentState {
    pub on: bool,
    /// Whether the keys are on show.
    pub help: bool,
    pub frozen: bool,
    pub spotlight: bool,
    pub pointer: bool,
    /// Whether the notes stand in a window of their own.
    notes: bool,
}

impl State {
    /// What a key does. But for the one that shows all keys, they count while somebody presents.
    pub(super) fn key_message(&mut self, key: &str) {
        let present = &mut self.present;
        match key {
            "?" => present.help ^= true,
            "p" => *present = PresentState { on: !present.on, ..PresentState::default() },
            "Escape" => {
                let tools = present.help || present.frozen || present.spotlight || present.pointer;
                let (on, notes) = (present.on && tools, present.notes && tools);
                *present = PresentState { on, notes, ..PresentState::default() };
            }
            "f" => present.frozen ^= true,
            "o" => (present.spotlight, present.pointer) = (!present.spotlight, false),
            "i" => (present.spotlight, present.pointer) = (false, !present.pointer),
            "w" => present.notes ^= true,
            key => {
                if let Some((_, control)) = KEYS.iter().find(|(known, _)| *known == key) {
                    host::press(control);
                }
            }
        }
        // What is on whoever presents must be able to leave by the keys.
        self.present.on |= self.present.frozen
            || self.present.spotlight
            || self.present.pointer
            || self.present.notes;
        host::present(self.present.on);
        // From the button that began it, the space bar would end it.
        if key == "p" && self.present.on {
            host::focus("main");
        }
        self.tell_notes();
    }

    /// Writes into the notes' window what there is to say now and next.
    pub(super) fn tell_notes(&mut self) {
        let mut lines = Vec::new();
        if let (true, Some(lesson), Some(page)) =
            (self.present.notes, self.lesson(), self.lesson_page())
        {
            let (at, of) = (self.setup.lesson.page, lesson.pages.len());
            lines.push(format!(
                "# {} – {}",
                say(&lesson.title, self.locale),
                t!("lesson.page", page = at + 1, pages = of)
            ));
            let hints = page.hints.iter().map(|hint| (t!("present.hint"), &hint.text));
            let said = [(t!("present.for_you"), &page.notes), (t!("present.text"), &page.text)];
            for (of, text) in
                said.into_iter().chain(hints).chain([(t!("present.done"), &page.done)])
            {
                let text = say(text, self.locale);
                if !text.is_empty() {
                    lines.push(format!("{of} {text}"));
                }
            }
            if let Some(next) = lesson.pages.get(at + 1) {
                lines.extend([
                    format!("# {}", t!("lesson.next")),
                    say(&next.text, self.locale).to_owned(),
                ]);
            }
        }
        let written = host::notes(self.present.notes, &t!("present.own_notes"), &lines.join("\n"));
        self.present.notes &= written == Some(true);
        if written == Some(false) {
            self.notices.push(t!("present.no_window"));
        }
    }
}
