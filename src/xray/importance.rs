//! Which hyperparameters mattered, asked in two ways.

use super::words;
use crate::controls::fields;
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart, Line, Scale};
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::sort::sort_by;
use tunescape_core::state::xray::OpenStudy;
use tunescape_core::study::importance::Importance;
use yew::prelude::*;

pub fn view(open: &OpenStudy) -> Html {
    match open.importance() {
        // It failed, which a notice says.
        None if !open.is_explaining() => Html::default(),
        None => html! { <p class="about" role="status">{ t!("xray.thinking") }</p> },
        Some(None) => html! { <p class="about">{ explained(t!("after.too_few")) }</p> },
        Some(Some(found)) => html! { <>{ bars(open, found) }{ dependence(open, found) }</> },
    }
}

fn bars(open: &OpenStudy, found: &Importance) -> Html {
    let view = &open.view;
    let name = |param: usize| words::name(view, param);
    // The most important first.
    let ordered = |shares: &[f32]| {
        let mut all: Vec<(usize, f32)> = shares.iter().copied().enumerate().collect();
        sort_by(&mut all, |a, b| b.1.total_cmp(&a.1));
        all
    };
    let bar = |name: String, class: &'static str, share: f32| {
        let share = f64::from(share);
        fields::bar(name, class, share, format::percent(share))
    };
    let together = found.together.iter().take(3).filter(|pair| pair.2 > 0.005);
    html! {
        <div class="xray-bars">
            if found.is_of_few() { <p class="about">{ explained(t!("after.few")) }</p> }
            if found.diverged + found.stopped + found.left_out > 0 {
                <p class="about">
                    { explained(t!("after.evidence_imported", diverged = found.diverged, stopped = found.stopped, left_out = found.left_out)) }
                    { " " }{ t!("after.trust") }
                </p>
            }
            if found.grown_on < found.trials {
                <p class="about">{ explained(t!("after.spread", n = format::count(found.grown_on), of = format::count(found.trials))) }</p>
            }
            <div class="bars" id="xray-fanova">
                <p class="about">{ explained(t!("after.fanova_says")) }</p>
                { for ordered(&found.alone).into_iter().map(|(param, share)| bar(name(param), "alone", share)) }
                { for together.map(|(a, b, share)| bar(t!("after.together", a = name(*a), b = name(*b)), "pair", *share)) }
            </div>
            <div class="bars" id="xray-ped-anova">
                <p class="about">{ explained(t!("after.ped_says")) }</p>
                { for ordered(&found.good).into_iter().map(|(param, share)| bar(name(param), "good", share)) }
            </div>
            if found.disagrees(open.shown) { <p class="about">{ explained(t!("after.differ")) }</p> }
        </div>
    }
}

/// Parameters whose dependence is drawn: those that matter most.
const DRAWN: usize = 8;

fn dependence(open: &OpenStudy, found: &Importance) -> Html {
    let view = &open.view;
    let value = |loss: f32| view.value(loss.into());
    let ends = |(mean, spread): &(f32, f32)| [value(mean - spread), value(mean + spread)];
    let all: Vec<f64> = found.along.iter().flatten().flat_map(ends).collect();
    let scale = Scale { log: false, ..Scale::of(all.iter().copied()) };
    let mut order: Vec<usize> = (0..found.along.len()).collect();
    sort_by(&mut order, |a, b| found.alone[*b].total_cmp(&found.alone[*a]));
    let one = |param: usize| {
        let along = &found.along[param];
        let last = along.len().saturating_sub(1).max(1) as f64;
        let points = |of: fn(&(f32, f32)) -> f32| -> Vec<[f64; 2]> {
            let at =
                |(i, pair): (usize, &(f32, f32))| [i as f64 / last, scale.place(value(of(pair)))];
            along.iter().enumerate().map(at).collect()
        };
        let mut area = points(|(mean, spread)| mean + spread);
        area.extend(points(|(mean, spread)| mean - spread).into_iter().rev());
        let lines = vec![
            Line { class: "band", points: area, area: true, ..Line::default() },
            Line { class: "line valid", points: points(|(mean, _)| *mean), ..Line::default() },
        ];
        let name = words::name(view, param);
        let x = Axis { name: name.clone(), ticks: words::ticks(view, param, 3) };
        let y = Axis { name: words::aimed(view), ticks: scale.ticks(4, words::number) };
        html! { <Chart label={t!("after.dependence_of", name = name)} {x} {y} {lines} /> }
    };
    html! {
        <>
            <h3>{ t!("after.dependence") }</h3>
            <p class="about">{ explained(t!("after.dependence_says")) }
                if order.len() > DRAWN { { " " }{ t!("xray.first_of", n = DRAWN, of = order.len()) } }</p>
            <div class="plots">{ for order.into_iter().take(DRAWN).map(one) }</div>
        </>
    }
}
