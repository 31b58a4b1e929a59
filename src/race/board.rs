//! The board of a class: the codes that the learners bring, their trials on one landscape, and who
//! found what.

use crate::controls::fields;
use crate::controls::link::Link;
use crate::controls::terms::explained;
use crate::race::small_map::{Whose, small_map};
use crate::race::yours;
use crate::words;
use crate::words::format;
use crate::words::texts::t;
use tunescape_core::class_codes::Taken;
use tunescape_core::lesson::say;
use tunescape_core::sort::sort_by;
use tunescape_core::state::race::RaceEvent;
use tunescape_core::state::race::board_file::right_of;
use tunescape_core::state::{Event, State};
use tunescape_core::study::race::Spent;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
struct CodesProps {
    /// The codes that were taken last.
    codes: AttrValue,
    hidden: bool,
    /// What takes those that stand in the field.
    button: Html,
}

/// The field for the codes. What is being pasted and typed into it stays while the page is drawn
/// anew around it; where the screen was left meanwhile, it has the codes that were taken last.
#[component]
fn Codes(props: &CodesProps) -> Html {
    let draft = use_state(|| None::<String>);
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |_: InputEvent| draft.set(codes()))
    };
    let value = (*draft).clone().map_or_else(|| props.codes.clone(), AttrValue::from);
    html! {
        <div class="share-text">
            <textarea id="board-codes" hidden={props.hidden} rows="4" aria-label={t!("board.codes")}
                {value} {oninput} />
            { props.button.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct FoldProps {
    /// Whether it is open at first.
    open: bool,
    children: Html,
}

/// The board folds when its reader folds it, and never by itself: whatever is taken is taken on the
/// open board.
#[component]
fn Fold(props: &FoldProps) -> Html {
    let open = use_state(|| props.open);
    html! {
        <details class="card more" id="board" open={*open}>
            <summary>{ t!("board.title") }</summary>
            { props.children.clone() }
        </details>
    }
}

/// The codes in the field. A text area has its text by the same name as an input.
fn codes() -> Option<String> {
    let field = web_sys::window()?.document()?.get_element_by_id("board-codes")?;
    Some(field.unchecked_into::<HtmlInputElement>().value())
}

pub fn view(state: &State, link: &Link) -> Html {
    let race = &state.race;
    let take = t!("board.train");
    let button = fields::button(link, "board-train", take.clone(), take, true, || {
        Event::Race(RaceEvent::Class(codes().unwrap_or_default()))
    });
    let unchecked = race.class.iter().any(|learner| !learner.checked)
        || race.taken.iter().any(|taken| !taken.checked);
    let known = race.class.iter().any(|learner| learner.known);
    html! {
        <Fold open={!race.codes.is_empty()}>
            <p class="about">{ explained(t!("board.about")) }</p>
            <Codes codes={race.codes.clone()} hidden={link.hides("board-codes")} {button} />
            if !race.wrong.is_empty() {
                <div class="notice-line" role="alert">
                    { for race.wrong.iter().map(|wrong| html! { <p>{ words::board(wrong) }</p> }) }
                </div>
            }
            { lessons(state) }
            { class(state, link) }
            if known { <p class="about" id="board-known">{ explained(t!("board.known")) }</p> }
            if !(race.class.is_empty() && race.taken.is_empty()) { { save(state, link) } }
            if unchecked { <p class="about" id="board-unchecked">{ explained(t!("board.unchecked")) }</p> }
        </Fold>
    }
}

/// The board to take away: as a file, or, in a frame that allows none, as a text to paste.
fn save(state: &State, link: &Link) -> Html {
    let says = t!("board.save");
    let button = if state.sandboxed {
        fields::copy(link, "board-save", t!("board.copy_board"), state.board_csv())
    } else {
        fields::button(link, "board-save", says.clone(), says, true, || {
            Event::Race(RaceEvent::SaveBoard)
        })
    };
    html! { <p class="row files">{ button }</p> }
}

/// A name, marked where no letters say that its code is whole, and where the landscape had been seen
/// before.
fn name(name: &str, checked: bool, known: bool) -> Html {
    html! {
        <td data-checked={checked.to_string()} data-known={known.then_some("true")}>
            { name }if !checked { { " *" } }if known { { " †" } }
        </td>
    }
}

/// What the class found, on one map and in order.
fn class(state: &State, link: &Link) -> Html {
    let class = &state.race.class;
    if class.is_empty() {
        return Html::default();
    }
    let all: Vec<Spent> =
        state.told_class().iter().flat_map(|learner| learner.spent.clone()).collect();
    let mut ranked: Vec<_> =
        class.iter().map(|learner| (state.told_best(learner), learner)).collect();
    sort_by(&mut ranked, |a, b| {
        a.0.unwrap_or(f64::INFINITY).total_cmp(&b.0.unwrap_or(f64::INFINITY))
    });
    let beats = |best: Option<f64>| match best {
        _ if state.hides_truth() => "–".to_owned(),
        best => share(state.games_beaten(best)),
    };
    html! {
        <>
            if state.hides_truth() {
                <p class="about" id="board-later">{ explained(t!("board.later")) }</p>
                { yours::reveal(state, link, "board-reveal") }
            }
            <div class="look yours">
                { small_map(state, Whose::Class, &all, !state.hides_truth()) }
                <table id="class">
                    <thead><tr><th>{ t!("board.name") }</th><th>{ t!("board.best") }</th><th>{ t!("board.beats") }</th></tr></thead>
                    <tbody>{ for ranked.into_iter().map(|(best, learner)| html! {
                        <tr data-best={best.map(|best| best.to_string())}>
                            { name(&learner.name, learner.checked, learner.known) }
                            <td>{ best.map_or_else(|| "–".into(), format::loss) }</td>
                            <td>{ beats(best) }</td>
                        </tr>
                    }) }</tbody>
                </table>
            </div>
        </>
    }
}

/// So many of so many, if there are any.
fn share((some, of): (usize, usize)) -> String {
    if of == 0 { "–".into() } else { format!("{some} / {of}") }
}

/// How the lessons went that the class has taken.
fn lessons(state: &State) -> Html {
    if state.race.taken.is_empty() {
        return Html::default();
    }
    let row = |taken: &Taken| {
        let known = state.lesson.all.iter().find(|(name, _)| *name == taken.lesson);
        let title = known.map_or(&*taken.lesson, |(_, lesson)| say(&lesson.title, state.locale));
        html! {
            <tr data-lesson={taken.lesson.clone()}>
                { name(&taken.learner, taken.checked, false) }
                <td>{ title.to_owned() }</td>
                <td>{ share(right_of(&taken.pages, |marks| Some(marks.met))) }</td>
                <td>{ share(right_of(&taken.pages, |marks| marks.predicted)) }</td>
                <td>{ share(right_of(&taken.pages, |marks| marks.answered)) }</td>
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
