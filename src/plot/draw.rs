//! A pad to draw points on, with mouse, touch, pen or keys.

use super::colour;
use crate::words::texts::t;
use tunescape_core::data::drawn::{self, CLASSES, FEWEST, FEWEST_EACH};
use web_sys::SvgElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct DrawProps {
    /// The points in force, as [`drawn`] writes them.
    pub drawn: AttrValue,
    /// Whether the network trains on them.
    pub used: bool,
    /// Whether nothing can be drawn.
    #[prop_or_default]
    pub locked: bool,
    /// Told the points when a stroke is over.
    pub ondrawn: Callback<String>,
}

/// The pad's side in units of its drawing, and the distance of two points of a stroke.
const SIDE: f64 = 200.0;
const APART: f32 = 0.09;

#[component]
pub fn Draw(props: &DrawProps) -> Html {
    let (points, class, aim) =
        (use_state(String::new), use_state(|| 0_usize), use_state(|| None::<[f32; 2]>));
    let frame = use_node_ref();
    let lock = props.locked.then_some("");
    {
        let points = points.clone();
        use_effect_with(props.drawn.clone(), move |drawn| points.set(drawn.to_string()));
    }
    let put = {
        let (points, class) = (points.clone(), *class);
        move |at: [f32; 2], apart: f32| {
            let near = drawn::read(&points).and_then(|all| all.last().copied());
            let far =
                near.is_none_or(|(p, c)| c != class || (p[0] - at[0]).hypot(p[1] - at[1]) >= apart);
            let next = format!("{}{}", *points, drawn::write((at, class)));
            if far && drawn::read(&next).is_some() {
                points.set(next);
            }
        }
    };
    let place = {
        let frame = frame.clone();
        move |e: &PointerEvent| {
            let rect = frame.cast::<SvgElement>()?.get_bounding_client_rect();
            let at = |v: i32, from: f64, size: f64| {
                (2.0 * (f64::from(v) - from) / size.max(1.0) - 1.0) as f32
            };
            Some([
                at(e.client_x(), rect.left(), rect.width()),
                -at(e.client_y(), rect.top(), rect.height()),
            ])
        }
    };
    let down = {
        let (put, place, frame) = (put.clone(), place.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<SvgElement>() {
                // A pointer that is already gone can't be held.
                let _ = frame.set_pointer_capture(e.pointer_id());
            }
            place(&e).into_iter().for_each(|at| put(at, 0.0));
        })
    };
    let moved = {
        let put = put.clone();
        Callback::from(move |e: PointerEvent| {
            if e.buttons() & 1 == 1 {
                place(&e).into_iter().for_each(|at| put(at, APART));
            }
        })
    };
    let give = {
        let (points, ondrawn) = (points.clone(), props.ondrawn.clone());
        move || ondrawn.emit(points.to_string())
    };
    let up = {
        let give = give.clone();
        Callback::from(move |_: PointerEvent| give())
    };
    let onkeydown = {
        let (class, aim) = (class.clone(), aim.clone());
        Callback::from(move |e: KeyboardEvent| {
            let [x, y] = aim.unwrap_or_default();
            let by = if e.shift_key() { 0.2 } else { 0.05 };
            match e.key().as_str() {
                "ArrowLeft" => aim.set(Some([(x - by).max(-1.0), y])),
                "ArrowRight" => aim.set(Some([(x + by).min(1.0), y])),
                "ArrowUp" => aim.set(Some([x, (y + by).min(1.0)])),
                "ArrowDown" => aim.set(Some([x, (y - by).max(-1.0)])),
                "Enter" | " " => put([x, y], 0.0),
                digit @ ("1" | "2" | "3" | "4") => class.set(digit.parse().unwrap_or(1) - 1),
                _ => return,
            }
            e.prevent_default();
        })
    };
    let onkeyup = Callback::from(move |e: KeyboardEvent| {
        if matches!(e.key().as_str(), "Enter" | " ") {
            give();
        }
    });
    let all = drawn::read(&points).unwrap_or_default();
    let colour =
        |class: usize| colour::hex(colour::class(class, if class < 2 { 2 } else { CLASSES }));
    let dots = |class: usize| -> String {
        let own = all.iter().filter(|p| p.1 == class);
        own.map(|([x, y], _)| format!("M{:.1} {:.1}h0", 100.0 * (x + 1.0), 100.0 * (1.0 - y)))
            .collect()
    };
    let name = |class: usize| ["A", "B", "C", "D"][class];
    let change = |to: String| {
        let (points, ondrawn) = (points.clone(), props.ondrawn.clone());
        Callback::from(move |_: MouseEvent| {
            points.set(to.clone());
            ondrawn.emit(to.clone());
        })
    };
    let shorter = points[..points.len().saturating_sub(3)].to_string();
    let enough = drawn::dataset(&points).is_some();
    // What is drawn may still be too little, or be refused where the data is locked.
    let in_force = props.used && points.as_str() == props.drawn.as_str();
    let says = match enough {
        true if in_force => t!("draw.enough", n = all.len()),
        true => t!("draw.unused", n = all.len()),
        false => t!("draw.few", n = all.len(), all = FEWEST, each = FEWEST_EACH),
    };
    html! {
        <div class="draw">
            <span class="segments" role="group" aria-label={t!("draw.class")}>
                { for (0..CLASSES).map(|n| {
                    let class = class.clone();
                    html! { <button type="button" disabled={props.locked} data-locked={lock} aria-pressed={(*class == n).to_string()} onclick={move |_| class.set(n)}>{ name(n) }</button> }
                }) }
            </span>
            <svg id="draw" data-locked={lock} aria-disabled={props.locked.then_some("true")} ref={frame} viewBox={format!("0 0 {SIDE} {SIDE}")} role="application" tabindex="0" aria-label={t!("draw.label", n = all.len())}
                onpointerdown={down} onpointermove={moved} onpointerup={up} {onkeydown} {onkeyup}>
                { for (0..CLASSES).map(|class| html! { <path d={dots(class)} stroke={colour(class)} /> }) }
                if let Some([x, y]) = *aim {
                    <circle cx={(100.0 * (x + 1.0)).to_string()} cy={(100.0 * (1.0 - y)).to_string()} r="5" />
                }
            </svg>
            <p class="about" id="draw-says">{ says }</p>
            if props.used && !enough {
                <p class="about">{ t!("draw.before") }</p>
            }
            <div class="actions">
                <button type="button" disabled={props.locked} data-locked={lock} aria-disabled={all.is_empty().then_some("true")} onclick={change(shorter)}>{ t!("draw.back") }</button>
                <button type="button" id="draw-clear" disabled={props.locked} data-locked={lock} aria-disabled={all.is_empty().then_some("true")} onclick={change(String::new())}>{ t!("draw.clear") }</button>
            </div>
        </div>
    }
}
