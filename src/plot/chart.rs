//! A chart of any number of dots over axes, with lines and bands: thousands of dots cost no more
//! than a picture.

use super::axis;
use super::raster::{Pixels, Raster};
use crate::plot::listed::use_listed;
use std::rc::Rc;
use web_sys::SvgElement;
use yew::prelude::*;

/// What a dot looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    Full,
    Ring,
    Cross,
    /// Small and grey.
    Faint,
}

/// A dot at a place from 0 to 1 across and up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    pub at: [f32; 2],
    pub colour: [u8; 3],
    pub mark: Mark,
    pub trial: usize,
}

/// A line through places from 0 to 1, and an area between two.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    pub class: &'static str,
    pub colour: Option<String>,
    pub points: Vec<[f64; 2]>,
    /// Closed, and filled.
    pub area: bool,
}

/// What stands along an axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    pub name: String,
    /// Places from 0 to 1, and what to write there.
    pub ticks: Vec<(f64, String)>,
}

/// Values along an axis from one to another, by their logarithms or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub log: bool,
}

impl Scale {
    /// From the least to the largest of some values; by their logarithms where they lie above zero
    /// and more than two decades apart.
    pub fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let finite = || values.clone().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(f64::MAX, f64::min), finite().fold(f64::MIN, f64::max));
        if low > high {
            return Self { low: 0.0, high: 1.0, log: false };
        }
        let log = low > 0.0 && high > 100.0 * low;
        let room = if high > low { 0.0 } else { 0.5 * low.abs().max(1e-9) };
        Self { low: low - room, high: high + room, log }
    }

    pub fn place(&self, value: f64) -> f64 {
        let scaled = |v: f64| if self.log { v.max(1e-300).ln() } else { v };
        (scaled(value) - scaled(self.low)) / (scaled(self.high) - scaled(self.low)).max(1e-300)
    }

    pub fn ticks(&self, wanted: usize, text: impl Fn(f64) -> String) -> Vec<(f64, String)> {
        let values = match self.log {
            true => axis::logarithmic(self.low, self.high, wanted),
            false => axis::linear(self.low, self.high, wanted),
        };
        let places = values.into_iter().map(|v| (self.place(v), text(v)));
        places.filter(|(u, _)| (-1e-6..=1.0 + 1e-6).contains(u)).collect()
    }
}

#[derive(Properties, PartialEq)]
pub struct ChartProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    pub label: AttrValue,
    pub x: Axis,
    pub y: Axis,
    /// In the order in which they are drawn.
    #[prop_or_default]
    pub dots: Rc<Vec<Dot>>,
    #[prop_or_default]
    pub lines: Vec<Line>,
    /// A picture behind everything.
    #[prop_or_default]
    pub back: Option<Pixels>,
    /// Whether it is as high as it is wide.
    #[prop_or_default]
    pub square: bool,
    /// The trial that stands out, and who is told which the pointer is at.
    #[prop_or_default]
    pub pointed: Option<usize>,
    #[prop_or_default]
    pub onpoint: Option<Callback<Option<usize>>>,
    /// A place with a cross on it, and who is told where else it is put.
    #[prop_or_default]
    pub aim: Option<[f64; 2]>,
    #[prop_or_default]
    pub onaim: Option<Callback<[f64; 2]>>,
}

pub const WIDTH: f64 = 320.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 32.0;
/// How near the pointer must come to a dot, in units.
const NEAR_PIXELS: f64 = 9.0;

fn height(square: bool) -> f64 {
    if square { WIDTH - LEFT - RIGHT + TOP + BOTTOM } else { 190.0 }
}

fn place([u, v]: [f64; 2], square: bool) -> [f64; 2] {
    let high = height(square) - TOP - BOTTOM;
    [LEFT + (WIDTH - LEFT - RIGHT) * u, TOP + high * (1.0 - v)]
}

