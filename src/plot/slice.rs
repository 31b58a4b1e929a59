//! A slice of the loss: colours and contours, the run's path, and the next step with its parts.

use super::raster::{Pixels, Raster};
use super::{colour, contour, twin};
use crate::words::format;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::inspect::Slice;
use web_sys::SvgElement;
use yew::prelude::*;

/// Contours, evenly spaced on the scale of colours.
const LEVELS: usize = 9;
/// Units of the drawing along a side.
const SIZE: f32 = 200.0;
/// The longest arrow is at least this long.
const LEGIBLE: f32 = 28.0;

#[derive(Properties)]
pub struct SliceProps {
    pub slice: Rc<Slice>,
    pub label: AttrValue,
    /// Whether the parts of the step are −η·gradient and −η·β·velocity and no other multiples of
    /// the two.
    pub plain: bool,
    /// The epoch that all plots point at.
    pub cross: Option<usize>,
}

impl PartialEq for SliceProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.slice, &other.slice)
            && (&self.label, self.plain, self.cross) == (&other.label, other.plain, other.cross)
    }
}

/// From which loss (brightest) to which (darkest) the colours go, by their logarithm: the highest
/// twentieth is cut off, or one cliff would take all colours.
fn domain(slice: &Slice) -> (f32, f32) {
    let mut sorted: Vec<f32> =
        slice.losses.iter().copied().filter(|l| l.is_finite() && *l > 0.0).collect();
    sorted.sort_by(f32::total_cmp);
    let at = |share: usize| {
        sorted.get((sorted.len() * share / 20).min(sorted.len().saturating_sub(1))).copied()
    };
    let low = at(0).unwrap_or(1e-6).max(1e-9);
    (libm::logf(low), libm::logf(at(19).unwrap_or(1.0).max(low * 1.0001)))
}

/// How far the arrows are drawn beyond their length.
pub fn magnified(slice: &Slice) -> f32 {
    let ends = slice.parts.iter().flatten().chain([&slice.next]);
    let longest =
        ends.map(|p| arrow(slice, *p, 1.0)).fold(0.0_f32, |m, [x, y]| m.max(libm::hypotf(x, y)));
    let steps = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0];
    steps.into_iter().find(|m| m * longest >= LEGIBLE).unwrap_or(1000.0)
}

/// A change of the weights as a change of place in the drawing.
fn arrow(slice: &Slice, [a, b]: [f32; 2], by: f32) -> [f32; 2] {
    [SIZE / 2.0 * by * a / slice.reach[0], -SIZE / 2.0 * by * b / slice.reach[1]]
}

fn place(slice: &Slice, p: [f32; 2]) -> String {
    let [x, y] = arrow(slice, p, 1.0);
    format!("{:.1} {:.1}", SIZE / 2.0 + x, SIZE / 2.0 + y)
}

/// The lines of some levels.
fn contours(slice: &Slice, levels: &[f32]) -> String {
    let n = slice.side;
    let log = |cell: usize| libm::logf(slice.losses[cell].clamp(1e-9, 1e30));
    let along = |i: usize| SIZE * (i as f32 + 0.5) / n as f32;
    contour::lines(n, log, levels, |x, y| [along(x), along(n - 1 - y)])
}

