//! A network laid open: what each unit does, what each link weighs, and which units are dead or
//! saturated.

use super::colour;
use super::raster::{Pixels, Raster};
use crate::controls::fields::Typed;
use crate::host;
use crate::words::format;
use crate::words::texts::t;
use std::rc::Rc;
use tunescape_core::inspect::{Anatomy, PICTURE_SIDE, UnitStatistics};
use tunescape_engine::net::{Activation, Net};
use yew::prelude::*;

/// Most inputs, and most units of a layer, that are drawn.
const INPUTS: usize = 8;
const DRAWN: usize = 16;
/// The drawing's width; up to so many units stand at full size.
const WIDTH: usize = 640;
const ROOMY: usize = 10;
/// Share of the rows from which on a unit counts as dead or saturated.
const STUCK: f32 = 0.99;

/// What the pointer or the reader's choice is on.
#[derive(Clone, Copy, PartialEq)]
enum At {
    /// Layer from the inputs, unit.
    Unit(usize, usize),
    /// Layer that it leads to (from 0, the first hidden), its input, its output.
    Link(usize, usize, usize),
}

#[derive(Properties)]
pub struct InsideProps {
    pub net: Net,
    pub laid: Rc<Anatomy>,
    /// Names of the inputs.
    pub inputs: Vec<String>,
    /// Told which weight is to be what; none while the run goes on.
    pub onweight: Option<Callback<(usize, f32)>>,
    /// What stands over the layers, and changes with them.
    pub children: Html,
}

impl PartialEq for InsideProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.laid, &other.laid)
            && self.net == other.net
            && self.onweight.is_some() == other.onweight.is_some()
            && self.inputs == other.inputs
            && self.children == other.children
    }
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

/// What unit `u` of layer `l` is called, of `layers` with the inputs, which have names of their
/// own.
pub fn unit_name(inputs: &[String], layers: usize, l: usize, u: usize) -> String {
    match l {
        0 => inputs.get(u).cloned().unwrap_or_default(),
        _ if l + 1 == layers => t!("inside.output", n = u + 1),
        _ => t!("inside.unit", n = u + 1, layer = l),
    }
}

