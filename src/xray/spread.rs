//! All trials at once: side by side over all parameters, over time, by what they scored, and the
//! front of two objectives.

use super::{chart, event, parts, words};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::brush::Surface;
use crate::plot::chart::{Axis, Chart, Dot, Line, Mark, Scale};
use crate::plot::colour;
use crate::plot::listed::Drawing;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::import::TrialState;
use tunescape_core::sort::ascending;
use tunescape_core::space::Space;
use tunescape_core::state::xray::{OpenStudy, WHOLE, XrayEvent};
use yew::prelude::*;

/// Lines of the parallel plot: more would be one grey.
const LINES: usize = 300;
/// Those that are put there at once while the screen of a large study is drawn part by part.
const AT_ONCE: usize = 100;
/// Axes of it.
const AXES: usize = 16;

/// A line for each trial through its values; of many the best ones.
pub fn parallel(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let of = view.space.as_ref().map_or(0, Space::dim);
    let dims = of.min(AXES);
    let scale = parts::scores(open);
    let domain = chart::domain(open);
    let kept = chart::kept(open);
    let told = |n: &usize| *n < open.shown && kept[*n] && open.loss(*n).is_finite();
    let best_first = || open.worst_first().iter().rev().copied().filter(told);
    let so_far =
        if open.unfolded < WHOLE { AT_ONCE * open.unfolded.saturating_sub(2) } else { LINES };
    let (all, trials) = (best_first().count(), best_first().take(so_far).collect::<Vec<usize>>());
    let (width, top, bottom) = (110.0 * dims as f64 + 110.0, 26.0, 196.0);
    let x = |axis: usize| 40.0 + 110.0 * axis as f64;
    let y = |u: f64| bottom - (bottom - top) * u;
    // The best lie on top.
    let line = |&n: &usize| {
        let mut d = String::new();
        let mut pen = 'M';
        for axis in 0..=dims {
            let at = if axis < dims { open.unit(n, axis) } else { parts::score(open, scale, n) };
            match at {
                Some(u) => {
                    d += &format!("{pen}{:.0} {:.1}", x(axis), y(u));
                    pen = 'L';
                }
                // Where a trial lacks a parameter, its line has a gap.
                None => pen = 'M',
            }
        }
        let (shade, _) = chart::look(open, domain, n);
        let lit = (open.pointed == Some(n)).then_some("lit");
        html! { <path class={classes!("trial", lit)} stroke={colour::hex(shade)} {d} /> }
    };
    let axis = |at: usize| {
        let (name, ticks) = match at < dims {
            true => (words::name(view, at), words::ticks(view, at, 3)),
            false => (words::aimed(view), scale.ticks(4, words::number)),
        };
        html! {
            <g class="tick">
                <line x1={x(at).to_string()} x2={x(at).to_string()} y1={top.to_string()}
                    y2={bottom.to_string()} />
                <text class="axis" x={x(at).to_string()} y="14" text-anchor="middle">{ name }</text>
                { for ticks.into_iter().map(|(u, text)| html! { <text x={(x(at) + 4.0).to_string()} y={(y(u) + 3.5).to_string()}>{ text }</text> }) }
            </g>
        }
    };
    let surface = |axis: usize| {
        let name = if axis < dims { words::name(view, axis) } else { words::aimed(view) };
        // The score's number goes by all parameters, of which there may be more than axes.
        let brushed = if axis < dims { axis } else { view.searched.len() };
        Surface {
            axis: brushed,
            name,
            x: x(axis),
            top,
            high: bottom - top,
            stretch: open.look.stretch(brushed),
            tell: link.callback(|brush| event(XrayEvent::Brush(brush))),
        }
        .view()
    };
    html! {
        <>
            if of > AXES { <p class="about">{ t!("xray.first_of", n = AXES, of = of) }</p> }
            if all > LINES { <p class="about">{ explained(t!("xray.best_of", n = LINES, of = format::count(all))) }</p> }
            <div class="scroll-across" tabindex="0" role="region"
                aria-label={t!("xray.part.parallel")}>
                <Drawing class="xray-parallel" view_box={format!("0 0 {width} 206")}
                    width={width.to_string()} role="group" name={t!("xray.part.parallel")}>
                    { for trials.iter().rev().map(line) }
                    { for (0..=dims).map(axis) }
                    { for (0..=dims).map(surface) }
                </Drawing>
            </div>
        </>
    }
}

/// Bars of the timeline: the last ones told.
const BARS: usize = 400;

