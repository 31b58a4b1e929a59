//! Where on a drawing a pointer is.

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// How far a pointer is from the left and from the top of a surface, as shares of its width and
/// height.
pub fn over(event: &MouseEvent, surface: &Element) -> [f64; 2] {
    let rect = surface.get_bounding_client_rect();
    [
        (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0),
        (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0),
    ]
}

/// What an event happened on. Yew listens at the page's root: the current target is that one.
pub fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The drawing that an event happened on, or on a mark of.
pub fn drawing(event: &web_sys::Event) -> Option<Element> {
    target(event)?.closest("svg").ok()?
}

/// Keeps a pointer with a surface until its button is let go.
pub fn hold(event: &PointerEvent, surface: &Element) {
    // A pointer that is already gone can't be held.
    let _ = surface.set_pointer_capture(event.pointer_id());
}
