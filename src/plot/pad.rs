//! A pad that sets learning rate and momentum together, over the regions of stability.

use super::axis;
use super::raster::{Pixels, Raster};
use crate::words::format;
use tunescape_core::inspect::stability::{self, Damping};
use tunescape_core::space::Param;
use tunescape_engine::optim::{Hyper, Rule};
use web_sys::SvgElement;
use yew::prelude::*;

/// The largest momentum that can be set.
pub const MOST: f64 = 0.999;
const COLUMNS: usize = 86;
const ROWS: usize = 54;
/// The drawing, and the pad in it.
const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 208.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 6.0;
const WIDE: f64 = 250.0;
const HIGH: f64 = 162.0;

#[derive(Properties, PartialEq)]
pub struct PadProps {
    pub rates: Param,
    pub rule: Rule,
    /// In force; its learning rate and momentum are those of the marker.
    pub hyper: Hyper,
    /// λmax; no regions without it.
    pub curvature: Option<f64>,
    /// Names of rate and momentum, and of the regions: over-, underdamped, unstable.
    pub names: [AttrValue; 5],
    pub label: AttrValue,
    pub onset: Callback<(f64, f64)>,
    /// Whether neither of the two can be changed.
    #[prop_or_default]
    pub locked: bool,
}

fn shade(damping: Damping) -> [u8; 3] {
    match damping {
        Damping::Over => [205, 224, 240],
        Damping::Critical => [202, 228, 226],
        Damping::Under => [199, 232, 214],
        Damping::Unstable => [96, 100, 106],
    }
}

