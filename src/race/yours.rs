//! The learner's own map in a race, and what there is to do on it.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::plot::pointer;
use crate::race::small_map::{Whose, in_numbers, outcome, small_map};
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::class_codes as codes;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::{Budget, Effort, Spent};
use yew::prelude::*;

pub fn view(state: &State, link: &Link) -> Html {
    let (race, hidden) = (&state.race, state.hides_truth());
    // Once the others have raced, all maps are in step.
    let shown = if hidden || race.board.finished() == 0 {
        &race.you
    } else {
        race.board.budget.within(&race.you, state.race_shown())
    };
    let onclick = link.batch_callback(move |e: MouseEvent| {
        at(&e).map(|(x, y)| Event::Race(RaceEvent::Act(x, y)))
    });
    let aim = race.mark.unwrap_or((0.5, 0.5));
    let onkeydown = link.batch_callback(move |e: KeyboardEvent| {
        let event = keyed(&e.key(), aim)?;
        e.prevent_default();
        Some(Event::Race(event))
    });
    let ruled = link.ruled("your-map");
    html! {
        <div class="look yours">
            <div {onclick} {onkeydown} data-locked={ruled.mark()}
                aria-disabled={ruled.locked.then_some("true")} hidden={ruled.hidden} tabindex="0"
                role="application" aria-label={t!("race.keys")} id="your-map">
                { small_map(state, Whose::You, shown, !hidden) }
            </div>
            <div>
                // Not inside of what is walked by keys, where screen readers read no tables.
                { in_numbers(state, &Whose::You.name(), shown) }
                { turn(state, link) }
                { ends(state, link) }
            </div>
        </div>
    }
}

/// Where on the picture an event is, as fractions from its bottom left.
fn at(event: &MouseEvent) -> Option<(f64, f64)> {
    let [x, y] = pointer::over(event, &pointer::drawing(event)?).map(|share| share * 110.0);
    let (x, y) = (x / 100.0, 1.0 - (y - 10.0) / 100.0);
    ((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)).then_some((x, y))
}

/// What a key does where the aim is; none for one that is not the map's.
fn keyed(key: &str, (x, y): (f64, f64)) -> Option<RaceEvent> {
    let step = 1.0 / 24.0;
    Some(match key {
        "ArrowLeft" => RaceEvent::Mark(x - step, y),
        "ArrowRight" => RaceEvent::Mark(x + step, y),
        "ArrowDown" => RaceEvent::Mark(x, y - step),
        "ArrowUp" => RaceEvent::Mark(x, y + step),
        "Enter" | " " => RaceEvent::Act(x, y),
        _ => return None,
    })
}

/// How the learner's turn stands.
fn says(state: &State) -> String {
    let (race, budget) = (&state.race, state.race.board.budget);
    if race.trying() {
        return t!("race.trying");
    }
    let best = race.you.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
    let best = best.map_or_else(|| "–".into(), format::loss);
    if !state.hides_truth() {
        let says = t!("race.revealed", best = best);
        // What is hidden on the Search screen stays so after the race.
        let stays = state.setup.map.hidden;
        return if stays { says } else { says + &t!("race.all_revealed") };
    }
    match race.you.last().map(|s| outcome(s.outcome)) {
        Some(last) => t!("race.tried", last = last, best = best, left = left(budget, &race.you)),
        None => t!("race.click", budget = left(budget, &[])),
    }
}

/// How the turn stands, and the button that lets the others race.
fn turn(state: &State, link: &Link) -> Html {
    let race = &state.race;
    let alone = !state.hides_truth()
        && !race.running()
        && race.board.finished() == 0
        && !link.hides("race-start");
    // Who ends the turn early leaves the others more.
    let more = race.board.budget.left(&race.you) > 0;
    let others = if more { t!("race.others_more") } else { t!("race.others") };
    let onclick = link.callback(|_| Event::Race(RaceEvent::Start));
    html! {
        <>
            <p id="you-says" role="status">
                { says(state) }if alone { { format::gap() }{ others } }
            </p>
            if alone {
                <button type="button" class="primary"
                    aria-disabled={(!state.ready()).then_some("true")} {onclick}>
                    { t!("race.start") }
                </button>
            }
        </>
    }
}

/// The code for the class's board, and the buttons that end the turn and take it back.
fn ends(state: &State, link: &Link) -> Html {
    let (race, hidden) = (&state.race, state.hides_truth());
    let placed = !race.you.is_empty();
    // Whoever looked before placing a trial begins anew as well.
    if !placed && hidden {
        return Html::default();
    }
    let clear = t!("race.clear");
    let idle = !race.trying();
    html! {
        <>
            if placed && !hidden {
                <p class="about">
                    { explained(t!("board.yours")) }{ " " }
                    <code id="board-code">{ codes::write(&state.setup) }</code>{ " " }
                    { fields::copy(link, "board-copy", t!("board.copy"), codes::write(&state.setup)) }
                    if codes::is_known(&state.setup) { { " " }{ t!("board.yours_known") } }
                </p>
            }
            if hidden { { reveal(state, link, "reveal") } }
            { fields::button(link, "clear", clear.clone(), clear, idle, || {
                Event::Race(RaceEvent::Clear)
            }) }
        </>
    }
}

/// The button that ends the turn, and shows the landscape where nothing else hides it.
pub fn reveal(state: &State, link: &Link, id: &'static str) -> Html {
    // Whoever hides one means each of them.
    if link.hides("reveal") {
        return Html::default();
    }
    let end = if state.setup.map.hidden { t!("race.end_turn") } else { t!("race.reveal") };
    let idle = !state.race.trying();
    fields::button(link, id, end.clone(), end, idle, || Event::Race(RaceEvent::Reveal))
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