/// When each trial ran.
pub fn timeline(open: &OpenStudy) -> Html {
    let view = &open.view;
    let ran = |n: &usize| view.ends[*n] >= view.starts[*n];
    let mut told = chart::told(open);
    told.retain(|n| *n < view.len() && ran(n));
    let bars = &told[told.len().saturating_sub(BARS)..];
    let ends = bars.iter().flat_map(|n| [view.starts[*n], view.ends[*n]]);
    let ends: Vec<f64> = ends.collect();
    let scale = Scale { log: false, ..Scale::of(ends.iter().copied()) };
    let domain = chart::domain(open);
    let high = 1.0 / bars.len().max(1) as f64;
    let bar = |(row, n): (usize, &usize)| {
        let (from, to) = (scale.place(view.starts[*n]), scale.place(view.ends[*n]).max(0.0));
        let (top, low) = (1.0 - high * row as f64, 1.0 - high * (row as f64 + 0.8));
        let to = to.max(from + 0.004);
        let (shade, _) = chart::look(open, domain, *n);
        let class = match view.states[*n] {
            TrialState::Complete => "run",
            _ => "run stopped",
        };
        let points = vec![[from, top], [to, top], [to, low], [from, low]];
        Line { class, colour: Some(colour::hex(shade)), points, area: true }
    };
    let lines: Vec<Line> = bars.iter().enumerate().map(bar).collect();
    let time = |seconds: f64| format::duration(1000.0 * seconds);
    let x = Axis { name: t!("xray.time"), ticks: scale.ticks(4, time) };
    let number = |place: usize| {
        let n = bars.get(place)?;
        let at = 1.0 - high * (place as f64 + 0.4);
        Some((at, words::trial_number(open, *n).to_string()))
    };
    let last = bars.len().saturating_sub(1);
    let rows: Vec<(f64, String)> = [0, last].into_iter().filter_map(number).collect();
    let y = Axis { name: t!("axis.trials"), ticks: rows };
    html! {
        <>
            if told.len() > BARS { <p class="about">{ explained(t!("xray.last_of", n = BARS, of = format::count(told.len()))) }</p> }
            <div class="wide"><Chart label={t!("xray.part.timeline")} {x} {y} {lines} /></div>
        </>
    }
}

/// The share of the trials that scored so well or better, and their ranks on the map's first axis.
pub fn distribution(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let losses = open.memo.get(("losses", 0), || {
        let told = chart::told(open).into_iter().filter(|n| open.counts(*n)).map(|n| open.loss(n));
        let mut losses: Vec<f64> = told.filter(|loss| loss.is_finite()).collect();
        ascending(&mut losses);
        losses
    });
    let scale = parts::scores(open);
    let share = |i: usize| (i + 1) as f64 / losses.len().max(1) as f64;
    // A step for each pixel is enough.
    let every = (losses.len() / 400).max(1);
    let mut points = Vec::new();
    for (i, loss) in
        losses.iter().enumerate().filter(|(i, _)| i % every == 0 || i + 1 == losses.len())
    {
        let x = scale.place(view.value(*loss));
        points.extend(points.last().map(|before: &[f64; 2]| [x, before[1]]));
        points.push([x, share(i)]);
    }
    let lines = vec![Line { class: "line valid", points, ..Line::default() }];
    let x = Axis { name: words::aimed(view), ticks: scale.ticks(4, words::number) };
    let percents = [0.0, 0.25, 0.5, 0.75, 1.0].map(|u| (u, format!("{:.0}%", 100.0 * u)));
    let y = Axis { name: t!("xray.share"), ticks: percents.to_vec() };
    html! {
        <>
            <p class="about">{ explained(t!("xray.ecdf_says")) }</p>
            <div class="plots">
                <Chart label={t!("after.ecdf")} {x} {y} {lines} />
                { ranks(open, link, &losses) }
            </div>
        </>
    }
}

/// Ranks instead of scores over the map's axes: what is far out weighs no more than what is near.
fn ranks(open: &OpenStudy, link: &Link, losses: &[f64]) -> Html {
    let view = &open.view;
    let [across, up] = open.axes;
    if view.space.as_ref().map_or(0, Space::dim) < 2 {
        return Html::default();
    }
    let dot = |trial: usize| {
        let loss = Some(open.loss(trial)).filter(|_| open.counts(trial))?;
        let at = [open.unit(trial, across)? as f32, open.unit(trial, up)? as f32];
        let rank = losses.partition_point(|other| *other < loss) as f64;
        let colour = colour::loss(1.0 - rank / losses.len().max(2) as f64);
        loss.is_finite().then_some(Dot { at, colour, mark: Mark::Full, trial })
    };
    let dots =
        open.memo.get(("ranks", 0), || chart::told(open).into_iter().filter_map(dot).collect());
    let axis = |param| Axis { name: words::name(view, param), ticks: words::ticks(view, param, 3) };
    html! {
        <Chart label={t!("xray.ranks")} x={axis(across)} y={axis(up)} {dots} pointed={open.pointed}
            onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))} />
    }
}

/// Two objectives against each other, and the trials that none beats.
pub fn front(open: &OpenStudy, link: &Link) -> Html {
    let view = &open.view;
    let first = view.aim.objective;
    let second = view.aim.second.unwrap_or(usize::from(first == 0));
    let values = |at: usize| &view.values[at][..open.shown.min(view.len())];
    let [a, b] = [first, second].map(|at| Scale::of(values(at).iter().copied()));
    let place = |n: usize| {
        let [x, y] = [view.values[first].get(n)?, view.values[second].get(n)?];
        (x.is_finite() && y.is_finite()).then(|| [a.place(*x), b.place(*y)])
    };
    let told = view.front.iter().copied().filter(|n| *n < open.shown);
    let line =
        Line { class: "line valid", points: told.filter_map(place).collect(), ..Line::default() };
    let axis = |at: usize, scale: &Scale| Axis {
        name: words::objective(view, at),
        ticks: scale.ticks(4, words::number),
    };
    html! {
        <>
            <p class="about">{ explained(t!("xray.front_says", n = view.front.len())) }</p>
            <div class="wide">
                <Chart id="xray-front" label={t!("xray.part.front")} x={axis(first, &a)} y={axis(second, &b)} dots={chart::dots(open, ("front", second), place)} lines={vec![line]}
                    pointed={open.pointed} onpoint={link.callback(|trial| event(XrayEvent::Point(trial)))} />
            </div>
        </>
    }
}
