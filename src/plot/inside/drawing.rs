//! The drawing of a network: where its units and links are, and what is said of each.

use super::{At, InsideProps, unit_name};
use crate::controls::fields::Typed;
use crate::plot::colour;
use crate::plot::raster::Pixels;
use crate::words::format;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::inspect::{PICTURE_SIDE, UnitStatistics};
use tunescape_engine::net::Activation;
use yew::prelude::*;

/// Most inputs, and most units of a layer, that are drawn.
const INPUTS: usize = 8;
const UNITS: usize = 16;
/// The drawing's width; up to so many units stand at full size.
pub const WIDTH: usize = 640;
const ROOMY: usize = 10;
/// Share of the rows from which on a unit counts as dead or saturated.
const STUCK: f32 = 0.99;

/// A network as it is drawn.
pub struct Drawing<'a> {
    props: &'a InsideProps,
    /// Layers, the inputs among them.
    pub layers: usize,
    /// Units of the layer that has most on show.
    most: usize,
    /// A unit's picture and the distance of two.
    size: usize,
    apart: usize,
    /// What the pointer or the reader's choice is on.
    focus: Option<At>,
}

/// Who is told of the pointer and of presses.
pub struct Heard<'a> {
    pub enter: &'a dyn Fn(At) -> Callback<PointerEvent>,
    pub choose: &'a dyn Fn(At) -> Callback<MouseEvent>,
}

/// Dead, saturated, or neither: a flat slope at (nearly) every row.
fn stuck(unit: &UnitStatistics, activation: Option<Activation>) -> Option<String> {
    activation.filter(|_| unit.flat >= STUCK)?;
    Some(if unit.greatest - unit.least < 1e-6 { t!("inside.dead") } else { t!("inside.saturated") })
}

/// A unit's picture in the shared colours: 0 is paper.
fn shade(value: f32, scale: f32) -> [u8; 3] {
    colour::diverging(f64::from(value / scale.max(1e-6)))
}

fn scale(picture: &[f32]) -> f32 {
    picture.iter().fold(0.0_f32, |m, v| m.max(v.abs()))
}

impl<'a> Drawing<'a> {
    pub fn new(props: &'a InsideProps, focus: Option<At>) -> Self {
        let sizes = &props.net.sizes;
        let most = (0..sizes.len()).map(|l| shown(sizes, l)).max().unwrap_or(1);
        let (size, apart) = if most > ROOMY { (22, 27) } else { (26, 33) };
        Drawing { props, layers: sizes.len(), most, size, apart, focus }
    }

    pub fn height(&self) -> usize {
        self.most * self.apart + 22
    }

    fn shown(&self, l: usize) -> usize {
        shown(&self.props.net.sizes, l)
    }

    fn half(&self) -> f64 {
        self.size as f64 / 2.0
    }

    fn x(&self, l: usize) -> f64 {
        40.0 + (WIDTH - 80) as f64 * l as f64 / (self.layers - 1).max(1) as f64
    }

    fn y(&self, l: usize, u: usize) -> f64 {
        let middle = (self.shown(l) as f64 - 1.0) / 2.0;
        (self.most * self.apart) as f64 / 2.0 + self.apart as f64 * (u as f64 - middle)
    }

    /// Where the weight of a link, or the bias of a unit, stands among the parameters.
    fn place(&self, at: At) -> usize {
        let layers = self.props.net.layers();
        match at {
            At::Link(l, i, o) => layers[l].weights + i * layers[l].outputs + o,
            At::Unit(l, u) => layers[l.max(1) - 1].biases + u,
        }
    }

    fn value(&self, at: At) -> f64 {
        f64::from(self.props.laid.weights[self.place(at)])
    }

    fn activation(&self, l: usize) -> Option<Activation> {
        self.props.net.activations.get(l).copied()
    }

    fn name(&self, l: usize, u: usize) -> String {
        unit_name(&self.props.inputs, self.layers, l, u)
    }

