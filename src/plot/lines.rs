//! A chart of lines with axes, a key and exact values under the pointer.

use super::{axis, twin};
use crate::words::format;
use web_sys::SvgElement;
use yew::prelude::*;

/// One line: values at 0, 1, 2, …; gaps where there is none.
#[derive(Clone, PartialEq)]
pub struct Series {
    /// Empty for a line that is background: it is not in the key and has no value under the
    /// pointer.
    pub name: String,
    pub class: &'static str,
    pub colour: Option<String>,
    pub values: Vec<Option<f64>>,
    /// x of the first value.
    pub from: usize,
}

#[derive(Properties, PartialEq)]
pub struct LinesProps {
    pub series: Vec<Series>,
    pub x_name: AttrValue,
    pub y_name: AttrValue,
    pub label: AttrValue,
    /// Largest x; the lines' own where absent.
    #[prop_or_default]
    pub x_max: Option<usize>,
    /// Values above this are cut off.
    #[prop_or_default]
    pub y_cap: Option<f64>,
    /// Places marked on the x axis.
    #[prop_or_default]
    pub marks: Vec<(usize, String)>,
    /// Areas behind the lines: a colour, and from which to which value at 1, 2, 3, …
    #[prop_or_default]
    pub bands: Vec<(String, Vec<(f64, f64)>)>,
    /// The x at which the training and validation lines leave the frame, if they do.
    #[prop_or_default]
    pub rise: Option<usize>,
    /// Whether the y axis begins at zero (a loss) or ends at one as well (a share).
    #[prop_or_default]
    pub share: bool,
    /// Whether a share is no percentage (F1, R²).
    #[prop_or_default]
    pub plain: bool,
    /// Whether a value holds until the next: the best so far.
    #[prop_or_default]
    pub steps: bool,
    /// Whether x is a trial, which the pointer points at.
    #[prop_or_default]
    pub trials: bool,
    /// Whether the y axis is logarithmic.
    #[prop_or_default]
    pub log: bool,
    /// The cross-hair of all plots that share one, and who is told where the pointer is.
    #[prop_or_default]
    pub cross: Option<usize>,
    #[prop_or_default]
    pub oncross: Option<Callback<Option<usize>>>,
    /// The trials, from 0, whose lines the first of the series are.
    #[prop_or_default]
    pub ids: Vec<usize>,
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 32.0;

#[component]
pub fn Lines(props: &LinesProps) -> Html {
    let own = use_state(|| None::<usize>);
    let hover = (*own).or(props.cross);
    let tell = {
        let (own, oncross) = (own.clone(), props.oncross.clone());
        move |at: Option<usize>| {
            if *own != at {
                own.set(at);
                if let Some(oncross) = &oncross {
                    oncross.emit(at);
                }
            }
        }
    };
    let plot = use_node_ref();
    let ends = |s: &Series| s.from + s.values.len().saturating_sub(1);
    let x_max = props.x_max.unwrap_or_else(|| props.series.iter().map(ends).max().unwrap_or(0));
    let x_max = x_max.max(props.rise.unwrap_or(0)).max(1);
    let all = || props.series.iter().flat_map(|s| s.values.iter().flatten().copied());
    let top = if props.share {
        1.0
    } else {
        all().fold(0.0, f64::max).min(props.y_cap.unwrap_or(f64::MAX))
    };
    let highest = top;
    let top = if top > 0.0 { top * if props.share { 1.0 } else { 1.05 } } else { 1.0 };
    let lows = props.bands.iter().flat_map(|(_, ends)| ends.iter().map(|e| e.0));
    let bottom = match all().chain(lows.filter(|_| props.steps)).fold(top, f64::min) {
        least if props.share => least.clamp(-1.0, 0.0),
        // How far the best has come is to be seen, however little that is.
        least if props.steps && least < highest => (least - 0.15 * (top - least)).max(0.0),
        _ => 0.0,
    };
    let px = |x: f64| LEFT + (WIDTH - LEFT - RIGHT) * x / x_max as f64;
    let least = all().filter(|y| *y > 0.0).fold(top, f64::min).max(top * 1e-9).min(top / 2.0);
    let bottom = if props.log { least } else { bottom };
    let scaled = |y: f64| if props.log { y.max(1e-300).ln() } else { y };
    let share = move |y: f64| (scaled(y) - scaled(bottom)) / (scaled(top) - scaled(bottom));
    let py = |y: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share(y.clamp(bottom, top)));

