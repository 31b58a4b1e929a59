//! Would another tuner have found it? Strategies race over the table of trials.

use super::{event, words};
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::chart::{Axis, Chart, Line, Scale};
use crate::plot::{axis, colour};
use crate::search::searched;
use crate::words::format::{count, percent};
use crate::words::texts::t;
use tunescape_core::import::replay::{MAX_TRIALS, Raced};
use tunescape_core::state::xray::{OpenStudy, XrayEvent};
use yew::prelude::*;

pub fn view(open: &OpenStudy, link: &Link) -> Html {
    let Some(trials) = open.view.races else { return Html::default() };
    let running = open.is_racing();
    // More would be too many to hold every proposal against.
    let of = open.view.with_value();
    html! {
        <>
            <p><b>{ t!("xray.race_title") }</b>{ " " }{ explained(t!("xray.race_says", n = count(trials))) }</p>
            if trials == MAX_TRIALS && of > trials { <p class="about">{ explained(t!("xray.race_cut", n = count(trials), of = count(of))) }</p> }
            <p class="about">{ explained(t!("xray.race_limits")) }</p>
            <div class="actions">
                if running {
                    <button type="button" id="xray-race-stop"
                        onclick={link.callback(|_| event(XrayEvent::StopRace))}>
                        { t!("xray.race_stop") }
                    </button>
                } else {
                    <button type="button" id="xray-race" class="primary"
                        onclick={link.callback(|_| event(XrayEvent::Race))}>
                        { t!("xray.race_start") }
                    </button>
                }
                if let Some(race) = open.race.as_ref().filter(|_| running) {
                    <progress max={race.all.to_string()} value={race.done.to_string()} />
                }
            </div>
            if let Some(race) = &open.race { { board(open, race) } }
        </>
    }
}

fn board(open: &OpenStudy, race: &Raced) -> Html {
    let view = &open.view;
    let value = |loss: f64| view.value(loss);
    let recorded = &race.recorded[..race.budget.min(race.recorded.len())];
    let all = race.bands.iter().flatten().flatten().chain(recorded).map(|loss| value(*loss));
    let finite: Vec<f64> = all.filter(|v| v.is_finite()).collect();
    let scale = Scale::of(finite.iter().copied());
    let last = race.budget.saturating_sub(1).max(1) as f64;
    let at = |(i, loss): (usize, f64)| {
        loss.is_finite().then(|| [i as f64 / last, scale.place(value(loss))])
    };
    // What is best holds until the next trial.
    let line = |losses: &mut dyn Iterator<Item = f64>| -> Vec<[f64; 2]> {
        let mut points: Vec<[f64; 2]> = Vec::new();
        for [x, y] in losses.enumerate().filter_map(at) {
            points.extend(points.last().map(|before| [x, before[1]]));
            points.push([x, y]);
        }
        points
    };
    let mut lines = Vec::new();
    for (name, bands) in race.strategies.iter().zip(&race.bands) {
        let shade = Some(colour::strategy(*name).to_owned());
        let mut area = line(&mut bands.iter().map(|band| band[0]));
        area.extend(line(&mut bands.iter().map(|band| band[2])).into_iter().rev());
        lines.push(Line { class: "area", colour: shade.clone(), points: area, area: true });
        let points = line(&mut bands.iter().map(|band| band[1]));
        lines.push(Line { class: "line racer", colour: shade, points, area: false });
    }
    let points = line(&mut recorded.iter().copied());
    lines.push(Line { class: "line recorded", points, ..Line::default() });
    let ticks = axis::linear(1.0, race.budget as f64, 4);
    let ticks = ticks.into_iter().filter(|n| *n >= 1.0 && *n <= race.budget as f64);
    let x = Axis {
        name: t!("axis.trials"),
        ticks: ticks.map(|n| ((n - 1.0) / last, words::number(n))).collect(),
    };
    let y = Axis { name: words::aimed(view), ticks: scale.ticks(4, words::number) };
    html! {
        <>
            <div class="wide"><Chart id="xray-raced" label={t!("xray.race_title")} {x} {y} {lines} /></div>
            { standings(open, race) }
            if let Some(gap) = race.gap { <p class="about">{ explained(t!("xray.gap", gap = percent(gap))) }</p> }
        </>
    }
}

/// What each would have saved.
fn standings(open: &OpenStudy, race: &Raced) -> Html {
    let best = race.recorded.last().copied().unwrap_or(f64::INFINITY);
    let took = race.recorded.iter().position(|loss| *loss <= best).map_or(0, |at| at + 1);
    let trials = |n: f64| match n.is_finite() {
        true => count(n as usize),
        false => t!("xray.race_more", n = race.budget),
    };
    let row = |at: usize| {
        let [low, median, high] = race.reach.get(at).copied().flatten()?;
        let saved = match took as f64 - median {
            saved if saved.is_infinite() => "–".into(),
            saved if saved >= 1.0 => t!("xray.race_saved", n = count(saved as usize)),
            saved if saved <= -1.0 => t!("xray.race_cost", n = count(-saved as usize)),
            _ => t!("xray.race_same"),
        };
        Some(html! {
            <tr><th scope="row">{ searched::name(race.strategies[at]) }</th><td>{ trials(median) }</td><td>{ format!("{} … {}", trials(low), trials(high)) }</td><td>{ saved }</td></tr>
        })
    };
    html! {
        <>
            <p id="xray-race-best">{ explained(t!("xray.race_best", value = words::loss(&open.view, best), n = count(took))) }</p>
            <div class="scroll-across"><table id="xray-standings">
                <thead><tr><th>{ t!("xray.strategy") }</th><th>{ t!("xray.race_median") }</th><th>{ t!("xray.race_half") }</th><th>{ t!("xray.race_saves") }</th></tr></thead>
                <tbody>{ for (0..race.strategies.len()).filter_map(row) }</tbody>
            </table></div>
            if race.done < race.all { <p class="about" id="xray-race-going">{ explained(t!("xray.race_going", done = race.finished, all = race.seeds)) }</p> }
        </>
    }
}
