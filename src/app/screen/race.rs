//! The Race screen: strategies in step on small maps, who leads, and the learner against them.

use super::{Link, board, fields, map, parameters, searched, trial};
use crate::app::model::{Message, Model};
use crate::app::plot::lines::{Lines, Series};
use crate::app::plot::map::Domain;
use crate::app::plot::raster::Raster;
use crate::app::plot::{axis, colour, twin};
use crate::app::race::RaceMessage;
use crate::app::texts::t;
use crate::app::{errors, format};
use crate::exchange::board as codes;
use crate::exchange::{Panel, Parameter};
use crate::exchange::{Shown, race::MOST};
use crate::search::{Outcome, StrategyName};
use crate::space::Param;
use crate::study::race::{Budget, Effort, MOST_TRIALS, Spent};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

fn tell(message: RaceMessage) -> Message {
    Message::Race(message)
}

/// Who races, how long, how often.
pub fn panel(model: &Model, link: &Link) -> Html {
    let (race, search) = (&model.setup.race, &model.setup.search);
    let racer = |name: StrategyName| {
        let on = race.strategies.contains(&name);
        let stuck = if on { race.strategies.len() <= 2 } else { race.strategies.len() >= MOST };
        html! {
            <label>
                <input type="checkbox" value={name.key()} checked={on} disabled={stuck} onchange={link.callback(move |_| tell(RaceMessage::Toggle(name)))} />
                <i class={classes!("swatch", format!("strategy-{}", name.key()))} />{ searched::name(name) }
            </label>
        }
    };
    let joins = link.callback(|e: Event| {
        let input = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
        tell(RaceMessage::You(input.is_some_and(|i| i.checked())))
    });
    let efforts = vec![(Effort::Trials, t!("race.by_trials")), (Effort::Epochs, t!("race.by_epochs"))];
    let budget = match race.effort {
        Effort::Trials => t!("search.budget"),
        Effort::Epochs => t!("race.budget_epochs", epochs = model.setup.training.epochs),
    };
    let body = html! {
        <>
            <fieldset class="racers" id="racers" aria-label={t!("race.who")}>
                { for StrategyName::ALL.into_iter().filter(|n| n.races()).map(racer) }
                <label><input type="checkbox" id="you" checked={race.you} onchange={joins} /><i class="swatch you" />{ t!("race.you_too") }</label>
            </fieldset>
            { fields::segments(link, "race-effort", t!("race.effort"), efforts, race.effort, |e| Message::change(move |s| s.race.effort = e)) }
            { fields::number(link, "budget", budget, search.budget as f64, |s, v| s.search.budget = v.max(0.0) as usize) }
            { fields::number(link, "race-repeats", t!("race.repeats"), race.repeats as f64, |s, v| s.race.repeats = v.max(0.0) as usize) }
            { fields::number(link, "search-seed", t!("search.seed"), search.seed as f64, |s, v| s.search.seed = v.max(0.0) as u64) }
            <p class="about">{ t!("race.fair") }if race.effort == Effort::Epochs { { " " }{ t!("race.in_epochs", most = MOST_TRIALS) } }</p>
        </>
    };
    fields::fold("searched", t!("race.who"), true, body)
}

pub fn view(model: &Model, link: &Link) -> Html {
    html! {
        <>
            <main class="middle" id="main" tabindex="-1">
                { transport(model, link) }
                { lanes(model, link) }
                { board::view(model, link) }
            </main>
            if model.shows(Panel::Results) {
            <aside class="right">
                { best_so_far(model) }
                { standings(model) }
            </aside>
            }
        </>
    }
}

