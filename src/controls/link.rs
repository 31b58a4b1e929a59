//! What the controls of the page know of the rules in force, and what they send their events
//! through.

use crate::words::format;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::lesson::rules::Rules;
use tunescape_core::setup::Panel;
use tunescape_core::state::Event;
use yew::prelude::*;

/// Takes what a control does as an event, and tells it whether it is locked, limited or hidden.
#[derive(Clone, PartialEq)]
pub struct Link {
    events: Callback<Event>,
    files: Callback<web_sys::File>,
    rules: Rc<Rules>,
}

/// What the rules say of a control.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ruled {
    pub hidden: bool,
    pub locked: bool,
    /// The range that its number is kept in, in words.
    pub range: Option<String>,
}

impl Ruled {
    /// Why it can't be used, or can't be used freely; else a title of its own.
    pub fn title(&self, own: impl Into<AttrValue>) -> AttrValue {
        match (self.locked, &self.range) {
            (true, _) => t!("lesson.kept").into(),
            (false, Some(range)) => range.clone().into(),
            (false, None) => own.into(),
        }
    }

    /// The same for a control without a title.
    pub fn says(&self) -> Option<AttrValue> {
        (self.locked || self.range.is_some()).then(|| self.title(""))
    }

    /// The mark of what is locked, for the style sheet.
    pub fn mark(&self) -> Option<&'static str> {
        self.locked.then_some("")
    }
}

impl Link {
    pub fn new(events: Callback<Event>, files: Callback<web_sys::File>, rules: Rules) -> Self {
        Self { events, files, rules: Rc::new(rules) }
    }

    /// What the rules say of the control of this id.
    pub fn ruled(&self, id: &str) -> Ruled {
        let range = self.rules.range_of_control(id);
        let range =
            range.map(|(low, high)| [&format::number(low), "–", &format::number(high)].concat());
        Ruled { hidden: self.rules.hides(id), locked: self.rules.locks_control(id), range }
    }

    /// Whether the control of this id is hidden.
    pub fn hides(&self, id: &str) -> bool {
        self.rules.hides(id)
    }

    /// Whether a panel is to be seen.
    pub fn shows(&self, panel: Panel) -> bool {
        !self.rules.hides(panel.key())
    }

    /// The panel in which the language is chosen; none where it stands by itself.
    pub fn place_of_language(&self) -> Option<Panel> {
        self.rules.place_of_language()
    }

    /// What turns something that happens to a control into an event.
    pub fn callback<T: 'static>(&self, event: impl Fn(T) -> Event + 'static) -> Callback<T> {
        self.events.reform(event)
    }

    /// The same for what may be no event.
    pub fn batch_callback<T: 'static>(
        &self,
        event: impl Fn(T) -> Option<Event> + 'static,
    ) -> Callback<T> {
        let events = self.events.clone();
        Callback::from(move |input| event(input).into_iter().for_each(|event| events.emit(event)))
    }

    /// What takes a file that was chosen; it is still to be read.
    pub fn file<T: 'static>(
        &self,
        file: impl Fn(T) -> Option<web_sys::File> + 'static,
    ) -> Callback<T> {
        let files = self.files.clone();
        Callback::from(move |input| file(input).into_iter().for_each(|file| files.emit(file)))
    }
}
