//! Undo and redo of what the reader changed.

use crate::setup::Setup;

/// So many changes can be undone.
const MAX_STEPS: usize = 100;

/// Changes that follow each other faster than this, such as a slider's, are one.
const TOGETHER: f64 = 700.0;

#[derive(Default)]
pub struct History {
    past: Vec<Setup>,
    future: Vec<Setup>,
    last: f64,
}

impl History {
    /// Takes note of the set-up before a change, made so many milliseconds after the page was
    /// opened.
    pub fn changed(&mut self, before: Setup, now: f64) {
        if self.past.is_empty() || !self.future.is_empty() || now - self.last > TOGETHER {
            self.past.push(before);
            if self.past.len() > MAX_STEPS {
                self.past.remove(0);
            }
        }
        self.future.clear();
        self.last = now;
    }

    /// What is changed next is a change by itself, however soon it comes.
    pub fn apart(&mut self) {
        self.last = f64::NEG_INFINITY;
    }

    /// How many changes can be undone.
    pub fn changes(&self) -> usize {
        self.past.len()
    }

    /// Forgets all changes but the first so many; what is changed next is a change by itself.
    pub fn forget_after(&mut self, changes: usize) {
        self.past.truncate(changes);
        self.apart();
    }

    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The set-up before the last change; `now` is the one in force.
    pub fn undo(&mut self, now: &Setup) -> Option<Setup> {
        let before = self.past.pop()?;
        self.future.push(now.clone());
        Some(before)
    }

    /// The set-up that was undone last.
    pub fn redo(&mut self, now: &Setup) -> Option<Setup> {
        let after = self.future.pop()?;
        self.past.push(now.clone());
        Some(after)
    }
}
