//! A line for each trial through its values. A stretch of an axis is brushed by dragging along it,
//! or by keys.

use super::{Mark, Ticks};
use crate::controls::link::Link;
use crate::plot::pointer;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::{Event, State};
use web_sys::Element;
use yew::prelude::*;

/// The length of an axis in units of the drawing, and how far beyond it the surface reaches.
const HIGH: f64 = 112.0;
const BEYOND: f64 = 6.0;

pub struct Parallel<'a> {
    pub state: &'a State,
    pub link: &'a Link,
    pub axes: &'a [(String, Ticks)],
    pub marks: &'a [Mark],
    /// Whether a score runs against its cost.
    pub turned: bool,
}

/// What is brushed of the score is kept as of the cost: the stretch of that axis runs the other
/// way.
#[derive(Clone, Copy)]
struct Turn {
    axis: Option<usize>,
}

impl Turn {
    fn stretch(self, axis: usize, [low, high]: [f64; 2]) -> [f64; 2] {
        if self.axis == Some(axis) { [1.0 - high, 1.0 - low] } else { [low, high] }
    }

    fn place(self, axis: usize, u: f64) -> f64 {
        self.stretch(axis, [u, u])[0]
    }
}

fn brush(brush: Brush) -> Event {
    Event::Study(StudyEvent::Brush(brush))
}

/// The axis that a pointer is on, and where on it.
fn at(event: &PointerEvent) -> Option<(Element, usize, f64)> {
    let on = pointer::target(event)?;
    let axis = on.get_attribute("data-axis")?.parse::<usize>().ok()?;
    let up = 1.0 - pointer::over(event, &on)[1];
    let surface = HIGH + 2.0 * BEYOND;
    Some((on, axis, (up * surface / HIGH - BEYOND / HIGH).clamp(0.0, 1.0)))
}

fn y(u: f64) -> f64 {
    28.0 + HIGH * (1.0 - u)
}

impl Parallel<'_> {
    fn x(&self, i: usize) -> f64 {
        40.0 + 520.0 * i as f64 / (self.axes.len() - 1).max(1) as f64
    }

    fn turn(&self) -> Turn {
        Turn { axis: self.turned.then(|| self.axes.len() - 1) }
    }

    pub fn view(&self) -> Html {
        html! {
            <svg class="parallel" viewBox="0 0 620 150" role="group"
                aria-label={t!("linked.parallel")}>
                { for (0..self.axes.len()).map(|i| self.axis(i)) }
                { for self.marks.iter().map(|mark| self.way(mark)) }
                // Above the lines, which would take the pointer.
                { for (0..self.axes.len()).map(|i| self.surface(i)) }
            </svg>
        }
    }

    fn axis(&self, i: usize) -> Html {
        let (name, ticks) = &self.axes[i];
        let x = self.x(i).to_string();
        let beside = (self.x(i) + 5.0).to_string();
        let tick = |(u, text): &(f64, String)| {
            html! { <text x={beside.clone()} y={(y(*u) + 3.5).to_string()}>{ text }</text> }
        };
        html! {
            <g class="tick">
                <line x1={x.clone()} x2={x.clone()} y1={y(0.0).to_string()}
                    y2={y(1.0).to_string()} />
                <text class="axis" {x} y="14" text-anchor="middle">{ name }</text>
                { for ticks.iter().map(tick) }
            </g>
        }
    }

    fn way(&self, mark: &Mark) -> Html {
        let point = |(i, u): (usize, &f64)| format!("{:.1},{:.1}", self.x(i), y(*u));
        let points = mark.at.iter().enumerate().map(point).collect::<Vec<_>>().join(" ");
        html! {
            <g class={classes!("way", mark.class.clone())} data-trial={(mark.n + 1).to_string()}>
                <title>{ &mark.title }</title>
                <polyline class="hit" points={points.clone()} />
                <polyline {points} stroke={mark.fill.clone()} />
            </g>
        }
    }

    /// What takes the pointer and the keys of an axis, over what is brushed of it.
    fn surface(&self, i: usize) -> Html {
        let (link, turn) = (self.link, self.turn());
        let stretch = self.state.study.look.stretch(i).map(|s| turn.stretch(i, s));
        let [low, high] = stretch.unwrap_or([0.0, 1.0]);
        let onpointerdown = link.batch_callback(move |e: PointerEvent| {
            let (on, axis, u) = at(&e)?;
            pointer::hold(&e, &on);
            Some(brush(Brush::Begin(axis, turn.place(axis, u))))
        });
        let onpointermove = link.batch_callback(move |e: PointerEvent| {
            let (_, axis, u) = at(&e).filter(|_| e.buttons() > 0)?;
            Some(brush(Brush::To(turn.place(axis, u))))
        });
        let onpointerup = link.callback(move |_: PointerEvent| brush(Brush::End));
        let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
            let stretch = stepped(&e.key(), [low, high])?;
            e.prevent_default();
            Some(brush(Brush::Set(i, turn.stretch(i, stretch))))
        });
        let says = t!("linked.stretch", low = format::percent(low), high = format::percent(high));
        let (left, name) = (self.x(i) - 10.0, t!("linked.brush_axis", name = self.axes[i].0));
        html! {
            <>
                if stretch.is_some() {
                    <rect class="brush" x={(self.x(i) - 6.0).to_string()} width="12"
                        y={y(high).to_string()} height={(HIGH * (high - low)).to_string()} />
                }
                <rect class="axis-hit" data-axis={i.to_string()} x={left.to_string()} y="22"
                    width="20" height="124" tabindex="0" role="slider"
                    aria-orientation="vertical" aria-label={name} aria-valuemin="0"
                    aria-valuemax="100" aria-valuenow={(100.0 * low).round().to_string()}
                    aria-valuetext={says} {onpointerdown} {onpointermove} {onpointerup}
                    {onkeydown} />
            </>
        }
    }
}

/// The stretch that a key makes of another.
fn stepped(key: &str, [low, high]: [f64; 2]) -> Option<[f64; 2]> {
    match key {
        "ArrowUp" => Some([(low + 0.1).min(high - 0.1), high]),
        "ArrowDown" => Some([low, (high - 0.1).max(low + 0.1)]),
        "Escape" | "Delete" | "Backspace" => Some([0.0, 1.0]),
        _ => None,
    }
}
