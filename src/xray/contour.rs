//! Filled contours of what the trials scored over the map's two parameters.

use super::{chart, event, words};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart};
use crate::plot::raster::Pixels;
use crate::plot::{colour, twin};
use crate::words::texts::t;
use tunescape_core::state::xray::contour::SIDE;
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use yew::prelude::*;

/// Steps of the score.
const BANDS: f64 = 8.0;

pub fn view(open: &OpenStudy, link: &Link) -> Html {
    let (view, [across, up]) = (&open.view, open.axes);
    let losses = open.memo.get(("losses between", 0), || open.contour(&chart::kept(open)));
    let (Some(losses), Ok(space)) = (&*losses, &view.space) else {
        return html! { <p class="about">{ explained(t!("xray.contour_few")) }</p> };
    };
    let domain = chart::domain(open);
    let back = Pixels::paint(SIDE, SIDE, |x, y| {
        let goodness = domain.goodness(f64::from(losses[(SIDE - 1 - y) * SIDE + x]));
        colour::loss(((goodness * BANDS).floor() + 0.5) / BANDS)
    });
    let at = |trial: usize| Some([open.unit(trial, across)?, open.unit(trial, up)?]);
    let axis = |param| Axis { name: words::name(view, param), ticks: words::ticks(view, param, 4) };
    let names = [across, up].map(|param| words::name(view, param));
    let label = t!("linked.contour", across = names[0], up = names[1]);
    let place = |axis: usize, i: usize| {
        let param = open.axes[axis];
        let x = space.params[param].from_unit(0.2 * i as f64 + 0.1);
        words::value(view, view.searched[param], x)
    };
    let value = |x, y| {
        let at = twin::part(y, SIDE) * SIDE + twin::part(x, SIDE);
        words::loss(view, f64::from(losses[at]))
    };
    html! {
        <>
            <p class="about">{ explained(t!("xray.contour_says")) }</p>
            { twin::grid(&label, names.iter().rev().cloned().collect::<Vec<_>>().join(" \\ "), place, value) }
            <div class="plots">
                <Chart id="xray-contour" square=true {label} x={axis(across)} y={axis(up)} dots={chart::dots(open, ("map", 0), at)} {back}
                    pointed={open.pointed} onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))} />
            </div>
        </>
    }
}