    /// What every unit does over the plane of the inputs, where it stands in the drawing.
    pub fn pictures(&self) -> Pixels {
        let (size, height) = (self.size, self.height());
        let mut bytes = vec![0; 4 * WIDTH * height];
        for (l, layer) in self.props.laid.pictures.iter().enumerate() {
            for (u, picture) in layer.iter().enumerate().take(UNITS) {
                let left = self.x(l + 1) as usize - size / 2;
                let top = self.y(l + 1, u) as usize - size / 2;
                let scale = scale(picture);
                for pixel in 0..size * size {
                    let (px, py) = (pixel % size, pixel / size);
                    let row = py * PICTURE_SIDE / size * PICTURE_SIDE;
                    let value = picture[row + px * PICTURE_SIDE / size];
                    let at = 4 * ((top + py) * WIDTH + left + px);
                    bytes[at..at + 3].copy_from_slice(&shade(value, scale));
                    bytes[at + 3] = 255;
                }
            }
        }
        Pixels { width: WIDTH, height, bytes: Rc::new(bytes) }
    }

    /// What the unit in focus does, large; none where that is no unit with a picture.
    pub fn enlarged(&self) -> Option<Pixels> {
        let Some(At::Unit(l, u)) = self.focus else { return None };
        let picture = self.props.laid.pictures.get(l.checked_sub(1)?)?.get(u)?;
        let scale = scale(picture);
        Some(Pixels::paint(PICTURE_SIDE, PICTURE_SIDE, |x, y| {
            shade(picture[y * PICTURE_SIDE + x], scale)
        }))
    }

    pub fn links(&self, heard: &Heard) -> Html {
        let all = (0..self.layers - 1).flat_map(|l| {
            let inputs = 0..self.shown(l);
            inputs.flat_map(move |i| (0..self.shown(l + 1)).map(move |o| (l, i, o)))
        });
        html! { <>{ for all.map(|(l, i, o)| self.link(l, i, o, heard)) }</> }
    }

    fn link(&self, l: usize, i: usize, o: usize, heard: &Heard) -> Html {
        let at = At::Link(l, i, o);
        let (w, half) = (self.value(at), self.half());
        let d = format!(
            "M{:.1} {:.1}L{:.1} {:.1}",
            self.x(l) + half,
            self.y(l, i),
            self.x(l + 1) - half,
            self.y(l + 1, o)
        );
        let stroke = colour::hex(colour::diverging(w.signum() * (0.35 + w.abs() / 2.0)));
        let width = format!("{:.2}", (w.abs() * 1.6).clamp(0.3, 5.0));
        html! {
            <>
                <path class={(self.focus == Some(at)).then_some("chosen")} d={d.clone()}
                    {stroke} stroke-width={width} />
                <path class="reach" {d} data-link={format!("{l}-{i}-{o}")}
                    onpointerenter={(heard.enter)(at)} onclick={(heard.choose)(at)} />
            </>
        }
    }

    pub fn units(&self, heard: &Heard) -> Html {
        let all = (0..self.layers).flat_map(|l| (0..self.shown(l)).map(move |u| (l, u)));
        html! { <>{ for all.map(|(l, u)| self.unit(l, u, heard)) }</> }
    }

    fn unit(&self, l: usize, u: usize, heard: &Heard) -> Html {
        let (at, laid) = (At::Unit(l, u), &self.props.laid);
        let (left, top) = (self.x(l) - self.half(), self.y(l, u) - self.half());
        let statistics = l.checked_sub(1).and_then(|l| laid.units.get(l)?.get(u));
        let mark = statistics.and_then(|s| stuck(s, self.activation(l - 1)));
        let class = classes!(
            "unit",
            mark.is_some().then_some("stuck"),
            (self.focus == Some(at)).then_some("chosen"),
            (l > 0 && !laid.pictures.is_empty()).then_some("pictured")
        );
        let (size, right) = (self.size.to_string(), left + self.size as f64 - 1.0);
        html! {
            <g {class} data-unit={format!("{l}-{u}")} onpointerenter={(heard.enter)(at)}
                onclick={(l > 0).then(|| (heard.choose)(at))}>
                <rect x={left.to_string()} y={top.to_string()} width={size.clone()} height={size}
                    rx="3" />
                if let Some(mark) = mark {
                    <text x={right.to_string()} y={(top + 9.0).to_string()} text-anchor="end">
                        { "✕" }<title>{ mark }</title>
                    </text>
                }
            </g>
        }
    }

