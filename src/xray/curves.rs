//! Curves: intermediate values of the trials, and predictions along each parameter.

use super::{chart, words};
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart, Line, Scale};
use crate::plot::colour;
use crate::words::texts::t;
use tunescape_core::search::Quantity;
use tunescape_core::state::xray::OpenStudy;
use yew::prelude::*;

/// Curves that are drawn: the last ones told, and the best.
const DRAWN: usize = 120;

/// Intermediate values, the trials in the colours of what they came to.
pub fn reports(open: &OpenStudy) -> Html {
    let view = &open.view;
    let mut told = chart::told(open);
    told.retain(|&n| view.curves.get(n).is_some_and(|curve| !curve.is_empty()));
    let all = told.len();
    let mut drawn = told[all.saturating_sub(DRAWN)..].to_vec();
    if let Some((best, _)) = open.best().filter(|(best, _)| told.contains(best)) {
        drawn.retain(|n| *n != best);
        drawn.push(best);
    }
    let points = || drawn.iter().flat_map(|&n| view.curves[n].iter());
    let values = Scale::of(points().map(|point| point.1));
    let steps = Scale { log: false, ..Scale::of(points().map(|point| point.0).chain([0.0])) };
    let domain = chart::domain(open);
    let one = |&n: &usize| {
        let (shade, _) = chart::look(open, domain, n);
        let finite = view.curves[n].iter().filter(|(_, value)| value.is_finite());
        let points = finite.map(|(step, value)| [steps.place(*step), values.place(*value)]);
        let class = if Some(n) == open.best().map(|best| best.0) { "curve best" } else { "curve" };
        Line { class, colour: Some(colour::hex(shade)), points: points.collect(), area: false }
    };
    let lines: Vec<Line> = drawn.iter().map(one).collect();
    let x = Axis { name: t!("xray.step_axis"), ticks: steps.ticks(5, words::number) };
    let y = Axis { name: words::objective(view, 0), ticks: values.ticks(4, words::number) };
    html! {
        <>
            <p class="about">{ explained(t!("xray.curves_says", n = drawn.len(), of = all)) }</p>
            <div class="wide"><Chart label={t!("xray.part.curves")} {x} {y} {lines} /></div>
        </>
    }
}

/// What the first strategy predicts along each parameter, through its proposal.
pub fn cuts(open: &OpenStudy) -> Html {
    let Some(thought) = open.thought(0) else {
        // One that failed is in a notice.
        let busy = open.is_thinking(0);
        return html! { if busy { <p class="about" role="status">{ t!("xray.thinking") }</p> } };
    };
    let (view, Ok(space)) = (&open.view, &open.view.space) else { return Html::default() };
    let cuts = &thought.mind.cuts;
    if cuts.is_empty() {
        return html! { <p class="about">{ explained(t!("xray.no_cuts")) }</p> };
    }
    let banded = cuts.iter().any(|cut| !cut.bands.is_empty());
    let ends = cuts.iter().flat_map(|cut| cut.bands.iter().flatten());
    let values: Vec<f64> = ends.map(|loss| view.value(f64::from(*loss))).collect();
    let scale = Scale { log: false, ..Scale::of(values.iter().copied()) };
    let unit = space.to_unit(&thought.through);
    let one = |cut: &tunescape_core::study::ask::Cut| {
        let along = |i: usize, n: usize| i as f64 / (n.max(2) - 1) as f64;
        let band = |of: usize| -> Vec<[f64; 2]> {
            let at = |(i, band): (usize, &[f32; 3])| {
                [along(i, cut.bands.len()), scale.place(view.value(f64::from(band[of])))]
            };
            cut.bands.iter().enumerate().map(at).collect()
        };
        let mut lines = Vec::new();
        if banded {
            let mut area = band(0);
            area.extend(band(2).into_iter().rev());
            lines.push(Line { class: "band", points: area, area: true, ..Line::default() });
            lines.push(Line { class: "line valid", points: band(1), ..Line::default() });
        }
        let drawn = |of: Quantity| match of {
            Quantity::Acquisition if banded => Some("line wish"),
            Quantity::Good => Some("line valid"),
            Quantity::Bad => Some("line other"),
            _ => None,
        };
        for (of, layer) in &cut.layers {
            let Some(class) = drawn(*of) else { continue };
            let own = Scale { log: false, ..Scale::of(layer.iter().map(|v| f64::from(*v))) };
            // An acquisition has the lower third for itself.
            let size = if *of == Quantity::Acquisition { 0.33 } else { 1.0 };
            let at =
                |(i, v): (usize, &f32)| [along(i, layer.len()), size * own.place(f64::from(*v))];
            let points = layer.iter().enumerate().map(at).collect();
            lines.push(Line { class, points, ..Line::default() });
        }
        let here = unit[cut.param];
        lines.push(Line {
            class: "here",
            points: vec![[here, 0.0], [here, 1.0]],
            ..Line::default()
        });
        let name = words::name(view, cut.param);
        let x = Axis { name: name.clone(), ticks: words::ticks(view, cut.param, 3) };
        let ticks = if banded { scale.ticks(4, words::number) } else { Vec::new() };
        let y = Axis { name: if banded { words::aimed(view) } else { t!("xray.density") }, ticks };
        html! { <Chart label={t!("mind.cut", name = name)} {x} {y} {lines} /> }
    };
    html! {
        <>
            <p class="about">{ explained(if banded { t!("xray.cuts_says") } else { t!("xray.cuts_densities") }) }</p>
            <div class="plots">{ for cuts.iter().map(one) }</div>
        </>
    }
}