#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let (plot, square, listed) = (use_node_ref(), props.square, use_listed(&props.label));
    let key = (props.dots.clone(), square);
    let pixels = use_memo(key, |(dots, square)| paint(dots, *square));
    let high = height(square);
    let at = {
        let plot = plot.clone();
        move |event: &PointerEvent| {
            let rect = plot.cast::<SvgElement>()?.get_bounding_client_rect();
            let share = |at: i32, from: f64, size: f64| (f64::from(at) - from) / size.max(1.0);
            let x = WIDTH * share(event.client_x(), rect.left(), rect.width());
            let y = high * share(event.client_y(), rect.top(), rect.height());
            let (wide, tall) = (WIDTH - LEFT - RIGHT, high - TOP - BOTTOM);
            Some(([x, y], [(x - LEFT) / wide, 1.0 - (y - TOP) / tall]))
        }
    };
    let nearest = {
        let dots = props.dots.clone();
        move |[x, y]: [f64; 2]| {
            let far = |dot: &Dot| {
                let [a, b] = place(dot.at.map(f64::from), square);
                (a - x).hypot(b - y)
            };
            let near =
                dots.iter().map(|dot| (far(dot), dot.trial)).filter(|near| near.0 < NEAR_PIXELS);
            near.min_by(|a, b| a.0.total_cmp(&b.0)).map(|near| near.1)
        }
    };
    let tell = props.onpoint.clone();
    let (aim, told) = (props.onaim.clone(), at.clone());
    let onpointermove = Callback::from(move |event: PointerEvent| {
        let Some((at, place)) = told(&event) else { return };
        if let (Some(aim), true) = (&aim, event.buttons() & 1 == 1) {
            return aim.emit(place);
        }
        tell.iter().for_each(|tell| tell.emit(nearest(at)));
    });
    let tell = props.onpoint.clone();
    let onpointerleave =
        Callback::from(move |_: PointerEvent| tell.iter().for_each(|tell| tell.emit(None)));
    let aim = props.onaim.clone();
    let onpointerdown = Callback::from(move |event: PointerEvent| {
        if let (Some(aim), Some((_, place))) = (&aim, at(&event)) {
            aim.emit(place);
        }
    });
    let onkeydown = keys(props.onaim.clone(), props.aim);
    let ring = props.pointed.and_then(|n| props.dots.iter().rev().find(|dot| dot.trial == n));
    let ring = ring.map(|dot| place(dot.at.map(f64::from), square));
    let aimed = props.onaim.is_some();
    html! {
        <div ref={listed} class={classes!("chart", square.then_some("square"))} id={props.id.clone()}>
            if let Some(back) = &props.back { <Raster pixels={back.clone()} class="back smooth" label="" /> }
            if !props.dots.is_empty() { <Raster pixels={(*pixels).clone()} class="dots" label="" /> }
            <svg ref={plot} viewBox={format!("0 0 {WIDTH} {high}")} role={if aimed { "application" } else { "img" }} aria-label={props.label.clone()}
                tabindex={aimed.then_some("0")} class={aimed.then_some("aimed")} {onpointermove} {onpointerleave} {onpointerdown} {onkeydown}>
                { axes(props) }
                { for props.lines.iter().map(|one| line(one, square)) }
                if let Some([x, y]) = ring { <circle class="ring" cx={x.to_string()} cy={y.to_string()} r="7" /> }
                if let Some([x, y]) = props.aim.map(|at| place(at, square)) {
                    <g class="aim"><circle cx={x.to_string()} cy={y.to_string()} r="8" /><path d={format!("M{} {y}h8m8 0h8M{x} {}v8m0 8v8", x - 12.0, y - 12.0)} /></g>
                }
            </svg>
        </div>
    }
}

/// The aim is moved by the arrow keys as well.
fn keys(aim: Option<Callback<[f64; 2]>>, at: Option<[f64; 2]>) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let (Some(aim), Some([u, v])) = (&aim, at) else { return };
        let by = if event.shift_key() { 0.1 } else { 0.02 };
        let [u, v] = match event.key().as_str() {
            "ArrowLeft" => [u - by, v],
            "ArrowRight" => [u + by, v],
            "ArrowUp" => [u, v + by],
            "ArrowDown" => [u, v - by],
            _ => return,
        };
        event.prevent_default();
        aim.emit([u, v]);
    })
}

fn axes(props: &ChartProps) -> Html {
    let square = props.square;
    let [left, low] = place([0.0, 0.0], square);
    let [right, top] = place([1.0, 1.0], square);
    let (middle, high) = ((left + right) / 2.0, height(square));
    let end = |x: f64| {
        if x > right - 12.0 { "end" } else { "middle" }
    };
    html! {
        <g class="tick">
            <path d={format!("M{left} {top}V{low}H{right}")} />
            { for props.y.ticks.iter().map(|(v, text)| {
                let y = place([0.0, *v], square)[1];
                html! { <><line x1={left.to_string()} x2={right.to_string()} y1={y.to_string()} y2={y.to_string()} /><text x={(left - 4.0).to_string()} y={(y + 3.5).to_string()} text-anchor="end">{ text }</text></> }
            }) }
            { for props.x.ticks.iter().map(|(u, text)| {
                let x = place([*u, 0.0], square)[0];
                html! { <text x={x.to_string()} y={(low + 13.0).to_string()} text-anchor={end(x)}>{ text }</text> }
            }) }
            <text class="axis" x={middle.to_string()} y={(high - 4.0).to_string()}
                text-anchor="middle">{ &props.x.name }</text>
            <text class="axis"
                transform={format!("translate(9 {}) rotate(-90)", (top + low) / 2.0)}
                text-anchor="middle">{ &props.y.name }</text>
        </g>
    }
}

