//! The drawing of lines: the scales of its axes, and what stands where.

use super::{BOTTOM, HEIGHT, LEFT, LinesProps, RIGHT, Series, TOP, WIDTH};
use crate::plot::{axis, twin};
use crate::words::format;
use yew::prelude::*;

/// Marks on the x axis that the key names.
const MARKS: usize = 3;

/// The scales of both axes.
#[derive(Clone, Copy)]
pub struct Scale {
    x_max: usize,
    bottom: f64,
    top: f64,
    log: bool,
}

impl Scale {
    fn of(props: &LinesProps) -> Self {
        let ends = |s: &Series| s.from + s.values.len().saturating_sub(1);
        let x_max = props.x_max.unwrap_or_else(|| props.series.iter().map(ends).max().unwrap_or(0));
        let x_max = x_max.max(props.rise.unwrap_or(0)).max(1);
        let all = || props.series.iter().flat_map(|s| s.values.iter().flatten().copied());
        let highest = if props.share {
            1.0
        } else {
            all().fold(0.0, f64::max).min(props.y_cap.unwrap_or(f64::MAX))
        };
        let room = if props.share { 1.0 } else { 1.05 };
        let top = if highest > 0.0 { highest * room } else { 1.0 };
        let bottom = if props.log {
            let least = all().filter(|y| *y > 0.0).fold(top, f64::min);
            least.max(top * 1e-9).min(top / 2.0)
        } else {
            let lows = props.bands.iter().flat_map(|(_, ends)| ends.iter().map(|e| e.0));
            match all().chain(lows.filter(|_| props.steps)).fold(top, f64::min) {
                least if props.share => least.clamp(-1.0, 0.0),
                // How far the best has come is to be seen, however little that is.
                least if props.steps && least < highest => (least - 0.15 * (top - least)).max(0.0),
                _ => 0.0,
            }
        };
        Scale { x_max, bottom, top, log: props.log }
    }

    fn x(&self, x: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * x / self.x_max as f64
    }

    fn y(&self, y: f64) -> f64 {
        let scaled = |y: f64| if self.log { y.max(1e-300).ln() } else { y };
        let (bottom, top) = (scaled(self.bottom), scaled(self.top));
        let share = (scaled(y.clamp(self.bottom, self.top)) - bottom) / (top - bottom);
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share)
    }

    /// The x at a share of the drawing's width; none left of the axis.
    pub fn pointed(&self, across: f64) -> Option<usize> {
        let at = (across * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT) * self.x_max as f64;
        (at > -0.5).then(|| at.round().clamp(0.0, self.x_max as f64) as usize)
    }

    fn x_ticks(&self) -> Vec<f64> {
        let all = axis::linear(0.0, self.x_max as f64, 5);
        all.into_iter().filter(|x| x.fract() == 0.0).collect()
    }

    fn y_ticks(&self) -> Vec<f64> {
        let ticks = if self.log { axis::logarithmic } else { axis::linear };
        ticks(self.bottom, self.top, 4)
    }
}

/// Lines as they are drawn.
pub struct Drawing<'a> {
    props: &'a LinesProps,
    pub scale: Scale,
}

/// The value of a line at an x; none in a gap and beyond its ends.
fn value(series: &Series, x: usize) -> Option<f64> {
    series.values.get(x.checked_sub(series.from)?).copied().flatten()
}

impl<'a> Drawing<'a> {
    pub fn new(props: &'a LinesProps) -> Self {
        Drawing { props, scale: Scale::of(props) }
    }

    fn x(&self, x: usize) -> f64 {
        self.scale.x(x as f64)
    }

