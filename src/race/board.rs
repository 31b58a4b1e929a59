//! The board of a class: the codes that the learners bring, their trials on one landscape, and who
//! found what.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::race::small_map::{Whose, small_map};
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::Spent;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The codes in the field. A text area has its text by the same name as an input.
fn codes() -> Option<String> {
    let field = web_sys::window()?.document()?.get_element_by_id("board-codes")?;
    Some(field.unchecked_into::<HtmlInputElement>().value())
}

pub fn view(state: &State, link: &Link) -> Html {
    let class = &state.race.class;
    let all: Vec<Spent> = class.iter().flat_map(|learner| learner.spent.clone()).collect();
    let best =
        |learner: &[Spent]| learner.iter().filter_map(|s| s.outcome.loss()).min_by(f64::total_cmp);
    let tuners: Vec<f64> = state.race.board.runs().filter_map(|run| best(run)).collect();
    let mut ranked: Vec<_> = class.iter().map(|learner| (best(&learner.spent), learner)).collect();
    ranked.sort_by(|a, b| a.0.unwrap_or(f64::INFINITY).total_cmp(&b.0.unwrap_or(f64::INFINITY)));
    html! {
        <details class="card more" id="board" open={!class.is_empty()}>
            <summary>{ t!("board.title") }</summary>
            <p class="about">{ t!("board.about") }</p>
            <div class="share-text">
                <textarea id="board-codes" hidden={link.hides("board-codes")} rows="4"
                    aria-label={t!("board.codes")} />
                { fields::button(link, "board-train", t!("board.train"), t!("board.train"), true, || Event::Race(RaceEvent::Class(codes().unwrap_or_default()))) }
            </div>
            if let Some(wrong) = &state.race.wrong {
                <p class="notice-line" role="alert">{ words::board(wrong) }</p>
            }
            if !class.is_empty() {
                <div class="look yours">
                    { small_map(state, Whose::Class, &all, !state.hides_truth()) }
                    <table id="class">
                        <thead><tr><th>{ t!("board.name") }</th><th>{ t!("board.best") }</th><th>{ t!("board.beats") }</th></tr></thead>
                        <tbody>{ for ranked.into_iter().map(|(best, learner)| html! {
                            <tr data-best={best.map(|best| best.to_string())}>
                                <td>{ &learner.name }</td>
                                <td>{ best.map_or_else(|| "–".into(), format::loss) }</td>
                                <td>{ format!("{} / {}", tuners.iter().filter(|&&tuner| best.is_some_and(|b| b < tuner)).count(), tuners.len()) }</td>
                            </tr>
                        }) }</tbody>
                    </table>
                </div>
            }
        </details>
    }
}