fn transport(model: &Model, link: &Link) -> Html {
    let race = &model.race;
    let (shown, finished, budget) = (model.race_shown(), race.board.finished(), race.board.budget.units);
    let (done, all) = race.board.progress();
    let epochs = race.board.budget.epochs;
    // The learner's own while it is theirs alone to go on.
    let alone = model.hides_truth() || finished == 0;
    let at = if alone { race.board.budget.spent(&race.you) } else { shown };
    let moves = !model.hides_truth();
    html! {
        <section class="card transport" aria-label={t!("transport.title")}>
            if race.running() {
                <button type="button" id="race-cancel" class="primary" onclick={link.callback(|_| tell(RaceMessage::Cancel))}>{ t!("race.cancel") }</button>
            } else {
                <button type="button" id="race-start" class="primary" aria-disabled={(!model.ready()).then_some("true")} onclick={link.callback(|_| tell(RaceMessage::Start))}>{ t!("race.start") }</button>
            }
            if race.running() {
                <progress max={all.to_string()} value={done.to_string()} aria-label={t!("race.progress")} />
            }
            { fields::button(link, "back", format!("◀ {}", t!("transport.step")), t!("transport.back"), moves && shown > 0, || tell(RaceMessage::Back)) }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("race.forth"), moves && shown < finished, || tell(RaceMessage::Forth)) }
            <input type="range" id="scrub" min="0" max={budget.to_string()} value={at.to_string()} disabled={alone} aria-label={t!("transport.scrub")}
                oninput={link.callback(|e: InputEvent| tell(RaceMessage::Show(fields::input_text(&e).parse().unwrap_or(0))))} />
            <output id="race-trial">{ match race.board.budget.effort {
                Effort::Trials => t!("transport.trial", n = at, budget = budget),
                Effort::Epochs => t!("race.spent", n = at * epochs, of = budget * epochs),
            } }</output>
        </section>
    }
}

fn lanes(model: &Model, link: &Link) -> Html {
    let (setup, race) = (&model.setup, &model.race);
    let axes = &model.map.land.axes;
    let [across, up] = [0, 1].map(|i: usize| {
        let axis = &axes.params[i];
        let end = |x: f64| parameters::value_of(setup, &axis.name, x);
        Parameter::by_name(&axis.name).map_or_else(
            || "–".to_string(),
            |p| format!("{} ({} – {})", errors::parameter(p), end(axis.low), end(axis.high)),
        )
    });
    let repeats: Html = (0..setup.race.repeats)
        .map(|r| html! { <option selected={r == race.repeat}>{ t!("race.repeat_of", n = r + 1, of = setup.race.repeats) }</option> })
        .collect();
    let hidden = model.hides_truth() || setup.map.hidden;
    let epochs = setup.training.epochs;
    let title = if hidden { t!("race.maps_hidden", epochs = epochs) } else { t!("race.maps", epochs = epochs) };
    let grid = setup.race.strategies.contains(&StrategyName::Grid);
    let choose = link.callback(|e: Event| tell(RaceMessage::Repeat(fields::select_index(&e))));
    let lane = |(i, &name): (usize, &StrategyName)| {
        let run = race.board.run(i, race.repeat);
        small_map(
            model,
            name.key(),
            searched::name(name),
            race.board.budget.within(run, model.race_shown()),
            colour::strategy(name),
            !model.hides_truth(),
        )
    };
    html! {
        <section class="card">
            <div class="head">
                <h2>{ title }</h2>
                <select id="repeat" aria-label={t!("race.repeat")} onchange={choose}>{ repeats }</select>
            </div>
            if setup.race.you {
                { yours(model, link) }
            }
            <div class="lanes" id="lanes">
                { for setup.race.strategies.iter().enumerate().map(lane) }
            </div>
            <p class="about">{ t!("race.axes", across = across, up = up) }{ " " }{ t!("race.rugs") }if grid { { " " }{ t!("race.rugs_grid") } }</p>
        </section>
    }
}