    /// How many units of a layer are not drawn, below it.
    pub fn more(&self) -> Html {
        let hidden = |l: &usize| self.props.net.sizes[*l] > self.shown(*l);
        let y = (self.height() - 5).to_string();
        let more = |l: usize| {
            html! {
                <text x={self.x(l).to_string()} y={y.clone()} text-anchor="middle">
                    { t!("inside.more", n = self.props.net.sizes[l] - self.shown(l)) }
                </text>
            }
        };
        html! { <>{ for (0..self.layers).filter(hidden).map(more) }</> }
    }

    /// What is said of what is in focus.
    pub fn reading(&self) -> Option<String> {
        let at = self.focus?;
        let laid = &self.props.laid;
        let value = format::fixed(self.value(at), 3);
        let slope = format::number(f64::from(laid.gradient[self.place(at)]));
        Some(match at {
            At::Link(l, i, o) => {
                let (from, to) = (self.name(l, i), self.name(l + 1, o));
                t!("inside.weight", from = from, to = to, value = value, slope = slope)
            }
            At::Unit(0, u) => self.name(0, u),
            At::Unit(l, u) => {
                let s = &laid.units[l - 1][u];
                let number = |v: f32| format::number(f64::from(v));
                let state = stuck(s, self.activation(l - 1)).map(|state| format!(" {state}."));
                t!(
                    "inside.does",
                    unit = self.name(l, u),
                    bias = value,
                    mean = number(s.mean),
                    deviation = number(s.deviation),
                    least = number(s.least),
                    greatest = number(s.greatest),
                    gradient = number(s.gradient)
                ) + &state.unwrap_or_default()
            }
        })
    }

    /// The field in which a weight or bias is set; none while the run goes on.
    pub fn edit(&self, at: At) -> Option<Html> {
        let onweight = self.props.onweight.clone()?;
        let place = self.place(at);
        let ontyped = onweight.reform(move |text: String| (place, text));
        let what = match at {
            At::Link(l, i, o) => {
                t!("inside.edit", from = self.name(l, i), to = self.name(l + 1, o))
            }
            At::Unit(l, u) => t!("inside.edit_bias", unit = self.name(l, u)),
        };
        Some(html! {
            <label class="row">
                <span>{ what }</span>
                <Typed id="weight" value={format::fixed(self.value(at), 3)} {ontyped} />
            </label>
        })
    }

    /// A layer's means over its units, as a row of the table.
    pub fn row(&self, l: usize) -> Html {
        let units = &self.props.laid.units[l];
        let mean = |f: fn(&UnitStatistics) -> f32| {
            units.iter().map(|u| f64::from(f(u))).sum::<f64>() / units.len() as f64
        };
        let count = units.iter().filter(|u| stuck(u, self.activation(l)).is_some()).count();
        let hidden = l + 2 < self.layers;
        let name = if hidden { t!("inside.layer", n = l + 1) } else { t!("inside.outputs") };
        let count_said = if hidden { count.to_string() } else { "–".into() };
        html! {
            <tr>
                <th>{ name }</th>
                <td>{ units.len() }</td>
                <td>{ format::number(mean(|u| u.mean)) }</td>
                <td>{ format::number(mean(|u| u.deviation)) }</td>
                <td>{ format::number(mean(|u| u.gradient)) }</td>
                <td class={(count > 0).then_some("bad")}>{ count_said }</td>
            </tr>
        }
    }
}

/// Units of a layer that are drawn.
fn shown(sizes: &[usize], l: usize) -> usize {
    sizes[l].min(if l == 0 { INPUTS } else { UNITS })
}