#[component]
pub fn SlicePlot(props: &SliceProps) -> Html {
    let hover = use_state(|| None::<usize>);
    let frame = use_node_ref();
    let slice = &*props.slice;
    let n = slice.side;
    let drawn = use_memo(Rc::as_ptr(&props.slice) as usize, |_| {
        let (low, high) = domain(slice);
        let pixels = Pixels::paint(n, n, |x, y| {
            let loss = slice.losses[(n - 1 - y) * n + x];
            if !loss.is_finite() {
                return [58, 61, 66];
            }
            colour::loss(f64::from((high - libm::logf(loss.max(1e-9))) / (high - low)))
        });
        let levels: Vec<f32> =
            (1..=LEVELS).map(|i| low + (high - low) * i as f32 / (LEVELS + 1) as f32).collect();
        let path: Vec<String> = slice.path.iter().map(|p| place(slice, *p)).collect();
        (pixels, contours(slice, &levels), path)
    });
    let (pixels, lines, path) = &*drawn;
    let by = magnified(slice);
    let middle = SIZE / 2.0;
    let line = |class: &'static str, p: [f32; 2]| {
        let [x, y] = arrow(slice, p, by);
        let length = libm::hypotf(x, y);
        if length < 0.5 {
            return Html::default();
        }
        // The head: two strokes at its end.
        let (u, v) = (4.0 * x / length, 4.0 * y / length);
        let (x, y) = (middle + x, middle + y);
        let d = format!(
            "M{middle} {middle}L{x:.1} {y:.1}M{:.1} {:.1}L{x:.1} {y:.1}L{:.1} {:.1}",
            x - u - 0.6 * v,
            y - v + 0.6 * u,
            x - u + 0.6 * v,
            y - v - 0.6 * u
        );
        html! { <><path class="arrow halo" d={d.clone()} /><path class={classes!("arrow", class)} {d} /></> }
    };
    let end = |p: [f32; 2]| {
        let [x, y] = arrow(slice, p, by);
        (middle + x, middle + y)
    };
    let (x, y) = end(slice.next);
    let onpointermove = {
        let (hover, frame) = (hover.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            let Some(frame) = frame.cast::<SvgElement>() else { return };
            let rect = frame.get_bounding_client_rect();
            let cell =
                |at: f64, size: f64| ((at / size.max(1.0) * n as f64).max(0.0) as usize).min(n - 1);
            let column = cell(f64::from(e.client_x()) - rect.left(), rect.width());
            let row = cell(f64::from(e.client_y()) - rect.top(), rect.height());
            hover.set(Some((n - 1 - row) * n + column));
        })
    };
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let key = |class: &'static str, name: String| {
        html! { <span><svg viewBox="0 0 18 6" aria-hidden="true"><path class={classes!("arrow", class)} d="M0 3H18" /></svg>{ name }</span> }
    };
    let grid = use_memo(Rc::as_ptr(&props.slice) as usize, |_| {
        let at = |axis: usize, i: usize| {
            format::number(f64::from(slice.reach[axis]) * (0.4 * i as f64 - 0.8))
        };
        let loss =
            |x, y| format::loss(f64::from(slice.losses[twin::part(y, n) * n + twin::part(x, n)]));
        twin::grid(&props.label, "b \\ a".into(), at, loss)
    });
    let grid = (*grid).clone();
    html! {
        <figure class="slice">
            { grid }
            <div class="boundary">
                <Raster pixels={pixels.clone()} class="smooth" label={props.label.clone()} />
                <svg ref={frame} viewBox="0 0 200 200" aria-hidden="true" {onpointermove} {onpointerleave}>
                    <path class="contour" d={lines.clone()} />
                    if path.len() > 1 {
                        <polyline class="path halo" points={path.join(" ")} />
                        <polyline class="path" points={path.join(" ")} />
                    }
                    if let Some([fresh, kept]) = slice.parts {
                        <path class="guide" d={format!("M{:.1} {:.1}L{x:.1} {y:.1}L{:.1} {:.1}", end(fresh).0, end(fresh).1, end(kept).0, end(kept).1)} />
                        { line("gradient", fresh) }
                        { line("velocity", kept) }
                    } else {
                        { line("gradient", slice.next) }
                    }
                    if let Some(at) = props.cross.and_then(|cross| slice.epochs.iter().rposition(|epoch| *epoch <= cross)).and_then(|i| path.get(i)?.split_once(' ')) {
                        <circle class="crossed" cx={at.0.to_owned()} cy={at.1.to_owned()} r="3.2" />
                    }
                    <circle class="now" cx={middle.to_string()} cy={middle.to_string()} r="3.2" />
                    <circle class="ahead" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="4" />
                </svg>
            </div>
            <figcaption class="key">
                if slice.parts.is_some() {
                    { key("gradient", if props.plain { t!("slice.gradient") } else { t!("slice.of_gradient") }) }
                    { key("velocity", if props.plain { t!("slice.velocity") } else { t!("slice.of_velocity") }) }
                } else {
                    { key("gradient", t!("slice.step")) }
                }
                <span><svg viewBox="0 0 18 6" aria-hidden="true"><circle class="ahead key" cx="9" cy="3" r="2.4" /></svg>{ t!("slice.next") }</span>
                if let Some(cell) = *hover {
                    <span>{ t!("slice.here") }<b>{ format::loss(f64::from(slice.losses[cell])) }</b></span>
                }
            </figcaption>
        </figure>
    }
}