/// The learner's own map, and what there is to do.
fn yours(model: &Model, link: &Link) -> Html {
    let (race, budget) = (&model.race, model.race.board.budget);
    let hidden = model.hides_truth();
    // On the Search screen; that stays so after the race.
    let setup_hides = model.setup.map.hidden;
    let alone = !hidden && !race.running() && race.board.finished() == 0;
    let best = race.you.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
    let last = race.you.last().map(|s| outcome(s.outcome));
    let says = if race.trying() {
        t!("race.trying")
    } else if !hidden {
        let says = t!("race.revealed", best = best.map_or_else(|| "–".into(), format::loss));
        if setup_hides { says } else { says + &t!("race.all_revealed") }
    } else {
        match (last, best) {
            (Some(last), best) => t!(
                "race.tried",
                last = last,
                best = best.map_or_else(|| "–".into(), format::loss),
                left = left(budget, &race.you)
            ),
            (None, _) => t!("race.click", budget = left(budget, &[])),
        }
    };
    // Where on the picture, as fractions from its bottom left.
    let at = |event: &MouseEvent| {
        let hit: Option<Element> = event.target().and_then(|t| t.dyn_into().ok());
        let rect = hit.and_then(|e| e.closest("svg").ok().flatten()).map(|e| e.get_bounding_client_rect())?;
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * 110.0;
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0) * 110.0;
        let (x, y) = (x / 100.0, 1.0 - (y - 10.0) / 100.0);
        ((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)).then_some((x, y))
    };
    let end = if setup_hides { t!("race.end_turn") } else { t!("race.reveal") };
    let onclick = link.batch_callback(move |e: MouseEvent| at(&e).map(|(x, y)| tell(RaceMessage::Act(x, y))));
    let (x, y) = race.mark.unwrap_or((0.5, 0.5));
    let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
        let step = 1.0 / 24.0;
        let message = match e.key().as_str() {
            "ArrowLeft" => RaceMessage::Mark(x - step, y),
            "ArrowRight" => RaceMessage::Mark(x + step, y),
            "ArrowDown" => RaceMessage::Mark(x, y - step),
            "ArrowUp" => RaceMessage::Mark(x, y + step),
            "Enter" | " " => RaceMessage::Act(x, y),
            _ => return None,
        };
        e.prevent_default();
        Some(tell(message))
    });
    html! {
        <div class="look yours">
            <div {onclick} {onkeydown} tabindex="0" role="application" aria-label={t!("race.keys")} id="your-map">
                { small_map(model, "you", t!("race.you"), &race.you, "var(--ink)", !hidden) }
            </div>
            <div>
                // Not inside of what is walked by keys, where screen readers read no tables.
                { in_numbers(model, &t!("race.you"), &race.you) }
                <p id="you-says" role="status">{ says }if alone { { " " }{ t!("race.others") } }</p>
                if alone {
                    <button type="button" class="primary" aria-disabled={(!model.ready()).then_some("true")} onclick={link.callback(|_| tell(RaceMessage::Start))}>{ t!("race.start") }</button>
                }
                if !hidden && !race.you.is_empty() {
                    <p class="about">{ t!("board.yours") }{ " " }<code id="board-code">{ codes::write(&model.setup) }</code></p>
                }
                if hidden && !race.you.is_empty() {
                    { fields::button(link, "reveal", end.clone(), end, !race.trying(), || tell(RaceMessage::Reveal)) }
                }
                if !race.you.is_empty() {
                    { fields::button(link, "clear", t!("race.clear"), t!("race.clear"), !race.trying(), || tell(RaceMessage::Clear)) }
                }
            </div>
        </div>
    }
}

/// What a run has left of its budget.
fn left(budget: Budget, run: &[Spent]) -> String {
    let n = budget.left(run);
    if budget.effort == Effort::Trials { t!("race.trials_of", n = n) } else { t!("race.epochs_of", n = n) }
}

fn outcome(outcome: Outcome) -> String {
    outcome.loss().map_or_else(|| t!("race.diverged"), format::loss)
}