#[component]
pub fn Pad(props: &PadProps) -> Html {
    let frame = use_node_ref();
    let (rule, rates) = (props.rule, props.rates.clone());
    let calm = Hyper { learning_rate: 0.0, momentum: 0.0, ..props.hyper };
    let regions = use_memo((rule, calm, props.curvature), |&(rule, calm, curvature)| {
        let curvature = curvature?;
        let at = |x: f64, y: f64| {
            let (rate, momentum) = (rates.from_unit(x), y * MOST);
            let hyper = Hyper { learning_rate: rate as f32, momentum: momentum as f32, ..calm };
            stability::damping(rule, &hyper, curvature)
        };
        at(0.5, 0.5)?;
        let cells: Vec<Option<Damping>> = (0..COLUMNS * ROWS)
            .map(|cell| {
                let (column, row) = ((cell % COLUMNS) as f64, (cell / COLUMNS) as f64);
                at((column + 0.5) / COLUMNS as f64, 1.0 - (row + 0.5) / ROWS as f64)
            })
            .collect();
        let pixels = Pixels::paint(COLUMNS, ROWS, |x, y| {
            cells[y * COLUMNS + x].map_or([240, 240, 240], shade)
        });
        // A region's name stands in its middle.
        let middle = |of: Damping| {
            let own: Vec<usize> = (0..cells.len()).filter(|&c| cells[c] == Some(of)).collect();
            let mean = |f: fn(usize) -> usize| {
                own.iter().map(|&c| f(c) as f64 + 0.5).sum::<f64>() / own.len() as f64
            };
            (own.len() * 20 > cells.len()).then(|| (mean(|c| c % COLUMNS), mean(|c| c / COLUMNS)))
        };
        // Beside a name that is as high, another needs room.
        let apart = |a: (f64, f64), b: (f64, f64)| {
            (a.0 - b.0).abs() > 0.3 * COLUMNS as f64 || (a.1 - b.1).abs() > 0.1 * ROWS as f64
        };
        let limits: Vec<String> = (0..=60)
            .filter_map(|i| {
                let y = f64::from(i) / 60.0;
                let limit = stability::limit(
                    rule,
                    &Hyper { momentum: (y * MOST) as f32, ..calm },
                    curvature,
                )?;
                let x = Some(rates.to_unit(limit)).filter(|x| (0.0..=1.0).contains(x))?;
                Some(format!("{:.1},{:.1}", LEFT + WIDE * x, TOP + HIGH * (1.0 - y)))
            })
            .collect();
        let mut names = [Damping::Over, Damping::Under, Damping::Unstable].map(middle);
        let size = |of: Damping| cells.iter().filter(|cell| **cell == Some(of)).count();
        if names[0].zip(names[1]).is_some_and(|(over, under)| !apart(over, under)) {
            names[usize::from(size(Damping::Over) > size(Damping::Under))] = None;
        }
        Some((pixels, limits.join(" "), names))
    });
    let (rate, momentum) = (f64::from(props.hyper.learning_rate), f64::from(props.hyper.momentum));
    let (u, v) =
        (props.rates.to_unit(rate.max(1e-9)).clamp(0.0, 1.0), (momentum / MOST).clamp(0.0, 1.0));
    let set = {
        let (onset, rates) = (props.onset.clone(), props.rates.clone());
        move |u: f64, v: f64| {
            onset.emit((rates.from_unit(u.clamp(0.0, 1.0)), v.clamp(0.0, 1.0) * MOST))
        }
    };
    let take = {
        let (set, frame) = (set.clone(), frame.clone());
        move |e: &PointerEvent| {
            let Some(frame) = frame.cast::<SvgElement>() else { return };
            let rect = frame.get_bounding_client_rect();
            let x = (f64::from(e.client_x()) - rect.left()) / rect.width().max(1.0) * WIDTH;
            let y = (f64::from(e.client_y()) - rect.top()) / rect.height().max(1.0) * HEIGHT;
            set((x - LEFT) / WIDE, 1.0 - (y - TOP) / HIGH);
        }
    };
    let onpointerdown = {
        let (take, frame) = (take.clone(), frame.clone());
        Callback::from(move |e: PointerEvent| {
            if let Some(frame) = frame.cast::<SvgElement>() {
                // A pointer that is already gone can't be held.
                let _ = frame.set_pointer_capture(e.pointer_id());
            }
            take(&e);
        })
    };
    let onpointermove = Callback::from(move |e: PointerEvent| {
        if e.buttons() & 1 == 1 {
            take(&e);
        }
    });
    let onkeydown = Callback::from(move |e: KeyboardEvent| {
        let by = if e.shift_key() { 0.1 } else { 0.01 };
        let (du, dv) = match e.key().as_str() {
            "ArrowLeft" => (-by, 0.0),
            "ArrowRight" => (by, 0.0),
            "ArrowUp" => (0.0, by),
            "ArrowDown" => (0.0, -by),
            _ => return,
        };
        e.prevent_default();
        set(u + du, v + dv);
    });
    let px = |u: f64| format!("{:.1}", LEFT + WIDE * u);
    let py = |v: f64| format!("{:.1}", TOP + HIGH * (1.0 - v));
    let [rate_name, momentum_name, regions_named @ ..] = &props.names;
    html! {
        <div class="pad">
            if let Some((pixels, ..)) = &*regions {
                <Raster pixels={pixels.clone()} class="pixelated" label="" />
            }
            <svg id="pad" data-locked={props.locked.then_some("")} aria-disabled={props.locked.then_some("true")} ref={frame} viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="application" tabindex="0" aria-label={props.label.clone()}
                {onpointerdown} {onpointermove} {onkeydown}>
                <rect class="frame" x={px(0.0)} y={py(1.0)} width={WIDE.to_string()} height={HIGH.to_string()} />
                if let Some((_, limits, names)) = &*regions {
                    <polyline class="limit" points={limits.clone()} />
                    // The last is narrow: its name stands upright.
                    { for names.iter().zip(regions_named).enumerate().filter_map(|(i, (at, name))| at.map(|(x, y)| html! {
                        <text class={classes!("region", (i == 2).then_some("beyond"))} text-anchor="middle"
                            transform={format!("translate({} {}) rotate({})", px(if i == 2 { x / COLUMNS as f64 + 0.015 } else { (x / COLUMNS as f64).clamp(0.15, 0.85) }), py(1.0 - y / ROWS as f64), if i == 2 { -90 } else { 0 })}>{ name }</text>
                    })) }
                }
                { for axis::ticks(&props.rates, 4).into_iter().map(|(at, value)| html! {
                    <text class="tick" x={px(at)} y={(TOP + HIGH + 13.0).to_string()} text-anchor="middle">{ format::number(value) }</text>
                }) }
                { for [0.0, 0.5, 0.9].map(|value| html! {
                    <text class="tick" x={(LEFT - 4.0).to_string()} y={(TOP + HIGH * (1.0 - value / MOST) + 3.5).to_string()} text-anchor="end">{ value }</text>
                }) }
                <text class="axis" x={px(0.5)} y={(HEIGHT - 6.0).to_string()} text-anchor="middle">{ rate_name }</text>
                <text class="axis" transform={format!("translate(9 {}) rotate(-90)", TOP + HIGH / 2.0)} text-anchor="middle">{ momentum_name }</text>
                <circle class="marker" cx={px(u)} cy={py(v)} r="6" />
            </svg>
        </div>
    }
}
