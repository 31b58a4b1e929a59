//! The learner's own map in a race, and what there is to do on it.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::race::small_map::{Whose, in_numbers, outcome, small_map};
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::link::class_codes as codes;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::{Budget, Effort, Spent};
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let (race, budget) = (&state.race, state.race.board.budget);
    let hidden = state.hides_truth();
    // On the Search screen; that stays so after the race.
    let setup_hides = state.setup.map.hidden;
    // Once the others have raced, all maps are in step.
    let shown = if hidden || race.board.finished() == 0 {
        &race.you
    } else {
        budget.within(&race.you, state.race_shown())
    };
    let alone = !hidden && !race.running() && race.board.finished() == 0;
    let best = race.you.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
    let last = race.you.last().map(|s| outcome(s.outcome));
    // Who ends the turn early leaves the others more.
    let others =
        if budget.left(&race.you) > 0 { t!("race.others_more") } else { t!("race.others") };
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
        let rect = hit
            .and_then(|e| e.closest("svg").ok().flatten())
            .map(|e| e.get_bounding_client_rect())?;
        let x = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0) * 110.0;
        let y = (f64::from(event.client_y()) - rect.top()) / rect.height().max(1.0) * 110.0;
        let (x, y) = (x / 100.0, 1.0 - (y - 10.0) / 100.0);
        ((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)).then_some((x, y))
    };
    let end = if setup_hides { t!("race.end_turn") } else { t!("race.reveal") };
    let onclick = link.batch_callback(move |e: MouseEvent| {
        at(&e).map(|(x, y)| Event::Race(RaceEvent::Act(x, y)))
    });
    let (x, y) = race.mark.unwrap_or((0.5, 0.5));
    let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
        let step = 1.0 / 24.0;
        let message = match e.key().as_str() {
            "ArrowLeft" => RaceEvent::Mark(x - step, y),
            "ArrowRight" => RaceEvent::Mark(x + step, y),
            "ArrowDown" => RaceEvent::Mark(x, y - step),
            "ArrowUp" => RaceEvent::Mark(x, y + step),
            "Enter" | " " => RaceEvent::Act(x, y),
            _ => return None,
        };
        e.prevent_default();
        Some(Event::Race(message))
    });
    let ruled = link.ruled("your-map");
    html! {
        <div class="look yours">
            <div {onclick} {onkeydown} data-locked={ruled.mark()} aria-disabled={ruled.locked.then_some("true")} hidden={ruled.hidden} tabindex="0" role="application" aria-label={t!("race.keys")} id="your-map">
                { small_map(state, Whose::You, shown, !hidden) }
            </div>
            <div>
                // Not inside of what is walked by keys, where screen readers read no tables.
                { in_numbers(state, &Whose::You.name(), shown) }
                <p id="you-says" role="status">{ says }if alone { { " " }{ others } }</p>
                if alone {
                    <button type="button" class="primary" aria-disabled={(!state.ready()).then_some("true")} onclick={link.callback(|_| Event::Race(RaceEvent::Start))}>{ t!("race.start") }</button>
                }
                if !hidden && !race.you.is_empty() {
                    <p class="about">{ t!("board.yours") }{ " " }<code id="board-code">{ codes::write(&state.setup) }</code></p>
                }
                if hidden && !race.you.is_empty() {
                    { fields::button(link, "reveal", end.clone(), end, !race.trying(), || Event::Race(RaceEvent::Reveal)) }
                }
                if !race.you.is_empty() {
                    { fields::button(link, "clear", t!("race.clear"), t!("race.clear"), !race.trying(), || Event::Race(RaceEvent::Clear)) }
                }
            </div>
        </div>
    }
}

/// What a run has left of its budget.
fn left(budget: Budget, run: &[Spent]) -> String {
    let n = budget.left(run);
    if budget.effort == Effort::Trials {
        t!("race.trials_of", n = n)
    } else {
        t!("race.epochs_of", n = n)
    }
}