#[component]
pub fn Inside(props: &InsideProps) -> Html {
    let hover = use_state(|| None::<At>);
    let chosen = use_state(|| None::<At>);
    // What the drawing before had, this one need not have.
    let there = |at: At| match at {
        At::Unit(l, u) => props.net.sizes.get(l).is_some_and(|&units| u < units),
        At::Link(l, i, o) => {
            props.net.sizes.get(l + 1).is_some_and(|&units| o < units) && i < props.net.sizes[l]
        }
    };
    let (pointed, picked) = (hover.filter(|at| there(*at)), chosen.filter(|at| there(*at)));
    let (net, laid) = (&props.net, &*props.laid);
    let layers = net.sizes.len();
    let shown = |l: usize| net.sizes[l].min(if l == 0 { INPUTS } else { DRAWN });
    let most = (0..layers).map(shown).max().unwrap_or(1);
    // A unit's picture and the distance of two.
    let (size, apart) = if most > ROOMY { (22, 27) } else { (26, 33) };
    let half = size as f64 / 2.0;
    let height = most * apart + 22;
    let x = |l: usize| 40.0 + (WIDTH - 80) as f64 * l as f64 / (layers - 1).max(1) as f64;
    let y = |l: usize, u: usize| {
        (most * apart) as f64 / 2.0 + apart as f64 * (u as f64 - (shown(l) as f64 - 1.0) / 2.0)
    };
    let weights = &laid.weights;
    let index =
        |l: usize, i: usize, o: usize| net.layers()[l].weights + i * net.layers()[l].outputs + o;
    let place = |at: At| match at {
        At::Link(l, i, o) => index(l, i, o),
        At::Unit(l, u) => net.layers()[l.max(1) - 1].biases + u,
    };
    let activation = |l: usize| net.activations.get(l).copied();

    let pictures = use_memo((Rc::as_ptr(&props.laid) as usize, net.sizes.clone()), |_| {
        let mut bytes = vec![0; 4 * WIDTH * height];
        for (l, layer) in laid.pictures.iter().enumerate() {
            for (u, picture) in layer.iter().enumerate().take(DRAWN) {
                let (left, top) = (x(l + 1) as usize - size / 2, y(l + 1, u) as usize - size / 2);
                let scale = scale(picture);
                for pixel in 0..size * size {
                    let (px, py) = (pixel % size, pixel / size);
                    let value =
                        picture[py * PICTURE_SIDE / size * PICTURE_SIDE + px * PICTURE_SIDE / size];
                    let at = 4 * ((top + py) * WIDTH + left + px);
                    bytes[at..at + 3].copy_from_slice(&shade(value, scale));
                    bytes[at + 3] = 255;
                }
            }
        }
        Pixels { width: WIDTH, height, bytes: Rc::new(bytes) }
    });

    let enter = |at: At| {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(Some(at)))
    };
    let choose = |at: At| {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| chosen.set(Some(at)))
    };
    let onkeydown = {
        let (chosen, net) = (chosen.clone(), net.clone());
        Callback::from(move |e: KeyboardEvent| {
            let (l, u, from) = match picked {
                Some(At::Unit(l, u)) => (l.max(1), u, 0),
                Some(At::Link(l, i, o)) => (l + 1, o, i),
                None => (1, 0, 0),
            };
            let back = matches!(e.key().as_str(), "ArrowLeft" | "ArrowUp");
            let step = |at: usize, least: usize, most: usize| {
                at.saturating_add_signed(if back { -1 } else { 1 }).clamp(least, most - 1)
            };
            let next = match e.key().as_str() {
                _ if picked.is_none() && e.key().starts_with("Arrow") => At::Unit(1, 0),
                "ArrowLeft" | "ArrowRight" => {
                    let l = step(l, 1, net.sizes.len());
                    At::Unit(l, u.min(net.sizes[l] - 1))
                }
                "ArrowUp" | "ArrowDown" if e.shift_key() => {
                    At::Link(l - 1, step(from, 0, net.sizes[l - 1]), u)
                }
                "ArrowUp" | "ArrowDown" => At::Unit(l, step(u, 0, net.sizes[l])),
                "Enter" => return host::focus_field("weight"),
                _ => return,
            };
            e.prevent_default();
            chosen.set(Some(next));
        })
    };
    let focus = pointed.or(picked);
    let mut links = Vec::new();
    for l in 0..layers - 1 {
        for i in 0..shown(l) {
            for o in 0..shown(l + 1) {
                let w = f64::from(weights[index(l, i, o)]);
                let at = At::Link(l, i, o);
                let d = format!(
                    "M{:.1} {:.1}L{:.1} {:.1}",
                    x(l) + half,
                    y(l, i),
                    x(l + 1) - half,
                    y(l + 1, o)
                );
                links.push(html! {
                    <>
                        <path class={(focus == Some(at)).then_some("chosen")} d={d.clone()}
                            stroke={colour::hex(colour::diverging(w.signum() * (0.35 + w.abs() / 2.0)))} stroke-width={format!("{:.2}", (w.abs() * 1.6).clamp(0.3, 5.0))} />
                        <path class="reach" {d} data-link={format!("{l}-{i}-{o}")} onpointerenter={enter(at)} onclick={choose(at)} />
                    </>
                });
            }
        }
    }
    let name = |l: usize, u: usize| unit_name(&props.inputs, layers, l, u);
    let unit = |l: usize, u: usize| {
        let (cx, cy) = (x(l), y(l, u));
        let statistics = l.checked_sub(1).and_then(|l| laid.units.get(l)?.get(u));
        let mark = statistics.and_then(|s| stuck(s, activation(l - 1)));
        let class = classes!(
            "unit",
            mark.is_some().then_some("stuck"),
            (focus == Some(At::Unit(l, u))).then_some("chosen"),
            (l > 0 && !laid.pictures.is_empty()).then_some("pictured")
        );
        html! {
            <g {class} data-unit={format!("{l}-{u}")} onpointerenter={enter(At::Unit(l, u))} onclick={(l > 0).then(|| choose(At::Unit(l, u)))}>
                <rect x={(cx - half).to_string()} y={(cy - half).to_string()} width={size.to_string()} height={size.to_string()} rx="3" />
                if let Some(mark) = mark {
                    <text x={(cx + half - 1.0).to_string()} y={(cy - half + 9.0).to_string()} text-anchor="end">{ "✕" }<title>{ mark }</title></text>
                }
            </g>
        }
    };
    let onpointerleave = {
        let hover = hover.clone();
        Callback::from(move |_: PointerEvent| hover.set(None))
    };
    let reading = focus.map(|at| {
        let value = format::fixed(f64::from(weights[place(at)]), 3);
        let slope = format::number(f64::from(laid.gradient[place(at)]));
        match at {
            At::Link(l, i, o) => {
                t!(
                    "inside.weight",
                    from = name(l, i),
                    to = name(l + 1, o),
                    value = value,
                    slope = slope
                )
            }
            At::Unit(0, u) => name(0, u),
            At::Unit(l, u) => {
                let s = &laid.units[l - 1][u];
                let number = |v: f32| format::number(f64::from(v));
                let state = stuck(s, activation(l - 1))
                    .map(|state| format!(" {state}."))
                    .unwrap_or_default();
                t!(
                    "inside.does",
                    unit = name(l, u),
                    bias = value,
                    mean = number(s.mean),
                    deviation = number(s.deviation),
                    least = number(s.least),
                    greatest = number(s.greatest),
                    gradient = number(s.gradient)
                ) + &state
            }
        }
    });
    let enlarged = focus.and_then(|at| match at {
        At::Unit(l, u) => laid.pictures.get(l.checked_sub(1)?)?.get(u),
        At::Link(..) => None,
    });
    let edit = picked.filter(|_| props.onweight.is_some()).map(|at| {
        let ontyped = {
            let (onweight, at) = (props.onweight.clone(), place(at));
            Callback::from(move |text: String| {
                let typed = text.trim().parse::<f32>().ok().filter(|v| v.is_finite());
                if let (Some(onweight), Some(value)) = (&onweight, typed) {
                    onweight.emit((at, value));
                }
            })
        };
        let what = match at {
            At::Link(l, i, o) => t!("inside.edit", from = name(l, i), to = name(l + 1, o)),
            At::Unit(l, u) => t!("inside.edit_bias", unit = name(l, u)),
        };
        html! { <label class="row"><span>{ what }</span><Typed id="weight" value={format::fixed(f64::from(weights[place(at)]), 3)} {ontyped} /></label> }
    });
    let layer_line = |l: usize| {
        let units = &laid.units[l];
        let mean = |f: fn(&UnitStatistics) -> f32| {
            units.iter().map(|u| f64::from(f(u))).sum::<f64>() / units.len() as f64
        };
        let count = units.iter().filter(|u| stuck(u, activation(l)).is_some()).count();
        let hidden = l + 2 < layers;
        html! {
            <tr>
                <th>{ if hidden { t!("inside.layer", n = l + 1) } else { t!("inside.outputs") } }</th>
                <td>{ units.len() }</td>
                <td>{ format::number(mean(|u| u.mean)) }</td>
                <td>{ format::number(mean(|u| u.deviation)) }</td>
                <td>{ format::number(mean(|u| u.gradient)) }</td>
                <td class={(count > 0).then_some("bad")}>{ if hidden { count.to_string() } else { "–".into() } }</td>
            </tr>
        }
    };
    html! {
        <div class="inside" id="inside">
            <div class="scroll-across">
            <div class={classes!("inside-drawing", match layers { 0..=4 => "", 5 | 6 => "wide", 7..=9 => "wider", _ => "widest" })}>
            { props.children.clone() }
            <div class="inside-plot" {onpointerleave}>
                <Raster pixels={(*pictures).clone()} class="pixelated" label="" />
                <svg viewBox={format!("0 0 {WIDTH} {height}")} role="application" tabindex="0" aria-label={t!("inside.label", epoch = laid.epoch)} {onkeydown}>
                    <g class="links">{ for links }</g>
                    { for (0..layers).flat_map(|l| (0..shown(l)).map(move |u| (l, u))).map(|(l, u)| unit(l, u)) }
                    { for (0..layers).filter(|&l| net.sizes[l] > shown(l)).map(|l| html! {
                        <text x={x(l).to_string()} y={(height - 5).to_string()} text-anchor="middle">{ t!("inside.more", n = net.sizes[l] - shown(l)) }</text>
                    }) }
                </svg>
            </div>
            </div>
            </div>
            <div class="reading-line">
                if let Some(picture) = enlarged {
                    <Raster pixels={Pixels::paint(PICTURE_SIDE, PICTURE_SIDE, |x, y| shade(picture[y * PICTURE_SIDE + x], scale(picture)))} class="smooth enlarged" label={t!("inside.picture")} />
                }
                <div>
                    <p class="reading" id="inside-reading" aria-live="polite">{ reading.unwrap_or_else(|| t!("inside.hint")) }</p>
                    { edit.unwrap_or_default() }
                </div>
            </div>
            <div class="scroll">
            <table>
                <thead><tr><td /><th>{ t!("inside.units") }</th><th>{ t!("inside.mean") }</th><th>{ t!("inside.deviation") }</th><th>{ t!("inside.gradient") }</th><th>{ t!("inside.stuck") }</th></tr></thead>
                <tbody>{ for (0..layers - 1).map(layer_line) }</tbody>
            </table>
            </div>
        </div>
    }
}
