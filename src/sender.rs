//! What the controls of the page send their events through.

use tunescape_core::state::Event;
use yew::Callback;

/// Takes what a control does as an event.
#[derive(Clone, PartialEq)]
pub struct Link {
    events: Callback<Event>,
    files: Callback<web_sys::File>,
}

impl Link {
    pub fn new(events: Callback<Event>, files: Callback<web_sys::File>) -> Self {
        Self { events, files }
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