/// What the axes of the learner's map are, and their values.
fn ticks(model: &Model) -> Html {
    let [across, up] = [0, 1].map(|i: usize| &model.map.land.axes.params[i]);
    let [name, up_name] = map::axis_names(model);
    let text = |param: &Param, x: f64| parameters::value_of(&model.setup, &param.name, x);
    html! {
        <g class="tick">
            { for axis::ticks(across, 4).into_iter().map(|(u, x)| html! {
                <><line x1={(100.0 * u).to_string()} x2={(100.0 * u).to_string()} y1="110" y2="111.5" />
                <text x={(100.0 * u).to_string()} y="115.5" text-anchor="middle">{ text(across, x) }</text></>
            }) }
            { for axis::ticks(up, 4).into_iter().map(|(u, x)| html! {
                <><line x1="-1.5" x2="0" y1={(110.0 - 100.0 * u).to_string()} y2={(110.0 - 100.0 * u).to_string()} />
                <text x="-2.5" y={(111.3 - 100.0 * u).to_string()} text-anchor="end">{ text(up, x) }</text></>
            }) }
            <text x="50" y="121" text-anchor="middle">{ name }</text>
            <text transform="translate(-14 60) rotate(-90)" text-anchor="middle">{ up_name }</text>
        </g>
    }
}

/// The trials of a small picture, in numbers.
fn in_numbers(model: &Model, name: &str, trials: &[Spent]) -> Html {
    if trials.is_empty() {
        return Html::default();
    }
    let axes = &model.map.land.axes;
    let [across, up] = map::axis_names(model);
    let head = vec![t!("table.trial"), across, up, trial::loss_name(model)];
    let row = |(n, spent): (usize, &Spent)| {
        let places = axes.params.iter().zip(model.setup.place_on(axes, &spent.point));
        let values = places.map(|(param, u)| parameters::value_of(&model.setup, &param.name, param.from_unit(u)));
        std::iter::once((n + 1).to_string()).chain(values).chain([outcome(spent.outcome)]).collect()
    };
    twin::table(name, head, trials.iter().enumerate().map(row).collect())
}

