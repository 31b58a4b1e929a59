//! Who leads a race: the best so far over the repeats, and the standings.

use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::colour;
use crate::plot::lines::{Lines, Series};
use crate::race::small_map::Whose;
use crate::search::after;
use crate::search::map_tools;
use crate::search::searched;
use crate::search::trial;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::search::StrategyName;
use tunescape_core::state::State;
use tunescape_core::study::race::{Effort, least};
use yew::prelude::*;

/// Median and middle half over the repeats of the best loss so far.
pub fn best_so_far(state: &State, link: &Link) -> Html {
    let race = &state.race;
    let finite = |v: f64| v.is_finite().then_some(v);
    // As far as the learner has come, while it is a race against them.
    let far = if state.hides_truth() { state.race_shown() } else { usize::MAX };
    let bands = |strategy| race.board.bands(strategy).into_iter().take(far).collect();
    let bands: Vec<(StrategyName, Vec<[f64; 3]>)> =
        state.setup.race.strategies.iter().enumerate().map(|(i, &name)| (name, bands(i))).collect();
    let mut series: Vec<Series> = bands
        .iter()
        .map(|(name, ends)| Series {
            name: searched::name(*name),
            class: "line valid",
            colour: Some(colour::strategy(*name).into()),
            values: ends.iter().map(|e| finite(e[1])).collect(),
            from: 1,
        })
        .collect();
    // The best after each trial of what was found trial by trial.
    let mut add =
        |name: String, class: &'static str, colour: &'static str, losses: Vec<Option<f64>>| {
            let mut best = f64::INFINITY;
            let values = losses.into_iter().map(|loss| {
                best = best.min(loss.unwrap_or(f64::INFINITY));
                finite(best)
            });
            series.push(Series {
                name,
                class,
                colour: Some(colour.into()),
                values: values.collect(),
                from: 1,
            });
        };
    if state.setup.race.you && !race.you.is_empty() {
        let mut losses: Vec<_> = race.board.budget.best(&race.you).into_iter().map(Some).collect();
        // Once the turn is over, what was found stands for the rest of the budget, too.
        if !state.hides_truth() {
            losses.resize(losses.len().max(state.race_shown()), None);
        }
        add(t!("race.you"), "line valid you-line", "var(--ink)", losses);
    }
    let class = state.told_class();
    if state.setup.race.effort == Effort::Trials && !class.is_empty() {
        let most = class.iter().map(|learner| learner.spent.len()).max().unwrap_or(0);
        let nth =
            |n: usize| class.iter().filter_map(move |learner| learner.spent.get(n)?.outcome.loss());
        let losses = (0..most).map(|n| nth(n).min_by(f64::total_cmp)).collect();
        add(t!("board.class"), "line valid", "var(--focus)", losses);
    }
    let areas = bands.iter().map(|(name, ends)| {
        let known = ends.iter().map(|e| (e[0].min(1e9), e[2].min(1e9))).collect();
        (colour::strategy(*name).to_string(), known)
    });
    let cap = state.map.land.range(state.map.land.epochs).map(|(_, start)| 1.15 * f64::from(start));
    let x_name = match state.setup.race.effort {
        Effort::Trials => t!("axis.trials"),
        Effort::Epochs => t!("race.epochs_axis", epochs = race.board.budget.epochs),
    };
    html! {
        <section class="card" id="race-best">
            <h2>{ t!("race.best", repeats = state.setup.race.repeats) }</h2>
            <Lines {series} bands={areas.collect::<Vec<_>>()} {x_name}
                y_name={t!("axis.loss")} x_max={Some(race.board.budget.units)}
                log={trial::is_log(state)} steps=true y_cap={cap} label={t!("race.best_label")}
                cross={Some(state.race_shown()).filter(|shown| *shown > 0)} />
            { trial::log_choice(state, link) }
            <p class="about">
                { explained(t!("race.band", repeats = state.setup.race.repeats)) }
                if state.setup.race.you { { t!("race.band_you") } }
            </p>
        </section>
    }
}

/// The best square of the map, which is the truth or a cut through it.
fn beside_map(state: &State, best: f64) -> String {
    let loss = format::loss(best);
    match map_tools::held_values(state) {
        Some(values) => t!("race.map_cut", values = values, loss = loss),
        None => t!("race.map_best", loss = loss),
    }
}

/// Who leads after the trials on show.
pub fn standings(state: &State) -> Html {
    let race = &state.race;
    let shown = state.race_shown();
    let budget = &race.board.budget;
    let yours = least(budget.within(&race.you, shown));
    // Who has given up the rest of the budget stays at what was found.
    let you = state.setup.race.you && !race.you.is_empty();
    let standings = race.board.standings(shown, you.then(|| yours.unwrap_or(f64::INFINITY)));
    if state.hides_truth() {
        return html! { <section class="card"><h2>{ t!("race.standings") }</h2><p class="about">{ explained(t!("race.later")) }</p></section> };
    }
    if standings.is_empty() {
        return html! { <section class="card"><h2>{ t!("race.standings") }</h2><p class="about">{ explained(t!("race.none_yet")) }</p></section> };
    }
    let told = state.map.finished() && !state.setup.map.hidden;
    let map_best = told.then(|| after::landscape(state, 0.0)).flatten();
    html! {
        <section class="card trials">
            <h2>{ t!("race.standings") }</h2>
            <div class="scroll" tabindex="0">
            <table id="standings">
                <thead><tr><th>{ t!("search.strategy") }</th><th>{ t!("race.rank") }</th><th>{ t!("race.median") }</th>if you { <th>{ t!("race.beaten") }</th> }</tr></thead>
                <tbody>{ for standings.iter().map(|standing| {
                    let median = if standing.median.is_finite() { format::loss(standing.median) } else { t!("race.diverged") };
                    let rank = format::fixed(standing.rank, 2);
                    let Some(&name) = state.setup.race.strategies.get(standing.strategy) else {
                        return html! { <tr data-strategy="you"><td>{ Whose::You.swatch() }{ t!("race.you") }</td><td>{ rank }</td><td>{ median }</td><td>{ "–" }</td></tr> };
                    };
                    let beaten = (0..race.board.repeats()).filter(|&r| {
                        let run = budget.within(race.board.run(standing.strategy, r), shown);
                        let best = least(run).unwrap_or(f64::INFINITY);
                        yours.is_some_and(|y| y < best)
                    });
                    html! {
                        <tr data-strategy={name.key()}
                            data-median={standing.median.is_finite().then(|| standing.median.to_string())}>
                            <td>{ Whose::Strategy(name).swatch() }{ searched::name(name) }</td>
                            <td>{ rank }</td>
                            <td>{ median }</td>
                            if you { <td>{ format!("{} / {}", beaten.count(), race.board.repeats()) }</td> }
                        </tr>
                    }
                }) }</tbody>
            </table>
            </div>
            <p class="about">{ explained(t!("race.ranked")) }</p>
            if let Some((best, _)) = map_best {
                <p class="about" id="map-best">{ explained(beside_map(state, best)) }</p>
            }
        </section>
    }
}
