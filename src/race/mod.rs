//! The Race screen: strategies in step on small maps, who leads, and the learner against them.

pub mod board;
pub mod ranking;
pub mod small_map;
mod yours;

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::race::small_map::{Whose, small_map};
use crate::search::map_tools;
use crate::search::searched;
use crate::words;
use crate::words::format;
use crate::words::parameters;
use crate::words::texts::t;
use std::collections::BTreeSet;
use tunescape_core::search::StrategyName;
use tunescape_core::setup::Edit;
use tunescape_core::setup::Panel;
use tunescape_core::setup::Parameter;
use tunescape_core::setup::race::MAX_RACERS;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::{Effort, MAX_TRIALS};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

fn tell(message: RaceEvent) -> Event {
    Event::Race(message)
}

/// Who races, how long, how often.
pub fn panel(state: &State, link: &Link) -> Html {
    let (race, search) = (&state.setup.race, &state.setup.search);
    let (ruled, you) = (link.ruled("racers"), link.ruled("you"));
    let racer = |name: StrategyName| {
        let on = race.strategies.contains(&name);
        let stuck =
            if on { race.strategies.len() <= 2 } else { race.strategies.len() >= MAX_RACERS };
        html! {
            <label>
                <input type="checkbox" value={name.key()} checked={on}
                    disabled={stuck || ruled.locked} data-locked={ruled.mark()}
                    title={ruled.says()}
                    onchange={link.callback(move |_| tell(RaceEvent::Toggle(name)))} />
                { Whose::Strategy(name).swatch() }{ searched::name(name) }
            </label>
        }
    };
    let joins = link.callback(|e: web_sys::Event| {
        let input = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
        tell(RaceEvent::You(input.is_some_and(|i| i.checked())))
    });
    let efforts =
        vec![(Effort::Trials, t!("race.by_trials")), (Effort::Epochs, t!("race.by_epochs"))];
    let budget = match race.effort {
        Effort::Trials => t!("search.budget"),
        Effort::Epochs => t!("race.budget_epochs", epochs = state.setup.training.epochs),
    };
    let effort =
        fields::segments(link, "race-effort", t!("race.effort"), efforts, race.effort, |v| {
            Event::Edit(Edit::choose("race.effort", &v))
        });
    let body = html! {
        <>
            <fieldset class="racers" id="racers" aria-label={t!("race.who")}>
                { for StrategyName::ALL.into_iter().filter(|n| n.races()).map(racer) }
                <label hidden={you.hidden}><input type="checkbox" id="you" checked={race.you} disabled={you.locked} data-locked={you.mark()} title={you.says()} onchange={joins} />{ Whose::You.swatch() }{ t!("race.you_too") }</label>
            </fieldset>
            { fields::ruled_row(&link.ruled("race-effort"), "race-effort", t!("race.effort").into(), effort) }
            { fields::number(link, "budget", budget, search.budget as f64, |v| Edit::set("search.budget", v)) }
            { fields::number(link, "race-repeats", t!("race.repeats"), race.repeats as f64, |v| Edit::set("race.repeats", v)) }
            { fields::number(link, "search-seed", t!("search.seed"), search.seed as f64, |v| Edit::set("search.seed", v)) }
            <p class="about">
                { explained(t!("race.fair")) }
                if race.effort == Effort::Epochs {
                    { format::gap() }{ t!("race.in_epochs", most = MAX_TRIALS) }
                }
            </p>
        </>
    };
    fields::fold("searched", t!("race.who"), true, body)
}

pub fn view(state: &State, link: &Link) -> Html {
    html! {
        <>
            <main class="middle" id="main" tabindex="-1">
                { transport(state, link) }
                { lanes(state, link) }
                { board::view(state, link) }
            </main>
            if link.shows(Panel::Results) {
            <aside class="right">
                { ranking::best_so_far(state, link) }
                { ranking::standings(state) }
            </aside>
            }
        </>
    }
}

