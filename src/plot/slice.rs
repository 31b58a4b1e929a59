//! A slice of the loss: colours and contours, the run's path, and the next step with its parts.

use super::raster::{Pixels, Raster};
use super::{colour, contour, pointer, twin};
use crate::plot::listed::use_listed;
use crate::words::format;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::inspect::Slice;
use web_sys::Element;
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

/// What is drawn of a slice under its arrows.
struct Ground {
    pixels: Pixels,
    contours: String,
    /// The places of the run's path.
    path: Vec<String>,
}

impl Ground {
    fn of(slice: &Slice) -> Self {
        let (low, high) = domain(slice);
        let n = slice.side;
        let pixels = Pixels::paint(n, n, |x, y| {
            let loss = slice.losses[(n - 1 - y) * n + x];
            if !loss.is_finite() {
                return [58, 61, 66];
            }
            colour::loss(f64::from((high - libm::logf(loss.max(1e-9))) / (high - low)))
        });
        let level = |i: usize| low + (high - low) * i as f32 / (LEVELS + 1) as f32;
        let levels: Vec<f32> = (1..=LEVELS).map(level).collect();
        let path = slice.path.iter().map(|p| place(slice, *p)).collect();
        Ground { pixels, contours: contours(slice, &levels), path }
    }

    /// The run's path, if it is more than a point.
    fn path(&self) -> Html {
        if self.path.len() < 2 {
            return Html::default();
        }
        let points = self.path.join(" ");
        html! {
            <>
                <polyline class="path halo" points={points.clone()} />
                <polyline class="path" {points} />
            </>
        }
    }

    /// Where the path was at the epoch that all plots point at.
    fn crossed(&self, slice: &Slice, cross: Option<usize>) -> Option<Html> {
        let cross = cross?;
        let i = slice.epochs.iter().rposition(|epoch| *epoch <= cross)?;
        let (x, y) = self.path.get(i)?.split_once(' ')?;
        let (cx, cy) = (x.to_owned(), y.to_owned());
        Some(html! { <circle class="crossed" {cx} {cy} r="3.2" /> })
    }
}

const MIDDLE: f32 = SIZE / 2.0;

/// The next step: its parts where it has some, and its end.
fn step(slice: &Slice) -> Html {
    let by = magnified(slice);
    let end = |p: [f32; 2]| arrow(slice, p, by).map(|length| MIDDLE + length);
    let line = |class, p| line(class, arrow(slice, p, by));
    let [x, y] = end(slice.next);
    let Some([fresh, kept]) = slice.parts else { return line("gradient", slice.next) };
    let ([a, b], [c, d]) = (end(fresh), end(kept));
    html! {
        <>
            <path class="guide" d={format!("M{a:.1} {b:.1}L{x:.1} {y:.1}L{c:.1} {d:.1}")} />
            { line("gradient", fresh) }
            { line("velocity", kept) }
        </>
    }
}

/// An arrow from the middle; none where it would be shorter than half a unit.
fn line(class: &'static str, [x, y]: [f32; 2]) -> Html {
    let length = libm::hypotf(x, y);
    if length < 0.5 {
        return Html::default();
    }
    // The head: two strokes at its end.
    let (u, v) = (4.0 * x / length, 4.0 * y / length);
    let (x, y) = (MIDDLE + x, MIDDLE + y);
    let d = format!(
        "M{MIDDLE} {MIDDLE}L{x:.1} {y:.1}M{:.1} {:.1}L{x:.1} {y:.1}L{:.1} {:.1}",
        x - u - 0.6 * v,
        y - v + 0.6 * u,
        x - u + 0.6 * v,
        y - v - 0.6 * u
    );
    html! {
        <>
            <path class="arrow halo" d={d.clone()} />
            <path class={classes!("arrow", class)} {d} />
        </>
    }
}

/// The cell of the slice's losses that a pointer is on.
fn cell(e: &PointerEvent, frame: &Element, n: usize) -> usize {
    let [column, row] =
        pointer::over(e, frame).map(|at| ((at * n as f64).max(0.0) as usize).min(n - 1));
    (n - 1 - row) * n + column
}

#[component]
pub fn SlicePlot(props: &SliceProps) -> Html {
    let hover = use_state(|| None::<usize>);
    let (frame, plot) = (use_node_ref(), use_listed(&props.label));
    let slice = &*props.slice;
    let identity = Rc::as_ptr(&props.slice) as usize;
    let ground = use_memo(identity, |_| Ground::of(slice));
    let grid = use_memo(identity, |_| grid(slice, &props.label));
    let onpointermove = {
        let (hover, frame, n) = (hover.clone(), frame.clone(), slice.side);
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<Element>() {
                hover.set(Some(cell(&e, &frame, n)));
            }
        })
    };
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let [x, y] = arrow(slice, slice.next, magnified(slice)).map(|length| MIDDLE + length);
    html! {
        <figure class="slice">
            { (*grid).clone() }
            <div ref={plot} class="boundary">
                <Raster pixels={ground.pixels.clone()} class="smooth" label={props.label.clone()} />
                <svg ref={frame} viewBox="0 0 200 200" aria-hidden="true" {onpointermove}
                    {onpointerleave}>
                    <path class="contour" d={ground.contours.clone()} />
                    { ground.path() }
                    { step(slice) }
                    { ground.crossed(slice, props.cross).unwrap_or_default() }
                    <circle class="now" cx={MIDDLE.to_string()} cy={MIDDLE.to_string()} r="3.2" />
                    <circle class="ahead" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="4" />
                </svg>
            </div>
            { key(props, *hover) }
        </figure>
    }
}

/// The losses in numbers, for those who can't see them.
fn grid(slice: &Slice, label: &str) -> Html {
    let n = slice.side;
    let at = |axis: usize, i: usize| {
        format::number(f64::from(slice.reach[axis]) * (0.4 * i as f64 - 0.8))
    };
    let loss =
        |x, y| format::loss(f64::from(slice.losses[twin::part(y, n) * n + twin::part(x, n)]));
    twin::grid(label, "b \\ a".into(), at, loss)
}

/// What the arrows are, and the loss at the pointer.
fn key(props: &SliceProps, hover: Option<usize>) -> Html {
    let one = |class: &'static str, name: String| {
        html! {
            <span>
                <svg viewBox="0 0 18 6" aria-hidden="true">
                    <path class={classes!("arrow", class)} d="M0 3H18" />
                </svg>
                { name }
            </span>
        }
    };
    let (gradient, velocity) = if props.plain {
        (t!("slice.gradient"), t!("slice.velocity"))
    } else {
        (t!("slice.of_gradient"), t!("slice.of_velocity"))
    };
    html! {
        <figcaption class="key">
            if props.slice.parts.is_some() {
                { one("gradient", gradient) }
                { one("velocity", velocity) }
            } else {
                { one("gradient", t!("slice.step")) }
            }
            <span>
                <svg viewBox="0 0 18 6" aria-hidden="true">
                    <circle class="ahead key" cx="9" cy="3" r="2.4" />
                </svg>
                { t!("slice.next") }
            </span>
            if let Some(cell) = hover {
                <span>
                    { t!("slice.here") }
                    <b>{ format::loss(f64::from(props.slice.losses[cell])) }</b>
                </span>
            }
        </figcaption>
    }
}
