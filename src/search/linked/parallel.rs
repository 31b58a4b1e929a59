//! A line for each trial through its values. A stretch of an axis is brushed by dragging along it,
//! or by keys.

use super::{Mark, Ticks};
use crate::controls::link::Link;
use crate::plot::brush::Surface;
use crate::plot::listed::Drawing;
use crate::words::texts::t;
use tunescape_core::state::search::StudyEvent;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// The length of an axis in units of the drawing.
const HIGH: f64 = 112.0;

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

    fn brush(self, axis: usize, brush: Brush) -> Brush {
        let place = |u: f64| self.stretch(axis, [u, u])[0];
        match brush {
            Brush::Begin(axis, u) => Brush::Begin(axis, place(u)),
            Brush::To(u) => Brush::To(place(u)),
            Brush::Set(axis, stretch) => Brush::Set(axis, self.stretch(axis, stretch)),
            other => other,
        }
    }
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
            <Drawing class="parallel" view_box="0 0 620 150" role="group"
                name={t!("linked.parallel")}>
                { for (0..self.axes.len()).map(|i| self.axis(i)) }
                { for self.marks.iter().map(|mark| self.way(mark)) }
                // Above the lines, which would take the pointer.
                { for (0..self.axes.len()).map(|i| self.surface(i)) }
            </Drawing>
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

    fn surface(&self, i: usize) -> Html {
        let turn = self.turn();
        Surface {
            axis: i,
            name: self.axes[i].0.clone(),
            x: self.x(i),
            top: y(1.0),
            high: HIGH,
            stretch: self.state.study.look.stretch(i).map(|s| turn.stretch(i, s)),
            tell: self
                .link
                .callback(move |brush| Event::Study(StudyEvent::Brush(turn.brush(i, brush)))),
        }
        .view()
    }
}
