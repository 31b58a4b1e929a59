//! The page around this one, where there is one: it hears what the state tells it, and asks for
//! things.
//!
//! Both sides send JSON texts by `postMessage`. Only the parent window is listened to, and only if
//! its origin is the one in the address (`?origin=`, which `embed.js` writes); what can't be read
//! is ignored.
//!
//! What is told to `embed.js` alone goes by a port that comes with its `recall`. Any page around can
//! ask in the same way: what nobody is to know is never sent.

use super::host;
use js_sys::JsString;
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;
use tunescape_core::link::message::{self, Command, MAX_MESSAGE};
use tunescape_core::state::embed::Told;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, MessagePort, Window};
use yew::Callback;

/// The page around this one.
pub struct Parent {
    window: Window,
    origin: String,
    height: i32,
    /// To `embed.js` alone, once it has given one.
    port: Rc<RefCell<Option<MessagePort>>>,
}

impl Parent {
    /// Listens to the page around this one; none where there is none, or its origin was not given.
    pub fn listen(heard: Callback<Command>) -> Option<Self> {
        let origin = host::query("origin")?;
        let own = web_sys::window()?;
        let window = own.parent().ok().flatten().filter(|parent| *parent != own)?;
        let (only, around) = (origin.clone(), JsValue::from(window.clone()));
        let port = Rc::new(RefCell::new(None));
        let given = port.clone();
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let from_parent = event.source().is_some_and(|source| JsValue::from(source) == around);
            if !from_parent || event.origin() != only {
                return;
            }
            // Its length is seen before it is copied.
            let text = event.data().dyn_into::<JsString>().ok();
            let text = text.filter(|text| text.length() as usize <= MAX_MESSAGE);
            if let Some(command) = text.and_then(|text| message::read(&String::from(text))) {
                if let Command::Recall { .. } = command {
                    let port = event.ports().get(0).dyn_into::<MessagePort>().ok();
                    port.into_iter().for_each(|port| *given.borrow_mut() = Some(port));
                }
                heard.emit(command);
            }
        });
        let listener = listener.into_js_value();
        own.add_event_listener_with_callback("message", listener.unchecked_ref()).ok()?;
        host::set_root("data-embed", "");
        let parent = Self { window, origin, height: 0, port };
        parent.post(&json!({ "type": "listening" }).to_string());
        Some(parent)
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

    /// Tells what it can't have of what it asked for.
    pub fn tell_failed(&self, reason: &str) {
        self.post(&json!({ "type": "failed", "reason": reason }).to_string());
    }

    /// Leaves a text with `embed.js`, and says whether this page has to stay.
    pub fn leave(&self, text: &str, stays: bool) {
        if let Some(port) = &*self.port.borrow() {
            let _ = port.post_message(&json!({ "away": text, "stays": stays }).to_string().into());
        }
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
