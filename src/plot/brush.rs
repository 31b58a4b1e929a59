//! An upright axis of which a stretch is brushed, by dragging along it or by keys.

use super::pointer;
use crate::controls::fields;
use crate::controls::link::Link;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::state::Event;
use tunescape_core::state::selection::Brush;
use web_sys::Element;
use yew::prelude::*;

/// How far beyond the axis its surface reaches.
const BEYOND: f64 = 6.0;

/// What takes the pointer and the keys of an axis, over what is brushed of it.
pub struct Surface {
    pub axis: usize,
    pub name: String,
    /// Where in the drawing the axis stands, where its top is, and how long it is.
    pub x: f64,
    pub top: f64,
    pub high: f64,
    /// What is brushed of it, from 0 at its foot to 1.
    pub stretch: Option<[f64; 2]>,
    pub tell: Callback<Brush>,
}

impl Surface {
    pub fn view(self) -> Html {
        let Self { axis, name, x, top, high, stretch, tell } = self;
        let [from, to] = stretch.unwrap_or([0.0, 1.0]);
        let down = tell.clone();
        let onpointerdown = Callback::from(move |e: PointerEvent| {
            if let Some((on, u)) = at(&e, high) {
                pointer::hold(&e, &on);
                down.emit(Brush::Begin(axis, u));
            }
        });
        let moved = tell.clone();
        let onpointermove = Callback::from(move |e: PointerEvent| {
            if let Some((_, u)) = at(&e, high).filter(|_| e.buttons() > 0) {
                moved.emit(Brush::To(u));
            }
        });
        let onpointerup = tell.reform(|_: PointerEvent| Brush::End);
        let onkeydown = Callback::from(move |e: KeyboardEvent| {
            if let Some(stretch) = stepped(&e.key(), [from, to]) {
                e.prevent_default();
                tell.emit(Brush::Set(axis, stretch));
            }
        });
        let says = t!("linked.stretch", low = format::percent(from), high = format::percent(to));
        html! {
            <>
                if stretch.is_some() {
                    <rect class="brush" x={(x - 6.0).to_string()} width="12"
                        y={(top + high * (1.0 - to)).to_string()}
                        height={(high * (to - from)).to_string()} />
                }
                <rect class="axis-hit" data-axis={axis.to_string()} x={(x - 10.0).to_string()}
                    y={(top - BEYOND).to_string()} width="20"
                    height={(high + 2.0 * BEYOND).to_string()} tabindex="0" role="slider"
                    aria-orientation="vertical" aria-label={t!("linked.brush_axis", name = name)}
                    aria-valuemin="0" aria-valuemax="100"
                    aria-valuenow={(100.0 * from).round().to_string()} aria-valuetext={says}
                    {onpointerdown} {onpointermove} {onpointerup} {onkeydown} />
            </>
        }
    }
}

/// Where on its axis, of this length, a pointer is.
fn at(event: &PointerEvent, high: f64) -> Option<(Element, f64)> {
    let on = pointer::target(event)?;
    let up = 1.0 - pointer::over(event, &on)[1];
    let u = (up * (high + 2.0 * BEYOND) - BEYOND) / high;
    Some((on, u.clamp(0.0, 1.0)))
}

/// The stretch that a key makes of another.
fn stepped(key: &str, [low, high]: [f64; 2]) -> Option<[f64; 2]> {
    match key {
        "ArrowUp" => Some([(low + 0.1).min(high - 0.1), high]),
        "ArrowDown" => Some([low, (high - 0.1).max(low + 0.1)]),
        "Escape" | "Delete" | "Backspace" => Some([0.0, 1.0]),
        _ => None,
    }
}

/// How many trials lie in what is brushed, and a button that shows all again.
pub fn standing(link: &Link, kept: &[bool], clear: fn() -> Event) -> Html {
    let n = kept.iter().filter(|kept| **kept).count();
    let name = t!("linked.all");
    html! {
        <>
            { t!("linked.brushed", n = n, of = kept.len()) }{ " " }
            { fields::button(link, "unbrush", name.clone(), name, true, clear) }
        </>
    }
}