/// A small picture of the truth, or a cover, with trials on it; above and beside it each trial's value of one parameter.
pub fn small_map(
    model: &Model,
    key: &'static str,
    name: String,
    run: &[Spent],
    ink: &'static str,
    truth: bool,
) -> Html {
    let land = &model.map.land;
    let domain = Domain::of(land, Shown::Loss, land.epochs);
    let [across, up] = map::axis_names(model);
    let best =
        run.iter().enumerate().filter_map(|(n, s)| Some((n, s.outcome.loss()?))).min_by(|a, b| a.1.total_cmp(&b.1));
    let own = key == "you";
    // What is hidden on the Search screen is not seen here either.
    let seen = truth && !model.setup.map.hidden;
    // Nobody may learn the place of the band from the strategies' trials.
    let trials = if truth || own { run } else { &[] };
    let dot = |(n, spent): (usize, &Spent)| {
        let u = model.setup.place_on(&land.axes, &spent.point);
        if !u.iter().all(|u| (-1e-9..=1.0 + 1e-9).contains(u)) {
            return Html::default();
        }
        let (x, y) = (100.0 * u[0], 110.0 - 100.0 * u[1]);
        let fill = spent
            .outcome
            .loss()
            .map_or_else(|| "#3a3d42".into(), |loss| colour::hex(colour::loss(domain.goodness(loss))));
        let is_best = best.is_some_and(|b| b.0 == n);
        let class = classes!("dot-trial", is_best.then_some("best"), (n + 1 == run.len()).then_some("newest"));
        html! {
            <g data-trial={(n + 1).to_string()} data-loss={spent.outcome.loss().map(|l| l.to_string())}>
                <line class="rug" stroke={ink} x1={x.to_string()} x2={x.to_string()} y1="2" y2="8" />
                <line class="rug" stroke={ink} x1="102" x2="108" y1={y.to_string()} y2={y.to_string()} />
                <circle {class} cx={x.to_string()} cy={y.to_string()} r={if is_best { "3.6" } else { "2.6" }} {fill}><title>{ format!("{}: {}", n + 1, outcome(spent.outcome)) }</title></circle>
            </g>
        }
    };
    let swatch = (key != "class").then(|| {
        let colour = if own { "you".into() } else { format!("strategy-{key}") };
        html! { <i class={classes!("swatch", colour)} /> }
    });
    html! {
        <figure class="lane" data-lane={key}>
            <figcaption><span>{ swatch.unwrap_or_default() }{ &name }</span><b>{ best.map_or_else(|| "–".into(), |b| format::loss(b.1)) }</b></figcaption>
            if !own { { in_numbers(model, &name, trials) } }
            <div class="lane-plot">
                if seen {
                    <Raster pixels={model.map.pixels(Shown::Loss, model.setup.map.target)} class="pixelated" label={t!("race.map_label", name = name, across = across, up = up)} />
                }
                <svg viewBox="0 0 110 110" aria-hidden="true">
                    if !seen {
                        <rect class={classes!("cover", (own && !truth).then_some("aim"))} x="0" y="10" width="100" height="100" />
                        if trials.is_empty() {
                            <text x="50" y="62" text-anchor="middle">{ if own && !truth { t!("race.your_turn") } else { t!("race.hidden") } }</text>
                        }
                    }
                    if own { { ticks(model) } }
                    // Once the learner's turn is over, each one's way.
                    if truth && model.setup.race.you {
                        <polyline class="route" points={trials.iter().map(|spent| {
                            let u = model.setup.place_on(&land.axes, &spent.point);
                            format!("{:.1},{:.1}", 100.0 * u[0], 110.0 - 100.0 * u[1])
                        }).collect::<Vec<_>>().join(" ")} />
                    }
                    { for trials.iter().enumerate().map(dot) }
                    if let (true, Some((x, y))) = (own && !truth, model.race.mark) {
                        <circle class="mark-aim" cx={(100.0 * x).to_string()} cy={(110.0 - 100.0 * y).to_string()} r="4" />
                    }
                </svg>
            </div>
        </figure>
    }
}

/// Median and middle half over the repeats of the best loss so far.
fn best_so_far(model: &Model) -> Html {
    let race = &model.race;
    let finite = |v: f64| v.is_finite().then_some(v);
    // As far as the learner has come, while it is a race against them.
    let far = if model.hides_truth() { model.race_shown() } else { usize::MAX };
    let bands = |strategy| race.board.bands(strategy).into_iter().take(far).collect();
    let bands: Vec<(StrategyName, Vec<[f64; 3]>)> =
        model.setup.race.strategies.iter().enumerate().map(|(i, &name)| (name, bands(i))).collect();
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
    let mut add = |name: String, class: &'static str, colour: &'static str, losses: Vec<Option<f64>>| {
        let mut best = f64::INFINITY;
        let values = losses.into_iter().map(|loss| {
            best = best.min(loss.unwrap_or(f64::INFINITY));
            finite(best)
        });
        series.push(Series { name, class, colour: Some(colour.into()), values: values.collect(), from: 1 });
    };
    if model.setup.race.you && !race.you.is_empty() {
        let mut losses: Vec<_> = race.board.budget.best(&race.you).into_iter().map(Some).collect();
        // Once the turn is over, what was found stands for the rest of the budget, too.
        if !model.hides_truth() {
            losses.resize(losses.len().max(model.race_shown()), None);
        }
        add(t!("race.you"), "line valid you-line", "var(--ink)", losses);
    }
    if model.setup.race.effort == Effort::Trials && !race.class.is_empty() {
        let most = race.class.iter().map(|learner| learner.spent.len()).max().unwrap_or(0);
        let nth = |n: usize| race.class.iter().filter_map(move |learner| learner.spent.get(n)?.outcome.loss());
        let losses = (0..most).map(|n| nth(n).min_by(f64::total_cmp)).collect();
        add(t!("board.class"), "line valid", "var(--focus)", losses);
    }
    let areas = bands.iter().map(|(name, ends)| {
        let known = ends.iter().map(|e| (e[0].min(1e9), e[2].min(1e9))).collect();
        (colour::strategy(*name).to_string(), known)
    });
    let cap = model.map.land.range(model.map.land.epochs).map(|(_, start)| 1.15 * f64::from(start));
    let x_name = match model.setup.race.effort {
        Effort::Trials => t!("axis.trials"),
        Effort::Epochs => t!("race.epochs_axis", epochs = race.board.budget.epochs),
    };
    html! {
        <section class="card" id="race-best">
            <h2>{ t!("race.best", repeats = model.setup.race.repeats) }</h2>
            <Lines {series} bands={areas.collect::<Vec<_>>()} {x_name} y_name={trial::loss_name(model)} x_max={Some(race.board.budget.units)} steps=true y_cap={cap} label={t!("race.best_label")} cross={Some(model.race_shown()).filter(|shown| *shown > 0)} />
            <p class="about">{ t!("race.band") }</p>
        </section>
    }
}

