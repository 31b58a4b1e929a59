//! What the search has come to, in a sentence under the buttons that run it.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::search::{after, trial};
use crate::setup::evaluation;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::metrics::Metric;
use tunescape_core::search::Outcome;
use tunescape_core::setup::{Edit, Screen};
use tunescape_core::state::lesson::LessonEvent;
use tunescape_core::state::search::Over;
use tunescape_core::state::{Event, State};
use yew::prelude::*;

/// The lesson that begins with nothing but words.
const FIRST_LESSON: &str = "words";

pub fn view(state: &State, link: &Link) -> Html {
    let over = state.over();
    html! {
        <section class={classes!("says", over.is_some().then_some("ended"))} id="says" role="status">
            <p>{ explained(sentence(state, over.is_some())) }</p>
            if let Some(over) = over { { onward(link) }{ why(state, over) } }
        </section>
    }
}

/// Why it stopped, and how it goes on.
fn why(state: &State, over: Over) -> Html {
    let search = &state.setup.search;
    let says = match over {
        Over::Trials => t!("says.why_trials", n = format::count(search.budget)),
        Over::Epochs => t!("says.why_epochs", n = format::count(search.most_epochs)),
        Over::Yours => t!("says.why_yours"),
    };
    html! {
        <details class="about" id="says-why">
            <summary>{ t!("says.why") }</summary><p>{ explained(says) }</p>
        </details>
    }
}

fn sentence(state: &State, over: bool) -> String {
    let search = &state.setup.search;
    let trials = state.study.study.trials();
    let shown = search.shown.min(trials.len());
    let best = state.study.best(shown);
    if over {
        let all = t!("says.over", n = format::count(shown));
        let best = best.map_or_else(|| t!("says.none"), |(n, cost)| ended(state, n, cost));
        return format::sentences(&[all, best, beside_truth(state).unwrap_or_default()]);
    }
    let Some((n, trial)) = shown.checked_sub(1).map(|n| (n, &trials[n])) else {
        return match search.manual {
            true => t!("says.yours", budget = format::count(search.budget)),
            false if search.strategy.learns() => {
                t!("says.before", budget = format::count(search.budget))
            }
            false => t!("says.before_blind", budget = format::count(search.budget)),
        };
    };
    let own = match trial.outcome {
        Some(Outcome::Value(cost)) => {
            let metric = evaluation::title(state);
            t!("says.value", metric = metric, n = n + 1, value = evaluation::shown(state, cost))
        }
        _ => t!("says.other", n = n + 1, what = trial::outcome(state, n, trial)),
    };
    match best {
        Some((of, _)) if of == n => format::sentences(&[own, t!("says.is_best")]),
        Some((of, cost)) => {
            let value = evaluation::shown(state, cost);
            format::sentences(&[own, t!("says.best", n = of + 1, value = value)])
        }
        None => own,
    }
}

/// The best trial at the end.
fn ended(state: &State, n: usize, cost: f64) -> String {
    let metric = evaluation::title(state);
    t!("says.best_of_all", n = n + 1, metric = metric, value = evaluation::shown(state, cost))
}

/// How the best trial stands to the landscape, where that shows all that was searched.
fn beside_truth(state: &State) -> Option<String> {
    let of_loss = evaluation::objective(state).metric == Metric::Loss;
    if !of_loss || state.setup.map.hidden || !after::is_whole(state) {
        return None;
    }
    let (n, loss) = state.study.best(state.setup.search.shown)?;
    // Cells as good as the trial count as found.
    let (best, share) = after::landscape(state, loss.next_up())?;
    let truth = t!("says.truth", best = format::loss(best));
    let random = match trials_for_even_odds(share) {
        Some(trials) => t!("says.random", n = format::count(trials), trial = n + 1),
        None => t!("says.unmatched"),
    };
    Some(format::sentences(&[truth, random]))
}

/// Random trials after which one has come upon this share of the cells in half of the cases.
fn trials_for_even_odds(share: f64) -> Option<usize> {
    let trials = if share >= 0.5 { 1.0 } else { (0.5_f64.ln() / (-share).ln_1p()).ceil() };
    (share > 0.0).then_some(trials as usize)
}

/// Where to go from there.
fn onward(link: &Link) -> Html {
    let lesson =
        link.callback(|_: MouseEvent| Event::Lesson(LessonEvent::Open(FIRST_LESSON.into())));
    html! {
        <div class="actions">
            { fields::button(link, "says-race", t!("says.race"), t!("says.race"), true, || {
                Event::Edit(Edit::choose("screen", &Screen::Race))
            }) }
            <button type="button" id="says-lesson" onclick={lesson}>{ t!("says.lesson") }</button>
        </div>
    }
}
