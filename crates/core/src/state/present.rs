//! Presenting to a class: large type and high contrast (by the style sheet), keys for everything, a
//! spotlight and a large pointer, a picture that stands still, and the teacher's notes in a second
//! window.

use super::{Effect, Notice, State};

/// Keys, the controls that they press, or go to where something is to be typed or chosen, and the
/// text that says so. Of several controls the first that is on show is meant.
pub const KEYS: [(&str, &str, &str); 28] = [
    (" ", "#play, #pause, #race-start, #race-cancel", "present.play"),
    ("ArrowRight", "#step", "present.forward"),
    ("ArrowLeft", "#back", "present.back"),
    ("Home", "#first, #reset", "present.first"),
    ("PageDown", "#lesson-next, #lesson-end", "lesson.next"),
    ("PageUp", "#lesson-back", "lesson.back"),
    ("1", ".tab:nth-child(1)", "nav.explore"),
    ("2", ".tab:nth-child(2)", "nav.search"),
    ("3", ".tab:nth-child(3)", "nav.race"),
    ("4", ".tab:nth-child(4)", "nav.lessons"),
    ("a", "#activation", "net.activation"),
    ("b", "#budget", "search.budget"),
    ("c", "#map svg, #your-map", "present.map"),
    ("d", "#theme", "nav.theme"),
    ("e", "#map-epoch, #run-scrub", "map.epoch"),
    ("g", "#strategy, #racers input", "search.strategy"),
    ("h", "#truth, #reveal", "present.landscape"),
    ("k", "#speed, #pace", "transport.speed"),
    ("l", "#run-lr-value", "search.learning_rate"),
    ("m", "#run-momentum-value", "search.momentum"),
    ("n", ".set.current", "data.title"),
    ("q", "#language", "nav.language"),
    ("r", "#redo", "nav.redo"),
    ("s", "#share", "share.title"),
    ("u", "#undo", "nav.undo"),
    ("v", "#rule", "net.rule"),
    ("y", "#studies", "studies.title"),
    ("z", "#back-out", "present.back_out"),
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
                if let Some((_, control, _)) = KEYS.iter().find(|(known, ..)| *known == key) {
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