/// Who leads after the trials on show.
fn standings(model: &Model) -> Html {
    let race = &model.race;
    let shown = model.race_shown();
    let budget = &race.board.budget;
    let yours = budget.within(&race.you, shown).iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
    // Who has given up the rest of the budget stays at what was found.
    let you = model.setup.race.you && !race.you.is_empty();
    let standings = race.board.standings(shown, you.then(|| yours.unwrap_or(f64::INFINITY)));
    if model.hides_truth() {
        return html! { <section class="card"><h2>{ t!("race.standings") }</h2><p class="about">{ t!("race.later") }</p></section> };
    }
    if standings.is_empty() {
        return html! { <section class="card"><h2>{ t!("race.standings") }</h2><p class="about">{ t!("race.none_yet") }</p></section> };
    }
    let told = model.map.finished() && !model.setup.map.hidden;
    let map_best = told.then(|| model.map.land.range(model.map.land.epochs)).flatten();
    html! {
        <section class="card trials">
            <h2>{ t!("race.standings") }</h2>
            <div class="scroll" tabindex="0">
            <table id="standings">
                <thead><tr><th>{ t!("search.strategy") }</th><th>{ t!("race.rank") }</th><th>{ t!("race.median") }</th>if you { <th>{ t!("race.beaten") }</th> }</tr></thead>
                <tbody>{ for standings.iter().map(|standing| {
                    let median = if standing.median.is_finite() { format::loss(standing.median) } else { t!("race.diverged") };
                    let rank = format::fixed(standing.rank, 2);
                    let Some(&name) = model.setup.race.strategies.get(standing.strategy) else {
                        return html! { <tr data-strategy="you"><td><i class="swatch you" />{ t!("race.you") }</td><td>{ rank }</td><td>{ median }</td><td>{ "–" }</td></tr> };
                    };
                    let beaten = (0..race.board.repeats()).filter(|&r| {
                        let run = budget.within(race.board.run(standing.strategy, r), shown);
                        let best = run.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp).unwrap_or(f64::INFINITY);
                        yours.is_some_and(|y| y < best)
                    });
                    html! {
                        <tr data-strategy={name.key()} data-median={standing.median.is_finite().then(|| standing.median.to_string())}>
                            <td><i class={classes!("swatch", format!("strategy-{}", name.key()))} />{ searched::name(name) }</td>
                            <td>{ rank }</td>
                            <td>{ median }</td>
                            if you { <td>{ format!("{} / {}", beaten.count(), race.board.repeats()) }</td> }
                        </tr>
                    }
                }) }</tbody>
            </table>
            </div>
            <p class="about">{ t!("race.ranked") }</p>
            if let Some((best, _)) = map_best {
                <p class="about">{ t!("race.map_best", loss = format::loss(f64::from(best))) }</p>
            }
        </section>
    }
}
