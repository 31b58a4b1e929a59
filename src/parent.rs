//! The page around this one, where there is one: it hears what the state tells it, and asks for
//! things.
//!
//! Both sides send JSON texts by `postMessage`. Only the parent window is listened to, and only if
//! its origin is the one in the address (`?origin=`, which `embed.js` writes); what can't be read
//! is ignored.

use super::host;
use serde_json::json;
use tunescape_core::link::message::{self, Command};
use tunescape_core::state::embed::Told;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Window};
use yew::Callback;

/// The page around this one.
pub struct Parent {
    window: Window,
    origin: String,
    height: i32,
}

impl Parent {
    /// Listens to the page around this one; none where there is none, or its origin was not given.
    pub fn listen(heard: Callback<Command>) -> Option<Self> {
        let origin = host::query("origin")?;
        let own = web_sys::window()?;
        let window = own.parent().ok().flatten().filter(|parent| *parent != own)?;
        let (only, around) = (origin.clone(), JsValue::from(window.clone()));
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let from_parent = event.source().is_some_and(|source| JsValue::from(source) == around);
            let command = event.data().as_string().and_then(|text| message::read(&text));
            if let (true, Some(command)) = (from_parent && event.origin() == only, command) {
                heard.emit(command);
            }
        });
        let listener = listener.into_js_value();
        own.add_event_listener_with_callback("message", listener.unchecked_ref()).ok()?;
        host::set_root("data-embed", "");
        Some(Self { window, origin, height: 0 })
    }

    fn post(&self, text: &str) {
        // A parent of another origin than it should be hears nothing; that is the point. One from
        // disk has none to name.
        let target = if self.origin == "null" { "*" } else { &self.origin };
        let _ = self.window.post_message(&text.into(), target);
    }

    pub fn tell(&self, told: &Told) {
        // Plain texts, numbers and flags always serialise.
        self.post(&serde_json::to_string(told).unwrap_or_default());
    }

    /// Tells how high the page is, when that has changed.
    pub fn fit(&mut self) {
        let root =
            web_sys::window().and_then(|w| w.document()).and_then(|d| d.get_element_by_id("app"));
        let height = root.map_or(0, |root| root.scroll_height());
        if height != self.height {
            self.height = height;
            self.post(&json!({ "type": "height", "height": height }).to_string());
        }
    }
}
