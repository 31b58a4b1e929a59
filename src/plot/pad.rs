//! A pad that sets learning rate and momentum together, over the regions of stability.

mod regions;

use super::raster::Raster;
use super::{axis, pointer};
use crate::plot::listed::use_listed;
use crate::words::format;
use regions::Regions;
use tunescape_core::space::Param;
use tunescape_engine::optim::{Hyper, Rule};
use web_sys::Element;
use yew::prelude::*;

/// The largest momentum that can be set.
pub const MAX_MOMENTUM: f64 = 0.999;
/// The drawing, and the pad in it.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 208.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 6.0;
const PLOT_WIDTH: f64 = 250.0;
const PLOT_HEIGHT: f64 = 162.0;

#[derive(Properties, PartialEq)]
pub struct PadProps {
    pub rates: Param,
    pub rule: Rule,
    /// In force; its learning rate and momentum are those of the marker.
    pub hyper: Hyper,
    /// λmax, and what the schedule leaves of a learning rate, as a share; no regions without them.
    pub curvature: Option<(f64, f64)>,
    /// Names of rate and momentum, and of the regions: over-, underdamped, unstable.
    pub names: [AttrValue; 5],
    pub label: AttrValue,
    pub onset: Callback<(f64, f64)>,
    /// Whether neither of the two can be changed.
    #[prop_or_default]
    pub locked: bool,
}

/// Who is told of a place on the pad, from its bottom left, both 0 to 1.
#[derive(Clone)]
struct Setter {
    rates: Param,
    onset: Callback<(f64, f64)>,
}

impl Setter {
    fn set(&self, u: f64, v: f64) {
        let rate = self.rates.from_unit(u.clamp(0.0, 1.0));
        self.onset.emit((rate, v.clamp(0.0, 1.0) * MAX_MOMENTUM));
    }

    /// Takes the place that a pointer is at.
    fn take(&self, e: &PointerEvent, frame: &Element) {
        let [x, y] = pointer::over(e, frame);
        self.set((x * WIDTH - LEFT) / PLOT_WIDTH, 1.0 - (y * HEIGHT - TOP) / PLOT_HEIGHT);
    }

    /// Takes the place that a key leads to.
    fn step(&self, e: &KeyboardEvent, [u, v]: [f64; 2]) {
        let by = if e.shift_key() { 0.1 } else { 0.01 };
        let (du, dv) = match e.key().as_str() {
            "ArrowLeft" => (-by, 0.0),
            "ArrowRight" => (by, 0.0),
            "ArrowUp" => (0.0, by),
            "ArrowDown" => (0.0, -by),
            _ => return,
        };
        e.prevent_default();
        self.set(u + du, v + dv);
    }
}

fn px(u: f64) -> String {
    format!("{:.1}", LEFT + PLOT_WIDTH * u)
}

fn py(v: f64) -> String {
    format!("{:.1}", TOP + PLOT_HEIGHT * (1.0 - v))
}

#[component]
pub fn Pad(props: &PadProps) -> Html {
    let (frame, plot) = (use_node_ref(), use_listed(&props.label));
    let calm = Hyper { learning_rate: 0.0, momentum: 0.0, ..props.hyper };
    let regions = use_memo((props.rule, calm, props.curvature), |&(rule, calm, curvature)| {
        let (curvature, share) = curvature?;
        Regions::of(&props.rates, rule, calm, curvature, share)
    });
    let (rate, momentum) = (f64::from(props.hyper.learning_rate), f64::from(props.hyper.momentum));
    let u = props.rates.to_unit(rate.max(1e-9)).clamp(0.0, 1.0);
    let v = (momentum / MAX_MOMENTUM).clamp(0.0, 1.0);
    let setter = Setter { rates: props.rates.clone(), onset: props.onset.clone() };
    let onpointerdown = {
        let (setter, frame) = (setter.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<Element>() {
                pointer::hold(&e, &frame);
                setter.take(&e, &frame);
            }
        })
    };
    let onpointermove = {
        let (setter, frame) = (setter.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<Element>().filter(|_| e.buttons() & 1 == 1) {
                setter.take(&e, &frame);
            }
        })
    };
    let onkeydown = Callback::from(move |e: KeyboardEvent| setter.step(&e, [u, v]));
    let locked = props.locked;
    html! {
        <div ref={plot} class="pad">
            if let Some(regions) = &*regions {
                <Raster pixels={regions.pixels.clone()} class="pixelated" label="" />
            }
            <svg id="pad" data-locked={locked.then_some("")}
                aria-disabled={locked.then_some("true")} ref={frame}
                viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="application" tabindex="0"
                aria-label={props.label.clone()} {onpointerdown} {onpointermove} {onkeydown}>
                <rect class="frame" x={px(0.0)} y={py(1.0)} width={PLOT_WIDTH.to_string()}
                    height={PLOT_HEIGHT.to_string()} />
                if let Some(regions) = &*regions {
                    <polyline class="limit" points={regions.limit.clone()} />
                    { names(regions, &props.names) }
                }
                { axes(props) }
                <circle class="marker" cx={px(u)} cy={py(v)} r="6" />
            </svg>
        </div>
    }
}

/// The names of the regions.
fn names(regions: &Regions, [_, _, names @ ..]: &[AttrValue; 5]) -> Html {
    let name = |i: usize| {
        let (x, y) = regions.names[i]?;
        // The last is narrow: its name stands upright, and takes all of the height.
        let (x, y, turned) =
            if i == 2 { (x + 0.015, 0.5, -90) } else { (x.clamp(0.15, 0.85), y, 0) };
        let transform = format!("translate({} {}) rotate({turned})", px(x), py(1.0 - y));
        let class = classes!("region", (i == 2).then_some("beyond"));
        Some(html! { <text {class} text-anchor="middle" {transform}>{ &names[i] }</text> })
    };
    (0..3).filter_map(name).collect()
}

/// Ticks and names of both axes.
fn axes(props: &PadProps) -> Html {
    let across = |(at, value): (f64, f64)| {
        html! {
            <text class="tick" x={px(at)} y={(TOP + PLOT_HEIGHT + 13.0).to_string()}
                text-anchor="middle">{ format::number(value) }</text>
        }
    };
    let up = |value: f64| {
        let y = TOP + PLOT_HEIGHT * (1.0 - value / MAX_MOMENTUM) + 3.5;
        html! {
            <text class="tick" x={(LEFT - 4.0).to_string()} y={y.to_string()}
                text-anchor="end">{ value }</text>
        }
    };
    let [rate_name, momentum_name, ..] = &props.names;
    let upright = format!("translate(9 {}) rotate(-90)", TOP + PLOT_HEIGHT / 2.0);
    html! {
        <>
            { for axis::ticks(&props.rates, 4).into_iter().map(across) }
            { for [0.0, 0.5, 0.9].map(up) }
            <text class="axis" x={px(0.5)} y={(HEIGHT - 6.0).to_string()} text-anchor="middle">
                { rate_name }
            </text>
            <text class="axis" transform={upright} text-anchor="middle">{ momentum_name }</text>
        </>
    }
}
