//! The keyboard: which keys are told, what a key presses, and where the focus goes when what had
//! it has left the page.

use crate::host::{all, element_of, on, root, window};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, Window};
use yew::Callback;

/// Controls that are typed or chosen in.
const TYPED: &str = "textarea, select, input:not([type=range], [type=checkbox])";

/// Tells of every key that is pressed where nothing is being typed: of `?` always, of the others
/// while somebody presents.
#[derive(Clone)]
pub struct Keys {
    pressed: Callback<String>,
}

impl Keys {
    /// Listens in this window, for as long as the page lives.
    pub fn listen(pressed: Callback<String>) -> Self {
        let keys = Self { pressed };
        if let Some(window) = window() {
            keys.listen_in(&window);
            on(&window, "pointermove", false, move_pointer);
            // A button that does nothing just now keeps the focus, which one that is disabled
            // loses.
            on(&window, "click", true, |event| {
                if element_of(&event).is_some_and(|e| within(&e, "button[aria-disabled=true]")) {
                    event.stop_immediate_propagation();
                }
            });
        }
        keys
    }

    /// Listens in another window of this page as well.
    pub fn listen_in(&self, window: &Window) {
        let keys = self.clone();
        on(window, "keydown", false, move |event| keys.handle(event.unchecked_ref()));
    }

    fn handle(&self, event: &KeyboardEvent) {
        // Browsers that fill in forms send key events without a key.
        let key = js_sys::Reflect::get(event, &"key".into()).ok().and_then(|key| key.as_string());
        let (Some(key), Some(target)) = (key, element_of(event)) else { return };
        let command = event.ctrl_key() || event.meta_key();
        let letter = key.to_ascii_lowercase();
        if command && !event.alt_key() && matches!(letter.as_str(), "y" | "z") {
            if !within(&target, &["dialog, ", TYPED].concat()) {
                event.prevent_default();
                let redo = event.shift_key() || letter == "y";
                press(if redo { "#redo" } else { "#undo" });
            }
            return;
        }
        if command || event.alt_key() || event.default_prevented() || !listens(&key, &target) {
            return;
        }
        // Out of what is being typed leads a first Escape.
        if key == "Escape" && is(&target, TYPED) {
            let _ = target.unchecked_ref::<HtmlElement>().blur();
            return;
        }
        let page = key.starts_with("Page");
        let letter = key.chars().count() == 1;
        if is(&target, &taking(&key, letter)) && key != "Escape" && !page {
            return;
        }
        // A letter would else be typed into the control that it goes to.
        if letter || page || key.starts_with("Arrow") {
            event.prevent_default();
        }
        self.pressed.emit(key);
    }
}

/// Whether a key is told at all. A dialog has keys of its own.
fn listens(key: &str, target: &Element) -> bool {
    let Some(document) = window().and_then(|window| window.document()) else { return false };
    let here = target.owner_document().as_ref() == Some(&document);
    let dialog = here && matches!(document.query_selector("dialog[open]"), Ok(Some(_)));
    !dialog && (key == "?" || root().is_some_and(|root| root.has_attribute("data-present")))
}

/// The controls that take a key themselves. Buttons take the space bar and Enter, and no other.
fn taking(key: &str, letter: bool) -> String {
    let pressing = if matches!(key, " " | "Enter") { ", button, a, summary" } else { "" };
    let moving = if !letter || key == " " { ", input, [role=application]" } else { "" };
    [TYPED, pressing, moving].concat()
}

/// The light and the large pointer follow the pointer.
fn move_pointer(event: Event) {
    let (event, Some(root)) = (event.unchecked_into::<web_sys::PointerEvent>(), root()) else {
        return;
    };
    let style = root.style();
    for (name, at) in [("--x", event.client_x()), ("--y", event.client_y())] {
        let _ = style.set_property(name, &format!("{at}px"));
    }
}

/// Whether an element is one of a selector.
fn is(element: &Element, css: &str) -> bool {
    element.matches(css).unwrap_or(false)
}

/// Whether an element is one of a selector, or in one.
fn within(element: &Element, css: &str) -> bool {
    matches!(element.closest(css), Ok(Some(_)))
}

fn works(element: &Element) -> bool {
    let disabled = is(element, ":disabled");
    !disabled && element.get_attribute("aria-disabled").as_deref() != Some("true")
}

/// Whether an element is to be seen. What is folded away is not, though it may have a place.
fn shown(element: &Element) -> bool {
    element.get_client_rects().length() > 0
        && !within(element, "details:not([open]) > :not(summary)")
}

/// The first of some controls that is on show and can be used.
pub fn target(css: &str) -> Option<Element> {
    all(css).into_iter().find(|control| works(control) && shown(control))
}

/// Presses the first of some controls that is on show, or goes to it where it is one to type or
/// choose in.
pub fn press(css: &str) {
    if target(css).is_none() {
        // What is folded away is unfolded first.
        let mut inside = all(css).into_iter().find(works);
        while let Some(Ok(Some(fold))) = inside.map(|e| e.closest("details:not([open])")) {
            let _ = fold.set_attribute("open", "");
            inside = Some(fold);
        }
    }
    let Some(control) = target(css) else { return };
    let chosen = is(&control, "select, input, svg, [tabindex]");
    // Elements of a drawing take the focus in the same way.
    let control: HtmlElement = control.unchecked_into();
    if chosen {
        let _ = control.focus();
    } else {
        control.click();
    }
}

/// What had the keyboard's focus last, and what it stands in, outermost last.
#[derive(Clone, Default)]
pub struct Place(Rc<RefCell<Vec<Element>>>);

impl Place {
    /// Follows the focus, for as long as the page lives.
    pub fn follow() -> Self {
        let place = Self::default();
        if let Some(window) = window() {
            let (focused, pointed) = (place.clone(), place.clone());
            on(&window, "focusin", false, move |event| {
                let parents =
                    std::iter::successors(element_of(&event), |inner| inner.parent_element());
                *focused.0.borrow_mut() = parents.collect();
            });
            on(&window, "pointerdown", false, move |_| pointed.0.borrow_mut().clear());
        }
        place
    }

    /// When what had the keyboard's focus has left the page, gives it to what that stood in.
    pub fn keep(&self) {
        let Some(document) = window().and_then(|window| window.document()) else { return };
        let (body, active) = (document.body().map(Element::from), document.active_element());
        let lost = self.0.borrow().first().is_some_and(|had| !had.is_connected());
        if !lost || active != body || !document.has_focus().unwrap_or(false) {
            return;
        }
        let place = self.0.take();
        let Some(left) = place.into_iter().find(|element| element.is_connected()) else { return };
        if body.is_some_and(|body| left.contains(Some(&body))) {
            return;
        }
        if !left.has_attribute("tabindex") {
            let _ = left.set_attribute("tabindex", "-1");
            let blurred = left.clone();
            on(&left, "blur", false, move |_| drop(blurred.remove_attribute("tabindex")));
        }
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = left.unchecked_into::<HtmlElement>().focus_with_options(&options);
    }
}