fn transport(state: &State, link: &Link) -> Html {
    let race = &state.race;
    let (shown, finished, budget) =
        (state.race_shown(), race.board.finished(), race.board.budget.units);
    let (done, all) = race.board.progress();
    let epochs = race.board.budget.epochs;
    // The learner's own while it is theirs alone to go on.
    let alone = state.hides_truth() || finished == 0;
    let at = if alone { race.board.budget.spent(&race.you) } else { shown };
    let moves = !state.hides_truth();
    html! {
        <section class="card transport" aria-label={t!("transport.title")}>
            if race.running() {
                <button type="button" id="race-cancel" hidden={link.hides("race-cancel")}
                    class="primary" onclick={link.callback(|_| tell(RaceEvent::Cancel))}>
                    { t!("race.cancel") }
                </button>
            } else {
                <button type="button" id="race-start" hidden={link.hides("race-start")}
                    class="primary" aria-disabled={(!state.ready()).then_some("true")}
                    onclick={link.callback(|_| tell(RaceEvent::Start))}>
                    { t!("race.start") }
                </button>
            }
            if race.running() {
                <progress max={all.to_string()} value={done.to_string()}
                    aria-label={t!("race.progress")} />
            }
            { time(state) }
            { fields::button(link, "back", format!("◀ {}", t!("transport.step")), t!("transport.back"), moves && shown > 0, || tell(RaceEvent::Back)) }
            { fields::button(link, "step", format!("{} ▶", t!("transport.step")), t!("race.forth"), moves && shown < finished, || tell(RaceEvent::Forth)) }
            <input type="range" id="scrub" hidden={link.hides("scrub")} min="0" max={budget.to_string()} value={at.to_string()} disabled={alone} aria-label={t!("transport.scrub")}
                oninput={link.callback(|e: InputEvent| tell(RaceEvent::Show(fields::input_text(&e).parse().unwrap_or(0))))} />
            <output id="race-trial">{ match race.board.budget.effort {
                Effort::Trials => t!("transport.trial", n = at, budget = budget),
                Effort::Epochs => t!("race.spent", n = at * epochs, of = budget * epochs),
            } }</output>
        </section>
    }
}

/// How long the race will take, or still takes.
fn time(state: &State) -> Html {
    let race = &state.race;
    let left = || state.race_time_left().map(|ms| t!("map.left", time = format::duration(ms)));
    let whole = || state.race_expected().map(|ms| t!("race.takes", time = format::duration(ms)));
    let says = if race.running() { left() } else { whole().filter(|_| race.board.finished() == 0) };
    says.map_or_else(Html::default, |says| html! { <small id="race-time">{ says }</small> })
}

/// How many values of the map's first hyperparameter grid and random search have tried, where both
/// race.
fn values_tried(state: &State) -> Option<String> {
    let (setup, race) = (&state.setup, &state.race);
    let across = &state.map.land.axes.params[0].name;
    let param = setup.searched().params.iter().position(|param| param.name == *across)?;
    let tried = |name: StrategyName| {
        let strategy = setup.race.strategies.iter().position(|own| *own == name)?;
        let run = race.board.run(strategy, race.repeat);
        let trials = race.board.budget.within(run, state.race_shown());
        let values: BTreeSet<u64> = trials.iter().map(|t| t.point[param].to_bits()).collect();
        Some(values.len()).filter(|n| *n > 0)
    };
    let (grid, random) = (tried(StrategyName::Grid)?, tried(StrategyName::Random)?);
    let name = Parameter::by_name(across).map(words::parameter)?;
    Some(t!("race.rugs_grid", name = name, grid = grid, random = random))
}

fn lanes(state: &State, link: &Link) -> Html {
    let (setup, race) = (&state.setup, &state.race);
    let axes = &state.map.land.axes;
    let [across, up] = [0, 1].map(|i: usize| {
        let axis = &axes.params[i];
        let end = |x: f64| parameters::value_of(setup, &axis.name, x);
        Parameter::by_name(&axis.name).map_or_else(
            || "–".to_string(),
            |p| {
                let name = words::parameter(p);
                t!("list.range", name = name, low = end(axis.low), high = end(axis.high))
            },
        )
    });
    let repeats: Vec<AttrValue> = (0..setup.race.repeats)
        .map(|r| t!("race.repeat_of", n = r + 1, of = setup.race.repeats).into())
        .collect();
    let hidden = state.hides_truth() || setup.map.hidden;
    let epochs = setup.training.epochs;
    let title = if hidden {
        t!("race.maps_hidden", epochs = epochs)
    } else {
        t!("race.maps", epochs = epochs)
    };
    let choose = link.callback(|repeat: usize| tell(RaceEvent::Repeat(repeat)));
    let lane = |(i, &name): (usize, &StrategyName)| {
        let run = race.board.run(i, race.repeat);
        let tried = race.board.budget.within(run, state.race_shown());
        small_map(state, Whose::Strategy(name), tried, !state.hides_truth())
    };
    let about = [
        t!("race.axes", across = across, up = up),
        t!("race.rugs"),
        values_tried(state).unwrap_or_default(),
        map_tools::judged_at_best(state).unwrap_or_default(),
    ];
    html! {
        <section class="card">
            <div class="head">
                <h2>{ title }</h2>
                if !link.hides("repeat") {
                    <fields::Select id="repeat" label={t!("race.repeat")} options={repeats}
                        chosen={race.repeat} onchosen={choose} />
                }
            </div>
            if setup.race.you {
                { yours::view(state, link) }
            }
            <div class="lanes" id="lanes">
                { for setup.race.strategies.iter().enumerate().map(lane) }
            </div>
            <p class="about">{ explained(format::sentences(&about)) }</p>
        </section>
    }
}
