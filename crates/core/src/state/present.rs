//! Presenting to a class: large type and high contrast (by the style sheet), keys for everything, a
//! spotlight and a large pointer, a picture that stands still, and the teacher's notes in a second
//! window.

use super::{Effect, Notice, State};

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

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PresentState {
    pub on: bool,
    /// Whether the keys are on show.
    pub help: bool,
    pub frozen: bool,
    pub spotlight: bool,
    pub pointer: bool,
    /// Whether the notes stand in a window of their own.
    pub notes: bool,
}

impl State {
    /// What a key does. But for the one that shows all keys, they count while somebody presents.
    pub(super) fn key(&mut self, key: &str) {
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
                    self.emit(Effect::Press((*control).into()));
                }
            }
        }
        // What is on whoever presents must be able to leave by the keys.
        let PresentState { frozen, spotlight, pointer, notes, .. } = self.present;
        self.present.on |= frozen || spotlight || pointer || notes;
        self.emit(Effect::Present(self.present.on));
        // From the button that began it, the space bar would end it.
        if key == "p" && self.present.on {
            self.emit(Effect::Focus("main".into()));
        }
    }

    /// The notes' window is no longer there, or the browser refused to open one.
    pub(super) fn notes_closed(&mut self, refused: bool) {
        self.present.notes = false;
        if refused {
            self.notify(Notice::NoNotesWindow);
        }
    }
}
