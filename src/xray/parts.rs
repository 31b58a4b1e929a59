//! The study from one side at a time.

use super::{chart, contour, curves, event, importance, race, spread, table, words};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::brush;
use crate::plot::chart::{Axis, Chart, Scale};
use crate::words::texts::t;
use tunescape_core::space::Space;
use tunescape_core::state::selection::Brush;
use tunescape_core::state::xray::{OpenStudy, Part, XrayEvent};
use yew::prelude::*;

const PARTS: [(Part, &str); 11] = [
    (Part::Parallel, "parallel"),
    (Part::Slices, "slices"),
    (Part::Contour, "contour"),
    (Part::Cuts, "cuts"),
    (Part::Importance, "importance"),
    (Part::Curves, "curves"),
    (Part::Timeline, "timeline"),
    (Part::Distribution, "distribution"),
    (Part::Front, "front"),
    (Part::Race, "race"),
    (Part::Table, "table"),
];

/// Whether there is anything to see on a side.
fn has(open: &OpenStudy, part: Part) -> bool {
    let view = &open.view;
    match part {
        Part::Curves => view.curves.iter().any(|curve| !curve.is_empty()),
        Part::Timeline => view.ends.iter().zip(&view.starts).any(|(end, start)| end >= start),
        Part::Front => view.objectives.len() > 1,
        Part::Parallel | Part::Slices | Part::Cuts | Part::Importance => view.space.is_ok(),
        Part::Contour => {
            let [across, up] = open.axes;
            view.space.as_ref().is_ok_and(|space| space.dim() > 1) && across != up
        }
        Part::Race => view.races.is_some(),
        Part::Distribution | Part::Table => true,
    }
}

/// Whether a side shows only what is brushed: models, importance and the race have all trials.
fn follows_brush(part: Part) -> bool {
    !matches!(part, Part::Cuts | Part::Importance | Part::Race)
}

pub fn card(open: &OpenStudy, link: &Link) -> Html {
    let part = if has(open, open.part) { open.part } else { Part::Table };
    let shown = PARTS.into_iter().filter(|(part, _)| has(open, *part));
    html! {
        <section class="card" id="xray-parts" aria-label={t!("xray.parts")}>
            <span class="segments" role="group" aria-label={t!("xray.parts")}>
                { for shown.map(|(own, key)| html! {
                    <button type="button" id={format!("xray-part-{key}")}
                        aria-pressed={(own == part).to_string()}
                        onclick={link.callback(move |_| event(XrayEvent::Look(own)))}>
                        { t!(format!("xray.part.{key}")) }
                    </button>
                }) }
            </span>
            <p class="about" id="brushed" role="status">
                if !open.look.brushed.is_empty() && follows_brush(part) {
                    { brush::standing(link, &chart::kept(open), || event(XrayEvent::Brush(Brush::Clear))) }
                } else if part == Part::Parallel {
                    { t!("xray.brush") }
                }
            </p>
            { match part {
                Part::Parallel => spread::parallel(open, link),
                Part::Slices => slices(open, link),
                Part::Contour => contour::view(open, link),
                Part::Cuts => curves::cuts(open),
                Part::Importance => importance::view(open),
                Part::Curves => curves::reports(open),
                Part::Timeline => spread::timeline(open),
                Part::Distribution => spread::distribution(open, link),
                Part::Front => spread::front(open, link),
                Part::Race => race::view(open, link),
                Part::Table => table::view(open, link),
            } }
        </section>
    }
}

/// Scores on an axis, of trials with one.
pub fn scores(open: &OpenStudy) -> Scale {
    *open
        .memo
        .get(("scores", 0), || Scale::of((0..open.trials()).map(|n| open.view.value(open.loss(n)))))
}

/// The score of a trial from 0 to 1; none where it has none.
pub fn score(open: &OpenStudy, scale: Scale, trial: usize) -> Option<f64> {
    let loss = open.loss(trial);
    loss.is_finite().then(|| scale.place(open.view.value(loss)))
}

/// Plots that are drawn at once.
const AT_ONCE: usize = 24;

/// What the trials scored against each parameter.
fn slices(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let scale = scores(open);
    let dims = view.space.as_ref().map_or(0, Space::dim);
    let one = |param: usize| {
        let at = |n: usize| Some([open.unit(n, param)?, score(open, scale, n)?]);
        let name = words::name(view, param);
        let x = Axis { name: name.clone(), ticks: words::ticks(view, param, 3) };
        let y = Axis { name: words::aimed(view), ticks: scale.ticks(4, words::number) };
        html! {
            <Chart label={t!("xray.slice", name = name)} {x} {y} dots={chart::dots(open, ("slice", param), at)} pointed={open.pointed}
                onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))} />
        }
    };
    html! {
        <>
            <p class="about">{ explained(t!("xray.slices_says")) }
                if dims > AT_ONCE { { " " }{ t!("xray.first_of", n = AT_ONCE, of = dims) } }</p>
            <div class="plots">{ for (0..dims.min(AT_ONCE)).map(one) }</div>
        </>
    }
}