    /// The lines that are no background.
    fn named(&self) -> impl Iterator<Item = &'a Series> {
        self.props.series.iter().filter(|s| !s.name.is_empty())
    }

    /// Ticks and names of both axes.
    pub fn axes(&self) -> Html {
        let (props, middle) = (self.props, ((LEFT + WIDTH - RIGHT) / 2.0).to_string());
        let upright = format!("translate(9 {}) rotate(-90)", (TOP + HEIGHT - BOTTOM) / 2.0);
        html! {
            <>
                { for self.scale.y_ticks().into_iter().map(|y| self.y_tick(y)) }
                { for self.scale.x_ticks().into_iter().map(|x| self.x_tick(x)) }
                <text class="axis" x={middle} y={(HEIGHT - 3.0).to_string()} text-anchor="middle">
                    { props.x_name.clone() }
                </text>
                <text class="axis" transform={upright} text-anchor="middle">
                    { props.y_name.clone() }
                </text>
            </>
        }
    }

    fn y_tick(&self, value: f64) -> Html {
        let y = self.scale.y(value);
        html! {
            <g class="tick">
                <line x1={LEFT.to_string()} x2={(WIDTH - RIGHT).to_string()}
                    y1={y.to_string()} y2={y.to_string()} />
                <text x={(LEFT - 5.0).to_string()} y={(y + 3.5).to_string()} text-anchor="end">
                    { format::number(value) }
                </text>
            </g>
        }
    }

    fn x_tick(&self, value: f64) -> Html {
        let x = self.scale.x(value);
        let anchor = if x > WIDTH - 18.0 { "end" } else { "middle" };
        html! {
            <text class="tick" x={x.to_string()} y={(HEIGHT - BOTTOM + 13.0).to_string()}
                text-anchor={anchor}>{ value }</text>
        }
    }

    /// The places marked on the x axis.
    pub fn marks(&self) -> Html {
        self.props.marks.iter().map(|(x, name)| self.upright("mark", *x, name)).collect()
    }

    /// The cross-hair.
    pub fn cross(&self, x: usize) -> Html {
        self.upright("cross", x, "")
    }

    /// A line over the whole height, with a name where it has one.
    fn upright(&self, class: &'static str, x: usize, name: &str) -> Html {
        let x = self.x(x).to_string();
        html! {
            <line {class} x1={x.clone()} x2={x} y1={TOP.to_string()}
                y2={(HEIGHT - BOTTOM).to_string()}>
                if !name.is_empty() { <title>{ name }</title> }
            </line>
        }
    }

    /// The areas behind the lines.
    pub fn bands(&self) -> Html {
        self.props.bands.iter().map(|(colour, ends)| self.band(colour, ends)).collect()
    }

    fn band(&self, colour: &str, ends: &[(f64, f64)]) -> Html {
        let steps = usize::from(self.props.steps);
        let edge = |side: fn(&(f64, f64)) -> f64| {
            let at =
                move |i: usize| [(i, side(&ends[i.saturating_sub(steps)])), (i, side(&ends[i]))];
            (0..ends.len()).flat_map(at)
        };
        let corner = |(i, y): (usize, f64)| format!("{:.1},{:.1}", self.x(i + 1), self.scale.y(y));
        let corners = edge(|e| e.0).chain(edge(|e| e.1).collect::<Vec<_>>().into_iter().rev());
        let points = corners.map(corner).collect::<Vec<_>>().join(" ");
        html! { <polygon class="area" fill={colour.to_owned()} {points} /> }
    }

    /// The lines, each with the trial that it is of.
    pub fn lines(&self) -> Html {
        let line = |(i, series): (usize, &Series)| {
            let trial = self.props.ids.get(i).map(|n| (n + 1).to_string());
            html! { <g data-trial={trial}>{ self.line(series) }</g> }
        };
        self.props.series.iter().enumerate().map(line).collect()
    }

    fn line(&self, series: &Series) -> Html {
        let (class, stroke) = (series.class, series.colour.clone());
        html! {
            <>
                <path d={self.path(series)} {class} {stroke} />
                { self.rise(series).unwrap_or_default() }
                { self.single(series).unwrap_or_default() }
            </>
        }
    }

    fn path(&self, series: &Series) -> String {
        let mut d = String::new();
        let mut pen_up = true;
        for (i, value) in series.values.iter().enumerate() {
            let Some(y) = value else {
                pen_up = true;
                continue;
            };
            let (x, y) = (self.x(series.from + i), self.scale.y(*y));
            d += &match (pen_up, self.props.steps) {
                (true, _) => format!("M{x:.1} {y:.1}"),
                (false, true) => format!("H{x:.1}V{y:.1}"),
                (false, false) => format!("L{x:.1} {y:.1}"),
            };
            pen_up = false;
        }
        d
    }

    /// Where a loss goes beyond all bounds no value can be drawn: the line rises out of the frame.
    fn rise(&self, series: &Series) -> Option<Html> {
        let (class, last) = (series.class, series.values.len().checked_sub(1)?);
        let y = self.scale.y(series.values[last]?);
        let x = self.x(self.props.rise.filter(|_| matches!(class, "line train" | "line valid"))?);
        let (from, left, right) = (self.x(series.from + last), x - 3.0, x + 3.0);
        let d = format!("M{from:.1} {y:.1}L{x:.1} 1M{left:.1} 6L{x:.1} 1L{right:.1} 6");
        Some(html! { <path {class} {d} /> })
    }

    /// A dot where there is but one value: no line can be seen of it.
    fn single(&self, series: &Series) -> Option<Html> {
        let single = !series.name.is_empty() && series.values.iter().flatten().count() == 1;
        let y = series.values.iter().flatten().next().filter(|_| single)?;
        let (x, y) = (self.x(series.from).to_string(), self.scale.y(*y).to_string());
        Some(html! { <circle cx={x} cy={y} r="2.5" class="pin" fill={series.colour.clone()} /> })
    }

    fn text(&self, value: Option<f64>) -> String {
        match value {
            None => "–".into(),
            Some(v) if !self.props.share => format::loss(v),
            Some(v) if self.props.plain => format::fixed(v, 3),
            Some(v) => format::percent(v),
        }
    }

    /// The key, with the values at the cross-hair.
    pub fn key(&self, cross: Option<usize>) -> Html {
        let one = |series: &Series| {
            let (class, stroke) = (series.class, series.colour.clone());
            html! {
                <span class={classes!("key-line", class)}>
                    <svg viewBox="0 0 18 6" aria-hidden="true">
                        <path d="M0 3H18" {class} {stroke} />
                    </svg>
                    { &series.name }
                    if let Some(x) = cross {
                        <b>{ self.text(value(series, x)) }</b>
                    }
                </span>
            }
        };
        html! {
            <figcaption class="key">
                if let Some(x) = cross {
                    <span>{ format!("{} {x}", self.props.x_name) }</span>
                }
                { for self.named().map(one) }
                { self.marked().unwrap_or_default() }
            </figcaption>
        }
    }

    /// What the marks on the x axis are.
    fn marked(&self) -> Option<Html> {
        let mut names: Vec<String> = Vec::new();
        for (_, name) in &self.props.marks {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names.retain(|name| !name.is_empty());
        if names.len() > MARKS {
            names.truncate(MARKS);
            names.push("…".into());
        }
        let line = html! {
            <svg viewBox="0 0 18 6" aria-hidden="true"><path d="M0 3H18" class="mark" /></svg>
        };
        (!names.is_empty())
            .then(|| html! { <span class="key-line">{ line }{ format::pairs(&names) }</span> })
    }

    /// The same for those who can't see it, at the ticks.
    pub fn table(&self) -> Html {
        let names = self.named().map(|s| s.name.clone());
        let head = std::iter::once(self.props.x_name.to_string()).chain(names).collect();
        let row = |x: f64| {
            let values = self.named().map(|s| self.text(value(s, x as usize)));
            std::iter::once(x.to_string()).chain(values).collect()
        };
        let rows = self.scale.x_ticks().into_iter().map(row).collect();
        twin::table(&self.props.label, head, rows)
    }
}