fn line(line: &Line, square: bool) -> Html {
    if line.points.is_empty() {
        return Html::default();
    }
    let mut d = String::new();
    for (i, at) in line.points.iter().enumerate() {
        let [x, y] = place(at.map(|u| u.clamp(-0.02, 1.02)), square);
        d += &format!("{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' });
    }
    if line.area {
        d.push('Z');
        return html! { <path class={line.class} fill={line.colour.clone()} {d} /> };
    }
    html! { <path class={line.class} stroke={line.colour.clone()} {d} /> }
}

/// Pixels of the dots' picture for a unit of the chart, and how large dots are, the more there are
/// the smaller.
fn grain(dots: usize) -> (f64, f64) {
    match dots {
        0..=150 => (2.0, 4.0),
        151..=600 => (2.0, 3.0),
        601..=2500 => (2.0, 2.0),
        _ => (1.0, 1.5),
    }
}

/// The dots as a picture that is clear but for them.
fn paint(dots: &[Dot], square: bool) -> Pixels {
    let (fine, size) = grain(dots.len());
    let (width, height) = ((fine * WIDTH) as usize, (fine * height(square)) as usize);
    let mut bytes = vec![0_u8; 4 * width * height];
    let stencils =
        [Mark::Full, Mark::Ring, Mark::Cross, Mark::Faint].map(|mark| stencil(mark, fine * size));
    for dot in dots {
        let [x, y] = place(dot.at.map(f64::from), square).map(|at| (fine * at) as i32);
        for &(dx, dy, cover, edge) in &stencils[dot.mark as usize] {
            let (px, py) = (x + dx, y + dy);
            if (0..width as i32).contains(&px) && (0..height as i32).contains(&py) {
                let colour = if edge { EDGE } else { dot.colour };
                blend(&mut bytes, 4 * (py as usize * width + px as usize), colour, cover);
            }
        }
    }
    Pixels { width, height, bytes: Rc::new(bytes) }
}

/// A fine edge keeps large dots apart from each other, and from a picture of their own colours.
const EDGE: [u8; 3] = [96, 100, 106];

/// The pixels of a mark around its own: where they lie, how much of each it covers, of 255, and
/// whether that is its edge.
fn stencil(mark: Mark, radius: f64) -> Vec<(i32, i32, u32, bool)> {
    let reach = radius.ceil() as i32 + 1;
    let mut pixels = Vec::new();
    for (dy, dx) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx))) {
        let (x, y) = (f64::from(dx), f64::from(dy));
        let far = x.hypot(y);
        let disc = |radius: f64| (radius + 0.5 - far).clamp(0.0, 1.0);
        let cover = match mark {
            Mark::Full => disc(radius),
            Mark::Faint => 0.7 * disc(0.5 * radius),
            Mark::Ring => disc(radius) * (1.0 - disc(radius - (0.4 * radius).max(1.2))),
            Mark::Cross => {
                let from = (x - y).abs().min((x + y).abs()) / std::f64::consts::SQRT_2;
                (1.4 - from).clamp(0.0, 1.0) * disc(radius)
            }
        };
        let edge = match mark {
            Mark::Full => radius > 3.0 && far > radius - 1.0,
            Mark::Faint => true,
            Mark::Ring | Mark::Cross => false,
        };
        if cover > 0.02 {
            pixels.push((dx, dy, (255.0 * cover) as u32, edge));
        }
    }
    pixels
}

/// Lays a colour over a pixel, so much of 255 of it.
fn blend(bytes: &mut [u8], at: usize, colour: [u8; 3], cover: u32) {
    let rest = u32::from(bytes[at + 3]) * (255 - cover) / 255;
    let opacity = cover + rest;
    for (i, own) in colour.into_iter().enumerate() {
        let mixed = (u32::from(own) * cover + u32::from(bytes[at + i]) * rest) / opacity.max(1);
        bytes[at + i] = mixed as u8;
    }
    bytes[at + 3] = opacity as u8;
}
