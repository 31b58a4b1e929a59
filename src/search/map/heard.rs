//! What a pointer and keys do on the landscape.

use super::frame::{EDGE, HEIGHT, LEFT, SIZE, TOP};
use crate::controls::link::Link;
use crate::plot::pointer;
use crate::search::trial;
use tunescape_core::state::landscape::MapEvent;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// Who is told of what happens on the picture.
pub struct Heard {
    pub onmouseleave: Callback<MouseEvent>,
    pub onmousemove: Callback<MouseEvent>,
    pub onpointerdown: Callback<PointerEvent>,
    pub onpointermove: Callback<PointerEvent>,
    pub onpointerup: Callback<PointerEvent>,
    pub onclick: Callback<MouseEvent>,
    pub onkeydown: Callback<KeyboardEvent>,
}

impl Heard {
    pub fn new(state: &State, link: &Link) -> Self {
        let keys = Keys {
            side: state.map.land.side,
            hover: state.map.hover,
            looks: state.map.looked.is_some(),
            zoomed: !state.setup.map.zoom.is_empty(),
        };
        let side = keys.side;
        // The trial on show can be dragged elsewhere.
        let latest = state.setup.search.shown;
        let grabbed = state.map.grabbed.is_some();
        Heard {
            onmouseleave: link.callback(|_| Event::Map(MapEvent::Hover(None))),
            onmousemove: link.callback(move |e: MouseEvent| {
                let (x, y) = at(&e);
                let cell = (y * side as f64) as usize * side + (x * side as f64) as usize;
                Event::Map(MapEvent::Hover(inside((x, y)).then_some(cell)))
            }),
            onpointerdown: link.batch_callback(move |e: PointerEvent| {
                let on = pointer::target(&e)?;
                (trial::under(&e) == latest.checked_sub(1)).then_some(())?;
                pointer::hold(&e, &on);
                Some(Event::Map(MapEvent::Grab(at(&e))))
            }),
            onpointermove: link.batch_callback(move |e: PointerEvent| {
                grabbed.then(|| Event::Map(MapEvent::Drag(at(&e))))
            }),
            onpointerup: link.batch_callback(move |_: PointerEvent| {
                grabbed.then_some(Event::Map(MapEvent::Drop))
            }),
            onclick: link.batch_callback(move |e: MouseEvent| {
                if trial::under(&e).is_some() {
                    return None;
                }
                let (x, y) = at(&e);
                inside((x, y)).then_some(Event::Map(MapEvent::Act(x, y)))
            }),
            onkeydown: link.batch_callback(move |e: KeyboardEvent| {
                let event = keys.event(&e.key())?;
                e.prevent_default();
                Some(Event::Map(event))
            }),
        }
    }
}

/// Where on the picture an event is, as fractions from its bottom left.
fn at(event: &MouseEvent) -> (f64, f64) {
    let Some(surface) = pointer::drawing(event) else { return (0.5, 0.5) };
    let [x, y] = pointer::over(event, &surface);
    ((x * SIZE - LEFT) / EDGE, 1.0 - (y * HEIGHT - TOP) / EDGE)
}

fn inside((x, y): (f64, f64)) -> bool {
    (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y)
}

/// What keys start from.
#[derive(Clone, Copy)]
struct Keys {
    side: usize,
    hover: Option<usize>,
    looks: bool,
    zoomed: bool,
}

impl Keys {
    /// What a key does; none for one that is not the map's.
    fn event(&self, key: &str) -> Option<MapEvent> {
        let side = self.side;
        let cell = self.hover.unwrap_or(side * side / 2 + side / 2);
        let (x, y) = (cell % side, cell / side);
        let (x, y) = match key {
            "ArrowLeft" => (x.saturating_sub(1), y),
            "ArrowRight" => ((x + 1).min(side - 1), y),
            "ArrowDown" => (x, y.saturating_sub(1)),
            "ArrowUp" => (x, (y + 1).min(side - 1)),
            "Enter" | " " => {
                let middle = |i: usize| (i as f64 + 0.5) / side as f64;
                return Some(MapEvent::Act(middle(x), middle(y)));
            }
            "Escape" if self.looks => return Some(MapEvent::LookAway),
            "Escape" | "Backspace" if self.zoomed => return Some(MapEvent::BackOut),
            _ => return None,
        };
        Some(MapEvent::Hover(Some(if self.hover.is_some() { y * side + x } else { cell })))
    }
}
