//! Where the reader is led: what is marked, has the keyboard's focus or is scrolled to.

use super::{element, window};
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, ScrollIntoViewOptions, ScrollLogicalPosition};

/// Marks the element of this id as the one to look at, and no other.
pub fn point(id: Option<&str>) {
    let Some(document) = window().and_then(|w| w.document()) else { return };
    let (old, new) = (
        document.query_selector(".pointed").ok().flatten(),
        id.and_then(|id| document.get_element_by_id(id)),
    );
    if old == new {
        return;
    }
    if let Some(old) = old {
        let _ = old.class_list().remove_1("pointed");
    }
    if let Some(new) = new {
        let _ = new.class_list().add_1("pointed");
        // Whoever has a control in hand keeps it where it is.
        let held = document.active_element();
        if held.is_some_and(|held| held.matches("input, select, textarea").unwrap_or(false)) {
            return;
        }
        // It may lie in a part of its panel that is folded, and that in another.
        let mut inside = Some(new.clone());
        while let Some(Ok(Some(fold))) = inside.map(|inside| inside.closest("details")) {
            let _ = fold.set_attribute("open", "");
            inside = fold.parent_element();
        }
        let near = ScrollIntoViewOptions::new();
        near.set_block(ScrollLogicalPosition::Nearest);
        new.scroll_into_view_with_scroll_into_view_options(&near);
    }
}

/// Moves the keyboard's focus to the element of this id, if there is one.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // One that can't have it keeps out of the way.
        let _ = element.focus();
    }
}

/// Scrolls the card that the element of this id lies in as far as it takes to see its end, and lets
/// the page stand where it is.
pub fn scroll_to(id: &str) {
    let Some(element) = element(id) else { return };
    let Ok(Some(card)) = element.closest(".card") else { return };
    // The way on stands at the card's foot, over what is scrolled.
    let foot = card.query_selector(".actions").ok().flatten();
    let foot = foot.map_or(0.0, |foot| foot.get_bounding_client_rect().height());
    let (frame, part) = (card.get_bounding_client_rect(), element.get_bounding_client_rect());
    let below = part.bottom() - (frame.bottom() - foot);
    let above = part.top() - frame.top();
    if below > 0.0 {
        card.set_scroll_top(card.scroll_top() + below.min(above) as i32);
    }
}

/// Puts the focus into a field, ready for what takes the place of what stands there.
pub fn focus_field(id: &str) {
    focus(id);
    element(id)
        .and_then(|e| e.dyn_into::<HtmlInputElement>().ok())
        .iter()
        .for_each(|field| field.select());
}

/// Goes to the beginning of a part of the page.
pub fn go_to(id: &str) {
    if let Some(element) = element(id) {
        element.scroll_into_view();
        let _ = element.focus();
    }
}
