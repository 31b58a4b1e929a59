//! The board of a class: the codes that the learners bring, their trials on one landscape, and who
//! found what.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::race::small_map::{Whose, small_map};
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::lesson::code::Marks;
use tunescape_core::lesson::say;
use tunescape_core::link::class_codes::Taken;
use tunescape_core::sort::sort_by;
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
    sort_by(&mut ranked, |a, b| {
        a.0.unwrap_or(f64::INFINITY).total_cmp(&b.0.unwrap_or(f64::INFINITY))
    });
    html! {
        <details class="card more" id="board" open={!(class.is_empty() && state.race.taken.is_empty())}>
            <summary>{ t!("board.title") }</summary>
            <p class="about">{ t!("board.about") }</p>
            <div class="share-text">
                <textarea id="board-codes" hidden={link.hides("board-codes")} rows="4"
                    aria-label={t!("board.codes")} />
                { fields::button(link, "board-train", t!("board.train"), t!("board.train"), true, || Event::Race(RaceEvent::Class(codes().unwrap_or_default()))) }
            </div>
            if !state.race.wrong.is_empty() {
                <div class="notice-line" role="alert">
                    { for state.race.wrong.iter().map(|wrong| html! { <p>{ words::board(wrong) }</p> }) }
                </div>
            }
            { lessons(state) }
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

/// How the lessons went that the class has taken.
fn lessons(state: &State) -> Html {
    if state.race.taken.is_empty() {
        return Html::default();
    }
    let share = |pages: &[Marks], of: fn(&Marks) -> Option<bool>| {
        let asked: Vec<bool> = pages.iter().filter_map(of).collect();
        format!("{} / {}", asked.iter().filter(|right| **right).count(), asked.len())
    };
    let row = |taken: &Taken| {
        let known = state.lesson.all.iter().find(|(name, _)| *name == taken.lesson);
        let title = known.map_or(&*taken.lesson, |(_, lesson)| say(&lesson.title, state.locale));
        html! {
            <tr data-lesson={taken.lesson.clone()}>
                <td>{ &taken.learner }</td>
                <td>{ title.to_owned() }</td>
                <td>{ share(&taken.pages, |marks| Some(marks.met)) }</td>
                <td>{ share(&taken.pages, |marks| marks.predicted) }</td>
                <td>{ share(&taken.pages, |marks| marks.answered) }</td>
            </tr>
        }
    };
    let heads = ["name", "lesson", "goals", "foreseen", "right"];
    html! {
        <div class="scroll" tabindex="0">
            <table id="class-lessons">
                <thead><tr>
                    { for heads.map(|head| html! { <th>{ t!(format!("board.{head}")) }</th> }) }
                </tr></thead>
                <tbody>{ for state.race.taken.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
