//! A chart of any number of dots over axes, with lines and bands: thousands of dots cost no more
//! than a picture.

use super::axis;
use super::raster::{Pixels, Raster};
use std::rc::Rc;
use web_sys::SvgElement;
use yew::prelude::*;

/// What a dot looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    Full,
    Ring,
    Cross,
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
/// Pixels of the dots' picture for a unit of the chart.
const FINE: f64 = 2.0;
/// How near the pointer must come to a dot, in units.
const NEAR: f64 = 9.0;

fn height(square: bool) -> f64 {
    if square { WIDTH - LEFT - RIGHT + TOP + BOTTOM } else { 190.0 }
}

fn place([u, v]: [f64; 2], square: bool) -> [f64; 2] {
    let high = height(square) - TOP - BOTTOM;
    [LEFT + (WIDTH - LEFT - RIGHT) * u, TOP + high * (1.0 - v)]
}

#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let (plot, square) = (use_node_ref(), props.square);
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
            let near = dots.iter().map(|dot| (far(dot), dot.trial)).filter(|near| near.0 < NEAR);
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
        <div class={classes!("chart", square.then_some("square"))} id={props.id.clone()}>
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
            <text class="axis" x={middle.to_string()} y={(high - 4.0).to_string()} text-anchor="middle">{ &props.x.name }</text>
            <text class="axis" transform={format!("translate(9 {}) rotate(-90)", (top + low) / 2.0)} text-anchor="middle">{ &props.y.name }</text>
        </g>
    }
}

fn line(line: &Line, square: bool) -> Html {
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

/// The dots as a picture that is clear but for them.
fn paint(dots: &[Dot], square: bool) -> Pixels {
    let (width, height) = ((FINE * WIDTH) as usize, (FINE * height(square)) as usize);
    let mut bytes = vec![0_u8; 4 * width * height];
    let radius = FINE
        * match dots.len() {
            0..=150 => 4.0,
            151..=600 => 3.0,
            601..=2500 => 2.0,
            _ => 1.3,
        };
    let reach = radius.ceil() as i32 + 1;
    for dot in dots {
        let [x, y] = place(dot.at.map(f64::from), square).map(|at| FINE * at);
        for (dy, dx) in (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dy, dx))) {
            let (px, py) = (x as i32 + dx, y as i32 + dy);
            let inside = (0..width as i32).contains(&px) && (0..height as i32).contains(&py);
            let off = [f64::from(px) + 0.5 - x, f64::from(py) + 0.5 - y];
            let (colour, cover) = ink(dot, off, radius);
            if inside && cover > 0.0 {
                blend(&mut bytes, 4 * (py as usize * width + px as usize), colour, cover);
            }
        }
    }
    Pixels { width, height, bytes: Rc::new(bytes) }
}

/// The colour of a dot at a place from its middle, and how much it covers there.
fn ink(dot: &Dot, [dx, dy]: [f64; 2], radius: f64) -> ([u8; 3], f64) {
    let far = dx.hypot(dy);
    let disc = |radius: f64| (radius + 0.5 - far).clamp(0.0, 1.0);
    match dot.mark {
        // A fine edge keeps dots apart from each other, and from a picture of their own colours.
        Mark::Full if far > radius - 1.0 && radius > 3.0 => ([96, 100, 106], disc(radius)),
        Mark::Full => (dot.colour, disc(radius)),
        Mark::Ring => {
            let wide = (0.4 * radius).max(1.2);
            (dot.colour, disc(radius) * (1.0 - disc(radius - wide)))
        }
        Mark::Cross => {
            let from = (dx - dy).abs().min((dx + dy).abs()) / std::f64::consts::SQRT_2;
            (dot.colour, (1.4 - from).clamp(0.0, 1.0) * disc(radius))
        }
    }
}

fn blend(bytes: &mut [u8], at: usize, colour: [u8; 3], cover: f64) {
    let below = f64::from(bytes[at + 3]) / 255.0;
    let opacity = cover + below * (1.0 - cover);
    for (i, own) in colour.into_iter().enumerate() {
        let old = f64::from(bytes[at + i]);
        let mixed = (f64::from(own) * cover + old * below * (1.0 - cover)) / opacity;
        bytes[at + i] = mixed.round() as u8;
    }
    bytes[at + 3] = (255.0 * opacity).round() as u8;
}