    let path = |s: &Series| {
        let mut d = String::new();
        let mut pen_up = true;
        for (i, value) in s.values.iter().enumerate() {
            match value {
                Some(y) => {
                    let (x, y) = (px((s.from + i) as f64), py(*y));
                    d += &match (pen_up, props.steps) {
                        (true, _) => format!("M{x:.1} {y:.1}"),
                        (false, true) => format!("H{x:.1}V{y:.1}"),
                        (false, false) => format!("L{x:.1} {y:.1}"),
                    };
                    pen_up = false;
                }
                None => pen_up = true,
            }
        }
        // Where a loss goes beyond all bounds no value can be drawn: the line rises out of the
        // frame.
        let rises =
            props.rise.filter(|_| !pen_up && matches!(s.class, "line train" | "line valid"));
        let rise = rises.zip(s.values.iter().rposition(Option::is_some)).map(|(x, last)| {
            let (from, x) = (px((s.from + last) as f64), px(x as f64));
            let y = py(s.values[last].unwrap_or(top));
            html! { <path class={s.class} d={format!("M{from:.1} {y:.1}L{x:.1} 1M{:.1} 6L{x:.1} 1L{:.1} 6", x - 3.0, x + 3.0)} /> }
        });
        let single = !s.name.is_empty() && s.values.iter().flatten().count() == 1;
        html! {
            <>
                <path {d} class={s.class} stroke={s.colour.clone()} />
                { rise.unwrap_or_default() }
                if let (true, Some(Some(y))) = (single, s.values.iter().find(|v| v.is_some())) {
                    <circle cx={px(s.from as f64).to_string()} cy={py(*y).to_string()} r="2.5" class="pin" fill={s.colour.clone()} />
                }
            </>
        }
    };
    let band = |(colour, ends): &(String, Vec<(f64, f64)>)| {
        let edge = |side: fn(&(f64, f64)) -> f64| {
            let at = move |i: usize| {
                [(i, side(&ends[i.saturating_sub(usize::from(props.steps))])), (i, side(&ends[i]))]
            };
            (0..ends.len()).flat_map(at)
        };
        let corner = |(i, y): (usize, f64)| format!("{:.1},{:.1}", px((i + 1) as f64), py(y));
        let corners = edge(|e| e.0).chain(edge(|e| e.1).collect::<Vec<_>>().into_iter().rev());
        html! { <polygon class="area" fill={colour.clone()} points={corners.map(corner).collect::<Vec<_>>().join(" ")} /> }
    };
    let onpointermove = {
        let (tell, plot) = (tell.clone(), plot.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(plot) = plot.cast::<SvgElement>() else { return };
            let rect = plot.get_bounding_client_rect();
            let x = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * WIDTH;
            let at = (x - LEFT) / (WIDTH - LEFT - RIGHT) * x_max as f64;
            tell((at > -0.5).then(|| at.round().clamp(0.0, x_max as f64) as usize));
        })
    };
    let onpointerleave = Callback::from(move |_: PointerEvent| tell(None));
    let named = || props.series.iter().filter(|s| !s.name.is_empty());
    let value = |s: &Series, x: usize| {
        x.checked_sub(s.from).and_then(|i| s.values.get(i).copied().flatten())
    };
    let x_ticks: Vec<f64> =
        axis::linear(0.0, x_max as f64, 5).into_iter().filter(|x| x.fract() == 0.0).collect();
    let text = |v: Option<f64>| {
        v.map_or_else(
            || "–".to_string(),
            |v| match (props.share, props.plain) {
                (true, false) => format::percent(v),
                (true, true) => format::fixed(v, 3),
                _ => format::loss(v),
            },
        )
    };
    // The same for those who can't see it, at the ticks.
    let head =
        std::iter::once(props.x_name.to_string()).chain(named().map(|s| s.name.clone())).collect();
    let row = |&x: &f64| {
        std::iter::once(x.to_string()).chain(named().map(|s| text(value(s, x as usize)))).collect()
    };
    let rows = x_ticks.iter().map(row).collect();
    let y_ticks =
        if props.log { axis::logarithmic(bottom, top, 4) } else { axis::linear(bottom, top, 4) };
    html! {
        <figure class="lines">
            <svg ref={plot} data-trial={own.filter(|&x| props.trials && x > 0).map(|x| x.to_string())} viewBox={format!("0 0 {WIDTH} {HEIGHT}")} role="img" aria-label={props.label.clone()} {onpointermove} {onpointerleave}>
                { for y_ticks.into_iter().map(|y| html! {
                    <g class="tick">
                        <line x1={LEFT.to_string()} x2={(WIDTH - RIGHT).to_string()} y1={py(y).to_string()} y2={py(y).to_string()} />
                        <text x={(LEFT - 5.0).to_string()} y={(py(y) + 3.5).to_string()} text-anchor="end">{ format::number(y) }</text>
                    </g>
                }) }
                { for x_ticks.iter().map(|&x| html! {
                    <text class="tick" x={px(x).to_string()} y={(HEIGHT - BOTTOM + 13.0).to_string()} text-anchor={if px(x) > WIDTH - 18.0 { "end" } else { "middle" }}>{ x }</text>
                }) }
                <text class="axis" x={((LEFT + WIDTH - RIGHT) / 2.0).to_string()} y={(HEIGHT - 3.0).to_string()} text-anchor="middle">{ props.x_name.clone() }</text>
                <text class="axis" transform={format!("translate(9 {}) rotate(-90)", (TOP + HEIGHT - BOTTOM) / 2.0)} text-anchor="middle">{ props.y_name.clone() }</text>
                { for props.marks.iter().map(|(x, name)| html! {
                    <line class="mark" x1={px(*x as f64).to_string()} x2={px(*x as f64).to_string()} y1={TOP.to_string()} y2={(HEIGHT - BOTTOM).to_string()}>
                        <title>{ name }</title>
                    </line>
                }) }
                { for props.bands.iter().map(band) }
                { for props.series.iter().enumerate().map(|(i, s)| html! { <g data-trial={props.ids.get(i).map(|n| (n + 1).to_string())}>{ path(s) }</g> }) }
                if let Some(x) = hover {
                    <line class="cross" x1={px(x as f64).to_string()} x2={px(x as f64).to_string()} y1={TOP.to_string()} y2={(HEIGHT - BOTTOM).to_string()} />
                }
            </svg>
            <figcaption class="key">
                if let Some(x) = hover {
                    <span>{ format!("{} {x}", props.x_name) }</span>
                }
                { for named().map(|s| html! {
                    <span class={classes!("key-line", s.class)}>
                        <svg viewBox="0 0 18 6" aria-hidden="true"><path d="M0 3H18" class={s.class} stroke={s.colour.clone()} /></svg>
                        { &s.name }
                        if let Some(x) = hover {
                            <b>{ text(value(s, x)) }</b>
                        }
                    </span>
                }) }
            </figcaption>
            { twin::table(&props.label, head, rows) }
        </figure>
    }
}
