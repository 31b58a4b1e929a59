//! The decision boundary (or the regression surface) under the points.

use super::raster::{Pixels, Raster};
use super::{colour, twin};
use crate::plot::listed::use_listed;
use crate::words::dataset;
use crate::words::format;
use std::rc::Rc;
use tunescape_core::data::Task;
use tunescape_core::worker::{Boundary, Overview};
use yew::prelude::*;

#[derive(Properties)]
pub struct BoundaryProps {
    pub boundary: Option<Boundary>,
    pub data: Rc<Overview>,
    pub label: AttrValue,
    /// Whether only the answer is shown, not how sure it is.
    #[prop_or_default]
    pub discrete: bool,
}

impl PartialEq for BoundaryProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.data, &other.data)
            && self.boundary == other.boundary
            && (&self.label, self.discrete) == (&other.label, other.discrete)
    }
}

/// The picture: smooth colours of the network's output, filled dots for training, ringed dots for
/// validation points.
#[component]
pub fn BoundaryPlot(props: &BoundaryProps) -> Html {
    let pixels = use_memo(
        (props.boundary.clone(), props.data.task, props.discrete),
        |(boundary, task, discrete)| {
            boundary.as_ref().map(|b| {
                Pixels::paint(b.side, b.side, |x, y| {
                    let value = f64::from(b.values[y * b.side + x]);
                    match task {
                        Task::Binary if *discrete => {
                            soften(colour::class(usize::from(value > 0.5), 2))
                        }
                        Task::Classes(n) if *discrete => {
                            tint(colour::class(value as usize, *n), 0.6)
                        }
                        Task::Binary => soften(colour::diverging(2.0 * value - 1.0)),
                        Task::Regression => soften(colour::diverging(value / 2.0)),
                        Task::Classes(n) => tint(colour::class(value as usize, *n), value.fract()),
                    }
                })
            })
        },
    );
    let drawn = props.boundary.as_ref().map(|_| props.label.clone());
    let plot = use_listed(&drawn.unwrap_or_default());
    let Some(points) = &props.data.points else { return Html::default() };
    let place = |v: f32, reach: f32| format!("{:.1}", 100.0 * (1.0 + v / reach));
    let dot = |(xy, y): &([f32; 2], f32), train: bool| {
        let fill = match props.data.task {
            Task::Regression => colour::diverging(f64::from(*y) / 2.0),
            Task::Binary => colour::class(*y as usize, 2),
            Task::Classes(n) => colour::class(*y as usize, n),
        };
        let class = if train { "dot" } else { "dot valid" };
        html! { <circle {class} cx={place(xy[0], points.reach)} cy={place(-xy[1], points.reach)} r="2.1" fill={colour::hex(fill)} /> }
    };
    let twin = || {
        let boundary = props.boundary.as_ref()?;
        let part = |i: usize| twin::part(i, boundary.side);
        let at = |_, i: usize| format::number(f64::from(points.reach) * (0.4 * i as f64 - 0.8));
        let value =
            |x: usize, y: usize| f64::from(boundary.values[part(4 - y) * boundary.side + part(x)]);
        let target = dataset::target(&props.data);
        let text = |v: f64| match props.data.task {
            Task::Classes(_) => {
                format!("{} {}", target[v as usize], format::percent(v.fract()))
            }
            _ => format::fixed(v, 2),
        };
        Some(twin::grid(&props.label, "x2 \\ x1".into(), at, |x, y| text(value(x, y))))
    };
    html! {
        <div ref={plot} class="boundary">
            { twin().unwrap_or_default() }
            if let Some(pixels) = (*pixels).clone() {
                <Raster {pixels} class="smooth" label={props.label.clone()} />
            }
            <svg viewBox="0 0 200 200" aria-hidden="true">
                { for points.valid.iter().map(|p| dot(p, false)) }
                { for points.train.iter().map(|p| dot(p, true)) }
            </svg>
        </div>
    }
}

/// Paler than the points that lie on it.
fn soften(c: [u8; 3]) -> [u8; 3] {
    tint(c, 0.75)
}

fn tint(c: [u8; 3], strength: f64) -> [u8; 3] {
    c.map(|v| (255.0 + (f64::from(v) - 255.0) * strength) as u8)
}
