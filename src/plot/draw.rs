//! A pad to draw points on, with mouse, touch, pen or keys.

use super::{colour, pointer};
use crate::controls::terms::explained;
use crate::words::texts::t;
use tunescape_core::data::drawn::{self, CLASSES, MIN_POINTS, MIN_POINTS_EACH};
use web_sys::Element;
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

/// What is being drawn, and who is told of it.
#[derive(Clone)]
struct Sheet {
    points: UseStateHandle<String>,
    class: UseStateHandle<usize>,
    /// Where the next point is put by a key.
    aim: UseStateHandle<Option<[f32; 2]>>,
    ondrawn: Callback<String>,
}

impl Sheet {
    /// Puts a point there, if it is so far from the one before of its class.
    fn put(&self, at: [f32; 2], apart: f32) {
        let near = drawn::read(&self.points).and_then(|all| all.last().copied());
        let far = near
            .is_none_or(|(p, c)| c != *self.class || (p[0] - at[0]).hypot(p[1] - at[1]) >= apart);
        let next = format!("{}{}", *self.points, drawn::write((at, *self.class)));
        if far && drawn::read(&next).is_some() {
            self.points.set(next);
        }
    }

    fn give(&self) {
        self.ondrawn.emit(self.points.to_string());
    }

    /// Other points in place of these.
    fn change(&self, to: String) -> Callback<MouseEvent> {
        let (points, ondrawn) = (self.points.clone(), self.ondrawn.clone());
        Callback::from(move |_: MouseEvent| {
            points.set(to.clone());
            ondrawn.emit(to.clone());
        })
    }

    /// Does what a key is for.
    fn press(&self, e: &KeyboardEvent) {
        let [x, y] = self.aim.unwrap_or_default();
        let by = if e.shift_key() { 0.2 } else { 0.05 };
        match e.key().as_str() {
            "ArrowLeft" => self.aim.set(Some([(x - by).max(-1.0), y])),
            "ArrowRight" => self.aim.set(Some([(x + by).min(1.0), y])),
            "ArrowUp" => self.aim.set(Some([x, (y + by).min(1.0)])),
            "ArrowDown" => self.aim.set(Some([x, (y - by).max(-1.0)])),
            "Enter" | " " => self.put([x, y], 0.0),
            digit @ ("1" | "2" | "3" | "4") => self.class.set(digit.parse().unwrap_or(1) - 1),
            _ => return,
        }
        e.prevent_default();
    }
}

/// Where a pointer is, from −1 to 1 to the right and up.
fn place(e: &PointerEvent, frame: &Element) -> [f32; 2] {
    let [x, y] = pointer::over(e, frame).map(|share| (2.0 * share - 1.0) as f32);
    [x, -y]
}

#[component]
pub fn Draw(props: &DrawProps) -> Html {
    let sheet = Sheet {
        points: use_state(String::new),
        class: use_state(|| 0),
        aim: use_state(|| None),
        ondrawn: props.ondrawn.clone(),
    };
    {
        let points = sheet.points.clone();
        use_effect_with(props.drawn.clone(), move |drawn| points.set(drawn.to_string()));
    }
    let frame = use_node_ref();
    let count = drawn::read(&sheet.points).unwrap_or_default().len();
    let enough = drawn::dataset(&sheet.points).is_some();
    // What is drawn may still be too little, or be refused where the data is locked.
    let in_force = props.used && sheet.points.as_str() == props.drawn.as_str();
    let says = match enough {
        true if in_force => t!("draw.enough", n = count),
        true => t!("draw.unused", n = count),
        false => t!("draw.few", n = count, all = MIN_POINTS, each = MIN_POINTS_EACH),
    };
    html! {
        <div class="draw">
            { classes(&sheet, props.locked) }
            { surface(&sheet, &frame, props.locked) }
            <p class="about" id="draw-says">{ says }</p>
            if props.used && !enough {
                <p class="about">{ explained(t!("draw.before")) }</p>
            }
            { actions(&sheet, props.locked) }
        </div>
    }
}

/// Which class the next points are of.
fn classes(sheet: &Sheet, locked: bool) -> Html {
    let one = |(n, name): (usize, &'static str)| {
        let class = sheet.class.clone();
        let pressed = (*class == n).to_string();
        html! {
            <button type="button" disabled={locked} data-locked={locked.then_some("")}
                aria-pressed={pressed} onclick={move |_| class.set(n)}>{ name }</button>
        }
    };
    html! {
        <span class="segments" role="group" aria-label={t!("draw.class")}>
            { for ["A", "B", "C", "D"].into_iter().take(CLASSES).enumerate().map(one) }
        </span>
    }
}

/// What is drawn on.
fn surface(sheet: &Sheet, frame: &NodeRef, locked: bool) -> Html {
    let down = {
        let (sheet, frame) = (sheet.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<Element>() {
                pointer::hold(&e, &frame);
                sheet.put(place(&e, &frame), 0.0);
            }
        })
    };
    let moved = {
        let (sheet, frame) = (sheet.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<Element>().filter(|_| e.buttons() & 1 == 1) {
                sheet.put(place(&e, &frame), APART);
            }
        })
    };
    let up = {
        let sheet = sheet.clone();
        Callback::from(move |_: PointerEvent| sheet.give())
    };
    let onkeydown = {
        let sheet = sheet.clone();
        Callback::from(move |e: KeyboardEvent| sheet.press(&e))
    };
    let onkeyup = {
        let sheet = sheet.clone();
        Callback::from(move |e: KeyboardEvent| {
            if matches!(e.key().as_str(), "Enter" | " ") {
                sheet.give();
            }
        })
    };
    let all = drawn::read(&sheet.points).unwrap_or_default();
    let dots = |class: usize| {
        let own = all.iter().filter(|p| p.1 == class).map(|p| p.0);
        let dot =
            |[x, y]: [f32; 2]| format!("M{:.1} {:.1}h0", 100.0 * (x + 1.0), 100.0 * (1.0 - y));
        let of = if class < 2 { 2 } else { CLASSES };
        let stroke = colour::hex(colour::class(class, of));
        html! { <path d={own.map(dot).collect::<String>()} {stroke} /> }
    };
    html! {
        <svg id="draw" data-locked={locked.then_some("")}
            aria-disabled={locked.then_some("true")} ref={frame.clone()}
            viewBox={format!("0 0 {SIDE} {SIDE}")} role="application" tabindex="0"
            aria-label={t!("draw.label", n = all.len())} onpointerdown={down}
            onpointermove={moved} onpointerup={up} {onkeydown} {onkeyup}>
            { for (0..CLASSES).map(dots) }
            if let Some([x, y]) = *sheet.aim {
                <circle cx={(100.0 * (x + 1.0)).to_string()} cy={(100.0 * (1.0 - y)).to_string()}
                    r="5" />
            }
        </svg>
    }
}

/// Takes the last point back, or all.
fn actions(sheet: &Sheet, locked: bool) -> Html {
    let shorter = sheet.points[..sheet.points.len().saturating_sub(3)].to_string();
    let empty = drawn::read(&sheet.points).unwrap_or_default().is_empty();
    let one = |id: Option<&'static str>, name: String, to: String| {
        html! {
            <button type="button" {id} disabled={locked} data-locked={locked.then_some("")}
                aria-disabled={empty.then_some("true")} onclick={sheet.change(to)}>{ name }</button>
        }
    };
    html! {
        <div class="actions">
            { one(None, t!("draw.back"), shorter) }
            { one(Some("draw-clear"), t!("draw.clear"), String::new()) }
        </div>
    }
}
